/* SPDX-License-Identifier: Apache-2.0 */
/* Children of prefork are killed from outside, at any time. */
#include "unit/prefork_support.h"

#include <pthread.h>

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
