/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/stats.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* --- Order statistics of one sample or of paired ratios ------------------------------------------------------- */

/* A read-only sample: x[i], or x[i] / base[i] where base is given. */
struct sample {
    const double *x, *base;
    size_t n;
};

static double sample_at(const struct sample *s, size_t i)
{
    if (!s->base)
        return s->x[i];
    /* Positive and finite over positive and finite, kept so where the quotient leaves the range of a double. */
    return fmin(fmax(s->x[i] / s->base[i], DBL_MIN), DBL_MAX);
}

/* The bits of a double as an integer that sorts like the number. */
static uint64_t key_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double value_of(uint64_t key)
{
    uint64_t bits = key >> 63 ? key ^ UINT64_C(1) << 63 : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/*
 * The element of 1-based rank `rank`, by bisection over the keys: at most 64 passes that only read. For the dozens
 * of trials of a cell that takes microseconds; in exchange there is no copy, no allocation and no way to fail.
 */
static double sample_rank(const struct sample *s, size_t rank)
{
    uint64_t low = 0, high = UINT64_MAX;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        size_t below = 0;
        for (size_t i = 0; i < s->n; i++)
            below += key_of(sample_at(s, i)) <= middle;
        if (below >= rank)
            high = middle;
        else
            low = middle + 1;
    }
    return value_of(low);
}

static double arithmetic_middle(double a, double b)
{
    return a + 0.5 * (b - a);
}

static double geometric_middle(double a, double b)
{
    return a == b ? a : sqrt(a) * sqrt(b);
}

/* Ratios live on a logarithmic scale: halfway between a half and a double is one. */
static double sample_median(const struct sample *s)
{
    if (s->n == 0)
        return NAN;
    double upper = sample_rank(s, s->n / 2 + 1);
    if (s->n % 2)
        return upper;
    double lower = sample_rank(s, s->n / 2);
    return s->base ? geometric_middle(lower, upper) : arithmetic_middle(lower, upper);
}

static struct estimate sample_median_interval(const struct sample *s, double alpha)
{
    double median = sample_median(s);
    struct estimate e = {.value = median, .lo = median, .hi = median, .n = s->n};
    size_t l, u;
    e.has_interval = stats_order_interval(s->n, 0.5, alpha, &l, &u);
    if (e.has_interval) {
        e.lo = sample_rank(s, l);
        e.hi = sample_rank(s, u);
    }
    return e;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void stats_sort(double *x, size_t n)
{
    if (n > 1)
        qsort(x, n, sizeof *x, compare_doubles);
}

double stats_quantile_sorted(const double *sorted, size_t n, double q)
{
    if (n == 0)
        return NAN;
    double h = (double)(n - 1) * fmin(fmax(q, 0), 1);
    size_t i = (size_t)h;
    if (i + 1 >= n)
        return sorted[n - 1];
    return sorted[i] + (h - (double)i) * (sorted[i + 1] - sorted[i]);
}

double stats_median(const double *x, size_t n)
{
    return sample_median(&(struct sample){.x = x, .n = n});
}

struct estimate stats_median_interval(const double *x, size_t n, double alpha)
{
    return sample_median_interval(&(struct sample){.x = x, .n = n}, alpha);
}

struct estimate stats_quantile_interval(const double *x, size_t n, double q, double alpha)
{
    struct estimate e = {NAN, NAN, NAN, n, false};
    if (n == 0 || !(q >= 0 && q <= 1))
        return e;
    const struct sample s = {.x = x, .n = n};
    double h = (double)(n - 1) * q;
    size_t below = (size_t)h, l, u;
    double low = sample_rank(&s, below + 1);
    e.value = below + 1 < n ? low + (h - (double)below) * (sample_rank(&s, below + 2) - low) : low;
    e.has_interval = stats_order_interval(n, q, alpha, &l, &u);
    e.lo = e.has_interval ? sample_rank(&s, l) : e.value;
    e.hi = e.has_interval ? sample_rank(&s, u) : e.value;
    return e;
}

static bool is_positive(double v)
{
    return v > 0 && isfinite(v);
}

struct estimate stats_paired_ratio(const double *a, const double *b, size_t n, double alpha)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_positive(a[i]) || !is_positive(b[i]))
            n = 0; /* dropping the pair would hide it: without all of them there is no comparison */
    }
    return sample_median_interval(&(struct sample){.x = b, .base = a, .n = n}, alpha);
}

/* --- The binomial distribution -------------------------------------------------------------------------------- */

/*
 * Every term is taken relative to the one at the mode and the sum of all is divided out at the end. Ratios of
 * neighbours need no factorial, so nothing overflows, and the error stays near that of n roundings of a double
 * where lgamma(n) would already have lost 1e-11 at n = 10 000. Terms too small for a double end the walk: about
 * 40 standard deviations out.
 */
