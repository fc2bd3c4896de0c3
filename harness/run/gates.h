/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Validity gates: was this trial disturbed so much that its number says more about the machine's other business than
 * about the cell? A gated trial stays in the journal, gives no number, and is run again within bounds.
 *
 * The rules are fixed before the run and leave alone what is usual on a virtual machine (steal of a few per cent, the
 * rounding of accounting by 10 ms ticks). They never look at the result.
 *
 * Steal and foreign load are judged against the run itself: what the machine does all the time hits every strategy and
 * is a taint of the whole run; a gate is for the trial that met more of it than the others. The limit is the greater of
 * a constant and the median of the run so far + 5 robust standard deviations; the first trials, which have nothing to
 * be compared with, pass.
 *
 * Foreign load is what the machine was busy with beyond us, by ticks of 10 ms, or what the others' own clocks say
 * (measure/others.h), whichever is more: the first sees everybody and nothing that is short, the second is exact and
 * misses who came and went. Time in the run queue would tell it directly, but of a trial with more threads than CPUs it
 * is mostly its own doing, and the kernel keeps no sum of it for threads that have ended.
 *
 * No gate looks at what the strategy did: too few tasks alive together, a device less deep than K, a rate not kept up
 * are results of the cell, equal when it is run again. The report shows them (md_trust.c, md_offered.c). That latencies
 * do not add up to the time that tasks lived, or that more were alive than admitted, fails the trial (trial_judge()).
 */
#ifndef QUINTET_RUN_GATES_H
#define QUINTET_RUN_GATES_H

#include "record/doctor.h"
#include "record/trial_record.h"

enum {
    GATE_BLOCKS_MIN = 6,          /* runs with fewer have no verdicts, and no gates */
    GATE_ATTEMPTS_MAX = 3,        /* of one cell in one block, the first included */
    GATE_RERUNS_PERCENT = 15,     /* of the planned trials; then disturbed trials are left out without another try */
    GATE_STEAL_MIN_NS = 30000000, /* three ticks: below that, steal is a rounding error */
    GATE_STEAL_PERCENT = 10,      /* at least; of the CPU time of all online CPUs during the timed part */
    GATE_FOREIGN_MIN_NS = 50000000,
    GATE_FOREIGN_PERCENT = 25,    /* at least */
    GATE_OTHERS_MIN_NS = 1000000, /* by the others' own clocks */
    GATE_DRIFT_PPM = 50,
    GATE_CLOCK_STEP_NS = DOCTOR_CLOCK_STEP_NS, /* wall clock against monotonic clock; NTP's slewing stays far below */
    GATE_SUSPENDED_NS = DOCTOR_SUSPENDED_NS,
    GATE_ORIGIN_PERCENT = 70,     /* of a CPU, by its busiest server: beyond, the queue there is what is measured */
    GATE_LEVELS_MIN = 20,         /* trials before the run's own level counts */
    GATE_LEVEL_RUN_NS = 20000000, /* trials up to this long tell ticks, not load */
    GATE_OTHERS_RUN_NS = 1000000, /* ... and up to this long, nothing that could be judged */
};

/* What was usual so far, in per cent of the capacity, and the limit that follows. */
struct gate_level {
    double *shares; /* one for each trial long enough to tell; owned */
    unsigned n, room;
    double limit_percent;
};
struct gate_levels {
    struct gate_level steal, foreign;
};
void gate_levels_init(struct gate_levels *levels);
void gate_levels_fini(struct gate_levels *levels);

/* Take in one good trial, gated or not. Without memory the limits stay as they are. */
void gate_levels_add(struct gate_levels *levels, const struct trial_record *record, unsigned online_cpus);

/* The name of the first gate that the good trial did not pass, with one sentence in `why`; NULL if it passed all. */
const char *gates_judge(const struct trial_record *record, const struct gate_levels *levels, unsigned online_cpus,
                        char *why, size_t why_len);

#endif
