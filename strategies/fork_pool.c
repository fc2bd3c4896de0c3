/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine behind fork_join.h, beside fork_join.c, which steals: where jobs come from, and how idle workers sleep and
 * are woken.
 *
 *      caller --> [ injector, first in first out ]
 *                    |  one at a time, or some            the order in which a worker looks:
 *                    v                                      its own jobs, the injector, other workers' jobs,
 *      worker 0:  [ jobs ]  [ children | shared ] <--+       other workers' children
 *      worker 1:  [ jobs ]  [ children | shared ] ---+
 *         ...                                             a join whose child is stolen: its thief's children,
 *      idle:     asleep, ready for jobs and children       then anybody's, but never a job
 *      joining:  asleep, ready for children
 *
 * Jobs and children are different things. A job is what a caller submitted, K workers run K of them at once. Children
 * exist while some job runs. A worker that waits in a join must not begin a job (more than K would be alive) and may
 * carry out any child: fork_join.c.
 *
 * Sleep. Whoever finds nothing asks (sets `ask` of every worker that may have children, split_deque.h), looks again for
 * a bounded time if it may spin, and sleeps. Why nobody sleeps beside something that he could take:
 *  - Who publishes (submits; shares children in fork_attend, a join, or before it blocks) announces afterwards. Who
 *    goes to sleep enters and then announces in its turn, because an announcement begins with a look. These are
 *    sequentially consistent, so one of the two sees the other: event_count.h. The announcement wakes one sleeper and
 *    none if one is searching; and every search ends in an announcement, whether it found something or sleeps again.
 *  - A child that is still private is announced by nobody. But while anybody sleeps and nobody searches, every worker
 *    that may have some has been asked: the announcement of who went to sleep did that. `ask` is cleared only by its
 *    owner, between sharing and announcing: it then either wakes a searcher, whose search ends in an announcement,
 *    which asks again, or there is one, and the same is true, or nobody sleeps any more; and whoever goes to sleep
 *    later asks again. So the owner shares at its next spawn or join. One that does neither calls
 *    fork_before_blocking(); one that computes on keeps what is private to itself until its next spawn or join.
 *  - A worker's bit in `open` says that it may have children. It is set before the first is shared and taken away only
 *    by a worker that goes idle; that also makes its deque one whose next spawn comes to fork_attend.
 * With a child to be woken for and idle workers asleep, these come before joining ones: they are not about to go on
 * with something of their own.
 */
#include "strategies/fork_pool.h"

#include "measure/clock.h"

#include "strategies/futex.h"
#include "strategies/thread_attr.h"

#include <string.h>

enum { SPIN_DEFAULT_NS = 2000, JOB_WORDS = 2 };

/* --- what there is, and telling about it --- */

static bool jobs_exist(struct fork_pool *pool)
{
    if (!mpmc_empty(&pool->injector))
        return true;
    for (unsigned i = 0; pool->config.batch > 1 && i < pool->config.workers; i++)
        if (chase_lev_is_open(&pool->workers[i].jobs))
            return true;
    return false;
}

/* Is there a child to be stolen? If not, whoever may have private ones has been asked. */
static bool children_exist(struct fork_pool *pool)
{
    for (unsigned i = 0; i < pool->open_words; i++)
        for (uint64_t bits = atomic_load(&pool->open[i]); bits; bits &= bits - 1) {
            struct split_deque *deque = &pool->workers[i * 64 + (unsigned)__builtin_ctzll(bits)].deque;
            if (split_is_open(deque))
                return true;
            split_ask(deque);
        }
    return false;
}

/* Tell somebody that there is a child. */
void fork_announce_child(struct fork_pool *pool)
{
    uint64_t word = atomic_load(&pool->idle.word);

    if (event_count_top(word) || event_count_searchers(word))
        event_count_wake_one(&pool->idle);
    else
        event_count_wake_one(&pool->joining);
}

/* Look for what a sleeper could take, and tell one of them, or ask on their behalf. */
void fork_announce(struct fork_pool *pool)
{
    uint64_t idle = atomic_load(&pool->idle.word);

    if (!event_count_top(idle) && !event_count_top(atomic_load(&pool->joining.word)))
        return;
    if (event_count_top(idle) && jobs_exist(pool))
        event_count_wake_one(&pool->idle);
    if (children_exist(pool))
        fork_announce_child(pool);
}

