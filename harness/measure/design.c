/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/design.h"

#include "measure/decision.h"
#include "measure/distributions.h"
#include "measure/stats.h"

#include <math.h>

static const double power = 0.8;

/* The greatest z with P(Bin(n, P(Z > z)) >= wanted) >= chance, by bisection: what one block must be above so that
 * `wanted` of n are. */
static double all_but_few(size_t n, size_t wanted, double chance)
{
    double low = -40, high = 40;
    for (int i = 0; i < 80; i++) {
        double middle = 0.5 * (low + high);
        double held = 1 - stats_binomial_cdf((long)wanted - 1, n, normal_cdf(-middle));
        if (held >= chance)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/*
 * P(T > critical) for a true mean `distance` standard errors away: the noncentral t distribution, by Simpson's rule
 * over the error's own error. s^2 df / sigma^2 is chi-squared; r = s / sigma has the density below, which is 0 to any
 * digit beyond 1 +- 8/sqrt(df).
 */
static double t_test_power(double distance, double critical, double df)
{
    enum { STEPS = 400 };
    double width = 8 / sqrt(df), low = fmax(0, 1 - width), step = (1 + width - low) / STEPS, sum = 0;
    double scale = df / 2 * log(df / 2) - lgamma(df / 2) + M_LN2;
    for (int i = 0; i <= STEPS; i++) {
        double r = low + i * step;
        double density = r > 0 ? exp(scale + (df - 1) * log(r) - df / 2 * r * r) : df == 1 ? exp(scale) : 0;
        sum += (i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2) * density * normal_cdf(distance - critical * r);
    }
    return sum * step / 3;
}

/* How many standard errors away the truth must be for the t test to reject at `level` with the wanted power. */
static double t_test_distance(double level, double df)
{
    double critical = student_t_quantile(1 - level / 2, df), low = 0, high = 4 * critical + 4;
    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (low + high);
        if (t_test_power(middle, critical, df) >= power)
            high = middle;
        else
            low = middle;
    }
    return high;
}

double design_callable(double sd, size_t n, double margin, size_t family)
{
    size_t l, u;
    if (!(sd >= 0) || !isfinite(sd) || !(margin > 0) || family == 0 ||
        !stats_order_interval(n, 0.5, DECISION_ALPHA, &l, &u))
        return NAN;
    /* The estimate beyond the margin: the median, which for even n is the middle between two ranks. */
    double median = 0.5 * (all_but_few(n, n / 2 + 1, power) + all_but_few(n, (n + 1) / 2, power));
    double beyond = log1p(margin) - sd * median;
    /* The interval excludes 1: all but l - 1 blocks lie on one side of it. */
    double excludes = -sd * all_but_few(n, n - l + 1, power);
    /* The t test at the level that Holm leaves the first claim. */
    double level = DECISION_FAMILY_ALPHA / (double)family;
    double tests = sd * t_test_distance(level, (double)(n - 1)) / sqrt((double)n);
    return exp(fmax(beyond, fmax(excludes, tests))) - 1;
}

double design_equivalence_chance(double sd, size_t n, double margin)
{
    size_t l, u;
    if (!(sd >= 0) || !isfinite(sd) || !(margin > 0) || !stats_order_interval(n, 0.5, DECISION_ALPHA, &l, &u))
        return NAN;
    /* Each end stays inside on its own; both do with at least the sum of the two chances less one. */
    double one_block = sd > 0 ? normal_cdf(log1p(margin) / sd) : 1;
    double one_end = 1 - stats_binomial_cdf((long)u - 1, n, one_block);
    return fmax(0, 2 * one_end - 1);
}

size_t design_blocks(double sd, double wanted, double margin, size_t family)
{
    if (!(wanted > margin) || isnan(design_callable(sd, DESIGN_BLOCKS_MIN, margin, family)))
        return 0;
    size_t fails = DESIGN_BLOCKS_MIN - 1, holds = DESIGN_BLOCKS_MAX;
    if (!(design_callable(sd, holds, margin, family) <= wanted))
        return 0;
    while (holds - fails > 1) {
        size_t middle = fails + (holds - fails) / 2;
        if (design_callable(sd, middle, margin, family) <= wanted)
            holds = middle;
        else
            fails = middle;
    }
    return holds;
}

size_t design_efficient(size_t n)
{
    static const size_t efficient[] = {30, 25, 20, 17, 12, 9};
    if (n > efficient[0])
        return n;
    for (size_t i = 0; i < sizeof efficient / sizeof *efficient; i++)
        if (n >= efficient[i])
            return efficient[i];
    return n;
}
