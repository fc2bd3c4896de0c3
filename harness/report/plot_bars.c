/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of one K: the winner map, latency by percentile, CPU time per op. */
#include "report/findings.h"
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PANELS_MAX = 12, ACROSS = 3, LEFT = 96, HEAD = 88 };

static unsigned largest_label(const struct report_run *run)
{
    size_t most = 0;
    for (unsigned i = 0; i < run->n_strategies; i++)
        most = strlen(run->strategies[i].name) > most ? strlen(run->strategies[i].name) : most;
    return (unsigned)most;
}

/* Share of the best: 1 for it, less for the others, whichever way the metric points. NaN without a number. */
static double share_of(const struct report_run *run, const struct situation *s, unsigned strategy)
{
    if (s->best < 0 || s->cell[strategy] < 0)
        return NAN;
    const char *metric = run->workloads[s->workload].headline;
    double mine = cell_metric(&run->cells[s->cell[strategy]], metric).value;
    double best = cell_metric(&run->cells[s->best], metric).value;
    return metric_higher_is_better(metric) ? mine / best : best / mine;
}

static double blue(double share)
{
    static const double light[] = {0xF2, 0xF6, 0xFB}, dark[] = {0x08, 0x51, 0x9C};
    double rgb = 0;
    for (unsigned i = 0; i < 3; i++)
        rgb = rgb * 256 + floor(light[i] + share * (dark[i] - light[i]));
    return rgb;
}

struct map_blocks {
    int boxes, on_dark, on_light;
};

/* Three blocks for one panel: the boxes, and the words on dark and on light ones. */
static void map_data(struct plot *plot, const struct report_run *run, const struct pairing *pairing,
                     const struct sweep *sweep, struct map_blocks *blocks)
{
    for (int pass = 0; pass < 3; pass++) {
        int *block = pass == 0 ? &blocks->boxes : pass == 1 ? &blocks->on_dark : &blocks->on_light;
        char what[CELL_ID_LEN + 96];
        snprintf(what, sizeof what, "%s: %s", sweep->case_name,
                 pass ? "column, row, words" : "column, row, left, right, bottom, top, colour, share of the best");
        *block = -1;
        for (unsigned i = 0; i < sweep->n_k; i++)
            for (unsigned s = 0; s < run->n_strategies; s++) {
                const struct situation *at = pairing_find(pairing, sweep->case_name, sweep->k[i]);
                if (!at || at->cell[s] < 0)
                    continue;
                double share = share_of(run, at, s), y = (double)(run->n_strategies - 1 - s);
                bool known = isfinite(share), dark = known && share > 0.45;
                if (pass && (pass == 1) != dark)
                    continue;
                if (*block < 0)
                    *block = (int)plot_block_begin(plot, pass ? 2 : 8, what);
                if (!pass) {
                    plot_row(plot,
                             (double[]){i, y, i - 0.48, i + 0.48, y - 0.46, y + 0.46, known ? blue(share) : 0xE6E6E6,
                                        known ? share : -1},
                             NULL);
                    continue;
                }
                char words[32] = "×";
                if (known)
                    snprintf(words, sizeof words, share < 0.01 ? "%.1g%s" : "%.2f%s", share,
                             at->has_verdicts && situation_is_best(at, (unsigned)at->cell[s]) ? " =" : "");
                plot_row(plot, (double[]){i, y}, words);
            }
        if (*block >= 0)
            plot_block_end(plot);
    }
}

static void map_panel(struct plot *plot, const struct report_run *run, const struct sweep *sweep,
                      const struct map_blocks *blocks)
{
    text_add(&plot->gp,
             "set xrange [-0.55:%g]\nset yrange [-0.55:%g]\nunset grid\nset border 0\nset tics scale 0\nset xtics (",
             sweep->n_k - 0.45, run->n_strategies - 0.45);
    for (unsigned i = 0; i < sweep->n_k; i++)
        text_add(&plot->gp, "%s'%u' %u", i ? ", " : "", sweep->k[i], i);
    text_add(&plot->gp, ")\nset ytics (");
    for (unsigned s = 0; s < run->n_strategies; s++)
        text_add(&plot->gp, "%s'%s' %u", s ? ", " : "", run->strategies[s].name, run->n_strategies - 1 - s);
    text_add(&plot->gp, ")\nset xlabel 'K' offset 0,0.3\nplot ");
    plot_source(plot, (unsigned)blocks->boxes);
    text_add(&plot->gp, " using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable");
    for (int pass = 0; pass < 2; pass++) {
        int block = pass ? blocks->on_light : blocks->on_dark;
        if (block < 0)
            continue;
        text_add(&plot->gp, ", \\\n  ");
        plot_source(plot, (unsigned)block);
        text_add(&plot->gp, " using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '%s'",
                 pass ? "#333333" : "#FFFFFF");
    }
    text_add(&plot->gp, "\n");
}

