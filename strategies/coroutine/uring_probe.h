/* SPDX-License-Identifier: Apache-2.0 */
/* Can this machine run the io_uring backend? */
#ifndef QUINTET_COROUTINE_URING_PROBE_H
#define QUINTET_COROUTINE_URING_PROBE_H

#include <stddef.h>

struct io_uring;
struct io_uring_params;

/* As io_uring_queue_init_params(), with patience: the kernel gives ring memory back some time after a ring was closed,
 * so that who opens and closes in a loop meets -ENOMEM. 0, or -errno; -ENOMEM after 200 ms. Any thread. */
int uring_make(struct io_uring *ring, unsigned entries, const struct io_uring_params *wanted);

/* Makes a ring, sends a NOP through it, asks for the operations that the backend uses. 0, or the -errno met with one
 * sentence in `why`. About 0.1 ms, but see uring_make(). Any thread. */
int uring_probe(char *why, size_t why_len);

#endif
