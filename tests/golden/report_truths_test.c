/* SPDX-License-Identifier: Apache-2.0 */
/* What is true of the synthetic run (make_run.h) is what is found in it. */
#include "report_rig.h"

#include "report/efficiency.h"
#include "report/grain.h"

#include <stdio.h>
#include <string.h>

TestSuite(report_truths, .timeout = 30);

static bool in_best_set(const char *case_name, unsigned k, const char *strategy)
{
    const struct situation *s = pairing_find(&pairing_g, case_name, k);
    cr_assert(s);
    for (unsigned i = 0; i < run_g.n_strategies; i++)
        if (strcmp(run_g.strategies[i].name, strategy) == 0)
            return s->cell[i] >= 0 && situation_is_best(s, (unsigned)s->cell[i]);
    return false;
}

Test(report_truths, finds_what_is_true)
{
    given_run(9, NULL);
    load();
    cr_assert(in_best_set("sleep_fanout", 128, "coroutines"));
    cr_assert(in_best_set("sleep_fanout", 128, "pool"));
    cr_assert_not(in_best_set("sleep_fanout", 128, "threads"));
    cr_assert_not(in_best_set("sleep_fanout", 128, "serial"), "serial stands in at every K and loses there");
    cr_assert(in_best_set("sleep_fanout", 1, "serial"));
    for (unsigned k = 2; k <= 128; k *= 8) {
        cr_assert(in_best_set("sha256", k, "threads") && in_best_set("sha256", k, "pool"));
        cr_assert(in_best_set("sha256", k, "coroutines"));
        cr_assert_not(in_best_set("sha256", k, "processes"));
        cr_assert(in_best_set("mandelbrot", k, "pool"), "2 %% are inside the margin");
    }
    cr_assert(in_best_set("handoff[place=same,via=native]", 2, "coroutines"));
    cr_assert_not(in_best_set("handoff[place=same,via=native]", 2, "threads"));
    struct estimate spawn = cell_metric(cell_of("spawn_join/coroutines/w2/k16"), "spawn_join_ns");
    cr_assert(spawn.has_interval && spawn.value > 178 && spawn.value < 202);
}

Test(report_truths, the_smallest_task_worth_starting_is_found)
{
    static const double overhead_ns[] = {5, 18e3, 3e3, 220e3, 180}; /* spawn_ns of truths.c, METG50 by construction */
    struct grain grain;
    given_run(9, NULL);
    load();
    cr_assert_eq(grain_build(&grain, &run_g), 0);
    cr_assert_eq(grain.n, 5u);
    for (unsigned i = 0; i < grain.n; i++) {
        const struct grain_row *row = &grain.rows[i];
        double o = overhead_ns[row->strategy];
        if (o < 900) { /* the smallest size is 1 us */
            cr_expect_eq(row->metg50.range, GRAIN_BELOW);
            continue;
        }
        cr_expect_eq(row->metg50.range, GRAIN_WITHIN);
        cr_expect_eq(row->metg90.range, GRAIN_WITHIN);
        cr_expect_float_eq(row->metg50.ns.value / o, 1, 0.15, "%g for %g", row->metg50.ns.value, o);
        cr_expect_float_eq(row->metg90.ns.value / (9 * o), 1, 0.25, "%g for %g", row->metg90.ns.value, 9 * o);
    }
    grain_fini(&grain);
}

/* 3 % off by construction, and up to 10 % by the machine's drift, which the computing's own measure does not follow. */
static bool near_bound(const char *id)
{
    double efficiency = cell_metric(cell_of(id), "efficiency").value;
    return efficiency > 0.85 && efficiency <= 1;
}

Test(report_truths, a_bound_that_waits_and_computes_holds_on_both_sides_of_the_prediction)
{
    given_run(9, NULL);
    load();
    for (unsigned k = 2; k <= 32; k *= 4) { /* predicted: 20 and 4 */
        char id[128];
        snprintf(id, sizeof id, "io_cpu_mix[cpu_permille=100]/pool/w2/k%u", k);
        cr_expect(near_bound(id), "%s", id);
        snprintf(id, sizeof id, "io_cpu_mix[cpu_permille=500]/pool/w2/k%u", k);
        cr_expect(near_bound(id), "%s", id);
    }
}