bool plot_winner_map(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    const struct sweep *list[PANELS_MAX];
    struct map_blocks blocks[PANELS_MAX];
    unsigned n = 0, width = 232, height = 24 * run->n_strategies, left = 22 + 7 * largest_label(run);
    for (unsigned i = 0; i < pairing->n_sweeps && n < PANELS_MAX; i++) {
        const struct situation *s = plot_situation(pairing, pairing->sweeps[i].case_name);
        if (s && s->n_comparisons && !workload_is_floor(&run->workloads[s->workload]))
            list[n++] = &pairing->sweeps[i];
    }
    if (n == 0 || height == 0)
        return false;
    unsigned rows = (n + ACROSS - 1) / ACROSS, step_x = left + width + 12, step_y = height + 90;
    plot_begin(plot, "winner_map", ACROSS * step_x + 10, 74 + rows * step_y,
               "Which strategy for which work: share of the best, by K (= marks the best set)");
    snprintf(plot->caption, sizeof plot->caption,
             "Winner map. Each number is the strategy's headline metric as a share of the best median at that K (1.00 "
             "is best, "
             "darker is better, for times the inverse). \"=\" marks the best set: the best median and all that are not "
             "worse "
             "by verdict. × means planned but without a number (skipped or failed). Serial stands in at every K with "
             "its own.");
    for (unsigned i = 0; i < n; i++)
        map_data(plot, run, pairing, list[i], &blocks[i]);
    for (unsigned i = 0; i < n; i++) {
        plot_panel(plot, left + i % ACROSS * step_x, 66 + i / ACROSS * step_y, width, height, list[i]->label);
        map_panel(plot, run, list[i], &blocks[i]);
    }
    plot_end(plot);
    return true;
}

/* Quantiles as 1/(1-q), 8 to a decade, up to where a tenth of the samples per step is left. */
static int latency_block(struct plot *plot, const struct report_run *run, const struct report_cell *cell, double *low,
                         double *high, double *end)
{
    char what[CELL_ID_LEN + 96];
    int block = -1;
    snprintf(what, sizeof what, "%s (%llu samples): 1/(1-q), latency in ns", cell->id,
             (unsigned long long)cell->latency->count);
    (void)run;
    for (unsigned i = 0; i <= 48; i++) {
        double x = pow(10, i / 8.0);
        if (x > (double)cell->latency->count / 10)
            break;
        double value = fmax((double)hist_quantile(cell->latency, 1 - 1 / x), 1);
        if (block < 0)
            block = (int)plot_block_begin(plot, 2, what);
        plot_row(plot, (double[]){x, value}, NULL);
        *low = fmin(*low, value);
        *high = fmax(*high, value);
        *end = fmax(*end, x);
    }
    if (block >= 0)
        plot_block_end(plot);
    return block;
}

struct latency_panel {
    const struct situation *situation;
    int block[32];
    double low, high, end;
};

