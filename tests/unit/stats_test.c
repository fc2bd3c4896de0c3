/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_criterion.h"

#include "measure/rng.h"
#include "measure/stats.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Block i of a pairs with block i of b. */
static const double block_a[] = {10.2, 10.4, 10.1, 10.9, 10.3, 10.2, 13.7, 10.5, 10.0, 10.6, 10.3};
static const double block_b[] = {9.7, 9.9, 9.6, 10.6, 9.9, 9.8, 12.6, 10.1, 9.9, 10.0, 9.7};
enum { BLOCKS = 11, N_MAX = 5000 };

/* Standard normal (Box and Muller). */
static double normal(struct rng *r)
{
    double u = 1 - rng_unit(r);
    return sqrt(-2 * log(u)) * cos(2 * M_PI * rng_unit(r));
}

/* --- Sorting, quantiles, medians ------------------------------------------------------------------------------ */

Test(stats, quantiles_are_hyndman_fan_type_7)
{
    double x[BLOCKS];
    memcpy(x, block_a, sizeof x);
    stats_sort(x, BLOCKS);
    static const double golden[][2] = {{0, 10.0}, {0.25, 10.2}, {0.5, 10.3}, {0.75, 10.55}, {0.9, 10.9}, {1, 13.7}};
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++)
        cr_expect_float_eq(stats_quantile_sorted(x, BLOCKS, golden[i][0]), golden[i][1], 1e-12, "q = %g", golden[i][0]);
    cr_expect_float_eq(stats_quantile_sorted(x, BLOCKS, -1), 10.0, 0);
    cr_expect_float_eq(stats_quantile_sorted(x, BLOCKS, 2), 13.7, 0);
    cr_expect_float_eq(stats_quantile_sorted((double[]){4}, 1, 0.7), 4, 0);
    cr_expect_float_eq(stats_quantile_sorted((double[]){1, 2}, 2, 0.25), 1.25, 1e-15);
}

Test(stats, sort_orders_everything_finite)
{
    double x[] = {3, -1, DBL_MAX, 0, -DBL_MAX, 1e-310, -2, 3};
    static const double sorted[] = {-DBL_MAX, -2, -1, 0, 1e-310, 3, 3, DBL_MAX};
    stats_sort(x, 8);
    cr_expect_eq(memcmp(x, sorted, sizeof x), 0);
    stats_sort(x, 0);
    stats_sort(NULL, 0);
}

Test(stats, median_of_small_samples)
{
    cr_expect(isnan(stats_median(NULL, 0)));
    cr_expect_float_eq(stats_median((double[]){5}, 1), 5, 0);
    cr_expect_float_eq(stats_median((double[]){5, 1}, 2), 3, 0);
    cr_expect_float_eq(stats_median((double[]){5, 1, 4}, 3), 4, 0);
    cr_expect_float_eq(stats_median((double[]){-5, -1, -4, -2}, 4), -3, 0);
    cr_expect_float_eq(stats_median((double[]){7, 7, 7, 7, 7, 7}, 6), 7, 0);
    cr_expect_float_eq(stats_median((double[]){-0.0, 0.0, -1, 1}, 4), 0, 0);
    cr_expect_float_eq(stats_median(block_a, BLOCKS), 10.3, 0);
}

/* It selects without sorting, so hold it against sorting: signs, magnitudes, ties, odd and even, past any buffer. */
Test(stats, median_agrees_with_sorting)
{
    static double x[N_MAX], copy[N_MAX];
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct rng r = {seed};
        size_t n = 1 + rng_below(&r, seed % 10 ? 150 : N_MAX);
        bool ties = rng_below(&r, 2);
        for (size_t i = 0; i < n; i++)
            x[i] = ties ? (double)rng_below(&r, 9) - 4 : normal(&r) * exp(20 * normal(&r));
        memcpy(copy, x, n * sizeof *x);
        double median = stats_median(x, n);
        cr_expect_eq(memcmp(copy, x, n * sizeof *x), 0, "the input is left alone");
        stats_sort(copy, n);
        cr_expect_eq(median, stats_quantile_sorted(copy, n, 0.5), "seed %llu n %zu", (unsigned long long)seed, n);
    }
}

/* --- The binomial distribution -------------------------------------------------------------------------------- */

