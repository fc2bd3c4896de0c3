/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of the tasks when children of prefork die. Deaths are not only tried at random (prefork_storm_test.c),
 * but also at each step of a child once and with an exact answer to what must have become of the task.
 */
#include "unit/prefork_support.h"

#include <sys/syscall.h>

void prefork_step(unsigned step)
{
    deaths_step(step);
}

TestSuite(prefork_deaths, .timeout = 60);

Test(prefork_deaths, a_crash_fails_its_own_task_only)
{
    deaths_test_own_task_only(&strategy_prefork);
}

Test(prefork_deaths, a_dead_child_ends_its_group)
{
    deaths_test_group(&strategy_prefork);
}

/* A child that dies at this step of its life: has it cost a task? */
static const unsigned step_costs[STEPS] = {[STEP_TAKEN] = 1, [STEP_RAN] = 1};

Test(prefork_deaths, at_every_step_exactly_what_was_taken_is_lost)
{
    for (int step = STEP_BORN; step < STEPS; step++)
        for (unsigned k = 1; k <= 3; k++)
            for (int passages = 0; passages < 7; passages++)
                for (int count = 1; count <= 3; count += 2) {
                    struct rig rig;
                    unsigned failed = 0, done = 0;
                    rig_init(&rig, &strategy_prefork, op_plain, k, 30);
                    rig_option(&rig, "spin_ns", passages % 2 ? -1 : 0);
                    deaths_order(step, passages, count);
                    rig_open(&rig);
                    int rc = rig_run(&rig, 4);
                    cr_assert(rc == 0, "step %d, K=%u: %d", step, k, rc);
                    for (unsigned t = 0; t < rig.n; t++) {
                        bool complete = rig_is_complete(&rig, t, 4);
                        failed += rig.tasks[t].err == -ECHILD && rig.tasks[t].runs <= 1;
                        done += complete;
                    }
                    unsigned dead = (unsigned)atomic_load(&deaths_g->dead);
                    /* Someone may still die once it has nothing to do any more. */
                    cr_assert(done + failed == rig.n, "step %d, K=%u: %u done, %u failed", step, k, done, failed);
                    cr_assert(failed == step_costs[step] * dead, "step %d, K=%u: %u deaths, %u failed", step, k, dead,
                              failed);
                    cr_assert(dead == (unsigned)count || step == STEP_BORN || step == STEP_TIRES || step == STEP_DOZES,
                              "step %d, K=%u: only %u of %d died", step, k, dead, count);
                    deaths_order(-1, 0, 0);
                    cr_assert(rig_run(&rig, 4) == 0);
                    rig_check_complete(&rig, 4);
                    rig_close(&rig);
                    cr_assert(!rig_has_children());
                }
}

/* The same for pairs: what was posted to the dead is given to others, what was taken ends the pair. */
Test(prefork_deaths, at_every_step_of_a_group)
{
    for (int step = STEP_BORN; step < STEPS; step++)
        for (unsigned k = 2; k <= 4; k += 2)
            for (int passages = 0; passages < 5; passages++) {
                struct rig rig;
                rig_init(&rig, &strategy_prefork, op_pair, k, 20);
                rig.config.group = 2;
                deaths_order(step, passages, 2);
                rig_open(&rig);
                int rc = rig_run(&rig, 3);
                cr_assert(rc == 0 || rc == -ECHILD, "step %d, K=%u: %d", step, k, rc);
                for (unsigned t = 0; t < rig.n; t++) {
                    cr_assert(rig_is_complete(&rig, t, 3) || (rig.tasks[t].err == -ECHILD && rig.tasks[t].runs <= 1),
                              "step %d, K=%u, task %u: %d", step, k, t, rig.tasks[t].err);
                    cr_assert(step_costs[step] || rig.tasks[t].err == 0, "step %d, K=%u, task %u", step, k, t);
                }
                deaths_order(-1, 0, 0);
                cr_assert(rig_run(&rig, 3) == 0);
                rig_check_complete(&rig, 3);
                rig_close(&rig);
                cr_assert(!rig_has_children());
            }
}

