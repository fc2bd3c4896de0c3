/* SPDX-License-Identifier: Apache-2.0 */
/* Children under the strategy pool: sums, errors, nesting, the limits of queue and stack, and who carries whom. */
#include "unit/strategy_ops.h"

#include "measure/clock.h"

extern const struct strategy strategy_pool;

TestSuite(pool_children, .timeout = 60);

static uint64_t carried(const struct rig *rig)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < rig->config.n_lanes; i++)
        sum += rig->config.lanes[i].children_carried_count;
    return sum;
}

/* One pass over `n` tasks under each of some K and limits; the results must be `expected`. */
static void check_everywhere(int (*op)(struct op *), unsigned n, uint64_t expected)
{
    const unsigned in_flight[] = {1, 2, 8};
    const int64_t limits[] = {0, 1, 1024};

    for (unsigned k = 0; k < 3; k++)
        for (unsigned l = 0; l < 3; l++) {
            struct rig rig;
            rig_init(&rig, &strategy_pool, op, in_flight[k], n);
            rig_option(&rig, "children_count", limits[l]);
            rig_open(&rig);
            for (int pass = 0; pass < 3; pass++) {
                cr_assert(rig_run(&rig, 1) == 0);
                for (unsigned i = 0; i < n; i++)
                    cr_assert(rig.tasks[i].err == 0 && rig.tasks[i].result == expected,
                              "K=%u limit %d task %u: error %d", in_flight[k], (int)limits[l], i, rig.tasks[i].err);
            }
            cr_assert(carried(&rig) == 0 || (in_flight[k] > 1 && limits[l] > 0));
            rig_close(&rig);
        }
}

/* --- sums --- */

static int64_t node_sum(struct ctx *c, const void *shared, uint64_t arg)
{
    uint64_t height = arg >> 32, first = arg & UINT32_MAX;
    struct children ten;
    if (height == 0)
        return (int64_t)first;
    uint64_t below = 1;
    for (uint64_t i = 1; i < height; i++)
        below *= 10;
    children_init(&ten, node_sum, shared);
    for (uint64_t i = 0; i < 10; i++)
        ctx_spawn(c, &ten, (height - 1) << 32 | (first + i * below));
    return ctx_join(c, &ten) < 0 ? ten.err : ten.sum;
}

static int op_sum(struct op *op)
{
    op_result(op, (uint64_t)node_sum(op->ctx, NULL, UINT64_C(4) << 32));
    return 0;
}

Test(pool_children, sums_of_trees)
{
    check_everywhere(op_sum, 1, result_fold(0, UINT64_C(9999) * 10000 / 2));
    check_everywhere(op_sum, 30, result_fold(0, UINT64_C(9999) * 10000 / 2));
}

/* --- errors, empty sets, sets used again, two sets open at once --- */

static int64_t child_fails(struct ctx *c, const void *shared, uint64_t arg)
{
    (void)shared;
    if (arg % 4 == 3)
        ctx_sleep_until(c, 0);
    return arg % 10 == 7 ? -EPROTO : (int64_t)arg;
}

static int op_errors(struct op *op)
{
    struct children of, inner;
    children_init(&of, child_fails, NULL);
    if (ctx_join(op->ctx, &of) != 0 || of.sum != 0)
        return -ENOTRECOVERABLE;
    for (uint64_t i = 0; i < 100; i++)
        ctx_spawn(op->ctx, &of, i);
    children_init(&inner, child_fails, NULL);
    for (uint64_t i = 0; i < 7; i++)
        ctx_spawn(op->ctx, &inner, i);
    if (ctx_join(op->ctx, &inner) != 0 || inner.sum != 21)
        return -ENOTRECOVERABLE;
    if (ctx_join(op->ctx, &of) != -EPROTO || of.err != -EPROTO)
        return -ENOTRECOVERABLE;
    op_result(op, (uint64_t)of.sum);
    children_init(&of, child_fails, NULL);
    ctx_spawn(op->ctx, &of, 5);
    ctx_spawn(op->ctx, &of, 6);
    return ctx_join(op->ctx, &of) == 0 && of.sum == 11 ? 0 : -ENOTRECOVERABLE;
}

