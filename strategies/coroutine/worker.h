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

#include "strategies/coroutine/block.h"
#include "strategies/coroutine/deque.h"
#include "strategies/coroutine/io.h"
#include "strategies/coroutine/runq.h"
#include "strategies/coroutine/stack.h"
#include "strategies/coroutine/timer.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WORKER_GROUP_MAX = 64,
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

/* Workers that take unstarted closures from each other. All of them outlive their threads. */
struct worker_group {
    _Alignas(128) _Atomic uint64_t idle; /* bit i: worker[i] sleeps or is about to, and wants to be told of closures */
    _Alignas(128) unsigned count;
    struct worker *worker[WORKER_GROUP_MAX];
};

struct worker_config {
    const struct io_backend *backend;
    struct io_config io;
    size_t stack_bytes; /* class of stacks; 0 = STACK_DEFAULT_BYTES */
    enum stack_guard guard;
    const struct ctx_ops *ops;  /* what coroutines' ctx will offer */
    struct lane *lane;          /* where they record; may be NULL if nothing records */
    worker_turn_fn *on_turn;    /* may be NULL */
    void *owner;                /* for on_turn */
    struct loop *loop;          /* NULL under a strategy */
    struct worker_group *group; /* NULL: nobody to take closures from */
    unsigned index;             /* in the group */
};

struct coro_slab;
struct fd_memo;

/* Coroutines with stacks of one size. A control block keeps its stack for life. */
struct coro_class {
    struct stack_pool stacks;
    struct coro *free; /* last in, first out: the hottest stack first */
    size_t free_count, total_count;
    uint8_t index; /* among worker.others, or STACK_CLASS_USUAL */
};

/* Treat as opaque: the fields are here for the inline functions and the runtime's own files. */
struct worker {
    /* Touched at every switch. */
    struct runq runq;
    struct coro *current;
    struct coro_context loop;
    int budget;                     /* switches left in this turn */
    int closures_first;             /* so many closures may begin on a free stack before whoever is runnable goes on */
    int batch;                      /* the turn's whole budget; adapts to how long coroutines run */
    uint64_t switches_count;        /* from one coroutine to another without asking the kernel for news in between */
    uint64_t parked_switches_count; /* from one to another over a park; those that slept the kernel has counted too */
    struct coro *previous;          /* who ran last */
    bool parked;                    /* ... before the last park */

    struct coro_class usual;                  /* stacks of config.stack_bytes */
    struct coro_class *others[STACK_CLASSES]; /* made when first asked for */
    struct coro_slab *slabs;
    size_t coro_count;    /* control blocks made, of all classes */
    size_t live_count;    /* spawned and not ended */
    uint32_t named_count; /* ids given out by worker_new_id() */
    struct timer_heap timers;
    struct io_worker *io; /* the backend's */
    struct fd_memo *fd_memo;
    pthread_t thread; /* valid while started */
    bool started;
    struct worker_config config;
    struct deque closures;  /* made by the first scope_spawn() */
    unsigned closure_turns; /* turns for which the oldest has waited behind newer ones */
    struct steal {          /* does taking from others pay? see spawn.c */
        uint64_t since_ns;  /* when the last closure was taken; 0: not judged yet */
        uint64_t pause_ns;  /* how long to leave it */
        uint64_t until_ns;  /* until then */
    } steal;

    /* Touched by other threads. */
    _Alignas(128) _Atomic uint32_t park; /* enum in worker_private.h */
    _Atomic bool stopping;
    _Atomic(struct coro *) inbox; /* coroutines to be granted what they wait for, newest first */
    _Atomic(struct mail *) mail;  /* messages, newest first */
};

/* Prepare a worker without a thread. 0 or -errno (nothing to undo). */
int worker_init(struct worker *w, const struct worker_config *config);
void worker_fini(struct worker *w);

/* On the worker's thread: ring, signal stack. 0 or -errno (nothing to undo). Blocks no signals: the caller does. */
int worker_start(struct worker *w);

/* For whoever makes threads for workers, before making them: they inherit it. Signals belong to the program's own
 * threads; in a worker they would only interrupt waits. A fault is the exception, being about that very thread, and so
 * is the profiler's tick. SIGPIPE stays blocked: a write to a closed pipe is -EPIPE. *previous is for putting it back.
 */
void worker_block_signals(sigset_t *previous);

/* On the worker's thread, after worker_run() has returned: wait for the last completions, let go of the thread. */
void worker_finish(struct worker *w);

/* Make sure that `count` coroutines can be alive at once without any allocation. Owner thread. 0 or -ENOMEM. */
int worker_reserve(struct worker *w, size_t count);

/* Start a coroutine: it becomes runnable behind all others. Owner thread (loop or coroutine). NULL without memory,
 * which cannot happen below what was reserved, plus one for a coroutine that spawns as its last act. */
struct coro *worker_spawn(struct worker *w, coro_fn *fn, void *arg, uint32_t id);

/* The same with a stack of its own size, rounded up to a power of two; 0 = the usual. 0, -EINVAL beyond
 * STACK_MAX_BYTES, or -ENOMEM. Such stacks are pooled like the others. */
int worker_spawn_sized(struct worker *w, size_t stack_bytes, coro_fn *fn, void *arg, uint32_t id, struct coro **out);

/* A number for a coroutine that nobody else numbers: unique in its group, until 2^32 / workers. Owner thread. */
uint32_t worker_new_id(struct worker *w);

/* Call visit(co, arg) for each that has been spawned and not ended. It may not spawn. Owner thread. */
void worker_each(struct worker *w, void (*visit)(struct coro *co, void *arg), void *arg);

/* Run coroutines, timers and completions until worker_stop(). What is alive then keeps its place for the next run; none
 * may be when worker_finish() is called. */
void worker_run(struct worker *w);

/* Make worker_run() return. Any thread. */
void worker_stop(struct worker *w);

/* Make the worker take a turn soon (on_turn is called), asleep or not. Whatever was written before is visible to that
 * turn. `from` is the calling worker, NULL on other threads. */
void worker_notify(struct worker *target, struct worker *from);

/* Deliver what has been posted. Owner thread, outside worker_run(). */
void worker_take_mail(struct worker *w);

/* Deliver a message on the worker's thread in its next turn. Any thread. */
void worker_post(struct worker *target, struct mail *mail);

/* The worker that runs on this thread, or NULL. Not inlined, so that no compiler keeps it across a switch or a fork. */
struct worker *worker_current(void);

/* Make a waiting coroutine runnable, to look at its condition. Owner thread of the coroutine. */
void worker_ready(struct coro *co);

/* Give a waiting coroutine what it waits for (sets CORO_GRANTED); it must have been claimed by the caller alone. Any
 * thread; `from` is the calling worker, NULL on threads that are no worker. */
void worker_grant(struct coro *co, struct worker *from);

/* Say what is wrong on standard error and abort: for failures after which no coroutine could ever be resumed. */
_Noreturn void worker_fatal(const char *what, int err);

#endif
