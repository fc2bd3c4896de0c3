/* SPDX-License-Identifier: Apache-2.0 */
/* What prefork promises (contract/strategy.h) while nobody dies. When children do: prefork_deaths_test.c. */
#include "unit/prefork_support.h"

#include <poll.h>
#include <sys/syscall.h>

/* --- the common promises --- */

TestSuite(prefork, .timeout = 60);

Test(prefork, every_task_runs_once_in_order_and_never_more_than_k)
{
    rig_test_once_and_in_order(&strategy_prefork);
}

Test(prefork, a_finished_task_frees_its_slot_at_once)
{
    rig_test_slots_are_freed(&strategy_prefork);
}

Test(prefork, groups_are_alive_together)
{
    rig_test_groups(&strategy_prefork, SANITIZED ? 64 : 300);
}

Test(prefork, few_tasks_with_a_large_k)
{
    rig_test_few_tasks(&strategy_prefork, SANITIZED ? 64 : 300, 1);
}

Test(prefork, an_error_of_one_task_stays_its_own)
{
    rig_test_errors(&strategy_prefork);
}

Test(prefork, carriers_are_pinned_or_refused)
{
    rig_test_placement(&strategy_prefork);
}

Test(prefork, impossible_configurations_are_refused)
{
    rig_test_refusals(&strategy_prefork);
}

Test(prefork, two_hundred_lives_leave_nothing)
{
    rig_test_nothing_is_left(&strategy_prefork);
}

Test(prefork, thousands_of_short_runs)
{
    for (unsigned k = 1; k <= 5; k += 2)
        rig_test_short_runs(&strategy_prefork, k, SANITIZED ? 1000 : 5000);
}

Test(prefork, spinning_or_not_nothing_is_lost)
{
    const int64_t spins_ns[] = {0, 2000, 20000, 1000000};

    for (unsigned s = 0; s < sizeof spins_ns / sizeof *spins_ns; s++)
        for (unsigned k = 1; k <= 3; k++) {
            struct rig rig;
            rig_init(&rig, &strategy_prefork, op_plain, k, 300);
            rig_option(&rig, "spin_ns", spins_ns[s]);
            rig_open(&rig);
            for (unsigned round = 0; round < 30; round++) {
                rig.n = round % 2 ? 300 : 1 + round;
                cr_assert(rig_run(&rig, 1) == 0);
                rig_check_complete(&rig, 1);
            }
            rig_close(&rig);
        }
}

/* A child that hesitates between two steps of its protocol: whatever the caller does meanwhile is not overlooked. */
Test(prefork, no_wake_up_is_lost_at_any_step)
{
    for (int step = STEP_BORN; step < STEPS; step++)
        for (unsigned k = 1; k <= 3; k++) {
            struct rig rig;
            rig_init(&rig, &strategy_prefork, op_plain, k, 20);
            rig_option(&rig, "spin_ns", 0);
            deaths_order(-1, 0, 0);
            atomic_store(&deaths_g->slow, step);
            rig_open(&rig);
            for (unsigned round = 0; round < 20; round++) {
                rig.n = 1 + round;
                cr_assert(rig_run(&rig, 1) == 0);
                rig_check_complete(&rig, 1);
            }
            rig_close(&rig);
        }
}

/* Task i runs where i is due, so that the members of a group are on different CPUs. */
static int op_on_its_cpu(struct op *op)
{
    struct board *board = op->env->shared;
    cpu_set_t set;

    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) || !CPU_ISSET(board->seats[op->task % 2].waiter, &set))
        atomic_fetch_add(&board->bad_cpu, 1);
    return op_plain(op);
}

Test(prefork, a_group_is_spread_over_cpus)
{
    cpu_set_t set;
    struct rig rig;
    unsigned found = 0;

    cr_assert(sched_getaffinity(0, sizeof set, &set) == 0);
    rig_init(&rig, &strategy_prefork, op_on_its_cpu, 6, 60);
    for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
        if (CPU_ISSET(cpu, &set)) {
            rig.board->seats[found].waiter = (uintptr_t)cpu;
            rig.cpus[found++] = cpu;
        }
    if (found < 2)
        test_skip("needs two CPUs");
    rig.config.placement = PLACE_ACROSS;
    rig.config.group = 2;
    rig_open(&rig);
    cr_assert(rig_run(&rig, 3) == 0);
    rig_check_complete(&rig, 3);
    cr_assert(rig.board->bad_cpu == 0, "%u ops on the wrong CPU", rig.board->bad_cpu);
    rig_close(&rig);
}

/* --- the child's surroundings --- */

static void on_signal(int signal_number)
{
    (void)signal_number;
}

