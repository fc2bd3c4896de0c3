/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line of a .jsonl file that notices its own damage: its last member is "sum", the first 64 bits of the SHA-256 of
 * everything before it. SHA256SUMS says that a file changed; this says which line, and also holds while a run has not
 * ended. It shows damage, not forgery.
 */
#ifndef QUINTET_RECORD_LINE_SUM_H
#define QUINTET_RECORD_LINE_SUM_H

#include <stddef.h>

enum { LINE_SUM_BYTES = sizeof ",\"sum\":\"0123456789abcdef\"" - 1 }; /* what line_sum_seal() adds */

/*
 * `text` holds a JSON object of `len` bytes, "{...}", in a buffer with room for LINE_SUM_BYTES more. Put the sum in
 * before the closing brace. Returns the new length, or 0 if the library failed or the text is no such object.
 */
size_t line_sum_seal(char *text, size_t len);

/* Does the line (without its newline) end in its own sum? 1 yes, 0 it has none, -EBADMSG it has another one, -EIO. */
int line_sum_check(const char *line, size_t len);

#endif
