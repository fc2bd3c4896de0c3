/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rank methods: they believe nothing about the shape of the noise.
 *
 * Paired (one number per block, e.g. the log-ratio of two strategies): Hodges and Lehmann's estimate with the interval
 * of Wilcoxon's signed-rank test, that test's p, and the sign-flip permutation test. Unpaired (two runs made at
 * different times): Mann and Whitney's test and the shift that goes with it.
 *
 * All functions leave their inputs as they are and take finite numbers only: anything else is -EINVAL (or NaN where a
 * double is returned). Those that need memory return -ENOMEM when there is none.
 */
#ifndef QUINTET_MEASURE_RANK_H
#define QUINTET_MEASURE_RANK_H

#include "measure/stats.h"

#include <stdint.h>

enum {
    RANK_EXACT_MAX = 400,   /* up to here signed-rank probabilities are exact, beyond by the normal approximation */
    RANK_SAMPLE_MAX = 4096, /* n of the estimates below: their work grows with the square */
};

/*
 * Hodges-Lehmann estimate of the centre of d (median of all (d_i + d_j)/2, i <= j) with the signed-rank interval at
 * level 1-alpha. has_interval is false where n is too small (n < 6 at 95 %). 0, -EINVAL (n == 0, n > RANK_SAMPLE_MAX,
 * not finite) or -ENOMEM. Assumes a symmetric distribution; the order-statistic interval of the median does not.
 */
int rank_hodges_lehmann(const double *d, size_t n, double alpha, struct estimate *out);

/*
 * Two-sided p of Wilcoxon's signed-rank test that d is symmetric about 0. Zeros are dropped; ties in |d| share the mean
 * of their ranks, and the distribution is that of these ranks, exactly, for n <= RANK_EXACT_MAX. 1 if nothing is left.
 */
double rank_wilcoxon_p(const double *d, size_t n);

/*
 * Two-sided p of the permutation test that flips the signs of d, statistic |mean|: all 2^n of them for n <= 20,
 * otherwise `samples` random ones from `seed`, and then (hits + 1) / (samples + 1), which is never 0.
 */
double rank_sign_flip_p(const double *d, size_t n, unsigned samples, uint64_t seed);

struct mann_whitney {
    double u; /* how often a value of b exceeds one of a, ties count half */
    double p; /* two-sided */
    bool exact;
};

/* Mann and Whitney's test: exact without ties and up to 50 values in all, otherwise normal with the corrections for
 * ties and for continuity. 0, -EINVAL (one side empty) or -ENOMEM. All values equal: p is 1. */
int rank_mann_whitney(const double *a, size_t na, const double *b, size_t nb, struct mann_whitney *out);

/* Hodges-Lehmann shift: median of all b_j - a_i with the interval that Mann and Whitney's test gives. has_interval is
 * false where the sides are too small for it (4 + 4 at 95 %: 3 + 5 has none). Same errors. */
int rank_shift(const double *a, size_t na, const double *b, size_t nb, double alpha, struct estimate *out);

/* Kendall's tau-b of two paired lists: 1 for the same order, -1 for the reverse. NaN where one side has all ties. */
double rank_kendall_tau(const double *x, const double *y, size_t n);

/* Cliff's delta: P(a > b) - P(a < b), in [-1, 1]. NaN if a side is empty. */
double rank_cliff_delta(const double *a, size_t na, const double *b, size_t nb);

#endif
