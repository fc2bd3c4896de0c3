/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The instrument looks at itself: cells that were run twice under two names (A/A), and cells with a known delay put in.
 * The first show what the run calls different although it is not; the second, what it can see.
 */
#ifndef QUINTET_REPORT_INSTRUMENT_H
#define QUINTET_REPORT_INSTRUMENT_H

#include "report/aggregate.h"

#include "measure/decision.h"

enum { CHECKS_MAX = 32 };

struct check {
    unsigned cell, reference; /* the cell with the role, and the result it belongs to */
    double injected;          /* share of an op's time that was added: 0 for a twin */
    struct claim claim; /* cell as a multiple of reference; twins in the headline metric, controls in time per op */
};

struct instrument {
    struct check list[CHECKS_MAX];
    unsigned n;
};

/* Find and compare. Checks without an interval are left out. 0 or -ENOMEM. */
int instrument_build(struct instrument *instrument, const struct report_run *run);

/*
 * The margin for this workload's verdicts: DECISION_MARGIN, or the greatest |ratio - 1| that a twin of its kind showed.
 * A comparison's own noise is in its own interval; what the twin adds is what the instrument does to equals.
 */
double instrument_margin(const struct instrument *instrument, const struct report_run *run, unsigned workload);

/* Twins that were called faster or slower: false alarms, all of them. */
unsigned instrument_false_alarms(const struct instrument *instrument);

/* Was this control's delay seen: does the interval exclude 1 on the slow side? */
bool check_was_seen(const struct check *check);

#endif
