/* SPDX-License-Identifier: Apache-2.0 */
/* What the design promises is put to the procedure that decides. QUINTET_ROUNDS=N multiplies the simulated runs. */
#include "quintet_criterion.h"

#include "measure/decision.h"
#include "measure/design.h"
#include "measure/rng.h"

#include <math.h>
#include <stdlib.h>

TestSuite(design, .timeout = 60);

static unsigned rounds(unsigned base)
{
    const char *factor = getenv("QUINTET_ROUNDS");
    return base * (factor ? (unsigned)atoi(factor) : 1);
}

static double gauss(struct rng *rng)
{
    double u = 1 - rng_unit(rng), v = rng_unit(rng);
    return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

/* Share of runs with this verdict: n blocks, true ratio `effect`, `family` claims of which the others are equals. */
static double share_of(enum verdict verdict, double effect, double sd, size_t n, size_t family, unsigned n_rounds)
{
    struct rng rng = {n * 1000 + family};
    unsigned hits = 0;
    double a[30], b[30];
    for (unsigned r = 0; r < n_rounds; r++) {
        for (size_t i = 0; i < n; i++) {
            a[i] = 1;
            b[i] = effect * exp(sd * gauss(&rng));
        }
        struct claim claims[100], *list[100];
        claims[0] = decision_compare(a, b, n, .03, false);
        for (size_t c = 0; c < family; c++) {
            claims[c] = claims[0];
            claims[c].p = c ? 1 : claims[0].p; /* Holm at its strictest */
            list[c] = &claims[c];
        }
        cr_assert_eq(decision_correct(list, family), (long)family);
        hits += claims[0].verdict == verdict;
    }
    return (double)hits / n_rounds;
}

/* Where two of the three conditions bind at the same difference both must hold, and the chance falls to 0.70. */
Test(design, four_runs_of_five_call_what_is_callable)
{
    static const size_t sizes[] = {6, 9, 12, 20, 30}, families[] = {1, 30, 100};
    static const double sds[] = {.005, .02, .05, .2};
    for (int s = 0; s < 5; s++)
        for (int f = 0; f < 3; f++)
            for (int k = 0; k < 4; k++) {
                double effect = 1 + design_callable(sds[k], sizes[s], .03, families[f]);
                double found = share_of(VERDICT_SLOWER, effect, sds[k], sizes[s], families[f], rounds(1000));
                cr_expect(found > .66 && found < .86, "%zu blocks, family %zu, sd %g: %+.2f %% found in %.3f", sizes[s],
                          families[f], sds[k], 100 * (effect - 1), found);
            }
}

/* By SciPy 1.10: the noncentral t (cells in which the t test binds), the binomial (where the interval does). */
Test(design, callable_differences_are_those_of_the_distributions)
{
    cr_expect_float_eq(design_callable(.2, 9, .03, 30), .48799423172789047, 1e-6);
    cr_expect_float_eq(design_callable(.2, 20, .03, 100), .26462721655727184, 1e-6);
    cr_expect_float_eq(design_callable(.2, 6, .03, 30), .9196601150205457, 1e-6);
    cr_expect_float_eq(design_callable(.2, 9, .03, 1), exp(.2 * 1.3247515910918997) - 1, 1e-9);
    cr_expect_float_eq(design_callable(.005, 9, .03, 30), 1.03 * exp(.005 * .34223634815040554) - 1, 1e-9);
    cr_expect_float_eq(design_callable(0, 9, .03, 30), .03, 1e-12);
}

Test(design, the_chance_of_equivalence_is_a_lower_bound)
{
    cr_expect_float_eq(design_equivalence_chance(.02, 12, .03), .9073734034118728, 1e-9);
    cr_expect_float_eq(design_equivalence_chance(.02, 9, .03), .7476408829794086, 1e-9);
    cr_expect_float_eq(design_equivalence_chance(.0283, 20, .03), .8720595942867992, 1e-9);
    cr_expect_eq(design_equivalence_chance(0, 9, .03), 1);
    static const size_t sizes[] = {9, 12, 20};
    for (int s = 0; s < 3; s++) {
        double promised = design_equivalence_chance(.02, sizes[s], .03);
        double seen = share_of(VERDICT_EQUIVALENT, 1, .02, sizes[s], 1, rounds(2000));
        cr_expect(seen > promised - .04 && seen < promised + .04, "%zu: %g, %g", sizes[s], seen, promised);
    }
}

Test(design, the_fewest_blocks_are_enough_and_one_less_is_not)
{
    static const double sds[] = {.01, .0283, .1};
    for (int k = 0; k < 3; k++)
        for (size_t family = 1; family <= 100; family *= 10) {
            size_t n = design_blocks(sds[k], .05, .03, family);
            cr_assert(n >= DESIGN_BLOCKS_MIN);
            cr_expect_leq(design_callable(sds[k], n, .03, family), .05);
            if (n > DESIGN_BLOCKS_MIN)
                cr_expect_gt(design_callable(sds[k], n - 1, .03, family), .05, "sd %g family %zu n %zu", sds[k], family,
                             n);
        }
    cr_expect_eq(design_blocks(.01, .03, .03, 1), 0u); /* no number of blocks is sure of the margin itself */
    cr_expect_eq(design_blocks(50, .05, .03, 1), 0u);
    cr_expect_eq(design_blocks(NAN, .05, .03, 1), 0u);
    static const size_t golden[][2] = {{5, 5},   {9, 9},   {11, 9},  {16, 12}, {19, 17},
                                       {24, 20}, {29, 25}, {30, 30}, {41, 41}};
    for (int i = 0; i < 9; i++)
        cr_expect_eq(design_efficient(golden[i][0]), golden[i][1]);
}

Test(design, no_plan_is_made_from_nonsense)
{
    cr_expect(isnan(design_callable(.02, 5, .03, 1)));
    cr_expect(isnan(design_callable(-.02, 9, .03, 1)));
    cr_expect(isnan(design_callable(INFINITY, 9, .03, 1)));
    cr_expect(isnan(design_callable(.02, 9, 0, 1)));
    cr_expect(isnan(design_callable(.02, 9, .03, 0)));
    cr_expect(isnan(design_equivalence_chance(.02, 5, .03)));
    cr_expect(isnan(design_equivalence_chance(NAN, 9, .03)));
}
