/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/usl.h"
#include "measure/rng.h"
#include "measure/stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMETERS = 3, STEPS_MAX = 500 };

static double model(const double p[PARAMETERS], double n)
{
    return p[0] * n / (1 + p[1] * (n - 1) + p[2] * n * (n - 1));
}

double usl_throughput(const struct usl *fit, double concurrency)
{
    return model((const double[]){fit->lambda, fit->sigma, fit->kappa}, concurrency);
}

static double residual_sum(const double p[PARAMETERS], const double *n, const double *x, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += pow(x[i] - model(p, n[i]), 2);
    return sum;
}

/* Solve a*s = b for the parameters that are free, by elimination; s takes the place of b, the last column. False if
 * singular. `a` holds sums of squares and products, which needs no pivoting. */
static bool solve(double a[PARAMETERS][PARAMETERS + 1], int free_count)
{
    for (int c = 0; c < free_count; c++) {
        if (!(a[c][c] > 0) || !isfinite(a[c][c]))
            return false;
        for (int r = 0; r < free_count; r++) {
            double factor = r == c ? 0 : a[r][c] / a[c][c];
            for (int k = c; k <= PARAMETERS; k++)
                a[r][k] -= factor * a[c][k];
        }
    }
    for (int c = 0; c < free_count; c++)
        a[c][PARAMETERS] /= a[c][c];
    return true;
}

/* Weighted linear least squares on N/X = 1/lambda + sigma/lambda (N-1) + kappa/lambda N(N-1), weights X^4/N^2, over the
 * parameters that are free. */
static void start_values(const double *n, const double *x, size_t count, const int *free_index, int free_count,
                         double p[PARAMETERS])
{
    double a[PARAMETERS][PARAMETERS + 1] = {{0}};
    p[0] = x[0] / n[0];
    p[1] = p[2] = 0;
    for (size_t i = 0; i < count; i++) {
        double basis[PARAMETERS] = {1, n[i] - 1, n[i] * (n[i] - 1)}, weight = pow(x[i], 4) / (n[i] * n[i]);
        for (int r = 0; r < free_count; r++) {
            for (int c = 0; c < free_count; c++)
                a[r][c] += weight * basis[free_index[r]] * basis[free_index[c]];
            a[r][PARAMETERS] += weight * basis[free_index[r]] * n[i] / x[i];
        }
    }
    if (!solve(a, free_count) || !(a[0][PARAMETERS] > 0))
        return;
    p[0] = 1 / a[0][PARAMETERS];
    for (int r = 1; r < free_count; r++)
        p[free_index[r]] = a[r][PARAMETERS] * p[0];
}

/* One step of Levenberg and Marquardt at damping `mu`; the new point into q. */
static bool step(const double *n, const double *x, size_t count, const int *free_index, int free_count,
                 const double p[PARAMETERS], double mu, double q[PARAMETERS])
{
    double a[PARAMETERS][PARAMETERS + 1] = {{0}};
    for (size_t i = 0; i < count; i++) {
        double bottom = 1 + p[1] * (n[i] - 1) + p[2] * n[i] * (n[i] - 1), value = p[0] * n[i] / bottom;
        double slope[PARAMETERS] = {n[i] / bottom, -value * (n[i] - 1) / bottom, -value * n[i] * (n[i] - 1) / bottom};
        for (int r = 0; r < free_count; r++) {
            for (int c = 0; c < free_count; c++)
                a[r][c] += slope[free_index[r]] * slope[free_index[c]];
            a[r][PARAMETERS] += slope[free_index[r]] * (x[i] - value);
        }
    }
    for (int r = 0; r < free_count; r++)
        a[r][r] *= 1 + mu;
    if (!solve(a, free_count))
        return false;
    memcpy(q, p, PARAMETERS * sizeof *q);
    for (int r = 0; r < free_count; r++)
        q[free_index[r]] += a[r][PARAMETERS];
    return q[0] > 0 && isfinite(q[0] + q[1] + q[2]);
}

static double descend(const double *n, const double *x, size_t count, const int *free_index, int free_count,
                      double p[PARAMETERS])
{
    double sse = residual_sum(p, n, x, count), mu = 1e-3;
    for (int i = 0; i < STEPS_MAX && mu < 1e12; i++) {
        double q[PARAMETERS];
        double next = step(n, x, count, free_index, free_count, p, mu, q) ? residual_sum(q, n, x, count) : INFINITY;
        if (!(next < sse)) {
            mu *= 10;
            continue;
        }
        memcpy(p, q, sizeof q);
        sse = next;
        mu = fmax(mu / 10, 1e-15);
    }
    return sse;
}

