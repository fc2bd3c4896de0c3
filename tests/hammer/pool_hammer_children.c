/* SPDX-License-Identifier: Apache-2.0 */
/* Children under the strategy `pool`, with queues and tables of any size. */
#include "pool_hammer.h"

#include "contract/strategy.h"

#include "measure/rng.h"

#include <stdlib.h>
#include <string.h>

extern const struct strategy strategy_pool;

/* A tree whose shape follows from `arg`; gives the number of its nodes. */
static int64_t tree(struct ctx *c, const void *shared, uint64_t arg)
{
    uint64_t height = arg >> 56, key = arg << 8 >> 8;
    struct children children, second;
    int64_t nodes = 1;

    pool_delay();
    if (height == 0)
        return nodes;
    children_init(&children, tree, shared);
    children_init(&second, tree, shared);
    for (uint64_t i = 0; i < 1 + rng_hash2(key, 0) % 4; i++)
        CHECK(ctx_spawn(c, &children, (height - 1) << 56 | (rng_hash2(key, i) >> 8)) == 0);
    if (key % 3 == 0)
        CHECK(ctx_spawn(c, &second, (height - 1) << 56 | (key >> 1)) == 0);
    if (key % 5 == 0)
        CHECK(ctx_sleep_until(c, 0) == 0); /* all that waits goes into the queue, if there is room */
    CHECK(ctx_join(c, &second) == 0);
    CHECK(ctx_join(c, &children) == 0);
    return nodes + children.sum + second.sum;
}

static int op_tree(struct op *op)
{
    int64_t nodes = tree(op->ctx, NULL, UINT64_C(4) << 56 | op->task);
    op_result(op, (uint64_t)nodes);
    return 0;
}

/* The same tree, every child a call. */
static uint64_t tree_expected(unsigned task)
{
    struct ctx ctx = {.ops = &ctx_blocking};
    return result_fold(0, (uint64_t)tree(&ctx, NULL, UINT64_C(4) << 56 | task));
}

void pool_hammer_children(void)
{
    enum { TASKS = 12 };
    static uint64_t expected[TASKS];
    struct workload workload = {.name = "tree", .op = op_tree};
    struct workload_env env = {.in_flight = 1, .workers = 2};
    struct task tasks[TASKS];

    pool_delays(false);
    for (unsigned i = 0; i < TASKS; i++)
        expected[i] = tree_expected(i);
    pool_delays(true);
    while (hammer_goes_on()) {
        struct params options = param_defaults(strategy_pool.options, PROFILE_SMOKE);
        int cpus[2] = {0, 0};
        unsigned k = 1 + pool_dice(4);
        struct lane *lanes = aligned_alloc(_Alignof(struct lane), k * sizeof *lanes);
        struct strategy_state *state;
        memset(lanes, 0, k * sizeof *lanes);
        options.value[param_find(strategy_pool.options, "children_count")] = pool_dice(12);
        options.value[param_find(strategy_pool.options, "queue_count")] = 2 << pool_dice(4);
        options.value[param_find(strategy_pool.options, "spin_ns")] = pool_dice(2) * 3000;
        struct strategy_config config = {.in_flight = k,
                                         .workers = 1 + pool_dice(4),
                                         .group = 1,
                                         .cpus = cpus,
                                         .lanes = lanes,
                                         .n_lanes = k,
                                         .options = &options};
        CHECK(strategy_pool.open(&state, &config) == 0);
        for (unsigned pass = 0; pass < 3; pass++) {
            for (unsigned i = 0; i < TASKS; i++)
                tasks[i] = (struct task){.workload = &workload, .env = &env, .ops = 1, .id = i, .batch = 1};
            CHECK(strategy_pool.run(state, tasks, TASKS) == 0);
            for (unsigned i = 0; i < TASKS; i++)
                CHECK(tasks[i].err == 0 && tasks[i].result == expected[i]);
        }
        strategy_pool.close(state);
        free(lanes);
    }
}
