/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run in memory: the plan's cells, each with its metrics by block, filled from the journal one trial at a time.
 *
 * Only trials that ended "ok" give numbers. Failed ones are kept by name, so that nothing disappears.
 */
#ifndef QUINTET_REPORT_AGGREGATE_H
#define QUINTET_REPORT_AGGREGATE_H

#include "record/trial_record.h"

#include "measure/changepoint.h"
#include "measure/hist.h"
#include "measure/stats.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct report_result;

/* How one good trial went along. */
struct pace {
    unsigned block, n;
    enum steady class;
    uint64_t run_ns, from_ns, length_ns, settled_ns; /* the window, and where its last level begins; from the start */
    uint16_t cost[SERIES_MAX];                       /* as in trial_record.progress */
};

/* One metric of one cell. */
struct series {
    char name[NAME_LEN];
    double *by_block; /* NaN where the block has no value */
    unsigned n_blocks;
    struct estimate median; /* over the blocks, with its exact interval where n >= 6 */
};

enum cell_status { CELL_OK, CELL_PARTIAL, CELL_FAILED, CELL_SKIPPED, CELL_NOT_RUN, CELL_CEILING };

/* "ok", "partial", "failed", "skipped", "not_run" or "ceiling", as summary.json has it. */
const char *cell_status_name(enum cell_status status);

struct report_cell {
    struct cell cell;
    char id[CELL_ID_LEN], case_name[CELL_ID_LEN];
    char label[CELL_ID_LEN];     /* the case for readers: only parameters that differ within the workload in this run */
    unsigned workload, strategy; /* indices into the run's lists */
    enum cell_status status;
    char reason[REASON_LEN]; /* why skipped or failed, or which limit it met; "" otherwise */
    unsigned ok, failed, skipped, reruns, gated, ceilings;
    /* of the ok trials; equal in all of them unless the run was put together from unlike pieces */
    uint64_t tasks, ops, work, batch;
    unsigned cores;
    char ideal_kind[NAME_LEN], backend[REASON_LEN];
    uint64_t ideal_wait_ns;
    double ideal_chain_ns;       /* the longest task's waits, per op of the cell; 0: tasks are equal */
    double switches_per_handoff; /* of cells with a handoff_ns */
    bool did_not_switch;         /* ran, but was no hand-off: then it has no handoff_ns */
    const char *bound_by;        /* which term of the bound was the greatest; NULL where there is none */
    uint64_t *digest;            /* by block, 0 where there is none */
    unsigned n_digests;
    struct series *series;
    unsigned n_series;
    struct pace *paces; /* of the ok trials, in the journal's order; those that older versions ran have none */
    unsigned n_paces;
    struct hist *latency; /* of all ok trials, merged; NULL where there is none. With paced load: the response times */
};

struct report_workload {
    char name[NAME_LEN], headline[NAME_LEN];
    bool paced; /* the same work offered by the clock: a row of its own, with its own headline */
    const char *kind, *summary, *op_is; /* borrowed from the plan, or "" */
    long long protocol;
};

enum { RUNNER_LEN = 192 };

struct report_strategy {
    char name[RUNNER_LEN]; /* cell_runner(): the strategy, and its options where they are not the default ones */
    const char *summary;
    bool canonical;
};

struct failed_trial {
    unsigned cell, block, attempts;
    enum trial_end end;
    int signal;
    char reason[REASON_LEN];
};

/* A good trial in the order in which they ran, and what else ran beside it. */
struct trial_order {
    unsigned cell, block;
    double run_ns, steal_ns, foreign_ns; /* of CPU time, over all CPUs of the machine */
};

struct report_run {
    int dirfd; /* not owned */
    json_t *run, *plan, *env;
    json_t *cell_index; /* id -> position in cells */
    struct report_workload *workloads;
    struct report_strategy *strategies;
    struct report_cell *cells;
    struct failed_trial *failed;
    struct trial_order *order; /* of the ok trials, as the journal has them */
    unsigned n_workloads, n_strategies, n_cells, n_failed, n_order;
    unsigned workers, blocks; /* P; blocks planned */
    unsigned ok_count, failed_count, skipped_count, rerun_count, gated_count, ceiling_count;
    struct {
        char name[NAME_LEN];
        unsigned count;
    } gates[8];                /* which gates, in the order in which they were met */
    unsigned unverified_count; /* ok trials whose digest is not the expected one: must be 0 */
    double steal_ns, busy_ns, run_ns;
    double drift_ppm_max;
    unsigned perf_count, energy_count; /* trials that were asked for event counters; that had or had no meter */
    bool perf_user_only;
    double perf_running_least;
    char perf_why[PERF_EVENTS][ENERGY_WHY_LEN], energy_why[ENERGY_WHY_LEN]; /* the first reason met; "": none missing */
    bool ungated;                                                           /* read by report_run_load_ungated() */
    bool salvage;                                                           /* read by report_run_salvage() */
    unsigned n_salvaged;                                                    /* damaged lines that were left out */
    char salvaged[512];                                                     /* a sentence about them; "": none */
    struct report_result *result;                                           /* where warnings go */
};

/* Read the run's files below dirfd. 0, or -errno with the reason in run->result->message. report_run_fini() in any
 * case. */
int report_run_load(struct report_run *run, int dirfd, struct report_result *result);
void report_run_fini(struct report_run *run);

/* Does its run.json say that it has ended, if only by a signal? It was sealed then. */
bool report_run_has_ended(const struct report_run *run);

/* The same as if no gate had ever closed: every trial's first attempt counts, and no other. From where, and with as
 * much forbearance, as `of` was loaded. */
int report_run_load_ungated(struct report_run *run, const struct report_run *of, struct report_result *result);

/* The same of a run whose journal has damaged lines: they are left out, and are a severe taint "salvaged" that counts
 * and names them. Every other file must be what the run wrote. */
int report_run_salvage(struct report_run *run, int dirfd, struct report_result *result);

/* Note a warning for the result, at most REPORT_WARNINGS_MAX of them in words. */
void report_warn(struct report_result *result, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Take in one trial. 0, -ENOMEM, or -EBADMSG for a trial that can't belong to this run. */
int aggregate_trial(struct report_run *run, const struct trial_record *record);

/* Find the cell with this id, or append it. Position, or -ENOMEM. */
int aggregate_cell(struct report_run *run, const struct cell *cell, const char *id);

/* After the last trial: labels, medians, status of every cell. 0 or -ENOMEM. */
int aggregate_finish(struct report_run *run);

/* --- aggregate_series.c --- */

/* Set one value of a cell's metric (made if it's new); one that is not finite counts as none. 0 or -ENOMEM. */
int series_set(struct report_cell *cell, const char *name, unsigned block, double value);

/* The cell's metric, or NULL. Valid until the next series_set() on the cell. */
const struct series *series_find(const struct report_cell *cell, const char *name);

/* Median and interval of the cell's metric; n == 0 where there is none. */
struct estimate cell_metric(const struct report_cell *cell, const char *name);

/* Fill the median of one series from its blocks. 0 or -ENOMEM. */
int series_finish(struct series *series);

/* --- aggregate_labels.c --- */

/* How a parameter of a workload is shown: in no label, having one value; in none, following from another one; in all.
 */
enum param_role { PARAM_FIXED, PARAM_FOLLOWS, PARAM_TELLS };
enum param_role param_role(const struct report_run *run, unsigned workload, const char *name);

/* Give each cell its label. Part of aggregate_finish(). */
void aggregate_label(struct report_run *run);

#endif
