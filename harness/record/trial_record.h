/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One trial: what was asked (spec), what came of it (record), and both as JSON.
 *
 * A spec travels from the harness to the trial's process, a record back; the record is then one line of trials.jsonl,
 * the source of truth for everything that is reported. results/README.md is the data dictionary of these fields.
 */
#ifndef QUINTET_RECORD_TRIAL_RECORD_H
#define QUINTET_RECORD_TRIAL_RECORD_H

#include "measure/clock.h"
#include "measure/energy.h"
#include "measure/hist.h"
#include "measure/perf.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRIAL_SCHEMA "quintet.trial/1.1"

enum {
    NAME_LEN = 64,    /* names: [a-z0-9_]{1,63} */
    PARAMS_MAX = 12,  /* parameters of a workload + placement */
    OPTIONS_MAX = 8,  /* options of a strategy */
    METRICS_MAX = 16, /* metrics of the workload's own */
    SERIES_MAX = 64,  /* values of a trial's pace */
    CPUS_MAX = 1024,
    REASON_LEN = 256,
};

struct named_text {
    char name[NAME_LEN];
    char text[NAME_LEN];
};

struct named_value {
    char name[NAME_LEN];
    double value;
};

/* Which cell: everything that makes two trials comparable repetitions of one another. */
struct cell {
    char workload[NAME_LEN];
    char strategy[NAME_LEN];
    struct named_text params[PARAMS_MAX]; /* of the workload, and "place" unless it is free; sorted by name */
    unsigned n_params;
    struct named_text options[OPTIONS_MAX]; /* of the strategy, only those that are not at their default; sorted */
    unsigned n_options;
    char role[NAME_LEN]; /* "" for a cell that is a result; otherwise what check of the instrument it is: "twin", ... */
    uint64_t offered_per_s; /* paced load: ops per second over all tasks; 0 = closed load */
    unsigned in_flight, workers;
};

/* Bring params and options into the order that every cell has. Whoever fills them in calls this once. */
void cell_sort_params(struct cell *cell);

/*
 * The cell's identity in all files and messages, e.g.
 *     "handoff[place=same,via=pipe]/coroutines/w2/k2"
 *     "sleep_fanout[sleep_ns=1000000]@5000/pool{spin_ns=2000}~twin/w2/k8"
 * cell_case() is the part before the first '/': what is compared between strategies. cell_runner() is the next part:
 * who ran it. Names and values hold none of the characters []{}@~/,= (they are [a-z0-9_.+-]).
 */
void cell_id(const struct cell *cell, char *buf, size_t len);
void cell_case(const struct cell *cell, char *buf, size_t len);
void cell_runner(const struct cell *cell, char *buf, size_t len);

enum { CELL_ID_LEN = 1024 };

/* How a trial ended: the closed list. */
enum trial_end {
    END_OK,
    END_SKIPPED,       /* this cell cannot be run here; reason is one sentence */
    END_VERIFY_FAILED, /* less, more or other work was done */
    END_IMPLAUSIBLE,   /* zero time, more in flight than admitted, ... */
    END_TIMEOUT,
    END_CRASHED, /* signal says which */
    END_OOM,
    END_NO_RESOURCE, /* a ceiling: a limit refused carriers, memory or descriptors; reason names it where it is known */
    END_FAILED_IO,   /* an op returned an error */
    END_PROTOCOL,    /* exit without a valid record */
    END_INTERRUPTED,
    END_COUNT,
};
const char *trial_end_name(enum trial_end end); /* "ok", "skipped", "verify_failed", ... */
int trial_end_parse(const char *name);          /* enum trial_end or -EINVAL */

/* Something that not every machine can count: a value, or why there is none. */
struct counted {
    bool has;
    uint64_t value;
    char why[ENERGY_WHY_LEN];
};

struct trial_spec {
    struct cell cell;
    char profile[NAME_LEN];
    unsigned block, slot; /* block number, position inside the block */
    uint64_t seed, nonce;
    struct clock_config clock;
    int cpus[CPUS_MAX]; /* the CPUs this cell may use */
    unsigned n_cpus;
    unsigned origin_servers; /* of an origin, if the workload asks for one and the cell says nothing else */
    unsigned data_fd;  /* directory of the data sets, in the harness; the trial has it as TRIAL_DATA_FD. 0: none */
    char counters[16]; /* "perf": event counters too, see measure/perf.h for what that costs; "": not */
    char task[16];     /* "trial", "prepare" or "oracle" */
};

/* What a trial's lanes add up to. The last two are empty unless the load was paced. */
struct trial_hists {
    struct hist latency;  /* actual start -> end */
    struct hist response; /* when it was due -> end */
    struct hist lag;      /* when it could have started -> when it did */
};

