/* SPDX-License-Identifier: Apache-2.0 */
/* The section on paced load; runs without any have none. */
#include "report/offered.h"
#include "report/report_md.h"

#include <math.h>
#include <stdlib.h>

static bool any_cell(const struct report_run *run, const struct offered_curve *curve, unsigned strategy)
{
    for (unsigned i = 0; i < curve->n_rates; i++)
        if (offered_cell(run, curve, strategy, curve->rate[i]))
            return true;
    return false;
}

static void add_point(struct text *out, const struct report_cell *cell, const char *metric)
{
    char buf[NUMBER_LEN];
    struct estimate e = cell ? cell_metric(cell, metric) : (struct estimate){0};
    if (!cell)
        return;
    if (!cell->ok) {
        text_add(out, "%s", cell_status_name(cell->status));
        return;
    }
    text_add(out, "%s", e.n ? number_interval(buf, &e, UNIT_NS) : "too few ops");
    if (!offered_kept_up(cell))
        text_add(out, " (kept %.0f %%)", cell_metric(cell, "achieved_percent").value);
}

static void add_table(struct text *out, const struct document *d, const struct offered_curve *curve, const char *metric,
                      const char *what)
{
    const struct report_run *run = d->run;
    unsigned columns = 0;
    text_add(out, "%s (`%s`)\n\n| offered |", what, metric);
    for (unsigned s = 0; s < run->n_strategies; s++)
        if (any_cell(run, curve, s)) {
            text_add(out, " %s |", run->strategies[s].name);
            columns++;
        }
    text_add(out, "\n");
    md_rule(out, 0, 1 + columns);
    for (unsigned i = 0; i < curve->n_rates; i++) {
        text_add(out, "| %llu/s |", (unsigned long long)curve->rate[i]);
        for (unsigned s = 0; s < run->n_strategies; s++) {
            if (!any_cell(run, curve, s))
                continue;
            text_add(out, " ");
            add_point(out, offered_cell(run, curve, s, curve->rate[i]), metric);
            text_add(out, " |");
        }
        text_add(out, "\n");
    }
    text_add(out, "\n");
}

static void add_knees(struct text *out, const struct document *d, const struct offered_curve *curve)
{
    char buf[NUMBER_LEN];
    if (d->slo_ns)
        text_add(out,
                 "Highest offered rate at which the strategy kept up and p99 stayed within %s (the whole interval): ",
                 number_plain(buf, (double)d->slo_ns, UNIT_NS));
    else
        text_add(out, "Highest offered rate at which the strategy kept up: ");
    bool first = true;
    for (unsigned s = 0; s < d->run->n_strategies; s++) {
        if (!any_cell(d->run, curve, s))
            continue;
        struct offered_knee knee = offered_knee(d->run, curve, s, d->slo_ns);
        text_add(out, "%s`%s` ", first ? "" : ", ", d->run->strategies[s].name);
        if (!knee.known)
            text_add(out, "cannot be told (too few ops per trial for a 99th percentile)");
        else if (!knee.rate)
            text_add(out, "none of these");
        else
            text_add(out, "%s%llu/s", knee.rate == curve->rate[curve->n_rates - 1] ? "at least " : "",
                     (unsigned long long)knee.rate);
        first = false;
    }
    text_add(out, ".\n\n");
}

void md_offered(struct text *out, const struct document *d)
{
    struct offered_curve *curves;
    int n = offered_collect(d->run, &curves);
    if (n < 0)
        out->failed = true;
    if (n <= 0) {
        free(curves);
        return;
    }
    text_add(
        out,
        "## Response time under offered load\n\nRequests arrive by the clock (Poisson, the same arrivals for every "
        "strategy of a block), whether or not the one before is done. *Response time* runs from when a request was "
        "due to its end: a stall counts for every request that it delayed. *Lag* is the part of it in which a free "
        "task was not yet awake. \"kept n %%\" marks a rate that was too much: the schedule took longer than it "
        "should, and response times there only say how long the trial was.\n\n");
    md_plot(out, d, "response_vs_rate");
    for (int i = 0; i < n; i++) {
        text_add(out, "### ");
        text_add_code(out, curves[i].label);
        text_add(out, " at K = %u\n\n", curves[i].any->cell.in_flight);
        add_table(out, d, &curves[i], "response_p50_ns", "Median response time");
        add_table(out, d, &curves[i], "response_p99_ns", "99th percentile of the response time");
        add_table(out, d, &curves[i], "lag_p99_ns", "99th percentile of the lag");
        add_table(out, d, &curves[i], "cpu_ns_per_op", "CPU time per op");
        add_knees(out, d, &curves[i]);
    }
    free(curves);
}
