/* SPDX-License-Identifier: Apache-2.0 */
/* What can only go wrong in processes: children that die. */
#include "unit/deaths.h"

extern const struct strategy strategy_processes;

TestSuite(strategies_processes, .timeout = 60);

Test(strategies_processes, a_killed_child_fails_its_own_task_only)
{
    deaths_test_own_task_only(&strategy_processes);
}

Test(strategies_processes, a_dead_child_ends_its_group)
{
    deaths_test_group(&strategy_processes);
}

/* Children are killed from outside at any time: each task is either complete or -ECHILD, and run comes back. */
Test(strategies_processes, a_storm_of_kills)
{
    struct kill_storm storm = {.levels = 1, .pause_max_ns = 3000000, .seed = 7};
    struct rig rig;
    unsigned killed = 0;

    children_must_be_listed();
    rig_init(&rig, &strategy_processes, op_watched, 4, 400);
    rig_open(&rig);
    kill_storm_begin(&storm);
    int rc = rig_run(&rig, 20);
    kill_storm_end(&storm);
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
    deaths_test_foreign_zombie(&strategy_processes);
}

Test(strategies_processes, ignored_sigchld_is_put_right_and_back)
{
    deaths_test_ignored_sigchld(&strategy_processes);
}

Test(strategies_processes, children_do_not_flush_the_parents_output)
{
    deaths_test_no_flush(&strategy_processes);
}
