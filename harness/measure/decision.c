/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/decision.h"

#include "measure/distributions.h"
#include "measure/rank.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

double decision_detectable(double sd, size_t n)
{
    if (n < 2 || !isfinite(sd))
        return NAN;
    double df = (double)(n - 1);
    return exp((student_t_quantile(0.975, df) + student_t_quantile(0.8, df)) * sd / sqrt((double)n)) - 1;
}

double decision_family_factor(size_t claims, size_t n)
{
    if (n < 2 || claims < 2)
        return n < 2 ? NAN : 1;
    double df = (double)(n - 1), power = student_t_quantile(0.8, df);
    double alone = student_t_quantile(1 - DECISION_ALPHA / 2, df) + power;
    return (student_t_quantile(1 - DECISION_FAMILY_ALPHA / 2 / (double)claims, df) + power) / alone;
}

/* What follows from ratio, p and sd. */
static void conclude(struct claim *c, size_t n, bool higher_is_better)
{
    c->p_holm = 1;
    c->mde = decision_detectable(c->sd, n);
    c->verdict = stats_verdict(&c->ratio, c->margin, higher_is_better);
    c->blocks_needed = NAN;
    if (!c->ratio.has_interval || !(c->ratio.lo > 0))
        return;
    double half = log(c->ratio.hi / c->ratio.lo) / 2, wanted = log1p(c->margin);
    c->blocks_needed = ceil((double)n * fmax(1, half / wanted * (half / wanted)));
}

struct claim decision_compare(const double *a, const double *b, size_t n, double margin, bool higher_is_better)
{
    struct claim c = {.p = 1, .p_holm = 1, .sd = NAN, .mde = NAN, .blocks_needed = NAN, .margin = margin};
    double mean = 0, squares = 0;
    c.ratio = stats_paired_ratio(a, b, n, DECISION_ALPHA);
    if (c.ratio.n == 0) {
        c.verdict = VERDICT_INSUFFICIENT;
        return c;
    }
    for (size_t i = 0; i < n; i++)
        mean += log(b[i] / a[i]) / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += pow(log(b[i] / a[i]) - mean, 2);
    if (n > 1) {
        c.sd = sqrt(squares / (double)(n - 1));
        double error = c.sd / sqrt((double)n);
        c.p = error > 0 ? student_t_two_sided_p(mean / error, (double)(n - 1)) : mean == 0 ? 1 : 0;
    }
    conclude(&c, n, higher_is_better);
    return c;
}

static bool logs_of(const double *x, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++) {
        if (!(x[i] > 0) || !isfinite(x[i]))
            return false;
        out[i] = log(x[i]);
    }
    return n > 0;
}

static double pooled_sd(const double *x, size_t nx, const double *y, size_t ny)
{
    double squares = 0;
    for (int side = 0; side < 2; side++) {
        const double *v = side ? y : x;
        size_t n = side ? ny : nx;
        double mean = 0;
        for (size_t i = 0; i < n; i++)
            mean += v[i] / (double)n;
        for (size_t i = 0; i < n; i++)
            squares += (v[i] - mean) * (v[i] - mean);
    }
    return nx + ny > 2 ? sqrt(2 * squares / (double)(nx + ny - 2)) : NAN; /* of a difference of two */
}

int decision_compare_unpaired(const double *a, size_t na, const double *b, size_t nb, double margin,
                              bool higher_is_better, struct claim *out)
{
    *out = (struct claim){.p = 1,
                          .p_holm = 1,
                          .sd = NAN,
                          .mde = NAN,
                          .blocks_needed = NAN,
                          .margin = margin,
                          .ratio = {.value = NAN, .lo = NAN, .hi = NAN},
                          .verdict = VERDICT_INSUFFICIENT};
    double *x = malloc((na + nb + 1) * sizeof *x), *y = x + na;
    struct mann_whitney test;
    struct estimate shift;
    if (!x)
        return -ENOMEM;
    int rc = 0;
    if (logs_of(a, na, x) && logs_of(b, nb, y) && !(rc = rank_shift(x, na, y, nb, DECISION_ALPHA, &shift)) &&
        !(rc = rank_mann_whitney(x, na, y, nb, &test))) {
        out->ratio = (struct estimate){exp(shift.value), exp(shift.lo), exp(shift.hi), shift.n, shift.has_interval};
        out->p = test.p;
        out->sd = pooled_sd(x, na, y, nb);
        conclude(out, shift.n, higher_is_better);
    }
    free(x);
    return rc == -EINVAL ? 0 : rc;
}

long decision_correct(struct claim *const *claims, size_t n)
{
    double *p = calloc(n + 1, sizeof *p);
    size_t family = 0, k = 0;
    if (!p)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        if (claims[i]->verdict != VERDICT_INSUFFICIENT)
            p[family++] = claims[i]->p;
    int rc = stats_holm(p, p, family);
    for (size_t i = 0; i < n && !rc; i++) {
        struct claim *c = claims[i];
        if (c->verdict == VERDICT_INSUFFICIENT)
            continue;
        c->p_holm = p[k++];
        if ((c->verdict == VERDICT_FASTER || c->verdict == VERDICT_SLOWER) && c->p_holm > DECISION_FAMILY_ALPHA)
            c->verdict = VERDICT_UNDECIDED;
    }
    free(p);
    return rc ? rc : (long)family;
}
