/* SPDX-License-Identifier: Apache-2.0 */
/* What carriers.c (the strategy, on the caller's thread) and carriers_part.c (a worker's part in a run) share. */
#ifndef QUINTET_COROUTINE_CARRIERS_PRIVATE_H
#define QUINTET_COROUTINE_CARRIERS_PRIVATE_H

#include "strategies/coroutine/carriers.h"
#include "strategies/coroutine/worker.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

/* One worker and its share of the run. Only its own thread touches it, except for the atomics. */
struct carrier {
    struct worker worker; /* first, 128-aligned */
    struct strategy_state *state;
    pthread_t thread;
    unsigned index;
    int start_err;

    uint32_t seen_run; /* the last run this worker took part in */
    bool running;
    bool exhausted; /* no further task will be admitted here */
    bool done;      /* ... and all that were have ended */
    unsigned alive;
    unsigned seats;                  /* groups kept together: most tasks alive here */
    unsigned share;                  /* ... of this run: no more than an equal part of its tasks at a time */
    unsigned claim_next, claim_end;  /* ... the rest of the group that was claimed last */
    unsigned across_next;            /* spread: id of the next task that belongs here */
    _Atomic unsigned across_credits; /* spread: seats granted to this worker and not used yet */
    uint64_t counted_switches, counted_parked, counted_sleeps; /* when this run began */
};

struct strategy_state {
    struct strategy_config config;
    const struct carriers_variant *variant;
    struct ctx_ops ops;
    struct carrier *carriers;
    unsigned used; /* workers that have anything to do */
    bool across;
    sem_t reports; /* workers that have started, then: all tasks of the run have ended */

    struct task *tasks;
    unsigned n;
    _Alignas(128) _Atomic unsigned next; /* id of the next task that nobody has claimed */
    _Alignas(128) _Atomic uint32_t run;  /* number of the run; rises when `tasks` is valid */
    _Atomic unsigned active;             /* workers that have not finished their part */
    _Atomic unsigned undone;             /* ... that have tasks, or might get some */
    struct worker_group group;           /* if there is more than one worker and tasks have children */
};

static inline unsigned min_unsigned(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The worker's on_turn: begin a run that is new, admit tasks, end the part when all have ended. */
void carriers_on_turn(struct worker *w, void *owner);

/* A carrier's thread, from its start to worker_stop(). Tells how the start went by c->start_err and a report. */
void *carriers_main(void *carrier);

#endif
