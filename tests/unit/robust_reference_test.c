/* SPDX-License-Identifier: Apache-2.0 */
/* robust.h by hand, by its definitions, and against NumPy 1.24 on a series made by integer arithmetic. */
#include "quintet_criterion.h"

#include "measure/distributions.h"
#include "measure/rng.h"
#include "measure/robust.h"

#include <errno.h>
#include <math.h>

TestSuite(robust_reference, .timeout = 30);

enum { N = 25 };

static void series(double x[N])
{
    for (int i = 1; i <= N; i++)
        x[i - 1] = (i * i * 7 + i * 13) % 101 + .001 * i;
}

/* --- mean and spread ------------------------------------------------------------------------------------------------
 */

Test(robust_reference, moments)
{
    double x[N];
    series(x);
    cr_expect_float_eq(robust_moments(x, N).mean, 43.453, 1e-12);
    cr_expect_float_eq(robust_moments(x, N).variance, 519.9478041666666, 1e-10);
    struct moments two = robust_moments((double[]){1, 4, NAN}, 2), one = robust_moments((double[]){3}, 1);
    cr_expect(two.mean == 2.5 && two.variance == 4.5);
    cr_expect(one.mean == 3 && isnan(one.variance));
    cr_expect(isnan(robust_moments(x, 0).mean) && isnan(robust_moments(x, 0).variance));
    /* Here a double steps by 1, and the mean is rounded to one: 4, 4, 7 vary by 3, about a mean of 4 or 6 by 4.5. */
    struct moments far = robust_moments((double[]){7e15 + 4, 7e15 + 4, 7e15 + 7}, 3);
    cr_expect_eq(far.variance, 3);
}

Test(robust_reference, mean_with_student_interval)
{
    double x[N];
    series(x);
    struct estimate e = robust_mean(x, N, .1);
    cr_expect(e.has_interval && e.n == N);
    cr_expect_float_eq(e.lo, 35.6505688092288, 1e-9);
    cr_expect_float_eq(e.hi, 51.255431190771205, 1e-9);
    /* One degree of freedom: tan(pi (1/2 - alpha/2)) standard errors, which are 1 here. */
    e = robust_mean((double[]){1, 3}, 2, .2);
    cr_expect(e.has_interval && e.value == 2);
    cr_expect_float_eq(e.hi - 2, tan(.4 * M_PI), 1e-11);
    e = robust_mean((double[]){5}, 1, .05);
    cr_expect(!e.has_interval && e.value == 5 && e.lo == 5 && e.hi == 5 && e.n == 1);
}

Test(robust_reference, median_absolute_deviation)
{
    double x[N], mad;
    series(x);
    cr_assert_eq(robust_mad(x, N, 0, &mad), 0);
    cr_expect_float_eq(mad, 22.221242050878001, 1e-12);
    /* Deviations 0, 1, 3, 1 from a median of 2: between 1 and 1. A clock of 10 is coarser than that: 10 / sqrt(12). */
    cr_assert_eq(robust_mad((double[]){2, 1, 5, 2, NAN}, 4, 0, &mad), 0);
    cr_expect_float_eq(mad, .5 * 1.4826022185, 1e-12);
    cr_assert_eq(robust_mad((double[]){2, 1, 5, 2}, 4, 10, &mad), 0);
    cr_expect_float_eq(mad, 2.886751345948129, 1e-12);
    cr_expect_eq(robust_mad((double[]){NAN, 1, 5}, 3, 0, &mad), -EINVAL);
    cr_expect_eq(robust_mad(x, 0, 0, &mad), -EINVAL);
}

/* Quartiles 10 and 20: fences at -20, -5, 35 and 50. What lies on a fence is inside it. */
Test(robust_reference, outliers_on_both_sides)
{
    double x[] = {36, 20, -21, 10, 51, 10, 20, -20, 35, 20, 10, 50, 10, 20,
                  -5, 10, 20,  10, 20, 10, 20, 10,  20, 10, 20, 10, 20, NAN};
    struct outliers o;
    cr_assert_eq(robust_outliers(x, 27, &o), 0);
    static const double fences[] = {-20, -5, 35, 50};
    for (int i = 0; i < 4; i++)
        cr_expect_eq(o.fence[i], fences[i], "%d", i);
    cr_expect_eq(o.low_severe, 1u);
    cr_expect_eq(o.low_mild, 1u);
    cr_expect_eq(o.high_mild, 2u);
    cr_expect_eq(o.high_severe, 1u);
}

/* --- a line ---------------------------------------------------------------------------------------------------------
 */

