/* SPDX-License-Identifier: Apache-2.0 */
/*
 * idle_memory: how much memory does a task hold that does nothing but wait?
 *
 *     task 0      start --> (waits at its seat) . . . . . . . . . . .--> end
 *     task 1         start --> (waits) . . . . . . . . . . . . . . . .--> end
 *     ...                                                  |
 *     task N                   start --> all N there? --> look --> wake all --> end
 *
 * N tasks sit down, each in its own seat. One task more, the observer, waits until the last of them is there, asks the
 * harness what the trial occupies in memory, and wakes them. One op is one task's whole life. `touch_kib` is how much
 * of its stack a task has used before it waits: a stack costs what was touched of it, whatever its size.
 *
 * bytes_per_task is what the trial occupies then, less what it did in setup (before the strategy was opened), per task
 * alive. It is the sum of three:
 *     user_bytes_per_task          stacks, thread descriptors, the strategy's own records: proportional shares of
 * private pages, over the process and all its children page_table_bytes_per_task    (a stack far away from others needs
 * a table of its own; a process needs a set) kernel_stack_bytes_per_task  one per thread and process, 16 KiB on most
 * machines. Resident sets don't show it The strategy's fixed part is in it, divided by N: open_bytes is what its
 * opening took (rings, worker threads; all carriers, where they are made in advance). parked_bytes is the undivided
 * total: its slope over N is free of the fixed part. The report has it, from a line through all sizes of a block. (One
 * trial has one N: strategies make all carriers of a group before any of it begins, so there is no moment with a part
 * of them; and what ended carriers leave behind is theirs no more than it is gone.)
 *
 * Not in it: what the kernel keeps besides (a task_struct with its FPU state and more, some 10 KiB per thread or
 * process; a ring's entries), because it is on no account of a process's. cgroup_bytes_per_task is the control group's
 * growth and has it all, but also what everybody else in the group did meanwhile: to be believed only where the run has
 * a group of its own. shared_bytes_per_task is shared memory, most of it the harness's record of each carrier, and not
 * part of the sum.
 *
 * What differs: a coroutine is its touched pages of stack and a record; a thread has a stack in the kernel as well; a
 * process a copy of everything that was written to since, and page tables. Which N is refused, and by which limit, is
 * told by the reason of the cell that fails. Which limit it would be is told of cells that succeed: carriers_per_task
 * (threads and processes), mappings_per_task and files_per_task (of the trial's own process, which is where threads and
 * coroutines live) say how much of each limit a task uses up, and the report (report/ceilings.h) how far each goes.
 *
 * Not to be used for: the memory of a task that does something. There is no throughput here either: the observer polls.
 */
#include "contract/workload.h"
#include "measure/clock.h"

#include <errno.h>

enum { PARAM_TASKS, PARAM_TOUCH_KIB };
enum { POLL_NS = 500000, SETTLE_NS = 2000000, FRAME_BYTES = 1024 };

struct idle_shared {
    struct memory before, opened, parked; /* in setup; in front of the first pass; when all sat */
    uint64_t passes;
    uint64_t seen; /* how many the observer found, told to those that it wakes */
    _Alignas(64) _Atomic uint32_t arrived;
    struct seat seat[];
};

static uint32_t sitters(const struct workload_env *env)
{
    return (uint32_t)env->params->value[PARAM_TASKS];
}

static int sit(struct op *op, struct idle_shared *shared)
{
    atomic_fetch_add_explicit(&shared->arrived, 1, memory_order_release);
    return ctx_handoff(op->ctx, &shared->seat[op->task], NULL);
}

/* Sit at the bottom of that many KiB of stack. */
static __attribute__((noinline)) int sit_below(struct op *op, struct idle_shared *shared, int64_t kib)
{
    volatile unsigned char frame[FRAME_BYTES];
    frame[0] = frame[FRAME_BYTES - 1] = 0;
    int rc = kib > 1 ? sit_below(op, shared, kib - 1) : sit(op, shared);
    return rc < 0 ? rc : frame[0]; /* looked at afterwards: the frame must still be there */
}

/* Who has arrived is not yet asleep: a carrier may be stopped between the two. Hence the time to settle. */
static int observe(struct op *op, struct idle_shared *shared)
{
    uint32_t n = sitters(op->env);
    int rc = 0;
    while (!rc && atomic_load_explicit(&shared->arrived, memory_order_acquire) < n)
        rc = ctx_sleep_until(op->ctx, clock_monotonic_ns() + POLL_NS);
    if (!rc)
        rc = ctx_sleep_until(op->ctx, clock_monotonic_ns() + SETTLE_NS);
    if (!rc)
        rc = env_memory(op->env, &shared->parked);
    shared->seen = atomic_load_explicit(&shared->arrived, memory_order_relaxed);
    for (uint32_t i = 0; i < n && !rc; i++)
        rc = ctx_handoff(op->ctx, NULL, &shared->seat[i]);
    return rc;
}

static int idle_memory_op(struct op *op)
{
    struct idle_shared *shared = op->env->shared;
    int64_t kib = op->env->params->value[PARAM_TOUCH_KIB];
    int rc;
    if (op->task == sitters(op->env))
        rc = observe(op, shared);
    else
        rc = kib ? sit_below(op, shared, kib) : sit(op, shared);
    if (rc < 0)
        return rc;
    op_result(op, rng_hash2(op->env->nonce, op->task) + shared->seen);
    return 0;
}

