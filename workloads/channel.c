/* SPDX-License-Identifier: Apache-2.0 */
/*
 * channel: messages from tasks that make them to tasks that use them, through a queue of limited length.
 *
 *      producers                     channel                     consumers
 *      task 0  ---.            .--------------------.            .--->  task 1
 *                  >--- put --> | m | m | m |   |   | --- take --<
 *      task 2  ---'            '--------------------'            '--->  task 3
 *                                     capacity                         sharers = 2: a group of 4 tasks
 *
 * One op is one message put, or one message taken. `sharers` producers and as many consumers share one channel; the K
 * tasks make K/(2 * sharers) channels, and the messages are shared out among all producers. Who finds the channel full
 * (or empty) parks, and is woken by whoever takes (or puts) the next one.
 *
 * via says what the channel is:
 *
 *     ring    `capacity` messages in shared memory under a short lock (barging_lock.h), with two lines of waiting
 *             tasks at their seats. Messages leave in the order in which they came. Where a task waits on the other
 *             side, the message is laid into its hands, so that capacity 0 is a channel too: a meeting
 *     pipe    the kernel's queue, 16 bytes per message; its capacity is the kernel's (4096 messages), not the parameter
 *
 * What differs. While the channel is neither full nor empty a message costs a lock and a copy, tens of nanoseconds for
 * everybody. The rest is parking: parks_per_message tells how often. With capacity 0 and 1 every message parks
 * somebody, and the channel is a hand-off, in which coroutines are far ahead; with a long ring, tasks on one worker run
 * until it is full or empty, and park twice per `capacity` messages; threads on two CPUs may hardly park, or wake each
 * other for each single message if one side is always ahead. A pipe takes two system calls per message from everybody.
 *
 * With one consumer, what it gets is known. With more it is a matter of chance who gets which message, so that a
 * consumer's result says how many right ones it got, and check() adds up over each channel what all of its consumers
 * got: every message once. A message names its producer and its number, and its value depends on the nonce; a consumer
 * finds out values that are wrong and messages of one producer that come out of order.
 *
 * Not to be used for: lock-free queues (this one has a lock, so that any number can share it), broadcast, or bytes per
 * second.
 */
#include "workloads/barging_lock.h"

#include "contract/workload.h"

#include <errno.h>

enum { PARAM_VIA, PARAM_CAPACITY, PARAM_SHARERS, PARAM_MESSAGES };
enum via { VIA_RING, VIA_PIPE };
enum { SHARERS_MAX = 64 };

struct message {
    uint32_t from, number; /* the producer's task id; 0, 1, 2, ... */
    uint64_t value;
};

/* Who waits at one side of a channel, in order. Tasks are named by id + 1, so that 0 is nobody. */
struct line {
    uint32_t first, last;
};

struct channel {
    struct barging_lock lock; /* for everything here but the pipe */
    uint32_t head, count;     /* messages in the ring: the oldest one's place, and how many */
    struct line putters, takers;
    int pipe_fd[2];
};

/* What one task shows to the others: where it waits, what it waits with, and in the end what it got. */
struct party {
    struct seat seat;
    _Alignas(64) struct message message; /* to be put, or just taken: of a task that waits */
    uint32_t next;                       /* in its line; under the channel's lock */
    uint64_t parks_count;
    uint64_t tally; /* of the values it sent, or took */
};

struct channel_state {
    uint64_t tally;
    uint64_t good_count;
    uint32_t number_due[SHARERS_MAX]; /* by producer: numbers below have been seen or were taken by others */
};

/* Where things are in `shared`: channels, parties, rings. */
struct layout {
    struct channel *channel; /* this task's */
    struct party *party;     /* all of them, by id */
    struct message *ring;    /* of this channel */
    uint32_t capacity;
};

static const char *const via_names[] = {"ring", "pipe", NULL};

static enum via channel_via(const struct workload_env *env)
{
    return (enum via)env->params->value[PARAM_VIA];
}

static unsigned group_size(const struct workload_env *env)
{
    return 2 * (unsigned)env->params->value[PARAM_SHARERS];
}

static unsigned channel_count(const struct workload_env *env)
{
    return (env->in_flight + group_size(env) - 1) / group_size(env);
}

static struct layout layout_of(const struct workload_env *env, unsigned task)
{
    struct channel *channels = env->shared;
    struct party *parties = (struct party *)(channels + channel_count(env));
    struct message *rings = (struct message *)(parties + channel_count(env) * group_size(env));
    unsigned mine = task / group_size(env);
    uint32_t capacity = (uint32_t)env->params->value[PARAM_CAPACITY];
    return (struct layout){channels + mine, parties, rings + (size_t)mine * capacity, capacity};
}

static bool is_producer(unsigned task)
{
    return task % 2 == 0;
}

static uint64_t value_of(const struct workload_env *env, unsigned from, uint64_t number)
{
    return rng_hash2(rng_hash2(env->nonce, from), number);
}

