/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A coroutine's control block, and what the runtime's own files do with it: suspend, wake, hand over.
 *
 * The control block lies apart from the stack, so that waking, counting and queueing never touch a stack page.
 * A coroutine belongs to one worker for life: once started it never migrates. Only its worker's thread changes its
 * state and flags; others reach it through the worker's inbox (worker_grant()).
 */
#ifndef QUINTET_COROUTINE_BLOCK_H
#define QUINTET_COROUTINE_BLOCK_H

#include "contract/ctx.h"

#include "strategies/coroutine/coro.h"
#include "strategies/coroutine/stack.h"
#include "strategies/coroutine/switch.h"
#include "strategies/coroutine/timer.h"

#include <stdint.h>

struct worker;

/*
 *            spawn          resume                 return
 *   FREE -----------> READY -------> RUNNING ----------------> FREE
 *                       ^              |  |
 *                       |    yield     |  | await, sleep, wait
 *                       +--------------+  v
 *                       +------------- WAIT_*
 *                            wake
 *
 * and past the queue: FREE -> RUNNING (the newest closure), WAIT_SEAT -> RUNNING (a hand-over on the same worker),
 * WAIT_SCOPE -> RUNNING (a child that the join has called returns).
 *
 * docs/coroutines.md shows the same as a picture; a test compares the names.
 */
enum coro_state {
    CORO_FREE,
    CORO_READY,       /* in the run queue */
    CORO_RUNNING,     /* exactly one per worker */
    CORO_WAIT_IO,     /* for the terminal completion of its operation */
    CORO_WAIT_TIMER,  /* asleep */
    CORO_WAIT_SEAT,   /* for another task's hand-over (ctx.h) */
    CORO_WAIT_FUTURE, /* for one future, or the next of several */
    CORO_WAIT_SCOPE,  /* for the last child */
};

enum coro_flag {
    CORO_CANCEL = 1,  /* asked to end, and not told yet */
    CORO_GRANTED = 2, /* what it waited for has been given to it: not just any wake-up */
    CORO_SETTLES = 4, /* fn wants to run even if cancelled before its first step (it completes a task's future) */
    CORO_FOREIGN = 8, /* its scope's parent lives on another worker */
};

/* One cache line for what switching and waking need, one for the rest. */
struct coro {
    _Alignas(64) struct ctx ctx; /* first: a task's struct ctx * is a struct coro * */
    struct coro_context context;
    struct worker *worker;
    struct coro *next; /* inbox, or free list */
    uint32_t id;       /* for people: reports name it */
    uint8_t state;     /* enum coro_state */
    uint8_t flags;     /* enum coro_flag */
    uint8_t stack_class;

    union {
        struct { /* until its first step */
            coro_fn *fn;
            void *arg;
        };
        struct { /* afterwards, if it has a scope: its siblings on this worker */
            struct coro *sibling_next, *sibling_previous;
        };
    };
    struct scope *scope;     /* NULL: nobody joins it */
    struct scope *canceller; /* with CORO_CANCEL: the scope whose failing child asked, and that will take it back */
    struct coro_origin origin;
    struct stack *stack;
    struct timer timer; /* one is enough: a coroutine waits for one thing at a time */
};

#ifndef CORO_ANNOTATED
_Static_assert(sizeof(struct coro) == 128, "a control block is two cache lines");
#endif

/* Whose context this is: the context is its first member. */
static inline struct coro *coro_of_ctx(struct ctx *ctx)
{
    return (struct coro *)ctx;
}

/* Has it been asked to end? Asking this way counts as having been told. */
static inline bool coro_take_cancel(struct coro *self)
{
    bool asked = self->flags & CORO_CANCEL;
    self->flags = (uint8_t)(self->flags & ~CORO_CANCEL);
    return asked;
}

/* Stop running until somebody wakes this coroutine; `why` is one of CORO_WAIT_*. The caller loops on its own condition:
 * being resumed is a hint, not an answer (a cancellation, a timer and a late wake-up all look the same here). True: it
 * is an answer, the turn was handed over by coro_grant_and_suspend(), which sets no CORO_GRANTED when it switches. */
bool coro_suspend(struct coro *self, enum coro_state why);

/* Account for work that completed without a switch (an inline completion), so that a coroutine whose I/O is always
 * ready starves nobody: yields when the fairness budget is used up. */
void coro_charge(struct coro *self);

/* Hand over to `next`, which waits and has been claimed by the caller alone, and wait (`why`) until woken. On the same
 * worker that is one switch, with no queue and no kernel in between (the queue is used when the budget is used up). On
 * another worker `next` is put into its inbox, and waking that worker may share a system call with this one's sleep. As
 * coro_suspend() otherwise. */
bool coro_grant_and_suspend(struct coro *self, struct coro *next, enum coro_state why);

/* Ask it to end: sets the flag, and wakes it if it waits. Owner thread. False if it has ended. */
bool coro_cancel(struct coro *co);

/*
 * An event: one waiter, posted by anybody. The word is 0, 1 (posted), or the coroutine that waits. A post touches the
 * word once and never again, so the event may lie on the waiter's stack. Posts merge; a wait consumes.
 */
void event_post(_Atomic uintptr_t *event);

/* 0; -ETIMEDOUT; or, if `cancellable`, -ECANCELED with CORO_CANCEL still set, for the caller to decide. */
int event_wait(struct coro *self, _Atomic uintptr_t *event, uint64_t deadline_ns, bool cancellable,
               enum coro_state why);

#endif
