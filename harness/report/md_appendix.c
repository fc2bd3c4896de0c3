/* SPDX-License-Identifier: Apache-2.0 */
/* What has no number and why, the floor, the machine, and how to do it again. */
#include "report/findings.h"
#include "report/report_md.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { FLOOR_METRICS_MAX = 8 };

static void skipped(struct text *out, const struct document *d)
{
    bool any = false;
    text_add(out, "## Skipped cells\n\n");
    for (unsigned c = 0; c < d->run->n_cells; c++) {
        const struct report_cell *cell = &d->run->cells[c];
        if (cell->status != CELL_SKIPPED && cell->status != CELL_NOT_RUN)
            continue;
        if (!any) {
            text_add(out, "| cell | why |\n");
            md_rule(out, 2, 0);
        }
        any = true;
        md_row_begin(out, cell->id);
        text_add(out, " ");
        text_add_escaped(out, cell->reason[0] ? cell->reason : "the run ended before it was reached");
        text_add(out, " |\n");
    }
    text_add(out, any ? "\n" : "None.\n\n");
}

/* Only where there are some: they are results, and not something that every report has to account for. */
static void ceilings(struct text *out, const struct document *d)
{
    if (!d->run->ceiling_count)
        return;
    text_add(out,
             "## Ceilings\n\nHow far a strategy goes on this machine: here a limit refused what K would have needed. "
             "A result, not a failure; another limit, another ceiling.\n\n| cell | the limit |\n");
    md_rule(out, 2, 0);
    for (unsigned c = 0; c < d->run->n_cells; c++) {
        const struct report_cell *cell = &d->run->cells[c];
        if (!cell->ceilings)
            continue;
        md_row_begin(out, cell->id);
        text_add(out, " ");
        text_add_escaped(out, cell->reason);
        text_add(out, " |\n");
    }
    text_add(out, "\n");
}

static void failed(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    text_add(out, "## Failed trials\n\n");
    if (!run->n_failed) {
        text_add(out, "None.\n\n");
        return;
    }
    text_add(out, "Their numbers are printed nowhere. The other trials of their cells are used.\n\n"
                  "| cell | block | end | attempts | reason |\n| --- | ---: | --- | ---: | --- |\n");
    for (unsigned i = 0; i < run->n_failed; i++) {
        const struct failed_trial *trial = &run->failed[i];
        md_row_begin(out, run->cells[trial->cell].id);
        text_add(out, " %u | %s", trial->block, trial_end_name(trial->end));
        if (trial->signal)
            text_add(out, " (signal %d)", trial->signal);
        text_add(out, " | %u | ", trial->attempts);
        text_add_escaped(out, trial->reason);
        text_add(out, " |\n");
    }
    text_add(out, "\n");
}

/* Metrics that every workload has: the floor's own are the others. */
static bool is_common(const char *name)
{
    static const char *const common[] = {"throughput_ops_per_s", "work_per_s",     "minor_faults_per_op",
                                         "memory_peak_bytes",    "in_flight_mean", "open_ns",
                                         "efficiency",           "overlap_ratio"};
    for (unsigned i = 0; i < sizeof common / sizeof *common; i++)
        if (strcmp(common[i], name) == 0)
            return true;
    return strncmp(name, "latency_", 8) == 0 || strncmp(name, "cpu_", 4) == 0 || strstr(name, "_switches_per_op");
}

/* The metrics of the floor's own, in the order in which they are met. Returns how many. */
static unsigned floor_metrics(const struct report_run *run, const char **names, unsigned max)
{
    unsigned n = 0;
    for (unsigned c = 0; c < run->n_cells; c++) {
        const struct report_cell *cell = &run->cells[c];
        for (unsigned i = 0; i < cell->n_series && workload_is_floor(&run->workloads[cell->workload]); i++) {
            const char *name = cell->series[i].name;
            unsigned at = 0;
            while (at < n && strcmp(names[at], name) != 0)
                at++;
            if (at == n && n < max && cell->ok && cell->series[i].median.n && !is_common(name))
                names[n++] = name;
        }
    }
    return n;
}

static const struct report_cell *floor_cell(const struct report_run *run, const char *case_name, unsigned strategy)
{
    for (unsigned c = 0; c < run->n_cells; c++)
        if (run->cells[c].strategy == strategy && strcmp(run->cells[c].case_name, case_name) == 0)
            return &run->cells[c];
    return NULL;
}

