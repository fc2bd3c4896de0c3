/* SPDX-License-Identifier: Apache-2.0 */
/*
 * preadv2 and pwritev2 with RWF_NOWAIT, under names of our own: musl declares them from 1.2.5 on only, and the flag has
 * lain in the kernel's header all the time.
 */
#ifndef QUINTET_STRATEGIES_COROUTINE_NOWAIT_H
#define QUINTET_STRATEGIES_COROUTINE_NOWAIT_H

#include <sys/uio.h>

#ifdef __GLIBC__
static inline ssize_t preadv_nowait(int fd, const struct iovec *parts, int n, off_t offset)
{
    return preadv2(fd, parts, n, offset, RWF_NOWAIT);
}

static inline ssize_t pwritev_nowait(int fd, const struct iovec *parts, int n, off_t offset)
{
    return pwritev2(fd, parts, n, offset, RWF_NOWAIT);
}
#else
#include <linux/fs.h>
#include <sys/syscall.h>
#include <unistd.h>

_Static_assert(sizeof(long) == 8, "the offset is one argument of the system call");

static inline ssize_t preadv_nowait(int fd, const struct iovec *parts, int n, off_t offset)
{
    return syscall(SYS_preadv2, fd, parts, (long)n, offset, 0L, (long)RWF_NOWAIT);
}

static inline ssize_t pwritev_nowait(int fd, const struct iovec *parts, int n, off_t offset)
{
    return syscall(SYS_pwritev2, fd, parts, (long)n, offset, 0L, (long)RWF_NOWAIT);
}
#endif

#endif
