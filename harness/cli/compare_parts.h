/* SPDX-License-Identifier: Apache-2.0 */
/* For the files of compare_text.h only: the parts of a comparison as text. */
#ifndef QUINTET_CLI_COMPARE_PARTS_H
#define QUINTET_CLI_COMPARE_PARTS_H

#include "report/compare.h"

/* Both runs and what was made of them. */
struct telling {
    const struct run_comparison *comparison;
    const struct report_run *a, *b;
    bool cross, other_p;
};

/* Which strategy to use: how often it is the same on both sides, and where not; of one table. */
void compare_print_rankings(const struct telling *telling, enum k_match by);

/* One machine: the cells that changed, and those that cannot be distinguished. */
void compare_print_cells(const struct run_comparison *comparison);

/* Two machines: the multiples of serial that differ most, of one table; and apart from them serial's own numbers. */
void compare_print_gains(const struct telling *telling, enum k_match by);
void compare_print_serial(const struct telling *telling);

/* The processor as env.json names it. */
const char *compare_cpu_of(const struct report_run *run);

#endif
