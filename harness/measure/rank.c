/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/rank.h"

#include "measure/distributions.h"
#include "measure/rng.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool all_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

/* --- signed ranks ------------------------------------------------------------------------------------------------- */

/*
 * P(W <= limit) where each of the n ranks counts with probability 1/2; ranks are doubled so that shared ones are whole
 * numbers. cdf[] has room for the sum of them + 1. Fills the whole distribution; returns its length.
 */
static size_t signed_rank_distribution(const unsigned *doubled, size_t n, double *p)
{
    size_t top = 0;
    p[0] = 1;
    for (size_t i = 0; i < n; i++) {
        size_t step = doubled[i];
        memset(p + top + 1, 0, step * sizeof *p);
        for (size_t s = top + step + 1; s-- > 0;)
            p[s] = 0.5 * p[s] + (s >= step ? 0.5 * p[s - step] : 0);
        top += step;
    }
    return top + 1;
}

static int by_size(const void *a, const void *b)
{
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

/* Twice the mean rank of |d|, which must be sorted by size. Returns the sum over ties of t^3 - t. */
static double doubled_ranks(const double *sorted, size_t n, unsigned *doubled)
{
    double ties = 0;
    for (size_t i = 0; i < n;) {
        size_t j = i;
        while (j < n && fabs(sorted[j]) == fabs(sorted[i]))
            j++;
        for (size_t k = i; k < j; k++)
            doubled[k] = (unsigned)(i + j + 1);
        double t = (double)(j - i);
        ties += t * t * t - t;
        i = j;
    }
    return ties;
}

static double wilcoxon_of_sorted(const double *d, size_t n, unsigned *doubled)
{
    double ties = doubled_ranks(d, n, doubled), positive = 0, total = (double)n * (double)(n + 1);
    for (size_t i = 0; i < n; i++)
        positive += d[i] > 0 ? doubled[i] : 0;
    double lesser = fmin(positive, total - positive);
    if (n > RANK_EXACT_MAX) {
        double sd = 2 * sqrt((double)n * (double)(n + 1) * (double)(2 * n + 1) / 24 - ties / 48);
        return 2 * normal_cdf((lesser - total / 2) / sd); /* lesser is at most half the total */
    }
    double *p = malloc(((size_t)total + 1) * sizeof *p), tail = 0;
    if (!p)
        return NAN;
    signed_rank_distribution(doubled, n, p);
    for (size_t s = 0; s <= (size_t)lesser; s++)
        tail += p[s];
    free(p);
    return fmin(1, 2 * tail);
}

double rank_wilcoxon_p(const double *d, size_t n)
{
    if (!all_finite(d, n))
        return NAN;
    double *kept = malloc((n + 1) * (sizeof *kept + sizeof(unsigned)));
    if (!kept)
        return NAN;
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (d[i] != 0)
            kept[m++] = d[i];
    qsort(kept, m, sizeof *kept, by_size);
    double p = m ? wilcoxon_of_sorted(kept, m, (unsigned *)(kept + n + 1)) : 1;
    free(kept);
    return p;
}

/* Largest s with P(W <= s) <= alpha/2 for the ranks 1..n, or -1. */
static long signed_rank_limit(size_t n, double alpha)
{
    size_t sum = n * (n + 1) / 2;
    if (n > RANK_EXACT_MAX) {
        double mean = (double)sum / 2, sd = sqrt((double)n * (double)(n + 1) * (double)(2 * n + 1) / 24);
        return (long)floor(mean + normal_quantile(alpha / 2) * sd - 0.5);
    }
    unsigned *ranks = malloc(n * sizeof *ranks);
    double *p = malloc((sum + 1) * sizeof *p), tail = 0;
    long limit = -1;
    if (ranks && p) {
        for (size_t i = 0; i < n; i++)
            ranks[i] = (unsigned)i + 1;
        signed_rank_distribution(ranks, n, p);
        for (size_t s = 0; s <= sum && (tail += p[s]) <= alpha / 2 * (1 + 1e-12); s++)
            limit = (long)s;
    }
    free(ranks);
    free(p);
    return ranks && p ? limit : -2;
}

int rank_hodges_lehmann(const double *d, size_t n, double alpha, struct estimate *out)
{
    *out = (struct estimate){.value = NAN, .lo = NAN, .hi = NAN};
    if (n == 0 || n > RANK_SAMPLE_MAX || !all_finite(d, n))
        return -EINVAL;
    size_t count = n * (n + 1) / 2, k = 0;
    double *walsh = malloc(count * sizeof *walsh);
    long limit = signed_rank_limit(n, alpha);
    if (!walsh || limit == -2) {
        free(walsh);
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            walsh[k++] = 0.5 * d[i] + 0.5 * d[j];
    stats_sort(walsh, count);
    double middle = stats_quantile_sorted(walsh, count, 0.5);
    *out = (struct estimate){middle, middle, middle, n, limit >= 0};
    if (limit >= 0) {
        out->lo = walsh[limit];
        out->hi = walsh[count - 1 - (size_t)limit];
    }
    free(walsh);
    return 0;
}

/* --- sign flips ----------------------------------------------------------------------------------------------------
 */

double rank_sign_flip_p(const double *d, size_t n, unsigned samples, uint64_t seed)
{
    enum { ALL_UP_TO = 20 };
    double sum = 0, size = 0;
    if (n == 0 || !all_finite(d, n))
        return n ? NAN : 1;
    for (size_t i = 0; i < n; i++) {
        sum += d[i];
        size += fabs(d[i]);
    }
    double least = fabs(sum) - 1e-12 * size; /* sums of the same numbers in another order are equal */
    if (n <= ALL_UP_TO) {
        uint32_t hits = 0, all = UINT32_C(1) << n;
        for (uint32_t flips = 0; flips < all; flips++) {
            double flipped = 0;
            for (size_t i = 0; i < n; i++)
                flipped += flips >> i & 1 ? -d[i] : d[i];
            hits += fabs(flipped) >= least;
        }
        return (double)hits / (double)all;
    }
    struct rng rng = {seed};
    unsigned hits = 0;
    for (unsigned s = 0; s < samples; s++) {
        double flipped = 0;
        uint64_t bits = 0;
        for (size_t i = 0; i < n; i++) {
            if (i % 64 == 0)
                bits = rng_next(&rng);
            flipped += bits >> (i % 64) & 1 ? -d[i] : d[i];
        }
        hits += fabs(flipped) >= least;
    }
    return (hits + 1.0) / (samples + 1.0);
}

/* --- two samples ----------------------------------------------------------------------------------------------------
 */

/* P(U <= u) for every u in [0, na*nb], all arrangements equally likely, into cdf[na*nb + 1]. By the recurrence of Mann
 * and Whitney over the greatest value's side: f(n, m, u) = f(n-1, m, u-m) + f(n, m-1, u). 0 or -ENOMEM. */
static int u_distribution(size_t na, size_t nb, double *cdf)
{
    size_t top = na * nb;
    /* f[m][u] for the present n; n grows. As shares of all arrangements, so that nothing overflows. */
    double *f = calloc((nb + 1) * (top + 1), sizeof *f);
    if (!f)
        return -ENOMEM;
    for (size_t m = 0; m <= nb; m++)
        f[m * (top + 1)] = 1; /* n = 0: U is 0 */
    for (size_t n = 1; n <= na; n++)
        for (size_t m = 1; m <= nb; m++) {
            double *row = f + m * (top + 1), *before = f + (m - 1) * (top + 1);
            double share = (double)n / (double)(n + m); /* the greatest value is one of the first side */
            for (size_t u = n * m + 1; u-- > 0;)
                row[u] = (u >= m ? share * row[u - m] : 0) + (1 - share) * before[u];
        }
    double sum = 0;
    for (size_t u = 0; u <= top; u++)
        cdf[u] = sum += f[nb * (top + 1) + u];
    free(f);
    return 0;
}

static double count_u(const double *a, size_t na, const double *b, size_t nb, bool *ties)
{
    double u = 0;
    for (size_t i = 0; i < na; i++)
        for (size_t j = 0; j < nb; j++) {
            u += b[j] > a[i] ? 1 : b[j] == a[i] ? 0.5 : 0;
            *ties |= b[j] == a[i];
        }
    return u;
}

/* Sum over groups of equal values of t^3 - t in both samples together. */
static double tie_sum(const double *a, size_t na, const double *b, size_t nb, double *room)
{
    size_t n = na + nb;
    double sum = 0;
    memcpy(room, a, na * sizeof *a);
    memcpy(room + na, b, nb * sizeof *b);
    stats_sort(room, n);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && room[j] == room[i]; j++)
            ;
        double t = (double)(j - i);
        sum += t * t * t - t;
    }
    return sum;
}