Test(pool_children, errors_and_sets_used_again)
{
    /* 0..99 without 7, 17, ..., 97 */
    check_everywhere(op_errors, 6, result_fold(0, 99 * 100 / 2 - 520));
}

/* --- who carries them --- */

static int64_t child_sleeps(struct ctx *c, const void *shared, uint64_t arg)
{
    (void)shared;
    return ctx_sleep_until(c, clock_monotonic_ns() + 20000000) < 0 ? -EIO : (int64_t)arg;
}

static int op_sleeping_children(struct op *op)
{
    struct children of;
    children_init(&of, child_sleeps, NULL);
    for (uint64_t i = 0; i < 8; i++)
        ctx_spawn(op->ctx, &of, i);
    int rc = ctx_join(op->ctx, &of);
    op_result(op, (uint64_t)of.sum);
    return rc;
}

/* Eight children of 20 ms under eight workers take much less than 160 ms: before the parent sleeps in the one that it
 * calls itself, all others go into the queue, though two CPUs let no more than one be wanted there. */
Test(pool_children, idle_workers_carry_them)
{
    struct rig rig;
    rig_init(&rig, &strategy_pool, op_sleeping_children, 8, 1);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 1) == 0);
    cr_assert(rig.tasks[0].err == 0 && rig.tasks[0].result == result_fold(0, 28));
    cr_assert(carried(&rig) >= 7, "%llu", (unsigned long long)carried(&rig));
    uint64_t ns = rig.tasks[0].ended_ns - rig.tasks[0].started_ns;
    cr_assert(ns >= 20000000 && ns < 120000000, "%llu ns", (unsigned long long)ns);
    rig_close(&rig);
}

/* Who has nothing else keeps its children: nobody else is there to take them, and none goes through the queue. */
static int64_t child_computes(struct ctx *c, const void *shared, uint64_t arg)
{
    (void)c, (void)shared;
    return (int64_t)arg;
}

static _Atomic unsigned at_work;

/* Two tasks of two workers: both wait for the other to come, so nobody is without work from then on. */
static int op_both_at_work(struct op *op)
{
    struct children of;
    atomic_fetch_add(&at_work, 1);
    while (atomic_load(&at_work) < 2)
        sched_yield();
    op_result(op, 0);
    for (unsigned round = 0; round < 1000; round++) {
        children_init(&of, child_computes, NULL);
        for (uint64_t i = 0; i < 10; i++)
            ctx_spawn(op->ctx, &of, i);
        if (ctx_join(op->ctx, &of) < 0 || of.sum != 45)
            return -ENOTRECOVERABLE;
    }
    atomic_fetch_add(&at_work, 1);
    while (atomic_load(&at_work) < 4)
        sched_yield();
    return 0;
}

Test(pool_children, nobody_without_work_none_carried)
{
    struct rig rig;
    rig_init(&rig, &strategy_pool, op_both_at_work, 2, 2);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 1) == 0);
    cr_assert(rig.tasks[0].err == 0 && rig.tasks[1].err == 0);
    cr_assert(carried(&rig) == 0, "%llu", (unsigned long long)carried(&rig));
    rig_close(&rig);
}

/* The oldest is what goes: while the parent is busy with its newest, others take from the other end. */
enum { ORDERED = 64 };
static _Atomic int64_t taken_oldest_first, last_taken;

static int64_t child_in_order(struct ctx *c, const void *shared, uint64_t arg)
{
    int64_t before = atomic_load(&last_taken);
    if (c->lane == shared)
        return ctx_sleep_until(c, clock_monotonic_ns() + 1000000);
    atomic_store(&last_taken, (int64_t)arg);
    if ((int64_t)arg > before)
        atomic_fetch_add(&taken_oldest_first, 1);
    return 0;
}

static int op_in_order(struct op *op)
{
    struct children of;
    children_init(&of, child_in_order, op->ctx->lane);
    for (uint64_t i = 1; i <= ORDERED; i++)
        ctx_spawn(op->ctx, &of, i);
    op_result(op, 0);
    return ctx_join(op->ctx, &of);
}

