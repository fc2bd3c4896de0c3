/* SPDX-License-Identifier: Apache-2.0 */
/* Variance components and Fieller's interval: by hand, and by definition on random designs. The published examples are
 * in robust_test.c. */
#include "quintet_criterion.h"

#include "measure/components.h"
#include "measure/distributions.h"
#include "measure/rng.h"
#include "measure/robust.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

TestSuite(components);

/* Means 2 and 6, variances 2 and 8 within: 5 inside, 8 between, of which 5/2 comes from inside. */
Test(components, two_levels_by_hand)
{
    static const double x[] = {1, 3, 4, 8, NAN};
    struct components c;
    cr_assert_eq(components_of(x, 2, (const size_t[]){2, 2}, .2, &c), 0);
    cr_expect_eq(c.levels, 2u);
    cr_expect_eq(c.mean, 4);
    cr_expect(c.s2[0] == 5 && c.t2[0] == 5 && c.s2[1] == 8 && c.t2[1] == 5.5);
    /* One degree of freedom at the top: tan(pi (1/2 - alpha/2)) standard errors of sqrt(8/2). */
    cr_expect(c.interval.has_interval && c.interval.n == 2 && c.interval.value == 4);
    cr_expect_float_eq(c.interval.lo, 4 - 2 * tan(.4 * M_PI), 1e-10);
    cr_expect_float_eq(c.interval.hi, 4 + 2 * tan(.4 * M_PI), 1e-10);
    /* sqrt(c1/c0 * 5/5.5) repetitions inside; the outermost level is as often as the budget allows. */
    cr_expect_float_eq(components_repetitions(&c, (const double[]){2, 22}, 0), sqrt(10), 1e-12);
    cr_expect_eq(components_repetitions(&c, (const double[]){2, 22}, 1), 1);
    cr_expect_eq(components_repetitions(&c, (const double[]){2, 22}, 2), 1);
}

Test(components, without_a_level_of_its_own_nothing_is_repeated)
{
    const double cost[] = {1, 100, 100};
    struct components c = {.levels = 3, .t2 = {4, 0, 1}};
    cr_expect_eq(components_repetitions(&c, cost, 0), 1);
    cr_expect_eq(components_repetitions(&c, cost, 1), 1);
    c.t2[1] = -1;
    cr_expect_eq(components_repetitions(&c, cost, 0), 1);
    cr_expect_eq(components_repetitions(&c, cost, 1), 1);
    c.t2[1] = .25;
    cr_expect_eq(components_repetitions(&c, cost, 0), 40);
    cr_expect_eq(components_repetitions(&c, cost, 1), .5);
    c.levels = 2; /* the outermost is as often as the budget allows, whatever lies beyond it */
    cr_expect_eq(components_repetitions(&c, cost, 1), 1);
}

/* A design of four levels against means and variances of every group, taken one by one. */
Test(components, four_levels_by_definition)
{
    enum { R0 = 3, R1 = 2, R2 = 4, R3 = 5 };
    double x[R0 * R1 * R2 * R3], level[R0 * R1 * R2 * R3];
    static const size_t counts[] = {R0, R1, R2, R3};
    struct rng rng = {21};
    struct components c;
    size_t n = sizeof x / sizeof *x;
    for (size_t i = 0; i < n; i++)
        level[i] = x[i] = rng_unit(&rng) + (double)(i / R0 % 7) + 3 * (double)(i / (R0 * R1) % 5);
    cr_assert_eq(components_of(x, 4, counts, .05, &c), 0);
    double below = 0;
    for (int l = 0; l < 4; l++) {
        double s2 = 0;
        n /= counts[l];
        for (size_t g = 0; g < n; g++) {
            struct moments m = robust_moments(level + g * counts[l], counts[l]);
            s2 += m.variance / (double)n;
            level[g] = m.mean;
        }
        cr_expect_float_eq(c.s2[l], s2, 1e-12, "level %d", l);
        cr_expect_float_eq(c.t2[l], s2 - (l ? below / (double)counts[l - 1] : 0), 1e-12, "level %d", l);
        below = s2;
    }
    cr_expect_float_eq(c.mean, level[0], 1e-12);
    double half = student_t_quantile(.975, R3 - 1) * sqrt(below / R3);
    cr_expect_float_eq(c.interval.lo, level[0] - half, 1e-10);
    cr_expect_float_eq(c.interval.hi, level[0] + half, 1e-10);
    cr_expect_eq(c.interval.n, (size_t)R3);
}

