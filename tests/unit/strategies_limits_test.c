/* SPDX-License-Identifier: Apache-2.0 */
/* What threads, pool and processes do when the system refuses them a carrier. */
#include "unit/strategy_promises.h"

extern const struct strategy strategy_threads, strategy_pool, strategy_processes;

TestSuite(strategies_limits, .timeout = 30);

/* Run K=64 against a limit that refuses carriers: -EAGAIN, the tasks that were admitted are complete, nobody is left,
 * and the same state works again once the limit is gone. */
static void check_refusal(struct rig *rig, const struct rlimit *lowered, int resource)
{
    struct rlimit before;
    unsigned threads = rig_entries_count("/proc/self/task"), ran = 0;

    getrlimit(resource, &before);
    struct rlimit now = {.rlim_cur = lowered->rlim_cur, .rlim_max = before.rlim_max};
    cr_assert(setrlimit(resource, &now) == 0);
    int rc = rig_run(rig, 3);
    cr_assert(setrlimit(resource, &before) == 0);
    cr_assert(rc == -EAGAIN, "%s: %d", rig->strategy->name, rc);
    for (unsigned i = 0; i < rig->n; i++) {
        cr_assert(rig->tasks[i].runs <= 1);
        if (rig->config.group == 1 || rig->strategy == &strategy_threads)
            cr_assert(rig->tasks[i].ops_done == 3 * rig->tasks[i].runs, "task %u is half done", i);
        cr_assert(i == 0 || rig->tasks[i].runs <= rig->tasks[i - 1].runs, "task %u ran but %u did not", i, i - 1);
        ran += rig->tasks[i].ops_done == 3;
    }
    cr_assert(ran > 0 && ran < rig->n && ran % rig->config.group == 0, "%u of %u tasks ran", ran, rig->n);
    cr_assert(rig_threads_come_down_to(threads));
    cr_assert(!rig_has_children());
    cr_assert(rig_run(rig, 3) == 0);
    rig_check_complete(rig, 3);
}

/* Three stacks fit; waits until all that will be admitted are there. */
static int op_slow(struct op *op)
{
    struct timespec pause = {.tv_nsec = 3000000};
    nanosleep(&pause, NULL);
    return op_plain(op);
}

Test(strategies_limits, threads_report_a_refused_thread)
{
    if (SANITIZED)
        cr_skip_test("RLIMIT_AS and sanitizers exclude each other");
    for (unsigned group = 1; group <= 2; group++) {
        struct rig rig;
        rig_init(&rig, &strategy_threads, group == 1 ? op_slow : op_pair, 64, 64);
        rig.config.group = group;
        rig_option(&rig, "stack_bytes", 64 << 20);
        rig_open(&rig);
        uint64_t room = 3 * (UINT64_C(64) << 20) + (UINT64_C(32) << 20);
        check_refusal(&rig, &(struct rlimit){.rlim_cur = rig_address_space_bytes() + room}, RLIMIT_AS);
        rig_close(&rig);
    }
}

Test(strategies_limits, pool_that_cannot_open_leaves_nothing)
{
    rig_test_refused_open(&strategy_pool);
}

Test(strategies_limits, processes_report_a_refused_fork)
{
    /* root is not counted; a uid of our own that nobody else uses */
    if (geteuid() == 0)
        cr_assert(setresgid(64123, 64123, 64123) == 0 && setresuid(64123, 64123, 64123) == 0);
    else
        cr_skip_test("needs root to become a user without other processes");
    unsigned self = rig_entries_count("/proc/self/task") - 2; /* without . and .. */
    for (unsigned group = 1; group <= 2; group++) {
        struct rig rig;
        rig_init(&rig, &strategy_processes, group == 1 ? op_slow : op_pair, 64, 64);
        rig.config.group = group;
        rig_open(&rig);
        if (group == 2) /* pairs play long enough that children pile up */
            rig.workload.op = op_pair;
        check_refusal(&rig, &(struct rlimit){.rlim_cur = self + 3}, RLIMIT_NPROC);
        rig_close(&rig);
    }
}
