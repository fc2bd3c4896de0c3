/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wake_latency: how long after somebody decided to wake a task does that task run?
 *
 *     waker      |--- gap ---| stamp, wake            (waits for the answer)  |--- gap ---| stamp, wake
 *     wakee       (waits)         `--- latency ---> now - stamp, answer        (waits)
 *     hogs       |################################################################|   if there are any
 *
 * One op is one wake. The waker pauses, reads the clock and hands the turn over (a seat: see ctx_handoff); the wakee's
 * first deed is to read the clock too. It then answers by another hand-off, so that no wake can catch up with the one
 * before. Pauses are drawn between half and one and a half times `gap_ns`, because what comes at even intervals meets
 * timers and time slices always at the same place. gap_ns=0: no pause, and the wakee's CPU had no time to fall asleep.
 *
 * hogs adds one or two tasks per CPU that only compute, from before the first wake till after the last one, and let
 * others run every `hog_steps` steps of about 10 ns, or a cooperative strategy would hang. (Under one that preempts, a
 * tail longer than that can't be seen: the profile full has 1 ms.) What they get done is not counted: they are a
 * condition of the experiment, not its work. place is as in handoff: one CPU (same), two (across), free.
 *
 * Metrics, over all wakes:
 *     wake_p50_ns, wake_p90_ns, wake_p99_ns, wake_p999_ns     as far as the number of wakes supports them
 * They include the waker's call that wakes: what counts for who waits is the moment of the decision.
 *
 * What should differ. Coroutines of one worker hand over by a switch of stacks: below a microsecond, whatever the hogs
 * do, if the switch goes directly to the wakee. Everybody else asks the kernel: some microseconds on one CPU, and more
 * across, where an idle CPU must be woken by an interrupt (in a virtual machine by the hypervisor); the longer the gap,
 * the deeper it sleeps. With all CPUs busy the median may even fall (nothing to wake), while the tail goes up to a time
 * slice.
 *
 * Not to be used for: the cost of a switch (handoff), or for timers (sleep_fanout): the pause is not in the latency.
 */
#include "kernel.h"

#include "contract/workload.h"
#include "measure/clock.h"
#include "measure/hist.h"

#include <errno.h>

enum { PARAM_GAP_NS, PARAM_HOGS, PARAM_WAKES, PARAM_HOG_STEPS };
enum { WAKER, WAKEE, FIRST_HOG };

struct wake_shared {
    struct seat seat[2]; /* the waker's, the wakee's */
    uint64_t stamp_ns;   /* plain memory on purpose, since a hand-off must order it */
    uint64_t token;      /* what the waker hands over, and what comes back */
    _Alignas(64) _Atomic uint32_t over;
    struct hist latency; /* by the wakee */
};

static const char *const hogs_names[] = {"none", "one_per_cpu", "two_per_cpu", NULL}; /* the index is the number */

static uint64_t token_of(const struct workload_env *env, uint64_t index)
{
    return rng_hash2(env->nonce, index);
}

/* Between half and one and a half times the gap. */
static uint64_t pause_ns(const struct workload_env *env, uint64_t index)
{
    uint64_t gap_ns = (uint64_t)env->params->value[PARAM_GAP_NS];
    struct rng rng = {.state = token_of(env, ~index)};
    return gap_ns / 2 + (uint64_t)(rng_unit(&rng) * (double)gap_ns);
}

static int waker_op(struct op *op, struct wake_shared *shared)
{
    uint64_t pause = pause_ns(op->env, op->index), token = token_of(op->env, op->index);
    int rc = pause ? ctx_sleep_until(op->ctx, clock_monotonic_ns() + pause) : 0;
    if (rc < 0)
        return rc;
    shared->token = token;
    shared->stamp_ns = clock_now_ns();
    rc = ctx_handoff(op->ctx, &shared->seat[WAKER], &shared->seat[WAKEE]);
    if (rc < 0)
        return rc;
    op_result(op, shared->token); /* the answer */
    return 0;
}

/* Its answer and the wait for the next wake are one hand-off, as in handoff.c; the last answer waits for nothing. */
static int wakee_op(struct op *op, struct wake_shared *shared)
{
    int rc = ctx_handoff(op->ctx, &shared->seat[WAKEE], op->index == 0 ? NULL : &shared->seat[WAKER]);
    uint64_t now_ns = clock_now_ns();
    if (rc < 0)
        return rc;
    hist_record(&shared->latency, now_ns > shared->stamp_ns ? now_ns - shared->stamp_ns : 0);
    op_result(op, shared->token);
    shared->token = rng_mix64(shared->token);
    return op->index + 1 < op->count ? 0 : ctx_handoff(op->ctx, NULL, &shared->seat[WAKER]);
}

static uint64_t hog_run(const struct workload_env *env, uint64_t from)
{
    return kernel_run(from, (uint64_t)env->params->value[PARAM_HOG_STEPS]);
}

/* All of a hog's work is in its last op; the ones before are empty. The first run is its result. */
static int hog_op(struct op *op, struct wake_shared *shared)
{
    if (op->index + 1 < op->count)
        return 0;
    uint64_t value = hog_run(op->env, token_of(op->env, op->task));
    op_result(op, value);
    while (!atomic_load_explicit(&shared->over, memory_order_acquire)) {
        int rc = ctx_yield(op->ctx);
        if (rc < 0)
            return rc;
        value = hog_run(op->env, value);
    }
    return value ? 0 : -EIO; /* never 0: here it is only used */
}

static int wake_latency_op(struct op *op)
{
    struct wake_shared *shared = op->env->shared;
    if (op->task >= FIRST_HOG)
        return hog_op(op, shared);
    int rc = op->task == WAKER ? waker_op(op, shared) : wakee_op(op, shared);
    if (rc < 0 || (op->task == WAKER && op->index + 1 == op->count)) /* after an error too: hogs must end */
        atomic_store_explicit(&shared->over, 1, memory_order_release);
    return rc;
}

static uint64_t wake_latency_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    uint64_t result = 0;
    if (task >= FIRST_HOG)
        return result_fold(0, hog_run(env, token_of(env, task)));
    for (uint64_t i = 0; i < shape->ops_per_task; i++) {
        uint64_t token = token_of(env, i);
        result = result_fold(result, task == WAKEE ? token : rng_mix64(token));
    }
    return result;
}

static int wake_latency_shape(struct workload_env *env, struct shape *out)
{
    unsigned tasks = FIRST_HOG + (unsigned)env->params->value[PARAM_HOGS] * env->workers;
    *out = (struct shape){
        .tasks = tasks,
        .ops_per_task = (uint64_t)env->params->value[PARAM_WAKES],
        .group = tasks,
        .batch = 1,
        .shared_bytes = sizeof(struct wake_shared),
    };
    return 0;
}

static void wake_latency_reset(struct workload_env *env)
{
    struct wake_shared *shared = env->shared;
    shared->token = shared->stamp_ns = 0;
    atomic_store(&shared->over, 0);
    hist_reset(&shared->latency);
}

static int wake_latency_check(struct workload_env *env, const struct shape *shape)
{
    struct wake_shared *shared = env->shared;
    for (unsigned i = 0; i < 2; i++)
        if (atomic_load(&shared->seat[i].token)) {
            env_reason(env, "the %s was woken once more than it waited", i == WAKER ? "waker" : "wakee");
            return -EBADMSG;
        }
    if (shared->latency.count != shape->ops_per_task) {
        env_reason(env, "%llu of %llu wakes were timed", (unsigned long long)shared->latency.count,
                   (unsigned long long)shape->ops_per_task);
        return -EBADMSG;
    }
    return 0;
}

static void wake_latency_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                                 metric_fn *emit, void *sink)
{
    static const struct {
        const char *name;
        double q;
    } list[] = {{"wake_p50_ns", .5}, {"wake_p90_ns", .9}, {"wake_p99_ns", .99}, {"wake_p999_ns", .999}};
    const struct wake_shared *shared = env->shared;
    (void)shape;
    (void)facts;
    for (unsigned i = 0; i < sizeof list / sizeof *list; i++)
        if (shared->latency.count >= hist_quantile_min_count(list[i].q))
            emit(sink, list[i].name, (double)hist_quantile(&shared->latency, list[i].q));
}

static const struct param_spec wake_latency_params[] = {
    {.name = "gap_ns",
     .unit = "ns",
     .summary = "mean pause before a wake",
     .defaults = {50000, 50000, 50000},
     .min = 0,
     .max = 10000000000},
    {.name = "hogs", .unit = "", .summary = "tasks that compute all the time", .choices = hogs_names},
    {.name = "wakes", .unit = "count", .summary = "wakes", .defaults = {100, 400, 1000}, .min = 2, .max = 100000000},
    {.name = "hog_steps",
     .unit = "count",
     .summary = "steps of about 10 ns that a hog does before it lets others run",
     .defaults = {20000, 20000, 100000},
     .min = 1,
     .max = 100000000},
    {.name = NULL},
};

/* Beside hogs a cooperative strategy takes milliseconds per wake: 40 of them support a p90. */
static const struct variant wake_latency_variants[] = {
    {"gap_ns=0,place=same", PROFILE_FULL},
    {"gap_ns=0,place=across", PROFILE_FULL},
    {"gap_ns=50000,place=same", PROFILE_SMOKE},
    {"gap_ns=50000,place=across", PROFILE_SMOKE},
    {"gap_ns=1000000,place=across,wakes=100", PROFILE_FULL},
    {"gap_ns=10000000,place=across,wakes=40", PROFILE_FULL},
    {"gap_ns=50000,place=across,hogs=one_per_cpu,wakes=40", PROFILE_SMOKE},
    {"gap_ns=50000,place=across,hogs=two_per_cpu,wakes=400", PROFILE_FULL},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_wake_latency = {
    .name = "wake_latency",
    .kind = "micro",
    .summary = "How long after somebody woke a task does it run?",
    .op_is = "one wake, answered",
    .protocol = 1,
    .params = wake_latency_params,
    .variants = wake_latency_variants,
    .in_flight_sweep = "1", /* rounded up to the group: all tasks */
    .headline = "wake_p50_ns",
    .shape = wake_latency_shape,
    .reset = wake_latency_reset,
    .op = wake_latency_op,
    .expect = wake_latency_expect,
    .check = wake_latency_check,
    .metrics = wake_latency_metrics,
};
