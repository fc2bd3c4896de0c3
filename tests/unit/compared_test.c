/* SPDX-License-Identifier: Apache-2.0 */
/* May two runs be compared, what of them, and with which verdicts: on runs put together here. */
#include "quintet_criterion.h"

#include "run_pair.h"

TestSuite(compared);

static struct run_comparison c_g;

static void fact(int side, const char *name, const char *value)
{
    if (!run_g[side].env)
        run_g[side].env = json_pack("{s:{}}", "facts");
    json_object_set_new(json_object_get(run_g[side].env, "facts"), name,
                        json_pack("{s:o}", "v", json_loads(value, JSON_DECODE_ANY, NULL)));
}

static void begin(void)
{
    pair_begin();
    for (int side = 0; side < 2; side++)
        fact(side, "cpu.model", "\"one\"");
}

static void build(void)
{
    pair_up();
    cr_assert_eq(run_comparison_build(&c_g, &run_g[0], &pairing_g[0], &run_g[1], &pairing_g[1], .03, NULL), 0);
}

static void end(void)
{
    run_comparison_fini(&c_g);
    cr_expect(!c_g.cells && !c_g.rankings);
    pair_end();
}

/* --- the machines ----------------------------------------------------------------------------------------------------
 */

static void facts_are(enum comparability comparability, unsigned differing, unsigned unknown)
{
    struct run_comparison c = {.tau = NAN};
    run_comparison_facts(&c, &run_g[0], &run_g[1]);
    cr_expect_eq(c.comparability, comparability, "%s and not %s", comparability_names[c.comparability],
                 comparability_names[comparability]);
    cr_expect(c.n_facts == differing && c.n_unknown == unknown, "%u differ, %u unknown", c.n_facts, c.n_unknown);
    pair_end();
}

Test(compared, names)
{
    static const char *const comparabilities[] = {"same", "controlled", "with caution", "cross-machine",
                                                  "not comparable"};
    static const char *const rankings[] = {"holds", "partly", "changes", "open"};
    for (int i = 0; i < COMPARE_COUNT; i++)
        cr_expect_str_eq(comparability_names[i], comparabilities[i]);
    for (int i = 0; i < RANKING_COUNT; i++)
        cr_expect_str_eq(ranking_names[i], rankings[i]);
}

Test(compared, one_difference_explains_and_several_do_not)
{
    begin();
    facts_are(COMPARE_SAME, 0, 0);
    begin();
    fact(0, "kernel.release", "\"6.1\"");
    fact(1, "kernel.release", "\"6.2\"");
    facts_are(COMPARE_CONTROLLED, 1, 0);
    begin();
    fact(0, "kernel.release", "\"6.1\""); /* the other one is silent */
    facts_are(COMPARE_CONTROLLED, 1, 0);
    begin();
    fact(1, "kernel.release", "\"6.1\"");
    facts_are(COMPARE_CONTROLLED, 1, 0);
    begin();
    for (int side = 0; side < 2; side++) {
        fact(side, "kernel.release", side ? "1" : "2");
        fact(side, "thp.enabled", side ? "1" : "2");
    }
    facts_are(COMPARE_CAUTION, 2, 0);
    begin();
    for (int side = 0; side < 2; side++)
        fact(side, "cpu.governor", "null");
    facts_are(COMPARE_CAUTION, 0, 1);
    begin();
    for (int side = 0; side < 2; side++) {
        fact(side, "cpu.governor", "null");
        fact(side, "kernel.release", side ? "1" : "2");
    }
    facts_are(COMPARE_CAUTION, 1, 1);
}

/* What is another one at every moment says nothing of the machine. */
Test(compared, what_passes_is_no_difference)
{
    static const char *const passing[] = {"load.average", "memory.available_bytes", "memory.room_bytes",
                                          "storage.free_bytes", "clock.read_ns"};
    begin();
    for (unsigned i = 0; i < sizeof passing / sizeof *passing; i++)
        for (int side = 0; side < 2; side++)
            fact(side, passing[i], side ? "1" : "2");
    facts_are(COMPARE_SAME, 0, 0);
}

Test(compared, another_machine_is_another_machine)
{
    static const char *const of_machine[] = {
        "cpu.model",  "cpu.vendor",     "cpu.family",         "cpu.model_number", "cpu.stepping",
        "cpu.online", "topology.cores", "topology.packages",  "topology.smt",     "kernel.machine",
        "cache.l2",   "cache.l3",       "platform.hypervisor"};
    for (unsigned i = 0; i < sizeof of_machine / sizeof *of_machine; i++) {
        begin();
        fact(0, of_machine[i], "\"x\"");
        fact(1, of_machine[i], "\"y\"");
        facts_are(COMPARE_CROSS, 1, 0);
    }
    begin();
    run_g[1].workers = 4;
    facts_are(COMPARE_CROSS, 1, 0);
    for (int silent = 0; silent < 2; silent++) { /* nobody knows */
        pair_begin();
        fact(silent, "cpu.model", "null");
        fact(!silent, "cpu.model", "\"one\"");
        facts_are(COMPARE_CROSS, 1, 0);
    }
    pair_begin();
    facts_are(COMPARE_CROSS, 0, 0);
}

