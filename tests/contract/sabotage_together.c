/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cheats that keep K tasks alive at once, one thread each: for workloads whose tasks wait for one another. The warm-up
 * is honest, or the sabotage would be found for the wrong reason.
 */
#include "sabotage_threads.h"

#include <stdbool.h>

static bool is_warm_up(struct strategy_state *state)
{
    return state->passes++ == 0;
}

/* A context like the blocking one but for its hand-off. */
static int together_with(struct strategy_state *state, struct task *tasks, unsigned n,
                         int (*handoff)(struct ctx *, struct seat *, struct seat *))
{
    struct ctx_ops ops = ctx_blocking;
    if (!is_warm_up(state))
        ops.handoff = handoff;
    return carry(state, tasks, n, &ops);
}

/* Wakes, and goes on at once. */
static int handoff_without_waiting(struct ctx *c, struct seat *mine, struct seat *theirs)
{
    (void)mine;
    return theirs ? ctx_blocking.handoff(c, NULL, theirs) : 0;
}

static int run_waits_for_nobody(struct strategy_state *state, struct task *tasks, unsigned n)
{
    return together_with(state, tasks, n, handoff_without_waiting);
}

/* Waits, and wakes nobody. */
static int handoff_without_waking(struct ctx *c, struct seat *mine, struct seat *theirs)
{
    (void)theirs;
    return mine ? ctx_blocking.handoff(c, mine, NULL) : 0;
}

static int run_wakes_nobody(struct strategy_state *state, struct task *tasks, unsigned n)
{
    return together_with(state, tasks, n, handoff_without_waking);
}

/* Whoever waits is also woken by chance: the seat is given a token that nobody meant. */
static int handoff_woken_by_chance(struct ctx *c, struct seat *mine, struct seat *theirs)
{
    static _Atomic unsigned calls;
    if (mine && calls++ % 8 == 0)
        ctx_blocking.handoff(c, NULL, mine);
    return ctx_blocking.handoff(c, mine, theirs);
}

static int run_wakes_by_chance(struct strategy_state *state, struct task *tasks, unsigned n)
{
    return together_with(state, tasks, n, handoff_woken_by_chance);
}

static int run_one_does_less(struct strategy_state *state, struct task *tasks, unsigned n)
{
    bool warm_up = is_warm_up(state);
    uint64_t ops = tasks[n - 1].ops;
    tasks[n - 1].ops -= !warm_up;
    int rc = carry(state, tasks, n, &ctx_blocking);
    tasks[n - 1].ops = ops;
    return rc;
}

static int run_swaps_in_a_group(struct strategy_state *state, struct task *tasks, unsigned n)
{
    bool warm_up = is_warm_up(state);
    int rc = carry(state, tasks, n, &ctx_blocking);
    uint64_t first = tasks[0].result;
    if (!warm_up) {
        tasks[0].result = tasks[1].result;
        tasks[1].result = first;
    }
    return rc;
}

#define SABOTAGE(label, text)                                                                                          \
    extern const struct strategy strategy_##label;                                                                     \
    const struct strategy strategy_##label = {.name = #label,                                                          \
                                              .summary = text,                                                         \
                                              .probe = probe,                                                          \
                                              .in_flight = as_many_as_asked,                                           \
                                              .lanes = as_many_as_asked,                                               \
                                              .cores = at_most_workers,                                                \
                                              .open = open_threads,                                                    \
                                              .run = run_##label,                                                      \
                                              .close = close_threads}

SABOTAGE(waits_for_nobody, "goes on where it should wait for its turn");
SABOTAGE(wakes_nobody, "never hands the turn on");
SABOTAGE(wakes_by_chance, "gives turns that nobody has handed on");
SABOTAGE(one_does_less, "leaves out an op of one task in a group");
SABOTAGE(swaps_in_a_group, "delivers results to the wrong tasks of a group");
