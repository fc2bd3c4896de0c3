/* SPDX-License-Identifier: Apache-2.0 */
/* The claims of one synthetic run held against another one, whose truths are known (make_run.h). */
#include "side.h"

#include "report/reproduce.h"

#include <math.h>

TestSuite(reproduce, .timeout = 30);

static struct side there_g, here_g;
static struct reproduction r_g;

static void clean_up(void)
{
    reproduction_fini(&r_g);
    side_fini(&there_g);
    side_fini(&here_g);
}

static void given(const struct make_run_options *there, const struct make_run_options *here)
{
    side_init(&there_g, there);
    side_init(&here_g, here);
    atexit(clean_up);
    cr_assert_eq(reproduction_build(&r_g, &there_g.run, &there_g.pairing, &here_g.run, &here_g.pairing), 0);
    cr_assert_eq(r_g.count[0] + r_g.count[1] + r_g.count[2] + r_g.count[3], r_g.n_claims);
}

static bool is_about(const struct judged_claim *claim, const char *workload, const char *strategy)
{
    const struct situation *s = r_g.contests[claim->contest].there;
    if (strcmp(r_g.there->workloads[s->workload].name, workload))
        return false;
    return !strategy || (!claim->of_best_set && (!strcmp(r_g.there->cells[claim->other].cell.strategy, strategy) ||
                                                 !strcmp(r_g.there->cells[claim->reference].cell.strategy, strategy)));
}

/* The claim of this workload at this K: of its best set (strategy NULL), or of the pair that ends in this strategy. */
static const struct judged_claim *claim_of(const char *workload, unsigned k, const char *strategy)
{
    for (unsigned i = 0; i < r_g.n_claims; i++) {
        const struct judged_claim *c = &r_g.claims[i];
        if (r_g.contests[c->contest].there->in_flight == k && is_about(c, workload, NULL) &&
            (strategy ? !c->of_best_set && !strcmp(r_g.there->cells[c->other].cell.strategy, strategy)
                      : c->of_best_set))
            return c;
    }
    cr_assert_fail("no claim of %s at K = %u, %s", workload, k, strategy ? strategy : "best set");
    return NULL;
}

Test(reproduce, the_same_truth_with_other_noise_holds)
{
    given(&(struct make_run_options){.blocks = 9}, &(struct make_run_options){.blocks = 9, .noise = 7});
    cr_expect_gt(r_g.n_claims, 60u);
    cr_expect_eq(r_g.count[JUDGED_CONTRADICTED], 0u);
    cr_expect_eq(r_g.count[JUDGED_NOT_TESTABLE], 0u);
    cr_expect_leq(r_g.count[JUDGED_WEAKER], r_g.n_claims / 20);
    cr_expect_gt(r_g.tau, 0.8);
    const struct judged_claim *c = claim_of("sleep_fanout", 128, "processes");
    cr_expect_eq(c->there.verdict, VERDICT_SLOWER);
    cr_expect_eq(c->judgement, JUDGED_REPRODUCED);
    cr_expect_float_eq(c->here.ratio.value, c->there.ratio.value, 0.05 * c->there.ratio.value);
    cr_expect(c->here.ratio.has_interval);
    cr_expect_neq(c->here.ratio.value, c->there.ratio.value, "the noise is the same");
}

Test(reproduce, the_other_way_round_is_contradicted_and_nothing_else_is)
{
    given(&(struct make_run_options){.blocks = 9}, &(struct make_run_options){.blocks = 9,
                                                                              .noise = 7,
                                                                              .changed_workload = "spawn_join",
                                                                              .changed_strategy = "coroutines",
                                                                              .changed_factor = 1e5});
    unsigned led = 0;
    for (unsigned i = 0; i < r_g.n_claims; i++) {
        const struct judged_claim *c = &r_g.claims[i];
        bool leads = !c->of_best_set && is_about(c, "spawn_join", NULL) &&
                     !strcmp(r_g.there->cells[c->reference].cell.strategy, "coroutines");
        led += leads;
        if (!c->of_best_set)
            cr_expect_eq(c->judgement == JUDGED_CONTRADICTED, leads);
        else if (!is_about(c, "spawn_join", NULL))
            cr_expect_neq(c->judgement, JUDGED_CONTRADICTED, "%s", r_g.contests[c->contest].there->case_name);
    }
    cr_expect_eq(led, 9u); /* three others at three K; at K = 1 serial leads, and still does */
    cr_expect_eq(claim_of("spawn_join", 1, NULL)->judgement, JUDGED_REPRODUCED);
    cr_expect_eq(claim_of("spawn_join", 128, NULL)->judgement, JUDGED_CONTRADICTED);
}

