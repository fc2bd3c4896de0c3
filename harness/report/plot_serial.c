/* SPDX-License-Identifier: Apache-2.0 */
/* Two runs, perhaps of two machines: how many times as good as serial is each strategy, there and here? */
#include "report/compare_plots.h"
#include "report/findings.h"
#include "report/lookup.h"
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROW = 16, TOP = 78, FOOT = 58, LEFT = 150, WIDTH = 620, RIGHT = 30, ROWS_MAX = 90, GROUPS_MAX = 40 };

/* One strategy in one case at one K, on both sides. */
struct pair {
    unsigned strategy; /* of run B */
    struct estimate a, b;
};

struct group {
    const struct situation *a, *b;
    struct pair pairs[16];
    unsigned n;
    const char *best_a, *best_b; /* by the medians of all that both sides have, serial among them */
    bool other_best, other_order;
};

struct picture {
    struct group groups[GROUPS_MAX];
    unsigned n, rows, left_out;
    double low, high;
};

/* Speed-up over serial, block by block; for costs its inverse. n == 0 where there is none. */
static struct estimate over_serial(const struct report_run *run, const struct report_cell *cell, const char *metric)
{
    const struct report_cell *serial = lookup_serial(run, cell);
    struct estimate none = {0};
    if (!serial || serial == cell)
        return none;
    struct estimate e = metric_higher_is_better(metric) ? lookup_ratio(run, cell, metric, serial, metric)
                                                        : lookup_ratio(run, serial, metric, cell, metric);
    return e.n && e.value > 0 ? e : none;
}

/* The strategy's own cell of the situation; NULL where another K's stands in for it. */
static const struct report_cell *own_cell(const struct report_run *run, const struct situation *s, const char *strategy)
{
    for (unsigned i = 0; i < run->n_strategies; i++)
        if (s->cell[i] >= 0 && strcmp(run->strategies[i].name, strategy) == 0) {
            const struct report_cell *cell = &run->cells[s->cell[i]];
            return cell->cell.in_flight == s->in_flight ? cell : NULL;
        }
    return NULL;
}

/* Do two strategies change places, on either side by more than the margin? Serial (-1) is 1 everywhere. */
static bool change_places(const struct group *group, int i, int j, double margin)
{
    double a = (i < 0 ? 1 : group->pairs[i].a.value) / (j < 0 ? 1 : group->pairs[j].a.value);
    double b = (i < 0 ? 1 : group->pairs[i].b.value) / (j < 0 ? 1 : group->pairs[j].b.value);
    double much = 1 + margin;
    return (a > much && b < 1 / much) || (a < 1 / much && b > much);
}

/* Who has the best median, and does anybody change places? */
static void find_order(struct group *group, const struct report_run *b, double margin)
{
    int best_a = -1, best_b = -1;
    for (int i = 0; i < (int)group->n; i++) {
        if (group->pairs[i].a.value > (best_a < 0 ? 1 : group->pairs[best_a].a.value))
            best_a = i;
        if (group->pairs[i].b.value > (best_b < 0 ? 1 : group->pairs[best_b].b.value))
            best_b = i;
        for (int j = -1; j < i; j++)
            group->other_order = group->other_order || change_places(group, i, j, margin);
    }
    group->other_best = change_places(group, best_a, best_b, margin);
    group->best_a = best_a < 0 ? "serial" : b->strategies[group->pairs[best_a].strategy].name;
    group->best_b = best_b < 0 ? "serial" : b->strategies[group->pairs[best_b].strategy].name;
}

static void fill_group(struct group *group, const struct compared_runs *runs, const struct situation *a,
                       const struct situation *b)
{
    const char *metric = runs->b->workloads[b->workload].headline;
    *group = (struct group){.a = a, .b = b};
    for (unsigned i = 0; i < runs->b->n_strategies && group->n < 16; i++) {
        const char *name = runs->b->strategies[i].name;
        const struct report_cell *x = own_cell(runs->a, a, name), *y = own_cell(runs->b, b, name);
        if (!x || !y)
            continue;
        struct pair pair = {i, over_serial(runs->a, x, metric), over_serial(runs->b, y, metric)};
        if (pair.a.n && pair.b.n)
            group->pairs[group->n++] = pair;
    }
    find_order(group, runs->b, runs->margin);
}

