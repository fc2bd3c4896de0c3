/* SPDX-License-Identifier: Apache-2.0 */
/* REPORT.md: the document, from top to bottom. */
#ifndef QUINTET_REPORT_REPORT_MD_H
#define QUINTET_REPORT_REPORT_MD_H

#include "report/aggregate.h"
#include "report/paired.h"
#include "report/plots.h"
#include "report/sensitivity.h"
#include "report/text.h"

struct document {
    const struct report_run *run;
    const struct pairing *pairing;
    const struct plot_outcome *plots;
    unsigned n_plots;
    const struct text *findings; /* a sentence for each workload */
    unsigned n_findings;
    const struct text *answer; /* the same in few sentences; none where the findings are few themselves */
    unsigned n_answer;
    uint64_t slo_ns;                       /* report_options */
    const struct sensitivity *sensitivity; /* NULL where no gate closed */
    const char *base; /* what links to the run's files start with: "" in the run's directory, else "results/ID/" */
};

/* Add the whole document to `out`; out->failed tells about memory. */
void report_md_write(struct text *out, const struct document *document);

/* Parts of it, in files of their own. */
void md_head(struct text *out, const struct document *d);        /* banner, answer, decision table */
void md_trust(struct text *out, const struct document *d);       /* method, verification, gates */
void md_noise(struct text *out, const struct document *d);       /* a part of trust: disturbances, variance */
void md_steady(struct text *out, const struct document *d);      /* a part of trust: was there a steady state */
void md_meters(struct text *out, const struct document *d);      /* a part of cost: event counters, energy */
void md_odd(struct text *out, const struct document *d);         /* trials without one */
void md_results(struct text *out, const struct document *d);     /* throughput ... efficiency */
void md_tables(struct text *out, const struct document *d);      /* for looking things up: a part of the appendix */
void md_questions(struct text *out, const struct document *d);   /* what needs several cells: grain, io_cpu_mix, hog */
void md_beside(struct text *out, const struct document *d);      /* the origin's headroom, the device's depth */
void md_scaling(struct text *out, const struct document *d);     /* the law of scaling, where there are enough K */
void md_offered(struct text *out, const struct document *d);     /* response time under paced load */
void md_laws(struct text *out, const struct document *d);        /* what the field has published, tested here */
void md_attribution(struct text *out, const struct document *d); /* what a difference is made of; predictions */
void md_appendix(struct text *out, const struct document *d); /* skipped, failed, floor, machine, reproduce, glossary */

/* One picture with its alternative text and the link to its data; or the reason why it isn't there. */
void md_plot(struct text *out, const struct document *d, const char *name);

/* Half the width of a typical comparison's interval, in per cent; NaN without any. */
double md_resolution(const struct document *d);

/* Has the run a cell whose load is offered by the clock (paced), or is closed? */
bool md_has_load(const struct report_run *run, bool paced);

/* Text of run.json, or "". */
const char *md_run_text(const struct document *d, const char *key);

/* A fact of env.json as Markdown, escaped; "unknown (why)" where it is null; "not recorded" where it is absent. */
void md_fact(struct text *out, const struct document *d, const char *name);

/* "| --- | ---: | ..." : `left` columns to the left, `right` to the right. */
void md_rule(struct text *out, unsigned left, unsigned right);

/* The rest of a table's head whose last columns are the strategies, with the rule below it: `left` columns to the left
 * and `right` to the right, and then one for each strategy. */
void md_strategy_columns(struct text *out, const struct report_run *run, unsigned left, unsigned right);

/* "| `name` |": a row of a table has begun. */
void md_row_begin(struct text *out, const char *name);

#endif