/* Expected values by exact rational or 60-digit decimal arithmetic. */
Test(stats, binomial_cdf_is_good_to_twelve_digits)
{
    static const struct {
        long k;
        size_t n;
        double p, cdf;
    } golden[] = {
        {0, 5, 0.1, 0.59049},
        {3, 10, 0.3, 0.6496107184},
        {5, 20, 0.5, 0.020694732666015625},
        {50, 52, 0.9, 0.9717057741118126},
        {1, 368, 0.01, 0.11679743300175517},
        {359, 368, 0.99, 0.012824124199047668},
        {400, 1000, 0.5, 1.3642320780330092e-10},
        {982, 1000, 0.99, 0.013832581730008618},
        {4800, 10000, 0.5, 3.2967577993362210294e-05},
        {4999, 10000, 0.5, 0.49601067693030892312},
        {5100, 10000, 0.5, 0.97778710047695966135},
        {9982, 10000, 0.999, 0.014232956443568432274},
        {9990, 10000, 0.999, 0.54213287602098260607},
    };
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        double cdf = stats_binomial_cdf(golden[i].k, golden[i].n, golden[i].p);
        cr_expect_float_eq(cdf / golden[i].cdf, 1, 1e-12, "k %ld n %zu p %g: %.17g", golden[i].k, golden[i].n,
                           golden[i].p, cdf);
    }
}

Test(stats, binomial_cdf_at_its_ends)
{
    cr_expect_float_eq(stats_binomial_cdf(-1, 10, 0.5), 0, 0);
    cr_expect_float_eq(stats_binomial_cdf(10, 10, 0.5), 1, 0);
    cr_expect_float_eq(stats_binomial_cdf(11, 10, 0.5), 1, 0);
    cr_expect_float_eq(stats_binomial_cdf(0, 0, 0.5), 1, 0);
    cr_expect_float_eq(stats_binomial_cdf(0, 10, 0), 1, 0);
    cr_expect_float_eq(stats_binomial_cdf(9, 10, 1), 0, 0);
    cr_expect_float_eq(stats_binomial_cdf(0, 10, 1e-300), 1, 1e-15);
    cr_expect_float_eq(stats_binomial_cdf(9, 10, 1 - DBL_EPSILON), 10 * DBL_EPSILON, 1e-25);
}

/* Grows with k, stays in [0, 1], and both tails add to one, also where single terms are far below a double. */
Test(stats, binomial_cdf_is_a_distribution)
{
    static const double probabilities[] = {1e-9, 0.01, 0.3, 0.5, 0.975, 0.9999};
    static const size_t sizes[] = {1, 2, 7, 100, 3001};
    for (size_t i = 0; i < sizeof probabilities / sizeof *probabilities; i++) {
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            double p = probabilities[i], last = 0, worst = 0;
            unsigned wrong = 0;
            for (long k = 0, n = (long)sizes[j]; k <= n; k++) {
                double cdf = stats_binomial_cdf(k, sizes[j], p);
                wrong += !(cdf >= last * (1 - 1e-14) && cdf <= 1);
                worst = fmax(worst, fabs(cdf + stats_binomial_cdf(n - k - 1, sizes[j], 1 - p) - 1));
                last = cdf;
            }
            cr_expect_eq(wrong, 0, "n %zu p %g", sizes[j], p);
            cr_expect_lt(worst, 1e-12, "n %zu p %g", sizes[j], p);
        }
    }
}

/* --- Order-statistic intervals -------------------------------------------------------------------------------- */

Test(stats, order_interval_matches_the_golden_table)
{
    static const struct {
        size_t n;
        double q;
        size_t l, u;
    } golden[] = {
        {6, 0.5, 1, 6},
        {8, 0.5, 1, 8},
        {9, 0.5, 2, 8},
        {10, 0.5, 2, 9},
        {11, 0.5, 2, 10},
        {15, 0.5, 4, 12},
        {20, 0.5, 6, 15},
        {30, 0.5, 10, 21},
        {52, 0.5, 19, 34},
        {368, 0.99, 360, 368},
        {500, 0.99, 490, 500},
        {1000, 0.99, 983, 997},
        {10000, 0.999, 9983, 9997},
    };
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        size_t l = 0, u = 0;
        cr_expect(stats_order_interval(golden[i].n, golden[i].q, 0.05, &l, &u), "n %zu", golden[i].n);
        cr_expect(l == golden[i].l && u == golden[i].u, "n %zu q %g: %zu, %zu", golden[i].n, golden[i].q, l, u);
    }
}

