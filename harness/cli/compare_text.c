/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/compare_text.h"
#include "cli/message.h"

#include "report/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CROSS_ROWS = 12 }; /* between machines the ratios are the smaller part of the story */

/* Both runs and what was made of them. */
struct telling {
    const struct run_comparison *comparison;
    const struct report_run *a, *b;
    bool cross, other_p;
};

/* --- what may be compared --------------------------------------------------------------------------------------- */

/* The same machine by all that is known of it, but for how many of its CPUs the run was granted: hwloc counts those. */
static bool differs_in_cpus_only(const struct run_comparison *c)
{
    bool other_p = false;
    for (unsigned i = 0; i < c->n_facts; i++) {
        bool workers = strcmp(c->facts[i].name, "workers") == 0;
        if (c->facts[i].of_machine && !workers && strcmp(c->facts[i].name, "topology.cores") != 0)
            return false;
        other_p |= workers;
    }
    return other_p;
}

void print_comparability(const struct run_comparison *c)
{
    static const char *const meaning[COMPARE_COUNT] = {
        "every fact is known and equal: what differs is variation between runs",
        "the same machine, and one fact differs: what differs may be put down to it",
        "the same machine, but several facts differ or are unknown: differences are told, not explained",
        "absolute numbers mean nothing side by side: compared are ratios to serial in the same block, and the order",
        "",
    };
    printf("Comparability: %s", comparability_names[c->comparability]);
    printf(" (%s)\n", c->comparability == COMPARE_IMPOSSIBLE ? c->why : meaning[c->comparability]);
    if (c->comparability == COMPARE_CROSS && differs_in_cpus_only(c))
        puts("  By all that is known it is one machine, of which the runs had another number of CPUs (workers).");
    for (unsigned i = 0; i < c->n_facts; i++) {
        printf("  %-24s ", c->facts[i].name);
        message_print_clean(stdout, c->facts[i].a);
        fputs("  |  ", stdout);
        message_print_clean(stdout, c->facts[i].b);
        putchar('\n');
    }
    if (c->n_unknown)
        printf("  %u facts are known on neither side, and therefore not equal\n", c->n_unknown);
}

static unsigned count_cases(const struct telling *t, bool other_amount)
{
    unsigned n = 0;
    for (unsigned i = 0; i < t->comparison->cases.n; i++) {
        const struct matched_case *c = &t->comparison->cases.list[i];
        n += (!other_amount || c->other_amount) && !workload_of_other_version(&t->a->workloads[c->a->workload], t->b);
    }
    return n;
}

static void print_amounts(const struct telling *t)
{
    const struct matched_cases *cases = &t->comparison->cases;
    unsigned n = count_cases(t, true);
    if (!n)
        return;
    printf(
        "Caution: %u of the %u cases in common have another amount of work in B. Headlines are rates or costs per op, "
        "so "
        "they are\nset side by side; what is paid once per trial is spread over more ops where the amount is larger:\n",
        n, count_cases(t, false));
    for (unsigned i = 0; i < cases->n; i++) {
        const struct matched_case *c = &cases->list[i];
        if (!c->other_amount || workload_of_other_version(&t->a->workloads[c->a->workload], t->b))
            continue;
        fputs("  ", stdout);
        message_print_clean(stdout, c->a->label);
        fputs(": ", stdout);
        message_print_clean(stdout, c->amounts);
        putchar('\n');
    }
    if (cases->presumed)
        puts("  (The plans are older than the field that says which parameters are amounts: taken from this version.)");
}

static void print_other_versions(const struct telling *t)
{
    unsigned n = 0;
    for (unsigned i = 0; i < t->a->n_workloads; i++) {
        const struct report_workload *w = &t->a->workloads[i], *other = workload_of_other_version(w, t->b);
        if (!other)
            continue;
        printf("%s%s%s (protocol %lld | %lld)", n++ ? ", " : "Left out, being another version in B: ", w->name,
               w->paced ? ", paced" : "", w->protocol, other->protocol);
    }
    if (n)
        printf(": %u cells of A\n", t->comparison->other_protocol);
}

