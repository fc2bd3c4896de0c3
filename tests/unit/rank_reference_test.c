/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rank methods where they are longest: against SciPy 1.10 (scipy.stats: wilcoxon, mannwhitneyu, kendalltau) on
 * series made by integer arithmetic, against enumeration of every sign or split, and against the printed tables of
 * critical values (Wilcoxon and Wilcox 1964; Mann and Whitney 1947).
 */
#include "quintet_criterion.h"

#include "measure/rank.h"
#include "measure/rng.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

TestSuite(rank_reference, .timeout = 30);

enum { LONG = 450, SIDE = 26 };

static double wave(int i, int square, int linear, int modulus)
{
    return (i * i * square + i * linear) % modulus;
}

/* --- signed ranks ------------------------------------------------------------------------------------------------- */

/* Sizes 1.25, 2.25, ... with signs that lean to the positive: no ties. */
static void untied(double *d, int n)
{
    for (int i = 1; i <= n; i++)
        d[i - 1] = (wave(i, 7, 13, 101) >= 45 ? 1 : -1) * (i + .25);
}

Test(rank_reference, signed_rank_test)
{
    double d[LONG];
    untied(d, LONG);
    cr_expect_float_eq(rank_wilcoxon_p(d, 30), .39305018074810505, 1e-14);
    cr_expect_float_eq(rank_wilcoxon_p(d, RANK_EXACT_MAX), .0021959407105271197, 1e-14);
    cr_expect_float_eq(rank_wilcoxon_p(d, LONG), .0096339655603489716, 1e-13);
    for (int i = 1; i <= LONG; i++)
        d[i - 1] = wave(i, 7, 13, 101) - 46; /* nine zeros, and many ties */
    cr_expect_float_eq(rank_wilcoxon_p(d, LONG), .20211032068653223, 1e-12);
}

/* Twice the share of all 2^n signs whose rank sum is at most the observed lesser one; ranks by counting. */
static double enumerated_wilcoxon(const double *d, unsigned n)
{
    double rank[10], plus = 0, total = 0, hits = 0;
    for (unsigned i = 0; i < n; i++) {
        double below = 0, same = 0;
        for (unsigned j = 0; j < n; j++) {
            below += fabs(d[j]) < fabs(d[i]);
            same += fabs(d[j]) == fabs(d[i]);
        }
        rank[i] = below + (same + 1) / 2;
        total += rank[i];
        plus += d[i] > 0 ? rank[i] : 0;
    }
    for (unsigned signs = 0; signs < 1u << n; signs++) {
        double sum = 0;
        for (unsigned i = 0; i < n; i++)
            sum += signs >> i & 1 ? rank[i] : 0;
        hits += sum <= fmin(plus, total - plus);
    }
    return fmin(1, 2 * hits / (1u << n));
}

Test(rank_reference, signed_rank_test_is_the_enumeration_of_all_signs)
{
    struct rng rng = {31};
    for (int round = 0; round < 300; round++) {
        double d[11];
        unsigned n = 1 + (unsigned)rng_below(&rng, 10);
        d[n] = NAN; /* is no part of it */
        for (unsigned i = 0; i < n; i++)
            d[i] = ((double)rng_below(&rng, 6) + 1) * (rng_below(&rng, 4) ? 1 : -1);
        cr_expect_float_eq(rank_wilcoxon_p(d, n), enumerated_wilcoxon(d, n), 1e-13, "round %d, n %u", round, n);
    }
    cr_expect(isnan(rank_wilcoxon_p((double[]){NAN, 1, 2}, 3)));
}

/* --- the Hodges-Lehmann estimate ---------------------------------------------------------------------------------- */

/* For d = 1, 2, 4, 8, ... the mean of a pair is the pair's own: the interval's ends tell their rank. */
static void expect_ends(size_t n, double alpha, long critical)
{
    double d[60], walsh[60 * 61 / 2];
    size_t k = 0;
    struct estimate e;
    for (size_t i = 0; i < n; i++)
        d[i] = ldexp(1, (int)i);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            walsh[k++] = (d[i] + d[j]) / 2;
    stats_sort(walsh, k);
    cr_assert_eq(rank_hodges_lehmann(d, n, alpha, &e), 0);
    cr_expect_eq(e.n, n);
    cr_expect_eq(e.has_interval, critical >= 0, "n %zu, alpha %g", n, alpha);
    cr_expect_eq(e.value, stats_median(walsh, k), "n %zu", n);
    cr_expect_eq(e.lo, critical >= 0 ? walsh[critical] : e.value, "n %zu, alpha %g", n, alpha);
    cr_expect_eq(e.hi, critical >= 0 ? walsh[k - 1 - (size_t)critical] : e.value, "n %zu, alpha %g", n, alpha);
}

