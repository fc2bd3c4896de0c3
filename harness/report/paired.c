/* SPDX-License-Identifier: Apache-2.0 */
#include "report/paired.h"
#include "report/findings.h"
#include "report/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *regime_name(enum regime regime)
{
    static const char *const names[] = {"K ≤ P", "P < K ≤ 8P", "K > 8P"};
    return names[regime];
}

static enum regime regime_of(unsigned in_flight, unsigned workers)
{
    if (in_flight <= workers)
        return REGIME_CORES;
    return in_flight <= 8u * workers ? REGIME_EIGHTFOLD : REGIME_BEYOND;
}

struct claim paired_claim(const struct report_cell *a, const struct report_cell *b, const char *metric, double margin,
                          bool higher_is_better)
{
    static const struct claim none = {
        .ratio = {.value = NAN, .lo = NAN, .hi = NAN}, .p = 1, .p_holm = 1, .verdict = VERDICT_INSUFFICIENT};
    const struct series *x = series_find(a, metric), *y = series_find(b, metric);
    if (!x || !y)
        return none;
    unsigned blocks = x->n_blocks < y->n_blocks ? x->n_blocks : y->n_blocks;
    double *pairs = malloc((2 * (size_t)blocks + 1) * sizeof *pairs), *left = pairs, *right = pairs + blocks;
    size_t n = 0;
    if (!pairs)
        return none;
    for (unsigned i = 0; i < blocks; i++)
        if (x->by_block[i] > 0 && y->by_block[i] > 0) { /* false for NaN */
            left[n] = x->by_block[i];
            right[n++] = y->by_block[i];
        }
    struct claim claim = decision_compare(left, right, n, margin, higher_is_better);
    free(pairs);
    return claim;
}

static bool same_situation(const struct situation *s, const struct report_cell *cell)
{
    return s->in_flight == cell->cell.in_flight && s->workers == cell->cell.workers &&
           strcmp(s->case_name, cell->case_name) == 0;
}

static int situation_add(struct pairing *pairing, const struct report_run *run, unsigned c)
{
    const struct report_cell *cell = &run->cells[c];
    for (unsigned i = pairing->n; i-- > 0;)
        if (same_situation(&pairing->list[i], cell)) {
            pairing->list[i].cell[cell->strategy] = (int)c;
            return 0;
        }
    if ((pairing->n & (pairing->n - 1)) == 0) {
        struct situation *list = realloc(pairing->list, (pairing->n ? pairing->n * 2 : 1) * sizeof *list);
        if (!list)
            return -ENOMEM;
        pairing->list = list;
    }
    struct situation *s = &pairing->list[pairing->n];
    *s = (struct situation){.workload = cell->workload,
                            .case_name = cell->case_name,
                            .label = cell->label,
                            .in_flight = cell->cell.in_flight,
                            .workers = cell->cell.workers,
                            .regime = regime_of(cell->cell.in_flight, cell->cell.workers),
                            .best = -1};
    s->cell = malloc(run->n_strategies * sizeof *s->cell);
    s->comparisons = calloc(run->n_strategies, sizeof *s->comparisons);
    pairing->n++;
    if (!s->cell || !s->comparisons)
        return -ENOMEM;
    for (unsigned i = 0; i < run->n_strategies; i++)
        s->cell[i] = -1;
    s->cell[cell->strategy] = (int)c;
    return 0;
}

/*
 * A strategy that has only one K for this case (serial) is a choice at every K: it stands in with the cell it has. Not
 * where a micro workload leads with a cost: one switch or one task has no K.
 */
static void add_stand_ins(struct pairing *pairing, const struct report_run *run)
{
    for (unsigned c = 0; c < run->n_cells; c++) {
        const struct report_cell *cell = &run->cells[c];
        const struct report_workload *w = &run->workloads[cell->workload];
        if (strcmp(cell->cell.strategy, "serial") != 0 || cell->cell.role[0] || !cell->ok ||
            (workload_is_micro(w) && !metric_higher_is_better(w->headline)))
            continue;
        for (unsigned i = 0; i < pairing->n; i++) {
            struct situation *s = &pairing->list[i];
            int *slot = &s->cell[cell->strategy];
            if (*slot < 0 && strcmp(s->case_name, cell->case_name) == 0)
                *slot = (int)c;
        }
    }
}

static void compare(struct situation *s, const struct report_run *run, const struct instrument *instrument)
{
    const char *metric = run->workloads[s->workload].headline;
    bool higher = metric_higher_is_better(metric);
    double best = NAN, margin = instrument_margin(instrument, run, s->workload);
    for (unsigned i = 0; i < run->n_strategies; i++) {
        struct estimate e = {0};
        if (s->cell[i] >= 0)
            e = cell_metric(&run->cells[s->cell[i]], metric);
        if (e.n && (s->best < 0 || (higher ? e.value > best : e.value < best))) {
            s->best = s->cell[i];
            best = e.value;
        }
    }
    s->has_verdicts = s->best >= 0;
    for (unsigned i = 0; i < run->n_strategies && s->best >= 0; i++) {
        if (s->cell[i] < 0 || s->cell[i] == s->best || !cell_metric(&run->cells[s->cell[i]], metric).n)
            continue;
        struct comparison *c = &s->comparisons[s->n_comparisons++];
        c->best = (unsigned)s->best;
        c->other = (unsigned)s->cell[i];
        c->claim = paired_claim(&run->cells[c->best], &run->cells[c->other], metric, margin, higher);
        s->has_verdicts = s->has_verdicts && c->claim.verdict != VERDICT_INSUFFICIENT;
    }
    if (s->n_comparisons == 0)
        s->has_verdicts = false;
}

