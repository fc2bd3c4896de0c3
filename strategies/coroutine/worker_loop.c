/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's life, and the turns of its loop: messages, timers, completions, then the coroutines. See worker.h. */
#include "strategies/coroutine/worker_private.h"

#include "measure/clock.h"

#include "strategies/coroutine/fd_memo.h"
#include "strategies/coroutine/overflow.h"
#include "strategies/coroutine/slab.h"
#include "strategies/coroutine/spawn.h"

#include <errno.h>
#include <string.h>

/* ---- life ---- */

/* A forked child has this thread and none of the rest: for it there is no worker here, and no ring to touch. */
static void forget_after_fork(void)
{
    worker_here = NULL;
}

static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, forget_after_fork);
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
    slab_fini(w);
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
    slab_forget_contexts(w);
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

/* ---- news ---- */

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
