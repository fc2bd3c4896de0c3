/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/deaths.h"

#include <sys/syscall.h>

/* --- on order --- */

struct deaths *deaths_g;

void deaths_step(unsigned step)
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

void deaths_order(int step, int passages, int count)
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

/* --- by an op --- */

int op_dies(struct op *op)
{
    const struct board *board = op->env->shared;

    if ((op->task == board->victim || board->victim == EVERYBODY) && op->index == op->count / 2) {
        if (board->victim_signal == 0)
            _exit(board->victim_status);
        if (board->victim_signal == SIGABRT)
            abort();
        raise(board->victim_signal);
    }
    return op_plain(op);
}

/* --- at random, from outside --- */

unsigned children_of(pid_t *pids, unsigned max, pid_t pid, long tid)
{
    char path[64];
    unsigned n = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%ld/children", (int)pid, tid);
    FILE *file = fopen(path, "re");
    while (file && n < max && fscanf(file, "%d", &pids[n]) == 1)
        n++;
    if (file)
        fclose(file);
    return n;
}

void children_must_be_listed(void)
{
    if (access("/proc/thread-self/children", R_OK))
        test_skip("this kernel does not list children");
}

/* Kill a child of that parent, and only that: the number may be another's by the time that we have read it. */
static bool kill_child(pid_t pid, pid_t of)
{
    char path[64], line[512] = "";
    int parent = -1, pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    bool killed = false;

    if (pidfd < 0)
        return false;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    if (file && fgets(line, sizeof line, file) && strrchr(line, ')') &&
        sscanf(strrchr(line, ')') + 1, " %*c %d", &parent) == 1 && parent == of)
        killed = syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) == 0;
    if (file)
        fclose(file);
    close(pidfd);
    return killed;
}

/* Go down from this process by as many levels as the dice say, as far as there are any; kill who is met last. */
static bool kill_somebody(const struct kill_storm *storm, struct rng *rng)
{
    pid_t parent = 0, victim = getpid(), pids[64];
    long tid = storm->tid;

    for (uint64_t down = 1 + rng_below(rng, storm->levels); down > 0; down--) {
        unsigned n = children_of(pids, 64, victim, tid);
        if (n == 0)
            break;
        parent = victim;
        tid = victim = pids[rng_below(rng, n)];
    }
    return parent && kill_child(victim, parent);
}

static void *killer_main(void *arg)
{
    struct kill_storm *storm = arg;
    struct rng rng = {.state = storm->seed};

    while (!atomic_load(&storm->stop)) {
        unsigned ended = storm->board ? atomic_load(&storm->board->ended) : 0;
        if (kill_somebody(storm, &rng))
            atomic_fetch_add(&storm->kills, 1);
        nanosleep(&(struct timespec){.tv_nsec = (long)rng_below(&rng, (uint64_t)storm->pause_max_ns)}, NULL);
        for (unsigned i = 0; storm->board && i < 100 && atomic_load(&storm->board->ended) == ended; i++)
            nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
    }
    return NULL;
}

void kill_storm_begin(struct kill_storm *storm)
{
    storm->tid = syscall(SYS_gettid);
    cr_assert(pthread_create(&storm->killer, NULL, killer_main, storm) == 0);
}

void kill_storm_end(struct kill_storm *storm)
{
    atomic_store(&storm->stop, true);
    pthread_join(storm->killer, NULL);
}

/* --- what is promised --- */

static void expect_one_lost(const struct rig *rig, unsigned lost, uint64_t ops)
{
    for (unsigned t = 0; t < rig->n; t++)
        cr_assert(t == lost ? rig->tasks[t].err == -ECHILD && rig->tasks[t].runs == 1 && rig->tasks[t].ops_done < ops
                            : rig_is_complete(rig, t, ops),
                  "%s: task %u: %d", rig->strategy->name, t, rig->tasks[t].err);
}

void deaths_test_own_task_only(const struct strategy *strategy)
{
    const struct {
        int signal, status;
        const char *says;
    } ways[] = {{SIGKILL, 0, "SIGKILL"}, {SIGTERM, 0, "SIGTERM"}, {SIGABRT, 0, "SIGABRT"}, {0, 0, "its own exit"},
                {0, 1, "its own exit"},  {0, 80, "its own exit"}, {0, 81, "its own exit"}, {0, 82, "its own exit"},
                {SIGSEGV, 0, "SIGSEGV"}}; /* the last one, which sanitizers make an exit */

    for (unsigned i = 0; i < sizeof ways / sizeof *ways - (SANITIZED ? 1 : 0); i++)
        for (unsigned k = 1; k <= 3; k++) {
            struct rig rig;
            char line[192];
            rig_init(&rig, strategy, op_dies, k, 12);
            rig.board->victim = 5;
            rig.board->victim_signal = ways[i].signal;
            rig.board->victim_status = ways[i].status;
            rig_open(&rig);
            for (int pass = 0; pass < 2; pass++) {
                int rc = rig_run(&rig, 6);
                cr_assert(rc == 0, "%d", rc);
                expect_one_lost(&rig, 5, 6);
            }
            strategy->describe(rig.state, line, sizeof line);
            cr_assert(strstr(line, "2 children died") && strstr(line, ways[i].says), "%s", line);
            rig.board->victim = NOBODY;
            cr_assert(rig_run(&rig, 6) == 0);
            rig_check_complete(&rig, 6);
            rig_close(&rig);
        }
    cr_assert(!rig_has_children());
}

void deaths_test_group(const struct strategy *strategy)
{
    for (unsigned victim = 4; victim <= 5; victim++)
        for (unsigned k = 2; k <= 4; k++) {
            struct rig rig;
            rig_init(&rig, strategy, op_pair_dies, k, 12);
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

void deaths_test_ignored_sigchld(const struct strategy *strategy)
{
    struct sigaction now;
    struct rig rig;
    char line[192];

    signal(SIGCHLD, SIG_IGN);
    rig_init(&rig, strategy, op_dies, 2, 6);
    rig.board->victim = 2;
    rig.board->victim_signal = SIGKILL;
    rig_open(&rig);
    cr_assert(rig_run(&rig, 2) == 0);
    expect_one_lost(&rig, 2, 2);
    strategy->describe(rig.state, line, sizeof line);
    cr_assert(strstr(line, "SIGKILL"), "%s", line);
    rig_close(&rig);
    sigaction(SIGCHLD, NULL, &now);
    cr_assert(now.sa_handler == SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
}

void deaths_test_foreign_zombie(const struct strategy *strategy)
{
    struct rig rig;
    siginfo_t info;
    int status;
    pid_t other = fork();

    if (other == 0)
        _exit(7);
    cr_assert(waitid(P_PID, (id_t)other, &info, WEXITED | WNOWAIT) == 0);
    rig_init(&rig, strategy, op_pair, 4, 20);
    rig.config.group = 2;
    rig_open(&rig);
    cr_assert(rig_run(&rig, 5) == 0);
    rig_check_complete(&rig, 5);
    rig_close(&rig);
    cr_assert(waitpid(other, &status, 0) == other);
    bool untouched = WIFEXITED(status) && WEXITSTATUS(status) == 7;
    cr_assert(untouched);
}

void deaths_test_no_flush(const struct strategy *strategy)
{
    struct rig rig;
    FILE *file = tmpfile();

    cr_assert(file);
    fputs("once", file);
    rig_init(&rig, strategy, op_plain, 2, 6);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 1) == 0);
    rig_close(&rig);
    fflush(file);
    cr_assert(lseek(fileno(file), 0, SEEK_END) == 4);
    fclose(file);
}