static int correct_all(struct pairing *pairing)
{
    size_t n = 0, k = 0;
    for (unsigned i = 0; i < pairing->n; i++)
        n += pairing->list[i].n_comparisons;
    struct claim **claims = malloc((n + 1) * sizeof(struct claim *));
    if (!claims)
        return -ENOMEM;
    for (unsigned i = 0; i < pairing->n; i++)
        for (unsigned j = 0; j < pairing->list[i].n_comparisons; j++)
            claims[k++] = &pairing->list[i].comparisons[j].claim;
    long family = decision_correct(claims, n);
    pairing->n_claims = family > 0 ? (unsigned)family : 0;
    free(claims);
    return family < 0 ? (int)family : 0;
}

static int sweep_add_k(struct sweep *sweep, unsigned k)
{
    unsigned at = 0;
    while (at < sweep->n_k && sweep->k[at] < k)
        at++;
    if (at < sweep->n_k && sweep->k[at] == k)
        return 0;
    unsigned *list = realloc(sweep->k, (sweep->n_k + 1) * sizeof *list);
    if (!list)
        return -ENOMEM;
    memmove(list + at + 1, list + at, (sweep->n_k - at) * sizeof *list);
    list[at] = k;
    sweep->k = list;
    sweep->n_k++;
    return 0;
}

static int sweeps_build(struct pairing *pairing)
{
    for (unsigned i = 0; i < pairing->n; i++) {
        const struct situation *s = &pairing->list[i];
        struct sweep *sweep = NULL;
        for (unsigned j = pairing->n_sweeps; j-- > 0 && !sweep;)
            if (strcmp(pairing->sweeps[j].case_name, s->case_name) == 0)
                sweep = &pairing->sweeps[j];
        if (!sweep) {
            struct sweep *list = realloc(pairing->sweeps, (pairing->n_sweeps + 1) * sizeof *list);
            if (!list)
                return -ENOMEM;
            pairing->sweeps = list;
            sweep = &list[pairing->n_sweeps++];
            *sweep = (struct sweep){.case_name = s->case_name, .label = s->label, .workload = s->workload};
        }
        int rc = sweep_add_k(sweep, s->in_flight);
        if (rc)
            return rc;
    }
    return 0;
}

int pairing_build(struct pairing *pairing, const struct report_run *run)
{
    *pairing = (struct pairing){0};
    int rc = instrument_build(&pairing->instrument, run);
    for (unsigned c = 0; c < run->n_cells && !rc; c++)
        if (!run->cells[c].cell.role[0]) /* a twin or a control is no choice */
            rc = situation_add(pairing, run, c);
    if (rc)
        return rc;
    add_stand_ins(pairing, run);
    for (unsigned i = 0; i < pairing->n; i++)
        if (!workload_is_floor(&run->workloads[pairing->list[i].workload])) /* nothing to choose there */
            compare(&pairing->list[i], run, &pairing->instrument);
    rc = sweeps_build(pairing);
    return rc ? rc : correct_all(pairing);
}

void pairing_fini(struct pairing *pairing)
{
    for (unsigned i = 0; i < pairing->n_sweeps; i++)
        free(pairing->sweeps[i].k);
    free(pairing->sweeps);
    for (unsigned i = 0; i < pairing->n; i++) {
        free(pairing->list[i].cell);
        free(pairing->list[i].comparisons);
    }
    free(pairing->list);
}

bool situation_is_best(const struct situation *situation, unsigned cell)
{
    if (situation->best == (int)cell)
        return true;
    for (unsigned i = 0; i < situation->n_comparisons; i++)
        if (situation->comparisons[i].other == cell)
            return situation->comparisons[i].claim.verdict == VERDICT_EQUIVALENT ||
                   situation->comparisons[i].claim.verdict == VERDICT_UNDECIDED;
    return false;
}

const struct situation *pairing_representative(const struct pairing *pairing, const char *case_name, enum regime regime)
{
    const struct situation *found = NULL;
    for (unsigned i = 0; i < pairing->n; i++) {
        const struct situation *s = &pairing->list[i];
        if (s->regime == regime && s->best >= 0 && strcmp(s->case_name, case_name) == 0 &&
            (!found || s->in_flight > found->in_flight ||
             (s->in_flight == found->in_flight && s->n_comparisons > found->n_comparisons)))
            found = s;
    }
    return found;
}

const struct situation *pairing_highest(const struct pairing *pairing, const char *case_name)
{
    for (int regime = REGIME_COUNT - 1; regime >= 0; regime--) {
        const struct situation *s = pairing_representative(pairing, case_name, (enum regime)regime);
        if (s && s->n_comparisons)
            return s;
    }
    return NULL;
}

const struct situation *pairing_find(const struct pairing *pairing, const char *case_name, unsigned in_flight)
{
    const struct situation *found = NULL;
    for (unsigned i = 0; i < pairing->n; i++) {
        const struct situation *s = &pairing->list[i];
        if (s->in_flight == in_flight && strcmp(s->case_name, case_name) == 0 &&
            (!found || s->n_comparisons > found->n_comparisons))
            found = s;
    }
    return found;
}

const struct comparison *situation_runner_up(const struct situation *situation, bool higher_is_better)
{
    const struct comparison *found = NULL;
    for (unsigned i = 0; i < situation->n_comparisons; i++) {
        const struct comparison *c = &situation->comparisons[i];
        if (situation_is_best(situation, c->other) || !isfinite(c->claim.ratio.value))
            continue;
        if (!found || (higher_is_better ? c->claim.ratio.value > found->claim.ratio.value
                                        : c->claim.ratio.value < found->claim.ratio.value))
            found = c;
    }
    return found;
}
