/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of plain system calls for a strategy whose workers keep children to themselves: before each call that may
 * block, before_blocking(c) hands over what others could take meanwhile.
 *
 * Define `static void before_blocking(struct ctx *c)` in the file that includes this. `spawn` and `join` are those of
 * ctx_blocking, to be replaced.
 */
#ifndef QUINTET_STRATEGIES_SHARING_OPS_H
#define QUINTET_STRATEGIES_SHARING_OPS_H

#include "contract/ctx.h"

static void before_blocking(struct ctx *c);

/* The blocking call, after sharing. */
#define SHARING(type, name, parameters, ...)                                                                           \
    static type sharing_##name parameters                                                                              \
    {                                                                                                                  \
        before_blocking(c);                                                                                            \
        return ctx_blocking.name(__VA_ARGS__);                                                                         \
    }

SHARING(ssize_t, read, (struct ctx * c, int fd, void *buf, size_t len), c, fd, buf, len)
SHARING(ssize_t, write, (struct ctx * c, int fd, const void *buf, size_t len), c, fd, buf, len)
SHARING(ssize_t, pread, (struct ctx * c, int fd, void *buf, size_t len, off_t offset), c, fd, buf, len, offset)
SHARING(ssize_t, pwrite, (struct ctx * c, int fd, const void *buf, size_t len, off_t offset), c, fd, buf, len, offset)
SHARING(ssize_t, recv, (struct ctx * c, int fd, void *buf, size_t len, int flags), c, fd, buf, len, flags)
SHARING(ssize_t, send, (struct ctx * c, int fd, const void *buf, size_t len, int flags), c, fd, buf, len, flags)
SHARING(int, openat, (struct ctx * c, int dirfd, const char *path, int flags, mode_t mode), c, dirfd, path, flags, mode)
SHARING(int, close, (struct ctx * c, int fd), c, fd)
SHARING(int, fsync, (struct ctx * c, int fd), c, fd)
SHARING(int, accept, (struct ctx * c, int fd), c, fd)
SHARING(int, connect, (struct ctx * c, int fd, const struct sockaddr *addr, socklen_t len), c, fd, addr, len)
SHARING(int, sleep_until, (struct ctx * c, uint64_t deadline_ns), c, deadline_ns)
SHARING(int, yield, (struct ctx * c), c)
SHARING(int, nop, (struct ctx * c), c)
SHARING(int, bounce, (struct ctx * c, enum handoff_by how, struct bounce *b), c, how, b)
SHARING(int, handoff, (struct ctx * c, struct seat *mine, struct seat *theirs), c, mine, theirs)

/* The same for the other way of handing off. */
static int sharing_handoff_condvar(struct ctx *c, struct seat *mine, struct seat *theirs)
{
    before_blocking(c);
    return handoff_condvar(c, mine, theirs);
}

/* The table, with that way of handing off; `name` goes into the record. */
static inline struct ctx_ops sharing_ops_by(enum handoff_by how, const char *name)
{
    return (struct ctx_ops){
        .name = name,
        .read = sharing_read,
        .write = sharing_write,
        .pread = sharing_pread,
        .pwrite = sharing_pwrite,
        .recv = sharing_recv,
        .send = sharing_send,
        .openat = sharing_openat,
        .close = sharing_close,
        .fsync = sharing_fsync,
        .accept = sharing_accept,
        .connect = sharing_connect,
        .sleep_until = sharing_sleep_until,
        .yield = sharing_yield,
        .nop = sharing_nop,
        .handoff = how == HANDOFF_CONDVAR ? sharing_handoff_condvar : sharing_handoff,
        .bounce = sharing_bounce,
        .spawn = ctx_blocking.spawn,
        .join = ctx_blocking.join,
    };
}

#endif