/* The definition itself, in integers, for every n that a plan of blocks can have: 40 * sum C(n,i) <= 2^n. */
Test(stats, order_interval_of_the_median_is_exact)
{
    for (size_t n = 6; n <= 56; n++) {
        uint64_t binomial = 1, tail = 1; /* C(n, i) and the sum up to it, i = 0 */
        size_t expected = 0;
        for (size_t i = 0; (unsigned __int128)tail * 40 <= UINT64_C(1) << n; i++) {
            expected = i + 1;
            binomial = binomial * (n - i) / (i + 1);
            tail += binomial;
        }
        size_t l = 0, u = 0;
        cr_expect(stats_order_interval(n, 0.5, 0.05, &l, &u));
        cr_expect(l == expected && u == n + 1 - expected, "n %zu: %zu, %zu for %zu", n, l, u, expected);
    }
}

Test(stats, order_interval_exists_from_its_least_count_on)
{
    size_t l, u;
    for (size_t n = 0; n <= 5; n++)
        cr_expect_not(stats_order_interval(n, 0.5, 0.05, &l, &u), "n %zu", n);
    cr_expect_not(stats_order_interval(367, 0.99, 0.05, &l, &u));
    cr_expect_not(stats_order_interval(3687, 0.999, 0.05, &l, &u));
    cr_expect(stats_order_interval(3688, 0.999, 0.05, &l, &u));
    cr_expect(stats_order_interval(368, 0.01, 0.05, &l, &u) && l == 1 && u == 9, "mirrored: %zu, %zu", l, u);
    static const double senseless[] = {-1, 0, 1, 2, NAN};
    for (size_t i = 0; i < sizeof senseless / sizeof *senseless; i++) {
        cr_expect_not(stats_order_interval(500, senseless[i], 0.05, &l, &u), "q = %g", senseless[i]);
        cr_expect_not(stats_order_interval(500, 0.5, senseless[i], &l, &u), "alpha = %g", senseless[i]);
    }
    /* The tail is exactly alpha / 2 = 1/64: equality counts, rounding must not lose it. */
    cr_expect(stats_order_interval(6, 0.5, 1.0 / 32, &l, &u) && l == 1 && u == 6);
}

Test(stats, median_interval_of_the_golden_vector)
{
    struct estimate e = stats_median_interval(block_a, BLOCKS, 0.05);
    cr_expect(e.has_interval && e.n == BLOCKS);
    cr_expect_float_eq(e.value, 10.3, 0);
    cr_expect_float_eq(e.lo, 10.1, 0);
    cr_expect_float_eq(e.hi, 10.9, 0);
}

Test(stats, median_interval_of_few_or_equal_values)
{
    static const double equal[] = {7, 7, 7, 7, 7, 7, 7};
    for (size_t n = 1; n <= 7; n++) {
        struct estimate e = stats_median_interval(equal, n, 0.05);
        cr_expect(e.has_interval == (n >= 6) && e.n == n, "n %zu", n);
        cr_expect(e.value == 7 && e.lo == 7 && e.hi == 7, "n %zu", n);
    }
    struct estimate none = stats_median_interval(NULL, 0, 0.05);
    cr_expect(!none.has_interval && none.n == 0 && isnan(none.value));
    struct estimate six = stats_median_interval((double[]){6, 5, 4, 3, 2, 1}, 6, 0.05);
    cr_expect(six.has_interval && six.lo == 1 && six.hi == 6 && six.value == 3.5);
}

/* --- Coverage: what the intervals promise, by simulation with fixed seeds -------------------------------------- */

enum distribution { NORMAL, LOG_NORMAL, BIMODAL, DISTRIBUTIONS };

static double draw(enum distribution d, struct rng *r)
{
    switch (d) {
    case NORMAL:
        return normal(r);
    case LOG_NORMAL:
        return exp(normal(r));
    default: /* three in ten launches are slow: the median lies where 0.7 u = 0.5 */
        return rng_unit(r) + (rng_unit(r) < 0.3 ? 8 : 0);
    }
}

