/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_criterion.h"

#include "measure/rng.h"
#include "run/precision.h"

#include <math.h>
#include <string.h>

enum { BLOCKS = 60 };
static struct plan_cell cells[4];
static struct plan plan = {.cells = cells, .n_cells = 4, .blocks = BLOCKS};

/* Two contests of two cells; a cell's time varies by about `percent` from block to block. */
static unsigned stops_after(double target, double percent, double other_percent, double ratio)
{
    struct precision p;
    struct rng rng = {7};
    for (unsigned c = 0; c < 4; c++)
        cells[c] = (struct plan_cell){.case_hash = c / 2, .cell.in_flight = 2};
    cr_assert_eq(precision_init(&p, &plan, target), 0);
    unsigned block = 0;
    while (block < BLOCKS) {
        for (unsigned c = 0; c < 4; c++) {
            double noise = (rng_unit(&rng) - 0.5) * 2 * (c < 2 ? percent : other_percent) / 100;
            struct trial_record record = {.block = block, .ops = 1000};
            record.run_ns = (uint64_t)(1e9 * (1 + noise) * (c % 2 ? ratio : 1));
            precision_add(&p, c, &record);
        }
        if (precision_reached(&p, ++block))
            break;
    }
    precision_fini(&p);
    return block;
}

Test(precision, little_noise_needs_few_blocks)
{
    cr_expect_eq(stops_after(0.02, 0.5, 0.5, 1.3), 9u); /* the first look */
}

Test(precision, the_noisiest_contest_decides)
{
    unsigned both = stops_after(0.02, 6, 6, 1.3), one = stops_after(0.02, 0.5, 6, 1.3);
    cr_expect_gt(both, 9u);
    cr_expect_gt(one, 9u);
    cr_expect_eq(stops_after(0.0001, 6, 6, 1), (unsigned)BLOCKS); /* never */
}

/* The width is looked at, and not where the interval lies: equal ones need as long as different ones. */
Test(precision, the_difference_does_not_matter)
{
    for (double noise = 1; noise < 8; noise += 1)
        cr_expect_eq(stops_after(0.02, noise, noise, 1.5), stops_after(0.02, noise, noise, 3), "%g", noise);
}

Test(precision, what_failed_or_was_disturbed_is_not_waited_for)
{
    struct precision p;
    for (unsigned c = 0; c < 4; c++)
        cells[c] = (struct plan_cell){.case_hash = c / 2, .cell.in_flight = 2};
    cr_assert_eq(precision_init(&p, &plan, 0.02), 0);
    for (unsigned block = 0; block < 9; block++)
        for (unsigned c = 0; c < 4; c++) {
            struct trial_record record = {.block = block, .ops = 10, .run_ns = c == 3 ? 1000u << block : 1000};
            record.end = c == 3 ? END_CRASHED : END_OK;
            if (c == 2)
                strcpy(record.gate, "steal");
            precision_add(&p, c, &record);
        }
    cr_expect(precision_reached(&p, 9));
    cr_expect_not(precision_reached(&p, 10), "ten is no look");
    precision_fini(&p);
}

/* A workload that leads with a metric of its own is compared by that, however steady its throughput is. */
Test(precision, the_headline_metric_decides)
{
    struct precision p;
    struct rng rng = {11};
    for (unsigned c = 0; c < 4; c++)
        cells[c] = (struct plan_cell){.case_hash = c / 2, .cell = {.workload = "handoff", .in_flight = 2}};
    cr_assert_eq(precision_init(&p, &plan, 0.02), 0);
    for (unsigned block = 0; block < 12; block++) {
        for (unsigned c = 0; c < 4; c++) {
            struct trial_record record = {.block = block, .ops = 10, .run_ns = 1000, .n_metrics = 1};
            record.metrics[0] = (struct named_value){.name = "handoff_ns", .value = 100 * (1 + rng_unit(&rng))};
            record.n_metrics = block < 9; /* without it, it did not switch: no number */
            precision_add(&p, c, &record);
        }
        if (block == 8)
            cr_expect_not(precision_reached(&p, 9));
    }
    cr_expect(isnan(p.log_cost[0 * BLOCKS + 10]));
    precision_fini(&p);
}

Test(precision, no_target_is_no_rule)
{
    struct precision p;
    struct trial_record record = {.ops = 1, .run_ns = 1};
    cr_assert_eq(precision_init(&p, &plan, 0), 0);
    precision_add(&p, 0, &record);
    cr_expect_not(precision_reached(&p, 9));
    precision_fini(&p);
}