static void latency_draw(struct plot *plot, const struct report_run *run, const struct latency_panel *panel, bool named)
{
    static const char *const ticks[] = {"", "90 %%", "99 %%", "99.9 %%", "99.99 %%", "99.999 %%", "99.9999 %%"};
    text_add(&plot->gp, "set logscale x\nset xrange [1:%.8g]\nset xtics (", panel->end * 1.3);
    text_add(&plot->gp, "'50 %%%%' 2");
    for (unsigned i = 1; i < 7 && pow(10, i) <= panel->end * 1.3; i++)
        text_add(&plot->gp, ", '%s' 1e%u", ticks[i], i);
    text_add(&plot->gp, ")\n");
    if (named)
        text_add(&plot->gp, "set xlabel 'percentile of ops' offset 0,0.4\n");
    plot_axis_log(plot, 'y', panel->low, panel->high, UNIT_NS);
    text_add(&plot->gp, "plot ");
    unsigned n = 0;
    for (unsigned s = 0; s < run->n_strategies && s < 32; s++) {
        if (panel->block[s] < 0)
            continue;
        struct look look = look_of(run, s);
        text_add(&plot->gp, n++ ? ", \\\n  " : "");
        plot_source(plot, (unsigned)panel->block[s]);
        text_add(&plot->gp, " using 1:2 with lines linewidth 1.6 linecolor rgb '%s', \\\n  ", look.colour);
        plot_source(plot, (unsigned)panel->block[s]);
        text_add(&plot->gp, " using 1:2 every 8::%u with points linecolor rgb '%s' pointtype %d pointsize 0.8", s % 8,
                 look.colour, look.marker);
    }
    text_add(&plot->gp, "\n");
}

static unsigned latency_collect(struct plot *plot, const struct report_run *run, const struct pairing *pairing,
                                struct latency_panel *panels, bool *shown)
{
    unsigned n = 0;
    for (unsigned i = 0; i < pairing->n_sweeps && n < PANELS_MAX; i++) {
        const struct sweep *sweep = &pairing->sweeps[i];
        const struct situation *s = sweep->n_k > 1 ? plot_situation(pairing, sweep->case_name) : NULL;
        if (!s || strcmp(run->workloads[s->workload].kind, "micro") == 0)
            continue;
        struct latency_panel *panel = &panels[n];
        *panel = (struct latency_panel){.situation = s, .low = INFINITY, .end = 1};
        for (unsigned j = 0; j < 32; j++)
            panel->block[j] = -1;
        for (unsigned j = 0; j < run->n_strategies && j < 32; j++)
            if (s->cell[j] >= 0 && run->cells[s->cell[j]].latency)
                panel->block[j] =
                    latency_block(plot, run, &run->cells[s->cell[j]], &panel->low, &panel->high, &panel->end);
        bool any = false;
        for (unsigned j = 0; j < run->n_strategies && j < 32; j++) {
            shown[j] = shown[j] || panel->block[j] >= 0;
            any = any || panel->block[j] >= 0;
        }
        n += any;
    }
    return n;
}

bool plot_latency(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    struct latency_panel *panels = calloc(PANELS_MAX, sizeof *panels);
    bool *shown = calloc(run->n_strategies + 32, sizeof *shown);
    const unsigned width = 268, height = 196, step_x = width + 84, step_y = height + 84;
    struct plot data = {0};
    unsigned n = panels && shown ? latency_collect(&data, run, pairing, panels, shown) : 0;
    plot_fini(&data); /* only counted; the picture's height depends on it */
    if (n) {
        unsigned rows = (n + ACROSS - 1) / ACROSS;
        plot_begin(plot, "latency_percentiles", LEFT + ACROSS * step_x - 50, HEAD + rows * step_y - 14,
                   "Latency of one op by percentile");
        snprintf(
            plot->caption, sizeof plot->caption,
            "Latency by percentile, both axes logarithmic, one panel per case at the K in its title. All ops of all ok "
            "trials of a cell in one merged histogram; a line ends where fewer than 10 samples lie beyond it. Lower "
            "and "
            "flatter is better.");
        latency_collect(plot, run, pairing, panels, shown);
        plot_legend(plot, run, shown);
        for (unsigned i = 0; i < n; i++) {
            char title[CELL_ID_LEN + 32];
            snprintf(title, sizeof title, "%s, K = %u", panels[i].situation->label, panels[i].situation->in_flight);
            plot_panel(plot, LEFT + i % ACROSS * step_x, HEAD + i / ACROSS * step_y, width, height, title);
            if (i % ACROSS == 0)
                text_add(&plot->gp, "set ylabel 'latency (log scale)' offset 0.6,0\n");
            latency_draw(plot, run, &panels[i], i + ACROSS >= n);
        }
        plot_end(plot);
    }
    free(panels);
    free(shown);
    return n > 0;
}

struct cpu_panel {
    const struct situation *situation;
    int block[32];
    double high;
};

