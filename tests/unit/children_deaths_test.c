/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Children under threads and processes when signals come, and when processes die: processes.c and its other files are
 * compiled here a second time, with PROCESSES_STEPS. A process may be killed between any two of its steps, so that
 * deaths are tried at each place once and not only at random.
 */
#include "unit/children_tree.h"
#include "unit/deaths.h"

#include "strategies/processes_child.h"

#include <pthread.h>

TestSuite(children_dead, .timeout = 120);

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

Test(children_dead, a_storm_of_signals)
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

void processes_step(unsigned step)
{
    deaths_step(step);
}

enum { STEPS = STEP_REAPED + 1 };

Test(children_dead, at_any_step)
{
    struct rig rig;

    tree_init(&rig, &strategy_processes, op_sleepy_tree, 4, 2);
    rig_open(&rig);
    for (int step = 0; step < STEPS; step++) {
        unsigned died = 0;
        for (int passages = 0; passages < 12; passages++) {
            deaths_order(step, passages, 1);
            cr_assert(rig_run(&rig, 2) == 0);
            const unsigned dead = (unsigned)atomic_load(&deaths_g->dead);
            unsigned hit = 0;
            for (unsigned i = 0; i < rig.n; i++) {
                const struct task *task = &rig.tasks[i];
                cr_assert(rig_is_complete(&rig, i, 2) || (task->err == -ECHILD && task->killed_by == SIGKILL),
                          "step %d: task %u: error %d, signal %d", step, i, task->err, task->killed_by);
                hit += task->err != 0;
            }
            cr_assert(hit == dead, "step %d: %u died, %u tasks say so", step, dead, hit);
            cr_assert(!rig_has_children(), "step %d", step);
            died += hit;
        }
        cr_assert(died > 0, "nobody came to step %d", step);
        deaths_order(-1, 0, 0);
        check_unharmed(&rig);
    }
    rig_close(&rig);
}

Test(children_dead, by_signal_or_exit_at_any_depth)
{
    const struct mischief_of ways[] = {
        {.what = DIES, .signal = SANITIZED ? SIGTERM : SIGSEGV},
        {.what = DIES, .signal = SIGKILL},
        {.what = EXITS},
        {.what = EXITS, .status = 81}, /* as if it had come to its end */
    };

    for (unsigned w = 0; w < sizeof ways / sizeof *ways; w++)
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
Test(children_dead, a_storm_of_kills)
{
    struct kill_storm storm = {.levels = TREE_DEPTH, .pause_max_ns = 4000000, .seed = 11};
    struct rig rig;
    unsigned killed = 0;

    children_must_be_listed();
    tree_init(&rig, &strategy_processes, op_sleepy_tree, 6, 8);
    rig_open(&rig);
    kill_storm_begin(&storm);
    for (unsigned round = 0; round < 40; round++) {
        int rc = rig_run(&rig, 3);
        cr_assert(rc == 0, "%d", rc);
        for (unsigned i = 0; i < rig.n; i++) {
            cr_assert(rig.tasks[i].err == -ECHILD || rig_is_complete(&rig, i, 3), "task %u: %d", i, rig.tasks[i].err);
            killed += rig.tasks[i].err != 0;
        }
    }
    kill_storm_end(&storm);
    cr_assert(killed > 0, "the storm hit nobody");
    rig.n = 2;
    check_unharmed(&rig);
    rig_close(&rig);
}
