/* SPDX-License-Identifier: Apache-2.0 */
/* The tables: a row for each case and K, a column for each strategy. */
#include "report/ceilings.h"
#include "report/findings.h"
#include "report/memory_slope.h"
#include "report/report_md.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum table_scope {
    ALL_WORK,
    NOT_MICRO,
    BY_RATE,        /* work whose result is its throughput */
    HEADLINE_ONLY,  /* whose result is this metric */
    MICRO_HEADLINE, /* the same, of micro workloads only */
    WHERE_SPAWNED   /* by whatever metric, what leads with the cost of a task */
};

static bool in_scope(const struct report_run *run, const struct situation *s, const char *metric,
                     enum table_scope scope)
{
    const struct report_workload *w = &run->workloads[s->workload];
    if (workload_is_floor(w) || w->paced) /* paced load has its own section */
        return false;
    if (scope == WHERE_SPAWNED)
        return strcmp(w->headline, "spawn_join_ns") == 0;
    if (scope == HEADLINE_ONLY || scope == MICRO_HEADLINE)
        return strcmp(w->headline, metric) == 0 && (scope == HEADLINE_ONLY || workload_is_micro(w));
    if (scope != ALL_WORK && workload_is_micro(w))
        return false;
    return scope != BY_RATE || strcmp(w->headline, "throughput_ops_per_s") == 0;
}

static const struct report_cell *cell_at(const struct report_run *run, const struct situation *s, unsigned strategy)
{
    if (s->cell[strategy] < 0)
        return NULL;
    const struct report_cell *cell = &run->cells[s->cell[strategy]];
    return cell->cell.in_flight == s->in_flight ? cell : NULL; /* a stand-in is shown where it was measured */
}

/* Less than one switch in a thousand ops: how much less says nothing, and summary.json has it. */
static bool is_next_to_nothing(const char *metric, const struct estimate *e)
{
    return strstr(metric, "_switches_per_op") && e->value > 0 && fmax(e->value, e->has_interval ? e->hi : 0) < 1e-3;
}

static void add_entry(struct text *out, const struct report_cell *cell, const char *metric)
{
    char buf[NUMBER_LEN];
    struct estimate e = cell ? cell_metric(cell, metric) : (struct estimate){0};
    if (e.n && is_next_to_nothing(metric, &e))
        text_add(out, "< 0.001%s", cell->status == CELL_PARTIAL ? " *" : "");
    else if (e.n)
        text_add(out, "%s%s", number_interval(buf, &e, unit_of_metric(metric)),
                 cell->status == CELL_PARTIAL ? " *" : "");
    else if (cell && cell->did_not_switch && strcmp(metric, "handoff_ns") == 0)
        text_add_escaped(out, cell->reason);
    else if (cell)
        text_add(out, "%s", cell->ok ? "–" : cell->status == CELL_NOT_RUN ? "not run" : cell_status_name(cell->status));
}

static bool row_has_value(const struct report_run *run, const struct situation *s, const char *metric)
{
    for (unsigned i = 0; i < run->n_strategies; i++) {
        const struct report_cell *cell = cell_at(run, s, i);
        if (cell && (cell_metric(cell, metric).n || (cell->did_not_switch && strcmp(metric, "handoff_ns") == 0)))
            return true;
    }
    return false;
}

/* What becomes of trials that give no number. */
static void where_missing(struct text *out, const struct report_run *run)
{
    const struct {
        unsigned count;
        const char *where;
    } kinds[] = {{run->failed_count, "[Failed trials](#failed-trials)"},
                 {run->ceiling_count, "[Ceilings](#ceilings)"},
                 {run->gated_count, "the gates under [Can you trust it](#can-you-trust-it)"}};
    unsigned n = 0;
    text_add(out, "\n\\* some trials of this cell are missing");
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].count)
            text_add(out, "%s%s", n++ ? " and " : "; see ", kinds[i].where);
    text_add(out, ".\n");
}

/* Nobody switched, as far as a thousandth of a switch goes: such rows are counted and left out. */
static bool nobody_switched(const struct report_run *run, const struct situation *s, const char *metric)
{
    for (unsigned i = 0; i < run->n_strategies; i++) {
        const struct report_cell *cell = cell_at(run, s, i);
        struct estimate e = cell ? cell_metric(cell, metric) : (struct estimate){0};
        if (e.n && (e.value != 0 || (e.has_interval && e.hi > 0)) && !is_next_to_nothing(metric, &e))
            return false;
    }
    return strstr(metric, "_switches_per_op") != NULL;
}