enum { U_EXACT_MAX = 50 };

int rank_mann_whitney(const double *a, size_t na, const double *b, size_t nb, struct mann_whitney *out)
{
    *out = (struct mann_whitney){NAN, NAN, false};
    if (na == 0 || nb == 0 || na > RANK_SAMPLE_MAX || nb > RANK_SAMPLE_MAX || !all_finite(a, na) || !all_finite(b, nb))
        return -EINVAL;
    bool ties = false;
    size_t n = na + nb, top = na * nb;
    double *room = malloc((top + n) * sizeof *room);
    if (!room)
        return -ENOMEM;
    out->u = count_u(a, na, b, nb, &ties);
    int rc = 0;
    if (!ties && n <= U_EXACT_MAX) {
        rc = u_distribution(na, nb, room);
        out->exact = true;
        out->p = fmin(1, 2 * room[(size_t)fmin(out->u, (double)top - out->u)]);
    } else {
        double correction = tie_sum(a, na, b, nb, room) / ((double)n * (double)(n - 1));
        double variance = (double)top / 12 * ((double)(n + 1) - correction);
        double distance = fmax(0, fabs(out->u - (double)top / 2) - 0.5); /* U moves in steps of one */
        out->p = variance > 0 ? 2 * normal_cdf(-distance / sqrt(variance)) : 1;
    }
    free(room);
    return rc;
}

