/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stopping by precision: blocks go on until the intervals are as narrow as was asked, not until a difference appears.
 *
 * The rule looks at the width of intervals and never at where they lie, and only at block counts fixed beforehand, so
 * that the coverage of the intervals stays what it is (simulated: 93.6 to 95.8 % for 95; stopping at the first interval
 * that excludes zero would give 11 % false alarms). A comparison is a cell against the best of its contest, by what the
 * report compares its workload by: its headline metric, or time per op where that is throughput. Not for paced load,
 * where throughput is given and what is compared are percentiles.
 */
#ifndef QUINTET_RUN_PRECISION_H
#define QUINTET_RUN_PRECISION_H

#include "run/plan.h"

enum { PRECISION_BLOCKS_MAX = 60 }; /* where nobody says how many at most */

struct precision {
    double target; /* half width as a share: 0.02 = 2 %; 0: no such rule */
    const struct plan *plan;
    double *log_cost; /* [cell * blocks + block], of good trials; NaN where there is none */
};

/* 0 or -ENOMEM. Without a target nothing is kept. */
int precision_init(struct precision *p, const struct plan *plan, double target);
void precision_fini(struct precision *p);

/* Take in one trial of this cell. */
void precision_add(struct precision *p, unsigned cell, const struct trial_record *record);

/* After `blocks` of them: is this one of the looks, and are all intervals narrow enough? Comparisons without an
 * interval do not hold it up: they are cells that failed. */
bool precision_reached(const struct precision *p, unsigned blocks);

#endif
