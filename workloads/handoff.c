/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handoff: what it costs that one task stops and another one goes on. This is the "context-switch cost".
 *
 *      task 0      ball 0 \         / ball 2 \         / ...
 *                          \       /          \       /
 *      task 1               ball 1             ball 3
 *
 * Two tasks throw one ball. Who has thrown waits until it comes back, so nothing ever runs at the same time: a round
 * trip is two hand-offs and, if each of them really stops its task, two switches. One op is one round trip, and both
 * tasks count it; the ball carries a number that every hop raises by one, and both tasks add up what they caught.
 *
 * via says how the ball travels:
 *     native      ctx_handoff(): the cheapest way that the carrier has (threads and processes: a futex; coroutines:
 *                 a switch of stacks if both live on one worker, a wake-up of the other worker if not)
 *     condvar      the same seat, under a mutex and a condition variable of pthreads, shared between processes: what
 * most programs do, and two locks dearer than the futex. No coroutine could wait at one without stopping the worker
 * that is to run the other: skipped pipe, socketpair, eventfd      eight bytes through the kernel, the same for every
 * strategy
 *
 * eventfd under a ring is no hand-off: a write to it has no form that may be refused, so the ring gives each one to a
 * worker thread of the kernel, and three switches come of one. Its row says so.
 *
 * place says where the tasks are: one CPU (same), two (across), or as the kernel likes (free: bimodal, so that no
 * variant uses it).
 *
 * What should differ. native on one CPU is where coroutines are far ahead: no kernel, no scheduler, nobody to wake.
 * Through a pipe they lose nearly all of it: the kernel's part is then the greater one for everybody. Processes should
 * cost little more than threads: the switch of address spaces is cheap where the TLB is tagged. across is slower than
 * same wherever an idle CPU has to be woken by an interrupt, inside a virtual machine all the more.
 *
 * handoff_ns is the time from the end of task 0's first round trip to the end of its last one (starting and ending of
 * carriers stay outside: they would be a good part of a coroutine's run), divided by the switches that were *measured*
 * (voluntary + involuntary + user). It is given only if there were 2 of them per round trip, within 2 %: a waiter that
 * spins, or a kernel that finds the answer there already, does not switch, and dividing by 2 would then be a lie. A
 * ring that needs more than two switches per round trip isn't a hand-off either. round_trip_ns is always given.
 *
 * It is a gross number: it includes the call that causes the switch. It is not what a switch costs your program: that
 * is mostly the caches it finds cold afterwards, and these two tasks have nothing in them.
 */
#include "contract/workload.h"
#include "measure/clock.h"

#include <errno.h>

enum { PARAM_VIA, PARAM_ROUND_TRIPS };
enum via { VIA_NATIVE, VIA_PIPE, VIA_SOCKETPAIR, VIA_EVENTFD, VIA_CONDVAR, VIA_GENERATOR, VIA_CALLBACK };

/* Round trips of one ctx_bounce(): enough for its beginning and end not to count. */
enum { BOUNCE_ROUND_TRIPS = 256 };

/* Switches per round trip and how far from 2 their average may lie. */
#define SWITCHES_EXPECTED 2.0
#define SWITCHES_MARGIN   0.02

struct side {
    int in, out;
};

struct handoff_shared {
    struct seat seat[2];
    uint64_t ball; /* native, condvar: plain memory on purpose, since a hand-off must order it */
    struct side side[2];
    uint64_t first_ns, last_ns; /* by task 0: ends of its first and last round trip */
    struct condvar_seat condvar[2];
};

struct handoff_state {
    uint64_t ball;  /* what this task throws next */
    uint64_t tally; /* sum of all it caught */
};

static const char *const via_names[] = {"native",  "pipe",      "socketpair", "eventfd",
                                        "condvar", "generator", "callback",   NULL};

static enum via handoff_via(const struct workload_env *env)
{
    return (enum via)env->params->value[PARAM_VIA];
}

/* Are both sides functions of one task? */
static bool is_alone(enum via via)
{
    return via == VIA_GENERATOR || via == VIA_CALLBACK;
}

static enum handoff_by handoff_way(enum via via)
{
    return via == VIA_CONDVAR     ? HANDOFF_CONDVAR
           : via == VIA_GENERATOR ? HANDOFF_GENERATOR
           : via == VIA_CALLBACK  ? HANDOFF_CALLBACK
                                  : HANDOFF_NATIVE;
}

/* The first ball: never 0 and far from overflow, because an eventfd adds it to a counter. */
static uint64_t ball_first(const struct workload_env *env)
{
    return (rng_mix64(env->nonce) >> 16) + 1;
}

/*
 * Task 0 throws, then catches; task 1 catches, then throws. So task 1 begins by waiting, its throw and the next
 * catch are one hand-off, and its last throw waits for nothing: everybody ends, and both seats are empty again.
 *
 *     task 0     [wake 1, wait]     [wake 1, wait]     end
 *     task 1     [wait]  [wake 0, wait]    [wake 0]    end
 *                 op 0    op 1, the last one
 */
