/* SPDX-License-Identifier: Apache-2.0 */
/* The pace within trials: ops per second against time, for the cases in which it was not even. */
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PANELS_MAX = 9, ACROSS = 3, PANEL_W = 268, PANEL_H = 196, GAP_X = 88, GAP_Y = 84, HEAD = 88, LEFT = 96 };
enum { RATE_MAX = 200 }; /* per cent: what is above is drawn here */

/* One part of a cell's trials: when its middle was, and the quartiles of its rate in per cent of the trial's median. */
struct point {
    double ns, low, median, high;
};

static bool is_uneven(enum steady class)
{
    return class == STEADY_WARM_UP || class == STEADY_SLOWDOWN || class == STEADY_NONE;
}

static const struct report_cell *cell_at(const struct report_run *run, const struct situation *s, unsigned strategy)
{
    return s->cell[strategy] < 0 ? NULL : &run->cells[s->cell[strategy]];
}

/* Two trials of a cell may agree by accident; a picture is for what half of them show. */
static bool wants_pace(const struct report_run *run, const struct pairing *pairing, const struct sweep *sweep)
{
    const struct situation *s = plot_situation(pairing, sweep->case_name);
    for (unsigned i = 0; s && i < run->n_strategies; i++) {
        const struct report_cell *cell = cell_at(run, s, i);
        unsigned uneven = 0;
        for (unsigned p = 0; cell && p < cell->n_paces; p++)
            uneven += is_uneven(cell->paces[p].class);
        if (cell && uneven && 2 * uneven >= cell->n_paces)
            return true;
    }
    return false;
}

/* The trials with as many parts as the first one that has any; returns how many parts, 0 for none. */
static unsigned points_of(const struct report_cell *cell, struct point *out)
{
    unsigned parts = 0;
    for (unsigned p = 0; p < cell->n_paces && !parts; p++)
        parts = cell->paces[p].n;
    double *rate = malloc(2 * (cell->n_paces + 1) * sizeof *rate), *when = rate + cell->n_paces + 1;
    for (unsigned part = 0; part < parts && rate; part++) {
        unsigned n = 0;
        for (unsigned p = 0; p < cell->n_paces; p++) {
            const struct pace *pace = &cell->paces[p];
            double before = 0, all = 0;
            for (unsigned i = 0; i < pace->n; i++) {
                before += i < part ? pace->cost[i] : i == part ? pace->cost[i] / 2.0 : 0;
                all += pace->cost[i];
            }
            if (pace->n != parts || !pace->cost[part])
                continue;
            rate[n] = fmin(RATE_MAX, 1e5 / pace->cost[part]);
            when[n++] = (double)pace->from_ns + (double)pace->length_ns * before / all;
        }
        if (n == 0) {
            parts = 0;
            break;
        }
        stats_sort(rate, n);
        out[part] = (struct point){stats_median(when, n), stats_quantile_sorted(rate, n, .25),
                                   stats_quantile_sorted(rate, n, .5), stats_quantile_sorted(rate, n, .75)};
    }
    parts = rate ? parts : 0;
    free(rate);
    return parts;
}

static unsigned add_line(struct plot *plot, const struct report_run *run, const struct situation *s, unsigned strategy,
                         double *last_ns)
{
    struct point points[SERIES_MAX];
    char what[CELL_ID_LEN + RUNNER_LEN + 96];
    const struct report_cell *cell = cell_at(run, s, strategy);
    unsigned n = cell ? points_of(cell, points) : 0;
    if (n == 0)
        return ~0u;
    snprintf(what, sizeof what, "%s, %s: ns in the trial, rate in %% of the trial's median: quartile, median, quartile",
             s->label, run->strategies[strategy].name);
    unsigned block = plot_block_begin(plot, 4, what);
    for (unsigned i = 0; i < n; i++)
        plot_row(plot, (double[]){points[i].ns, points[i].low, points[i].median, points[i].high}, NULL);
    plot_block_end(plot);
    *last_ns = fmax(*last_ns, points[n - 1].ns);
    return block;
}

static bool add_panel(struct plot *plot, const struct report_run *run, const struct situation *s, bool *shown,
                      unsigned left, unsigned top, bool named)
{
    unsigned *block = calloc(run->n_strategies + 1, sizeof *block);
    double last_ns = 0;
    bool first = true;
    for (unsigned i = 0; block && i < run->n_strategies; i++) {
        block[i] = add_line(plot, run, s, i, &last_ns);
        shown[i] = shown[i] || block[i] != ~0u;
    }
    if (block && last_ns > 0) {
        char title[CELL_ID_LEN + 32];
        snprintf(title, sizeof title, "%s, K = %u", s->label, s->in_flight);
        plot_panel(plot, left, top, PANEL_W, PANEL_H, title);
        plot_axis_linear(plot, 'x', last_ns, UNIT_NS);
        plot_axis_linear(plot, 'y', RATE_MAX, UNIT_COUNT);
        text_add(&plot->gp, "set xlabel 'time in the trial' offset 0,0.4\n");
        if (named)
            text_add(&plot->gp, "set ylabel 'rate, %% of the median' offset 0.6,0\n");
        text_add(&plot->gp, "plot ");
        for (unsigned pass = 0; pass < 2; pass++) /* the bands lie below all lines */
            for (unsigned i = 0; i < run->n_strategies; i++) {
                if (block[i] == ~0u)
                    continue;
                text_add(&plot->gp, first ? "" : ", \\\n  ");
                first = false;
                plot_source(plot, block[i]);
                text_add(&plot->gp,
                         pass ? " using 1:3 with lines linewidth 1.8 linecolor rgb '%s'"
                              : " using 1:2:4 with filledcurves fillstyle transparent solid 0.15 noborder "
                                "linecolor rgb '%s'",
                         look_of(run, i).colour);
            }
        text_add(&plot->gp, "\n");
    }
    free(block);
    return last_ns > 0;
}

bool plot_pace(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    const struct sweep *list[PANELS_MAX];
    unsigned left_out, n = plot_pick(run, pairing, wants_pace, list, PANELS_MAX, &left_out);
    bool *shown = calloc(run->n_strategies + 1, sizeof *shown);
    if (n && shown) {
        struct plot dry = {0}; /* the legend comes before the panels that fill it */
        for (unsigned i = 0; i < n; i++)
            add_panel(&dry, run, plot_situation(pairing, list[i]->case_name), shown, 0, 0, false);
        plot_fini(&dry);
        unsigned rows = (n + ACROSS - 1) / ACROSS, columns = n < 2 ? 2 : n < ACROSS ? n : ACROSS;
        plot_begin(plot, "pace", LEFT + columns * (PANEL_W + GAP_X) - 50, HEAD + rows * (PANEL_H + GAP_Y) - 14,
                   "The pace within trials that were not steady");
        snprintf(plot->caption, sizeof plot->caption,
                 "Ops per second within the trial, in per cent of the trial's median, against the time since the timed "
                 "part began; one panel for each case in which half of a strategy's trials changed their pace. Median "
                 "of the trials, and their quartiles as a band; rates above %d %% are drawn there. A level line is a "
                 "steady state.",
                 RATE_MAX);
        plot_caption_left_out(plot, left_out);
        plot_legend(plot, run, shown);
        for (unsigned i = 0; i < n; i++)
            add_panel(plot, run, plot_situation(pairing, list[i]->case_name), shown,
                      LEFT + i % ACROSS * (PANEL_W + GAP_X), HEAD + i / ACROSS * (PANEL_H + GAP_Y), i % ACROSS == 0);
        plot_end(plot);
    }
    bool any = n && shown;
    free(shown);
    return any;
}
