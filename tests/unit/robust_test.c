/* SPDX-License-Identifier: Apache-2.0 */
/* Spread, slope, resampling, variance components, scalability, change points: the golden numbers of each. */
#include "quintet_criterion.h"

#include "measure/changepoint.h"
#include "measure/components.h"
#include "measure/rng.h"
#include "measure/robust.h"
#include "measure/usl.h"

#include <errno.h>
#include <math.h>
#include <string.h>

TestSuite(robust, .timeout = 30);

static const double a_g[] = {10.2, 10.4, 10.1, 10.9, 10.3, 10.2, 13.7, 10.5, 10.0, 10.6, 10.3};
enum { N = sizeof a_g / sizeof *a_g };

Test(robust, moments_and_mean)
{
    struct moments m = robust_moments(a_g, N);
    cr_expect_float_eq(m.mean, 10.6545454545, 1e-10);
    cr_expect_float_eq(m.variance, 1.0827272727, 1e-10);
    static const double medians[] = {10.2, 10.8, 10, 10.4, 10.2};
    struct estimate e = robust_mean(medians, 5, .05);
    cr_expect_float_eq(e.hi - e.value, .3766153377, 1e-9);
    cr_expect(!robust_mean(medians, 1, .05).has_interval);
    /* Far from 0 the difference of squares would have no digit left. */
    static const double far[] = {1e9 + 1, 1e9 + 2, 1e9 + 3};
    cr_expect_float_eq(robust_moments(far, 3).variance, 1, 1e-6);
}

Test(robust, spread_and_fences)
{
    double mad;
    struct outliers o;
    cr_assert_eq(robust_mad(a_g, N, 0, &mad), 0);
    cr_expect_float_eq(mad, .2965204437, 1e-10);
    static const double equal[] = {5, 5, 5};
    cr_assert_eq(robust_mad(equal, 3, 12, &mad), 0);
    cr_expect_float_eq(mad, sqrt(12), 1e-12);
    cr_assert_eq(robust_outliers(a_g, N, &o), 0);
    cr_expect_float_eq(o.fence[0], 9.15, 1e-10);
    cr_expect_float_eq(o.fence[1], 9.675, 1e-10);
    cr_expect_float_eq(o.fence[2], 11.075, 1e-10);
    cr_expect_float_eq(o.fence[3], 11.6, 1e-10);
    cr_expect_eq(o.high_severe, 1u);
    cr_expect_eq(o.low_severe + o.low_mild + o.high_mild, 0u);
    const double bad[] = {1, NAN};
    cr_expect_eq(robust_mad(bad, 2, 0, &mad), -EINVAL);
    cr_expect_eq(robust_outliers(bad, 0, &o), -EINVAL);
}

Test(robust, theil_sen_separates_fixed_from_per_op_cost)
{
    static const double x[] = {1, 2, 4, 8, 16, 32}, y[] = {75, 125, 225, 430, 825, 1900};
    struct line_fit fit;
    cr_assert_eq(robust_theil_sen(x, y, 6, .05, &fit), 0);
    cr_expect_float_eq(fit.slope.value, 50.7142857, 1e-6);
    cr_expect_float_eq(fit.intercept, 23.9285714, 1e-6);
    cr_expect_float_eq(fit.slope.lo, 50, 1e-9);
    cr_expect_float_eq(fit.slope.hi, 61.25, 1e-9);
    static const double same[] = {3, 3, 3};
    cr_expect_eq(robust_theil_sen(same, y, 3, .05, &fit), -EINVAL);
    cr_assert_eq(robust_theil_sen(x, y, 2, .05, &fit), 0);
    cr_expect(!fit.slope.has_interval);
}

Test(robust, dependence_and_fairness)
{
    cr_expect_float_eq(robust_effective_n(100, .5), 33.3333333, 1e-6);
    static const double shares[] = {4, 4, 4, 1}, alternating[] = {1, -1, 1, -1, 1, -1}, flat[] = {2, 2, 2};
    cr_expect_float_eq(robust_jain(shares, 4), .8622448980, 1e-10);
    cr_expect(isnan(robust_jain(flat, 0)));
    cr_expect_float_eq(robust_lag1(alternating, 6), -5. / 6, 1e-12);
    cr_expect(isnan(robust_lag1(flat, 3)));
}

