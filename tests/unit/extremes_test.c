/* SPDX-License-Identifier: Apache-2.0 */
/* Every strategy with every option at both of its ends, one at a time and all together: with few and many tasks, with
 * children that split at once and children that lie in a row. The coroutines have tests of their own for this. */
#include "unit/strategy_ops.h"

TestSuite(extremes, .timeout = 120);

/* Shallow enough for the smallest stacks. */
enum { NODES_N = 14, CHAIN_DEPTH = 16, FIB_14 = 377 };

static int64_t node(struct ctx *c, const void *shared, uint64_t n)
{
    struct children first;

    if (n < 2)
        return (int64_t)n;
    children_init(&first, node, shared);
    int rc = ctx_spawn(c, &first, n - 1);
    int64_t second = node(c, shared, n - 2);
    int joined = ctx_join(c, &first);
    return rc < 0 ? rc : joined < 0 ? joined : second < 0 ? second : first.sum + second;
}

/* Each has one child. */
static int64_t chain_link(struct ctx *c, const void *shared, uint64_t n)
{
    struct children next;

    if (n == 0)
        return 0;
    children_init(&next, chain_link, shared);
    int rc = ctx_spawn(c, &next, n - 1), joined = ctx_join(c, &next);
    return rc < 0 ? rc : joined < 0 ? joined : next.sum + 1;
}

static int op_children(struct op *op)
{
    int64_t tree = node(op->ctx, NULL, NODES_N), chain = chain_link(op->ctx, NULL, CHAIN_DEPTH);

    if (tree < 0 || chain < 0)
        return tree < 0 ? (int)tree : (int)chain;
    return tree == FIB_14 && chain == CHAIN_DEPTH ? op_plain(op) : -EBADMSG;
}

/* A pass over so many tasks with these options, as everything is released again. */
static void check(const struct strategy *strategy, const struct params *options, unsigned k, unsigned n)
{
    struct rig rig;

    rig_init(&rig, strategy, strategy->childless ? op_plain : op_children, k, n);
    rig.options = *options;
    rig_open(&rig);
    for (int pass = 0; pass < 2; pass++) {
        int rc = rig_run(&rig, 2);
        cr_assert(rc == 0, "%s, K = %u: %s", strategy->name, k, strerror(-rc));
        rig_check_complete(&rig, 2);
    }
    rig_close(&rig);
}

static unsigned options_count(const struct strategy *strategy)
{
    unsigned count = 0;

    while (strategy->options && strategy->options[count].name)
        count++;
    return count;
}

/* Bit i of `greatest`: option i is at its upper end; of `changed`: it is at an end at all. */
static struct params options_at(const struct strategy *strategy, unsigned changed, unsigned greatest)
{
    struct params options = param_defaults(strategy->options, PROFILE_SMOKE);

    for (unsigned i = 0; i < options_count(strategy); i++)
        if (changed >> i & 1)
            options.value[i] = greatest >> i & 1 ? strategy->options[i].max : strategy->options[i].min;
    for (unsigned i = 0; SANITIZED && i < options_count(strategy); i++) /* its frames are some times as large */
        if (!strcmp(strategy->options[i].name, "stack_bytes") && options.value[i] < 1 << 18)
            options.value[i] = 1 << 18;
    return options;
}

static void check_ends(const struct strategy *strategy)
{
    static const unsigned in_flight[] = {1, 2, 8};
    const unsigned all = (1u << options_count(strategy)) - 1;

    for (unsigned j = 0; j < sizeof in_flight / sizeof *in_flight; j++) {
        for (unsigned i = 0; i < options_count(strategy); i++)
            for (unsigned end = 0; end < 2; end++) {
                struct params options = options_at(strategy, 1u << i, end << i);
                check(strategy, &options, in_flight[j], 1);
                check(strategy, &options, in_flight[j], 40);
            }
        struct params least = options_at(strategy, all, 0), greatest = options_at(strategy, all, all);
        check(strategy, &least, in_flight[j], 40);
        check(strategy, &greatest, in_flight[j], 40);
    }
}

extern const struct strategy strategy_serial;
extern const struct strategy strategy_threads;
extern const struct strategy strategy_threads_static;
extern const struct strategy strategy_pool;
extern const struct strategy strategy_pool_steal;
extern const struct strategy strategy_processes;
extern const struct strategy strategy_prefork;

Test(extremes, options_of_serial)
{
    check_ends(&strategy_serial);
}

Test(extremes, options_of_threads)
{
    check_ends(&strategy_threads);
}

Test(extremes, options_of_threads_static)
{
    check_ends(&strategy_threads_static);
}

Test(extremes, options_of_pool)
{
    check_ends(&strategy_pool);
}

Test(extremes, options_of_pool_steal)
{
    check_ends(&strategy_pool_steal);
}

Test(extremes, options_of_processes)
{
    check_ends(&strategy_processes);
}

Test(extremes, options_of_prefork)
{
    check_ends(&strategy_prefork);
}
