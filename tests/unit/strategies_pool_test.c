/* SPDX-License-Identifier: Apache-2.0 */
/* What can only go wrong in pool, and in its queue. */
#include "unit/strategy_promises.h"

#include "strategies/mpmc.h"

#include <pthread.h>

extern const struct strategy strategy_pool;

TestSuite(strategies_pool, .timeout = 60);

Test(strategies_pool, a_hundred_thousand_empty_tasks)
{
    const struct {
        int64_t queue_count, spin_ns;
        unsigned k;
    } ways[] = {{1024, -1, 1}, {1024, 0, 4}, {2, 0, 3}, {8, 0, 64}, {64, 5000, 4}, {2, 20000, 2}};
    const unsigned n = SANITIZED ? 10000 : 100000;

    for (unsigned w = 0; w < sizeof ways / sizeof *ways; w++) {
        struct rig rig;
        rig_init(&rig, &strategy_pool, op_plain, ways[w].k, n);
        rig_option(&rig, "queue_count", ways[w].queue_count);
        rig_option(&rig, "spin_ns", ways[w].spin_ns);
        rig_open(&rig);
        for (int pass = 0; pass < 2; pass++) {
            cr_assert(rig_run(&rig, 1) == 0);
            rig_check_complete(&rig, 1);
        }
        rig_close(&rig);
    }
}

/* Each run puts all workers to sleep and wakes as few as it needs: the place where a wake-up would get lost. */
Test(strategies_pool, ten_thousand_short_runs)
{
    for (unsigned k = 1; k <= 5; k += 2) {
        struct rig rig;
        rig_init(&rig, &strategy_pool, op_plain, k, 7);
        rig_option(&rig, "spin_ns", k == 3 ? 2000 : 0);
        rig_open(&rig);
        for (unsigned round = 0; round < 10000; round++) {
            rig.n = 1 + round % 7;
            cr_assert(rig_run(&rig, 1) == 0);
            rig_check_complete(&rig, 1);
        }
        rig_close(&rig);
    }
}

Test(strategies_pool, one_task_does_not_wake_everybody)
{
    rig_test_one_wakes_few(&strategy_pool);
}

Test(strategies_pool, open_and_close_without_a_run)
{
    for (unsigned i = 0; i < 200; i++) {
        struct rig rig;
        rig_init(&rig, &strategy_pool, op_plain, 1 + i % 9, 1);
        rig_option(&rig, "spin_ns", i % 2 ? 100000 : 0);
        rig_open(&rig);
        rig_close(&rig);
    }
}

Test(strategies_pool, queue_is_bounded_fifo_across_wrap_around)
{
    const size_t starts[] = {0, SIZE_MAX - 5, SIZE_MAX / 2 - 5};

    for (unsigned s = 0; s < 3; s++) {
        struct mpmc q;
        struct closure job = {0};
        cr_assert(mpmc_init(&q, 3, starts[s]) == 0); /* becomes 4 */
        cr_assert(mpmc_empty(&q) && !mpmc_pop(&q, &job));
        for (uint64_t round = 0; round < 10; round++) {
            for (uint64_t i = 0; i < 4; i++) {
                job.arg[0] = round * 4 + i;
                cr_assert(mpmc_push(&q, &job));
            }
            cr_assert(!mpmc_push(&q, &job) && mpmc_count(&q) == 4 && !mpmc_empty(&q));
            for (uint64_t i = 0; i < 4; i++)
                cr_assert(mpmc_pop(&q, &job) && job.arg[0] == round * 4 + i);
            cr_assert(mpmc_empty(&q) && mpmc_count(&q) == 0 && !mpmc_pop(&q, &job));
        }
        mpmc_fini(&q);
    }
}

/* Several producers and consumers on a tiny queue: nothing lost, nothing doubled, each producer's order kept. */
enum { RIVALS = 3, RIVAL_ITEMS = SANITIZED ? 20000 : 200000 };
struct rivalry {
    struct mpmc q;
    _Atomic uint64_t taken, sum;
    _Atomic unsigned disorder, producers;
};

static void *rival_push(void *arg)
{
    struct rivalry *all = arg;
    struct closure job = {.arg = {atomic_fetch_add(&all->producers, 1)}};

    for (uint64_t i = 1; i <= RIVAL_ITEMS; i++) {
        job.arg[1] = i;
        while (!mpmc_push(&all->q, &job))
            sched_yield();
    }
    return NULL;
}

static void *rival_pop(void *arg)
{
    struct rivalry *all = arg;
    uint64_t last[RIVALS] = {0};
    struct closure job;

    while (atomic_load(&all->taken) < RIVALS * (uint64_t)RIVAL_ITEMS) {
        if (!mpmc_pop(&all->q, &job)) {
            sched_yield();
            continue;
        }
        if (job.arg[1] <= last[job.arg[0]])
            atomic_fetch_add(&all->disorder, 1);
        last[job.arg[0]] = job.arg[1];
        atomic_fetch_add(&all->sum, job.arg[1]);
        atomic_fetch_add(&all->taken, 1);
    }
    return NULL;
}

Test(strategies_pool, queue_keeps_everything_under_contention)
{
    static struct rivalry all;
    pthread_t threads[2 * RIVALS];

    cr_assert(mpmc_init(&all.q, 16, SIZE_MAX - 1000) == 0);
    for (unsigned i = 0; i < 2 * RIVALS; i++)
        cr_assert(pthread_create(&threads[i], NULL, i < RIVALS ? rival_push : rival_pop, &all) == 0);
    for (unsigned i = 0; i < 2 * RIVALS; i++)
        pthread_join(threads[i], NULL);
    cr_assert(all.taken == RIVALS * (uint64_t)RIVAL_ITEMS && mpmc_empty(&all.q));
    cr_assert(all.sum == RIVALS * ((uint64_t)RIVAL_ITEMS * (RIVAL_ITEMS + 1) / 2));
    cr_assert(all.disorder == 0);
    mpmc_fini(&all.q);
}
