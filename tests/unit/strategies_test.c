/* SPDX-License-Identifier: Apache-2.0 */
/* What serial, threads, pool and processes all promise (contract/strategy.h). */
#include "unit/strategy_promises.h"

extern const struct strategy strategy_serial, strategy_threads, strategy_pool, strategy_processes;

static const struct strategy *const all_g[] = {&strategy_serial, &strategy_threads, &strategy_pool,
                                               &strategy_processes};
enum { N_ALL = sizeof all_g / sizeof *all_g };

TestSuite(strategies, .timeout = 120);

Test(strategies, every_task_runs_once_in_order_and_never_more_than_k)
{
    for (unsigned s = 0; s < N_ALL; s++)
        rig_test_once_and_in_order(all_g[s]);
}

Test(strategies, a_finished_task_frees_its_slot_at_once)
{
    for (unsigned s = 1; s < N_ALL; s++)
        rig_test_slots_are_freed(all_g[s]);
}

Test(strategies, groups_are_alive_together)
{
    const unsigned in_flight[N_ALL] = {0, SANITIZED ? 256 : 4096, SANITIZED ? 256 : 4096, SANITIZED ? 64 : 512};

    for (unsigned s = 1; s < N_ALL; s++)
        rig_test_groups(all_g[s], in_flight[s]);
}

Test(strategies, few_tasks_with_a_large_k)
{
    for (unsigned s = 0; s < N_ALL; s++)
        rig_test_few_tasks(all_g[s], SANITIZED ? 256 : 4096, 1);
}

Test(strategies, an_error_of_one_task_stays_its_own)
{
    for (unsigned s = 0; s < N_ALL; s++)
        rig_test_errors(all_g[s]);
}

Test(strategies, carriers_are_pinned_only_when_asked_and_given_back)
{
    for (unsigned s = 0; s < N_ALL; s++)
        rig_test_pinning(all_g[s]);
}

Test(strategies, a_carrier_that_cannot_be_placed_is_an_error)
{
    for (unsigned s = 0; s < N_ALL; s++) {
        struct rig rig;
        rig_init(&rig, all_g[s], op_pair, 2, 4);
        rig.config.group = s ? 2 : 1;
        rig.workload.op = s ? op_pair : op_plain;
        rig.cpus[0] = rig.cpus[1] = CPU_SETSIZE - 1;
        rig.config.placement = PLACE_ACROSS;
        int rc = rig.strategy->open(&rig.state, &rig.config);
        if (rc == 0)
            rc = rig_run(&rig, 3);
        else
            cr_assert(rig.state == NULL);
        cr_assert(rc == -EINVAL, "%s: %d", rig.strategy->name, rc);
        rig_close(&rig);
    }
    cr_assert(!rig_has_children());
}

Test(strategies, impossible_configurations_are_refused)
{
    for (unsigned s = 0; s < N_ALL; s++)
        rig_test_refusals(all_g[s]);
}

Test(strategies, two_hundred_lives_leave_nothing)
{
    for (unsigned s = 0; s < N_ALL; s++)
        rig_test_nothing_is_left(all_g[s]);
}
