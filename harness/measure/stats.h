/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statistics over trials: quantiles, exact order-statistic intervals, paired log-ratios, Holm.
 *
 * The unit of inference is the trial (a fresh process), never the operation. All functions are pure, take finite
 * numbers, and leave their inputs as they are unless they say "sorts in place". No allocation failure is hidden:
 * functions that need memory return -ENOMEM.
 */
#ifndef QUINTET_MEASURE_STATS_H
#define QUINTET_MEASURE_STATS_H

#include <stdbool.h>
#include <stddef.h>

/* A point estimate with its interval. has_interval is false where n is too small for one (n < 6 for a median); lo and
 * hi then repeat the value. n == 0: value is NaN. */
struct estimate {
    double value, lo, hi;
    size_t n;
    bool has_interval;
};

/* Ascending, in place. Total order for finite values. */
void stats_sort(double *x, size_t n);

/* Quantile of SORTED x, Hyndman & Fan type 7. n >= 1, q in [0, 1]. */
double stats_quantile_sorted(const double *sorted, size_t n, double q);

/* Median of x (any order). NaN for n == 0. Allocates nothing, cannot fail. */
double stats_median(const double *x, size_t n);

/*
 * Ranks (1-based, into the sorted sample) of the exact two-sided order-statistic interval of quantile q:
 * l = largest with P(B <= l-1) <= alpha/2, u = smallest with P(B >= u) <= alpha/2, B ~ Bin(n, q).
 * Returns false where no such interval exists (median at 95 %: n < 6). Golden: n=9 (2,8), n=20 (6,15).
 */
bool stats_order_interval(size_t n, double q, double alpha, size_t *l, size_t *u);

/* Median with its exact order-statistic interval at level 1-alpha. */
struct estimate stats_median_interval(const double *x, size_t n, double alpha);

/* Quantile q (type 7) with its exact order-statistic interval at level 1-alpha. has_interval is false, and lo and hi
 * repeat the value, where n cannot support one: 0.99 at 95 % needs 368 values. n == 0 or q outside [0, 1]: NaN. */
struct estimate stats_quantile_interval(const double *x, size_t n, double q, double alpha);

/*
 * Paired comparison by block: median of ln(b_i / a_i), exponentiated, with its exact interval. All a_i, b_i > 0.
 * The value is "b as a multiple of a". One value that is not positive and finite voids the comparison (n == 0).
 */
struct estimate stats_paired_ratio(const double *a, const double *b, size_t n, double alpha);

/* Exact two-sided sign test p-value that the median of b_i/a_i is 1; ties are dropped (n smaller); 1.0 if none left. */
double stats_sign_test_p(const double *a, const double *b, size_t n);

/* Holm's step-down adjustment: adjusted[i] belongs to p[i]; the two may be one array. 0, -ENOMEM or, for a p outside
 * [0, 1], -EINVAL. Golden {.001 .008 .039 .041 .9} -> .005 .032 .117 .117 .9 */
int stats_holm(const double *p, double *adjusted, size_t n);

/* Benjamini and Hochberg's step-up adjustment: bounds the share of false claims among those made, not the chance of
 * any; for screening, never for a report's verdicts. Same arguments and errors. Same golden -> .005 .02 .05125 .05125
 * .9 */
int stats_benjamini_hochberg(const double *p, double *adjusted, size_t n);

/* Verdict on a ratio and its interval against the margin m (0.03 = 3 %). */
enum verdict {
    VERDICT_FASTER,       /* the interval excludes 1 and the estimate lies beyond the margin, on the good side */
    VERDICT_SLOWER,       /* ... on the bad side */
    VERDICT_EQUIVALENT,   /* interval wholly inside [1/(1+m), 1+m] */
    VERDICT_UNDECIDED,    /* cannot be distinguished */
    VERDICT_INSUFFICIENT, /* no interval: too few blocks */
};
/* ratio = "b as a multiple of a"; higher_is_better says which side is good for b. */
enum verdict stats_verdict(const struct estimate *ratio, double margin, bool higher_is_better);
const char *stats_verdict_name(enum verdict v);

/* Binomial CDF P(B <= k), B ~ Bin(n, p), by recurrence from the mode; good to 1e-12 for n <= 10^6. */
double stats_binomial_cdf(long k, size_t n, double p);

#endif
