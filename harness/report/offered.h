/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Response time against offered load: the cells of one case at one K that differ in the rate only.
 *
 * Under closed load everybody waits for everybody, and what is measured is how fast the system can go. Under paced load
 * requests come when they come, and the question is how long they take; up to which rate a strategy keeps up is part of
 * the answer, not a failure.
 */
#ifndef QUINTET_REPORT_OFFERED_H
#define QUINTET_REPORT_OFFERED_H

#include "report/aggregate.h"

/* Below this share of the schedule the offered rate was more than the strategy could do: its queue grew to the end. */
#define OFFERED_KEPT_UP_PERCENT 95.0

enum { OFFERED_RATES_MAX = 16 };

struct offered_curve {
    const struct report_cell *any;    /* one of its cells: case, K, workload */
    char label[CELL_ID_LEN];          /* the case for readers, without the rate */
    uint64_t rate[OFFERED_RATES_MAX]; /* ascending */
    unsigned n_rates;
};

/* All curves of the run in the order of the plan. *out is malloc'ed. How many, or -ENOMEM. */
int offered_collect(const struct report_run *run, struct offered_curve **out);

/* The strategy's cell on this curve at this rate, or NULL. */
const struct report_cell *offered_cell(const struct report_run *run, const struct offered_curve *curve,
                                       unsigned strategy, uint64_t rate);

/* Did it work off the schedule as it came? */
bool offered_kept_up(const struct report_cell *cell);

/*
 * The greatest rate of the curve up to which the strategy kept up everywhere and, unless slo_ns is 0, the upper end of
 * the 99th percentile's interval (without one: its median) stayed within it. Rates with too few ops for a 99th
 * percentile are passed over. rate 0: none; known false: no rate could tell.
 */
struct offered_knee {
    uint64_t rate;
    bool known;
};
struct offered_knee offered_knee(const struct report_run *run, const struct offered_curve *curve, unsigned strategy,
                                 uint64_t slo_ns);

#endif