static int op_looks_at_signals(struct op *op)
{
    struct board *board = op->env->shared;
    struct sigaction usr1, usr2;
    sigset_t mask;

    sigaction(SIGUSR1, NULL, &usr1);
    sigaction(SIGUSR2, NULL, &usr2);
    sigprocmask(SIG_SETMASK, NULL, &mask);
    if (usr1.sa_handler != SIG_DFL || usr2.sa_handler != SIG_IGN || sigismember(&mask, SIGUSR1) == 1)
        atomic_fetch_add(&board->bad_signals, 1);
    return op_plain(op);
}

Test(prefork, children_have_no_handlers_and_no_mask_of_ours)
{
    struct sigaction handled = {.sa_handler = on_signal}, ignored = {.sa_handler = SIG_IGN}, now;
    sigset_t mask, before, after;
    struct rig rig;

    sigaction(SIGUSR1, &handled, NULL);
    sigaction(SIGUSR2, &ignored, NULL);
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    sigprocmask(SIG_BLOCK, NULL, &before);
    rig_init(&rig, &strategy_prefork, op_looks_at_signals, 2, 4);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 1) == 0);
    cr_assert(rig.board->bad_signals == 0);
    rig_close(&rig);
    sigprocmask(SIG_BLOCK, NULL, &after);
    sigaction(SIGUSR1, NULL, &now);
    cr_assert(sigismember(&after, SIGUSR1) == 1 && sigismember(&after, SIGUSR2) == sigismember(&before, SIGUSR2));
    cr_assert(now.sa_handler == on_signal);
}

Test(prefork, children_do_not_flush_the_parents_output)
{
    deaths_test_no_flush(&strategy_prefork);
}

static int op_sleeps_for_ever(struct op *op)
{
    struct board *board = op->env->shared;

    atomic_store(&board->pids[op->task], getpid());
    atomic_fetch_add(&board->started, 1);
    while (true)
        pause();
    return 0;
}

/* The caller is killed while its children run: they do not outlive it. */
Test(prefork, children_die_with_the_caller)
{
    enum { K = 4 };
    struct pollfd pidfds[K];
    struct rig rig;

    rig_init(&rig, &strategy_prefork, op_sleeps_for_ever, K, K);
    pid_t caller = fork();
    if (caller == 0) {
        test_die_with_parent();
        if (rig.strategy->open(&rig.state, &rig.config) == 0)
            rig_run(&rig, 1);
        _exit(1);
    }
    while (atomic_load(&rig.board->started) < K)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    for (unsigned i = 0; i < K; i++) {
        pidfds[i] =
            (struct pollfd){.fd = (int)syscall(SYS_pidfd_open, atomic_load(&rig.board->pids[i]), 0), .events = POLLIN};
        cr_assert(pidfds[i].fd >= 0);
    }
    kill(caller, SIGKILL);
    cr_assert(waitpid(caller, NULL, 0) == caller);
    for (unsigned i = 0; i < K; i++) {
        cr_assert(poll(&pidfds[i], 1, 10000) == 1, "child %u is still alive", i);
        close(pidfds[i].fd);
    }
    rig_close(&rig);
}

Test(prefork, somebody_elses_zombie_is_left_alone)
{
    deaths_test_foreign_zombie(&strategy_prefork);
}

/* --- signals in the caller and in the children --- */

static _Atomic unsigned alarms;

static void on_alarm(int signal_number)
{
    (void)signal_number;
    atomic_fetch_add(&alarms, 1);
}

static void alarm_often(void)
{
    struct sigaction action = {.sa_handler = on_alarm};
    struct itimerval often = {{0, 100}, {0, 100}};

    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
}

/* Timers are not inherited: each child sets its own, once. */
static int op_in_a_storm(struct op *op)
{
    static pid_t mine;

    if (mine != getpid())
        alarm_often();
    mine = getpid();
    return op_watched(op);
}

Test(prefork, a_storm_of_signals)
{
    struct itimerval never = {{0, 0}, {0, 0}};

    for (unsigned k = 1; k <= 3; k++) {
        struct rig rig;
        rig_init(&rig, &strategy_prefork, op_in_a_storm, k, 20);
        rig_open(&rig);
        alarm_often();
        for (unsigned round = 0; round < 200; round++) {
            int rc = rig_run(&rig, 3);
            cr_assert(rc == 0, "%d", rc);
            rig_check_complete(&rig, 3);
            cr_assert(rig.board->bad_order == 0);
        }
        setitimer(ITIMER_REAL, &never, NULL);
        rig_close(&rig);
    }
    cr_assert(atomic_load(&alarms) > 100, "only %u signals", atomic_load(&alarms));
    cr_assert(!rig_has_children());
}
