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

enum { CHILDREN_OWN_BYTES = 96, CONDVAR_OWN_BYTES = 96 };

/*
 * A seat is where one task waits to be handed the turn: a binary semaphore in shared memory with one waiter at most.
 * Zero bytes are a valid, empty seat. `token` is 1 while a wake-up is stored. `waiter` is for the strategy's use.
 */
struct seat {
    _Alignas(64) _Atomic uint32_t token;
    _Atomic uintptr_t waiter;
};

/*
 * How tasks hand the turn to each other: what is behind ctx_handoff(). A workload asks for one in its shape; strategies
 * put theirs into the table when they open, and those that cannot are skipped with the reason.
 *
 * With HANDOFF_CONDVAR each seat must be the first member of a struct condvar_seat that env_condvar_seat() has
 * prepared: a mutex and a condition variable of pthreads, shared between processes whoever uses them.
 */
enum handoff_by {
    HANDOFF_NATIVE,  /* the cheapest way that the carrier has */
    HANDOFF_CONDVAR, /* the token changes under a mutex, and is waited for at a condition variable */
    /* Between two functions of one task, by ctx_bounce(): */
    HANDOFF_GENERATOR, /* one of them keeps its place in a generator */
    HANDOFF_CALLBACK,  /* each is called back by the carrier's event loop */
    HANDOFF_WAYS,
};

struct condvar_seat {
    struct seat seat;
    _Alignas(8) unsigned char own[CONDVAR_OWN_BYTES];
};

/*
 * Two functions that throw a word to each other, with no task on either side: the word goes to side 1, what that
 * returns to side 0, what that returns to side 1 again, and so on for so many round trips. A side may compute, and ask
 * for nothing: it has no ctx.
 */
struct bounce {
    uint64_t (*side[2])(void *arg, uint64_t caught);
    void *arg[2];
    uint64_t word; /* in: the first throw, by side 0; out: what it would throw next */
    uint64_t round_trips;
};

/*
 * Children: work that a task splits off and joins (fork-join).
 *
 * All children of one `struct children` run the same function and differ by one word; what they give back is a number,
 * and a join gives the sum. By value in both directions: a pointer into the parent's frame means something to a thread
 * or a coroutine, but not to a forked process, and a sum does not depend on who ran when. (`shared` is read-only for
 * children, and must be valid in whatever the parent could see when it spawned: a frame of the parent's is.)
 *
 * What a child may count on: it runs once, at some time between its spawn and the end of its join, perhaps as a plain
 * call inside of one of the two. So it may wait for time and I/O and for children of its own, but not for its
 * siblings, its parent or a seat. It has the same rights as a task, on the ctx that it is given.
 *
 * Rules for the parent: join before returning, also after a failed spawn; where two sets are open at once, the one that
 * spawned last is joined first. What is joined may be used again after children_init().
 */
typedef int64_t child_fn(struct ctx *c, const void *shared, uint64_t arg); /* its value >= 0, or -errno */

struct children {
    child_fn *fn;
    const void *shared;
    int64_t sum;   /* after the join: of the values of those that did not fail */
    int err;       /* after the join: 0, or the first -errno met */
    uint32_t left; /* from here on the strategy's own; `left` starts at 0, the words are not even initialised */
    _Alignas(8) unsigned char own[CHILDREN_OWN_BYTES];
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
    int (*bounce)(struct ctx *, enum handoff_by how, struct bounce *);
    int (*spawn)(struct ctx *, struct children *, uint64_t arg);
    int (*join)(struct ctx *, struct children *);
};

/* First member of whatever the strategy keeps per carrier or per task. `lane` is where this carrier records. */
struct ctx {
    const struct ctx_ops *ops;
    struct lane *lane;
};

/* The calls: each is what the member of struct ctx_ops by its name says, and the system call of that name does. -EINTR
 * never comes: a call that a signal interrupted goes on. */
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

/* Let them throw. Back when all round trips are done; the task waits meanwhile. 0, -ENOTSUP: this strategy has no such
 * way (the workload says in its shape what it needs, and is skipped there), or -ENOMEM. */
static inline int ctx_bounce(struct ctx *c, enum handoff_by how, struct bounce *b)
{
    return c->ops->bounce(c, how, b);
}

/* An empty set of children, in the parent's frame. Before the first spawn, and before using a joined one again. */
static inline void children_init(struct children *of, child_fn *fn, const void *shared)
{
    of->fn = fn;
    of->shared = shared;
    of->sum = 0;
    of->err = 0;
    of->left = 0;
}

/* Split off fn(ctx, shared, arg). 0, or -errno: there is no such child (a limit of the system; -ENOTSUP: this strategy
 * has no children). */
static inline int ctx_spawn(struct ctx *c, struct children *of, uint64_t arg)
{
    return c->ops->spawn(c, of, arg);
}

/* Wait until all children have ended. 0, or the first -errno of a child (-ECHILD: its process died), as in of->err. */
static inline int ctx_join(struct ctx *c, struct children *of)
{
    return c->ops->join(c, of);
}

/* For strategies: the child as a plain call. This is all that spawn is in ctx_blocking, whose join is a look at err. */
static inline void children_call(struct ctx *c, struct children *of, uint64_t arg)
{
    int64_t value = of->fn(c, of->shared, arg);
    if (__builtin_expect(value >= 0, 1))
        of->sum += value;
    else if (!of->err)
        of->err = (int)value;
}

/*
 * A TCP socket to call ctx_connect() with; the caller closes it with ctx_close(). Making one never blocks, so this is
 * the system call for every strategy. Closing drops the connection at once (SO_LINGER 0): no port is kept for a minute
 * in TIME_WAIT, so a trial leaves the next one all of them. Close when everything expected has been received. The
 * descriptor (CLOEXEC) or -errno.
 */
int ctx_socket_tcp(struct ctx *c);

/* Transfer exactly len bytes. 0, -errno, or -EPIPE / -ENODATA if the other side ended early. */
int ctx_read_full(struct ctx *c, int fd, void *buf, size_t len);
int ctx_write_full(struct ctx *c, int fd, const void *buf, size_t len);

/*
 * The tables of plain system calls. They differ in one thing: seats in ctx_blocking_shared work across processes
 * (a futex without FUTEX_PRIVATE_FLAG, which costs the kernel a lookup of the page).
 */
extern const struct ctx_ops ctx_blocking;
extern const struct ctx_ops ctx_blocking_shared;

/* For strategies whose carriers may block: what ctx_handoff() is by HANDOFF_CONDVAR. */
int handoff_condvar(struct ctx *c, struct seat *mine, struct seat *theirs);

/* For strategies: a copy of this table of plain system calls, with that way of handing off. */
static inline struct ctx_ops ctx_ops_by(const struct ctx_ops *base, enum handoff_by how)
{
    struct ctx_ops ops = *base;
    if (how == HANDOFF_CONDVAR)
        ops.handoff = handoff_condvar;
    return ops;
}

#endif
