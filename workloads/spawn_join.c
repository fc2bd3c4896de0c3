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
 * time is a page fault more). The latency of the (empty) op says nothing. There is no lower bound to compare with: the
 * work is nil.
 *
 * The parts. One number hides who pays. After the timed part, K tasks at a time are made and waited for, and of each
 * one the harness (run/trial_parts.c) takes
 *     spawn_create_ns     how long the call takes that makes it: its maker can't do anything else meanwhile
 *     spawn_first_ns      from the begin of that call to the task's first instruction
 *     spawn_reap_ns       from its last instruction until its maker has waited for it and nothing of it is left
 *     spawn_return_ns     from the last instruction of the last of the K until the caller goes on
 * as the median over the tasks of the trial. Who has no such moment has no number: a call is back when the task is over
 * (serial: no creation), and where long-lived carriers count tasks down nobody waits for each alone (no reaping).
 * Coroutines are made by their worker, next to them: create and first do not contain waking that worker, return
 * contains waking the caller. Calls that make many tasks at once (pool, threads_static) are divided by these. At K = 1
 * nothing overlaps and whoever is asked sleeps or is about to: that is what one task alone costs, and with pools it is
 * far more than spawn_join_ns, where the next task is there already. Numbers below 20 ns are the clock's.
 *
 * resident_mib: so much memory the trial's process has touched before (in small pages; verified to be there in the end
 * as well). A fork copies the page tables and marks the pages, and the end of the child takes that down again, so with
 * processes create and reap should grow linearly with it, by 8 bytes of table per 4 KiB page; threads should not care.
 * parent_resident_bytes and parent_page_table_bytes are what the process had when the strategy was opened.
 */
#include "contract/workload.h"

#include <errno.h>

enum { PARAM_TASKS, PARAM_RESIDENT_MIB };

struct spawn_shared {
    struct memory parent; /* after setup; all zero where the kernel does not tell */
};

static size_t occupied_bytes(const struct workload_env *env)
{
    return (size_t)env->params->value[PARAM_RESIDENT_MIB] << 20;
}

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
        .shared_bytes = sizeof(struct spawn_shared),
    };
    return 0;
}

/* Is what was occupied in memory, and not swapped out? */
static int resident_check(struct workload_env *env, struct memory *now)
{
    size_t wanted = occupied_bytes(env);
    int rc = env_memory(env, now);
    if (rc == -ENOTSUP && wanted)
        env_reason(env, "the kernel does not tell what a process occupies (smaps_rollup)");
    if (rc)
        return wanted ? rc : 0;
    if (now->private_bytes >= wanted)
        return 0;
    env_reason(env, "of %zu MiB that were occupied, only %llu are in memory", wanted >> 20,
               (unsigned long long)(now->private_bytes >> 20));
    return -EBADMSG;
}

static int spawn_join_setup(struct workload_env *env)
{
    struct spawn_shared *shared = env->shared;
    int rc = occupied_bytes(env) ? env_occupy(env, occupied_bytes(env)) : 0;
    return rc ? rc : resident_check(env, &shared->parent);
}

static int spawn_join_check(struct workload_env *env, const struct shape *shape)
{
    struct memory now = {0};
    (void)shape;
    return resident_check(env, &now);
}

static void spawn_join_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                               metric_fn *emit, void *sink)
{
    const struct spawn_shared *shared = env->shared;
    (void)shape;
    if (facts->tasks)
        emit(sink, "spawn_join_ns", (double)facts->run_ns / (double)facts->tasks);
    if (shared->parent.private_bytes) {
        emit(sink, "parent_resident_bytes", (double)shared->parent.private_bytes);
        emit(sink, "parent_page_table_bytes", (double)shared->parent.page_table_bytes);
    }
}

static const struct param_spec spawn_join_params[] = {
    {.name = "tasks",
     .unit = "count",
     .summary = "tasks to start and join",
     .defaults = {250, 1000, 10000},
     .min = 1,
     .max = 10000000},
    {.name = "resident_mib",
     .unit = "MiB",
     .summary = "memory that the process has touched before it makes tasks",
     .defaults = {0, 0, 0},
     .min = 0,
     .max = 65536},
    {.name = NULL},
};

/* A fork from a large process takes milliseconds: few tasks, one at a time. Who does not make processes or threads in
 * the run has nothing to show here. */
static const struct variant spawn_join_variants[] = {
    {"", PROFILE_SMOKE},
    {"resident_mib=64,tasks=20,in_flight=1,only=threads+processes", PROFILE_QUICK},
    {"resident_mib=16,tasks=20,in_flight=1,only=threads+processes", PROFILE_FULL},
    {"resident_mib=256,tasks=20,in_flight=1,only=threads+processes", PROFILE_FULL},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_spawn_join = {
    .name = "spawn_join",
    .kind = "micro",
    .summary = "What does it cost to start a task and to wait for its end?",
    .op_is = "one empty task",
    .protocol = 1,
    .params = spawn_join_params,
    .variants = spawn_join_variants,
    .in_flight_sweep = "1 P 8P",
    .headline = "spawn_join_ns",
    .parts = true,
    .shape = spawn_join_shape,
    .setup = spawn_join_setup,
    .op = spawn_join_op,
    .expect = spawn_join_expect,
    .check = spawn_join_check,
    .metrics = spawn_join_metrics,
};