/* sha256: three are equivalent; one of them 10 % slower leaves the best set within what it was. */
Test(reproduce, an_equivalent_that_is_slower_here_is_contradicted)
{
    given(&(struct make_run_options){.blocks = 20}, &(struct make_run_options){.blocks = 20,
                                                                               .noise = 7,
                                                                               .changed_workload = "sha256",
                                                                               .changed_strategy = "pool",
                                                                               .changed_factor = 1.10});
    unsigned of_pool = 0;
    for (unsigned i = 0; i < r_g.n_claims; i++)
        if (is_about(&r_g.claims[i], "sha256", "pool") && r_g.claims[i].there.verdict == VERDICT_EQUIVALENT) {
            cr_expect_eq(r_g.claims[i].judgement, JUDGED_CONTRADICTED);
            of_pool++;
        }
    cr_expect_gt(of_pool, 0u);
    const struct judged_claim *best = claim_of("sha256", 128, NULL);
    const char *names[8];
    cr_expect_eq(situation_best_set(r_g.there, r_g.contests[best->contest].there, names), 3u);
    cr_expect_eq(situation_best_set(r_g.here, r_g.contests[best->contest].here, names), 2u);
    cr_expect_eq(best->judgement, JUDGED_REPRODUCED);
}

/* The other way: two are best there, and here a third one belongs to them. */
Test(reproduce, further_members_make_a_best_set_weaker)
{
    given(
        &(struct make_run_options){
            .blocks = 20, .changed_workload = "sha256", .changed_strategy = "pool", .changed_factor = 1.10},
        &(struct make_run_options){.blocks = 20, .noise = 7});
    cr_expect_eq(claim_of("sha256", 128, NULL)->judgement, JUDGED_WEAKER);
    const struct judged_claim *pool = claim_of("sha256", 128, "pool");
    cr_expect_eq(pool->there.verdict, VERDICT_SLOWER);
    cr_expect_eq(pool->here.verdict, VERDICT_EQUIVALENT);
    bool still_slower = pool->here.ratio.hi < 1;
    cr_expect_eq(pool->judgement, still_slower ? JUDGED_WEAKER : JUDGED_CONTRADICTED);
}

/* 5 % slower there; here 2 %, which is sure, and within the margin: a difference of the same sign, but a smaller one.
 */
Test(reproduce, a_smaller_difference_of_the_same_sign_is_weaker)
{
    given(
        &(struct make_run_options){
            .blocks = 20, .changed_workload = "mandelbrot", .changed_strategy = "pool", .changed_factor = 1.04},
        &(struct make_run_options){.blocks = 20, .noise = 7});
    const struct judged_claim *pool = claim_of("mandelbrot", 128, "pool");
    cr_expect_eq(pool->there.verdict, VERDICT_SLOWER);
    cr_expect_lt(pool->here.ratio.hi, 1);
    cr_expect_eq(pool->here.verdict, VERDICT_EQUIVALENT);
    cr_expect_eq(pool->judgement, JUDGED_WEAKER);
}

Test(reproduce, what_cannot_run_here_is_not_testable_and_says_why)
{
    given(&(struct make_run_options){.blocks = 9},
          &(struct make_run_options){.blocks = 9, .noise = 7, .absent_strategy = "coroutines"});
    unsigned absent = 0, others = 0;
    cr_expect_eq(r_g.count[JUDGED_CONTRADICTED], 0u);
    for (unsigned i = 0; i < r_g.n_claims; i++) {
        const struct judged_claim *c = &r_g.claims[i];
        bool of_it = !c->of_best_set && (!strcmp(r_g.there->cells[c->other].cell.strategy, "coroutines") ||
                                         !strcmp(r_g.there->cells[c->reference].cell.strategy, "coroutines"));
        if (of_it) {
            absent++;
            cr_expect_eq(c->judgement, JUDGED_NOT_TESTABLE);
            cr_expect_str_eq(c->reason, "no io_uring here");
            cr_expect_eq(c->here.ratio.n, 0u);
        } else if (!c->of_best_set) {
            others++;
            cr_expect_neq(c->judgement, JUDGED_NOT_TESTABLE, "%s", c->reason);
        }
    }
    cr_expect_gt(absent, 0u);
    cr_expect_gt(others, 0u);
    cr_expect_eq(claim_of("sleep_fanout", 128, NULL)->judgement, JUDGED_NOT_TESTABLE);
}

