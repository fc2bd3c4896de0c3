/* SPDX-License-Identifier: Apache-2.0 */
/* Children of prefork are killed from outside, at any time. */
#include "unit/prefork_support.h"

TestSuite(prefork_storm, .timeout = 600);

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
    struct rig rig;
    unsigned failed = 0, tasks = 0;

    rig_init(&rig, &strategy_prefork, group == 1 ? op_watched : op_watched_pair, k, 200);
    rig.config.group = group;
    rig_option(&rig, "spin_ns", spin_ns);
    rig_open(&rig);
    struct kill_storm storm = {.levels = 1, .pause_max_ns = 500000, .board = rig.board, .seed = 7 + k};
    unsigned fds = rig_entries_count("/proc/self/fd");
    kill_storm_begin(&storm);
    while (atomic_load(&storm.kills) < kills) {
        failed += storm_pass(&rig, 10);
        tasks += rig.n;
    }
    kill_storm_end(&storm);
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
    children_must_be_listed();
    for (unsigned k = 1; k <= 4; k++)
        storm_run(kills_wanted() / 4, k, 1, k % 2 ? 0 : -1);
}

Test(prefork_storm, of_kills_among_pairs)
{
    children_must_be_listed();
    storm_run(kills_wanted() / 4, 4, 2, 0);
}
