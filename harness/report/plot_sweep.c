/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of one metric against K: a panel for each case that was measured at more than one K, all strategies in it.
 */
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PANELS_MAX = 12, ACROSS = 3, PANEL_W = 268, PANEL_H = 196, GAP_X = 88, GAP_Y = 84, HEAD = 88, LEFT = 96 };

struct sweep_style {
    const char *name, *title, *metric, *axis, *caption;
    double floor;     /* > 0: a log axis from here; smaller values (zero) are drawn on it */
    double reference; /* > 0: a horizontal line */
    bool always_linear;
    plot_wants_fn *wants; /* which cases */
};

/* One line: the medians of a strategy over K in one case. */
struct line {
    unsigned block, rows, strategy;
    double only; /* the value where there is but one K */
};

struct panel {
    const struct sweep *sweep;
    struct line line[32];
    unsigned n_lines, workers;
    unsigned first_k; /* below it nobody has a value */
    double low, high;
};

static struct estimate point_of(const struct report_run *run, const struct situation *s, unsigned strategy,
                                const char *metric)
{
    int c = s->cell[strategy];
    if (c < 0 || run->cells[c].cell.in_flight != s->in_flight) /* a stand-in is drawn at its own K only */
        return (struct estimate){.value = NAN};
    return cell_metric(&run->cells[c], metric);
}

static void widen(struct panel *panel, double value)
{
    if (isnan(panel->low) || value < panel->low)
        panel->low = value;
    if (isnan(panel->high) || value > panel->high)
        panel->high = value;
}

/* The data of one strategy in one panel. Markers are moved aside a little by strategy, so that equal ones can be seen.
 */
static void add_line(struct plot *plot, const struct report_run *run, const struct pairing *pairing,
                     const struct sweep_style *style, struct panel *panel, unsigned strategy)
{
    double aside = exp2(0.085 * ((double)strategy - ((double)run->n_strategies - 1) / 2));
    struct line *line = &panel->line[panel->n_lines];
    *line = (struct line){.strategy = strategy};
    char what[CELL_ID_LEN + 96];
    snprintf(what, sizeof what, "%s, %s: K (moved aside), median, lo, hi of %s", panel->sweep->case_name,
             run->strategies[strategy].name, style->metric);
    for (unsigned i = 0; i < panel->sweep->n_k; i++) {
        const struct situation *s = pairing_find(pairing, panel->sweep->case_name, panel->sweep->k[i]);
        struct estimate e = s ? point_of(run, s, strategy, style->metric) : (struct estimate){0};
        if (!e.n || !isfinite(e.value))
            continue;
        if (line->rows++ == 0)
            line->block = plot_block_begin(plot, 4, what);
        double value = fmax(e.value, style->floor), lo = e.has_interval ? fmax(e.lo, style->floor) : value;
        double hi = e.has_interval ? fmax(e.hi, style->floor) : value;
        plot_row(plot, (double[]){panel->sweep->k[i] * aside, value, lo, hi}, NULL);
        panel->workers = s->workers;
        panel->first_k = i < panel->first_k ? i : panel->first_k;
        line->only = value;
        widen(panel, lo);
        widen(panel, hi);
    }
    if (!line->rows)
        return;
    plot_block_end(plot);
    panel->n_lines++;
}

static bool is_log(const struct sweep_style *style, const struct panel *panel)
{
    return !style->always_linear && (style->floor > 0 || panel->high > 12 * panel->low);
}

static void draw_axis(struct plot *plot, const struct sweep_style *style, const struct panel *panel)
{
    enum unit unit = unit_of_metric(style->metric);
    if (!is_log(style, panel)) {
        plot_axis_linear(plot, 'y', fmax(panel->high, style->reference), unit);
        return;
    }
    double low = style->floor > 0 ? style->floor : panel->low, high = panel->high;
    if (style->floor > 0)
        high = fmax(high, 1);
    plot_axis_log(plot, 'y', low, high, unit);
    if (style->floor > 0)
        text_add(&plot->gp, "set ytics add ('≤ %g' %g)\n", style->floor, style->floor);
}