/* The greatest W with a two-sided p of at most alpha, from the printed table. */
Test(rank_reference, signed_rank_interval_has_the_printed_critical_values)
{
    static const struct {
        size_t n;
        long ten, five, two, one; /* per cent */
    } table[] = {{1, -1, -1, -1, -1},  {4, -1, -1, -1, -1},  {5, 0, -1, -1, -1},    {6, 2, 0, -1, -1},
                 {7, 3, 2, 0, -1},     {8, 5, 3, 1, 0},      {9, 8, 5, 3, 1},       {10, 10, 8, 5, 3},
                 {15, 30, 25, 19, 15}, {20, 60, 52, 43, 37}, {25, 100, 89, 76, 68}, {50, 466, 434, 397, 373}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        expect_ends(table[i].n, .10, table[i].ten);
        expect_ends(table[i].n, .05, table[i].five);
        expect_ends(table[i].n, .02, table[i].two);
        expect_ends(table[i].n, .01, table[i].one);
    }
    expect_ends(5, 1.0 / 16, 0); /* P(W = 0) is exactly alpha / 2 = 1/32: equality counts */
}

/* At 400, the last exact one, 35566 at 95 % and 34721 at 98 % (by counting in whole numbers; normal: 35564, 34716). */
Test(rank_reference, signed_rank_interval_is_exact_up_to_400)
{
    enum { N = RANK_EXACT_MAX };
    static double d[N], walsh[N * (N + 1) / 2];
    size_t k = 0;
    struct estimate e;
    for (int i = 0; i < N; i++)
        d[i] = i * i;
    for (int i = 0; i < N; i++)
        for (int j = 0; j <= i; j++)
            walsh[k++] = (d[i] + d[j]) / 2;
    stats_sort(walsh, k);
    cr_assert_eq(rank_hodges_lehmann(d, N, .05, &e), 0);
    cr_expect(e.lo == walsh[35566] && e.hi == walsh[k - 1 - 35566]);
    cr_assert_eq(rank_hodges_lehmann(d, N, .02, &e), 0);
    cr_expect(e.lo == walsh[34721] && e.hi == walsh[k - 1 - 34721]);
}

/* n = 500: mean 62625, standard deviation sqrt(500 * 501 * 1001 / 24) = 3232.3; 62625 - 1.959964 * 3232.3 - 1/2 is
 * 56289.2. */
Test(rank_reference, signed_rank_interval_of_many_is_the_normal_one)
{
    enum { N = 500, LIMIT = 56289 };
    static double d[N], walsh[N * (N + 1) / 2];
    size_t k = 0;
    struct estimate e;
    for (int i = 0; i < N; i++)
        d[i] = i * i;
    for (int i = 0; i < N; i++)
        for (int j = 0; j <= i; j++)
            walsh[k++] = (d[i] + d[j]) / 2;
    stats_sort(walsh, k);
    cr_assert_eq(rank_hodges_lehmann(d, N, .05, &e), 0);
    cr_expect(e.has_interval);
    cr_expect_eq(e.lo, walsh[LIMIT]);
    cr_expect_eq(e.hi, walsh[k - 1 - LIMIT]);
    cr_expect_eq(e.value, stats_median(walsh, k));
}

/* --- sign flips --------------------------------------------------------------------------------------------------- */

