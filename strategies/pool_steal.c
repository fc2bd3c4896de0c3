/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_steal: K threads that live from open to close, and take children from each other.
 *
 *     caller --> [ injector ] --> worker 0..K-1, a task at a time --> lane 0..K-1
 *
 *     worker i:  task_loop -> op -> ctx_spawn   writes the child into the next slot of worker i's own array
 *                                   ctx_join    comes back to it: not stolen, and it is a call; stolen, and its value
 *                                               is in the slot, or worker i carries out other children until it is
 *     idle worker: asks, steals the oldest child (the largest part of the tree), and splits that up in its turn
 *
 * The mechanism stands in split_deque.h (children that nobody has asked for cost no atomic instruction), fork_join.c
 * (who steals from whom) and fork_pool.c (how the others sleep). The spawned child is put aside and the parent goes on
 * (help-first): going on with the child instead (work-first) needs a stack that can change its thread, which these are
 * not.
 *
 * Good at what splits: trees of small children, where a queue, a thread or a process for each would cost more than the
 * child. Beside `pool` it shows what children cost where they need no queue. Bad at one thing by design: a child that
 * nobody has asked for stays with its parent. A parent that then computes for long without splitting or joining keeps
 * it; one that calls what may block does not, because every such call here first shares what is private.
 *
 * Tasks come from one queue, one at a time, like those of `pool`. That is not what work stealing is praised for, and
 * it is the contract: tasks begin in the order of their ids, and there are as many places where an order can be kept
 * as there are queues. `batch_count` above 1 lets a worker move some at once into a deque of its own, from which
 * others steal if they have none; tasks then begin out of order by up to batch_count * K. It is ignored where tasks
 * come in groups: members of a group wait for each other, and one that lies in a deque is begun only when some worker
 * ends a task.
 *
 * spin_ns, how long a worker that finds nothing looks again before it sleeps, is for those who have asked: the answer
 * comes with the owner's next spawn or join, some ten to hundreds of ns later, while to sleep and be woken costs both
 * sides some microseconds. Hence 2 us, and 0 with one CPU, where nobody can answer.
 */
#include "contract/strategy.h"

#include "strategies/fork_join.h"
#include "strategies/refusal.h"
#include "strategies/sharing_ops.h"
#include "strategies/thread_attr.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPTION_QUEUE_COUNT, OPTION_BATCH_COUNT, OPTION_CHILDREN_COUNT, OPTION_SPIN_NS, OPTION_STACK_BYTES };
static const struct param_spec steal_options[] = {
    {.name = "queue_count",
     .unit = "count",
     .summary = "tasks the injector holds (rounded up to a power of two)",
     .defaults = {FORK_QUEUE_COUNT, FORK_QUEUE_COUNT, FORK_QUEUE_COUNT},
     .min = 2,
     .max = 1 << 20},
    {.name = "batch_count",
     .unit = "count",
     .summary = "tasks a worker takes at once, at most; above 1 they begin out of order; 1 with groups",
     .defaults = {1, 1, 1},
     .min = 1,
     .max = FORK_BATCH_MAX},
    {.name = "children_count",
     .unit = "count",
     .summary = "children of one worker that can wait to be joined; beyond that they are calls",
     .defaults = {FORK_CAPACITY, FORK_CAPACITY, FORK_CAPACITY},
     .min = 1,
     .max = 1 << 24},
    {.name = "spin_ns",
     .unit = "ns",
     .summary = "how long a worker without work looks again; -1: 2 us, but 0 with P = 1",
     .defaults = {FORK_SPIN_AUTO, FORK_SPIN_AUTO, FORK_SPIN_AUTO},
     .min = FORK_SPIN_AUTO,
     .max = 1000000},
    {.name = "stack_bytes",
     .unit = "bytes",
     .summary = "stack of one thread, without its guard page: children are calls within calls",
     .defaults = {FORK_STACK_BYTES, FORK_STACK_BYTES, FORK_STACK_BYTES},
     .min = 16384,
     .max = INT64_C(1) << 30},
    {.name = NULL},
};

struct strategy_state {
    const struct strategy_config *config;
    struct fork_pool *pool;
    struct ctx_ops ops;
    unsigned batch;
    size_t stack_bytes;
    struct limits limits; /* as they were before the first thread */
};

/* --- children --- */

static struct fork_worker *worker_of(struct ctx *c)
{
    return (struct fork_worker *)c; /* its first member */
}

/* A child on the worker that stole it. */
static int64_t child_carry(struct fork_worker *w, struct split_slot *head, const void *shared, uint64_t arg)
{
    const struct children *of = shared;
    struct split_slot *before = w->head;

    w->head = head;
    w->ctx.lane->children_carried_count++;
    int64_t value = of->fn(&w->ctx, of->shared, arg);
    w->head = before;
    return value;
}

static int steal_spawn(struct ctx *c, struct children *of, uint64_t arg)
{
    struct fork_worker *w = worker_of(c);

    if (__builtin_expect(split_full(&w->deque, w->head), 0)) {
        if (atomic_load_explicit(&w->deque.ask, memory_order_relaxed))
            fork_before_blocking(w, w->head); /* for those who ask, there will be no spawn or join for a while */
        children_call(c, of, arg);
        return 0;
    }
    of->left++;
    fork_spawn(w, w->head++, child_carry, of, arg);
    return 0;
}

