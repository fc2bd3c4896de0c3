/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the caller's half of prefork knows, and what its files ask of each other: prefork.c (how it waits, open and
 * close), prefork_jobs.c (who gets which job) and prefork_life.c (birth and death of the children). All of it runs on
 * the one thread that opened the strategy.
 */
#ifndef QUINTET_STRATEGIES_PREFORK_PRIVATE_H
#define QUINTET_STRATEGIES_PREFORK_PRIVATE_H

#include "measure/limits.h"

#include "strategies/prefork_child.h"
#include "strategies/sigchld.h"

enum { DEPTH_MAX = 2 }; /* jobs that one child may have: one that runs, one behind it */
enum { POLL_MS = 10 };  /* between two looks for deaths, of children without a pidfd */

enum child_state { CHILD_DEAD, CHILD_STARTING, CHILD_READY };

struct child {
    enum child_state state;
    pid_t pid;
    int pidfd;           /* -1: its death is looked for every POLL_MS */
    bool doomed;         /* killed by us, because a member of its group died */
    bool listed;         /* among those who can be given a job */
    uint32_t next_idle;  /* ... the next one there, or IDLE_END */
    uint32_t done_count; /* jobs that this child has answered */
    unsigned outstanding;
    uint32_t jobs[DEPTH_MAX]; /* ids, oldest first */
    unsigned deaths_in_a_row; /* at this place, since a task was done here */
    uint64_t respawn_ns;      /* CHILD_DEAD: not before */
};

#define IDLE_END   UINT32_MAX
#define EPOLL_NEWS UINT32_MAX

struct strategy_state {
    const struct strategy_config *config;
    struct ctx_ops ops;
    struct shared *shared;
    _Atomic uint64_t *news; /* shared too: bit i of all says that child i has answered */
    size_t shared_bytes;
    struct child *children; /* in_flight of them */
    unsigned n_ready, n_dead, n_idle, n_classes;
    uint32_t *idle; /* heads of lists by CPU: one list unless carriers are pinned */
    int epoll, eventfd;
    uint64_t spin_ns;
    bool yielding; /* while spinning */
    bool polling;  /* some child has no pidfd */
    uint64_t poll_ns;
    struct sigchld sigchld;
    struct limits limits; /* as they were before the first child */
    /* of this run */
    struct task *tasks;
    unsigned n, next, unfinished; /* next: the first id that has not been posted */
    uint32_t *again;              /* ids that were posted to the dead, greatest first */
    unsigned n_again;
    int error;
    bool broken;
    /* since open */
    unsigned deaths;
    int last_signal; /* of the last death that we did not cause; 0: it exited */
};

/* How many tasks must be alive together, 1 or more. */
static inline unsigned group_size(const struct strategy_state *state)
{
    return state->config->group > 1 ? state->config->group : 1;
}

/* How many jobs a child may have; see "Order" in prefork.c. */
static inline unsigned depth(const struct strategy_state *state)
{
    return state->config->in_flight == 1 ? DEPTH_MAX : 1;
}

/* The rings that this child and the caller share. */
static inline struct channel *channel_of(const struct strategy_state *state, const struct child *child)
{
    return &state->shared->channels[child - state->children];
}

/* Wake the child if it sleeps or is about to. */
static inline void child_wake(struct channel *channel)
{
    if (atomic_exchange(&channel->child_naps, 0))
        word_wake(&channel->child_naps);
}

/* Has a child answered, whose answer has not been read? */
static inline bool news_any(const struct strategy_state *state)
{
    for (unsigned word = 0; word * 64 < state->config->in_flight; word++)
        if (atomic_load(&state->news[word]))
            return true;
    return false;
}

/* --- prefork_jobs.c --- */

/* Give what is next to whoever is idle: first what the dead have left, then in order of id, groups as a whole. */
void prefork_dispatch(struct strategy_state *state);
/* Read all answers that are announced. True if there were any. */
bool prefork_news_take(struct strategy_state *state);
/* Read what this child has answered. Of a dead one, too: what it had done is done. */
void prefork_drain(struct strategy_state *state, struct child *child);
/* A child died with this job. */
void prefork_job_lose(struct strategy_state *state, const struct child *child, uint32_t id, bool taken);
/* No more children. What is alive comes to its end, the rest has failed. */
void prefork_give_up(struct strategy_state *state, int rc);
/* This child is given no more jobs. */
void prefork_idle_remove(struct strategy_state *state, struct child *child);

/* --- prefork_life.c --- */

/* Fork all children. 0 or -errno, explained in config->reason: then some may live (prefork_stop). */
int prefork_start(struct strategy_state *state);
/* Fork the successors of those who have died, where it is time. */
void prefork_respawn(struct strategy_state *state);
/* This child has died. See to what it had, and to a successor. */
void prefork_bury(struct strategy_state *state, struct child *child);
/* Every POLL_MS, look whether one without a pidfd has died. */
void prefork_look(struct strategy_state *state);
/* Ask all to leave, and end those who do not. */
void prefork_stop(struct strategy_state *state);

#endif
