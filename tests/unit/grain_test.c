/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest task worth starting: from curves with a known answer, and from the cells of a made-up run. */
#include "quintet_criterion.h"

#include "report/grain.h"
#include "report/report.h"
#include "report/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

TestSuite(grain);

enum { SIZES = 6, BLOCKS = 9 };

static const double decades[SIZES] = {10, 100, 1e3, 1e4, 1e5, 1e6};

/* What a constant overhead per task makes of the sizes: size / (size + overhead), and at best `top`. */
static void given_curve(double efficiency[SIZES], double overhead, double top)
{
    for (unsigned i = 0; i < SIZES; i++)
        efficiency[i] = top * decades[i] / (decades[i] + overhead);
}

Test(grain, a_constant_overhead_is_found_exactly)
{
    static const double overheads[] = {11, 50, 100, 333, 4321, 1e5};
    for (unsigned i = 0; i < sizeof overheads / sizeof *overheads; i++) {
        double efficiency[SIZES], o = overheads[i];
        enum grain_range range = GRAIN_ABOVE;
        given_curve(efficiency, o, 1);
        double half = grain_threshold(decades, efficiency, SIZES, 0.5, &range);
        cr_expect_eq(range, GRAIN_WITHIN);
        cr_expect_float_eq(half, o, 1e-9 * o, "METG50 %g for %g", half, o);
        double nine_tenths = grain_threshold(decades, efficiency, SIZES, 0.9, &range);
        cr_expect_eq(range, GRAIN_WITHIN);
        cr_expect_float_eq(nine_tenths, 9 * o, 1e-9 * o, "METG90 %g for %g", nine_tenths, o);
    }
}

/* e = top * g / (g + o) reaches t at g = o * t / (top - t). */
Test(grain, a_slope_below_one_is_part_of_the_model)
{
    double efficiency[SIZES];
    given_curve(efficiency, 200, 0.95);
    cr_expect_float_eq(grain_threshold(decades, efficiency, SIZES, 0.5, NULL), 200 * 0.5 / 0.45, 1e-6);
    cr_expect_float_eq(grain_threshold(decades, efficiency, SIZES, 0.9, NULL), 200 * 0.9 / 0.05, 1e-6);
}

Test(grain, golden_numbers_by_hand)
{
    /* 1/e falls from 10 to 1 between 1/100 and 1/1000: at 1/e = 2 it is 1/9 of the way, 1/1000 + 0.009/9 = 1/500. */
    static const double size[] = {100, 1000}, efficiency[] = {0.1, 1.0};
    cr_expect_float_eq(grain_threshold(size, efficiency, 2, 0.5, NULL), 500, 1e-9);
    /* Above 1 (noise) is no trouble: 1/e from 4 to 0.8 in the same span; 1/e = 2 at 0.375: 1/1000 + 0.003375. */
    static const double noisy[] = {0.25, 1.25};
    cr_expect_float_eq(grain_threshold(size, noisy, 2, 0.5, NULL), 1 / 0.004375, 1e-9);
    /* Just reached is reached. */
    static const double exact[] = {0.25, 0.5};
    cr_expect_float_eq(grain_threshold(size, exact, 2, 0.5, NULL), 1000, 1e-9);
}

Test(grain, what_lies_beyond_the_range_is_said_to)
{
    static const double high[] = {0.6, 0.8, 0.7, 0.9, 0.95, 0.99}, low[] = {0, 0.01, 0.1, 0.2, 0.3, 0.49};
    enum grain_range range;
    cr_expect_float_eq(grain_threshold(decades, high, SIZES, 0.5, &range), 10, 1e-9);
    cr_expect_eq(range, GRAIN_BELOW);
    cr_expect_float_eq(grain_threshold(decades, low, SIZES, 0.5, &range), 1e6, 1e-9);
    cr_expect_eq(range, GRAIN_ABOVE);
    cr_expect_float_eq(grain_threshold(decades, low, 1, 0.5, &range), 10, 1e-9);
    cr_expect_eq(range, GRAIN_ABOVE);
}

/* "From which on": a lucky small size does not count if a greater one fails. */
Test(grain, the_last_crossing_counts)
{
    static const double efficiency[] = {0.1, 0.7, 0.3, 0.4, 0.6, 0.9};
    enum grain_range range;
    double at = grain_threshold(decades, efficiency, SIZES, 0.5, &range);
    cr_expect_eq(range, GRAIN_WITHIN);
    cr_expect(at > 1e4 && at < 1e5, "%g", at);
    static const double zero[] = {0, 0, 0, 0, 0, 0.9};
    cr_expect_float_eq(grain_threshold(decades, zero, SIZES, 0.5, &range), 1e6, 1e-9, "nothing to interpolate with");
    cr_expect_eq(range, GRAIN_WITHIN);
}

/* --- from cells -------------------------------------------------------------------------------------------------- */

static struct report_result told_g;

