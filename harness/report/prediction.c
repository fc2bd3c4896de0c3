/* SPDX-License-Identifier: Apache-2.0 */
#include "report/prediction.h"
#include "report/summary.h"

#include "measure/decision.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES 4096.0 /* of one op of file_random_read */

enum model { MODEL_NONE, MODEL_CPU, MODEL_HOT, MODEL_HOT_SERIAL, MODEL_PIPE, MODEL_SLEEP };
enum term { WORK, START, SWITCH, PREDICTED, MEASURED, TERM_COUNT };

const char *prediction_reading_name(enum prediction_reading reading)
{
    static const char *const names[] = {"explained", "dearer", "cheaper", "unclear", "no_interval", "not_predicted"};
    return names[reading];
}

double prediction_fanout(double tasks, double in_flight, double start_ns, double wait_ns)
{
    double waves = ceil(tasks / in_flight), last = tasks - in_flight * (waves - 1);
    return ((waves - 1) * fmax(wait_ns + start_ns, in_flight * start_ns) + last * start_ns + wait_ns) / tasks;
}

/* The micro results that one macro cell is predicted from; NULL where not needed. */
struct parts {
    const struct report_cell *spawn, *own_switch, *kernel_switch, *serial, *call, *copy, *pipe;
};

static enum model model_of(const struct report_run *run, const struct report_cell *cell)
{
    const char *workload = run->workloads[cell->workload].name;
    bool serial = strcmp(cell->cell.strategy, "serial") == 0;
    if (!cell->ok || cell->cell.role[0] || cell->cell.offered_per_s)
        return MODEL_NONE;
    if (strcmp(workload, "mandelbrot") == 0 || strcmp(workload, "sha256") == 0)
        return serial ? MODEL_NONE : MODEL_CPU; /* serial's time is what the others are predicted from */
    if (strcmp(workload, "file_random_read") == 0 && lookup_params_match(cell, "mode=hot"))
        return serial ? MODEL_HOT_SERIAL : MODEL_HOT;
    if (strcmp(workload, "pipe_pairs") == 0)
        return MODEL_PIPE;
    return strcmp(workload, "sleep_fanout") == 0 ? MODEL_SLEEP : MODEL_NONE;
}

/* Find one part. The first that is missing is named. */
static const struct report_cell *find(struct prediction *p, const struct report_run *run, const struct lookup *what,
                                      unsigned at_most)
{
    const struct report_cell *cell = lookup_cell(run, what, at_most);
    if (!cell && at_most != UINT_MAX)
        cell = lookup_cell(run, what, UINT_MAX); /* the rest lies above */
    if (!cell && !p->missing[0])
        lookup_missing(run, what, p->missing, sizeof p->missing);
    return cell;
}

/* The serial trial of the same case. */
static const struct report_cell *serial_of(struct prediction *p, const struct report_run *run)
{
    const struct report_cell *cell = p->cell;
    for (unsigned i = 0; i < run->n_cells; i++) {
        const struct report_cell *c = &run->cells[i];
        if (c->ok && !c->cell.role[0] && strcmp(c->cell.strategy, "serial") == 0 &&
            strcmp(c->case_name, cell->case_name) == 0)
            return c;
    }
    if (!p->missing[0])
        snprintf(p->missing, sizeof p->missing, "`serial` has no number on this case");
    return NULL;
}

static bool stays_in_user_space(const struct report_cell *handoff)
{
    return cell_metric(handoff, "user_switches_per_op").value > cell_metric(handoff, "kernel_switches_per_op").value;
}

static void find_switches(struct prediction *p, const struct report_run *run, const char *runner, struct parts *parts)
{
    const struct lookup own = {runner, "handoff", "place=same,via=native", "handoff_ns"},
                        threads = {"threads", "handoff", "place=same,via=native", "handoff_ns"};
    bool serial = strcmp(p->cell->cell.strategy, "serial") == 0;
    if (!serial)
        parts->own_switch = find(p, run, &own, UINT_MAX);
    if (serial || (parts->own_switch && stays_in_user_space(parts->own_switch)))
        parts->kernel_switch = find(p, run, &threads, UINT_MAX);
    else
        parts->kernel_switch = parts->own_switch;
}

