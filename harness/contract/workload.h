/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a workload is. A workload says *what* is done; it never learns who runs it.
 *
 * Life in one trial (a fresh process):
 *     shape (-> pace) -> setup -> [strategy opens] -> warm-up ops -> reset -> the timed ops -> check -> teardown
 * and once per run, in a process of its own, before the first trial:  prepare (data sets),
 * and once per block and parameter set, in a process of its own:      expect  (the oracle).
 *
 * Every task is a pure function of (env->nonce, env->seed, task id): expect() computes the same result serially and the
 * trial is rejected if it differs. See docs/add-a-workload.md for a worked example.
 */
#ifndef QUINTET_CONTRACT_WORKLOAD_H
#define QUINTET_CONTRACT_WORKLOAD_H

#include "contract/ctx.h"
#include "contract/origin.h"
#include "contract/param.h"

#include "measure/memory.h"
#include "measure/rng.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct env_private;

/* What a workload may look at. The runner fills it; a workload writes only `shared` and `local`. */
struct workload_env {
    const struct params *params;
    unsigned in_flight; /* K: how many tasks may be alive at once; a multiple of the group in every cell */
    unsigned workers;   /* P: CPUs this cell may use */
    uint64_t nonce;     /* differs by block; the same for all strategies of a block */
    uint64_t seed;      /* of the run: data sets are made from it */
    int data_dirfd;     /* directory for data sets; -1 where there is none */
    struct ctx *ctx;    /* a blocking context for prepare, setup, expect and teardown */
    void *shared;       /* shape.shared_bytes, page-aligned, zeroed before setup, in memory that all carriers share */
    void *local;        /* setup may hang its own heap memory here; not for results */
    struct env_private *priv;
};

/*
 * Resources for setup (the workload may not make them itself). They are closed after teardown. 0 or -errno.
 * env_map gives anonymous memory, private to this process (or copied by fork), 4096-aligned, freed after teardown.
 */
int env_pipe(struct workload_env *env, int fd[2]);
int env_socketpair(struct workload_env *env, int fd[2]); /* AF_UNIX, SOCK_STREAM */
int env_eventfd(struct workload_env *env, int *fd);
/* An empty seat for HANDOFF_CONDVAR, in env->shared (ctx.h). */
int env_condvar_seat(struct workload_env *env, struct condvar_seat *seat);
int env_open(struct workload_env *env, const char *name, int flags, int *fd); /* below data_dirfd */
int env_map(struct workload_env *env, size_t bytes, void **out);
/*
 * Make this process larger: so many bytes of private memory, every page of it written to, in pages of the smallest size
 * whatever the system prefers (so that its page tables are as large as can be: 8 bytes per page). Freed after teardown.
 * 0; -ENOTSUP: they would be more than half of the memory that is left; the reason is set. -errno.
 */
int env_occupy(struct workload_env *env, size_t bytes);
/*
 * Start a local HTTP origin (contract/origin.h) in a process of its own, one per trial, which ends after teardown; it
 * listens on all of *addresses. In the oracle's process, where nobody fetches, none is started and there are none.
 * -ENOTSUP: this machine cannot serve so many connections; the reason is set.
 */
int env_origin(struct workload_env *env, const struct origin_config *config, struct origin_addresses *addresses);
/* The start of a data set: make `name` new (mode 0600). */
int env_create(struct workload_env *env, const char *name, int *fd);
/* A directory below data_dirfd for a data set of many files; 0 also where it is there already. The run removes it. */
int env_mkdir(struct workload_env *env, const char *name);
/* Until everything written to the file system of data_dirfd is on its disk. */
int env_sync(struct workload_env *env);
/* Drop the pages of fd from the cache. Those that are not on the disk yet stay: ctx_fsync() or env_sync() first. */
int env_drop_cache(struct workload_env *env, int fd);
/* Is `offset`..+len of fd wholly in the page cache? 1, 0, or -errno where it can't be known. */
int env_resident(struct workload_env *env, int fd, off_t offset, size_t len);
/* Is no page of that range in the page cache? 1, 0, or -errno. */
int env_evicted(struct workload_env *env, int fd, off_t offset, size_t len);
/* Does fd lie on a real block device's file system (not tmpfs, overlay, network)? 1, 0 or -errno; name goes to `why`.
 */
