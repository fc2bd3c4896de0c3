/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool: K threads that live from open to close and take tasks from one bounded queue, first in, first out.
 *
 *     caller --push--> [ ring of closures ] --pop--> worker 0..K-1 --> lane 0..K-1
 *        ^                                                |
 *        +------ futex: space again / all done <----------+
 *
 * Nothing is allocated per task and no lock is taken. A push enters the kernel only if somebody sleeps and nobody is on
 * the way to look for work already (event_count.h); a full queue puts the caller to sleep until half of it is free, so
 * that it is not woken for each single cell. What has been done is counted by each worker for itself and handed in when
 * the queue is empty: the caller must hear of the last task only, and one contended counter less is touched per task.
 *
 * Before it sleeps, a worker may spin for `spin_ns` (-1: 2 us, and not at all with two CPUs or fewer, where spinning
 * only keeps away whoever would bring the work). Only half as many workers as there are CPUs spin at a time.
 */
#include "contract/strategy.h"

#include "measure/clock.h"

#include "strategies/event_count.h"
#include "strategies/futex.h"
#include "strategies/mpmc.h"
#include "strategies/thread_attr.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { SPIN_AUTO = -1, SPIN_DEFAULT_NS = 2000 };

enum { OPTION_QUEUE_COUNT, OPTION_SPIN_NS, OPTION_STACK_BYTES };
static const struct param_spec pool_options[] = {
    {.name = "queue_count",
     .unit = "count",
     .summary = "closures the queue holds (rounded up to a power of two)",
     .defaults = {1024, 1024, 1024},
     .min = 2,
     .max = 1 << 20},
    {.name = "spin_ns",
     .unit = "ns",
     .summary = "how long an idle worker spins; -1: 2 us, but 0 with P <= 2",
     .defaults = {SPIN_AUTO, SPIN_AUTO, SPIN_AUTO},
     .min = SPIN_AUTO,
     .max = 1000000},
    THREAD_STACK_OPTION,
    {.name = NULL},
};

struct worker {
    struct strategy_state *pool;
    struct ctx ctx;
    pthread_t thread;
    unsigned index;
};

struct strategy_state {
    const struct strategy_config *config;
    struct worker *workers; /* in_flight of them */
    struct event_sleeper *sleepers;
    unsigned started; /* workers that have a thread */
    uint64_t spin_ns;
    uint32_t spinners_max;
    size_t stack_bytes;
    _Atomic bool stop;
    _Atomic int place_error;
    _Atomic uint32_t space_wanted; /* 1: the caller sleeps on this word, or is about to */
    struct mpmc queue;
    struct event_count idle;
    _Alignas(128) _Atomic uint32_t pending; /* tasks (while opening: workers) that have not been handed in */
    _Atomic uint32_t pending_is_none;       /* futex: 1 when the last one was */
};

/* --- pending: a count that one thread waits for --- */

static void pending_begin(struct strategy_state *pool, uint32_t count)
{
    atomic_store_explicit(&pool->pending_is_none, 0, memory_order_relaxed);
    atomic_store_explicit(&pool->pending, count, memory_order_relaxed);
}

static void pending_hand_in(struct strategy_state *pool, uint32_t count)
{
    if (atomic_fetch_sub_explicit(&pool->pending, count, memory_order_acq_rel) == count) {
        atomic_store_explicit(&pool->pending_is_none, 1, memory_order_release);
        futex_wake(&pool->pending_is_none, 1);
    }
}

static void pending_wait(struct strategy_state *pool)
{
    while (!atomic_load_explicit(&pool->pending_is_none, memory_order_acquire))
        futex_wait(&pool->pending_is_none, 0);
}

/* --- workers --- */

static void cpu_relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

