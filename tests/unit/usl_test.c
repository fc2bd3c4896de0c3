/* SPDX-License-Identifier: Apache-2.0 */
/* Gunther's law where the answer is known: curves of its own shape come back exactly, and a fit is the least of its
 * neighbours. The golden series is in robust_test.c. */
#include "quintet_criterion.h"

#include "measure/rng.h"
#include "measure/stats.h"
#include "measure/usl.h"

#include <errno.h>
#include <math.h>

TestSuite(usl, .timeout = 60);

enum { POINTS = 8 };

static const double n_g[POINTS] = {1, 2, 4, 8, 12, 16, 24, 32};

static void curve(double x[POINTS], double lambda, double sigma, double kappa)
{
    for (int i = 0; i < POINTS; i++)
        x[i] = lambda * n_g[i] / (1 + sigma * (n_g[i] - 1) + kappa * n_g[i] * (n_g[i] - 1));
}

static double squares(const double *n, const double *x, size_t count, double lambda, double sigma, double kappa)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += pow(x[i] - lambda * n[i] / (1 + sigma * (n[i] - 1) + kappa * n[i] * (n[i] - 1)), 2);
    return sum;
}

/* No step of a thousandth in any parameter, within sigma, kappa >= 0, makes the residuals smaller. */
static void expect_least(const double *n, const double *x, size_t count, const struct usl *fit)
{
    double here = squares(n, x, count, fit->lambda, fit->sigma, fit->kappa);
    cr_expect_float_eq(fit->sse, here, 1e-9 * here + 1e-12);
    for (int l = -1; l <= 1; l++)
        for (int s = -1; s <= 1; s++)
            for (int k = -1; k <= 1; k++) {
                double sigma = fit->sigma + s * 1e-3 * fmax(fit->sigma, 1e-3);
                double kappa = fit->kappa + k * 1e-3 * fmax(fit->kappa, 1e-5);
                if (sigma >= 0 && kappa >= 0)
                    cr_expect_geq(squares(n, x, count, fit->lambda * (1 + l * 1e-3), sigma, kappa), here * (1 - 1e-9),
                                  "%d %d %d", l, s, k);
            }
}

Test(usl, curves_of_every_kind_come_back)
{
    static const double truths[][3] = {{100, .1, .001},  {1e6, .5, .02}, {3, .9, .1}, {1e-3, .03, 1e-4},
                                       {50, 0, .004},    {2000, .2, 0},  {77, 0, 0},  {1e9, .02, 5e-4},
                                       {10, .99, .0005}, {5, .001, .3}};
    for (size_t t = 0; t < sizeof truths / sizeof *truths; t++) {
        const double *truth = truths[t];
        double x[POINTS];
        struct usl fit;
        curve(x, truth[0], truth[1], truth[2]);
        cr_assert_eq(usl_fit(n_g, x, POINTS, true, &fit), 0);
        cr_expect_float_eq(fit.lambda / truth[0], 1, 1e-6, "%zu: lambda %g", t, fit.lambda);
        cr_expect_float_eq(fit.sigma, truth[1], 1e-6, "%zu: sigma %g", t, fit.sigma);
        cr_expect_float_eq(fit.kappa, truth[2], 1e-7, "%zu: kappa %g", t, fit.kappa);
        cr_expect(fit.sigma >= 0 && fit.kappa >= 0);
        cr_expect_eq(fit.chosen, USL_FULL);
        for (int i = 0; i < POINTS; i++)
            cr_expect_float_eq(usl_throughput(&fit, n_g[i]) / x[i], 1, 1e-6);
    }
}

/*
 * Any curve at any N comes back, also from where a descent that starts badly ends in another valley (one in thirty
 * does if it starts at sigma = kappa = 0): high coherency, few and far N, an N of 1 or none.
 */
Test(usl, curves_at_any_concurrency_come_back)
{
    struct rng rng = {5};
    for (int round = 0; round < 3000; round++) {
        double n[12], x[12], sum = 0, at = (double)(1 + rng_below(&rng, 3) * rng_below(&rng, 4));
        double lambda = exp(20 * (rng_unit(&rng) - .3)), sigma = rng_below(&rng, 3) ? rng_unit(&rng) : 0;
        double kappa = rng_below(&rng, 3) ? exp(-12 * rng_unit(&rng)) : 0;
        size_t count = 6 + rng_below(&rng, 7);
        for (size_t i = 0; i < count; i++) {
            n[i] = at;
            at += (double)(1 + rng_below(&rng, (uint64_t)at + 1));
            x[i] = lambda * n[i] / (1 + sigma * (n[i] - 1) + kappa * n[i] * (n[i] - 1));
            sum += x[i] * x[i];
        }
        struct usl fit;
        cr_assert_eq(usl_fit(n, x, count, true, &fit), 0);
        cr_expect_leq(fit.sse, 1e-12 * sum, "round %d: lambda %g sigma %g kappa %g: %g", round, lambda, sigma, kappa,
                      fit.sse / sum);
    }
}

