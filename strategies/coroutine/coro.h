/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A coroutine's control block and what it may do: yield, sleep, wait, be woken.
 *
 * The control block lies apart from the stack, so that waking, counting and queueing never touch a stack page.
 * A coroutine belongs to one worker for life: once started it never migrates. Only its worker's thread changes its
 * state; others reach it through the worker's inbox (worker_wake()).
 *
 * Functions that take `struct coro *self` may be called only by that coroutine itself, while it runs.
 */
#ifndef QUINTET_COROUTINE_CORO_H
#define QUINTET_COROUTINE_CORO_H

#include "contract/ctx.h"

#include "strategies/coroutine/stack.h"
#include "strategies/coroutine/switch.h"
#include "strategies/coroutine/timer.h"

#include <stdint.h>

struct coro;
struct worker;

/* What a coroutine runs. Returning ends it. */
typedef void coro_fn(struct coro *self, void *arg);

/*
 *            spawn          resume                 return
 *   FREE -----------> READY -------> RUNNING ----------------> FREE
 *                       ^              |  |
 *                       |    yield     |  | await, sleep, wait at a seat
 *                       +--------------+  v
 *                       +------------- WAIT_*
 *                            wake
 */
enum coro_state {
    CORO_FREE,
    CORO_READY,   /* in the run queue */
    CORO_RUNNING, /* exactly one per worker */
    CORO_WAIT_IO,
    CORO_WAIT_TIMER,
    CORO_WAIT_SEAT,
};

/* One cache line for what switching and waking need, one for the rest. */
struct coro {
    _Alignas(64) struct ctx ctx; /* first: a task's struct ctx * is a struct coro * */
    struct coro_context context;
    struct worker *worker;
    struct coro *next; /* inbox, or free list */
    uint32_t id;       /* for people: reports name it */
    uint8_t state;     /* enum coro_state */

    coro_fn *fn;
    void *arg;
    struct coro_origin origin;
    struct stack *stack;
    struct timer timer;
};

#ifndef CORO_ANNOTATED
_Static_assert(sizeof(struct coro) == 128, "a control block is two cache lines");
#endif

static inline struct coro *coro_of_ctx(struct ctx *ctx)
{
    return (struct coro *)ctx;
}

/* Go to the end of the run queue. Returns at once if nobody else is runnable and the fairness budget is not used up. */
void coro_yield(struct coro *self);

/* Stop running until somebody wakes this coroutine; `why` is one of CORO_WAIT_*. The caller loops on its own condition:
 * being resumed is a hint, not an answer. */
void coro_suspend(struct coro *self, enum coro_state why);

/* Sleep until CLOCK_MONOTONIC reaches deadline_ns; never returns earlier. The past returns at once, without switching.
 */
void coro_sleep_until(struct coro *self, uint64_t deadline_ns);

/* Account for work that completed without a switch (an inline completion), so that a coroutine whose I/O is always
 * ready starves nobody: yields when the fairness budget is used up. */
void coro_charge(struct coro *self);

/* Hand over to `next`, which waits and has been claimed by the caller alone, and wait (`why`) until woken. On the same
 * worker that is one switch, with no queue and no kernel in between (the queue is used when the budget is used up). On
 * another worker `next` is put into its inbox, and waking that worker may share a system call with this one's sleep. */
void coro_wake_and_suspend(struct coro *self, struct coro *next, enum coro_state why);

#endif
