/* SPDX-License-Identifier: Apache-2.0 */
#include "report/plot.h"
#include "report/findings.h"

#include "record/store.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Okabe and Ito's palette for the canonical five, and for the variants hues that stay apart from them. */
static const struct {
    const char *name;
    struct look look;
} looks[] = {
    {"serial", {"#000000", 7}},           {"threads", {"#D55E00", 5}},     {"pool", {"#0072B2", 9}},
    {"processes", {"#009E73", 13}},       {"coroutines", {"#CC79A7", 11}}, {"threads_static", {"#8C4A00", 4}},
    {"pool_steal", {"#56B4E9", 8}},       {"prefork", {"#5B8C00", 12}},    {"coroutines_1", {"#7B2D8B", 10}},
    {"coroutines_epoll", {"#E5308A", 6}},
};
enum { N_LOOKS = sizeof looks / sizeof *looks };

struct look look_of(const struct report_run *run, unsigned strategy)
{
    static const struct look others[] = {{"#666666", 1}, {"#B8860B", 2}, {"#4B5320", 3}};
    for (unsigned i = 0; i < N_LOOKS; i++)
        if (strcmp(looks[i].name, run->strategies[strategy].name) == 0)
            return looks[i].look;
    return others[strategy % 3];
}

void plot_begin(struct plot *plot, const char *name, unsigned width, unsigned height, const char *title)
{
    *plot = (struct plot){.width = width, .height = height};
    snprintf(plot->name, sizeof plot->name, "%s", name);
    snprintf(plot->title, sizeof plot->title, "%s", title);
    text_add(&plot->dat, "# Data of %s.svg; blocks are separated by two empty lines. Drawn by %s.gp.\n", name, name);
    text_add(&plot->head,
             "# Draw again: gnuplot --default-settings %s.gp   (in this directory)\n"
             "data = '%s.dat'\n"
             "if (ARGC >= 1) { set output ARG1 } else { set output '%s.svg' }\n"
             "set encoding utf8\n"
             "set terminal svg size %u,%u dynamic noenhanced font 'Helvetica,12' background rgb 'white'\n"
             "check(block, column, wanted, got) = sprintf('%%s block %%d column %%d: %%d numbers, %%d expected', data, "
             "block, column, got, wanted)\n",
             name, name, name, width, height);
}

static double across(const struct plot *plot, double px)
{
    return px / plot->width;
}

static double up(const struct plot *plot, double px)
{
    return 1.0 - px / plot->height;
}

void plot_legend(struct plot *plot, const struct report_run *run, const bool *shown)
{
    double left = 22;
    for (unsigned s = 0; s < run->n_strategies; s++) {
        if (!shown[s])
            continue;
        struct look look = look_of(run, s);
        text_add(&plot->gp,
                 "set label %u '%s' at screen %.5f,%.5f left offset 0.7,-0.22 textcolor rgb '%s' point pointtype %d "
                 "pointsize 1 "
                 "linecolor rgb '%s'\n",
                 ++plot->labels, run->strategies[s].name, across(plot, left), up(plot, 44), look.colour, look.marker,
                 look.colour);
        left += 38 + 7.2 * (double)strlen(run->strategies[s].name);
    }
}

void plot_panel(struct plot *plot, unsigned left, unsigned top, unsigned width, unsigned height, const char *title)
{
    if (plot->panels++ == 0) {
        text_add(&plot->gp, "set multiplot\nset label %u '", ++plot->labels);
        text_add_gnuplot(&plot->gp, plot->title);
        text_add(&plot->gp, "' at screen %.5f,%.5f left font 'Helvetica,15'\n", across(plot, 14), up(plot, 20));
    } else {
        text_add(&plot->gp, "unset label\nunset arrow\nunset logscale\nunset xlabel\nunset ylabel\n");
    }
    text_add(&plot->gp,
             "unset key\nset border 3 linecolor rgb '#444444'\nset tics nomirror textcolor rgb '#222222'\n"
             "set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7\n"
             "set lmargin at screen %.5f\nset rmargin at screen %.5f\nset tmargin at screen %.5f\n"
             "set bmargin at screen %.5f\nset title '",
             across(plot, left), across(plot, left + width), up(plot, top), up(plot, top + height));
    text_add_gnuplot(&plot->gp, title);
    text_add(&plot->gp, "' font 'Helvetica,12' offset 0,-0.4\n");
    plot->panel_width = width;
}

unsigned plot_block_begin(struct plot *plot, unsigned columns, const char *what)
{
    if (plot->n_blocks)
        text_add(&plot->dat, "\n\n");
    text_add(&plot->dat, "# %u: %s\n", plot->n_blocks, what);
    plot->rows = 0;
    plot->columns = columns;
    return plot->n_blocks++;
}