Test(robust, exact_bootstrap_of_the_median)
{
    struct estimate e;
    double se;
    cr_assert_eq(robust_median_bootstrap(a_g, N, .05, &e, &se), 0);
    cr_expect_float_eq(e.value, 10.3, 1e-12);
    cr_expect_float_eq(e.lo, 10.2, 1e-12);
    cr_expect_float_eq(e.hi, 10.6, 1e-12);
    cr_expect_float_eq(se, .1239485862, 1e-9);
    cr_expect_eq(robust_median_bootstrap(a_g, 10, .05, &e, &se), -EINVAL);
}

/* 10 000 resamples from a known stream; the sampled one agrees with the exact one above. */
Test(robust, percentile_bootstrap_of_the_golden_vector)
{
    struct estimate e;
    cr_assert_eq(robust_bootstrap(a_g, N, false, .05, 10000, 42, &e), 0);
    cr_expect_float_eq(e.lo, 10.2, 1e-12);
    cr_expect_float_eq(e.hi, 10.6, 1e-12);
    cr_assert_eq(robust_bootstrap(a_g, N, true, .05, 10000, 42, &e), 0);
    cr_expect_float_eq(e.lo, 10.2454545455, 1e-9);
    cr_expect_float_eq(e.hi, 11.3090909091, 1e-9);
}

Test(robust, modes)
{
    static const double one[] = {1, 4, 9, 4, 1}, two[] = {1, 8, 2, 7, 1};
    cr_expect_float_eq(robust_m_value(one, 5), 2.0, 1e-12);
    cr_expect_float_eq(robust_m_value(two, 5), 3.25, 1e-12);
    double x[200], h, density[64], area = 0;
    struct rng rng = {9};
    for (int i = 0; i < 200; i++)
        x[i] = (i % 2 ? 10 : 20) + rng_unit(&rng);
    cr_expect_gt(robust_m_value_of(x, 200), 2.4);
    for (int i = 0; i < 200; i++)
        x[i] = 10 + rng_unit(&rng) + rng_unit(&rng) + rng_unit(&rng) + rng_unit(&rng);
    cr_expect_leq(robust_m_value_of(x, 200), 2.4);
    cr_expect(isnan(robust_m_value_of(x, 19)));
    x[7] = NAN;
    cr_expect(isnan(robust_m_value_of(x, 200)));
    x[7] = 12;
    cr_assert_eq(robust_density(x, 200, 64, density, &h), 0);
    for (int i = 0; i < 64; i++)
        area += density[i];
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < 200; i++) {
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    cr_expect_float_eq(area * (high - low + 6 * h) / 63, 1, .01);
    static const double flat[] = {3, 3, 3};
    cr_expect_eq(robust_density(flat, 3, 8, density, &h), -EINVAL);
}

Test(robust, variance_components_of_the_published_examples)
{
    static const double first[] = {9, 5, 8, 3, 10, 6, 7, 11, 1, 12, 2, 4};
    static const double second[] = {3, 4, 3, 1.2, 3.1, 3, .2, 1, 1.5, 1, 2, 3};
    struct components c;
    cr_assert_eq(components_of(first, 3, (const size_t[]){2, 2, 3}, .05, &c), 0);
    cr_expect_float_eq(c.mean, 6.5, 1e-12);
    cr_expect_float_eq(c.s2[0], 16.5, 1e-10);
    cr_expect_float_eq(c.s2[1], 2.583333, 1e-6);
    cr_expect_float_eq(c.s2[2], 3.5625, 1e-10);
    cr_expect_float_eq(c.t2[1], -5.666667, 1e-6);
    cr_expect_float_eq(c.t2[2], 2.270833, 1e-6);
    cr_assert_eq(components_of(second, 3, (const size_t[]){3, 2, 2}, .05, &c), 0);
    cr_expect_float_eq(c.t2[0], .7266667, 1e-6);
    cr_expect_float_eq(c.t2[1], .2627778, 1e-6);
    cr_expect_float_eq(c.t2[2], .7747222, 1e-6);
    static const double cost[] = {3, 20, 100};
    cr_expect_float_eq(components_repetitions(&c, cost, 0), 4.2937, 1e-4);
    cr_expect_float_eq(components_repetitions(&c, cost, 1), 1.3023, 1e-4);
    cr_expect_eq(components_of(first, 3, (const size_t[]){2, 1, 6}, .05, &c), -EINVAL);
}

