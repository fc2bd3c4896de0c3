/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Children (contract/ctx.h) under the strategies that give them carriers of their own: threads and processes. What
 * happens when processes die: children_deaths_test.c.
 */
#include "unit/children_tree.h"

#include "measure/clock.h"

TestSuite(children, .timeout = 120);

Test(children, sums_are_right_and_never_more_than_k_are_alive)
{
    const unsigned in_flight[] = {1, 2, 3, 8, 64};

    for (unsigned s = 0; s < N_BOTH; s++)
        for (unsigned j = 0; j < sizeof in_flight / sizeof *in_flight; j++) {
            const unsigned k = in_flight[j], counts[] = {1, 2, k, 2 * k + 1};
            for (unsigned i = 0; i < 4; i++) {
                struct rig rig;
                tree_init(&rig, both_g[s], i % 2 ? op_tree : op_sleepy_tree, k, counts[i]);
                rig_open(&rig);
                for (int pass = 0; pass < 2; pass++) {
                    cr_assert(rig_run(&rig, 3) == 0);
                    rig_check_complete(&rig, 3);
                    uint64_t carried = carried_count(&rig);
                    cr_assert(rig.board->alive == 0 && rig.board->peak <= k, "%s: %u alive with K=%u",
                              rig.strategy->name, rig.board->peak, k);
                    cr_assert(carried <= UINT64_C(3) * TREE_NODES * counts[i]);
                    cr_assert(k > 1 || carried == 0, "K=1: children are calls");
                    cr_assert(k == 1 || counts[i] > 1 || carried > 0, "%s: K=%u, nobody was carried",
                              rig.strategy->name, k);
                }
                rig_close(&rig);
            }
        }
    cr_assert(!rig_has_children());
}

/* The slot of a child that has ended is free although its parent is busy and has not joined it. */
static int64_t child_of_one(struct ctx *c, const void *shared, uint64_t arg)
{
    (void)arg;
    return c != shared;
}

static int op_one_after_another(struct op *op)
{
    struct children set;
    int rc = 0;

    children_init(&set, child_of_one, op->ctx);
    for (unsigned i = 0; i < 20 && rc == 0; i++) {
        rc = ctx_spawn(op->ctx, &set, i);
        ctx_sleep_until(op->ctx, clock_now_ns() + 20000000); /* long enough for it to come, run and leave */
    }
    int join_rc = ctx_join(op->ctx, &set);
    op_plain(op);
    return rc < 0 ? rc : join_rc < 0 ? join_rc : set.sum >= 10 ? 0 : -EBUSY;
}

Test(children, an_ended_child_gives_its_slot_back_before_its_parents_join)
{
    for (unsigned s = 0; s < N_BOTH; s++) {
        struct rig rig;
        tree_init(&rig, both_g[s], op_one_after_another, 2, 1);
        rig_open(&rig);
        cr_assert(rig_run(&rig, 1) == 0);
        rig_check_complete(&rig, 1);
        rig_close(&rig);
    }
}

static int64_t child_value(struct ctx *c, const void *shared, uint64_t arg)
{
    (void)c, (void)shared;
    if (arg % 3 == 0)
        ctx_yield(c);
    return arg == 13 ? -EPROTO : (int64_t)arg;
}

