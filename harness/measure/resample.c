/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/resample.h"

#include "measure/distributions.h"
#include "measure/rng.h"
#include "measure/robust.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

static const struct estimate nothing = {.value = NAN, .lo = NAN, .hi = NAN};

static int check(const double *x, size_t n, double alpha, unsigned resamples)
{
    if (n == 0 || resamples == 0 || !(alpha > 0 && alpha < 1))
        return -EINVAL;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return -EINVAL;
    return 0;
}

static double mean_of(const double *x, size_t n)
{
    return robust_moments(x, n).mean;
}

/* n draws with replacement from x into out. */
static void draw(struct rng *rng, const double *x, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = x[rng_below(rng, n)];
}

static double draw_median(struct rng *rng, const double *x, size_t n, double *scratch)
{
    draw(rng, x, n, scratch);
    stats_sort(scratch, n);
    return stats_quantile_sorted(scratch, n, 0.5);
}

/* Sum of the cubes of the jackknife's deviations over the 3/2 power of the sum of their squares. NaN if all agree. */
static double acceleration_of(const double *x, size_t n)
{
    double mean = mean_of(x, n), squares = 0, cubes = 0;
    for (size_t i = 0; i < n; i++) {
        double u = x[i] - mean; /* n - 1 times the mean of all jackknife means - the one without x[i]: it cancels */
        squares += u * u;
        cubes += u * u * u;
    }
    return cubes / (6 * pow(squares, 1.5));
}

int resample_bca_mean(const double *x, size_t n, double alpha, unsigned resamples, uint64_t seed, struct bca *out)
{
    *out = (struct bca){nothing, NAN, NAN};
    int rc = check(x, n, alpha, resamples);
    double acceleration = rc || n < 2 ? NAN : acceleration_of(x, n);
    if (isnan(acceleration))
        return -EINVAL;
    double *scratch = malloc((n + resamples) * sizeof *scratch), *results = scratch + n;
    if (!scratch)
        return -ENOMEM;
    double value = mean_of(x, n), below = 0, size = 0;
    for (size_t i = 0; i < n; i++)
        size += fabs(x[i]);
    double rounding = 4 * DBL_EPSILON * size; /* the same numbers in another order are the same mean */
    struct rng rng = {seed};
    for (unsigned r = 0; r < resamples; r++) {
        draw(&rng, x, n, scratch);
        results[r] = mean_of(scratch, n);
        below += fabs(results[r] - value) <= rounding ? 0.5 : results[r] < value;
    }
    stats_sort(results, resamples);
    double bias = normal_quantile(below / resamples), end[2];
    for (int side = 0; side < 2; side++) {
        double z = bias + normal_quantile(side ? 1 - alpha / 2 : alpha / 2);
        end[side] = stats_quantile_sorted(results, resamples, normal_cdf(bias + z / (1 - acceleration * z)));
    }
    free(scratch);
    if (!isfinite(bias))
        return -EINVAL; /* too few resamples: all on one side */
    *out = (struct bca){{value, end[0], end[1], n, true}, bias, acceleration};
    return 0;
}

/* Percentile ends of the resampled statistics; sorts them. */
static struct estimate percentile_ends(double value, double *results, unsigned resamples, double alpha, size_t n)
{
    stats_sort(results, resamples);
    return (struct estimate){value, stats_quantile_sorted(results, resamples, alpha / 2),
                             stats_quantile_sorted(results, resamples, 1 - alpha / 2), n, true};
}

int resample_two_stage(const double *x, size_t launches, size_t iterations, double alpha, unsigned resamples,
                       uint64_t seed, struct estimate *out)
{
    *out = nothing;
    if (check(x, launches * iterations, alpha, resamples))
        return -EINVAL;
    double *scratch = malloc((iterations + launches + resamples) * sizeof *scratch);
    if (!scratch)
        return -ENOMEM;
    double *medians = scratch + iterations, *results = medians + launches;
    struct rng rng = {seed};
    for (unsigned r = 0; r < resamples; r++) {
        for (size_t l = 0; l < launches; l++)
            medians[l] = draw_median(&rng, x + rng_below(&rng, launches) * iterations, iterations, scratch);
        results[r] = mean_of(medians, launches);
    }
    for (size_t l = 0; l < launches; l++)
        medians[l] = stats_median(x + l * iterations, iterations);
    *out = percentile_ends(mean_of(medians, launches), results, resamples, alpha, launches);
    free(scratch);
    return 0;
}

int resample_ratio_of_medians(const double *a, size_t na, const double *b, size_t nb, double alpha, unsigned resamples,
                              uint64_t seed, struct estimate *out)
{
    *out = nothing;
    if (check(a, na, alpha, resamples) || check(b, nb, alpha, resamples))
        return -EINVAL;
    for (size_t i = 0; i < na + nb; i++)
        if (!((i < na ? a[i] : b[i - na]) > 0))
            return -EINVAL;
    size_t longer = na > nb ? na : nb;
    double *scratch = malloc((longer + resamples) * sizeof *scratch), *results = scratch + longer;
    if (!scratch)
        return -ENOMEM;
    struct rng rng = {seed};
    for (unsigned r = 0; r < resamples; r++) {
        double below = draw_median(&rng, a, na, scratch);
        results[r] = draw_median(&rng, b, nb, scratch) / below;
    }
    *out = percentile_ends(stats_median(b, nb) / stats_median(a, na), results, resamples, alpha, na < nb ? na : nb);
    free(scratch);
    return 0;
}
