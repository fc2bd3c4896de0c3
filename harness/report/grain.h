/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest task worth starting: METG, the minimum effective task granularity, from the cells of the workload grain.
 *
 * There the same work is cut into tasks of different sizes (in steps: the record's work per op). In each block the CPU
 * time per step of the serial trial with the largest tasks says what one CPU can do, and
 *
 *     efficiency of a size = steps per second * that time / cores
 *
 * with the cores that the strategy can keep busy at that K. METG50 is the least size from which on this is 50 % and
 * more (Slaughter et al., Task Bench, SC 2020; there the overhead counts into the size, so that their figure is ours
 * divided by the efficiency). Between two measured sizes the time per task is taken for a straight line, a constant
 * overhead and a constant rate, so that 1/efficiency is linear in 1/size. That is exact if overhead does not depend on
 * size, and does not need logarithms of efficiencies near 1, where noise is all they show.
 */
#ifndef QUINTET_REPORT_GRAIN_H
#define QUINTET_REPORT_GRAIN_H

#include "report/aggregate.h"

/* Where a threshold lies among the sizes that were measured. */
enum grain_range { GRAIN_WITHIN, GRAIN_BELOW /* the least size reaches it */, GRAIN_ABOVE /* the greatest does not */ };

struct metg {
    struct estimate ns; /* over the blocks, of a task's own computing; cut off at least_ns and greatest_ns */
    enum grain_range range;
};

struct grain_row {
    unsigned strategy, in_flight, workers;
    double least_ns, greatest_ns; /* the range of sizes that was measured */
    struct metg metg50, metg90;
};

struct grain {
    struct grain_row *rows; /* in the order of the plan */
    unsigned n;
};

/*
 * The size from which on the efficiency is `target` or more: size[] ascending and positive, n >= 1. size[0] if it is so
 * everywhere, size[n-1] if it is not so even there; *range (may be NULL) tells. Pure.
 */
double grain_threshold(const double *size, const double *efficiency, unsigned n, double target,
                       enum grain_range *range);

/* Find all rows: one for each strategy and K with two sizes or more. 0 or -ENOMEM; grain_fini() in any case. */
int grain_build(struct grain *grain, const struct report_run *run);
void grain_fini(struct grain *grain);

/* "1.2 µs [1.1, 1.3]", "< 1.0 µs", "> 5.0 ms". Returns buf. */
const char *grain_words(char *buf, size_t len, const struct metg *metg);

#endif
