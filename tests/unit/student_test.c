/* SPDX-License-Identifier: Apache-2.0 */
/* Methods that stand beside the headline: t tests, equivalence, the other bootstraps, false discovery, percentiles of a
 * sample. Expected numbers by SciPy 1.10 or from the sources named in the headers. */
#include "quintet_criterion.h"

#include "measure/resample.h"
#include "measure/rng.h"
#include "measure/robust.h"
#include "measure/student.h"

#include <errno.h>
#include <math.h>

TestSuite(student, .timeout = 30);

static const double a_g[] = {10.2, 10.4, 10.1, 10.9, 10.3, 10.2, 13.7, 10.5, 10.0, 10.6, 10.3};
static const double b_g[] = {9.7, 9.9, 9.6, 10.6, 9.9, 9.8, 12.6, 10.1, 9.9, 10.0, 9.7};
enum { N = sizeof a_g / sizeof *a_g };

static void logs(double a[N], double b[N], double d[N])
{
    for (int i = 0; i < N; i++) {
        a[i] = log(a_g[i]);
        b[i] = log(b_g[i]);
        d[i] = b[i] - a[i];
    }
}

Test(student, pairing_turns_p_24_per_cent_into_one_in_a_hundred_thousand)
{
    double a[N], b[N], d[N];
    struct t_test t;
    logs(a, b, d);
    cr_assert_eq(student_paired(a, b, N, .05, &t), 0);
    cr_expect_float_eq(t.t, -8.121225446437, 1e-9);
    cr_expect_float_eq(t.p, 1.0319139231312729e-05, 1e-14);
    cr_expect_float_eq(exp(t.difference.lo), .9427690988626521, 1e-12);
    cr_expect_float_eq(exp(t.difference.hi), .9669989622513349, 1e-12);
    cr_assert_eq(student_welch(a_g, N, b_g, N, .05, &t), 0);
    cr_expect_float_eq(t.t, -1.2111155208438915, 1e-12);
    cr_expect_float_eq(t.df, 19.24411182, 1e-8);
    cr_expect_float_eq(t.p, .24051487236104, 1e-12);
}

Test(student, welch_of_unlike_sizes)
{
    static const double x[] = {1, 2, 3, 4}, y[] = {2.5, 2.6, 2.7, 9, 4, 5, 6.5};
    struct t_test t, swapped;
    cr_assert_eq(student_welch(x, 4, y, 7, .05, &t), 0);
    cr_expect_float_eq(t.t, 1.8819811554806898, 1e-12);
    cr_expect_float_eq(t.p, .09251481792606112, 1e-12);
    cr_assert_eq(student_welch(y, 7, x, 4, .05, &swapped), 0);
    cr_expect_float_eq(swapped.t, -t.t, 1e-12);
    cr_expect_float_eq(swapped.p, t.p, 1e-12);
    cr_expect_float_eq(swapped.difference.lo, -t.difference.hi, 1e-12);
}

Test(student, equivalence_is_two_one_sided_tests)
{
    double a[N], b[N], d[N], p;
    logs(a, b, d);
    static const double golden[][2] = {{.03, .9924849177839629}, {.05, .33226911614773713}, {.06, .03045121092587049}};
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(student_equivalence(d, N, log1p(golden[i][0]), &p), 0);
        cr_expect_float_eq(p, golden[i][1], 1e-11, "margin %g", golden[i][0]);
    }
}

Test(student, without_noise_there_is_an_answer_all_the_same)
{
    static const double two[] = {2, 2, 2}, three[] = {3, 3, 3};
    struct t_test t;
    double p;
    cr_assert_eq(student_paired(two, three, 3, .05, &t), 0);
    cr_expect(isinf(t.t) && t.p == 0 && t.difference.lo == 1 && t.difference.hi == 1);
    cr_assert_eq(student_paired(two, two, 3, .05, &t), 0);
    cr_expect(t.t == 0 && t.p == 1);
    cr_assert_eq(student_welch(two, 3, three, 3, .05, &t), 0);
    cr_expect(isinf(t.t) && t.p == 0);
    cr_assert_eq(student_equivalence(two, 3, 1, &p), 0);
    cr_expect_eq(p, 1);
    cr_assert_eq(student_equivalence(two, 3, 3, &p), 0);
    cr_expect_eq(p, 0);
}

