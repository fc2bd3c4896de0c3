/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a strategy is: who runs the tasks. A strategy calls task_loop() and never a workload's op().
 *
 * Life in one trial:  probe -> open -> run (warm-up) -> run (timed) -> close.
 * Rules of fairness for all: at most in_flight tasks alive at once, admitted in order of id; the same CPUs; the
 * same buffers; nothing left behind after run() but what open() made, nothing after close().
 */
#ifndef QUINTET_CONTRACT_STRATEGY_H
#define QUINTET_CONTRACT_STRATEGY_H

#include "contract/param.h"
#include "contract/task.h"

#include <stddef.h>
#include <stdint.h>

enum placement {
    PLACE_FREE,   /* the kernel's scheduler decides, within the cell's CPUs */
    PLACE_SAME,   /* all carriers on one CPU (the runner has narrowed the affinity; workers == 1) */
    PLACE_ACROSS, /* carrier i is pinned to CPU i mod P, and a group is spread over carriers */
};

struct strategy_config {
    unsigned in_flight; /* K >= 1, a multiple of group */
    unsigned workers;   /* P: CPUs to use, >= 1 */
    unsigned group;     /* tasks that must be alive together */
    bool apart; /* ... and are strangers to one another: spread them over the carriers as if there were no groups */
    enum handoff_by handoff; /* what the ctx's handoff shall be; native, or one of strategy.handoffs */
    bool spawns;             /* tasks have children: only then need carriers be ready to help each other */
    enum placement placement;
    const int *cpus;    /* `workers` CPU ids, physical cores first; valid until close */
    struct lane *lanes; /* lanes() of them, zeroed, in shared memory; one writer each at any time */
    unsigned n_lanes;
    const struct params *options;
    char *reason; /* room for reason_len bytes, or NULL: where open and run say in one sentence why they failed, if */
    size_t reason_len; /* they know better than the errno (a limit's name and value) */
};

struct strategy_state;

struct strategy {
    const char *name, *summary;
    bool canonical; /* one of the five that carry the headline */
    const struct param_spec *options;
    /* NULL: tasks can have children (ctx_spawn). Else why not: the rest of a sentence that begins with the name. */
    const char *childless;
    unsigned handoffs; /* 1 << HANDOFF_... for each way besides the native one */
    /* 0, or -ENOTSUP (or the errno met) and one sentence why this machine cannot run it. Cheap. */
    int (*probe)(char *why, size_t why_len);
    /* How many tasks can really be alive at once when K is asked for: 1 for serial, K for most. */
    unsigned (*in_flight)(unsigned k, unsigned workers);
    /* Recording lanes needed (single-writer slots). */
    unsigned (*lanes)(unsigned k, unsigned workers);
    /* CPUs that can be busy at once on behalf of tasks. */
    unsigned (*cores)(unsigned k, unsigned workers);
    /* Untimed by `run`, timed apart as open_ns: pool threads, rings. *out is NULL on error. 0 or -errno. */
    int (*open)(struct strategy_state **out, const struct strategy_config *config);
    /* Run every task to its end. Back only when all ended and nothing of them is left (joined, reaped).
     * 0, or -errno if some task could not be run at all (a task's own failure is in task->err). */
    int (*run)(struct strategy_state *state, struct task *tasks, unsigned n);
    void (*close)(struct strategy_state *state);
    /* Optional: one line about what is really in use ("uring SINGLE_ISSUER|DEFER_TASKRUN, sq 256"). After open. */
    void (*describe)(const struct strategy_state *state, char *out, size_t len);
};

/* Pin the calling thread as carrier `index` if the config asks for it (PLACE_ACROSS); no-op otherwise. 0 or -errno. */
int strategy_place(const struct strategy_config *config, unsigned index);

/* Why this strategy does not hand off that way: one sentence. False: it does. */
bool strategy_refuses(const struct strategy *s, enum handoff_by how, char *why, size_t why_len);

/* The registry: strategies/registry.def in order, serial first. NULL-terminated. */
extern const struct strategy *const strategy_registry[];
const struct strategy *strategy_find(const char *name);

#endif
