/* SPDX-License-Identifier: Apache-2.0 */
/*
 * switch_footprint: what a switch costs a task that has something in the caches.
 *
 *           .--> task 0 --> task 1 --> ... --> task R-1 --.          one turn, handed round by ctx_handoff()
 *           '---------------------------------------------'
 *      array:     S KiB      S KiB              S KiB
 *
 * R tasks sit in a ring. Who has the turn walks through its own array (one word per cache line, `access` says whether
 * it writes) and hands the turn to the next; nothing ever runs at the same time. One op is one turn.
 *
 * A trial measures four things in each of its rounds, one right after the other, so that what disturbs meets all:
 *
 *     bare     `laps` laps in which nobody walks                                   B    direct cost, per turn
 *     hot      task 0 alone walks its own array, as often as a ring would          H    the work, caches willing
 *     all      task 0 alone walks through everybody's arrays in turn               A    the work, caches as small as
 *     ring     `laps` laps in which everybody walks                                T    they are, without a switch
 *
 * from which follow, each the median over the rounds:
 *     direct_ns      B             stopping one task and going on with another (a hand-off, as in `handoff`)
 *     capacity_ns    A - H         what R arrays cost because they do not fit together. No scheduler can save this
 *     induced_ns     T - A - B     what is left: caused by the switch, beyond its own time and beyond capacity. The
 *                                  kernel's own footprint, TLB entries and branch predictions that were lost.
 *                                  A difference of large numbers: it can come out below zero, by noise
 * and ring_turn_ns (T), hot_walk_ns (H) and all_walk_ns (A) themselves. (Terms after Li, Ding and Shen, "Quantifying
 * the cost of context switch", 2007; the ring and the hot control are lmbench's lat_ctx.)
 *
 * What should differ. direct: a switch in user space against one through the kernel. capacity: nothing at all; it is a
 * matter of the sizes, and coroutines do not abolish it: it appears for everybody where R * S exceeds the second-level
 * cache (the knee), and again at the third. induced: little for coroutines and threads; processes add an address
 * space. So the larger the footprint, the less it matters who switches.
 *
 * All times are per turn. direct_ns and induced_ns are given only if the ring really switched: switches_per_turn at
 * least 0.95. It can be above 1: where the kernel lets the woken task run at once, the waker has not begun to wait yet
 * and must run once more to do so. With place=across a turn also moves between CPUs, and the arrays stay in the caches
 * of two.
 *
 * Not to be used for: random access (a walk is what prefetchers are made for; a program that chases pointers loses
 * more), or as "the" cost of a switch: that is a function of R and S, which is why both are in its name.
 */
#include "contract/workload.h"
#include "measure/clock.h"

#include <errno.h>
#include <stdlib.h>

enum { PARAM_RING, PARAM_KIB, PARAM_ACCESS, PARAM_LAPS, PARAM_ROUNDS };
enum { ROUNDS_MAX = 64, LINE_WORDS = 64 / sizeof(uint64_t) };

/* Below it, some turns were passed without stopping anybody. */
#define SWITCHES_MIN 0.95

/* One round, in ns per turn or per walk. */
struct round {
    double bare, hot, all, ring;
};

struct footprint_shared {
    uint64_t turns; /* so far: plain memory on purpose, since a hand-off must order it */
    uint64_t phase_ns;
    struct round round[ROUNDS_MAX];
    struct seat seat[]; /* one per task; then the arrays */
};

static uint64_t param(const struct workload_env *env, int which)
{
    return (uint64_t)env->params->value[which];
}

static uint64_t lines_of(const struct workload_env *env)
{
    return param(env, PARAM_KIB) * 1024 / 64;
}

static uint64_t *array_of(const struct workload_env *env, unsigned task)
{
    struct footprint_shared *shared = env->shared;
    return (uint64_t *)&shared->seat[param(env, PARAM_RING)] + task * lines_of(env) * LINE_WORDS;
}

static uint64_t word_of(const struct workload_env *env, unsigned task, uint64_t line)
{
    return rng_hash2(rng_hash2(env->nonce, task), line);
}

/* The sum of what was there. A writer adds one to each word. Never inlined: ring and controls must run the same code.
 */
static __attribute__((noinline)) uint64_t walk(const struct workload_env *env, unsigned task)
{
    uint64_t *array = array_of(env, task), lines = lines_of(env), sum = 0;
    if (param(env, PARAM_ACCESS)) {
        for (uint64_t i = 0; i < lines; i++)
            sum += array[i * LINE_WORDS]++;
    } else {
        for (uint64_t i = 0; i < lines; i++)
            sum += array[i * LINE_WORDS];
    }
    return sum;
}

