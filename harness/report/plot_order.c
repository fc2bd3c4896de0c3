/* SPDX-License-Identifier: Apache-2.0 */
/* The run from its first trial to its last: did the machine drift, and who else used it? */
#include "report/findings.h"
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEFT = 84, WIDTH = 900, TOP = 84, HEIGHT = 250, GAP = 62, LOW_HEIGHT = 96, FOOT = 52 };
enum { BINS_MAX = 120, TRIALS_PER_BIN = 20, POINTS_MAX = 300 };

/* Ratios further off than this are drawn at the edge. */
static const double edge_least = 1.25, edge_most = 8;

struct order {
    double *cost; /* by trial: its cost as a multiple of its cell's median; NaN where the cell has none */
    unsigned n, bins;
    double threshold, edge; /* from which |log cost| a trial has a point of its own; the axis */
};

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double cost_of(const struct report_run *run, const struct trial_order *trial)
{
    const struct report_cell *cell = &run->cells[trial->cell];
    const char *metric = run->workloads[cell->workload].headline;
    const struct series *series = series_find(cell, metric);
    if (!series || trial->block >= series->n_blocks || !(series->median.value > 0) ||
        !(series->by_block[trial->block] > 0))
        return NAN;
    double ratio = series->by_block[trial->block] / series->median.value;
    return metric_higher_is_better(metric) ? 1 / ratio : ratio;
}

/* How far off the POINTS_MAX furthest are, and how far the axis must go for all but one in a hundred. */
static bool find_threshold(struct order *order)
{
    double *far = malloc((order->n + 1) * sizeof *far);
    unsigned n = 0;
    for (unsigned i = 0; i < order->n && far; i++)
        if (isfinite(order->cost[i]))
            far[n++] = fabs(log(order->cost[i]));
    if (n) {
        qsort(far, n, sizeof *far, by_value);
        order->threshold = n > POINTS_MAX ? far[n - POINTS_MAX] : 0;
        order->edge = fmin(edge_most, fmax(edge_least, 1.1 * exp(stats_quantile_sorted(far, n, 0.99))));
    }
    free(far);
    return n > 0;
}

static unsigned bin_begin(const struct order *order, unsigned bin)
{
    return (unsigned)((uint64_t)order->n * bin / order->bins);
}

/* Quartiles of the trials in each bin. */
static unsigned add_bands(struct plot *plot, const struct order *order)
{
    double *list = malloc((order->n + 1) * sizeof *list);
    unsigned block =
        plot_block_begin(plot, 4, "middle of a group of trials, quartile, median, quartile of their costs");
    for (unsigned b = 0; b < order->bins && list; b++) {
        unsigned from = bin_begin(order, b), to = bin_begin(order, b + 1), n = 0;
        for (unsigned i = from; i < to; i++)
            if (isfinite(order->cost[i]))
                list[n++] = order->cost[i];
        if (!n)
            continue;
        stats_sort(list, n);
        plot_row(plot,
                 (double[]){(from + to + 1) / 2.0, stats_quantile_sorted(list, n, .25),
                            stats_quantile_sorted(list, n, .5), stats_quantile_sorted(list, n, .75)},
                 NULL);
    }
    plot_block_end(plot);
    free(list);
    return block;
}

static bool has_point(const struct report_run *run, const struct order *order, unsigned i, unsigned strategy)
{
    return isfinite(order->cost[i]) && fabs(log(order->cost[i])) >= order->threshold &&
           run->cells[run->order[i].cell].strategy == strategy;
}

/* Returns the block, or -1 where none of this strategy is among the furthest. */
static int add_points(struct plot *plot, const struct report_run *run, const struct order *order, unsigned strategy)
{
    int block = -1;
    for (unsigned i = 0; i < order->n; i++) {
        if (!has_point(run, order, i, strategy))
            continue;
        if (block < 0)
            block = (int)plot_block_begin(plot, 2, run->strategies[strategy].name);
        plot_row(plot, (double[]){i + 1, fmin(order->edge, fmax(1 / order->edge, order->cost[i]))}, NULL);
    }
    if (block >= 0)
        plot_block_end(plot);
    return block;
}

/* Per cent of the granted CPUs' time that others had and that the hypervisor took, while trials were timed. */
static unsigned add_others(struct plot *plot, const struct report_run *run, const struct order *order, double *high)
{
    unsigned block =
        plot_block_begin(plot, 3, "middle of a group of trials, % of CPU time: other processes, hypervisor");
    for (unsigned b = 0; b < order->bins; b++) {
        unsigned from = bin_begin(order, b), to = bin_begin(order, b + 1);
        double all = 0, foreign = 0, steal = 0;
        for (unsigned i = from; i < to; i++) {
            all += run->order[i].run_ns * run->workers;
            foreign += run->order[i].foreign_ns;
            steal += run->order[i].steal_ns;
        }
        if (!(all > 0))
            continue;
        plot_row(plot, (double[]){(from + to + 1) / 2.0, 100 * foreign / all, 100 * steal / all}, NULL);
        *high = fmax(*high, 100 * fmax(foreign, steal) / all);
    }
    plot_block_end(plot);
    return block;
}

