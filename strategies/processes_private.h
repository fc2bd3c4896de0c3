/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's half of `processes`: what processes.c (how tasks are started) and processes_reap.c (how their ends are
 * learnt, and what follows from them) have in common. */
#ifndef QUINTET_STRATEGIES_PROCESSES_PRIVATE_H
#define QUINTET_STRATEGIES_PROCESSES_PRIVATE_H

#include "strategies/processes_child.h"
#include "strategies/sigchld.h"

/* The slots that tasks have, as the caller sees them. */
struct carrier {
    pid_t pid;     /* 0: none */
    unsigned task; /* index into this run's tasks */
    bool doomed;   /* killed by us, because a member of its group died */
};

struct strategy_state {
    const struct strategy_config *config;
    struct ctx_ops ops; /* ctx_blocking_shared with children */
    struct shared *shared;
    size_t shared_bytes;
    struct carrier *carriers; /* in_flight of them. Searched one by one: 4096 of them cost 2 us, a fork 200 */
    unsigned last_found;      /* ... from here on: who starts first often ends first */
    unsigned alive;           /* tasks that have a process */
    struct task *tasks;       /* of this run */
    unsigned skip_until;      /* tasks below this one belong to a group that has failed already */
    int error;                /* of this run: the first reason why a task could not be run as asked */
    unsigned deaths;          /* tasks' processes that did not finish, since open */
    int last_signal;          /* ... and what killed the last one not doomed; 0: it exited */
    struct sigchld sigchld;
    bool alone;        /* the caller had no child when the run began: whoever is there came with it */
    bool is_subreaper; /* ... by us */
    int was_subreaper; /* ... before */
};

/* How many tasks must be alive together, 1 or more. */
static inline unsigned group_size(const struct strategy_state *state)
{
    return state->config->group > 1 ? state->config->group : 1;
}

/* --- processes_reap.c --- */

/* Sleep until a process ends, reap it, judge its task, free its slot. At least one task must have a process. */
void processes_reap(struct strategy_state *state);
/* Somebody of this group will never come to its end: end those who are alive, skip those who are yet to come. */
void processes_group_fail(struct strategy_state *state, unsigned group);
/* After the last task: some died and left children behind, dying by now, or slots that they had taken for some. */
void processes_reap_orphans(struct strategy_state *state);
/* Make all slots free, once nobody uses one. */
void processes_slots_reset(struct strategy_state *state);

#endif
