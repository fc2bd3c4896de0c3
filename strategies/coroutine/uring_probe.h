/* SPDX-License-Identifier: Apache-2.0 */
/* Can this machine run the io_uring backend? */
#ifndef QUINTET_COROUTINE_URING_PROBE_H
#define QUINTET_COROUTINE_URING_PROBE_H

#include <stddef.h>

/* Makes a ring, sends a NOP through it, asks for the operations that the backend uses. 0, or the -errno met with one
 * sentence in `why`. About 0.1 ms. Any thread. */
int uring_probe(char *why, size_t why_len);

#endif