/* A step takes 8 ns in block 0 and 1 % longer in each further one, under every strategy. */
static double step_ns(unsigned block)
{
    return 8 * (1 + 0.01 * block);
}

static void add_cell(struct report_run *run, const char *strategy, const char *role, unsigned cores, double steps,
                     double overhead_ns)
{
    struct cell cell = {.workload = "grain", .in_flight = strcmp(strategy, "serial") ? 16 : 1, .workers = 2};
    char id[CELL_ID_LEN];
    snprintf(cell.strategy, sizeof cell.strategy, "%s", strategy);
    snprintf(cell.role, sizeof cell.role, "%s", role);
    cell.n_params = 1;
    snprintf(cell.params[0].name, NAME_LEN, "steps");
    snprintf(cell.params[0].text, NAME_LEN, "%.0f", steps);
    cell_id(&cell, id, sizeof id);
    int at = aggregate_cell(run, &cell, id);
    cr_assert(at >= 0);
    struct report_cell *c = &run->cells[at];
    c->ok = BLOCKS;
    c->cores = cores;
    c->ops = 1000;
    c->work = (uint64_t)(1000 * steps);
    for (unsigned b = 0; b < BLOCKS; b++) {
        double task_ns = steps * step_ns(b) + overhead_ns * step_ns(b) / 8;
        series_set(c, "work_per_s", b, cores * steps * 1e9 / task_ns);
        series_set(c, "cpu_ns_per_op", b, steps * step_ns(b));
    }
}

static void given_run(struct report_run *run)
{
    *run = (struct report_run){
        .dirfd = -1, .cell_index = json_object(), .workers = 2, .blocks = BLOCKS, .result = &told_g};
    for (unsigned i = SIZES; i-- > 1;) { /* the order of the plan is not that of the sizes */
        add_cell(run, "serial", "", 1, decades[i], 0);
        add_cell(run, "pool", "", 2, decades[i], 2400);     /* 300 steps */
        add_cell(run, "processes", "", 2, decades[i], 2e6); /* 250000 steps */
    }
    add_cell(run, "pool", "twin", 2, decades[1], 1e9); /* not a result */
    cr_assert_eq(aggregate_finish(run), 0);
}

Test(grain, rows_from_the_cells_of_a_run)
{
    struct report_run run;
    struct grain grain;
    char buf[NUMBER_LEN + 8];
    given_run(&run);
    cr_assert_eq(grain_build(&grain, &run), 0);
    cr_assert_eq(grain.n, 3u);
    const struct grain_row *serial = &grain.rows[0], *pool = &grain.rows[1], *processes = &grain.rows[2];
    cr_expect_str_eq(run.strategies[serial->strategy].name, "serial");
    cr_expect_eq(serial->metg90.range, GRAIN_BELOW);
    cr_expect_str_eq(grain_words(buf, sizeof buf, &serial->metg90), "< 832 ns"); /* 100 steps at the median's 8.32 ns */
    cr_expect_eq(pool->in_flight, 16u);
    cr_expect_eq(pool->metg50.range, GRAIN_WITHIN);
    cr_expect_float_eq(pool->metg50.ns.value, 300 * 8.32, 1, "%g", pool->metg50.ns.value);
    cr_expect_float_eq(pool->metg90.ns.value, 2700 * 8.32, 10, "%g", pool->metg90.ns.value);
    cr_expect_eq(pool->metg50.ns.n, (size_t)BLOCKS);
    cr_expect(pool->metg50.ns.has_interval && pool->metg50.ns.lo <= pool->metg50.ns.value);
    cr_expect_float_eq(processes->metg50.ns.value, 250000 * 8.32, 1000, "%g", processes->metg50.ns.value);
    cr_expect_eq(processes->metg90.range, GRAIN_ABOVE);
    cr_expect_str_eq(grain_words(buf, sizeof buf, &processes->metg90), "> 8.32 ms");
    cr_expect_float_eq(pool->greatest_ns, 8.32e6, 1e3);
    grain_fini(&grain);
    report_run_fini(&run);
}

Test(grain, without_serial_or_without_sizes_there_is_nothing)
{
    struct report_run run = {
        .dirfd = -1, .cell_index = json_object(), .workers = 2, .blocks = BLOCKS, .result = &told_g};
    struct grain grain;
    add_cell(&run, "pool", "", 2, 100, 2400);
    add_cell(&run, "pool", "", 2, 1000, 2400);
    cr_assert_eq(aggregate_finish(&run), 0);
    cr_assert_eq(grain_build(&grain, &run), 0);
    cr_expect_eq(grain.n, 0u, "nobody says what one CPU can do");
    grain_fini(&grain);
    add_cell(&run, "serial", "", 1, 1000, 0);
    cr_assert_eq(aggregate_finish(&run), 0);
    cr_assert_eq(grain_build(&grain, &run), 0);
    cr_expect_eq(grain.n, 1u, "the pool's two sizes; serial has one");
    grain_fini(&grain);
    report_run_fini(&run);
}
