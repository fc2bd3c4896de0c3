/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Macro results predicted from the micro results of the same run. Per op, in every block, with what that block
 * measured:
 *
 *     start      spawn_join_ns at the greatest K that is not above the cell's (else the least), x tasks per op
 *     switch     (kernel switches per op - those that starting took) x price of a kernel switch
 *                + the same for switches in user space; divided by the CPUs that can work at once
 *     work       see below; divided by the CPUs that can work at once
 *
 *     mandelbrot, sha256          work + start            work: the serial trial's time per op
 *     file_random_read[mode=hot]  work + start + switch   the same; for serial itself, a system call and a copy of
 *                                                         4 KiB, both from the floor
 *     pipe_pairs                  work + start + switch   work: one byte written and read (floor), half of the K tasks
 *                                                         at once at most
 *     sleep_fanout                a starter that takes g = start + switch per task, K places, each taken for g + L:
 * with W = ceil(N/K) waves, the last of r tasks, ((W-1) max(L + g, K g) + r g + L) / N
 *
 * The price of a switch is handoff_ns of handoff[place=same,via=native]: the strategy's own, and for kernel switches of
 * a strategy whose own hand-off stays in user space (and of serial) that of threads.
 *
 * No constant is fitted. The residual, measured ÷ predicted, is what the parts do not explain: a wake-up of an idle
 * CPU, caches, a lock, or, below 1, many requests per visit to the kernel where the micro result pays for each alone.
 */
#ifndef QUINTET_REPORT_PREDICTION_H
#define QUINTET_REPORT_PREDICTION_H

#include "report/lookup.h"

#define PREDICTION_TOLERANCE 1.25 /* beyond it, a residual wants an explanation */

enum prediction_reading { EXPLAINED, DEARER, CHEAPER, UNCLEAR, NO_INTERVAL, NOT_PREDICTED };
const char *prediction_reading_name(enum prediction_reading reading); /* "explained", "dearer", ... */

enum { PREDICTION_MISSING_LEN = 256 };

struct prediction {
    const struct report_cell *cell;
    bool greatest_k;                     /* of this case and strategy */
    struct estimate work, start, change; /* terms in ns per op; `work` of sleep_fanout is L; change: of tasks */
    struct estimate predicted, measured; /* ns per op, medians */
    struct estimate residual;            /* measured ÷ predicted, paired by block */
    enum prediction_reading reading;
    char missing[PREDICTION_MISSING_LEN]; /* for NOT_PREDICTED: which micro result, without a full stop; else "" */
};

/*
 * Length of N tasks per task, in ns: one starter that takes `start_ns` for each, `in_flight` places (>= 1), each taken
 * from the beginning of its start until `wait_ns` after its end. tasks >= 1. Pure.
 */
double prediction_fanout(double tasks, double in_flight, double start_ns, double wait_ns);

/* Every macro cell that has a model, predicted or not, in the order of the plan. free(*list). 0 or -ENOMEM. */
int prediction_build(struct prediction **list, unsigned *n, const struct report_run *run);

/* summary.json's `predictions`. NULL without memory. */
json_t *prediction_to_json(const struct report_run *run);

#endif
