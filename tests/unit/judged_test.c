/* SPDX-License-Identifier: Apache-2.0 */
/* Which claims of a stored run hold in another one: judged on runs put together here. */
#include "quintet_criterion.h"

#include "run_pair.h"

TestSuite(judged);

static struct reproduction r_g;

static void build(void)
{
    pair_up();
    cr_assert_eq(reproduction_build(&r_g, &run_g[THERE], &pairing_g[THERE], &run_g[HERE], &pairing_g[HERE]), 0);
    unsigned sum = 0;
    for (int j = 0; j < JUDGEMENT_COUNT; j++)
        sum += r_g.count[j];
    cr_expect_eq(sum, r_g.n_claims, "every claim is judged once");
}

static void end(void)
{
    reproduction_fini(&r_g);
    cr_expect(!r_g.claims && !r_g.contests);
    pair_end();
}

static void claim_is(unsigned i, bool of_best_set, const char *other, enum judgement judgement, const char *reason)
{
    cr_assert(i < r_g.n_claims, "%u of %u", i, r_g.n_claims);
    const struct judged_claim *claim = &r_g.claims[i];
    cr_expect_eq(claim->of_best_set, of_best_set, "%u", i);
    if (!of_best_set)
        cr_expect_str_eq(run_g[THERE].strategies[run_g[THERE].cells[claim->other].strategy].name, other);
    cr_expect_eq(claim->judgement, judgement, "%u: %s and not %s: %s", i, judgement_names[claim->judgement],
                 judgement_names[judgement], claim->reason);
    cr_expect_str_eq(claim->reason, reason);
}

/* There: pool is the best, threads has half of it. One best set and one pair. */
static void given_pool_before_threads(void)
{
    pair_begin();
    pair_cell(THERE, "threads", 100);
    pair_cell(THERE, "pool", 200);
}

static void threads_and_pool_here(double threads, double pool)
{
    pair_cell(HERE, "threads", threads);
    pair_cell(HERE, "pool", pool);
}

static void judged(enum judgement best_set, enum judgement pair)
{
    build();
    cr_assert_eq(r_g.n_claims, 2u);
    claim_is(0, true, "", best_set, "");
    claim_is(1, false, "threads", pair, "");
    end();
}

Test(judged, names)
{
    cr_expect_str_eq(judgement_names[JUDGED_REPRODUCED], "reproduced");
    cr_expect_str_eq(judgement_names[JUDGED_WEAKER], "weaker");
    cr_expect_str_eq(judgement_names[JUDGED_CONTRADICTED], "contradicted");
    cr_expect_str_eq(judgement_names[JUDGED_NOT_TESTABLE], "not testable");
}

/* --- a difference there ----------------------------------------------------------------------------------------------
 */

Test(judged, the_same_verdict_reproduces_whatever_the_numbers)
{
    given_pool_before_threads();
    threads_and_pool_here(9000, 10000);
    judged(JUDGED_REPRODUCED, JUDGED_REPRODUCED);
}

Test(judged, the_other_way_round_contradicts)
{
    given_pool_before_threads();
    threads_and_pool_here(200, 100);
    judged(JUDGED_CONTRADICTED, JUDGED_CONTRADICTED);
}

/* Within the margin, but all of the interval on the claim's side of 1. */
Test(judged, a_smaller_difference_of_the_same_sign_is_weaker)
{
    given_pool_before_threads();
    threads_and_pool_here(198, 200);
    judged(JUDGED_WEAKER, JUDGED_WEAKER);
}

Test(judged, no_difference_contradicts_a_difference)
{
    given_pool_before_threads();
    threads_and_pool_here(200, 200);
    judged(JUDGED_WEAKER, JUDGED_CONTRADICTED);
    given_pool_before_threads();
    threads_and_pool_here(202, 200);
    judged(JUDGED_WEAKER, JUDGED_CONTRADICTED);
}

/* Noise of a fifth: nothing can be said. */
Test(judged, no_verdict_here_is_weaker)
{
    given_pool_before_threads();
    pair_cell(HERE, "pool", 200);
    pair_noisy(HERE, "", "threads", 2, 200, PAIR_BLOCKS, .2);
    judged(JUDGED_WEAKER, JUDGED_WEAKER);
}