/* True as soon as there is work or an end. */
static bool worker_spin(struct strategy_state *pool)
{
    uint64_t deadline_ns = clock_now_ns() + pool->spin_ns;

    do
        for (unsigned i = 0; i < 16; i++) {
            if (!mpmc_empty(&pool->queue) || atomic_load_explicit(&pool->stop, memory_order_relaxed))
                return true;
            cpu_relax();
        }
    while (clock_now_ns() < deadline_ns);
    return false;
}

/* After a pop. The pop released its cell before this looks, the caller says that it waits before it tries to push:
 * both in sequentially consistent order, so a caller that sleeps is seen by some later pop, at the latest by the last.
 */
static void space_offer(struct strategy_state *pool)
{
    if (atomic_load(&pool->space_wanted) && mpmc_count(&pool->queue) <= (pool->queue.mask + 1) / 2 &&
        atomic_exchange(&pool->space_wanted, 0))
        futex_wake(&pool->space_wanted, INT_MAX);
}

/* Sleep until there may be work, then be a searcher. False: leave. */
static bool worker_park(struct worker *self, bool searching)
{
    struct strategy_state *pool = self->pool;

    event_count_enter(&pool->idle, self->index, searching);
    if (atomic_load(&pool->stop))
        event_count_wake_all(&pool->idle);
    else if (!mpmc_empty(&pool->queue))
        event_count_wake_one(&pool->idle);
    event_count_wait(&pool->idle, self->index);
    return !atomic_load(&pool->stop);
}

static void worker_serve(struct worker *self)
{
    struct strategy_state *pool = self->pool;
    bool searching = false;
    uint32_t done = 0;

    for (;;) {
        struct closure job;
        if (mpmc_pop(&pool->queue, &job)) {
            if (searching) {
                /* The next one is woken before this job runs: it may block for long, or wait for that very job. */
                searching = false;
                event_count_search_end(&pool->idle);
                if (!mpmc_empty(&pool->queue))
                    event_count_wake_one(&pool->idle);
            }
            space_offer(pool);
            job.run(&job, self);
            done++;
            continue;
        }
        if (done > 0)
            pending_hand_in(pool, done);
        done = 0;
        if (pool->spin_ns > 0) {
            if (!searching)
                searching = event_count_search_begin(&pool->idle, pool->spinners_max);
            if (searching && worker_spin(pool) && !atomic_load(&pool->stop))
                continue;
        }
        if (!worker_park(self, searching))
            return;
        searching = true;
    }
}

static void *worker_main(void *arg)
{
    struct worker *self = arg;
    int none = 0, rc = strategy_place(self->pool->config, self->index);

    if (rc < 0)
        atomic_compare_exchange_strong(&self->pool->place_error, &none, rc);
    pending_hand_in(self->pool, 1);
    worker_serve(self);
    return NULL;
}

/* --- the caller --- */

static void pool_submit(struct strategy_state *pool, const struct closure *job)
{
    while (!mpmc_push(&pool->queue, job)) {
        atomic_store(&pool->space_wanted, 1);
        if (mpmc_push(&pool->queue, job)) {
            atomic_store(&pool->space_wanted, 0);
            break;
        }
        while (atomic_load(&pool->space_wanted))
            futex_wait(&pool->space_wanted, 1);
    }
    event_count_wake_one(&pool->idle);
}

static void closure_run_task(const struct closure *self, void *worker)
{
    task_loop((struct task *)(uintptr_t)self->arg[0], &((struct worker *)worker)->ctx);
}

static int pool_run(struct strategy_state *pool, struct task *tasks, unsigned n)
{
    if (n == 0)
        return 0;
    pending_begin(pool, n);
    for (unsigned i = 0; i < n; i++) {
        struct closure job = {.run = closure_run_task, .arg = {(uintptr_t)&tasks[i]}};
        pool_submit(pool, &job);
    }
    pending_wait(pool);
    return 0;
}

