/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker remembers about descriptors, so that positioned reads need not ask the kernel each time.
 *
 * A hint, never a truth: descriptors are closed and reused behind our back. Each entry is asked for again after
 * FD_MEMO_USES uses, and a stale one costs speed, not correctness.
 */
#ifndef QUINTET_COROUTINE_FD_MEMO_H
#define QUINTET_COROUTINE_FD_MEMO_H

enum {
    FD_MEMO_ENTRIES = 256, /* a power of two */
    FD_MEMO_USES = 64,
};

enum {
    FD_MEMO_WAITS = 1, /* a read that says "do not wait" would wait, or is refused: O_DIRECT, or no RWF_NOWAIT */
};

struct fd_memo;

/* NULL without memory. Freed by destroy, which allows NULL. */
struct fd_memo *fd_memo_create(void);
void fd_memo_destroy(struct fd_memo *memo);

/* Flags FD_MEMO_* of a seekable descriptor; -ESPIPE if it is not seekable (as pread() says), -EBADF if there is none.
 */
int fd_memo_get(struct fd_memo *memo, int fd);

/* Remember one more flag. */
void fd_memo_add(struct fd_memo *memo, int fd, int flag);

/* The descriptor has been closed. */
void fd_memo_forget(struct fd_memo *memo, int fd);

#endif