/* The worker has something to do: if it was a searcher, it is one no more. */
void fork_search_end(struct fork_worker *w)
{
    if (!w->searching)
        return;
    event_count_search_end(w->searching);
    w->searching = NULL;
    fork_announce(w->pool);
}

static void cpu_relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

/* Look again, after a moment? No, once that has been so for long enough. *until_ns is 0 at first. */
bool fork_spin_on(struct fork_pool *pool, uint64_t *until_ns)
{
    if (!pool->spin_ns)
        return false;
    uint64_t now = clock_now_ns();
    if (!*until_ns)
        *until_ns = now + pool->spin_ns;
    cpu_relax();
    return now < *until_ns;
}

/* --- jobs --- */

struct job {
    fork_job_fn *run;
    void *arg;
};

static bool jobs_steal(struct fork_worker *from, struct job *job)
{
    uintptr_t words[JOB_WORDS];

    while (chase_lev_is_open(&from->jobs))
        if (chase_lev_steal(&from->jobs, JOB_WORDS, words)) {
            *job = (struct job){(fork_job_fn *)words[0], (void *)words[1]};
            return true;
        }
    return false;
}

/* After a pop. The pop released its cell before this looks, the caller says that it waits before it tries to push:
 * both in sequentially consistent order, so a caller that sleeps is seen by some later pop, at the latest by the last.
 */
static void space_offer(struct fork_pool *pool)
{
    if (atomic_load(&pool->space_wanted) && mpmc_count(&pool->injector) <= (pool->injector.mask + 1) / 2 &&
        atomic_exchange(&pool->space_wanted, 0))
        futex_wake(&pool->space_wanted, INT_MAX);
}

/* Up to half of what is in the injector, for later. In between nobody sees them, so they are announced once more. */
static void jobs_fetch(struct fork_worker *w)
{
    struct fork_pool *pool = w->pool;
    size_t count = mpmc_count(&pool->injector) / 2;
    struct closure job;

    if (count > pool->config.batch - 1)
        count = pool->config.batch - 1;
    if (count == 0)
        return;
    for (; count > 0 && mpmc_pop(&pool->injector, &job); count--) {
        const uintptr_t words[JOB_WORDS] = {(uintptr_t)job.arg[0], (uintptr_t)job.arg[1]};
        strategy_step();
        chase_lev_push(&w->jobs, JOB_WORDS, words, memory_order_seq_cst); /* fits: it was empty, FORK_BATCH_MAX */
    }
    event_count_wake_one(&pool->idle);
}

/* The next job for this worker. */
static bool job_take(struct fork_worker *w, struct job *job)
{
    struct fork_pool *pool = w->pool;
    const unsigned k = pool->config.workers;
    bool batches = pool->config.batch > 1;
    struct closure closure;

    if (batches && jobs_steal(w, job))
        return true;
    if (mpmc_pop(&pool->injector, &closure)) {
        *job = (struct job){(fork_job_fn *)(uintptr_t)closure.arg[0], (void *)(uintptr_t)closure.arg[1]};
        if (batches)
            jobs_fetch(w);
        space_offer(pool);
        return true;
    }
    for (unsigned i = 0, first = batches ? fork_random(w) % k : 0; batches && i < k; i++)
        if (jobs_steal(&pool->workers[(first + i) % k], job))
            return true;
    return false;
}

/* --- pending: a count that one thread waits for --- */

void fork_pool_begin(struct fork_pool *pool, uint32_t count)
{
    atomic_store_explicit(&pool->pending_is_none, count == 0, memory_order_relaxed);
    atomic_store_explicit(&pool->pending, count, memory_order_relaxed);
}

static void pending_hand_in(struct fork_pool *pool, uint32_t count)
{
    if (count > 0 && atomic_fetch_sub_explicit(&pool->pending, count, memory_order_acq_rel) == count) {
        atomic_store_explicit(&pool->pending_is_none, 1, memory_order_release);
        futex_wake(&pool->pending_is_none, 1);
    }
}

