/* SPDX-License-Identifier: Apache-2.0 */
/* The first screen: what run this is, what may not be concluded from it, and the answer. */
#include "report/findings.h"
#include "report/report.h"
#include "report/report_md.h"

#include <math.h>
#include <string.h>

static void machine_line(struct text *out, const struct document *d)
{
    text_add(out, "**Machine:** ");
    md_fact(out, d, "cpu.model");
    text_add(out, "; CPUs online: ");
    md_fact(out, d, "cpu.online");
    text_add(out, ", granted to this run: P = %u; Linux ", d->run->workers);
    md_fact(out, d, "kernel.release");
    text_add(out, "; hypervisor: ");
    md_fact(out, d, "platform.hypervisor");
    text_add(out, "\n\n");
}

static void taints(struct text *out, const struct document *d)
{
    size_t i;
    json_t *taint;
    const json_t *list = json_object_get(d->run->run, "taints");
    if (!json_array_size(list)) {
        text_add(out, "**Taints:** none.\n\n");
        return;
    }
    text_add(out, "**Taints** (conditions that can distort what follows):\n\n");
    json_array_foreach(list, i, taint)
    {
        const char *id = json_string_value(json_object_get(taint, "id"));
        const char *text = json_string_value(json_object_get(taint, "text"));
        text_add(out, "- ");
        text_add_code(out, id ? id : "");
        text_add(out, ": ");
        text_add_escaped(out, text ? text : "");
        text_add(out, "\n");
    }
    text_add(out, "\n");
}

static void limits(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    text_add(out,
             "**What this run cannot tell:** how another machine would decide; %sany K or parameter that is not in the "
             "tables.",
             md_has_load(run, true)
                 ? ""
                 : "any load that is paced from outside (all loads here but that of `hog` are closed: the "
                   "next op starts when the "
                   "last one ends; `--rate` offers a load by the clock); ");
    if (d->pairing->n_claims == 0)
        text_add(
            out,
            " **It has too few blocks for verdicts** (6 are needed for an interval): every number is an observation, "
            "and differences between strategies may be chance.");
    if (strcmp(md_run_text(d, "status"), "complete") != 0)
        text_add(out, " **The run is not complete**; cells without all of their trials are marked.");
    if (run->ceiling_count)
        text_add(out, " %u cell%s met a limit of this machine; see [Ceilings](#ceilings).", run->ceiling_count,
                 run->ceiling_count == 1 ? "" : "s");
    if (run->failed_count)
        text_add(out, " %u trial%s failed; see [Failed trials](#failed-trials).", run->failed_count,
                 run->failed_count == 1 ? "" : "s");
    text_add(out, "\n\n");
}

/* Contests that were planned and have no verdict, although others have: who reads the answer must not miss them. */
static void without_verdict(struct text *out, const struct document *d)
{
    unsigned n = 0;
    for (unsigned i = 0; i < d->pairing->n_sweeps; i++) {
        const struct situation *s = pairing_highest(d->pairing, d->pairing->sweeps[i].case_name);
        if (!s || s->has_verdicts || workload_is_floor(&d->run->workloads[s->workload]))
            continue;
        text_add(out, n++ ? ", " : " No verdict, for want of six blocks with a number: ");
        text_add_code(out, s->label);
    }
    text_add(out, n ? "." : "");
}

