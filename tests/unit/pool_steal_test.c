/* SPDX-License-Identifier: Apache-2.0 */
/* What pool_steal promises (contract/strategy.h), its children, and its sleep. */
#include "unit/strategy_promises.h"

#include "measure/clock.h"

#include "strategies/fork_join.h"

extern const struct strategy strategy_pool_steal;

TestSuite(pool_steal, .timeout = 60);

Test(pool_steal, every_task_runs_once_in_order_and_never_more_than_k)
{
    rig_test_once_and_in_order(&strategy_pool_steal);
}

Test(pool_steal, a_finished_task_frees_its_slot_at_once)
{
    rig_test_slots_are_freed(&strategy_pool_steal);
}

Test(pool_steal, groups_are_alive_together)
{
    rig_test_groups(&strategy_pool_steal, SANITIZED ? 128 : 1024);
}

Test(pool_steal, few_tasks_with_a_large_k)
{
    rig_test_few_tasks(&strategy_pool_steal, SANITIZED ? 128 : 1024, 100);
}

Test(pool_steal, an_error_of_one_task_stays_its_own)
{
    rig_test_errors(&strategy_pool_steal);
}

Test(pool_steal, carriers_are_pinned_or_refused)
{
    rig_test_placement(&strategy_pool_steal);
}

Test(pool_steal, impossible_configurations_are_refused)
{
    rig_test_refusals(&strategy_pool_steal);
}

Test(pool_steal, two_hundred_lives_leave_nothing)
{
    rig_test_nothing_is_left(&strategy_pool_steal);
}

Test(pool_steal, ten_thousand_short_runs)
{
    for (unsigned k = 1; k <= 5; k += 2)
        rig_test_short_runs(&strategy_pool_steal, k, 10000);
}

/* Many tasks, one at a time and in batches, through an injector that is nearly always full. */
Test(pool_steal, a_hundred_thousand_empty_tasks)
{
    for (unsigned k = 1; k <= 64; k *= 4)
        for (int batch = 1; batch <= FORK_BATCH_MAX; batch *= 8) {
            struct rig rig;
            rig_init(&rig, &strategy_pool_steal, op_plain, k, SANITIZED ? 10000 : 50000);
            rig_option(&rig, "batch_count", batch);
            rig_option(&rig, "queue_count", batch == 8 ? 2 : 1024);
            rig_open(&rig);
            for (int pass = 0; pass < 2; pass++) {
                cr_assert(rig_run(&rig, 1) == 0);
                rig_check_complete(&rig, 1);
            }
            rig_close(&rig);
        }
}

/* In batches a task that blocks does not keep those behind it, and never more than K are alive. */
Test(pool_steal, batches_are_stolen)
{
    for (unsigned k = 2; k <= 5; k++) {
        struct rig rig;
        rig_init(&rig, &strategy_pool_steal, op_first_waits_for_last, k, 100);
        rig_option(&rig, "batch_count", 32);
        rig_open(&rig);
        for (int pass = 0; pass < 20; pass++) {
            cr_assert(rig_run(&rig, 1) == 0);
            rig_check_complete(&rig, 1);
        }
        rig_close(&rig);

        rig_init(&rig, &strategy_pool_steal, op_watched, k, 200);
        rig_option(&rig, "batch_count", 32);
        rig_open(&rig);
        cr_assert(rig_run(&rig, 5) == 0);
        rig_check_complete(&rig, 5);
        cr_assert(rig.board->peak <= k, "%u alive with K=%u", rig.board->peak, k);
        rig_close(&rig);
    }
}

Test(pool_steal, one_task_does_not_wake_everybody)
{
    rig_test_one_wakes_few(&strategy_pool_steal);
}

/* --- children --- */

/* A tree whose shape comes from a hash: every node counts itself, its children are 0 to 4. What a node does besides
 * comes from `kind`. */
struct tree {
    uint64_t seed;
    int kind;
    int fails_at; /* depth; -1: nobody fails */
};
enum { TREE_PLAIN, TREE_SLEEPS, TREE_TWO_SETS };
enum { DEPTH_SHIFT = 56 };

static unsigned ways_of(const struct tree *tree, uint64_t arg)
{
    unsigned depth = (unsigned)(arg >> DEPTH_SHIFT);
    return depth >= 12 ? 0 : (unsigned)(rng_hash2(tree->seed, arg) % (depth < 4 ? 5 : 3));
}

static uint64_t child_of(uint64_t arg, unsigned i)
{
    uint64_t depth = arg >> DEPTH_SHIFT, id = rng_hash2(arg, i) >> (64 - DEPTH_SHIFT);
    return (depth + 1) << DEPTH_SHIFT | id;
}

