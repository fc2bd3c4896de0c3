/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The blocking context: everything a workload may ask of the world while it runs.
 *
 * A workload is straight-line C that calls ctx_pread(), ctx_sleep_until(), ... and never the operating system
 * itself. Under serial, threads, pool and processes such a call *is* the system call. Under coroutines it queues
 * the request, switches to another coroutine, and returns the copied completion. One source, no colouring: who runs
 * the task is the strategy's business.
 *
 * Rules that hold for every function here:
 *  - the result is >= 0 or -errno. errno itself is never used: it belongs to the thread, and under coroutines another
 *    task may have run on this thread since;
 *  - a call may transfer less than asked (like the system call); ctx_read_full()/ctx_write_full() loop;
 *  - buffers and addresses must stay valid until the call returns, nothing longer;
 *  - a ctx belongs to the task that was given it and must not be used by another.
 */
#ifndef QUINTET_CONTRACT_CTX_H
#define QUINTET_CONTRACT_CTX_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

struct lane;
struct ctx;

/*
 * A seat is where one task waits to be handed the turn: a binary semaphore in shared memory with one waiter at most.
 * Zero bytes are a valid, empty seat. `token` is 1 while a wake-up is stored. `waiter` is for the strategy's use.
 */
struct seat {
    _Alignas(64) _Atomic uint32_t token;
    _Atomic uintptr_t waiter;
};

struct ctx_ops {
    const char *name; /* "blocking", "coroutine/uring", ... goes into the record */
    ssize_t (*read)(struct ctx *, int fd, void *buf, size_t len);
    ssize_t (*write)(struct ctx *, int fd, const void *buf, size_t len);
    ssize_t (*pread)(struct ctx *, int fd, void *buf, size_t len, off_t offset);
    ssize_t (*pwrite)(struct ctx *, int fd, const void *buf, size_t len, off_t offset);
    ssize_t (*recv)(struct ctx *, int fd, void *buf, size_t len, int flags);
    ssize_t (*send)(struct ctx *, int fd, const void *buf, size_t len, int flags);    /* MSG_NOSIGNAL is implied */
    int (*openat)(struct ctx *, int dirfd, const char *path, int flags, mode_t mode); /* O_CLOEXEC is implied */
    int (*close)(struct ctx *, int fd);
    int (*fsync)(struct ctx *, int fd);
    int (*accept)(struct ctx *, int fd); /* the new descriptor, CLOEXEC */
    int (*connect)(struct ctx *, int fd, const struct sockaddr *addr, socklen_t len);
    int (*sleep_until)(struct ctx *, uint64_t deadline_ns); /* CLOCK_MONOTONIC; never early; the past returns at once */
    int (*yield)(struct ctx *);                             /* let somebody else run, if there is somebody */
    int (*nop)(struct ctx *);                               /* the cheapest round trip to the kernel this carrier has */
    int (*handoff)(struct ctx *, struct seat *mine, struct seat *theirs); /* wake `theirs`, then wait at `mine` */
};

/* First member of whatever the strategy keeps per carrier or per task. `lane` is where this carrier records. */
struct ctx {
    const struct ctx_ops *ops;
    struct lane *lane;
};

static inline ssize_t ctx_read(struct ctx *c, int fd, void *buf, size_t len)
{
    return c->ops->read(c, fd, buf, len);
}
static inline ssize_t ctx_write(struct ctx *c, int fd, const void *buf, size_t len)
{
    return c->ops->write(c, fd, buf, len);
}
static inline ssize_t ctx_pread(struct ctx *c, int fd, void *buf, size_t len, off_t offset)
{
    return c->ops->pread(c, fd, buf, len, offset);
}
static inline ssize_t ctx_pwrite(struct ctx *c, int fd, const void *buf, size_t len, off_t offset)
{
    return c->ops->pwrite(c, fd, buf, len, offset);
}
static inline ssize_t ctx_recv(struct ctx *c, int fd, void *buf, size_t len, int flags)
{
    return c->ops->recv(c, fd, buf, len, flags);
}
static inline ssize_t ctx_send(struct ctx *c, int fd, const void *buf, size_t len, int flags)
{
    return c->ops->send(c, fd, buf, len, flags);
}
static inline int ctx_openat(struct ctx *c, int dirfd, const char *path, int flags, mode_t mode)
{
    return c->ops->openat(c, dirfd, path, flags, mode);
}
static inline int ctx_close(struct ctx *c, int fd)
{
    return c->ops->close(c, fd);
}
static inline int ctx_fsync(struct ctx *c, int fd)
{
    return c->ops->fsync(c, fd);
}
static inline int ctx_accept(struct ctx *c, int fd)
{
    return c->ops->accept(c, fd);
}
static inline int ctx_connect(struct ctx *c, int fd, const struct sockaddr *addr, socklen_t len)
{
    return c->ops->connect(c, fd, addr, len);
}
static inline int ctx_sleep_until(struct ctx *c, uint64_t deadline_ns)
{
    return c->ops->sleep_until(c, deadline_ns);
}
static inline int ctx_yield(struct ctx *c)
{
    return c->ops->yield(c);
}
static inline int ctx_nop(struct ctx *c)
{
    return c->ops->nop(c);
}

/*
 * Wake the task that waits at `theirs` (or leave it a token), then wait until somebody wakes `mine`.
 * theirs == NULL: only wait. mine == NULL: only wake. Both seats must be in memory that both tasks share.
 */
static inline int ctx_handoff(struct ctx *c, struct seat *mine, struct seat *theirs)
{
    return c->ops->handoff(c, mine, theirs);
}

/* Transfer exactly len bytes. 0, -errno, or -EPIPE / -ENODATA if the other side ended early. */
int ctx_read_full(struct ctx *c, int fd, void *buf, size_t len);
int ctx_write_full(struct ctx *c, int fd, const void *buf, size_t len);

/*
 * The tables of plain system calls. They differ in one thing: seats in ctx_blocking_shared work across processes
 * (a futex without FUTEX_PRIVATE_FLAG, which costs the kernel a lookup of the page).
 */
extern const struct ctx_ops ctx_blocking;
extern const struct ctx_ops ctx_blocking_shared;

#endif
