/* SPDX-License-Identifier: Apache-2.0 */
/* The bootstraps of resample.h against what they are by definition: an interval of the same draws, made here. */
#include "quintet_criterion.h"

#include "measure/distributions.h"
#include "measure/resample.h"
#include "measure/rng.h"

#include <errno.h>
#include <math.h>
#include <string.h>

TestSuite(resample);

enum { RESAMPLES = 499 };

static double mean(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

/* Efron and Tibshirani 1993, chapter 14: z0 from the share of resamples below the estimate (one that equals it counts
 * half), a from the jackknife, the ends at Phi(z0 + (z0 + z) / (1 - a (z0 + z))). */
static void expect_bca(const double *x, size_t n, double alpha, uint64_t seed)
{
    double resampled[RESAMPLES], drawn[16], value = mean(x, n), below = 0, squares = 0, cubes = 0, jack[16];
    struct rng rng = {seed};
    struct bca bca;
    for (int r = 0; r < RESAMPLES; r++) {
        for (size_t i = 0; i < n; i++)
            drawn[i] = x[rng_below(&rng, n)];
        resampled[r] = mean(drawn, n);
        below += fabs(resampled[r] - value) < 1e-9 ? .5 : resampled[r] < value;
    }
    for (size_t i = 0; i < n; i++) {
        jack[i] = 0;
        for (size_t j = 0; j < n; j++)
            jack[i] += j == i ? 0 : x[j] / (double)(n - 1);
    }
    for (size_t i = 0; i < n; i++) {
        squares += pow(mean(jack, n) - jack[i], 2);
        cubes += pow(mean(jack, n) - jack[i], 3);
    }
    double a = cubes / (6 * pow(squares, 1.5)), z0 = normal_quantile(below / RESAMPLES);
    stats_sort(resampled, RESAMPLES);
    cr_assert_eq(resample_bca_mean(x, n, alpha, RESAMPLES, seed, &bca), 0);
    cr_expect_float_eq(bca.interval.value, value, 1e-12);
    cr_expect_float_eq(bca.bias, z0, 1e-9);
    cr_expect_float_eq(bca.acceleration, a, 1e-9);
    cr_expect(bca.interval.has_interval && bca.interval.n == n);
    for (int side = 0; side < 2; side++) {
        double z = z0 + normal_quantile(side ? 1 - alpha / 2 : alpha / 2);
        double end = stats_quantile_sorted(resampled, RESAMPLES, normal_cdf(z0 + z / (1 - a * z)));
        cr_expect_float_eq(side ? bca.interval.hi : bca.interval.lo, end, 1e-9, "n %zu, side %d", n, side);
    }
}

Test(resample, bias_corrected_by_its_definition)
{
    static const double skew[] = {1, 1.5, 1.7, 2, 2.2, 2.5, 4, 9.5}, few[] = {-3, 1.25}, ties[] = {4, 4, 4, 5, 9};
    expect_bca(skew, 8, .05, 1);
    expect_bca(skew, 8, .3, 2);
    expect_bca(few, 2, .5, 3);
    expect_bca(ties, 5, .1, 4);
}

/* Only the scale of the result follows that of the values, however small they are. */
Test(resample, bias_correction_knows_no_unit)
{
    double x[] = {1, 1.5, 1.7, 2, 2.2, 2.5, 4, 9.5};
    struct bca b, tiny;
    cr_assert_eq(resample_bca_mean(x, 8, .05, RESAMPLES, 9, &b), 0);
    for (int i = 0; i < 8; i++)
        x[i] = ldexp(x[i], -80);
    cr_assert_eq(resample_bca_mean(x, 8, .05, RESAMPLES, 9, &tiny), 0);
    cr_expect_eq(tiny.bias, b.bias);
    cr_expect_float_eq(tiny.acceleration, b.acceleration, 1e-12);
    cr_expect_float_eq(ldexp(tiny.interval.lo, 80), b.interval.lo, 1e-9);
    cr_expect_float_eq(ldexp(tiny.interval.hi, 80), b.interval.hi, 1e-9);
}

Test(resample, two_stages_by_their_definition)
{
    enum { LAUNCHES = 4, ITERATIONS = 5 };
    double x[LAUNCHES * ITERATIONS], resampled[RESAMPLES], value[LAUNCHES];
    struct rng rng = {10};
    struct estimate e;
    for (int i = 0; i < LAUNCHES * ITERATIONS; i++)
        x[i] = i / ITERATIONS + rng_unit(&rng);
    rng = (struct rng){77};
    for (int r = 0; r < RESAMPLES; r++) {
        double medians[LAUNCHES];
        for (int l = 0; l < LAUNCHES; l++) {
            const double *launch = x + rng_below(&rng, LAUNCHES) * ITERATIONS;
            double drawn[ITERATIONS];
            for (int i = 0; i < ITERATIONS; i++)
                drawn[i] = launch[rng_below(&rng, ITERATIONS)];
            medians[l] = stats_median(drawn, ITERATIONS);
        }
        resampled[r] = mean(medians, LAUNCHES);
    }
    for (int l = 0; l < LAUNCHES; l++)
        value[l] = stats_median(x + l * ITERATIONS, ITERATIONS);
    stats_sort(resampled, RESAMPLES);
    cr_assert_eq(resample_two_stage(x, LAUNCHES, ITERATIONS, .1, RESAMPLES, 77, &e), 0);
    cr_expect(e.has_interval && e.n == LAUNCHES);
    cr_expect_float_eq(e.value, mean(value, LAUNCHES), 1e-12);
    cr_expect_float_eq(e.lo, stats_quantile_sorted(resampled, RESAMPLES, .05), 1e-12);
    cr_expect_float_eq(e.hi, stats_quantile_sorted(resampled, RESAMPLES, .95), 1e-12);
}

/* The sides are drawn one after the other, a first, and have sizes of their own. */
Test(resample, ratio_of_medians_by_its_definition)
{
    static const double a[] = {3, 5, 4, 8, 7, 2}, b[] = {10, 14, 9};
    double resampled[RESAMPLES], drawn[6];
    struct rng rng = {5};
    struct estimate e, swapped;
    for (int r = 0; r < RESAMPLES; r++) {
        for (int i = 0; i < 6; i++)
            drawn[i] = a[rng_below(&rng, 6)];
        double below = stats_median(drawn, 6);
        for (int i = 0; i < 3; i++)
            drawn[i] = b[rng_below(&rng, 3)];
        resampled[r] = stats_median(drawn, 3) / below;
    }
    stats_sort(resampled, RESAMPLES);
    cr_assert_eq(resample_ratio_of_medians(a, 6, b, 3, .2, RESAMPLES, 5, &e), 0);
    cr_expect(e.has_interval && e.n == 3);
    cr_expect_float_eq(e.value, 10 / 4.5, 1e-12);
    cr_expect_float_eq(e.lo, stats_quantile_sorted(resampled, RESAMPLES, .1), 1e-12);
    cr_expect_float_eq(e.hi, stats_quantile_sorted(resampled, RESAMPLES, .9), 1e-12);
    cr_assert_eq(resample_ratio_of_medians(b, 3, a, 6, .2, RESAMPLES, 5, &swapped), 0);
    cr_expect_eq(swapped.n, 3u);
    cr_expect_float_eq(swapped.value, .45, 1e-12);
}

Test(resample, one_value_has_an_interval_of_its_own)
{
    struct estimate e;
    cr_assert_eq(resample_two_stage((double[]){7}, 1, 1, .05, 1, 1, &e), 0);
    cr_expect(e.value == 7 && e.lo == 7 && e.hi == 7 && e.n == 1);
    cr_assert_eq(resample_ratio_of_medians((double[]){2}, 1, (double[]){3}, 1, .05, 1, 1, &e), 0);
    cr_expect(e.value == 1.5 && e.lo == 1.5 && e.hi == 1.5 && e.n == 1);
}

Test(resample, what_has_no_answer_is_refused)
{
    static const double good[] = {1, 2, 4}, levels[] = {-1, 0, 1, 1.5, NAN};
    static const double bad[5][3] = {{NAN, 2, 4}, {1, -INFINITY, 4}, {1, 2, INFINITY}, {0, 2, 4}, {1, 2, -4}};
    struct bca bca;
    struct estimate e;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        cr_expect_eq(resample_bca_mean(good, 3, levels[i], 9, 1, &bca), -EINVAL, "%g", levels[i]);
        cr_expect_eq(resample_two_stage(good, 3, 1, levels[i], 9, 1, &e), -EINVAL, "%g", levels[i]);
        cr_expect_eq(resample_ratio_of_medians(good, 3, good, 3, levels[i], 9, 1, &e), -EINVAL, "%g", levels[i]);
    }
    for (int i = 0; i < 5; i++) {
        if (i < 3) { /* what is not positive is no ratio, and a number like any other elsewhere */
            cr_expect_eq(resample_bca_mean(bad[i], 3, .05, 9, 1, &bca), -EINVAL, "%d", i);
            cr_expect_eq(resample_two_stage(bad[i], 1, 3, .05, 9, 1, &e), -EINVAL, "%d", i);
        }
        cr_expect_eq(resample_ratio_of_medians(bad[i], 3, good, 3, .05, 9, 1, &e), -EINVAL, "%d", i);
        cr_expect_eq(resample_ratio_of_medians(good, 3, bad[i], 3, .05, 9, 1, &e), -EINVAL, "%d", i);
    }
    cr_expect(isnan(e.value) && isnan(e.lo) && isnan(e.hi) && !e.has_interval);
    cr_expect_eq(resample_bca_mean(good, 1, .05, 9, 1, &bca), -EINVAL);
    cr_expect_eq(resample_bca_mean(good, 0, .05, 9, 1, &bca), -EINVAL);
    cr_expect_eq(resample_two_stage(good, 3, 0, .05, 9, 1, &e), -EINVAL);
    cr_expect_eq(resample_two_stage(good, 0, 3, .05, 9, 1, &e), -EINVAL);
    cr_expect_eq(resample_two_stage(good, 3, 1, .05, 0, 1, &e), -EINVAL);
    cr_expect_eq(resample_ratio_of_medians(good, 0, good, 3, .05, 9, 1, &e), -EINVAL);
    cr_expect_eq(resample_ratio_of_medians(good, 3, good, 0, .05, 9, 1, &e), -EINVAL);
    cr_expect_eq(resample_ratio_of_medians(good, 3, good, 3, .05, 0, 1, &e), -EINVAL);
}

/* One resample lies on one side of the mean, and there is no share to correct by, unless it drew every value once. */
Test(resample, all_resamples_on_one_side_have_no_bias_to_correct)
{
    static const double x[] = {1, 2, 4, 10.5};
    unsigned refused = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct rng rng = {seed};
        struct bca bca;
        double drawn = 0;
        for (int i = 0; i < 4; i++)
            drawn += x[rng_below(&rng, 4)] / 4;
        bool same = fabs(drawn - 4.375) < 1e-9;
        int rc = resample_bca_mean(x, 4, .05, 1, seed, &bca);
        cr_expect_eq(rc, same ? 0 : -EINVAL);
        cr_expect(isnan(bca.bias) == !same && isnan(bca.acceleration) == !same && isnan(bca.interval.lo) == !same);
        refused += !same;
    }
    cr_expect(refused > 20 && refused < 40, "%u: both happen", refused);
}
