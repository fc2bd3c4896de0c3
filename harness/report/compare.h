/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two runs side by side. First whether they may be compared at all, and in what; then the verdicts.
 *
 * Between runs nothing is paired: cells are matched (compare_match.h) and compared by Mann-Whitney and its shift. On
 * two machines (or where a machine can't be told from another, or with another number of CPUs) absolute numbers mean
 * nothing side by side: there the ratio to serial in the same block is compared, and the order of the strategies.
 *
 * Which strategy to use is each run's own verdict, by its own best set. A ranking of two runs
 *
 *   holds     the best sets are the same
 *   partly    they share members, but one or both have further ones
 *   changes   they share none
 *   open      no verdicts on a side, or the best of one has no numbers in the other
 *
 * judged among the strategies that have numbers on both sides.
 */
#ifndef QUINTET_REPORT_COMPARE_H
#define QUINTET_REPORT_COMPARE_H

#include "report/compare_match.h"

enum comparability {
    COMPARE_SAME,       /* every fact is known and equal: run-to-run variation only */
    COMPARE_CONTROLLED, /* the same machine, exactly one fact differs: it explains what differs */
    COMPARE_CAUTION,    /* the same machine, several facts differ or are unknown: told, not explained */
    COMPARE_CROSS,      /* another machine, or nobody knows: ratios to serial and order only */
    COMPARE_IMPOSSIBLE, /* no cell in common, or other work behind the same name */
    COMPARE_COUNT,
};
extern const char *const comparability_names[COMPARE_COUNT]; /* "same", "controlled", "with caution", ... */

struct compared_cell {
    const struct report_cell *a, *b; /* borrowed */
    const char *metric;
    struct claim claim;        /* b as a multiple of a; across machines of a's ratio to serial */
    double median_a, median_b; /* of what is compared: the metric, or across machines its multiple of serial's */
    enum k_match by;
    bool other_amount;
};

enum ranking { RANKING_HOLDS, RANKING_PARTLY, RANKING_CHANGES, RANKING_OPEN, RANKING_COUNT };
extern const char *const ranking_names[RANKING_COUNT]; /* "holds", "partly", ... */

/* One case at one K on both sides, with a best strategy on both. */
struct compared_contest {
    const struct situation *a, *b; /* borrowed */
    enum k_match by;
    bool other_amount;
    enum ranking ranking;
    bool is_no_choice; /* on both sides every strategy is in the best set: it holds, and says nothing */
    char why[80];      /* of RANKING_OPEN */
    double tau;        /* Kendall's, of the strategies with numbers on both sides; NaN for fewer than two */
};

struct differing_fact {
    char name[64], a[96], b[96]; /* "unknown" where a side has no value */
    bool of_machine;             /* what the machine is, and not how it was set up */
};

enum { COMPARE_FACTS_MAX = 64 };

struct run_comparison {
    enum comparability comparability;
    char why[160]; /* for COMPARE_IMPOSSIBLE */
    struct differing_fact facts[COMPARE_FACTS_MAX];
    unsigned n_facts, n_unknown; /* listed; known on neither side, hence never equal */
    struct matched_cases cases;
    /* Matched, both with numbers: n_cells by the same K, then n_per_cpu by K per CPU (between unlike numbers of CPUs
     * only). Each changed ones first, the largest effect first; the claims of both are one family. */
    struct compared_cell *cells;
    unsigned n_cells, n_per_cpu;
    unsigned only_a, only_b;           /* cells with numbers that nothing answers to, in neither way */
    unsigned other_protocol;           /* cells of a whose workload is another version in b */
    struct compared_contest *rankings; /* in the order of run a's plan */
    unsigned n_rankings;
    /* of the rankings by the same K: how many; with the same best median; median of their tau, NaN without any */
    unsigned contests, same_best;
    double tau;
};

/* Compare two loaded runs with their pairings; amount_known as in compare_match.h. 0 or -ENOMEM; run_comparison_fini()
 * in any case. The runs must outlive it. */
int run_comparison_build(struct run_comparison *out, const struct report_run *a, const struct pairing *pairs_a,
                         const struct report_run *b, const struct pairing *pairs_b, double margin,
                         amount_known_fn *amount_known);
void run_comparison_fini(struct run_comparison *comparison);

/* The workload of run b with this name and kind of load but another protocol than this one of run a; NULL if none. */
const struct report_workload *workload_of_other_version(const struct report_workload *workload,
                                                        const struct report_run *b);

/* The facts alone: fills facts, counts and a comparability that is never COMPARE_IMPOSSIBLE. */
void run_comparison_facts(struct run_comparison *out, const struct report_run *a, const struct report_run *b);

/* Kendall's tau of the strategies that have numbers in situation x of run a and y of run b; NaN for fewer than two. */
double situation_tau(const struct report_run *a, const struct situation *x, const struct report_run *b,
                     const struct situation *y);

/* Judge a contest whose situations are known: fills ranking, is_no_choice and why. */
void contest_judge(struct compared_contest *contest, const struct report_run *a, const struct report_run *b);

/* Is the strategy of this name in the situation's best set? */
bool situation_best_has(const struct report_run *run, const struct situation *situation, const char *strategy);

/* Has this strategy (by position in run's list) numbers in its situation, and does the other run's have them, too? */
bool situation_shares(const struct report_run *run, const struct situation *situation, unsigned strategy,
                      const struct report_run *other_run, const struct situation *other);

#endif
