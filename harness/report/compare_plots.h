/* SPDX-License-Identifier: Apache-2.0 */
/* Two runs side by side, drawn: every change with its interval, and how each strategy stands to serial on either side.
 */
#ifndef QUINTET_REPORT_COMPARE_PLOTS_H
#define QUINTET_REPORT_COMPARE_PLOTS_H

#include "report/compare.h"
#include "report/plots.h"

enum { COMPARE_PLOTS_MAX = 3 };

/* Both sides of a comparison, with what was made of them. All borrowed. */
struct compared_runs {
    const struct run_comparison *comparison;
    const struct report_run *a, *b;
    const struct pairing *pairs_a, *pairs_b;
    double margin;
};

/* Say in the upper right corner which runs A and B are; for inside of the first panel. */
void compare_plots_name(struct plot *plot, const struct compared_runs *runs);

/*
 * Write NAME.gp and NAME.dat into `dir` (made where it is missing) and draw NAME.svg: compare_changes (cells at the
 * same K), between unlike numbers of CPUs compare_changes_per_cpu, and where both runs have serial cells
 * compare_to_serial. outcomes has COMPARE_PLOTS_MAX places, *n tells how many there is data for.
 * 0; -errno where a file cannot be written. What gnuplot failed at is in the outcomes and in `result`.
 */
int compare_plots_build(const char *dir, const struct compared_runs *runs, const struct report_options *options,
                        struct report_result *result, struct plot_outcome *outcomes, unsigned *n);

#endif
