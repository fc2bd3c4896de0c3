/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sleep_fanout: N tasks, each of which waits for L and does nothing else. The purest I/O: all waiting, no data.
 *
 *     serial    |--L--|--L--|--L--|--L--|--L--|--L--|          N * L
 *     K = 3     |--L--|--L--|
 *               |--L--|--L--|                                  ceil(N / K) * L
 *               |--L--|--L--|
 *
 * One op is one sleep until an absolute deadline, L after the op began. It stands for any request whose answer takes
 * a while: a query, a page, a device.
 *
 * What differs. Waiting is free, so at the same K everybody should tie at ceil(N/K) * L. What keeps them from it is
 * what it costs to have a waiter: starting its carrier (spawn_join), its timer (a thread's hrtimer has a slack of
 * 50 us; a ring has none), its memory, and a wake-up each. At small K they do tie, and that is the lesson: concurrency
 * needs waiters, not CPUs. At large K creating K threads, and sooner yet K processes, takes longer than L itself.
 *
 * Metrics: lateness_mean_ns and lateness_max_ns, by how much a sleeper woke after its deadline. The deadline is fixed
 * when the op starts, so lateness holds the timer and the wake-up, and not the queue before the op.
 * Waking early is an error: the result carries the proof (now >= deadline), and the trial fails without it.
 *
 * Not to be used for: the cost of I/O (there is none) or the accuracy of timers at other lengths.
 */
#include "contract/workload.h"
#include "measure/clock.h"

enum { PARAM_TASKS, PARAM_SLEEP_NS };

/* One per task; by the clock it sleeps many times. */
struct sleeper {
    uint64_t late_sum_ns, late_max_ns;
};

static uint64_t sleep_value(const struct workload_env *env, unsigned task, uint64_t index)
{
    return rng_hash2(rng_hash2(env->nonce, task), index);
}

/* clock_monotonic_ns and not the harness's faster clock: a deadline is a CLOCK_MONOTONIC time, and a drift of a few
 * parts per million between the two would look like waking early. */
static int sleep_fanout_op(struct op *op)
{
    struct sleeper *sleeper = (struct sleeper *)op->env->shared + op->task;
    uint64_t deadline_ns = clock_monotonic_ns() + (uint64_t)op->env->params->value[PARAM_SLEEP_NS];
    int rc = ctx_sleep_until(op->ctx, deadline_ns);
    if (rc < 0)
        return rc;
    uint64_t now_ns = clock_monotonic_ns(), late_ns = now_ns >= deadline_ns ? now_ns - deadline_ns : 0;
    if (op->index == 0)
        *sleeper = (struct sleeper){0, 0}; /* the warm-up was here */
    sleeper->late_sum_ns += late_ns;
    sleeper->late_max_ns = late_ns > sleeper->late_max_ns ? late_ns : sleeper->late_max_ns;
    op_result(op, sleep_value(op->env, op->task, op->index) + (now_ns >= deadline_ns));
    return 0;
}

static uint64_t sleep_fanout_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    uint64_t result = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++)
        result = result_fold(result, sleep_value(env, task, i) + 1);
    return result;
}

static int sleep_fanout_shape(struct workload_env *env, struct shape *out)
{
    unsigned tasks = (unsigned)env->params->value[PARAM_TASKS];
    *out = (struct shape){
        .tasks = tasks,
        .ops_per_task = 1,
        .group = 1,
        .batch = 1,
        .shared_bytes = tasks * sizeof(struct sleeper),
    };
    return 0;
}

static struct ideal sleep_fanout_ideal(const struct workload_env *env)
{
    return (struct ideal){.kind = IDEAL_WAIT, .wait_ns = (uint64_t)env->params->value[PARAM_SLEEP_NS]};
}

static void sleep_fanout_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                                 metric_fn *emit, void *sink)
{
    const struct sleeper *sleeper = env->shared;
    uint64_t sum_ns = 0, max_ns = 0;
    for (unsigned i = 0; i < shape->tasks; i++) {
        sum_ns += sleeper[i].late_sum_ns;
        if (sleeper[i].late_max_ns > max_ns)
            max_ns = sleeper[i].late_max_ns;
    }
    emit(sink, "lateness_mean_ns", (double)sum_ns / (double)facts->ops);
    emit(sink, "lateness_max_ns", (double)max_ns);
}

/* The profile `full` has more sleepers rather than longer ones: serial takes N * L in each of its blocks. */
static const struct param_spec sleep_fanout_params[] = {
    {.name = "tasks",
     .unit = "count",
     .summary = "sleepers, one sleep each",
     .defaults = {128, 512, 10000},
     .grows = 4, /* serial waits for each in turn */
     .min = 1,
     .max = 10000000},
    {.name = "sleep_ns",
     .unit = "ns",
     .summary = "length of one sleep",
     .defaults = {1000000, 1000000, 1000000},
     .min = 10000,
     .max = 60000000000},
    {.name = NULL},
};

const struct workload workload_sleep_fanout = {
    .name = "sleep_fanout",
    .kind = "io",
    .summary = "How well do many waits overlap?",
    .op_is = "one sleep",
    .protocol = 1,
    .params = sleep_fanout_params,
    .in_flight_sweep = "8P 64P 256P",
    .paceable = true,
    .headline = "throughput_ops_per_s",
    .shape = sleep_fanout_shape,
    .op = sleep_fanout_op,
    .expect = sleep_fanout_expect,
    .ideal = sleep_fanout_ideal,
    .metrics = sleep_fanout_metrics,
};
