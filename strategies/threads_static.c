/* SPDX-License-Identifier: Apache-2.0 */
/*
 * threads_static: K threads that live from open to close; whoever is free takes the task with the next id.
 *
 *     caller --- left = n, pass + 1, one wake ---> thread 0..K-1: while (left-- > 0) run the next
 *        ^                                                |
 *        +----- futex: the last one has handed in <-------+
 *
 * There is no queue and no closure: the next task is one atomic subtraction away, and that is all that a task costs
 * beside itself. So this is the least that persistent threads can cost, and it shows what the queue of `pool` adds and
 * what the creation in `threads` takes. It is good where all tasks are known beforehand. It is bad where they are not:
 * nothing can be submitted to it, and a pass wakes up to K threads even if the first of them could do all of it.
 *
 * `left` is both the number of tasks that nobody has taken and, subtracted from n, the id of the next one. Whoever
 * takes from it a value above zero has a task of the pass that is under way, which cannot end before that task; whoever
 * finds zero or less has nothing and goes to sleep on `pass`, read *before* it looked. A pass is announced by first
 * setting `left` and then changing `pass`, so a thread that looked too early does not fall asleep (futex_wait compares)
 * and none needs to take part: threads that are still on their way to sleep are neither waited for nor in the way. What
 * has been done is counted by each thread for itself and handed in once per pass.
 *
 * Groups need no care: ids are taken in order by K >= group threads, so every member of the oldest unfinished group has
 * a thread or is the next to be taken, and the threads of older groups come free. As in `pool`, a carrier keeps its CPU
 * and not its tasks: with PLACE_ACROSS a group is on as many threads as it has members, and these are on different CPUs
 * for certain only if the group is as large as K.
 */
#include "contract/strategy.h"

#include "strategies/futex.h"
#include "strategies/refusal.h"
#include "strategies/thread_attr.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPTION_STACK_BYTES };
static const struct param_spec static_options[] = {THREAD_STACK_OPTION, {.name = NULL}};

struct carrier {
    struct strategy_state *state;
    struct ctx ctx;
    pthread_t thread;
    unsigned index;
};

struct strategy_state {
    const struct strategy_config *config;
    struct carrier *carriers; /* in_flight of them */
    unsigned started;         /* carriers that have a thread */
    size_t stack_bytes;
    struct ctx_ops ops;
    struct task *tasks; /* of this pass; published by `left` */
    unsigned n;
    _Atomic bool stop;
    _Atomic int place_error;
    _Alignas(128) _Atomic int64_t left;     /* tasks to take; below zero by one for each thread that found none */
    _Alignas(128) _Atomic uint32_t pass;    /* futex: changes when there may be something to take */
    _Alignas(128) _Atomic uint32_t pending; /* tasks (while opening: threads) that have not been handed in */
    _Atomic uint32_t pending_is_none;       /* futex: 1 when the last one was */
};

/* --- pending: a count that the caller waits for --- */

static void pending_begin(struct strategy_state *state, uint32_t count)
{
    atomic_store_explicit(&state->pending_is_none, 0, memory_order_relaxed);
    atomic_store_explicit(&state->pending, count, memory_order_relaxed);
}

static void pending_hand_in(struct strategy_state *state, uint32_t count)
{
    if (atomic_fetch_sub_explicit(&state->pending, count, memory_order_acq_rel) == count) {
        atomic_store_explicit(&state->pending_is_none, 1, memory_order_release);
        futex_wake(&state->pending_is_none, 1);
    }
}

static void pending_wait(struct strategy_state *state)
{
    while (!atomic_load_explicit(&state->pending_is_none, memory_order_acquire))
        futex_wait(&state->pending_is_none, 0);
}

/* --- the carriers --- */

/* Run what there is to take. How many. */
static uint32_t carrier_work(struct carrier *self)
{
    struct strategy_state *state = self->state;
    uint32_t done = 0;

    for (int64_t left; (left = atomic_fetch_sub_explicit(&state->left, 1, memory_order_acquire)) > 0; done++)
        task_loop(&state->tasks[state->n - (unsigned)left], &self->ctx);
    return done;
}