static void cpu_data(struct plot *plot, const struct report_run *run, struct cpu_panel *panel)
{
    for (unsigned s = 0; s < run->n_strategies && s < 32; s++) {
        panel->block[s] = -1;
        int c = panel->situation->cell[s];
        struct estimate total = {0}, user = {0};
        if (c >= 0) {
            total = cell_metric(&run->cells[c], "cpu_ns_per_op");
            user = cell_metric(&run->cells[c], "cpu_user_ns_per_op");
        }
        if (!total.n)
            continue;
        char what[CELL_ID_LEN + 96], label[NUMBER_LEN];
        snprintf(what, sizeof what, "%s: column, CPU ns per op, user part, lo, hi, label", run->cells[c].id);
        panel->block[s] = (int)plot_block_begin(plot, 5, what);
        double lo = total.has_interval ? total.lo : total.value, hi = total.has_interval ? total.hi : total.value;
        plot_row(plot, (double[]){s, total.value, fmin(user.value, total.value), lo, hi},
                 number_plain(label, total.value, UNIT_NS));
        plot_block_end(plot);
        panel->high = fmax(panel->high, hi);
    }
}

static void cpu_draw(struct plot *plot, const struct report_run *run, const struct cpu_panel *panel)
{
    unsigned n = 0;
    text_add(&plot->gp, "set boxwidth 0.72\nset xrange [-0.6:%g]\nset xtics (", run->n_strategies - 0.4);
    for (unsigned s = 0; s < run->n_strategies; s++)
        text_add(&plot->gp, "%s'%s' %u", s ? ", " : "", run->strategies[s].name, s);
    text_add(&plot->gp, ") rotate by 25 right offset 0.8,0 scale 0\n");
    plot_axis_linear(plot, 'y', panel->high * 1.08, UNIT_NS);
    text_add(&plot->gp, "plot ");
    for (unsigned s = 0; s < run->n_strategies && s < 32; s++) {
        if (panel->block[s] < 0)
            continue;
        const char *colour = look_of(run, s).colour;
        text_add(&plot->gp, n++ ? ", \\\n  " : "");
        plot_source(plot, (unsigned)panel->block[s]);
        text_add(&plot->gp, " using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '%s', \\\n  ", colour);
        plot_source(plot, (unsigned)panel->block[s]);
        text_add(&plot->gp, " using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '%s', \\\n  ", colour);
        plot_source(plot, (unsigned)panel->block[s]);
        text_add(&plot->gp, " using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \\\n  ");
        plot_source(plot, (unsigned)panel->block[s]);
        text_add(&plot->gp, " using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'");
    }
    text_add(&plot->gp, "\n");
}

bool plot_cpu(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    struct cpu_panel panels[PANELS_MAX];
    const unsigned width = 268, height = 176, step_x = width + 84, step_y = height + 104;
    unsigned n = 0;
    for (unsigned i = 0; i < pairing->n_sweeps && n < PANELS_MAX; i++) {
        const struct situation *s = plot_situation(pairing, pairing->sweeps[i].case_name);
        if (s && pairing->sweeps[i].n_k > 1)
            panels[n++] = (struct cpu_panel){.situation = s};
    }
    if (n == 0)
        return false;
    unsigned rows = (n + ACROSS - 1) / ACROSS;
    plot_begin(plot, "cpu_per_op", LEFT + ACROSS * step_x - 50, 74 + rows * step_y,
               "CPU time per op (full colour: user, pale: system)");
    snprintf(plot->caption, sizeof plot->caption,
             "CPU time per op, user part in full colour and system part pale, one panel per case at the K in its "
             "title. Bars "
             "start at 0; the number is the median total, the bar on top its 95 %% interval. Lower is better.");
    for (unsigned i = 0; i < n; i++)
        cpu_data(plot, run, &panels[i]);
    for (unsigned i = 0; i < n; i++) {
        char title[CELL_ID_LEN + 32];
        snprintf(title, sizeof title, "%s, K = %u", panels[i].situation->label, panels[i].situation->in_flight);
        plot_panel(plot, LEFT + i % ACROSS * step_x, 66 + i / ACROSS * step_y, width, height, title);
        if (i % ACROSS == 0)
            text_add(&plot->gp, "set ylabel 'CPU time per op' offset 0.6,0\n");
        cpu_draw(plot, run, &panels[i]);
    }
    plot_end(plot);
    return true;
}