static const double line_x[] = {3, 1, 7, 12, 5, 9, 20, 14, 30, 25, 41, 33, NAN};
static const double line_y[] = {11, 6, 25, 36, 14, 31, 50, 47, 66, 80, 101, 75, NAN};

/*
 * Sen 1968: of N slopes the M1-th and the (M2+1)-th, M = (N -+ C)/2, C = z sqrt(n (n-1) (2n+5) / 18). n = 12, N = 66:
 * C = 28.58, 23.99, 9.84 for 95, 90, 50 %. n = 5, N = 10: C = 8.002 and M1 = 0.999 at 95 %, 7.678 and 1.16 at 94 %.
 */
Test(robust_reference, theil_sen_interval)
{
    static const struct {
        size_t n;
        double alpha;
        int lower, upper; /* 1-based; 0: none */
    } golden[] = {{12, .05, 18, 49}, {12, .10, 21, 46}, {12, .50, 28, 39}, {5, .05, 0, 0}, {5, .06, 1, 10}};
    for (size_t g = 0; g < sizeof golden / sizeof *golden; g++) {
        double slopes[66];
        size_t n = golden[g].n, k = 0;
        struct line_fit fit;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < i; j++)
                slopes[k++] = (line_y[i] - line_y[j]) / (line_x[i] - line_x[j]);
        stats_sort(slopes, k);
        double middle = stats_median(slopes, k), rest[12];
        for (size_t i = 0; i < n; i++)
            rest[i] = line_y[i] - middle * line_x[i];
        cr_assert_eq(robust_theil_sen(line_x, line_y, n, golden[g].alpha, &fit), 0);
        cr_expect_eq(fit.slope.n, n);
        cr_expect_eq(fit.slope.has_interval, golden[g].lower > 0, "%zu", g);
        cr_expect_float_eq(fit.slope.value, middle, 1e-12, "%zu", g);
        cr_expect_float_eq(fit.slope.lo, golden[g].lower ? slopes[golden[g].lower - 1] : middle, 1e-12, "%zu", g);
        cr_expect_float_eq(fit.slope.hi, golden[g].lower ? slopes[golden[g].upper - 1] : middle, 1e-12, "%zu", g);
        cr_expect_float_eq(fit.intercept, stats_median(rest, n), 1e-12, "%zu", g);
    }
}

/* Two points at the same x have no slope; the other five pairs have. */
Test(robust_reference, theil_sen_with_equal_x)
{
    struct line_fit fit;
    cr_assert_eq(robust_theil_sen((double[]){0, 0, 2, 4}, (double[]){1, 3, 5, 13}, 4, .05, &fit), 0);
    cr_expect_eq(fit.slope.value, 2.5); /* of 1, 2, 2.5, 3, 4 */
}

Test(robust_reference, no_line)
{
    static double many[4097], bad_y[] = {1, NAN, 2}, bad_x[] = {1, INFINITY, 2};
    struct line_fit fit;
    for (int i = 0; i < 4097; i++)
        many[i] = i;
    cr_expect_eq(robust_theil_sen(many, many, 4097, .05, &fit), -EINVAL);
    cr_expect_eq(robust_theil_sen(many, many, 1, .05, &fit), -EINVAL);
    cr_expect_eq(robust_theil_sen(many, bad_y, 3, .05, &fit), -EINVAL);
    cr_expect_eq(robust_theil_sen(bad_x, (double[]){1, INFINITY, 3}, 3, .05, &fit), -EINVAL);
    cr_expect(isnan(fit.slope.value) && isnan(fit.slope.lo) && isnan(fit.slope.hi) && isnan(fit.intercept));
    cr_assert_eq(robust_theil_sen((double[]){1, 3}, (double[]){1, 2}, 2, .05, &fit), 0);
    cr_expect(fit.slope.value == .5 && fit.intercept == .5);
}

/* A level that is none would lead beyond both ends of what was sorted. */
Test(robust_reference, no_level)
{
    static const double levels[] = {0, 1, 1.5, 1.9999999999, 2, 3, -1, NAN, INFINITY}, x[] = {1, 2, 3, 4, 5};
    struct line_fit fit;
    struct estimate estimate;
    double error;
    for (unsigned i = 0; i < sizeof levels / sizeof *levels; i++) {
        cr_expect_eq(robust_theil_sen(x, x, 5, levels[i], &fit), -EINVAL, "%g", levels[i]);
        cr_expect(isnan(fit.slope.value) && isnan(fit.intercept));
        cr_expect_eq(robust_median_bootstrap(x, 5, levels[i], &estimate, &error), -EINVAL, "%g", levels[i]);
        cr_expect(isnan(estimate.value) && !estimate.has_interval && isnan(error));
        cr_expect_eq(robust_bootstrap(x, 5, false, levels[i], 10, 1, &estimate), -EINVAL, "%g", levels[i]);
        cr_expect(isnan(estimate.value) && !estimate.has_interval);
    }
}

