/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a longer or shorter run would be able to tell, from the noise that an earlier one met.
 *
 * The width of an interval depends on the blocks and on how much a comparison varies from block to block. The second is
 * known once a run has been made on the machine; so what a budget of time buys can be said before it is spent.
 */
#ifndef QUINTET_REPORT_POWER_H
#define QUINTET_REPORT_POWER_H

#include "report/aggregate.h"
#include "report/paired.h"

/* One workload's comparisons. Detectable: the smallest true difference that would be found with a chance of 80 %, as a
 * share (0.02 = 2 %), for one comparison by itself. */
struct power_row {
    const char *workload;     /* borrowed */
    unsigned n_comparisons;   /* with a known spread */
    unsigned n_within_margin; /* of them: those in which a difference of the margin would be found */
    double detectable_median, detectable_worst;
    const char *worst_label, *worst_strategy; /* borrowed: the noisiest comparison */
    unsigned worst_in_flight;
    double blocks_for_margin; /* until 90 % of the comparisons would show a difference of the margin; INFINITY: never */
};

struct power {
    double block_s;         /* what one block of this plan takes */
    unsigned blocks;        /* whole blocks that fit into the budget */
    unsigned comparisons;   /* of all rows: the family that a report with these blocks corrects for */
    double family_factor;   /* times what a row says, in log: decision_family_factor(); NaN below two blocks */
    struct power_row *rows; /* one per workload with comparisons */
    unsigned n_rows;
};

/* 0; -ENODATA: the run has no two blocks, or none was timed; -ENOMEM. power_fini() in any case. The run and its pairing
 * must outlive it. */
int power_build(struct power *out, const struct report_run *run, const struct pairing *pairing, double budget_s,
                double margin);
void power_fini(struct power *power);

#endif
