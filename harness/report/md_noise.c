/* SPDX-License-Identifier: Apache-2.0 */
/* The noise that the run met: which trials were disturbed, who else used the machine, and where the variance lives. */
#include "report/report_md.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double md_resolution(const struct document *d)
{
    double *list = malloc((d->pairing->n_claims + 1) * sizeof *list), median = NAN;
    unsigned n = 0;
    for (unsigned i = 0; i < d->pairing->n && list; i++)
        for (unsigned j = 0; j < d->pairing->list[i].n_comparisons && n < d->pairing->n_claims; j++) {
            const struct estimate *r = &d->pairing->list[i].comparisons[j].claim.ratio;
            if (r->has_interval && r->lo > 0)
                list[n++] = 50 * (r->hi - r->lo) / r->value;
        }
    if (n) {
        qsort(list, n, sizeof *list, by_value);
        median = list[n / 2];
    }
    free(list);
    return median;
}

static void sensitivity(struct text *out, const struct document *d)
{
    const struct sensitivity *s = d->sensitivity;
    if (!s || !s->contests)
        return;
    text_add(
        out,
        "- **Do the answers hang on the gates?** Had every first attempt counted, disturbed or not, the best set would "
        "be the same in %u of %u contests.",
        s->contests - s->changed, s->contests);
    for (unsigned i = 0; i < s->n_named; i++) {
        const struct situation *at = &d->pairing->list[s->named[i]];
        text_add(out, i ? ", " : " It would be another one for ");
        text_add_code(out, at->label);
        text_add(out, " at K = %u", at->in_flight);
    }
    text_add(out, "%s\n", !s->changed ? "" : s->changed > s->n_named ? ", ..." : ".");
}

static void gates(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    unsigned without = 0;
    if (!run->gated_count)
        return;
    text_add(out, "- **What was disturbed?** %u trial%s did not pass a validity gate and gave no number (",
             run->gated_count, run->gated_count == 1 ? "" : "s");
    for (unsigned i = 0; i < sizeof run->gates / sizeof *run->gates && run->gates[i].count; i++) {
        text_add(out, "%s", i ? ", " : "");
        text_add_escaped(out, run->gates[i].name);
        text_add(out, ": %u", run->gates[i].count);
    }
    for (unsigned c = 0; c < run->n_cells; c++)
        without += run->cells[c].gated && run->cells[c].ok + run->cells[c].failed < run->blocks;
    text_add(out,
             "); they are in the journal, and were repeated at the end of their block while the allowance lasted. ");
    if (without)
        text_add(out, "%u cell%s lost a block to them all the same.\n", without, without == 1 ? "" : "s");
    else
        text_add(out, "No cell lost a block to them.\n");
    sensitivity(out, d);
}

static void machine_noise(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    double capacity = run->run_ns * run->workers;
    if (capacity > 0)
        text_add(out,
                 "- **Other load:** the hypervisor took %.2g %% of the CPU time of the timed parts (`steal_ns`), other "
                 "processes %.2g %% (`foreign_cpu_ns`).\n",
                 100 * run->steal_ns / capacity, 100 * run->busy_ns / capacity);
    if (run->drift_ppm_max > 0)
        text_add(
            out,
            "- **Clock:** the clock of the measurements left the kernel's by at most %.2g parts per million within "
            "a trial (`clock_drift_ppm`).\n",
            run->drift_ppm_max);
    else
        text_add(out, "- **Clock:** the clock of the measurements and the kernel's went alike in every trial "
                      "(`clock_drift_ppm`).\n");
    double resolution = md_resolution(d);
    if (isfinite(resolution))
        text_add(out, "- **Resolution:** half of the %u comparisons have an interval of ±%.2g %% or narrower.\n",
                 d->pairing->n_claims, resolution);
}

/* Variance of all latency samples of a cell, from the middles of their buckets (at most 0.2 % off each). */
static double hist_variance(const struct hist *hist)
{
    double mean = hist_mean(hist), sum = 0;
    for (unsigned i = 0; i < HIST_BUCKETS; i++) {
        double off = ((double)hist_bucket_low(i) + (double)hist_bucket_high(i)) / 2 - mean;
        sum += hist->bucket[i] ? (double)hist->bucket[i] * off * off : 0;
    }
    return sum / (double)hist->count;
}

/* Share of the variance between trials' means that the ops inside of them account for: what longer trials could take
 * away. The rest is between processes, and only more blocks help. NaN where a cell has too little for it. */
static double share_of_ops(const struct report_cell *cell)
{
    const struct series *means = series_find(cell, "latency_mean_ns");
    double sum = 0, squares = 0;
    unsigned n = 0;
    for (unsigned i = 0; means && i < means->n_blocks; i++)
        if (isfinite(means->by_block[i])) {
            sum += means->by_block[i];
            squares += means->by_block[i] * means->by_block[i];
            n++;
        }
    if (n < 6 || !cell->latency || cell->latency->count < 10 * (uint64_t)n)
        return NAN;
    double between = (squares - sum * sum / n) / (n - 1), per_trial = (double)cell->latency->count / n;
    double within = fmax(0, hist_variance(cell->latency) - between * (n - 1) / n);
    return between > 0 ? fmin(1, within / per_trial / between) : NAN;
}

static void variance(struct text *out, const struct document *d)
{
    unsigned n = 0, trials = 0, ops = 0;
    for (unsigned c = 0; c < d->run->n_cells; c++) {
        double share = share_of_ops(&d->run->cells[c]);
        n += isfinite(share);
        trials += share < 0.1;
        ops += share > 0.5;
    }
    if (n)
        text_add(
            out,
            "- **Where does the variance live?** In %u of %u cells the ops within a trial account for less than a "
            "tenth of "
            "the variance between trials' mean latencies: processes differ, and only more blocks would help. In %u "
            "they account for more than half: there, longer trials would help too.\n",
            trials, n, ops);
}

void md_noise(struct text *out, const struct document *d)
{
    gates(out, d);
    machine_noise(out, d);
    variance(out, d);
}
