/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of one K: latency by percentile, CPU time per op. */
#include "report/findings.h"
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PANELS_MAX = 12, ACROSS = 3, LEFT = 96, HEAD = 88 };

/* Quantiles as 1/(1-q), 8 to a decade, up to where a tenth of the samples per step is left. */
static int latency_block(struct plot *plot, const struct report_cell *cell, unsigned *rows, double *low, double *high,
                         double *end)
{
    char what[CELL_ID_LEN + 96];
    int block = -1;
    *rows = 0;
    snprintf(what, sizeof what, "%s (%llu samples): 1/(1-q), latency in ns", cell->id,
             (unsigned long long)cell->latency->count);
    for (unsigned i = 0; i <= 48; i++) {
        double x = pow(10, i / 8.0);
        if (x > (double)cell->latency->count / 10)
            break;
        double value = fmax((double)hist_quantile(cell->latency, 1 - 1 / x), 1);
        if (block < 0)
            block = (int)plot_block_begin(plot, 2, what);
        plot_row(plot, (double[]){x, value}, NULL);
        ++*rows;
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
    unsigned rows[32];
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
        text_add(&plot->gp, " using 1:2 every 8::%u with points linecolor rgb '%s' pointtype %d pointsize 0.8",
                 s % 8 % panel->rows[s], look.colour, look.marker); /* a short line has its marker, too */
    }
    text_add(&plot->gp, "\n");
}

/* Ops of work, one situation each. */
static bool is_work(const struct report_run *run, const struct pairing *pairing, const struct sweep *sweep)
{
    return sweep->n_k > 1 && !workload_is_micro(&run->workloads[sweep->workload]) &&
           plot_situation(pairing, sweep->case_name);
}

static unsigned latency_collect(struct plot *plot, const struct report_run *run, const struct pairing *pairing,
                                const struct sweep *const *list, unsigned n_list, struct latency_panel *panels,
                                bool *shown)
{
    unsigned n = 0;
    for (unsigned i = 0; i < n_list; i++) {
        const struct situation *s = plot_situation(pairing, list[i]->case_name);
        struct latency_panel *panel = &panels[n];
        *panel = (struct latency_panel){.situation = s, .low = INFINITY, .end = 1};
        for (unsigned j = 0; j < 32; j++)
            panel->block[j] = -1;
        for (unsigned j = 0; j < run->n_strategies && j < 32; j++)
            if (s->cell[j] >= 0 && run->cells[s->cell[j]].latency)
                panel->block[j] = latency_block(plot, &run->cells[s->cell[j]], &panel->rows[j], &panel->low,
                                                &panel->high, &panel->end);
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
    const struct sweep *list[PANELS_MAX];
    struct plot data = {0};
    unsigned left_out, n_list = plot_pick(run, pairing, is_work, list, PANELS_MAX, &left_out);
    unsigned n = panels && shown ? latency_collect(&data, run, pairing, list, n_list, panels, shown) : 0;
    plot_fini(&data); /* only counted; the picture's height depends on it */
    if (n) {
        unsigned rows = (n + ACROSS - 1) / ACROSS;
        plot_begin(plot, "latency_percentiles", LEFT + ACROSS * step_x - 50, HEAD + rows * step_y - 14,
                   "Latency of one op by percentile");
        snprintf(
            plot->caption, sizeof plot->caption,
            "Latency by percentile, both axes logarithmic, one panel per case at the K in its title (serial: at its "
            "own K). All ops of all ok "
            "trials of a cell in one merged histogram; a line ends where fewer than 10 samples lie beyond it. Lower "
            "and "
            "flatter is better.");
        plot_caption_left_out(plot, left_out);
        latency_collect(plot, run, pairing, list, n_list, panels, shown);
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
    bool many = run->n_strategies > 6; /* too narrow for a number to lie flat on its bar */
    text_add(&plot->gp, "set boxwidth 0.72\nset xrange [-0.6:%g]\nset xtics (", run->n_strategies - 0.4);
    for (unsigned s = 0; s < run->n_strategies; s++)
        text_add(&plot->gp, "%s'%s' %u", s ? ", " : "", run->strategies[s].name, s);
    text_add(&plot->gp, ") rotate by %u right offset 0.8,0 scale 0\n", many ? 45 : 25);
    plot_axis_linear(plot, 'y', panel->high * (many ? 1.3 : 1.08), UNIT_NS);
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
        text_add(&plot->gp, " using 1:5:6 with labels %s font 'Helvetica,10' textcolor rgb '#222222'",
                 many ? "left rotate by 90 offset 0,0.4" : "offset 0,0.7");
    }
    text_add(&plot->gp, "\n");
}

bool plot_cpu(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    struct cpu_panel panels[PANELS_MAX];
    const unsigned width = 268, height = 176, step_x = width + 84, step_y = height + 104;
    const struct sweep *list[PANELS_MAX];
    unsigned left_out, n = plot_pick(run, pairing, is_work, list, PANELS_MAX, &left_out);
    for (unsigned i = 0; i < n; i++)
        panels[i] = (struct cpu_panel){.situation = plot_situation(pairing, list[i]->case_name)};
    if (n == 0)
        return false;
    unsigned rows = (n + ACROSS - 1) / ACROSS;
    plot_begin(plot, "cpu_per_op", LEFT + ACROSS * step_x - 50, 74 + rows * step_y,
               "CPU time per op (full colour: user, pale: system)");
    snprintf(plot->caption, sizeof plot->caption,
             "CPU time per op, user part in full colour and system part pale, one panel per case at the K in its "
             "title. Bars "
             "start at 0; the number is the median total, the bar on top its 95 %% interval. Lower is better.");
    plot_caption_left_out(plot, left_out);
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