/* --- the ring ------------------------------------------------------------------------------------------------- */

static void line_append(struct line *line, struct party *party, unsigned task)
{
    party[task].next = 0;
    if (line->last)
        party[line->last - 1].next = task + 1;
    else
        line->first = task + 1;
    line->last = task + 1;
}

/* The first of a line that isn't empty. */
static struct party *line_remove(struct line *line, struct party *party)
{
    struct party *first = &party[line->first - 1];
    line->first = first->next;
    if (!line->first)
        line->last = 0;
    return first;
}

static void ring_append(const struct layout *at, const struct message *message)
{
    at->ring[(at->channel->head + at->channel->count++) % at->capacity] = *message;
}

static struct message ring_remove(const struct layout *at)
{
    struct channel *c = at->channel;
    struct message oldest = at->ring[c->head];
    c->head = (c->head + 1) % at->capacity;
    c->count--;
    return oldest;
}

/* Give the lock back and sleep until somebody has dealt with this task's message. */
static int ring_park(struct op *op, const struct layout *at, struct line *line)
{
    struct party *me = &at->party[op->task];
    line_append(line, at->party, op->task);
    barging_release(&at->channel->lock);
    me->parks_count++;
    return ctx_handoff(op->ctx, &me->seat, NULL);
}

static int ring_put(struct op *op, const struct layout *at, const struct message *message)
{
    struct channel *c = at->channel;
    struct party *taker = NULL;
    int rc = barging_acquire(op->ctx, &c->lock);
    if (rc < 0)
        return rc;
    if (c->takers.first) {
        taker = line_remove(&c->takers, at->party);
        taker->message = *message;
    } else if (c->count < at->capacity) {
        ring_append(at, message);
    } else {
        at->party[op->task].message = *message;
        return ring_park(op, at, &c->putters);
    }
    barging_release(&c->lock);
    return taker ? ctx_handoff(op->ctx, NULL, &taker->seat) : 0;
}

static int ring_take(struct op *op, const struct layout *at, struct message *message)
{
    struct channel *c = at->channel;
    int rc = barging_acquire(op->ctx, &c->lock);
    if (rc < 0)
        return rc;
    if (!c->count && !c->putters.first) {
        rc = ring_park(op, at, &c->takers);
        *message = at->party[op->task].message;
        return rc;
    }
    struct party *putter = c->putters.first ? line_remove(&c->putters, at->party) : NULL;
    if (c->count) {
        *message = ring_remove(at);
        if (putter)
            ring_append(at, &putter->message);
    } else {
        *message = putter->message; /* capacity 0 */
    }
    barging_release(&c->lock);
    return putter ? ctx_handoff(op->ctx, NULL, &putter->seat) : 0;
}

/* --- the op --------------------------------------------------------------------------------------------------- */

static int produce(struct op *op, const struct layout *at, struct channel_state *state)
{
    struct message m = {op->task, (uint32_t)op->index, value_of(op->env, op->task, op->index)};
    state->tally += m.value;
    return channel_via(op->env) == VIA_RING ? ring_put(op, at, &m)
                                            : ctx_write_full(op->ctx, at->channel->pipe_fd[1], &m, sizeof m);
}

static int consume(struct op *op, const struct layout *at, struct channel_state *state)
{
    struct message m = {0};
    int rc = channel_via(op->env) == VIA_RING ? ring_take(op, at, &m)
                                              : ctx_read_full(op->ctx, at->channel->pipe_fd[0], &m, sizeof m);
    if (rc < 0)
        return rc;
    state->tally += m.value;
    unsigned size = group_size(op->env), first = op->task - op->task % size;
    if (m.from - first < size && is_producer(m.from)) {
        uint32_t *due = &state->number_due[(m.from - first) / 2];
        state->good_count += m.number >= *due && m.value == value_of(op->env, m.from, m.number);
        *due = m.number + 1;
    }
    return 0;
}

static int channel_op(struct op *op)
{
    struct layout at = layout_of(op->env, op->task);
    struct channel_state *state = op->state;
    int rc = is_producer(op->task) ? produce(op, &at, state) : consume(op, &at, state);
    if (rc < 0)
        return rc;
    if (op->index + 1 == op->count) {
        at.party[op->task].tally = state->tally;
        op_result(op, is_producer(op->task) ? state->tally : value_of(op->env, op->task, state->good_count));
    }
    return 0;
}

static uint64_t values_sum(const struct workload_env *env, const struct shape *shape, unsigned producer)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++)
        sum += value_of(env, producer, i);
    return sum;
}

static uint64_t channel_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    return result_fold(0, is_producer(task) ? values_sum(env, shape, task) : value_of(env, task, shape->ops_per_task));
}

