/* SPDX-License-Identifier: Apache-2.0 */
/* The scheduler as coroutines and other threads see it: switching and waking. See worker.h; its loop is worker_loop.c.
 */
#include "strategies/coroutine/worker_private.h"

#include "measure/clock.h"

#include "strategies/coroutine/spawn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Thread_local struct worker *worker_here;

__attribute__((noinline)) struct worker *worker_current(void)
{
    __asm__ volatile("" ::: "memory"); /* keep callers from treating two calls as one */
    return worker_here;
}

_Noreturn void worker_fatal(const char *what, int err)
{
    char text[256];
    int n = snprintf(text, sizeof text, "quintet: coroutine runtime: %s: %s\n", what, strerror(err < 0 ? -err : err));
    if (n > 0 && fwrite(text, 1, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1, stderr))
        fflush(stderr);
    abort();
}

/* ---- switching ---- */

/* These take the worker from the thread, not from `self`: self comes from the stack that has just been switched to, and
 * through it everything would wait for that load. A coroutine never changes its thread, so they are the same. */

/* The state of the coroutine that leaves has been set by the caller. `handed`: `next` is given what it waits for along
 * with the processor, in a register; nobody has to write it down. Returns the same of the one who comes back. */
static inline __attribute__((always_inline)) bool leave_to(struct worker *w, struct coro *self, struct coro *next,
                                                           bool handed)
{
    next->state = CORO_RUNNING;
    w->current = next;
    w->switches_count++;
    return coro_switch(&self->context, &next->context, handed);
}

/* Who runs after the one that leaves: first those who wait for their turn, then the newest closure. NULL: the loop. */
static inline __attribute__((always_inline)) struct coro *next_to_run(struct worker *w)
{
    if (--w->budget <= 0)
        return NULL;
    struct coro *next = runq_pop(&w->runq);
    if (__builtin_expect(!next && deque_count(&w->closures) > 0, 0))
        next = spawn_newest(w);
    return next;
}

int coro_yield(struct coro *self)
{
    struct worker *w = worker_here;
    struct coro *next = next_to_run(w);
    if (next) {
        self->state = CORO_READY;
        runq_push(&w->runq, self);
        leave_to(w, self, next, false);
    } else if (w->budget <= 0) {
        self->state = CORO_READY;
        runq_push(&w->runq, self);
        coro_switch(&self->context, &w->loop, 0);
    } /* else alone: nobody to yield to */
    return __builtin_expect(self->flags & CORO_CANCEL, 0) && coro_take_cancel(self) ? -ECANCELED : 0;
}

bool coro_suspend(struct coro *self, enum coro_state why)
{
    struct worker *w = worker_here;
    self->state = (uint8_t)why;
    struct coro *next = next_to_run(w);
    return next ? leave_to(w, self, next, false) : coro_switch(&self->context, &w->loop, 0);
}

static bool coro_switch_to(struct coro *self, struct coro *next, enum coro_state why)
{
    struct worker *w = worker_here;
    if (__builtin_expect(next->state != CORO_READY, 1) && --w->budget > 0) {
        self->state = (uint8_t)why;
        return leave_to(w, self, next, true);
    }
    next->flags |= CORO_GRANTED;
    worker_ready(next); /* unless it was woken for another reason, and is queued already */
    return coro_suspend(self, why);
}

void coro_charge(struct coro *self)
{
    struct worker *w = worker_here;
    if (--w->budget <= 0) {
        self->state = CORO_READY;
        runq_push(&w->runq, self);
        coro_switch(&self->context, &w->loop, 0);
    }
}

int coro_sleep_until(struct coro *self, uint64_t deadline_ns)
{
    struct timer_heap *timers = &self->worker->timers;
    /* CLOCK_MONOTONIC itself, not the calibrated counter: "never early" is meant literally. */
    if (deadline_ns <= clock_monotonic_ns())
        return 0;
    if (coro_take_cancel(self))
        return -ECANCELED;
    timer_heap_push(timers, &self->timer, deadline_ns);
    while (!timer_is_idle(&self->timer)) {
        coro_suspend(self, CORO_WAIT_TIMER);
        if (self->flags & CORO_CANCEL && !timer_is_idle(&self->timer)) {
            timer_heap_remove(timers, &self->timer);
            coro_take_cancel(self);
            return -ECANCELED;
        }
    }
    return 0;
}

int coro_sleep(struct coro *self, uint64_t duration_ns)
{
    if (duration_ns == 0)
        return coro_yield(self);
    uint64_t now = clock_monotonic_ns();
    return coro_sleep_until(self, duration_ns < CORO_NEVER - now ? now + duration_ns : CORO_NEVER);
}

/* ---- waking ---- */

void worker_ready(struct coro *co)
{
    if (co->state == CORO_READY || co->state == CORO_RUNNING)
        return; /* it will look at its condition anyway */
    co->state = CORO_READY;
    runq_push(&co->worker->runq, co);
}

/* lazily: `from` is about to look at its own backend anyway, which may carry the wake-up along. */
static void notify(struct worker *target, struct worker *from, bool lazily)
{
    if (atomic_exchange_explicit(&target->park, PARK_NOTE, memory_order_seq_cst) != PARK_ASLEEP)
        return;
    /* Only within one loop: another one may have another backend, and may be closed before a message arrives. */
    bool related = from && from->config.loop == target->config.loop && from->config.backend == target->config.backend;
    target->config.backend->wake(target, related ? from : NULL, lazily);
}

void worker_notify(struct worker *target, struct worker *from)
{
    notify(target, from, false);
}

static void grant_remote(struct coro *co, struct worker *from, bool lazily)
{
    struct worker *w = co->worker;
    struct coro *head = atomic_load_explicit(&w->inbox, memory_order_relaxed);
    do
        co->next = head;
    while (!atomic_compare_exchange_weak_explicit(&w->inbox, &head, co, memory_order_release, memory_order_relaxed));
    CORO_STEP();
    notify(w, from, lazily);
}

void worker_grant(struct coro *co, struct worker *from)
{
    if (co->worker == from) {
        co->flags |= CORO_GRANTED;
        worker_ready(co);
    } else {
        grant_remote(co, from, false);
    }
}

bool coro_grant_and_suspend(struct coro *self, struct coro *next, enum coro_state why)
{
    struct worker *w = self->worker;
    if (next->worker == w)
        return coro_switch_to(self, next, why);
    grant_remote(next, w, runq_count(&w->runq) == 0 && deque_count(&w->closures) <= 0);
    return coro_suspend(self, why);
}

bool coro_cancel(struct coro *co)
{
    if (co->state == CORO_FREE)
        return false;
    co->flags |= CORO_CANCEL;
    co->canceller = NULL;
    worker_ready(co);
    return true;
}

void worker_post(struct worker *target, struct mail *mail)
{
    struct mail *head = atomic_load_explicit(&target->mail, memory_order_relaxed);
    do
        mail->next = head;
    while (
        !atomic_compare_exchange_weak_explicit(&target->mail, &head, mail, memory_order_release, memory_order_relaxed));
    CORO_STEP();
    notify(target, worker_current(), false);
}

void worker_stop(struct worker *w)
{
    atomic_store_explicit(&w->stopping, true, memory_order_release);
    worker_notify(w, NULL);
}
