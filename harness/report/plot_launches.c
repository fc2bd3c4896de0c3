/* SPDX-License-Identifier: Apache-2.0 */
/* Every launch of a cell by itself: what a median and its interval leave out, such as two ways to end up. */
#include "report/findings.h"
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PANELS_MAX = 12, ACROSS = 3, LEFT = 106, PANEL_W = 256, GAP_X = 112, ROW = 17, HEAD = 70, GAP_Y = 78 };

static bool is_work(const struct report_run *run, const struct pairing *pairing, const struct sweep *sweep)
{
    const struct situation *s = pairing_highest(pairing, sweep->case_name);
    return s && s->has_verdicts && !workload_is_micro(&run->workloads[sweep->workload]);
}

static const struct series *series_of(const struct report_run *run, const struct situation *s, unsigned strategy)
{
    if (s->cell[strategy] < 0)
        return NULL;
    const struct series *series = series_find(&run->cells[s->cell[strategy]], run->workloads[s->workload].headline);
    return series && series->median.n ? series : NULL;
}

/* One strategy's launches: two blocks of data, the second of one row. `row` counts from the top. */
static unsigned add_launches(struct plot *plot, const struct report_cell *cell, const struct series *series,
                             unsigned row, double *low, double *high)
{
    const struct estimate *e = &series->median;
    char what[CELL_ID_LEN + 96];
    snprintf(what, sizeof what, "%s: %s of each launch, row", cell->id, series->name);
    unsigned block = plot_block_begin(plot, 2, what);
    for (unsigned i = 0; i < series->n_blocks; i++) {
        double value = series->by_block[i];
        if (!(value > 0))
            continue;
        plot_row(plot, (double[]){value, row}, NULL);
        *low = fmin(*low, value);
        *high = fmax(*high, value);
    }
    plot_block_end(plot);
    plot_block_begin(plot, 4, "their median, row, lo, hi");
    plot_row(plot, (double[]){e->value, row, e->has_interval ? e->lo : e->value, e->has_interval ? e->hi : e->value},
             NULL);
    plot_block_end(plot);
    return block;
}

static void draw_strategy(struct plot *plot, const struct report_run *run, unsigned strategy, unsigned block,
                          bool first)
{
    struct look look = look_of(run, strategy);
    text_add(&plot->gp, first ? "" : ", \\\n  ");
    plot_source(plot, block + 1);
    text_add(&plot->gp, " using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \\\n  ");
    plot_source(plot, block);
    text_add(&plot->gp, " using 1:2 with points linecolor rgb '%s' pointtype %d pointsize 0.55, \\\n  ", look.colour,
             look.marker);
    plot_source(plot, block + 1);
    text_add(&plot->gp, " using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'");
}

/* Data and drawing of one panel; nothing is drawn where no strategy has a number. */
static void add_panel(struct plot *plot, const struct report_run *run, const struct situation *s, unsigned left,
                      unsigned top)
{
    unsigned *block = calloc(run->n_strategies + 1, sizeof *block), row = 0, n = 0;
    double low = INFINITY, high = 0;
    const char *metric = run->workloads[s->workload].headline;
    for (unsigned i = 0; block && i < run->n_strategies; i++) {
        const struct series *series = series_of(run, s, i);
        if (series)
            block[i] = add_launches(plot, &run->cells[s->cell[i]], series, i + 1, &low, &high);
    }
    if (block && high > 0) {
        char title[CELL_ID_LEN + 32];
        snprintf(title, sizeof title, "%s, K = %u", s->label, s->in_flight);
        plot_panel(plot, left, top, PANEL_W, ROW * run->n_strategies + 8, title);
        text_add(&plot->gp, "set border 1\nset grid noytics xtics\nset yrange [%u.6:0.4]\nset ytics scale 0 (",
                 run->n_strategies);
        for (unsigned i = 0; i < run->n_strategies; i++)
            text_add(&plot->gp, "%s'%s' %u", row++ ? ", " : "", run->strategies[i].name, i + 1);
        text_add(&plot->gp, ")\nset xlabel '%s' offset 0,0.5 font 'Helvetica,10'\n",
                 metric_higher_is_better(metric) ? "ops per second (log): right is better"
                                                 : "cost (log): left is better");
        plot_axis_log(plot, 'x', low, high, unit_of_metric(metric));
        text_add(&plot->gp, "plot ");
        for (unsigned i = 0; i < run->n_strategies; i++)
            if (series_of(run, s, i))
                draw_strategy(plot, run, i, block[i], n++ == 0);
        text_add(&plot->gp, "\n");
    }
    free(block);
}

bool plot_launches(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    const struct sweep *list[PANELS_MAX];
    unsigned left_out, n = plot_pick(run, pairing, is_work, list, PANELS_MAX, &left_out);
    if (!n)
        return false;
    unsigned rows = (n + ACROSS - 1) / ACROSS, columns = n < ACROSS ? n : ACROSS, height = ROW * run->n_strategies + 8;
    columns = columns < 2 ? 2 : columns; /* room for the title */
    plot_begin(plot, "launches", LEFT + columns * (PANEL_W + GAP_X) - 90, HEAD + rows * (height + GAP_Y),
               "Launch by launch: the result of every trial");
    snprintf(
        plot->caption, sizeof plot->caption,
        "The headline metric of each trial (a process of its own), logarithmic, one panel per case at the K that "
        "the answer is about, one row per strategy. Upright: median; grey bar: its 95 %% interval. A wide or split "
        "row says that launches of the same work end up in different states, which no percentile within a trial "
        "shows.");
    plot_caption_left_out(plot, left_out);
    for (unsigned i = 0; i < n; i++)
        add_panel(plot, run, pairing_highest(pairing, list[i]->case_name), LEFT + i % ACROSS * (PANEL_W + GAP_X),
                  HEAD + i / ACROSS * (height + GAP_Y));
    plot_end(plot);
    return true;
}
