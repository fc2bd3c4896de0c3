/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both ends of the workload fetch_many, as bytes arrive: the origin's reader of requests and the client's reader of
 * answers. The first byte says how many bytes come at a time; the rest is what comes.
 */
#include "fuzz.h"

#include "run/origin_private.h"

#include <errno.h>
#include <string.h>

/* The client is static in its workload. */
#include "../../workloads/fetch_many.c"

/* As much as has arrived, in memory that ends there. */
static char *arrived(const uint8_t *data, size_t len)
{
    char *copy = malloc(len ? len : 1);
    FUZZ_REQUIRE(copy);
    memcpy(copy, data, len);
    return copy;
}

/* What has been read of a part stays true of more. */
static void read_requests(const uint8_t *data, size_t len, size_t step)
{
    struct origin_request whole = {0}, part = {0};
    char *text = arrived(data, len);
    int all = origin_request_parse(text, len, &whole);
    free(text);
    FUZZ_REQUIRE(all == -EBADMSG || all == -ENOENT || (all >= 0 && (size_t)all <= len));
    FUZZ_REQUIRE(all != 0 || len < ORIGIN_REQUEST_MAX_BYTES);
    for (size_t have = 0; have < len && have < ORIGIN_REQUEST_MAX_BYTES; have += step) {
        text = arrived(data, have);
        int rc = origin_request_parse(text, have, &part);
        free(text);
        if (rc == 0)
            continue;
        FUZZ_REQUIRE(rc == all);
        FUZZ_REQUIRE(rc < 0 || (part.id == whole.id && part.keep_alive == whole.keep_alive));
        break;
    }
}

static void read_answer(const uint8_t *data, size_t len, size_t step)
{
    struct head whole = {0}, part = {0};
    char *text = arrived(data, len);
    int all = head_parse(text, len, &whole);
    free(text);
    FUZZ_REQUIRE(all <= 0 || whole.head_bytes <= len);
    for (size_t have = 0; have < len && have < ORIGIN_HEAD_MAX_BYTES; have += step) {
        text = arrived(data, have);
        int rc = head_parse(text, have, &part);
        free(text);
        if (rc <= 0)
            continue;
        FUZZ_REQUIRE(all == 1 && part.status == whole.status && part.body_bytes == whole.body_bytes);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len < 1)
        return 0;
    size_t step = data[0] ? data[0] : 1;
    read_requests(data + 1, len - 1, step);
    read_answer(data + 1, len - 1, step);
    return 0;
}
