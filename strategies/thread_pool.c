/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that carry out jobs. See thread_pool.h; how they begin and end: thread_pool_life.c.
 *
 *     submit --push--> [ queue ] --pop--> thread 0..N-1 --run--> job --offer--> [ inner ]
 *        ^                                    |                  ^                  |
 *        '--- futex: room again --------------'                  '------- pop ------'
 *                                                                 by idle threads, and by jobs that wait for theirs
 *
 * Who has nothing to do sleeps: on `idle`, who would take from either queue; on `joining`, who waits for its own inner
 * jobs and would take others' from the inner one.
 *
 * Both queues are mpmc.h. A push enters the kernel only if somebody sleeps and nobody is on the way to look for work
 * already (event_count.h): work that comes in a heap wakes one thread, which wakes the next one before it begins, and
 * so on. A full queue puts the submitter to sleep until half of it is free, so that it is not woken for each single
 * cell.
 *
 * Before it sleeps, a thread may spin. Only `spinners_max` do so at a time, and while one does nobody is woken.
 *
 * Inner jobs. A job that waits for what it has split off (thread_pool_help) takes inner jobs meanwhile, but never one
 * from the outer queue: such a one may block for as long as it likes, and the job below it on the stack with it. Idle
 * threads look at the inner queue first, because somebody waits for those. A thread that sleeps in a join is a second
 * choice: who offers an inner job wakes an idle thread if there is one, and else one of these; so a join whose only
 * child has been taken by another thread does not cost the pool a thread. Its own last child wakes it by name
 * (thread_pool_nudge).
 *
 * Wanted. Threads count themselves in `hungry` when they find no job, and those that cross hungry_max on the way up or
 * down leave `wanted` alone; so that is min(hungry, hungry_max) less what waits, whatever order they come in. It is a
 * hint: no sleep and no wake-up depends on it. Owners read it, and write only when they give.
 *
 * Taking back. The ring has no way to take something out of its middle. So whether a job may begin is decided at its
 * ticket, by compare-and-swap from the number under which it waits: by the thread that popped it, or by the one that
 * offered it. A place whose number is no longer there is passed over. Where nobody pops, such places may fill the
 * queue; the next to offer makes room (thread_pool_make_room).
 *
 * Nobody waits for ever, if a job takes back what has not begun before it waits for the rest (and if not: that is in
 * the queue, where it looks before it sleeps). Of all inner jobs that have begun and not ended, look at the one that
 * began last. Nothing lies above it on its thread's stack (that would have begun later). If it waits, then for jobs
 * that began later, and there are none. So it goes on, and ends.
 *
 * Closing. The outer queue is closed by one step that every push takes part in (mpmc_close), so a job is either in, and
 * will be carried out or taken, or its submitter is told. A thread leaves when the queue is closed and drained, that is
 * when also those pushes have been popped that had only claimed their place when it was closed. A thread that is about
 * to sleep sees that it is closed or is seen by event_count_wake_all.
 *
 * Tuned, on two busy CPUs (100 000 empty jobs, two threads, best round of 50, median of 5 processes): published one by
 * one 54 ns per job, in batches that claim their positions together and are published behind one barrier 22 ns; 4 jobs
 * per batch are as good as 64. With room for 256 jobs 46 ns, for 1024 22, for 4096 17: a submitter that sleeps less
 * often. 1024 cells are 64 KiB, what a second-level cache spares easily. In batches the price of a job is the same from
 * 10^3 jobs to 10^6 (within a fifth); one by one it rises to 1.7 times from the point on where jobs no longer fit into
 * the queue and the submitter has to sleep, and stays there.
 *
 * Good at: jobs of a microsecond and more from anybody, that may block. Bad at: work of nanoseconds. All threads meet
 * at two counters and a cell per job, and each job goes through two atomic updates there on either side; and there is
 * one order for all, first come, first served.
 */
#include "strategies/thread_pool_private.h"

#include "measure/clock.h"

#include <errno.h>
#include <sched.h>

