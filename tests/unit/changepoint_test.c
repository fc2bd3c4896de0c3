/* SPDX-License-Identifier: Apache-2.0 */
/* Levels of a series, where the answer is plain to see. The golden series and the comparison with trying every
 * partition are in robust_test.c. */
#include "quintet_criterion.h"

#include "measure/changepoint.h"
#include "measure/rng.h"

#include <errno.h>
#include <math.h>
#include <string.h>

TestSuite(changepoint, .timeout = 30);

enum { LONG = 600 };

/* Levels of noise -+1 %, each from its start to the next one's; the last start is the length. */
static void levels(double *x, const double *level, const size_t *start, size_t n)
{
    struct rng rng = {3};
    for (size_t l = 0; l < n; l++)
        for (size_t i = start[l]; i < start[l + 1]; i++)
            x[i] = level[l] * (1 + .02 * (rng_unit(&rng) - .5));
}

/* --- positions ------------------------------------------------------------------------------------------------------
 */

Test(changepoint, every_level_begins_where_it_begins)
{
    double x[LONG], cost;
    size_t points[LONG / 2], count;
    static const size_t start[] = {0, 30, 62, 100, 161, 300, 560, 600};
    levels(x, (const double[]){5, 9, 3, 12, 2, 7, 1}, start, 7);
    cr_assert_eq(changepoint_find(x, LONG, 1e-12, points, &count, &cost), 0);
    cr_assert_eq(count, 6u);
    for (size_t i = 0; i < 6; i++)
        cr_expect_eq(points[i], start[i + 1], "%zu", i);
    /* The cost is that of its segments: k (ln 2 pi + ln variance + 1) each, and 15 ln n for every change. */
    double want = 6 * 15 * log(LONG);
    for (size_t s = 0; s < 7; s++) {
        double mean = 0, variance = 0, k = (double)(start[s + 1] - start[s]);
        for (size_t i = start[s]; i < start[s + 1]; i++)
            mean += x[i] / k;
        for (size_t i = start[s]; i < start[s + 1]; i++)
            variance += pow(x[i] - mean, 2) / k;
        want += k * (log(2 * M_PI) + log(variance) + 1);
    }
    cr_expect_float_eq(cost, want, 1e-6);
    cr_assert_eq(changepoint_find(x, LONG, 1e-12, points, &count, NULL), 0);
    cr_expect_eq(count, 6u);
}

/* Far from 0 the sums of squares would have no digit left, were they not taken about the first value. */
Test(changepoint, a_series_far_from_zero_has_the_same_levels)
{
    double x[60];
    size_t points[30], count;
    levels(x, (const double[]){5, 9, 3}, (const size_t[]){0, 20, 45, 60}, 3);
    for (int i = 0; i < 60; i++)
        x[i] += 1e9;
    cr_assert_eq(changepoint_find(x, 60, 1e-12, points, &count, NULL), 0);
    cr_assert_eq(count, 2u);
    cr_expect(points[0] == 20 && points[1] == 45);
}

/* By hand: 4 values that change once cost 4 (ln 2 pi + ln floor + 1) + 15 ln 4; as one segment its variance is 1/4. The
 * change pays off below a floor of exp(-15 ln 4 / 4) / 4 = 2^-9.5. */
Test(changepoint, the_floor_decides_what_a_step_is_worth)
{
    static const double x[] = {0, 0, 1, 1};
    size_t points[2], count;
    double cost;
    cr_assert_eq(changepoint_find(x, 4, ldexp(1, -10), points, &count, &cost), 0);
    cr_assert_eq(count, 1u);
    cr_expect_eq(points[0], 2u);
    cr_expect_float_eq(cost, 4 * (log(2 * M_PI) - 10 * log(2) + 1) + 15 * log(4), 1e-10);
    cr_assert_eq(changepoint_find(x, 4, ldexp(1, -9), points, &count, &cost), 0);
    cr_expect_eq(count, 0u);
    cr_expect_float_eq(cost, 4 * (log(2 * M_PI) - 2 * log(2) + 1), 1e-10);
    cr_assert_eq(changepoint_find(x, 4, 4, points, &count, &cost), 0);
    cr_expect_float_eq(cost, 4 * (log(2 * M_PI) + 2 * log(2) + 1), 1e-10);
}

/* The greatest length, with a step every 128 values. */
Test(changepoint, the_longest_series)
{
    static double x[CHANGEPOINT_MAX];
    static size_t points[CHANGEPOINT_MAX / 2];
    size_t count;
    struct rng rng = {1};
    for (size_t i = 0; i < CHANGEPOINT_MAX; i++)
        x[i] = (double)(i / 128 % 2) * 10 + rng_unit(&rng);
    cr_assert_eq(changepoint_find(x, CHANGEPOINT_MAX, 1e-12, points, &count, NULL), 0);
    cr_assert_eq(count, (size_t)CHANGEPOINT_MAX / 128 - 1);
    for (size_t i = 0; i < count; i++)
        cr_expect_eq(points[i], 128 * (i + 1));
}

