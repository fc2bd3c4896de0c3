/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pipe_pairs: many pairs of tasks that talk to each other through the kernel.
 *
 *     task 0  == question ==>  task 1        task 2  ==>  task 3        ...        K tasks, K/2 pairs
 *             <== answer =====                       <==
 *
 * Each pair has two pipes. The even task asks and waits for the answer, the odd one waits for the question and answers.
 * One op is one round trip, and both tasks of a pair count it: an op sends one message and receives one. The number of
 * round trips is shared out among the pairs (rounded up), so that K changes how many conversations there are and not
 * how much is said.
 *
 * What differs. Every message is a write, a read and a wake-up of somebody else. With one pair this is `handoff`
 * through a pipe. With many pairs there is always somebody ready: threads and processes switch without ever going idle,
 * and a coroutine scheduler finds many completions per visit to the kernel, so that the cost of the visit is shared. If
 * all strategies come out close together, the pipe itself is the cost: readiness through the kernel then has much the
 * same price for everybody.
 *
 * Half of a pair cannot do anything alone, so a strategy must keep both alive (group 2): serial cannot run this, and a
 * pool with fewer workers than tasks would lock up if it were not given K of them.
 *
 * Paced load offers the questions by the clock: an op is then one question and its answer, as seen by who asks, and the
 * other half of the pair only serves.
 *
 * A message begins with up to eight bytes that depend on the nonce, the pair, and the round; the answer is a hash of
 * the question, so that it can't be known before. The rest is a pattern, of which the last byte is looked at every time
 * and all of it every 64th time.
 *
 * Not to be used for: bandwidth of pipes (messages are far below a pipe's 64 KiB), or the latency of one round trip
 * under no load: K conversations queue for P CPUs.
 */
#include "contract/workload.h"

#include <errno.h>
#include <string.h>

enum { PARAM_BYTES, PARAM_ROUND_TRIPS };
enum { CHECK_EVERY = 64 };

/* Ends of the two pipes of a pair: questions go from ask[1] to ask[0]. */
struct pair {
    int ask[2], answer[2];
};

static size_t message_bytes(const struct workload_env *env)
{
    return (size_t)env->params->value[PARAM_BYTES];
}

/* The leading bytes of a message as a number. Of a short message only as many bytes of `word` as it has. */
static uint64_t head_of(const void *message, size_t bytes)
{
    uint64_t word = 0;
    memcpy(&word, message, bytes < sizeof word ? bytes : sizeof word);
    return word;
}

static uint64_t question_head(uint64_t nonce, unsigned pair, uint64_t round, size_t bytes)
{
    uint64_t word = rng_hash2(rng_hash2(nonce, pair), round);
    return head_of(&word, bytes);
}

static uint64_t answer_head(uint64_t question, size_t bytes)
{
    uint64_t word = rng_mix64(question + 1);
    return head_of(&word, bytes);
}

static int message_send(struct op *op, int fd, unsigned char *message, size_t bytes, uint64_t head)
{
    memcpy(message, &head, bytes < sizeof head ? bytes : sizeof head);
    return ctx_write_full(op->ctx, fd, message, bytes);
}

/* `like` is this task's own message: same length and same pattern behind the head. */
static int message_receive(struct op *op, int fd, unsigned char *message, const unsigned char *like, size_t bytes)
{
    int rc = ctx_read_full(op->ctx, fd, message, bytes);
    if (rc || bytes <= sizeof(uint64_t))
        return rc;
    size_t from = op->index % CHECK_EVERY == 0 ? sizeof(uint64_t) : bytes - 1;
    return memcmp(message + from, like + from, bytes - from) ? -EBADMSG : 0;
}

static int pipe_pairs_op(struct op *op)
{
    const struct pair *pair = (const struct pair *)op->env->shared + op->task / 2;
    size_t bytes = message_bytes(op->env);
    unsigned char *out = op->state, *in = out + bytes;
    if (op->index == 0)
        memset(out, (int)((op->env->nonce + op->task / 2) & 0xff), bytes);

    if (op->task % 2 == 0) {
        uint64_t question = question_head(op->env->nonce, op->task / 2, op->index, bytes);
        int rc = message_send(op, pair->ask[1], out, bytes, question);
        if (!rc)
            rc = message_receive(op, pair->answer[0], in, out, bytes);
        op_result(op, head_of(in, bytes));
        return rc;
    }
    int rc = message_receive(op, pair->ask[0], in, out, bytes);
    if (rc)
        return rc;
    uint64_t question = head_of(in, bytes);
    op_result(op, question);
    return message_send(op, pair->answer[1], out, bytes, answer_head(question, bytes));
}

static uint64_t pipe_pairs_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    size_t bytes = message_bytes(env);
    uint64_t result = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++) {
        uint64_t question = question_head(env->nonce, task / 2, i, bytes);
        result = result_fold(result, task % 2 ? question : answer_head(question, bytes));
    }
    return result;
}

static int pipe_pairs_shape(struct workload_env *env, struct shape *out)
{
    unsigned pairs = (env->in_flight + 1) / 2;
    uint64_t round_trips = (uint64_t)env->params->value[PARAM_ROUND_TRIPS];
    *out = (struct shape){
        .tasks = 2 * pairs,
        .ops_per_task = (round_trips + pairs - 1) / pairs,
        .group = 2,
        .asking = 1, /* by the clock: the one that asks; the answer comes when it is asked for */
        .batch = 1,
        .shared_bytes = pairs * sizeof(struct pair),
        .state_bytes = 2 * message_bytes(env),
        .work_per_op = message_bytes(env),
    };
    return 0;
}

static int pipe_pairs_setup(struct workload_env *env)
{
    struct pair *pair = env->shared;
    for (unsigned i = 0; i < (env->in_flight + 1) / 2; i++) {
        int rc = env_pipe(env, pair[i].ask);
        if (!rc)
            rc = env_pipe(env, pair[i].answer);
        if (rc) {
            env_reason(env, "pair %u of %u got no pipe", i + 1, (env->in_flight + 1) / 2);
            return rc;
        }
    }
    return 0;
}

static void pipe_pairs_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                               metric_fn *emit, void *sink)
{
    (void)env;
    if (facts->run_ns)
        emit(sink, "round_trips_per_s",
             (double)(shape->tasks / 2) * (double)shape->ops_per_task * 1e9 / (double)facts->run_ns);
}

static const struct param_spec pipe_pairs_params[] = {
    {.name = "bytes", .unit = "bytes", .summary = "length of a message", .defaults = {1, 1, 1}, .min = 1, .max = 65536},
    {.name = "round_trips",
     .unit = "count",
     .summary = "round trips, shared out among the pairs",
     .defaults = {1000, 8000, 50000},
     .grows = 16,
     .min = 1,
     .max = 1000000000},
    {.name = NULL},
};

static const struct variant pipe_pairs_variants[] = {
    {"bytes=1", PROFILE_SMOKE},
    {"bytes=1024", PROFILE_FULL},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_pipe_pairs = {
    .name = "pipe_pairs",
    .kind = "io",
    .summary = "What do many conversations through the kernel cost?",
    .op_is = "one round trip, as seen by one of the two tasks",
    .protocol = 1,
    .params = pipe_pairs_params,
    .variants = pipe_pairs_variants,
    .in_flight_sweep = "P 8P 64P",
    .paceable = true,
    .headline = "throughput_ops_per_s",
    .shape = pipe_pairs_shape,
    .setup = pipe_pairs_setup,
    .op = pipe_pairs_op,
    .expect = pipe_pairs_expect,
    .metrics = pipe_pairs_metrics,
};
