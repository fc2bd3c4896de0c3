/* SPDX-License-Identifier: Apache-2.0 */
/* The scheduler. See worker.h. */
#include "strategies/coroutine/worker.h"

#include "measure/clock.h"

#include "strategies/coroutine/fd_memo.h"
#include "strategies/coroutine/overflow.h"
#include "strategies/coroutine/spawn.h"

#include <errno.h>
#include <signal.h>
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

static _Thread_local struct worker *worker_here;

__attribute__((noinline)) struct worker *worker_current(void)
{
    __asm__ volatile("" ::: "memory"); /* keep callers from treating two calls as one */
    return worker_here;
}

/* A forked child has this thread and none of the rest: for it there is no worker here, and no ring to touch. */
static void forget_after_fork(void)
{
    worker_here = NULL;
}

static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, forget_after_fork);
}

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
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
    w->config = *config;
    w->batch = WORKER_BATCH_MAX;
    w->usual.index = STACK_CLASS_USUAL;
    int err = stack_pool_init(&w->usual.stacks, config->stack_bytes ? config->stack_bytes : STACK_DEFAULT_BYTES,
                              config->guard);
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
    spawn_fini(w);
    timer_heap_fini(&w->timers);
    runq_fini(&w->runq);
    deque_fini(&w->closures);
    fd_memo_destroy(w->fd_memo);
}

int worker_start(struct worker *w)
{
    int err = overflow_thread_init();
    if (err)
        return err;
    coro_context_native(&w->loop);
    err = w->config.backend->start(w);
    if (err) {
        overflow_thread_fini();
        return err;
    }
    w->thread = pthread_self();
    w->started = true;
    return 0;
}

void worker_finish(struct worker *w)
{
    w->config.backend->stop(w);
    w->started = false;
    spawn_forget_contexts(w);
    overflow_thread_fini();
}

void worker_block_signals(sigset_t *previous)
{
    static const int keep[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF};
    sigset_t set;
    sigfillset(&set);
    for (size_t i = 0; i < sizeof keep / sizeof keep[0]; i++)
        sigdelset(&set, keep[i]);
    pthread_sigmask(SIG_SETMASK, &set, previous);
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

void worker_take_mail(struct worker *w)
{
    if (!atomic_load_explicit(&w->mail, memory_order_relaxed))
        return; /* as with the inbox */
    struct mail *mail = atomic_exchange_explicit(&w->mail, NULL, memory_order_acquire), *oldest = NULL;
    while (mail) {
        struct mail *next = mail->next;
        mail->next = oldest;
        oldest = mail;
        mail = next;
    }
    while (oldest) {
        struct mail *next = oldest->next; /* delivering may end its life */
        oldest->deliver(oldest, w);
        oldest = next;
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
        oldest->flags |= CORO_GRANTED;
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
    if (!next)
        next = spawn_newest(w);
    if (!next)
        return; /* somebody else took the last closure */
    /* A lone coroutine that comes back at once needs no clock; one that used up the last budget does. */
    bool timed = runq_count(&w->runq) > 0 || w->budget <= 0;
    uint64_t start = timed ? clock_now_ns() : 0;
    w->budget = w->batch;
    if (w->previous && w->previous != next)
        ++*(w->parked ? &w->parked_switches_count : &w->switches_count);
    w->parked = false;
    next->state = CORO_RUNNING;
    w->current = next;
    coro_switch(&w->loop, &next->context, 0);
    w->previous = w->current;
    w->current = NULL;
    if (timed)
        batch_adapt(w, clock_now_ns() - start);
}

/* Nobody is runnable: sleep until a completion, a wake-up or the next deadline, unless something was published since
 * the turn began, or another worker has a closure to give away. */
static void worker_park(struct worker *w)
{
    struct worker_group *group = w->config.group;
    uint64_t bit = UINT64_C(1) << w->config.index, until_ns = timer_heap_next_ns(&w->timers);
    uint32_t run = PARK_RUN;
    uint64_t after_ns = group ? spawn_steal_after_ns(w) : 0;
    if (after_ns) {
        until_ns = after_ns < until_ns ? after_ns : until_ns;
    } else if (group) {
        atomic_fetch_or_explicit(&group->idle, bit, memory_order_seq_cst);
        if (spawn_steal(w)) {
            atomic_fetch_and_explicit(&group->idle, ~bit, memory_order_relaxed);
            return;
        }
    }
    CORO_STEP();
    if (atomic_compare_exchange_strong_explicit(&w->park, &run, PARK_ASLEEP, memory_order_seq_cst,
                                                memory_order_relaxed)) {
        CORO_STEP();
        w->parked = true;
        w->config.backend->poll(w, until_ns);
    }
    if (group)
        atomic_fetch_and_explicit(&group->idle, ~bit, memory_order_relaxed);
}

/*
 * The oldest closure must not wait for ever. Beside coroutines that never stop yielding to each other one starts in
 * every turn. Behind newer closures (children that go on spawning siblings) one starts in every 128th: more often would
 * turn the walk through a tree, depth first, into one that keeps all of its breadth alive; skynet was twenty times
 * slower so.
 */
static void closures_turn(struct worker *w)
{
    enum { PATIENCE_TURNS = 128 };
    if (deque_count(&w->closures) <= 0) {
        w->closure_turns = 0;
    } else if (runq_count(&w->runq) > 0 || ++w->closure_turns >= PATIENCE_TURNS) {
        w->closure_turns = 0;
        spawn_oldest(w);
        spawn_offer(w);
    }
}

void worker_run(struct worker *w)
{
    worker_here = w;
    for (;;) {
        atomic_exchange_explicit(&w->park, PARK_RUN, memory_order_acq_rel);
        CORO_STEP();
        inbox_drain(w);
        worker_take_mail(w);
        if (w->config.on_turn)
            w->config.on_turn(w, w->config.owner);
        if (atomic_load_explicit(&w->stopping, memory_order_acquire))
            break;
        timers_expire(w);
        closures_turn(w);
        if (runq_count(&w->runq) == 0 && deque_count(&w->closures) <= 0) {
            worker_park(w);
        } else {
            w->config.backend->poll(w, 0);
            worker_dispatch(w);
        }
    }
    atomic_store_explicit(&w->stopping, false, memory_order_relaxed);
    worker_here = NULL;
}
