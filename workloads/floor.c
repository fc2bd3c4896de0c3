/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor: what the basic steps cost on this machine, so that every other number can be read against them.
 *
 *     probe     one op is                                    read it as
 *     -----     ------------------------------------------   ------------------------------------------------
 *     clock     one reading of the harness's clock           the price of a time stamp
 *     syscall   one ctx_nop()                                the cheapest way into the kernel and back
 *     pipe      one byte into a pipe of one's own and out    two I/O requests that never have to wait
 *     memcpy    64 KiB from one buffer to another            memory bandwidth inside the second-level cache
 *     line      one transfer of a cache line                 what it costs to tell another CPU something
 *     call      a function that returns                      what every op pays before it does anything: the least that
 *                                                            a callback, a generator or a switch could cost
 *
 * What differs between strategies, and why. clock and memcpy never leave the CPU: every strategy must show the same,
 * and a difference says that the harness or the machine disturbs. syscall and pipe are where carriers part: a blocking
 * carrier makes a plain system call (getppid for the nop), a coroutine queues a request on its ring, switches away, and
 * is resumed by the completion. That difference is the entry fee of asynchronous I/O. It is paid back only where a
 * request has to wait.
 *
 * line is a game of two tasks, each of which waits for the number that the other one writes:
 *
 *     task 0:   wait for 0, write 1     wait for 2, write 3     ...
 *     task 1:        wait for 1, write 2     wait for 3, write 4     ...
 *
 * A waiter looks LINE_SPINS times and then yields, so that the game also ends where both tasks share one carrier. Only
 * place=across is a line transfer; on one carrier the number is LINE_SPINS looks plus a yield. Serial cannot play.
 *
 * An op is shorter than the clock can time, so a sample is the mean of a batch. The call through two pointers to the
 * probe (about 2 ns) is part of every number, as it is part of every op of every workload. floor_ns is the time from
 * the end of task 0's first op to the end of its last one, per op: starting and ending of carriers stay outside.
 *
 * Do not use these numbers to rank strategies: no work is like this. Do not subtract them from others either, but
 * say "this op costs about 3 floors of a pipe".
 */
#include "contract/workload.h"
#include "measure/clock.h"

#include <errno.h>
#include <string.h>

enum { PARAM_PROBE, PARAM_SAMPLES };
enum probe { PROBE_CLOCK, PROBE_SYSCALL, PROBE_PIPE, PROBE_MEMCPY, PROBE_LINE, PROBE_CALL, PROBE_COUNT };
enum {
    COPY_BYTES = 64 * 1024,
    LINE_SPINS = 200, /* about 0.2 us of looking: several transfers long, and short against a switch of threads */
};

struct floor_shared {
    _Alignas(64) _Atomic uint64_t line;
    _Alignas(64) int pipe_fd[2];
    uint64_t first_ns, last_ns; /* by task 0: ends of its first and last op */
    _Alignas(64) unsigned char from[COPY_BYTES];
    unsigned char to[COPY_BYTES];
};

struct floor_state {
    uint64_t tally; /* sum of what the probes saw: folded once, at the end, because folding costs as much as an op */
    uint64_t last_ns;
};

static const char *const probe_names[] = {"clock", "syscall", "pipe", "memcpy", "line", "call", NULL};

/* Ops per sample: microseconds of work, a hundred times the clock's own cost. */
static const unsigned probe_batch[PROBE_COUNT] = {
    [PROBE_CLOCK] = 256, [PROBE_SYSCALL] = 16, [PROBE_PIPE] = 8,
    [PROBE_MEMCPY] = 8,  [PROBE_LINE] = 32,    [PROBE_CALL] = 256,
};

static enum probe floor_probe(const struct workload_env *env)
{
    return (enum probe)env->params->value[PARAM_PROBE];
}

