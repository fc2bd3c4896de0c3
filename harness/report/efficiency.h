/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How near a strategy came to what the work allows: efficiency = bound / measured time.
 *
 * For N ops in T tasks, each op waiting L and costing c of CPU, K in flight on `cores` CPUs, no schedule is shorter
 * than max( N(L+c)/K,  N c/cores,  (N/T)(L+c) ) and c and L come from the serial trial of the same case and block: c is
 * its CPU time per op, or what the workload measured ("mix"); L is what the workload says ("wait", "mix"), nothing
 * ("cpu"), or what is left of the serial mean latency ("io"). An efficiency above 1 by more than its interval means
 * that the model or the measurement is wrong. That is our error, and is reported as one.
 */
#ifndef QUINTET_REPORT_EFFICIENCY_H
#define QUINTET_REPORT_EFFICIENCY_H

#include "report/aggregate.h"

/* Add the series "efficiency" to every cell that has a bound and a serial partner. 0 or -ENOMEM. */
int efficiency_build(struct report_run *run);

/* Is the cell's efficiency above 1 by more than its interval (with fewer than 6 blocks: in every block)? */
bool efficiency_impossible(const struct report_cell *cell);

#endif
