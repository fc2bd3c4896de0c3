/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fib: what does splitting off a piece of work and joining it cost, when there is almost no work in it?
 *
 *                fib(5)                        every call above the cut-off splits off one child, fib(n-1),
 *              /        \                      does fib(n-2) itself, joins, and adds
 *          [fib(4)]     fib(3)
 *          /     \      /    \                 [ ] a child: a unit of work that anybody may carry out
 *     [fib(3)] fib(2) [fib(2)] fib(1)
 *
 * One task, whose op is one whole tree. The tree is the one that everybody uses for this question, and a bad way to
 * compute Fibonacci numbers; a call does an addition and two comparisons, 2 ns. So the run time divided by the number
 * of children, fork_join_ns, is nearly all price of the splitting, and o = (P * T - T_serial) / children all of it.
 * Under serial a child is a call, which makes serial the program without its parallelism.
 *
 * What differs. Strategies that make children first and ask later pay for each: a closure in a shared queue, a thread,
 * a process. Those that keep children with their parent until somebody else has nothing to do (stealing) pay for the
 * few that are taken, and a call for the rest. At most K threads or processes are alive: a child that would be one more
 * is a call. children_carried_percent says how many were more than a call, and numbers should be read beside it: who
 * carries 1 % did little of what this asks.
 *
 * `cutoff` is what everybody does about it in earnest: below it the program stops splitting. With the cut-off at 20 a
 * child is 100 us of work and every strategy should come close to P times serial; that is the finding to take home.
 *
 * A child's word holds its n and its path from the root, which begins with the number of the tree: no two children are
 * asked the same, and to remember what one gave back is no use. The two leaves fib(0) and fib(1) are not 0 and 1 but
 * come from the nonce, so that the result can't be known before; the oracle adds in a loop. Not to be used for: how
 * well a scheduler spreads real work (mandelbrot), or what a child costs that blocks (spawn_join, sleep_fanout).
 */
#include "contract/workload.h"

#include "workloads/tree.h"

enum { PARAM_N, PARAM_CUTOFF, PARAM_TREES };

struct tree {
    int64_t leaf[2];
    uint64_t cutoff;
};

static struct tree tree_of(const struct workload_env *env)
{
    return (struct tree){
        .leaf = {(int64_t)(rng_hash2(env->nonce, 0) % 1000), (int64_t)(rng_hash2(env->nonce, 1) % 1000)},
        .cutoff = (uint64_t)env->params->value[PARAM_CUTOFF],
    };
}

/* The same without children. Not inlined: both compilers turn one of the calls into a loop, and no more. */
static __attribute__((noinline)) int64_t node_plain(const struct tree *tree, uint64_t n)
{
    return n < 2 ? tree->leaf[n] : node_plain(tree, n - 1) + node_plain(tree, n - 2);
}

/* The word of a node: n, and above it the path, to which each step adds a bit (which bits fall out is no matter). */
enum { N_BITS = 6 };

static uint64_t word_of(uint64_t path, uint64_t n)
{
    return path << N_BITS | n;
}

static int64_t node_run(struct ctx *c, const void *shared, uint64_t word)
{
    const struct tree *tree = shared;
    uint64_t n = word & ((1 << N_BITS) - 1), path = word >> N_BITS << 1;
    if (n < 2)
        return tree->leaf[n];
    if (n <= tree->cutoff)
        return node_plain(tree, n);
    struct children first;
    children_init(&first, node_run, tree);
    int rc = ctx_spawn(c, &first, word_of(path + 1, n - 1));
    int64_t second = rc < 0 ? rc : node_run(c, tree, word_of(path, n - 2));
    rc = ctx_join(c, &first);
    return rc < 0 ? rc : second < 0 ? second : first.sum + second;
}

static int fib_op(struct op *op)
{
    struct tree tree = tree_of(op->env);
    int64_t value = node_run(op->ctx, &tree, word_of(op->index + 1, (uint64_t)op->env->params->value[PARAM_N]));
    if (value < 0)
        return (int)value;
    op_result(op, (uint64_t)value);
    return 0;
}

static uint64_t fib_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    struct tree tree = tree_of(env);
    uint64_t value = (uint64_t)tree.leaf[0], next = (uint64_t)tree.leaf[1], result = 0;
    (void)task;
    for (int64_t n = 0; n < env->params->value[PARAM_N]; n++) {
        uint64_t sum = value + next;
        value = next;
        next = sum;
    }
    for (uint64_t i = 0; i < shape->ops_per_task; i++)
        result = result_fold(result, value);
    return result;
}

/* Children of one tree: the calls above the cut-off. S(n) = 1 + S(n-1) + S(n-2). */
static uint64_t children_count(const struct workload_env *env)
{
    int64_t cutoff = env->params->value[PARAM_CUTOFF] > 1 ? env->params->value[PARAM_CUTOFF] : 1;
    uint64_t before = 0, count = 0;
    for (int64_t n = cutoff; n < env->params->value[PARAM_N]; n++) {
        uint64_t next = 1 + count + before;
        before = count;
        count = next;
    }
    return count;
}

static int fib_shape(struct workload_env *env, struct shape *out)
{
    *out = (struct shape){
        .tasks = 1,
        .ops_per_task = (uint64_t)env->params->value[PARAM_TREES],
        .group = 1,
        .batch = 1,
        .work_per_op = children_count(env),
    };
    return 0;
}

static const struct param_spec fib_params[] = {
    {.name = "n",
     .unit = "count",
     .summary = "which number; a tree has about 1.6^n calls",
     .defaults = {18, 27, 32},
     .min = 0,
     .max = 45},
    {.name = "cutoff",
     .unit = "count",
     .summary = "no children at or below this n; 0: children everywhere",
     .defaults = {0, 0, 0},
     .min = 0,
     .max = 45},
    {.name = "trees",
     .unit = "count",
     .summary = "trees, one after the other",
     .defaults = {4, 20, 20},
     .min = 1,
     .max = 1000000},
    {.name = NULL},
};

static const struct variant fib_variants[] = {
    {"cutoff=0", PROFILE_SMOKE},
    {"cutoff=20", PROFILE_QUICK},
    {"cutoff=10", PROFILE_FULL},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_fib = {
    .name = "fib",
    .kind = "cpu",
    .summary = "What does splitting off a piece of work and joining it cost?",
    .op_is = "one tree of calls",
    .protocol = 2,
    .params = fib_params,
    .variants = fib_variants,
    .in_flight_sweep = "P",
    .spawns = true,
    .unpaceable = "an op is a whole tree of children",
    .headline = "fork_join_ns",
    .shape = fib_shape,
    .op = fib_op,
    .expect = fib_expect,
    .ideal = tree_ideal,
    .metrics = tree_metrics,
};