/* What the instrument's own checks say about small differences. */
static void add_controls(struct text *out, const struct document *d)
{
    const struct instrument *instrument = &d->pairing->instrument;
    unsigned twins = 0, controls = 0, seen = 0, alarms = instrument_false_alarms(instrument);
    for (unsigned i = 0; i < instrument->n; i++) {
        bool twin = instrument->list[i].injected == 0;
        twins += twin;
        controls += !twin;
        seen += !twin && check_was_seen(&instrument->list[i]);
    }
    if (twins && alarms)
        text_add(out, "; **of %u cells measured against themselves %u came out different**", twins, alarms);
    else if (twins)
        text_add(out, "; %u cells measured against themselves came out equal", twins);
    if (controls == seen) {
        text_add(out, controls ? "; all known delays put in were seen" : "");
        return;
    }
    text_add(out, "; **of known delays put in, these were not seen: ");
    for (unsigned i = 0, n = 0; i < instrument->n; i++)
        if (instrument->list[i].injected > 0 && !check_was_seen(&instrument->list[i]))
            text_add(out, "%s%.0f %%", n++ ? ", " : "", 100 * instrument->list[i].injected);
    text_add(out, "**");
}

static void how_sure(struct text *out, const struct document *d)
{
    double resolution = md_resolution(d);
    if (!d->pairing->n_claims || !isfinite(resolution))
        return;
    text_add(out, "**How sure:** half of the %u comparisons have an interval of ±%.2g %% or narrower",
             d->pairing->n_claims, resolution);
    add_controls(out, d);
    text_add(out, ".");
    without_verdict(out, d);
    text_add(out, " More: [Can you trust it](#can-you-trust-it).\n\n");
}

static void banner(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    double elapsed_s = json_number_value(json_object_get(run->run, "elapsed_s"));
    text_add(out, "# Quintet report: the same work, five ways\n\n**Run:** ");
    text_add_code(out, md_run_text(d, "run_id"));
    text_add(out, ", started ");
    text_add_escaped(out, md_run_text(d, "started_utc"));
    text_add(out, "; status ");
    text_add_code(out, md_run_text(d, "status"));
    text_add(out, "; profile ");
    text_add_code(out, md_run_text(d, "profile"));
    text_add(out, ", %" JSON_INTEGER_FORMAT " of %u blocks; %u trials ok, %u failed, %u skipped, %u re-run; %.*f s\n\n",
             json_integer_value(json_object_get(run->run, "blocks_done")), run->blocks, run->ok_count,
             run->failed_count, run->skipped_count, run->rerun_count, elapsed_s < 10, elapsed_s);
    machine_line(out, d);
    taints(out, d);
    how_sure(out, d);
    limits(out, d);
}

static void sentences(struct text *out, const struct text *list, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        text_add(out, "%u. ", i + 1);
        if (list[i].data)
            text_add_bytes(out, list[i].data, list[i].len);
        text_add(out, "\n");
    }
    text_add(out, "\n");
}

static void answer(struct text *out, const struct document *d)
{
    text_add(out, "## The answer first\n\n");
    if (d->n_findings == 0)
        text_add(out, "No two strategies have numbers for the same work: there is nothing to compare.\n\n");
    if (d->n_answer)
        text_add(
            out,
            "At the greatest K of each case; × is the next strategy's result as a multiple of the best one's.\n\n");
    if (d->n_answer)
        sentences(out, d->answer, d->n_answer);
    else
        sentences(out, d->findings, d->n_findings);
    md_plot(out, d, "winner_map");
}

static void add_pair(struct text *out, const struct report_run *run, unsigned a, int b, const char *metric)
{
    char buf[NUMBER_LEN];
    struct estimate x = cell_metric(&run->cells[a], metric);
    text_add(out, "%s", number_value(buf, &x, unit_of_metric(metric)));
    if (b >= 0) {
        struct estimate y = cell_metric(&run->cells[b], metric);
        text_add(out, " → %s", number_value(buf, &y, unit_of_metric(metric)));
    }
}

