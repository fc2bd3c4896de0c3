/* SPDX-License-Identifier: Apache-2.0 */
/* Which cells are compared with which, who is best, and what stands for a case: on runs put together here. */
#include "quintet_criterion.h"

#include "report/paired.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

TestSuite(paired);

enum { BLOCKS = 9 };

static struct report_result told_g;
static struct report_run run_g;
static struct pairing pairing_g;

static void begin(void)
{
    run_g = (struct report_run){
        .dirfd = -1, .cell_index = json_object(), .workers = 2, .blocks = BLOCKS, .result = &told_g};
}

static void end(void)
{
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

/* One cell; `value` is its headline metric in the first block, 1 % more in each further one, 0: the cell has none. */
static int add(const char *workload, const char *mode, const char *strategy, unsigned k, unsigned workers,
               const char *metric, double value)
{
    struct cell cell = {.in_flight = k, .workers = workers, .n_params = mode[0] ? 1 : 0};
    char id[CELL_ID_LEN];
    snprintf(cell.workload, NAME_LEN, "%s", workload);
    snprintf(cell.strategy, NAME_LEN, "%s", strategy);
    snprintf(cell.params[0].name, NAME_LEN, "mode");
    snprintf(cell.params[0].text, NAME_LEN, "%s", mode);
    cell_id(&cell, id, sizeof id);
    int at = aggregate_cell(&run_g, &cell, id);
    cr_assert(at >= 0);
    run_g.cells[at].ok = value > 0 ? BLOCKS : 0;
    for (unsigned b = 0; b < BLOCKS && value > 0; b++)
        cr_assert_eq(series_set(&run_g.cells[at], metric, b, value * (1 + .01 * b) * (1 + .001 * (b * b % 5))), 0);
    return at;
}

static int plain(const char *strategy, unsigned k, double value)
{
    return add("mandelbrot", "", strategy, k, 2, "throughput_ops_per_s", value);
}

static void pair(void)
{
    cr_assert_eq(aggregate_finish(&run_g), 0);
    cr_assert_eq(pairing_build(&pairing_g, &run_g), 0);
}

/* --- regimes --------------------------------------------------------------------------------------------------------
 */

Test(paired, regimes_have_their_borders_and_names)
{
    static const struct {
        unsigned k;
        enum regime regime;
    } golden[] = {{1, REGIME_CORES},      {2, REGIME_CORES},   {3, REGIME_EIGHTFOLD},
                  {16, REGIME_EIGHTFOLD}, {17, REGIME_BEYOND}, {500, REGIME_BEYOND}};
    begin();
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++)
        plain("pool", golden[i].k, 100);
    pair();
    cr_assert_eq(pairing_g.n, 6u);
    for (unsigned i = 0; i < 6; i++)
        cr_expect_eq(pairing_g.list[i].regime, golden[i].regime, "K %u", golden[i].k);
    cr_expect_str_eq(regime_name(REGIME_CORES), "K ≤ P");
    cr_expect_str_eq(regime_name(REGIME_EIGHTFOLD), "P < K ≤ 8P");
    cr_expect_str_eq(regime_name(REGIME_BEYOND), "K > 8P");
    end();
}

/* --- a claim between two cells --------------------------------------------------------------------------------------
 */

/* Blocks that one side lacks are left out on both: of nine, the ratio of eight by hand. */
Test(paired, only_shared_blocks_are_compared)
{
    begin();
    int a = plain("threads", 2, 100), b = plain("pool", 2, 100), c = plain("serial", 1, 100);
    for (unsigned i = 0; i < BLOCKS; i++) {
        series_set(&run_g.cells[a], "latency_p50_ns", i, .01 * (10 + i)); /* also below 1 */
        series_set(&run_g.cells[b], "latency_p50_ns", i + 1, .02 * (10 + i + 1));
    }
    pair();
    const struct report_cell *cells = run_g.cells;
    struct claim claim = paired_claim(&cells[a], &cells[b], "latency_p50_ns", .05, false);
    cr_expect_eq(claim.ratio.n, (size_t)BLOCKS - 1, "block 0 and block 9 have one side only");
    cr_expect_float_eq(claim.ratio.value, 2, 1e-12);
    cr_expect(claim.verdict == VERDICT_SLOWER && claim.margin == .05);
    cr_expect_eq(paired_claim(&cells[a], &cells[b], "latency_p50_ns", .05, true).verdict, VERDICT_FASTER);
    cr_expect_float_eq(paired_claim(&cells[b], &cells[a], "latency_p50_ns", .05, true).ratio.value, .5, 1e-12);
    for (int side = 0; side < 2; side++) { /* what the one or the other never measured */
        claim = side ? paired_claim(&cells[a], &cells[c], "latency_p50_ns", .05, true)
                     : paired_claim(&cells[c], &cells[a], "latency_p50_ns", .05, true);
        cr_expect(claim.ratio.n == 0 && isnan(claim.ratio.value) && isnan(claim.ratio.lo) && isnan(claim.ratio.hi));
        cr_expect(claim.p == 1 && claim.p_holm == 1 && claim.verdict == VERDICT_INSUFFICIENT);
    }
    series_set(&run_g.cells[a], "latency_p50_ns", 1, 0); /* has no logarithm */
    series_set(&run_g.cells[b], "latency_p50_ns", 2, -5);
    cr_expect_eq(paired_claim(&cells[a], &cells[b], "latency_p50_ns", .05, true).ratio.n, (size_t)BLOCKS - 3);
    end();
}

