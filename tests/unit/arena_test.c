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
    const struct shape shape = {.tasks = 1, .ops_per_task = 1, .state_bytes = 8};
    struct arena arena;

    cr_assert(arena_init(&arena, &shape, LANES, paced) == 0);
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
    const struct shape shape = {.tasks = 1, .ops_per_task = 1};
    struct arena arena;

    cr_assert(arena_init(&arena, &shape, 3, true) == 0);
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