/* Who had no numbers there cannot contradict what was said of those that had. */
Test(reproduce, a_winner_that_did_not_compete_there_decides_nothing)
{
    given(&(struct make_run_options){.blocks = 9, .absent_strategy = "coroutines"},
          &(struct make_run_options){.blocks = 9, .noise = 7});
    cr_expect_eq(r_g.count[JUDGED_CONTRADICTED], 0u);
    const struct judged_claim *best = claim_of("spawn_join", 128, NULL);
    cr_expect_eq(best->judgement, JUDGED_NOT_TESTABLE);
    cr_expect_str_eq(best->reason, "coroutines is the best here and had no numbers there");
    cr_expect_eq(claim_of("spawn_join", 128, "processes")->judgement, JUDGED_REPRODUCED);
}

Test(reproduce, another_protocol_is_not_testable)
{
    given(&(struct make_run_options){.blocks = 9},
          &(struct make_run_options){.blocks = 9, .revised_workload = "sha256"});
    for (unsigned i = 0; i < r_g.n_claims; i++) {
        bool revised = is_about(&r_g.claims[i], "sha256", NULL);
        cr_expect_eq(r_g.claims[i].judgement == JUDGED_NOT_TESTABLE, revised);
        if (revised)
            cr_expect(strstr(r_g.claims[i].reason, "protocol 2, and 1 in the stored run"), "%s", r_g.claims[i].reason);
    }
    for (unsigned i = 0; i < r_g.n_contests; i++)
        if (!strcmp(r_g.contests[i].there->case_name, "sha256"))
            cr_expect(isnan(r_g.contests[i].tau));
}

Test(reproduce, too_few_blocks_give_orders_only)
{
    given(&(struct make_run_options){.blocks = 9}, &(struct make_run_options){.blocks = 3, .noise = 7});
    cr_expect_eq(r_g.count[JUDGED_NOT_TESTABLE], r_g.n_claims);
    cr_expect(strstr(claim_of("spawn_join", 128, "processes")->reason, "3 blocks here"));
    cr_expect_gt(r_g.tau, 0.5);
}

Test(reproduce, a_run_without_verdicts_claims_nothing)
{
    given(&(struct make_run_options){.blocks = 3}, &(struct make_run_options){.blocks = 9, .noise = 7});
    cr_expect_eq(r_g.n_claims, 0u);
    cr_expect_gt(r_g.n_contests, 20u);
    cr_expect_gt(r_g.tau, 0.5);
}

Test(reproduce, the_document_has_every_claim)
{
    given(&(struct make_run_options){.blocks = 9},
          &(struct make_run_options){.blocks = 9, .noise = 7, .absent_strategy = "coroutines"});
    json_t *json = reproduction_to_json(&r_g, "cross-machine"), *claim;
    size_t i, count[2] = {0};
    cr_assert(json);
    cr_expect_str_eq(json_string_value(json_object_get(json, "schema")), "quintet.reproduce/1.1");
    json_t *claims = json_object_get(json, "claims");
    cr_assert_eq(json_array_size(claims), r_g.n_claims);
    json_array_foreach(claims, i, claim)
    {
        bool pair = !strcmp(json_string_value(json_object_get(claim, "kind")), "pair");
        bool untested = !strcmp(json_string_value(json_object_get(claim, "judgement")), "not testable");
        count[untested]++;
        cr_expect_eq(json_is_string(json_object_get(claim, "reason")), untested);
        if (pair) {
            cr_expect(json_is_real(json_object_get(json_object_get(claim, "there"), "lo")));
            cr_expect_eq(json_is_object(json_object_get(claim, "here")), !untested);
        } else {
            cr_expect(json_array_size(json_object_get(claim, "there")) > 0);
        }
    }
    const json_t *counts = json_object_get(json, "counts");
    cr_expect_eq((size_t)json_integer_value(json_object_get(counts, "not_testable")), count[1]);
    cr_expect(count[0] && count[1]);
    json_decref(json);
}
