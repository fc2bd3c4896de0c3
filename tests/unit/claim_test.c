/* SPDX-License-Identifier: Apache-2.0 */
/* One claim at a time: every number of it against SciPy 1.10 or by hand. How the procedure fares as a whole is in
 * decision_test.c. */
#include "quintet_criterion.h"

#include "measure/decision.h"

#include <errno.h>
#include <float.h>
#include <math.h>

TestSuite(claim);

/* Block i of one belongs to block i of the other. */
static const double a_g[] = {10.2, 10.4, 10.1, 10.9, 10.3, 10.2, 13.7, 10.5, 10.0, 10.6, 10.3, NAN};
static const double b_g[] = {9.7, 9.9, 9.6, 10.6, 9.9, 9.8, 12.6, 10.1, 9.9, 10.0, 9.7, NAN};
enum { N = 11 };

/* scipy.stats.ttest_1samp on the log-ratios; the ratio's interval are the 2nd and the 10th of them. */
Test(claim, paired_golden)
{
    struct claim c = decision_compare(a_g, b_g, N, .03, true);
    cr_expect_eq(c.ratio.n, (size_t)N);
    cr_expect_float_eq(c.ratio.value, .95192307692307687, 1e-15);
    cr_expect_float_eq(c.ratio.lo, .9417475728155339, 1e-15);
    cr_expect_float_eq(c.ratio.hi, .97247706422018343, 1e-15);
    cr_expect_float_eq(c.p, 1.031913923131197e-05, 1e-15);
    cr_expect_float_eq(c.sd, .01888633700407898, 1e-15);
    cr_expect_float_eq(c.mde, .017851222080965901, 1e-10);
    cr_expect_eq(c.p_holm, 1, "not corrected yet");
    cr_expect_eq(c.margin, .03);
    cr_expect_eq(c.verdict, VERDICT_SLOWER);
    cr_expect_eq(decision_compare(a_g, b_g, N, .03, false).verdict, VERDICT_FASTER);
    cr_expect_eq(decision_compare(b_g, a_g, N, .03, true).verdict, VERDICT_FASTER);
    /* Half the interval in log is 1.61 % wide, within 3 %: no more blocks. (1.61 / 0.995)^2 times 11 for 1 %. */
    cr_expect_eq(c.blocks_needed, N);
    cr_expect_eq(decision_compare(a_g, b_g, N, .01, true).blocks_needed, 29);
}

/* Two blocks: one degree of freedom, p = 1 - 2 atan(t)/pi. One: no spread. None: no claim. */
Test(claim, of_few_blocks)
{
    const double ones[] = {1, 1}, e[] = {exp(1), exp(3)};
    struct claim c = decision_compare(ones, e, 2, .03, true);
    cr_expect(c.ratio.n == 2 && !c.ratio.has_interval && c.verdict == VERDICT_INSUFFICIENT);
    cr_expect_float_eq(c.ratio.value, exp(2), 1e-12);
    cr_expect_float_eq(c.sd, M_SQRT2, 1e-12);
    cr_expect_float_eq(c.p, 1 - 2 * atan(2) / M_PI, 1e-12);
    cr_expect_float_eq(c.mde, exp((tan(.475 * M_PI) + tan(.3 * M_PI))) - 1, 1e-4);
    cr_expect(isnan(c.blocks_needed));
    c = decision_compare(ones, e, 1, .03, true);
    cr_expect(c.ratio.n == 1 && c.p == 1 && c.p_holm == 1 && isnan(c.sd) && isnan(c.mde) && isnan(c.blocks_needed));
    c = decision_compare(ones, e, 0, .03, true);
    cr_expect(c.ratio.n == 0 && isnan(c.ratio.value) && c.p == 1 && c.p_holm == 1 && isnan(c.sd) && isnan(c.mde) &&
              isnan(c.blocks_needed) && c.verdict == VERDICT_INSUFFICIENT && c.margin == .03);
}

