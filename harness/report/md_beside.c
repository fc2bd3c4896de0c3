/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What answered the strategies: the origin that they fetched from, and the device that they read from. A number is only
 * a strategy's own if the other side had headroom and the depth that was asked for. A run without both has no section.
 */
#include "report/report_md.h"

#include <math.h>
#include <string.h>

static bool counts(const struct report_cell *cell, const char *metric)
{
    return cell->ok && !cell->cell.role[0] && cell_metric(cell, metric).n > 0;
}

/* Cells of one case at one K and one rate. */
static bool same_row(const struct report_cell *a, const struct report_cell *b)
{
    return a->cell.in_flight == b->cell.in_flight && a->cell.offered_per_s == b->cell.offered_per_s &&
           strcmp(a->case_name, b->case_name) == 0;
}

/* Is this the first cell of its row that has the metric? */
static bool begins_row(const struct report_run *run, unsigned at, const char *metric)
{
    if (!counts(&run->cells[at], metric))
        return false;
    for (unsigned i = 0; i < at; i++)
        if (counts(&run->cells[i], metric) && same_row(&run->cells[i], &run->cells[at]))
            return false;
    return true;
}

static void add_row_name(struct text *out, const struct report_cell *cell)
{
    md_row_begin(out, cell->label);
    text_add(out, " %u |", cell->cell.in_flight);
}

/* --- the origin --------------------------------------------------------------------------------------------------- */

/* Of the strategies of a row, the one to which the origin had least to spare. */
struct origin_row {
    double servers, busy_percent, ceiling_per_s, late_ns, own_cpus, headroom;
    unsigned workers; /* CPUs of the strategies */
};

static struct origin_row origin_row_of(const struct report_run *run, const struct report_cell *of)
{
    struct origin_row row = {.servers = 1,
                             .ceiling_per_s = INFINITY,
                             .headroom = INFINITY,
                             .own_cpus = INFINITY,
                             .workers = of->cell.workers};
    for (unsigned i = 0; i < run->n_cells; i++) {
        const struct report_cell *c = &run->cells[i];
        if (!counts(c, "origin_ceiling_per_s") || !same_row(c, of))
            continue;
        double ceiling = cell_metric(c, "origin_ceiling_per_s").value;
        double busy = cell_metric(c, "origin_cpu_percent").value;
        if (cell_metric(c, "origin_servers_count").n) /* from before there could be several: one */
            row.servers = fmax(row.servers, cell_metric(c, "origin_servers_count").value);
        row.busy_percent = fmax(row.busy_percent, busy);
        row.ceiling_per_s = fmin(row.ceiling_per_s, ceiling);
        row.late_ns = fmax(row.late_ns, cell_metric(c, "origin_late_mean_ns").value);
        row.own_cpus = fmin(row.own_cpus, cell_metric(c, "origin_own_cpus_count").value);
        row.headroom = fmin(row.headroom, 100 / busy); /* of one CPU */
    }
    return row;
}

static void origin_table(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    char buf[NUMBER_LEN];
    bool any = false;
    for (unsigned i = 0; i < run->n_cells; i++) {
        if (!begins_row(run, i, "origin_ceiling_per_s"))
            continue;
        if (!any) {
            text_add(
                out,
                "Pages came from an origin of the harness: a process with one server or, for every four CPUs of the "
                "run, one, each a loop in a thread of its own. *Busy* is the busiest server's share of one CPU, with "
                "the strategy that left it least to spare; *ceiling* is how many pages they could have served at that "
                "price each until that one was full. From 70 %% on a trial does not count. P′ CPUs are those of the "
                "strategies, the others were the origin's; where it had none of its own it shared theirs.\n\n| case | "
                "K | P′ | CPUs of its own | servers | busy | headroom | ceiling | late, on average |\n");
            md_rule(out, 1, 8);
            any = true;
        }
        struct origin_row row = origin_row_of(run, &run->cells[i]);
        add_row_name(out, &run->cells[i]);
        text_add(out, " %u | %.0f | %.0f |", row.workers, row.own_cpus, row.servers);
        text_add(out, " %.0f %% | %.1f × |", row.busy_percent, row.headroom);
        text_add(out, " %s |", number_plain(buf, row.ceiling_per_s, UNIT_RATE));
        text_add(out, " %s |\n", number_plain(buf, row.late_ns, UNIT_NS));
    }
    if (any)
        text_add(out, "\n");
}

/* --- the device --------------------------------------------------------------------------------------------------- */

static const struct report_cell *of_strategy(const struct report_run *run, const struct report_cell *of, unsigned s)
{
    for (unsigned i = 0; i < run->n_cells; i++)
        if (run->cells[i].strategy == s && counts(&run->cells[i], "device_depth_mean") && same_row(&run->cells[i], of))
            return &run->cells[i];
    return NULL;
}

static void device_table(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    char buf[NUMBER_LEN];
    bool any = false;
    for (unsigned i = 0; i < run->n_cells; i++) {
        if (!begins_row(run, i, "device_depth_mean"))
            continue;
        if (!any) {
            text_add(out,
                     "Reads that reached the device: how many were there at a time, on average, by the device's own "
                     "account, to be held against K. A reader that waits for a CPU, or copies, is in flight and not at "
                     "the device. In brackets reads of the device per op: 1, unless others read too or the kernel read "
                     "ahead.\n\n| case | K |");
            md_strategy_columns(out, run, 1, 1);
            any = true;
        }
        add_row_name(out, &run->cells[i]);
        for (unsigned s = 0; s < run->n_strategies; s++) {
            const struct report_cell *cell = of_strategy(run, &run->cells[i], s);
            if (cell)
                text_add(out, " %s (%.2g) |",
                         number_plain(buf, cell_metric(cell, "device_depth_mean").value, UNIT_COUNT),
                         cell_metric(cell, "device_reads_per_op").value);
            else
                text_add(out, " – |");
        }
        text_add(out, "\n");
    }
    if (any)
        text_add(out, "\n");
}

void md_beside(struct text *out, const struct document *d)
{
    bool any = false;
    for (unsigned i = 0; i < d->run->n_cells; i++)
        any |= counts(&d->run->cells[i], "origin_ceiling_per_s") || counts(&d->run->cells[i], "device_depth_mean");
    if (!any)
        return;
    text_add(out, "## What answered\n\n");
    origin_table(out, d);
    device_table(out, d);
}
