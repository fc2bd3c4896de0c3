/* SPDX-License-Identifier: Apache-2.0 */
/* What threads_static promises (contract/strategy.h), and what can only go wrong there. */
#include "unit/strategy_promises.h"

#include <pthread.h>

extern const struct strategy strategy_threads_static;

TestSuite(threads_static, .timeout = 60);

Test(threads_static, every_task_runs_once_in_order_and_never_more_than_k)
{
    rig_test_once_and_in_order(&strategy_threads_static);
}

Test(threads_static, a_finished_task_frees_its_slot_at_once)
{
    rig_test_slots_are_freed(&strategy_threads_static);
}

Test(threads_static, groups_are_alive_together)
{
    rig_test_groups(&strategy_threads_static, SANITIZED ? 256 : 4096);
}

Test(threads_static, few_tasks_with_a_large_k)
{
    rig_test_few_tasks(&strategy_threads_static, SANITIZED ? 256 : 4096, 100);
}

Test(threads_static, an_error_of_one_task_stays_its_own)
{
    rig_test_errors(&strategy_threads_static);
}

Test(threads_static, carriers_are_pinned_or_refused)
{
    rig_test_placement(&strategy_threads_static);
}

Test(threads_static, impossible_configurations_are_refused)
{
    rig_test_refusals(&strategy_threads_static);
}

Test(threads_static, two_hundred_lives_leave_nothing)
{
    rig_test_nothing_is_left(&strategy_threads_static);
}

Test(threads_static, ten_thousand_short_runs)
{
    for (unsigned k = 1; k <= 5; k += 2)
        rig_test_short_runs(&strategy_threads_static, k, 10000);
}

Test(threads_static, a_hundred_thousand_empty_tasks)
{
    for (unsigned k = 1; k <= 64; k *= 4) {
        struct rig rig;
        rig_init(&rig, &strategy_threads_static, op_plain, k, SANITIZED ? 10000 : 100000);
        rig_open(&rig);
        for (int pass = 0; pass < 2; pass++) {
            cr_assert(rig_run(&rig, 1) == 0);
            rig_check_complete(&rig, 1);
        }
        rig_close(&rig);
    }
}

Test(threads_static, one_task_does_not_wake_everybody)
{
    rig_test_one_wakes_few(&strategy_threads_static);
}

static _Atomic unsigned alarms;

static void on_alarm(int signal_number)
{
    (void)signal_number;
    atomic_fetch_add(&alarms, 1);
}

static int op_sleeps(struct op *op)
{
    int rc = ctx_sleep_until(op->ctx, 0);
    return rc < 0 ? rc : op_plain(op);
}

/* Every sleep and wait is interrupted, again and again. */
Test(threads_static, a_storm_of_signals)
{
    struct sigaction action = {.sa_handler = on_alarm}, before;
    struct itimerval often = {{0, 50}, {0, 50}}, never = {{0, 0}, {0, 0}};
    struct rig rig;

    rig_init(&rig, &strategy_threads_static, op_sleeps, 3, 20);
    rig_open(&rig);
    sigaction(SIGALRM, &action, &before);
    setitimer(ITIMER_REAL, &often, NULL);
    for (unsigned round = 0; round < 20000 && (round < 2000 || atomic_load(&alarms) < 500); round++) {
        int rc = rig_run(&rig, 2);
        cr_assert(rc == 0, "%d", rc);
        rig_check_complete(&rig, 2);
    }
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &before, NULL);
    cr_assert(atomic_load(&alarms) > 100, "only %u signals", atomic_load(&alarms));
    rig_close(&rig);
}

Test(threads_static, a_refused_thread_is_an_error_of_open_and_leaves_nothing)
{
    rig_test_refused_open(&strategy_threads_static);
}
