/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/student.h"

#include "measure/distributions.h"
#include "measure/robust.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static int check(const double *x, size_t n)
{
    if (n < 2)
        return -EINVAL;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return -EINVAL;
    return 0;
}

static void conclude(double difference, double error, double df, size_t n, double alpha, struct t_test *out)
{
    double reach = error > 0 ? student_t_quantile(1 - alpha / 2, df) * error : 0;
    out->difference = (struct estimate){difference, difference - reach, difference + reach, n, true};
    out->df = df;
    if (error > 0)
        out->t = difference / error;
    else
        out->t = difference == 0 ? 0 : copysign(INFINITY, difference);
    out->p = student_t_two_sided_p(out->t, df);
}

int student_paired(const double *a, const double *b, size_t n, double alpha, struct t_test *out)
{
    *out = (struct t_test){.difference = {.value = NAN, .lo = NAN, .hi = NAN}, .t = NAN, .df = NAN, .p = NAN};
    if (check(a, n) || check(b, n) || !(alpha > 0 && alpha < 1))
        return -EINVAL;
    double *d = malloc(n * sizeof *d);
    if (!d)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        d[i] = b[i] - a[i];
    struct moments m = robust_moments(d, n);
    free(d);
    conclude(m.mean, sqrt(m.variance / (double)n), (double)(n - 1), n, alpha, out);
    return 0;
}

int student_welch(const double *a, size_t na, const double *b, size_t nb, double alpha, struct t_test *out)
{
    *out = (struct t_test){.difference = {.value = NAN, .lo = NAN, .hi = NAN}, .t = NAN, .df = NAN, .p = NAN};
    if (check(a, na) || check(b, nb) || !(alpha > 0 && alpha < 1))
        return -EINVAL;
    struct moments x = robust_moments(a, na), y = robust_moments(b, nb);
    double va = x.variance / (double)na, vb = y.variance / (double)nb, sum = va + vb;
    /* The shares first: squares of tiny variances would leave the range of a double. */
    double share = sum > 0 ? va / sum : 0.5;
    double df = 1 / (share * share / (double)(na - 1) + (1 - share) * (1 - share) / (double)(nb - 1));
    conclude(y.mean - x.mean, sqrt(sum), df, na < nb ? na : nb, alpha, out);
    return 0;
}

int student_equivalence(const double *d, size_t n, double margin, double *p)
{
    *p = NAN;
    if (check(d, n) || !(margin > 0) || !isfinite(margin))
        return -EINVAL;
    struct moments m = robust_moments(d, n);
    double error = sqrt(m.variance / (double)n), inside = margin - fabs(m.mean); /* the nearer side decides */
    if (error > 0)
        *p = student_t_cdf(-inside / error, (double)(n - 1));
    else
        *p = inside > 0 ? 0 : 1;
    return 0;
}
