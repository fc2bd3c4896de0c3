/* SPDX-License-Identifier: Apache-2.0 */
/* Cycles, instructions, misses and energy per op; or, in one sentence each, why there are none. */
#include "report/report_md.h"

#include <string.h>

static const struct {
    const char *metric, *title;
} columns[] = {
    {"cycles_per_op", "cycles"},
    {"instructions_per_op", "instructions"},
    {"cache_misses_per_op", "cache misses"},
    {"branch_misses_per_op", "branch misses"},
    {"migrations_per_op", "migrations"},
    {"energy_uj_per_op", "energy, µJ"},
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

static bool has_any(const struct report_cell *cell)
{
    for (unsigned i = 0; i < N_COLUMNS; i++)
        if (cell_metric(cell, columns[i].metric).n)
            return true;
    return false;
}

/* The counters without a value, those of one reason together. */
static void add_missing(struct text *out, const struct report_run *run)
{
    for (unsigned e = 0; e < PERF_EVENTS; e++) {
        bool told = false;
        unsigned n = 0;
        for (unsigned before = 0; before < e; before++)
            told |= strcmp(run->perf_why[before], run->perf_why[e]) == 0;
        if (told || !run->perf_why[e][0])
            continue;
        text_add(out, " n/a: ");
        for (unsigned same = e; same < PERF_EVENTS; same++)
            if (strcmp(run->perf_why[same], run->perf_why[e]) == 0) {
                text_add(out, n++ ? ", " : "");
                text_add_code(out, perf_event_name((enum perf_event)same));
            }
        text_add(out, " (");
        text_add_escaped(out, run->perf_why[e]);
        text_add(out, ").");
    }
}

/* Was any of the processor's own events counted? */
static bool has_hardware(const struct report_run *run)
{
    for (unsigned e = PERF_CYCLES; e < PERF_EVENTS; e++)
        if (!run->perf_why[e][0])
            return true;
    return false;
}

static void say_what_there_is(struct text *out, const struct report_run *run)
{
    if (!run->perf_count)
        text_add(out, "Event counters of the processor (cycles, instructions, misses) were not asked for "
                      "(`quintet run --counters perf`): they slow context switches down.");
    else
        text_add(out, "With event counters (`--counters perf`) the kernel does more at each context switch: times of "
                      "this run are for comparison within it.");
    if (run->perf_user_only && has_hardware(run))
        text_add(out, " The processor's were counted in user mode only.");
    if (run->perf_count && run->perf_running_least < 1)
        text_add(out, " They had to share: one ran for %.0f %% of a trial, and is scaled up.",
                 100 * run->perf_running_least);
    add_missing(out, run);
    if (run->energy_why[0]) {
        text_add(out, " Energy: n/a (");
        text_add_escaped(out, run->energy_why);
        text_add(out, ").");
    } else if (run->energy_count) {
        text_add(out, " Energy is that of all sockets and their memory, whoever used it, in trials of 20 ms or more.");
    }
    text_add(out, "\n\n");
}

void md_meters(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    bool any = false;
    if (!run->perf_count && !run->energy_count)
        return; /* of a version that had none */
    text_add(out, "### Events and energy per op\n\n");
    say_what_there_is(out, run);
    for (unsigned c = 0; c < run->n_cells; c++) {
        const struct report_cell *cell = &run->cells[c];
        if (cell->cell.role[0] || !has_any(cell))
            continue;
        if (!any) {
            text_add(out, "| case | strategy | K |");
            for (unsigned i = 0; i < N_COLUMNS; i++)
                text_add(out, " %s |", columns[i].title);
            text_add(out, "\n");
            md_rule(out, 2, 1 + N_COLUMNS);
        }
        any = true;
        md_row_begin(out, cell->label);
        text_add(out, " %s | %u |", run->strategies[cell->strategy].name, cell->cell.in_flight);
        for (unsigned i = 0; i < N_COLUMNS; i++) {
            char buf[NUMBER_LEN];
            struct estimate e = cell_metric(cell, columns[i].metric);
            text_add(out, " %s |", e.n ? number_interval(buf, &e, UNIT_COUNT) : "n/a");
        }
        text_add(out, "\n");
    }
    text_add(out, any ? "\n" : "");
}