/* What differs by the same factor in every block is as sure as can be, and the same in every block is no difference. */
Test(claim, without_noise)
{
    const double ones[] = {1, 1, 1, 1, 1, 1}, twos[] = {2, 2, 2, 2, 2, 2};
    struct claim c = decision_compare(ones, twos, 6, .03, true);
    cr_expect_float_eq(c.p, 0, 1e-12);
    cr_expect_eq(c.verdict, VERDICT_FASTER);
    cr_expect_float_eq(c.sd, 0, 1e-15);
    c = decision_compare(ones, ones, 6, .03, true);
    cr_expect(c.p == 1 && c.sd == 0 && c.mde == 0 && c.verdict == VERDICT_EQUIVALENT && c.blocks_needed == 6);
    /* With powers of two for logarithms that are summed without rounding. */
    c = decision_compare(ones, (const double[]){1, 1}, 2, .03, true);
    cr_expect_eq(c.p, 1);
}

/* (t(.975, n-1) + t(.8, n-1)) sd / sqrt(n), and the same for the first step of Holm's correction. By scipy.stats.t, the
 * quantiles of which are good to nine digits. */
Test(claim, what_so_many_blocks_can_see)
{
    cr_expect_float_eq(decision_detectable(.01, 2), .10470565643363483, 1e-9);
    cr_expect_float_eq(decision_detectable(.1, 20), .068283206700589627, 1e-9);
    cr_expect(isnan(decision_detectable(INFINITY, 9)) && isnan(decision_detectable(NAN, 9)));
    cr_expect(isnan(decision_detectable(.1, 1)) && isnan(decision_detectable(.1, 0)));
    cr_expect_float_eq(decision_family_factor(2, 2), 2.3573011608578893, 1e-8);
    cr_expect_float_eq(decision_family_factor(2, 9), 1.1848121946749666, 1e-8);
    cr_expect_float_eq(decision_family_factor(10, 12), 1.4624661754387516, 1e-8);
    cr_expect_float_eq(decision_family_factor(1000, 20), 2.0889110290147102, 1e-8);
    cr_expect_eq(decision_family_factor(0, 2), 1);
    cr_expect(isnan(decision_family_factor(1, 1)) && isnan(decision_family_factor(0, 0)));
}

/* --- two runs -------------------------------------------------------------------------------------------------------
 */

static const double run_a[] = {7.1, 8.3, 6.9, 9.4, 7.7, 8.8, NAN};
static const double run_b[] = {9.9, 8.1, 10.4, 9.2, 11.3, 10.9, 9.7, 12.0, NAN};

/* scipy.stats.mannwhitneyu on the logarithms; 6 + 8 leaves out 8 differences on either side (printed table of U). */
Test(claim, unpaired_golden)
{
    struct claim c;
    cr_assert_eq(decision_compare_unpaired(run_a, 6, run_b, 8, .03, true, &c), 0);
    cr_expect(c.ratio.has_interval && c.ratio.n == 6);
    cr_expect_float_eq(c.ratio.value, 1.2803378422622755, 1e-12);
    cr_expect_float_eq(c.ratio.lo, 1.1022727272727268, 1e-12);
    cr_expect_float_eq(c.ratio.hi, 1.4675324675324677, 1e-12);
    cr_expect_float_eq(c.p, .007992007992007992, 1e-12);
    cr_expect_float_eq(c.sd, .17435553485067584, 1e-12);
    cr_expect_float_eq(c.mde, .28200897542549308, 1e-9);
    cr_expect_eq(c.blocks_needed, 141);
    cr_expect(c.p_holm == 1 && c.margin == .03 && c.verdict == VERDICT_FASTER);
    cr_assert_eq(decision_compare_unpaired(run_a, 6, run_b, 8, .03, false, &c), 0);
    cr_expect_eq(c.verdict, VERDICT_SLOWER);
    cr_assert_eq(decision_compare_unpaired(run_b, 8, run_a, 6, .03, false, &c), 0);
    cr_expect(c.ratio.n == 6 && c.verdict == VERDICT_FASTER);
    cr_expect_float_eq(c.ratio.value, 1 / 1.2803378422622755, 1e-12);
}

/* The spread of a difference of two: sqrt(2) times the pooled one. Logarithms 0, 2 and 5: squares 2, of one freedom. */
Test(claim, unpaired_of_few)
{
    const double two[] = {1, exp(2)}, one[] = {exp(5)};
    struct claim c;
    cr_assert_eq(decision_compare_unpaired(two, 2, one, 1, .03, true, &c), 0);
    cr_expect_float_eq(c.sd, 2, 1e-12);
    cr_expect(isnan(c.mde) && c.ratio.n == 1 && !c.ratio.has_interval && c.verdict == VERDICT_INSUFFICIENT);
    cr_expect_float_eq(c.ratio.value, exp(4), 1e-9);
    cr_assert_eq(decision_compare_unpaired(one, 1, one, 1, .03, true, &c), 0);
    cr_expect(isnan(c.sd) && c.ratio.n == 1 && c.p == 1);
}