static void decision_row(struct text *out, const struct document *d, const struct sweep *sweep,
                         const struct situation *s, bool first)
{
    const struct report_run *run = d->run;
    const char *metric = run->workloads[s->workload].headline;
    const struct comparison *next = situation_runner_up(s, metric_higher_is_better(metric));
    char ratio[NUMBER_LEN] = "–";
    text_add(out, "| ");
    if (first)
        text_add_code(out, sweep->label);
    text_add(out, " | %s (K = %u", regime_name(s->regime), s->in_flight);
    if (s->workers != run->workers)
        text_add(out, ", P = %u", s->workers);
    text_add(out, ") | ");
    findings_add_set(out, run, s);
    if (!s->has_verdicts && d->pairing->n_claims)
        text_add(out, " (best median, no verdict)");
    text_add(out, " | ");
    if (next)
        text_add_code(out, run->strategies[run->cells[next->other].strategy].name);
    else
        text_add(out, "–");
    if (next)
        number_interval(ratio, &next->claim.ratio, UNIT_RATIO);
    text_add(out, " | %s | ", ratio);
    add_pair(out, run, (unsigned)s->best, next ? (int)next->other : -1, "cpu_ns_per_op");
    text_add(out, " | ");
    add_pair(out, run, (unsigned)s->best, next ? (int)next->other : -1, "memory_peak_bytes");
    text_add(out, " |\n");
}

static void decision_rows(struct text *out, const struct document *d, bool micro)
{
    bool verdicts = d->pairing->n_claims > 0, any = false;
    for (unsigned i = 0; i < d->pairing->n_sweeps; i++) {
        const struct sweep *sweep = &d->pairing->sweeps[i];
        const struct report_workload *w = &d->run->workloads[sweep->workload];
        bool first = true;
        if (workload_is_floor(w) || workload_is_micro(w) != micro)
            continue;
        for (int regime = 0; regime < REGIME_COUNT; regime++) {
            const struct situation *s = pairing_representative(d->pairing, sweep->case_name, (enum regime)regime);
            if (!s || !s->n_comparisons)
                continue;
            if (!any) {
                text_add(out,
                         "%s| case | regime | %s | next | next ÷ best | CPU per op, best → next | peak memory, "
                         "best → next |\n",
                         micro ? "Workloads that measure one mechanism each (micro):\n\n" : "",
                         verdicts ? "best set" : "best median");
                md_rule(out, 4, 3);
            }
            decision_row(out, d, sweep, s, first);
            first = false;
            any = true;
        }
    }
    text_add(out, any ? "\n" : "");
}

/* Which metric decides, where it is not throughput. */
static void headlines(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    text_add(out, "What is compared is the headline metric: throughput");
    for (unsigned w = 0; w < run->n_workloads; w++) {
        const struct report_workload *workload = &run->workloads[w];
        if (workload_is_floor(workload) || strcmp(workload->headline, "throughput_ops_per_s") == 0)
            continue;
        text_add(out, "; for ");
        text_add_code(out, workload->name);
        text_add(out, " %s", metric_words(workload->headline));
    }
    text_add(out, ". Medians of the journal's trials; `summary.json` has every value.\n\n");
}

static void decisions(struct text *out, const struct document *d)
{
    bool verdicts = d->pairing->n_claims > 0;
    text_add(out, "### Decision table\n\n");
    if (verdicts)
        text_add(
            out,
            "For each case and regime, at the greatest K measured in that regime. *Best set*: the best median and "
            "every "
            "strategy that is not worse by verdict; within it, choose by cost. *Next* is the best strategy outside the "
            "set, its headline metric given as a multiple of the best one's, with the 95 %% interval. P is given where "
            "a case has fewer CPUs than the run.\n\n");
    else
        text_add(
            out,
            "For each case and regime, at the greatest K measured in that regime. **No verdicts are possible in this "
            "run:** the first column of names is only the best median, the second the best of the rest.\n\n");
    decision_rows(out, d, false);
    decision_rows(out, d, true);
    headlines(out, d);
}

void md_head(struct text *out, const struct document *d)
{
    banner(out, d);
    answer(out, d);
    decisions(out, d);
    if (d->n_answer) {
        text_add(out, "### Workload by workload\n\nThe first case of each, at the greatest K.\n\n");
        sentences(out, d->findings, d->n_findings);
    }
}