static void print_scope(const struct telling *t)
{
    const struct run_comparison *c = t->comparison;
    if (t->other_p) {
        printf("Matched: %u cells at the same K, and in a table of their own %u at about the same K per CPU (at most "
               "twice as many,\nand both up to P, up to 8P, or above): the same K is another load for P = %u than for "
               "P = %u.\n",
               c->n_cells, c->n_per_cpu, t->a->workers, t->b->workers);
        printf("Where CPUs are the limit, a multiple of serial grows with the CPUs: that it differs is no news.\n");
    } else {
        printf("Matched: %u cells\n", c->n_cells);
    }
    printf("Only in A: %u cells, only in B: %u, of another version of their workload: %u\n", c->only_a, c->only_b,
           c->other_protocol);
    print_other_versions(t);
    print_amounts(t);
}

/* --- rankings --------------------------------------------------------------------------------------------------- */

static void print_place(const struct situation *a, const struct situation *b)
{
    message_print_clean(stdout, a->label);
    printf(", K = %u", a->in_flight);
    if (a->in_flight != b->in_flight)
        printf(" | %u", b->in_flight);
}

static bool is_best_in(const struct report_run *run, const struct situation *s, const char *strategy)
{
    for (unsigned i = 0; i < run->n_strategies; i++)
        if (strcmp(run->strategies[i].name, strategy) == 0)
            return s->cell[i] >= 0 && situation_is_best(s, (unsigned)s->cell[i]);
    return false;
}

enum who { IN_A = 1, IN_B = 2, IN_BOTH = 3 };

/* In whose best set is the strategy (by position in run A's list)? 0: in none, or without numbers on a side. */
static unsigned best_in(const struct telling *t, const struct compared_contest *c, unsigned strategy)
{
    if (!situation_shares(t->a, c->a, strategy, t->b, c->b))
        return 0;
    const char *name = t->a->strategies[strategy].name;
    return (is_best_in(t->a, c->a, name) ? IN_A : 0) | (is_best_in(t->b, c->b, name) ? IN_B : 0);
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
        printf("; tau %.2f\n", contest->tau);
        print_price(t, contest);
    } else {
        print_best(t, contest, IN_BOTH, ": ");
        print_best(t, contest, IN_A, "; in A also ");
        print_best(t, contest, IN_B, "; in B also ");
        putchar('\n');
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

static void print_rankings(const struct telling *t, enum k_match by)
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
    print_all_that(t, by, RANKING_HOLDS, " Holds:");
    print_all_that(t, by, RANKING_OPEN, " Open:");
}

/* --- cells ------------------------------------------------------------------------------------------------------ */

static void print_cell(const struct compared_cell *c)
{
    char ratio[NUMBER_LEN];
    number_interval(ratio, &c->claim.ratio, UNIT_RATIO);
    printf("  %-24s %-22s ", stats_verdict_name(c->claim.verdict), ratio);
    message_print_clean(stdout, c->b->id);
    printf(" (%s%s)\n", c->metric, c->other_amount ? ", another amount of work" : "");
}

static void print_cells_that(const struct compared_cell *cells, unsigned n, bool changed, const char *heading)
{
    bool first = true;
    for (unsigned i = 0; i < n; i++) {
        enum verdict v = cells[i].claim.verdict;
        if (changed ? v != VERDICT_FASTER && v != VERDICT_SLOWER : v != VERDICT_UNDECIDED)
            continue;
        if (first)
            puts(heading);
        first = false;
        print_cell(&cells[i]);
    }
}

/* One machine: absolute numbers, all that changed. */
static void print_cells(const struct run_comparison *c)
{
    unsigned counts[VERDICT_INSUFFICIENT + 1] = {0};
    for (unsigned i = 0; i < c->n_cells; i++)
        counts[c->cells[i].claim.verdict]++;
    printf("\n%u cells: %u faster, %u slower, %u equivalent, %u cannot be distinguished, %u with too few blocks\n",
           c->n_cells, counts[VERDICT_FASTER], counts[VERDICT_SLOWER], counts[VERDICT_EQUIVALENT],
           counts[VERDICT_UNDECIDED], counts[VERDICT_INSUFFICIENT]);
    print_cells_that(c->cells, c->n_cells, true, "\nChanged, largest first:");
    print_cells_that(c->cells, c->n_cells, false, "\nCannot be distinguished (with both bounds):");
}