/* ... also where more differs than can be shown. */
Test(compared, a_machine_is_told_behind_many_differences)
{
    char name[32];
    pair_begin();
    for (int i = 0; i < COMPARE_FACTS_MAX + 5; i++) {
        snprintf(name, sizeof name, "limits.x%d", i);
        fact(0, name, "1");
        fact(1, name, "2");
    }
    fact(0, "cpu.model", "\"one\"");
    fact(1, "cpu.model", "\"two\"");
    facts_are(COMPARE_CROSS, COMPARE_FACTS_MAX, 0);
}

/* Memory is the same to the nearest GiB: the kernel keeps some for itself. */
Test(compared, memory_is_the_same_to_the_nearest_gib)
{
    begin();
    fact(0, "memory.total_bytes", "8589934592");
    fact(1, "memory.total_bytes", "8300000000");
    facts_are(COMPARE_SAME, 0, 0);
    begin();
    fact(0, "memory.total_bytes", "8589934592");
    fact(1, "memory.total_bytes", "7000000000");
    facts_are(COMPARE_CROSS, 1, 0);
}

/* Of long texts what differs is shown, of numbers their digits. */
Test(compared, facts_are_shown_where_they_differ)
{
    struct run_comparison c = {.tau = NAN};
    begin();
    run_g[1].workers = 16;
    fact(0, "compiler.flags", "\"0123456789012345678901234567890123456789012345678901234567890123456789 -O2\"");
    fact(1, "compiler.flags", "\"0123456789012345678901234567890123456789012345678901234567890123456789 -O3\"");
    fact(0, "kernel.release", "\"6.1\"");
    fact(1, "limits.stack", "{\"a\":1}");
    run_comparison_facts(&c, &run_g[0], &run_g[1]);
    cr_assert_eq(c.n_facts, 4u);
    static const struct differing_fact golden[] = {
        {"workers", "2", "16", true},
        {"compiler.flags", "...901234567890123456789 -O2", "...901234567890123456789 -O3", false},
        {"kernel.release", "6.1", "unknown", false},
        {"limits.stack", "unknown", "{\"a\":1}", false}};
    for (unsigned i = 0; i < 4; i++) {
        cr_expect_str_eq(c.facts[i].name, golden[i].name);
        cr_expect_eq(c.facts[i].of_machine, golden[i].of_machine);
        cr_expect_str_eq(c.facts[i].a, golden[i].a);
        cr_expect_str_eq(c.facts[i].b, golden[i].b);
    }
    pair_end();
}

/* --- cells -----------------------------------------------------------------------------------------------------------
 */

static void cell_is(unsigned i, const char *strategy, enum verdict verdict, double ratio)
{
    cr_assert(i < c_g.n_cells, "%u of %u", i, c_g.n_cells);
    const struct compared_cell *cell = &c_g.cells[i];
    cr_expect_str_eq(cell->a->cell.strategy, strategy);
    cr_expect_str_eq(cell->b->cell.strategy, strategy);
    cr_expect_eq(cell->claim.verdict, verdict, "%s: %s", strategy, stats_verdict_name(cell->claim.verdict));
    cr_expect_float_eq(cell->claim.ratio.value, ratio, 1e-9, "%s: %.12g", strategy, cell->claim.ratio.value);
}

/* Numbers of one machine are set against one another; the greatest change first, what did not change last. */
Test(compared, numbers_of_one_machine)
{
    begin();
    pair_cell(0, "serial", 100);
    pair_cell(0, "threads", 100);
    pair_cell(0, "pool", 300);
    pair_cell(0, "processes", 70);
    pair_cell(1, "pool", 100);
    pair_cell(1, "threads", 200);
    pair_cell(1, "serial", 100);
    pair_cell(1, "coroutines", 50);
    build();
    cr_assert(c_g.comparability == COMPARE_SAME && c_g.n_cells == 3 && c_g.n_per_cpu == 0);
    cell_is(0, "pool", VERDICT_SLOWER, 1. / 3);
    cell_is(1, "threads", VERDICT_FASTER, 2);
    cell_is(2, "serial", VERDICT_EQUIVALENT, 1);
    cr_expect(c_g.only_a == 1 && c_g.only_b == 1 && c_g.other_protocol == 0);
    cr_expect_float_eq(c_g.cells[0].median_a, 312, 1e-9);
    cr_expect_float_eq(c_g.cells[0].median_b, 104, 1e-9);
    cr_expect(c_g.contests == 1 && c_g.same_best == 0 && c_g.n_rankings == 1);
    end();
}

