/* SPDX-License-Identifier: Apache-2.0 */
/* Two synthetic runs whose truths are known (make_run.h) side by side: of one machine, and of machines of other sizes.
 */
#include "side.h"

#include "report/compare.h"

#include <math.h>

TestSuite(compare, .timeout = 60);

static struct side a_g, b_g;
static struct run_comparison c_g;

static void clean_up(void)
{
    run_comparison_fini(&c_g);
    side_fini(&a_g);
    side_fini(&b_g);
}

static void given_knowing(const struct make_run_options *a, const struct make_run_options *b, amount_known_fn *known)
{
    side_init(&a_g, a);
    side_init(&b_g, b);
    atexit(clean_up);
    cr_assert_eq(run_comparison_build(&c_g, &a_g.run, &a_g.pairing, &b_g.run, &b_g.pairing, 0.03, known), 0);
}

static void given(const struct make_run_options *a, const struct make_run_options *b)
{
    given_knowing(a, b, NULL);
}

static bool is_messages(const char *workload, long long protocol, const char *param)
{
    return !strcmp(workload, "sha256") && protocol == 1 && !strcmp(param, "messages");
}

/* How many of the cells, of both tables, are of this workload; with another amount of work, if that is asked. */
static unsigned cells_of(const char *workload, bool other_amount)
{
    unsigned n = 0;
    for (unsigned i = 0; i < c_g.n_cells + c_g.n_per_cpu; i++)
        n += !strcmp(c_g.cells[i].a->cell.workload, workload) && (!other_amount || c_g.cells[i].other_amount);
    return n;
}

static const struct compared_contest *ranking_of(const char *workload, unsigned k_a, unsigned k_b)
{
    for (unsigned i = 0; i < c_g.n_rankings; i++) {
        const struct compared_contest *r = &c_g.rankings[i];
        if (!strcmp(a_g.run.workloads[r->a->workload].name, workload) && r->a->in_flight == k_a &&
            r->b->in_flight == k_b)
            return r;
    }
    cr_assert_fail("no ranking of %s at K = %u | %u", workload, k_a, k_b);
    return NULL;
}

static unsigned count_rankings(enum ranking ranking)
{
    unsigned n = 0;
    for (unsigned i = 0; i < c_g.n_rankings; i++)
        n += c_g.rankings[i].ranking == ranking;
    return n;
}

static unsigned count_changed(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < c_g.n_cells + c_g.n_per_cpu; i++)
        n += c_g.cells[i].claim.verdict == VERDICT_FASTER || c_g.cells[i].claim.verdict == VERDICT_SLOWER;
    return n;
}

Test(compare, one_machine_is_compared_by_identity)
{
    given(&(struct make_run_options){.blocks = 9}, &(struct make_run_options){.blocks = 9, .noise = 7});
    cr_expect_eq(c_g.comparability, COMPARE_CAUTION, "a governor that nobody knows is never equal");
    cr_expect_gt(c_g.n_cells, 100u);
    cr_expect_eq(c_g.n_per_cpu, 0u);
    cr_expect_eq(c_g.only_a + c_g.only_b + c_g.other_protocol, 0u);
    cr_expect_eq(count_changed(), 0u);
    cr_expect_eq(count_rankings(RANKING_CHANGES) + count_rankings(RANKING_OPEN), 0u);
    cr_expect_eq(count_rankings(RANKING_HOLDS) + count_rankings(RANKING_PARTLY), c_g.contests);
    for (unsigned i = 0; i < c_g.n_cells; i++)
        cr_assert_str_eq(c_g.cells[i].a->id, c_g.cells[i].b->id);
}

Test(compare, another_size_is_matched_by_k_and_by_k_per_cpu)
{
    given(&(struct make_run_options){.blocks = 9, .messages = 4096},
          &(struct make_run_options){.blocks = 9, .noise = 7, .workers = 16, .messages = 32768});
    cr_expect_eq(c_g.comparability, COMPARE_CROSS);
    cr_expect_str_eq(c_g.facts[0].name, "workers");
    cr_expect_str_eq(c_g.facts[0].b, "16");
    for (unsigned i = 0; i < c_g.n_cells + c_g.n_per_cpu; i++) {
        const struct compared_cell *c = &c_g.cells[i];
        unsigned ka = c->a->cell.in_flight, kb = c->b->cell.in_flight;
        cr_assert_eq(c->by, i < c_g.n_cells ? K_EQUAL : K_PER_CPU);
        cr_assert(c->by == K_EQUAL ? ka == kb : 8 * ka == kb, "%s and %s", c->a->id, c->b->id);
        cr_assert_str_eq(c->a->cell.strategy, c->b->cell.strategy);
        cr_assert_str_neq(c->a->cell.strategy, "serial", "it would be divided by itself");
        cr_assert_eq(c->other_amount, !strcmp(c->a->cell.workload, "sha256"));
    }
    /* Four strategies: at the same K 1, 16, 128 (8P there, 64P here: P and 8P); per CPU 2 | 16, 16 | 128, 128 | 1024.
     */
    cr_expect_eq(cells_of("sha256", true), 4u * (3 + 3));
    cr_expect_eq(cells_of("grain", false), 5u * 4, "8P alone has no equal K");
    cr_expect_eq(count_rankings(RANKING_CHANGES), 0u);
    cr_expect_eq(ranking_of("sha256", 2, 16)->ranking, RANKING_HOLDS);
    cr_expect(ranking_of("sha256", 2, 16)->other_amount);
    cr_expect_eq(ranking_of("handoff", 2, 2)->by, K_EQUAL);
    cr_expect_eq(c_g.only_a + c_g.only_b, 0u, "each K of the one has an answer in the other");
}

