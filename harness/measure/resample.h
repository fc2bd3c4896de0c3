/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bootstraps beyond the percentile one of robust.h: bias-corrected and accelerated (Efron 1987), two-stage for launches
 * of iterations, and the ratio of two medians. Extras with a label: below fifteen launches they are too short (a
 * two-stage interval of five launches covers in 86 % instead of 95 %), and no verdict uses them.
 *
 * All randomness is SplitMix64 from `seed`: the same call gives the same interval. Inputs stay as they are; values that
 * are not finite, n == 0, alpha outside (0, 1) or no resamples are -EINVAL; -ENOMEM.
 */
#ifndef QUINTET_MEASURE_RESAMPLE_H
#define QUINTET_MEASURE_RESAMPLE_H

#include "measure/stats.h"

#include <stdint.h>

struct bca {
    struct estimate interval; /* of the mean */
    double bias;              /* z0 */
    double acceleration;      /* by the jackknife */
};

/* Of the mean only: the jackknife of a median has two values and no acceleration. n >= 2 and not all equal, or
 * -EINVAL. */
int resample_bca_mean(const double *x, size_t n, double alpha, unsigned resamples, uint64_t seed, struct bca *out);

/* x[launch * iterations + i]. The statistic is the mean over launches of the median over iterations; each resample
 * draws launches, and then iterations within each. */
int resample_two_stage(const double *x, size_t launches, size_t iterations, double alpha, unsigned resamples,
                       uint64_t seed, struct estimate *out);

/* Median of b over median of a, resampled independently; both samples positive. */
int resample_ratio_of_medians(const double *a, size_t na, const double *b, size_t nb, double alpha, unsigned resamples,
                              uint64_t seed, struct estimate *out);

#endif