void fork_pool_wait(struct fork_pool *pool)
{
    while (!atomic_load_explicit(&pool->pending_is_none, memory_order_acquire))
        futex_wait(&pool->pending_is_none, 0);
}

/* --- workers --- */

/* True as soon as there is work or an end. */
static bool worker_spin(struct fork_worker *w)
{
    struct fork_pool *pool = w->pool;
    uint64_t until_ns = 0;

    do
        if (jobs_exist(pool) || children_exist(pool) || atomic_load_explicit(&pool->stop, memory_order_relaxed))
            return true;
    while (fork_spin_on(pool, &until_ns));
    return false;
}

/* Sleep until there may be work, then be a searcher. */
static void worker_sleep(struct fork_worker *w)
{
    struct fork_pool *pool = w->pool;
    bool searching = w->searching != NULL;

    fork_shut(w);
    w->searching = NULL;
    strategy_step();
    event_count_enter(&pool->idle, w->index, searching);
    strategy_step();
    if (atomic_load(&pool->stop))
        event_count_wake_all(&pool->idle);
    else
        fork_announce(pool);
    if (event_count_wait(&pool->idle, w->index))
        w->searching = &pool->idle;
}

static void worker_serve(struct fork_worker *w)
{
    struct fork_pool *pool = w->pool;
    const uint32_t spinners_max = pool->config.cpus > 1 ? pool->config.cpus / 2 : 1;
    struct job job;
    uint32_t done = 0;

    while (!atomic_load(&pool->stop)) {
        if (job_take(w, &job)) {
            fork_search_end(w); /* the next one is woken before this job runs: it may block for long */
            job.run(w, w->deque.base, job.arg);
            done++;
            continue;
        }
        pending_hand_in(pool, done);
        done = 0;
        if (fork_steal_any(w, w->deque.base))
            continue;
        if (pool->spin_ns) {
            if (!w->searching && event_count_search_begin(&pool->idle, spinners_max))
                w->searching = &pool->idle;
            if (w->searching && worker_spin(w))
                continue;
        }
        worker_sleep(w);
    }
}

static void *worker_main(void *arg)
{
    struct fork_worker *w = arg;
    struct fork_pool *pool = w->pool;
    int none = 0, rc = pool->config.begin ? pool->config.begin(w, pool->config.arg) : 0;

    w->stack_floor = (uintptr_t)__builtin_frame_address(0) - pool->config.stack_bytes / 2;
    if (rc < 0)
        atomic_compare_exchange_strong(&pool->begin_error, &none, rc);
    pending_hand_in(pool, 1);
    worker_serve(w);
    return NULL;
}

/* --- from outside --- */

void fork_pool_submit(struct fork_pool *pool, fork_job_fn *run, void *arg)
{
    const struct closure job = {.arg = {(uintptr_t)run, (uintptr_t)arg}};

    while (!mpmc_push(&pool->injector, &job)) {
        atomic_store(&pool->space_wanted, 1);
        if (mpmc_push(&pool->injector, &job)) {
            atomic_store(&pool->space_wanted, 0);
            break;
        }
        while (atomic_load(&pool->space_wanted))
            futex_wait(&pool->space_wanted, 1);
    }
    event_count_wake_one(&pool->idle);
}

struct outside_call {
    split_fn *fn;
    const void *shared;
    uint64_t arg;
    int64_t value;
};

static void outside_call_run(struct fork_worker *w, struct split_slot *head, void *arg)
{
    struct outside_call *call = arg;
    call->value = call->fn(w, head, call->shared, call->arg);
}

int64_t fork_join_run(struct fork_pool *pool, split_fn *fn, const void *shared, uint64_t arg)
{
    struct outside_call call = {.fn = fn, .shared = shared, .arg = arg};

    fork_pool_begin(pool, 1);
    fork_pool_submit(pool, outside_call_run, &call);
    fork_pool_wait(pool);
    return call.value;
}

uint64_t fork_pool_spin_ns(const struct fork_pool *pool)
{
    return pool->spin_ns;
}

size_t fork_pool_stack_bytes(const struct fork_pool *pool)
{
    return pool->config.stack_bytes;
}

