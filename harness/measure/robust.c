/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/robust.h"

#include "measure/distributions.h"
#include "measure/rng.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A sorted copy, or NULL with *rc set. */
static double *sorted_copy(const double *x, size_t n, int *rc)
{
    *rc = n ? 0 : -EINVAL;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            *rc = -EINVAL;
    double *copy = *rc ? NULL : malloc(n * sizeof *copy);
    if (!copy) {
        *rc = *rc ? *rc : -ENOMEM;
        return NULL;
    }
    memcpy(copy, x, n * sizeof *copy);
    stats_sort(copy, n);
    return copy;
}

struct moments robust_moments(const double *x, size_t n)
{
    double mean = 0, squares = 0, rest = 0;
    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++) {
        squares += (x[i] - mean) * (x[i] - mean);
        rest += x[i] - mean;
    }
    squares -= rest * rest / (double)n; /* what rounding left of the mean */
    return (struct moments){n ? mean : NAN, n > 1 ? squares / (double)(n - 1) : NAN};
}

struct estimate robust_mean(const double *x, size_t n, double alpha)
{
    struct moments m = robust_moments(x, n);
    double half = n > 1 ? student_t_quantile(1 - alpha / 2, (double)(n - 1)) * sqrt(m.variance / (double)n) : 0;
    return (struct estimate){m.mean, m.mean - half, m.mean + half, n, n > 1 && isfinite(half)};
}

int robust_mad(const double *x, size_t n, double resolution, double *out)
{
    int rc;
    double *copy = sorted_copy(x, n, &rc);
    if (!copy)
        return rc;
    double middle = stats_quantile_sorted(copy, n, 0.5);
    for (size_t i = 0; i < n; i++)
        copy[i] = fabs(copy[i] - middle);
    *out = fmax(stats_median(copy, n) * 1.4826022185, resolution / sqrt(12));
    free(copy);
    return 0;
}

int robust_outliers(const double *x, size_t n, struct outliers *out)
{
    int rc;
    double *copy = sorted_copy(x, n, &rc);
    *out = (struct outliers){0};
    if (!copy)
        return rc;
    double q1 = stats_quantile_sorted(copy, n, 0.25), q3 = stats_quantile_sorted(copy, n, 0.75), r = q3 - q1;
    double fence[4] = {q1 - 3 * r, q1 - 1.5 * r, q3 + 1.5 * r, q3 + 3 * r};
    for (size_t i = 0; i < n; i++) {
        out->low_severe += copy[i] < fence[0];
        out->low_mild += copy[i] >= fence[0] && copy[i] < fence[1];
        out->high_mild += copy[i] > fence[2] && copy[i] <= fence[3];
        out->high_severe += copy[i] > fence[3];
    }
    memcpy(out->fence, fence, sizeof fence);
    free(copy);
    return 0;
}

/* Of an interval: 1 - alpha. */
static bool is_level(double alpha)
{
    return alpha > 0 && alpha < 1;
}

int robust_theil_sen(const double *x, const double *y, size_t n, double alpha, struct line_fit *out)
{
    *out = (struct line_fit){{.value = NAN, .lo = NAN, .hi = NAN}, NAN};
    if (n < 2 || n > 4096 || !is_level(alpha))
        return -EINVAL;
    double *slopes = malloc(n * n * sizeof *slopes);
    size_t k = 0;
    if (!slopes)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (x[i] != x[j])
                slopes[k++] = (y[j] - y[i]) / (x[j] - x[i]);
    bool finite = k > 0;
    for (size_t i = 0; i < k; i++)
        finite = finite && isfinite(slopes[i]);
    if (!finite) {
        free(slopes);
        return -EINVAL;
    }
    stats_sort(slopes, k);
    double middle = stats_quantile_sorted(slopes, k, 0.5);
    double reach = normal_quantile(1 - alpha / 2) * sqrt((double)n * (double)(n - 1) * (double)(2 * n + 5) / 18),
           pairs = (double)k;
    double lower = floor((pairs - reach) / 2), upper = ceil((pairs + reach) / 2);
    out->slope = (struct estimate){middle, middle, middle, n, lower >= 1}; /* then upper < pairs */
    if (out->slope.has_interval) {
        out->slope.lo = slopes[(size_t)lower - 1];
        out->slope.hi = slopes[(size_t)upper];
    }
    for (size_t i = 0; i < n; i++)
        slopes[i] = y[i] - middle * x[i]; /* n <= n*n */
    out->intercept = stats_median(slopes, n);
    free(slopes);
    return 0;
}

double robust_lag1(const double *x, size_t n)
{
    double mean = robust_moments(x, n).mean, product = 0, square = 0;
    for (size_t i = 0; i < n; i++) {
        square += (x[i] - mean) * (x[i] - mean);
        product += i + 1 < n ? (x[i] - mean) * (x[i + 1] - mean) : 0;
    }
    return square > 0 ? product / square : NAN;
}

double robust_effective_n(size_t n, double lag1)
{
    return (double)n * (1 - lag1) / (1 + lag1);
}