/* As plot_situation() would choose in B: K up to 8P before K up to P before larger ones, and there the greatest. */
static bool is_preferred(const struct situation *s, const struct situation *to)
{
    static const int rank[REGIME_COUNT] = {[REGIME_EIGHTFOLD] = 0, [REGIME_CORES] = 1, [REGIME_BEYOND] = 2};
    return !to || rank[s->regime] < rank[to->regime] || (s->regime == to->regime && s->in_flight > to->in_flight);
}

/* The situation that stands for a case: between unlike numbers of CPUs by K per CPU, where there is such a one. */
static void choose(struct group *group, const struct compared_runs *runs, const struct matched_case *cases)
{
    const struct situation *a = NULL, *b = NULL;
    int by = runs->a->workers == runs->b->workers ? K_EQUAL : K_PER_CPU;
    for (; by >= 0 && !b; by--)
        for (unsigned i = 0; i < runs->pairs_a->n; i++) {
            const struct situation *x = &runs->pairs_a->list[i];
            const struct situation *y =
                strcmp(x->case_name, cases->a->case_name) != 0 || x->best < 0
                    ? NULL
                    : situation_match(cases, x, runs->a, runs->pairs_a, runs->b, runs->pairs_b, (enum k_match)by);
            if (!y || y->best < 0 || !is_preferred(y, b))
                continue;
            a = x;
            b = y;
        }
    *group = (struct group){0};
    if (b)
        fill_group(group, runs, a, b);
}

/* One situation for each case; micro workloads have nothing to gain on serial. As many as there is room for. */
static void collect(struct picture *picture, const struct compared_runs *runs)
{
    const struct matched_cases *cases = &runs->comparison->cases;
    *picture = (struct picture){.low = 1, .high = 1};
    for (unsigned i = 0; i < cases->n; i++) {
        const struct report_workload *w = &runs->a->workloads[cases->list[i].a->workload];
        struct group group;
        if (workload_is_micro(w) || workload_of_other_version(w, runs->b))
            continue;
        choose(&group, runs, &cases->list[i]);
        if (!group.n)
            continue;
        if (picture->n == GROUPS_MAX || picture->rows + group.n + 1 > ROWS_MAX) {
            picture->left_out++;
            continue;
        }
        picture->groups[picture->n++] = group;
        picture->rows += group.n + 1;
    }
}

/* The rows of one strategy: A, row, B. */
static int strategy_data(struct plot *plot, const struct report_run *run, struct picture *picture, unsigned strategy)
{
    int block = -1;
    unsigned row = 0;
    for (unsigned g = 0; g < picture->n; g++) {
        row++; /* the heading */
        for (unsigned i = 0; i < picture->groups[g].n; i++) {
            const struct pair *p = &picture->groups[g].pairs[i];
            row++;
            if (p->strategy != strategy)
                continue;
            if (block < 0)
                block = (int)plot_block_begin(plot, 3, run->strategies[strategy].name);
            plot_row(plot, (double[]){p->a.value, row, p->b.value}, picture->groups[g].b->label);
            picture->low = fmin(picture->low, fmin(p->a.value, p->b.value));
            picture->high = fmax(picture->high, fmax(p->a.value, p->b.value));
        }
    }
    if (block >= 0)
        plot_block_end(plot);
    return block;
}

static void rows_draw(struct plot *plot, const struct report_run *run, const struct picture *picture)
{
    unsigned row = 0, n = 0;
    text_add(&plot->gp, "set ytics scale 0 (");
    for (unsigned g = 0; g < picture->n; g++) {
        row++;
        for (unsigned i = 0; i < picture->groups[g].n; i++)
            text_add(&plot->gp, "%s'%s' %u", n++ ? ", " : "",
                     run->strategies[picture->groups[g].pairs[i].strategy].name, ++row);
    }
    text_add(&plot->gp, ")\n");
    row = 0;
    for (unsigned g = 0; g < picture->n; g++) {
        const struct group *group = &picture->groups[g];
        char heading[CELL_ID_LEN + 160];
        int used = snprintf(heading, sizeof heading, "%s, K = %u", group->b->label, group->a->in_flight);
        if (group->a->in_flight != group->b->in_flight)
            used += snprintf(heading + used, sizeof heading - (size_t)used, " | %u", group->b->in_flight);
        if (group->other_best)
            snprintf(heading + used, sizeof heading - (size_t)used, "   best in A: %.32s, in B: %.32s", group->best_a,
                     group->best_b);
        else if (group->other_order)
            snprintf(heading + used, sizeof heading - (size_t)used, "   another order behind the best");
        text_add(&plot->gp, "set label %u '", ++plot->labels);
        text_add_gnuplot(&plot->gp, heading);
        text_add(&plot->gp, "' at graph 0, first %u left offset -16,-0.1 font 'Helvetica,12'\n", row + 1);
        row += 1 + group->n;
    }
}