static int channel_shape(struct workload_env *env, struct shape *out)
{
    unsigned tasks = channel_count(env) * group_size(env);
    uint64_t messages = (uint64_t)env->params->value[PARAM_MESSAGES], producers = tasks / 2;
    *out = (struct shape){
        .tasks = tasks,
        .ops_per_task = (messages + producers - 1) / producers,
        .group = group_size(env),
        .batch = channel_via(env) == VIA_RING ? 32 : 1, /* a coroutine's op in a ring is as long as reading the clock */
        .shared_bytes = channel_count(env) * sizeof(struct channel) + tasks * sizeof(struct party) +
                        channel_count(env) * (size_t)env->params->value[PARAM_CAPACITY] * sizeof(struct message),
        .state_bytes = sizeof(struct channel_state),
    };
    return 0;
}

static int channel_setup(struct workload_env *env)
{
    for (unsigned i = 0; channel_via(env) == VIA_PIPE && i < channel_count(env); i++) {
        int rc = env_pipe(env, layout_of(env, i * group_size(env)).channel->pipe_fd);
        if (rc) {
            env_reason(env, "channel %u of %u got no pipe", i + 1, channel_count(env));
            return rc;
        }
    }
    return 0;
}

static void channel_reset(struct workload_env *env)
{
    struct party *party = layout_of(env, 0).party;
    for (unsigned i = 0; i < channel_count(env) * group_size(env); i++)
        party[i].parks_count = party[i].tally = 0;
}

/* What went into one channel must have come out of it, whoever got it, and nobody waits there any more. */
static int channel_check_one(struct workload_env *env, const struct shape *shape, unsigned first)
{
    struct layout at = layout_of(env, first);
    uint64_t put = 0, taken = 0;
    bool left = at.channel->count || at.channel->putters.first || at.channel->takers.first ||
                atomic_load(&at.channel->lock.held);
    for (unsigned i = first; i < first + shape->group; i++) {
        if (is_producer(i))
            put += values_sum(env, shape, i);
        else
            taken += at.party[i].tally;
        left |= atomic_load(&at.party[i].seat.token) != 0;
    }
    if (left) {
        env_reason(env, "channel %u: not empty, or somebody was woken once more than they waited",
                   first / shape->group);
        return -EBADMSG;
    }
    if (put != taken) {
        env_reason(env, "channel %u: what was taken is not what was put", first / shape->group);
        return -EBADMSG;
    }
    return 0;
}

static int channel_check(struct workload_env *env, const struct shape *shape)
{
    int rc = 0;
    for (unsigned first = 0; first < shape->tasks && !rc; first += shape->group)
        rc = channel_check_one(env, shape, first);
    return rc;
}

static void channel_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                            metric_fn *emit, void *sink)
{
    double messages = (double)shape->tasks / 2 * (double)shape->ops_per_task;
    emit(sink, "message_ns", (double)facts->run_ns / messages);
    if (channel_via(env) != VIA_RING)
        return;
    uint64_t parks = 0;
    for (unsigned i = 0; i < shape->tasks; i++)
        parks += layout_of(env, i).party[i].parks_count;
    emit(sink, "parks_per_message", (double)parks / messages);
}

static const struct param_spec channel_params[] = {
    {.name = "via", .unit = "", .summary = "what the channel is made of", .choices = via_names},
    {.name = "capacity",
     .unit = "count",
     .summary = "messages that a ring holds; 0: none",
     .defaults = {64, 64, 64},
     .min = 0,
     .max = 1048576},
    {.name = "sharers",
     .unit = "count",
     .summary = "producers of one channel, and as many consumers",
     .defaults = {1, 1, 1},
     .min = 1,
     .max = SHARERS_MAX},
    {.name = "messages",
     .unit = "count",
     .summary = "messages, shared out among the producers",
     .defaults = {2000, 30000, 100000},
     .grows = 16,
     .min = 1,
     .max = 1000000000},
    {.name = NULL},
};

/* One size differs at a time, so that it tells the cases apart in the report. */
static const struct variant channel_variants[] = {
    {"via=ring,capacity=64", PROFILE_SMOKE},
    {"via=ring,capacity=1", PROFILE_SMOKE},
    {"via=ring,capacity=64,sharers=4", PROFILE_SMOKE},
    {"via=ring,capacity=0", PROFILE_FULL},
    {"via=ring,capacity=1024", PROFILE_FULL},
    {"via=pipe,capacity=64", PROFILE_FULL},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_channel = {
    .name = "channel",
    .kind = "micro",
    .summary = "What does a message from task to task cost?",
    .op_is = "one message put, or one taken",
    .protocol = 1,
    .params = channel_params,
    .variants = channel_variants,
    .in_flight_sweep = "4P",
    .headline = "throughput_ops_per_s",
    .shape = channel_shape,
    .setup = channel_setup,
    .reset = channel_reset,
    .op = channel_op,
    .expect = channel_expect,
    .check = channel_check,
    .metrics = channel_metrics,
};
