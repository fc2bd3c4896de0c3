/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/children_tree.h"

#include "measure/clock.h"

struct mischief_of mischief_g;

static void carrier_begins(struct board *board)
{
    unsigned alive = atomic_fetch_add(&board->alive, 1) + 1, peak = atomic_load(&board->peak);
    while (alive > peak && !atomic_compare_exchange_weak(&board->peak, &peak, alive))
        ;
}

static int64_t do_mischief(struct ctx *c, const struct node *node)
{
    switch (mischief_g.what) {
    case FAILS:
        return -EPROTO;
    case DIES:
        raise(mischief_g.signal);
        return -EDOM;
    case EXITS:
        _exit(mischief_g.status);
    case HANGS:
        if (c == node->spawner)
            return -EDOM; /* a call: then the test has nobody to end */
        atomic_store(&node->board->pids[0], getpid());
        for (;;)
            pause();
    default:
        return 0;
    }
}

int64_t node_run(struct ctx *c, const void *shared, uint64_t arg)
{
    const struct node *of = shared;
    const int depth = (int)(arg >> DEPTH_SHIFT);
    const uint64_t path = arg & PATH_MASK;
    const bool carried = c != of->spawner;
    int64_t value = 1;

    if (carried)
        carrier_begins(of->board);
    if (mischief_g.what && mischief_g.depth == depth && mischief_g.path == path)
        value = do_mischief(c, of);
    if (depth == 0 && of->sleepy && rng_hash2(path, 7) % 4 == 0)
        ctx_sleep_until(c, clock_now_ns() + rng_hash2(path, 8) % 200000);
    if (depth > 0 && value > 0) {
        struct node mine = {.board = of->board, .spawner = c, .sleepy = of->sleepy};
        struct children set;
        int rc = 0;
        memset(&set, 0xa5, sizeof set); /* what is not initialised may hold anything */
        children_init(&set, node_run, &mine);
        for (unsigned i = 0; i < WAYS && rc == 0; i++)
            rc = ctx_spawn(c, &set, (uint64_t)(depth - 1) << DEPTH_SHIFT | (path * WAYS + i));
        int join_rc = ctx_join(c, &set);
        value = rc < 0 ? rc : join_rc < 0 ? join_rc : set.sum;
    }
    if (carried)
        atomic_fetch_sub(&of->board->alive, 1);
    return value;
}

int tree_op(struct op *op, bool sleepy)
{
    struct node root = {.board = op->env->shared, .spawner = op->ctx, .sleepy = sleepy};

    carrier_begins(root.board);
    if (mischief_g.what == HANGS) /* by then all tasks have started, and children get processes */
        ctx_sleep_until(op->ctx, clock_now_ns() + 200000000);
    int64_t leaves = node_run(op->ctx, &root, (uint64_t)TREE_DEPTH << DEPTH_SHIFT);
    atomic_fetch_sub(&root.board->alive, 1);
    if (leaves >= 0 && leaves != TREE_LEAVES)
        return -EBADMSG;
    op_plain(op);
    return leaves < 0 ? (int)leaves : 0;
}

int op_tree(struct op *op)
{
    return tree_op(op, false);
}

int op_sleepy_tree(struct op *op)
{
    return tree_op(op, true);
}

uint64_t carried_count(struct rig *rig)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < rig->config.n_lanes; i++) {
        sum += rig->config.lanes[i].children_carried_count;
        rig->config.lanes[i].children_carried_count = 0;
    }
    return sum;
}

void tree_init(struct rig *rig, const struct strategy *strategy, int (*op)(struct op *), unsigned k, unsigned n)
{
    mischief_g = (struct mischief_of){.what = NONE};
    rig_init(rig, strategy, op, k, n);
}

void check_unharmed(struct rig *rig)
{
    mischief_g.what = NONE;
    rig->workload.op = op_sleepy_tree; /* takes long enough that somebody is carried */
    carried_count(rig);
    cr_assert(rig_run(rig, 20) == 0);
    rig_check_complete(rig, 20);
    cr_assert(rig->board->peak <= rig->config.in_flight && rig->board->alive == 0);
    cr_assert(rig->config.in_flight <= rig->n || carried_count(rig) > 0, "no child gets a carrier any more");
    cr_assert(!rig_has_children());
}