static void add_table(struct text *out, const struct document *d, const char *metric, enum table_scope scope,
                      const char *what)
{
    const struct report_run *run = d->run;
    const char *last = "";
    unsigned quiet = 0;
    bool any = false, partial = false;
    for (unsigned i = 0; i < d->pairing->n; i++) {
        const struct situation *s = &d->pairing->list[i];
        if (!in_scope(run, s, metric, scope) || !row_has_value(run, s, metric))
            continue;
        if (nobody_switched(run, s, metric)) {
            quiet++;
            continue;
        }
        if (!any) {
            text_add(out, "%s (`%s` in `summary.json`)\n\n| case | K |", what, metric);
            md_strategy_columns(out, run, 1, 1);
            any = true;
        }
        text_add(out, "| ");
        if (strcmp(last, s->case_name) != 0)
            text_add_code(out, s->label);
        last = s->case_name;
        text_add(out, " | %u |", s->in_flight);
        for (unsigned j = 0; j < run->n_strategies; j++) {
            const struct report_cell *cell = cell_at(run, s, j);
            text_add(out, " ");
            add_entry(out, cell, metric);
            partial = partial || (cell && cell->status == CELL_PARTIAL);
            text_add(out, " |");
        }
        text_add(out, "\n");
    }
    if (!any)
        text_add(out, "%s: this run has none.\n", what);
    if (any && quiet)
        text_add(out, "\nLeft out: %u row%s in which nobody had as much as 0.001.\n", quiet, quiet == 1 ? "" : "s");
    if (partial)
        where_missing(out, run);
    text_add(out, "\n");
}

/* The whole of a section that has one table, where any workload leads with this metric. */
static void headline_section(struct text *out, const struct document *d, const char *heading, const char *metric,
                             enum table_scope scope, const char *what)
{
    for (unsigned i = 0; i < d->pairing->n; i++)
        if (in_scope(d->run, &d->pairing->list[i], metric, scope)) {
            text_add(out, "%s\n\n", heading);
            add_table(out, d, metric, scope, what);
            return;
        }
}

static bool has_headline(const struct report_run *run, const char *metric)
{
    for (unsigned i = 0; i < run->n_workloads; i++)
        if (strcmp(run->workloads[i].headline, metric) == 0)
            return true;
    return false;
}

static bool has_metric(const struct document *d, const char *metric)
{
    for (unsigned i = 0; i < d->pairing->n; i++)
        if (row_has_value(d->run, &d->pairing->list[i], metric))
            return true;
    return false;
}

static void throughput(struct text *out, const struct document *d)
{
    text_add(out, "## Throughput\n\n");
    md_plot(out, d, "throughput_vs_k");
    add_table(out, d, "throughput_ops_per_s", BY_RATE, "Ops per second, higher is better");
    text_add(out, "From `ops` and `run_ns` of each line of `trials.jsonl`. An empty place was not planned (serial has "
                  "one K).\n\n");
}

static void latency(struct text *out, const struct document *d)
{
    text_add(out, "## Latency\n\nFrom the actual start of an op to its end. In a closed load latency grows with K "
                  "where the CPUs or "
                  "the device are the limit: compare strategies at one K, not one strategy along K.\n\n");
    md_plot(out, d, "latency_percentiles");
    add_table(out, d, "latency_p50_ns", BY_RATE, "Median latency");
    add_table(out, d, "latency_p99_ns", BY_RATE, "99th percentile");
    text_add(out, "From the histograms in `hist/`, one line per trial. The 99.9th percentile is among the "
                  "[further tables](#further-tables).\n\n");
}

static void switches(struct text *out, const struct document *d)
{
    text_add(out, "## Context switches\n\n### How many\n\n");
    md_plot(out, d, "switches_vs_k");
    text_add(out,
             "The numbers, voluntary switches (a carrier had to wait), involuntary ones (it was preempted) and those "
             "made without the kernel, are among the [further tables](#further-tables).\n\n### What one costs\n\n");
    md_plot(out, d, "handoff_cost");
    add_table(out, d, "handoff_ns", HEADLINE_ONLY, "Time per measured hand-off: one task wakes another and waits");
    text_add(
        out,
        "A time per hand-off is given only where the switches were counted and came to 2 per round trip within 2 %% "
        "(by the kernel or, for coroutines, without it); any other row says so instead: both sides stayed awake, or "
        "each "
        "turn cost more than one switch.\n\n");
}

static void wakes(struct text *out, const struct document *d)
{
    if (!has_headline(d->run, "wake_p50_ns"))
        return;
    text_add(out,
             "### How late one is\n\nFrom the decision to wake a task to its first instruction (`wake_latency`).\n\n");
    add_table(out, d, "wake_p50_ns", ALL_WORK, "Median wake-up");
    add_table(out, d, "wake_p90_ns", ALL_WORK, "90th percentile");
    add_table(out, d, "wake_p99_ns", ALL_WORK, "99th percentile, where at least 368 wakes per trial allow it");
}