/* A claim for a strategy: where less is better the best one has the lesser number, and the ratio lies above 1. */
Test(judged, times_are_claims_too)
{
    static const struct {
        double threads;
        enum judgement pair;
    } cases[] = {{2, JUDGED_REPRODUCED},
                 {1.01, JUDGED_WEAKER},
                 {1, JUDGED_CONTRADICTED},
                 {.99, JUDGED_CONTRADICTED},
                 {.5, JUDGED_CONTRADICTED}};
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        given_pool_before_threads();
        threads_and_pool_here(100, 100);
        for (int side = 0; side < 2; side++) {
            strcpy(run_g[side].workloads[0].headline, "round_trip_ns");
            for (unsigned b = 0; b < PAIR_BLOCKS; b++) {
                double by = side == THERE ? 1.5 : cases[i].threads;
                series_set(&run_g[side].cells[0], "round_trip_ns", b, by * (100 + b));
                series_set(&run_g[side].cells[1], "round_trip_ns", b, 100 + b);
            }
        }
        build();
        claim_is(1, false, "threads", cases[i].pair, "");
        cr_expect_float_eq(r_g.claims[1].there.ratio.value, 1.5, 1e-12);
        cr_expect_float_eq(r_g.claims[1].here.ratio.value, cases[i].threads, 1e-12);
        end();
    }
}

/* --- no difference there ---------------------------------------------------------------------------------------------
 */

/* There: threads and pool alike, processes far behind. */
static void given_two_alike(void)
{
    pair_begin();
    pair_cell(THERE, "threads", 200);
    pair_cell(THERE, "pool", 201);
    pair_cell(THERE, "processes", 100);
}

static void alike_judged(double threads, double pool, enum judgement best_set, enum judgement alike)
{
    given_two_alike();
    pair_cell(HERE, "threads", threads);
    pair_cell(HERE, "pool", pool);
    pair_cell(HERE, "processes", 50);
    build();
    cr_assert_eq(r_g.n_claims, 3u);
    claim_is(0, true, "", best_set, "");
    claim_is(1, false, "threads", alike, "");
    claim_is(2, false, "processes", JUDGED_REPRODUCED, "");
    end();
}

/* The best set here lies within the one there: that is reproduced; that they are alike is not. */
Test(judged, equivalent_ones_that_differ_here)
{
    alike_judged(200, 200, JUDGED_REPRODUCED, JUDGED_REPRODUCED);
    alike_judged(100, 200, JUDGED_REPRODUCED, JUDGED_CONTRADICTED);
    alike_judged(200, 100, JUDGED_REPRODUCED, JUDGED_CONTRADICTED);
}

/* "As fast as" is no claim of everybody's: where all are in the best set, there is none. */
Test(judged, a_best_set_of_all_claims_nothing)
{
    pair_begin();
    pair_cell(THERE, "threads", 200);
    pair_cell(THERE, "pool", 201);
    pair_noisy(THERE, "", "threads", 3, 200, PAIR_BLOCKS, 0); /* nor in a second contest */
    pair_noisy(THERE, "", "pool", 3, 201, PAIR_BLOCKS, 0);
    threads_and_pool_here(100, 200);
    build();
    cr_assert_eq(r_g.n_claims, 2u);
    claim_is(0, false, "threads", JUDGED_CONTRADICTED, "");
    claim_is(1, false, "threads", JUDGED_NOT_TESTABLE, "pool has no such cell here");
    end();
}

/* ... and what could not be told apart there, or had too few blocks, is no claim. */
Test(judged, no_verdict_there_is_no_claim)
{
    pair_begin();
    pair_cell(THERE, "pool", 200);
    pair_noisy(THERE, "", "threads", 2, 200, PAIR_BLOCKS, .2);
    threads_and_pool_here(100, 200);
    build();
    cr_expect(r_g.n_claims == 0 && r_g.n_contests == 1);
    end();
    pair_begin();
    for (unsigned i = 0; i < 2; i++)
        pair_noisy(THERE, "", i ? "pool" : "threads", 2, 100 + 100 * i, 5, 0);
    threads_and_pool_here(100, 200);
    build();
    cr_expect(r_g.n_claims == 0 && r_g.n_contests == 1);
    end();
    pair_begin();
    pair_cell(THERE, "pool", 200);
    threads_and_pool_here(100, 200);
    build();
    cr_expect(r_g.n_claims == 0 && r_g.n_contests == 0, "nobody beside the best: no contest");
    end();
}

/* --- what cannot be tested -------------------------------------------------------------------------------------------
 */

