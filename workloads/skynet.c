/* SPDX-License-Identifier: Apache-2.0 */
/*
 * skynet: a tree in which every node makes ten, down to the leaves, and numbers flow back up.
 *
 *     level 0                    [.]                        one task's op
 *     level 1   [.] [.] [.] [.] [.] [.] [.] [.] [.] [.]     10 children
 *     level 2   [.] x 100
 *      ...
 *     leaves    0 1 2 3 ...                                 each gives its number; a node gives the sum of its ten
 *
 * The classic of the actor and coroutine worlds (github.com/atemerev/skynet), and their favourite unfair comparison:
 * programs that made 1 111 units were timed against programs that made 1 111 111. Here the number of children is fixed
 * by the work, the headline is divided by it, and children_carried_percent says how many became more than a call by
 * their parent.
 *
 * What differs from fib: ten children are spawned before any is joined, so there is a choice between going down the
 * tree first (few units alive: what stealing does) and making a whole level first (what a shared queue does: memory
 * grows with the width of the tree, unless somebody says stop). At most K threads or processes are alive at a time, a
 * child beyond that is a call, and a machine that refuses before K is reached ends the trial with the limit's name.
 *
 * Each leaf's number is shifted by one that comes from the nonce; the oracle is the formula. Not to be used for: the
 * price of a message (there are none), nor as a ranking of machines.
 */
#include "contract/workload.h"

#include "workloads/tree.h"

enum { PARAM_LEAVES, PARAM_TREES };
enum { WAYS = 10, LEVELS_MAX = 7 };

/* A child's word: the first leaf below it, how many levels there are above the leaves, and which tree it is: no two
 * children are asked the same, and to remember what one gave back is no use. */
enum { LEVEL_SHIFT = 32, LEVEL_MASK = 0xff, TREE_SHIFT = 40 };

struct tree {
    int64_t offset;
    uint64_t power[LEVELS_MAX + 1]; /* leaves below a node of this level */
};

static int64_t node_run(struct ctx *c, const void *shared, uint64_t arg)
{
    const struct tree *tree = shared;
    uint64_t level = arg >> LEVEL_SHIFT & LEVEL_MASK, below = arg - (UINT64_C(1) << LEVEL_SHIFT);
    struct children ten;
    if (level == 0)
        return (int64_t)(arg & UINT32_MAX) + tree->offset;
    children_init(&ten, node_run, tree);
    int rc = 0;
    for (unsigned i = 0; i < WAYS && rc == 0; i++)
        rc = ctx_spawn(c, &ten, below + i * tree->power[level - 1]);
    int join_rc = ctx_join(c, &ten);
    return rc < 0 ? rc : join_rc < 0 ? join_rc : ten.sum;
}

static unsigned levels_of(const struct workload_env *env)
{
    unsigned levels = 0;
    for (int64_t leaves = 1; leaves < env->params->value[PARAM_LEAVES] && levels < LEVELS_MAX; leaves *= WAYS)
        levels++;
    return levels;
}

static struct tree tree_of(const struct workload_env *env)
{
    struct tree tree = {.offset = (int64_t)(rng_hash2(env->nonce, 0) % 1000)};
    uint64_t leaves = 1;
    for (unsigned level = 0; level <= LEVELS_MAX; level++, leaves *= WAYS)
        tree.power[level] = leaves;
    return tree;
}

static int skynet_op(struct op *op)
{
    struct tree tree = tree_of(op->env);
    int64_t sum = node_run(op->ctx, &tree, op->index << TREE_SHIFT | (uint64_t)levels_of(op->env) << LEVEL_SHIFT);
    if (sum < 0)
        return (int)sum;
    op_result(op, (uint64_t)sum);
    return 0;
}

static uint64_t skynet_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    struct tree tree = tree_of(env);
    uint64_t leaves = tree.power[levels_of(env)], result = 0;
    (void)task;
    for (uint64_t i = 0; i < shape->ops_per_task; i++)
        result = result_fold(result, leaves * (leaves - 1) / 2 + leaves * (uint64_t)tree.offset);
    return result;
}

static int skynet_shape(struct workload_env *env, struct shape *out)
{
    struct tree tree = tree_of(env);
    uint64_t nodes = 0;
    for (unsigned level = 0; level < levels_of(env); level++)
        nodes += tree.power[level + 1];
    *out = (struct shape){
        .tasks = 1,
        .ops_per_task = (uint64_t)env->params->value[PARAM_TREES],
        .group = 1,
        .batch = 1,
        .work_per_op = nodes, /* all but the root */
    };
    return 0;
}

static const struct param_spec skynet_params[] = {
    {.name = "leaves",
     .unit = "count",
     .summary = "leaves of a tree, rounded up to a power of ten; 1000 make 1110 children",
     .defaults = {100, 100000, 1000000},
     .min = 1,
     .max = 10000000},
    {.name = "trees",
     .unit = "count",
     .summary = "trees, one after the other",
     .defaults = {4, 20, 20},
     .min = 1,
     .max = 1000000},
    {.name = NULL},
};

const struct workload workload_skynet = {
    .name = "skynet",
    .kind = "cpu",
    .summary = "What does a unit of a wide tree cost, and does a tree of a million fit?",
    .op_is = "one tree",
    .protocol = 2,
    .params = skynet_params,
    .in_flight_sweep = "P",
    .spawns = true,
    .unpaceable = "an op is a whole tree of children",
    .headline = "fork_join_ns",
    .shape = skynet_shape,
    .op = skynet_op,
    .expect = skynet_expect,
    .ideal = tree_ideal,
    .metrics = tree_metrics,
};
