/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of one trial share: trial.c (its life), trial_run.c (its passes), trial_collect.c (what came of it),
 * trial_judge.c (whether to believe it), trial_failure.c (how it ended if not well), and those named below. */
#ifndef QUINTET_RUN_TRIAL_PRIVATE_H
#define QUINTET_RUN_TRIAL_PRIVATE_H

#include "run/arena.h"
#include "run/origin.h"
#include "run/trial.h"

#include "measure/counters.h"
#include "measure/energy.h"
#include "measure/perf.h"
#include "measure/progress.h"

/* Everything a trial holds, so that one cleanup gives all of it back. */
struct trial {
    const struct trial_spec *spec;
    struct trial_setup what;
    struct workload_env env;
    struct ctx blocking;
    struct lane *lane; /* of the blocking context; never recorded into */
    struct shape shape;
    struct strategy_config config;
    struct strategy_state *state;
    struct arena arena;
    struct trial_record *record;
    bool is_set_up;
    uint64_t lead_ns;      /* paced load: how long before the first op is due the tasks are started */
    uint64_t start_ns;     /* of the timed part */
    struct origin *origin; /* NULL: the workload asked for none */
    cpu_set_t spare;       /* CPUs that the cell does not use: the origin's, or empty */
    struct origin_use origin_before, origin_after;
    char strategy_reason[REASON_LEN]; /* config.reason */
    struct energy energy;
    struct perf perf;
    bool has_energy, has_perf;
    char energy_why[ENERGY_WHY_LEN]; /* why there is no meter */
};

/* For workloads that want the parts of a task's life (trial_parts.c): measure and record them. Last of all, because it
 * runs tasks again: nothing of the timed part is to be seen in the arena afterwards. */
void trial_measure_parts(struct trial *t);

/* A metric_fn whose sink is the trial's record. */
void trial_emit_metric(void *sink, const char *name, double value);

/* --- trial_run.c --- */

/* The strategy's first pass faults in stacks, rings and code. A tenth of the work, on as many tasks as may be alive. */
bool trial_warm_up(struct trial *t);

/* The timed part, and what it cost. False: the trial has ended. */
bool trial_run(struct trial *t, struct trial_hists *hists);

/* A clean state, and the first `n` tasks with `ops` each, ready to be run. */
void trial_pass(struct trial *t, unsigned n, uint64_t ops);

/* For workloads that fetch (trial_origin.c). The offer: before the affinity is narrowed to the n_used CPUs of the cell.
 */
void trial_offer_origin(struct trial *t, unsigned n_used);
void trial_origin_read(const struct trial *t, struct origin_use *out); /* zeros where there is none */
uint64_t trial_origin_cpu_ns(const struct trial *t);                   /* in the timed part */
void trial_origin_metrics(const struct trial *t, uint64_t run_ns, metric_fn *emit, void *sink);

/* An origin that has ended is why the trial failed, whatever else is said. */
void trial_origin_judge(struct trial *t);

/* Meters beside rusage (trial_meters.c). Open them when the origin has been started and the strategy has not, so that
 * they count all that the strategy makes and nothing else. */
struct meters {
    int energy_err;
    struct energy_reading energy;
    struct perf_reading perf;
};
void trial_meters_open(struct trial *t);
void trial_meters_close(struct trial *t);
void trial_meters_read(const struct trial *t, struct meters *out);
void trial_meters_fill(struct trial *t, const struct meters *before, const struct meters *after); /* the record */

/* --- trial_failure.c --- */

/* The trial ends so, for this reason. */
void trial_end(struct trial *t, enum trial_end how, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The first task of a pass that did not do `ops` ops exactly once without error, as a sentence in `buf`; NULL: none.
 * *how: the end that it means, if there is one: an error of the world's, or work that was not done. */
const char *trial_failed_task(const struct arena *arena, unsigned n, uint64_t ops, enum trial_end *how, char *buf,
                              size_t len);

/* Which end an errno means when it comes from starting something. */
enum trial_end trial_end_of_errno(int rc);

/* The limit that this errno is about, as the end of a sentence; "" where it is not the only one. */
const char *trial_limit_text(int rc, char *buf, size_t len);

/* What a failed call into the strategy means: in its own words where it has some. */
void trial_strategy_failed(struct trial *t, const char *phase, int rc);

/* The same of run() with these tasks: that a process died is the tasks' to tell, they know whose and of what. */
void trial_run_failed(struct trial *t, const char *phase, int rc, unsigned n, uint64_t ops);

/* --- trial_collect.c --- */

/* What one task adds to the digest. Summed over tasks: order-free, and equal values do not cancel. */
uint64_t trial_digest_of(unsigned task, uint64_t result);

/* After the timed part: costs, concurrency, merged lanes, digest, the workload's metrics. False: the trial has ended.
 */
bool trial_collect(struct trial *t, const struct counters *cost, struct trial_hists *hists);

/* The pace from from_ns to to_ns, while as many tasks were alive as ever at once, and its class. After a run in which
 * every task came to its end. */
void trial_progress(struct trial *t, uint64_t from_ns, uint64_t to_ns);

/* --- trial_judge.c --- */

/* The harness's own doubts, before the digest is looked at: tasks that failed, samples that are missing, more at work
 * than were admitted, times that do not add up, what the workload's check says. The first of them ends the trial. */
void trial_judge(struct trial *t);

#endif