static void draw_panel(struct plot *plot, const struct report_run *run, const struct sweep_style *style,
                       const struct panel *panel, bool named)
{
    plot_axis_k(plot, panel->sweep->k + panel->first_k, panel->sweep->n_k - panel->first_k, panel->workers, named);
    draw_axis(plot, style, panel);
    if (style->reference > 0)
        text_add(&plot->gp,
                 "set arrow from graph 0, first %g to graph 1, first %g nohead linecolor rgb '#999999' back\n",
                 style->reference, style->reference);
    for (unsigned i = 0; i < panel->n_lines; i++)
        if (panel->line[i].rows == 1 && panel->sweep->n_k > 1)
            text_add(&plot->gp,
                     "set arrow from graph 0, first %.8g to graph 1, first %.8g nohead dashtype 3 linecolor rgb '%s'\n",
                     panel->line[i].only, panel->line[i].only, look_of(run, panel->line[i].strategy).colour);
    text_add(&plot->gp, "plot ");
    for (unsigned i = 0; i < panel->n_lines; i++) {
        struct look look = look_of(run, panel->line[i].strategy);
        text_add(&plot->gp, i ? ", \\\n  " : "");
        plot_source(plot, panel->line[i].block);
        text_add(&plot->gp, " using 1:2 with lines linewidth 1.6 linecolor rgb '%s', \\\n  ", look.colour);
        plot_source(plot, panel->line[i].block);
        text_add(&plot->gp, " using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '%s', \\\n  ",
                 look.colour);
        plot_source(plot, panel->line[i].block);
        text_add(&plot->gp, " using 1:2 with points linecolor rgb '%s' pointtype %d pointsize 0.8", look.colour,
                 look.marker);
    }
    text_add(&plot->gp, "\n");
}

/* Has any strategy a number at two different K? (Serial at its own and all others at one more make no curve.) */
static bool has_curve(const struct report_run *run, const struct pairing *pairing, const struct sweep *sweep,
                      const char *metric)
{
    for (unsigned s = 0; s < run->n_strategies; s++) {
        unsigned points = 0;
        for (unsigned i = 0; i < sweep->n_k; i++) {
            const struct situation *at = pairing_find(pairing, sweep->case_name, sweep->k[i]);
            points += at && point_of(run, at, s, metric).n > 0;
        }
        if (points > 1)
            return true;
    }
    return false;
}

static bool has_rate_curve(const struct report_run *run, const struct pairing *pairing, const struct sweep *sweep)
{
    return !run->workloads[sweep->workload].paced &&
           strcmp(run->workloads[sweep->workload].headline, "throughput_ops_per_s") == 0 &&
           has_curve(run, pairing, sweep, "throughput_ops_per_s");
}

static bool has_any_curve(const struct report_run *run, const struct pairing *pairing, const struct sweep *sweep)
{
    return !run->workloads[sweep->workload].paced && has_curve(run, pairing, sweep, "throughput_ops_per_s");
}

static bool has_bound_curve(const struct report_run *run, const struct pairing *pairing, const struct sweep *sweep)
{
    return !run->workloads[sweep->workload].paced && has_curve(run, pairing, sweep, "efficiency");
}

static unsigned collect(struct plot *plot, const struct report_run *run, const struct pairing *pairing,
                        const struct sweep_style *style, const struct sweep *const *list, unsigned n_list,
                        struct panel *panels, bool *shown)
{
    unsigned n = 0;
    for (unsigned i = 0; i < n_list; i++) {
        struct panel *panel = &panels[n];
        *panel = (struct panel){.sweep = list[i], .first_k = ~0u, .low = NAN, .high = NAN};
        for (unsigned s = 0; s < run->n_strategies && panel->n_lines < 32; s++) {
            unsigned before = panel->n_lines;
            add_line(plot, run, pairing, style, panel, s);
            shown[s] = shown[s] || panel->n_lines > before;
        }
        n += panel->n_lines > 0;
    }
    return n;
}