static void spawn_parts(struct text *out, const struct document *d)
{
    if (!has_metric(d, "spawn_first_ns"))
        return;
    text_add(out,
             "### The parts of it\n\nMeasured beside the timed part, K tasks at a time, each one marked: the "
             "medians over a trial's tasks. With K = 1 nothing overlaps. An empty place: that strategy has no such "
             "moment (a call returns when its task is over; long-lived carriers are not waited for). Anything "
             "below 20 ns is the clock's.\n\n");
    md_plot(out, d, "spawn_parts");
    add_table(out, d, "spawn_create_ns", WHERE_SPAWNED, "Creation: how long the call takes that makes a task");
    add_table(out, d, "spawn_first_ns", WHERE_SPAWNED, "From the begin of that call to the task's first instruction");
    add_table(out, d, "spawn_reap_ns", WHERE_SPAWNED, "From a task's last instruction until it is joined or reaped");
    add_table(out, d, "spawn_return_ns", WHERE_SPAWNED,
              "From the last instruction of the last task until the caller goes on");
}

/* "touch_kib=0": what tells this row from others of its strategy. */
static void add_params_but_tasks(struct text *out, const struct report_cell *cell)
{
    char buf[CELL_ID_LEN] = "";
    size_t used = 0;
    for (unsigned i = 0; i < cell->cell.n_params && used < sizeof buf; i++)
        if (strcmp(cell->cell.params[i].name, "tasks") != 0)
            used += (size_t)snprintf(buf + used, sizeof buf - used, "%s%s=%s", used ? "," : "",
                                     cell->cell.params[i].name, cell->cell.params[i].text);
    text_add_code(out, buf);
}

/* Beside each limit how many waiting tasks it would let in. Columns that apply to nobody here are left out. */
static void ceilings(struct text *out, const struct document *d, const struct memory_slope *slope)
{
    struct ceilings found;
    char buf[NUMBER_LEN];
    bool shown[CEILING_COUNT] = {false};
    unsigned n = 0;
    for (unsigned i = 0; i < slope->n; i++) {
        ceilings_find(&found, d->run->env, &slope->rows[i]);
        for (int c = 0; c < CEILING_COUNT; c++)
            shown[c] |= isfinite(found.tasks[c]);
    }
    for (int c = 0; c < CEILING_COUNT; c++)
        n += shown[c];
    if (!n)
        return;
    text_add(out,
             "Which limit would be the ceiling: the greatest N that each limit of this machine allows, from what a "
             "task uses up of it (bytes; threads and processes; mappings; descriptors) and what the limit was "
             "when the run began, as if nobody else used any of it. A dash: the tasks use none of it, or it is "
             "not known.\n\n| strategy | case | ceiling |");
    for (int c = 0; c < CEILING_COUNT; c++)
        if (shown[c])
            text_add(out, " %s |", ceiling_names[c]);
    text_add(out, "\n");
    md_rule(out, 3, n);
    for (unsigned i = 0; i < slope->n; i++) {
        const struct report_cell *of = slope->rows[i].of;
        ceilings_find(&found, d->run->env, &slope->rows[i]);
        text_add(out, "| %s | ", d->run->strategies[of->strategy].name);
        add_params_but_tasks(out, of);
        text_add(out, " | %s |", found.lowest < 0 ? "–" : ceiling_names[found.lowest]);
        for (int c = 0; c < CEILING_COUNT; c++)
            if (shown[c])
                text_add(out, " %s |", isfinite(found.tasks[c]) ? number_plain(buf, found.tasks[c], UNIT_COUNT) : "–");
        text_add(out, "\n");
    }
    text_add(out, "\n");
}

static void memory_slopes(struct text *out, const struct document *d)
{
    struct memory_slope slope;
    char buf[NUMBER_LEN];
    if (!memory_slope_build(&slope, d->run) && slope.n) {
        text_add(out,
                 "The slope over the number of tasks N (a line through the totals of each block, `parked_bytes`; the "
                 "median over the blocks) is free of what a strategy holds once. What it holds once is where the "
                 "line meets N = 0.\n\n| strategy | case | N | bytes per task | held once |\n");
        md_rule(out, 2, 3);
    }
    for (unsigned i = 0; i < slope.n; i++) {
        const struct memory_slope_row *row = &slope.rows[i];
        text_add(out, "| %s | ", d->run->strategies[row->of->strategy].name);
        add_params_but_tasks(out, row->of);
        text_add(out, " | %u from %.0f to %.0f |", row->sizes_count, row->least, row->greatest);
        text_add(out, " %s |", number_interval(buf, &row->bytes_per_task, UNIT_BYTES));
        text_add(out, " %s |\n", number_interval(buf, &row->fixed_bytes, UNIT_BYTES));
    }
    text_add(out, slope.n ? "\n" : "");
    ceilings(out, d, &slope);
    memory_slope_fini(&slope);
}

