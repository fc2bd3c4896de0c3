/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/distributions.h"

#include <math.h>

double normal_cdf(double z)
{
    return 0.5 * erfc(-z / M_SQRT2);
}

/* Horner's scheme, highest power first. */
static double polynomial(const double *c, int n, double x)
{
    double sum = c[0];
    for (int i = 1; i < n; i++)
        sum = sum * x + c[i];
    return sum;
}

double normal_quantile(double p)
{
    /* P. J. Acklam's coefficients: relative error 1.15e-9, before Newton's step squares it away. */
    static const double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                               1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
    static const double b[] = {-5.447609879822406e+01, 1.615858368580409e+02,  -1.556989798598866e+02,
                               6.680131188771972e+01,  -1.328068155288572e+01, 1};
    static const double c[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                               -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
    static const double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                               3.754408661907416e+00, 1};
    if (!(p > 0))
        return p == 0 ? -INFINITY : NAN;
    if (p > 0.5)
        return -normal_quantile(1 - p); /* exact, while next to 1 the difference below would have no digits left */
    double z;
    if (p < 0.02425) {
        double q = sqrt(-2 * log(p));
        z = polynomial(c, 6, q) / polynomial(d, 5, q);
    } else {
        double q = p - 0.5, r = q * q;
        z = polynomial(a, 6, r) * q / polynomial(b, 6, r);
    }
    return z - (normal_cdf(z) - p) * sqrt(2 * M_PI) * exp(z * z / 2);
}

/* Continued fraction of the incomplete beta function, by Lentz's method; converges for x < (a+1)/(a+b+2). */
static double beta_fraction(double x, double a, double b)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double f = d;
    for (int m = 1; m < 1000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 + even * d;
        c = 1 + even / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        f *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + odd * d;
        c = 1 + odd / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        f *= d * c;
        if (d * c == 1)
            break;
    }
    return f;
}

double beta_incomplete(double x, double a, double b)
{
    if (isnan(x) || x <= 0 || x >= 1)
        return isnan(x) ? NAN : x <= 0 ? 0 : 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(x, a, b) / a;
    return 1 - front * beta_fraction(1 - x, b, a) / b;
}

double student_t_two_sided_p(double t, double df)
{
    return isinf(t) && !isnan(df) ? 0.0 : beta_incomplete(df / (df + t * t), df / 2, 0.5);
}

double student_t_cdf(double t, double df)
{
    double tail = student_t_two_sided_p(t, df) / 2;
    return t > 0 ? 1 - tail : tail;
}

double student_t_quantile(double p, double df)
{
    if (!(p > 0 && p < 1))
        return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
    if (p == 0.5 || isnan(df))
        return isnan(df) ? NAN : 0;
    double tail = p < 0.5 ? p : 1 - p, low = 0, high = 1;
    while (student_t_two_sided_p(high, df) / 2 > tail && high < 1e300)
        high *= 2;
    while (high - low > 1e-15 * high) { /* the tail falls with t: bisect */
        double middle = low + (high - low) / 2;
        if (student_t_two_sided_p(middle, df) / 2 > tail)
            low = middle;
        else
            high = middle;
    }
    double t = low + (high - low) / 2;
    return p < 0.5 ? -t : t;
}
