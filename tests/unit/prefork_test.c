/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What prefork promises (contract/strategy.h), and above all what happens when its children die.
 *
 * The strategy is compiled here a second time, with PREFORK_STEPS: it calls prefork_step() between any two steps of a
 * child, and the child may end there. So deaths are not only tried at random, but also at each place once and with an
 * exact answer to what must have become of the task.
 */
#include "unit/strategy_rig.h"

#include "strategies/spsc.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>

extern const struct strategy strategy_prefork;
void prefork_step(unsigned step);

/* --- deaths on order --- */

enum { STEP_BORN, STEP_LOOKS, STEP_TIRES, STEP_DOZES, STEP_TAKEN, STEP_RAN, STEP_DONE, STEP_NEWS, STEPS };

/* Shared by the test and all children: at which step, and after how many passages of all children together, one dies,
 * how many of them in turn, and how many have. */
struct deaths {
    _Atomic int step, passages, rest, dead;
    _Atomic int slow; /* ... and at which step every child hesitates */
};
static struct deaths *deaths_g;

void prefork_step(unsigned step)
{
    if (!deaths_g)
        return;
    if (atomic_load(&deaths_g->slow) == (int)step)
        nanosleep(&(struct timespec){.tv_nsec = 60000}, NULL);
    if (atomic_load(&deaths_g->step) != (int)step)
        return;
    if (atomic_fetch_sub(&deaths_g->passages, 1) > 0)
        return;
    if (atomic_fetch_sub(&deaths_g->rest, 1) > 0) {
        atomic_fetch_add(&deaths_g->dead, 1);
        kill(getpid(), SIGKILL);
    }
}

static void deaths_order(int step, int passages, int count)
{
    if (!deaths_g)
        deaths_g = rig_map(sizeof *deaths_g);
    atomic_store(&deaths_g->slow, -1);
    atomic_store(&deaths_g->step, -1);
    atomic_store(&deaths_g->passages, passages);
    atomic_store(&deaths_g->rest, count);
    atomic_store(&deaths_g->dead, 0);
    atomic_store(&deaths_g->step, step);
}

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
    rig_test_no_flush(&strategy_prefork);
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
    rig_test_foreign_zombie(&strategy_prefork);
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

/* --- death --- */

TestSuite(prefork_deaths, .timeout = 60);

/* One task ends its carrier half way. */
static int op_dies(struct op *op)
{
    const struct board *board = op->env->shared;

    if ((op->task == board->victim || board->victim == UINT32_MAX - 1) && op->index == op->count / 2) {
        if (board->victim_signal == 0)
            _exit(board->victim_status);
        if (board->victim_signal == SIGABRT)
            abort();
        raise(board->victim_signal);
    }
    return op_plain(op);
}

Test(prefork_deaths, a_crash_fails_its_own_task_only)
{
    const struct {
        int signal, status;
        const char *says;
    } ways[] = {{SIGKILL, 0, "SIGKILL"}, {SIGSEGV, 0, "SIGSEGV"}, {SIGABRT, 0, "SIGABRT"},
                {0, 0, "its own exit"},  {0, 1, "its own exit"},  {0, 81, "its own exit"}};

    for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++)
        for (unsigned k = 1; k <= 3; k++) {
            struct rig rig;
            char line[192];
            rig_init(&rig, &strategy_prefork, op_dies, k, 12);
            rig.board->victim = 5;
            rig.board->victim_signal = ways[i].signal;
            rig.board->victim_status = ways[i].status;
            rig_open(&rig);
            for (int pass = 0; pass < 2; pass++) {
                int rc = rig_run(&rig, 6);
                cr_assert(rc == 0, "%d", rc);
                for (unsigned t = 0; t < rig.n; t++)
                    cr_assert(t == 5
                                  ? rig.tasks[t].err == -ECHILD && rig.tasks[t].runs == 1 && rig.tasks[t].ops_done < 6
                                  : rig_is_complete(&rig, t, 6),
                              "task %u: %d", t, rig.tasks[t].err);
            }
            rig.strategy->describe(rig.state, line, sizeof line);
            cr_assert(strstr(line, "2 children died") && strstr(line, ways[i].says), "%s", line);
            rig.board->victim = UINT32_MAX;
            cr_assert(rig_run(&rig, 6) == 0); /* the state is none the worse */
            rig_check_complete(&rig, 6);
            rig_close(&rig);
        }
    cr_assert(!rig_has_children());
}