/* Distribution-free means: the same exact coverage, 1 - 2 P(B <= l-1), for all three. Within 4 standard errors. */
Test(stats, median_interval_covers_as_often_as_it_says)
{
    enum { REPETITIONS = 4000 };
    static const double true_median[DISTRIBUTIONS] = {0, 1, 5.0 / 7};
    static const size_t sizes[] = {6, 9, 12, 20};
    for (int d = 0; d < DISTRIBUTIONS; d++) {
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            size_t n = sizes[j], l, u;
            struct rng r = {rng_hash2((uint64_t)d, n)};
            unsigned covered = 0;
            for (int i = 0; i < REPETITIONS; i++) {
                double x[20];
                for (size_t k = 0; k < n; k++)
                    x[k] = draw((enum distribution)d, &r);
                struct estimate e = stats_median_interval(x, n, 0.05);
                covered += e.lo <= true_median[d] && true_median[d] <= e.hi;
            }
            cr_assert(stats_order_interval(n, 0.5, 0.05, &l, &u));
            double promised = 1 - 2 * stats_binomial_cdf((long)l - 1, n, 0.5);
            double seen = (double)covered / REPETITIONS;
            cr_expect_geq(promised, 0.95);
            cr_expect_leq(fabs(seen - promised), 4 * sqrt(promised * (1 - promised) / REPETITIONS),
                          "distribution %d n %zu: %g instead of %g", d, n, seen, promised);
        }
    }
}

/* One comparison of `n` blocks: both sides share the block's drift, b is `ratio` times a, each with 2 % noise. */
static struct estimate simulate(struct rng *r, size_t n, double ratio)
{
    double a[20], b[20], drift = 0;
    for (size_t i = 0; i < n; i++) {
        drift += 0.05 * normal(r);
        a[i] = exp(drift + 0.02 * normal(r));
        b[i] = ratio * exp(drift + 0.02 * normal(r));
    }
    return stats_paired_ratio(a, b, n, 0.05);
}

Test(stats, pairing_is_quiet_without_a_difference_and_sees_one)
{
    enum { REPETITIONS = 2000, N = 12 };
    struct rng r = {2024};
    unsigned alarms = 0, found = 0;
    for (int i = 0; i < REPETITIONS; i++) {
        struct estimate same = simulate(&r, N, 1), slower = simulate(&r, N, 1.05);
        alarms += same.lo > 1 || same.hi < 1;
        found += slower.lo > 1;
    }
    /* n = 12 promises 96.1 %; 4 standard errors above its 3.9 % */
    cr_expect_leq((double)alarms / REPETITIONS, 0.039 + 0.017, "%u false alarms", alarms);
    cr_expect_geq((double)alarms / REPETITIONS, 0.039 - 0.017, "%u false alarms: the interval is too wide", alarms);
    cr_expect_geq((double)found / REPETITIONS, 0.9, "%u of %d found", found, REPETITIONS);
}

/* --- Paired ratios -------------------------------------------------------------------------------------------- */

Test(stats, paired_ratio_of_the_golden_vectors)
{
    struct estimate e = stats_paired_ratio(block_a, block_b, BLOCKS, 0.05);
    cr_expect(e.has_interval && e.n == BLOCKS);
    cr_expect_float_eq(e.value, 0.9519230769, 5e-11);
    cr_expect_float_eq(e.lo, 0.9417475728, 5e-11);
    cr_expect_float_eq(e.hi, 0.9724770642, 5e-11);
    cr_expect_float_eq(stats_sign_test_p(block_a, block_b, BLOCKS), 0.0009765625, 0);
}

/* Swapping the sides inverts everything; scaling both changes nothing; an even n takes the geometric middle. */
Test(stats, paired_ratio_is_symmetric_and_scale_free)
{
    for (size_t n = 1; n <= BLOCKS; n++) {
        struct estimate e = stats_paired_ratio(block_a, block_b, n, 0.05);
        struct estimate swapped = stats_paired_ratio(block_b, block_a, n, 0.05);
        cr_expect_eq(e.has_interval, n >= 6);
        cr_expect_float_eq(e.value * swapped.value, 1, 1e-14, "n %zu", n);
        cr_expect_float_eq(e.lo * swapped.hi, 1, 1e-14, "n %zu", n);
        cr_expect_float_eq(e.hi * swapped.lo, 1, 1e-14, "n %zu", n);
    }
    double a[BLOCKS], b[BLOCKS];
    for (size_t i = 0; i < BLOCKS; i++) {
        a[i] = block_a[i] * 0x1p20;
        b[i] = block_b[i] * 0x1p20;
    }
    struct estimate e = stats_paired_ratio(block_a, block_b, BLOCKS, 0.05),
                    scaled = stats_paired_ratio(a, b, BLOCKS, 0.05);
    cr_expect(e.value == scaled.value && e.lo == scaled.lo && e.hi == scaled.hi);
    cr_expect_float_eq(stats_paired_ratio((double[]){1, 1}, (double[]){2, 8}, 2, 0.05).value, 4, 1e-15);
}

