/* SPDX-License-Identifier: Apache-2.0 */
/*
 * True bytes per waiting task: the slope of parked_bytes over the number of tasks, from all cells of idle_memory that
 * differ in nothing else. In each block one straight line by least squares; what is reported is the median over the
 * blocks. The slope is free of the strategy's fixed part (rings, workers), which bytes_per_task has divided by N in it;
 * that part is where the line meets N = 0.
 */
#ifndef QUINTET_REPORT_MEMORY_SLOPE_H
#define QUINTET_REPORT_MEMORY_SLOPE_H

#include "report/aggregate.h"

struct memory_slope_row {
    const struct report_cell *of; /* the first of its cells: strategy, and parameters other than tasks */
    unsigned sizes_count;         /* how many N there are */
    double least, greatest;       /* ... and their range */
    struct estimate bytes_per_task, fixed_bytes;
    /* Slopes of what else a task uses up; NaN in runs that don't tell. Which limit that meets first: ceilings.h */
    double carriers_per_task, mappings_per_task, files_per_task;
};

struct memory_slope {
    struct memory_slope_row *rows; /* in the order of the plan */
    unsigned n;
};

/* The line through n points (x, y): slope and value at x = 0. False: fewer than two different x. Pure. */
bool memory_slope_line(const double *x, const double *y, unsigned n, double *slope, double *at_zero);

/* One row for each strategy and parameters with two sizes or more. 0 or -ENOMEM; memory_slope_fini() in any case. */
int memory_slope_build(struct memory_slope *out, const struct report_run *run);
void memory_slope_fini(struct memory_slope *out);

#endif
