/* SPDX-License-Identifier: Apache-2.0 */
/* From stamps to a series, from a series to a class: with truths that are known. */
#include "quintet_criterion.h"

#include "measure/progress.h"
#include "measure/rng.h"

#include <errno.h>
#include <stdlib.h>

TestSuite(progress);

enum { N = 64, FROM = 1000000 };

static uint16_t series[PROGRESS_MAX];

/* One task that does a stretch of 10 ops in cost[i] ns, one after another. */
static uint64_t one_after_another(struct stretch *s, unsigned n, const double *cost)
{
    uint64_t at = FROM;
    for (unsigned i = 0; i < n; i++) {
        s[i] = (struct stretch){at, at + (uint64_t)cost[i], 10};
        at = s[i].to_ns;
    }
    return at;
}

Test(progress, an_even_pace_is_a_thousand_everywhere)
{
    struct stretch s[256];
    double cost[256];
    for (unsigned i = 0; i < 256; i++)
        cost[i] = 1e5;
    uint64_t end = one_after_another(s, 256, cost);
    cr_assert_eq(progress_series(s, 256, FROM, end, N, series), 0);
    for (unsigned i = 0; i < N; i++)
        cr_assert(series[i] >= 984 && series[i] <= 1016, "part %u: %u", i, series[i]);
}

/* Eight tasks that sleep together and wake together: ops end in bursts, and the pace is even all the same. */
Test(progress, bursts_are_no_change_of_pace)
{
    struct stretch s[8 * 100];
    for (unsigned i = 0; i < 800; i++)
        s[i] = (struct stretch){FROM + i / 8 * 1000000u, FROM + (i / 8 + 1) * 1000000u, 1};
    cr_assert_eq(progress_series(s, 800, FROM, FROM + 100000000u, progress_length(800, 8), series), 0);
    for (unsigned i = 0; i < progress_length(800, 8); i++)
        cr_assert(series[i] >= 980 && series[i] <= 1020, "part %u: %u", i, series[i]);
}

Test(progress, what_lies_outside_does_not_count)
{
    /* A fast head and a slow tail beside 100 even ones, which alone are in the window. */
    struct stretch s[102];
    double cost[100];
    for (unsigned i = 0; i < 100; i++)
        cost[i] = 1e5;
    uint64_t end = one_after_another(s, 100, cost);
    s[100] = (struct stretch){FROM - 1000, FROM, 1000000};
    s[101] = (struct stretch){end, end + 50000000, 1};
    cr_assert_eq(progress_series(s, 102, FROM, end, 50, series), 0);
    for (unsigned i = 0; i < 50; i++)
        cr_assert(series[i] >= 970 && series[i] <= 1030, "part %u: %u", i, series[i]);
    /* ... and of one that begins inside only what is inside. */
    s[0] = (struct stretch){FROM, FROM + 200000000, 40};
    cr_assert_eq(progress_series(s, 1, FROM, FROM + 100000000, 10, series), 0);
    cr_expect_eq(series[9], 1000);
}

Test(progress, a_stall_is_a_great_cost)
{
    struct stretch s[256];
    double cost[256];
    for (unsigned i = 0; i < 256; i++)
        cost[i] = i == 100 ? 4e6 : 1e5;
    uint64_t end = one_after_another(s, 256, cost);
    cr_assert_eq(progress_series(s, 256, FROM, end, N, series), 0);
    cr_expect(series[25] > 9000, "the stall's part: %u", series[25]);
    unsigned settled;
    cr_expect_eq(progress_class(series, N, .05, &settled), STEADY_FLAT, "one stall is no level");
}

static enum steady class_of(double first, double last, unsigned at, unsigned *settled)
{
    struct stretch s[256];
    double cost[256];
    struct rng rng = {5};
    for (unsigned i = 0; i < 256; i++)
        cost[i] = (i < at ? first : last) * (1 + .02 * (rng_unit(&rng) - .5));
    uint64_t end = one_after_another(s, 256, cost);
    cr_assert_eq(progress_series(s, 256, FROM, end, N, series), 0);
    return progress_class(series, N, .05, settled);
}