int rank_shift(const double *a, size_t na, const double *b, size_t nb, double alpha, struct estimate *out)
{
    *out = (struct estimate){.value = NAN, .lo = NAN, .hi = NAN};
    if (na == 0 || nb == 0 || na > RANK_SAMPLE_MAX || nb > RANK_SAMPLE_MAX || !all_finite(a, na) || !all_finite(b, nb))
        return -EINVAL;
    size_t count = na * nb, n = na + nb;
    double *room = malloc((2 * count + 1) * sizeof *room), *cdf = room + count;
    if (!room)
        return -ENOMEM;
    long limit = -1;
    int rc = 0;
    if (n <= U_EXACT_MAX) {
        rc = u_distribution(na, nb, cdf);
        for (size_t u = 0; !rc && u <= count && cdf[u] <= alpha / 2 * (1 + 1e-12); u++)
            limit = (long)u;
    } else {
        double sd = sqrt((double)count * (double)(n + 1) / 12);
        limit = (long)floor((double)count / 2 + normal_quantile(alpha / 2) * sd - 0.5);
    }
    if (!rc) {
        for (size_t i = 0; i < na; i++)
            for (size_t j = 0; j < nb; j++)
                room[i * nb + j] = b[j] - a[i];
        stats_sort(room, count);
        double middle = stats_quantile_sorted(room, count, 0.5);
        *out = (struct estimate){middle, middle, middle, na < nb ? na : nb, limit >= 0};
        if (limit >= 0) {
            out->lo = room[limit];
            out->hi = room[count - 1 - (size_t)limit];
        }
    }
    free(room);
    return rc;
}

/* --- agreement ------------------------------------------------------------------------------------------------------
 */

double rank_kendall_tau(const double *x, const double *y, size_t n)
{
    double score = 0, pairs_x = 0, pairs_y = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            int dx = (x[i] < x[j]) - (x[i] > x[j]), dy = (y[i] < y[j]) - (y[i] > y[j]);
            score += dx * dy;
            pairs_x += dx != 0;
            pairs_y += dy != 0;
        }
    return score / sqrt(pairs_x * pairs_y); /* 0 / 0 where one side has all ties */
}

double rank_cliff_delta(const double *a, size_t na, const double *b, size_t nb)
{
    double sum = 0;
    for (size_t i = 0; i < na; i++)
        for (size_t j = 0; j < nb; j++)
            sum += (a[i] > b[j]) - (a[i] < b[j]);
    return sum / ((double)na * (double)nb); /* 0 / 0 for an empty side */
}
