/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A future: a value that will be there later, set once, by any thread, for any number of waiters.
 *
 * The states and their names are those of Python's concurrent.futures:
 *
 *                set_running            set_result, set_exception
 *     PENDING ----------------> RUNNING ---------------------------> FINISHED
 *        |  \_______________________________________________________/^
 *        |                set_result, set_exception
 *        +----------> CANCELLED
 *           cancel
 *
 * An "exception" is a negative number: -errno, or a code of the program's own below -4095. A task (coro.h) and a job of
 * an executor (executor.h) begin with a future, so everything here works on them as well.
 *
 * Memory: the caller's. It must stay where it is until future_fini(), which waits for whoever is just completing it.
 * Threads: every function may be called by any thread and any coroutine unless it says otherwise.
 */
#ifndef QUINTET_COROUTINE_FUTURE_H
#define QUINTET_COROUTINE_FUTURE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FUTURE_FOREVER UINT64_MAX /* a timeout that never comes */

struct coro;
struct future;
struct loop;
struct worker;

enum future_state {
    FUTURE_PENDING,
    FUTURE_RUNNING,
    FUTURE_CANCELLED,
    FUTURE_FINISHED,
};

/* A message to a worker: `deliver` is called on its thread, in the order in which messages were posted. */
struct mail {
    struct mail *next;
    void (*deliver)(struct mail *self, struct worker *at);
};

typedef void future_callback_fn(struct future *future, void *arg);

/* One registered callback. The caller's memory, until it was called or removed. Treat as opaque. */
struct future_callback {
    struct future_callback *next, *previous;
    _Atomic(struct future *) future;
    future_callback_fn *fn;
    void *arg;
    void *owner; /* of a node that is its own arg */
    struct mail mail;
    bool inline_always;
};

/* Zero bytes are a pending future without a loop. Treat as opaque. */
struct future {
    _Atomic uint32_t word; /* enum future_state and flags (future.c) */
    int error;             /* 0, or the exception */
    void *value;
    struct future_callback *first, *last;
    struct loop *loop;
    bool (*request_cancel)(struct future *self); /* how to cancel what is behind it; NULL: only before it runs */
};

/*
 * Begin. loop == NULL: callbacks are called by whoever completes the future, at once (as concurrent.futures does).
 * Otherwise the loop's first worker calls them in its next turn (as asyncio does by call_soon); the loop must live on.
 */
void future_init(struct future *f, struct loop *loop);

/* End. Waits until whoever completed it has left (that is: until its callbacks have returned), so that the memory may
 * be reused. Not from callbacks. A future that is still pending may be ended if nobody else knows of it. */
void future_fini(struct future *f);

/* Complete it. 0; -EALREADY if it is finished or cancelled, and nothing changes (Python's InvalidStateError); -EPERM
 * for a task's or a job's, which nobody but its own body completes; set_exception: -EINVAL unless error < 0. An
 * exception of -ECANCELED is not a cancellation. */
int future_set_result(struct future *f, void *value);
int future_set_exception(struct future *f, int error);

/* For whoever carries out the work: from now on it cannot be cancelled. 0; -ECANCELED if it was cancelled before: do
 * not begin; -EALREADY if it runs or is finished. */
int future_set_running(struct future *f);

/*
 * Ask for cancellation. False: it is finished, or runs and cannot be stopped. True for a plain future: it is cancelled
 * now (a second time is true without a loop and false with one: there Python's two kinds differ). True for a task: it
 * was asked to, and may take its time or decline (see coro_task_start). A task only by coroutines and callbacks of its
 * own loop, its thread while the loop does not run, or (then it takes effect in that worker's next turn) any other
 * thread.
 */
bool future_cancel(struct future *f);

/* Of this moment. done: cancelled or finished; then value and error no longer change. */
enum future_state future_state(const struct future *f);
bool future_done(const struct future *f);
bool future_cancelled(const struct future *f);

/*
 * Wait, at most timeout_ns (0 only looks), and give its outcome: 0 and *value (may be NULL), the exception, or
 * -ECANCELED. -ETIMEDOUT: not there yet (if it may also be the exception, future_done() tells them apart).
 * On a coroutine that one waits, and only that one; on any other thread the thread waits.
 */
int future_result(struct future *f, uint64_t timeout_ns, void **value);

/* The same without the value; the exception is the answer: 0, negative, -ECANCELED, -ETIMEDOUT. */
int future_exception(struct future *f, uint64_t timeout_ns);

/* Call fn(f, arg) once when it is done, after those that were added before; at once if it is done already (with a loop:
 * in its next turn). *node must stay where it is until then. fn must not block, nor end the future. */
void future_add_done_callback(struct future *f, struct future_callback *node, future_callback_fn *fn, void *arg);

/* True: it will not be called (also if it was removed before). False: it has been, or is about to be. */
bool future_remove_done_callback(struct future *f, struct future_callback *node);

#endif
