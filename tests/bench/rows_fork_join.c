/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Splitting off a piece of work and joining it: the tree of fib_tree.h, on our engine of stealing workers and on
 * others.
 *
 * The unit is the whole tree's time per spawn, the node's own work (an addition, two comparisons, two calls) included,
 * the same on all sides. That is what can be compared: what is left of a nanosecond or two after the time of plain
 * calls is taken away depends on what the compiler made of the plain calls, and a ratio of two such remainders on
 * nothing else. The work pulls every ratio towards 1: against us where ours is the faster one, in our favour beside
 * Lace. So how much more than plain calls ours takes is a row of its own, as a difference.
 *
 * Everybody has as many workers as CPUs. With one thread, OpenMP makes calls of its tasks, which the standard allows.
 */
#include "bench.h"
#include "fib_tree.h"
#include "peers.h"

#include "strategies/fork_join.h"

#include "measure/clock.h"

#include <errno.h>

/* ---- ours ---- */

static int64_t fib_fork(struct fork_worker *w, struct split_slot *head, const void *shared, uint64_t n)
{
    if (n < 2)
        return (int64_t)n;
    fork_spawn(w, head, fib_fork, shared, n - 1);
    int64_t second = fib_fork(w, head + 1, shared, n - 2);
    const struct split_slot *stolen = fork_join(w, head);
    return second + (stolen ? stolen->value : fib_fork(w, head, shared, n - 1));
}

/* Which number, how many spawns that is, and its value. */
struct tree {
    unsigned n;
    uint64_t spawns;
    int64_t value;
};

struct trees {
    const struct tree *tree;
    uint64_t count;
    double *total;
};

static int64_t trees_run(struct fork_worker *w, struct split_slot *head, const struct tree *tree, uint64_t count)
{
    int64_t sum = 0;
    for (uint64_t i = 0; i < count; i++)
        sum += fib_fork(w, head, NULL, tree->n);
    return sum;
}

/* 0, or -EBADMSG: a wrong sum. */
static int64_t trees_measure(struct fork_worker *w, struct split_slot *head, const void *shared, uint64_t warm)
{
    const struct trees *trees = shared;
    int64_t sum = trees_run(w, head, trees->tree, warm);
    uint64_t start_ns = clock_monotonic_ns();
    sum += trees_run(w, head, trees->tree, trees->count);
    *trees->total = (double)(clock_monotonic_ns() - start_ns);
    return sum == (int64_t)(warm + trees->count) * trees->tree->value ? 0 : -EBADMSG;
}

static int fork_join_measure(const struct bench_call *call, double *total)
{
    struct trees trees = {.tree = call->arg, .total = total};
    struct fork_pool *pool;
    int err = fork_pool_create(
        &pool, &(struct fork_config){.workers = call->cpus, .cpus = call->cpus, .spin_ns = FORK_SPIN_AUTO});
    if (err)
        return err;
    trees.count = call->n / trees.tree->spawns;
    err = (int)fork_join_run(pool, trees_measure, &trees, FIB_SPAWNS / trees.tree->spawns);
    fork_pool_destroy(pool);
    return err;
}

/* ---- plain calls ---- */

static __attribute__((noinline)) uint64_t fib_plain(unsigned n)
{
    return n < 2 ? n : fib_plain(n - 1) + fib_plain(n - 2);
}

static int plain_measure(const struct bench_call *call, double *total)
{
    uint64_t count = call->n / FIB_SPAWNS, sum = fib_plain(fib_n()); /* warm */
    uint64_t start_ns = clock_monotonic_ns();
    for (uint64_t i = 0; i < count; i++)
        sum += fib_plain(fib_n());
    *total = (double)(clock_monotonic_ns() - start_ns);
    return sum == (count + 1) * FIB_VALUE ? 0 : -EBADMSG;
}

/* ---- rows ---- */

static const struct tree tree = {FIB_N, FIB_SPAWNS, FIB_VALUE};
static const struct tree tree_1k = {15, 986, 610}, tree_10k = {20, 10945, 6765}, tree_100k = {25, 121392, 75025};
static const struct tree tree_1m = {29, 832039, 514229};

#define ONE_CPU  .cpus = BENCH_ONE_CPU
#define ALL_CPUS .cpus = BENCH_ALL_CPUS
#define FORK_JOIN                                                                                                      \
    .per = "spawn + join and the node between", .live = "one call per node on the way down",                           \
    .order = "fib(n) without a cut-off: fib(n - 1) is spawned"
#define OURS .ours = {.measure = fork_join_measure, .arg = &tree, .quantum = FIB_SPAWNS}
#define FIB  FORK_JOIN, .k = "317 810 spawns", OURS
#define TBB_GROUP                                                                                                      \
    PEER_PROCESS("TBB task_group", peer_tbb, "fib", FIB_SPAWNS), .target_of = BENCH_RATIO, .target_limit = 0.2
#define TBB_INVOKE                                                                                                     \
    PEER_PROCESS("TBB invoke", peer_tbb, "fib_invoke", FIB_SPAWNS), .target_of = BENCH_RATIO, .target_limit = 0.2
#define OMP         PEER_PROCESS("OpenMP, active", peer_omp, "fib", FIB_SPAWNS)
#define OMP_DEFAULT PEER_PROCESS("OpenMP", peer_omp_default, "fib", FIB_SPAWNS)
#define LACE        PEER_PROCESS("Lace", peer_lace, "fib", FIB_SPAWNS), .target_of = BENCH_RATIO, .target_limit = 1.5
#define PLAIN                                                                                                          \
    .peer_name = "plain calls", .peer = {.measure = plain_measure, .quantum = FIB_SPAWNS},                             \
    .target_of = BENCH_DIFFERENCE, .target_limit = 3.9
#define FLAT(tree_, spawns_)                                                                                           \
    FORK_JOIN, .k = #spawns_ " spawns, the peer 986",                                                                  \
               .ours = {.measure = fork_join_measure, .arg = &(tree_), .quantum = (spawns_)},                          \
               .peer_name = "ours, 986", .peer = {.measure = fork_join_measure, .arg = &tree_1k, .quantum = 986},      \
               BENCH_FLAT

static const struct bench_row rows[] = {
    {.name = "fork_join", FIB, TBB_GROUP, ONE_CPU},
    {.name = "fork_join_all_cpus", FIB, TBB_GROUP, ALL_CPUS},
    {.name = "fork_join_invoke", FIB, TBB_INVOKE, ONE_CPU},
    {.name = "fork_join_invoke_all_cpus", FIB, TBB_INVOKE, ALL_CPUS},
    {.name = "fork_join_omp", FIB, OMP, ONE_CPU},
    {.name = "fork_join_omp_all_cpus", FIB, OMP, ALL_CPUS},
    {.name = "fork_join_omp_default_all_cpus", FIB, OMP_DEFAULT, ALL_CPUS},
    {.name = "fork_join_over_serial", FIB, PLAIN, ONE_CPU},
    {.name = "fork_join_lace", FIB, LACE, ONE_CPU},
    {.name = "fork_join_lace_all_cpus", FIB, LACE, ALL_CPUS},
    {.name = "fork_join_flat_10k", FLAT(tree_10k, 10945), ONE_CPU},
    {.name = "fork_join_flat_100k", FLAT(tree_100k, 121392), ONE_CPU},
    {.name = "fork_join_flat_1m", FLAT(tree_1m, 832039), ONE_CPU},
};

const struct bench_table rows_fork_join = {rows, sizeof rows / sizeof rows[0]};
