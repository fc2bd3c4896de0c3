/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision in words. Every sentence has its scope (case, K), an effect, its interval and n. It says what was
 * measured and never why: two strategies differ in more than one factor.
 */
#ifndef QUINTET_REPORT_FINDINGS_H
#define QUINTET_REPORT_FINDINGS_H

#include "report/aggregate.h"
#include "report/paired.h"
#include "report/text.h"

/* A workload that calibrates the harness and the kernel, and isn't something to decide about. */
bool workload_is_floor(const struct report_workload *workload);

/* A workload that asks what one mechanism costs, and does no work of its own. */
bool workload_is_micro(const struct report_workload *workload);

/* "throughput", "time per hand-off", ...: a metric's name in a sentence. Points to static data or at `name`. */
const char *metric_words(const char *name);

/* The strategies of the best set as code spans: "`pool`, `threads`". Without verdicts only the best median. */
void findings_add_set(struct text *out, const struct report_run *run, const struct situation *situation);

/* With a severe taint: "Under the condition ..., for the record only: ". Every sentence has to begin with it. */
void findings_add_condition(struct text *out, const struct report_run *run);

/*
 * Up to REPORT_FINDINGS_MAX sentences as Markdown into out[]; each text to be freed by the caller. One sentence for
 * each workload (its first case, the highest regime measured), then further cases of work while there is room. Returns
 * how many.
 */
unsigned findings_build(const struct report_run *run, const struct pairing *pairing, struct text *out);

/* Rows of a Markdown table, observations from the counters ("why" material): case, K, metric, its least and its
 * greatest median over the strategies. */
void findings_add_observations(struct text *out, const struct report_run *run, const struct pairing *pairing);

#endif
