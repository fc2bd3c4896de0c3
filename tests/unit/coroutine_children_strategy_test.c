/* SPDX-License-Identifier: Apache-2.0 */
/* Children under the strategies made of coroutines: who helps whom, that a run ends, and that nothing is counted twice.
 */
#include "quintet_criterion.h"

#include "coroutine_support.h"

#include "contract/strategy.h"
#include "measure/clock.h"

#include <sys/mman.h>
#include <unistd.h>

extern const struct strategy strategy_coroutines, strategy_coroutines_1, strategy_coroutines_epoll;

static const struct strategy *const strategies[] = {&strategy_coroutines, &strategy_coroutines_1,
                                                    &strategy_coroutines_epoll};
enum { STRATEGIES = sizeof strategies / sizeof *strategies };

TestSuite(coroutine_children_strategy, .timeout = 60);

static _Atomic unsigned elsewhere;

/* ---- one run ---- */

struct bench {
    struct strategy_config config;
    struct strategy_state *state;
    const struct strategy *strategy;
    struct workload workload;
};

static int two_cpus[2] = {0, 1};

static void bench_init(struct bench *b, const struct strategy *strategy, int (*op)(struct op *), unsigned k,
                       bool spawns)
{
    *b = (struct bench){
        .strategy = strategy,
        .workload = {.name = "test", .op = op, .spawns = spawns},
        .config = {.in_flight = k, .workers = 2, .group = 1, .spawns = spawns, .cpus = two_cpus},
    };
    b->config.n_lanes = strategy->lanes(k, 2);
    b->config.lanes =
        mmap(NULL, b->config.n_lanes * sizeof(struct lane), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void bench_open(struct bench *b, const struct strategy *strategy, int (*op)(struct op *), unsigned k,
                       bool spawns)
{
    bench_init(b, strategy, op, k, spawns);
    cr_assert_eq(strategy->open(&b->state, &b->config), 0);
}

static void bench_close(struct bench *b)
{
    b->strategy->close(b->state);
    munmap(b->config.lanes, b->config.n_lanes * sizeof(struct lane));
}

/* n tasks of one op each, all of which succeed; `children` is how many these have together. */
static void bench_run(struct bench *b, unsigned n, uint64_t children)
{
    struct task tasks[64];
    uint64_t carried = 0, switches = 0;
    for (unsigned i = 0; i < n; i++)
        tasks[i] = (struct task){.workload = &b->workload, .ops = 1, .batch = 1, .id = i};
    for (unsigned i = 0; i < b->config.n_lanes; i++)
        b->config.lanes[i].children_carried_count = b->config.lanes[i].user_switches_count = 0;
    cr_assert_eq(b->strategy->run(b->state, tasks, n), 0);
    for (unsigned i = 0; i < n; i++)
        cr_assert(tasks[i].runs == 1 && tasks[i].err == 0 && tasks[i].ops_done == 1, "%s: task %u: error %d",
                  b->strategy->name, i, tasks[i].err);
    for (unsigned i = 0; i < b->config.n_lanes; i++) {
        carried += b->config.lanes[i].children_carried_count;
        switches += b->config.lanes[i].user_switches_count;
    }
    cr_assert_eq(carried, children, "%s: %llu carried", b->strategy->name, (unsigned long long)carried);
    /* Who is taken by another worker may begin and end there without one. */
    cr_assert(switches > 0 || b->config.n_lanes > 1);
}

/* ---- trees of 3 + 9 + 27 children, whose leaves do something now and then ---- */

enum { WAYS = 3, DEPTH = 3, TREE = 3 + 9 + 27 };

static int64_t node(struct ctx *c, const void *seed, uint64_t arg)
{
    uint64_t depth = arg & 7, me = arg >> 3;
    struct children of;
    uint64_t dice = rng_hash2(*(const uint64_t *)seed, me) % 64;
    if (dice == 0)
        ctx_sleep_until(c, clock_monotonic_ns() + 20000);
    else if (dice < 8)
        ctx_yield(c);
    if (depth == 0)
        return (int64_t)me;
    children_init(&of, node, seed);
    for (uint64_t i = 0; i < WAYS; i++) {
        int rc = ctx_spawn(c, &of, (me * WAYS + i) << 3 | (depth - 1));
        if (rc)
            return rc;
    }
    int rc = ctx_join(c, &of);
    return rc ? rc : of.sum;
}

static int op_tree(struct op *op)
{
    uint64_t seed = clock_now_ns();
    int64_t sum = node(op->ctx, &seed, DEPTH);
    return sum == 26 * 27 / 2 ? 0 : sum < 0 ? (int)sum : -EBADMSG;
}

/* A run ends when everybody's tasks have; workers without any help until then, and sleep in between. */
Test(coroutine_children_strategy, runs_end)
{
    static const unsigned ks[] = {1, 2, 5}, ns[] = {1, 2, 3, 8};
    for (unsigned s = 0; s < STRATEGIES; s++)
        for (unsigned k = 0; k < sizeof ks / sizeof *ks; k++) {
            struct bench b;
            bench_open(&b, strategies[s], op_tree, ks[k], true);
            for (unsigned round = 0; round < MANY_OR_FEW(200, 20); round++) {
                unsigned n = ns[round % (sizeof ns / sizeof *ns)];
                bench_run(&b, n, n * TREE);
            }
            bench_close(&b);
        }
}

Test(coroutine_children_strategy, across_processors)
{
    struct bench b;
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        test_skip("one processor");
    bench_init(&b, &strategy_coroutines, op_tree, 3, true);
    b.config.placement = PLACE_ACROSS;
    cr_assert_eq(strategy_coroutines.open(&b.state, &b.config), 0);
    for (unsigned round = 0; round < 100; round++)
        bench_run(&b, 1 + round % 8, (1 + round % 8) * TREE);
    bench_close(&b);
}

/* ---- help ---- */

/* Holds its worker until a child has begun on another one, or for so many milliseconds. */
static int64_t keeps_busy(struct ctx *c, const void *here, uint64_t ms)
{
    uint64_t end = clock_monotonic_ns() + ms * 1000000;
    (void)c;
    elsewhere += gettid() != *(const pid_t *)here;
    while (!elsewhere && clock_monotonic_ns() < end)
        ;
    return 1;
}

static uint64_t patience_ms;

static int op_needs_help(struct op *op)
{
    struct children of;
    pid_t here = gettid();
    children_init(&of, keeps_busy, &here);
    for (unsigned i = 0; i < 4; i++)
        if (ctx_spawn(op->ctx, &of, patience_ms))
            return -EBADMSG;
    return ctx_join(op->ctx, &of) == 0 && of.sum == 4 ? 0 : -EBADMSG;
}

/* One task, and a second worker that has none of its own. */
Test(coroutine_children_strategy, a_worker_without_tasks_helps)
{
    for (unsigned s = 0; s < STRATEGIES; s++) {
        bool alone = strategies[s] == &strategy_coroutines_1;
        struct bench b;
        patience_ms = alone ? 1 : 10000;
        bench_open(&b, strategies[s], op_needs_help, 2, true);
        for (unsigned round = 0; round < 5; round++) {
            elsewhere = 0;
            bench_run(&b, 1, 4);
            cr_assert_eq(elsewhere > 0, !alone, "%s", strategies[s]->name);
        }
        bench_close(&b);
    }
}

/* Where nobody has said that tasks have children, they may have some all the same, and nobody helps. */
Test(coroutine_children_strategy, nobody_helps_unasked)
{
    for (unsigned s = 0; s < STRATEGIES; s++) {
        struct bench b;
        patience_ms = 5;
        elsewhere = 0;
        bench_open(&b, strategies[s], op_needs_help, 2, false);
        bench_run(&b, 1, 4);
        cr_assert_eq(elsewhere, 0u);
        bench_close(&b);
        bench_open(&b, strategies[s], op_tree, 4, false);
        bench_run(&b, 9, 9 * TREE);
        bench_close(&b);
    }
}