enum { SPIN_CHECKS = 16 };

/* Whose job this thread carries out, if any, and what that job was given. */
static _Thread_local struct {
    const struct thread_pool *pool;
    void *worker;
} here;

/* ---- threads ---- */

static void cpu_relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

static void inner_wake(struct thread_pool *pool)
{
    if (!event_count_wake_one(&pool->idle))
        event_count_wake_one(&pool->joining);
}

/* Others were not woken because this thread was about to look. If there is more than it took, wake the next one. */
static void search_pass_on(struct thread_pool *pool, struct event_count *ec, bool searching)
{
    if (searching)
        event_count_search_end(ec);
    if (!mpmc_empty(&pool->inner))
        inner_wake(pool);
    if (ec == &pool->idle && !mpmc_empty(&pool->queue))
        event_count_wake_one(&pool->idle);
}

/* After a pop. The pop released its cell before this looks, a submitter says that it waits before it tries to push:
 * both in sequentially consistent order, so a submitter that sleeps is seen by some later pop, at the latest by the
 * last. */
static void space_offer(struct thread_pool *pool)
{
    if (atomic_load(&pool->space_wanted) && mpmc_count(&pool->queue) <= (pool->queue.mask + 1) / 2 &&
        atomic_exchange(&pool->space_wanted, 0))
        futex_wake(&pool->space_wanted, INT_MAX);
}

static inline void wanted_change(struct thread_pool *pool, int32_t by)
{
    atomic_fetch_add_explicit(&pool->wanted, by, memory_order_relaxed);
}

/* A thread is hungry from the time it found no job until it has one (or need not look any more). For the first
 * hungry_max of them one more inner job is wanted each. */
static inline void hunger(struct thread_pool *pool, bool *hungry, bool now)
{
    if (*hungry == now || pool->config.hungry_max == 0)
        return;
    *hungry = now;
    if (now && atomic_fetch_add_explicit(&pool->hungry, 1, memory_order_relaxed) < pool->config.hungry_max)
        wanted_change(pool, 1);
    if (!now && atomic_fetch_sub_explicit(&pool->hungry, 1, memory_order_relaxed) <= pool->config.hungry_max)
        wanted_change(pool, -1);
}

/* What an inner job carries beside what it was given: its ticket, and the number it waits under. */
enum { INNER_TICKET = 3, INNER_STATE = 4 };

static inline bool ticket_claim(struct thread_pool *pool, struct thread_pool_ticket *ticket, uint64_t state)
{
    strategy_step();
    if (!atomic_compare_exchange_strong(&ticket->state, &state, state + 1))
        return false;
    wanted_change(pool, 1); /* one less waits */
    return true;
}

/* After a pop: is this a job, or the place of one that was taken back? */
static inline bool inner_claim(struct thread_pool *pool, const struct closure *job)
{
    return ticket_claim(pool, (struct thread_pool_ticket *)(uintptr_t)job->arg[INNER_TICKET], job->arg[INNER_STATE]);
}

static inline bool inner_take(struct thread_pool *pool, struct closure *job)
{
    while (mpmc_pop(&pool->inner, job))
        if (inner_claim(pool, job))
            return true;
    return false;
}

static inline bool queue_take(struct thread_pool *pool, struct closure *job)
{
    if (!mpmc_pop(&pool->queue, job))
        return false;
    space_offer(pool);
    return true;
}

bool thread_pool_take(struct thread_pool *pool, struct closure *job)
{
    return queue_take(pool, job);
}

/* Look for work, and not again than for spin_ns, unless enough do so. True as soon as there is some or it is over. */
static bool thread_spin(struct thread_pool *pool, struct event_count *ec, bool *searching, _Atomic int64_t *pending)
{
    if (pool->config.spin_ns == 0)
        return false;
    if (!*searching && !event_count_search_begin(ec, pool->config.spinners_max))
        return false;
    *searching = true;
    uint64_t deadline_ns = clock_now_ns() + pool->config.spin_ns;
    do
        for (unsigned i = 0; i < SPIN_CHECKS; i++) {
            if (!mpmc_empty(&pool->inner))
                return true;
            if (pending ? atomic_load(pending) == 0 : !mpmc_empty(&pool->queue) || mpmc_closed(&pool->queue))
                return true;
            cpu_relax();
        }
    while (clock_now_ns() < deadline_ns);
    return false;
}