Test(robust, ratio_of_means_by_fieller)
{
    struct estimate e;
    cr_assert_eq(components_ratio(9.8, .3, 10.32, .3766, &e), 0);
    cr_expect_float_eq(e.lo, .9055990152, 1e-9);
    cr_expect_float_eq(e.hi, .9961583312, 1e-9);
    cr_expect_eq(components_ratio(9.8, .3, 1, 2, &e), -EINVAL);
}

Test(robust, usl_recovers_what_was_put_in)
{
    static const double n[] = {1, 2, 4, 8, 12, 16, 24, 32};
    double x[8];
    struct usl truth = {995.6486, .02671591, 7.690945e-4, 0, 0, 0, USL_FULL, false, false}, fit;
    for (int i = 0; i < 8; i++)
        x[i] = usl_throughput(&truth, n[i]);
    cr_assert_eq(usl_fit(n, x, 8, true, &fit), 0);
    cr_expect_float_eq(fit.lambda / truth.lambda, 1, 1e-9);
    cr_expect_float_eq(fit.sigma / truth.sigma, 1, 1e-8);
    cr_expect_float_eq(fit.kappa / truth.kappa, 1, 1e-8);
    cr_expect_float_eq(fit.peak_n, 35.5738, 1e-4);
    cr_expect(fit.identified);
}

Test(robust, usl_of_the_golden_series)
{
    static const double n[] = {1, 2, 4, 8, 12, 16, 24, 32};
    static const double x[] = {1000, 1925, 3560, 6080, 7700, 8720, 9630, 9720};
    struct usl fit;
    cr_assert_eq(usl_fit(n, x, 8, true, &fit), 0);
    cr_expect_float_eq(fit.lambda, 1006.757726, 1e-3);
    cr_expect_float_eq(fit.sigma, .0379506697, 1e-7);
    cr_expect_float_eq(fit.kappa, .001149398939, 1e-9);
    cr_expect_float_eq(fit.sse, 1070.049094, 1e-3);
    cr_expect_float_eq(fit.peak_n, 28.9310, 1e-3);
    cr_expect_float_eq(fit.peak_x, 9745.2279, 1e-2);
    cr_assert_eq(usl_fit(n, x, 8, false, &fit), 0);
    cr_expect_eq(fit.chosen, USL_FULL);
}

/* Measured under a lock: throughput that falls from the first K on. Any lambda will do, and none may be quoted. */
Test(robust, usl_does_not_extrapolate_to_one_task)
{
    const double n[] = {2, 4, 6, 8, 12, 16, 24, 32}, falls[] = {500, 240, 170, 130, 85, 66, 45, 35};
    const double grows[] = {500, 800, 1000, 1150, 1350, 1480, 1600, 1700};
    struct usl fit;
    cr_assert_eq(usl_fit(n, falls, 8, false, &fit), 0);
    cr_expect(fit.extrapolated, "lambda %g, sigma %g", fit.lambda, fit.sigma);
    cr_assert_eq(usl_fit(n, grows, 8, false, &fit), 0);
    cr_expect_not(fit.extrapolated, "lambda %g, sigma %g", fit.lambda, fit.sigma);
}

Test(robust, usl_refuses_what_it_cannot_know)
{
    static const double n[] = {1, 2, 4, 8, 16, 16}, x[] = {1, 2, 4, 8, 16, 16};
    static const double wide[] = {1, 2, 4, 8, 16, 32}, linear[] = {10, 20, 40, 80, 160, 320},
                        bad[] = {1, 2, -1, 3, 4, 5};
    struct usl fit;
    cr_expect_eq(usl_fit(n, x, 6, true, &fit), -ERANGE);
    cr_assert_eq(usl_fit(wide, linear, 6, false, &fit), 0);
    cr_expect_eq(fit.chosen, USL_LINEAR);
    cr_expect(!fit.identified && isinf(fit.peak_n));
    cr_expect_eq(usl_fit(wide, bad, 6, true, &fit), -EINVAL);
    double super[6], sigma[2], kappa[2];
    for (int i = 0; i < 6; i++)
        super[i] = linear[i] * (1 + .01 * i); /* more than linear wants sigma < 0 */
    cr_assert_eq(usl_fit(wide, super, 6, true, &fit), 0);
    cr_expect(fit.sigma >= 0 && fit.kappa >= 0);
    cr_assert_eq(usl_bootstrap(wide, linear, 6, 1, .05, 20, 1, sigma, kappa), 0);
    cr_expect(sigma[0] >= 0 && sigma[1] < 1e-6 && kappa[1] < 1e-6);
}