void fork_pool_destroy(struct fork_pool *pool)
{
    atomic_store(&pool->stop, true);
    event_count_wake_all(&pool->idle);
    for (unsigned i = 0; i < pool->started; i++)
        pthread_join(pool->threads[i], NULL);
    for (unsigned i = 0; pool->workers && i < pool->config.workers; i++) {
        split_fini(&pool->workers[i].deque);
        chase_lev_fini(&pool->workers[i].jobs);
    }
    mpmc_fini(&pool->injector);
    free(pool->idle.sleepers);
    free(pool->joining.sleepers);
    free(pool->open);
    free(pool->threads);
    free(pool->workers);
    free(pool);
}

static int pool_start(struct fork_pool *pool)
{
    pthread_attr_t attr;
    int rc = thread_attr_init_small(&attr, &pool->config.stack_bytes);

    if (rc < 0)
        return rc;
    fork_pool_begin(pool, pool->config.workers);
    for (unsigned i = 0; i < pool->config.workers && rc == 0; i++) {
        rc = -pthread_create(&pool->threads[i], &attr, worker_main, &pool->workers[i]);
        if (rc == 0)
            pool->started++;
    }
    pthread_attr_destroy(&attr);
    if (rc < 0 && pool->config.refused)
        pool->config.refused(pool->config.arg, pool->started, rc);
    if (rc < 0)
        return rc;
    fork_pool_wait(pool);
    return atomic_load(&pool->begin_error);
}

/* A zeroed array on lines of its own; NULL: no memory. */
static void *lines_alloc(size_t count, size_t bytes)
{
    void *at = aligned_alloc(128, (count * bytes + 127) / 128 * 128);
    if (at)
        memset(at, 0, count * bytes);
    return at;
}

static int pool_init(struct fork_pool *pool)
{
    const struct fork_config *config = &pool->config;
    const unsigned k = config->workers;
    int rc = mpmc_init(&pool->injector, config->queue_count, 0);

    pool->open_words = (k + 63) / 64;
    pool->workers = lines_alloc(k, sizeof *pool->workers);
    pool->idle.sleepers = lines_alloc(k, sizeof *pool->idle.sleepers);
    pool->joining.sleepers = lines_alloc(k, sizeof *pool->joining.sleepers);
    pool->open = lines_alloc(pool->open_words, sizeof *pool->open);
    pool->threads = calloc(k, sizeof *pool->threads);
    if (!pool->workers || !pool->idle.sleepers || !pool->joining.sleepers || !pool->open || !pool->threads)
        return -ENOMEM;
    for (unsigned i = 0; i < k && rc == 0; i++) {
        struct fork_worker *w = &pool->workers[i];
        w->pool = pool;
        w->index = i;
        w->random = (i + 1) * 2654435769u;
        rc = split_init(&w->deque, config->capacity);
        if (rc == 0 && config->batch > 1)
            rc = chase_lev_init(&w->jobs, JOB_WORDS, true, 0);
    }
    return rc;
}

int fork_pool_create(struct fork_pool **out, const struct fork_config *config)
{
    *out = NULL;
    if (config->workers < 1 || config->workers > FORK_WORKERS_MAX || config->batch > FORK_BATCH_MAX ||
        config->capacity > 1u << 30)
        return -EINVAL;
    struct fork_pool *pool = lines_alloc(1, sizeof *pool);
    if (!pool)
        return -ENOMEM;
    pool->config = *config;
    if (!config->cpus)
        pool->config.cpus = config->workers;
    if (!config->capacity)
        pool->config.capacity = FORK_CAPACITY;
    if (!config->queue_count)
        pool->config.queue_count = FORK_QUEUE_COUNT;
    if (!config->stack_bytes)
        pool->config.stack_bytes = FORK_STACK_BYTES;
    pool->spin_ns = config->spin_ns != FORK_SPIN_AUTO ? (uint64_t)config->spin_ns
                    : pool->config.cpus > 1           ? SPIN_DEFAULT_NS
                                                      : 0;
    int rc = pool_init(pool);
    if (rc == 0)
        rc = pool_start(pool);
    if (rc < 0)
        fork_pool_destroy(pool);
    else
        *out = pool;
    return rc;
}
