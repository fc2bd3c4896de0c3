/* SPDX-License-Identifier: Apache-2.0 */
#include "record/frame.h"
#include "measure/heap.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char magic[8] = "QUINTET1";

static uint64_t fnv1a(const char *bytes, size_t len)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static int write_all(int fd, const void *data, size_t len)
{
    const char *at = data;
    while (len) {
        ssize_t n = write(fd, at, len);
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        } else if (n == 0 || errno != EINTR)
            return n ? -errno : -EIO;
    }
    return 0;
}

int frame_write(int fd, const json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);
    if (!text || heap_json_was_refused()) { /* it may lack members */
        free(text);
        return -ENOMEM;
    }
    struct frame_header header = {.length_bytes = strlen(text)};
    memcpy(header.magic, magic, sizeof magic);
    header.checksum = fnv1a(text, header.length_bytes);
    int rc = write_all(fd, &header, sizeof header);
    if (!rc)
        rc = write_all(fd, text, header.length_bytes);
    free(text);
    return rc;
}

int frame_parse(const char *bytes, size_t len, json_t **out)
{
    struct frame_header header;
    *out = NULL;
    if (len < sizeof header)
        return -EBADMSG;
    memcpy(&header, bytes, sizeof header);
    const char *payload = bytes + sizeof header;
    if (memcmp(header.magic, magic, sizeof magic) || header.length_bytes > FRAME_LIMIT_BYTES ||
        len != sizeof header + header.length_bytes || fnv1a(payload, header.length_bytes) != header.checksum)
        return -EBADMSG;
    *out = json_loadb(payload, header.length_bytes, JSON_REJECT_DUPLICATES, NULL);
    if (heap_json_was_refused()) { /* jansson drops the bytes of a string that it has no room for, and goes on */
        json_decref(*out);
        *out = NULL;
        return -ENOMEM;
    }
    return *out ? 0 : -EBADMSG;
}

int frame_read(int fd, json_t **out)
{
    size_t len = 0, cap = 4096;
    char *bytes = malloc(cap);
    int rc = bytes ? 0 : -ENOMEM;
    while (!rc) {
        if (len == cap) {
            const bool fits = cap < sizeof(struct frame_header) + FRAME_LIMIT_BYTES;
            char *more = fits ? realloc(bytes, cap *= 2) : NULL;
            if (!more) {
                rc = fits ? -ENOMEM : -EMSGSIZE;
                break;
            }
            bytes = more;
        }
        ssize_t n = read(fd, bytes + len, cap - len);
        if (n > 0)
            len += (size_t)n;
        else if (n == 0)
            break;
        else if (errno != EINTR)
            rc = -errno;
    }
    if (!rc)
        rc = frame_parse(bytes, len, out);
    free(bytes);
    return rc;
}
