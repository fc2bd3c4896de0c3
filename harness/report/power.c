/* SPDX-License-Identifier: Apache-2.0 */
#include "report/power.h"
#include "report/findings.h"

#include "measure/stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { BLOCKS_FOR_MARGIN_MAX = 10000 };

/* Over what the comparisons of one workload showed from block to block. */
struct spreads {
    double *sd;
    const struct comparison **of;
    const struct situation **at;
    unsigned n;
};

static void collect(struct spreads *out, const struct pairing *pairing, unsigned workload)
{
    out->n = 0;
    for (unsigned i = 0; i < pairing->n; i++) {
        const struct situation *s = &pairing->list[i];
        for (unsigned j = 0; s->workload == workload && j < s->n_comparisons; j++) {
            const struct comparison *c = &s->comparisons[j];
            if (!(c->claim.sd > 0)) /* false for NaN */
                continue;
            out->sd[out->n] = c->claim.sd;
            out->of[out->n] = c;
            out->at[out->n++] = s;
        }
    }
}

/* How many blocks until the comparison at this quantile of the spreads would show the margin. */
static double blocks_for(double sd, double margin)
{
    for (size_t n = 6; n <= BLOCKS_FOR_MARGIN_MAX; n++)
        if (decision_detectable(sd, n) <= margin)
            return (double)n;
    return INFINITY;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void fill_row(struct power_row *row, const struct report_run *run, struct spreads *spreads, unsigned workload,
                     unsigned blocks, double margin)
{
    unsigned worst = 0;
    *row = (struct power_row){.workload = run->workloads[workload].name, .n_comparisons = spreads->n};
    for (unsigned i = 0; i < spreads->n; i++) {
        worst = spreads->sd[i] > spreads->sd[worst] ? i : worst;
        row->n_within_margin += blocks >= 6 && decision_detectable(spreads->sd[i], blocks) <= margin;
    }
    row->worst_label = spreads->at[worst]->label;
    row->worst_in_flight = spreads->at[worst]->in_flight;
    row->worst_strategy = run->strategies[run->cells[spreads->of[worst]->other].strategy].name;
    qsort(spreads->sd, spreads->n, sizeof *spreads->sd, by_value);
    row->detectable_median = decision_detectable(spreads->sd[spreads->n / 2], blocks);
    row->detectable_worst = decision_detectable(spreads->sd[spreads->n - 1], blocks);
    row->blocks_for_margin = blocks_for(spreads->sd[(spreads->n - 1) * 9 / 10], margin);
}

int power_build(struct power *out, const struct report_run *run, const struct pairing *pairing, double budget_s,
                double margin)
{
    double elapsed_s = json_number_value(json_object_get(run->run, "elapsed_s"));
    double done = (double)json_integer_value(json_object_get(run->run, "blocks_done"));
    unsigned most = 0;
    *out = (struct power){0};
    if (!(elapsed_s > 0) || done < 2)
        return -ENODATA;
    out->block_s = elapsed_s / done;
    out->blocks = (unsigned)fmin(budget_s / out->block_s, 100000);
    for (unsigned i = 0; i < pairing->n; i++)
        most += pairing->list[i].n_comparisons;
    struct spreads spreads = {
        .sd = malloc((most + 1) * sizeof *spreads.sd),
        .of = malloc((most + 1) * sizeof *spreads.of),
        .at = malloc((most + 1) * sizeof *spreads.at),
    };
    out->rows = malloc((run->n_workloads + 1) * sizeof *out->rows);
    int rc = spreads.sd && spreads.of && spreads.at && out->rows ? 0 : -ENOMEM;
    for (unsigned w = 0; w < run->n_workloads && !rc; w++) {
        collect(&spreads, pairing, w);
        if (spreads.n)
            fill_row(&out->rows[out->n_rows++], run, &spreads, w, out->blocks, margin);
        out->comparisons += spreads.n;
    }
    out->family_factor = decision_family_factor(out->comparisons, out->blocks);
    free(spreads.sd);
    free(spreads.of);
    free(spreads.at);
    return rc ? rc : out->n_rows ? 0 : -ENODATA;
}

void power_fini(struct power *power)
{
    free(power->rows);
    power->rows = NULL;
}