/* --- situations -----------------------------------------------------------------------------------------------------
 */

Test(paired, the_best_median_is_compared_with_all_others)
{
    begin();
    int threads = plain("threads", 8, 200), pool = plain("pool", 8, 300), coroutines = plain("coroutines", 8, 303),
        none = plain("processes", 8, 0), prefork = plain("prefork", 8, 150);
    pair();
    cr_assert_eq(pairing_g.n, 1u);
    const struct situation *s = &pairing_g.list[0];
    cr_expect_str_eq(s->case_name, "mandelbrot");
    cr_expect(s->in_flight == 8 && s->workers == 2 && s->best == coroutines && s->has_verdicts);
    const int all[] = {threads, pool, coroutines, none, prefork};
    for (unsigned i = 0; i < 5; i++)
        cr_expect_eq(s->cell[run_g.cells[all[i]].strategy], all[i]);
    cr_assert_eq(s->n_comparisons, 3u, "the cell without numbers is not compared");
    static const double ratios[] = {200. / 303, 300. / 303, 150. / 303};
    const int others[] = {threads, pool, prefork};
    for (unsigned i = 0; i < 3; i++) {
        const struct comparison *c = &s->comparisons[i];
        cr_expect(c->best == (unsigned)coroutines && c->other == (unsigned)others[i]);
        cr_expect_float_eq(c->claim.ratio.value, ratios[i], 1e-12);
    }
    cr_expect_eq(pairing_g.n_claims, 3u);
    for (unsigned i = 0; i < 3; i++) /* Holm over three: no p is below 0, none of these above it */
        cr_expect_lt(s->comparisons[i].claim.p_holm, .04);
    cr_expect(situation_is_best(s, (unsigned)coroutines) && situation_is_best(s, (unsigned)pool), "1 %% is no word");
    cr_expect(!situation_is_best(s, (unsigned)threads) && !situation_is_best(s, (unsigned)none));
    const struct comparison *next = situation_runner_up(s, true);
    cr_assert(next);
    cr_expect_eq(next->other, (unsigned)threads);
    cr_expect_eq(situation_runner_up(s, false)->other, (unsigned)prefork, "of costs the least is next");
    end();
}

/* Where less is better the least is best, and the next one is the least of the others. */
Test(paired, of_costs_the_least_is_best)
{
    begin();
    add("spawn_join", "", "threads", 2, 2, "spawn_join_ns", 2000);
    int best = add("spawn_join", "", "coroutines", 2, 2, "spawn_join_ns", 50);
    int next = add("spawn_join", "", "pool", 2, 2, "spawn_join_ns", 1500);
    snprintf(run_g.workloads[0].headline, NAME_LEN, "spawn_join_ns");
    pair();
    const struct situation *s = &pairing_g.list[0];
    cr_expect_eq(s->best, best);
    cr_expect_eq(situation_runner_up(s, false)->other, (unsigned)next);
    cr_expect_float_eq(situation_runner_up(s, false)->claim.ratio.value, 30, 1e-12);
    cr_expect_eq(situation_runner_up(s, false)->claim.verdict, VERDICT_SLOWER);
    end();
}