void plot_row(struct plot *plot, const double *numbers, const char *label)
{
    for (unsigned i = 0; i < plot->columns; i++)
        text_add(&plot->dat, i ? " %.8g" : "%.8g", numbers[i]);
    if (label) {
        text_add(&plot->dat, " \"");
        for (const char *c = label; *c; c++)
            text_add(&plot->dat, "%c", *c == '"' || *c == '\\' || (unsigned char)*c < 0x20 ? '?' : *c);
        text_add(&plot->dat, "\"");
    }
    text_add(&plot->dat, "\n");
    plot->rows++;
}

void plot_block_end(struct plot *plot)
{
    unsigned block = plot->n_blocks - 1;
    for (unsigned c = 1; c <= plot->columns; c++)
        text_add(&plot->head,
                 "stats data index %u using %u nooutput\n"
                 "if (STATS_records != %u) { exit error check(%u, %u, %u, STATS_records) }\n",
                 block, c, plot->rows, block, c, plot->rows);
}

void plot_source(struct plot *plot, unsigned block)
{
    text_add(&plot->gp, "data index %u", block);
}

static void tick_label(struct text *gp, double value, enum unit unit)
{
    static const char *const ns[] = {" ns", " µs", " ms", " s"}, *const rate[] = {"", " k", " M", " G"};
    static const char *const bytes[] = {" B", " KiB", " MiB", " GiB"};
    double base = unit == UNIT_BYTES ? 1024 : 1000;
    const char *const *names = unit == UNIT_NS ? ns : unit == UNIT_BYTES ? bytes : rate;
    unsigned i = 0;
    if (unit == UNIT_NS || unit == UNIT_BYTES || unit == UNIT_RATE)
        while (i < 3 && value >= base * (1 - 1e-9)) {
            value /= base;
            i++;
        }
    text_add(gp, "'%.4g%s'", value, value == 0 ? "" : i || unit == UNIT_NS || unit == UNIT_BYTES ? names[i] : "");
}

void plot_axis_log(struct plot *plot, char axis, double low, double high, enum unit unit)
{
    if (!(low > 0) || !(high > 0))
        low = high = 1;
    double from = low / 1.35, to = high * 1.35, decades = log10(to / from);
    text_add(&plot->gp, "set logscale %c\nset %crange [%.8g:%.8g]\nset %ctics (", axis, axis, from, to, axis);
    unsigned n = 0;
    if (unit == UNIT_BYTES) {
        double octaves = log2(to / from), step = octaves > 12 ? 4 : octaves > 5 ? 2 : 1;
        for (double e = ceil(log2(from) / step) * step; exp2(e) <= to; e += step) {
            text_add(&plot->gp, n++ ? ", " : "");
            tick_label(&plot->gp, exp2(e), unit);
            text_add(&plot->gp, " %.0f", exp2(e));
        }
    } else {
        static const double fine[] = {1, 2, 5}, middle[] = {1, 3}, coarse[] = {1};
        const double *list = decades < 1.3 ? fine : decades < 2.6 ? middle : coarse;
        unsigned per = decades < 1.3 ? 3 : decades < 2.6 ? 2 : 1;
        for (int e = (int)floor(log10(from)); e <= (int)ceil(log10(to)); e++)
            for (unsigned i = 0; i < per; i++) {
                double value = list[i] * pow(10, e);
                if (value < from || value > to)
                    continue;
                text_add(&plot->gp, n++ ? ", " : "");
                tick_label(&plot->gp, value, unit);
                text_add(&plot->gp, " %.8g", value);
            }
    }
    text_add(&plot->gp, ")\n");
}

void plot_axis_linear(struct plot *plot, char axis, double high, enum unit unit)
{
    if (!(high > 0))
        high = 1;
    double to = high * 1.1, base = 1;
    while (unit == UNIT_BYTES && to / base >= 1024)
        base *= 1024;
    const double ticks = axis == 'x' ? 3 : 4.5; /* labels beside each other need more room */
    double raw = to / ticks / base, power = pow(10, floor(log10(raw))) * base;
    raw *= base;
    double step = raw / power < 1.5   ? power
                  : raw / power < 3.5 ? 2 * power
                  : raw / power < 7.5 ? 5 * power
                                      : 10 * power;
    text_add(&plot->gp, "set %crange [0:%.8g]\nset %ctics (", axis, to, axis);
    for (unsigned i = 0; i * step <= to; i++) {
        text_add(&plot->gp, i ? ", " : "");
        tick_label(&plot->gp, i * step, unit);
        text_add(&plot->gp, " %.8g", i * step);
    }
    text_add(&plot->gp, ")\n");
}

/* From the greatest K down: is there room for a name to the left of the last named one, which begins at *free? */
static bool fits_left_of(double *free, double middle, unsigned k)
{
    double half = 3.5 * snprintf(NULL, 0, "%u", k);
    if (middle + half > *free)
        return false;
    *free = middle - half - 6;
    return true;
}

