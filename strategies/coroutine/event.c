/* SPDX-License-Identifier: Apache-2.0 */
/* One waiter, posted by anybody. See block.h. */
#include "strategies/coroutine/worker.h"

#include "measure/clock.h"

#include <errno.h>

enum { EVENT_NONE, EVENT_POSTED }; /* or the waiter */

void event_post(_Atomic uintptr_t *event)
{
    uintptr_t old = atomic_exchange_explicit(event, EVENT_POSTED, memory_order_acq_rel);
    CORO_STEP();
    if (old > EVENT_POSTED)
        worker_grant((struct coro *)old, worker_current());
}

/* Take back one's publication. False: somebody has posted, and grants (or has granted). */
static bool event_withdraw(struct coro *self, _Atomic uintptr_t *event)
{
    uintptr_t mine = (uintptr_t)self;
    CORO_STEP();
    return atomic_compare_exchange_strong_explicit(event, &mine, EVENT_NONE, memory_order_acq_rel,
                                                   memory_order_acquire);
}

/* Suspended until granted (0), or withdrawn for a reason. */
static int event_sleep(struct coro *self, _Atomic uintptr_t *event, bool timed, bool cancellable, enum coro_state why)
{
    for (bool published = true;;) {
        if (self->flags & CORO_GRANTED) {
            self->flags = (uint8_t)(self->flags & ~CORO_GRANTED);
            return 0;
        }
        int reason = cancellable && self->flags & CORO_CANCEL ? -ECANCELED
                     : timed && timer_is_idle(&self->timer)   ? -ETIMEDOUT
                                                              : 0;
        if (reason && published) {
            if (event_withdraw(self, event))
                return reason;
            published = false; /* the grant is on its way */
        }
        coro_suspend(self, why);
    }
}

int event_wait(struct coro *self, _Atomic uintptr_t *event, uint64_t deadline_ns, bool cancellable, enum coro_state why)
{
    uintptr_t none = EVENT_NONE;
    int err = 0;
    if (atomic_load_explicit(event, memory_order_acquire) == EVENT_NONE) {
        bool timed = deadline_ns != CORO_NEVER;
        if (cancellable && self->flags & CORO_CANCEL)
            return -ECANCELED;
        if (timed && deadline_ns <= clock_monotonic_ns())
            return -ETIMEDOUT;
        CORO_STEP();
        if (atomic_compare_exchange_strong_explicit(event, &none, (uintptr_t)self, memory_order_acq_rel,
                                                    memory_order_acquire)) {
            if (timed)
                timer_heap_push(&self->worker->timers, &self->timer, deadline_ns);
            err = event_sleep(self, event, timed, cancellable, why);
            timer_heap_remove(&self->worker->timers, &self->timer);
        }
    }
    if (!err) /* consume: the caller looks at its condition next, and sees whatever was published before any post */
        atomic_exchange_explicit(event, EVENT_NONE, memory_order_acq_rel);
    return err;
}
