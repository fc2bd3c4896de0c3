/* SPDX-License-Identifier: Apache-2.0 */
/* The arena has a lane for each carrier that there may be. Those that nobody records into must cost next to nothing. */
#include "quintet_criterion.h"

#include "run/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { LANES = 2000, PAGE = 4096 };

TestSuite(arena);

static size_t resident_pages(const struct arena *arena)
{
    const size_t pages = (arena->bytes + PAGE - 1) / PAGE;
    unsigned char *in = malloc(pages);
    size_t count = 0;

    cr_assert(in && mincore(arena->base, arena->bytes, in) == 0);
    for (size_t i = 0; i < pages; i++)
        count += in[i] & 1;
    free(in);
    return count;
}

static size_t pages_after_resets(bool paced)
{
    const struct shape shape = {.tasks = 1, .ops_per_task = 1, .batch = 1, .state_bytes = 8};
    struct arena arena;

    cr_assert(arena_init(&arena, &shape, LANES, 1, paced) == 0);
    arena_reset(&arena, &shape);
    hist_record(&arena.lanes[LANES / 2].latency, 1000);
    arena_reset(&arena, &shape);
    cr_assert(arena.lanes[LANES / 2].latency.count == 0);
    size_t pages = resident_pages(&arena);
    arena_fini(&arena);
    return pages;
}

/* The head of a lane has to be read by whoever wants to know whether it was used: one page each, and no more. */
Test(arena, an_idle_lane_takes_one_page)
{
    size_t pages = pages_after_resets(false);
    cr_assert(pages <= LANES + 16, "%zu pages for %d lanes", pages, LANES);
}

Test(arena, with_paced_load_an_idle_lane_takes_three)
{
    size_t pages = pages_after_resets(true);
    cr_assert(pages <= 3 * LANES + 16, "%zu pages for %d lanes", pages, LANES);
}

/* What was recorded is gone after a reset, in all parts of a lane. */
Test(arena, a_reset_empties_all_parts_of_a_lane)
{
    const struct shape shape = {.tasks = 1, .ops_per_task = 1, .batch = 1};
    struct arena arena;

    cr_assert(arena_init(&arena, &shape, 3, 1, true) == 0);
    for (unsigned i = 0; i < 3; i++) {
        struct lane *lane = &arena.lanes[i];
        hist_record(&lane->latency, 1 + i);
        hist_record(&lane->response, 20 + i);
        hist_record(&lane->lag, 300 + i);
        lane->user_switches_count = lane->children_carried_count = 7;
    }
    arena_reset(&arena, &shape);
    for (unsigned i = 0; i < 3; i++) {
        const struct lane *lane = &arena.lanes[i];
        cr_assert(!lane->latency.count && !lane->response.count && !lane->lag.count);
        cr_assert(!lane->latency.bucket[1 + i] && !lane->response.bucket[20 + i] && !lane->lag.bucket[300 + i]);
        cr_assert(!lane->user_switches_count && !lane->children_carried_count);
    }
    arena_fini(&arena);
}

static uint64_t marks(unsigned tasks, uint64_t ops, unsigned batch, unsigned alive)
{
    const struct shape shape = {.tasks = tasks, .ops_per_task = ops, .batch = batch};
    uint64_t every = arena_progress_every(&shape, alive);
    cr_assert_eq(every % batch, 0u, "a mark in the middle of a sample");
    cr_assert(!every || every / batch >= ARENA_SAMPLES_PER_MARK, "%u samples for each mark", (unsigned)(every / batch));
    return every ? (ops + every - 1) / every : 0;
}

/* As many marks as a series needs, and none where they would cost something, or would tell no more than the ends. */
Test(arena, tasks_are_marked_where_it_costs_nothing)
{
    cr_expect_eq(marks(1, 100000, 1, 1), 128u);
    cr_expect(marks(8, 100000, 10, 8) >= 120);
    cr_expect(marks(80, 100000, 10, 8) >= 11 && marks(80, 100000, 10, 8) <= 13, "ten tasks one after another");
    cr_expect_eq(marks(1000, 1, 1, 8), 0u);
    cr_expect_eq(marks(8, 15, 1, 8), 0u);
    cr_expect_eq(marks(8, 16, 1, 8), 2u);
    cr_expect_eq(marks(1, 1000000, 100000, 1), 0u, "ten samples");
    cr_expect_eq(marks(100000, 1000, 1, 100000), 0u, "no memory for it");
    cr_expect(marks(1000, 10000, 1, 1000) <= ARENA_MARKS_MAX / 1000 + 1);
    cr_expect_eq(marks(1, UINT64_C(1) << 50, 1, 1), 0u, "what 32 bits do not hold");
}

/* The marks lie between what they must not touch. */
Test(arena, marks_have_a_place_of_their_own)
{
    const struct shape shape = {.tasks = 3, .ops_per_task = 10000, .batch = 4, .shared_bytes = 100};
    struct arena arena;
    cr_assert(arena_init(&arena, &shape, 2, 3, false) == 0);
    cr_assert(arena.progress_every && arena.progress_per_task * (uint64_t)arena.progress_every >= shape.ops_per_task);
    cr_expect((char *)arena.progress_ns >= (char *)arena.shared + shape.shared_bytes);
    cr_expect((char *)(arena.progress_ns + shape.tasks * arena.progress_per_task) <= (char *)arena.lanes);
    arena_fini(&arena);
    cr_assert(arena_init(&arena, &shape, 2, 3, true) == 0);
    cr_expect(!arena.progress_ns && !arena.progress_every, "by the clock there is no pace to find");
    arena_fini(&arena);
}