double stats_binomial_cdf(long k, size_t n, double p)
{
    if (k < 0 || isnan(p))
        return 0;
    if ((size_t)k >= n || p <= 0)
        return 1;
    if (p >= 1)
        return 0; /* k < n */
    double odds = p / (1 - p);
    size_t last = (size_t)k;
    size_t mode = (size_t)((double)(n + 1) * p); /* at most n, as p < 1 */

    double below = 0, above = 0; /* sums over terms <= k and > k */
    double term = 1;
    for (size_t i = mode;; i--) {
        *(i <= last ? &below : &above) += term;
        if (i == 0 || term < DBL_MIN)
            break;
        term *= (double)i / ((double)(n - i + 1) * odds);
    }
    term = 1;
    for (size_t i = mode; term >= DBL_MIN; i++) { /* at i = n the factor is 0 */
        term *= (double)(n - i) / (double)(i + 1) * odds;
        *(i + 1 <= last ? &below : &above) += term;
    }
    return below / (below + above);
}

/* Largest k in [-1, n] with P(B <= k) <= limit; the CDF grows with k. */
static long binomial_lower_tail(size_t n, double p, double limit)
{
    /* Textbook levels are hit exactly by small n (1/64 of 6 fair coins): rounding must not lose such an interval. */
    limit *= 1 + 1e-12;
    long holds = -1, fails = (long)n + 1;
    while (fails - holds > 1) {
        long middle = holds + (fails - holds) / 2;
        if (stats_binomial_cdf(middle, n, p) <= limit)
            holds = middle;
        else
            fails = middle;
    }
    return holds;
}

bool stats_order_interval(size_t n, double q, double alpha, size_t *l, size_t *u)
{
    if (!(q > 0 && q < 1) || !(alpha > 0 && alpha < 1))
        return false;
    /* P(B >= u) is the lower tail of the failures: P(Bin(n, 1-q) <= n-u). */
    long below = binomial_lower_tail(n, q, alpha / 2);
    long above = binomial_lower_tail(n, 1 - q, alpha / 2);
    if (below < 0 || above < 0)
        return false;
    *l = (size_t)below + 1;
    *u = n - (size_t)above;
    return *l <= *u;
}

double stats_sign_test_p(const double *a, const double *b, size_t n)
{
    size_t greater = 0, less = 0;
    for (size_t i = 0; i < n; i++) {
        greater += b[i] > a[i];
        less += b[i] < a[i];
    }
    size_t fewer = greater < less ? greater : less;
    return greater + less ? fmin(1, 2 * stats_binomial_cdf((long)fewer, greater + less, 0.5)) : 1;
}

/* --- Families of claims --------------------------------------------------------------------------------------- */

struct ranked_p {
    double p;
    size_t index;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked_p *x = a, *y = b;
    return compare_doubles(&x->p, &y->p);
}

/* The p-values in ascending order. 0, or -EINVAL, -ENOMEM and NULL. */
static int rank_p_values(const double *p, size_t n, struct ranked_p **out)
{
    *out = NULL;
    for (size_t i = 0; i < n; i++)
        if (!(p[i] >= 0 && p[i] <= 1))
            return -EINVAL;
    struct ranked_p *ranked = calloc(n + 1, sizeof *ranked);
    if (!ranked)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        ranked[i] = (struct ranked_p){p[i], i};
    qsort(ranked, n, sizeof *ranked, compare_ranked);
    *out = ranked;
    return 0;
}

int stats_holm(const double *p, double *adjusted, size_t n)
{
    struct ranked_p *ranked;
    int rc = rank_p_values(p, n, &ranked);
    double floor = 0; /* a claim is never more certain than one with a smaller p */
    for (size_t i = 0; i < n && !rc; i++) {
        floor = fmax(floor, fmin(1, (double)(n - i) * ranked[i].p));
        adjusted[ranked[i].index] = floor;
    }
    free(ranked);
    return rc;
}

int stats_benjamini_hochberg(const double *p, double *adjusted, size_t n)
{
    struct ranked_p *ranked;
    int rc = rank_p_values(p, n, &ranked);
    double ceiling = 1;
    for (size_t i = n; i-- > 0 && !rc;) {
        ceiling = fmin(ceiling, (double)n / (double)(i + 1) * ranked[i].p);
        adjusted[ranked[i].index] = ceiling;
    }
    free(ranked);
    return rc;
}

enum verdict stats_verdict(const struct estimate *ratio, double margin, bool higher_is_better)
{
    if (!ratio->has_interval)
        return VERDICT_INSUFFICIENT;
    /* A ratio and its inverse must get mirrored verdicts, so the margin is symmetric in the logarithm. */
    double upper = 1 + margin, lower = 1 / upper;
    if (ratio->lo >= lower && ratio->hi <= upper)
        return VERDICT_EQUIVALENT; /* also where the sign is sure: nobody should care */
    if (ratio->lo > 1 && ratio->value > upper)
        return higher_is_better ? VERDICT_FASTER : VERDICT_SLOWER;
    if (ratio->hi < 1 && ratio->value < lower)
        return higher_is_better ? VERDICT_SLOWER : VERDICT_FASTER;
    return VERDICT_UNDECIDED;
}

const char *stats_verdict_name(enum verdict v)
{
    switch (v) {
    case VERDICT_FASTER:
        return "faster";
    case VERDICT_SLOWER:
        return "slower";
    case VERDICT_EQUIVALENT:
        return "equivalent";
    case VERDICT_UNDECIDED:
        return "cannot be distinguished";
    case VERDICT_INSUFFICIENT:
        return "insufficient";
    }
    return "unknown";
}
