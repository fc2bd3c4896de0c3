/* SPDX-License-Identifier: Apache-2.0 */
/* What serial, threads, pool and processes all promise (contract/strategy.h). */
#include "unit/strategy_rig.h"

extern const struct strategy strategy_serial, strategy_threads, strategy_pool, strategy_processes;

static const struct strategy *const all_g[] = {&strategy_serial, &strategy_threads, &strategy_pool,
                                               &strategy_processes};
enum { N_ALL = sizeof all_g / sizeof *all_g };

TestSuite(strategies, .timeout = 120);

Test(strategies, every_task_runs_once_in_order_and_never_more_than_k)
{
    const unsigned in_flight[] = {1, 2, 3, 7, 64};

    for (unsigned s = 0; s < N_ALL; s++)
        for (unsigned j = 0; j < sizeof in_flight / sizeof *in_flight; j++) {
            const unsigned k = in_flight[j], counts[] = {0, 1, k - 1, k, 3 * k + 5};
            for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++) {
                struct rig rig;
                rig_init(&rig, all_g[s], op_watched, k, counts[c]);
                rig_open(&rig);
                for (int pass = 0; pass < 2; pass++) { /* warm-up and timed, on one state */
                    int rc = rig_run(&rig, 5);
                    cr_assert(rc == 0, "%s: run: %d", rig.strategy->name, rc);
                    rig_check_complete(&rig, 5);
                    cr_assert(rig.board->peak <= rig.board->in_flight, "%s: %u alive with K=%u", rig.strategy->name,
                              rig.board->peak, k);
                    cr_assert(rig.board->bad_order == 0, "%s: K=%u: %u tasks admitted out of order", rig.strategy->name,
                              k, rig.board->bad_order);
                    cr_assert(rig.board->ended == rig.n && rig.board->alive == 0);
                }
                rig_close(&rig);
            }
        }
    cr_assert(!rig_has_children());
}

Test(strategies, a_finished_task_frees_its_slot_at_once)
{
    for (unsigned s = 1; s < N_ALL; s++)
        for (unsigned k = 2; k <= 5; k++) {
            struct rig rig;
            rig_init(&rig, all_g[s], op_first_waits_for_last, k, 40);
            rig_open(&rig);
            cr_assert(rig_run(&rig, 1) == 0);
            rig_check_complete(&rig, 1);
            rig_close(&rig);
        }
}

Test(strategies, pairs_hand_off_to_each_other)
{
    for (unsigned s = 1; s < N_ALL; s++)
        for (unsigned k = 2; k <= 4; k++) {
            struct rig rig;
            rig_init(&rig, all_g[s], op_pair, k, 26);
            rig.config.group = 2;
            rig_open(&rig);
            for (int pass = 0; pass < 2; pass++) {
                cr_assert(rig_run(&rig, 50) == 0);
                rig_check_complete(&rig, 50);
            }
            rig_close(&rig);
        }
}

Test(strategies, k_tasks_are_alive_together)
{
    const unsigned in_flight[N_ALL] = {0, SANITIZED ? 256 : 4096, SANITIZED ? 256 : 4096, SANITIZED ? 64 : 512};

    for (unsigned s = 1; s < N_ALL; s++)
        for (unsigned k = 2; k <= in_flight[s]; k = k == 2 ? in_flight[s] : k + 1) {
            struct rig rig;
            rig_init(&rig, all_g[s], op_barrier, k, k);
            rig.config.group = k;
            rig_open(&rig);
            int rc = rig_run(&rig, 1);
            cr_assert(rc == 0, "%s: K=%u: %d", rig.strategy->name, k, rc);
            rig_check_complete(&rig, 1);
            rig_close(&rig);
        }
}

Test(strategies, few_tasks_with_a_large_k)
{
    for (unsigned s = 0; s < N_ALL; s++) {
        struct rig rig;
        rig_init(&rig, all_g[s], op_plain, SANITIZED ? 256 : 4096, 3);
        rig_open(&rig);
        cr_assert(rig_run(&rig, 10) == 0);
        rig_check_complete(&rig, 10);
        rig_close(&rig);
    }
}

Test(strategies, an_error_of_one_task_stays_its_own)
{
    for (unsigned s = 0; s < N_ALL; s++) {
        struct rig rig;
        rig_init(&rig, all_g[s], op_fails, 2, 8);
        rig_open(&rig);
        cr_assert(rig_run(&rig, 4) == 0);
        for (unsigned i = 0; i < rig.n; i++) {
            cr_assert(rig.tasks[i].runs == 1);
            cr_assert(rig.tasks[i].err == (i == 1 ? -EPROTO : 0));
            cr_assert(rig.tasks[i].ops_done == (i == 1 ? 2 : 4));
        }
        rig_close(&rig);
    }
}

Test(strategies, carriers_are_pinned_only_when_asked_and_given_back)
{
    cpu_set_t before, after;

    cr_assert(sched_getaffinity(0, sizeof before, &before) == 0);
    for (unsigned s = 0; s < N_ALL; s++) {
        struct rig rig;
        rig_init(&rig, all_g[s], op_pinned, 3, 9);
        unsigned found = 0;
        for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
            if (CPU_ISSET(cpu, &before))
                rig.cpus[found++] = cpu;
        rig.config.workers = found;
        rig.config.placement = PLACE_ACROSS;
        rig_open(&rig);
        cr_assert(rig_run(&rig, 2) == 0);
        rig_check_complete(&rig, 2);
        cr_assert(rig.board->bad_cpu == 0, "%s: %u ops on a carrier that is not pinned", rig.strategy->name,
                  rig.board->bad_cpu);
        rig_close(&rig);
        cr_assert(sched_getaffinity(0, sizeof after, &after) == 0);
        cr_assert(CPU_EQUAL(&before, &after), "%s: the caller stays pinned", all_g[s]->name);
    }
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
    for (unsigned s = 0; s < N_ALL; s++) {
        struct rig rig;
        rig_init(&rig, all_g[s], op_plain, 4, 4);
        rig.config.n_lanes--;
        cr_assert(rig.strategy->open(&rig.state, &rig.config) == -EINVAL, "%s: lanes", rig.strategy->name);
        cr_assert(rig.state == NULL);
        rig.config.n_lanes++;
        rig.config.group = 5;
        cr_assert(rig.strategy->open(&rig.state, &rig.config) < 0, "%s: group", rig.strategy->name);
        cr_assert(rig.state == NULL);
        rig_close(&rig);
    }
}

Test(strategies, five_hundred_lives_leave_nothing)
{
    for (unsigned s = 0; s < N_ALL; s++) {
        unsigned fds = 0, threads = 0, maps = 0;
        for (unsigned life = 0; life < 500; life++) {
            struct rig rig;
            rig_init(&rig, all_g[s], op_plain, 2, 3);
            rig_open(&rig);
            cr_assert(rig_run(&rig, 1) == 0);
            rig_check_complete(&rig, 1);
            rig_close(&rig);
            if (life == 20) { /* by then glibc's cache of stacks has what it needs */
                fds = rig_entries_count("/proc/self/fd");
                threads = rig_entries_count("/proc/self/task");
                maps = rig_maps_count();
            }
        }
        cr_assert(rig_entries_count("/proc/self/fd") == fds, "%s: descriptors", all_g[s]->name);
        cr_assert(rig_threads_come_down_to(threads), "%s: threads", all_g[s]->name);
        cr_assert(SANITIZED || rig_maps_count() <= maps + 4, "%s: %u -> %u mappings", all_g[s]->name, maps,
                  rig_maps_count());
    }
    cr_assert(!rig_has_children());
}