/* Another K, other workers, another case: each is a situation of its own. */
Test(paired, a_situation_is_one_case_at_one_k_by_so_many_workers)
{
    begin();
    const char *metric = "throughput_ops_per_s";
    add("file_random_read", "hot", "threads", 4, 2, metric, 100);
    add("file_random_read", "cold", "threads", 4, 2, metric, 10);
    add("file_random_read", "hot", "threads", 8, 2, metric, 110);
    add("file_random_read", "hot", "pool", 4, 1, metric, 50);
    add("file_random_read", "hot", "pool", 4, 2, metric, 120);
    add("file_random_read", "cold", "pool", 4, 2, metric, 11);
    add("file_random_read", "hot", "prefork", 4, 2, metric, 60);
    pair();
    cr_assert_eq(pairing_g.n, 4u);
    static const unsigned comparisons[] = {2, 1, 0, 0};
    for (unsigned i = 0; i < 4; i++)
        cr_expect_eq(pairing_g.list[i].n_comparisons, comparisons[i], "%u", i);
    cr_expect(pairing_g.list[0].has_verdicts && !pairing_g.list[2].has_verdicts, "alone there is none");
    cr_expect_eq(pairing_g.n_claims, 3u);
    /* A sweep has each K once, ascending, cases in the order of the plan. */
    cr_assert_eq(pairing_g.n_sweeps, 2u);
    cr_expect_str_eq(pairing_g.sweeps[0].case_name, "file_random_read[mode=hot]");
    cr_expect_str_eq(pairing_g.sweeps[1].case_name, "file_random_read[mode=cold]");
    cr_expect(pairing_g.sweeps[0].n_k == 2 && pairing_g.sweeps[0].k[0] == 4 && pairing_g.sweeps[0].k[1] == 8);
    cr_expect(pairing_g.sweeps[1].n_k == 1 && pairing_g.sweeps[1].k[0] == 4);
    /* Of two at the same K the one with more strategies is found. */
    cr_expect_eq(pairing_find(&pairing_g, "file_random_read[mode=hot]", 4), &pairing_g.list[0]);
    cr_expect_eq(pairing_find(&pairing_g, "file_random_read[mode=cold]", 4), &pairing_g.list[1]);
    cr_expect_null(pairing_find(&pairing_g, "file_random_read[mode=cold]", 8));
    cr_expect_null(pairing_find(&pairing_g, "file_random_read", 4));
    end();
}

/* K in any order of the plan, between and before those that are there. */
Test(paired, a_sweep_is_ascending)
{
    static const unsigned order[] = {16, 2, 64, 4, 32, 1, 8}, sorted[] = {1, 2, 4, 8, 16, 32, 64};
    begin();
    for (int s = 0; s < 2; s++)
        for (int i = 0; i < 7; i++)
            plain(s ? "pool" : "threads", order[i], 100);
    pair();
    cr_assert_eq(pairing_g.n_sweeps, 1u);
    cr_assert_eq(pairing_g.sweeps[0].n_k, 7u);
    cr_expect_eq(memcmp(pairing_g.sweeps[0].k, sorted, sizeof sorted), 0);
    end();
}

/* --- serial stands in -----------------------------------------------------------------------------------------------
 */

static bool lends(int situation, int cell)
{
    return pairing_g.list[situation].cell[run_g.cells[cell].strategy] == cell;
}

Test(paired, serial_is_a_choice_at_every_k)
{
    begin();
    int pool = plain("pool", 1, 400), serial = plain("serial", 1, 500);
    plain("pool", 8, 480);
    plain("threads", 8, 450);
    add("sha256", "", "pool", 8, 2, "throughput_ops_per_s", 5);
    pair();
    cr_assert_eq(pairing_g.n, 3u);
    cr_expect(lends(0, serial) && lends(0, pool));
    cr_expect(lends(1, serial) && pairing_g.list[1].best == serial && pairing_g.list[1].n_comparisons == 2);
    cr_expect_eq(pairing_g.list[1].cell[run_g.cells[pool].strategy], 2, "a cell of its own is not replaced");
    cr_expect_eq(pairing_g.list[2].cell[run_g.cells[serial].strategy], -1, "other work");
    end();
}

Test(paired, serial_keeps_what_it_has)
{
    begin();
    int one = plain("serial", 1, 500);
    plain("pool", 1, 400);
    int eight = plain("serial", 8, 520);
    plain("pool", 8, 480);
    pair();
    cr_expect(lends(0, one) && lends(1, eight));
    end();
}

Test(paired, serial_without_a_good_trial_is_none)
{
    begin();
    int serial = plain("serial", 1, 500);
    plain("pool", 8, 480);
    run_g.cells[serial].ok = 0;
    pair();
    cr_expect(lends(0, serial) && !lends(1, serial));
    end();
}

/* One task has no K; work has, also where the workload is a micro one. Other strategies than serial lend nothing. */
Test(paired, a_cost_per_task_is_not_lent)
{
    for (int cost = 0; cost < 2; cost++) {
        const char *metric = cost ? "spawn_join_ns" : "throughput_ops_per_s";
        begin();
        int serial = add("spawn_join", "", "serial", 1, 2, metric, 90);
        int threads = add("spawn_join", "", "threads", 2, 2, metric, 70);
        add("spawn_join", "", "pool", 8, 2, metric, 80);
        run_g.workloads[0].kind = "micro";
        snprintf(run_g.workloads[0].headline, NAME_LEN, "%s", metric);
        pair();
        cr_expect_eq(lends(2, serial), !cost);
        cr_expect_not(lends(2, threads));
        end();
    }
}

