/* SPDX-License-Identifier: Apache-2.0 */
/* Did trials reach a steady state: how many of each class, and those that did not. */
#include "report/report_md.h"

#include <math.h>
#include <stdlib.h>

enum { ODD_MAX = 30 };

/* How far into its trial a trial that warmed up had settled, in per cent; the median, NaN where none did. */
static double settled_percent(const struct report_run *run, unsigned warm)
{
    double *list = malloc((warm + 1) * sizeof *list);
    unsigned n = 0;
    for (unsigned c = 0; c < run->n_cells && list; c++)
        for (unsigned i = 0; i < run->cells[c].n_paces; i++) {
            const struct pace *pace = &run->cells[c].paces[i];
            if (pace->class == STEADY_WARM_UP && pace->run_ns && n < warm)
                list[n++] = 100 * (double)pace->settled_ns / (double)pace->run_ns;
        }
    double median = n ? stats_median(list, n) : NAN;
    free(list);
    return median;
}

static void count_classes(const struct report_run *run, unsigned count[STEADY_COUNT])
{
    for (unsigned c = 0; c < run->n_cells; c++)
        for (unsigned i = 0; i < run->cells[c].n_paces; i++)
            count[run->cells[c].paces[i].class]++;
}

/* Does a cell warm up in more than half of its trials that have a class? Then it is the cell's way and no accident. */
static bool warms_up(const struct report_cell *cell)
{
    unsigned told = 0, warm = 0;
    for (unsigned i = 0; i < cell->n_paces; i++) {
        told += cell->paces[i].class != STEADY_UNKNOWN;
        warm += cell->paces[i].class == STEADY_WARM_UP;
    }
    return warm >= 3 && 2 * warm > told;
}

static void add_warm_cells(struct text *out, const struct report_run *run)
{
    unsigned n = 0, shown = 0;
    for (unsigned c = 0; c < run->n_cells; c++)
        n += warms_up(&run->cells[c]);
    if (n == 0)
        return;
    text_add(out,
             " %u cell%s warm%s up in most trials, so %s number%s a part that longer trials would have less of: ", n,
             n == 1 ? "" : "s", n == 1 ? "s" : "", n == 1 ? "its" : "their", n == 1 ? " holds" : "s hold");
    for (unsigned c = 0; c < run->n_cells && shown < 8; c++)
        if (warms_up(&run->cells[c])) {
            text_add(out, shown++ ? ", " : "");
            text_add_code(out, run->cells[c].id);
        }
    text_add(out, n > shown ? ", ..." : ".");
}

void md_steady(struct text *out, const struct document *d)
{
    unsigned count[STEADY_COUNT] = {0}, told = 0;
    count_classes(d->run, count);
    for (unsigned i = 0; i < STEADY_UNKNOWN; i++)
        told += count[i];
    if (told + count[STEADY_UNKNOWN] == 0)
        return;
    text_add(out,
             "- **Was there a steady state?** (Change points in the cost of an op over the trial, in up to 64 parts "
             "of as many ops; levels that differ by 5 %% or less are one.) ");
    if (told == 0) {
        text_add(out, "No trial was long enough, or had stamps enough, to tell.\n");
        return;
    }
    text_add(out, "Of %u trials that are long enough to tell, %u are flat; %u were slower at first", told,
             count[STEADY_FLAT], count[STEADY_WARM_UP]);
    if (count[STEADY_WARM_UP])
        text_add(out, " (half of them for %.2g %% of the timed part or less)",
                 settled_percent(d->run, count[STEADY_WARM_UP]));
    text_add(out, ", %u became slower, and %u had no steady state", count[STEADY_SLOWDOWN], count[STEADY_NONE]);
    text_add(out, count[STEADY_NONE] ? " (below, under \"Odd results\")." : ".");
    if (count[STEADY_UNKNOWN])
        text_add(out, " In %u more it cannot be told.", count[STEADY_UNKNOWN]);
    text_add(out, " All of them count.");
    add_warm_cells(out, d->run);
    text_add(out, "\n");
}

void md_odd(struct text *out, const struct document *d)
{
    unsigned count[STEADY_COUNT] = {0}, shown = 0;
    count_classes(d->run, count);
    if (count[STEADY_NONE] == 0)
        return;
    text_add(out,
             "## Odd results\n\nTrials that had no steady state: the cost of an op changed for good within their last "
             "quarter. Their numbers count, and are means over more than one state.\n\n"
             "| cell | block | cost of an op, from part to part (median = 100) |\n| --- | ---: | --- |\n");
    for (unsigned c = 0; c < d->run->n_cells; c++)
        for (unsigned i = 0; i < d->run->cells[c].n_paces; i++) {
            const struct pace *pace = &d->run->cells[c].paces[i];
            if (pace->class != STEADY_NONE || shown++ >= ODD_MAX)
                continue;
            md_row_begin(out, d->run->cells[c].id);
            text_add(out, " %u | ", pace->block);
            for (unsigned part = 0; part < 8 && pace->n >= 8; part++) { /* eighths: the eye wants no 64 */
                unsigned from = part * pace->n / 8, to = (part + 1) * pace->n / 8;
                double sum = 0;
                for (unsigned at = from; at < to; at++)
                    sum += pace->cost[at];
                text_add(out, "%s%.0f", part ? " " : "", sum / (to - from) / 10);
            }
            text_add(out, " |\n");
        }
    if (shown > ODD_MAX)
        text_add(out, "\n%u more are in the journal (`steady`).\n", shown - ODD_MAX);
    text_add(out, "\n");
}
