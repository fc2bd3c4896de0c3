/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a run's directory to summary.json, plots and REPORT.md.
 *
 * Everything it knows comes from trials.jsonl, hist/, plan.json, run.json and env.json: no workload and no strategy is
 * linked, so a report can be rebuilt on any machine. The same run gives the same bytes.
 */
#ifndef QUINTET_REPORT_REPORT_H
#define QUINTET_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    REPORT_FINDINGS_MAX = 12,
    REPORT_SENTENCE_LEN = 1024,
    REPORT_WARNINGS_MAX = 32,
    REPORT_MESSAGE_LEN = 512,
};

struct report_options {
    const char *gnuplot;        /* the program to plot with; NULL: `gnuplot` from PATH */
    bool require_plots;         /* a missing gnuplot or a failed plot is an error, -ENOTSUP or -EPROTO */
    uint64_t slo_ns;            /* paced load: what p99 must stay within; 0: none */
    bool salvage;               /* leave damaged lines of the journal out, and say so */
    const char *copy_report_to; /* a second copy of REPORT.md, its links rewritten for that place; NULL: none */
};

struct report_result {
    char findings[REPORT_FINDINGS_MAX][REPORT_SENTENCE_LEN]; /* plain text, one sentence each, strongest rule first */
    unsigned n_findings;
    unsigned cells_count, trials_ok_count, trials_failed_count, trials_skipped_count;
    unsigned plots_made_count, plots_failed_count;
    bool gnuplot_missing;
    char warnings[REPORT_WARNINGS_MAX]
                 [REPORT_MESSAGE_LEN]; /* n_warnings may be greater: those beyond are only counted */
    unsigned n_warnings;
    bool storing;                     /* what was read is good; an error is one of writing */
    bool other_schema;                /* -EBADMSG because a file is of a version that this one does not read */
    char message[REPORT_MESSAGE_LEN]; /* what went wrong when the result is negative; else "" */
};

/*
 * Rebuild summary.json, report/plots/ and REPORT.md of the run in run_dir. `options` may be NULL (all defaults).
 * Whole files are replaced atomically; an error before the first of them leaves the old report as it was.
 *
 * Returns 0, or -errno with one sentence in result->message: -ENOENT (no run there), -EBADMSG (stored results are
 * corrupt), -ENOTSUP / -EPROTO (plots required, and gnuplot absent / failed; everything else is written), -ENOSPC, ...
 * Without require_plots a missing or failing gnuplot is a warning: the report is written with its data files and links
 * no picture that isn't there. One call at a time per run directory; starts child processes (gnuplot).
 */
int report_build(const char *run_dir, const struct report_options *options, struct report_result *result);

#endif
