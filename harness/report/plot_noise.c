/* SPDX-License-Identifier: Apache-2.0 */
/* What could be seen in each case, beside the lead that was claimed there. */
#include "report/findings.h"
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 60, ROW = 17, TOP = 74, FOOT = 56, WIDTH = 560 };

/* In per cent; 0: there is none. */
struct noise_row {
    const struct situation *at;
    double finest, typical, coarsest; /* half-widths of the intervals of its comparisons */
    double lead, twin;                /* of the best set over the next one; how far an A/A twin was off */
};

static double off_percent(double ratio)
{
    return 100 * (exp(fabs(log(ratio))) - 1);
}

/* Twins are of one case each. */
static double twin_of(const struct report_run *run, const struct instrument *instrument, const struct situation *s)
{
    double most = 0;
    for (unsigned i = 0; i < instrument->n; i++) {
        const struct check *check = &instrument->list[i];
        if (check->injected == 0 && strcmp(run->cells[check->reference].case_name, s->case_name) == 0)
            most = fmax(most, off_percent(check->claim.ratio.value));
    }
    return most;
}

static bool fill_row(struct noise_row *row, const struct report_run *run, const struct pairing *pairing,
                     const struct situation *s)
{
    double *list = malloc((s->n_comparisons + 1) * sizeof *list);
    unsigned n = 0;
    *row = (struct noise_row){.at = s, .twin = twin_of(run, &pairing->instrument, s)};
    for (unsigned i = 0; list && i < s->n_comparisons; i++) {
        const struct estimate *r = &s->comparisons[i].claim.ratio;
        if (r->has_interval && r->lo > 0)
            list[n++] = 100 * (sqrt(r->hi / r->lo) - 1);
    }
    if (n) {
        stats_sort(list, n);
        row->finest = list[0];
        row->typical = stats_quantile_sorted(list, n, 0.5);
        row->coarsest = list[n - 1];
        const struct comparison *next =
            situation_runner_up(s, metric_higher_is_better(run->workloads[s->workload].headline));
        row->lead = next ? off_percent(next->claim.ratio.value) : 0;
    }
    free(list);
    return n > 0;
}

/* Work before micro workloads, each case in its highest regime. Returns how many; *all counts those without room, too.
 */
static unsigned fill_rows(struct noise_row *rows, const struct report_run *run, const struct pairing *pairing,
                          unsigned *all)
{
    unsigned n = 0;
    *all = 0;
    for (int micro = 0; micro < 2; micro++)
        for (unsigned i = 0; i < pairing->n_sweeps; i++) {
            const struct sweep *sweep = &pairing->sweeps[i];
            const struct report_workload *w = &run->workloads[sweep->workload];
            const struct situation *s = pairing_highest(pairing, sweep->case_name);
            struct noise_row row;
            if (!s || workload_is_floor(w) || workload_is_micro(w) != micro || !fill_row(&row, run, pairing, s))
                continue;
            if (n < ROWS_MAX)
                rows[n++] = row;
            ++*all;
        }
    return n;
}

enum mark { MARK_NOISE, MARK_LEAD, MARK_TWIN, MARK_COUNT };
static const struct {
    const char *words, *colour;
    int marker;
} marks[MARK_COUNT] = {
    {"half-width of the intervals: typical, and from the finest to the coarsest", "#666666", 7},
    {"lead of the best set over the next", "#0072B2", 13},
    {"an A/A twin off by", "#D55E00", 8},
};

/* The axis begins at a tenth of a per cent, and so does whatever is smaller. */
static double at_least(double percent)
{
    return fmax(percent, 0.1);
}

static unsigned longest(const struct noise_row *rows, unsigned n)
{
    size_t most = 0;
    for (unsigned i = 0; i < n; i++)
        most = strlen(rows[i].at->label) > most ? strlen(rows[i].at->label) : most;
    return (unsigned)most;
}

static int add_marks(struct plot *plot, const struct noise_row *rows, unsigned n, enum mark mark, double *high)
{
    int block = -1;
    for (unsigned i = 0; i < n; i++) {
        double value = mark == MARK_NOISE ? rows[i].typical : mark == MARK_LEAD ? rows[i].lead : rows[i].twin;
        if (mark != MARK_NOISE && !(value > 0))
            continue;
        bool range = mark == MARK_NOISE;
        if (block < 0)
            block =
                (int)plot_block_begin(plot, 4, range ? "half-width in %, row, finest, coarsest" : marks[mark].words);
        plot_row(plot,
                 (double[]){at_least(value), i + 1, at_least(range ? rows[i].finest : value),
                            at_least(range ? rows[i].coarsest : value)},
                 rows[i].at->label);
        *high = fmax(*high, range ? rows[i].coarsest : value);
    }
    if (block >= 0)
        plot_block_end(plot);
    return block;
}