static inline int seat_first(struct op *op, struct handoff_shared *shared, struct seat *mine, struct seat *theirs)
{
    struct handoff_state *state = op->state;
    shared->ball = state->ball;
    int rc = ctx_handoff(op->ctx, mine, theirs);
    if (rc < 0)
        return rc;
    state->tally += shared->ball;
    state->ball = shared->ball + 1;
    return 0;
}

static inline int seat_second(struct op *op, struct handoff_shared *shared, struct seat *mine, struct seat *theirs)
{
    struct handoff_state *state = op->state;
    int rc = ctx_handoff(op->ctx, mine, op->index == 0 ? NULL : theirs);
    if (rc < 0)
        return rc;
    state->tally += shared->ball;
    shared->ball++;
    return op->index + 1 < op->count ? 0 : ctx_handoff(op->ctx, NULL, theirs);
}

static inline int seat_round_trip(struct op *op, struct handoff_shared *shared, struct seat *first, struct seat *second)
{
    return op->task == 0 ? seat_first(op, shared, first, second) : seat_second(op, shared, second, first);
}

static int fd_catch(struct op *op, const struct side *side, struct handoff_state *state)
{
    uint64_t ball = 0;
    int rc = ctx_read_full(op->ctx, side->in, &ball, sizeof ball);
    state->tally += ball;
    state->ball = ball + 1;
    return rc;
}

static int fd_round_trip(struct op *op, const struct side *side, struct handoff_state *state)
{
    int rc = op->task == 0 ? 0 : fd_catch(op, side, state);
    if (!rc)
        rc = ctx_write_full(op->ctx, side->out, &state->ball, sizeof state->ball);
    return rc || op->task != 0 ? rc : fd_catch(op, side, state);
}

static uint64_t side_catch(void *tally, uint64_t ball)
{
    *(uint64_t *)tally += ball;
    return ball + 1;
}

/* An op is a round trip here, too: the first of so many plays them all. */
static int bounce_round_trip(struct op *op, struct handoff_state *state, enum via via)
{
    if (op->index % BOUNCE_ROUND_TRIPS)
        return 0;
    uint64_t left = op->count - op->index;
    struct bounce bounce = {
        .side = {side_catch, side_catch},
        .arg = {&state->tally, &state->tally},
        .word = state->ball,
        .round_trips = left < BOUNCE_ROUND_TRIPS ? left : BOUNCE_ROUND_TRIPS,
    };
    int rc = ctx_bounce(op->ctx, handoff_way(via), &bounce);
    state->ball = bounce.word;
    return rc;
}

static int handoff_op(struct op *op)
{
    struct handoff_shared *shared = op->env->shared;
    struct handoff_state *state = op->state;
    if (op->index == 0)
        state->ball = ball_first(op->env);

    enum via via = handoff_via(op->env);
    int rc = via == VIA_NATIVE    ? seat_round_trip(op, shared, &shared->seat[0], &shared->seat[1])
             : is_alone(via)      ? bounce_round_trip(op, state, via)
             : via == VIA_CONDVAR ? seat_round_trip(op, shared, &shared->condvar[0].seat, &shared->condvar[1].seat)
                                  : fd_round_trip(op, &shared->side[op->task], state);
    if (rc < 0)
        return rc;

    if (op->task == 0 && op->index == 0)
        shared->first_ns = clock_now_ns();
    if (op->index + 1 == op->count) {
        if (op->task == 0)
            shared->last_ns = clock_now_ns();
        op_result(op, state->tally);
    }
    return 0;
}

/* Task 1 catches the even hops, task 0 the odd ones, and who is alone both. */
static uint64_t handoff_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    uint64_t tally = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++)
        tally += is_alone(handoff_via(env)) ? 2 * (ball_first(env) + 2 * i) + 1
                                            : ball_first(env) + 2 * i + (task == 0 ? 1 : 0);
    return result_fold(0, tally);
}

static int handoff_shape(struct workload_env *env, struct shape *out)
{
    enum via via = handoff_via(env);
    unsigned sides = is_alone(via) ? 1 : 2;
    *out = (struct shape){
        .tasks = sides,
        .ops_per_task = (uint64_t)env->params->value[PARAM_ROUND_TRIPS],
        .group = sides,
        /* A coroutine's round trip is as long as reading the clock; through the kernel each one can be timed. */
        .batch = is_alone(via)       ? BOUNCE_ROUND_TRIPS
                 : via == VIA_NATIVE ? 32
                                     : 1,
        .shared_bytes = sizeof(struct handoff_shared),
        .state_bytes = sizeof(struct handoff_state),
        .handoff = handoff_way(via),
    };
    return 0;
}