static void thread_serve(struct pool_thread *self)
{
    struct thread_pool *pool = self->pool;
    bool searching = false, expected = false, worked = false, hungry = false;
    struct closure job;

    for (;;) {
        if (inner_take(pool, &job) || queue_take(pool, &job)) {
            hunger(pool, &hungry, false);
            if (searching || expected) /* before the job runs: it may block for long, or wait for that very one */
                search_pass_on(pool, &pool->idle, searching);
            searching = expected = false;
            worked = true;
            job.run(&job, self->worker);
            continue;
        }
        hunger(pool, &hungry, true);
        if (worked && pool->config.idle)
            pool->config.idle(self->worker);
        worked = false;
        if (mpmc_drained(&pool->queue))
            break;
        if (mpmc_closed(&pool->queue)) {
            sched_yield(); /* somebody has claimed a cell and is about to fill it */
            continue;
        }
        if (thread_spin(pool, &pool->idle, &searching, NULL))
            continue;
        event_count_enter(&pool->idle, self->index, searching);
        strategy_step();
        if (!mpmc_empty(&pool->inner) || !mpmc_empty(&pool->queue) || mpmc_closed(&pool->queue))
            event_count_withdraw(&pool->idle, self->index);
        searching = event_count_wait(&pool->idle, self->index);
        expected = true;
    }
    search_pass_on(pool, &pool->idle, searching);
}

void *thread_pool_main(void *arg)
{
    struct pool_thread *self = arg;
    struct thread_pool *pool = self->pool;
    int none = 0, rc = pool->config.begin ? pool->config.begin(pool->config.arg, self->index, &self->worker) : 0;

    if (rc < 0)
        atomic_compare_exchange_strong(&pool->begin_error, &none, rc);
    here.pool = pool;
    here.worker = self->worker;
    latch_down(&pool->begun, 1);
    thread_serve(self);
    return NULL;
}

/* ---- jobs that wait for their inner jobs ---- */

const _Atomic int32_t *thread_pool_wanted(const struct thread_pool *pool)
{
    return &pool->wanted;
}

int thread_pool_offer(struct thread_pool *pool, const struct closure *job, struct thread_pool_ticket *ticket,
                      bool anyway)
{
    const uint64_t state = atomic_load_explicit(&ticket->state, memory_order_relaxed) + 1;
    struct closure inner = *job;

    /* Counted first: of several who see that one is wanted, one offers it. */
    if (atomic_fetch_sub_explicit(&pool->wanted, 1, memory_order_relaxed) <= 0 && !anyway) {
        wanted_change(pool, 1);
        return -EAGAIN;
    }
    inner.arg[INNER_TICKET] = (uintptr_t)ticket;
    inner.arg[INNER_STATE] = state;
    atomic_store_explicit(&ticket->state, state, memory_order_relaxed);
    if (!mpmc_push(&pool->inner, &inner)) {
        atomic_store_explicit(&ticket->state, state - 1, memory_order_relaxed);
        wanted_change(pool, 1);
        return -ENOSPC;
    }
    inner_wake(pool);
    return 0;
}

void thread_pool_make_room(struct thread_pool *pool)
{
    struct closure job;

    if (mpmc_pop(&pool->inner, &job) && inner_claim(pool, &job))
        job.run(&job, here.worker);
}

bool thread_pool_take_back(struct thread_pool *pool, struct thread_pool_ticket *ticket)
{
    const uint64_t state = atomic_load(&ticket->state);

    return (state & 1) && ticket_claim(pool, ticket, state);
}

