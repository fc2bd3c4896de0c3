/* SPDX-License-Identifier: Apache-2.0 */
/* Of a comparison: does one machine's choice of strategy hold on the other? */
#include "cli/compare_parts.h"
#include "cli/message.h"

#include "report/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_place(const struct situation *a, const struct situation *b)
{
    message_print_clean(stdout, a->label);
    printf(", K = %u", a->in_flight);
    if (a->in_flight != b->in_flight)
        printf(" | %u", b->in_flight);
}

enum who { IN_A = 1, IN_B = 2, IN_BOTH = 3 };

/* In whose best set is the strategy (by position in run A's list)? 0: in none, or without numbers on a side. */
static unsigned best_in(const struct telling *t, const struct compared_contest *c, unsigned strategy)
{
    if (!situation_shares(t->a, c->a, strategy, t->b, c->b))
        return 0;
    const char *name = t->a->strategies[strategy].name;
    return (situation_best_has(t->a, c->a, name) ? IN_A : 0) | (situation_best_has(t->b, c->b, name) ? IN_B : 0);
}

/* "; in A also pool, threads": the strategies that are best there and nowhere else, or in both. */
static void print_best(const struct telling *t, const struct compared_contest *c, enum who who, const char *heading)
{
    const char *before = heading;
    for (unsigned i = 0; i < t->a->n_strategies; i++) {
        if (best_in(t, c, i) != who)
            continue;
        printf("%s%s", before, t->a->strategies[i].name);
        before = ", ";
    }
}

/* What it costs in B to do as is best in A. */
static void print_price(const struct telling *t, const struct compared_contest *contest)
{
    const char *best_a = t->a->strategies[t->a->cells[contest->a->best].strategy].name;
    for (unsigned i = 0; i < contest->b->n_comparisons; i++) {
        const struct comparison *c = &contest->b->comparisons[i];
        char ratio[NUMBER_LEN];
        if (strcmp(t->b->strategies[t->b->cells[c->other].strategy].name, best_a) != 0)
            continue;
        printf("      in B %s has %s times the %s of %s\n", best_a, number_interval(ratio, &c->claim.ratio, UNIT_RATIO),
               t->b->workloads[contest->b->workload].headline, t->b->strategies[t->b->cells[c->best].strategy].name);
    }
}

static void print_tau(const struct compared_contest *contest)
{
    if (isfinite(contest->tau))
        printf(" (tau %.2f)", contest->tau);
    putchar('\n');
}

static void print_contest(const struct telling *t, const struct compared_contest *contest)
{
    fputs("  ", stdout);
    print_place(contest->a, contest->b);
    if (contest->ranking == RANKING_OPEN) {
        printf(": %s\n", contest->why);
    } else if (contest->is_no_choice) {
        puts(": no choice on either side, all are in the best set");
    } else if (contest->ranking == RANKING_CHANGES) {
        print_best(t, contest, IN_A, ": best in A ");
        print_best(t, contest, IN_B, ", in B ");
        print_tau(contest);
        print_price(t, contest);
    } else {
        print_best(t, contest, IN_BOTH, ": ");
        print_best(t, contest, IN_A, "; in A also ");
        print_best(t, contest, IN_B, "; in B also ");
        print_tau(contest);
    }
}

static void print_all_that(const struct telling *t, enum k_match by, enum ranking ranking, const char *heading)
{
    bool first = true;
    for (unsigned i = 0; i < t->comparison->n_rankings; i++) {
        const struct compared_contest *contest = &t->comparison->rankings[i];
        if (contest->by != by || contest->ranking != ranking)
            continue;
        if (first)
            puts(heading);
        first = false;
        print_contest(t, contest);
    }
}

/* Median of the taus of one table's contests, where there is a choice: else an order is noise. NaN without any. */
static double median_tau(const struct run_comparison *c, enum k_match by)
{
    double *taus = malloc((c->n_rankings + 1) * sizeof *taus);
    size_t n = 0;
    for (unsigned i = 0; i < c->n_rankings && taus; i++)
        if (c->rankings[i].by == by && !c->rankings[i].is_no_choice && isfinite(c->rankings[i].tau))
            taus[n++] = c->rankings[i].tau;
    double median = taus ? stats_median(taus, n) : NAN;
    free(taus);
    return median;
}

/* How often each strategy is among the best, and where. Contests without a choice say nothing of anybody. */
static void print_strategies(const struct telling *t, enum k_match by)
{
    printf("  %-24s %14s %14s %14s %14s\n", "among the best", "in both", "only in A", "only in B", "in neither");
    for (unsigned s = 0; s < t->a->n_strategies; s++) {
        unsigned count[IN_BOTH + 1] = {0}, n = 0;
        for (unsigned i = 0; i < t->comparison->n_rankings; i++) {
            const struct compared_contest *c = &t->comparison->rankings[i];
            if (c->by != by || c->ranking == RANKING_OPEN || c->is_no_choice ||
                !situation_shares(t->a, c->a, s, t->b, c->b))
                continue;
            count[best_in(t, c, s)]++;
            n++;
        }
        if (n)
            printf("  %-24s %14u %14u %14u %14u\n", t->a->strategies[s].name, count[IN_BOTH], count[IN_A], count[IN_B],
                   count[0]);
    }
}

void compare_print_rankings(const struct telling *t, enum k_match by)
{
    const struct run_comparison *c = t->comparison;
    unsigned counts[RANKING_COUNT] = {0}, n = 0;
    for (unsigned i = 0; i < c->n_rankings; i++)
        if (c->rankings[i].by == by) {
            counts[c->rankings[i].ranking]++;
            n++;
        }
    if (!n)
        return;
    printf("\nWhich strategy to use%s: in %u of %u contests one is among the best on both sides\n"
           "(the same best set in %u, in part the same in %u), in %u it changes, %u are open",
           !t->other_p     ? ""
           : by == K_EQUAL ? ", at the same K"
                           : ", at the same K per CPU (K of A | K of B)",
           counts[RANKING_HOLDS] + counts[RANKING_PARTLY], n, counts[RANKING_HOLDS], counts[RANKING_PARTLY],
           counts[RANKING_CHANGES], counts[RANKING_OPEN]);
    double tau = median_tau(c, by);
    if (isfinite(tau))
        printf("; order of all: Kendall's tau %.2f (median)", tau);
    putchar('\n');
    print_strategies(t, by);
    print_all_that(t, by, RANKING_CHANGES, " Changes (nobody is among the best on both sides):");
    print_all_that(t, by, RANKING_PARTLY, " Holds in part (these are among the best on both sides, others on one):");
    if (t->cross) /* on one machine it is what one expects */
        print_all_that(t, by, RANKING_HOLDS, " Holds:");
    print_all_that(t, by, RANKING_OPEN, " Open:");
}