Test(stats, paired_ratio_refuses_what_has_no_logarithm)
{
    static const double bad[] = {0, -1, NAN, INFINITY};
    double ones[] = {1, 1, 1, 1, 1, 1, 1, 1};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double other[] = {1, 1, 1, 1, 1, 1, 1, 1};
        other[5] = bad[i];
        struct estimate left = stats_paired_ratio(other, ones, 8, 0.05),
                        right = stats_paired_ratio(ones, other, 8, 0.05);
        cr_expect(!left.has_interval && left.n == 0, "%g", bad[i]);
        cr_expect(!right.has_interval && right.n == 0, "%g", bad[i]);
        cr_expect_eq(stats_verdict(&left, 0.03, true), VERDICT_INSUFFICIENT);
    }
    struct estimate none = stats_paired_ratio(ones, ones, 0, 0.05);
    cr_expect(!none.has_interval && none.n == 0);
}

Test(stats, paired_ratio_stays_finite_at_the_edge_of_doubles)
{
    double tiny[] = {DBL_MIN, DBL_MIN, DBL_MIN, DBL_MIN, DBL_MIN, DBL_MIN};
    double huge[] = {DBL_MAX, DBL_MAX, DBL_MAX, DBL_MAX, DBL_MAX, DBL_MAX};
    struct estimate up = stats_paired_ratio(tiny, huge, 6, 0.05), down = stats_paired_ratio(huge, tiny, 6, 0.05);
    cr_expect(isfinite(up.value) && isfinite(up.lo) && isfinite(up.hi) && up.value > 1e300);
    cr_expect(down.value > 0 && down.lo > 0 && down.value < 1e-300);
}

