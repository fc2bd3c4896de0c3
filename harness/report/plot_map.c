/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The winner map: a row for each contest, a column for each strategy. Every K of a case has a row where there is room,
 * else each case has one, at the greatest K in its highest regime, the one that the report's sentences are about.
 */
#include "report/findings.h"
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_WANTED = 36, ROWS_MAX = 72, ROW = 19, GAP = 44, HEAD = 52 };

/* The contests of work, then those of micro workloads; the two parts of the picture. */
struct map {
    const struct situation **row;
    unsigned n, n_work, left_out;
    bool every_k;
};

static bool is_shown(const struct report_run *run, const struct pairing *pairing, const struct situation *s,
                     bool every_k)
{
    const struct report_workload *w = &run->workloads[s->workload];
    if (!s->n_comparisons || workload_is_floor(w))
        return false;
    return every_k || s == pairing_highest(pairing, s->case_name);
}

static unsigned count_rows(const struct report_run *run, const struct pairing *pairing, bool every_k)
{
    unsigned n = 0;
    for (unsigned i = 0; i < pairing->n; i++)
        n += is_shown(run, pairing, &pairing->list[i], every_k);
    return n;
}

static bool choose(struct map *map, const struct report_run *run, const struct pairing *pairing)
{
    *map = (struct map){.every_k = count_rows(run, pairing, true) <= ROWS_WANTED};
    unsigned all = count_rows(run, pairing, map->every_k);
    map->row = calloc(all + 1, sizeof *map->row);
    for (int micro = 0; micro < 2 && map->row; micro++) {
        for (unsigned i = 0; i < pairing->n && map->n < ROWS_MAX; i++)
            if (is_shown(run, pairing, &pairing->list[i], map->every_k) &&
                workload_is_micro(&run->workloads[pairing->list[i].workload]) == (micro == 1))
                map->row[map->n++] = &pairing->list[i];
        map->n_work = micro ? map->n_work : map->n;
    }
    map->left_out = all - map->n;
    return map->n > 0;
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

enum layer { BOXES, WORDS_ON_DARK, WORDS_ON_LIGHT, LAYER_COUNT };

/* One place of the map goes into the data of its layer; false if it belongs to another. */
static bool add_place(struct plot *plot, const struct report_run *run, const struct situation *s, unsigned strategy,
                      double y, enum layer layer, bool dry)
{
    if (s->cell[strategy] < 0)
        return false;
    double share = share_of(run, s, strategy), x = strategy;
    bool known = isfinite(share), dark = known && share > 0.45;
    if (layer != BOXES && (layer == WORDS_ON_DARK) != dark)
        return false;
    if (dry)
        return true;
    if (layer == BOXES) {
        plot_row(plot,
                 (double[]){x, y, x - 0.48, x + 0.48, y - 0.46, y + 0.46, known ? blue(share) : 0xE6E6E6,
                            known ? share : -1},
                 NULL);
        return true;
    }
    char words[32] = "×";
    if (known)
        snprintf(words, sizeof words, share < 0.01 ? "%.1g%s" : "%.2f%s", share,
                 s->has_verdicts && situation_is_best(s, (unsigned)s->cell[strategy]) ? " =" : "");
    plot_row(plot, (double[]){x, y}, words);
    return true;
}

static void part_data(struct plot *plot, const struct report_run *run, const struct map *map, unsigned from,
                      unsigned to, int block[LAYER_COUNT])
{
    for (int layer = 0; layer < LAYER_COUNT; layer++) {
        block[layer] = -1;
        for (unsigned i = from; i < to; i++)
            for (unsigned s = 0; s < run->n_strategies; s++) {
                double y = (double)(to - 1 - i);
                if (!add_place(plot, run, map->row[i], s, y, (enum layer)layer, true))
                    continue;
                if (block[layer] < 0)
                    block[layer] = (int)plot_block_begin(
                        plot, layer == BOXES ? 8 : 2,
                        layer == BOXES ? "strategy, row from below, left, right, bottom, top, colour, share of the best"
                                       : "strategy, row from below, words");
                add_place(plot, run, map->row[i], s, y, (enum layer)layer, false);
            }
        if (block[layer] >= 0)
            plot_block_end(plot);
    }
}

static void part_draw(struct plot *plot, const struct report_run *run, const struct map *map, unsigned from,
                      unsigned to, const int block[LAYER_COUNT])
{
    text_add(&plot->gp,
             "set xrange [-0.55:%g]\nset yrange [-0.55:%g]\nunset grid\nset border 0\nset tics scale 0\nunset xtics\n"
             "set ytics (",
             run->n_strategies - 0.45, (to - from) - 0.45);
    for (unsigned i = from; i < to; i++) {
        char name[CELL_ID_LEN + 32];
        snprintf(name, sizeof name, "%s, K = %u", map->row[i]->label, map->row[i]->in_flight);
        text_add(&plot->gp, "%s'", i > from ? ", " : "");
        text_add_gnuplot(&plot->gp, name);
        text_add(&plot->gp, "' %u", to - 1 - i);
    }
    text_add(&plot->gp, ")\n");
    for (unsigned s = 0; s < run->n_strategies; s++)
        text_add(&plot->gp, "set label %u '%s' at first %u, graph 1 %s offset 0,0.7\n", ++plot->labels,
                 run->strategies[s].name, s, run->n_strategies > 6 ? "left rotate by 30" : "center");
    text_add(&plot->gp, "plot ");
    plot_source(plot, (unsigned)block[BOXES]);
    text_add(&plot->gp, " using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable");
    for (int layer = WORDS_ON_DARK; layer < LAYER_COUNT; layer++) {
        if (block[layer] < 0)
            continue;
        text_add(&plot->gp, ", \\\n  ");
        plot_source(plot, (unsigned)block[layer]);
        text_add(&plot->gp, " using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '%s'",
                 layer == WORDS_ON_DARK ? "#FFFFFF" : "#333333");
    }
    text_add(&plot->gp, "\n");
}

static void caption(struct plot *plot, const struct map *map)
{
    snprintf(
        plot->caption, sizeof plot->caption,
        "Winner map, %s. Each number is the strategy's headline metric as a share of the best median in that row "
        "(1.00 is best, darker is better, for costs the inverse). \"=\" marks the best set: the best median and all "
        "that are not worse by verdict. × means planned but without a number (skipped or failed). Serial stands in "
        "at every K with its own throughput.",
        map->every_k ? "a row for each case and K" : "a row for each case at the greatest K that was measured");
    if (map->left_out) {
        size_t used = strlen(plot->caption);
        snprintf(plot->caption + used, sizeof plot->caption - used, " %u more are in the decision table only.",
                 map->left_out);
    }
}

static unsigned longest_name(const struct map *map)
{
    size_t most = 0;
    for (unsigned i = 0; i < map->n; i++)
        most = strlen(map->row[i]->label) > most ? strlen(map->row[i]->label) : most;
    return (unsigned)most;
}

bool plot_winner_map(struct plot *plot, const struct report_run *run, const struct pairing *pairing)
{
    struct map map;
    bool any = choose(&map, run, pairing);
    if (any) {
        bool slanted = run->n_strategies > 6;
        unsigned left = 90 + 6 * longest_name(&map), step = slanted ? 62 : 92, above = slanted ? 78 : GAP;
        unsigned from[] = {0, map.n_work}, to[] = {map.n_work, map.n}, top = HEAD;
        int block[2][LAYER_COUNT];
        unsigned parts = (map.n_work > 0) + (map.n > map.n_work);
        plot_begin(plot, "winner_map", left + step * run->n_strategies + (slanted ? 80 : 20),
                   HEAD + parts * above + ROW * map.n + 16,
                   "Which strategy for which work: share of the best (= marks the best set)");
        caption(plot, &map);
        for (int part = 0; part < 2; part++)
            part_data(plot, run, &map, from[part], to[part], block[part]);
        for (int part = 0; part < 2; part++) {
            unsigned rows = to[part] - from[part];
            if (!rows)
                continue;
            plot_panel(plot, left, top + above - 8, step * run->n_strategies, ROW * rows, "");
            text_add(&plot->gp,
                     "unset title\nset label %u '%s' at graph 0, graph 1 right offset -1,0.7 font "
                     "'Helvetica,13'\n",
                     ++plot->labels, part ? "one mechanism each (micro)" : "work");
            part_draw(plot, run, &map, from[part], to[part], block[part]);
            top += above + ROW * rows;
        }
        plot_end(plot);
    }
    free(map.row);
    return any;
}
