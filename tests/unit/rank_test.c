/* SPDX-License-Identifier: Apache-2.0 */
/* Distributions and rank methods against numbers that were computed elsewhere (SciPy 1.10, by enumeration, or from the
 * papers named in the headers). */
#include "quintet_criterion.h"

#include "measure/distributions.h"
#include "measure/rank.h"
#include "measure/rng.h"

#include <errno.h>
#include <math.h>

TestSuite(rank);

/* Block i of one belongs to block i of the other. */
static const double a_g[] = {10.2, 10.4, 10.1, 10.9, 10.3, 10.2, 13.7, 10.5, 10.0, 10.6, 10.3};
static const double b_g[] = {9.7, 9.9, 9.6, 10.6, 9.9, 9.8, 12.6, 10.1, 9.9, 10.0, 9.7};
enum { N = sizeof a_g / sizeof *a_g };

static void log_ratios(double d[N])
{
    for (int i = 0; i < N; i++)
        d[i] = log(b_g[i] / a_g[i]);
}

Test(rank, normal_distribution_is_good_to_twelve_digits)
{
    cr_expect_float_eq(normal_quantile(.975), 1.959963984540054, 1e-12);
    cr_expect_float_eq(normal_quantile(.001), -3.090232306167813, 1e-12);
    cr_expect_float_eq(normal_quantile(1e-10), -6.361340902404056, 1e-10);
    cr_expect_float_eq(normal_quantile(.3), -0.5244005127080409, 1e-12);
    cr_expect_float_eq(normal_cdf(1.959963984540054), .975, 1e-13);
    cr_expect(isinf(normal_quantile(0)) && normal_quantile(0) < 0);
    cr_expect(isinf(normal_quantile(1)) && normal_quantile(1) > 0);
    cr_expect(isnan(normal_quantile(-.1)) && isnan(normal_quantile(NAN)));
    for (double p = 0.0005; p < 1; p += 0.0005)
        cr_expect_float_eq(normal_cdf(normal_quantile(p)), p, 1e-13, "%g", p);
}

Test(rank, student_and_beta_are_good_to_eleven_digits)
{
    cr_expect_float_eq(student_t_quantile(.975, 4), 2.7764451051977987, 1e-11);
    cr_expect_float_eq(student_t_quantile(.975, 10), 2.228138851986274, 1e-12);
    cr_expect_float_eq(student_t_quantile(.6, 3), 0.2766706623326894, 1e-12);
    cr_expect_float_eq(student_t_quantile(.025, 4), -2.7764451051977987, 1e-11);
    cr_expect_float_eq(student_t_cdf(2, 7), 0.9571903357185121, 1e-12);
    cr_expect_float_eq(student_t_two_sided_p(2, 7), 2 * (1 - 0.9571903357185121), 1e-12);
    cr_expect_float_eq(student_t_two_sided_p(0, 8), 1, 1e-12);
    cr_expect_eq(student_t_two_sided_p(INFINITY, 8), 0);
    cr_expect_float_eq(beta_incomplete(.4, 2, 3), .5248, 1e-12);
    cr_expect_eq(beta_incomplete(0, 2, 3), 0);
    cr_expect_eq(beta_incomplete(1, 2, 3), 1);
    cr_expect(isnan(beta_incomplete(NAN, 2, 3)));
}

Test(rank, hodges_lehmann_of_the_golden_vectors)
{
    double d[N];
    struct estimate e;
    log_ratios(d);
    cr_assert_eq(rank_hodges_lehmann(d, N, .05, &e), 0);
    cr_expect(e.has_interval);
    cr_expect_float_eq(exp(e.value), 0.9557204922, 1e-10);
    cr_expect_float_eq(exp(e.lo), 0.9425715392, 1e-10);
    cr_expect_float_eq(exp(e.hi), 0.9668045121, 1e-10);
}

Test(rank, hodges_lehmann_says_when_there_is_no_interval)
{
    struct estimate e;
    const double five[] = {1, 2, 3, 4, 5}, bad[] = {1, NAN, 2};
    cr_assert_eq(rank_hodges_lehmann(five, 5, .05, &e), 0);
    cr_expect(!e.has_interval);
    cr_expect_float_eq(e.value, 3, 1e-15);
    const double six[] = {1, 2, 3, 4, 5, 6};
    cr_assert_eq(rank_hodges_lehmann(six, 6, .05, &e), 0);
    cr_expect(e.has_interval);
    cr_expect_eq(e.lo, 1);
    cr_expect_eq(e.hi, 6);
    cr_expect_eq(rank_hodges_lehmann(bad, 3, .05, &e), -EINVAL);
    cr_expect_eq(rank_hodges_lehmann(NULL, 0, .05, &e), -EINVAL);
}

Test(rank, signed_rank_test_is_exact)
{
    double d[N];
    log_ratios(d);
    cr_expect_float_eq(rank_wilcoxon_p(d, N), .0009765625, 1e-15);
    const double tied[] = {1.5, -.5, 2, .5, 3, -1, 2.5, 0, 1}; /* with ties and a zero: by enumeration of 2^8 */
    cr_expect_float_eq(rank_wilcoxon_p(tied, 9), .0859375, 1e-14);
    const double zeros[] = {0, 0, 0};
    cr_expect_eq(rank_wilcoxon_p(zeros, 3), 1);
    cr_expect_eq(rank_wilcoxon_p(NULL, 0), 1);
    const double bad[] = {1, INFINITY};
    cr_expect(isnan(rank_wilcoxon_p(bad, 2)));
}