Test(changepoint, what_is_no_series_is_refused)
{
    static double many[CHANGEPOINT_MAX + 1], bad[3][4] = {{NAN, 1, 2, 3}, {1, 2, INFINITY, 3}, {1, 2, 3, -INFINITY}};
    size_t points[2], count = 9, settled = 9;
    enum steady class;
    cr_expect_eq(changepoint_find(many, 3, 1, points, &count, NULL), -EINVAL);
    cr_expect_eq(count, 0u);
    cr_expect_eq(changepoint_find(many, CHANGEPOINT_MAX + 1, 1, points, &count, NULL), -EINVAL);
    cr_expect_eq(changepoint_find(many, 4, 0, points, &count, NULL), -EINVAL);
    cr_expect_eq(changepoint_find(many, 4, NAN, points, &count, NULL), -EINVAL);
    for (int i = 0; i < 3; i++)
        cr_expect_eq(changepoint_find(bad[i], 4, 1, points, &count, NULL), -EINVAL, "%d", i);
    cr_expect_eq(changepoint_classify(many, CHANGEPOINT_MAX + 1, .03, 1, &class, &settled), -EINVAL);
    cr_expect(class == STEADY_UNKNOWN && settled == 0);
    double last[200] = {[199] = -INFINITY}, first[200] = {INFINITY};
    cr_expect_eq(changepoint_classify(first, 200, .03, 1, &class, &settled), -EINVAL, "is no stall");
    cr_expect_eq(changepoint_classify(last, 200, .03, 1, &class, &settled), -EINVAL, "is no stall");
    double nan_first[] = {NAN, 1, 1, 1, 1, 1, 1, 1}, nan_last[] = {1, 1, 1, 1, 1, 1, 1, NAN};
    cr_expect_eq(changepoint_classify(nan_first, 8, .03, 1, &class, &settled), -EINVAL);
    cr_expect_eq(changepoint_classify(nan_last, 8, .03, 1, &class, &settled), -EINVAL);
    cr_expect_eq(class, STEADY_UNKNOWN);
    cr_assert_eq(changepoint_classify(nan_last, 7, .03, 1, &class, &settled), 0);
    cr_expect_eq(class, STEADY_UNKNOWN);
}

/* --- classes --------------------------------------------------------------------------------------------------------
 */

static void expect_class(const double *x, size_t n, double margin, enum steady want, size_t where, const char *what)
{
    enum steady class;
    size_t settled = 12345;
    cr_assert_eq(changepoint_classify(x, n, margin, 1e-12, &class, &settled), 0);
    cr_expect_str_eq(steady_name(class), steady_name(want), "%s", what);
    cr_expect_eq(settled, where, "%s: settled at %zu", what, settled);
}

Test(changepoint, names)
{
    static const char *const names[] = {"flat", "warm_up", "slowdown", "no_steady_state", "unknown"};
    for (int i = 0; i < STEADY_COUNT; i++)
        cr_expect_str_eq(steady_name((enum steady)i), names[i]);
}

/* Eight values are the least; a level must be reached before the final quarter, and its first value may be the first of
 * that quarter. */
Test(changepoint, the_final_quarter_decides)
{
    expect_class((const double[]){9, 9, 9, 9, 1, 1, 1, 1}, 8, .03, STEADY_WARM_UP, 4, "from the middle on");
    expect_class((const double[]){9, 9, 9, 9, 9, 9, 1, 1}, 8, .03, STEADY_WARM_UP, 6, "two of eight");
    expect_class((const double[]){1, 1, 1, 1, 1, 1, 9, 9}, 8, .03, STEADY_SLOWDOWN, 6, "slower in two of eight");
    expect_class((const double[]){9, 9, 9, 9, 9, 9, 9, 1, 1}, 9, .03, STEADY_WARM_UP, 7, "two of nine");
    expect_class((const double[]){9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 1, 1}, 12, .03, STEADY_NONE, 10, "two of twelve");
    expect_class((const double[]){.02, .02, .02, .02, .01, .01, .01, .01}, 8, .03, STEADY_WARM_UP, 4, "in any unit");
    expect_class((const double[]){2, 2, 2, 2, 2, 2, 2, 2}, 8, .03, STEADY_FLAT, 0, "one level");
}

