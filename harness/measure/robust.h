/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Description of one sample without belief in its shape: spread, outliers, slope, serial dependence, fairness,
 * resampling. Outliers are counted and shown, never removed from an interval.
 *
 * Inputs stay as they are. Values that are not finite are -EINVAL, or NaN where a double is returned.
 */
#ifndef QUINTET_MEASURE_ROBUST_H
#define QUINTET_MEASURE_ROBUST_H

#include "measure/stats.h"

#include <stdint.h>

/* Mean and variance with n-1, two passes. n >= 1; the variance of one value is NaN. */
struct moments {
    double mean, variance;
};
struct moments robust_moments(const double *x, size_t n);

/* Mean with Student's interval at level 1-alpha; has_interval is false for n < 2. */
struct estimate robust_mean(const double *x, size_t n, double alpha);

/* Median absolute deviation times 1.4826022185: the standard deviation, if the noise were normal. `resolution` is the
 * step of whatever was read (0: exact): a MAD of 0 then becomes the rounding error resolution/sqrt(12). */
int robust_mad(const double *x, size_t n, double resolution, double *out);

/* How many values lie beyond Tukey's fences (quartiles -+ 1.5 and 3 times their distance). */
struct outliers {
    size_t low_severe, low_mild, high_mild, high_severe;
    double fence[4]; /* low severe, low mild, high mild, high severe */
};
int robust_outliers(const double *x, size_t n, struct outliers *out);

/*
 * Theil and Sen: slope = median of all (y_j - y_i)/(x_j - x_i), with the interval of Kendall's test at level 1-alpha
 * (Sen 1968, without correction for ties); intercept = median of y - slope * x. -EINVAL with fewer than two different
 * x, or alpha not between 0 and 1.
 */
struct line_fit {
    struct estimate slope;
    double intercept;
};
int robust_theil_sen(const double *x, const double *y, size_t n, double alpha, struct line_fit *out);

/* Autocorrelation at lag 1, and the number of independent values that n such values are worth. NaN for equal values. */
double robust_lag1(const double *x, size_t n);
double robust_effective_n(size_t n, double lag1);

/* Jain's fairness index: 1 if all got the same, 1/n if one got everything. NaN for n == 0 or all zero. */
double robust_jain(const double *x, size_t n);

/*
 * Exact bootstrap distribution of the median of an odd n (Efron; Maritz and Jarrett 1978): no randomness. The interval
 * at level 1-alpha and the standard error. -EINVAL for even n, n > 9999, or alpha not between 0 and 1. Too short for
 * small n: shown, not relied on.
 */
int robust_median_bootstrap(const double *x, size_t n, double alpha, struct estimate *out, double *standard_error);

/* Percentile bootstrap of the median (or the mean): `resamples` of them from `seed`, ends of type 7. -EINVAL for n or
 * resamples of 0, values that are not finite, or alpha not between 0 and 1. */
int robust_bootstrap(const double *x, size_t n, bool of_mean, double alpha, unsigned resamples, uint64_t seed,
                     struct estimate *out);

/*
 * Is there more than one mode? Gaussian kernel density with Silverman's bandwidth (0.9 min(sd, IQR/1.34) n^-1/5) on
 * `points` places from min - 3h to max + 3h into density[] (may be NULL), and Gregg's m-value over its histogram of
 * bars: the sum of the absolute steps between bars divided by the highest bar; above 2.4 it is worth a look.
 */
int robust_density(const double *x, size_t n, unsigned points, double *density, double *bandwidth);
double robust_m_value(const double *bars, size_t n);
/* The m-value of x itself, over a histogram of max(5, sqrt n) bars. NaN for n < 20: any sample that small has gaps. */
double robust_m_value_of(const double *x, size_t n);

#endif
