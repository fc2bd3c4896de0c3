/* SPDX-License-Identifier: Apache-2.0 */
#include "report/aggregate.h"
#include "report/report.h"

#include "record/journal.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS_MAX = 1 << 20 };

const char *cell_status_name(enum cell_status status)
{
    static const char *const names[] = {"ok", "partial", "failed", "skipped", "not_run", "ceiling"};
    return names[status];
}

/* Percentiles of one trial: only those that its own count can support. */
static int add_percentiles(struct report_cell *cell, const char *kind, unsigned block, const struct hist *hist)
{
    static const struct {
        const char *name;
        double q;
    } list[] = {{"p50", .5}, {"p90", .9}, {"p99", .99}, {"p999", .999}};
    for (unsigned i = 0; i < sizeof list / sizeof *list; i++) {
        char name[NAME_LEN];
        if (hist->count < hist_quantile_min_count(list[i].q))
            continue;
        snprintf(name, sizeof name, "%s_%s_ns", kind, list[i].name);
        int rc = series_set(cell, name, block, (double)hist_quantile(hist, list[i].q));
        if (rc)
            return rc;
    }
    return 0;
}

/* One of the trial's histograms: its percentiles, and perhaps its share of the cell's sum. */
static int add_hist(struct report_run *run, struct report_cell *cell, const struct trial_record *record,
                    enum hist_kind kind, bool into_sum)
{
    static const char *const names[] = {"latency", "response", "lag"};
    struct hist *hist = calloc(1, sizeof *hist);
    if (!hist)
        return -ENOMEM;
    int rc = journal_read_hist(run->dirfd, record, kind, hist);
    if (rc == 0 && hist->count != record->latency_count)
        rc = -EBADMSG;
    if (rc && rc != -ENOMEM && rc != -EMFILE && rc != -ENFILE && rc != -EIO) { /* those are no fault of the file */
        report_warn(run->result, "%s, block %u: the histogram in %s cannot be used (%s); its percentiles are missing",
                    cell->id, record->block, record->hist_file, strerror(-rc));
        free(hist);
        return 0;
    }
    rc = rc ? rc : add_percentiles(cell, names[kind], record->block, hist);
    if (into_sum && !cell->latency) {
        cell->latency = hist; /* the first one becomes the sum */
        return rc;
    }
    if (into_sum)
        hist_merge(cell->latency, hist);
    free(hist);
    return rc;
}

static int add_latency(struct report_run *run, struct report_cell *cell, const struct trial_record *record)
{
    bool paced = record->cell.offered_per_s != 0;
    if (record->latency_count == 0)
        return 0;
    int rc = series_set(cell, "latency_mean_ns", record->block, record->latency_mean_ns);
    if (rc || !record->hist_file[0])
        return rc;
    rc = add_hist(run, cell, record, HIST_LATENCY, !paced);
    if (!rc && paced)
        rc = add_hist(run, cell, record, HIST_RESPONSE, true);
    return rc || !paced ? rc : add_hist(run, cell, record, HIST_LAG, false);
}

static int add_common(struct report_cell *cell, const struct trial_record *r)
{
    double ops = (double)r->ops, seconds = (double)r->run_ns / 1e9;
    const struct named_value values[] = {
        {"throughput_ops_per_s", ops / seconds},
        {"work_per_s", r->work ? (double)r->work / seconds : NAN},
        {"cpu_ns_per_op", (double)(r->user_ns + r->system_ns) / ops},
        {"cpu_user_ns_per_op", (double)r->user_ns / ops},
        {"cpu_system_ns_per_op", (double)r->system_ns / ops},
        {"voluntary_switches_per_op", (double)r->voluntary_switches_count / ops},
        {"involuntary_switches_per_op", (double)r->involuntary_switches_count / ops},
        {"kernel_switches_per_op", (double)(r->voluntary_switches_count + r->involuntary_switches_count) / ops},
        {"user_switches_per_op", (double)r->user_switches_count / ops},
        {"minor_faults_per_op", (double)r->minor_faults_count / ops},
        {"memory_peak_bytes", (double)r->memory_peak_bytes},
        {"in_flight_mean", r->in_flight_mean},
        {"overlap_ratio", r->steady[0] ? (double)r->overlap_ns / (double)r->run_ns : NAN},
        {"open_ns", (double)r->open_ns},
    };
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
        int rc = isnan(values[i].value) ? 0 : series_set(cell, values[i].name, r->block, values[i].value);
        if (rc)
            return rc;
    }
    for (unsigned i = 0; i < r->n_metrics; i++) {
        int rc = series_set(cell, r->metrics[i].name, r->block, r->metrics[i].value);
        if (rc)
            return rc;
    }
    return 0;
}

static int add_digest(struct report_cell *cell, const struct trial_record *record)
{
    if (record->block >= cell->n_digests) {
        uint64_t *list = realloc(cell->digest, (record->block + 1) * sizeof *list);
        if (!list)
            return -ENOMEM;
        memset(list + cell->n_digests, 0, (record->block + 1 - cell->n_digests) * sizeof *list);
        cell->digest = list;
        cell->n_digests = record->block + 1;
    }
    cell->digest[record->block] = record->digest;
    return 0;
}

