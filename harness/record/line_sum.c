/* SPDX-License-Identifier: Apache-2.0 */
#include "record/line_sum.h"
#include "record/hex.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

static const char prefix[] = ",\"sum\":\"";

enum { PREFIX_BYTES = sizeof prefix - 1, DIGITS = 16 };

static int digits_of(const char *text, size_t len, char *digits)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (!EVP_Digest(text, len, digest, NULL, EVP_sha256(), NULL))
        return -EIO;
    hex_text(digest, DIGITS / 2, digits);
    return 0;
}

size_t line_sum_seal(char *text, size_t len)
{
    char digits[sizeof "0123456789abcdef"];
    if (len < 3 || text[0] != '{' || text[len - 1] != '}' || digits_of(text, len - 1, digits))
        return 0;
    char *at = text + len - 1;
    memcpy(at, prefix, PREFIX_BYTES);
    memcpy(at + PREFIX_BYTES, digits, DIGITS);
    memcpy(at + PREFIX_BYTES + DIGITS, "\"}", 2);
    return len + LINE_SUM_BYTES;
}

int line_sum_check(const char *line, size_t len)
{
    char digits[sizeof "0123456789abcdef"];
    if (len < LINE_SUM_BYTES + 3)
        return 0;
    const char *at = line + len - 1 - LINE_SUM_BYTES;
    if (memcmp(at, prefix, PREFIX_BYTES) || memcmp(at + PREFIX_BYTES + DIGITS, "\"}", 2))
        return 0;
    if (digits_of(line, (size_t)(at - line), digits))
        return -EIO;
    return memcmp(at + PREFIX_BYTES, digits, DIGITS) ? -EBADMSG : 1;
}
