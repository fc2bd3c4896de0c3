/* SPDX-License-Identifier: Apache-2.0 */
/* As much of HTTP/1.x as an origin of numbered pages needs: GET, Connection, and no request bodies. */
#include "run/origin_private.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static bool starts_with(const char **at, const char *end, const char *word)
{
    size_t len = strlen(word);
    if ((size_t)(end - *at) < len || memcmp(*at, word, len) != 0)
        return false;
    *at += len;
    return true;
}

/* "/<number>" and perhaps "?whatever", up to the blank before the version. 0, -ENOENT or -EBADMSG. */
static int target_parse(const char **at, const char *end, uint64_t *id)
{
    const char *blank = memchr(*at, ' ', (size_t)(end - *at));
    if (!blank || **at != '/')
        return -EBADMSG;
    const char *digit = *at + 1;
    uint64_t value = 0;
    for (; digit < blank && *digit >= '0' && *digit <= '9' && value < UINT64_MAX / 10 - 1; digit++)
        value = value * 10 + (uint64_t)(*digit - '0');
    bool known = digit > *at + 1 && (digit == blank || *digit == '?');
    *at = blank + 1;
    *id = value;
    return known ? 0 : -ENOENT;
}

/* One header field that matters, one that cannot be served (a body), the others are skipped. */
static int field_parse(const char *line, size_t len, bool *keep_alive)
{
    static const char connection[] = "connection:", length[] = "content-length:", coding[] = "transfer-encoding:";
    if (len >= sizeof connection - 1 && !strncasecmp(line, connection, sizeof connection - 1)) {
        const char *value = line + sizeof connection - 1, *end = line + len;
        while (value < end && (*value == ' ' || *value == '\t'))
            value++;
        if (end - value >= 5 && !strncasecmp(value, "close", 5))
            *keep_alive = false;
        else if (end - value >= 10 && !strncasecmp(value, "keep-alive", 10))
            *keep_alive = true;
        return 0;
    }
    bool has_body = (len >= sizeof length - 1 && !strncasecmp(line, length, sizeof length - 1)) ||
                    (len >= sizeof coding - 1 && !strncasecmp(line, coding, sizeof coding - 1));
    return has_body || !memchr(line, ':', len) ? -EBADMSG : 0;
}

int origin_request_parse(const char *text, size_t len, struct origin_request *out)
{
    const char *end = memmem(text, len, "\r\n\r\n", 4), *at = text;
    if (!end)
        return len >= ORIGIN_REQUEST_MAX_BYTES ? -EBADMSG : 0;
    const char *line_end = memmem(text, len, "\r\n", 2);
    if (!starts_with(&at, line_end, "GET "))
        return -EBADMSG;
    int rc = target_parse(&at, line_end, &out->id);
    if (rc == -EBADMSG || !starts_with(&at, line_end, "HTTP/1.") || line_end - at != 1 || (*at != '0' && *at != '1'))
        return -EBADMSG;
    out->keep_alive = *at == '1';
    while (line_end < end) {
        const char *line = line_end + 2;
        line_end = memmem(line, (size_t)(end + 2 - line), "\r\n", 2);
        if (field_parse(line, (size_t)(line_end - line), &out->keep_alive))
            return -EBADMSG;
    }
    return rc ? rc : (int)(end + 4 - text);
}
