/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coroutine runtime, as its users see it: loop, coroutine, task, scope, waiting for several, I/O.
 *
 * With future.h, generator.h and executor.h this is the whole vocabulary; the rest of this folder is inside.
 * docs/coroutines.md has the state diagram, the life of an await, five programs, and what differs from Python's
 * asyncio.
 *
 * Rules that hold for every function here:
 *  - Results are >= 0 or -errno; errno is never used: it belongs to the thread, and others have run on it meanwhile.
 *  - Whatever takes `struct coro *self` may switch to other coroutines, may be called only by that coroutine while it
 *    runs, and returns -ECANCELED if the coroutine was asked to end (once per request, as in asyncio; what completed
 *    anyway is reported as completed, and the request is met by the next such call).
 *  - Times are nanoseconds of CLOCK_MONOTONIC. A deadline is absolute, CORO_NEVER for none; in the past: -ETIMEDOUT
 *    at once, and nothing was begun. A timeout is a span.
 *  - Memory belongs to the caller and must stay where it is until the operation is over: nothing is allocated per
 *    await, task, callback or scope.
 *  - A coroutine stays on the worker (thread) that started it. Do not change the floating point environment across a
 *    call that may switch, nor hold a mutex of the thread.
 */
#ifndef QUINTET_COROUTINE_CORO_H
#define QUINTET_COROUTINE_CORO_H

#include "strategies/coroutine/future.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

struct coro;
struct ctx;
struct executor;
struct loop;
struct scope;
struct stack_pool;

#define CORO_NEVER UINT64_MAX

/* What a coroutine runs: 0, or the -errno it failed with (-ECANCELED: it was cancelled, and is). */
typedef int coro_fn(struct coro *self, void *arg);

/* The same with a value for those who await it. */
typedef int coro_task_fn(struct coro *self, void *arg, void **value);

/* ---- the loop ---------------------------------------------------------------------------------------------------- */

enum coro_backend {
    CORO_BACKEND_AUTO,  /* io_uring if this machine has it, else epoll; loop_describe() says which */
    CORO_BACKEND_URING, /* loop_create() fails where it is refused */
    CORO_BACKEND_EPOLL,
};

/* Zero bytes choose the defaults. */
struct loop_config {
    unsigned workers; /* threads, the caller's included; 0 = 1, at most 64. Each has its own queue and ring. */
    enum coro_backend backend;
    size_t stack_bytes;        /* of one coroutine, its guard included; rounded up to 2^n; 0 = 64 KiB */
    uint64_t close_timeout_ns; /* how long loop_close() waits for tasks that were cancelled; 0 = 1 s */
    unsigned ladder_skip;      /* leave out the best n sets of io_uring flags (tests) */
    unsigned queue_entries;    /* submissions queued per turn; 0 = 256 */
};

/*
 * Make a loop. It is bound to the calling thread, the only one that may run and close it.
 * 0; -EINVAL for a config out of range; -EPERM, -ENOSYS, ... as io_uring was refused; -ENOMEM, -EMFILE, -EAGAIN.
 */
int loop_create(struct loop **out, const struct loop_config *config);

/* Run until `f` is done; whatever else has been started meanwhile keeps its place and goes on with the next run (on
 * further workers it goes on at once). 0, whatever the outcome of f. -EPERM: another thread's loop; -EBUSY: it runs
 * already (a coroutine awaits instead); -EINVAL: f belongs to another loop, which would have to run for it. */
int loop_run_until_complete(struct loop *loop, struct future *f);

/* Create a task for fn and run until it is complete: 0 and *value (may be NULL), or what it failed with. */
int loop_run(struct loop *loop, coro_task_fn *fn, void *arg, void **value);

/*
 * Cancel what is alive, wait until it has ended, and free the loop. Returns how it went: 0; -EPERM, -EBUSY as above,
 * the loop is untouched; -ETIMEDOUT: some coroutine ignored its cancellation for close_timeout_ns: the loop stays, and
 * may be run and closed again; -ENOMEM. NULL is allowed.
 */
int loop_close(struct loop *loop);

/* Call mail->deliver on the loop's first worker in its next turn (asyncio's call_soon_threadsafe). Any thread. */
void loop_post(struct loop *loop, struct mail *mail);

/* One line about what is really in use: workers, backend and flags, stacks and guards. */
void loop_describe(const struct loop *loop, char *out, size_t len);

/* ---- a coroutine about itself -------------------------------------------------------------------------------------
 */

/* The coroutine that runs on this thread, or NULL. */
struct coro *coro_current(void);