void plot_axis_k(struct plot *plot, const unsigned *k, unsigned n, unsigned workers, bool named)
{
    double from = k[0] / 1.45, to = k[n - 1] * 1.45, free = 2.0 * plot->panel_width;
    text_add(&plot->gp, "set logscale x 2\nset xrange [%.6g:%.6g]\nset xtics (", from, to);
    for (unsigned i = n; i-- > 0;) {
        bool fits = fits_left_of(&free, plot->panel_width * log(k[i] / from) / log(to / from), k[i]);
        text_add(&plot->gp, i + 1 < n ? ", '" : "'");
        if (fits)
            text_add(&plot->gp, "%u", k[i]);
        text_add(&plot->gp, "' %u", k[i]);
    }
    text_add(&plot->gp, ")\n");
    if (named)
        text_add(&plot->gp, "set xlabel 'tasks in flight, K (log scale)' offset 0,0.4\n");
    if (workers >= k[0] && workers <= k[n - 1])
        text_add(
            &plot->gp,
            "set arrow from first %u, graph 0 to first %u, graph 1 nohead dashtype 2 linecolor rgb '#999999' back\n"
            "set label 'P' at first %u, graph 1.0 left offset 0.3,-0.5 textcolor rgb '#777777'\n",
            workers, workers, workers);
}

void plot_end(struct plot *plot)
{
    text_add(&plot->gp, "unset multiplot\nset output\n");
}

void plot_fini(struct plot *plot)
{
    text_fini(&plot->head);
    text_fini(&plot->gp);
    text_fini(&plot->dat);
}

int plot_save(const struct plot *plot, int dirfd)
{
    char file[NAME_LEN + 8];
    struct text script = {0};
    text_add_bytes(&script, plot->head.data, plot->head.len);
    text_add_bytes(&script, plot->gp.data, plot->gp.len);
    if (script.failed || plot->head.failed || plot->gp.failed || plot->dat.failed) {
        text_fini(&script);
        return -ENOMEM;
    }
    snprintf(file, sizeof file, "%s.dat", plot->name);
    int rc = store_write(dirfd, file, plot->dat.data, plot->dat.len);
    snprintf(file, sizeof file, "%s.gp", plot->name);
    if (!rc)
        rc = store_write(dirfd, file, script.data, script.len);
    text_fini(&script);
    return rc;
}

const struct situation *plot_situation(const struct pairing *pairing, const char *case_name)
{
    static const enum regime order[] = {REGIME_EIGHTFOLD, REGIME_CORES, REGIME_BEYOND};
    for (unsigned i = 0; i < REGIME_COUNT; i++) {
        const struct situation *s = pairing_representative(pairing, case_name, order[i]);
        if (s)
            return s;
    }
    return NULL;
}

enum { NOT_WANTED = ~0u };

/* In which round a case has its turn: the first one of each workload in round 0; micro ones when all others had theirs.
 */
static void find_turns(unsigned *turn, const struct report_run *run, const struct pairing *pairing,
                       plot_wants_fn *wants)
{
    for (unsigned i = 0; i < pairing->n_sweeps; i++) {
        const struct sweep *sweep = &pairing->sweeps[i];
        unsigned before = workload_is_micro(&run->workloads[sweep->workload]) ? pairing->n_sweeps : 0;
        turn[i] = NOT_WANTED;
        if (!wants(run, pairing, sweep))
            continue;
        for (unsigned j = 0; j < i; j++)
            before += turn[j] != NOT_WANTED && pairing->sweeps[j].workload == sweep->workload;
        turn[i] = before;
    }
}

unsigned plot_pick(const struct report_run *run, const struct pairing *pairing, plot_wants_fn *wants,
                   const struct sweep **out, unsigned max, unsigned *left_out)
{
    unsigned room = max, n = 0, *turn = calloc(pairing->n_sweeps + 1, sizeof *turn);
    *left_out = 0;
    if (!turn)
        return 0;
    find_turns(turn, run, pairing, wants);
    for (unsigned round = 0; round < 2 * pairing->n_sweeps; round++)
        for (unsigned i = 0; i < pairing->n_sweeps; i++) {
            if (turn[i] != round)
                continue;
            if (room) {
                room--;
            } else {
                turn[i] = NOT_WANTED;
                ++*left_out;
            }
        }
    for (unsigned i = 0; i < pairing->n_sweeps; i++)
        if (turn[i] != NOT_WANTED)
            out[n++] = &pairing->sweeps[i];
    free(turn);
    return n;
}

void plot_caption_left_out(struct plot *plot, unsigned left_out)
{
    size_t used = strlen(plot->caption);
    if (left_out)
        snprintf(plot->caption + used, sizeof plot->caption - used, " %u more case%s in the tables only.", left_out,
                 left_out == 1 ? " is" : "s are");
}