/* --- dependence, fairness -------------------------------------------------------------------------------------------
 */

Test(robust_reference, dependence_and_fairness)
{
    double x[N];
    series(x);
    cr_expect_float_eq(robust_lag1(x, N), -.37545182568125252, 1e-13);
    cr_expect_float_eq(robust_jain(x, N), .79091561480104311, 1e-13);
    cr_expect_float_eq(robust_effective_n(30, -.5), 90, 1e-12);
    cr_expect_float_eq(robust_jain((double[]){0, 0, 7, 0, NAN}, 4), .25, 1e-15);
    cr_expect(isnan(robust_jain((double[]){0, 0}, 2)));
}

/* --- resampling -----------------------------------------------------------------------------------------------------
 */

/* By hand, n = 3: the median of a resample is the least value with P(Bin(3, 1/3) >= 2) = 7/27, the greatest likewise.
 */
Test(robust_reference, exact_bootstrap_by_hand)
{
    static double many[10001];
    const double x[] = {30, 10, 20, NAN};
    struct estimate e;
    double se;
    cr_assert_eq(robust_median_bootstrap(x, 3, .05, &e, &se), 0);
    cr_expect(e.value == 20 && e.lo == 10 && e.hi == 30 && e.n == 3 && e.has_interval);
    cr_expect_float_eq(se, 10 * sqrt(14. / 27), 1e-12);
    cr_assert_eq(robust_median_bootstrap(x, 3, .54, &e, &se), 0); /* 0.27 > 7/27 = 0.259: within the middle value */
    cr_expect(e.value == 20 && e.lo == 20 && e.hi == 20);
    cr_assert_eq(robust_median_bootstrap(x, 3, .5, &e, &se), 0);
    cr_expect(e.lo == 10 && e.hi == 30);
    cr_assert_eq(robust_median_bootstrap(x, 1, .05, &e, &se), 0);
    cr_expect(e.value == 30 && e.lo == 30 && e.hi == 30 && se == 0);
    cr_expect_eq(robust_median_bootstrap(many, 10001, .05, &e, &se), -EINVAL);
    cr_expect(isnan(e.value) && isnan(e.lo) && isnan(e.hi) && isnan(se));
    cr_expect_eq(robust_median_bootstrap((double[]){1, NAN, 2}, 3, .05, &e, &se), -EINVAL);
}

/* The same draws, made here. */
Test(robust_reference, percentile_bootstrap_by_its_definition)
{
    enum { RESAMPLES = 301 };
    double x[N], resampled[RESAMPLES];
    series(x);
    for (int of_mean = 0; of_mean < 2; of_mean++) {
        struct rng rng = {8};
        struct estimate e;
        for (int r = 0; r < RESAMPLES; r++) {
            double drawn[8], sum = 0;
            for (int i = 0; i < 8; i++)
                sum += drawn[i] = x[rng_below(&rng, 8)];
            resampled[r] = of_mean ? sum / 8 : stats_median(drawn, 8);
        }
        stats_sort(resampled, RESAMPLES);
        cr_assert_eq(robust_bootstrap(x, 8, of_mean, .2, RESAMPLES, 8, &e), 0);
        cr_expect(e.has_interval && e.n == 8);
        cr_expect_float_eq(e.value, of_mean ? robust_moments(x, 8).mean : stats_median(x, 8), 1e-12);
        cr_expect_float_eq(e.lo, stats_quantile_sorted(resampled, RESAMPLES, .1), 1e-12);
        cr_expect_float_eq(e.hi, stats_quantile_sorted(resampled, RESAMPLES, .9), 1e-12);
        cr_expect_eq(robust_bootstrap(x, 8, of_mean, .2, 0, 8, &e), -EINVAL);
        cr_expect_eq(robust_bootstrap(x, 0, of_mean, .2, 9, 8, &e), -EINVAL);
        cr_expect(isnan(e.value) && isnan(e.lo) && isnan(e.hi) && !e.has_interval);
        cr_assert_eq(robust_bootstrap(x, 1, of_mean, .2, 1, 8, &e), 0);
        cr_expect(e.value == x[0] && e.lo == x[0] && e.hi == x[0]);
    }
}

