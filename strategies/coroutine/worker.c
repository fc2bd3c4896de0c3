/* SPDX-License-Identifier: Apache-2.0 */
/* The scheduler. See worker.h. */
#include "strategies/coroutine/worker.h"

#include "measure/clock.h"

#include "strategies/coroutine/fd_memo.h"
#include "strategies/coroutine/overflow.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/*
 * The park word. Every access is a read-modify-write of the same word, and that is the whole proof that no wake-up is
 * lost: the modifications have one order. A producer that publishes and then exchanges NOTE either does so before the
 * owner's compare-exchange RUN -> PARK, which then fails, or after it, and then reads PARK and wakes. Plain loads and
 * stores in either place are how others lost wake-ups.
 */
enum {
    PARK_RUN,  /* the owner is awake and will look again before it sleeps */
    PARK_NOTE, /* something was published since the owner last looked */
    PARK_ASLEEP,
};

struct coro_slab {
    struct coro_slab *next;
    size_t bytes;
    struct coro coro[];
};

enum { CORO_SLAB_MIN = 16, CORO_SLAB_MAX = 8192 };

_Noreturn void worker_fatal(const char *what, int err)
{
    char text[256];
    int n = snprintf(text, sizeof text, "quintet: coroutine runtime: %s: %s\n", what, strerror(err < 0 ? -err : err));
    if (n > 0 && fwrite(text, 1, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1, stderr))
        fflush(stderr);
    abort();
}

int worker_init(struct worker *w, const struct worker_config *config)
{
    memset(w, 0, sizeof *w);
    w->config = *config;
    w->batch = WORKER_BATCH_MAX;
    int err =
        stack_pool_init(&w->stacks, config->stack_bytes ? config->stack_bytes : STACK_DEFAULT_BYTES, config->guard);
    if (err)
        return err;
    w->fd_memo = fd_memo_create();
    if (!w->fd_memo)
        return -ENOMEM;
    err = config->backend->init(w, &config->io);
    if (err)
        fd_memo_destroy(w->fd_memo);
    return err;
}

void worker_fini(struct worker *w)
{
    w->config.backend->fini(w);
    while (w->slabs) {
        struct coro_slab *slab = w->slabs;
        w->slabs = slab->next;
        munmap(slab, slab->bytes);
    }
    stack_pool_fini(&w->stacks);
    timer_heap_fini(&w->timers);
    runq_fini(&w->runq);
    fd_memo_destroy(w->fd_memo);
}

int worker_start(struct worker *w)
{
    int err = overflow_thread_init(&w->signal_stack);
    if (err)
        return err;
    coro_context_native(&w->loop);
    err = w->config.backend->start(w);
    if (err)
        overflow_thread_fini(w->signal_stack);
    return err;
}

void worker_finish(struct worker *w)
{
    w->config.backend->stop(w);
    for (struct coro *co = w->free; co; co = co->next)
        coro_context_fini(&co->context);
    overflow_thread_fini(w->signal_stack);
}

/* ---- control blocks ---- */

static void coro_recycle(struct worker *w, struct coro *co)
{
    co->next = w->free;
    w->free = co;
}

static int coro_slab_add(struct worker *w, size_t count)
{
    if (count < CORO_SLAB_MIN)
        count = CORO_SLAB_MIN;
    if (count > CORO_SLAB_MAX)
        count = CORO_SLAB_MAX;
    /* Each coroutine is queued at most once and has at most one timer: with room for all of them, switching, waking
     * and sleeping never allocate and never fail. */
    int err = runq_reserve(&w->runq, w->coro_count + count);
    if (!err)
        err = timer_heap_reserve(&w->timers, w->coro_count + count);
    if (!err)
        err = stack_pool_reserve(&w->stacks, count);
    if (err)
        return err;
    size_t bytes = sizeof(struct coro_slab) + count * sizeof(struct coro);
    struct coro_slab *slab = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (slab == MAP_FAILED)
        return -ENOMEM;
    slab->bytes = bytes;
    slab->next = w->slabs;
    w->slabs = slab;
    for (size_t i = count; i-- > 0;) {
        struct coro *co = &slab->coro[i];
        co->worker = w;
        co->timer.index = TIMER_IDLE;
        co->stack = stack_pool_take(&w->stacks);
        coro_recycle(w, co);
    }
    w->coro_count += count;
    return 0;
}

