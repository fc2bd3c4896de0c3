/* SPDX-License-Identifier: Apache-2.0 */
/* The origin without a server: how it reads requests, and what its model makes of a page's number. */
#include "quintet_criterion.h"

#include "measure/rng.h"
#include "run/origin.h"
#include "run/origin_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

TestSuite(origin_model, .timeout = 30);

static int parsed(const char *text, struct origin_request *out)
{
    return origin_request_parse(text, strlen(text), out);
}

Test(origin_model, reads_requests)
{
    struct origin_request r;
    cr_expect_eq(parsed("GET /17 HTTP/1.1\r\n\r\n", &r), 20);
    cr_expect(r.id == 17 && r.keep_alive);
    cr_expect_eq(parsed("GET /0?x=1 HTTP/1.1\r\nHost: a\r\nconnection:  Close\r\n\r\nGET /", &r), 52);
    cr_expect(r.id == 0 && !r.keep_alive);
    cr_expect_gt(parsed("GET /1 HTTP/1.0\r\n\r\n", &r), 0);
    cr_expect_not(r.keep_alive, "1.0 closes unless asked not to");
    cr_expect_gt(parsed("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", &r), 0);
    cr_expect(r.keep_alive);
    cr_expect_eq(parsed("", &r), 0);
    cr_expect_eq(parsed("GET /1 HTTP/1.1\r\nHost: a\r\n", &r), 0, "not complete");
}

Test(origin_model, tells_what_is_no_request)
{
    static const char *const bad[] = {
        "\r\n\r\n",
        "POST /1 HTTP/1.1\r\n\r\n",
        "GET 1 HTTP/1.1\r\n\r\n",
        "GET /1\r\n\r\n",
        "GET  HTTP/1.1\r\n\r\n",
        "GET /1 HTTP/2.0\r\n\r\n",
        "GET /1 HTTP/1.12\r\n\r\n",
        "GET /1 HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
        "GET /1 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
    };
    struct origin_request r;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(parsed(bad[i], &r), -EBADMSG, "case %zu", i);
    cr_expect_eq(parsed("GET /x HTTP/1.1\r\n\r\n", &r), -ENOENT);
    cr_expect_eq(parsed("GET / HTTP/1.1\r\n\r\n", &r), -ENOENT);
    cr_expect_eq(parsed("GET /1x HTTP/1.1\r\n\r\n", &r), -ENOENT);
    cr_expect_eq(parsed("GET /99999999999999999999999 HTTP/1.1\r\n\r\n", &r), -ENOENT);
    char endless[ORIGIN_REQUEST_MAX_BYTES];
    memset(endless, 'G', sizeof endless);
    cr_expect_eq(origin_request_parse(endless, sizeof endless, &r), -EBADMSG);
    cr_expect_eq(origin_request_parse(endless, sizeof endless - 1, &r), 0);
}

/* No byte of whatever comes makes the parser read beyond it or take more than there is. (Under ASan this means
 * something.) */
Test(origin_model, survives_any_bytes)
{
    static const char seed_text[] = "GET /12 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    struct rng rng = {3};
    for (int round = 0; round < 200000; round++) {
        size_t len = rng_below(&rng, sizeof seed_text);
        char *text = malloc(len ? len : 1); /* exactly as long, so that one byte beyond is seen */
        memcpy(text, seed_text, len);
        for (unsigned i = 0; len && i < rng_below(&rng, 4); i++)
            text[rng_below(&rng, len)] = "\r\n :/G0\0"[rng_below(&rng, 8)];
        struct origin_request r;
        int taken = origin_request_parse(text, len, &r);
        cr_assert(taken <= (int)len);
        free(text);
    }
}

/* --- the model ---------------------------------------------------------------------------------------------------- */

Test(origin_model, model_has_the_shares_it_promises)
{
    struct origin_config config = {.key = 7, .latency_key = 8, .latency_ns = 1000000, .body_bytes = 128};
    unsigned slow = 0, failed = 0, below = 0;
    double sum = 0;
    config.fail_permille = 100;
    config.spread = ORIGIN_BIMODAL;
    for (uint64_t id = 0; id < 100000; id++) {
        uint64_t ns = origin_latency_ns(&config, id);
        cr_assert(ns == 1000000 || ns == 20000000);
        slow += ns == 20000000;
        failed += origin_outcome(&config, id) != ORIGIN_OK;
        cr_assert_lt(origin_body_first(&config, id), (size_t)ORIGIN_WINDOWS);
    }
    cr_expect(slow > 850 && slow < 1150, "%u of 100000 are slow", slow); /* 1000 +- 5 standard errors */
    cr_expect(failed > 9500 && failed < 10500, "%u of 100000 fail", failed);
    config.spread = ORIGIN_LOGNORMAL;
    for (uint64_t id = 0; id < 100000; id++) {
        uint64_t ns = origin_latency_ns(&config, id);
        cr_assert(ns >= 62500 && ns < 16000000);
        below += ns < 1000000;
        sum += (double)ns;
    }
    cr_expect(below > 49000 && below < 51000, "%u of 100000 are below the median", below);
    cr_expect(sum / 1e11 > 1.35 && sum / 1e11 < 1.45, "mean %.3f medians", sum / 1e11);
}
