/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contention: K tasks want the same lock, over and over.
 *
 *     task 0     [##h##]-----g-----.......[##h##]-----g-----
 *     task 1     ......[##h##]-----g-----........[##h##]----          ## inside the lock      ... waiting for it
 *     task 2     ............[##h##]-----g-----.........[##h##]       -- outside
 *
 * One op is one pass: take the lock, compute for h ns on what it protects, give it back, compute for g ns on one's own.
 * The number of passes is shared out among the tasks (rounded up), so that K changes how many want the lock and not how
 * much is done. h and g are counted in steps of the kernel in kernel.h, about 10 ns each; how long they are here is
 * measured in each trial and told by inside_ns and outside_ns.
 *
 * The locks are made of what all carriers have in common, so that the same code is compared everywhere:
 *
 *     queue    a queue of seats (Mellor-Crummey and Scott's list, with a wait that blocks). Each release hands the lock
 *              to who has waited longest. Fair, and dear: nobody can take the lock until the next in the queue runs, so
 *              under load each pass costs a switch ("lock convoy").
 *
 *     yield    a word that is tested and set; who finds it taken looks again and then yields (barging_lock.h).
 *              Nobody is queued: who runs takes it. Cheap, and unfair.
 *
 * What differs. As long as the CPUs aren't full of holders, the lock is free for all. With more tasks than CPUs,
 * `queue` makes threads and processes pay a switch through the kernel per pass, and coroutines one in user space.
 * Coroutines of one worker never meet at the lock at all: nothing takes the CPU away from a holder, since only a call
 * that waits would do it. What they give up for that shows in the fairness: a task that never waits keeps its worker
 * until it has ended.
 *
 * No lock can do more than min(min(K, P)/(g+h), 1/h) passes per second: bound_ops_per_s, from the measured h and g;
 * of_bound_ratio is the throughput's share of it. contended_ratio is the share of passes that did not find the lock
 * free. fairness_ratio is Jain's index of all K tasks' progress when the first of them ends: 1 if all are as far, 1/K
 * if one did everything. Starting the carriers one after the other is in it.
 *
 * The protected value is a chain too: each pass continues where the one before has stopped, so that after N passes it
 * has one possible value whoever made them in what order, and every overlap of two holders breaks it.
 *
 * Not to be used for: the price of pthread_mutex or of any lock that you can buy (these are none of them), nor for a
 * holder that waits for I/O inside.
 */
#include "workloads/barging_lock.h"
#include "workloads/kernel.h"

#include "contract/workload.h"

#include <errno.h>

enum { PARAM_LOCK, PARAM_INSIDE, PARAM_OUTSIDE, PARAM_PASSES };
enum lock { LOCK_QUEUE, LOCK_YIELD };

/* One task's own lines. Tasks are named by id + 1, so that 0 is nobody. */
struct member {
    struct seat seat;
    _Alignas(64) _Atomic uint32_t next; /* who waits right behind this one */
    _Alignas(64) _Atomic uint64_t passes_count;
    uint64_t contended_count;
};

struct contention_shared {
    struct barging_lock lock;
    _Alignas(64) _Atomic uint32_t last; /* of the queue */
    /* Protected, and plain on purpose: it is the lock that must order it. */
    _Alignas(64) uint64_t counter;
    uint64_t value;
    _Alignas(64) _Atomic uint32_t has_ended; /* somebody */
    double sum, sum_of_squares;              /* of everybody's passes at that moment */
    double step_ns;
    struct member member[];
};

static const char *const lock_names[] = {"queue", "yield", NULL};

static enum lock contention_lock(const struct workload_env *env)
{
    return (enum lock)env->params->value[PARAM_LOCK];
}

static uint64_t steps_of(const struct workload_env *env, int param)
{
    return (uint64_t)env->params->value[param];
}

static uint64_t first_value(const struct workload_env *env)
{
    return rng_mix64(env->nonce + 1);
}

/* As barging_acquire(): 0, 1 if it had to wait, -errno. */
static int queue_acquire(struct op *op, struct contention_shared *shared)
{
    struct member *me = &shared->member[op->task];
    uint32_t before;
    atomic_store_explicit(&me->next, 0, memory_order_relaxed);
    before = atomic_exchange_explicit(&shared->last, op->task + 1, memory_order_acq_rel);
    if (!before)
        return 0;
    atomic_store_explicit(&shared->member[before - 1].next, op->task + 1, memory_order_release);
    int rc = ctx_handoff(op->ctx, &me->seat, NULL);
    return rc < 0 ? rc : 1;
}

static int queue_release(struct op *op, struct contention_shared *shared)
{
    struct member *me = &shared->member[op->task];
    uint32_t self = op->task + 1;
    if (!atomic_load_explicit(&me->next, memory_order_relaxed)) {
        if (atomic_compare_exchange_strong_explicit(&shared->last, &self, 0, memory_order_release,
                                                    memory_order_relaxed))
            return 0;
        int rc = barging_watch(op->ctx, &me->next, 0); /* somebody is on the way to say who they are */
        if (rc < 0)
            return rc;
    }
    uint32_t next = atomic_load_explicit(&me->next, memory_order_acquire);
    return ctx_handoff(op->ctx, NULL, &shared->member[next - 1].seat);
}

/* The first to end looks how far the others are. */
static void fairness_note(struct op *op, struct contention_shared *shared)
{
    if (atomic_exchange_explicit(&shared->has_ended, 1, memory_order_relaxed))
        return;
    double sum = 0, squares = 0;
    for (unsigned i = 0; i < op->env->in_flight; i++) {
        double x = (double)atomic_load_explicit(&shared->member[i].passes_count, memory_order_relaxed);
        sum += x;
        squares += x * x;
    }
    shared->sum = sum;
    shared->sum_of_squares = squares;
}

static int contention_op(struct op *op)
{
    struct contention_shared *shared = op->env->shared;
    struct member *me = &shared->member[op->task];
    uint64_t *own = op->state;
    enum lock lock = contention_lock(op->env);

    int waited = lock == LOCK_QUEUE ? queue_acquire(op, shared) : barging_acquire(op->ctx, &shared->lock);
    if (waited < 0)
        return waited;
    shared->value = kernel_run(shared->value, steps_of(op->env, PARAM_INSIDE));
    shared->counter++;
    int rc = 0;
    if (lock == LOCK_QUEUE)
        rc = queue_release(op, shared);
    else
        barging_release(&shared->lock);
    if (rc < 0)
        return rc;

    me->contended_count += (uint64_t)waited;
    atomic_store_explicit(&me->passes_count, op->index + 1, memory_order_relaxed);
    *own = kernel_run(op->index ? *own : rng_hash2(op->env->nonce, op->task), steps_of(op->env, PARAM_OUTSIDE));
    if (op->index + 1 == op->count) {
        fairness_note(op, shared);
        op_result(op, *own + op->index);
    }
    return 0;
}

/* What is protected has one value for all, which check() looks at. A task's own part is told apart by its chain. */
static uint64_t contention_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    uint64_t own = kernel_run(rng_hash2(env->nonce, task), shape->ops_per_task * steps_of(env, PARAM_OUTSIDE));
    return result_fold(0, own + shape->ops_per_task - 1);
}

static int contention_shape(struct workload_env *env, struct shape *out)
{
    uint64_t passes = (uint64_t)env->params->value[PARAM_PASSES];
    *out = (struct shape){
        .tasks = env->in_flight,
        .ops_per_task = (passes + env->in_flight - 1) / env->in_flight,
        .group = 1, /* who waits, waits for a task that runs already: serial can do it */
        .batch = 1,
        .shared_bytes = sizeof(struct contention_shared) + env->in_flight * sizeof(struct member),
        .state_bytes = sizeof(uint64_t),
    };
    return 0;
}

static int contention_setup(struct workload_env *env)
{
    struct contention_shared *shared = env->shared;
    shared->step_ns = kernel_step_ns(env->nonce);
    return 0;
}

static void contention_reset(struct workload_env *env)
{
    struct contention_shared *shared = env->shared;
    shared->counter = 0;
    shared->value = first_value(env);
    shared->sum = shared->sum_of_squares = 0;
    atomic_store_explicit(&shared->has_ended, 0, memory_order_relaxed);
    for (unsigned i = 0; i < env->in_flight; i++) {
        shared->member[i].contended_count = 0;
        atomic_store_explicit(&shared->member[i].passes_count, 0, memory_order_relaxed);
    }
}

static int contention_check(struct workload_env *env, const struct shape *shape)
{
    struct contention_shared *shared = env->shared;
    uint64_t passes = shape->tasks * shape->ops_per_task;
    if (shared->counter != passes) {
        env_reason(env, "the lock was passed %llu times, its counter says %llu", (unsigned long long)passes,
                   (unsigned long long)shared->counter);
        return -EBADMSG;
    }
    if (shared->value != kernel_run(first_value(env), passes * steps_of(env, PARAM_INSIDE))) {
        env_reason(env, "two tasks were inside the lock at once: the protected chain is broken");
        return -EBADMSG;
    }
    bool left = atomic_load(&shared->last) || atomic_load(&shared->lock.held);
    for (unsigned i = 0; i < shape->tasks; i++)
        left |= atomic_load(&shared->member[i].seat.token) != 0;
    if (left) {
        env_reason(env, "the lock is not free, or somebody was woken once more than they waited");
        return -EBADMSG;
    }
    return 0;
}

static struct ideal contention_ideal(const struct workload_env *env)
{
    (void)env;
    return (struct ideal){.kind = IDEAL_CPU};
}

static void contention_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                               metric_fn *emit, void *sink)
{
    const struct contention_shared *shared = env->shared;
    double inside_ns = shared->step_ns * (double)steps_of(env, PARAM_INSIDE);
    double outside_ns = shared->step_ns * (double)steps_of(env, PARAM_OUTSIDE);
    emit(sink, "inside_ns", inside_ns);
    emit(sink, "outside_ns", outside_ns);

    double at_once = env->in_flight < env->workers ? env->in_flight : env->workers;
    double pass_ns = (inside_ns + outside_ns) / at_once;
    pass_ns = pass_ns > inside_ns ? pass_ns : inside_ns;
    if (pass_ns > 0 && facts->run_ns) {
        emit(sink, "bound_ops_per_s", 1e9 / pass_ns);
        emit(sink, "of_bound_ratio", (double)facts->ops * pass_ns / (double)facts->run_ns);
    }

    uint64_t contended = 0;
    for (unsigned i = 0; i < shape->tasks; i++)
        contended += shared->member[i].contended_count;
    emit(sink, "contended_ratio", (double)contended / (double)(shape->tasks * shape->ops_per_task));
    if (shared->sum_of_squares > 0)
        emit(sink, "fairness_ratio", shared->sum * shared->sum / (shape->tasks * shared->sum_of_squares));
}

static const struct param_spec contention_params[] = {
    {.name = "lock",
     .unit = "",
     .summary = "who gets it next: who waited longest, or who looks",
     .choices = lock_names},
    {.name = "inside",
     .unit = "count",
     .summary = "steps of about 10 ns inside the lock",
     .defaults = {100, 100, 100},
     .min = 0,
     .max = 1000000},
    {.name = "outside",
     .unit = "count",
     .summary = "steps outside",
     .defaults = {100, 100, 100},
     .min = 0,
     .max = 1000000},
    {.name = "passes",
     .unit = "count",
     .summary = "passes through the lock, shared out among the tasks",
     .defaults = {1000, 4000, 16000},
     .min = 1,
     .max = 100000000},
    {.name = NULL},
};

static const struct variant contention_variants[] = {
    {"lock=queue", PROFILE_SMOKE},
    {"lock=yield,passes=16000", PROFILE_SMOKE},
    {"lock=queue,inside=10", PROFILE_FULL},
    {"lock=yield,inside=10,passes=16000", PROFILE_FULL},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_contention = {
    .name = "contention",
    .kind = "micro",
    .summary = "What does a lock cost that everybody wants?",
    .op_is = "one pass: lock, compute inside, unlock, compute outside",
    .protocol = 2,
    .params = contention_params,
    .variants = contention_variants,
    .in_flight_sweep = "4P",
    .headline = "throughput_ops_per_s",
    .shape = contention_shape,
    .setup = contention_setup,
    .reset = contention_reset,
    .op = contention_op,
    .expect = contention_expect,
    .check = contention_check,
    .ideal = contention_ideal,
    .metrics = contention_metrics,
};
