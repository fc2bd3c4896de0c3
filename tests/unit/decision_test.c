/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The procedure behind every verdict, put to the test as a whole on noise whose truth is known: does the interval hold
 * the truth as often as it says, how often does a report of nothing but noise raise an alarm, and what does it find?
 *
 * QUINTET_ROUNDS=N multiplies the number of simulated runs (default 1: some seconds).
 */
#include "quintet_criterion.h"

#include "measure/decision.h"
#include "measure/rng.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

TestSuite(decision, .timeout = 60);

enum noise { NORMAL, LOGNORMAL, BIMODAL, DRIFTING, NOISES };
static const char *const noise_names[NOISES] = {"normal", "lognormal", "bimodal", "drifting"};

static unsigned rounds(unsigned base)
{
    const char *factor = getenv("QUINTET_ROUNDS");
    return base * (factor ? (unsigned)atoi(factor) : 1);
}

static double gauss(struct rng *rng)
{
    double u = 1 - rng_unit(rng), v = rng_unit(rng);
    return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

/* One trial's number, true value 1, noise of about `sd`; `level` is what drifts from trial to trial. */
static double trial(struct rng *rng, enum noise noise, double sd, double *level)
{
    switch (noise) {
    case NORMAL:
        return 1 + sd * gauss(rng);
    case LOGNORMAL: /* a long tail: the square of the log's noise */
        return exp(sd * gauss(rng) + (rng_unit(rng) < .05 ? 5 * sd * rng_unit(rng) : 0));
    case BIMODAL: /* three in ten land in another layout of memory */
        return (rng_unit(rng) < .3 ? 1.08 : 1) * (1 + sd * gauss(rng));
    default:
        *level *= 1 + .005 * gauss(rng) + .001; /* random walk and trend */
        return *level * (1 + sd * gauss(rng));
    }
}

/* Two strategies over n blocks, in random order inside each; b is `effect` times a. */
static void blocks(struct rng *rng, enum noise noise, double sd, double effect, double *a, double *b, size_t n)
{
    double level = 1;
    for (size_t i = 0; i < n; i++) {
        bool swap = rng_next(rng) & 1;
        double first = trial(rng, noise, sd, &level), second = trial(rng, noise, sd, &level);
        a[i] = swap ? second : first;
        b[i] = (swap ? first : second) * effect;
    }
}

/* 95 % by name; what the ranks of n blocks make of it is between 95.7 and 96.2 % (9: 96.1, 12: 96.1, 20: 95.9). */
Test(decision, the_interval_covers_as_often_as_it_says)
{
    static const size_t sizes[] = {9, 12, 20};
    const unsigned n_rounds = rounds(6000);
    for (int noise = 0; noise < NOISES; noise++)
        for (int s = 0; s < 3; s++) {
            struct rng rng = {(uint64_t)(100 * noise + s)};
            unsigned held = 0;
            for (unsigned r = 0; r < n_rounds; r++) {
                double a[20], b[20];
                blocks(&rng, (enum noise)noise, .02, 1.1, a, b, sizes[s]);
                struct claim c = decision_compare(a, b, sizes[s], .03, true);
                held += c.ratio.lo <= 1.1 && c.ratio.hi >= 1.1;
            }
            double share = 100.0 * held / n_rounds;
            cr_expect(share >= 93.5 + 1.2 && share <= 96.5 + .7, "%s, %zu blocks: %.2f %%", noise_names[noise],
                      sizes[s], share);
        }
}

/* A report of 30 comparisons of equals: at most one in twenty reports says anything at all. */
Test(decision, a_whole_report_of_nothing_raises_few_alarms)
{
    enum { CLAIMS = 30 };
    const unsigned n_rounds = rounds(600);
    for (int noise = 0; noise < NOISES; noise++) {
        struct rng rng = {(uint64_t)(7 + noise)};
        unsigned alarms = 0;
        for (unsigned r = 0; r < n_rounds; r++) {
            struct claim claims[CLAIMS], *list[CLAIMS];
            bool alarm = false;
            for (int i = 0; i < CLAIMS; i++) {
                double a[9], b[9];
                blocks(&rng, (enum noise)noise, .05, 1, a, b, 9);
                claims[i] = decision_compare(a, b, 9, .03, true);
                list[i] = &claims[i];
            }
            cr_assert_eq(decision_correct(list, CLAIMS), CLAIMS);
            for (int i = 0; i < CLAIMS; i++)
                alarm |= claims[i].verdict == VERDICT_FASTER || claims[i].verdict == VERDICT_SLOWER;
            alarms += alarm;
        }
        double chance = 3 * sqrt(.05 * .95 / n_rounds); /* what so few simulated reports can deviate by */
        cr_expect(alarms <= (.05 + chance) * n_rounds, "%s: %u of %u reports", noise_names[noise], alarms, n_rounds);
    }
}

/* +5 % at 2 % noise in 9 blocks: found in nine runs of ten; -5 % likewise, on the other side. */
Test(decision, five_per_cent_is_found)
{
    const unsigned n_rounds = rounds(6000);
    unsigned up = 0, down = 0, wrong = 0;
    struct rng rng = {5};
    for (unsigned r = 0; r < n_rounds; r++) {
        double a[9], b[9];
        blocks(&rng, NORMAL, .02, 1.05, a, b, 9);
        struct claim c = decision_compare(a, b, 9, .03, true), *one = &c;
        cr_assert_eq(decision_correct(&one, 1), 1);
        up += c.verdict == VERDICT_FASTER;
        wrong += c.verdict == VERDICT_SLOWER;
        c = decision_compare(b, a, 9, .03, true);
        cr_assert_eq(decision_correct(&one, 1), 1);
        down += c.verdict == VERDICT_SLOWER;
    }
    cr_expect(up >= .9 * n_rounds, "%u of %u", up, n_rounds);
    cr_expect_eq(down, up, "%u, %u", down, up);
    cr_expect_eq(wrong, 0u);
}

/* The power that the MDE promises (80 %) is the power of the t test that it is made from. */
/* scipy.stats.t: (t(1 - .04/2/m, n-1) + t(.8, n-1)) / (t(.975, n-1) + t(.8, n-1)) */
Test(decision, a_family_takes_a_greater_effect)
{
    cr_expect_float_eq(decision_family_factor(200, 9), 2.29456, 1e-4);
    cr_expect_float_eq(decision_family_factor(30, 20), 1.56343, 1e-4);
    cr_expect_eq(decision_family_factor(1, 9), 1);
    cr_expect(isnan(decision_family_factor(5, 1)));
}

Test(decision, the_detectable_effect_is_detected)
{
    cr_expect_float_eq(decision_detectable(.02, 12), exp(.01776) - 1, 1e-4); /* golden: 1.776 % */
    const unsigned n_rounds = rounds(4000);
    unsigned found = 0;
    struct rng rng = {8};
    double effect = 1 + decision_detectable(.02 * M_SQRT2, 12);
    for (unsigned r = 0; r < n_rounds; r++) {
        double a[12], b[12];
        blocks(&rng, NORMAL, .02, effect, a, b, 12);
        found += decision_compare(a, b, 12, .001, true).p <= .05;
    }
    cr_expect(found > .77 * n_rounds && found < .84 * n_rounds, "%u of %u", found, n_rounds);
    cr_expect(isnan(decision_detectable(.02, 1)));
}

Test(decision, two_runs_are_compared_without_pairing)
{
    double a[9], b[12];
    struct claim c;
    struct rng rng = {4};
    for (int i = 0; i < 9; i++)
        a[i] = 100 * (1 + .01 * gauss(&rng));
    for (int i = 0; i < 12; i++)
        b[i] = 120 * (1 + .01 * gauss(&rng));
    cr_assert_eq(decision_compare_unpaired(a, 9, b, 12, .03, false, &c), 0);
    cr_expect_eq(c.verdict, VERDICT_SLOWER);
    cr_expect_float_eq(c.ratio.value, 1.2, .02);
    cr_assert_eq(decision_compare_unpaired(a, 3, b, 3, .03, false, &c), 0);
    cr_expect_eq(c.verdict, VERDICT_INSUFFICIENT);
    b[0] = 0;
    cr_assert_eq(decision_compare_unpaired(a, 9, b, 12, .03, false, &c), 0);
    cr_expect_eq(c.verdict, VERDICT_INSUFFICIENT);
    for (int i = 0; i < 9; i++)
        a[i] = 7;
    cr_assert_eq(decision_compare_unpaired(a, 9, a, 9, .03, false, &c), 0);
    cr_expect_eq(c.verdict, VERDICT_EQUIVALENT); /* all equal is an answer, not an error */
}

Test(decision, what_has_no_ratio_has_no_verdict)
{
    double a[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, b[9] = {1, 2, 3, 4, 5, 6, 7, 8, 0};
    cr_expect_eq(decision_compare(a, b, 9, .03, true).verdict, VERDICT_INSUFFICIENT);
    b[8] = NAN;
    cr_expect_eq(decision_compare(a, b, 9, .03, true).verdict, VERDICT_INSUFFICIENT);
    cr_expect_eq(decision_compare(a, a, 5, .03, true).verdict, VERDICT_INSUFFICIENT);
    cr_expect_eq(decision_compare(a, a, 0, .03, true).verdict, VERDICT_INSUFFICIENT);
    struct claim same = decision_compare(a, a, 9, .03, true);
    cr_expect_eq(same.verdict, VERDICT_EQUIVALENT);
    cr_expect_eq(same.p, 1);
}

Test(decision, wide_intervals_ask_for_more_blocks)
{
    double a[9], b[9];
    struct rng rng = {12};
    blocks(&rng, NORMAL, .10, 1.01, a, b, 9);
    struct claim c = decision_compare(a, b, 9, .03, true);
    cr_expect_eq(c.verdict, VERDICT_UNDECIDED);
    cr_expect(c.blocks_needed > 20 && c.blocks_needed < 1000, "%g", c.blocks_needed);
    cr_expect(c.mde > .03);
}
