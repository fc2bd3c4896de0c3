/* SPDX-License-Identifier: Apache-2.0 */
/* How it was measured, and whether to believe it. */
#include "report/efficiency.h"
#include "report/findings.h"
#include "report/report.h"
#include "report/report_md.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_cells(const struct report_run *run, unsigned workload)
{
    for (unsigned c = 0; c < run->n_cells; c++)
        if (run->cells[c].workload == workload)
            return true;
    return false;
}

/* Parameters that are left out of the labels. */
static void fixed_params(struct text *out, const struct report_run *run, unsigned workload)
{
    const struct report_cell *cell = NULL;
    for (unsigned c = 0; c < run->n_cells && !cell; c++)
        if (run->cells[c].workload == workload)
            cell = &run->cells[c];
    unsigned n = 0;
    for (unsigned p = 0; cell && p < cell->cell.n_params; p++) {
        const char *name = cell->cell.params[p].name;
        enum param_role role = param_role(run, workload, name);
        if (role == PARAM_TELLS)
            continue;
        char words[2 * NAME_LEN + 2];
        snprintf(words, sizeof words, role == PARAM_FIXED ? "%s=%s" : "%s by case", name, cell->cell.params[p].text);
        text_add(out, n++ ? " " : "");
        text_add_code(out, words);
    }
    if (!n)
        text_add(out, "–");
}

static void add_workloads(struct text *out, const struct report_run *run)
{
    text_add(out, "| workload | kind | what it asks | one op is | fixed parameters | protocol |\n");
    md_rule(out, 5, 1);
    for (unsigned i = 0; i < run->n_workloads; i++) {
        if (!has_cells(run, i)) /* the closed one of a run in which it is paced */
            continue;
        md_row_begin(out, run->workloads[i].name);
        text_add(out, " ");
        text_add_escaped(out, run->workloads[i].kind);
        text_add(out, " | ");
        text_add_escaped(out, run->workloads[i].summary);
        text_add(out, " | ");
        text_add_escaped(out, run->workloads[i].op_is);
        text_add(out, " | ");
        fixed_params(out, run, i);
        text_add(out, " | %lld |\n", run->workloads[i].protocol);
    }
}

static void add_strategies(struct text *out, const struct report_run *run)
{
    text_add(out, "\n| strategy | what it is | in its own words (first cell) |\n");
    md_rule(out, 3, 0);
    for (unsigned i = 0; i < run->n_strategies; i++) {
        const char *backend = "";
        for (unsigned c = 0; c < run->n_cells && !*backend; c++)
            if (run->cells[c].strategy == i)
                backend = run->cells[c].backend;
        md_row_begin(out, run->strategies[i].name);
        text_add(out, " ");
        text_add_escaped(out, run->strategies[i].summary);
        text_add(out, " | ");
        text_add_escaped(out, *backend ? backend : "–");
        text_add(out, " |\n");
    }
    text_add(out, "\n");
}

/* A case may keep to one CPU, or leave some to what it talks to. */
static bool fewer_somewhere(const struct document *d)
{
    for (unsigned i = 0; i < d->pairing->n; i++)
        if (d->pairing->list[i].workers != d->run->workers)
            return true;
    return false;
}