Test(claim, unpaired_without_a_logarithm_has_no_value)
{
    static const double bad[] = {0, -1, NAN, INFINITY};
    static double many[5000];
    struct claim c;
    for (int i = 0; i < 4 * 3 * 2; i++) {
        double x[] = {1, 2, 3};
        x[i % 3] = bad[i / 6];
        if (i / 3 % 2)
            cr_assert_eq(decision_compare_unpaired(x, 3, run_b, 8, .03, true, &c), 0);
        else
            cr_assert_eq(decision_compare_unpaired(run_b, 8, x, 3, .03, true, &c), 0);
        cr_expect(c.ratio.n == 0 && isnan(c.ratio.value) && isnan(c.ratio.lo) && isnan(c.ratio.hi) && c.p == 1 &&
                      c.p_holm == 1 && isnan(c.sd) && isnan(c.mde) && isnan(c.blocks_needed) && c.margin == .03 &&
                      c.verdict == VERDICT_INSUFFICIENT,
                  "%d", i);
    }
    for (int i = 0; i < 5000; i++)
        many[i] = 1;
    cr_assert_eq(decision_compare_unpaired(many, 5000, run_b, 8, .03, true, &c), 0);
    cr_expect(c.ratio.n == 0 && c.verdict == VERDICT_INSUFFICIENT, "more than the rank methods take");
    cr_assert_eq(decision_compare_unpaired(run_a, 0, run_b, 8, .03, true, &c), 0);
    cr_expect(c.ratio.n == 0 && c.verdict == VERDICT_INSUFFICIENT);
}

/* --- the family -----------------------------------------------------------------------------------------------------
 */

/* Holm: 3 x .01, then 2 x .02 = .04, which is still allowed; 1 x .041 is not. Those without an interval don't count. */
Test(claim, holm_takes_verdicts_back)
{
    struct claim c[] = {{.p = .02, .p_holm = 1, .verdict = VERDICT_SLOWER},
                        {.p = .001, .p_holm = 1, .verdict = VERDICT_INSUFFICIENT},
                        {.p = .041, .p_holm = 1, .verdict = VERDICT_FASTER},
                        {.p = .01, .p_holm = 1, .verdict = VERDICT_FASTER}};
    struct claim *list[] = {&c[0], &c[1], &c[2], &c[3]};
    cr_assert_eq(decision_correct(list, 4), 3);
    cr_expect_float_eq(c[0].p_holm, .04, 1e-15);
    cr_expect_eq(c[1].p_holm, 1);
    cr_expect_float_eq(c[2].p_holm, .041, 1e-15);
    cr_expect_float_eq(c[3].p_holm, .03, 1e-15);
    cr_expect_eq(c[0].verdict, VERDICT_SLOWER);
    cr_expect_eq(c[1].verdict, VERDICT_INSUFFICIENT);
    cr_expect_eq(c[2].verdict, VERDICT_UNDECIDED);
    cr_expect_eq(c[3].verdict, VERDICT_FASTER);
}

/* Only differences are claims: what is equivalent stays so at any p, and counts in the family. */
Test(claim, holm_leaves_the_equivalent_alone)
{
    struct claim c[] = {{.p = .5, .p_holm = 1, .verdict = VERDICT_EQUIVALENT},
                        {.p = .9, .p_holm = 1, .verdict = VERDICT_UNDECIDED},
                        {.p = .03, .p_holm = 1, .verdict = VERDICT_SLOWER}};
    struct claim *list[] = {&c[0], &c[1], &c[2]};
    cr_assert_eq(decision_correct(list, 3), 3);
    cr_expect(c[0].verdict == VERDICT_EQUIVALENT && c[1].verdict == VERDICT_UNDECIDED);
    cr_expect_eq(c[2].verdict, VERDICT_UNDECIDED, "3 x .03");
    cr_expect_float_eq(c[0].p_holm, 1, 1e-15);
    cr_expect_eq(decision_correct(NULL, 0), 0);
    c[0].p = NAN;
    cr_expect_eq(decision_correct(list, 3), -EINVAL);
}