static int steal_join(struct ctx *c, struct children *of)
{
    struct fork_worker *w = worker_of(c);

    for (; of->left > 0; of->left--) {
        struct split_slot *slot = w->head - 1;
        const struct split_slot *stolen = fork_join(w, slot);
        w->head = slot;
        if (!stolen)
            children_call(c, of, slot->arg);
        else if (stolen->value >= 0)
            of->sum += stolen->value;
        else if (!of->err)
            of->err = (int)stolen->value;
    }
    return of->err;
}

/* --- calls that may block --- */

static void before_blocking(struct ctx *c)
{
    fork_before_blocking(worker_of(c), worker_of(c)->head);
}

/* --- tasks --- */

static void task_run(struct fork_worker *w, struct split_slot *head, void *task)
{
    w->head = head;
    task_loop(task, &w->ctx);
}

static int steal_run(struct strategy_state *state, struct task *tasks, unsigned n)
{
    const bool marked = n > 0 && tasks[0].marks; /* not looked at in the tasks that a worker is writing to */

    fork_pool_begin(state->pool, n);
    for (unsigned i = 0; i < n; i++) {
        if (marked)
            task_mark_asked(&tasks[i]);
        fork_pool_submit(state->pool, task_run, &tasks[i]);
        if (marked)
            task_mark_made(&tasks[i], 1);
    }
    fork_pool_wait(state->pool);
    return 0;
}

/* --- life --- */

static int worker_begin(struct fork_worker *w, void *arg)
{
    const struct strategy_state *state = arg;
    const struct strategy_config *config = state->config;
    w->ctx = (struct ctx){.ops = &state->ops, .lane = &config->lanes[w->index]};
    return strategy_place(config, w->index);
}

/* While those that were started are still there: afterwards nobody can tell which limit it was. */
static void steal_refused(void *arg, unsigned started, int err)
{
    struct strategy_state *state = arg;

    refusal_explain(state->config, &state->limits, LIMITS_THREAD, started + 1, state->stack_bytes, err);
}

static int steal_open(struct strategy_state **out, const struct strategy_config *config)
{
    const int64_t *option = config->options->value;
    const unsigned k = config->in_flight;

    *out = NULL;
    if (k < 1 || config->n_lanes < k || config->group > k)
        return -EINVAL;
    if (k > FORK_WORKERS_MAX)
        return refusal_too_many(config, "workers", FORK_WORKERS_MAX);
    struct strategy_state *state = calloc(1, sizeof *state);
    if (!state)
        return -ENOMEM;
    state->config = config;
    state->ops = sharing_ops_by(config->handoff, "blocking, stealing");
    state->ops.spawn = steal_spawn;
    state->ops.join = steal_join;
    state->batch = config->group > 1 ? 1 : (unsigned)option[OPTION_BATCH_COUNT];
    state->stack_bytes = thread_stack_bytes((size_t)option[OPTION_STACK_BYTES]);
    limits_begin(&state->limits, "");
    int rc = fork_pool_create(&state->pool, &(struct fork_config){
                                                .workers = k,
                                                .cpus = config->workers,
                                                .spin_ns = option[OPTION_SPIN_NS],
                                                .capacity = (unsigned)option[OPTION_CHILDREN_COUNT],
                                                .queue_count = (unsigned)option[OPTION_QUEUE_COUNT],
                                                .batch = state->batch,
                                                .stack_bytes = state->stack_bytes,
                                                .begin = worker_begin,
                                                .refused = steal_refused,
                                                .arg = state,
                                            });
    if (rc < 0)
        free(state);
    else
        *out = state;
    return rc;
}

static void steal_close(struct strategy_state *state)
{
    fork_pool_destroy(state->pool);
    free(state);
}

static int steal_probe(char *why, size_t why_len)
{
    (void)why, (void)why_len;
    return 0;
}

static unsigned steal_in_flight(unsigned k, unsigned workers)
{
    (void)workers;
    return k;
}

static unsigned steal_cores(unsigned k, unsigned workers)
{
    return k < workers ? k : workers;
}

static void steal_describe(const struct strategy_state *state, char *out, size_t len)
{
    snprintf(out, len,
             "%u workers, up to %u tasks at a time, up to %lld children each, spin %llu ns, stacks of %zu bytes",
             state->config->in_flight, state->batch, (long long)state->config->options->value[OPTION_CHILDREN_COUNT],
             (unsigned long long)fork_pool_spin_ns(state->pool), fork_pool_stack_bytes(state->pool));
}

const struct strategy strategy_pool_steal = {
    .name = "pool_steal",
    .summary = "K persistent workers that steal children from each other",
    .canonical = false,
    .handoffs = 1u << HANDOFF_CONDVAR,
    .options = steal_options,
    .probe = steal_probe,
    .in_flight = steal_in_flight,
    .lanes = steal_in_flight,
    .cores = steal_cores,
    .open = steal_open,
    .run = steal_run,
    .close = steal_close,
    .describe = steal_describe,
};