/* 20 x (14, .3), 30 x (11, .3), 150 x (10, .1), by Box and Muller from seed 7. */
static void golden_series(double x[200])
{
    struct rng rng = {7};
    for (int i = 0; i < 200; i++) {
        double u1 = rng_unit(&rng), u2 = rng_unit(&rng), z = sqrt(-2 * log(1 - u1)) * cos(2 * M_PI * u2);
        x[i] = i < 20 ? 14 + .3 * z : i < 50 ? 11 + .3 * z : 10 + .1 * z;
    }
}

Test(robust, change_points_of_the_golden_series)
{
    double x[200], cost;
    size_t points[100], count;
    golden_series(x);
    cr_assert_float_eq(x[0], 14.2965422997, 1e-9);
    cr_assert_float_eq(x[1], 13.4407232580, 1e-9);
    cr_expect_float_eq(robust_lag1(x, 200), .9310778139, 1e-9);
    cr_assert_eq(changepoint_find(x, 200, 1e-12, points, &count, &cost), 0);
    cr_assert_eq(count, 2u);
    cr_expect_eq(points[0], 20u);
    cr_expect_eq(points[1], 50u);
    cr_expect_float_eq(cost, -78.8587235240, 1e-8);
}

static double segment(const double *x, size_t from, size_t to)
{
    double mean = 0, var = 0, k = (double)(to - from);
    for (size_t i = from; i < to; i++)
        mean += x[i] / k;
    for (size_t i = from; i < to; i++)
        var += (x[i] - mean) * (x[i] - mean) / k;
    return k * (log(2 * M_PI) + log(fmax(var, 1e-12)) + 1);
}

/* Pruning loses nothing: the same cost as trying every partition (dynamic programming without the pruning). */
Test(robust, pelt_is_as_good_as_trying_all)
{
    struct rng rng = {77};
    for (int round = 0; round < 200; round++) {
        enum { LEN = 60 };
        double x[LEN], best[LEN + 1], penalty = 15 * log(LEN), cost;
        size_t points[LEN], count, at = rng_below(&rng, LEN);
        for (size_t i = 0; i < LEN; i++)
            x[i] = rng_unit(&rng) + (i > at ? (double)(round % 4) : 0);
        best[0] = -penalty;
        best[1] = INFINITY;
        for (size_t t = 2; t <= LEN; t++) {
            best[t] = INFINITY;
            for (size_t s = 0; s + 2 <= t; s++)
                best[t] = fmin(best[t], best[s] + segment(x, s, t) + penalty);
        }
        cr_assert_eq(changepoint_find(x, LEN, 1e-12, points, &count, &cost), 0);
        cr_assert_float_eq(cost, best[LEN], 1e-7, "round %d", round);
    }
}

Test(robust, series_are_classified)
{
    double x[200], y[200];
    enum steady class;
    size_t settled;
    golden_series(x);
    cr_assert_eq(changepoint_classify(x, 200, .03, 1e-12, &class, &settled), 0);
    cr_expect_eq(class, STEADY_WARM_UP);
    cr_expect_eq(settled, 50u);
    for (int i = 0; i < 200; i++)
        y[i] = 24 - x[i];
    cr_assert_eq(changepoint_classify(y, 200, .03, 1e-12, &class, NULL), 0);
    cr_expect_eq(class, STEADY_SLOWDOWN);
    for (int i = 0; i < 200; i++)
        y[i] = x[199 - i]; /* the fast part first, two slower levels at the end */
    cr_assert_eq(changepoint_classify(y, 200, .03, 1e-12, &class, NULL), 0);
    cr_expect_eq(class, STEADY_NONE);
    for (int i = 0; i < 200; i++)
        y[i] = x[50 + i % 150];
    y[100] = 500; /* one stall is no new level */
    cr_assert_eq(changepoint_classify(y, 200, .03, 1e-12, &class, NULL), 0);
    cr_expect_eq(class, STEADY_FLAT);
    cr_assert_eq(changepoint_classify(x, 7, .03, 1e-12, &class, NULL), 0);
    cr_expect_eq(class, STEADY_UNKNOWN);
    y[3] = NAN;
    cr_expect_eq(changepoint_classify(y, 200, .03, 1e-12, &class, NULL), -EINVAL);
    for (int i = 0; i < STEADY_COUNT; i++)
        for (int j = 0; j < i; j++)
            cr_expect(strcmp(steady_name((enum steady)i), steady_name((enum steady)j)) != 0);
}