/* Noise free levels 100, 103, 100: 3 % apart are equal at a margin of 3 %, and not at 2 %. */
Test(changepoint, levels_within_the_margin_are_one)
{
    double x[128];
    for (int i = 0; i < 128; i++) /* powers of two long: means without rounding */
        x[i] = i >= 32 && i < 64 ? 103 : 100;
    expect_class(x, 128, .03, STEADY_FLAT, 0, "3 % at 3 %");
    for (int i = 0; i < 120; i++)
        x[i] = i >= 30 && i < 60 ? 103 : 100;
    expect_class(x, 120, .029, STEADY_WARM_UP, 60, "3 % at 2.9 %");
    for (int i = 0; i < 120; i++)
        x[i] = -x[i];
    expect_class(x, 120, .03, STEADY_FLAT, 0, "negative numbers have a size too");
    expect_class(x, 120, .029, STEADY_SLOWDOWN, 60, "below the last");
    /* The first of the levels that equal the last one: where it settled is where the last other one ends. */
    for (int i = 0; i < 120; i++)
        x[i] = i < 30 ? 200 : i < 70 ? 101 : 100;
    expect_class(x, 120, .03, STEADY_WARM_UP, 30, "101 and 100 are one level");
    /* A last level of 100 -+ 10 swallows what is 8 % away. */
    for (int i = 0; i < 120; i++)
        x[i] = i < 60 ? 108 : i % 2 ? 110 : 90;
    expect_class(x, 120, .03, STEADY_FLAT, 0, "within the last level's deviation");
    for (int i = 0; i < 60; i++)
        x[i] = 111;
    expect_class(x, 120, .03, STEADY_WARM_UP, 60, "beyond it");
}

/* Slow, fast, and slow again before the last level: the last change decides. */
Test(changepoint, the_last_other_level_decides)
{
    double x[LONG];
    levels(x, (const double[]){9, 2, 5}, (const size_t[]){0, 100, 300, LONG}, 3);
    expect_class(x, LONG, .03, STEADY_SLOWDOWN, 300, "9, 2, 5");
    levels(x, (const double[]){2, 9, 5}, (const size_t[]){0, 100, 300, LONG}, 3);
    expect_class(x, LONG, .03, STEADY_WARM_UP, 300, "2, 9, 5");
    levels(x, (const double[]){9, 5, 9, 5}, (const size_t[]){0, 100, 460, 500, LONG}, 4);
    expect_class(x, LONG, .03, STEADY_NONE, 500, "a relapse in the final quarter");
}

/* Two neighbouring stalls would be a level of their own; wherever they are, the median of the 200 around them steps in.
 * Ten of 200 in a window are no outliers by p90 - p10, thirty are a level. */
Test(changepoint, stalls_are_no_level)
{
    for (size_t at = 0; at + 2 <= LONG; at += at < 3 || at + 6 > LONG ? 1 : 37) {
        double x[LONG];
        levels(x, (const double[]){5}, (const size_t[]){0, LONG}, 1);
        x[at] = x[at + 1] = 50;
        expect_class(x, LONG, .03, STEADY_FLAT, 0, "two stalls");
    }
    double x[LONG];
    levels(x, (const double[]){5, 9, 5}, (const size_t[]){0, 570, 599, LONG}, 3);
    expect_class(x, LONG, .03, STEADY_NONE, 570, "thirty slow ones at the end");
}

/* The window follows: what is far outside one level's surroundings lies well within the other's. 300 values about 5 and
 * 300 about 50; stalls of 50 among the first are replaced by 5, and 5s among the second by 50. */
Test(changepoint, outliers_are_outliers_of_their_surroundings)
{
    double x[LONG];
    levels(x, (const double[]){5, 50}, (const size_t[]){0, 300, LONG}, 2);
    x[40] = x[41] = x[150] = x[151] = 50;
    x[450] = x[451] = x[560] = x[561] = 5;
    expect_class(x, LONG, .03, STEADY_SLOWDOWN, 300, "5 and 50");
}

/* Values of 9 and 11 by turns: p90 - p10 is 2, and twelve high ones make 11 the median. What is up to 3 x 2 above that
 * is a level, what is further away is not; and 200 values are around each one also at the ends of the series, where
 * twelve of a hundred would be too many. */
Test(changepoint, three_times_the_spread_is_far_outside)
{
    static const size_t places[] = {0, 1, 50, 150, 294, 400};
    for (size_t p = 0; p < sizeof places / sizeof *places; p++)
        for (int far = 0; far < 2; far++) {
            double x[LONG];
            for (size_t i = 0; i < LONG; i++)
                x[i] = i >= places[p] && i < places[p] + 12 ? (far ? 17.5 : 16.5) : i % 2 ? 11 : 9;
            expect_class(x, LONG, .2, far ? STEADY_FLAT : STEADY_WARM_UP, far ? 0 : places[p] + 12, "high");
        }
    double x[LONG];
    for (size_t i = 0; i < LONG; i++)
        x[i] = i >= LONG - 12 ? 17.5 : i % 2 ? 11 : 9;
    expect_class(x, LONG, .2, STEADY_FLAT, 0, "twelve at the end");
}