static void not_testable(const char *best_set, const char *pair)
{
    build();
    cr_assert_eq(r_g.n_claims, 2u);
    claim_is(0, true, "", best_set ? JUDGED_NOT_TESTABLE : JUDGED_REPRODUCED, best_set ? best_set : "");
    claim_is(1, false, "threads", JUDGED_NOT_TESTABLE, pair);
    end();
}

Test(judged, too_few_blocks)
{
    static const char *const told[] = {"1 block here with both: a verdict needs six",
                                       "5 blocks here with both: a verdict needs six"};
    for (unsigned i = 0; i < 2; i++) {
        given_pool_before_threads();
        pair_cell(HERE, "pool", 200);
        pair_noisy(HERE, "", "threads", 2, 100, i ? 5 : 1, 0);
        not_testable("no verdicts here: too few blocks, or nobody beside the best", told[i]);
    }
}

Test(judged, a_strategy_that_is_not_here)
{
    given_pool_before_threads();
    pair_cell(HERE, "pool", 200);
    pair_cell(HERE, "serial", 50);
    not_testable(NULL, "threads has no such cell here");
    given_pool_before_threads();
    pair_cell(HERE, "threads", 200);
    pair_cell(HERE, "serial", 50);
    not_testable("pool has no such cell here", "pool has no such cell here");
    given_pool_before_threads();
    pair_noisy(HERE, "64", "threads", 2, 100, PAIR_BLOCKS, 0); /* another case */
    pair_noisy(HERE, "64", "pool", 2, 200, PAIR_BLOCKS, 0);
    not_testable("pool has no such cell here", "pool has no such cell here");
}

/* Why there are no numbers, as far as it is known. */
Test(judged, a_cell_without_numbers_says_why)
{
    static const char *const told[] = {"?", "every trial of threads was disturbed",
                                       "threads has no throughput_ops_per_s here (not_run)"};
    for (unsigned i = 0; i < 3; i++) {
        given_pool_before_threads();
        struct report_cell *cell = pair_cell(HERE, "threads", 0);
        cell->gated = i == 1;
        strcpy(cell->reason, i == 0 ? "?" : "");
        pair_cell(HERE, "pool", 200);
        pair_cell(HERE, "serial", 50);
        not_testable(NULL, told[i]);
    }
}

Test(judged, another_protocol_is_other_work)
{
    given_pool_before_threads();
    threads_and_pool_here(100, 200);
    run_g[THERE].workloads[0].protocol = 1;
    run_g[HERE].workloads[0].protocol = 2;
    static const char told[] = "mandelbrot is another one here: protocol 2, and 1 in the stored run";
    build();
    claim_is(0, true, "", JUDGED_NOT_TESTABLE, told);
    claim_is(1, false, "threads", JUDGED_NOT_TESTABLE, told);
    cr_expect(r_g.n_taus == 0 && isnan(r_g.tau), "nor has it an order");
    end();
}

/* --- best sets -------------------------------------------------------------------------------------------------------
 */

/* Whoever is the best here and was not there says nothing about those who were; who is merely as good does not count.
 */
Test(judged, a_newcomer_does_not_decide)
{
    given_pool_before_threads();
    threads_and_pool_here(100, 200);
    pair_cell(HERE, "coroutines", 400);
    build();
    claim_is(0, true, "", JUDGED_NOT_TESTABLE, "coroutines is the best here and had no numbers there");
    claim_is(1, false, "threads", JUDGED_REPRODUCED, "");
    end();
    given_pool_before_threads();
    threads_and_pool_here(100, 200);
    pair_cell(HERE, "coroutines", 199.9);
    judged(JUDGED_REPRODUCED, JUDGED_REPRODUCED);
    given_pool_before_threads();
    pair_cell(THERE, "coroutines", 0); /* was there, without numbers */
    threads_and_pool_here(100, 200);
    pair_cell(HERE, "coroutines", 400);
    build();
    claim_is(0, true, "", JUDGED_NOT_TESTABLE, "coroutines is the best here and had no numbers there");
    end();
}

Test(judged, best_sets_by_name)
{
    const char *names[4];
    given_two_alike();
    threads_and_pool_here(100, 200);
    pair_cell(HERE, "serial", 0);
    build();
    cr_assert_eq(situation_best_set(&run_g[THERE], &pairing_g[THERE].list[0], names), 2u);
    cr_expect(!strcmp(names[0], "threads") && !strcmp(names[1], "pool"));
    cr_assert_eq(situation_best_set(&run_g[HERE], &pairing_g[HERE].list[0], names), 1u);
    cr_expect(!strcmp(names[0], "pool"));
    end();
}

