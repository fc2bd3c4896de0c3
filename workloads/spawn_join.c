/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spawn_join: what it costs to start a task and to wait for its end, when the task itself does nothing.
 *
 *     runner    start 0   start 1 ... start K-1   (0 has ended) start K   ...   all N have ended
 *     tasks       [.]       [.]         [.]                       [.]
 *
 * The op is empty but for the proof that it ran: a hash of the nonce and the task's number. So the run time divided by
 * the number of tasks, spawn_join_ns, is what the strategy takes to make one: for threads a stack, a clone and a futex;
 * for processes a copy of the page tables, an exit and a wait; for a pool a slot in a queue and perhaps a wake-up; for
 * coroutines a stack from a free list and two switches; for serial a call. Orders of magnitude lie between them.
 *
 * K matters: at K = 1 every task waits for the one before (spawn, run and join in a row, often on a CPU that has to be
 * woken); with more in flight, creation overlaps with running and ending, and above P queues are at work.
 *
 * With C the creation cost per task, a task is worth its own carrier only if it works or waits for much longer than C:
 * that is what the number is for. It is not the cost of a task that uses its stack (each page it touches for the first
 * time is a page fault more), and not of a fork from a large process: fork copies page tables, and this process is
 * small. The latency of the (empty) op says nothing. There is no lower bound to compare with: the work is nil.
 */
#include "contract/workload.h"

enum { PARAM_TASKS };

static int spawn_join_op(struct op *op)
{
    op_result(op, rng_hash2(op->env->nonce, op->task));
    return 0;
}

static uint64_t spawn_join_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    (void)shape;
    return result_fold(0, rng_hash2(env->nonce, task));
}

static int spawn_join_shape(struct workload_env *env, struct shape *out)
{
    *out = (struct shape){
        .tasks = (unsigned)env->params->value[PARAM_TASKS],
        .ops_per_task = 1,
        .group = 1,
        .batch = 1,
    };
    return 0;
}

static void spawn_join_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                               metric_fn *emit, void *sink)
{
    (void)env;
    (void)shape;
    if (facts->tasks)
        emit(sink, "spawn_join_ns", (double)facts->run_ns / (double)facts->tasks);
}

static const struct param_spec spawn_join_params[] = {
    {.name = "tasks",
     .unit = "count",
     .summary = "tasks to start and join",
     .defaults = {250, 1000, 10000},
     .min = 1,
     .max = 10000000},
    {.name = NULL},
};

const struct workload workload_spawn_join = {
    .name = "spawn_join",
    .kind = "micro",
    .summary = "What does it cost to start a task and to wait for its end?",
    .op_is = "one empty task",
    .protocol = 1,
    .params = spawn_join_params,
    .in_flight_sweep = "1 P 8P",
    .headline = "spawn_join_ns",
    .parts = true,
    .shape = spawn_join_shape,
    .op = spawn_join_op,
    .expect = spawn_join_expect,
    .metrics = spawn_join_metrics,
};