Test(progress, classes_are_told_apart)
{
    unsigned settled;
    cr_expect_eq(class_of(1e5, 1e5, 0, &settled), STEADY_FLAT);
    cr_expect_eq(class_of(1.5e5, 1e5, 40, &settled), STEADY_WARM_UP);
    cr_expect(settled >= 9 && settled <= 11, "settled at part %u, 10 is true", settled);
    cr_expect_eq(class_of(0.7e5, 1e5, 80, &settled), STEADY_SLOWDOWN);
    cr_expect_eq(class_of(1e5, 1.5e5, 230, &settled), STEADY_NONE);
    cr_expect_eq(class_of(1.02e5, 1e5, 128, &settled), STEADY_FLAT, "2 %% is within the margin");
}

Test(progress, white_noise_is_flat)
{
    unsigned not_flat = 0, settled;
    struct rng rng = {11};
    for (unsigned round = 0; round < 400; round++) {
        for (unsigned i = 0; i < N; i++)
            series[i] = (uint16_t)(1000 + 200 * (rng_unit(&rng) + rng_unit(&rng) - 1));
        not_flat += progress_class(series, N, .05, &settled) != STEADY_FLAT;
    }
    cr_expect(not_flat <= 8, "%u of 400 series without a change are called otherwise", not_flat);
}

/* One stretch for each part would show where the stamps are. */
Test(progress, few_stamps_have_no_class)
{
    unsigned settled;
    cr_expect_eq(progress_length(15, 1), 0u);
    cr_expect_eq(progress_length(16, 1), 8u);
    cr_expect_eq(progress_length(128, 8), 8u);
    cr_expect_eq(progress_length(100000, 8), (unsigned)PROGRESS_MAX);
    cr_expect_eq(progress_length(10, 0), 0u);
    cr_expect_eq(progress_class(series, 0, .05, &settled), STEADY_UNKNOWN);
}

Test(progress, what_cannot_be_is_refused)
{
    struct stretch s = {FROM, FROM + 10, 1}, nothing = {FROM, FROM + 10, 0};
    cr_expect_eq(progress_series(&s, 1, FROM, FROM, 8, series), -EINVAL);
    cr_expect_eq(progress_series(&s, 1, FROM, FROM + 10, 0, series), -EINVAL);
    cr_expect_eq(progress_series(&s, 1, FROM, FROM + 10, PROGRESS_MAX + 1, series), -EINVAL);
    cr_expect_eq(progress_series(&nothing, 1, FROM, FROM + 10, 8, series), -EINVAL);
    cr_expect_eq(progress_series(&s, 1, FROM + 20, FROM + 30, 8, series), -EINVAL);
    s = (struct stretch){FROM, FROM + 1000000, 1e18};
    cr_expect_eq(progress_series(&s, 1, FROM, FROM + 1000000, 8, series), 0);
    /* An op that took no time: at the edges as in the middle. */
    struct stretch three[] = {{FROM, FROM, 1}, {FROM, FROM + 100, 10}, {FROM + 100, FROM + 100, 1}};
    cr_expect_eq(progress_series(three, 3, FROM, FROM + 100, 8, series), 0);
}

/* Against the definition, with stretches anywhere: sum of the parts, and each part's ops. */
Test(progress, agrees_with_the_definition)
{
    struct rng rng = {3};
    struct stretch s[300];
    for (unsigned round = 0; round < 50; round++) {
        for (unsigned i = 0; i < 300; i++) {
            s[i].from_ns = FROM - 1000000 + rng_below(&rng, 11000000);
            s[i].to_ns = s[i].from_ns + rng_below(&rng, 2000000);
            s[i].ops = (double)rng_below(&rng, 100);
        }
        uint64_t to = FROM + 10000000;
        cr_assert_eq(progress_series(s, 300, FROM, to, 16, series), 0);
        double sum = 0, since = FROM, total = 0, ops[16] = {0};
        for (unsigned part = 0; part < 16; part++)
            sum += series[part];
        for (unsigned part = 0; part < 16; part++) {
            double until = since + 1e7 * series[part] / sum;
            for (unsigned i = 0; i < 300; i++) {
                double a = (double)s[i].from_ns, b = (double)s[i].to_ns, x = a > since ? a : since,
                       y = b < until ? b : until;
                ops[part] += b > a && y > x ? s[i].ops * (y - x) / (b - a) : 0;
            }
            total += ops[part];
            since = until;
        }
        for (unsigned part = 0; part < 16; part++)
            cr_assert(ops[part] > total / 16 * .95 && ops[part] < total / 16 * 1.05, "part %u has %.1f of %.1f ops",
                      part, ops[part], total / 16);
    }
}
