/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Validity gates: was this trial disturbed so much that its number says more about the machine's other business than
 * about the cell? A gated trial stays in the journal, gives no number, and is run again within bounds.
 *
 * The limits are fixed before the run and leave alone what is usual on a virtual machine (steal of a few per cent, the
 * rounding of accounting by 10 ms ticks). They never look at the result.
 */
#ifndef QUINTET_RUN_GATES_H
#define QUINTET_RUN_GATES_H

#include "record/trial_record.h"

enum {
    GATE_BLOCKS_MIN = 6,          /* runs with fewer have no verdicts, and no gates */
    GATE_ATTEMPTS_MAX = 3,        /* of one cell in one block, the first included */
    GATE_RERUNS_PERCENT = 15,     /* of the planned trials; then disturbed trials are left out without another try */
    GATE_STEAL_MIN_NS = 30000000, /* three ticks: below that, steal is a rounding error */
    GATE_STEAL_PERCENT = 10,      /* of the CPU time of all online CPUs during the timed part */
    GATE_FOREIGN_MIN_NS = 50000000,
    GATE_FOREIGN_PERCENT = 25,
    GATE_DRIFT_PPM = 50,
    GATE_CLOCK_STEP_NS = 10000000, /* wall clock against monotonic clock; NTP's slewing stays far below */
    GATE_SUSPENDED_NS = 1000000,
};

/* The name of the first gate that the good trial did not pass, with one sentence in `why`; NULL if it passed all. */
const char *gates_judge(const struct trial_record *record, unsigned online_cpus, char *why, size_t why_len);

#endif
