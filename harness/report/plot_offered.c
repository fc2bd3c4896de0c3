/* SPDX-License-Identifier: Apache-2.0 */
/* Response time against offered load: a panel for each curve, 99th percentile and median of every strategy. */
#include "report/offered.h"
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PANELS_MAX = 9, ACROSS = 3, PANEL_W = 268, PANEL_H = 216, GAP_X = 88, GAP_Y = 84, HEAD = 88, LEFT = 96 };

struct series_range {
    double low, high;
};

/* Rows: rate, p50, p99 and its interval, 1 if it kept up. Returns how many. */
static unsigned add_line(struct plot *plot, const struct report_run *run, const struct offered_curve *curve,
                         unsigned strategy, struct series_range *range, unsigned *block)
{
    unsigned rows = 0;
    char what[CELL_ID_LEN + RUNNER_LEN + 128];
    snprintf(what, sizeof what, "%s, K %u, %s: offered per s, response p50, p99, lo, hi in ns, kept up (1) or not (0)",
             curve->label, curve->any->cell.in_flight, run->strategies[strategy].name);
    for (unsigned i = 0; i < curve->n_rates; i++) {
        const struct report_cell *cell = offered_cell(run, curve, strategy, curve->rate[i]);
        struct estimate p50 = cell ? cell_metric(cell, "response_p50_ns") : (struct estimate){0};
        struct estimate p99 = cell ? cell_metric(cell, "response_p99_ns") : (struct estimate){0};
        if (!p50.n || !p99.n)
            continue;
        if (rows++ == 0)
            *block = plot_block_begin(plot, 6, what);
        double lo = p99.has_interval ? p99.lo : p99.value, hi = p99.has_interval ? p99.hi : p99.value;
        plot_row(plot, (double[]){(double)curve->rate[i], p50.value, p99.value, lo, hi, offered_kept_up(cell) ? 1 : 0},
                 NULL);
        range->low = fmin(range->low, fmin(p50.value, lo));
        range->high = fmax(range->high, hi);
    }
    if (rows)
        plot_block_end(plot);
    return rows;
}

static void draw_line(struct plot *plot, struct look look, unsigned block)
{
    plot_source(plot, block);
    text_add(&plot->gp, " using 1:2 with lines dashtype 3 linewidth 1.2 linecolor rgb '%s', \\\n  ", look.colour);
    plot_source(plot, block);
    text_add(&plot->gp, " using 1:3 with lines linewidth 1.6 linecolor rgb '%s', \\\n  ", look.colour);
    plot_source(plot, block);
    text_add(&plot->gp, " using 1:4:(0):($5-$4) with vectors nohead linewidth 2.2 linecolor rgb '%s', \\\n  ",
             look.colour);
    plot_source(plot, block);
    text_add(&plot->gp, " using 1:($6>0?$3:NaN) with points linecolor rgb '%s' pointtype %d pointsize 0.8, \\\n  ",
             look.colour, look.marker);
    plot_source(plot, block);
    text_add(&plot->gp, " using 1:($6>0?NaN:$3) with points linecolor rgb '%s' pointtype 2 pointsize 1.1", look.colour);
}

/* Data and commands of one panel; false if no strategy has a number there. */
static bool add_panel(struct plot *plot, const struct report_run *run, const struct offered_curve *curve, bool *shown,
                      unsigned left, unsigned top, bool named)
{
    struct series_range range = {INFINITY, 0};
    unsigned *block = calloc(run->n_strategies + 1, sizeof *block);
    bool *has = calloc(run->n_strategies + 1, sizeof *has), any = false;
    for (unsigned s = 0; block && has && s < run->n_strategies; s++) {
        has[s] = add_line(plot, run, curve, s, &range, &block[s]) > 0;
        shown[s] = shown[s] || has[s];
        any = any || has[s];
    }
    if (any) {
        char title[CELL_ID_LEN + 32];
        snprintf(title, sizeof title, "%s, K = %u", curve->label, curve->any->cell.in_flight);
        plot_panel(plot, left, top, PANEL_W, PANEL_H, title);
        plot_axis_log(plot, 'x', (double)curve->rate[0], (double)curve->rate[curve->n_rates - 1], UNIT_RATE);
        plot_axis_log(plot, 'y', range.low, range.high, UNIT_NS);
        text_add(&plot->gp, "set xlabel 'offered, ops per second (log scale)' offset 0,0.4\n");
        if (named)
            text_add(&plot->gp, "set ylabel 'response time (log scale)' offset 0.6,0\n");
        text_add(&plot->gp, "plot ");
        bool first = true;
        for (unsigned s = 0; s < run->n_strategies; s++) {
            if (!has[s])
                continue;
            text_add(&plot->gp, first ? "" : ", \\\n  ");
            draw_line(plot, look_of(run, s), block[s]);
            first = false;
        }
        text_add(&plot->gp, "\n");
    }
    free(block);
    free(has);
    return any;
}

bool plot_offered(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    struct offered_curve *curves;
    int n = offered_collect(run, &curves), drawn = 0;
    bool *shown = calloc(run->n_strategies + 1, sizeof *shown);
    (void)pairing;
    if (n > PANELS_MAX)
        n = PANELS_MAX;
    if (n > 0 && shown) {
        struct plot dry = {0}; /* the legend comes before the panels that fill it */
        for (int i = 0; i < n; i++)
            drawn += add_panel(&dry, run, &curves[i], shown, 0, 0, false);
        plot_fini(&dry);
    }
    if (drawn) {
        unsigned rows = ((unsigned)n + ACROSS - 1) / ACROSS;
        plot_begin(plot, "response_vs_rate", LEFT + ACROSS * (PANEL_W + GAP_X) - 50,
                   HEAD + rows * (PANEL_H + GAP_Y) - 14, "Response time against offered load");
        snprintf(plot->caption, sizeof plot->caption,
                 "Response time from when a request was due to its end, against the offered rate, one panel per case "
                 "and K, both axes logarithmic. Solid: 99th percentile, median of the trials with its 95 %% interval; "
                 "dotted: median response. A cross marks a rate that the strategy could not keep up with. Lower is "
                 "better.");
        plot_legend(plot, run, shown);
        for (int i = 0; i < n; i++)
            add_panel(plot, run, &curves[i], shown, LEFT + (unsigned)i % ACROSS * (PANEL_W + GAP_X),
                      HEAD + (unsigned)i / ACROSS * (PANEL_H + GAP_Y), i % ACROSS == 0);
        plot_end(plot);
    }
    free(shown);
    free(curves);
    return drawn > 0;
}