/* By hand: of the eight sums of +-1 +-2 +-4 only +-7 are as far out as 7; of |1 + 2 - 4| = 1 all are. */
Test(rank_reference, sign_flips_by_hand)
{
    cr_expect_eq(rank_sign_flip_p((double[]){1, 2, 4, NAN}, 3, 0, 0), .25);
    cr_expect_eq(rank_sign_flip_p((double[]){1, 2, -4}, 3, 0, 0), 1);
    cr_expect_eq(rank_sign_flip_p((double[]){-1, 2, 4}, 3, 0, 0), .5);
    cr_expect_eq(rank_sign_flip_p((double[]){3}, 1, 0, 0), 1);
    cr_expect_eq(rank_sign_flip_p(NULL, 0, 0, 0), 1);
    cr_expect(isnan(rank_sign_flip_p((double[]){NAN, 1}, 2, 9, 0)));
    cr_expect(isnan(rank_sign_flip_p((double[]){1, INFINITY}, 2, 9, 0)));
}

/* .1 + .2 - .3 is not 0 in binary. Added to .05, in whatever order, it is the least that any signs give: p is 1. */
Test(rank_reference, sums_in_another_order_are_the_same)
{
    for (double unit = 1e-15; unit < 1e12; unit *= 1e3) {
        double d[] = {.1 * unit, .2 * unit, -.3 * unit, .05 * unit}, e[] = {unit, 2 * unit, 4 * unit};
        cr_expect_eq(rank_sign_flip_p(d, 4, 0, 0), 1, "%g", unit);
        cr_expect_eq(rank_sign_flip_p(e, 3, 0, 0), .25, "%g: but not all numbers are the same", unit);
    }
}

static double sum_of(const double *d, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += d[i];
    return sum;
}

/* All signs up to 20, samples beyond: without a sample there is only the observed one left. */
Test(rank_reference, sign_flips_are_sampled_beyond_twenty)
{
    double d[151] = {[150] = NAN}; /* is no part of it */
    for (int i = 0; i < 150; i++)
        d[i] = 1 + wave(i, 3, 5, 17);
    cr_expect_eq(rank_sign_flip_p(d, 20, 0, 0), ldexp(1, -19));
    cr_expect_eq(rank_sign_flip_p(d, 21, 0, 0), 1);
    /* The promise of one stream: sign i of a sample is bit i % 64 of a number for every 64 values. */
    for (int i = 0; i < 150; i++)
        d[i] *= i % 7 < 4 ? 1 : -1;
    double sum = sum_of(d, 150);
    struct rng rng = {123};
    unsigned hits = 0;
    for (int s = 0; s < 2000; s++) {
        uint64_t bits[3] = {rng_next(&rng), rng_next(&rng), rng_next(&rng)};
        double flipped = 0;
        for (int i = 0; i < 150; i++)
            flipped += bits[i / 64] >> i % 64 & 1 ? -d[i] : d[i];
        hits += fabs(flipped) >= fabs(sum) - 1e-9;
    }
    for (uint64_t seed = 0; seed < 20; seed++) { /* one sample is one, of whichever 21 values */
        double one = 0;
        uint64_t bits = rng_next(&(struct rng){seed});
        for (int i = 0; i < 21; i++)
            one += bits >> i & 1 ? -d[i] : d[i];
        cr_expect_eq(rank_sign_flip_p(d, 21, 1, seed), fabs(one) >= fabs(sum_of(d, 21)) - 1e-9 ? 1 : .5);
    }
    cr_expect(hits > 20 && hits < 1980, "%u", hits);
    cr_expect_float_eq(rank_sign_flip_p(d, 150, 2000, 123), (hits + 1) / 2001., 1e-15);
}

/* --- two samples ---------------------------------------------------------------------------------------------------
 */

static void two_sides(double *a, double *b, bool tied)
{
    for (int i = 1; i <= SIDE; i++) {
        a[i - 1] = wave(i, 7, 13, 101) + .001 * i;
        b[i - 1] = wave(i, 5, 17, 103) + 8 + .0007 * i;
        if (tied) {
            a[i - 1] = floor(a[i - 1] / 10);
            b[i - 1] = floor(b[i - 1] / 10);
        }
    }
}