static int op_pair_dies(struct op *op)
{
    const struct board *board = op->env->shared;

    if (op->task == board->victim && op->index == op->count / 2)
        raise(SIGKILL);
    return op_pair(op);
}

/* The mate of a dead task would wait for ever; it is ended too. */
Test(prefork_deaths, a_dead_child_ends_its_group)
{
    for (unsigned victim = 4; victim <= 5; victim++)
        for (unsigned k = 2; k <= 4; k++) {
            struct rig rig;
            rig_init(&rig, &strategy_prefork, op_pair_dies, k, 12);
            rig.config.group = 2;
            rig.board->victim = victim;
            rig_open(&rig);
            for (int pass = 0; pass < 3; pass++) {
                int rc = rig_run(&rig, 2);
                cr_assert(rc == 0 || rc == -ECHILD, "%d", rc);
                for (unsigned t = 0; t < rig.n; t++) {
                    bool hit = t == victim || (t / 2 == victim / 2 && rig.tasks[t].ops_done < 2);
                    cr_assert(hit ? rig.tasks[t].err == -ECHILD : rig_is_complete(&rig, t, 2), "task %u: %d", t,
                              rig.tasks[t].err);
                }
            }
            rig_close(&rig);
        }
    cr_assert(!rig_has_children());
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
            rig.board->victim = UINT32_MAX - 1;
            rig.board->victim_signal = SIGKILL;
            rig_open(&rig);
            int rc = rig_run(&rig, 2);
            cr_assert(rc == (n == 4 ? 0 : -ECHILD), "K=%u, n=%u: %d", k, n, rc);
            for (unsigned t = 0; t < n; t++) {
                cr_assert(rig.tasks[t].err == -ECHILD && rig.tasks[t].runs <= 1, "task %u: %d", t, rig.tasks[t].err);
                ran += rig.tasks[t].runs == 1;
            }
            cr_assert(n == 4 ? ran == 4 : ran < n / 2 && ran >= 10, "%u ran", ran);
            rig.board->victim = UINT32_MAX;
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
    rig.board->victim = UINT32_MAX - 1;
    rig.board->victim_signal = SIGKILL;
    rig_open(&rig);
    int rc = rig_run(&rig, 2);
    cr_assert(rc == -ECHILD, "%d", rc);
    for (unsigned t = 0; t < rig.n; t++)
        cr_assert(rig.tasks[t].err == -ECHILD && rig.tasks[t].runs <= 1, "task %u: %d", t, rig.tasks[t].err);
    rig.board->victim = UINT32_MAX;
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

static unsigned children_of_this_thread(pid_t *pids, unsigned max, long tid)
{
    char path[64];
    unsigned n = 0;
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", tid);
    FILE *file = fopen(path, "re");
    while (file && n < max && fscanf(file, "%d", &pids[n]) == 1)
        n++;
    if (file)
        fclose(file);
    return n;
}

Test(prefork_deaths, children_killed_between_runs_are_replaced)
{
    pid_t pids[8];
    struct rig rig;

    if (access("/proc/thread-self/children", R_OK))
        test_skip("this kernel does not list children");
    rig_init(&rig, &strategy_prefork, op_plain, 4, 20);
    rig_open(&rig);
    for (unsigned round = 0; round < 20; round++) {
        unsigned n = children_of_this_thread(pids, 8, syscall(SYS_gettid));
        cr_assert(n == 4, "%u children", n);
        for (unsigned i = 0; i <= round % 4; i++)
            kill(pids[i], SIGKILL);
        int rc = rig_run(&rig, 2);
        cr_assert(rc == 0, "%d", rc);
        rig_check_complete(&rig, 2);
        while (children_of_this_thread(pids, 8, syscall(SYS_gettid)) < 4) { /* the last may come in the next run */
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
    struct sigaction now;
    struct rig rig;
    char line[192];

    signal(SIGCHLD, SIG_IGN);
    rig_init(&rig, &strategy_prefork, op_dies, 2, 6);
    rig.board->victim = 2;
    rig.board->victim_signal = SIGKILL;
    rig_open(&rig);
    cr_assert(rig_run(&rig, 2) == 0);
    for (unsigned i = 0; i < rig.n; i++)
        cr_assert(rig.tasks[i].err == (i == 2 ? -ECHILD : 0));
    rig.strategy->describe(rig.state, line, sizeof line);
    cr_assert(strstr(line, "SIGKILL"), "%s", line); /* how it ended was not lost */
    rig_close(&rig);
    sigaction(SIGCHLD, NULL, &now);
    cr_assert(now.sa_handler == SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
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
    rig.board->victim = UINT32_MAX;
    cr_assert(rig_run(&rig, 3) == 0);
    rig_check_complete(&rig, 3);
    rig_close(&rig);
    cr_assert(!rig_has_children());
}

/* --- kills from outside, at any time --- */

TestSuite(prefork_storm, .timeout = 600);

struct storm {
    _Atomic bool stop;
    _Atomic unsigned kills;
    const struct board *board;
    long tid; /* of the thread whose children are hunted */
    uint64_t seed;
};

/* Kill a child of ours, and only that: the number may be another's by the time that we have read it. */
static bool kill_child(pid_t pid)
{
    char path[64], line[512] = "";
    int parent = -1, pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    bool killed = false;

    if (pidfd < 0)
        return false;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    if (file && fgets(line, sizeof line, file) && strrchr(line, ')') &&
        sscanf(strrchr(line, ')') + 1, " %*c %d", &parent) == 1 && parent == getpid())
        killed = syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) == 0;
    if (file)
        fclose(file);
    close(pidfd);
    return killed;
}

static void *killer_main(void *arg)
{
    struct storm *storm = arg;
    struct rng rng = {.state = storm->seed};

    while (!atomic_load(&storm->stop)) {
        pid_t pids[64];
        unsigned n = children_of_this_thread(pids, 64, storm->tid), ended = atomic_load(&storm->board->ended);
        if (n > 0 && kill_child(pids[rng_below(&rng, n)]))
            atomic_fetch_add(&storm->kills, 1);
        nanosleep(&(struct timespec){.tv_nsec = (long)rng_below(&rng, 500000)}, NULL);
        /* Not faster than the work goes on, or it never does. */
        for (unsigned i = 0; i < 100 && atomic_load(&storm->board->ended) == ended; i++)
            nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
    }
    return NULL;
}

static int op_watched_pair(struct op *op)
{
    struct board *board = op->env->shared;

    if (op->index + 1 == op->count)
        atomic_fetch_add(&board->ended, 1);
    return op_pair(op);
}

static unsigned storm_pass(struct rig *rig, uint64_t ops)
{
    unsigned failed = 0;
    int rc = rig_run(rig, ops);

    cr_assert(rc == 0 || (rc == -ECHILD && rig->config.group > 1), "%d", rc);
    for (unsigned i = 0; i < rig->n; i++) {
        const struct task *task = &rig->tasks[i];
        bool complete = rig_is_complete(rig, i, ops), lost = task->err == -ECHILD && task->runs <= 1;
        cr_assert(complete != lost, "task %u: %d, %llu runs, %llu ops", i, task->err, (unsigned long long)task->runs,
                  (unsigned long long)task->ops_done);
        failed += lost;
    }
    return failed;
}

static void storm_run(unsigned kills, unsigned k, unsigned group, int64_t spin_ns)
{
    static struct storm storm;
    pthread_t killer;
    struct rig rig;
    unsigned failed = 0, tasks = 0;

    rig_init(&rig, &strategy_prefork, group == 1 ? op_watched : op_watched_pair, k, 200);
    rig.config.group = group;
    rig_option(&rig, "spin_ns", spin_ns);
    rig_open(&rig);
    storm = (struct storm){.board = rig.board, .tid = syscall(SYS_gettid), .seed = 7 + k};
    unsigned fds = rig_entries_count("/proc/self/fd");
    cr_assert(pthread_create(&killer, NULL, killer_main, &storm) == 0);
    while (atomic_load(&storm.kills) < kills) {
        failed += storm_pass(&rig, 10);
        tasks += rig.n;
    }
    atomic_store(&storm.stop, true);
    pthread_join(killer, NULL);
    cr_assert(failed > 0 && failed < tasks, "%u of %u failed", failed, tasks);
    cr_assert(failed <= atomic_load(&storm.kills) * group, "%u kills, %u failed", atomic_load(&storm.kills), failed);
    for (int pass = 0; pass < 2; pass++) /* the first finds those who died last */
        failed = storm_pass(&rig, 10);
    cr_assert(failed == 0);
    cr_assert(rig_entries_count("/proc/self/fd") <= fds);
    rig_close(&rig);
    cr_assert(!rig_has_children(), "children are left");
}

static unsigned kills_wanted(void)
{
    const char *text = getenv("QUINTET_KILLS");
    return text ? (unsigned)strtoul(text, NULL, 10) : SANITIZED ? 60 : 300;
}

Test(prefork_storm, of_kills)
{
    if (access("/proc/thread-self/children", R_OK))
        test_skip("this kernel does not list children");
    for (unsigned k = 1; k <= 4; k++)
        storm_run(kills_wanted() / 4, k, 1, k % 2 ? 0 : -1);
}

Test(prefork_storm, of_kills_among_pairs)
{
    if (access("/proc/thread-self/children", R_OK))
        test_skip("this kernel does not list children");
    storm_run(kills_wanted() / 4, 4, 2, 0);
}

/* --- the ring --- */

TestSuite(prefork_ring, .timeout = 30);

Test(prefork_ring, is_bounded_fifo_across_wrap_around)
{
    const uint32_t starts[] = {0, UINT32_MAX - 5, UINT32_MAX / 2 - 1};
    static struct spsc ring;

    for (unsigned s = 0; s < 3; s++) {
        struct spsc_slot slot = {.word = {0}};
        ring = (struct spsc){.tail = starts[s], .head = starts[s], .head_seen = starts[s], .tail_seen = starts[s]};
        cr_assert(!spsc_ready(&ring) && !spsc_pop(&ring, &slot));
        for (uint64_t round = 0; round < 10; round++) {
            for (uint64_t i = 0; i < SPSC_SLOTS; i++) {
                slot.word[0] = round * SPSC_SLOTS + i;
                cr_assert(spsc_push(&ring, &slot));
            }
            cr_assert(!spsc_push(&ring, &slot) && spsc_ready(&ring));
            for (uint64_t i = 0; i < SPSC_SLOTS; i++) {
                cr_assert(spsc_pop(&ring, &slot) && slot.word[0] == round * SPSC_SLOTS + i);
                cr_assert(spsc_popped_count(&ring) == (uint32_t)(starts[s] + slot.word[0] + 1));
            }
            cr_assert(!spsc_ready(&ring) && !spsc_pop(&ring, &slot));
        }
    }
}

enum { RING_ITEMS = SANITIZED ? 100000 : 1000000 };

static void *ring_push(void *arg)
{
    struct spsc *ring = arg;
    struct spsc_slot slot;

    for (uint64_t i = 0; i < RING_ITEMS; i++) {
        for (unsigned w = 0; w < 8; w++)
            slot.word[w] = rng_hash2(i, w);
        while (!spsc_push(ring, &slot))
            sched_yield();
    }
    return NULL;
}

Test(prefork_ring, keeps_everything_between_two_threads)
{
    static struct spsc ring;
    struct spsc_slot slot;
    pthread_t producer;
    uint64_t bad = 0;

    cr_assert(pthread_create(&producer, NULL, ring_push, &ring) == 0);
    for (uint64_t i = 0; i < RING_ITEMS; i++) {
        while (!spsc_pop(&ring, &slot))
            sched_yield();
        for (unsigned w = 0; w < 8; w++)
            bad += slot.word[w] != rng_hash2(i, w);
    }
    pthread_join(producer, NULL);
    cr_assert(bad == 0 && !spsc_ready(&ring));
}
