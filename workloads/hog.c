/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hog: what one task that computes for 10 ms at a time does to all the others.
 *
 *     clients    |.    |.    |.    |.    |.    |.    |.    |.         one small request (5 us) every millisecond each
 *     hog        |.    |##### 10 ms #####............|.    |.         every 20th request of the last task is big
 *
 * All tasks are alive together, each with a schedule of its own: request i is due i periods after the task began. An op
 * sleeps until its request is due and then computes. So the load is open: while somebody is kept waiting, requests go
 * on falling due, and each of them counts from when it was due. (A closed load would send one late request where ten
 * were due, and the hog would all but vanish from the percentiles: coordinated omission.) The last task is the hog, if
 * hog=1: its requests 5, 25, 45, ... take 10 ms. With hog=0 they are small too, and all else is the same: the two cells
 * are to be read together, and the report divides one by the other.
 *
 * Metrics, over the requests of the clients only, never of the hog itself:
 *     bystander_p50_ns, bystander_p99_ns     from due to done
 * The percentiles that the harness gives for every workload are those of the ops, sleep and all; they say nothing here.
 *
 * What differs. Where the kernel schedules carriers, it takes the CPU away from the hog when a client's timer fires, or
 * soon after: p99 grows by little, as long as CPUs or time slices are left. Coroutines are cooperative: nobody takes a
 * worker away from the hog, so that every client of that worker waits for up to 10 ms, and p99 grows by orders of
 * magnitude, with P workers just as with one: P of them only make fewer clients suffer. The median need not show
 * anything. The way out is not another scheduler but to send the hog's computing to a pool.
 *
 * Serial is left out: its tasks are never there at the same time, and nobody is disturbed.
 *
 * Not to be used for: an estimate of somebody's tail. The load is light (16 tasks, less than half a CPU with the hog),
 * so that it is the hog that shows and not the queue.
 */
#include "kernel.h"

#include "contract/workload.h"
#include "measure/clock.h"
#include "measure/hist.h"

enum { PARAM_HOG, PARAM_CLIENTS, PARAM_REQUESTS, PARAM_PERIOD_NS, PARAM_BIG_STEPS };
enum {
    SMALL_STEPS = 500, /* 5 us */
    BIG_EVERY = 20,
    BIG_FIRST = 5, /* not in the warm-up, which is a tenth of the requests, unless there are many */
};

struct hog_shared {
    struct hist sum;        /* by metrics */
    uint64_t response_ns[]; /* by task and request */
};

struct hog_state {
    uint64_t epoch_ns; /* when request 0 was due */
};

static bool is_big(const struct workload_env *env, unsigned task, uint64_t index)
{
    return env->params->value[PARAM_HOG] && task == (unsigned)env->params->value[PARAM_CLIENTS] &&
           index % BIG_EVERY == BIG_FIRST;
}

static uint64_t hog_value(const struct workload_env *env, unsigned task, uint64_t index)
{
    uint64_t steps = is_big(env, task, index) ? (uint64_t)env->params->value[PARAM_BIG_STEPS] : SMALL_STEPS;
    return kernel_run(rng_hash2(rng_hash2(env->nonce, task), index), steps);
}

/* Reads the clock because response time is its subject. */
static int hog_op(struct op *op)
{
    struct hog_shared *shared = op->env->shared;
    struct hog_state *state = op->state;
    uint64_t period_ns = (uint64_t)op->env->params->value[PARAM_PERIOD_NS];
    if (op->index == 0)
        state->epoch_ns = clock_monotonic_ns() + period_ns;
    uint64_t due_ns = state->epoch_ns + op->index * period_ns;
    int rc = ctx_sleep_until(op->ctx, due_ns);
    if (rc < 0)
        return rc;
    uint64_t value = hog_value(op->env, op->task, op->index), now_ns = clock_monotonic_ns();
    bool early = now_ns < due_ns;
    shared->response_ns[op->task * (uint64_t)op->env->params->value[PARAM_REQUESTS] + op->index] =
        early ? 0 : now_ns - due_ns;
    op_result(op, value + early);
    return 0;
}

static uint64_t hog_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    uint64_t result = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++)
        result = result_fold(result, hog_value(env, task, i));
    return result;
}

static int hog_shape(struct workload_env *env, struct shape *out)
{
    unsigned tasks = (unsigned)env->params->value[PARAM_CLIENTS] + 1;
    uint64_t requests = (uint64_t)env->params->value[PARAM_REQUESTS];
    *out = (struct shape){
        .tasks = tasks,
        .ops_per_task = requests,
        .group = tasks, /* who is not there can't be disturbed */
        .apart = true,
        .batch = 1,
        .shared_bytes = sizeof(struct hog_shared) + tasks * requests * sizeof(uint64_t),
        .state_bytes = sizeof(struct hog_state),
    };
    return 0;
}

static void hog_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                        metric_fn *emit, void *sink)
{
    (void)facts;
    struct hog_shared *shared = env->shared;
    uint64_t clients_requests = (shape->tasks - 1) * shape->ops_per_task;
    hist_reset(&shared->sum);
    for (uint64_t i = 0; i < clients_requests; i++) /* the hog is the last task */
        hist_record(&shared->sum, shared->response_ns[i]);
    if (clients_requests >= hist_quantile_min_count(0.5))
        emit(sink, "bystander_p50_ns", (double)hist_quantile(&shared->sum, 0.5));
    if (clients_requests >= hist_quantile_min_count(0.99))
        emit(sink, "bystander_p99_ns", (double)hist_quantile(&shared->sum, 0.99));
}

static const struct param_spec hog_params[] = {
    {.name = "hog", .unit = "count", .summary = "tasks that hog: 0 or 1", .defaults = {1, 1, 1}, .min = 0, .max = 1},
    {.name = "clients", .unit = "count", .summary = "other tasks", .defaults = {15, 15, 15}, .min = 1, .max = 1000},
    {.name = "requests",
     .unit = "count",
     .summary = "requests per task; those of the hog numbered 5, 25, 45, ... are big",
     .defaults = {30, 40, 120},
     .min = 1,
     .max = 100000},
    {.name = "period_ns",
     .unit = "ns",
     .summary = "from one request of a task to its next one",
     .defaults = {1000000, 1000000, 1000000},
     .min = 10000,
     .max = 10000000000},
    {.name = "big_steps",
     .unit = "count",
     .summary = "computing of a big request, in steps of about 10 ns (a small one has 500)",
     .defaults = {1000000, 1000000, 1000000},
     .min = 1,
     .max = 1000000000},
    {.name = NULL},
};

static const struct variant hog_variants[] = {
    {"hog=1", PROFILE_SMOKE},
    {"hog=0", PROFILE_SMOKE},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_hog = {
    .name = "hog",
    .kind = "mixed",
    .summary = "What does one task that hogs a CPU do to everybody's tail?",
    .op_is = "one request, from the end of the last one: the sleep until it is due and its computing",
    .protocol = 2, /* 1: coroutine strategies kept all of them on one worker */
    .params = hog_params,
    .variants = hog_variants,
    .in_flight_sweep = "1", /* rounded up to the group: all tasks */
    .unpaceable = "its load is open already: each of its tasks has a schedule of its own",
    .headline = "bystander_p99_ns",
    .shape = hog_shape,
    .op = hog_op,
    .expect = hog_expect,
    .metrics = hog_metrics,
};
