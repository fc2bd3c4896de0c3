/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io_cpu_mix: every request waits for an answer and then computes on it. At which share of computing does it matter who
 * runs it, and how many requests should be in flight?
 *
 *     request    |------------ wait L ------------|## c ##|          beta = c / (c + L)
 *
 *     beta = 0     |-------------|-------------|-------------|       sleep_fanout: only waiters count
 *     beta = 0.1   |-----------|#|-----------|#|-----------|#|
 *     beta = 1     |#############|#############|#############|       sha256: only CPUs count
 *
 * One op is one request; a task is a client that makes REQUESTS_PER_TASK of them. `cpu_permille` is beta in
 * thousandths, as far as it can be said beforehand: L = op_ns * (1 - beta) is exact, and c is op_ns * beta / 10 ns
 * steps of the kernel in kernel.h, which takes longer or shorter than 10 ns per step by CPU. What it takes here is
 * measured by setup, the least of five runs of 0.1 ms, and given with what follows from it:
 *
 *     compute_ns_per_op                   c
 *     cpu_share_ratio                     the real beta
 *     in_flight_predicted_count           P * (1 + L/c): with so many in flight, the CPUs just never run out of work
 *
 * The prediction needs no look at the strategy, and is tested by the sweep of K. Below it throughput should grow as
 * K / (L + c), above it nothing is to be gained: P / c is the end. The bound in the report is the lesser of the two, so
 * an efficiency near 1 on both sides of the predicted K says that it was right.
 *
 * What should differ. At a small beta all strategies that overlap waits tie, one coroutine worker too: it saturates
 * only at 1/c per second. From K = 1 + L/c on it stands still, and those that use P CPUs go on to P times as much. Near
 * beta = 1 more than P in flight brings only switches. Serial has (L + c) per request at any beta.
 *
 * Not to be used for: real services (all requests are alike, nobody hogs a CPU: hog), or the cost of I/O: a wait is a
 * timer.
 */
#include "kernel.h"

#include "contract/workload.h"
#include "measure/clock.h"

enum { PARAM_CPU_PERMILLE, PARAM_OP_NS, PARAM_REQUESTS };
enum { REQUESTS_PER_TASK = 4 };

struct mix_shared {
    double step_ns; /* by setup */
};

static uint64_t mix_wait_ns(const struct workload_env *env)
{
    return (uint64_t)env->params->value[PARAM_OP_NS] / 1000 * (1000 - (uint64_t)env->params->value[PARAM_CPU_PERMILLE]);
}

static uint64_t mix_steps(const struct workload_env *env)
{
    uint64_t compute_ns =
        (uint64_t)env->params->value[PARAM_OP_NS] / 1000 * (uint64_t)env->params->value[PARAM_CPU_PERMILLE];
    return compute_ns / KERNEL_STEP_NOMINAL_NS;
}

static uint64_t mix_value(const struct workload_env *env, unsigned task, uint64_t index)
{
    return kernel_run(rng_hash2(rng_hash2(env->nonce, task), index), mix_steps(env));
}

/* clock_monotonic_ns: a deadline is a CLOCK_MONOTONIC time (see sleep_fanout). That nobody woke early goes into the
 * result, or a strategy could win by waiting less. */
static int io_cpu_mix_op(struct op *op)
{
    uint64_t wait_ns = mix_wait_ns(op->env), early = 0;
    if (wait_ns) {
        uint64_t deadline_ns = clock_monotonic_ns() + wait_ns;
        int rc = ctx_sleep_until(op->ctx, deadline_ns);
        if (rc < 0)
            return rc;
        early = clock_monotonic_ns() < deadline_ns;
    }
    op_result(op, mix_value(op->env, op->task, op->index) + early);
    return 0;
}

static uint64_t io_cpu_mix_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    uint64_t result = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++)
        result = result_fold(result, mix_value(env, task, i));
    return result;
}

static int io_cpu_mix_shape(struct workload_env *env, struct shape *out)
{
    uint64_t requests = (uint64_t)env->params->value[PARAM_REQUESTS];
    *out = (struct shape){
        .tasks = (unsigned)((requests + REQUESTS_PER_TASK - 1) / REQUESTS_PER_TASK),
        .ops_per_task = REQUESTS_PER_TASK,
        .group = 1,
        .batch = 1,
        .shared_bytes = sizeof(struct mix_shared),
    };
    return 0;
}

static int io_cpu_mix_setup(struct workload_env *env)
{
    struct mix_shared *shared = env->shared;
    shared->step_ns = kernel_step_ns(env->nonce);
    return 0;
}

static struct ideal io_cpu_mix_ideal(const struct workload_env *env)
{
    return (struct ideal){.kind = IDEAL_MIX, .wait_ns = mix_wait_ns(env)};
}

static void io_cpu_mix_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                               metric_fn *emit, void *sink)
{
    (void)shape;
    (void)facts;
    const struct mix_shared *shared = env->shared;
    double compute_ns = shared->step_ns * (double)mix_steps(env), wait_ns = (double)mix_wait_ns(env);
    emit(sink, "compute_ns_per_op", compute_ns);
    if (compute_ns + wait_ns > 0)
        emit(sink, "cpu_share_ratio", compute_ns / (compute_ns + wait_ns));
    if (compute_ns > 0)
        emit(sink, "in_flight_predicted_count", env->workers * (1 + wait_ns / compute_ns));
}

static const struct param_spec io_cpu_mix_params[] = {
    {.name = "cpu_permille",
     .unit = "count",
     .summary = "share of computing in a request, in thousandths",
     .defaults = {250, 250, 250},
     .min = 0,
     .max = 1000},
    {.name = "op_ns",
     .unit = "ns",
     .summary = "one request: its wait and its computing, at 10 ns per step",
     .defaults = {1000000, 1000000, 1000000},
     .min = 10000,
     .max = 60000000000},
    {.name = "requests",
     .unit = "count",
     .summary = "requests, rounded up to a multiple of 4",
     .defaults = {64, 128, 128}, /* full has more shares of computing rather than more requests of each */
     .grows = 16,
     .min = 1,
     .max = 10000000},
    {.name = NULL},
};

static const struct variant io_cpu_mix_variants[] = {
    {"cpu_permille=0", PROFILE_FULL},    {"cpu_permille=10", PROFILE_FULL},
    {"cpu_permille=50", PROFILE_FULL},   {"cpu_permille=100", PROFILE_FULL},
    {"cpu_permille=250", PROFILE_SMOKE}, {"cpu_permille=500", PROFILE_FULL},
    {"cpu_permille=1000", PROFILE_FULL}, {NULL, PROFILE_SMOKE},
};

const struct workload workload_io_cpu_mix = {
    .name = "io_cpu_mix",
    .kind = "mixed",
    .summary = "How much computing may be mixed into waiting before it matters who runs it, and how many in flight?",
    .op_is = "one request: a wait, then computing",
    .protocol = 1,
    .params = io_cpu_mix_params,
    .variants = io_cpu_mix_variants,
    .in_flight_sweep = "P 4P 16P",
    .paceable = true,
    .headline = "throughput_ops_per_s",
    .shape = io_cpu_mix_shape,
    .setup = io_cpu_mix_setup,
    .op = io_cpu_mix_op,
    .expect = io_cpu_mix_expect,
    .ideal = io_cpu_mix_ideal,
    .metrics = io_cpu_mix_metrics,
};