/* Every task crashes: a few are reported one by one, many are a crash loop, which ends. */
Test(prefork_deaths, a_crash_loop_is_given_up)
{
    for (unsigned k = 1; k <= 3; k++)
        for (unsigned n = 4; n <= 400; n += 396) {
            struct rig rig;
            unsigned ran = 0;
            rig_init(&rig, &strategy_prefork, op_dies, k, n);
            rig.board->victim = EVERYBODY;
            rig.board->victim_signal = SIGKILL;
            rig_open(&rig);
            int rc = rig_run(&rig, 2);
            cr_assert(rc == (n == 4 ? 0 : -ECHILD), "K=%u, n=%u: %d", k, n, rc);
            for (unsigned t = 0; t < n; t++) {
                cr_assert(rig.tasks[t].err == -ECHILD && rig.tasks[t].runs <= 1, "task %u: %d", t, rig.tasks[t].err);
                ran += rig.tasks[t].runs == 1;
            }
            cr_assert(n == 4 ? ran == 4 : ran < n / 2 && ran >= 10, "%u ran", ran);
            rig.board->victim = NOBODY;
            cr_assert(rig_run(&rig, 2) == 0);
            rig_check_complete(&rig, 2);
            rig_close(&rig);
        }
    cr_assert(!rig_has_children());
}

/* In a group nobody waits for a mate that is not going to come. */
Test(prefork_deaths, a_crash_loop_in_groups_is_given_up)
{
    struct rig rig;

    rig_init(&rig, &strategy_prefork, op_dies, 4, 400);
    rig.config.group = 2;
    rig.board->victim = EVERYBODY;
    rig.board->victim_signal = SIGKILL;
    rig_open(&rig);
    int rc = rig_run(&rig, 2);
    cr_assert(rc == -ECHILD, "%d", rc);
    for (unsigned t = 0; t < rig.n; t++)
        cr_assert(rig.tasks[t].err == -ECHILD && rig.tasks[t].runs <= 1, "task %u: %d", t, rig.tasks[t].err);
    rig.board->victim = NOBODY;
    cr_assert(rig_run(&rig, 2) == 0);
    rig_check_complete(&rig, 2);
    rig_close(&rig);
    cr_assert(!rig_has_children());
}

/* Children that are born dead: open says so, in bounded time. */
Test(prefork_deaths, open_gives_up_too)
{
    struct rig rig;

    rig_init(&rig, &strategy_prefork, op_plain, 2, 4);
    deaths_order(STEP_BORN, 0, 1000);
    int rc = rig.strategy->open(&rig.state, &rig.config);
    cr_assert(rc == -ECHILD && rig.state == NULL, "%d", rc);
    cr_assert(!rig_has_children());
    deaths_order(-1, 0, 0);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 1) == 0);
    rig_check_complete(&rig, 1);
    rig_close(&rig);
}

Test(prefork_deaths, children_killed_between_runs_are_replaced)
{
    const long tid = syscall(SYS_gettid);
    pid_t pids[8];
    struct rig rig;

    children_must_be_listed();
    rig_init(&rig, &strategy_prefork, op_plain, 4, 20);
    rig_open(&rig);
    for (unsigned round = 0; round < 20; round++) {
        unsigned n = children_of(pids, 8, getpid(), tid);
        cr_assert(n == 4, "%u children", n);
        for (unsigned i = 0; i <= round % 4; i++)
            kill(pids[i], SIGKILL);
        int rc = rig_run(&rig, 2);
        cr_assert(rc == 0, "%d", rc);
        rig_check_complete(&rig, 2);
        while (children_of(pids, 8, getpid(), tid) < 4) { /* the last may come in the next run */
            cr_assert(rig_run(&rig, 2) == 0);
            rig_check_complete(&rig, 2);
        }
    }
    rig_close(&rig);
    cr_assert(!rig_has_children());
}