static struct parts find_parts(struct prediction *p, const struct report_run *run, enum model model)
{
    const char *runner = run->strategies[p->cell->strategy].name;
    struct parts parts = {0};
    parts.spawn = find(p, run, &(struct lookup){runner, "spawn_join", "resident_mib?=0", "spawn_join_ns"},
                       p->cell->cell.in_flight);
    if (model != MODEL_CPU)
        find_switches(p, run, runner, &parts);
    if (model == MODEL_CPU || model == MODEL_HOT)
        parts.serial = serial_of(p, run);
    if (model == MODEL_HOT_SERIAL) {
        parts.call = find(p, run, &(struct lookup){runner, "floor", "probe=syscall", "floor_ns"}, UINT_MAX);
        parts.copy = find(p, run, &(struct lookup){runner, "floor", "probe=memcpy", "copied_bytes_per_s"}, UINT_MAX);
    }
    if (model == MODEL_PIPE)
        parts.pipe = find(p, run, &(struct lookup){runner, "floor", "probe=pipe", "floor_ns"}, UINT_MAX);
    return parts;
}

/* Switches per op of one kind, beyond those that starting the tasks took. */
static double switches(const struct report_cell *cell, const struct report_cell *spawn, const char *metric, unsigned b)
{
    double tasks_per_op = (double)cell->tasks / (double)cell->ops;
    double more = lookup_block(cell, metric, b) - lookup_block(spawn, metric, b) * tasks_per_op;
    return isnan(more) ? NAN : fmax(0, more);
}

static double switch_ns(const struct report_cell *cell, const struct parts *parts, unsigned b)
{
    double kernel =
        switches(cell, parts->spawn, "kernel_switches_per_op", b) * lookup_block(parts->kernel_switch, "handoff_ns", b);
    if (parts->own_switch == parts->kernel_switch || !parts->own_switch)
        return kernel;
    return kernel +
           switches(cell, parts->spawn, "user_switches_per_op", b) * lookup_block(parts->own_switch, "handoff_ns", b);
}

static double work_ns(const struct report_cell *cell, const struct parts *parts, enum model model, unsigned b)
{
    if (model == MODEL_SLEEP)
        return (double)cell->ideal_wait_ns;
    if (model == MODEL_PIPE)
        return lookup_block(parts->pipe, "floor_ns", b);
    if (model == MODEL_HOT_SERIAL)
        return lookup_block(parts->call, "floor_ns", b) +
               1e9 * BLOCK_BYTES / lookup_block(parts->copy, "copied_bytes_per_s", b);
    return 1e9 / lookup_block(parts->serial, "throughput_ops_per_s", b);
}

/* Terms of one block in ns per op. False if something is missing in it. */
static bool predict_block(double term[TERM_COUNT], const struct report_cell *cell, const struct parts *parts,
                          enum model model, unsigned b)
{
    double tasks_per_op = (double)cell->tasks / (double)cell->ops;
    double alive = fmin((double)cell->tasks, cell->cell.in_flight);
    double cpus = fmax(1, fmin(cell->cores, model == MODEL_PIPE ? alive / 2 : alive));
    term[WORK] = work_ns(cell, parts, model, b) / (model == MODEL_SLEEP ? 1 : cpus);
    term[START] = lookup_block(parts->spawn, "spawn_join_ns", b) * tasks_per_op;
    term[SWITCH] = model == MODEL_CPU ? 0 : switch_ns(cell, parts, b) / cpus;
    term[MEASURED] = 1e9 / lookup_block(cell, "throughput_ops_per_s", b);
    if (model == MODEL_SLEEP)
        term[PREDICTED] =
            prediction_fanout((double)cell->tasks, cell->cell.in_flight, term[START] + term[SWITCH], term[WORK]);
    else
        term[PREDICTED] = term[WORK] + term[START] + term[SWITCH];
    return isfinite(term[PREDICTED]) && term[PREDICTED] > 0 && isfinite(term[MEASURED]);
}

