/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of a cost with a row for each strategy, grouped: one hand-off by mechanism, one spawn and join by K, and its
 * parts; the memory of one waiting task. */
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROW = 19, TOP = 62, FOOT = 56, LEFT = 150, WIDTH = 620, GROUPS_MAX = 24 };

struct dots {
    const struct situation *group[GROUPS_MAX];
    const char *metric[GROUPS_MAX], *heading[GROUPS_MAX]; /* heading NULL: what tells the situation from others */
    unsigned n_groups, rows;
    enum unit unit;
    int block[32]; /* by strategy */
    double low, high;
};

/* The rows of one strategy: value, lo, hi, row, label. Rows count from the top. */
static void strategy_data(struct plot *plot, const struct report_run *run, struct dots *dots, unsigned strategy)
{
    unsigned row = 0;
    dots->block[strategy] = -1;
    for (unsigned g = 0; g < dots->n_groups; g++) {
        row++; /* the group's heading */
        for (unsigned s = 0; s < run->n_strategies; s++) {
            int c = dots->group[g]->cell[s];
            if (c < 0 || !run->cells[c].ok)
                continue;
            row++;
            struct estimate e = s == strategy ? cell_metric(&run->cells[c], dots->metric[g]) : (struct estimate){0};
            if (!e.n || !(e.value > 0))
                continue;
            char label[NUMBER_LEN];
            double lo = e.has_interval ? e.lo : e.value, hi = e.has_interval ? e.hi : e.value;
            if (dots->block[strategy] < 0)
                dots->block[strategy] = (int)plot_block_begin(plot, 4, run->strategies[strategy].name);
            plot_row(plot, (double[]){e.value, row, lo, hi}, number_value(label, &e, dots->unit));
            dots->low = fmin(dots->low, lo);
            dots->high = fmax(dots->high, hi);
        }
    }
    dots->rows = row;
    if (dots->block[strategy] >= 0)
        plot_block_end(plot);
}

/* Headings and strategy names are the marks of the vertical axis; a row without a dot says why. */
static void rows_draw(struct plot *plot, const struct report_run *run, const struct dots *dots, bool by_k)
{
    unsigned row = 0;
    text_add(&plot->gp, "set ytics scale 0 (");
    for (unsigned g = 0; g < dots->n_groups; g++) {
        row++;
        for (unsigned s = 0; s < run->n_strategies; s++) {
            int c = dots->group[g]->cell[s];
            if (c < 0 || !run->cells[c].ok)
                continue;
            row++;
            text_add(&plot->gp, "%s'%s' %u", row > 2 ? ", " : "", run->strategies[s].name, row);
        }
    }
    text_add(&plot->gp, ")\n");
    row = 0;
    for (unsigned g = 0; g < dots->n_groups; g++) {
        char heading[CELL_ID_LEN + 32];
        row++;
        if (dots->heading[g])
            snprintf(heading, sizeof heading, "%s", dots->heading[g]);
        else if (by_k)
            snprintf(heading, sizeof heading, "K = %u", dots->group[g]->in_flight);
        else
            snprintf(heading, sizeof heading, "%s, K = %u", dots->group[g]->label, dots->group[g]->in_flight);
        text_add(&plot->gp, "set label %u '", ++plot->labels);
        text_add_gnuplot(&plot->gp, heading);
        text_add(&plot->gp, "' at graph 0, first %u left offset -16,-0.1 font 'Helvetica,12'\n", row);
        for (unsigned s = 0; s < run->n_strategies; s++) {
            int c = dots->group[g]->cell[s];
            if (c < 0 || !run->cells[c].ok)
                continue;
            row++;
            if (run->cells[c].did_not_switch) {
                text_add(&plot->gp, "set label %u '", ++plot->labels);
                text_add_gnuplot(&plot->gp, run->cells[c].reason);
                text_add(&plot->gp,
                         "' at graph 0, first %u left offset 1,0 font 'Helvetica,10' textcolor rgb '#777777'\n", row);
            }
        }
    }
}

static bool dots_draw(struct plot *plot, const struct report_run *run, struct dots *dots, const char *axis, bool by_k)
{
    bool any = false;
    for (unsigned s = 0; s < run->n_strategies && s < 32; s++) {
        strategy_data(plot, run, dots, s);
        any = any || dots->block[s] >= 0;
    }
    if (!any)
        return false;
    plot_panel(plot, LEFT, 44, WIDTH, TOP - 44 + ROW * dots->rows, "");
    text_add(&plot->gp,
             "unset title\nset yrange [%u.6:0.2]\nset xlabel '%s' offset 0,0.2\nset border 1\nset grid noytics xtics\n",
             dots->rows, axis);
    plot_axis_log(plot, 'x', dots->low, dots->high * 2, dots->unit); /* room for the last label */
    rows_draw(plot, run, dots, by_k);
    text_add(&plot->gp, "plot ");
    unsigned n = 0;
    for (unsigned s = 0; s < run->n_strategies && s < 32; s++) {
        if (dots->block[s] < 0)
            continue;
        struct look look = look_of(run, s);
        text_add(&plot->gp, n++ ? ", \\\n  " : "");
        plot_source(plot, (unsigned)dots->block[s]);
        text_add(&plot->gp, " using 3:2:($4-$3):(0) with vectors nohead linewidth 2.4 linecolor rgb '%s', \\\n  ",
                 look.colour);
        plot_source(plot, (unsigned)dots->block[s]);
        text_add(&plot->gp, " using 1:2 with points linecolor rgb '%s' pointtype %d pointsize 0.9, \\\n  ", look.colour,
                 look.marker);
        plot_source(plot, (unsigned)dots->block[s]);
        text_add(&plot->gp, " using 4:2:5 with labels left offset 1,0 font 'Helvetica,10' textcolor rgb '#222222'");
    }
    text_add(&plot->gp, "\n");
    plot_end(plot);
    return true;
}