static int handoff_setup(struct workload_env *env)
{
    struct handoff_shared *shared = env->shared;
    int there[2], back[2], rc = 0;
    switch (handoff_via(env)) {
    case VIA_NATIVE:
    case VIA_GENERATOR:
    case VIA_CALLBACK:
        break;
    case VIA_CONDVAR:
        rc = env_condvar_seat(env, &shared->condvar[0]);
        return rc ? rc : env_condvar_seat(env, &shared->condvar[1]);
    case VIA_PIPE:
        if ((rc = env_pipe(env, there)) || (rc = env_pipe(env, back)))
            return rc;
        shared->side[0] = (struct side){.in = back[0], .out = there[1]};
        shared->side[1] = (struct side){.in = there[0], .out = back[1]};
        break;
    case VIA_SOCKETPAIR:
        if ((rc = env_socketpair(env, there)))
            return rc;
        shared->side[0] = (struct side){.in = there[0], .out = there[0]};
        shared->side[1] = (struct side){.in = there[1], .out = there[1]};
        break;
    case VIA_EVENTFD:
        if ((rc = env_eventfd(env, &there[0])) || (rc = env_eventfd(env, &back[0])))
            return rc;
        shared->side[0] = (struct side){.in = back[0], .out = there[0]};
        shared->side[1] = (struct side){.in = there[0], .out = back[0]};
        break;
    }
    return rc;
}

static void handoff_reset(struct workload_env *env)
{
    struct handoff_shared *shared = env->shared;
    shared->ball = 0;
    shared->first_ns = shared->last_ns = 0;
}

static int handoff_check(struct workload_env *env, const struct shape *shape)
{
    struct handoff_shared *shared = env->shared;
    for (unsigned i = 0; i < 2; i++) {
        if (atomic_load(&shared->seat[i].token) || atomic_load(&shared->condvar[i].seat.token)) {
            env_reason(env, "task %u was woken once more than it waited", i);
            return -EBADMSG;
        }
    }
    bool in_memory = handoff_via(env) == VIA_NATIVE || handoff_via(env) == VIA_CONDVAR;
    if (in_memory && shared->ball != ball_first(env) + 2 * shape->ops_per_task - 1) {
        env_reason(env, "the ball was not thrown twice per round trip");
        return -EBADMSG;
    }
    return 0;
}

static void handoff_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                            metric_fn *emit, void *sink)
{
    const struct handoff_shared *shared = env->shared;
    uint64_t switches_count =
        facts->voluntary_switches_count + facts->involuntary_switches_count + facts->user_switches_count;
    double switches_per_round_trip = (double)switches_count / (double)shape->ops_per_task;
    emit(sink, "switches_per_round_trip", switches_per_round_trip);
    uint64_t before_first = is_alone(handoff_via(env)) ? BOUNCE_ROUND_TRIPS : 1;
    if (shape->ops_per_task <= before_first || shared->last_ns <= shared->first_ns)
        return;

    double round_trip_ns = (double)(shared->last_ns - shared->first_ns) / (double)(shape->ops_per_task - before_first);
    emit(sink, "round_trip_ns", round_trip_ns);
    double off = switches_per_round_trip / SWITCHES_EXPECTED - 1.0;
    if (off >= -SWITCHES_MARGIN && off <= SWITCHES_MARGIN)
        emit(sink, "handoff_ns", round_trip_ns / switches_per_round_trip);
}

static const struct param_spec handoff_params[] = {
    {.name = "via", .unit = "", .summary = "how the turn travels", .choices = via_names},
    {.name = "round_trips",
     .unit = "count",
     .summary = "round trips; each is two hand-offs",
     .defaults = {1024, 8192, 32768},
     .min = 2,
     .max = 100000000},
    {.name = NULL},
};

/* Waking another CPU takes 10 to 100 us, a hand-off on one CPU 5 us and less: fewer round trips tell as much. */
static const struct variant handoff_variants[] = {
    {"via=native,place=same", PROFILE_SMOKE},
    {"via=native,place=across,round_trips=2048", PROFILE_SMOKE},
    {"via=pipe,place=same", PROFILE_SMOKE},
    {"via=pipe,place=across,round_trips=2048", PROFILE_SMOKE},
    {"via=condvar,place=same", PROFILE_SMOKE},
    {"via=condvar,place=across,round_trips=2048", PROFILE_QUICK},
    {"via=generator,place=same,in_flight=1", PROFILE_SMOKE},
    {"via=callback,place=same,in_flight=1", PROFILE_SMOKE},
    {"via=socketpair,place=same", PROFILE_FULL},
    {"via=eventfd,place=same", PROFILE_FULL},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_handoff = {
    .name = "handoff",
    .kind = "micro",
    .summary = "What does it cost that one task stops and another one goes on?",
    .op_is = "one round trip: two hand-offs",
    .protocol = 1,
    .params = handoff_params,
    .variants = handoff_variants,
    .in_flight_sweep = "2",
    .headline = "handoff_ns",
    .shape = handoff_shape,
    .setup = handoff_setup,
    .reset = handoff_reset,
    .op = handoff_op,
    .expect = handoff_expect,
    .check = handoff_check,
    .metrics = handoff_metrics,
};
