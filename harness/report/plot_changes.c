/* SPDX-License-Identifier: Apache-2.0 */
/* A row for each cell that two runs have in common: what B is of A, with its interval, coloured by verdict. */
#include "report/compare_plots.h"
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROW = 17, TOP = 76, FOOT = 58, LEFT = 390, WIDTH = 520, RIGHT = 40, ROWS_MAX = 60 };

/* How a verdict looks; the order is that of the legend. */
static const struct {
    enum verdict verdict;
    const char *words, *colour;
    int marker;
} kinds[] = {
    {VERDICT_FASTER, "B better", "#009E73", 7},
    {VERDICT_SLOWER, "B worse", "#D55E00", 5},
    {VERDICT_EQUIVALENT, "equivalent", "#0072B2", 13},
    {VERDICT_UNDECIDED, "cannot be distinguished", "#777777", 6},
    {VERDICT_INSUFFICIENT, "too few blocks", "#AAAAAA", 4},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

struct changes {
    const struct compared_cell *cells;
    unsigned rows;
    double low, high; /* of the axis */
};

/* The claim turned so that above 1 B is better, whatever the metric. */
static struct estimate turned(const struct compared_cell *cell)
{
    struct estimate e = cell->claim.ratio;
    if (!e.has_interval)
        e.lo = e.hi = e.value;
    if (metric_higher_is_better(cell->metric))
        return e;
    return (struct estimate){1 / e.value, 1 / e.hi, 1 / e.lo, e.n, e.has_interval};
}

/* The estimates and the margin are all in sight, an interval may leave it by an arrow. */
static void find_range(struct changes *changes, double margin)
{
    changes->low = 1 / (1 + 3 * margin);
    changes->high = 1 + 3 * margin;
    for (unsigned i = 0; i < changes->rows; i++) {
        double value = turned(&changes->cells[i]).value;
        changes->low = fmin(changes->low, value / 1.15);
        changes->high = fmax(changes->high, value * 1.15);
    }
}

/* One verdict's rows: estimate, row, and the interval as far as it is in sight. */
static int kind_data(struct plot *plot, const struct changes *changes, unsigned kind)
{
    int block = -1;
    for (unsigned i = 0; i < changes->rows; i++) {
        const struct compared_cell *cell = &changes->cells[i];
        struct estimate e = turned(cell);
        if (cell->claim.verdict != kinds[kind].verdict)
            continue;
        if (block < 0)
            block = (int)plot_block_begin(plot, 4, kinds[kind].words);
        plot_row(plot, (double[]){e.value, i + 1, fmax(e.lo, changes->low), fmin(e.hi, changes->high)}, cell->b->id);
    }
    if (block >= 0)
        plot_block_end(plot);
    return block;
}

/* Where an interval goes on beyond the picture: foot of the arrow, row, head. */
static int beyond_data(struct plot *plot, const struct changes *changes)
{
    int block = -1;
    for (unsigned i = 0; i < changes->rows; i++) {
        struct estimate e = turned(&changes->cells[i]);
        double reach = pow(changes->high / changes->low, 0.015);
        for (int end = 0; end < 2; end++) {
            bool beyond = end ? e.hi > changes->high : e.lo < changes->low;
            if (!beyond)
                continue;
            if (block < 0)
                block = (int)plot_block_begin(plot, 3, "interval goes on");
            plot_row(plot,
                     (double[]){end ? changes->high : changes->low, i + 1,
                                end ? changes->high * reach : changes->low / reach},
                     NULL);
        }
    }
    if (block >= 0)
        plot_block_end(plot);
    return block;
}

static void rows_draw(struct plot *plot, const struct changes *changes)
{
    text_add(&plot->gp, "set ytics scale 0 (");
    for (unsigned i = 0; i < changes->rows; i++) {
        const struct report_cell *cell = changes->cells[i].b;
        char label[CELL_ID_LEN + NAME_LEN + 32];
        int used = snprintf(label, sizeof label, "%.60s, %.24s, K = %u", cell->label, cell->cell.strategy,
                            changes->cells[i].a->cell.in_flight);
        if (changes->cells[i].by == K_PER_CPU)
            snprintf(label + used, sizeof label - (size_t)used, " | %u", cell->cell.in_flight);
        text_add(&plot->gp, "%s'", i ? ", " : "");
        text_add_gnuplot(&plot->gp, label);
        text_add(&plot->gp, "' %u", i + 1);
    }
    text_add(&plot->gp, ")\n");
}

static void legend_draw(struct plot *plot, const int *block)
{
    double left = 22;
    for (unsigned k = 0; k < N_KINDS; k++) {
        if (block[k] < 0)
            continue;
        text_add(&plot->gp,
                 "set label %u '%s' at screen %.5f,%.5f left offset 0.7,-0.22 textcolor rgb '%s' point pointtype %d "
                 "pointsize 1 linecolor rgb '%s'\n",
                 ++plot->labels, kinds[k].words, left / plot->width, 1 - 46.0 / plot->height, kinds[k].colour,
                 kinds[k].marker, kinds[k].colour);
        left += 38 + 7.2 * (double)strlen(kinds[k].words);
    }
}

static void points_draw(struct plot *plot, const int *block, int beyond)
{
    text_add(&plot->gp, "plot ");
    unsigned n = 0;
    for (unsigned k = 0; k < N_KINDS; k++) {
        if (block[k] < 0)
            continue;
        text_add(&plot->gp, n++ ? ", \\\n  " : "");
        plot_source(plot, (unsigned)block[k]);
        text_add(&plot->gp, " using 3:2:($4-$3):(0) with vectors nohead linewidth 2 linecolor rgb '%s', \\\n  ",
                 kinds[k].colour);
        plot_source(plot, (unsigned)block[k]);
        text_add(&plot->gp, " using 1:2 with points linecolor rgb '%s' pointtype %d pointsize 0.8", kinds[k].colour,
                 kinds[k].marker);
    }
    if (beyond >= 0) {
        text_add(&plot->gp, ", \\\n  ");
        plot_source(plot, (unsigned)beyond);
        text_add(&plot->gp, " using 1:2:($3-$1):(0) with vectors head filled size screen 0.008,20 linecolor rgb "
                            "'#444444'");
    }
    text_add(&plot->gp, "\n");
}

static void say_left_out(struct plot *plot, unsigned left_out)
{
    size_t used = strlen(plot->caption);
    if (left_out)
        snprintf(plot->caption + used, sizeof plot->caption - used, " %u cells that changed less are not drawn.",
                 left_out);
}

/* What the rows are, for heading and caption: by the same K, or by K per CPU. */
static void caption_write(struct plot *plot, const struct compared_runs *runs, bool per_cpu)
{
    bool cross = runs->comparison->comparability == COMPARE_CROSS;
    snprintf(
        plot->caption, sizeof plot->caption,
        "One row for each cell that both runs have%s: its headline metric in B as a multiple of that in A%s, turned "
        "so that to the right B is better, with the 95 %% interval. Grey: within the margin of ±%.3g %%. Changed "
        "ones first, the largest first. An arrow: the interval goes on.",
        per_cpu ? " at about the same K per CPU (K of A | K of B)"
        : cross ? " at the same K"
                : "",
        cross ? ", each divided by serial in the same block" : "", 100 * runs->margin);
}

static bool changes_draw(struct plot *plot, const struct compared_runs *runs, bool per_cpu)
{
    const struct run_comparison *c = runs->comparison;
    const unsigned n = per_cpu ? c->n_per_cpu : c->n_cells;
    struct changes changes = {.cells = c->cells + (per_cpu ? c->n_cells : 0), .rows = n < ROWS_MAX ? n : ROWS_MAX};
    int block[N_KINDS];
    if (!changes.rows)
        return false;
    find_range(&changes, runs->margin);
    plot_begin(plot, per_cpu ? "compare_changes_per_cpu" : "compare_changes", LEFT + WIDTH + RIGHT,
               TOP + FOOT + ROW * changes.rows,
               per_cpu                             ? "B against A at the same K per CPU, each by its own serial"
               : c->comparability == COMPARE_CROSS ? "B against A at the same K, each by its own machine's serial"
                                                   : "B against A, cell by cell");
    caption_write(plot, runs, per_cpu);
    say_left_out(plot, n - changes.rows);
    for (unsigned k = 0; k < N_KINDS; k++)
        block[k] = kind_data(plot, &changes, k);
    int beyond = beyond_data(plot, &changes);
    plot_panel(plot, LEFT, TOP - 14, WIDTH, 14 + ROW * changes.rows, "");
    legend_draw(plot, block);
    compare_plots_name(plot, runs);
    text_add(&plot->gp,
             "unset title\nset yrange [%u.7:0.3]\nset xlabel 'B ÷ A, to the right B is better (log scale)' offset "
             "0,0.2\nset border 1\nset grid noytics xtics\n",
             changes.rows);
    plot_axis_log(plot, 'x', changes.low, changes.high, UNIT_RATIO);
    text_add(&plot->gp,
             "set object 1 rectangle from %.8g, graph 0 to %.8g, graph 1 fillcolor rgb '#EDEDED' fillstyle solid "
             "noborder behind\nset arrow from 1, graph 0 to 1, graph 1 nohead linecolor rgb '#666666' back\n",
             1 / (1 + runs->margin), 1 + runs->margin);
    rows_draw(plot, &changes);
    points_draw(plot, block, beyond);
    plot_end(plot);
    return true;
}

bool plot_compare_changes(struct plot *plot, const struct compared_runs *runs)
{
    return changes_draw(plot, runs, false);
}

bool plot_compare_per_cpu(struct plot *plot, const struct compared_runs *runs)
{
    return changes_draw(plot, runs, true);
}