Test(student, nothing_comes_out_of_what_is_no_number)
{
    static const double bad[] = {1, NAN, 2}, infinite[] = {1, INFINITY, 2}, good[] = {1, 2, 4};
    struct t_test t;
    struct bca bca;
    struct estimate e;
    double p;
    cr_expect_eq(student_paired(bad, good, 3, .05, &t), -EINVAL);
    cr_expect(isnan(t.p) && isnan(t.difference.value));
    cr_expect_eq(student_welch(good, 3, infinite, 3, .05, &t), -EINVAL);
    cr_expect_eq(student_welch(good, 1, good, 3, .05, &t), -EINVAL);
    cr_expect_eq(student_paired(good, good, 3, 0, &t), -EINVAL);
    cr_expect_eq(student_equivalence(good, 3, 0, &p), -EINVAL);
    cr_expect_eq(student_equivalence(good, 1, 1, &p), -EINVAL);
    cr_expect(isnan(p));
    static const double equal[] = {5, 5, 5}, zero[] = {0, 1, 2};
    cr_expect_eq(resample_bca_mean(equal, 3, .05, 100, 1, &bca), -EINVAL);
    cr_expect_eq(resample_bca_mean(bad, 3, .05, 100, 1, &bca), -EINVAL);
    cr_expect_eq(resample_bca_mean(good, 3, .05, 0, 1, &bca), -EINVAL);
    cr_expect(isnan(bca.interval.value));
    cr_expect_eq(resample_two_stage(good, 0, 3, .05, 100, 1, &e), -EINVAL);
    cr_expect_eq(resample_ratio_of_medians(good, 3, zero, 3, .05, 100, 1, &e), -EINVAL);
    cr_expect(isnan(e.value));
}

Test(student, bias_corrected_bootstrap_of_the_golden_vector)
{
    struct bca b;
    cr_assert_eq(resample_bca_mean(a_g, N, .05, 10000, 42, &b), 0);
    cr_expect_float_eq(b.bias, .0976628700, 1e-9);
    cr_expect_float_eq(b.acceleration, .1287063175, 1e-9);
    cr_expect_float_eq(b.interval.lo, 10.3, 1e-9);
    cr_expect_float_eq(b.interval.hi, 11.8363636364, 1e-9);
}

Test(student, two_stage_bootstrap_is_a_third_too_short)
{
    static const double g[] = {10.1, 10.3, 10.2, 10.8, 10.7, 10.9, 9.9, 10, 10, 10.4, 10.5, 10.3, 10.2, 10.2, 10.6};
    static const double medians[] = {10.2, 10.8, 10, 10.4, 10.2};
    struct estimate e;
    cr_assert_eq(resample_two_stage(g, 5, 3, .05, 10000, 42, &e), 0);
    cr_expect_float_eq(e.value, 10.32, 1e-12);
    cr_expect_float_eq(e.lo, 10.1, 1e-9);
    cr_expect_float_eq(e.hi, 10.6, 1e-9);
    struct estimate t = robust_mean(medians, 5, .05);
    cr_expect_lt((e.hi - e.lo) / (t.hi - t.lo), .67);
}

Test(student, ratio_of_medians_of_the_golden_vectors)
{
    struct estimate e;
    cr_assert_eq(resample_ratio_of_medians(a_g, N, b_g, N, .05, 10000, 42, &e), 0);
    cr_expect_float_eq(e.value, 9.9 / 10.3, 1e-12);
    cr_expect_float_eq(e.lo, .9326923077, 1e-9);
    cr_expect_float_eq(e.hi, .9805825243, 1e-9);
}

Test(student, false_discovery_rate)
{
    static const double p[] = {.001, .008, .039, .041, .9}, want[] = {.005, .02, .05125, .05125, .9};
    static const double mixed[] = {.9, .041, .001, .039, .008}, back[] = {.9, .05125, .005, .05125, .02};
    double adjusted[5];
    cr_assert_eq(stats_benjamini_hochberg(p, adjusted, 5), 0);
    for (int i = 0; i < 5; i++)
        cr_expect_float_eq(adjusted[i], want[i], 1e-12, "%d", i);
    cr_assert_eq(stats_benjamini_hochberg(mixed, adjusted, 5), 0);
    for (int i = 0; i < 5; i++)
        cr_expect_float_eq(adjusted[i], back[i], 1e-12, "%d", i);
    static const double bad[] = {.5, 1.5};
    cr_expect_eq(stats_benjamini_hochberg(bad, adjusted, 2), -EINVAL);
    cr_expect_eq(stats_benjamini_hochberg(NULL, NULL, 0), 0);
}