static enum prediction_reading read_residual(const struct estimate *residual)
{
    if (!residual->n)
        return NOT_PREDICTED;
    if (!residual->has_interval)
        return NO_INTERVAL;
    if (residual->lo > PREDICTION_TOLERANCE)
        return DEARER;
    if (residual->hi < 1 / PREDICTION_TOLERANCE)
        return CHEAPER;
    return residual->lo >= 1 / PREDICTION_TOLERANCE && residual->hi <= PREDICTION_TOLERANCE ? EXPLAINED : UNCLEAR;
}

/* `scratch` has room for TERM_COUNT values of each block. */
static void predict(struct prediction *p, const struct report_run *run, enum model model, double *scratch)
{
    struct estimate *out[TERM_COUNT] = {&p->work, &p->start, &p->change, &p->predicted, &p->measured};
    struct parts parts = find_parts(p, run, model);
    size_t n = 0;
    for (unsigned b = 0; b < run->blocks && !p->missing[0]; b++) {
        double term[TERM_COUNT];
        if (!predict_block(term, p->cell, &parts, model, b))
            continue;
        for (unsigned t = 0; t < TERM_COUNT; t++)
            scratch[t * run->blocks + n] = term[t];
        n++;
    }
    for (unsigned t = 0; t < TERM_COUNT; t++)
        *out[t] = stats_median_interval(scratch + t * run->blocks, n, DECISION_ALPHA);
    p->residual = (struct estimate){.value = NAN, .lo = NAN, .hi = NAN};
    if (n)
        p->residual =
            stats_paired_ratio(scratch + PREDICTED * run->blocks, scratch + MEASURED * run->blocks, n, DECISION_ALPHA);
    else if (!p->missing[0])
        snprintf(p->missing, sizeof p->missing, "no block has all of its parts");
    p->reading = read_residual(&p->residual);
}

static void mark_greatest(struct prediction *list, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        list[i].greatest_k = true;
        for (unsigned j = 0; j < n && list[i].greatest_k; j++)
            list[i].greatest_k = list[j].cell->strategy != list[i].cell->strategy ||
                                 list[j].cell->cell.in_flight <= list[i].cell->cell.in_flight ||
                                 strcmp(list[j].cell->case_name, list[i].cell->case_name) != 0;
    }
}

int prediction_build(struct prediction **list, unsigned *n, const struct report_run *run)
{
    *n = 0;
    *list = calloc(run->n_cells + 1, sizeof **list);
    double *scratch = calloc(TERM_COUNT * (size_t)run->blocks + 1, sizeof *scratch);
    for (unsigned i = 0; i < run->n_cells && *list && scratch; i++) {
        enum model model = model_of(run, &run->cells[i]);
        if (model == MODEL_NONE)
            continue;
        (*list)[*n].cell = &run->cells[i];
        predict(&(*list)[(*n)++], run, model, scratch);
    }
    free(scratch);
    if (!*list || !scratch)
        return -ENOMEM;
    mark_greatest(*list, *n);
    return 0;
}

static json_t *estimate_or_null(const struct estimate *estimate)
{
    return estimate->n ? summary_estimate(estimate) : json_null();
}

static json_t *entry_json(const struct prediction *p, const struct report_run *run)
{
    return json_pack("{s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "workload",
                     run->workloads[p->cell->workload].name, "case", p->cell->case_name, "strategy",
                     run->strategies[p->cell->strategy].name, "in_flight", (int)p->cell->cell.in_flight, "work_ns",
                     estimate_or_null(&p->work), "start_ns", estimate_or_null(&p->start), "switch_ns",
                     estimate_or_null(&p->change), "predicted_ns", estimate_or_null(&p->predicted), "measured_ns",
                     estimate_or_null(&p->measured), "residual_ratio", estimate_or_null(&p->residual), "reading",
                     prediction_reading_name(p->reading), "missing",
                     p->missing[0] ? json_string(p->missing) : json_null());
}

json_t *prediction_to_json(const struct report_run *run)
{
    struct prediction *list = NULL;
    unsigned n = 0;
    json_t *json = prediction_build(&list, &n, run) ? NULL : json_array();
    for (unsigned i = 0; i < n && json; i++)
        json = summary_list_add(json, entry_json(&list[i], run));
    free(list);
    return json;
}
