/* SPDX-License-Identifier: Apache-2.0 */
/* Starting coroutines and waiting for their end, beside goroutines: one at a time, by the thousand, and as a tree. */
#include "bench.h"
#include "on_loop.h"
#include "peers.h"

#include "measure/clock.h"

#include <errno.h>

/* ---- spawn + join ---- */

struct spawns {
    uint64_t batch, n; /* children per scope, children in all */
    double *total;
};

static int child_nothing(struct coro *self, void *arg)
{
    (void)self;
    (void)arg;
    return 0;
}

static int spawn_batches(struct coro *self, uint64_t batch, uint64_t n)
{
    int err = 0;
    for (uint64_t done = 0; done < n && !err; done += batch) {
        struct scope scope;
        scope_init(&scope, self, 0);
        for (uint64_t i = 0; i < batch && !err; i++)
            err = scope_spawn(&scope, child_nothing, NULL);
        int join_err = scope_join(&scope);
        err = err ? err : join_err;
    }
    return err;
}

static int spawns_main(struct coro *self, void *arg, void **value)
{
    struct spawns *s = arg;
    (void)value;
    int err = spawn_batches(self, s->batch, s->batch > s->n / 16 ? s->batch : s->n / 16); /* fill the pool */
    uint64_t start_ns = clock_monotonic_ns();
    err = err ? err : spawn_batches(self, s->batch, s->n);
    *s->total = (double)(clock_monotonic_ns() - start_ns);
    return err;
}

static int spawn_measure(const struct bench_call *call, double *total)
{
    struct spawns s = {.batch = *(const uint64_t *)call->arg, .n = call->n, .total = total};
    return on_loop_run(&(struct loop_config){.workers = call->cpus}, spawns_main, &s);
}

/* ---- skynet ---- */

enum { SKYNET_LEAVES = 1000000, SKYNET_CHILDREN = 10 };

struct node {
    uint64_t first, leaves, sum;
};

/* A leaf gives its number; every other node starts ten more, waits, and sums. */
static int node_run(struct coro *self, void *arg)
{
    struct node *node = arg;
    if (node->leaves == 1) {
        node->sum = node->first;
        return 0;
    }
    struct node child[SKYNET_CHILDREN];
    struct scope scope;
    int err = 0;
    uint64_t share = node->leaves / SKYNET_CHILDREN;
    scope_init(&scope, self, 0);
    for (uint64_t i = 0; i < SKYNET_CHILDREN && !err; i++) {
        child[i] = (struct node){.first = node->first + i * share, .leaves = share};
        err = scope_spawn(&scope, node_run, &child[i]);
    }
    int join_err = scope_join(&scope);
    if (err || join_err)
        return err ? err : join_err;
    node->sum = 0;
    for (unsigned i = 0; i < SKYNET_CHILDREN; i++)
        node->sum += child[i].sum;
    return 0;
}

static int skynet_tree(struct coro *self)
{
    struct node root = {.leaves = SKYNET_LEAVES};
    int err = node_run(self, &root);
    return err ? err : root.sum == (uint64_t)SKYNET_LEAVES * (SKYNET_LEAVES - 1) / 2 ? 0 : -EBADMSG;
}

static int skynet_main(struct coro *self, void *arg, void **value)
{
    struct spawns *s = arg;
    (void)value;
    int err = skynet_tree(self); /* fill the pool */
    uint64_t start_ns = clock_monotonic_ns();
    for (uint64_t leaves = 0; leaves < s->n && !err; leaves += SKYNET_LEAVES)
        err = skynet_tree(self);
    *s->total = (double)(clock_monotonic_ns() - start_ns);
    return err;
}

static int skynet_measure(const struct bench_call *call, double *total)
{
    struct spawns s = {.n = call->n, .total = total};
    return on_loop_run(&(struct loop_config){.workers = call->cpus}, skynet_main, &s);
}

#define TARGET .target_of = BENCH_RATIO, .target_limit = 0.25
#define SPAWN(batch)                                                                                                   \
    .per = "spawn + join", .live = "nothing; a child that returns at once, stacks and control blocks pooled",          \
    .ours = {.measure = spawn_measure, .arg = &(const uint64_t){batch}, .quantum = (batch)}
#define SPAWN_ONE SPAWN(1), .k = "1", .order = "one at a time", PEER_PROCESS("Go", peer_go, "spawn_1", 1), TARGET
#define SPAWN_1000                                                                                                     \
    SPAWN(1000), .k = "1 000", .order = "1 000 children, then one join",                                               \
                 PEER_PROCESS("Go", peer_go, "spawn_1000", 1000), TARGET
#define SPAWN_FLAT(batch, k_)                                                                                          \
    SPAWN(batch), .k = k_ ", the peer 1 000", .order = "all children, then one join", .peer_name = "ours, 1 000",      \
                  .peer = {.measure = spawn_measure, .arg = &(const uint64_t){1000}, .quantum = 1000}, BENCH_FLAT
#define SKYNET                                                                                                         \
    .per = "leaf", .live = "10 results and a sum in each inner node; Go's nodes send theirs through channels",         \
    .k = "1 000 000 leaves, 1 111 111 coroutines", .order = "a tree, 10 children per node; one tree per measurement",  \
    .units = SKYNET_LEAVES, .units_quick = SKYNET_LEAVES, .ours = {.measure = skynet_measure},                         \
    PEER_PROCESS("Go", peer_go, "skynet", 1)

static const struct bench_row rows[] = {
    {.name = "spawn_join", SPAWN_ONE, .cpus = BENCH_ONE_CPU},
    {.name = "spawn_join_all_cpus", SPAWN_ONE, .cpus = BENCH_ALL_CPUS},
    {.name = "spawn_join_1k", SPAWN_1000, .cpus = BENCH_ONE_CPU},
    {.name = "spawn_join_1k_all_cpus", SPAWN_1000, .cpus = BENCH_ALL_CPUS},
    {.name = "spawn_flat_10k", SPAWN_FLAT(10000, "10 000"), .cpus = BENCH_ONE_CPU},
    {.name = "spawn_flat_100k", SPAWN_FLAT(100000, "100 000"), .cpus = BENCH_ONE_CPU},
    {.name = "spawn_flat_1m", SPAWN_FLAT(1000000, "1 000 000"), .cpus = BENCH_ONE_CPU},
    {.name = "spawn_flat_10k_all_cpus", SPAWN_FLAT(10000, "10 000"), .cpus = BENCH_ALL_CPUS},
    {.name = "spawn_flat_100k_all_cpus", SPAWN_FLAT(100000, "100 000"), .cpus = BENCH_ALL_CPUS},
    {.name = "spawn_flat_1m_all_cpus", SPAWN_FLAT(1000000, "1 000 000"), .cpus = BENCH_ALL_CPUS},
    {.name = "skynet", SKYNET, .cpus = BENCH_ONE_CPU},
    {.name = "skynet_all_cpus", SKYNET, .cpus = BENCH_ALL_CPUS, TARGET},
};

const struct bench_table rows_spawn = {rows, sizeof rows / sizeof rows[0]};