static void legend(struct plot *plot, const int *block)
{
    static const unsigned at[MARK_COUNT] = {0, 458, 690};
    for (unsigned m = 0; m < MARK_COUNT; m++)
        if (block[m] >= 0)
            text_add(&plot->gp,
                     "set label %u '%s' at screen %.5f,%.5f left offset 0.7,-0.22 textcolor rgb '%s' point pointtype "
                     "%d pointsize 1 linecolor rgb '%s'\n",
                     ++plot->labels, marks[m].words, (22.0 + at[m]) / plot->width, 1 - 44.0 / plot->height,
                     marks[m].colour, marks[m].marker, marks[m].colour);
}

static void draw(struct plot *plot, const struct noise_row *rows, unsigned n, const int *block, double high,
                 unsigned left)
{
    plot_panel(plot, left, TOP, WIDTH, ROW * n, "");
    text_add(&plot->gp, "unset title\nset border 1\nset grid noytics xtics\nset yrange [%u.6:0.4]\nset ytics scale 0 (",
             n);
    for (unsigned i = 0; i < n; i++) {
        char name[CELL_ID_LEN + 32];
        snprintf(name, sizeof name, "%s, K = %u", rows[i].at->label, rows[i].at->in_flight);
        text_add(&plot->gp, "%s'", i ? ", " : "");
        text_add_gnuplot(&plot->gp, name);
        text_add(&plot->gp, "' %u", i + 1);
    }
    text_add(&plot->gp, ")\nset xlabel 'per cent (log scale)' offset 0,0.2\n");
    plot_axis_log(plot, 'x', 0.1, fmax(high, 10), UNIT_RATIO);
    text_add(&plot->gp,
             "set arrow from first %g, graph 0 to first %g, graph 1 nohead dashtype 2 linecolor rgb '#999999' back\n"
             "set label %u 'margin' at first %g, graph 1 center offset 0,0.5 font 'Helvetica,10' textcolor rgb "
             "'#777777'\nplot ",
             100 * DECISION_MARGIN, 100 * DECISION_MARGIN, ++plot->labels, 100 * DECISION_MARGIN);
    plot_source(plot, (unsigned)block[MARK_NOISE]);
    text_add(&plot->gp, " using 3:2:($4-$3):(0) with vectors nohead linewidth 2 linecolor rgb '#BBBBBB'");
    for (unsigned m = 0; m < MARK_COUNT; m++) {
        if (block[m] < 0)
            continue;
        text_add(&plot->gp, ", \\\n  ");
        plot_source(plot, (unsigned)block[m]);
        text_add(&plot->gp, " using 1:2 with points linecolor rgb '%s' pointtype %d pointsize 0.8", marks[m].colour,
                 marks[m].marker);
    }
    text_add(&plot->gp, "\n");
}

bool plot_noise(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    struct noise_row *rows = calloc(ROWS_MAX, sizeof *rows);
    unsigned all = 0, n = rows ? fill_rows(rows, run, pairing, &all) : 0;
    if (n) {
        unsigned left = 84 + 6 * longest(rows, n);
        int block[MARK_COUNT];
        double high = 0;
        plot_begin(plot, "noise_floor", left + WIDTH + 30, TOP + ROW * n + FOOT,
                   "What could be seen, and what was claimed");
        snprintf(plot->caption, sizeof plot->caption,
                 "Per cent, logarithmic, one row per case at the K that the answer is about. Grey: half the width of "
                 "the 95 %% intervals with which the strategies were compared there, the typical one as a dot. Blue: "
                 "the lead of the best set over the next strategy; none where nobody is worse by verdict. Orange: how "
                 "far a cell was off from itself. Dashed: the margin. A lead well right of the grey is sure; a case "
                 "whose grey lies right of the margin needs more blocks.");
        plot_caption_left_out(plot, all - n);
        for (unsigned m = 0; m < MARK_COUNT; m++)
            block[m] = add_marks(plot, rows, n, (enum mark)m, &high);
        legend(plot, block);
        draw(plot, rows, n, block, high, left);
        plot_end(plot);
    }
    free(rows);
    return n > 0;
}