/* One lap of a control: as many walks as the ring makes in a lap. */
static uint64_t lap_of_control(const struct workload_env *env, bool all)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < param(env, PARAM_RING); i++)
        sum += walk(env, all ? i : 0);
    return sum;
}

/* ns per walk of a control. One lap before brings the caches into the state that the others find. */
static double control(const struct workload_env *env, bool all, uint64_t *tally)
{
    *tally += lap_of_control(env, all);
    uint64_t start_ns = clock_now_ns(), laps = param(env, PARAM_LAPS);
    for (uint64_t i = 0; i < laps; i++)
        *tally += lap_of_control(env, all);
    return (double)(clock_now_ns() - start_ns) / (double)(laps * param(env, PARAM_RING));
}

/* Task 0 has the turn in lap `lap` of a round: does one of the four parts begin or end here? */
static void mark(struct op *op, uint64_t lap, uint64_t *tally)
{
    struct footprint_shared *shared = op->env->shared;
    uint64_t laps = param(op->env, PARAM_LAPS), ring = param(op->env, PARAM_RING);
    struct round *round = &shared->round[op->index / (2 * laps)];
    uint64_t now_ns = clock_now_ns();
    if (lap == laps) {
        round->bare = (double)(now_ns - shared->phase_ns) / (double)(laps * ring);
        round->hot = control(op->env, false, tally);
        round->all = control(op->env, true, tally);
        shared->phase_ns = clock_now_ns();
    } else if (lap == 2 * laps - 1) {
        round->ring = (double)(now_ns - shared->phase_ns) / (double)((laps - 1) * ring);
    } else if (lap == 0) {
        shared->phase_ns = clock_now_ns();
    }
}

/* Everybody but task 0 begins by waiting; the last turn of all is handed to nobody, so that all seats are empty then.
 */
static int footprint_op(struct op *op)
{
    struct footprint_shared *shared = op->env->shared;
    uint64_t *tally = op->state, laps = param(op->env, PARAM_LAPS), lap = op->index % (2 * laps);
    unsigned ring = (unsigned)param(op->env, PARAM_RING);
    struct seat *mine = &shared->seat[op->task], *next = &shared->seat[(op->task + 1) % ring];
    int rc = op->index == 0 && op->task != 0 ? ctx_handoff(op->ctx, mine, NULL) : 0;
    if (rc < 0)
        return rc;

    *tally += shared->turns++;
    if (op->task == 0)
        mark(op, lap, tally);
    if (lap >= laps)
        *tally += walk(op->env, op->task);

    if (op->index + 1 < op->count)
        return ctx_handoff(op->ctx, mine, next);
    op_result(op, *tally);
    return op->task + 1 < ring ? ctx_handoff(op->ctx, NULL, next) : 0;
}

/* What a walk must have seen: the first contents, and one more per line for each walk before, if they write. */
struct ledger {
    uint64_t sum, step;
};

static struct ledger ledger_of(const struct workload_env *env, unsigned task)
{
    uint64_t sum = 0, lines = lines_of(env);
    for (uint64_t i = 0; i < lines; i++)
        sum += word_of(env, task, i);
    return (struct ledger){sum, param(env, PARAM_ACCESS) ? lines : 0};
}

/* The sum over walks number `from` .. from + count - 1 of one array. */
static uint64_t ledger_walks(const struct ledger *l, uint64_t from, uint64_t count)
{
    uint64_t numbers = 0;
    for (uint64_t i = 0; i < count; i++)
        numbers += from + i;
    return count * l->sum + l->step * numbers;
}

static uint64_t footprint_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    uint64_t ring = param(env, PARAM_RING), laps = param(env, PARAM_LAPS), tally = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++)
        tally += i * ring + task;

    /* In each round: array 0 walked hot, all of them in turn, then each by its own task. */
    for (unsigned a = 0; a < ring; a++) {
        struct ledger l = ledger_of(env, a);
        uint64_t hot = a == 0 ? (laps + 1) * ring : 0, all = laps + 1, walks = 0;
        for (uint64_t round = 0; round < param(env, PARAM_ROUNDS); round++, walks += hot + all + laps) {
            if (task == 0)
                tally += ledger_walks(&l, walks, hot + all);
            if (task == a)
                tally += ledger_walks(&l, walks + hot + all, laps);
        }
    }
    return result_fold(0, tally);
}

static int footprint_shape(struct workload_env *env, struct shape *out)
{
    uint64_t ring = param(env, PARAM_RING);
    *out = (struct shape){
        .tasks = (unsigned)ring,
        .ops_per_task = 2 * param(env, PARAM_LAPS) * param(env, PARAM_ROUNDS),
        .group = (unsigned)ring,
        .batch = 1,
        .shared_bytes = sizeof(struct footprint_shared) + ring * (sizeof(struct seat) + param(env, PARAM_KIB) * 1024),
        .state_bytes = sizeof(uint64_t),
    };
    return 0;
}