/* Of noisy curves, also those that would like a negative parameter, the fit is the least within what is allowed. */
Test(usl, a_fit_is_the_least_of_its_neighbours)
{
    struct rng rng = {12};
    for (int round = 0; round < 60; round++) {
        double x[POINTS];
        struct usl fit;
        curve(x, 100, round % 3 ? .2 * rng_unit(&rng) : 0, round % 4 ? .01 * rng_unit(&rng) : 0);
        for (int i = 0; i < POINTS; i++)
            x[i] *= 1 + .1 * (rng_unit(&rng) - .5);
        cr_assert_eq(usl_fit(n_g, x, POINTS, true, &fit), 0);
        cr_expect(fit.sigma >= 0 && fit.kappa >= 0, "round %d: %g, %g", round, fit.sigma, fit.kappa);
        expect_least(n_g, x, POINTS, &fit);
    }
}

/* Throughput per day or per nanosecond: only lambda and the residuals follow. */
Test(usl, a_fit_knows_no_unit)
{
    struct rng rng = {14};
    double x[POINTS];
    struct usl fit, scaled;
    curve(x, 100, .1, .002);
    for (int i = 0; i < POINTS; i++)
        x[i] *= 1 + .1 * (rng_unit(&rng) - .5);
    cr_assert_eq(usl_fit(n_g, x, POINTS, true, &fit), 0);
    for (int power = -60; power <= 60; power += 20) {
        double y[POINTS];
        for (int i = 0; i < POINTS; i++)
            y[i] = ldexp(x[i], power);
        cr_assert_eq(usl_fit(n_g, y, POINTS, true, &scaled), 0);
        cr_expect_float_eq(scaled.sigma, fit.sigma, 1e-9, "2^%d", power);
        cr_expect_float_eq(scaled.kappa, fit.kappa, 1e-9, "2^%d", power);
        cr_expect_float_eq(ldexp(scaled.lambda, -power), fit.lambda, 1e-6, "2^%d", power);
        cr_expect_float_eq(ldexp(scaled.sse, -2 * power), fit.sse, 1e-6, "2^%d", power);
    }
}

/* AICc by Hurvich and Tsai 1989 with k = parameters + 1: n ln(SSE/n) + 2k + 2k(k+1)/(n-k-1), the least one wins. */
Test(usl, the_model_is_chosen_by_aicc)
{
    struct rng rng = {5};
    unsigned chosen[3] = {0};
    for (int round = 0; round < 60; round++) {
        double x[POINTS], score[3];
        struct usl fit, full;
        curve(x, 100, round % 3 ? .1 * rng_unit(&rng) : 0, round % 3 == 2 ? .002 * rng_unit(&rng) : 0);
        for (int i = 0; i < POINTS; i++)
            x[i] *= 1 + .05 * (rng_unit(&rng) - .5);
        cr_assert_eq(usl_fit(n_g, x, POINTS, false, &fit), 0);
        cr_assert_eq(usl_fit(n_g, x, POINTS, true, &full), 0);
        /* Linear: lambda = sum xn / sum nn. Amdahl: lambda follows from sigma likewise; sigma by golden section. */
        double sse[3] = {INFINITY, INFINITY, full.sse};
        for (int kind = 0; kind < 2; kind++)
            for (double sigma = 0; sigma < (kind ? .3 : 1e-9); sigma += 2e-5) {
                double top = 0, bottom = 0;
                for (int i = 0; i < POINTS; i++) {
                    double shape = n_g[i] / (1 + sigma * (n_g[i] - 1));
                    top += x[i] * shape;
                    bottom += shape * shape;
                }
                sse[kind] = fmin(sse[kind], squares(n_g, x, POINTS, top / bottom, sigma, 0));
            }
        int best = 0;
        for (int kind = 0; kind < 3; kind++) {
            double k = kind + 2;
            score[kind] = POINTS * log(sse[kind] / POINTS) + 2 * k + 2 * k * (k + 1) / (POINTS - k - 1);
            best = score[kind] < score[best] ? kind : best;
        }
        cr_expect_eq((int)fit.chosen, best, "round %d", round);
        cr_expect_float_eq(fit.sse / sse[best], 1, 1e-3, "round %d", round);
        cr_expect(fit.chosen == USL_FULL || fit.kappa == 0);
        cr_expect(fit.chosen != USL_LINEAR || fit.sigma == 0);
        chosen[fit.chosen]++;
    }
    for (int kind = 0; kind < 3; kind++)
        cr_expect_gt(chosen[kind], 3u, "kind %d", kind);
}

