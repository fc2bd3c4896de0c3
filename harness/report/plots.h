/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUINTET_REPORT_PLOTS_H
#define QUINTET_REPORT_PLOTS_H

#include "report/aggregate.h"
#include "report/paired.h"
#include "report/report.h"

enum { PLOTS_MAX = 16 };

/* What became of one picture. */
struct plot_outcome {
    char name[NAME_LEN], title[160], caption[640];
    bool saved;    /* NAME.gp and NAME.dat are there */
    bool drawn;    /* NAME.svg too */
    char why[320]; /* if not drawn */
};

struct plot;

/*
 * Save one picture below dirfd and draw it. 0, or -errno where a file cannot be written; a failing gnuplot is told in
 * the outcome and in the result. *hung is set once it did not end: then it is not asked again.
 */
int plot_store(const struct plot *plot, int dirfd, const struct report_options *options, struct report_result *result,
               struct plot_outcome *outcome, bool *hung);

/*
 * Write and draw all pictures into report/plots/. outcomes has PLOTS_MAX places, *n tells how many the run has data
 * for. 0; -errno where a file cannot be written. A failing gnuplot is told in the outcomes and in the result, not here.
 */
int plots_build(const struct report_run *run, const struct pairing *pairing, const struct report_options *options,
                struct plot_outcome *outcomes, unsigned *n);

#endif