static void footprint_reset(struct workload_env *env)
{
    struct footprint_shared *shared = env->shared;
    shared->turns = 0;
    for (unsigned task = 0; task < param(env, PARAM_RING); task++)
        for (uint64_t i = 0; i < lines_of(env); i++)
            array_of(env, task)[i * LINE_WORDS] = word_of(env, task, i);
}

static int footprint_check(struct workload_env *env, const struct shape *shape)
{
    struct footprint_shared *shared = env->shared;
    for (unsigned i = 0; i < shape->tasks; i++) {
        if (atomic_load(&shared->seat[i].token)) {
            env_reason(env, "task %u was woken once more than it waited", i);
            return -EBADMSG;
        }
    }
    if (shared->turns != shape->tasks * shape->ops_per_task) {
        env_reason(env, "there were %llu turns instead of %llu", (unsigned long long)shared->turns,
                   (unsigned long long)(shape->tasks * shape->ops_per_task));
        return -EBADMSG;
    }
    return 0;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The median over rounds of a combination of what each has measured. */
static double median_of(const struct round *round, uint64_t n, double bare, double hot, double all, double ring)
{
    double value[ROUNDS_MAX];
    for (uint64_t i = 0; i < n; i++)
        value[i] = bare * round[i].bare + hot * round[i].hot + all * round[i].all + ring * round[i].ring;
    qsort(value, n, sizeof *value, by_value);
    return n % 2 ? value[n / 2] : (value[n / 2 - 1] + value[n / 2]) / 2;
}

static void footprint_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                              metric_fn *emit, void *sink)
{
    const struct footprint_shared *shared = env->shared;
    const struct round *r = shared->round;
    uint64_t n = param(env, PARAM_ROUNDS), turns = shape->tasks * shape->ops_per_task;
    double switches =
        (double)(facts->voluntary_switches_count + facts->involuntary_switches_count + facts->user_switches_count) /
        (double)turns;
    emit(sink, "switches_per_turn", switches);
    emit(sink, "hot_walk_ns", median_of(r, n, 0, 1, 0, 0));
    emit(sink, "all_walk_ns", median_of(r, n, 0, 0, 1, 0));
    emit(sink, "ring_turn_ns", median_of(r, n, 0, 0, 0, 1));
    emit(sink, "capacity_ns", median_of(r, n, 0, -1, 1, 0));
    if (switches < SWITCHES_MIN)
        return;
    emit(sink, "direct_ns", median_of(r, n, 1, 0, 0, 0));
    emit(sink, "induced_ns", median_of(r, n, -1, 0, -1, 1));
}

static const char *const access_names[] = {"read", "write", NULL};

static const struct param_spec footprint_params[] = {
    {.name = "ring",
     .unit = "count",
     .summary = "tasks in the ring, all alive whatever K is",
     .defaults = {8, 8, 8},
     .min = 2,
     .max = 1024},
    {.name = "kib",
     .unit = "KiB",
     .summary = "what each of them walks through",
     .defaults = {16, 64, 64},
     .min = 0,
     .max = 16384},
    {.name = "access", .unit = "", .summary = "how", .choices = access_names},
    {.name = "laps",
     .unit = "count",
     .summary = "laps of each part of a round",
     .defaults = {8, 16, 16},
     .min = 2,
     .max = 100000},
    {.name = "rounds",
     .unit = "count",
     .summary = "rounds, over which the median is taken",
     .defaults = {4, 9, 15},
     .min = 1,
     .max = ROUNDS_MAX},
    {.name = NULL},
};

/* From far below to far above a second-level cache of 1 or 2 MiB. One size differs at a time, so that it tells the
 * cases apart in the report. */
static const struct variant footprint_variants[] = {
    {"kib=16,place=same", PROFILE_SMOKE},
    {"kib=256,place=same", PROFILE_QUICK},
    {"kib=64,place=same", PROFILE_FULL},
    {"kib=1024,place=same", PROFILE_FULL},
    {"kib=256,ring=2,place=same", PROFILE_FULL},
    {"kib=256,ring=64,place=same", PROFILE_FULL},
    {"kib=256,access=write,place=same", PROFILE_FULL},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_switch_footprint = {
    .name = "switch_footprint",
    .kind = "micro",
    .summary = "What does a switch cost a task that has something in the caches?",
    .op_is = "one turn of one task in the ring, until it has the turn again",
    .protocol = 1,
    .params = footprint_params,
    .variants = footprint_variants,
    .in_flight_sweep = "1",
    .headline = "ring_turn_ns",
    .shape = footprint_shape,
    .reset = footprint_reset,
    .op = footprint_op,
    .expect = footprint_expect,
    .check = footprint_check,
    .metrics = footprint_metrics,
};