static int add_perf(struct report_run *run, struct report_cell *cell, const struct trial_record *r)
{
    static const char *const names[PERF_EVENTS] = {NULL,
                                                   NULL,
                                                   NULL,
                                                   NULL,
                                                   "migrations_per_op",
                                                   "cycles_per_op",
                                                   "instructions_per_op",
                                                   "cache_misses_per_op",
                                                   "branch_misses_per_op"};
    if (!r->has_perf)
        return 0;
    run->perf_running_least = run->perf_count++ ? fmin(run->perf_running_least, r->perf_running) : r->perf_running;
    run->perf_user_only |= r->perf_user_only;
    for (unsigned e = 0; e < PERF_EVENTS; e++) {
        if (!r->perf[e].has && !run->perf_why[e][0])
            memcpy(run->perf_why[e], r->perf[e].why, sizeof run->perf_why[e]);
        int rc = r->perf[e].has && names[e]
                     ? series_set(cell, names[e], r->block, (double)r->perf[e].value / (double)r->ops)
                     : 0;
        if (rc)
            return rc;
    }
    return 0;
}

/* Shorter than this the meters' own period of 1 ms is more than a tenth of what they say. */
enum { ENERGY_RUN_NS = 20 * ENERGY_UPDATE_NS };

static int add_energy(struct report_run *run, struct report_cell *cell, const struct trial_record *r)
{
    const struct counted *package = &r->energy[ENERGY_PACKAGE], *dram = &r->energy[ENERGY_DRAM];
    if (!package->has && !package->why[0])
        return 0; /* an older version */
    run->energy_count++;
    if (!package->has && !run->energy_why[0])
        memcpy(run->energy_why, package->why, sizeof run->energy_why);
    if (!package->has || r->run_ns < ENERGY_RUN_NS)
        return 0;
    double uj = (double)package->value + (dram->has ? (double)dram->value : 0);
    return series_set(cell, "energy_uj_per_op", r->block, uj / (double)r->ops);
}

static int add_pace(struct report_cell *cell, const struct trial_record *record)
{
    enum steady class = STEADY_FLAT;
    while (class < STEADY_COUNT && strcmp(record->steady, steady_name(class)) != 0)
        class ++;
    if (class == STEADY_COUNT)
        return 0;
    struct pace *list = realloc(cell->paces, (cell->n_paces + 1) * sizeof *list);
    if (!list)
        return -ENOMEM;
    cell->paces = list;
    struct pace *pace = &list[cell->n_paces++];
    *pace = (struct pace){record->block,      record->n_progress, class, record->run_ns, record->overlap_from_ns,
                          record->overlap_ns, record->settled_ns, {0}};
    memcpy(pace->cost, record->progress, sizeof pace->cost);
    return 0;
}

static int add_order(struct report_run *run, unsigned index, const struct trial_record *r)
{
    if ((run->n_order & (run->n_order - 1)) == 0) {
        struct trial_order *list = realloc(run->order, (run->n_order ? 2 * run->n_order : 1) * sizeof *list);
        if (!list)
            return -ENOMEM;
        run->order = list;
    }
    run->order[run->n_order++] =
        (struct trial_order){index, r->block, (double)r->run_ns, (double)r->steal_ns, (double)r->foreign_cpu_ns};
    return 0;
}

static int add_ok(struct report_run *run, struct report_cell *cell, const struct trial_record *record)
{
    if (record->run_ns == 0 || record->ops == 0)
        return -EBADMSG;
    const struct series *seen = series_find(cell, "throughput_ops_per_s");
    if (seen && record->block < seen->n_blocks && isfinite(seen->by_block[record->block])) {
        snprintf(run->result->message, sizeof run->result->message, "trials.jsonl: %.400s, block %u is there twice",
                 cell->id, record->block);
        return -EBADMSG;
    }
    if (record->digest != record->expect) {
        run->unverified_count++; /* its number is printed nowhere */
        report_warn(run->result, "%s, block %u: journalled as ok although its digest is not the expected one; left out",
                    cell->id, record->block);
        return 0;
    }
    cell->ok++;
    run->ok_count++;
    cell->tasks = record->tasks;
    cell->ops = record->ops;
    cell->work = record->work;
    cell->batch = record->batch;
    cell->cores = record->cores;
    cell->ideal_wait_ns = record->ideal_wait_ns;
    cell->ideal_chain_ns = record->ops ? (double)record->ideal_task_ns / (double)record->ops : 0;
    memcpy(cell->ideal_kind, record->ideal_kind, sizeof cell->ideal_kind);
    memcpy(cell->backend, record->backend, sizeof cell->backend);
    run->steal_ns += (double)record->steal_ns;
    run->busy_ns += (double)record->foreign_cpu_ns;
    run->run_ns += (double)record->run_ns;
    run->drift_ppm_max = fmax(run->drift_ppm_max, fabs(record->clock_drift_ppm));
    int rc = add_common(cell, record);
    if (!rc)
        rc = add_latency(run, cell, record);
    if (!rc)
        rc = add_pace(cell, record);
    if (!rc)
        rc = add_perf(run, cell, record);
    if (!rc)
        rc = add_energy(run, cell, record);
    if (!rc)
        rc = add_order(run, (unsigned)(cell - run->cells), record);
    return rc ? rc : add_digest(cell, record);
}