static int64_t tree_count(const struct tree *tree, uint64_t arg)
{
    int64_t count = 1;
    for (unsigned i = 0; i < ways_of(tree, arg); i++)
        count += tree_count(tree, child_of(arg, i));
    return count;
}

static int64_t tree_node(struct ctx *c, const void *shared, uint64_t arg)
{
    const struct tree *tree = shared;
    struct children of, more;
    unsigned ways = ways_of(tree, arg);
    int rc = 0;
    if (tree->fails_at >= 0 && (unsigned)tree->fails_at == arg >> DEPTH_SHIFT)
        return -EPROTO;
    children_init(&of, tree_node, tree);
    children_init(&more, tree_node, tree);
    for (unsigned i = 0; i < ways && rc == 0; i++)
        rc = ctx_spawn(c, tree->kind == TREE_TWO_SETS && i >= ways / 2 ? &more : &of, child_of(arg, i));
    if (tree->kind == TREE_SLEEPS && arg % 16 == 0)
        rc = ctx_sleep_until(c, clock_monotonic_ns() + 20000);
    int rc_more = ctx_join(c, &more), rc_of = ctx_join(c, &of); /* the one that spawned last is joined first */
    return rc ? rc : rc_more ? rc_more : rc_of ? rc_of : 1 + of.sum + more.sum;
}

static struct tree op_tree_of;

static int op_tree(struct op *op)
{
    struct tree tree = op_tree_of;
    tree.seed += op->task;
    int64_t count = tree_node(op->ctx, &tree, 0);
    if (count < 0)
        return (int)count;
    return count == tree_count(&tree, 0) ? op_plain(op) : -EBADMSG;
}

static uint64_t carried(const struct rig *rig)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < rig->config.n_lanes; i++)
        count += rig->config.lanes[i].children_carried_count;
    return count;
}

static uint64_t grow(struct tree tree, unsigned k, unsigned n, uint64_t ops, int64_t children, int64_t spin_ns)
{
    struct rig rig;
    op_tree_of = tree;
    rig_init(&rig, &strategy_pool_steal, op_tree, k, n);
    rig_option(&rig, "children_count", children);
    rig_option(&rig, "spin_ns", spin_ns);
    rig_open(&rig);
    for (int pass = 0; pass < 2; pass++) {
        cr_assert(rig_run(&rig, ops) == 0);
        rig_check_complete(&rig, ops);
    }
    uint64_t count = carried(&rig);
    rig_close(&rig);
    return count;
}

Test(pool_steal, trees_with_any_number_of_workers_and_slots)
{
    const unsigned workers[] = {1, 2, 3, 8, 64};
    const int64_t slots[] = {1, 2, 7, 8192};
    for (unsigned k = 0; k < sizeof workers / sizeof *workers; k++)
        for (unsigned s = 0; s < sizeof slots / sizeof *slots; s++)
            for (int kind = TREE_PLAIN; kind <= TREE_TWO_SETS; kind++) {
                uint64_t ops = kind == TREE_SLEEPS ? 2 : SANITIZED ? 10 : 50;
                struct tree tree = {.seed = 100 * k + 10 * s, .kind = kind, .fails_at = -1};
                uint64_t count = grow(tree, workers[k], 3, ops, slots[s], s % 2 ? 0 : -1);
                if (workers[k] == 1)
                    cr_assert_eq(count, 0u, "one worker has nobody to steal from");
            }
}

/* One task whose children sleep, and as many workers: they all are taken, and the sleeps overlap. */
static int64_t sleeper(struct ctx *c, const void *shared, uint64_t arg)
{
    (void)shared;
    int rc = ctx_sleep_until(c, clock_monotonic_ns() + 20000000);
    return rc < 0 ? rc : (int64_t)arg;
}

static int op_sleepers(struct op *op)
{
    struct children of;
    children_init(&of, sleeper, NULL);
    for (uint64_t i = 0; i < 15; i++)
        if (ctx_spawn(op->ctx, &of, i) < 0)
            return -EBADMSG;
    if (sleeper(op->ctx, NULL, 0) < 0) /* the parent blocks too: what it had for itself must be shared before */
        return -EBADMSG;
    int rc = ctx_join(op->ctx, &of);
    return rc < 0 ? rc : of.sum == 105 ? op_plain(op) : -EBADMSG;
}

Test(pool_steal, a_parent_that_blocks_does_not_sit_on_its_children)
{
    struct rig rig;
    rig_init(&rig, &strategy_pool_steal, op_sleepers, 16, 1);
    rig_option(&rig, "spin_ns", 0);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 1) == 0); /* everybody has slept once */
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    uint64_t before = carried(&rig), start_ns = clock_monotonic_ns();
    cr_assert(rig_run(&rig, 5) == 0);
    uint64_t took_ns = clock_monotonic_ns() - start_ns;
    rig_check_complete(&rig, 5);
    cr_assert_eq(carried(&rig) - before, 75u, "%lu of 75 children were stolen",
                 (unsigned long)(carried(&rig) - before));
    cr_assert_lt(took_ns, UINT64_C(5 * 8 * 20000000), "16 sleeps of 20 ms, five times: %lu ms",
                 (unsigned long)(took_ns / 1000000));
    rig_close(&rig);
}