static void pool_close(struct strategy_state *pool)
{
    atomic_store(&pool->stop, true);
    event_count_wake_all(&pool->idle);
    for (unsigned i = 0; i < pool->started; i++)
        pthread_join(pool->workers[i].thread, NULL);
    mpmc_fini(&pool->queue);
    free(pool->sleepers);
    free(pool->workers);
    free(pool);
}

/* Start all workers and wait until each has come to life at its place. */
static int pool_start(struct strategy_state *pool)
{
    const struct strategy_config *config = pool->config;
    pthread_attr_t attr;
    int rc = thread_attr_init_small(&attr, &pool->stack_bytes);

    if (rc < 0)
        return rc;
    pending_begin(pool, config->in_flight);
    for (unsigned i = 0; i < config->in_flight && rc == 0; i++) {
        struct worker *worker = &pool->workers[i];
        *worker = (struct worker){.pool = pool, .index = i, .ctx = {.ops = &ctx_blocking, .lane = &config->lanes[i]}};
        rc = -pthread_create(&worker->thread, &attr, worker_main, worker);
        if (rc == 0)
            pool->started++;
    }
    pthread_attr_destroy(&attr);
    if (rc < 0)
        return rc;
    pending_wait(pool);
    return atomic_load(&pool->place_error);
}

static int pool_open(struct strategy_state **out, const struct strategy_config *config)
{
    const unsigned k = config->in_flight;
    int64_t spin_ns = config->options->value[OPTION_SPIN_NS];

    *out = NULL;
    if (k < 1 || k > EVENT_COUNT_SLEEPERS_MAX || config->n_lanes < k || config->group > k)
        return -EINVAL;
    struct strategy_state *pool = aligned_alloc(_Alignof(struct strategy_state), sizeof *pool);
    if (!pool)
        return -ENOMEM;
    if (spin_ns == SPIN_AUTO)
        spin_ns = config->workers <= 2 ? 0 : SPIN_DEFAULT_NS;
    *pool = (struct strategy_state){
        .config = config,
        .workers = calloc(k, sizeof *pool->workers),
        .sleepers = aligned_alloc(_Alignof(struct event_sleeper), k * sizeof *pool->sleepers),
        .spin_ns = (uint64_t)spin_ns,
        .spinners_max = config->workers > 1 ? config->workers / 2 : 1,
        .stack_bytes = (size_t)config->options->value[OPTION_STACK_BYTES],
    };
    pool->idle.sleepers = pool->sleepers;
    int rc = mpmc_init(&pool->queue, (size_t)config->options->value[OPTION_QUEUE_COUNT], 0);
    if (rc == 0 && (!pool->workers || !pool->sleepers))
        rc = -ENOMEM;
    for (unsigned i = 0; rc == 0 && i < k; i++)
        pool->sleepers[i] = (struct event_sleeper){0};
    if (rc == 0)
        rc = pool_start(pool);
    if (rc < 0)
        pool_close(pool);
    else
        *out = pool;
    return rc;
}

static int pool_probe(char *why, size_t why_len)
{
    (void)why, (void)why_len;
    return 0;
}

static unsigned pool_in_flight(unsigned k, unsigned workers)
{
    (void)workers;
    return k;
}

static unsigned pool_cores(unsigned k, unsigned workers)
{
    return k < workers ? k : workers;
}

static void pool_describe(const struct strategy_state *pool, char *out, size_t len)
{
    snprintf(out, len, "%u workers, queue of %zu closures, spin %llu ns, stacks of %zu bytes", pool->started,
             pool->queue.mask + 1, (unsigned long long)pool->spin_ns, pool->stack_bytes);
}

const struct strategy strategy_pool = {
    .name = "pool",
    .summary = "K persistent workers and one bounded queue",
    .canonical = true,
    .childless = "cannot carry children yet",
    .options = pool_options,
    .probe = pool_probe,
    .in_flight = pool_in_flight,
    .lanes = pool_in_flight,
    .cores = pool_cores,
    .open = pool_open,
    .run = pool_run,
    .close = pool_close,
    .describe = pool_describe,
};
