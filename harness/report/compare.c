/* SPDX-License-Identifier: Apache-2.0 */
#include "report/compare.h"
#include "report/lookup.h"
#include "report/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Everything that the parts below have in common. */
struct comparing {
    struct run_comparison *out;
    const struct report_run *a, *b;
    const struct pairing *pairs_a, *pairs_b;
    double margin;
    bool *seen_a, *seen_b; /* by cell: something answered to it */
    unsigned room, rankings_room;
};

/* The metric by block, or its ratio to serial's in the same block, without gaps. The number of values. */
static size_t values_of(const struct report_run *run, const struct report_cell *cell, const char *metric, bool relative,
                        double *out)
{
    const struct series *mine = series_find(cell, metric);
    const struct report_cell *serial = relative ? lookup_serial(run, cell) : NULL;
    const struct series *base = serial ? series_find(serial, metric) : NULL;
    size_t n = 0;
    if (!mine || (relative && (!base || serial == cell)))
        return 0;
    for (unsigned i = 0; i < mine->n_blocks; i++) {
        double by = !relative ? 1 : i < base->n_blocks ? base->by_block[i] : NAN;
        if (mine->by_block[i] > 0 && by > 0)
            out[n++] = mine->by_block[i] / by;
    }
    return n;
}

static struct compared_cell *add_cell(struct comparing *c)
{
    if (c->out->n_cells == c->room) {
        unsigned room = c->room ? 2 * c->room : 64;
        struct compared_cell *list = realloc(c->out->cells, room * sizeof *list);
        if (!list)
            return NULL;
        c->out->cells = list;
        c->room = room;
    }
    return &c->out->cells[c->out->n_cells++];
}

static int compare_cell(struct comparing *c, const struct report_cell *x, const struct report_cell *y, enum k_match by,
                        bool other_amount)
{
    const char *metric = c->b->workloads[y->workload].headline;
    const struct series *sx = series_find(x, metric), *sy = series_find(y, metric);
    if (!sx || !sy)
        return 0;
    double *values = malloc((sx->n_blocks + sy->n_blocks + 1) * sizeof *values);
    if (!values)
        return -ENOMEM;
    bool relative = c->out->comparability == COMPARE_CROSS;
    size_t nx = values_of(c->a, x, metric, relative, values), ny = values_of(c->b, y, metric, relative, values + nx);
    int rc = 0;
    if (nx && ny) {
        struct compared_cell *cell = add_cell(c);
        if (cell)
            *cell = (struct compared_cell){.a = x, .b = y, .metric = metric, .by = by, .other_amount = other_amount};
        if (cell) {
            cell->median_a = stats_median(values, nx);
            cell->median_b = stats_median(values + nx, ny);
        }
        rc = !cell ? -ENOMEM
                   : decision_compare_unpaired(values, nx, values + nx, ny, c->margin, metric_higher_is_better(metric),
                                               &cell->claim);
    }
    free(values);
    return rc;
}

const struct report_workload *workload_of_other_version(const struct report_workload *workload,
                                                        const struct report_run *b)
{
    for (unsigned i = 0; i < b->n_workloads; i++)
        if (b->workloads[i].paced == workload->paced && strcmp(b->workloads[i].name, workload->name) == 0)
            return b->workloads[i].protocol != workload->protocol ? &b->workloads[i] : NULL;
    return NULL;
}