/* What op `index` of `task` must see. The ops below get it the hard way. */
static uint64_t floor_value(const struct workload_env *env, enum probe probe, unsigned task, uint64_t index)
{
    switch (probe) {
    case PROBE_PIPE:
        return (unsigned char)(env->nonce + index);
    case PROBE_MEMCPY:
        return rng_hash2(env->nonce, index);
    case PROBE_LINE:
        return 2 * index + task;
    default:
        return 1;
    }
}

/* Some probes see the same in every trial: the nonce makes another one's answer a wrong one. */
static uint64_t floor_answer(const struct workload_env *env, uint64_t tally)
{
    return tally + env->nonce;
}

static int probe_clock(struct op *op, uint64_t *seen)
{
    struct floor_state *state = op->state;
    uint64_t now_ns = clock_now_ns();
    *seen = now_ns >= state->last_ns;
    state->last_ns = now_ns;
    return 0;
}

static int probe_syscall(struct op *op, uint64_t *seen)
{
    int rc = ctx_nop(op->ctx);
    *seen = rc >= 0;
    return rc < 0 ? rc : 0;
}

static int probe_pipe(struct op *op, uint64_t *seen)
{
    const struct floor_shared *shared = op->env->shared;
    unsigned char byte = (unsigned char)(op->env->nonce + op->index), back = 0;
    int rc = ctx_write_full(op->ctx, shared->pipe_fd[1], &byte, 1);
    if (!rc)
        rc = ctx_read_full(op->ctx, shared->pipe_fd[0], &back, 1);
    *seen = back;
    return rc;
}

/* Each copy carries a new word at a new place and must bring it over: a copy that was left out is found out. */
static int probe_memcpy(struct op *op, uint64_t *seen)
{
    struct floor_shared *shared = op->env->shared;
    uint64_t word = rng_hash2(op->env->nonce, op->index);
    size_t at = (size_t)(word % (COPY_BYTES / sizeof word)) * sizeof word;
    memcpy(shared->from + at, &word, sizeof word);
    memcpy(shared->to, shared->from, COPY_BYTES);
    memcpy(seen, shared->to + at, sizeof *seen);
    return 0;
}

static int probe_line(struct op *op, uint64_t *seen)
{
    struct floor_shared *shared = op->env->shared;
    uint64_t mine = 2 * op->index + op->task;
    unsigned spins = 0;
    while (atomic_load_explicit(&shared->line, memory_order_acquire) != mine) {
        if (++spins < LINE_SPINS)
            continue;
        spins = 0;
        int rc = ctx_yield(op->ctx);
        if (rc < 0)
            return rc;
    }
    atomic_store_explicit(&shared->line, mine + 1, memory_order_release);
    *seen = mine;
    return 0;
}

static int probe_call(struct op *op, uint64_t *seen)
{
    (void)op;
    *seen = 1;
    return 0;
}

static int (*const probe_run[PROBE_COUNT])(struct op *, uint64_t *seen) = {
    [PROBE_CLOCK] = probe_clock,   [PROBE_SYSCALL] = probe_syscall, [PROBE_PIPE] = probe_pipe,
    [PROBE_MEMCPY] = probe_memcpy, [PROBE_LINE] = probe_line,       [PROBE_CALL] = probe_call,
};

static int floor_op(struct op *op)
{
    struct floor_state *state = op->state;
    uint64_t seen;
    int err = probe_run[floor_probe(op->env)](op, &seen);
    if (err)
        return err;
    state->tally += seen;
    struct floor_shared *shared = op->env->shared;
    if (op->index == 0 && op->task == 0)
        shared->first_ns = clock_now_ns();
    if (op->index + 1 == op->count) {
        if (op->task == 0)
            shared->last_ns = clock_now_ns();
        op_result(op, floor_answer(op->env, state->tally));
    }
    return 0;
}

static uint64_t floor_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    uint64_t tally = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++)
        tally += floor_value(env, floor_probe(env), task, i);
    return result_fold(0, floor_answer(env, tally));
}

