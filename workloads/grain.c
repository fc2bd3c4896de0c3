/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grain: how small may a task be and still be worth starting? The same work is cut into finer and finer pieces.
 *
 *     steps = 100000     |############################|############################|          1 ms each
 *     steps = 10000      |##|##|##|##|##|##|##|##|##|##|##|##|##|##|##|##|##|##|##|         100 us each
 *     steps = 100        ||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||          1 us each
 *
 * A task is one op: `steps` steps of the kernel in kernel.h (about 10 ns each) from a number that the nonce gives.
 * Tasks know nothing of each other. What a strategy adds to each of them (make, start, join, wake somebody) does not
 * depend on their length, so with an overhead o per task the efficiency is about steps / (steps + o): near 1 for large
 * tasks, and in free fall below some size. The report turns the cells of all sizes into two numbers per strategy:
 *
 *     METG50, METG90     the smallest task, in ns of its own computing, with which the strategy reaches 50 % (90 %) of
 *                        what its CPUs could do, by the CPU time per step of the serial trial with the largest tasks.
 * (Task Bench, Slaughter et al. 2020, counts the overhead into the task: its METG is ours divided by the efficiency.)
 *
 * What should differ. Who starts a task with a call or a switch of stacks (serial, coroutines) comes first, then a
 * pool, whose workers must be told and sometimes woken, then a thread per task, then a process per task: four orders of
 * magnitude. One coroutine worker may have the finest grain of all, and is still bound to one CPU.
 *
 * The total of steps is the same for every size, but for two limits: no more than `tasks_max` tasks, because a process
 * takes 0.2 ms each, and at least two tasks per CPU; their number is a multiple of the CPUs, or the last round would
 * leave some idle. What a run takes to get going (waking workers) is in it; with small tasks in the profile quick,
 * whose run is a millisecond, it shows: more tasks_max give lower thresholds there.
 *
 * The profile full asks it at K = P, at K = 16 and at 8 P: with one task per CPU a strategy has nothing to go on with
 * while it makes the next one, with more of them it has more carriers to look after.
 *
 * Not to be used for: tasks that split (fib, skynet), that use memory (these touch none), or that wait.
 */
#include "kernel.h"

#include "contract/workload.h"

enum { PARAM_STEPS, PARAM_WORK_STEPS, PARAM_TASKS_MAX };

static uint64_t grain_value(const struct workload_env *env, unsigned task)
{
    return kernel_run(rng_hash2(env->nonce, task), (uint64_t)env->params->value[PARAM_STEPS]);
}

static int grain_op(struct op *op)
{
    op_result(op, grain_value(op->env, op->task));
    return 0;
}

/* Does the work again: there is no shorter way to the end of the chain. */
static uint64_t grain_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    (void)shape;
    return result_fold(0, grain_value(env, task));
}

static int grain_shape(struct workload_env *env, struct shape *out)
{
    uint64_t steps = (uint64_t)env->params->value[PARAM_STEPS];
    uint64_t tasks = (uint64_t)env->params->value[PARAM_WORK_STEPS] / steps;
    uint64_t most = (uint64_t)env->params->value[PARAM_TASKS_MAX], least = 2 * (uint64_t)env->workers;
    tasks = tasks > most ? most : tasks;
    tasks = tasks < least ? least : tasks;
    *out = (struct shape){
        .tasks = (unsigned)((tasks + env->workers - 1) / env->workers * env->workers),
        .ops_per_task = 1,
        .group = 1,
        .batch = 1,
        .work_per_op = steps,
    };
    return 0;
}

static struct ideal grain_ideal(const struct workload_env *env)
{
    (void)env;
    return (struct ideal){.kind = IDEAL_CPU};
}

static const struct param_spec grain_params[] = {
    {.name = "steps",
     .unit = "count",
     .summary = "steps of the kernel per task, about 10 ns each",
     .defaults = {1000, 1000, 1000},
     .min = 1,
     .max = 10000000000},
    {.name = "work_steps",
     .unit = "count",
     .summary = "steps of all tasks together, if the limits of their number allow",
     .defaults = {200000, 2000000, 4000000},
     .grows = 64,
     .min = 1,
     .max = 1000000000000},
    {.name = "tasks_max",
     .unit = "count",
     .summary = "most tasks",
     .defaults = {200, 1500, 4000},
     .grows = 16, /* a process each */
     .min = 1,
     .max = 10000000},
    {.name = NULL},
};

/* A decade apart where it matters: what lies between them is a straight line (report/grain.h). */
static const struct variant grain_variants[] = {
    {"steps=10", PROFILE_FULL},     {"steps=100", PROFILE_SMOKE},   {"steps=1000", PROFILE_QUICK},
    {"steps=10000", PROFILE_SMOKE}, {"steps=100000", PROFILE_FULL}, {"steps=500000", PROFILE_QUICK},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_grain = {
    .name = "grain",
    .kind = "cpu",
    .summary = "How small may a task be and still be worth starting?",
    .op_is = "one task of so many steps of integer arithmetic",
    .protocol = 1,
    .params = grain_params,
    .variants = grain_variants,
    .in_flight_sweep = "8P",
    .in_flight_full = "P 16 8P", /* does it help to have more tasks started than there are CPUs? */
    .unpaceable = "it asks how small a task may be, and a paced task lives as long as the trial",
    .headline = "throughput_ops_per_s",
    .shape = grain_shape,
    .op = grain_op,
    .expect = grain_expect,
    .ideal = grain_ideal,
};