static int strategy_in(const struct report_run *run, const char *name)
{
    for (unsigned i = 0; i < run->n_strategies; i++)
        if (strcmp(run->strategies[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* The strategy's own cell of the situation, if it has numbers; not the one of another K that stands in for it. */
static int own_cell(const struct report_run *run, const struct situation *s, unsigned strategy)
{
    int cell = s->cell[strategy];
    return cell >= 0 && run->cells[cell].ok && run->cells[cell].cell.in_flight == s->in_flight ? cell : -1;
}

static int compare_situation(struct comparing *c, const struct matched_case *cases, const struct situation *x,
                             const struct situation *y, enum k_match by)
{
    int rc = 0;
    for (unsigned i = 0; i < c->a->n_strategies && !rc; i++) {
        int j = strategy_in(c->b, c->a->strategies[i].name);
        int cell_a = own_cell(c->a, x, i), cell_b = j < 0 ? -1 : own_cell(c->b, y, (unsigned)j);
        if (cell_a < 0 || cell_b < 0)
            continue;
        c->seen_a[cell_a] = c->seen_b[cell_b] = true;
        rc = compare_cell(c, &c->a->cells[cell_a], &c->b->cells[cell_b], by, cases->other_amount);
    }
    return rc;
}

/* What kind of match, then changed ones first, the largest effect first. */
static int by_size_of_change(const void *p, const void *q)
{
    const struct compared_cell *x = p, *y = q;
    bool cx = x->claim.verdict == VERDICT_FASTER || x->claim.verdict == VERDICT_SLOWER;
    bool cy = y->claim.verdict == VERDICT_FASTER || y->claim.verdict == VERDICT_SLOWER;
    if (x->by != y->by)
        return (int)x->by - (int)y->by;
    if (cx != cy)
        return cx ? -1 : 1;
    double ex = fabs(log(x->claim.ratio.value)), ey = fabs(log(y->claim.ratio.value));
    return (ex < ey) - (ex > ey);
}

/* Cells with numbers that nothing answered to. Those of another version of their workload are counted apart. */
static void count_unmatched(struct comparing *c)
{
    for (unsigned i = 0; i < c->a->n_cells; i++) {
        const struct report_cell *cell = &c->a->cells[i];
        bool result = cell->ok && !cell->cell.role[0];
        bool other = workload_of_other_version(&c->a->workloads[cell->workload], c->b) != NULL;
        c->out->other_protocol += result && other;
        c->out->only_a += result && !other && !c->seen_a[i];
    }
    for (unsigned i = 0; i < c->b->n_cells; i++) {
        const struct report_cell *cell = &c->b->cells[i];
        c->out->only_b += cell->ok && !cell->cell.role[0] && !c->seen_b[i] &&
                          !workload_of_other_version(&c->b->workloads[cell->workload], c->a);
    }
}

static int correct_and_sort(struct run_comparison *out)
{
    struct claim **claims = malloc((out->n_cells + 1) * sizeof(struct claim *));
    if (!claims)
        return -ENOMEM;
    for (unsigned i = 0; i < out->n_cells; i++)
        claims[i] = &out->cells[i].claim;
    long family = decision_correct(claims, out->n_cells);
    free(claims);
    if (family < 0)
        return (int)family;
    if (out->n_cells)
        qsort(out->cells, out->n_cells, sizeof *out->cells, by_size_of_change);
    unsigned all = out->n_cells;
    for (out->n_cells = 0; out->n_cells < all && out->cells[out->n_cells].by == K_EQUAL;)
        out->n_cells++;
    out->n_per_cpu = all - out->n_cells;
    return 0;
}

/* --- rankings --------------------------------------------------------------------------------------------------- */

static int compare_ranking(struct comparing *c, const struct matched_case *cases, const struct situation *x,
                           const struct situation *y, enum k_match by)
{
    if (x->best < 0 || y->best < 0 || x->n_comparisons == 0)
        return 0;
    struct run_comparison *out = c->out;
    if (out->n_rankings == c->rankings_room) {
        unsigned room = c->rankings_room ? 2 * c->rankings_room : 64;
        struct compared_contest *list = realloc(out->rankings, room * sizeof *list);
        if (!list)
            return -ENOMEM;
        out->rankings = list;
        c->rankings_room = room;
    }
    struct compared_contest *contest = &out->rankings[out->n_rankings++];
    *contest = (struct compared_contest){
        .a = x, .b = y, .by = by, .other_amount = cases->other_amount, .tau = situation_tau(c->a, x, c->b, y)};
    contest_judge(contest, c->a, c->b);
    return 0;
}

static int tell_order(struct comparing *c)
{
    struct run_comparison *out = c->out;
    double *taus = malloc((out->n_rankings + 1) * sizeof *taus);
    size_t n = 0;
    if (!taus)
        return -ENOMEM;
    for (unsigned i = 0; i < out->n_rankings; i++) {
        const struct compared_contest *contest = &out->rankings[i];
        if (contest->by != K_EQUAL)
            continue;
        const struct report_cell *x = &c->a->cells[contest->a->best], *y = &c->b->cells[contest->b->best];
        out->contests++;
        out->same_best += strcmp(c->a->strategies[x->strategy].name, c->b->strategies[y->strategy].name) == 0;
        if (isfinite(contest->tau))
            taus[n++] = contest->tau;
    }
    out->tau = stats_median(taus, n);
    free(taus);
    return 0;
}

/* --- all of it -------------------------------------------------------------------------------------------------- */

static int compare_case(struct comparing *c, const struct matched_case *cases)
{
    /* The same number of CPUs: the same K is the same K per CPU. */
    int ways = c->a->workers == c->b->workers ? K_EQUAL + 1 : K_MATCH_COUNT, rc = 0;
    for (unsigned i = 0; i < c->pairs_a->n && !rc; i++) {
        const struct situation *x = &c->pairs_a->list[i];
        if (strcmp(x->case_name, cases->a->case_name) != 0)
            continue;
        for (int by = 0; by < ways && !rc; by++) {
            const struct situation *y = situation_match(cases, x, c->a, c->pairs_a, c->b, c->pairs_b, (enum k_match)by);
            if (!y)
                continue;
            rc = compare_situation(c, cases, x, y, (enum k_match)by);
            if (!rc)
                rc = compare_ranking(c, cases, x, y, (enum k_match)by);
        }
    }
    return rc;
}

static int compare_cases(struct comparing *c)
{
    const struct matched_cases *cases = &c->out->cases;
    int rc = 0;
    for (unsigned i = 0; i < cases->n && !rc; i++) {
        const struct matched_case *one = &cases->list[i];
        if (workload_of_other_version(&c->a->workloads[one->a->workload], c->b))
            continue;
        rc = compare_case(c, one);
        /* On one machine another amount is one more thing that differs. */
        if (one->other_amount && c->out->comparability < COMPARE_CAUTION)
            c->out->comparability = COMPARE_CAUTION;
    }
    return rc;
}

static void judge_nothing_in_common(struct run_comparison *out)
{
    if (out->n_cells + out->n_per_cpu + out->n_rankings)
        return;
    out->comparability = COMPARE_IMPOSSIBLE;
    snprintf(out->why, sizeof out->why, "%s",
             out->other_protocol ? "all cells in common are of another version of their workload"
             : !out->cases.n     ? "the runs have no cell with numbers in common"
                                 : "no cell in common has a metric that can be set against the other");
}

int run_comparison_build(struct run_comparison *out, const struct report_run *a, const struct pairing *pairs_a,
                         const struct report_run *b, const struct pairing *pairs_b, double margin,
                         amount_known_fn *amount_known)
{
    struct comparing c = {.out = out, .a = a, .b = b, .pairs_a = pairs_a, .pairs_b = pairs_b, .margin = margin};
    *out = (struct run_comparison){.tau = NAN};
    run_comparison_facts(out, a, b);
    c.seen_a = calloc(a->n_cells + 1, sizeof *c.seen_a);
    c.seen_b = calloc(b->n_cells + 1, sizeof *c.seen_b);
    int rc = c.seen_a && c.seen_b ? 0 : -ENOMEM;
    if (!rc)
        rc = matched_cases_build(&out->cases, a, pairs_a, b, pairs_b, amount_known);
    if (!rc)
        rc = compare_cases(&c);
    if (!rc)
        rc = correct_and_sort(out);
    if (!rc)
        rc = tell_order(&c);
    if (!rc) {
        count_unmatched(&c);
        judge_nothing_in_common(out);
    }
    free(c.seen_a);
    free(c.seen_b);
    return rc;
}

void run_comparison_fini(struct run_comparison *comparison)
{
    matched_cases_fini(&comparison->cases);
    free(comparison->cells);
    free(comparison->rankings);
    comparison->cells = NULL;
    comparison->rankings = NULL;
}