/* --- all contests together -------------------------------------------------------------------------------------------
 */

/* Three contests: in order, the other way round, and one that is not held here. */
Test(judged, orders_and_lengths)
{
    static const char *const strategies[] = {"threads", "serial", "pool"};
    pair_begin();
    for (unsigned k = 2; k <= 4; k++)
        for (unsigned i = 0; i < 3; i++) {
            pair_noisy(THERE, "", strategies[i], k, 100 * (i + 1), PAIR_BLOCKS, 0);
            if (k < 4)
                pair_noisy(HERE, "", strategies[i], k, k == 2 ? 1000 * (i + 1) : 1000 * (3 - i), PAIR_BLOCKS, 0);
        }
    build();
    cr_assert_eq(r_g.n_contests, 3u);
    cr_expect(r_g.contests[0].tau == 1 && r_g.contests[1].tau == -1 && isnan(r_g.contests[2].tau));
    cr_expect(r_g.contests[1].there == &pairing_g[THERE].list[1] && r_g.contests[1].here == &pairing_g[HERE].list[1]);
    cr_expect(!r_g.contests[2].here && !r_g.contests[0].other_amount);
    cr_expect(r_g.n_taus == 2 && r_g.tau == 0);
    cr_expect_eq(r_g.n_claims, 9u);
    cr_expect_eq(r_g.count[JUDGED_REPRODUCED], 3u);
    cr_expect_eq(r_g.count[JUDGED_CONTRADICTED], 3u);
    cr_expect_eq(r_g.count[JUDGED_NOT_TESTABLE], 3u);
    /* threads and pool at two K: 1000 ops at 100 and 300 (of medians, at the fifth of nine blocks) */
    cr_expect_eq(r_g.n_run_ns, 4u);
    cr_expect_float_eq(r_g.run_ns_there, 1e9 * (1000 / 104. + 1000 / 312.) / 2, 1);
    cr_expect_float_eq(r_g.run_ns_here, 1e9 * (1000 / 1040. + 1000 / 3120.) / 2, 1);
    end();
}

/* A plan that was scaled to other CPUs has the same cases with other amounts of work. */
Test(judged, a_case_with_another_amount_of_work)
{
    for (int amount = 0; amount < 2; amount++) {
        pair_begin();
        for (int side = 0; side < 2; side++) {
            pair_noisy(side, side ? "128" : "64", "threads", 2, 100, PAIR_BLOCKS, 0);
            pair_noisy(side, side ? "128" : "64", "pool", 2, 200, PAIR_BLOCKS, 0);
            run_g[side].plan = json_pack("{s:[{s:s, s:i, s:[{s:s, s:b}]}]}", "workloads", "name", "mandelbrot",
                                         "protocol", 0, "params", "name", "width", "amount", amount);
        }
        build();
        cr_expect_eq(r_g.contests[0].other_amount, amount);
        cr_expect_eq(r_g.count[JUDGED_REPRODUCED], amount ? 2u : 0u);
        cr_expect_eq(r_g.count[JUDGED_NOT_TESTABLE], amount ? 0u : 2u);
        end();
    }
}

/* ... each of its own. */
Test(judged, every_case_with_its_own_other_amount)
{
    pair_begin();
    for (int side = 0; side < 2; side++) {
        for (int w = 0; w < 2; w++) {
            pair_workload = w ? "sha256" : "mandelbrot";
            pair_noisy(side, side ? "128" : "64", "threads", 2, 100, PAIR_BLOCKS, 0);
            pair_noisy(side, side ? "128" : "64", "pool", 2, 200, PAIR_BLOCKS, 0);
        }
        run_g[side].plan = json_pack("{s:[{s:s, s:i, s:[{s:s, s:b}]}, {s:s, s:i, s:[{s:s, s:b}]}]}", "workloads",
                                     "name", "mandelbrot", "protocol", 0, "params", "name", "width", "amount", 1,
                                     "name", "sha256", "protocol", 0, "params", "name", "width", "amount", 1);
    }
    pair_workload = "mandelbrot";
    build();
    cr_assert_eq(r_g.n_contests, 2u);
    cr_expect_str_eq(r_g.contests[0].here->case_name, "mandelbrot[width=128]");
    cr_expect_str_eq(r_g.contests[1].here->case_name, "sha256[width=128]");
    cr_expect_eq(r_g.count[JUDGED_REPRODUCED], 4u);
    end();
}