/* Between machines only what each is of its own serial. */
Test(compared, multiples_of_serial_between_machines)
{
    begin();
    fact(1, "cpu.vendor", "\"other\"");
    pair_cell(0, "serial", 100);
    pair_cell(0, "threads", 200);
    pair_cell(0, "pool", 300);
    pair_cell(1, "serial", 1000);
    pair_cell(1, "threads", 2000);
    pair_cell(1, "pool", 1500);
    build();
    cr_assert(c_g.comparability == COMPARE_CROSS && c_g.n_cells == 2, "serial is no multiple of itself");
    cell_is(0, "pool", VERDICT_SLOWER, .5);
    cell_is(1, "threads", VERDICT_EQUIVALENT, 1);
    cr_expect_float_eq(c_g.cells[0].median_a, 3, 1e-9);
    cr_expect(c_g.only_a == 0 && c_g.only_b == 0);
    cr_expect(c_g.contests == 1 && c_g.same_best == 0 && fabs(c_g.tau - 1. / 3) < 1e-9);
    end();
}

Test(compared, nothing_in_common_is_not_comparable)
{
    begin();
    pair_cell(0, "serial", 100);
    pair_noisy(1, "64", "serial", 2, 100, PAIR_BLOCKS, 0);
    build();
    cr_expect(c_g.comparability == COMPARE_IMPOSSIBLE && c_g.only_a == 1 && c_g.only_b == 1);
    cr_expect_str_eq(c_g.why, "the runs have no cell with numbers in common");
    end();
    begin();
    for (int side = 0; side < 2; side++)
        pair_cell(side, "serial", 100);
    run_g[0].workloads[0].protocol = 3;
    build();
    cr_expect(c_g.comparability == COMPARE_IMPOSSIBLE && c_g.other_protocol == 1 && !c_g.only_a && !c_g.only_b);
    cr_expect_str_eq(c_g.why, "all cells in common are of another version of their workload");
    end();
    begin();
    pair_cell(0, "serial", 100);
    pair_cell(1, "threads", 100);
    build();
    cr_expect_eq(c_g.comparability, COMPARE_IMPOSSIBLE);
    cr_expect_str_eq(c_g.why, "no cell in common has a metric that can be set against the other");
    end();
}

/* --- rankings --------------------------------------------------------------------------------------------------------
 */

static void ranked(const double a[3], const double b[3], enum ranking ranking, bool no_choice, const char *why)
{
    static const char *const strategies[] = {"threads", "pool", "processes"};
    begin();
    for (unsigned i = 0; i < 3; i++) {
        if (a[i] >= 0)
            pair_cell(0, strategies[i], a[i]);
        if (b[i] >= 0)
            pair_cell(1, strategies[i], b[i]);
    }
    build();
    cr_assert_eq(c_g.n_rankings, 1u);
    const struct compared_contest *contest = &c_g.rankings[0];
    cr_expect_eq(contest->ranking, ranking, "%s and not %s", ranking_names[contest->ranking], ranking_names[ranking]);
    cr_expect_eq(contest->is_no_choice, no_choice);
    cr_expect_str_eq(contest->why, why);
    end();
}
#define THREE(...) ((const double[3]){__VA_ARGS__})

Test(compared, a_choice_holds_in_part_or_not)
{
    ranked(THREE(100, 200, 50), THREE(30, 90, 10), RANKING_HOLDS, false, "");
    ranked(THREE(200, 201, 50), THREE(30, 90, 10), RANKING_PARTLY, false, "");
    ranked(THREE(100, 200, 50), THREE(90, 90, 10), RANKING_PARTLY, false, "");
    ranked(THREE(100, 200, 50), THREE(90, 30, 10), RANKING_CHANGES, false, "");
    ranked(THREE(200, 201, 200), THREE(90, 90, 90), RANKING_HOLDS, true, "");
    ranked(THREE(200, 201, 50), THREE(90, 90, 20), RANKING_HOLDS, false, "");
}

Test(compared, a_best_strategy_that_the_other_lacks_leaves_it_open)
{
    ranked(THREE(100, 200, 50), THREE(30, -1, 10), RANKING_OPEN, false, "pool, the best in A, has no numbers in B");
    ranked(THREE(100, 0, 50), THREE(30, 90, 10), RANKING_OPEN, false, "pool, the best in B, has no numbers in A");
}

Test(compared, without_verdicts_it_is_open)
{
    for (int side = 0; side < 2; side++) {
        begin();
        for (int i = 0; i < 2; i++) {
            pair_noisy(i, "", "threads", 2, 100, i == side ? 5 : PAIR_BLOCKS, 0);
            pair_noisy(i, "", "pool", 2, 200, i == side ? 5 : PAIR_BLOCKS, 0);
        }
        build();
        cr_expect_eq(c_g.rankings[0].ranking, RANKING_OPEN);
        cr_expect_str_eq(c_g.rankings[0].why, side ? "no verdicts in B" : "no verdicts in A");
        cr_expect(c_g.contests == 1 && c_g.same_best == 1 && c_g.tau == 1);
        end();
    }
}
