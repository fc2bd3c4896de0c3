/* SPDX-License-Identifier: Apache-2.0 */
/* Ops that report into the rig's board. They never assert: they run in threads and in forked children. */
#ifndef QUINTET_TESTS_STRATEGY_OPS_H
#define QUINTET_TESTS_STRATEGY_OPS_H

#include "unit/strategy_rig.h"

static inline int op_plain(struct op *op)
{
    op_result(op, rng_hash2(op->env->nonce + op->task, op->index));
    return 0;
}

/* Counts who is alive from its first op to its last, with a little randomness in between. */
static inline int op_watched(struct op *op)
{
    struct board *board = op->env->shared;

    if (op->index == 0) {
        unsigned alive = atomic_fetch_add(&board->alive, 1) + 1, peak = atomic_load(&board->peak);
        while (alive > peak && !atomic_compare_exchange_weak(&board->peak, &peak, alive))
            ;
        /* In order of id: of the tasks before this one at most K-1 have not ended. */
        if (atomic_load(&board->ended) + board->in_flight <= op->task)
            atomic_fetch_add(&board->bad_order, 1);
        atomic_fetch_add(&board->started, 1);
    }
    uint64_t dice = rng_hash2(op->task, op->index) % 8;
    if (dice == 0)
        nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
    else if (dice < 4)
        ctx_yield(op->ctx);
    op_plain(op);
    if (op->index + 1 == op->count) {
        atomic_fetch_add(&board->ended, 1);
        atomic_fetch_sub(&board->alive, 1);
    }
    return 0;
}

/* The first task waits until the last one wakes it. Hangs unless the slots of the others are freed at once. */
static inline int op_first_waits_for_last(struct op *op)
{
    struct board *board = op->env->shared;

    op_plain(op);
    if (op->task == 0)
        return ctx_handoff(op->ctx, &board->seats[0], NULL);
    return op->task + 1 == board->tasks ? ctx_handoff(op->ctx, NULL, &board->seats[0]) : 0;
}

/* Pairs play ping-pong: the even one serves, the odd one answers. */
static inline int op_pair(struct op *op)
{
    struct board *board = op->env->shared;
    struct seat *mine = &board->seats[op->task], *theirs = &board->seats[op->task ^ 1];

    op_plain(op);
    if (op->task % 2 == 0)
        return ctx_handoff(op->ctx, mine, theirs);
    int rc = ctx_handoff(op->ctx, mine, NULL);
    return rc < 0 ? rc : ctx_handoff(op->ctx, NULL, theirs);
}

/* The same, but the victim dies half way. */
static inline int op_pair_dies(struct op *op)
{
    const struct board *board = op->env->shared;

    if (op->task == board->victim && op->index == op->count / 2)
        raise(SIGKILL);
    return op_pair(op);
}

/* All tasks must be alive together: the last to arrive wakes the others. */
static inline int op_barrier(struct op *op)
{
    struct board *board = op->env->shared;

    op_plain(op);
    if (atomic_fetch_add(&board->arrived, 1) + 1 < board->tasks)
        return ctx_handoff(op->ctx, &board->seats[op->task], NULL);
    for (unsigned i = 0; i < board->tasks; i++)
        if (i != op->task)
            ctx_handoff(op->ctx, NULL, &board->seats[i]);
    return 0;
}

/* Is this carrier pinned to one CPU? */
static inline int op_pinned(struct op *op)
{
    struct board *board = op->env->shared;
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) || CPU_COUNT(&set) != 1)
        atomic_fetch_add(&board->bad_cpu, 1);
    return op_plain(op);
}

static inline int op_fails(struct op *op)
{
    return op->task == 1 && op->index == 2 ? -EPROTO : op_plain(op);
}

#endif