int env_on_disk(struct workload_env *env, int fd, char *why, size_t why_len);
/* What the block device under fd has done since boot, for anybody; the difference of two readings counts. 0, or
 * -ENOTSUP where there is no such device or it keeps no statistics. */
struct device_use {
    uint64_t reads_count; /* read requests completed */
    uint64_t reading_ns;  /* summed over them: from when each was begun to its end, to within a millisecond */
};
int env_device_use(const struct workload_env *env, int fd, struct device_use *out);
/*
 * What this trial occupies now: its process, its threads and its children, whoever made them (measure/memory.h). The
 * one thing besides ctx_*() and env_reason() that an op may ask for, where memory is its subject: it blocks its carrier
 * for some 10 us per thread and 50 us per child process. Any task. 0; -ENOTSUP where the kernel does not tell; -errno.
 */
int env_memory(const struct workload_env *env, struct memory *out);
/* One sentence that goes into the record when setup or shape returns -ENOTSUP (the cell is skipped). printf-like. */
void env_reason(struct workload_env *env, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How much work a cell is. Equal for every strategy. */
struct shape {
    unsigned tasks;          /* number of tasks, >= 1 */
    uint64_t ops_per_task;   /* calls of op() per task, >= 1 */
    unsigned group;          /* tasks id/group equal must be alive together; 1 = alone */
    bool apart;              /* ... but never wait for one another: nothing is gained by keeping them on one carrier */
    unsigned asking;         /* paced load: of each group the first so many tasks are offered ops by the clock, and the
                                others serve them: neither paced nor recorded; 0: all are offered */
    unsigned batch;          /* ops per latency sample; > 1 where an op is shorter than the clock can resolve */
    size_t shared_bytes;     /* env->shared, visible to all tasks */
    size_t state_bytes;      /* op->state, one per task, zeroed before every pass */
    enum handoff_by handoff; /* what ctx_handoff() shall be; strategies that have no such thing skip the cell */
    uint64_t work_per_op;    /* counted into the record's `work` besides ops: bytes, ...; 0: nothing */
};

/* One call of op(). */
struct op {
    struct ctx *ctx; /* whom to ask for anything that may block */
    const struct workload_env *env;
    void *state;           /* this task's own state_bytes, on a cache line of its own */
    unsigned task;         /* 0 .. shape.tasks-1 */
    uint64_t index, count; /* this is op `index` of `count` in this task */
    uint64_t result;       /* fold results in with op_result(); starts at 0 */
};

/* Fold one value into the task's result, in order. expect() must fold the same values in the same order. */
static inline uint64_t result_fold(uint64_t result, uint64_t value)
{
    return rng_mix64(result + value + UINT64_C(0x9e3779b97f4a7c15));
}
static inline void op_result(struct op *op, uint64_t value)
{
    op->result = result_fold(op->result, value);
}

/*
 * The lower bound that the report divides by, for N ops that wait L or compute c: the greatest of N*L/K, N*c/cores (the
 * CPUs that the strategy can keep busy at this K) and one task's own ops. c is the serial trial's CPU time per op in
 * the same block and counts where an op computes only: what a carrier spends on waiting is its own cost.
 */
enum ideal_kind {
    IDEAL_NONE, /* no bound is known (serial cannot run it) */
    IDEAL_CPU,  /* L = 0 */
    IDEAL_WAIT, /* L = wait_ns, known by construction */
    IDEAL_IO,   /* L = serial mean latency, measured */
    IDEAL_TREE, /* L = 0, and an op's children can be spread over all cores: N*c/cores alone is the bound */
    IDEAL_MIX,  /* an op waits L = wait_ns, then computes c: the metric compute_ns_per_op, which the workload emits */
};
struct ideal {
    enum ideal_kind kind;
    uint64_t wait_ns; /* mean over all ops; the same in every block of a run */
    uint64_t task_ns; /* all waits of the task that waits longest; 0: tasks are equal */
};

/* What the runner measured, for workload metrics of their own. All for the timed part only. */
struct facts {
    uint64_t start_ns, run_ns; /* when it began (clock_now_ns), and how long it took */
    uint64_t tasks, ops;
    uint64_t offered_per_s; /* paced load; 0: closed load */
    uint64_t voluntary_switches_count, involuntary_switches_count, user_switches_count;
    uint64_t children_carried_count; /* see struct lane */
    uint64_t user_ns, system_ns;
};

/* Report a metric of the workload's own, e.g. ("handoff_ns", 812.5). Name [a-z0-9_]+ with its unit. */
typedef void metric_fn(void *sink, const char *name, double value);

/* A parameter set that is run by default: "via=pipe,place=same". Keys common to all workloads: `place` (free, same,
 * across); `in_flight`, a sweep of its own ("1 P"); `only`, the strategies that it is about ("threads+processes"): no
 * row for the others, unless the user asks for this parameter. */
struct variant {
    const char *params;
    enum profile from; /* the smallest profile that includes it */
};

struct workload {
    const char *name;    /* file name, CLI word and row label: [a-z0-9_]+ */
    const char *kind;    /* "micro", "io", "cpu", "mixed" */
    const char *summary; /* the question it asks, one line */
    const char *op_is;   /* what one op is: "one 4 KiB block read" */
    unsigned protocol;   /* raised when the same machine would give other numbers than before */
    const struct param_spec *params;
    const struct variant *variants; /* ends with params == NULL; NULL = defaults only */
    const char *in_flight_sweep;    /* default K values: "1 P 8P 64P"; a multiple of the group is made of each */
    const char *in_flight_full;     /* ... in the profile full; NULL: the same */
    bool paceable;                  /* ops may be offered by the clock: as many as there is time for, each a request */
    const char *unpaceable;         /* ... or why not, to follow "cannot be paced: "; NULL: they are no requests */
    bool fetches;                   /* calls env_origin: of four CPUs one is kept free for it */
    bool spawns;                    /* tasks have children: strategies without them skip it */
    bool uneven;                    /* an op may take many times as long as another one by what it is: the pace within a
                                       trial then tells nothing about the machine's steadiness */
    bool parts;                     /* after the timed part, the parts of a task's life are measured one by one:
                                       spawn_create_ns, spawn_first_ns, spawn_reap_ns, spawn_return_ns */
    const char *headline;           /* the metric that the report leads with: "throughput_ops_per_s", "handoff_ns" */

    /* Required. Fill *out from env->params, in_flight and workers. 0, -ENOTSUP (skip; give env_reason), -errno. */
    int (*shape)(struct workload_env *env, struct shape *out);
    /* Optional. Under paced load, after shape: *out now has as many tasks and ops as the clock offers. Adapt the rest
     * to that (shared_bytes), or refuse with -ENOTSUP and env_reason. */
    int (*pace)(struct workload_env *env, struct shape *out);
    /* Optional. Make data sets below env->data_dirfd from env->seed; idempotent. Once per run. */
    int (*prepare)(struct workload_env *env);
    /* Optional. Untimed; may use env->ctx and env_*(). */
    int (*setup)(struct workload_env *env);
    /* Optional. Untimed, before every pass over the tasks (warm-up and timed): bring `shared` back to its start. */
    void (*reset)(struct workload_env *env);
    /* Required. The timed operation. 0 or -errno (which fails the trial; -EBADMSG: what came is not what was asked for,
     * and the work counts as not done). Reads no clock unless that is its subject. */
    int (*op)(struct op *op);
    /* Required. The oracle: what op->result of task `task` must be in the end. Serial, without side effects. */
    uint64_t (*expect)(const struct workload_env *env, const struct shape *shape, unsigned task);
    /* Optional. Look at `shared` after the timed part: 0 or -EBADMSG with env_reason. */
    int (*check)(struct workload_env *env, const struct shape *shape);
    /* Optional. The bound; IDEAL_NONE if absent. */
    struct ideal (*ideal)(const struct workload_env *env);
    /* Optional. Metrics beyond the common ones. */
    void (*metrics)(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                    metric_fn *emit, void *sink);
    /* Optional. */
    void (*teardown)(struct workload_env *env);
};

/* The registry: workloads/registry.def in order. NULL-terminated. */
extern const struct workload *const workload_registry[];
const struct workload *workload_find(const char *name);

#endif