/* How many times as good as serial, there and here. For costs that is serial's over the strategy's. */
static void print_gain(const struct telling *t, const struct compared_cell *c)
{
    bool higher = metric_higher_is_better(c->metric);
    struct estimate e = c->claim.ratio;
    char a[NUMBER_LEN], b[NUMBER_LEN], ratio[NUMBER_LEN];
    if (!higher)
        e = (struct estimate){1 / e.value, 1 / e.hi, 1 / e.lo, e.n, e.has_interval};
    printf("  %7s | %-7s  B over A %-20s ", number_plain(a, higher ? c->median_a : 1 / c->median_a, UNIT_RATIO),
           number_plain(b, higher ? c->median_b : 1 / c->median_b, UNIT_RATIO), number_interval(ratio, &e, UNIT_RATIO));
    message_print_clean(stdout, c->b->label);
    printf(", %s, K = %u", t->b->strategies[c->b->strategy].name, c->a->cell.in_flight);
    if (c->by == K_PER_CPU)
        printf(" | %u", c->b->cell.in_flight);
    printf(" (%s)\n", c->metric);
}

static void print_gains_that(const struct telling *t, const struct compared_cell *cells, unsigned n,
                             enum verdict verdict, const char *heading)
{
    unsigned shown = 0, left_out = 0;
    for (unsigned i = 0; i < n; i++) {
        if (cells[i].claim.verdict != verdict)
            continue;
        if (shown == CROSS_ROWS) {
            left_out++;
            continue;
        }
        if (!shown++)
            puts(heading);
        print_gain(t, &cells[i]);
    }
    if (left_out)
        printf("  ... and %u more: --json has all\n", left_out);
}

/* Two machines: how many times as good as serial on its own machine, and what differs most. */
static void print_gains(const struct telling *t, enum k_match by)
{
    const struct run_comparison *c = t->comparison;
    const struct compared_cell *cells = c->cells + (by == K_EQUAL ? 0 : c->n_cells);
    unsigned n = by == K_EQUAL ? c->n_cells : c->n_per_cpu, counts[VERDICT_INSUFFICIENT + 1] = {0};
    if (!n)
        return;
    for (unsigned i = 0; i < n; i++)
        counts[cells[i].claim.verdict]++;
    printf("\nHow many times as good as serial on its own side (A | B)%s\n"
           "%u cells: %u gain more in B, %u gain less, %u equivalent, %u cannot be distinguished, %u with too few "
           "blocks\n",
           !t->other_p     ? ""
           : by == K_EQUAL ? ", at the same K"
                           : ", at the same K per CPU (K of A | K of B)",
           n, counts[VERDICT_FASTER], counts[VERDICT_SLOWER], counts[VERDICT_EQUIVALENT], counts[VERDICT_UNDECIDED],
           counts[VERDICT_INSUFFICIENT]);
    print_gains_that(t, cells, n, VERDICT_SLOWER, " Gain less in B, largest difference first:");
    print_gains_that(t, cells, n, VERDICT_FASTER, " Gain more in B, largest difference first:");
}

/* --- all of it -------------------------------------------------------------------------------------------------- */

static void print_run(char side, const char *name, const struct report_run *run)
{
    const json_t *model = json_object_get(json_object_get(json_object_get(run->env, "facts"), "cpu.model"), "v");
    printf("%c = ", side);
    message_print_clean(stdout, name);
    fputs(": ", stdout);
    message_print_clean(stdout, json_is_string(model) ? json_string_value(model) : "unknown processor");
    printf(", P = %u, %u blocks\n", run->workers, run->blocks);
}

void compare_print(const struct run_comparison *c, const struct report_run *a, const struct report_run *b,
                   const char *name_a, const char *name_b, double margin)
{
    struct telling t = {c, a, b, c->comparability == COMPARE_CROSS, a->workers != b->workers};
    print_run('A', name_a, a);
    print_run('B', name_b, b);
    putchar('\n');
    print_comparability(c);
    putchar('\n');
    if (c->comparability == COMPARE_IMPOSSIBLE) {
        print_other_versions(&t);
        return;
    }
    print_scope(&t);
    printf("One run each: provisional. Margin %.3g %%; ratios are of B as a multiple of A.\n", 100 * margin);
    if (!t.cross) {
        print_cells(c);
        print_rankings(&t, K_EQUAL);
        return;
    }
    for (int by = 0; by < K_MATCH_COUNT; by++)
        print_rankings(&t, (enum k_match)by);
    for (int by = 0; by < K_MATCH_COUNT; by++)
        print_gains(&t, (enum k_match)by);
}