/* Every other block is shaded; blocks that are wide enough say their number. */
static void shade_blocks(struct plot *plot, const struct report_run *run, bool named)
{
    unsigned from = 0, shaded = 0;
    for (unsigned i = 1; i <= run->n_order; i++) {
        if (i < run->n_order && run->order[i].block == run->order[from].block)
            continue;
        if (shaded++ % 2 == 0)
            text_add(&plot->gp,
                     "set object rectangle from first %u, graph 0 to first %u, graph 1 behind fillstyle solid noborder "
                     "fillcolor rgb '#F1F1F1'\n",
                     from + 1, i);
        if (named && (uint64_t)(i - from) * WIDTH > (uint64_t)40 * run->n_order)
            text_add(&plot->gp,
                     "set label %u '%u' at first %.1f, graph 1 center offset 0,0.5 font 'Helvetica,10' "
                     "textcolor rgb '#777777'\n",
                     ++plot->labels, run->order[from].block + 1, (from + 1 + i) / 2.0);
        from = i;
    }
}

static void draw_costs(struct plot *plot, const struct report_run *run, const struct order *order, unsigned bands,
                       const int *points)
{
    plot_panel(plot, LEFT, TOP, WIDTH, HEIGHT, "");
    text_add(&plot->gp,
             "unset title\nset xrange [0.5:%u.5]\nset format x ''\nset ylabel 'cost ÷ median of its cell' "
             "offset 0.6,0\n",
             order->n);
    plot_axis_log(plot, 'y', 1 / order->edge, order->edge, UNIT_RATIO);
    shade_blocks(plot, run, true);
    text_add(&plot->gp,
             "set arrow from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb '#999999' back\nplot ");
    plot_source(plot, bands);
    text_add(&plot->gp, " using 1:2:4 with filledcurves fillstyle solid 0.25 noborder linecolor rgb '#444444'");
    for (unsigned s = 0; s < run->n_strategies; s++) {
        if (points[s] < 0)
            continue;
        struct look look = look_of(run, s);
        text_add(&plot->gp, ", \\\n  ");
        plot_source(plot, (unsigned)points[s]);
        text_add(&plot->gp, " using 1:2 with points linecolor rgb '%s' pointtype %d pointsize 0.5", look.colour,
                 look.marker);
    }
    text_add(&plot->gp, ", \\\n  ");
    plot_source(plot, bands);
    text_add(&plot->gp, " using 1:3 with lines linewidth 2 linecolor rgb '#222222'\n");
}

static void draw_others(struct plot *plot, const struct report_run *run, const struct order *order, unsigned others,
                        double high)
{
    plot_panel(plot, LEFT, TOP + HEIGHT + GAP, WIDTH, LOW_HEIGHT,
               "CPU time taken meanwhile, % of the granted CPUs (line: other processes; filled: hypervisor)");
    text_add(&plot->gp,
             "unset object\nset format x '%%g'\nset xrange [0.5:%u.5]\nset xtics autofreq\n"
             "set xlabel 'trial, in the order in which they ran' offset 0,0.4\n",
             order->n);
    plot_axis_linear(plot, 'y', fmax(high, 1), UNIT_COUNT);
    shade_blocks(plot, run, false);
    text_add(&plot->gp, "plot ");
    plot_source(plot, others);
    text_add(&plot->gp, " using 1:3 with filledcurves x1 fillstyle solid 0.8 noborder linecolor rgb '#D55E00', \\\n  ");
    plot_source(plot, others);
    text_add(&plot->gp, " using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2'\n");
}

static void draw(struct plot *plot, const struct report_run *run, const struct order *order, int *points, bool *shown)
{
    double high = 0;
    plot_begin(plot, "run_order", LEFT + WIDTH + 24, TOP + HEIGHT + GAP + LOW_HEIGHT + FOOT,
               "The run in its order: every trial against the median of its cell");
    snprintf(plot->caption, sizeof plot->caption,
             "Above: what trials cost as a multiple of the median of their cell, logarithmic, in the order in which "
             "they ran. Line and band: median and quartiles of %u groups of trials; points: %u trials%s, cut off at "
             "the edge. Above 1 is worse. Below: CPU time that others took. Shading and numbers tell blocks apart. "
             "Where the machine drifts the line leaves 1; comparisons are made inside a block.",
             order->bins, order->threshold > 0 ? POINTS_MAX : order->n,
             order->threshold > 0 ? ", those furthest from their medians" : "");
    unsigned bands = add_bands(plot, order), others = add_others(plot, run, order, &high);
    for (unsigned s = 0; s < run->n_strategies; s++) {
        points[s] = add_points(plot, run, order, s);
        shown[s] = points[s] >= 0;
    }
    plot_legend(plot, run, shown);
    draw_costs(plot, run, order, bands, points);
    draw_others(plot, run, order, others, high);
    plot_end(plot);
}

bool plot_order(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    (void)pairing;
    struct order order = {.n = run->n_order};
    order.bins = order.n / TRIALS_PER_BIN < BINS_MAX ? order.n / TRIALS_PER_BIN : BINS_MAX;
    int *points = calloc(run->n_strategies + 1, sizeof *points);
    bool *shown = calloc(run->n_strategies + 1, sizeof *shown), any = false;
    order.cost = malloc((order.n + 1) * sizeof *order.cost);
    if (order.cost && points && shown && run->blocks > 1 && order.bins > 1) {
        for (unsigned i = 0; i < order.n; i++)
            order.cost[i] = cost_of(run, &run->order[i]);
        any = find_threshold(&order);
        if (any)
            draw(plot, run, &order, points, shown);
    }
    free(order.cost);
    free(points);
    free(shown);
    return any;
}