Test(report_truths, a_hand_off_that_did_not_switch_has_no_time)
{
    given_run(9, NULL);
    load();
    const struct report_cell *cell = cell_of("handoff[place=across,via=pipe]/threads/w2/k2");
    cr_assert(cell->did_not_switch);
    cr_assert_eq(cell_metric(cell, "handoff_ns").n, 0);
    cr_assert_not(cell_of("handoff[place=across,via=pipe]/pool/w2/k2")->did_not_switch);
    cr_assert_not(in_best_set("handoff[place=across,via=pipe]", 2, "threads"));
}

Test(report_truths, failed_skipped_and_repeated_trials_are_counted)
{
    given_run(9, NULL);
    load();
    const struct report_cell *cell = cell_of("sleep_fanout/threads/w2/k128");
    cr_assert_eq(cell->ok, 8);
    cr_assert_eq(cell->failed, 1);
    cr_assert_eq(cell->status, CELL_PARTIAL);
    cr_assert_eq(cell_metric(cell, "throughput_ops_per_s").n, 8);
    cr_assert_eq(cell_of("sleep_fanout/threads/w2/k16")->reruns, 1);
    cr_assert_eq(cell_of("pipe_pairs/processes/w2/k128")->status, CELL_SKIPPED);
    cr_assert_eq(cell_of("pipe_pairs/serial/w2/k2")->status, CELL_SKIPPED);
}

Test(report_truths, efficiency_is_the_bound_over_the_time)
{
    given_run(9, NULL);
    load();
    struct estimate cpu = cell_metric(cell_of("sha256/threads/w2/k16"), "efficiency");
    cr_assert(cpu.has_interval && cpu.value > 0.95 && cpu.value < 0.99, "%g", cpu.value);
    struct estimate sleep = cell_metric(cell_of("sleep_fanout/serial/w2/k1"), "efficiency");
    cr_assert(sleep.value > 0.9 && sleep.value <= 1, "%g", sleep.value);
    cr_assert(efficiency_impossible(cell_of("file_random_read[mode=direct]/coroutines/w2/k1")));
    cr_assert_not(efficiency_impossible(cell_of("file_random_read[mode=direct]/threads/w2/k1")));
    cr_assert_eq(cell_metric(cell_of("pipe_pairs/pool/w2/k2"), "efficiency").n, 0, "there is no bound without serial");
}

/* Where tasks differ, no K makes the longest shorter: twice its bound is twice the efficiency. */
Test(report_truths, the_longest_task_bounds_the_time)
{
    given_run(9, NULL);
    load();
    struct report_cell *cell = cell_of("sleep_fanout/threads/w2/k16");
    double before = cell_metric(cell, "efficiency").value;
    cell->ideal_chain_ns = 2 * (double)cell->ideal_wait_ns / cell->cell.in_flight;
    cr_assert_eq(efficiency_build(&run_g), 0);
    cr_expect_float_eq(cell_metric(cell, "efficiency").value, 2 * before, 1e-9);
    cr_expect_str_eq(cell->bound_by, "one task");
}

Test(report_truths, percentiles_need_their_count)
{
    given_run(6, NULL);
    load();
    const struct report_cell *few = cell_of("sleep_fanout/pool/w2/k16"); /* 500 samples */
    const struct report_cell *many = cell_of("sha256/pool/w2/k16");      /* 4000 */
    cr_assert_eq(cell_metric(few, "latency_p99_ns").n, 6);
    cr_assert_eq(cell_metric(few, "latency_p999_ns").n, 0);
    cr_assert_eq(cell_metric(many, "latency_p999_ns").n, 6);
    cr_assert(cell_metric(many, "latency_p99_ns").value > cell_metric(many, "latency_p50_ns").value);
}
