/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparisons between strategies, paired by block.
 *
 * A situation is one case at one K: the cells of all strategies that did that work. In each, the strategy with the best
 * median is compared with every other one on the blocks they share, by the procedure of measure/decision.h; Holm's
 * family are all comparisons of the report. "Best" is a set: the best median and everything that is not worse by
 * verdict.
 */
#ifndef QUINTET_REPORT_PAIRED_H
#define QUINTET_REPORT_PAIRED_H

#include "report/aggregate.h"
#include "report/instrument.h"

#include "measure/decision.h"

enum regime { REGIME_CORES, REGIME_EIGHTFOLD, REGIME_BEYOND, REGIME_COUNT };
const char *regime_name(enum regime regime); /* "K ≤ P", "P < K ≤ 8P", "K > 8P" */

struct comparison {
    unsigned best, other; /* cells */
    struct claim claim;   /* `other` as a multiple of `best`, in the headline metric; the verdict is `other`'s */
};

struct situation {
    unsigned workload;
    const char *case_name, *label; /* borrowed from a cell */
    unsigned in_flight, workers;
    enum regime regime;
    int *cell; /* by strategy: its cell, or -1. Serial stands in with its own K where it has no cell at this one. */
    int best;  /* cell with the best median; -1 if no cell has numbers */
    struct comparison *comparisons;
    unsigned n_comparisons;
    bool has_verdicts; /* every comparison has an interval */
};

/* One case ("file_random_read[mode=hot]") with the K it was measured at, ascending, in the order of the plan. */
struct sweep {
    const char *case_name, *label; /* borrowed */
    unsigned workload;
    unsigned *k, n_k;
};

struct pairing {
    struct situation *list;
    unsigned n;
    struct sweep *sweeps;
    unsigned n_sweeps;
    unsigned n_claims; /* the family of Holm's correction */
    struct instrument instrument;
};

/* Find all situations of the run and compare. 0 or -ENOMEM; pairing_fini() in any case. */
int pairing_build(struct pairing *pairing, const struct report_run *run);
void pairing_fini(struct pairing *pairing);

/* Is this cell in the best set of the situation? False without verdicts, but for the best median itself. */
bool situation_is_best(const struct situation *situation, unsigned cell);

/* The situation that stands for a case in a regime: the greatest K measured there. NULL if there is none. */
const struct situation *pairing_representative(const struct pairing *pairing, const char *case_name,
                                               enum regime regime);

/* The one that stands for the case in the highest regime where at least two strategies can be compared; or NULL. */
const struct situation *pairing_highest(const struct pairing *pairing, const char *case_name);

/* The situation of a case at one K; where there are several by workers, the one with the most strategies. Or NULL. */
const struct situation *pairing_find(const struct pairing *pairing, const char *case_name, unsigned in_flight);

/* The best cell outside the best set, as its comparison; NULL if all are in it. */
const struct comparison *situation_runner_up(const struct situation *situation, bool higher_is_better);

/* Cell b as a multiple of cell a on the blocks that both have. ratio.n == 0 where they share none. */
struct claim paired_claim(const struct report_cell *a, const struct report_cell *b, const char *metric, double margin,
                          bool higher_is_better);

#endif