/* The best fit with sigma, kappa >= 0: a parameter that wants to be negative is set to 0 and the rest fitted anew. */
static double fit(const double *n, const double *x, size_t count, bool with_sigma, bool with_kappa,
                  double p[PARAMETERS])
{
    int free_index[PARAMETERS] = {0}, free_count = 1;
    if (with_sigma)
        free_index[free_count++] = 1;
    if (with_kappa)
        free_index[free_count++] = 2;
    start_values(n, x, count, free_index, free_count, p);
    double sse = descend(n, x, count, free_index, free_count, p);
    if (p[1] >= 0 && p[2] >= 0)
        return sse;
    double without_sigma[PARAMETERS], without_kappa[PARAMETERS];
    double a = with_sigma ? fit(n, x, count, false, with_kappa, without_sigma) : INFINITY;
    double b = with_kappa ? fit(n, x, count, with_sigma, false, without_kappa) : INFINITY;
    memcpy(p, a <= b ? without_sigma : without_kappa, PARAMETERS * sizeof *p);
    return fmin(a, b);
}

static double aicc(double sse, size_t n, int parameters)
{
    double k = parameters + 1, count = (double)n;
    return count * log(fmax(sse, 1e-300) / count) + 2 * k + 2 * k * (k + 1) / (count - k - 1);
}

static int check(const double *n, const double *x, size_t count)
{
    size_t different = 0;
    if (count > USL_POINTS_MAX)
        return -EINVAL;
    for (size_t i = 0; i < count; i++) {
        if (!(n[i] >= 1) || !(x[i] > 0) || !isfinite(n[i]) || !isfinite(x[i]))
            return -EINVAL;
        bool seen = false;
        for (size_t j = 0; j < i; j++)
            seen |= n[j] == n[i];
        different += !seen;
    }
    return different >= USL_POINTS_MIN ? 0 : -ERANGE;
}

int usl_fit(const double *concurrency, const double *throughput, size_t n, bool force_full, struct usl *out)
{
    *out = (struct usl){NAN, NAN, NAN, NAN, NAN, NAN, USL_FULL, false, false};
    int rc = check(concurrency, throughput, n);
    if (rc)
        return rc;
    double best = INFINITY, greatest = 0, most = 0;
    for (size_t i = 0; i < n; i++) {
        greatest = fmax(greatest, concurrency[i]);
        most = fmax(most, throughput[i]);
    }
    for (int kind = force_full ? USL_FULL : USL_LINEAR; kind <= USL_FULL; kind++) {
        double p[PARAMETERS];
        double sse = fit(concurrency, throughput, n, kind >= USL_AMDAHL, kind == USL_FULL, p);
        double score = aicc(sse, n, kind + 1);
        if (score < best) {
            best = score;
            *out =
                (struct usl){.lambda = p[0], .sigma = p[1], .kappa = p[2], .sse = sse, .chosen = (enum usl_model)kind};
        }
    }
    out->peak_n = out->kappa > 0 ? sqrt(fmax(0, 1 - out->sigma) / out->kappa) : INFINITY;
    out->peak_x = isfinite(out->peak_n) ? usl_throughput(out, fmax(1, out->peak_n)) : INFINITY;
    out->identified = isfinite(out->peak_n) && out->peak_n <= 2 * greatest;
    out->extrapolated = out->lambda > 2 * most;
    return 0;
}

int usl_bootstrap(const double *concurrency, const double *throughput, size_t n, size_t blocks, double alpha,
                  unsigned resamples, uint64_t seed, double sigma[2], double kappa[2])
{
    if (blocks == 0 || n == 0 || n > USL_POINTS_MAX || resamples == 0)
        return -EINVAL;
    double *room = malloc((2 * (size_t)resamples + blocks) * sizeof *room), *kappas = room + resamples;
    double *column = kappas + resamples, x[USL_POINTS_MAX];
    struct rng rng = {seed};
    int rc = room ? 0 : -ENOMEM;
    for (unsigned r = 0; r < resamples && !rc; r++) {
        uint64_t draw = rng_next(&rng); /* the same blocks at every concurrency: they were measured together */
        for (size_t i = 0; i < n; i++) {
            struct rng same = {draw};
            for (size_t b = 0; b < blocks; b++)
                column[b] = throughput[rng_below(&same, blocks) * n + i];
            x[i] = stats_median(column, blocks);
        }
        struct usl out;
        rc = usl_fit(concurrency, x, n, true, &out);
        room[r] = out.sigma;
        kappas[r] = out.kappa;
    }
    if (!rc) {
        stats_sort(room, resamples);
        stats_sort(kappas, resamples);
        sigma[0] = stats_quantile_sorted(room, resamples, alpha / 2);
        sigma[1] = stats_quantile_sorted(room, resamples, 1 - alpha / 2);
        kappa[0] = stats_quantile_sorted(kappas, resamples, alpha / 2);
        kappa[1] = stats_quantile_sorted(kappas, resamples, 1 - alpha / 2);
    }
    free(room);
    return rc;
}