static int sum_of(struct ctx *c, struct children *of, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++) {
        int rc = ctx_spawn(c, of, i);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Two sets at once, the younger one joined first; the older one spawns again afterwards; both are used again. */
static int op_sets(struct op *op)
{
    struct children old, young;
    int wrong = 0;

    for (unsigned round = 0; round < 3; round++) {
        children_init(&old, child_value, NULL);
        wrong |= sum_of(op->ctx, &old, 0, 10);
        children_init(&young, child_value, NULL);
        wrong |= sum_of(op->ctx, &young, 10, 20);
        wrong |= ctx_join(op->ctx, &young) != -EPROTO || young.err != -EPROTO || young.sum != 145 - 13;
        wrong |= sum_of(op->ctx, &old, 20, 30);
        wrong |= ctx_join(op->ctx, &old) || old.sum != 45 + 245;
        children_init(&old, child_value, NULL);
        wrong |= ctx_join(op->ctx, &old) || old.sum != 0; /* none at all */
    }
    op_plain(op);
    return wrong ? -EBADMSG : 0;
}

Test(children, sets_are_apart_and_can_be_used_again)
{
    for (unsigned s = 0; s < N_BOTH; s++)
        for (unsigned k = 1; k <= 9; k += 2) {
            struct rig rig;
            tree_init(&rig, both_g[s], op_sets, k, 5);
            rig_open(&rig);
            cr_assert(rig_run(&rig, 10) == 0);
            rig_check_complete(&rig, 10);
            rig_close(&rig);
        }
}

Test(children, an_error_reaches_the_op_from_any_depth)
{
    for (unsigned s = 0; s < N_BOTH; s++)
        for (int depth = 0; depth < TREE_DEPTH; depth++)
            for (unsigned k = 1; k <= 4; k++) {
                struct rig rig;
                tree_init(&rig, both_g[s], op_tree, k, 2);
                rig_open(&rig);
                mischief_g = (struct mischief_of){.what = FAILS, .depth = depth, .path = 2};
                cr_assert(rig_run(&rig, 2) == 0);
                for (unsigned i = 0; i < rig.n; i++)
                    cr_assert(rig.tasks[i].err == -EPROTO && rig.tasks[i].ops_done == 0, "task %u: %d", i,
                              rig.tasks[i].err);
                check_unharmed(&rig);
                rig_close(&rig);
            }
}

/* Tasks get their slots in order and at once, whatever children do. */
static int op_watched_tree(struct op *op)
{
    struct board *board = op->env->shared;
    struct node root = {.board = rig_map(sizeof *board), .spawner = op->ctx, .sleepy = true};
    int64_t leaves = node_run(op->ctx, &root, UINT64_C(2) << DEPTH_SHIFT);

    munmap(root.board, sizeof *board);
    return leaves < 0 ? (int)leaves : leaves != 9 ? -EBADMSG : op_watched(op);
}

Test(children, tasks_come_first)
{
    for (unsigned s = 0; s < N_BOTH; s++)
        for (unsigned k = 2; k <= 5; k++) {
            struct rig rig;
            tree_init(&rig, both_g[s], op_watched_tree, k, 4 * k);
            rig_open(&rig);
            cr_assert(rig_run(&rig, 3) == 0);
            rig_check_complete(&rig, 3);
            cr_assert(rig.board->bad_order == 0, "%u tasks out of order", rig.board->bad_order);
            rig_close(&rig);
        }
}

static int op_pair_tree(struct op *op)
{
    struct node root = {.board = op->env->shared, .spawner = op->ctx, .sleepy = true};
    int64_t leaves = node_run(op->ctx, &root, UINT64_C(2) << DEPTH_SHIFT);
    return leaves < 0 ? (int)leaves : op_pair(op);
}

Test(children, tasks_of_a_group_meet_although_they_have_children)
{
    for (unsigned s = 0; s < N_BOTH; s++)
        for (unsigned k = 2; k <= 6; k += 2) {
            struct rig rig;
            tree_init(&rig, both_g[s], op_pair_tree, k, 10);
            rig.config.group = 2;
            rig_open(&rig);
            cr_assert(rig_run(&rig, 5) == 0);
            rig_check_complete(&rig, 5);
            rig_close(&rig);
        }
}

static int64_t child_pinned(struct ctx *c, const void *shared, uint64_t arg)
{
    cpu_set_t set;
    (void)c, (void)shared, (void)arg;
    return sched_getaffinity(0, sizeof set, &set) || CPU_COUNT(&set) != 1 ? -EBADMSG : 1;
}

static int op_pinned_children(struct op *op)
{
    struct children set;
    children_init(&set, child_pinned, NULL);
    int rc = sum_of(op->ctx, &set, 0, 8), join_rc = ctx_join(op->ctx, &set);
    return rc < 0 ? rc : join_rc < 0 ? join_rc : op_pinned(op);
}

Test(children, are_placed_like_tasks)
{
    cpu_set_t all;

    cr_assert(sched_getaffinity(0, sizeof all, &all) == 0);
    for (unsigned s = 0; s < N_BOTH; s++) {
        struct rig rig;
        unsigned found = 0;
        tree_init(&rig, both_g[s], op_pinned_children, 3, 2);
        for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
            if (CPU_ISSET(cpu, &all))
                rig.cpus[found++] = cpu;
        rig.config.workers = found;
        rig.config.placement = PLACE_ACROSS;
        rig_open(&rig);
        cr_assert(rig_run(&rig, 5) == 0);
        rig_check_complete(&rig, 5);
        cr_assert(rig.board->bad_cpu == 0);
        rig_close(&rig);
    }
}

Test(children, fifty_lives_leave_nothing)
{
    for (unsigned s = 0; s < N_BOTH; s++) {
        unsigned fds = 0, threads = 0, maps = 0;
        for (unsigned life = 0; life < 50; life++) {
            struct rig rig;
            tree_init(&rig, both_g[s], op_tree, 1 + life % 5, 2);
            rig_open(&rig);
            cr_assert(rig_run(&rig, 1) == 0);
            rig_check_complete(&rig, 1);
            rig_close(&rig);
            cr_assert(!rig_has_children());
            if (life == 20) {
                fds = rig_entries_count("/proc/self/fd");
                threads = rig_entries_count("/proc/self/task");
                maps = rig_maps_count();
            }
        }
        cr_assert(rig_entries_count("/proc/self/fd") == fds, "descriptors");
        cr_assert(rig_threads_come_down_to(threads), "threads");
        cr_assert(SANITIZED || rig_maps_count() <= maps + 4, "%u -> %u mappings", maps, rig_maps_count());
    }
}

/* --- refusals --- */

TestSuite(children_refused, .timeout = 60);

static int64_t child_that_stays(struct ctx *c, const void *shared, uint64_t arg)
{
    (void)shared, (void)arg;
    ctx_sleep_until(c, clock_now_ns() + 50000000);
    return 1;
}

static int op_many_children(struct op *op)
{
    struct children set;
    children_init(&set, child_that_stays, NULL);
    int rc = sum_of(op->ctx, &set, 0, 40);
    ctx_join(op->ctx, &set);
    op_plain(op);
    return rc;
}

/* The spawn fails, the op with it, and the run says by which limit. Without the limit all is well. */
static void check_refused(struct rig *rig, int resource, uint64_t value, const char *word)
{
    char reason[256] = "";
    struct rlimit before;

    rig->config.reason = reason;
    rig->config.reason_len = sizeof reason;
    rig_open(rig);
    getrlimit(resource, &before);
    struct rlimit now = {.rlim_cur = value, .rlim_max = before.rlim_max};
    cr_assert(setrlimit(resource, &now) == 0);
    int rc = rig_run(rig, 1);
    cr_assert(setrlimit(resource, &before) == 0);
    cr_assert(rc == -EAGAIN && rig->tasks[0].err == -EAGAIN, "run %d, task %d", rc, rig->tasks[0].err);
    cr_assert(strstr(reason, word), "%s", reason);
    cr_assert(!rig_has_children());
    cr_assert(rig_run(rig, 1) == 0);
    rig_check_complete(rig, 1);
    rig_close(rig);
}

Test(children_refused, threads_without_address_space)
{
    struct rig rig;
    unsigned long long pages = 0;

    if (SANITIZED)
        test_skip("RLIMIT_AS and sanitizers exclude each other");
    tree_init(&rig, &strategy_threads, op_many_children, 64, 1);
    rig_option(&rig, "stack_bytes", 64 << 20);
    FILE *file = fopen("/proc/self/statm", "re");
    cr_assert(fscanf(file, "%llu", &pages) == 1);
    fclose(file);
    check_refused(&rig, RLIMIT_AS, pages * 4096 + (UINT64_C(400) << 20), "RLIMIT_AS");
}

Test(children_refused, processes_beyond_the_users_limit)
{
    struct rig rig;

    /* root is not counted; a uid of our own that nobody else uses */
    if (geteuid() != 0)
        test_skip("needs root to become a user without other processes");
    cr_assert(setresgid(64124, 64124, 64124) == 0 && setresuid(64124, 64124, 64124) == 0);
    tree_init(&rig, &strategy_processes, op_many_children, 64, 1);
    check_refused(&rig, RLIMIT_NPROC, rig_entries_count("/proc/self/task") - 2 + 8, "RLIMIT_NPROC");
}