static bool plot_sweeps(struct plot *plot, const struct report_run *run, const struct pairing *pairing,
                        const struct sweep_style *style)
{
    struct panel *panels = calloc(PANELS_MAX, sizeof *panels);
    bool *shown = calloc(run->n_strategies + 1, sizeof *shown);
    const struct sweep *list[PANELS_MAX];
    struct plot dry = {0}; /* the picture's size depends on what there is to draw */
    unsigned left_out, n_list = plot_pick(run, pairing, style->wants, list, PANELS_MAX, &left_out);
    unsigned n = panels && shown ? collect(&dry, run, pairing, style, list, n_list, panels, shown) : 0;
    plot_fini(&dry);
    if (n) {
        unsigned rows = (n + ACROSS - 1) / ACROSS, columns = n < ACROSS ? n : ACROSS;
        columns = columns < 2 ? 2 : columns; /* room for the legend */
        plot_begin(plot, style->name, LEFT + columns * (PANEL_W + GAP_X) - 50, HEAD + rows * (PANEL_H + GAP_Y) - 14,
                   style->title);
        snprintf(plot->caption, sizeof plot->caption, "%s", style->caption);
        plot_caption_left_out(plot, left_out);
        n = collect(plot, run, pairing, style, list, n_list, panels, shown);
        plot_legend(plot, run, shown);
    }
    for (unsigned i = 0; i < n; i++) {
        unsigned left = LEFT + i % ACROSS * (PANEL_W + GAP_X), top = HEAD + i / ACROSS * (PANEL_H + GAP_Y);
        char title[CELL_ID_LEN + 16];
        bool named_log = style->floor == 0 && is_log(style, &panels[i]);
        snprintf(title, sizeof title, "%s%s", panels[i].sweep->label, named_log ? " (log scale)" : "");
        plot_panel(plot, left, top, PANEL_W, PANEL_H, title);
        if (i % ACROSS == 0)
            text_add(&plot->gp, "set ylabel '%s' offset 0.6,0\n", style->axis);
        draw_panel(plot, run, style, &panels[i], i + ACROSS >= n);
    }
    if (n)
        plot_end(plot);
    free(panels);
    free(shown);
    return n > 0;
}

bool plot_throughput(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    return plot_sweeps(
        plot, run, pairing,
        &(struct sweep_style){
            .name = "throughput_vs_k",
            .wants = has_rate_curve,
            .title = "Throughput against tasks in flight",
            .metric = "throughput_ops_per_s",
            .axis = "ops per second",
            .caption = "Throughput in ops per second against the number of tasks in flight, one panel per case. "
                       "Median of the trials with its 95 % interval; higher is better. The vertical axis is "
                       "logarithmic where the values differ by more than 12 times and starts at 0 elsewhere. "
                       "Serial has one K and is drawn on as a dotted line.",
        });
}

bool plot_switches(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    return plot_sweeps(plot, run, pairing,
                       &(struct sweep_style){
                           .name = "switches_vs_k",
                           .wants = has_any_curve,
                           .title = "Context switches of the kernel per op",
                           .metric = "kernel_switches_per_op",
                           .axis = "switches per op (log)",
                           .floor = 1e-3,
                           .caption =
                               "Voluntary and involuntary context switches of the kernel per op against the number of "
                               "tasks in flight, one panel per case, logarithmic; everything up to 0.001, zero too, is "
                               "drawn at the lowest mark. Median of the trials with its 95 % interval.",
                       });
}

bool plot_efficiency(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    return plot_sweeps(
        plot, run, pairing,
        &(struct sweep_style){
            .name = "efficiency_vs_k",
            .wants = has_bound_curve,
            .title = "Efficiency: the bound that the work allows, divided by the time it took",
            .metric = "efficiency",
            .axis = "bound / measured",
            .reference = 1,
            .always_linear = true,
            .caption = "Efficiency against the number of tasks in flight, one panel per case that has a bound. The "
                       "grey line is the ideal, 1. Median of the trials with its 95 % interval; higher is better.",
        });
}

bool plot_memory(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    return plot_sweeps(
        plot, run, pairing,
        &(struct sweep_style){
            .name = "memory_vs_k",
            .wants = has_any_curve,
            .title = "Peak memory of a trial",
            .metric = "memory_peak_bytes",
            .axis = "peak memory",
            .caption = "Peak resident memory of the whole trial against the number of tasks in flight, one panel per "
                       "case, logarithmic where the values differ by more than 12 times. Median of the trials with its "
                       "95 % interval; lower is better.",
        });
}