static void expect_u(const double *a, size_t na, const double *b, size_t nb, double u, double p, bool exact)
{
    struct mann_whitney r;
    cr_assert_eq(rank_mann_whitney(a, na, b, nb, &r), 0);
    cr_expect_eq(r.u, u, "%zu + %zu: %g", na, nb, r.u);
    cr_expect_float_eq(r.p, p, 1e-13, "%zu + %zu", na, nb);
    cr_expect_eq(r.exact, exact, "%zu + %zu", na, nb);
    cr_assert_eq(rank_mann_whitney(b, nb, a, na, &r), 0);
    cr_expect_eq(r.u, (double)(na * nb) - u);
    cr_expect_float_eq(r.p, p, 1e-13, "%zu + %zu, swapped", nb, na);
}

Test(rank_reference, mann_whitney_test)
{
    double a[SIDE], b[SIDE];
    two_sides(a, b, false);
    expect_u(a, 9, b, 3, 19, .37272727272727268, true);
    expect_u(a, 25, b, 25, 450, .0070637265600153789, true);
    expect_u(a, 25, b, 26, 452, .017146930406431646, false);
    two_sides(a, b, true);
    expect_u(a, 25, b, 26, 459.5, .011046013575503125, false);
    expect_u(a, 12, b, 7, 56.5, .23320710270837708, false);
    double level[] = {1, 3}, between[] = {2};
    expect_u(level, 2, between, 1, 1, 1, true);
    level[1] = 2;
    expect_u(level, 2, between, 1, 1.5, 1, false); /* U is less than its step of one from the middle */
}

/* The greatest U with a two-sided p of at most 5 %, from the printed table; -1: none. */
Test(rank_reference, shift_interval_has_the_printed_critical_values)
{
    static const int table[][3] = {{3, 5, 0},    {3, 4, -1},  {4, 4, 0},    {4, 5, 1},     {5, 5, 2},
                                   {5, 8, 6},    {6, 6, 5},   {2, 8, 0},    {2, 7, -1},    {7, 9, 12},
                                   {10, 10, 23}, {8, 15, 29}, {15, 15, 64}, {20, 20, 127}, {1, 20, -1}};
    for (size_t t = 0; t < sizeof table / sizeof *table; t++) {
        size_t na = (size_t)table[t][0], nb = (size_t)table[t][1], k = 0;
        double a[20], b[20], differences[400];
        struct estimate e;
        for (size_t i = 0; i < na; i++)
            a[i] = (double)(i * i * 31);
        for (size_t j = 0; j < nb; j++)
            b[j] = (double)(j * j * j) + .5;
        for (size_t i = 0; i < na; i++)
            for (size_t j = 0; j < nb; j++)
                differences[k++] = b[j] - a[i];
        stats_sort(differences, k);
        long u = table[t][2];
        cr_assert_eq(rank_shift(a, na, b, nb, .05, &e), 0);
        cr_expect_eq(e.has_interval, u >= 0, "%zu + %zu", na, nb);
        cr_expect_eq(e.n, na < nb ? na : nb);
        cr_expect_eq(e.value, stats_median(differences, k));
        cr_expect_eq(e.lo, u >= 0 ? differences[u] : e.value, "%zu + %zu", na, nb);
        cr_expect_eq(e.hi, u >= 0 ? differences[k - 1 - (size_t)u] : e.value, "%zu + %zu", na, nb);
    }
}

/* An exact tail that equals alpha / 2 counts, rounding or not: 1/70 with 4 + 4. And up to 50 values in all
 * it is exact: 25 + 25 leave out 211 (by counting in whole numbers), where the normal one would leave out 210. */
Test(rank_reference, shift_interval_is_exact_up_to_fifty)
{
    double a[SIDE], b[SIDE], differences[25 * 25];
    size_t k = 0;
    struct estimate e;
    two_sides(a, b, false);
    cr_assert_eq(rank_shift(a, 4, b, 4, 2. / 70, &e), 0);
    cr_expect(e.has_interval);
    cr_assert_eq(rank_shift(a, 4, b, 4, 1.99 / 70, &e), 0);
    cr_expect(!e.has_interval && e.lo == e.value && e.hi == e.value);
    for (int i = 0; i < 25; i++)
        for (int j = 0; j < 25; j++)
            differences[k++] = b[j] - a[i];
    stats_sort(differences, k);
    cr_assert_eq(rank_shift(a, 25, b, 25, .05, &e), 0);
    cr_expect(e.lo == differences[211] && e.hi == differences[k - 1 - 211]);
}