/* Rows that the groups will have, for the picture's height. */
static unsigned count_rows(const struct report_run *run, const struct dots *dots)
{
    unsigned rows = 0;
    for (unsigned g = 0; g < dots->n_groups; g++) {
        rows++;
        for (unsigned s = 0; s < run->n_strategies; s++)
            rows += dots->group[g]->cell[s] >= 0 && run->cells[dots->group[g]->cell[s]].ok;
    }
    return rows;
}

/* All situations of workloads that lead with this metric, smallest first. */
static void collect(struct dots *dots, const struct report_run *run, const struct pairing *pairing, const char *metric)
{
    *dots = (struct dots){.unit = unit_of_metric(metric), .low = INFINITY};
    for (unsigned i = 0; i < pairing->n && dots->n_groups < GROUPS_MAX; i++)
        if (strcmp(run->workloads[pairing->list[i].workload].headline, metric) == 0 && pairing->list[i].best >= 0) {
            dots->metric[dots->n_groups] = metric;
            dots->group[dots->n_groups++] = &pairing->list[i];
        }
}

bool plot_handoff(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    struct dots dots;
    collect(&dots, run, pairing, "handoff_ns");
    if (!dots.n_groups)
        return false;
    plot_begin(plot, "handoff_cost", LEFT + WIDTH + 30, TOP + FOOT + ROW * count_rows(run, &dots),
               "Cost of one hand-off: one task wakes another and waits");
    snprintf(
        plot->caption, sizeof plot->caption,
        "Time per hand-off in ns, logarithmic, one group per mechanism and placement, one row per strategy: median of "
        "the "
        "trials with its 95 %% interval. Rows whose switches were not 2 per round trip within 2 %% say so and have no "
        "dot. "
        "Lower is better.");
    return dots_draw(plot, run, &dots, "time per hand-off (log scale)", false);
}

bool plot_spawn(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    struct dots dots;
    collect(&dots, run, pairing, "spawn_join_ns");
    if (!dots.n_groups)
        return false;
    bool one_case = true;
    for (unsigned g = 1; g < dots.n_groups; g++)
        one_case = one_case && strcmp(dots.group[g]->case_name, dots.group[0]->case_name) == 0;
    plot_begin(plot, "spawn_join", LEFT + WIDTH + 30, TOP + FOOT + ROW * count_rows(run, &dots),
               "Cost of one task: spawn, run an empty body, join");
    snprintf(plot->caption, sizeof plot->caption,
             "Time per spawn and join in ns, logarithmic, one group per number of tasks in flight, one row per "
             "strategy: median "
             "of the trials with its 95 %% interval. Serial is a plain call. Lower is better.");
    return dots_draw(plot, run, &dots, "time per spawn and join (log scale)", one_case);
}

/* Where most strategies have shown the parts; among equals the first, which has the smallest K of its case. */
static const struct situation *best_shown(const struct report_run *run, const struct pairing *pairing,
                                          const char *metric)
{
    const struct situation *best = NULL;
    unsigned most = 0;
    for (unsigned i = 0; i < pairing->n; i++) {
        unsigned shown = 0;
        for (unsigned s = 0; s < run->n_strategies; s++) {
            int c = pairing->list[i].cell[s];
            shown += c >= 0 && run->cells[c].ok && cell_metric(&run->cells[c], metric).n;
        }
        if (shown > most) {
            most = shown;
            best = &pairing->list[i];
        }
    }
    return best;
}

bool plot_spawn_parts(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    static const char *const parts[][2] = {
        {"spawn_create_ns", "create: the call that makes it"},
        {"spawn_first_ns", "from that call to the first instruction"},
        {"spawn_reap_ns", "from the last instruction until it is reaped"},
        {"spawn_return_ns", "from the last instruction until the caller goes on"},
    };
    const struct situation *at = best_shown(run, pairing, "spawn_first_ns");
    struct dots dots = {.unit = UNIT_NS, .low = INFINITY};
    if (!at)
        return false;
    for (unsigned g = 0; g < sizeof parts / sizeof *parts; g++) {
        dots.group[g] = at;
        dots.metric[g] = parts[g][0];
        dots.heading[g] = parts[g][1];
        dots.n_groups++;
    }
    plot_begin(plot, "spawn_parts", LEFT + WIDTH + 30, TOP + FOOT + ROW * count_rows(run, &dots),
               "Creation and teardown of one task, part by part");
    snprintf(plot->caption, sizeof plot->caption,
             "Time in ns, logarithmic, at K = %u, one group per part, one row per strategy: median of the trials (each "
             "the median of its tasks) with its 95 %% interval. No dot: that strategy has no such moment. Lower is "
             "better.",
             at->in_flight);
    return dots_draw(plot, run, &dots, "time (log scale)", true);
}

bool plot_waiting(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    struct dots dots;
    collect(&dots, run, pairing, "bytes_per_task");
    if (!dots.n_groups)
        return false;
    plot_begin(plot, "waiting_task", LEFT + WIDTH + 30, TOP + FOOT + ROW * count_rows(run, &dots),
               "Memory that one waiting task holds");
    snprintf(plot->caption, sizeof plot->caption,
             "Bytes per waiting task, logarithmic, one group per case, one row per strategy: its own pages, its kernel "
             "stack and its page tables; median of the trials with its 95 %% interval. Lower is better.");
    return dots_draw(plot, run, &dots, "memory per waiting task (log scale)", false);
}