static int add_failed(struct report_run *run, unsigned index, const struct trial_record *record)
{
    struct failed_trial *list = realloc(run->failed, (run->n_failed + 1) * sizeof *list);
    if (!list)
        return -ENOMEM;
    run->failed = list;
    struct failed_trial *failed = &list[run->n_failed++];
    *failed = (struct failed_trial){index, record->block, record->attempts, record->end, record->signal, ""};
    memcpy(failed->reason, record->reason, sizeof failed->reason);
    run->cells[index].failed++;
    run->failed_count++;
    if (!run->cells[index].reason[0])
        memcpy(run->cells[index].reason, record->reason, sizeof record->reason);
    return 0;
}

/* Good work under bad conditions: counted by gate, no number taken. */
static void add_gated(struct report_run *run, struct report_cell *cell, const struct trial_record *record)
{
    enum { GATES_MAX = sizeof run->gates / sizeof *run->gates };
    unsigned i = 0;
    while (i < GATES_MAX - 1 && run->gates[i].count && strcmp(run->gates[i].name, record->gate) != 0)
        i++;
    memcpy(run->gates[i].name, record->gate, sizeof record->gate);
    run->gates[i].count++;
    run->gated_count++;
    cell->gated++;
}

int aggregate_trial(struct report_run *run, const struct trial_record *record)
{
    if (record->block >= BLOCKS_MAX)
        return -EBADMSG;
    char id[CELL_ID_LEN];
    cell_id(&record->cell, id, sizeof id);
    unsigned before = run->n_cells;
    int index = aggregate_cell(run, &record->cell, id);
    if (index < 0)
        return index;
    if (run->n_cells != before && json_object_size(run->plan))
        report_warn(run->result, "%s: a trial of a cell that the plan does not have", id);
    struct report_cell *cell = &run->cells[index];
    if (run->ungated && record->attempts > 1)
        return 0;
    if (record->attempts > 1) {
        cell->reruns++; /* each attempt is a line of its own */
        run->rerun_count++;
    }
    if (record->end == END_OK && record->gate[0] && !run->ungated) {
        add_gated(run, cell, record);
        return 0;
    }
    if (record->end == END_OK)
        return add_ok(run, cell, record);
    if (record->end == END_NO_RESOURCE) {
        cell->ceilings++;
        run->ceiling_count++;
        memcpy(cell->reason, record->reason, sizeof cell->reason);
        return 0;
    }
    if (record->end != END_SKIPPED)
        return add_failed(run, (unsigned)index, record);
    cell->skipped++;
    run->skipped_count++;
    memcpy(cell->reason, record->reason, sizeof cell->reason);
    return 0;
}

static enum cell_status status_of(const struct report_run *run, const struct report_cell *cell)
{
    if (cell->ok)
        return cell->ok < run->blocks ? CELL_PARTIAL : CELL_OK;
    if (cell->failed)
        return CELL_FAILED;
    if (cell->ceilings)
        return CELL_CEILING;
    return cell->skipped || cell->reason[0] ? CELL_SKIPPED : CELL_NOT_RUN;
}

/* A ping-pong in which both sides stay awake costs something, but not a hand-off: such a number isn't one. */
static void judge_handoff(const struct report_run *run, struct report_cell *cell)
{
    if (!cell->ok || strcmp(run->workloads[cell->workload].headline, "handoff_ns") != 0)
        return;
    struct series *handoff = (struct series *)series_find(cell, "handoff_ns");
    struct estimate counted = cell_metric(cell, "switches_per_round_trip");
    struct estimate kernel = cell_metric(cell, "kernel_switches_per_op"),
                    user = cell_metric(cell, "user_switches_per_op");
    cell->switches_per_handoff =
        counted.n ? counted.value / 2 : (kernel.n ? kernel.value : 0) + (user.n ? user.value : 0);
    if (handoff && handoff->median.n && cell->switches_per_handoff >= 0.5)
        return;
    cell->did_not_switch = true;
    for (unsigned i = 0; handoff && i < handoff->n_blocks; i++)
        handoff->by_block[i] = NAN;
    if (handoff)
        handoff->median = (struct estimate){.value = NAN};
    snprintf(cell->reason, sizeof cell->reason, "%s: %.2g switches per hand-off",
             cell->switches_per_handoff < 1 ? "did not switch" : "more than one switch each",
             cell->switches_per_handoff);
}

int aggregate_finish(struct report_run *run)
{
    aggregate_label(run);
    for (unsigned c = 0; c < run->n_cells; c++) {
        struct report_cell *cell = &run->cells[c];
        cell->status = status_of(run, cell);
        for (unsigned s = 0; s < cell->n_series; s++) {
            int rc = series_finish(&cell->series[s]);
            if (rc)
                return rc;
        }
        judge_handoff(run, cell);
    }
    return 0;
}
