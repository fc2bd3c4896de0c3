/* SPDX-License-Identifier: Apache-2.0 */
#include "report/offered.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void case_without_rate(const struct report_cell *cell, char *out, size_t len)
{
    struct cell plain = cell->cell;
    plain.offered_per_s = 0;
    cell_case(&plain, out, len);
}

static bool same_curve(const struct report_cell *a, const struct report_cell *b)
{
    char left[CELL_ID_LEN], right[CELL_ID_LEN];
    if (a->workload != b->workload || a->cell.in_flight != b->cell.in_flight || a->cell.workers != b->cell.workers)
        return false;
    case_without_rate(a, left, sizeof left);
    case_without_rate(b, right, sizeof right);
    return strcmp(left, right) == 0;
}

static bool add_rate(struct offered_curve *curve, uint64_t rate)
{
    unsigned at = 0;
    while (at < curve->n_rates && curve->rate[at] < rate)
        at++;
    if (at < curve->n_rates && curve->rate[at] == rate)
        return true;
    if (curve->n_rates == OFFERED_RATES_MAX)
        return false;
    memmove(&curve->rate[at + 1], &curve->rate[at], (curve->n_rates - at) * sizeof *curve->rate);
    curve->rate[at] = rate;
    curve->n_rates++;
    return true;
}

int offered_collect(const struct report_run *run, struct offered_curve **out)
{
    struct offered_curve *list = calloc(run->n_cells + 1, sizeof *list);
    int n = 0;
    *out = list;
    if (!list)
        return -ENOMEM;
    for (unsigned c = 0; c < run->n_cells; c++) {
        const struct report_cell *cell = &run->cells[c];
        if (!cell->cell.offered_per_s || cell->cell.role[0])
            continue;
        int at = 0;
        while (at < n && !same_curve(list[at].any, cell))
            at++;
        if (at == n) {
            list[n++].any = cell;
            snprintf(list[at].label, sizeof list[at].label, "%s", cell->label);
            char *rate = strrchr(list[at].label, '@'); /* no name or value holds one */
            if (rate)
                *rate = '\0';
        }
        add_rate(&list[at], cell->cell.offered_per_s);
    }
    return n;
}

const struct report_cell *offered_cell(const struct report_run *run, const struct offered_curve *curve,
                                       unsigned strategy, uint64_t rate)
{
    for (unsigned c = 0; c < run->n_cells; c++) {
        const struct report_cell *cell = &run->cells[c];
        if (cell->strategy == strategy && cell->cell.offered_per_s == rate && !cell->cell.role[0] &&
            same_curve(cell, curve->any))
            return cell;
    }
    return NULL;
}

bool offered_kept_up(const struct report_cell *cell)
{
    struct estimate achieved = cell_metric(cell, "achieved_percent");
    return achieved.n && achieved.value >= OFFERED_KEPT_UP_PERCENT;
}

struct offered_knee offered_knee(const struct report_run *run, const struct offered_curve *curve, unsigned strategy,
                                 uint64_t slo_ns)
{
    struct offered_knee knee = {0};
    for (unsigned i = 0; i < curve->n_rates; i++) {
        const struct report_cell *cell = offered_cell(run, curve, strategy, curve->rate[i]);
        struct estimate p99 = cell ? cell_metric(cell, "response_p99_ns") : (struct estimate){0};
        double upper = p99.has_interval ? p99.hi : p99.value;
        if (cell && cell->ok && slo_ns && !p99.n && offered_kept_up(cell))
            continue; /* too few ops for a p99: this rate says neither yes nor no */
        knee.known = true;
        if (!cell || !offered_kept_up(cell) || (slo_ns && upper > (double)slo_ns))
            break;
        knee.rate = curve->rate[i];
    }
    return knee;
}