/* One metric: a row for each probe that has it, a column for each strategy. */
static void floor_table(struct text *out, const struct report_run *run, const char *metric)
{
    char buf[NUMBER_LEN];
    text_add(out, "`%s`\n\n| case |", metric);
    md_strategy_columns(out, run, 1, 0);
    for (unsigned c = 0; c < run->n_cells; c++) {
        const struct report_cell *first = &run->cells[c];
        if (!workload_is_floor(&run->workloads[first->workload]) || !cell_metric(first, metric).n)
            continue;
        bool begins = true;
        for (unsigned i = 0; i < c && begins; i++)
            begins = strcmp(run->cells[i].case_name, first->case_name) != 0 || !cell_metric(&run->cells[i], metric).n;
        if (!begins)
            continue;
        md_row_begin(out, first->label);
        for (unsigned s = 0; s < run->n_strategies; s++) {
            const struct report_cell *cell = floor_cell(run, first->case_name, s);
            struct estimate e = cell ? cell_metric(cell, metric) : (struct estimate){0};
            text_add(out, " %s |",
                     e.n    ? number_interval(buf, &e, unit_of_metric(metric))
                     : cell ? cell_status_name(cell->status)
                            : "");
        }
        text_add(out, "\n");
    }
    text_add(out, "\n");
}