int worker_reserve(struct worker *w, size_t count)
{
    while (w->coro_count < count) {
        int err = coro_slab_add(w, count - w->coro_count);
        if (err)
            return err;
    }
    return 0;
}

/* ---- spawning and ending ---- */

/* First C function of a coroutine, and the last. */
CORO_UNINSTRUMENTED static void coro_main(struct coro_origin *origin, uintptr_t value)
{
    struct coro *self = (struct coro *)((char *)origin - offsetof(struct coro, origin));
    struct worker *w = self->worker;
    (void)value;
    self->fn(self, self->arg);
    self->state = CORO_FREE;
    w->live_count--;
    coro_recycle(w, self); /* still standing on its stack: nothing may be spawned from here to the switch */
    struct coro *next = --w->budget > 0 ? runq_pop(&w->runq) : NULL;
    if (!next)
        coro_switch_final(&self->context, &w->loop, 0);
    next->state = CORO_RUNNING;
    w->current = next;
    w->switches_count++;
    coro_switch_final(&self->context, &next->context, 0);
}

struct coro *worker_spawn(struct worker *w, coro_fn *fn, void *arg, uint32_t id)
{
    if (!w->free && coro_slab_add(w, w->coro_count))
        return NULL;
    struct coro *co = w->free;
    w->free = co->next;
    w->live_count++;
    co->ctx.ops = w->config.ops;
    co->ctx.lane = w->config.lane;
    co->next = NULL;
    co->id = id;
    co->fn = fn;
    co->arg = arg;
    co->origin.start = coro_main;
    co->stack->owner_id = id;
    coro_context_prepare(&co->context, co->stack->low, co->stack->top, &co->origin);
    worker_ready(co);
    return co;
}

/* ---- switching ---- */

/* The state of the coroutine that leaves has been set by the caller. */
static inline __attribute__((always_inline)) void leave_to(struct worker *w, struct coro *self, struct coro *next)
{
    next->state = CORO_RUNNING;
    w->current = next;
    w->switches_count++;
    coro_switch(&self->context, &next->context, 0);
}

void coro_yield(struct coro *self)
{
    struct worker *w = self->worker;
    if (--w->budget > 0) {
        struct coro *next = runq_pop(&w->runq);
        if (!next)
            return; /* alone: nobody to yield to */
        self->state = CORO_READY;
        runq_push(&w->runq, self);
        leave_to(w, self, next);
    } else {
        self->state = CORO_READY;
        runq_push(&w->runq, self);
        coro_switch(&self->context, &w->loop, 0);
    }
}

void coro_suspend(struct coro *self, enum coro_state why)
{
    struct worker *w = self->worker;
    self->state = (uint8_t)why;
    struct coro *next = --w->budget > 0 ? runq_pop(&w->runq) : NULL;
    if (next)
        leave_to(w, self, next);
    else
        coro_switch(&self->context, &w->loop, 0);
}

static void coro_switch_to(struct coro *self, struct coro *next, enum coro_state why)
{
    struct worker *w = self->worker;
    if (--w->budget > 0) {
        self->state = (uint8_t)why;
        leave_to(w, self, next);
    } else {
        worker_ready(next);
        self->state = (uint8_t)why;
        coro_switch(&self->context, &w->loop, 0);
    }
}

void coro_charge(struct coro *self)
{
    struct worker *w = self->worker;
    if (--w->budget <= 0) {
        self->state = CORO_READY;
        runq_push(&w->runq, self);
        coro_switch(&self->context, &w->loop, 0);
    }
}

void coro_sleep_until(struct coro *self, uint64_t deadline_ns)
{
    /* CLOCK_MONOTONIC itself, not the calibrated counter: "never early" is meant literally. */
    if (deadline_ns <= clock_monotonic_ns())
        return;
    timer_heap_push(&self->worker->timers, &self->timer, deadline_ns);
    while (!timer_is_idle(&self->timer))
        coro_suspend(self, CORO_WAIT_TIMER);
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
    if (atomic_exchange_explicit(&target->park, PARK_NOTE, memory_order_seq_cst) == PARK_ASLEEP)
        target->config.backend->wake(target, from, lazily);
}

void worker_notify(struct worker *target, struct worker *from)
{
    notify(target, from, false);
}

static void wake_remote(struct coro *co, struct worker *from, bool lazily)
{
    struct worker *w = co->worker;
    struct coro *head = atomic_load_explicit(&w->inbox, memory_order_relaxed);
    do
        co->next = head;
    while (!atomic_compare_exchange_weak_explicit(&w->inbox, &head, co, memory_order_release, memory_order_relaxed));
    CORO_STEP();
    notify(w, from, lazily);
}