/* The normal approximation that takes over beyond RANK_EXACT_MAX meets the exact one there. */
Test(rank, signed_rank_approximation_joins_the_exact_one)
{
    static double d[RANK_EXACT_MAX + 1];
    struct rng rng = {11};
    for (int i = 0; i <= RANK_EXACT_MAX; i++)
        d[i] = rng_unit(&rng) - .475;
    double exact = rank_wilcoxon_p(d, RANK_EXACT_MAX), near = rank_wilcoxon_p(d, RANK_EXACT_MAX + 1);
    cr_expect(exact > .0005 && exact < .5, "%g", exact);
    cr_expect_float_eq(near / exact, 1, .2, "%g against %g", near, exact);
}

Test(rank, sign_flips_all_and_sampled)
{
    double d[N];
    log_ratios(d);
    cr_expect_float_eq(rank_sign_flip_p(d, N, 0, 0), .0009765625, 1e-15);
    double many[24], all_p;
    for (int i = 0; i < 24; i++)
        many[i] = i % 3 ? 1 + i : -1 - i;
    all_p = rank_sign_flip_p(many, 20, 0, 0);
    cr_expect(all_p > .1 && all_p < .6);
    cr_expect_float_eq(rank_sign_flip_p(many, 24, 20000, 5), rank_wilcoxon_p(many, 24), .1);
    double sure[24];
    for (int i = 0; i < 24; i++)
        sure[i] = 1;
    cr_expect_float_eq(rank_sign_flip_p(sure, 24, 999, 5), 1.0 / 1000, 1e-15); /* never 0 */
}

Test(rank, mann_whitney_exact_and_with_ties)
{
    static const double x[] = {1.1, 3.3, 5.2, 7.9}, y[] = {2.2, 4.1, 6.8, 8.3, 9.9};
    struct mann_whitney r;
    cr_assert_eq(rank_mann_whitney(x, 4, y, 5, &r), 0);
    cr_expect(r.exact);
    cr_expect_float_eq(fmin(r.u, 20 - r.u), 6, 0);
    cr_expect_float_eq(r.p, .4126984127, 1e-10);
    static const double low[] = {1, 2, 3, 4, 5}, high[] = {6, 7, 8, 9, 10};
    cr_assert_eq(rank_mann_whitney(low, 5, high, 5, &r), 0);
    cr_expect_float_eq(r.p, .0079365079, 1e-10);
    cr_assert_eq(rank_mann_whitney(a_g, N, b_g, N, &r), 0);
    cr_expect(!r.exact);
    cr_expect_float_eq(r.p, .0092919410, 1e-10);
    static const double same[] = {2, 2, 2};
    cr_assert_eq(rank_mann_whitney(same, 3, same, 3, &r), 0);
    cr_expect_eq(r.p, 1);
    cr_expect_eq(rank_mann_whitney(same, 0, same, 3, &r), -EINVAL);
}

Test(rank, shift_between_two_samples)
{
    static const double x[] = {1.1, 3.3, 5.2, 7.9}, y[] = {2.2, 4.1, 6.8, 8.3, 9.9};
    struct estimate e;
    cr_assert_eq(rank_shift(x, 4, y, 5, .05, &e), 0);
    cr_expect_float_eq(e.value, 1.8, 1e-12);
    cr_expect(e.has_interval);
    cr_expect(e.lo < 0 && e.hi > 0);
    cr_assert_eq(rank_shift(x, 3, y, 3, .05, &e), 0);
    cr_expect(!e.has_interval); /* 3 + 3: the smallest two-sided p is 0.1 */
}

/* 95 % means 95 %: the interval holds the true shift as often as it says, for samples of any shape. */
Test(rank, shift_interval_covers_as_often_as_it_says)
{
    struct rng rng = {3};
    int held = 0;
    enum { ROUNDS = 2000 };
    for (int i = 0; i < ROUNDS; i++) {
        double x[9], y[12];
        struct estimate e;
        for (int k = 0; k < 9; k++)
            x[k] = -log(1 - rng_unit(&rng));
        for (int k = 0; k < 12; k++)
            y[k] = -log(1 - rng_unit(&rng)) + .3;
        cr_assert_eq(rank_shift(x, 9, y, 12, .05, &e), 0);
        held += e.lo <= .3 && e.hi >= .3;
    }
    cr_expect(held > .94 * ROUNDS && held < .975 * ROUNDS, "%d of %d", held, ROUNDS);
}

Test(rank, agreement)
{
    static const double up[] = {1, 2, 3, 4, 5, 6}, swapped[] = {2, 1, 4, 3, 6, 5}, down[] = {6, 5, 4, 3, 2, 1};
    static const double tied_x[] = {1, 2, 2, 4}, tied_y[] = {1, 3, 2, 2}, flat[] = {1, 1, 1, 1};
    cr_expect_float_eq(rank_kendall_tau(up, swapped, 6), .6, 1e-15);
    cr_expect_float_eq(rank_kendall_tau(up, up, 6), 1, 1e-15);
    cr_expect_float_eq(rank_kendall_tau(up, down, 6), -1, 1e-15);
    cr_expect_float_eq(rank_kendall_tau(tied_x, tied_y, 4), .4, 1e-15);
    cr_expect(isnan(rank_kendall_tau(flat, tied_y, 4)));
    cr_expect_float_eq(rank_cliff_delta(a_g, N, b_g, N), .6611570248, 1e-10);
    cr_expect(isnan(rank_cliff_delta(a_g, 0, b_g, N)));
}