void thread_pool_help(struct thread_pool *pool, unsigned index, _Atomic int64_t *pending)
{
    bool searching = false, expected = false, hungry = false;
    struct closure job;

    while (atomic_load(pending) != 0) {
        if (inner_take(pool, &job)) {
            hunger(pool, &hungry, false);
            if (searching || expected)
                search_pass_on(pool, &pool->joining, searching);
            searching = expected = false;
            job.run(&job, here.worker);
            continue;
        }
        hunger(pool, &hungry, true);
        if (thread_spin(pool, &pool->joining, &searching, pending))
            continue;
        event_count_enter(&pool->joining, index, searching);
        strategy_step();
        if (!mpmc_empty(&pool->inner) || atomic_load(pending) == 0)
            event_count_withdraw(&pool->joining, index);
        searching = event_count_wait(&pool->joining, index);
        expected = true;
    }
    hunger(pool, &hungry, false);
    if (searching || expected)
        search_pass_on(pool, &pool->joining, searching);
}

void thread_pool_nudge(struct thread_pool *pool, unsigned index)
{
    event_count_withdraw(&pool->joining, index);
}

/* ---- submitters ---- */

void thread_pool_run(struct thread_pool *pool, const struct closure *job)
{
    const struct thread_pool *outer_pool = here.pool;
    void *outer_worker = here.worker;

    if (outer_pool != pool)
        here.worker = NULL;
    here.pool = pool;
    job->run(job, here.worker);
    here.pool = outer_pool;
    here.worker = outer_worker;
}

bool thread_pool_is_here(const struct thread_pool *pool)
{
    return here.pool == pool;
}

/* The queue was full a moment ago. */
static int submit_slowly(struct thread_pool *pool, const struct closure *job, enum thread_pool_policy policy)
{
    struct closure oldest;

    while (!mpmc_push(&pool->queue, job)) {
        if (mpmc_closed(&pool->queue))
            return -ESHUTDOWN;
        if (policy == THREAD_POOL_TRY)
            return -EAGAIN;
        if (thread_pool_is_here(pool)) {
            thread_pool_run(pool, job);
            return 0;
        }
        if (policy == THREAD_POOL_CALLER_RUNS) {
            if (thread_pool_take(pool, &oldest))
                thread_pool_run(pool, &oldest);
            else
                sched_yield(); /* whoever has claimed the oldest cell is about to fill or to free it */
            continue;
        }
        strategy_step();
        /* It stays 1 if there is room now: another submitter may have come to sleep on it. */
        if (atomic_exchange(&pool->space_wanted, 1) == 0)
            continue;
        strategy_step();
        while (atomic_load(&pool->space_wanted) && !mpmc_closed(&pool->queue))
            futex_wait(&pool->space_wanted, 1);
    }
    event_count_wake_one(&pool->idle);
    return 0;
}

int thread_pool_submit(struct thread_pool *pool, const struct closure *job, enum thread_pool_policy policy)
{
    if (!mpmc_push(&pool->queue, job))
        return submit_slowly(pool, job, policy);
    event_count_wake_one(&pool->idle);
    return 0;
}

size_t thread_pool_submit_many(struct thread_pool *pool, const struct closure *jobs, size_t n,
                               enum thread_pool_policy policy)
{
    for (size_t done = 0; done < n;) {
        size_t pushed = mpmc_push_many(&pool->queue, jobs + done, n - done);
        if (pushed)
            event_count_wake_one(&pool->idle);
        else if (submit_slowly(pool, &jobs[done], policy) == 0)
            pushed = 1;
        else
            return done;
        done += pushed;
    }
    return n;
}

void thread_pool_close(struct thread_pool *pool)
{
    mpmc_close(&pool->queue);
    strategy_step();
    event_count_wake_all(&pool->idle);
    atomic_store(&pool->space_wanted, 0);
    futex_wake(&pool->space_wanted, INT_MAX);
}

bool thread_pool_is_closed(struct thread_pool *pool)
{
    return mpmc_closed(&pool->queue);
}
