/* SPDX-License-Identifier: Apache-2.0 */
/* Gunther's law fitted to each strategy, where a run has enough different K for it. */
#include "report/report_md.h"

#include "measure/rng.h"
#include "measure/usl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RESAMPLES = 1000 };

/* What was measured of one strategy along K: medians, and all blocks that are complete. */
struct curve {
    double k[USL_POINTS_MAX], x[USL_POINTS_MAX];
    unsigned n;
    double *by_block; /* [block * n + point] */
    size_t blocks;
};

static bool block_is_whole(const struct report_run *run, const int *cells, unsigned n, unsigned block)
{
    for (unsigned i = 0; i < n; i++) {
        const struct series *s = series_find(&run->cells[cells[i]], "throughput_ops_per_s");
        if (!s || block >= s->n_blocks || !isfinite(s->by_block[block]))
            return false;
    }
    return true;
}

static bool curve_collect(struct curve *curve, const struct document *d, const struct sweep *sweep, unsigned strategy)
{
    const struct report_run *run = d->run;
    int cells[USL_POINTS_MAX];
    *curve = (struct curve){0};
    for (unsigned i = 0; i < sweep->n_k && curve->n < USL_POINTS_MAX; i++) {
        const struct situation *s = pairing_find(d->pairing, sweep->case_name, sweep->k[i]);
        int c = s ? s->cell[strategy] : -1;
        struct estimate e = c >= 0 ? cell_metric(&run->cells[c], "throughput_ops_per_s") : (struct estimate){0};
        if (!e.n || run->cells[c].cell.in_flight != sweep->k[i])
            continue;
        curve->k[curve->n] = sweep->k[i];
        curve->x[curve->n] = e.value;
        cells[curve->n++] = c;
    }
    if (curve->n < USL_POINTS_MIN)
        return false;
    curve->by_block = malloc((size_t)run->blocks * curve->n * sizeof *curve->by_block);
    for (unsigned b = 0; curve->by_block && b < run->blocks; b++) {
        if (!block_is_whole(run, cells, curve->n, b))
            continue;
        for (unsigned i = 0; i < curve->n; i++)
            curve->by_block[curve->blocks * curve->n + i] =
                series_find(&run->cells[cells[i]], "throughput_ops_per_s")->by_block[b];
        curve->blocks++;
    }
    return curve->by_block != NULL;
}

static void add_parameter(struct text *out, double value, const double interval[2])
{
    text_add(out, " %.3g", value);
    if (isfinite(interval[0]) && isfinite(interval[1]))
        text_add(out, " [%.2g, %.2g]", interval[0], interval[1]);
    text_add(out, " |");
}

static void add_fit(struct text *out, const struct document *d, const struct sweep *sweep, unsigned strategy,
                    const struct curve *curve, bool *any)
{
    struct usl fit;
    char buf[NUMBER_LEN];
    double sigma[2] = {NAN, NAN}, kappa[2] = {NAN, NAN};
    if (usl_fit(curve->k, curve->x, curve->n, false, &fit))
        return;
    if (curve->blocks >= 6 && usl_bootstrap(curve->k, curve->by_block, curve->n, curve->blocks, 0.05, RESAMPLES,
                                            rng_mix64(strategy + 1), sigma, kappa))
        sigma[0] = kappa[0] = NAN;
    if (!*any)
        text_add(out, "| case | strategy | λ, one task | σ, contention | κ, coherency | peak at K |\n"
                      "| --- | --- | ---: | ---: | ---: | ---: |\n");
    *any = true;
    text_add(out, "| ");
    text_add_code(out, sweep->label);
    if (fit.extrapolated) {
        text_add(out, " | %s | does not grow along these K | – | – | – |\n", d->run->strategies[strategy].name);
        return;
    }
    text_add(out, " | %s | %s |", d->run->strategies[strategy].name, number_plain(buf, fit.lambda, UNIT_RATE));
    add_parameter(out, fit.sigma, sigma);
    add_parameter(out, fit.kappa, kappa);
    if (isfinite(fit.peak_n) && fit.identified)
        text_add(out, " %.0f |\n", fit.peak_n);
    else
        text_add(out, " not within these K |\n");
}

void md_scaling(struct text *out, const struct document *d)
{
    bool any = false, possible = false;
    for (unsigned i = 0; i < d->pairing->n_sweeps; i++)
        possible = possible || d->pairing->sweeps[i].n_k >= USL_POINTS_MIN;
    if (!possible)
        return;
    text_add(
        out,
        "## Scaling along K\n\nThroughput along K, fitted by X(K) = λK / (1 + σ(K−1) + κK(K−1)) (Gunther's Universal "
        "Scalability Law) where at least six different K were measured: σ is the share of the work that queues for "
        "one thing, κ what every pair of tasks costs the others, which makes throughput fall again. The simplest of "
        "the three models "
        "(linear, σ alone, both) that the data support; in brackets the 95 %% interval over resampled blocks. "
        "Where throughput does not grow at all, λ and σ cannot be told apart.\n\n");
    for (unsigned i = 0; i < d->pairing->n_sweeps; i++) {
        const struct sweep *sweep = &d->pairing->sweeps[i];
        for (unsigned s = 0; s < d->run->n_strategies && !d->run->workloads[sweep->workload].paced; s++) {
            struct curve curve;
            if (curve_collect(&curve, d, sweep, s))
                add_fit(out, d, sweep, s, &curve, &any);
            free(curve.by_block);
        }
    }
    text_add(out, any ? "\n" : "No strategy had enough numbers for a fit.\n\n");
}