Test(components, what_is_no_design_is_refused)
{
    static const double x[64] = {1, 2, 3, 4};
    const double bad[] = {1, NAN, 3, 4};
    struct components c;
    cr_assert_eq(components_of(x, 1, (const size_t[]){2}, .05, &c), 0);
    cr_expect(c.mean == 1.5 && c.s2[0] == .5);
    cr_expect_eq(components_of(x, 0, (const size_t[]){2}, .05, &c), -EINVAL);
    cr_expect_eq(components_of(x, 5, (const size_t[]){2, 2, 2, 2, 2}, .05, &c), -EINVAL);
    cr_expect_eq(components_of(x, 2, (const size_t[]){2, 1}, .05, &c), -EINVAL);
    cr_expect_eq(components_of(x, 2, (const size_t[]){0, 2}, .05, &c), -EINVAL);
    cr_expect_eq(components_of(x, 1, (const size_t[]){(1 << 20) + 1}, .05, &c), -EINVAL);
    cr_expect_eq(components_of(x, 3, (const size_t[]){1 << 20, 1 << 9, 2}, .05, &c), -EINVAL);
    cr_expect_eq(components_of(x, 2, (const size_t[]){1 << 20, 1 << 9}, .05, &c), -EINVAL);
    cr_expect(isnan(c.interval.value) && isnan(c.interval.lo) && isnan(c.interval.hi) && !c.interval.has_interval);
    cr_expect_eq(components_of(bad, 2, (const size_t[]){2, 2}, .05, &c), -EINVAL);
    double *most = calloc(1 << 20, sizeof *most); /* of one level so many are not too many */
    most[0] = 1 << 20;
    cr_expect_eq(components_of(most, 1, (const size_t[]){1 << 20}, .05, &c), 0);
    cr_expect_eq(c.mean, 1);
    free(most);
}

/*
 * Fieller: the ratios r for which m - r n is within sqrt(hm^2 + r^2 hn^2) of 0, so both ends solve
 * (m - r n)^2 = hm^2 + r^2 hn^2. 3 +- 1 over 2 +- 1: 3 r^2 - 12 r + 8 = 0.
 */
Test(components, ratio_by_fieller)
{
    struct estimate e;
    cr_assert_eq(components_ratio(3, 1, 2, 1, &e), 0);
    cr_expect(e.has_interval && e.n == 0);
    cr_expect_float_eq(e.value, 1.5, 1e-15);
    cr_expect_float_eq(e.lo, 2 - 2 / sqrt(3), 1e-14);
    cr_expect_float_eq(e.hi, 2 + 2 / sqrt(3), 1e-14);
    /* Without noise the ratio is itself, and a denominator whose interval touches 0 bounds nothing. */
    cr_assert_eq(components_ratio(3, 0, 2, 0, &e), 0);
    cr_expect(e.lo == 1.5 && e.hi == 1.5);
    /* ... nor does what cancels eat noise that is small: the ends are 1.5 (1 -+ sqrt(2) 1e-10). */
    cr_assert_eq(components_ratio(.3, 0, .2, 0, &e), 0);
    cr_expect_float_eq(e.value, 1.5, 1e-15);
    cr_assert_eq(components_ratio(.3, .3e-10, .2, .2e-10, &e), 0);
    cr_expect_float_eq(e.lo, 1.5 - 1.5 * sqrt(2) * 1e-10, 2e-15);
    cr_expect_float_eq(e.hi, 1.5 + 1.5 * sqrt(2) * 1e-10, 2e-15);
    cr_expect_eq(components_ratio(3, 1, 2, 2, &e), -EINVAL);
    cr_expect_eq(components_ratio(3, 1, 2, 3, &e), -EINVAL);
    cr_expect_eq(components_ratio(NAN, 1, 2, 1, &e), -EINVAL);
    cr_expect(isnan(e.value) && isnan(e.lo) && isnan(e.hi) && !e.has_interval);
}
