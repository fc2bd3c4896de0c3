/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Children (contract/ctx.h) under the strategies that give them carriers of their own: threads and processes.
 *
 * A tree of children counts who is alive on a board in shared memory. A child knows whether it was given a carrier: as
 * a call it has the ctx of whoever spawned it. processes.c is compiled here a second time, with PROCESSES_STEPS: a
 * process may be killed between any two of its steps, so that deaths are tried at each place once and not only at
 * random.
 */
#include "unit/strategy_rig.h"

#include "measure/clock.h"

#include <pthread.h>

extern const struct strategy strategy_threads, strategy_processes;
void processes_step(unsigned step);

static const struct strategy *const both_g[] = {&strategy_threads, &strategy_processes};
enum { N_BOTH = 2 };

/* --- the tree: every node above the leaves has WAYS children --- */

enum { WAYS = 3, DEPTH_SHIFT = 32, PATH_MASK = 0x7fffffff };
enum mischief { NONE, FAILS, DIES, EXITS, HANGS };

static struct mischief_of {
    enum mischief what;
    int depth;     /* of the node that does it, counted from the leaves: 0 */
    uint64_t path; /* ... which one */
    int signal;
} mischief_g;

struct node {
    struct board *board;
    struct ctx *spawner;
    bool sleepy; /* leaves take a little while, each another one */
};

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
        _exit(0);
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

/* Its leaves, or the first error. */
static int64_t node_run(struct ctx *c, const void *shared, uint64_t arg)
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

enum { TREE_DEPTH = 4, TREE_LEAVES = 81, TREE_NODES = 120 }; /* without the root, which is the op */

static int tree_op(struct op *op, bool sleepy)
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

static int op_tree(struct op *op)
{
    return tree_op(op, false);
}

static int op_sleepy_tree(struct op *op)
{
    return tree_op(op, true);
}

static uint64_t carried_count(struct rig *rig)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < rig->config.n_lanes; i++) {
        sum += rig->config.lanes[i].children_carried_count;
        rig->config.lanes[i].children_carried_count = 0;
    }
    return sum;
}

static void tree_init(struct rig *rig, const struct strategy *strategy, int (*op)(struct op *), unsigned k, unsigned n)
{
    mischief_g = (struct mischief_of){.what = NONE};
    rig_init(rig, strategy, op, k, n);
}

/* After whatever went wrong: all slots are there again. */
static void check_unharmed(struct rig *rig)
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

/* --- signals --- */

static _Atomic unsigned *alarms_g;

static void on_alarm(int signal_number)
{
    (void)signal_number;
    atomic_fetch_add(alarms_g, 1);
}

/* A fork that takes longer than the timer's period would begin anew for ever: the kernel restarts it. */
static void storm_on(suseconds_t us)
{
    struct itimerval often = {{0, us}, {0, us}};
    setitimer(ITIMER_REAL, &often, NULL);
}

static int op_storm_in_processes(struct op *op)
{
    storm_on(3000); /* a forked process has no timer */
    int rc = tree_op(op, true);
    storm_on(0);
    return rc;
}

Test(children, a_storm_of_signals)
{
    struct sigaction action = {.sa_handler = on_alarm};

    alarms_g = rig_map(sizeof *alarms_g);
    sigaction(SIGALRM, &action, NULL);
    for (unsigned s = 0; s < N_BOTH; s++) {
        const bool processes = both_g[s] == &strategy_processes;
        struct rig rig;
        tree_init(&rig, both_g[s], processes ? op_storm_in_processes : op_sleepy_tree, 4, 6);
        rig_open(&rig);
        atomic_store(alarms_g, 0);
        storm_on(processes ? 3000 : 100);
        for (unsigned round = 0; round < 2000 && (round < 10 || atomic_load(alarms_g) < 200); round++) {
            cr_assert(rig_run(&rig, 3) == 0);
            rig_check_complete(&rig, 3);
        }
        storm_on(0);
        cr_assert(atomic_load(alarms_g) >= 200, "only %u signals", atomic_load(alarms_g));
        rig_close(&rig);
    }
}

/* --- processes that die --- */

TestSuite(children_dead, .timeout = 120);

/* Shared by all processes: at which step, after how many passages of all together, one is killed. */
struct deaths {
    _Atomic int step, passages, dead;
};
static struct deaths *deaths_g;

void processes_step(unsigned step)
{
    if (!deaths_g || atomic_load(&deaths_g->step) != (int)step)
        return;
    if (atomic_fetch_sub(&deaths_g->passages, 1) == 0) {
        atomic_fetch_add(&deaths_g->dead, 1);
        kill(getpid(), SIGKILL);
    }
}

enum { STEPS = 7 }; /* STEP_TAKEN ... STEP_REAPED of processes_child.h */

