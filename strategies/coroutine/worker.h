/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker: one thread, its run queue, timers, inbox and I/O backend, and the loop that drives them.
 *
 * Life, with the thread that each step belongs to:
 *     worker_init (opener) -> worker_start, worker_reserve, worker_run, worker_finish (its thread) -> worker_fini
 * (opener, after the thread has been joined: until then others may still be about to wake this worker)
 *
 * Coroutines hand the processor to each other directly. The loop's own stack is entered only when nobody is runnable
 * or the fairness budget of the turn is used up: at most WORKER_BATCH_MAX switches, and fewer where those take longer
 * than WORKER_TURN_NS. Each turn takes in messages, timers and completions.
 */
#ifndef QUINTET_COROUTINE_WORKER_H
#define QUINTET_COROUTINE_WORKER_H

#include "strategies/coroutine/coro.h"
#include "strategies/coroutine/io.h"
#include "strategies/coroutine/runq.h"
#include "strategies/coroutine/stack.h"
#include "strategies/coroutine/timer.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WORKER_BATCH_MAX = 64,
    WORKER_TURN_NS = 100000,
};

/* Between the steps of the protocols that must not lose a wake-up. A test builds the runtime with its own delays here.
 */
#ifdef CORO_STEPS
void coro_test_step(void);
#define CORO_STEP() coro_test_step()
#else
#define CORO_STEP() ((void)0)
#endif

/* Called on the loop's stack in every turn: start coroutines, notice that all have ended, call worker_stop(). */
typedef void worker_turn_fn(struct worker *w, void *owner);

struct worker_config {
    const struct io_backend *backend;
    struct io_config io;
    size_t stack_bytes; /* class of stacks; 0 = STACK_DEFAULT_BYTES */
    enum stack_guard guard;
    const struct ctx_ops *ops; /* what coroutines' ctx will offer */
    struct lane *lane;         /* where they record; may be NULL if nothing records */
    worker_turn_fn *on_turn;   /* may be NULL */
    void *owner;               /* for on_turn */
};

struct coro_slab;
struct fd_memo;

/* Treat as opaque: the fields are here for the inline functions and the runtime's own files. */
struct worker {
    /* Touched at every switch. */
    struct runq runq;
    struct coro *current;
    struct coro_context loop;
    int budget;              /* switches left in this turn */
    int batch;               /* the turn's whole budget; adapts to how long coroutines run */
    uint64_t switches_count; /* from one coroutine to another without sleeping in between */
    struct coro *previous;   /* who ran last; NULL after this worker slept */

    struct coro *free;
    struct coro_slab *slabs;
    size_t coro_count; /* control blocks made */
    size_t live_count; /* spawned and not ended */
    struct timer_heap timers;
    struct stack_pool stacks;
    struct io_worker *io; /* the backend's */
    struct fd_memo *fd_memo;
    void *signal_stack;
    struct worker_config config;

    /* Touched by other threads. */
    _Alignas(128) _Atomic uint32_t park; /* enum in worker.c */
    _Atomic bool stopping;
    _Atomic(struct coro *) inbox;
};

/* Prepare a worker without a thread. 0 or -errno (nothing to undo). */
int worker_init(struct worker *w, const struct worker_config *config);
void worker_fini(struct worker *w);

/* On the worker's thread: ring, signal stack. 0 or -errno (nothing to undo). Blocks no signals: the caller does. */
int worker_start(struct worker *w);

/* On the worker's thread, after worker_run() has returned: wait for the last completions, let go of the thread. */
void worker_finish(struct worker *w);

/* Make sure that `count` coroutines can be alive at once without any allocation. Owner thread. 0 or -ENOMEM. */
int worker_reserve(struct worker *w, size_t count);

/* Start a coroutine: it becomes runnable behind all others. Owner thread (loop or coroutine). NULL without memory,
 * which cannot happen below what was reserved, plus one for a coroutine that spawns as its last act. */
struct coro *worker_spawn(struct worker *w, coro_fn *fn, void *arg, uint32_t id);

/* Run coroutines, timers and completions until worker_stop(). No coroutine may be alive by then. */
void worker_run(struct worker *w);

/* Make worker_run() return. Any thread. */
void worker_stop(struct worker *w);

/* Make the worker take a turn soon (on_turn is called), asleep or not. Whatever was written before is visible to that
 * turn. `from` is the calling worker, NULL on other threads. */
void worker_notify(struct worker *target, struct worker *from);

/* Make a waiting coroutine runnable; it must have been claimed by the caller alone. Owner thread of the coroutine. */
void worker_ready(struct coro *co);

/* The same from any thread; `from` is the calling worker, NULL on threads that are no worker. */
void worker_wake(struct coro *co, struct worker *from);

/* Say what is wrong on standard error and abort: for failures after which no coroutine could ever be resumed. */
_Noreturn void worker_fatal(const char *what, int err);

#endif
