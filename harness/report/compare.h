/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two runs side by side. First whether they may be compared at all, and in what; then the verdicts.
 *
 * Between runs nothing is paired: cells are matched by their identity and compared by Mann-Whitney and its shift. On
 * two machines (or where a machine can't be told from another) absolute numbers mean nothing side by side: there the
 * ratio to serial in the same block is compared, and the order of the strategies.
 */
#ifndef QUINTET_REPORT_COMPARE_H
#define QUINTET_REPORT_COMPARE_H

#include "report/paired.h"

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
    struct claim claim; /* b as a multiple of a */
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
    struct compared_cell *cells; /* matched, both with numbers; changed ones first, the largest effect first */
    unsigned n_cells, only_a, only_b, other_protocol;
    unsigned contests, same_best; /* cases at a K on both sides with a best strategy; with the same one */
    double tau;                   /* Kendall's, of the strategies' order: median over contests; NaN without any */
};

/* Compare two loaded runs with their pairings. 0 or -ENOMEM; run_comparison_fini() in any case. The runs must outlive
 * it. */
int run_comparison_build(struct run_comparison *out, const struct report_run *a, const struct pairing *pairs_a,
                         const struct report_run *b, const struct pairing *pairs_b, double margin);
void run_comparison_fini(struct run_comparison *comparison);

/* The facts alone: fills facts, counts and a comparability that is never COMPARE_IMPOSSIBLE. */
void run_comparison_facts(struct run_comparison *out, const struct report_run *a, const struct report_run *b);

/* Kendall's tau of the strategies that have numbers in situation x of run a and y of run b; NaN for fewer than two. */
double situation_tau(const struct report_run *a, const struct situation *x, const struct report_run *b,
                     const struct situation *y);

#endif