static void method(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    text_add(
        out,
        "## How it was measured\n\n"
        "Work is written once, against a blocking context; the strategy decides who runs it. Every strategy gets "
        "the same "
        "tasks, the same K (how many tasks may be alive at once) and the same %u CPU%s%s. A *trial* is one cell in "
        "a fresh "
        "process; a *block* is one trial of every cell in random order (seed ",
        run->workers, run->workers == 1 ? "" : "s",
        fewer_somewhere(d) ? " (fewer in some cases; the decision table gives their P)" : "");
    text_add_code(out, md_run_text(d, "seed"));
    const json_t *budget = json_object_get(run->run, "budget_s");
    if (json_is_number(budget))
        text_add(out, "; as many whole blocks as fit into %.0f s, which were %u", json_number_value(budget),
                 run->blocks);
    const json_t *precision = json_object_get(run->run, "precision");
    if (json_is_number(precision))
        text_add(
            out,
            "; blocks until the interval of every strategy against the fastest was ±%.3g %% or narrower, looked at "
            "after 9, 12, 17, 20, 25, 30, ... blocks: %s after %u",
            100 * json_number_value(precision),
            json_is_true(json_object_get(run->run, "precision_reached")) ? "reached" : "not reached", run->blocks);
    text_add(
        out,
        "). The load is %s. Set-up is outside the timed part, warm-up too; creating tasks is inside.\n\n"
        "The unit of inference is the trial, never the op. A number in a table is the median over the blocks, followed "
        "by "
        "its exact 95 %% order-statistic interval in brackets; with fewer than 6 blocks there is none. Strategies are "
        "compared inside the blocks they share, as ratios, so that slow drift of the machine cancels. A verdict of "
        "faster or slower asks "
        "that the interval of the ratio excludes 1, that the estimate lies beyond the margin of ±%.0f %%, *and* that "
        "the "
        "difference survives Holm's correction over all %u "
        "comparisons of this report (paired t on the log-ratios; the smallest p of an exact sign test, 0.004 with 9 "
        "blocks, could pass no correction over more than 12 comparisons). Percentiles are taken in each trial, where "
        "its count "
        "supports them (p50 from 6, p99 from 368, p99.9 from 3688 samples), and then their median. Only trials that "
        "ended "
        "`ok` give numbers; no outlier is removed.\n\n",
        !md_has_load(run, true)   ? "closed: a task's next op starts when its last one ends"
        : md_has_load(run, false) ? "closed, but where a case has a rate (`@`): there ops come by the clock"
                                  : "open: ops come by the clock",
        DECISION_MARGIN * 100, d->pairing->n_claims);
    add_workloads(out, run);
    add_strategies(out, run);
}

static unsigned planned_skips(const struct report_run *run)
{
    unsigned n = 0;
    size_t i;
    json_t *cell;
    json_array_foreach(json_object_get(run->plan, "cells"), i, cell) n += json_is_string(json_object_get(cell, "skip"));
    return n;
}

/* Digests of all strategies in one block of one situation. */
static void count_digests(const struct document *d, unsigned *equal, unsigned *different)
{
    for (unsigned i = 0; i < d->pairing->n; i++) {
        const struct situation *s = &d->pairing->list[i];
        for (unsigned block = 0; block < d->run->blocks; block++) {
            uint64_t seen = 0;
            unsigned n = 0;
            bool differ = false;
            for (unsigned j = 0; j < d->run->n_strategies; j++) {
                const struct report_cell *cell = s->cell[j] < 0 ? NULL : &d->run->cells[s->cell[j]];
                if (!cell || cell->cell.in_flight != s->in_flight || block >= cell->n_digests || !cell->digest[block])
                    continue;
                differ = differ || (n && cell->digest[block] != seen);
                seen = cell->digest[block];
                n++;
            }
            if (n > 1)
                ++*(differ ? different : equal);
        }
    }
}

/* NaN for micro workloads: their tasks are over before the next one can start, and that is what they measure. */
static double in_flight_share(const struct report_run *run, const struct report_cell *cell)
{
    if (strcmp(run->workloads[cell->workload].kind, "micro") == 0)
        return NAN;
    double admitted = strcmp(cell->cell.strategy, "serial") == 0 ? 1 : cell->cell.in_flight;
    if (cell->tasks && (double)cell->tasks < admitted)
        admitted = (double)cell->tasks;
    struct estimate mean = cell_metric(cell, "in_flight_mean");
    return mean.n ? mean.value / admitted : NAN;
}