static int floor_shape(struct workload_env *env, struct shape *out)
{
    enum probe probe = floor_probe(env);
    unsigned players = probe == PROBE_LINE ? 2 : 1;
    *out = (struct shape){
        .tasks = players,
        .ops_per_task = (uint64_t)env->params->value[PARAM_SAMPLES] * probe_batch[probe],
        .group = players,
        .batch = probe_batch[probe],
        .shared_bytes = sizeof(struct floor_shared),
        .state_bytes = sizeof(struct floor_state),
        .work_per_op = probe == PROBE_MEMCPY ? COPY_BYTES : 0,
    };
    return 0;
}

static int floor_setup(struct workload_env *env)
{
    struct floor_shared *shared = env->shared;
    return floor_probe(env) == PROBE_PIPE ? env_pipe(env, shared->pipe_fd) : 0;
}

static void floor_reset(struct workload_env *env)
{
    struct floor_shared *shared = env->shared;
    atomic_store_explicit(&shared->line, 0, memory_order_relaxed);
    shared->first_ns = shared->last_ns = 0;
    memset(shared->from, (int)(env->nonce & 0xff), COPY_BYTES);
    memset(shared->to, 0, COPY_BYTES);
}

static int floor_check(struct workload_env *env, const struct shape *shape)
{
    struct floor_shared *shared = env->shared;
    uint64_t line = atomic_load_explicit(&shared->line, memory_order_acquire);
    if (floor_probe(env) == PROBE_LINE && line != 2 * shape->ops_per_task) {
        env_reason(env, "the line went over %llu times instead of %llu", (unsigned long long)line,
                   (unsigned long long)(2 * shape->ops_per_task));
        return -EBADMSG;
    }
    if (floor_probe(env) == PROBE_MEMCPY && memcmp(shared->from, shared->to, COPY_BYTES)) {
        env_reason(env, "the copy differs from the original");
        return -EBADMSG;
    }
    return 0;
}

static void floor_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                          metric_fn *emit, void *sink)
{
    const struct floor_shared *shared = env->shared;
    (void)facts;
    if (shape->ops_per_task < 2 || shared->last_ns <= shared->first_ns)
        return;
    double ops = (double)(shape->ops_per_task - 1) * shape->tasks;
    double floor_ns = (double)(shared->last_ns - shared->first_ns) / ops;
    emit(sink, "floor_ns", floor_ns);
    if (shape->work_per_op)
        emit(sink, "copied_bytes_per_s", (double)shape->work_per_op * 1e9 / floor_ns);
}

static const struct param_spec floor_params[] = {
    {.name = "probe", .unit = "", .summary = "which step is timed", .choices = probe_names},
    {.name = "samples",
     .unit = "count",
     .summary = "latency samples; one is the mean of 8 to 256 ops, by probe",
     .defaults = {200, 2000, 10000},
     .min = 1,
     .max = 10000000},
    {.name = NULL},
};

static const struct variant floor_variants[] = {
    {"probe=clock", PROFILE_SMOKE},  {"probe=syscall", PROFILE_SMOKE},           {"probe=pipe", PROFILE_SMOKE},
    {"probe=memcpy", PROFILE_SMOKE}, {"probe=line,place=across", PROFILE_SMOKE}, {"probe=call", PROFILE_QUICK},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_floor = {
    .name = "floor",
    .kind = "micro",
    .summary = "What do a clock reading, a system call, a pipe, a copy and a cache line cost on this machine?",
    .op_is = "one step of the probe",
    .protocol = 1,
    .params = floor_params,
    .variants = floor_variants,
    .in_flight_sweep = "1",
    .headline = "latency_p50_ns",
    .shape = floor_shape,
    .setup = floor_setup,
    .reset = floor_reset,
    .op = floor_op,
    .expect = floor_expect,
    .check = floor_check,
    .metrics = floor_metrics,
};