Test(student, percentiles_of_a_sample_have_their_gate)
{
    double x[400];
    for (int i = 0; i < 400; i++)
        x[(i * 37) % 400] = i + 1;
    struct estimate e = stats_quantile_interval(x, 400, .99, .05);
    cr_expect(e.has_interval);
    cr_expect_float_eq(e.value, 396.01, 1e-12);
    cr_expect(e.lo <= 396 && e.hi == 400, "%g, %g", e.lo, e.hi);
    e = stats_quantile_interval(x, 367, .99, .05);
    cr_expect(!e.has_interval && e.lo == e.value && e.hi == e.value);
    struct estimate median = stats_median_interval(a_g, N, .05), same = stats_quantile_interval(a_g, N, .5, .05);
    cr_expect(same.value == median.value && same.lo == median.lo && same.hi == median.hi);
    cr_expect_float_eq(stats_quantile_interval(a_g, N, .75, .05).value, 10.55, 1e-12);
    cr_expect_eq(stats_quantile_interval(a_g, N, 1, .05).value, 13.7);
    cr_expect_not(stats_quantile_interval(a_g, N, 1, .05).has_interval);
    cr_expect(isnan(stats_quantile_interval(a_g, N, 1.5, .05).value));
    cr_expect(isnan(stats_quantile_interval(a_g, 0, .5, .05).value));
}

/* Two values have one degree of freedom, where t is Cauchy's: the quantile is tan(pi (1/2 - alpha/2)) and by hand, for
 * differences 1 and 3 (mean 2, standard error 1), p = 2 (1/2 - atan(2)/pi). */
Test(student, two_blocks_are_enough)
{
    static const double a[] = {5, 6}, b[] = {6, 9}, outside[] = {1, 3, NAN};
    struct t_test t;
    double p;
    cr_assert_eq(student_paired(a, b, 2, .2, &t), 0);
    cr_expect(t.difference.has_interval && t.difference.n == 2 && t.df == 1);
    cr_expect_float_eq(t.difference.value, 2, 1e-15);
    cr_expect_float_eq(t.t, 2, 1e-14);
    cr_expect_float_eq(t.p, 1 - 2 * atan(2) / M_PI, 1e-12);
    cr_expect_float_eq(t.difference.lo, 2 - tan(.4 * M_PI), 1e-11);
    cr_expect_float_eq(t.difference.hi, 2 + tan(.4 * M_PI), 1e-11);
    /* Means 2 and 7.5, standard errors 1 and 1.5; Satterthwaite: (1 + 2.25)^2 / (1 + 2.25^2) degrees of freedom. */
    cr_assert_eq(student_welch(outside, 2, b, 2, .05, &t), 0);
    cr_expect(t.difference.has_interval && t.difference.n == 2);
    cr_expect_float_eq(t.difference.value, 5.5, 1e-15);
    cr_expect_float_eq(t.t, 5.5 / sqrt(3.25), 1e-14);
    cr_expect_float_eq(t.df, 3.25 * 3.25 / (1 + 2.25 * 2.25), 1e-13);
    /* inside = 4 - 2 in standard errors of 1 */
    cr_assert_eq(student_equivalence(outside, 2, 4, &p), 0);
    cr_expect_float_eq(p, .5 - atan(2) / M_PI, 1e-12);
}

Test(student, on_the_margin_is_not_inside)
{
    static const double ones[] = {1, 1, 1};
    double p;
    cr_assert_eq(student_equivalence(ones, 3, 1, &p), 0);
    cr_expect_eq(p, 1);
}

Test(student, what_has_no_answer_is_refused)
{
    static const double good[] = {1, 2, 4}, levels[] = {-1, 0, 1, 1.5, NAN};
    static const double bad[3][3] = {{NAN, 2, 4}, {1, -INFINITY, 4}, {1, 2, INFINITY}};
    struct t_test t;
    double p;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        cr_expect_eq(student_paired(good, good, 3, levels[i], &t), -EINVAL, "%g", levels[i]);
        cr_expect_eq(student_welch(good, 3, good, 3, levels[i], &t), -EINVAL, "%g", levels[i]);
    }
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(student_paired(good, bad[i], 3, .05, &t), -EINVAL, "%d", i);
        cr_expect_eq(student_paired(bad[i], good, 3, .05, &t), -EINVAL, "%d", i);
        cr_expect_eq(student_welch(good, 3, bad[i], 3, .05, &t), -EINVAL, "%d", i);
        cr_expect_eq(student_equivalence(bad[i], 3, 1, &p), -EINVAL, "%d", i);
    }
    cr_expect_eq(student_paired(good, good, 1, .05, &t), -EINVAL);
    cr_expect_eq(student_welch(good, 3, good, 1, .05, &t), -EINVAL);
    cr_expect_eq(student_equivalence(good, 3, INFINITY, &p), -EINVAL);
    cr_expect_eq(student_equivalence(good, 3, -1, &p), -EINVAL);
}