void md_results(struct text *out, const struct document *d)
{
    if (md_has_load(d->run, true) && !md_has_load(d->run, false))
        return; /* all of its numbers stand in the section on offered load */
    throughput(out, d);
    latency(out, d);
    switches(out, d);
    wakes(out, d);
    headline_section(out, d, "### With something in the caches", "ring_turn_ns", HEADLINE_ONLY,
                     "Time of one turn in the ring, the walk through its memory included");
    headline_section(out, d, "### Locks and channels", "throughput_ops_per_s", MICRO_HEADLINE,
                     "Ops per second, higher is better");
    text_add(out, "## Spawn and join\n\n");
    md_plot(out, d, "spawn_join");
    add_table(out, d, "spawn_join_ns", HEADLINE_ONLY, "Time to create a task, run an empty body and join it");
    spawn_parts(out, d);
    headline_section(out, d, "### Children: splitting work off and joining it", "fork_join_ns", HEADLINE_ONLY,
                     "Time per child of a tree of tasks, all its computing included; serial calls instead");
    text_add(out, "### Before the first task\n\nWhat a strategy makes beforehand (a pool its workers, coroutines their "
                  "workers, rings and stacks) is not "
                  "in the timed part of any table; this is what it takes, once per trial.\n\n");
    add_table(out, d, "open_ns", has_headline(d->run, "spawn_join_ns") ? WHERE_SPAWNED : ALL_WORK,
              "Time to open the strategy, before the timed part");
    text_add(out,
             "## CPU time and memory\n\nWhat the throughput was bought with. CPU time is user and system time of "
             "the trial and "
             "all its children in the timed part, kernel threads of io_uring included. The sum is exact; the kernel "
             "splits it into user and system by sampling, so in trials of a few milliseconds only the sum means "
             "anything.\n\n");
    md_plot(out, d, "cpu_per_op");
    add_table(out, d, "cpu_ns_per_op", NOT_MICRO, "CPU time per op");
    md_plot(out, d, "memory_vs_k");
    text_add(out, "The numbers are among the [further tables](#further-tables).\n\n");
    md_meters(out, d);
    headline_section(out, d, "### A task that only waits", "bytes_per_task", HEADLINE_ONLY,
                     "Memory per waiting task: its own pages, kernel stack and page tables");
    md_plot(out, d, "waiting_task");
    memory_slopes(out, d);
    text_add(
        out,
        "## Efficiency\n\nNo schedule can be shorter than the greatest of N·L/K (K waits at a time), N·c/cores (all "
        "CPUs "
        "busy) and one task's own ops, with N ops that wait L, compute c, or both. For work that computes, c is the "
        "CPU time "
        "per "
        "op of the serial trial in the same block; for sleeps L is known; for devices L is the serial trial's mean "
        "latency; where an op waits and computes, the workload measures its computing by itself. "
        "(The CPU time that a strategy spends on waiting is its own cost and no part of the bound.) "
        "Efficiency is this bound divided by the measured time: 1 is ideal. `cores` is what the strategy can keep busy "
        "at "
        "that K (serial: one), so 1 says that nothing of *its* CPUs is lost, not that it is the fastest.\n\n");
    md_plot(out, d, "efficiency_vs_k");
    add_table(out, d, "efficiency", ALL_WORK, "Bound ÷ measured time, higher is better");
}

void md_tables(struct text *out, const struct document *d)
{
    if (md_has_load(d->run, true) && !md_has_load(d->run, false))
        return;
    text_add(out, "## Further tables\n\nWhat pictures above are drawn from. \"< 0.001\": more than none, but less than "
                  "one in a thousand ops, "
                  "the interval too.\n\n");
    add_table(out, d, "latency_p999_ns", BY_RATE, "99.9th percentile, where at least 3688 samples per trial allow it");
    add_table(out, d, "voluntary_switches_per_op", NOT_MICRO,
              "Voluntary switches of the kernel per op: a carrier had to wait");
    add_table(out, d, "involuntary_switches_per_op", NOT_MICRO,
              "Involuntary switches of the kernel per op: a carrier was preempted");
    add_table(out, d, "user_switches_per_op", NOT_MICRO, "Switches made without the kernel, per op");
    add_table(out, d, "memory_peak_bytes", NOT_MICRO, "Peak memory of the whole trial");
    text_add(out,
             "### What was measured alongside\n\nThe least and the greatest median over the strategies, for the first "
             "case of each workload at its greatest K. The strategies differ in more than one factor at a time, so "
             "these counters stand beside the result and are no proof of a cause.\n\n"
             "| case | K | what | least | greatest |\n| --- | ---: | --- | --- | --- |\n");
    findings_add_observations(out, d->run, d->pairing);
    text_add(out, "\n");
}
