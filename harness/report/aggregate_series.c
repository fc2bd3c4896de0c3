/* SPDX-License-Identifier: Apache-2.0 */
#include "report/aggregate.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct series *series_find(const struct report_cell *cell, const char *name)
{
    for (unsigned i = 0; i < cell->n_series; i++)
        if (strcmp(cell->series[i].name, name) == 0)
            return &cell->series[i];
    return NULL;
}

static struct series *series_get(struct report_cell *cell, const char *name)
{
    struct series *found = (struct series *)series_find(cell, name);
    if (found)
        return found;
    struct series *list = realloc(cell->series, (cell->n_series + 1) * sizeof *list);
    if (!list)
        return NULL;
    cell->series = list;
    struct series *series = &list[cell->n_series++];
    *series = (struct series){0};
    snprintf(series->name, sizeof series->name, "%s", name);
    return series;
}

int series_set(struct report_cell *cell, const char *name, unsigned block, double value)
{
    struct series *series = series_get(cell, name);
    if (!series)
        return -ENOMEM;
    if (block >= series->n_blocks) {
        double *values = realloc(series->by_block, (block + 1) * sizeof *values);
        if (!values)
            return -ENOMEM;
        for (unsigned i = series->n_blocks; i <= block; i++)
            values[i] = NAN;
        series->by_block = values;
        series->n_blocks = block + 1;
    }
    series->by_block[block] = isfinite(value) ? value : NAN;
    return 0;
}

int series_finish(struct series *series)
{
    double *values = malloc((series->n_blocks + 1) * sizeof *values);
    if (!values)
        return -ENOMEM;
    size_t n = 0;
    for (unsigned i = 0; i < series->n_blocks; i++)
        if (isfinite(series->by_block[i]))
            values[n++] = series->by_block[i];
    series->median = n ? stats_median_interval(values, n, 0.05) : (struct estimate){0};
    series->median.n = n;
    free(values);
    return 0;
}

struct estimate cell_metric(const struct report_cell *cell, const char *name)
{
    const struct series *series = series_find(cell, name);
    return series ? series->median : (struct estimate){.value = NAN};
}