Test(pool_steal, the_first_error_of_a_child_comes_up)
{
    for (unsigned k = 1; k <= 4; k++) {
        struct rig rig;
        op_tree_of = (struct tree){.seed = 3, .fails_at = 2};
        cr_assert_gt(tree_count(&op_tree_of, 0), 1);
        rig_init(&rig, &strategy_pool_steal, op_tree, k, 1);
        rig_open(&rig);
        cr_assert(rig_run(&rig, 1) == 0);
        cr_assert_eq(rig.tasks[0].err, -EPROTO, "%d", rig.tasks[0].err);
        op_tree_of.fails_at = -1;
        cr_assert(rig_run(&rig, 3) == 0);
        rig_check_complete(&rig, 3);
        rig_close(&rig);
    }
}

/* --- sleep --- */

static uint64_t cpu_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

Test(pool_steal, idle_workers_take_no_time)
{
    struct rig rig;
    op_tree_of = (struct tree){.seed = 1, .fails_at = -1};
    rig_init(&rig, &strategy_pool_steal, op_tree, 16, 3);
    rig_option(&rig, "spin_ns", 100000);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 20) == 0);
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    uint64_t before = cpu_ns();
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    uint64_t used = cpu_ns() - before;
    cr_assert_lt(used, UINT64_C(3000000), "%lu us of CPU in 300 ms of nothing", (unsigned long)(used / 1000));
    rig_close(&rig);
}

/* One child that sleeps, stolen, and a parent that joins it: the parent sleeps as well, and so do the others. */
static int op_joins_a_sleeper(struct op *op)
{
    struct children of;
    children_init(&of, sleeper, NULL);
    if (ctx_spawn(op->ctx, &of, 7) < 0 || ctx_sleep_until(op->ctx, clock_monotonic_ns() + 5000000) < 0)
        return -EBADMSG;
    return ctx_join(op->ctx, &of) == 0 && of.sum == 7 ? op_plain(op) : -EBADMSG;
}

Test(pool_steal, a_join_that_waits_takes_no_time)
{
    struct rig rig;
    rig_init(&rig, &strategy_pool_steal, op_joins_a_sleeper, 4, 1);
    rig_open(&rig);
    uint64_t before = cpu_ns();
    cr_assert(rig_run(&rig, 20) == 0);
    uint64_t used = cpu_ns() - before;
    rig_check_complete(&rig, 20);
    cr_assert_lt(used, UINT64_C(40000000), "%lu us of CPU for twenty sleeps of 20 ms", (unsigned long)(used / 1000));
    rig_close(&rig);
}

/* --- the engine by itself --- */

static int64_t fib(struct fork_worker *w, struct split_slot *head, const void *shared, uint64_t n)
{
    if (n < 2)
        return (int64_t)n;
    fork_spawn(w, head, fib, shared, n - 1);
    int64_t second = fib(w, head + 1, shared, n - 2);
    const struct split_slot *stolen = fork_join(w, head);
    return second + (stolen ? stolen->value : fib(w, head, shared, n - 1));
}

Test(pool_steal, the_engine_without_the_strategy)
{
    for (unsigned workers = 1; workers <= 5; workers++)
        for (unsigned capacity = 1; capacity <= 64; capacity *= 8) {
            struct fork_pool *pool;
            struct fork_config config = {.workers = workers, .spin_ns = FORK_SPIN_AUTO, .capacity = capacity};
            cr_assert(fork_pool_create(&pool, &config) == 0);
            for (int i = 0; i < 20; i++) {
                int64_t value = fork_join_run(pool, fib, NULL, 20);
                cr_assert_eq(value, 6765);
            }
            fork_pool_destroy(pool);
        }
}

static int begin_fails(struct fork_worker *w, void *arg)
{
    (void)w, (void)arg;
    return -ENODEV;
}

Test(pool_steal, the_engine_refuses_what_it_cannot_do)
{
    struct fork_pool *pool;
    cr_assert_eq(fork_pool_create(&pool, &(struct fork_config){.workers = 0}), -EINVAL);
    cr_assert_eq(fork_pool_create(&pool, &(struct fork_config){.workers = 2, .batch = FORK_BATCH_MAX + 1}), -EINVAL);
    cr_assert_eq(fork_pool_create(&pool, &(struct fork_config){.workers = 2, .begin = begin_fails}), -ENODEV);
    cr_assert_null(pool);
}