static void little(struct text *out, const struct document *d)
{
    unsigned n = 0, low = 0;
    for (unsigned c = 0; c < d->run->n_cells; c++) {
        double share = in_flight_share(d->run, &d->run->cells[c]);
        n += isfinite(share);
        low += share < 0.9;
    }
    text_add(
        out,
        "- **Were K tasks really in flight?** (Little's check: the time-mean number of tasks alive, `in_flight_mean`, "
        "against K.) %u of %u cells kept at least 90 %% of their K.",
        n - low, n);
    if (low)
        text_add(
            out,
            " Where it is less, tasks ended faster than this strategy could start new ones, or fewer tasks than K were "
            "left at the end; the lowest:");
    text_add(out, "\n");
    double above = -1;
    for (unsigned shown = 0; shown < 5 && shown < low; shown++) { /* five times the next smallest */
        double best = 0.9;
        int found = -1;
        for (unsigned c = 0; c < d->run->n_cells; c++) {
            double share = in_flight_share(d->run, &d->run->cells[c]);
            if (share < best && share > above) {
                best = share;
                found = (int)c;
            }
        }
        if (found < 0)
            break;
        text_add(out, "  - ");
        text_add_code(out, d->run->cells[found].id);
        text_add(out, best < 0.01 ? ": less than 1 %% of K\n" : ": %.0f %% of K\n", 100 * best);
        above = best;
    }
}

/* How long as many tasks were at work as ever were: below a half, more of a trial was start and end than middle. */
static void overlap(struct text *out, const struct document *d)
{
    unsigned n = 0, low = 0;
    for (unsigned c = 0; c < d->run->n_cells; c++) {
        const struct report_cell *cell = &d->run->cells[c];
        struct estimate e = cell_metric(cell, "overlap_ratio");
        if (!e.n || workload_is_micro(&d->run->workloads[cell->workload]))
            continue;
        n++;
        low += e.value < 0.5;
    }
    if (n)
        text_add(out,
                 "- **Were they at work together?** In %u of %u cells as many tasks as ever were alive at once were so "
                 "for at least half of the timed part (`overlap_ratio`).\n",
                 n - low, n);
}

/* Reads at the device at a time, by its own account, against the K that was asked for. */
static void device_depth(struct text *out, const struct document *d)
{
    unsigned n = 0, low = 0;
    const struct report_cell *lowest = NULL;
    double least = INFINITY;
    for (unsigned c = 0; c < d->run->n_cells; c++) {
        const struct report_cell *cell = &d->run->cells[c];
        struct estimate depth = cell_metric(cell, "device_depth_mean");
        if (!depth.n || strcmp(cell->cell.strategy, "serial") == 0)
            continue;
        double share = depth.value / cell->cell.in_flight;
        n++;
        low += share < 0.5;
        if (share < least) {
            least = share;
            lowest = cell;
        }
    }
    if (!n)
        return;
    text_add(out,
             "- **Did the device see the depth that was asked for?** In %u of %u cells it had half of K or more at a "
             "time (`device_depth_mean`); the lowest: ",
             n - low, n);
    text_add_code(out, lowest->id);
    text_add(out, least < 0.01 ? ", less than 1 %% of K.\n" : ", %.0f %% of K.\n", 100 * least);
}

static void impossible(struct text *out, const struct document *d)
{
    unsigned n = 0;
    for (unsigned c = 0; c < d->run->n_cells; c++)
        n += efficiency_impossible(&d->run->cells[c]);
    if (!n) {
        text_add(
            out,
            "- **Is anything too good to be true?** No cell beat its lower bound on time by more than its interval.\n");
        return;
    }
    text_add(out,
             "- **Too good to be true, an error of ours:** %u cell%s beat the lower bound on time by more than the "
             "interval. "
             "The bound or the measurement is wrong there; do not use the efficiency of:\n",
             n, n == 1 ? "" : "s");
    for (unsigned c = 0; c < d->run->n_cells; c++)
        if (efficiency_impossible(&d->run->cells[c])) {
            char buf[NUMBER_LEN];
            struct estimate e = cell_metric(&d->run->cells[c], "efficiency");
            text_add(out, "  - ");
            text_add_code(out, d->run->cells[c].id);
            text_add(out, ": %s\n", number_interval(buf, &e, UNIT_RATIO));
        }
}