static void points_draw(struct plot *plot, const struct report_run *run, const int *block)
{
    text_add(&plot->gp, "plot ");
    unsigned n = 0;
    for (unsigned s = 0; s < run->n_strategies && s < 32; s++) {
        if (block[s] < 0)
            continue;
        const char *colour = look_of(run, s).colour;
        text_add(&plot->gp, n++ ? ", \\\n  " : "");
        plot_source(plot, (unsigned)block[s]);
        text_add(&plot->gp, " using 1:2:($3-$1):(0) with vectors nohead linewidth 1.6 linecolor rgb '%s', \\\n  ",
                 colour);
        plot_source(plot, (unsigned)block[s]);
        text_add(&plot->gp, " using 1:2 with points linecolor rgb 'white' pointtype 7 pointsize 0.75, \\\n  ");
        plot_source(plot, (unsigned)block[s]);
        text_add(&plot->gp,
                 " using 1:2 with points linecolor rgb '%s' pointtype 6 pointsize 0.75 linewidth 1.4, \\\n  ", colour);
        plot_source(plot, (unsigned)block[s]);
        text_add(&plot->gp, " using 3:2 with points linecolor rgb '%s' pointtype 7 pointsize 0.75", colour);
    }
    text_add(&plot->gp, "\n");
}

static void legend_draw(struct plot *plot)
{
    static const char *const words[] = {"A", "B"};
    for (int i = 0; i < 2; i++)
        text_add(&plot->gp,
                 "set label %u '%s' at screen %.5f,%.5f left offset 0.7,-0.22 point pointtype %d pointsize 0.9 "
                 "linecolor rgb '#444444'\n",
                 ++plot->labels, words[i], (22.0 + 44 * i) / plot->width, 1 - 46.0 / plot->height, i ? 7 : 6);
}

bool plot_compare_serial(struct plot *plot, const struct compared_runs *runs)
{
    static struct picture picture; /* 60 KB */
    int block[32];
    bool any = false;
    collect(&picture, runs);
    if (!picture.n)
        return false;
    plot_begin(plot, "compare_to_serial", LEFT + WIDTH + RIGHT, TOP + FOOT + ROW * picture.rows,
               "How many times as good as serial, each on its own side");
    snprintf(
        plot->caption, sizeof plot->caption,
        "For each case at its greatest K up to 8P of B%s: the headline metric of each strategy as a multiple of "
        "serial's in the same block of the same run (for costs the inverse), median, logarithmic: to the right is "
        "better than serial. Ring: A, dot: B. A heading says where another strategy has the best median, or where the "
        "order behind it is another one, on both sides by more than %.3g %%. Medians, no verdicts.",
        runs->a->workers == runs->b->workers ? "" : ", and in A at about the same K per CPU (K of A | K of B)",
        100 * runs->margin);
    size_t used = strlen(plot->caption);
    if (picture.left_out)
        snprintf(plot->caption + used, sizeof plot->caption - used, " There is no room for %u more.", picture.left_out);
    for (unsigned s = 0; s < runs->b->n_strategies && s < 32; s++) {
        block[s] = strategy_data(plot, runs->b, &picture, s);
        any = any || block[s] >= 0;
    }
    if (!any)
        return false;
    plot_panel(plot, LEFT, TOP - 14, WIDTH, 14 + ROW * picture.rows, "");
    legend_draw(plot);
    compare_plots_name(plot, runs);
    text_add(&plot->gp,
             "unset title\nset yrange [%u.7:0.2]\nset xlabel 'multiple of serial on the same side (log scale)' offset "
             "0,0.2\nset border 1\nset grid noytics xtics\n",
             picture.rows);
    plot_axis_log(plot, 'x', picture.low, picture.high, UNIT_RATIO);
    text_add(&plot->gp, "set arrow from 1, graph 0 to 1, graph 1 nohead linecolor rgb '#666666' back\n");
    rows_draw(plot, runs->b, &picture);
    points_draw(plot, runs->b, block);
    plot_end(plot);
    return true;
}