Test(children_dead, at_any_step)
{
    struct rig rig;

    deaths_g = rig_map(sizeof *deaths_g);
    tree_init(&rig, &strategy_processes, op_sleepy_tree, 4, 2);
    rig_open(&rig);
    for (int step = 0; step < STEPS; step++) {
        unsigned died = 0;
        for (int passages = 0; passages < 12; passages++) {
            deaths_g->dead = 0;
            deaths_g->passages = passages;
            deaths_g->step = step;
            cr_assert(rig_run(&rig, 2) == 0);
            deaths_g->step = -1;
            unsigned hit = 0;
            for (unsigned i = 0; i < rig.n; i++) {
                const struct task *task = &rig.tasks[i];
                cr_assert(rig_is_complete(&rig, i, 2) || (task->err == -ECHILD && task->killed_by == SIGKILL),
                          "step %d: task %u: error %d, signal %d", step, i, task->err, task->killed_by);
                hit += task->err != 0;
            }
            cr_assert(hit == (unsigned)deaths_g->dead, "step %d: %d died, %u tasks say so", step, deaths_g->dead, hit);
            cr_assert(!rig_has_children(), "step %d", step);
            died += hit;
        }
        cr_assert(died > 0, "nobody came to step %d", step);
        check_unharmed(&rig);
    }
    rig_close(&rig);
}

Test(children_dead, by_signal_or_exit_at_any_depth)
{
    const struct mischief_of ways[] = {
        {.what = DIES, .signal = SANITIZED ? SIGTERM : SIGSEGV}, {.what = DIES, .signal = SIGKILL}, {.what = EXITS}};

    for (unsigned w = 0; w < 3; w++)
        for (int depth = 0; depth < TREE_DEPTH; depth++)
            for (unsigned k = 1; k <= 5; k += 2) {
                struct rig rig;
                tree_init(&rig, &strategy_processes, op_tree, k, 1);
                rig_open(&rig);
                mischief_g = ways[w];
                mischief_g.depth = depth;
                mischief_g.path = 1;
                cr_assert(rig_run(&rig, 2) == 0);
                cr_assert(rig.tasks[0].err == -ECHILD && rig.tasks[0].killed_by == ways[w].signal,
                          "depth %d, K=%u: error %d, signal %d", depth, k, rig.tasks[0].err, rig.tasks[0].killed_by);
                check_unharmed(&rig);
                rig_close(&rig);
            }
}

/* Somebody ends a child that would never end. */
static void *rescuer_main(void *arg)
{
    struct board *board = arg;
    pid_t pid;
    while ((pid = atomic_load(&board->pids[0])) == 0)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    if (pid > 0)
        kill(pid, SIGTERM);
    return NULL;
}

Test(children_dead, a_child_that_hangs_can_be_ended_from_outside)
{
    struct rig rig;
    pthread_t rescuer;

    tree_init(&rig, &strategy_processes, op_tree, 3, 1);
    rig_open(&rig);
    mischief_g = (struct mischief_of){.what = HANGS, .depth = TREE_DEPTH - 1, .path = 0};
    cr_assert(pthread_create(&rescuer, NULL, rescuer_main, rig.board) == 0);
    cr_assert(rig_run(&rig, 1) == 0);
    atomic_store(&rig.board->pids[0], -1); /* if nobody hung, nobody need wait */
    pthread_join(rescuer, NULL);
    cr_assert(rig.tasks[0].err == -ECHILD && rig.tasks[0].killed_by == SIGTERM, "error %d, signal %d", rig.tasks[0].err,
              rig.tasks[0].killed_by);
    check_unharmed(&rig);
    rig_close(&rig);
}

/* Any process below us is killed, at any time: the run ends, each task is complete or says so, nothing is left. */
static void *killer_main(void *arg)
{
    struct rng rng = {.state = 11};
    const _Atomic bool *stop = arg;

    while (!atomic_load(stop)) {
        pid_t victim = getpid();
        for (unsigned level = 0, down = 1 + (unsigned)rng_below(&rng, 4); level < down; level++) {
            char path[64];
            int pid = 0;
            snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)victim, (int)victim);
            FILE *file = fopen(path, "re");
            bool found = file && fscanf(file, "%d", &pid) == 1 && pid > 0;
            if (file)
                fclose(file);
            if (!found)
                break;
            victim = pid;
        }
        if (victim != getpid())
            kill(victim, SIGKILL);
        nanosleep(&(struct timespec){.tv_nsec = (long)rng_below(&rng, 4000000)}, NULL);
    }
    return NULL;
}

Test(children_dead, a_storm_of_kills)
{
    static _Atomic bool stop;
    pthread_t killer;
    struct rig rig;
    unsigned killed = 0;

    if (access("/proc/thread-self/children", R_OK))
        test_skip("this kernel does not list children");
    tree_init(&rig, &strategy_processes, op_sleepy_tree, 6, 8);
    rig_open(&rig);
    cr_assert(pthread_create(&killer, NULL, killer_main, &stop) == 0);
    for (unsigned round = 0; round < 40; round++) {
        int rc = rig_run(&rig, 3);
        cr_assert(rc == 0, "%d", rc);
        for (unsigned i = 0; i < rig.n; i++) {
            cr_assert(rig.tasks[i].err == -ECHILD || rig_is_complete(&rig, i, 3), "task %u: %d", i, rig.tasks[i].err);
            killed += rig.tasks[i].err != 0;
        }
    }
    atomic_store(&stop, true);
    pthread_join(killer, NULL);
    cr_assert(killed > 0, "the storm hit nobody");
    rig.n = 2;
    check_unharmed(&rig);
    rig_close(&rig);
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