/* N* = sqrt((1 - sigma) / kappa); quotable up to twice the greatest N, here 64. At N* = 1 or below X falls at once. */
Test(usl, the_peak_and_how_far_it_may_be_quoted)
{
    double x[POINTS];
    struct usl fit;
    curve(x, 100, .1, .9 / (63 * 63));
    cr_assert_eq(usl_fit(n_g, x, POINTS, true, &fit), 0);
    cr_expect_float_eq(fit.peak_n, 63, 1e-4);
    cr_expect_float_eq(fit.peak_x, 100 * 63 / (1 + .1 * 62 + .9 * 62 / 63), 1e-4);
    cr_expect(fit.identified && !fit.extrapolated);
    curve(x, 100, .1, .9 / (65 * 65));
    cr_assert_eq(usl_fit(n_g, x, POINTS, true, &fit), 0);
    cr_expect_float_eq(fit.peak_n, 65, 1e-4);
    cr_expect(!fit.identified);
    curve(x, 100, 0, .25);
    cr_assert_eq(usl_fit(n_g, x, POINTS, true, &fit), 0);
    cr_expect_float_eq(fit.peak_n, 2, 1e-6);
    curve(x, 100, 1.2, .01);
    cr_assert_eq(usl_fit(n_g, x, POINTS, true, &fit), 0);
    cr_expect_eq(fit.peak_n, 0);
    cr_expect_float_eq(fit.peak_x, 100, 1e-4, "nothing is faster than one task");
    curve(x, 100, 1.5, 0);
    cr_assert_eq(usl_fit(n_g, x, POINTS, false, &fit), 0);
    cr_expect(isinf(fit.peak_n) && fit.chosen == USL_AMDAHL, "%g", fit.peak_n);
    curve(x, 100, .5, 0);
    cr_assert_eq(usl_fit(n_g, x, POINTS, false, &fit), 0);
    cr_expect(isinf(fit.peak_n) && isinf(fit.peak_x) && !fit.identified && fit.chosen == USL_AMDAHL);
}

/* X(1) is lambda: 2.1 times the greatest X measured is too far to be quoted, 1.9 times is not. */
Test(usl, lambda_beyond_twice_the_greatest_throughput)
{
    static const double n[] = {2, 3, 4, 6, 8, 12};
    for (int more = 0; more < 2; more++) {
        double x[6], sigma = more ? 3.2 : 2.8; /* lambda / X(2) = (1 + sigma) / 2: 2.1 and 1.9 */
        struct usl fit;
        for (int i = 0; i < 6; i++)
            x[i] = 100 * n[i] / (1 + sigma * (n[i] - 1));
        cr_assert_eq(usl_fit(n, x, 6, true, &fit), 0);
        cr_expect_float_eq(fit.lambda, 100, 1e-3);
        cr_expect_eq(fit.extrapolated, more == 1);
    }
}

Test(usl, what_is_no_evidence_is_refused)
{
    static double many_n[USL_POINTS_MAX + 1], many_x[USL_POINTS_MAX + 1];
    const double good[] = {1, 2, 4, 8, 12, 16}, twice[] = {1, 2, 4, 8, 16, 16, 16};
    double x[] = {10, 19, 35, 60, 75, 85, 85};
    struct usl fit;
    cr_expect_eq(usl_fit(twice, x, 7, true, &fit), -ERANGE);
    cr_expect_eq(usl_fit(good, x, 5, true, &fit), -ERANGE);
    cr_expect_eq(usl_fit(good, x, 0, true, &fit), -ERANGE);
    cr_expect(isnan(fit.lambda) && isnan(fit.sigma) && isnan(fit.kappa) && isnan(fit.sse) && isnan(fit.peak_n) &&
              isnan(fit.peak_x) && !fit.identified && !fit.extrapolated && fit.chosen == USL_FULL);
    cr_assert_eq(usl_fit(good, x, 6, true, &fit), 0);
    static const double impossible[] = {0, -1, NAN, INFINITY};
    for (int at = 0; at < 6; at += 5)
        for (int i = 0; i < 4; i++) {
            double n[6], y[6];
            for (int k = 0; k < 6; k++) {
                n[k] = good[k];
                y[k] = x[k];
            }
            n[at] = impossible[i];
            cr_expect_eq(usl_fit(n, y, 6, true, &fit), -EINVAL, "N %g at %d", impossible[i], at);
            n[at] = good[at];
            y[at] = impossible[i];
            cr_expect_eq(usl_fit(n, y, 6, true, &fit), -EINVAL, "X %g at %d", impossible[i], at);
        }
    cr_expect_eq(usl_fit((const double[]){.9, 2, 4, 8, 12, 16}, x, 6, true, &fit), -EINVAL);
    for (int i = 0; i <= USL_POINTS_MAX; i++) {
        many_n[i] = i + 1;
        many_x[i] = 5 * many_n[i] / (1 + .1 * i);
    }
    cr_assert_eq(usl_fit(many_n, many_x, USL_POINTS_MAX, true, &fit), 0);
    cr_expect_float_eq(fit.sigma, .1, 1e-6);
    cr_expect_eq(usl_fit(many_n, many_x, USL_POINTS_MAX + 1, true, &fit), -EINVAL);
    double lo_hi[2], kappa[2];
    cr_assert_eq(usl_bootstrap(many_n, many_x, USL_POINTS_MAX, 1, .05, 1, 1, lo_hi, kappa), 0);
    cr_expect_float_eq(lo_hi[0], .1, 1e-6);
}

