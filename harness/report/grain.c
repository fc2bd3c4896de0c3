/* SPDX-License-Identifier: Apache-2.0 */
#include "report/grain.h"
#include "report/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double grain_threshold(const double *size, const double *efficiency, unsigned n, double target, enum grain_range *range)
{
    enum grain_range unused;
    range = range ? range : &unused;
    unsigned from = n; /* the first of the sizes at the end that all reach it */
    while (from > 0 && efficiency[from - 1] >= target)
        from--;
    *range = from == 0 ? GRAIN_BELOW : from == n ? GRAIN_ABOVE : GRAIN_WITHIN;
    if (*range != GRAIN_WITHIN)
        return size[from == 0 ? 0 : n - 1];
    double below = efficiency[from - 1], share = 0; /* of the way in 1/size, from the size that reaches it downwards */
    if (below > 0)
        share = (1 / target - 1 / efficiency[from]) / (1 / below - 1 / efficiency[from]);
    return 1 / (1 / size[from] + share * (1 / size[from - 1] - 1 / size[from]));
}

/* --- the cells --------------------------------------------------------------------------------------------------- */

static bool is_size(const struct report_run *run, const struct report_cell *cell)
{
    return cell->ok && !cell->cell.role[0] && cell->work && strcmp(run->workloads[cell->workload].name, "grain") == 0;
}

static double size_of(const struct report_cell *cell)
{
    return (double)cell->work / (double)cell->ops;
}

static double block_value(const struct report_cell *cell, const char *metric, unsigned block)
{
    const struct series *series = series_find(cell, metric);
    return series && block < series->n_blocks ? series->by_block[block] : NAN;
}

/* The serial cell with the largest tasks: its CPU time is the steps and next to nothing else, and unlike its wall time
 * the same if the machine has other things to do. */
static const struct report_cell *yardstick(const struct report_run *run)
{
    const struct report_cell *found = NULL;
    for (unsigned i = 0; i < run->n_cells; i++) {
        const struct report_cell *c = &run->cells[i];
        if (is_size(run, c) && strcmp(c->cell.strategy, "serial") == 0 && (!found || size_of(c) > size_of(found)))
            found = c;
    }
    return found;
}

static bool same_row(const struct report_cell *a, const struct report_cell *b)
{
    return a->strategy == b->strategy && a->cell.in_flight == b->cell.in_flight && a->cell.workers == b->cell.workers;
}

/* The row's cells into list[], by size. */
static unsigned collect(const struct report_run *run, const struct report_cell *of, const struct report_cell **list)
{
    unsigned n = 0;
    for (unsigned i = 0; i < run->n_cells; i++) {
        const struct report_cell *cell = &run->cells[i];
        if (!is_size(run, cell) || !same_row(cell, of))
            continue;
        unsigned at = n++;
        for (; at > 0 && size_of(list[at - 1]) > size_of(cell); at--)
            list[at] = list[at - 1];
        list[at] = cell;
    }
    return n;
}

/* --- one threshold over all blocks -------------------------------------------------------------------------------- */

struct scratch {
    const struct report_cell **cells;
    double *size, *efficiency, *threshold; /* by cell, by cell, by block */
    unsigned n_cells;
};

/* The sizes and efficiencies of one block; those that have no value in it are left out. */
static unsigned curve(const struct scratch *s, double step_ns, unsigned block)
{
    unsigned n = 0;
    for (unsigned i = 0; i < s->n_cells; i++) {
        double efficiency = block_value(s->cells[i], "work_per_s", block) * step_ns / 1e9 / s->cells[i]->cores;
        if (!(efficiency > 0)) /* NaN too */
            continue;
        s->size[n] = size_of(s->cells[i]);
        s->efficiency[n++] = efficiency;
    }
    return n;
}

/* Medians are taken in steps, whose range is the same in all blocks, and turned into time in the end. */
static struct metg metg_of(const struct scratch *s, const struct report_cell *serial, unsigned blocks, double target,
                           double step_ns)
{
    double least = size_of(s->cells[0]), greatest = size_of(s->cells[s->n_cells - 1]);
    size_t n = 0;
    for (unsigned b = 0; b < blocks; b++) {
        unsigned sizes = curve(s, block_value(serial, "cpu_ns_per_op", b) / size_of(serial), b);
        enum grain_range range;
        if (sizes < 2)
            continue;
        double steps = grain_threshold(s->size, s->efficiency, sizes, target, &range);
        s->threshold[n++] = range == GRAIN_BELOW ? least : range == GRAIN_ABOVE ? greatest : steps;
    }
    struct metg metg = {.ns = stats_median_interval(s->threshold, n, 0.05)};
    metg.range = metg.ns.value <= least ? GRAIN_BELOW : metg.ns.value >= greatest ? GRAIN_ABOVE : GRAIN_WITHIN;
    metg.ns.n = n;
    metg.ns.value *= step_ns;
    metg.ns.lo *= step_ns;
    metg.ns.hi *= step_ns;
    return metg;
}

static void add_row(struct grain *grain, const struct report_run *run, const struct scratch *s,
                    const struct report_cell *serial)
{
    const struct report_cell *cell = s->cells[0];
    double step_ns = cell_metric(serial, "cpu_ns_per_op").value / size_of(serial);
    struct grain_row row = {
        .strategy = cell->strategy,
        .in_flight = cell->cell.in_flight,
        .workers = cell->cell.workers,
        .least_ns = size_of(cell) * step_ns,
        .greatest_ns = size_of(s->cells[s->n_cells - 1]) * step_ns,
        .metg50 = metg_of(s, serial, run->blocks, 0.5, step_ns),
        .metg90 = metg_of(s, serial, run->blocks, 0.9, step_ns),
    };
    if (row.metg50.ns.n)
        grain->rows[grain->n++] = row;
}

static bool is_first_of_row(const struct report_run *run, unsigned c)
{
    for (unsigned i = 0; i < c; i++)
        if (is_size(run, &run->cells[i]) && same_row(&run->cells[i], &run->cells[c]))
            return false;
    return true;
}

int grain_build(struct grain *grain, const struct report_run *run)
{
    *grain = (struct grain){0};
    const struct report_cell *serial = yardstick(run);
    if (!serial)
        return 0;
    struct scratch s = {
        .cells = calloc(run->n_cells, sizeof *s.cells),
        .size = calloc(2 * (size_t)run->n_cells + run->blocks, sizeof *s.size),
    };
    grain->rows = calloc(run->n_cells, sizeof *grain->rows);
    int rc = s.cells && s.size && grain->rows ? 0 : -ENOMEM;
    if (!rc) {
        s.efficiency = s.size + run->n_cells;
        s.threshold = s.efficiency + run->n_cells;
    }
    for (unsigned i = 0; i < run->n_cells && !rc; i++)
        if (is_size(run, &run->cells[i]) && is_first_of_row(run, i)) {
            s.n_cells = collect(run, &run->cells[i], s.cells);
            if (s.n_cells > 1)
                add_row(grain, run, &s, serial);
        }
    free(s.cells);
    free(s.size);
    return rc;
}

void grain_fini(struct grain *grain)
{
    free(grain->rows);
    *grain = (struct grain){0};
}

const char *grain_words(char *buf, size_t len, const struct metg *metg)
{
    char number[NUMBER_LEN];
    if (metg->range == GRAIN_WITHIN)
        snprintf(buf, len, "%s", number_interval(number, &metg->ns, UNIT_NS));
    else
        snprintf(buf, len, "%s %s", metg->range == GRAIN_BELOW ? "<" : ">",
                 number_plain(number, metg->ns.value, UNIT_NS));
    return buf;
}