/* Eight times the CPUs, eight times serial: that is the truth of the synthetic CPU work. */
Test(compare, what_is_compared_is_the_multiple_of_serial)
{
    given(&(struct make_run_options){.blocks = 9},
          &(struct make_run_options){.blocks = 9, .noise = 7, .workers = 16, .cpu_model = "Another"});
    unsigned n = 0;
    for (unsigned i = c_g.n_cells; i < c_g.n_cells + c_g.n_per_cpu; i++) {
        const struct compared_cell *c = &c_g.cells[i];
        if (strcmp(c->a->cell.workload, "sha256") || strcmp(c->a->cell.strategy, "pool"))
            continue;
        n++;
        cr_expect_float_eq(c->median_a, 2 * 0.97 / 0.985, 0.05);
        cr_expect_float_eq(c->median_b, 16 * 0.97 / 0.985, 0.4);
        cr_expect_float_eq(c->claim.ratio.value, 8, 0.2);
        cr_expect_eq(c->claim.verdict, VERDICT_FASTER);
    }
    cr_expect_eq(n, 3u);
}

Test(compare, a_choice_that_changes_is_found)
{
    given(&(struct make_run_options){.blocks = 9}, &(struct make_run_options){.blocks = 9,
                                                                              .noise = 7,
                                                                              .workers = 16,
                                                                              .changed_workload = "spawn_join",
                                                                              .changed_strategy = "coroutines",
                                                                              .changed_factor = 200});
    const struct compared_contest *r = ranking_of("spawn_join", 16, 128);
    cr_expect_eq(r->ranking, RANKING_CHANGES);
    cr_expect_float_eq(r->tau, 1 / 3., 1e-9, "two of the six pairs of four strategies changed places");
    cr_expect_eq(ranking_of("spawn_join", 16, 16)->ranking, RANKING_CHANGES);
    cr_expect_eq(ranking_of("mandelbrot", 16, 128)->ranking, RANKING_HOLDS);
}

Test(compare, a_wider_best_set_holds_in_part)
{
    given(&(struct make_run_options){.blocks = 9}, &(struct make_run_options){.blocks = 9,
                                                                              .noise = 7,
                                                                              .workers = 16,
                                                                              .changed_workload = "sha256",
                                                                              .changed_strategy = "coroutines",
                                                                              .changed_factor = 3});
    cr_expect_eq(ranking_of("sha256", 16, 128)->ranking, RANKING_PARTLY);
}

Test(compare, without_the_best_strategy_or_verdicts_it_is_open)
{
    given(&(struct make_run_options){.blocks = 9},
          &(struct make_run_options){.blocks = 9, .noise = 7, .absent_strategy = "coroutines"});
    const struct compared_contest *r = ranking_of("sleep_fanout", 128, 128);
    cr_expect_eq(r->ranking, RANKING_OPEN);
    cr_expect_str_eq(r->why, "coroutines, the best in A, has no numbers in B");
}

Test(compare, too_few_blocks_leave_it_open)
{
    given(&(struct make_run_options){.blocks = 3}, &(struct make_run_options){.blocks = 9, .noise = 7});
    cr_expect_eq(count_rankings(RANKING_OPEN), c_g.n_rankings);
    cr_expect_str_eq(c_g.rankings[0].why, "no verdicts in A");
}

Test(compare, another_amount_on_one_machine_is_a_caution)
{
    given(&(struct make_run_options){.blocks = 9, .messages = 4096},
          &(struct make_run_options){.blocks = 9, .noise = 7, .messages = 8192});
    cr_expect_eq(c_g.comparability, COMPARE_CAUTION);
    cr_expect_eq(cells_of("sha256", true), 4u * 4 + 1);
    cr_expect_eq(c_g.only_a + c_g.only_b, 0u);
    cr_expect_eq(cells_of("mandelbrot", true), 0u);
    bool told = false;
    for (unsigned i = 0; i < c_g.cases.n; i++)
        told |= !strcmp(c_g.cases.list[i].amounts, "messages 4096 | 8192");
    cr_expect(told);
    cr_expect_not(c_g.cases.presumed);
}

Test(compare, an_old_plan_has_no_amounts_unless_somebody_knows)
{
    given(&(struct make_run_options){.blocks = 9, .messages = 4096, .old_plan = true},
          &(struct make_run_options){.blocks = 9, .noise = 7, .messages = 8192, .old_plan = true});
    cr_expect_eq(cells_of("sha256", false), 0u);
    cr_expect_eq(c_g.only_a, 17u);
    cr_expect_eq(c_g.only_b, 17u);
}

Test(compare, who_knows_helps_an_old_plan_out)
{
    given_knowing(&(struct make_run_options){.blocks = 9, .messages = 4096, .old_plan = true},
                  &(struct make_run_options){.blocks = 9, .noise = 7, .messages = 8192, .old_plan = true}, is_messages);
    cr_expect_eq(cells_of("sha256", true), 17u);
    cr_expect(c_g.cases.presumed);
}

Test(compare, a_new_plan_helps_an_old_one_out)
{
    given(&(struct make_run_options){.blocks = 9, .messages = 4096, .old_plan = true},
          &(struct make_run_options){.blocks = 9, .noise = 7, .messages = 8192});
    cr_expect_eq(cells_of("sha256", true), 17u);
    cr_expect_not(c_g.cases.presumed);
}

Test(compare, another_version_is_left_out)
{
    given(&(struct make_run_options){.blocks = 9, .messages = 4096},
          &(struct make_run_options){
              .blocks = 9, .noise = 7, .workers = 16, .messages = 32768, .revised_workload = "sha256"});
    cr_expect_eq(cells_of("sha256", false), 0u);
    cr_expect_eq(c_g.other_protocol, 17u);
    cr_expect_eq(c_g.comparability, COMPARE_CROSS);
}
