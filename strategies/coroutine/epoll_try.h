/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One try of an operation's system call that does not block the thread, for a backend that waits for readiness.
 *
 * Descriptors are in blocking mode by contract, so each kind has its own way not to wait: MSG_DONTWAIT, RWF_NOWAIT, or,
 * where there is none (accept, connect, read and write where the kernel refuses RWF_NOWAIT), O_NONBLOCK. That flag
 * belongs to the open file and not to the descriptor: whoever shares the file sees it, as with every event loop.
 */
#ifndef QUINTET_COROUTINE_EPOLL_TRY_H
#define QUINTET_COROUTINE_EPOLL_TRY_H

#include "strategies/coroutine/io.h"

#include <stdbool.h>
#include <stdint.h>

/* What is remembered about a descriptor for reads and writes. Hints: a stale one costs time, or makes a transfer
 * shorter, and nothing else. */
enum fd_hint {
    FD_KNOWN = 1,        /* the next two have been found out */
    FD_FILE = 2,         /* a regular file or a block device: short means "not in the page cache" */
    FD_DIRECT = 4,       /* ... and RWF_NOWAIT would wait for the device (O_DIRECT) */
    FD_PLAIN_READ = 8,   /* has no RWF_NOWAIT */
    FD_PLAIN_WRITE = 16, /* the same */
};

/* What a try gives beside results. */
#define TRY_WAIT (INT64_MIN) /* would have to wait until the descriptor is ready */
#define TRY_FILE                                                                                                       \
    (INT64_MIN + 1) /* belongs on the file pool if epoll refuses the descriptor; else try with `pollable` */
#define TRY_POOL  (INT64_MIN + 2) /* belongs on the file pool */
#define TRY_LATER (INT64_MIN + 3) /* has to wait for something that no descriptor tells */

/* Is this what the operation came to (>= 0 or -errno), and none of the words above? */
static inline bool try_is_result(int64_t outcome)
{
    return outcome > TRY_LATER;
}

/* Find out FD_KNOWN ... FD_DIRECT, forgetting what was known. 0 or -EBADF. */
int try_learn(int fd, uint8_t *hints);

/* Any kind but IO_CLOSE. pollable: epoll has taken the descriptor, as far as is known. */
int64_t try_operation(struct io_op *op, uint8_t *hints, bool pollable);

#endif