/* Each resample: the same blocks for every N, the median over them, a fit of both parameters (also where the choice
 * would be a line); made here from the same draws. */
static void expect_bootstrap(double sigma_of_blocks, double kappa_of_blocks)
{
    enum { BLOCKS = 5, RESAMPLES = 40 };
    double x[BLOCKS * POINTS], sigmas[RESAMPLES], kappas[RESAMPLES], sigma[2], kappa[2];
    struct rng rng = {6};
    for (int b = 0; b < BLOCKS; b++) {
        curve(x + b * POINTS, 100, sigma_of_blocks * (1 + .2 * b), kappa_of_blocks * (1 - .15 * b));
        for (int i = 0; i < POINTS; i++)
            x[b * POINTS + i] *= 1 + .02 * (rng_unit(&rng) - .5);
    }
    rng = (struct rng){99};
    for (int r = 0; r < RESAMPLES; r++) {
        struct rng of_block = {rng_next(&rng)};
        double median[POINTS];
        size_t drawn[BLOCKS];
        struct usl fit;
        for (int b = 0; b < BLOCKS; b++)
            drawn[b] = rng_below(&of_block, BLOCKS);
        for (int i = 0; i < POINTS; i++) {
            double column[BLOCKS];
            for (int b = 0; b < BLOCKS; b++)
                column[b] = x[drawn[b] * POINTS + (size_t)i];
            median[i] = stats_median(column, BLOCKS);
        }
        cr_assert_eq(usl_fit(n_g, median, POINTS, true, &fit), 0);
        sigmas[r] = fit.sigma;
        kappas[r] = fit.kappa;
    }
    stats_sort(sigmas, RESAMPLES);
    stats_sort(kappas, RESAMPLES);
    cr_assert_eq(usl_bootstrap(n_g, x, POINTS, BLOCKS, .2, RESAMPLES, 99, sigma, kappa), 0);
    cr_expect_float_eq(sigma[0], stats_quantile_sorted(sigmas, RESAMPLES, .1), 1e-9);
    cr_expect_float_eq(sigma[1], stats_quantile_sorted(sigmas, RESAMPLES, .9), 1e-9);
    cr_expect_float_eq(kappa[0], stats_quantile_sorted(kappas, RESAMPLES, .1), 1e-12);
    cr_expect_float_eq(kappa[1], stats_quantile_sorted(kappas, RESAMPLES, .9), 1e-12);
    cr_expect(sigma[0] < sigma[1] && kappa[0] <= kappa[1]);
}

Test(usl, intervals_by_their_definition)
{
    expect_bootstrap(.1, .002);
    expect_bootstrap(.02, 2e-5);
}

Test(usl, no_interval)
{
    double x[5 * POINTS] = {0}, sigma[2], kappa[2];
    enum { BLOCKS = 5 };
    for (int b = 0; b < BLOCKS; b++)
        curve(x + b * POINTS, 100, .1 + .02 * b, .002);
    cr_expect_eq(usl_bootstrap(n_g, x, POINTS, 0, .2, 9, 1, sigma, kappa), -EINVAL);
    cr_expect_eq(usl_bootstrap(n_g, x, 0, BLOCKS, .2, 9, 1, sigma, kappa), -EINVAL);
    cr_expect_eq(usl_bootstrap(n_g, x, USL_POINTS_MAX + 1, BLOCKS, .2, 9, 1, sigma, kappa), -EINVAL);
    cr_expect_eq(usl_bootstrap(n_g, x, POINTS, BLOCKS, .2, 0, 1, sigma, kappa), -EINVAL);
    cr_expect_eq(usl_bootstrap(n_g, x, 5, 1, .2, 9, 1, sigma, kappa), -ERANGE);
    cr_assert_eq(usl_bootstrap(n_g, x, POINTS, 1, .2, 1, 1, sigma, kappa), 0);
    cr_expect(sigma[0] == sigma[1] && kappa[0] == kappa[1]);
}