/* 25 + 26: mean 325, standard deviation sqrt(25 * 26 * 52 / 12) = 53.07; 325 - 1.959964 * 53.07 - 1/2 is 220.48. At 90
 * % it is 325 - 1.644854 * 53.07 - 1/2 = 237.2. */
Test(rank_reference, shift_interval_of_many_is_the_normal_one)
{
    double a[SIDE], b[SIDE], differences[25 * SIDE];
    size_t k = 0;
    struct estimate e;
    two_sides(a, b, false);
    for (int i = 0; i < 25; i++)
        for (int j = 0; j < SIDE; j++)
            differences[k++] = b[j] - a[i];
    stats_sort(differences, k);
    cr_assert_eq(rank_shift(a, 25, b, SIDE, .05, &e), 0);
    cr_expect(e.has_interval && e.n == 25);
    cr_expect_eq(e.value, stats_median(differences, k));
    cr_expect_eq(e.lo, differences[220]);
    cr_expect_eq(e.hi, differences[k - 1 - 220]);
    cr_assert_eq(rank_shift(a, 25, b, SIDE, .1, &e), 0);
    cr_expect_eq(e.lo, differences[237]);
    cr_expect_eq(e.hi, differences[k - 1 - 237]);
}

Test(rank_reference, what_has_no_answer_is_refused)
{
    static double many[RANK_SAMPLE_MAX + 1];
    static const double good[] = {1, 2, 3}, bad[3][3] = {{NAN, 2, 3}, {1, INFINITY, 3}, {1, 2, -INFINITY}};
    struct mann_whitney r;
    struct estimate e;
    const struct {
        const double *a;
        size_t na;
        const double *b;
        size_t nb;
        int rc;
    } cases[] = {{good, 0, good, 3, -EINVAL},
                 {good, 3, good, 0, -EINVAL},
                 {bad[0], 3, good, 3, -EINVAL},
                 {good, 3, bad[1], 3, -EINVAL},
                 {bad[2], 3, good, 3, -EINVAL},
                 {good, 3, bad[2], 3, -EINVAL},
                 {bad[2], 2, bad[2], 2, 0}, /* what lies beyond is not looked at */
                 {many, RANK_SAMPLE_MAX, good, 1, 0},
                 {good, 1, many, RANK_SAMPLE_MAX, 0},
                 {many, RANK_SAMPLE_MAX + 1, good, 1, -EINVAL},
                 {good, 1, many, RANK_SAMPLE_MAX + 1, -EINVAL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(rank_mann_whitney(cases[i].a, cases[i].na, cases[i].b, cases[i].nb, &r), cases[i].rc, "%zu", i);
        cr_expect_eq(rank_shift(cases[i].a, cases[i].na, cases[i].b, cases[i].nb, .05, &e), cases[i].rc, "%zu", i);
        cr_expect(isnan(e.value) == (cases[i].rc != 0) && isnan(r.p) == (cases[i].rc != 0), "%zu", i);
    }
    cr_expect_eq(rank_hodges_lehmann(many, RANK_SAMPLE_MAX + 1, .05, &e), -EINVAL);
    cr_expect_eq(rank_hodges_lehmann(bad[0], 3, .05, &e), -EINVAL);
    cr_expect(isnan(e.value) && isnan(e.lo) && isnan(e.hi));
}

/* --- agreement -----------------------------------------------------------------------------------------------------
 */

Test(rank_reference, agreement_with_ties)
{
    double a[SIDE], b[SIDE];
    two_sides(a, b, true);
    cr_expect_float_eq(rank_kendall_tau(a, b, 20), -.19772789470967506, 1e-14);
    cr_expect_float_eq(rank_cliff_delta(a, 25, b, 26), -.41384615384615386, 1e-14);
    two_sides(a, b, false);
    cr_expect_float_eq(rank_kendall_tau(a, b, 20), -.14736842105263159, 1e-14);
    cr_expect(isnan(rank_kendall_tau(a, (double[]){1, 1, 1}, 3)) && isnan(rank_kendall_tau(a, b, 1)));
    cr_expect(isnan(rank_cliff_delta(a, 3, b, 0)));
    cr_expect_eq(rank_cliff_delta((double[]){1, 2}, 2, (double[]){2}, 1), -.5);
}