struct loop *coro_loop(struct coro *self);         /* NULL under a strategy, which has its own driver */
struct ctx *coro_ctx(struct coro *self);           /* to call code written against contract/ctx.h */
struct stack_pool *coro_stacks(struct coro *self); /* for generator_open() */
uint32_t coro_id(const struct coro *self);         /* what an overflow report names */

/* Let the others run. 0 or -ECANCELED. Returns at once if nobody else is runnable. */
int coro_yield(struct coro *self);

/* Never early. 0 or -ECANCELED. A duration of 0 is coro_yield(), as in asyncio; a deadline in the past returns at once,
 * without switching. */
int coro_sleep(struct coro *self, uint64_t duration_ns);
int coro_sleep_until(struct coro *self, uint64_t deadline_ns);

/* ---- tasks --------------------------------------------------------------------------------------------------------
 */

/* A coroutine with a future. Treat all but `future` as opaque. */
struct coro_task {
    struct future future; /* first: await, cancel, callbacks, all through it */
    struct coro *coro;    /* while it lives */
    coro_task_fn *fn;
    void *arg;
    struct worker *worker;
    size_t stack_bytes; /* 0: the loop's */
    bool begun;
    struct mail mail; /* to start or cancel it from another thread */
};

/*
 * Start a task: it becomes runnable behind all others. By a coroutine: on its own worker. On the loop's thread while
 * the loop does not run: on the first worker. On any other thread: on the first worker, in its next turn. *task must
 * stay until it is done and future_fini(&task->future) has returned.
 *
 * future_cancel(&task->future): before its first step it ends without having run. Waiting, it is woken: its call
 * returns -ECANCELED, after the operation was really cancelled (I/O) or the awaited task has ended, having been
 * cancelled first. Running or runnable, its next waiting call returns -ECANCELED. If fn then returns -ECANCELED the
 * task is cancelled; if it goes on, the request was declined. 0, or -ENOMEM.
 */
int coro_task_start(struct coro_task *task, struct loop *loop, coro_task_fn *fn, void *arg);

/* The same on a worker of one's choice, 0 to workers - 1. -EINVAL if there is none. Any thread. */
int coro_task_start_on(struct coro_task *task, struct loop *loop, unsigned worker, coro_task_fn *fn, void *arg);

/* The same with a stack of its own size, for one that calls what needs much (getaddrinfo, printf of long double) or
 * that is one of very many and needs little: 16 KiB to 1 MiB, its guard included, rounded up to 2^n. By a coroutine or
 * on the loop's thread. -EINVAL; -EPERM on another thread. */
int coro_task_start_sized(struct coro_task *task, struct loop *loop, size_t stack_bytes, coro_task_fn *fn, void *arg);

/* Await: 0 and *value (may be NULL), or the exception; -ECANCELED if it, or the caller, was cancelled. Cancelling the
 * caller cancels what it awaits. -EDEADLK: it is the caller's own task. */
int future_await(struct coro *self, struct future *f, void **value);

/* Leave without it at the deadline: -ETIMEDOUT, and it goes on. Cancelling the caller does not cancel it either (with
 * CORO_NEVER that is asyncio's shield). */
int future_await_until(struct coro *self, struct future *f, uint64_t deadline_ns, void **value);

/* Await at most timeout_ns, then cancel it, wait for its end, and answer -ETIMEDOUT; if it ended well all the same, its
 * result (asyncio's wait_for). */
int future_wait_for(struct coro *self, struct future *f, uint64_t timeout_ns, void **value);

/* Wait for all. 0, or the first failure in time: then the others go on. With GATHER_ALL failures are left in the
 * futures, and it is 0 when all are done. Cancelling the caller cancels all of them, and waits. `nodes` are n of the
 * caller's. */
enum { GATHER_ALL = 1 };
int future_gather(struct coro *self, struct future *const futures[], struct future_callback nodes[], size_t n,
                  unsigned flags);

/*
 * As they complete. After init, each next gives one of the n futures, the earliest first; NULL when all were given, or
 * with *err = -ETIMEDOUT, -ECANCELED. fini lets go of those that were not given; they go on.
 */
struct as_completed {
    struct coro *self;
    struct future_callback *nodes;
    struct future *const *futures;
    size_t n, given;
    _Atomic(struct future_callback *) arrived; /* newest first */
    struct future_callback *ready;             /* oldest first */
    _Atomic uintptr_t event;
};
void as_completed_init(struct as_completed *it, struct coro *self, struct future *const futures[],
                       struct future_callback nodes[], size_t n);
struct future *as_completed_next(struct as_completed *it, uint64_t deadline_ns, int *err);
void as_completed_fini(struct as_completed *it);