/* --- modes ----------------------------------------------------------------------------------------------------------
 */

static void expect_density(const double *x, size_t n, unsigned points, double h)
{
    double density[5] = {-1, -1, -1, -1, -1}, low = INFINITY, high = -INFINITY, bandwidth;
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    cr_assert_eq(robust_density(x, n, points, density, &bandwidth), 0);
    cr_expect_float_eq(bandwidth, h, 1e-12);
    for (unsigned p = 0; p < points; p++) {
        double at = low - 3 * h + (points > 1 ? (high - low + 6 * h) * p / (points - 1) : 0), want = 0;
        for (size_t i = 0; i < n; i++)
            want += exp(-pow((at - x[i]) / h, 2) / 2) / sqrt(2 * M_PI) / h / (double)n;
        cr_expect_float_eq(density[p], want, 1e-12, "point %u of %u", p, points);
    }
    cr_expect_eq(density[points], -1, "no point too many");
}

/* Silverman 1986, 3.31: 0.9 min(sd, IQR/1.34) n^(-1/5), and the sum of the kernels. */
Test(robust_reference, density_by_its_definition)
{
    static const double two[] = {1, 0}, skew[] = {0, 1, 2, 3, 100}, spike[] = {4, 4, 4, 4, 9}, square[] = {0, 0, 4, 4};
    double bandwidth;
    expect_density(two, 2, 3, .9 * (.5 / 1.34) * pow(2, -.2)); /* sd .7071 */
    expect_density(two, 2, 2, .9 * (.5 / 1.34) * pow(2, -.2));
    expect_density(two, 2, 1, .9 * (.5 / 1.34) * pow(2, -.2));
    expect_density(skew, 5, 4, .9 * (2 / 1.34) * pow(5, -.2));
    expect_density(spike, 5, 4, .9 * sqrt(5) * pow(5, -.2));        /* quartiles equal: only the deviation is left */
    expect_density(square, 4, 4, .9 * sqrt(16. / 3) * pow(4, -.2)); /* sd 2.31 below IQR/1.34 = 2.99 */
    cr_assert_eq(robust_density(two, 2, 9, NULL, &bandwidth), 0);
    cr_expect_gt(bandwidth, 0);
    cr_expect_eq(robust_density(two, 1, 9, NULL, &bandwidth), -EINVAL);
    cr_expect_eq(robust_density(two, 0, 9, NULL, &bandwidth), -EINVAL);
    cr_expect(isnan(bandwidth));
}

/* From 0 up to the first bar, and from the last one down to 0, are steps like others. */
Test(robust_reference, m_value_of_bars)
{
    cr_expect_eq(robust_m_value((double[]){5, 0, 5, NAN}, 3), 4);
    cr_expect_eq(robust_m_value((double[]){3}, 1), 2);
    cr_expect_eq(robust_m_value((double[]){4, 1}, 2), 2);
    cr_expect(isnan(robust_m_value((double[]){0, 0}, 2)) && isnan(robust_m_value(NULL, 0)));
}

/* Every second bar is empty, the last bar holds the maximum: m = 2 x (number of full bars). */
static void expect_bars(size_t n, unsigned bars)
{
    static double x[10000];
    double counts[64] = {0};
    for (size_t i = 0; i < n; i++) {
        unsigned bar = (unsigned)(i % ((bars + 1) / 2)) * 2;
        x[i] = bar + .5;
        counts[bar]++;
    }
    x[0] = 0;
    x[1] = bars; /* the end of the last bar, whether that was an even one or not */
    counts[2]--;
    counts[bars - 1]++;
    cr_expect_float_eq(robust_m_value_of(x, n), robust_m_value(counts, bars), 1e-12, "%zu values", n);
}

Test(robust_reference, m_value_has_the_root_of_n_bars)
{
    expect_bars(20, 5);
    expect_bars(35, 5);
    expect_bars(36, 6);
    expect_bars(100, 10);
    expect_bars(63 * 63, 63);
    expect_bars(64 * 64, 64);
    expect_bars(10000, 64);
    double flat[20] = {0}, wide[20] = {-1e308, 1e308}, one[21] = {INFINITY};
    cr_expect(isnan(robust_m_value_of(flat, 20)) && isnan(robust_m_value_of(wide, 20)));
    cr_expect(isnan(robust_m_value_of(one, 20)));
    flat[0] = 1;
    cr_expect_eq(robust_m_value_of(flat, 20), (19 + 19 + 1 + 1) / 19.);
}
