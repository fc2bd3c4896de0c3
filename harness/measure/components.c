/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/components.h"

#include "measure/distributions.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int components_of(const double *x, unsigned levels, const size_t *counts, double alpha, struct components *out)
{
    size_t total = 1;
    *out = (struct components){.levels = levels, .interval = {.value = NAN, .lo = NAN, .hi = NAN}};
    for (unsigned i = 0; i < levels && levels <= COMPONENTS_LEVELS_MAX; i++)
        total *= counts[i] >= 2 && counts[i] <= 1 << 20 ? counts[i] : 0;
    if (levels == 0 || levels > COMPONENTS_LEVELS_MAX || total == 0 || total > 1 << 28)
        return -EINVAL;
    double *means = malloc(total * sizeof *means);
    if (!means)
        return -ENOMEM;
    memcpy(means, x, total * sizeof *x);
    size_t groups = total;
    for (unsigned level = 0; level < levels; level++) { /* means[] shrinks to the means of the next level, in place */
        size_t r = counts[level];
        double squares = 0;
        groups /= r;
        for (size_t g = 0; g < groups; g++) {
            double mean = 0;
            for (size_t i = 0; i < r; i++)
                mean += means[g * r + i] / (double)r;
            for (size_t i = 0; i < r; i++)
                squares += pow(means[g * r + i] - mean, 2);
            means[g] = mean;
        }
        out->s2[level] = squares / (double)(r - 1) / (double)groups;
        out->t2[level] = level ? out->s2[level] - out->s2[level - 1] / (double)counts[level - 1] : out->s2[0];
    }
    out->mean = means[0];
    free(means);
    size_t top = counts[levels - 1];
    double half = student_t_quantile(1 - alpha / 2, (double)(top - 1)) * sqrt(out->s2[levels - 1] / (double)top);
    out->interval = (struct estimate){out->mean, out->mean - half, out->mean + half, top, isfinite(half)};
    return isfinite(out->mean) ? 0 : -EINVAL;
}

double components_repetitions(const struct components *c, const double *cost, unsigned level)
{
    if (level + 1 >= c->levels || c->t2[level] <= 0 || c->t2[level + 1] <= 0)
        return 1;
    return sqrt(cost[level + 1] / cost[level] * c->t2[level] / c->t2[level + 1]);
}

int components_ratio(double m, double hm, double n, double hn, struct estimate *out)
{
    double product = m * n, bottom = n * n - hn * hn;
    double root = m * m * hn * hn + hm * hm * bottom; /* (m n)^2 - (m^2 - hm^2) bottom without what cancels */
    *out = (struct estimate){.value = NAN, .lo = NAN, .hi = NAN};
    if (!(bottom > 0) || !(root >= 0))
        return -EINVAL;
    *out = (struct estimate){m / n, (product - sqrt(root)) / bottom, (product + sqrt(root)) / bottom, 0, true};
    return 0;
}
