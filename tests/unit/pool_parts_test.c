/* SPDX-License-Identifier: Apache-2.0 */
/* What the pool engine is made of: latch, bounded queue, event count. */
#include "quintet_criterion.h"

#include "strategies/event_count.h"
#include "strategies/latch.h"
#include "strategies/mpmc.h"

TestSuite(pool_parts, .timeout = 60);

Test(pool_parts, latch)
{
    struct latch l;
    latch_init(&l, 0);
    latch_wait(&l);
    latch_init(&l, 5);
    latch_down(&l, 2);
    latch_down(&l, 2);
    cr_assert(!atomic_load(&l.open));
    latch_down(&l, 1);
    latch_wait(&l);
    cr_assert(atomic_load(&l.open));
}

Test(pool_parts, queue_in_batches_and_closed_across_wrap_around)
{
    static const size_t starts[] = {0, SIZE_MAX - 5, SIZE_MAX / 2 - 5, SIZE_MAX / 4 - 5, SIZE_MAX / 4 * 3 - 5};
    for (unsigned s = 0; s < sizeof starts / sizeof *starts; s++) {
        struct mpmc q = {0};
        struct closure jobs[6], job;
        uint64_t next = 0, expected = 0;
        cr_assert(mpmc_init(&q, 4, starts[s]) == 0);
        for (unsigned round = 0; round < 20; round++) {
            for (unsigned i = 0; i < 6; i++)
                jobs[i].arg[0] = next + i;
            size_t room = 4 - mpmc_count(&q), n = 1 + round % 6;
            size_t taken = mpmc_push_many(&q, jobs, n);
            cr_assert(taken == (n < room ? n : room), "%zu of %zu, room for %zu", taken, n, room);
            next += taken;
            for (unsigned i = 0; i < 1 + round % 3 && expected < next; i++)
                cr_assert(mpmc_pop(&q, &job) && job.arg[0] == expected++);
        }
        cr_assert(!mpmc_closed(&q) && !mpmc_drained(&q));
        size_t left = mpmc_count(&q);
        cr_assert(left == next - expected && left > 0);
        mpmc_close(&q);
        mpmc_close(&q);
        cr_assert(mpmc_closed(&q) && !mpmc_drained(&q) && mpmc_count(&q) == left);
        cr_assert(!mpmc_push(&q, &job) && mpmc_push_many(&q, jobs, 2) == 0);
        for (; expected < next; expected++)
            cr_assert(mpmc_pop(&q, &job) && job.arg[0] == expected);
        cr_assert(mpmc_drained(&q) && mpmc_count(&q) == 0 && mpmc_empty(&q) && !mpmc_push(&q, &job));
        mpmc_fini(&q);
    }
}

/* All on one thread: the stack, and those that stay on it awake. */
Test(pool_parts, event_count_passes_over_who_is_awake)
{
    struct event_sleeper sleepers[4] = {0};
    struct event_count ec = {.sleepers = sleepers};

    cr_assert(!event_count_wake_one(&ec), "nobody sleeps");
    for (uint32_t i = 0; i < 4; i++)
        event_count_enter(&ec, i, false);
    event_count_withdraw(&ec, 3);
    event_count_withdraw(&ec, 2);
    cr_assert(!event_count_wait(&ec, 3), "awake, and no searcher");
    cr_assert(event_count_wake_one(&ec), "3 and 2 are passed over");
    cr_assert(event_count_wake_one(&ec), "1 searches: nobody else is woken");
    cr_assert(event_count_wait(&ec, 1));
    event_count_search_end(&ec);
    cr_assert(event_count_wake_one(&ec) && event_count_wait(&ec, 0));
    cr_assert(!event_count_wait(&ec, 2) && event_count_wake_one(&ec), "0 searches");
    event_count_enter(&ec, 0, true);
    event_count_withdraw(&ec, 0);
    cr_assert(!event_count_wake_one(&ec), "only 0 is there, and awake");
    cr_assert(!event_count_wait(&ec, 0) && event_count_searchers(ec.word) == 0 && event_count_top(ec.word) == 0);

    event_count_enter(&ec, 2, false); /* awake on the stack, and then asleep again where it is */
    event_count_enter(&ec, 1, false);
    event_count_withdraw(&ec, 2);
    cr_assert(!event_count_wait(&ec, 2));
    event_count_enter(&ec, 2, false);
    cr_assert(event_count_wake_one(&ec) && event_count_wait(&ec, 1), "1 is above it");
    event_count_search_end(&ec);
    event_count_wake_all(&ec);
    cr_assert(!event_count_wait(&ec, 2) && event_count_searchers(ec.word) == 0, "woken, but no searcher");
}