double robust_jain(const double *x, size_t n)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
        squares += x[i] * x[i];
    }
    return squares > 0 ? sum * sum / ((double)n * squares) : NAN;
}

int robust_median_bootstrap(const double *x, size_t n, double alpha, struct estimate *out, double *standard_error)
{
    int rc = n % 2 && n <= 9999 && is_level(alpha) ? 0 : -EINVAL;
    double *sorted = rc ? NULL : sorted_copy(x, n, &rc);
    *out = (struct estimate){.value = NAN, .lo = NAN, .hi = NAN};
    *standard_error = NAN;
    if (!sorted)
        return rc;
    /* P(median <= x_(k)) = P(Bin(n, k/n) >= (n+1)/2) */
    double before = 0, mean = 0, square = 0, lo = sorted[n - 1], hi = sorted[n - 1];
    for (size_t k = 1; k <= n; k++) {
        double now = 1 - stats_binomial_cdf((long)((n + 1) / 2) - 1, n, (double)k / (double)n), weight = now - before;
        mean += weight * sorted[k - 1];
        square += weight * sorted[k - 1] * sorted[k - 1];
        if (before < alpha / 2 && now >= alpha / 2)
            lo = sorted[k - 1];
        if (before < 1 - alpha / 2 && now >= 1 - alpha / 2)
            hi = sorted[k - 1];
        before = now;
    }
    *standard_error = sqrt(fmax(0, square - mean * mean));
    *out = (struct estimate){sorted[n / 2], lo, hi, n, true};
    free(sorted);
    return 0;
}

int robust_bootstrap(const double *x, size_t n, bool of_mean, double alpha, unsigned resamples, uint64_t seed,
                     struct estimate *out)
{
    int rc = is_level(alpha) ? 0 : -EINVAL;
    double *sorted = rc ? NULL : sorted_copy(x, n, &rc);
    *out = (struct estimate){.value = NAN, .lo = NAN, .hi = NAN};
    if (!sorted)
        return rc;
    double *sample = malloc((n + resamples) * sizeof *sample), *results = sample + n;
    struct rng rng = {seed};
    if (!sample || resamples == 0) {
        free(sample);
        free(sorted);
        return sample ? -EINVAL : -ENOMEM;
    }
    for (unsigned r = 0; r < resamples; r++) {
        for (size_t i = 0; i < n; i++)
            sample[i] = x[rng_below(&rng, n)];
        if (!of_mean)
            stats_sort(sample, n);
        results[r] = of_mean ? robust_moments(sample, n).mean : stats_quantile_sorted(sample, n, 0.5);
    }
    stats_sort(results, resamples);
    out->value = of_mean ? robust_moments(x, n).mean : stats_quantile_sorted(sorted, n, 0.5);
    out->lo = stats_quantile_sorted(results, resamples, alpha / 2);
    out->hi = stats_quantile_sorted(results, resamples, 1 - alpha / 2);
    out->n = n;
    out->has_interval = true;
    free(sample);
    free(sorted);
    return 0;
}

int robust_density(const double *x, size_t n, unsigned points, double *density, double *bandwidth)
{
    int rc;
    double *sorted = sorted_copy(x, n, &rc);
    *bandwidth = NAN;
    if (!sorted)
        return rc;
    double iqr = stats_quantile_sorted(sorted, n, 0.75) - stats_quantile_sorted(sorted, n, 0.25);
    double spread = n > 1 ? sqrt(robust_moments(sorted, n).variance) : 0;
    if (iqr > 0)
        spread = fmin(spread, iqr / 1.34);
    double h = 0.9 * spread * pow((double)n, -0.2);
    if (!(h > 0)) {
        free(sorted);
        return -EINVAL; /* all values equal: a spike has no density */
    }
    double from = sorted[0] - 3 * h, step = points > 1 ? (sorted[n - 1] + 3 * h - from) / (points - 1) : 0;
    for (unsigned p = 0; density && p < points; p++) {
        density[p] = 0;
        for (size_t i = 0; i < n; i++) {
            double z = (from + p * step - sorted[i]) / h;
            density[p] += exp(-z * z / 2) / ((double)n * h * sqrt(2 * M_PI));
        }
    }
    *bandwidth = h;
    free(sorted);
    return 0;
}

double robust_m_value(const double *bars, size_t n)
{
    double steps = 0, highest = 0, before = 0;
    for (size_t i = 0; i < n; i++) {
        steps += fabs(bars[i] - before);
        before = bars[i];
        highest = fmax(highest, bars[i]);
    }
    return highest > 0 ? (steps + before) / highest : NAN;
}

double robust_m_value_of(const double *x, size_t n)
{
    enum { BARS_MAX = 64 };
    double bars[BARS_MAX] = {0}, low = INFINITY, high = -INFINITY;
    unsigned count = (unsigned)fmin(BARS_MAX, fmax(5, sqrt((double)n)));
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]))
            return NAN;
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    if (n < 20 || !(high > low) || !isfinite(high - low))
        return NAN;
    for (size_t i = 0; i < n; i++)
        bars[(unsigned)fmin(count - 1, (x[i] - low) / (high - low) * count)]++;
    return robust_m_value(bars, count);
}
