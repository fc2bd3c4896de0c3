/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a digest. */
#ifndef QUINTET_RECORD_HEX_H
#define QUINTET_RECORD_HEX_H

#include <stddef.h>
#include <stdio.h>

/* `n` bytes as 2 n hexadecimal digits, lower case, and a NUL. */
static inline void hex_text(const unsigned char *bytes, size_t n, char *hex)
{
    for (size_t i = 0; i < n; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
}

#endif