/* Carry out fn(arg, value) on a thread of the executor and await it (asyncio's run_in_executor). Returns what fn
 * returned, or -ESHUTDOWN. Once fn runs it is waited for, cancelled or not. */
int coro_run_in_executor(struct coro *self, struct executor *executor, int (*fn)(void *arg, void **value), void *arg,
                         void **value);

/* ---- scopes --------------------------------------------------------------------------------------------------------
 */

/* Children that end before their parent goes on. In the parent's frame; treat as opaque. */
struct scope {
    struct coro *parent;
    struct coro *children; /* that have started, on the parent's worker */
    struct coro *called;   /* the one among them that will return to the parent, which waits in the call */
    _Atomic uint32_t left; /* children that have not ended; until the join adds `here`, those that have, negative */
    uint32_t here;         /* children that the join will add to it */
    _Atomic int error;     /* the first */
    _Atomic bool cancelled;
    _Atomic bool taken; /* some children run on other workers */
    bool joining;       /* the parent waits here and nowhere else */
    bool counted;       /* `here` has been added */
    unsigned flags;
    struct mail round; /* goes round those workers to cancel them */
};

enum {
    SCOPE_FAIL_FAST = 1, /* the first child that fails cancels the others, and the parent's present wait */
    SCOPE_LOCAL = 2,     /* children stay on the parent's worker */
};

/* An empty scope of the running coroutine `self`. `flags`: SCOPE_*. Must be joined before its frame is left. */
static inline void scope_init(struct scope *s, struct coro *self, unsigned flags)
{
    *s = (struct scope){.parent = self, .flags = flags};
}

/*
 * A child: a coroutine that runs fn(child, arg). It is only noted down here, and starts when the parent waits or
 * yields; idle workers take the oldest, this worker the newest (so a tree of children is walked depth first and needs
 * little memory). Hence no order is promised; children may wait for each other all the same. A coroutine of the scope's
 * worker only: the parent, or a child that has not been taken elsewhere. Switches only if very many are noted down.
 * 0; -ECANCELED after scope_cancel(); -ENOMEM.
 */
int scope_spawn(struct scope *s, coro_fn *fn, void *arg);

/* A task as a child, in order of the calls, on this worker. Memory as coro_task_start(). */
int scope_start(struct scope *s, struct coro_task *task, coro_task_fn *fn, void *arg);

/* Ask all children to end. Those that have not started never will. Parent only. */
void scope_cancel(struct scope *s);

/* Wait for all children, however they end. The first failure other than -ECANCELED; else -ECANCELED if the parent was
 * cancelled meanwhile (which cancels the children); else 0. Mandatory before *s goes away. It may be used again. */
int scope_join(struct scope *s);

/* ---- I/O ------------------------------------------------------------------------------------------------------------
 */

/*
 * As the system calls of these names, for descriptors in blocking mode, with a deadline (-ETIMEDOUT). One await is one
 * operation: it returns after the kernel is done with the buffer, never earlier. A deadline or a cancellation is a
 * request to the kernel: an operation that completes all the same reports its result. Short transfers are returned as
 * they are. Descriptors are opened CLOEXEC; MSG_NOSIGNAL is implied. close is neither timed nor cancelled.
 */
ssize_t coro_read(struct coro *self, int fd, void *buf, size_t len, uint64_t deadline_ns);
ssize_t coro_write(struct coro *self, int fd, const void *buf, size_t len, uint64_t deadline_ns);
ssize_t coro_pread(struct coro *self, int fd, void *buf, size_t len, off_t offset, uint64_t deadline_ns);
ssize_t coro_pwrite(struct coro *self, int fd, const void *buf, size_t len, off_t offset, uint64_t deadline_ns);
ssize_t coro_recv(struct coro *self, int fd, void *buf, size_t len, int flags, uint64_t deadline_ns);
ssize_t coro_send(struct coro *self, int fd, const void *buf, size_t len, int flags, uint64_t deadline_ns);
int coro_accept(struct coro *self, int fd, uint64_t deadline_ns); /* the new descriptor */
int coro_connect(struct coro *self, int fd, const struct sockaddr *address, socklen_t len, uint64_t deadline_ns);
int coro_openat(struct coro *self, int dirfd, const char *path, int flags, mode_t mode, uint64_t deadline_ns);
int coro_fsync(struct coro *self, int fd, uint64_t deadline_ns);
int coro_poll(struct coro *self, int fd, short events, uint64_t deadline_ns); /* POLL*; the events that are there */
int coro_close(struct coro *self, int fd);

#endif