void worker_wake(struct coro *co, struct worker *from)
{
    if (co->worker == from)
        worker_ready(co);
    else
        wake_remote(co, from, false);
}

void coro_wake_and_suspend(struct coro *self, struct coro *next, enum coro_state why)
{
    struct worker *w = self->worker;
    if (next->worker == w) {
        coro_switch_to(self, next, why);
    } else {
        wake_remote(next, w, runq_count(&w->runq) == 0);
        coro_suspend(self, why);
    }
}

static void inbox_drain(struct worker *w)
{
    if (!atomic_load_explicit(&w->inbox, memory_order_relaxed))
        return; /* whatever is pushed after this load comes with a NOTE that the next exchange sees */
    CORO_STEP();
    struct coro *co = atomic_exchange_explicit(&w->inbox, NULL, memory_order_acquire);
    struct coro *oldest = NULL;
    while (co) { /* a push puts the newest first; turn it round */
        struct coro *next = co->next;
        co->next = oldest;
        oldest = co;
        co = next;
    }
    while (oldest) {
        struct coro *next = oldest->next;
        oldest->next = NULL;
        worker_ready(oldest);
        oldest = next;
    }
}

void worker_stop(struct worker *w)
{
    atomic_store_explicit(&w->stopping, true, memory_order_release);
    worker_notify(w, NULL);
}

/* ---- the loop ---- */

static void timers_expire(struct worker *w)
{
    if (w->timers.count == 0)
        return;
    uint64_t now = clock_monotonic_ns();
    struct timer *timer;
    while ((timer = timer_heap_expire(&w->timers, now)))
        worker_ready((struct coro *)((char *)timer - offsetof(struct coro, timer)));
}

/* How many switches fit into WORKER_TURN_NS is learned, not measured at every switch: a clock read costs more than a
 * switch. Down in proportion at once, up by doubling. */
static void batch_adapt(struct worker *w, uint64_t spent_ns)
{
    int used = w->batch - w->budget;
    if (spent_ns > WORKER_TURN_NS) {
        uint64_t fit = (uint64_t)used * WORKER_TURN_NS / spent_ns;
        w->batch = fit > 1 ? (int)fit : 1;
    } else if (spent_ns < WORKER_TURN_NS / 2 && w->batch < WORKER_BATCH_MAX) {
        w->batch = w->batch * 2 < WORKER_BATCH_MAX ? w->batch * 2 : WORKER_BATCH_MAX;
    }
}

/* Let coroutines run until nobody is runnable or the budget is used up. */
static void worker_dispatch(struct worker *w)
{
    struct coro *next = runq_pop(&w->runq);
    /* A lone coroutine that comes back at once needs no clock; one that used up the last budget does. */
    bool timed = runq_count(&w->runq) > 0 || w->budget <= 0;
    uint64_t start = timed ? clock_now_ns() : 0;
    w->budget = w->batch;
    if (w->previous && w->previous != next)
        w->switches_count++;
    next->state = CORO_RUNNING;
    w->current = next;
    coro_switch(&w->loop, &next->context, 0);
    w->previous = w->current;
    w->current = NULL;
    if (timed)
        batch_adapt(w, clock_now_ns() - start);
}

/* Nobody is runnable: sleep until a completion, a wake-up or the next deadline, unless something was published since
 * the turn began. */
static void worker_park(struct worker *w)
{
    uint32_t run = PARK_RUN;
    CORO_STEP();
    if (!atomic_compare_exchange_strong_explicit(&w->park, &run, PARK_ASLEEP, memory_order_seq_cst,
                                                 memory_order_relaxed))
        return;
    CORO_STEP();
    w->previous = NULL;
    w->config.backend->poll(w, timer_heap_next_ns(&w->timers));
}

void worker_run(struct worker *w)
{
    for (;;) {
        atomic_exchange_explicit(&w->park, PARK_RUN, memory_order_acq_rel);
        CORO_STEP();
        inbox_drain(w);
        if (w->config.on_turn)
            w->config.on_turn(w, w->config.owner);
        if (atomic_load_explicit(&w->stopping, memory_order_acquire))
            return;
        timers_expire(w);
        if (runq_count(&w->runq) == 0) {
            worker_park(w);
        } else {
            w->config.backend->poll(w, 0);
            worker_dispatch(w);
        }
    }
}