/* Everybody was there when the observer looked. */
static uint64_t idle_memory_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    return result_fold(0, rng_hash2(env->nonce, task) + shape->tasks - 1);
}

static int idle_memory_shape(struct workload_env *env, struct shape *out)
{
    *out = (struct shape){
        .tasks = sitters(env) + 1,
        .ops_per_task = 1,
        .group = sitters(env) + 1,
        .batch = 1,
        .shared_bytes = sizeof(struct idle_shared) + sitters(env) * sizeof(struct seat),
    };
    return 0;
}

static int idle_memory_setup(struct workload_env *env)
{
    struct idle_shared *shared = env->shared;
    int rc = env_memory(env, &shared->before);
    if (rc == -ENOTSUP)
        env_reason(env, "the kernel does not tell what a tree of processes occupies (smaps_rollup, task/*/children)");
    return rc;
}

static void idle_memory_reset(struct workload_env *env)
{
    struct idle_shared *shared = env->shared;
    atomic_store_explicit(&shared->arrived, 0, memory_order_relaxed);
    shared->seen = 0;
    if (shared->passes++ == 0 && env_memory(env, &shared->opened))
        shared->opened = (struct memory){0};
}

static int idle_memory_check(struct workload_env *env, const struct shape *shape)
{
    struct idle_shared *shared = env->shared;
    for (unsigned i = 0; i + 1 < shape->tasks; i++) {
        if (atomic_load(&shared->seat[i].token)) {
            env_reason(env, "task %u was woken and had not waited", i);
            return -EBADMSG;
        }
    }
    return 0;
}

static double grown(uint64_t later, uint64_t earlier)
{
    return (double)later - (double)earlier;
}

static double occupied(const struct memory *m)
{
    return (double)(m->private_bytes + m->page_table_bytes + m->kernel_stack_bytes);
}

static void idle_memory_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                                metric_fn *emit, void *sink)
{
    (void)facts;
    const struct idle_shared *shared = env->shared;
    const struct memory *before = &shared->before, *opened = &shared->opened, *parked = &shared->parked;
    double n = shape->tasks, total = occupied(parked) - occupied(before);
    emit(sink, "user_bytes_per_task", grown(parked->private_bytes, before->private_bytes) / n);
    emit(sink, "page_table_bytes_per_task", grown(parked->page_table_bytes, before->page_table_bytes) / n);
    emit(sink, "shared_bytes_per_task", grown(parked->shared_bytes, before->shared_bytes) / n);
    emit(sink, "carriers_per_task", grown(parked->threads_count, before->threads_count) / n);
    if (before->mappings_count && parked->mappings_count)
        emit(sink, "mappings_per_task", grown(parked->mappings_count, before->mappings_count) / n);
    if (before->files_count && parked->files_count)
        emit(sink, "files_per_task", grown(parked->files_count, before->files_count) / n);
    if (before->cgroup_bytes && parked->cgroup_bytes)
        emit(sink, "cgroup_bytes_per_task", grown(parked->cgroup_bytes, before->cgroup_bytes) / n);
    if (!before->kernel_stack_bytes || !parked->kernel_stack_bytes)
        return; /* the size of a stack could not be told: no sum rather than one that is too small */
    emit(sink, "kernel_stack_bytes_per_task", grown(parked->kernel_stack_bytes, before->kernel_stack_bytes) / n);
    emit(sink, "bytes_per_task", total / n);
    emit(sink, "parked_bytes", total);
    if (opened->kernel_stack_bytes)
        emit(sink, "open_bytes", occupied(opened) - occupied(before));
}

static const struct param_spec idle_memory_params[] = {
    {.name = "tasks",
     .unit = "count",
     .summary = "tasks that wait, all at once whatever K is",
     .defaults = {32, 512, 512},
     .min = 1,
     .max = 999999},
    {.name = "touch_kib",
     .unit = "KiB",
     .summary = "stack that each has used before it waits",
     .defaults = {0, 0, 0},
     .min = 0,
     .max = 32},
    {.name = NULL},
};

/* More by parameter: making and reaping ten thousand processes takes a trial some ten seconds. */
static const struct variant idle_memory_variants[] = {
    {"", PROFILE_SMOKE},          {"tasks=64", PROFILE_QUICK},
    {"tasks=256", PROFILE_QUICK}, {"tasks=512,touch_kib=16", PROFILE_FULL},
    {"tasks=4096", PROFILE_FULL}, {NULL, PROFILE_SMOKE},
};

const struct workload workload_idle_memory = {
    .name = "idle_memory",
    .kind = "micro",
    .summary = "How much memory does a task hold that only waits?",
    .op_is = "one task that sits down, waits, and is woken",
    .protocol = 1,
    .params = idle_memory_params,
    .variants = idle_memory_variants,
    .in_flight_sweep = "1",
    .headline = "bytes_per_task",
    .shape = idle_memory_shape,
    .setup = idle_memory_setup,
    .reset = idle_memory_reset,
    .op = idle_memory_op,
    .expect = idle_memory_expect,
    .check = idle_memory_check,
    .metrics = idle_memory_metrics,
};