Test(stats, sign_test_counts_signs)
{
    double a[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, b[] = {2, 2, 2, 2, 2, 2, 2, 2, 0, 1};
    cr_expect_float_eq(stats_sign_test_p(a, b, 0), 1, 0);
    cr_expect_float_eq(stats_sign_test_p(a, a, 10), 1, 0, "ties only");
    cr_expect_float_eq(stats_sign_test_p(a, b, 1), 1, 0);
    cr_expect_float_eq(stats_sign_test_p(a, b, 6), 2.0 / 64, 1e-15);
    cr_expect_float_eq(stats_sign_test_p(a, b, 9), 20.0 / 512, 1e-15, "one against");
    cr_expect_float_eq(stats_sign_test_p(a, b, 10), 20.0 / 512, 1e-15, "a tie is dropped");
    cr_expect_float_eq(stats_sign_test_p(b, a, 10), 20.0 / 512, 1e-15, "either way");
    double even[] = {2, 0};
    cr_expect_float_eq(stats_sign_test_p(a, even, 2), 1, 0, "never above one");
}

/* --- Holm and verdicts ---------------------------------------------------------------------------------------- */

Test(stats, holm_matches_the_golden_vector_in_any_order)
{
    static const double p[] = {0.001, 0.008, 0.039, 0.041, 0.9}, golden[] = {0.005, 0.032, 0.117, 0.117, 0.9};
    struct rng r = {99};
    for (int round = 0; round < 50; round++) {
        size_t order[] = {0, 1, 2, 3, 4};
        double shuffled[5], adjusted[5];
        for (size_t i = 5; i > 1; i--) {
            size_t j = rng_below(&r, i), swap = order[i - 1];
            order[i - 1] = order[j];
            order[j] = swap;
        }
        for (size_t i = 0; i < 5; i++)
            shuffled[i] = p[order[i]];
        cr_assert_eq(stats_holm(shuffled, adjusted, 5), 0);
        for (size_t i = 0; i < 5; i++)
            cr_expect_float_eq(adjusted[i], golden[order[i]], 1e-15);
        cr_assert_eq(stats_holm(shuffled, shuffled, 5), 0);
        cr_expect_eq(memcmp(shuffled, adjusted, sizeof adjusted), 0, "in place");
    }
}

Test(stats, holm_at_its_ends)
{
    double adjusted[4] = {-1, -1, -1, -1};
    cr_expect_eq(stats_holm(NULL, NULL, 0), 0);
    cr_expect_eq(stats_holm((double[]){0.04}, adjusted, 1), 0);
    cr_expect_float_eq(adjusted[0], 0.04, 0);
    cr_expect_eq(stats_holm((double[]){0.5, 0.5, 1, 0}, adjusted, 4), 0);
    cr_expect(adjusted[0] == 1 && adjusted[1] == 1 && adjusted[2] == 1 && adjusted[3] == 0);
    cr_expect_eq(stats_holm((double[]){0.5, NAN}, adjusted, 2), -EINVAL);
    cr_expect_eq(stats_holm((double[]){0.5, 1.5}, adjusted, 2), -EINVAL);
    cr_expect_eq(stats_holm((double[]){0.5, -0.1}, adjusted, 2), -EINVAL);
    cr_expect_eq(adjusted[0], 1, "a refusal writes nothing");
}

/* 30 comparisons without a difference: at most one family in twenty may hold a false alarm. */
Test(stats, holm_keeps_the_family_quiet)
{
    enum { FAMILIES = 4000, CLAIMS = 30 };
    struct rng r = {17};
    unsigned raw = 0, adjusted_alarms = 0;
    for (int i = 0; i < FAMILIES; i++) {
        double p[CLAIMS], least = 1, least_adjusted = 1;
        for (int j = 0; j < CLAIMS; j++) {
            p[j] = rng_unit(&r);
            least = fmin(least, p[j]);
        }
        cr_assert_eq(stats_holm(p, p, CLAIMS), 0);
        for (int j = 0; j < CLAIMS; j++)
            least_adjusted = fmin(least_adjusted, p[j]);
        raw += least <= 0.05;
        adjusted_alarms += least_adjusted <= 0.05;
    }
    cr_expect_float_eq((double)raw / FAMILIES, 1 - pow(0.95, CLAIMS), 0.03);
    cr_expect_float_eq((double)adjusted_alarms / FAMILIES, 0.05, 0.014);
}

Test(stats, verdict_follows_interval_and_estimate)
{
    static const struct {
        double value, lo, hi;
        enum verdict more_is_better, less_is_better;
    } cases[] = {
        {1.07, 1.04, 1.10, VERDICT_FASTER, VERDICT_SLOWER},
        {1.05, 1.001, 1.10, VERDICT_FASTER, VERDICT_SLOWER}, /* the sign is sure, the estimate worth a word */
        {1.05, 1.00, 1.10, VERDICT_UNDECIDED, VERDICT_UNDECIDED},
        {1.029, 1.01, 1.10, VERDICT_UNDECIDED, VERDICT_UNDECIDED}, /* sure, but may be below the margin */
        {0.85, 0.80, 0.90, VERDICT_SLOWER, VERDICT_FASTER},
        {0.95, 0.90, 0.999, VERDICT_SLOWER, VERDICT_FASTER},
        {0.972, 0.90, 0.999, VERDICT_UNDECIDED, VERDICT_UNDECIDED},
        {1.00, 0.99, 1.02, VERDICT_EQUIVALENT, VERDICT_EQUIVALENT},
        {1.02, 1.01, 1.03, VERDICT_EQUIVALENT, VERDICT_EQUIVALENT},
        {1.00, 1.0, 1.0, VERDICT_EQUIVALENT, VERDICT_EQUIVALENT},
        {1.00, 1 / 1.03, 1.03, VERDICT_EQUIVALENT, VERDICT_EQUIVALENT},
        {0.99, 0.971, 1.0, VERDICT_EQUIVALENT, VERDICT_EQUIVALENT},
        {0.99, 0.970, 1.0, VERDICT_UNDECIDED, VERDICT_UNDECIDED},
        {1.00, 0.50, 2.0, VERDICT_UNDECIDED, VERDICT_UNDECIDED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct estimate e = {
            .value = cases[i].value, .lo = cases[i].lo, .hi = cases[i].hi, .n = 9, .has_interval = true};
        cr_expect_eq(stats_verdict(&e, 0.03, true), cases[i].more_is_better, "case %zu", i);
        cr_expect_eq(stats_verdict(&e, 0.03, false), cases[i].less_is_better, "case %zu", i);
        e.has_interval = false;
        cr_expect_eq(stats_verdict(&e, 0.03, true), VERDICT_INSUFFICIENT, "case %zu", i);
    }
}

Test(stats, verdicts_have_names_of_their_own)
{
    for (int v = VERDICT_FASTER; v <= VERDICT_INSUFFICIENT; v++) {
        for (int w = VERDICT_FASTER; w < v; w++)
            cr_expect_str_neq(stats_verdict_name((enum verdict)v), stats_verdict_name((enum verdict)w));
    }
    cr_expect_str_eq(stats_verdict_name(VERDICT_FASTER), "faster");
    cr_expect_str_eq(stats_verdict_name(VERDICT_UNDECIDED), "cannot be distinguished");
}
