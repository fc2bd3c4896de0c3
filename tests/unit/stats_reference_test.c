/* SPDX-License-Identifier: Apache-2.0 */
/* Quantiles with their intervals, and the step-up adjustment: by definition, on samples made here. */
#include "quintet_criterion.h"

#include "measure/rng.h"
#include "measure/stats.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <string.h>

TestSuite(stats_reference);

/* Hyndman and Fan's type 7 and the ranks of stats_order_interval(), on squares in no order. */
Test(stats_reference, quantile_with_its_interval)
{
    static const double quantiles[] = {0, .1, .25, .3, .5, .77, .9, 1}, levels[] = {.05, .3};
    double x[401];
    for (size_t n = 1; n <= 400; n += n < 12 ? 1 : 97) {
        x[n] = -1; /* is no part of it */
        for (size_t i = 0; i < n; i++)
            x[(i + n / 2) % n] = (double)(i * i);
        for (size_t k = 0; k < 16; k++) {
            double q = quantiles[k / 2], h = (double)(n - 1) * q, low = floor(h), high = fmin(low + 1, (double)n - 1);
            double want = low * low + (h - low) * (high * high - low * low);
            size_t l, u;
            bool has = stats_order_interval(n, q, levels[k % 2], &l, &u);
            struct estimate e = stats_quantile_interval(x, n, q, levels[k % 2]);
            cr_expect_float_eq(e.value, want, 1e-9, "n %zu, q %g: %g", n, q, e.value);
            cr_expect(e.n == n && e.has_interval == has, "n %zu, q %g", n, q);
            cr_expect_float_eq(e.lo, has ? (double)((l - 1) * (l - 1)) : want, 1e-9, "n %zu, q %g", n, q);
            cr_expect_float_eq(e.hi, has ? (double)((u - 1) * (u - 1)) : want, 1e-9, "n %zu, q %g", n, q);
        }
    }
    static const double senseless[] = {-.01, 1.01, NAN};
    for (int i = 0; i < 4; i++) {
        struct estimate e = stats_quantile_interval(x, i < 3 ? 5 : 0, i < 3 ? senseless[i] : .5, .05);
        cr_expect(isnan(e.value) && isnan(e.lo) && isnan(e.hi) && !e.has_interval && e.n == (i < 3 ? 5 : 0), "%d", i);
    }
}

/* Benjamini and Hochberg 1995: of p sorted, the i-th becomes the least of n/j p_j over j >= i, and at most 1. */
Test(stats_reference, step_up_adjustment)
{
    struct rng rng = {44};
    for (int round = 0; round < 100; round++) {
        double p[12], adjusted[13];
        size_t n = 1 + rng_below(&rng, 12);
        adjusted[n] = -1;
        for (size_t i = 0; i < n; i++)
            p[i] = rng_below(&rng, 8) ? pow(rng_unit(&rng), 3) : (double)rng_below(&rng, 2);
        cr_assert_eq(stats_benjamini_hochberg(p, adjusted, n), 0);
        cr_expect_eq(adjusted[n], -1);
        for (size_t i = 0; i < n; i++) {
            double want = 1;
            for (size_t j = 0; j < n; j++) {
                double rank = 0; /* of p[j], the greatest of its ties */
                for (size_t k = 0; k < n; k++)
                    rank += p[k] <= p[j];
                if (p[j] >= p[i])
                    want = fmin(want, (double)n / rank * p[j]);
            }
            cr_expect_float_eq(adjusted[i], want, 1e-12, "round %d, %zu of %zu", round, i, n);
        }
    }
    double untouched[] = {-1, -1};
    cr_expect_eq(stats_benjamini_hochberg((const double[]){-.1, .5}, untouched, 2), -EINVAL);
    cr_expect_eq(stats_benjamini_hochberg((const double[]){.5, NAN}, untouched, 2), -EINVAL);
    cr_expect(untouched[0] == -1 && untouched[1] == -1, "a refusal writes nothing");
}

/* The last of the values, and only those given. */
Test(stats_reference, a_sample_ends_where_it_ends)
{
    const double a[] = {1, 1, 1, 1, 1, 1, NAN}, b[] = {2, 3, 4, 5, 6, 7, NAN};
    struct estimate e = stats_paired_ratio(a, b, 6, .05);
    cr_expect(e.n == 6 && e.has_interval && e.lo == 2 && e.hi == 7);
    cr_expect_float_eq(e.value, sqrt(20), 1e-14);
    cr_expect_eq(stats_paired_ratio((const double[]){NAN, 1}, b, 2, .05).n, 0u);
    cr_expect_eq(stats_paired_ratio(b, (const double[]){0, 1}, 2, .05).n, 0u);
    cr_expect_eq(stats_median(b, 6), 4.5);
    /* The quotient of two that a double holds is kept inside its range, and inside [DBL_MIN, DBL_MAX] left alone. */
    cr_expect_eq(stats_paired_ratio((const double[]){DBL_MAX}, (const double[]){DBL_MIN}, 1, .05).value, DBL_MIN);
    cr_expect_eq(stats_paired_ratio((const double[]){DBL_MIN}, (const double[]){DBL_MAX}, 1, .05).value, DBL_MAX);
    cr_expect_eq(stats_paired_ratio((const double[]){1}, (const double[]){DBL_MIN}, 1, .05).value, DBL_MIN);
    cr_expect_eq(stats_paired_ratio((const double[]){1}, (const double[]){DBL_MAX}, 1, .05).value, DBL_MAX);
}

/* What a verdict is called is read by people and by scripts. */
Test(stats_reference, names_of_verdicts)
{
    static const char *const names[] = {"faster", "slower", "equivalent", "cannot be distinguished", "insufficient"};
    for (int v = VERDICT_FASTER; v <= VERDICT_INSUFFICIENT; v++)
        cr_expect_str_eq(stats_verdict_name((enum verdict)v), names[v]);
    cr_expect_str_eq(stats_verdict_name((enum verdict)99), "unknown");
}

/* Beyond the margin means beyond it: an estimate that lies on it is not. */
Test(stats_reference, an_estimate_on_the_margin_is_not_beyond_it)
{
    struct estimate e = {.value = 1.25, .lo = 1.1, .hi = 2, .n = 9, .has_interval = true};
    cr_expect_eq(stats_verdict(&e, .25, true), VERDICT_UNDECIDED);
    e.value = 1.26;
    cr_expect_eq(stats_verdict(&e, .25, true), VERDICT_FASTER);
    e = (struct estimate){.value = .8, .lo = .5, .hi = .9, .n = 9, .has_interval = true};
    cr_expect_eq(stats_verdict(&e, .25, true), VERDICT_UNDECIDED);
    e.value = .79;
    cr_expect_eq(stats_verdict(&e, .25, true), VERDICT_SLOWER);
    e.hi = 1;
    cr_expect_eq(stats_verdict(&e, .25, true), VERDICT_UNDECIDED);
}