/* Half of the descriptors are the workload's: with more children than the other half there are no pidfds. */
Test(prefork_deaths, without_pidfds_deaths_are_found_by_polling)
{
    struct rlimit before, now;
    struct rig rig;
    char line[192];

    getrlimit(RLIMIT_NOFILE, &before);
    now = (struct rlimit){.rlim_cur = 40, .rlim_max = before.rlim_max};
    rig_init(&rig, &strategy_prefork, op_dies, 24, 60);
    rig.board->victim = 7;
    rig.board->victim_signal = SIGKILL;
    cr_assert(setrlimit(RLIMIT_NOFILE, &now) == 0);
    rig_open(&rig);
    int rc = rig_run(&rig, 4);
    cr_assert(setrlimit(RLIMIT_NOFILE, &before) == 0);
    cr_assert(rc == 0, "%d", rc);
    rig.strategy->describe(rig.state, line, sizeof line);
    cr_assert(strstr(line, "polling"), "%s", line);
    for (unsigned t = 0; t < rig.n; t++)
        cr_assert(t == 7 ? rig.tasks[t].err == -ECHILD : rig_is_complete(&rig, t, 4));
    rig_close(&rig);
    cr_assert(!rig_has_children());
}

Test(prefork_deaths, ignored_sigchld_is_put_right_and_back)
{
    deaths_test_ignored_sigchld(&strategy_prefork);
}

/* Nobody else's processes count against a uid of our own. */
static void become_somebody(void)
{
    if (geteuid() != 0)
        test_skip("needs root to become a user without other processes");
    cr_assert(setresgid(64124, 64124, 64124) == 0 && setresuid(64124, 64124, 64124) == 0);
}

Test(prefork_deaths, a_refused_fork_is_an_error_of_open_and_leaves_nothing)
{
    become_somebody();
    struct rlimit before;
    struct rig rig;
    unsigned fds = rig_entries_count("/proc/self/fd");

    getrlimit(RLIMIT_NPROC, &before);
    struct rlimit now = {.rlim_cur = rig_entries_count("/proc/self/task") - 2 + 3, .rlim_max = before.rlim_max};
    rig_init(&rig, &strategy_prefork, op_plain, 16, 16);
    cr_assert(setrlimit(RLIMIT_NPROC, &now) == 0);
    int rc = rig.strategy->open(&rig.state, &rig.config);
    cr_assert(rc == -EAGAIN && rig.state == NULL, "%d", rc);
    cr_assert(!rig_has_children() && rig_entries_count("/proc/self/fd") == fds);
    cr_assert(setrlimit(RLIMIT_NPROC, &before) == 0);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 3) == 0);
    rig_check_complete(&rig, 3);

    rig_close(&rig);

    /* A successor is refused: the run gives up after a while. */
    rig_init(&rig, &strategy_prefork, op_dies, 1, 40);
    rig.board->victim = 5;
    rig.board->victim_signal = SIGKILL;
    rig_open(&rig);
    now.rlim_cur = rig_entries_count("/proc/self/task") - 2;
    cr_assert(setrlimit(RLIMIT_NPROC, &now) == 0);
    rc = rig_run(&rig, 3);
    cr_assert(setrlimit(RLIMIT_NPROC, &before) == 0);
    cr_assert(rc == -EAGAIN, "%d", rc);
    for (unsigned t = 0; t < rig.n; t++)
        cr_assert(t < 5 ? rig_is_complete(&rig, t, 3) : rig.tasks[t].err == -ECHILD, "task %u: %d", t,
                  rig.tasks[t].err);
    rig.board->victim = NOBODY;
    cr_assert(rig_run(&rig, 3) == 0);
    rig_check_complete(&rig, 3);
    rig_close(&rig);
    cr_assert(!rig_has_children());
}