static void *carrier_main(void *arg)
{
    struct carrier *self = arg;
    struct strategy_state *state = self->state;
    int none = 0, rc = strategy_place(state->config, self->index);

    if (rc < 0)
        atomic_compare_exchange_strong(&state->place_error, &none, rc);
    pending_hand_in(state, 1);
    for (;;) {
        uint32_t seen = atomic_load_explicit(&state->pass, memory_order_acquire);
        if (atomic_load_explicit(&state->stop, memory_order_relaxed))
            return NULL;
        uint32_t done = carrier_work(self);
        if (done > 0)
            pending_hand_in(state, done);
        while (atomic_load_explicit(&state->pass, memory_order_relaxed) == seen)
            futex_wait(&state->pass, seen);
    }
}

/* --- the caller --- */

static void pass_announce(struct strategy_state *state, unsigned threads)
{
    atomic_fetch_add_explicit(&state->pass, 1, memory_order_release);
    futex_wake(&state->pass, threads < INT_MAX ? (int)threads : INT_MAX);
}

static int static_run(struct strategy_state *state, struct task *tasks, unsigned n)
{
    if (n == 0)
        return 0;
    state->tasks = tasks;
    state->n = n;
    pending_begin(state, n);
    tasks_mark_asked(tasks, n);
    atomic_store_explicit(&state->left, n, memory_order_release);
    pass_announce(state, n); /* those who are not asleep yet see for themselves */
    tasks_mark_made(tasks, n);
    pending_wait(state);
    return 0;
}

static void static_close(struct strategy_state *state)
{
    atomic_store_explicit(&state->stop, true, memory_order_relaxed);
    pass_announce(state, UINT_MAX);
    for (unsigned i = 0; i < state->started; i++)
        pthread_join(state->carriers[i].thread, NULL);
    free(state->carriers);
    free(state);
}

/* Start all threads and wait until each has come to life at its place. */
static int static_start(struct strategy_state *state)
{
    const struct strategy_config *config = state->config;
    struct limits limits;
    pthread_attr_t attr;
    int rc = thread_attr_init_small(&attr, &state->stack_bytes);

    if (rc < 0)
        return rc;
    limits_begin(&limits, "");
    pending_begin(state, config->in_flight);
    for (unsigned i = 0; i < config->in_flight && rc == 0; i++) {
        struct carrier *carrier = &state->carriers[i];
        *carrier = (struct carrier){.state = state, .index = i, .ctx = {.ops = &state->ops, .lane = &config->lanes[i]}};
        rc = -pthread_create(&carrier->thread, &attr, carrier_main, carrier);
        if (rc == 0)
            state->started++;
    }
    pthread_attr_destroy(&attr);
    if (rc < 0)
        return refusal_explain(config, &limits, LIMITS_THREAD, state->started + 1, state->stack_bytes, rc);
    pending_wait(state);
    return atomic_load(&state->place_error);
}

static int static_open(struct strategy_state **out, const struct strategy_config *config)
{
    const unsigned k = config->in_flight;

    *out = NULL;
    if (k < 1 || config->n_lanes < k || config->group > k)
        return -EINVAL;
    struct strategy_state *state = aligned_alloc(_Alignof(struct strategy_state), sizeof *state);
    if (!state)
        return -ENOMEM;
    *state = (struct strategy_state){
        .config = config,
        .carriers = calloc(k, sizeof *state->carriers),
        .ops = ctx_ops_by(&ctx_blocking, config->handoff),
        .stack_bytes = (size_t)config->options->value[OPTION_STACK_BYTES],
    };
    int rc = state->carriers ? static_start(state) : -ENOMEM;
    if (rc < 0)
        static_close(state);
    else
        *out = state;
    return rc;
}

static int static_probe(char *why, size_t why_len)
{
    (void)why, (void)why_len;
    return 0;
}

static unsigned static_in_flight(unsigned k, unsigned workers)
{
    (void)workers;
    return k;
}

static unsigned static_cores(unsigned k, unsigned workers)
{
    return k < workers ? k : workers;
}

static void static_describe(const struct strategy_state *state, char *out, size_t len)
{
    snprintf(out, len, "%u threads, tasks by shared index, stacks of %zu bytes", state->started, state->stack_bytes);
}

const struct strategy strategy_threads_static = {
    .name = "threads_static",
    .summary = "K long-lived threads that take tasks by index",
    .canonical = false,
    .handoffs = 1u << HANDOFF_CONDVAR,
    .childless = "takes a list of tasks that is known beforehand",
    .options = static_options,
    .probe = static_probe,
    .in_flight = static_in_flight,
    .lanes = static_in_flight,
    .cores = static_cores,
    .open = static_open,
    .run = static_run,
    .close = static_close,
    .describe = static_describe,
};