static void floor_card(struct text *out, const struct document *d)
{
    const char *names[FLOOR_METRICS_MAX];
    unsigned n = floor_metrics(d->run, names, FLOOR_METRICS_MAX);
    text_add(out, "## Floor card\n\nWhat the harness and the kernel cost here, by themselves. These amounts are inside "
                  "every number above; nothing is subtracted. Reading the clock costs (ns): ");
    md_fact(out, d, "clock.read_ns");
    text_add(out, ".\n\n");
    for (unsigned i = 0; i < n; i++)
        floor_table(out, d->run, names[i]);
    if (!n)
        text_add(out, "The workload `floor` was not part of this run.\n\n");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void machine(struct text *out, const struct document *d)
{
    json_t *facts = json_object_get(d->run->env, "facts"), *fact;
    size_t n = json_object_size(facts), used = 0;
    const char *key, **names = calloc(n + 1, sizeof *names);
    text_add(out, "## The machine\n\n");
    if (!n)
        text_add(out, "`env.json` has no facts.\n\n");
    if (!n || !names) {
        free(names);
        return;
    }
    json_object_foreach(facts, key, fact) names[used++] = key;
    qsort(names, used, sizeof *names, by_name);
    text_add(out, "From `env.json`.\n\n| fact | value | source |\n");
    md_rule(out, 3, 0);
    for (size_t i = 0; i < used; i++) {
        const char *source = json_string_value(json_object_get(json_object_get(facts, names[i]), "src"));
        md_row_begin(out, names[i]);
        text_add(out, " ");
        md_fact(out, d, names[i]);
        text_add(out, " | ");
        text_add_escaped(out, source ? source : "–");
        text_add(out, " |\n");
    }
    text_add(out, "\n");
    free(names);
}

/* Options of the original call that say where results go and not what is measured. */
static bool is_about_output(const char *argument)
{
    static const char *const names[] = {"--copy", "--results", "--gnuplot", "--json", "--seed"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(argument, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* Inside a code block: what a shell takes as one word, with nothing that ends the block. */
static void add_word(struct text *out, const char *word)
{
    bool plain = *word != '\0';
    for (const char *c = word; *c; c++)
        plain = plain && (isalnum((unsigned char)*c) || strchr("-_.,=/+:", *c));
    text_add(out, plain ? " " : " '");
    for (const char *c = word; *c; c++)
        text_add(out, "%c", strchr("`'\n\r", *c) || (unsigned char)*c < 0x20 ? '?' : *c);
    text_add(out, plain ? "" : "'");
}

/* The call as it was, without its output options and with the seed that was drawn. */
static void add_same_plan(struct text *out, const struct document *d)
{
    size_t i;
    json_t *arg;
    bool skip_value = false;
    text_add(out, "build/harness/cli/quintet");
    json_array_foreach(json_object_get(d->run->run, "argv"), i, arg)
    {
        const char *word = json_string_value(arg) ? json_string_value(arg) : "?";
        bool output = strncmp(word, "--", 2) == 0 && is_about_output(word);
        if (i > 0 && !skip_value && !output)
            add_word(out, word);
        skip_value = !skip_value && output && !strchr(word, '=');
    }
    text_add(out, " --seed");
    add_word(out, md_run_text(d, "seed"));
}

/* Where the run lies, seen from a checkout: a copy of the report may know better than the id tells. */
static void add_run_dir(struct text *out, const struct document *d)
{
    size_t n = strlen(d->base);
    if (n > 1 && d->base[0] != '.') {
        for (size_t i = 0; i + 1 < n; i++)
            text_add(out, "%c", isalnum((unsigned char)d->base[i]) || strchr("/._-", d->base[i]) ? d->base[i] : '?');
        return;
    }
    text_add(out, "results/");
    for (const char *c = md_run_text(d, "run_id"); *c; c++)
        text_add(out, "%c", isalnum((unsigned char)*c) || strchr("._-", *c) ? *c : '?');
}

static void add_duration(struct text *out, double seconds)
{
    if (seconds < 90)
        text_add(out, "%.0f s", seconds);
    else
        text_add(out, "%.0f minutes", seconds / 60);
}

static void claims_again(struct text *out, const struct document *d)
{
    text_add(out,
             "Do its claims hold on another machine, or on another day? In a checkout that has this run, either of "
             "these measures its plan once more with other input and judges each claim:\n\n```\nmake reproduce RUN=");
    struct text dir = {0};
    add_run_dir(&dir, d);
    text_add(out, "%s\nbuild/harness/cli/quintet reproduce %s\n```\n\nThat takes about as long as this run did (",
             dir.data ? dir.data : "?", dir.data ? dir.data : "?");
    out->failed = out->failed || dir.failed;
    text_fini(&dir);
    add_duration(out, json_number_value(json_object_get(d->run->run, "elapsed_s")));
    text_add(out, " for %u block%s). ", d->run->blocks, d->run->blocks == 1 ? "" : "s");
    if (d->pairing->n_claims)
        text_add(
            out,
            "Of this report's %u comparisons, those with a verdict are judged, and each best set. *Reproduced*: the "
            "same verdict there, or a best set that is the one here or a part of it. *Weaker*: no verdict there, a "
            "difference within the margin, or a best set with further members. *Contradicted* (exit code 1): another "
            "verdict, or best sets that share nobody. Equal numbers are not asked for; `docs/methodology.md` has the "
            "whole rule.\n\n",
            d->pairing->n_claims);
    else
        text_add(out, "This run makes no claims (six blocks are needed), so only the orders of the strategies are "
                      "compared.\n\n");
}

static void reproduce(struct text *out, const struct document *d)
{
    const char *profile = md_run_text(d, "profile");
    text_add(out, "## Do it again\n\nFrom a bare machine to a report like this one:\n\n```\nsh scripts/up bench");
    if (strcmp(profile, "quick") != 0) {
        text_add(out, " PROFILE=");
        for (const char *c = profile; isalnum((unsigned char)*c); c++)
            text_add(out, "%c", *c);
    }
    text_add(out, "\n```\n\n");
    claims_again(out, d);
    text_add(out, "This run's plan, with the same input in the same order (after `make build`):\n\n```\n");
    add_same_plan(out, d);
    text_add(out, "\n```\n\nMade by");
    text_add(out, " version ");
    text_add_code(out, md_run_text(d, "tool_version"));
    text_add(out, ", source ");
    text_add_code(out, md_run_text(d, "git"));
    text_add(
        out,
        ". `quintet report RUN` rebuilds this page, `summary.json` and the pictures from `trials.jsonl`. Absolute "
        "numbers "
        "differ from machine to machine and from day to day; what should hold is the order and, within its interval, "
        "the ratio.\n\n");
}

static void glossary(struct text *out)
{
    text_add(
        out,
        "## Words\n\n"
        "| word | meaning |\n| --- | --- |\n"
        "| op | the smallest timed unit: one call of the workload's operation |\n"
        "| task | one logical flow that does its ops in order; what a strategy multiplexes |\n"
        "| worker | a carrier that the operating system schedules: a thread or a process |\n"
        "| in flight, K | how many tasks may be alive at once; the same under every strategy |\n"
        "| P | CPUs granted to the run: affinity and quota considered |\n"
        "| case | a workload with its parameters, e.g. `handoff[place=same,via=pipe]` |\n"
        "| cell | a case under one strategy at one K |\n"
        "| trial | one measured execution of a cell in a fresh process |\n"
        "| block | one trial of every cell, in random order |\n"
        "| hand-off | one task wakes another and waits; its time is the cost of a context switch as a task feels it |\n"
        "| digest | checksum of all results, equal under every strategy or the trial fails |\n"
        "| verdict | faster, slower, equivalent (within the margin), or cannot be distinguished |\n"
        "| value [a, b] | median over the blocks and its exact 95 %% interval |\n");
}

void md_appendix(struct text *out, const struct document *d)
{
    skipped(out, d);
    ceilings(out, d);
    failed(out, d);
    md_odd(out, d);
    floor_card(out, d);
    md_tables(out, d);
    machine(out, d);
    reproduce(out, d);
    glossary(out);
}
