/* SPDX-License-Identifier: Apache-2.0 */
/* What can only go wrong in processes: children that die. */
#include "unit/strategy_rig.h"

#include <pthread.h>

extern const struct strategy strategy_processes;

TestSuite(strategies_processes, .timeout = 60);

/* One task ends its carrier half way. */
static int op_dies(struct op *op)
{
    const struct board *board = op->env->shared;

    if (op->task == board->victim && op->index == op->count / 2) {
        if (board->victim_signal == 0)
            _exit(0);
        raise(board->victim_signal);
    }
    return op_plain(op);
}

Test(strategies_processes, a_killed_child_fails_its_own_task_only)
{
    const int signals[] = {SIGKILL, SIGTERM, 0};

    for (unsigned i = 0; i < 3; i++) {
        struct rig rig;
        char line[128];
        rig_init(&rig, &strategy_processes, op_dies, 3, 12);
        rig.board->victim = 5;
        rig.board->victim_signal = signals[i];
        rig_open(&rig);
        cr_assert(rig_run(&rig, 6) == 0);
        for (unsigned t = 0; t < rig.n; t++) {
            cr_assert(rig.tasks[t].err == (t == 5 ? -ECHILD : 0), "task %u: %d", t, rig.tasks[t].err);
            cr_assert(t == 5 ? rig.tasks[t].ops_done < 6 : rig.tasks[t].ops_done == 6);
        }
        rig.strategy->describe(rig.state, line, sizeof line);
        cr_assert(strstr(line, signals[i] == SIGKILL ? "SIGKILL" : signals[i] == SIGTERM ? "SIGTERM" : "its own exit"));
        rig.board->victim = UINT32_MAX;
        cr_assert(rig_run(&rig, 6) == 0); /* the state is none the worse */
        rig_check_complete(&rig, 6);
        rig_close(&rig);
    }
    cr_assert(!rig_has_children());
}

/* The mate of a dead task would wait for ever; it is ended too, whether it was alive or yet to come. */
Test(strategies_processes, a_dead_child_ends_its_group)
{
    for (unsigned victim = 4; victim <= 5; victim++)
        for (unsigned k = 2; k <= 4; k++) {
            struct rig rig;
            rig_init(&rig, &strategy_processes, op_pair_dies, k, 12);
            rig.config.group = 2;
            rig.board->victim = victim;
            rig_open(&rig);
            int rc = rig_run(&rig, 2);
            cr_assert(rc == 0 || rc == -ECHILD, "%d", rc);
            for (unsigned t = 0; t < rig.n; t++) {
                bool hit = t == victim || (t / 2 == victim / 2 && rig.tasks[t].ops_done < 2);
                cr_assert(rig.tasks[t].err == (hit ? -ECHILD : 0), "task %u: %d", t, rig.tasks[t].err);
                cr_assert(hit || rig.tasks[t].ops_done == 2);
            }
            rig_close(&rig);
        }
    cr_assert(!rig_has_children());
}

/* Children are killed from outside at any time: each task is either complete or -ECHILD, and run comes back. */
static void *killer_main(void *arg)
{
    struct rng rng = {.state = 7};
    const _Atomic bool *stop = arg;

    while (!atomic_load(stop)) {
        char path[64];
        int pid = 0;
        snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
        FILE *file = fopen(path, "re");
        if (file && fscanf(file, "%d", &pid) == 1 && pid > 0)
            kill(pid, SIGKILL);
        if (file)
            fclose(file);
        nanosleep(&(struct timespec){.tv_nsec = (long)rng_below(&rng, 3000000)}, NULL);
    }
    return NULL;
}

Test(strategies_processes, a_storm_of_kills)
{
    static _Atomic bool stop;
    pthread_t killer;
    struct rig rig;
    unsigned killed = 0;

    if (access("/proc/thread-self/children", R_OK))
        cr_skip_test("this kernel does not list children");
    rig_init(&rig, &strategy_processes, op_watched, 4, 400);
    rig_open(&rig);
    cr_assert(pthread_create(&killer, NULL, killer_main, &stop) == 0);
    int rc = rig_run(&rig, 20);
    atomic_store(&stop, true);
    pthread_join(killer, NULL);
    cr_assert(rc == 0, "%d", rc);
    for (unsigned i = 0; i < rig.n; i++) {
        const struct task *task = &rig.tasks[i];
        cr_assert(task->runs <= 1 && (task->err == 0 || task->err == -ECHILD), "task %u: %d", i, task->err);
        cr_assert(task->err || (task->ops_done == 20 && task->result == rig_expected(i, 20)));
        killed += task->err != 0;
    }
    cr_assert(killed > 0, "the storm hit nobody");
    rig_close(&rig);
    cr_assert(!rig_has_children());
}

Test(strategies_processes, somebody_elses_zombie_is_left_alone)
{
    rig_test_foreign_zombie(&strategy_processes);
}

Test(strategies_processes, ignored_sigchld_is_put_right_and_back)
{
    struct sigaction now;
    struct rig rig;

    signal(SIGCHLD, SIG_IGN);
    rig_init(&rig, &strategy_processes, op_dies, 2, 6);
    rig.board->victim = 2;
    rig.board->victim_signal = SIGKILL;
    rig_open(&rig);
    cr_assert(rig_run(&rig, 2) == 0);
    for (unsigned i = 0; i < rig.n; i++)
        cr_assert(rig.tasks[i].err == (i == 2 ? -ECHILD : 0));
    rig_close(&rig);
    sigaction(SIGCHLD, NULL, &now);
    cr_assert(now.sa_handler == SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
}

Test(strategies_processes, children_do_not_flush_the_parents_output)
{
    rig_test_no_flush(&strategy_processes);
}