struct trial_record {
    /* identity */
    char run_id[NAME_LEN];
    struct cell cell;
    unsigned block, slot;
    unsigned session; /* 0; n for a trial made after the run's n-th resumption */
    uint64_t seed, nonce;
    unsigned protocol;
    char backend[REASON_LEN]; /* what strategy->describe() said */
    char started_utc[32];     /* RFC 3339 */

    /* outcome */
    enum trial_end end;
    char reason[REASON_LEN]; /* "" for ok */
    int signal;              /* for END_CRASHED */
    unsigned attempts;       /* 1, or more after a bounded re-run */
    uint64_t digest, expect; /* equal, or the trial failed */

    /* shape */
    uint64_t tasks, ops, group, batch;
    unsigned cores; /* CPUs that this strategy can keep busy in this cell */

    /* time */
    uint64_t setup_ns, open_ns, warm_up_ns, run_ns, close_ns, verify_ns;
    char clock_source[16];
    double clock_drift_ppm;

    /* work: 0 where the workload counts nothing besides ops */
    uint64_t work;

    /* cost, of the timed part only */
    uint64_t user_ns, system_ns;
    uint64_t voluntary_switches_count, involuntary_switches_count, user_switches_count;
    uint64_t children_carried_count; /* children that were more than a call by their parent; 0 where there are none */
    uint64_t minor_faults_count, major_faults_count;
    uint64_t memory_peak_bytes; /* of the whole trial: VmHWM + private pages of forked carriers alive at once */
    uint64_t steal_ns, foreign_cpu_ns;
    uint64_t others_cpu_ns;                /* of the processes outside this trial, by their own clocks */
    unsigned others_count;                 /* how many those were; 0: not known */
    uint64_t suspended_ns, clock_step_ns;  /* the machine slept; the wall clock was set */
    uint64_t throttled_count, stops_count; /* by the control group's quota; by SIGSTOP */
    struct counted energy[ENERGY_PARTS];   /* microjoules, machine-wide */
    bool has_perf;                         /* event counters were asked for */
    bool perf_user_only;                   /* of the processor's: the kernel's part may not be counted */
    double perf_running; /* ... the least share of the time that one of them ran for; 1: no estimate */
    struct counted perf[PERF_EVENTS];
    char gate[NAME_LEN]; /* the gate it did not pass ("steal", ...); "": a number to use */

    /* concurrency really reached */
    double in_flight_mean;
    unsigned in_flight_peak;

    uint64_t overlap_from_ns, overlap_ns; /* after the begin of the timed part, and how long: in_flight_peak at work */

    /* the pace meanwhile: what an op cost in n parts of as many ops each, per mille of the median; n = 0: not known */
    uint16_t progress[SERIES_MAX];
    unsigned n_progress;
    char steady[NAME_LEN]; /* steady_name(), "" in older journals */
    uint64_t settled_ns;   /* after the begin of the timed part: when its last level began; 0: there was one level */

    /* model for the bound */
    char ideal_kind[NAME_LEN]; /* "none", "cpu", "wait", "io", "tree", "mix" */
    uint64_t ideal_wait_ns;
    uint64_t ideal_task_ns; /* all waits of the longest task; 0: tasks are equal */

    /* latency: per sample (one op, or the mean of `batch` ops) */
    uint64_t latency_count;
    double latency_mean_ns;
    uint64_t latency_min_ns, latency_max_ns;

    /* metrics of the workload's own */
    struct named_value metrics[METRICS_MAX];
    unsigned n_metrics;

    /* where the histogram's line is; "" where there is none */
    char hist_file[NAME_LEN];
    uint64_t hist_offset, response_offset, lag_offset; /* the last two are 0 unless the load was paced */
};

/*
 * JSON, strict: unknown fields are ignored, missing or mistyped ones are -EBADMSG and `why` names the field.
 * The *_to_json functions return a new reference or NULL (no memory). Integers above 2^53 (digest, nonce, seed, expect)
 * are hexadecimal strings. A zero latency_count means: no latency percentiles.
 */
int cell_to_json(json_t *object, const struct cell *cell); /* adds the cell's fields to `object`; 0 or -ENOMEM */
int cell_from_json(const json_t *object, struct cell *out, char *why, size_t why_len);
json_t *trial_spec_to_json(const struct trial_spec *spec);
int trial_spec_from_json(const json_t *json, struct trial_spec *out, char *why, size_t why_len);
json_t *trial_record_to_json(const struct trial_record *record);
int trial_record_from_json(const json_t *json, struct trial_record *out, char *why, size_t why_len);

/* A histogram as
 * {"p":8,"count":..,"sum_ns":..,"min_ns":..,"max_ns":..,"clamped":..,"buckets":[index,count,index,count,...]}. */
json_t *hist_to_json(const struct hist *hist);
int hist_from_json(const json_t *json, struct hist *out);

/* {"latency":{...},"response":{...},"lag":{...}}: from the trial's process to the harness. */
json_t *trial_hists_to_json(const struct trial_hists *hists);
int trial_hists_from_json(const json_t *json, struct trial_hists *out);

#endif
