/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUINTET_CLI_COMPARE_TEXT_H
#define QUINTET_CLI_COMPARE_TEXT_H

#include "report/compare.h"

/* May the two be compared, and what of the machines differs? For people, to stdout. */
void print_comparability(const struct run_comparison *comparison);

/*
 * The whole comparison: first what is comparable and what is not, then the verdicts. Between machines the rankings come
 * first and of the ratios only those that differ most; on one machine the cells that changed come first, all of them.
 * `name_a` and `name_b` are how the user called the runs.
 */
void compare_print(const struct run_comparison *comparison, const struct report_run *a, const struct report_run *b,
                   const char *name_a, const char *name_b, double margin);

#endif