/* --- what stands for a case -----------------------------------------------------------------------------------------
 */

Test(paired, the_greatest_k_stands_for_a_regime)
{
    begin();
    plain("pool", 4, 100);
    plain("threads", 4, 110);
    plain("pool", 16, 100); /* alone */
    plain("pool", 8, 100);
    plain("threads", 8, 110);
    plain("pool", 64, 0); /* without numbers */
    plain("threads", 64, 0);
    add("mandelbrot", "", "threads", 16, 3, "throughput_ops_per_s", 90);
    add("mandelbrot", "", "pool", 16, 3, "throughput_ops_per_s", 95);
    add("mandelbrot", "", "prefork", 16, 1, "throughput_ops_per_s", 95);
    pair();
    const struct situation *s = pairing_representative(&pairing_g, "mandelbrot", REGIME_EIGHTFOLD);
    cr_assert(s);
    cr_expect(s->in_flight == 16 && s->workers == 3, "of those at K = 16 the one with the most strategies");
    cr_expect_null(pairing_representative(&pairing_g, "mandelbrot", REGIME_CORES));
    cr_expect_null(pairing_representative(&pairing_g, "sha256", REGIME_EIGHTFOLD));
    const struct situation *beyond = pairing_representative(&pairing_g, "mandelbrot", REGIME_BEYOND);
    cr_assert(beyond);
    cr_expect(beyond->workers == 1 && beyond->best >= 0, "K = 64 has no numbers; 16 is beyond 8 x 1");
    cr_expect_eq(pairing_highest(&pairing_g, "mandelbrot"), s, "the highest regime where two can be compared");
    cr_expect_null(pairing_highest(&pairing_g, "sha256"));
    end();
}

/* More strategies at a lesser K, or fewer at the same one, stand for nothing; and a case may have one regime only. */
Test(paired, the_number_of_strategies_decides_at_the_same_k_only)
{
    begin();
    plain("pool", 2, 100);
    plain("threads", 2, 100);
    plain("pool", 1, 100);
    plain("threads", 1, 100);
    plain("prefork", 1, 100);
    add("mandelbrot", "", "pool", 2, 3, "throughput_ops_per_s", 95);
    pair();
    cr_assert_eq(pairing_g.n, 3u);
    cr_expect_eq(pairing_representative(&pairing_g, "mandelbrot", REGIME_CORES), &pairing_g.list[0]);
    cr_expect_eq(pairing_highest(&pairing_g, "mandelbrot"), &pairing_g.list[0]);
    end();
}

/* Five blocks have no interval: there is a best median and nothing else is known. */
Test(paired, without_intervals_only_the_best_median_is_best)
{
    begin();
    plain("threads", 8, 0);
    plain("pool", 8, 0);
    for (unsigned c = 0; c < 2; c++) {
        run_g.cells[c].ok = 5;
        for (unsigned b = 0; b < 5; b++)
            series_set(&run_g.cells[c], "throughput_ops_per_s", b, 100 + c + .1 * b);
    }
    pair();
    const struct situation *s = &pairing_g.list[0];
    cr_expect(s->best == 1 && s->n_comparisons == 1 && !s->has_verdicts && pairing_g.n_claims == 0);
    cr_expect(situation_is_best(s, 1) && !situation_is_best(s, 0));
    cr_expect_eq(pairing_highest(&pairing_g, "mandelbrot"), s);
    end();
}

/* All equal: everyone is best, and nobody is next. */
Test(paired, where_all_are_equal_there_is_no_next_one)
{
    begin();
    for (int i = 0; i < 3; i++)
        plain(i == 0 ? "threads" : i == 1 ? "pool" : "prefork", 8, 100);
    add("floor", "", "serial", 1, 2, "throughput_ops_per_s", 100);
    add("floor", "", "pool", 1, 2, "throughput_ops_per_s", 900);
    pair();
    const struct situation *s = &pairing_g.list[0];
    cr_expect(s->best == 0 && s->has_verdicts, "the first of the plan");
    for (unsigned c = 0; c < 3; c++)
        cr_expect(situation_is_best(s, c));
    cr_expect_null(situation_runner_up(s, true));
    cr_expect_eq(pairing_g.n_claims, 2u);
    cr_expect(pairing_g.list[1].best == -1 && pairing_g.list[1].n_comparisons == 0, "the floor is no choice");
    end();
}
