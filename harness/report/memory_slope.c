/* SPDX-License-Identifier: Apache-2.0 */
#include "report/memory_slope.h"
#include "report/lookup.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool memory_slope_line(const double *x, const double *y, unsigned n, double *slope, double *at_zero)
{
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
    for (unsigned i = 0; i < n; i++) {
        mean_x += x[i] / n;
        mean_y += y[i] / n;
    }
    for (unsigned i = 0; i < n; i++) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    if (!(xx > 0))
        return false;
    *slope = xy / xx;
    *at_zero = mean_y - *slope * mean_x;
    return true;
}

/* --- the cells ---------------------------------------------------------------------------------------------------- */

static bool is_size(const struct report_run *run, const struct report_cell *cell)
{
    return cell->ok && !cell->cell.role[0] && strcmp(run->workloads[cell->workload].name, "idle_memory") == 0 &&
           cell_metric(cell, "parked_bytes").n;
}

static double size_of(const struct report_cell *cell)
{
    for (unsigned i = 0; i < cell->cell.n_params; i++)
        if (strcmp(cell->cell.params[i].name, "tasks") == 0)
            return atof(cell->cell.params[i].text);
    return 0;
}

static bool same_row(const struct report_cell *a, const struct report_cell *b)
{
    if (a->strategy != b->strategy || a->cell.n_params != b->cell.n_params)
        return false;
    for (unsigned i = 0; i < a->cell.n_params; i++) /* sorted by name */
        if (strcmp(a->cell.params[i].name, b->cell.params[i].name) != 0 ||
            (strcmp(a->cell.params[i].name, "tasks") != 0 &&
             strcmp(a->cell.params[i].text, b->cell.params[i].text) != 0))
            return false;
    return true;
}

/* --- one row ------------------------------------------------------------------------------------------------------ */

struct scratch {
    const struct report_cell **cells;
    double *x, *y, *slope, *at_zero; /* by cell, by cell, by block, by block */
    unsigned n_cells;
};

static void collect(const struct report_run *run, const struct report_cell *of, struct scratch *s)
{
    s->n_cells = 0;
    for (unsigned i = 0; i < run->n_cells; i++)
        if (is_size(run, &run->cells[i]) && same_row(&run->cells[i], of))
            s->cells[s->n_cells++] = &run->cells[i];
}

/* The median over the blocks of the slope of a metric that was divided by the number of tasks (the observer included).
 * NaN where there is none. */
static double slope_of(const struct report_run *run, const struct scratch *s, const char *metric)
{
    size_t n = 0;
    double at_zero;
    for (unsigned b = 0; b < run->blocks; b++) {
        unsigned points = 0;
        for (unsigned i = 0; i < s->n_cells; i++) {
            double each = lookup_block(s->cells[i], metric, b);
            if (isnan(each))
                continue;
            s->x[points] = size_of(s->cells[i]);
            s->y[points] = each * (s->x[points] + 1);
            points++;
        }
        n += memory_slope_line(s->x, s->y, points, &s->slope[n], &at_zero);
    }
    return n ? stats_median_interval(s->slope, n, 0.05).value : NAN;
}

static void add_row(struct memory_slope *out, const struct report_run *run, const struct scratch *s)
{
    struct memory_slope_row row = {.of = s->cells[0], .sizes_count = s->n_cells, .least = INFINITY};
    size_t n = 0;
    for (unsigned i = 0; i < s->n_cells; i++) {
        row.least = fmin(row.least, size_of(s->cells[i]));
        row.greatest = fmax(row.greatest, size_of(s->cells[i]));
    }
    for (unsigned b = 0; b < run->blocks; b++) {
        unsigned points = 0;
        for (unsigned i = 0; i < s->n_cells; i++) {
            double bytes = lookup_block(s->cells[i], "parked_bytes", b);
            if (isnan(bytes))
                continue;
            s->x[points] = size_of(s->cells[i]);
            s->y[points++] = bytes;
        }
        n += memory_slope_line(s->x, s->y, points, &s->slope[n], &s->at_zero[n]);
    }
    if (n == 0)
        return; /* one size, or sizes that no block has two of */
    row.bytes_per_task = stats_median_interval(s->slope, n, 0.05);
    row.fixed_bytes = stats_median_interval(s->at_zero, n, 0.05);
    row.carriers_per_task = slope_of(run, s, "carriers_per_task");
    row.mappings_per_task = slope_of(run, s, "mappings_per_task");
    row.files_per_task = slope_of(run, s, "files_per_task");
    out->rows[out->n++] = row;
}

static bool is_first_of_row(const struct report_run *run, unsigned c)
{
    for (unsigned i = 0; i < c; i++)
        if (is_size(run, &run->cells[i]) && same_row(&run->cells[i], &run->cells[c]))
            return false;
    return true;
}

int memory_slope_build(struct memory_slope *out, const struct report_run *run)
{
    const size_t cells = run->n_cells + 1, blocks = run->blocks + 1;
    double *numbers = malloc((2 * cells + 2 * blocks) * sizeof *numbers);
    struct scratch s = {
        .cells = malloc(cells * sizeof(const struct report_cell *)),
        .x = numbers,
        .y = numbers + cells,
        .slope = numbers + 2 * cells,
        .at_zero = numbers + 2 * cells + blocks,
    };
    *out = (struct memory_slope){.rows = malloc(cells * sizeof *out->rows)};
    int rc = numbers && s.cells && out->rows ? 0 : -ENOMEM;
    for (unsigned i = 0; i < run->n_cells && !rc; i++)
        if (is_size(run, &run->cells[i]) && is_first_of_row(run, i)) {
            collect(run, &run->cells[i], &s);
            add_row(out, run, &s);
        }
    free(s.cells);
    free(numbers);
    return rc;
}

void memory_slope_fini(struct memory_slope *out)
{
    free(out->rows);
    *out = (struct memory_slope){0};
}
