/* SPDX-License-Identifier: Apache-2.0 */
/* Cells found by what they measured, and quantities of two cells block by block: for laws and predictions. */
#ifndef QUINTET_REPORT_LOOKUP_H
#define QUINTET_REPORT_LOOKUP_H

#include "report/aggregate.h"

/* What is looked for. All text is borrowed. */
struct lookup {
    const char *runner;   /* as in report_strategy.name: "threads", "coroutines_1{pread=ring}" */
    const char *workload; /* its name */
    const char *params;   /* "place=same,tasks>=512": what a case must have; "" for any */
    const char *metric;
};

/* Has this cell these parameters? "name=text" asks for that text, "name>=number" for at least that number, "name?=text"
 * for that text or, in a run that is older than the parameter, for none. */
bool lookup_params_match(const struct report_cell *cell, const char *params);

/*
 * The cell with a number in that metric and the greatest K that is not above at_most; among several cases the last of
 * the plan. Closed loads only, no checks of the instrument. NULL if there is none.
 */
const struct report_cell *lookup_cell(const struct report_run *run, const struct lookup *what, unsigned at_most);

/* Say in words why lookup_cell() finds nothing at any K, and what would bring it: one sentence without a full stop. */
void lookup_missing(const struct report_run *run, const struct lookup *what, char *buf, size_t len);

/* The serial cell of the same case, by which a cell of another machine is divided; NULL without one. */
const struct report_cell *lookup_serial(const struct report_run *run, const struct report_cell *cell);

/* The metric's value in this block, NaN where there is none. `cell` may be NULL. */
double lookup_block(const struct report_cell *cell, const char *metric, unsigned block);

/* Metric of `over` ÷ metric of `under`: median of the ratios of the blocks that both have, with its interval. n == 0
 * where they share none, or without memory. */
struct estimate lookup_ratio(const struct report_run *run, const struct report_cell *over, const char *over_metric,
                             const struct report_cell *under, const char *under_metric);

#endif