static void add_twins(struct text *out, const struct document *d)
{
    const struct instrument *instrument = &d->pairing->instrument;
    unsigned n = 0, alarms = instrument_false_alarms(instrument);
    for (unsigned i = 0; i < instrument->n; i++)
        n += instrument->list[i].injected == 0;
    if (n == 0)
        return;
    text_add(
        out,
        "- **Does it imagine differences? (A/A)** %u cell%s ran twice under two names; %s called different. Where a "
        "twin was further off than 3 %%, that is the margin of its kind of workload.\n",
        n, n == 1 ? "" : "s",
        alarms == 0   ? "none was"
        : alarms == 1 ? "**one was**"
                      : "**several were**");
    for (unsigned i = 0; i < instrument->n; i++) {
        const struct check *check = &instrument->list[i];
        char buf[NUMBER_LEN];
        if (check->injected > 0)
            continue;
        text_add(out, "  - ");
        text_add_code(out, d->run->cells[check->reference].id);
        text_add(out, " and itself: %s, %s\n", number_ratio(buf, &check->claim.ratio),
                 stats_verdict_name(check->claim.verdict));
    }
}

static void add_controls(struct text *out, const struct document *d)
{
    const struct instrument *instrument = &d->pairing->instrument;
    for (unsigned i = 0; i < instrument->n; i++) {
        const struct check *check = &instrument->list[i];
        const struct estimate *r = &check->claim.ratio;
        if (check->injected == 0)
            continue;
        text_add(out, "- **Does it see differences?** A delay of %.0f %% put into ", 100 * check->injected);
        text_add_code(out, d->run->cells[check->reference].id);
        text_add(out, " was measured as %+.1f %% (95 %% CI %+.1f to %+.1f): %s.\n", 100 * (r->value - 1),
                 100 * (r->lo - 1), 100 * (r->hi - 1),
                 check_was_seen(check) ? "seen"
                                       : "**not seen**, so differences of this size cannot be seen in this run");
    }
}

/* A/A pairs and injected delays: observed, not computed. */
static void md_instrument(struct text *out, const struct document *d)
{
    if (d->pairing->instrument.n == 0)
        text_add(out,
                 "- **Instrument:** this run carries no A/A pair and no injected delay (those with six blocks or more "
                 "do, unless "
                 "an older version made them), so its false-alarm rate and its power are computed, not observed.\n");
    add_twins(out, d);
    add_controls(out, d);
}

void md_trust(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    unsigned equal = 0, different = 0;
    method(out, d);
    count_digests(d, &equal, &different);
    text_add(out, "## Can you trust it\n\n");
    text_add(
        out,
        "- **Was the work done?** Each of the %u trials with a number ended with the digest that the serial oracle "
        "expected. Across strategies, %u of %u groups (same case, K and block) have equal digests%s.\n",
        run->ok_count, equal, equal + different, different ? "; **the others are not comparable**" : "");
    if (run->unverified_count)
        text_add(
            out,
            "- **%u trials are journalled as ok with a wrong digest.** They were left out; this is an error of ours.\n",
            run->unverified_count);
    text_add(
        out,
        "- **Is anything missing?** Failed trials: %u. Cells left out of the plan with a reason: %u; trials that found "
        "out later that they can't run here: %u. Attempts repeated because of a disturbance: %u.\n",
        run->failed_count, planned_skips(run), run->skipped_count, run->rerun_count);
    md_noise(out, d);
    md_steady(out, d);
    little(out, d);
    overlap(out, d);
    device_depth(out, d);
    impossible(out, d);
    md_instrument(out, d);
    for (unsigned i = 0; i < run->result->n_warnings && i < REPORT_WARNINGS_MAX; i++) {
        text_add(out, "- **Warning:** ");
        text_add_escaped(out, run->result->warnings[i]);
        text_add(out, "\n");
    }
    text_add(out, "\n");
    md_plot(out, d, "noise_floor");
    md_plot(out, d, "launches");
    md_plot(out, d, "run_order");
    md_plot(out, d, "pace");
}