Test(pool_children, oldest_first)
{
    struct rig rig;
    rig_init(&rig, &strategy_pool, op_in_order, 2, 1);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 1) == 0);
    cr_assert(rig.tasks[0].err == 0);
    cr_assert(taken_oldest_first > ORDERED / 2 && taken_oldest_first < ORDERED, "%d", (int)taken_oldest_first);
    rig_close(&rig);
}

/* The first child sleeps on the other worker, so the parent sleeps in its join; the child's own children must wake it.
 */
static _Atomic int others; /* grandchildren that did not run where their parent did */

static int64_t grandchild(struct ctx *c, const void *shared, uint64_t arg)
{
    const struct lane *parents = shared;
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    if (c->lane != parents)
        atomic_fetch_add(&others, 1);
    return (int64_t)arg;
}

static int64_t child_with_work(struct ctx *c, const void *shared, uint64_t arg)
{
    struct children of;
    (void)shared, (void)arg;
    nanosleep(&(struct timespec){.tv_nsec = 30000000}, NULL); /* by then the parent is asleep */
    children_init(&of, grandchild, c->lane);
    for (uint64_t i = 0; i < 20; i++)
        ctx_spawn(c, &of, i);
    return ctx_join(c, &of) < 0 ? of.err : of.sum;
}

static int op_one_child(struct op *op)
{
    struct children of;
    children_init(&of, child_with_work, NULL);
    ctx_spawn(op->ctx, &of, 0);
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL); /* by then the other worker has it */
    int rc = ctx_join(op->ctx, &of);
    op_result(op, (uint64_t)of.sum);
    return rc;
}

Test(pool_children, a_sleeping_join_is_woken_by_new_children)
{
    struct rig rig;
    rig_init(&rig, &strategy_pool, op_one_child, 2, 1);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 1) == 0);
    cr_assert(rig.tasks[0].err == 0 && rig.tasks[0].result == result_fold(0, 190));
    cr_assert(others >= 5, "%d of 20 were carried by the worker that waits", others);
    rig_close(&rig);
}

/* --- a join does not begin a task --- */

static _Thread_local unsigned tasks_on_this_stack;
static _Atomic unsigned nested;

static int op_join_between_tasks(struct op *op)
{
    struct children of;
    if (tasks_on_this_stack++ > 0)
        atomic_fetch_add(&nested, 1);
    children_init(&of, child_fails, NULL);
    for (uint64_t i = 0; i < 5; i++)
        ctx_spawn(op->ctx, &of, i);
    ctx_yield(op->ctx);
    int rc = ctx_join(op->ctx, &of);
    tasks_on_this_stack--;
    op_result(op, (uint64_t)of.sum);
    return rc;
}

Test(pool_children, a_join_begins_no_task)
{
    check_everywhere(op_join_between_tasks, 200, result_fold(0, 10));
    cr_assert(nested == 0);
}

/* --- the stack --- */

/* A chain as deep as the half of the stack allows for; each link leaves a child behind for somebody's join. */
static int64_t link_of_chain(struct ctx *c, const void *shared, uint64_t left)
{
    volatile char frame[512];
    struct children of;
    frame[0] = frame[511] = 1;
    if (left == 0)
        return 1;
    children_init(&of, link_of_chain, shared);
    ctx_spawn(c, &of, left - 1);
    ctx_spawn(c, &of, left / 2);
    return ctx_join(c, &of) < 0 ? of.err : 1 + of.sum;
}

static int64_t chain_expected(uint64_t left)
{
    return left == 0 ? 1 : 1 + chain_expected(left - 1) + chain_expected(left / 2);
}

static int op_chain(struct op *op)
{
    int64_t nodes = link_of_chain(op->ctx, NULL, 24);
    op_result(op, (uint64_t)nodes);
    return nodes < 0 ? (int)nodes : 0;
}

/* 24 links are what half of a stack of 64 KiB holds with room to spare; joins that help nest on top of that. */
Test(pool_children, helping_nests_no_deeper_than_the_stack)
{
    check_everywhere(op_chain, 4, result_fold(0, (uint64_t)chain_expected(24)));
}
