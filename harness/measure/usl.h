/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gunther's Universal Scalability Law: throughput at concurrency N is
 *     X(N) = lambda N / (1 + sigma (N-1) + kappa N (N-1))
 * with contention sigma and coherency kappa, both >= 0. The peak is at N* = sqrt((1 - sigma) / kappa).
 */
#ifndef QUINTET_MEASURE_USL_H
#define QUINTET_MEASURE_USL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum usl_model { USL_LINEAR, USL_AMDAHL, USL_FULL }; /* sigma = kappa = 0; kappa = 0; both */

struct usl {
    double lambda, sigma, kappa;
    double sse;            /* sum of squared residuals in X */
    double peak_n, peak_x; /* INFINITY where kappa is 0 */
    enum usl_model chosen; /* by AICc among the three; the parameters are those of this model */
    bool identified;       /* false: the peak lies beyond twice the greatest N measured, do not quote it */
    bool extrapolated;     /* lambda is more than twice the greatest X measured: throughput does not grow along these N,
                            * which fixes lambda / sigma and neither of the two; do not quote them */
};

enum { USL_POINTS_MIN = 6, USL_POINTS_MAX = 256 };

/* Fit to n points with N >= 1 and X > 0. `force_full` skips the choice and keeps both parameters. Linear least squares
 * on N/X for a start, then Levenberg and Marquardt on X. 0; -ERANGE with fewer than USL_POINTS_MIN different N: three
 * parameters through five points are no evidence; -EINVAL for values that can't be. */
int usl_fit(const double *concurrency, const double *throughput, size_t n, bool force_full, struct usl *out);

/* X(N) of a fit. */
double usl_throughput(const struct usl *fit, double concurrency);

/*
 * Intervals by refitting on resampled blocks: throughput[b * n + i] is block b at concurrency[i]. sigma and kappa get
 * their percentile intervals at level 1-alpha, as lo/hi pairs. 0, -ERANGE, -EINVAL or -ENOMEM.
 */
int usl_bootstrap(const double *concurrency, const double *throughput, size_t n, size_t blocks, double alpha,
                  unsigned resamples, uint64_t seed, double sigma[2], double kappa[2]);

#endif
