/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the runner would prepare for a strategy, and ops that report into a board in shared memory, so that they can be
 * watched from outside under processes as well. The ops never assert: they run in threads and in forked children.
 */
#ifndef QUINTET_TESTS_STRATEGY_RIG_H
#define QUINTET_TESTS_STRATEGY_RIG_H

#include "quintet_criterion.h"
#include "sanitized.h"

#include "contract/param.h"
#include "contract/strategy.h"
#include "contract/task.h"
#include "contract/workload.h"

#include "measure/rng.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RIG_SEATS = 4096 };

struct board {
    _Atomic unsigned alive, peak, started, ended, bad_order, bad_cpu, bad_signals, arrived;
    unsigned in_flight, tasks, victim;
    int victim_signal; /* 0: the victim calls _exit(victim_status) */
    int victim_status;
    _Atomic pid_t pids[64]; /* who ran task i */
    struct seat seats[RIG_SEATS];
};

struct rig {
    const struct strategy *strategy;
    struct strategy_config config;
    struct params options;
    struct workload workload;
    struct workload_env env;
    struct strategy_state *state;
    struct board *board;
    struct task *tasks;
    unsigned n;
    size_t lanes_bytes, tasks_bytes;
    int cpus[2];
};

static inline void *rig_map(size_t bytes)
{
    void *at = mmap(NULL, bytes ? bytes : 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    cr_assert(at != MAP_FAILED, "mmap of %zu bytes: %s", bytes, strerror(errno));
    return at;
}

/* Everything but open, so that a test can still change the config or an option. */
static inline void rig_init(struct rig *rig, const struct strategy *strategy, int (*op)(struct op *), unsigned k,
                            unsigned n)
{
    memset(rig, 0, sizeof *rig);
    rig->strategy = strategy;
    rig->n = n;
    rig->options = param_defaults(strategy->options, PROFILE_SMOKE);
    rig->workload = (struct workload){.name = "test", .op = op};
    rig->board = rig_map(sizeof *rig->board);
    rig->board->in_flight = strategy->in_flight(k, 2);
    rig->board->victim = UINT32_MAX;
    rig->env = (struct workload_env){.in_flight = k, .workers = 2, .nonce = 42, .shared = rig->board};
    rig->tasks_bytes = (n ? n : 1) * sizeof *rig->tasks;
    rig->tasks = rig_map(rig->tasks_bytes);
    rig->config = (struct strategy_config){
        .in_flight = k,
        .workers = 2,
        .group = 1,
        .cpus = rig->cpus,
        .n_lanes = strategy->lanes(k, 2),
        .options = &rig->options,
    };
    rig->lanes_bytes = rig->config.n_lanes * sizeof(struct lane);
    rig->config.lanes = rig_map(rig->lanes_bytes);
}

static inline void rig_option(struct rig *rig, const char *name, int64_t value)
{
    int i = param_find(rig->strategy->options, name);
    cr_assert(i >= 0, "no option %s", name);
    rig->options.value[i] = value;
}

static inline void rig_open(struct rig *rig)
{
    int rc = rig->strategy->open(&rig->state, &rig->config);
    cr_assert(rc == 0, "%s: open: %s", rig->strategy->name, strerror(-rc));
}

/* One pass over fresh tasks of `ops` ops each. */
static inline int rig_run(struct rig *rig, uint64_t ops)
{
    struct board *board = rig->board;

    board->alive = board->peak = board->started = board->ended = board->bad_order = board->arrived = 0;
    board->tasks = rig->n;
    for (unsigned i = 0; i < RIG_SEATS && i < rig->n; i++)
        board->seats[i].token = 0;
    for (unsigned i = 0; i < rig->config.n_lanes; i++)
        hist_reset(&rig->config.lanes[i].latency);
    for (unsigned i = 0; i < rig->n; i++)
        rig->tasks[i] = (struct task){.workload = &rig->workload, .env = &rig->env, .ops = ops, .id = i, .batch = 1};
    return rig->strategy->run(rig->state, rig->tasks, rig->n);
}

static inline void rig_close(struct rig *rig)
{
    if (rig->state)
        rig->strategy->close(rig->state);
    munmap(rig->config.lanes, rig->lanes_bytes ? rig->lanes_bytes : 1);
    munmap(rig->tasks, rig->tasks_bytes);
    munmap(rig->board, sizeof *rig->board);
}

static inline uint64_t rig_expected(unsigned task, uint64_t ops)
{
    uint64_t result = 0;
    for (uint64_t i = 0; i < ops; i++)
        result = result_fold(result, rng_hash2(42 + task, i));
    return result;
}

/* Did this task run once, to its end, with the right result? */
static inline bool rig_is_complete(const struct rig *rig, unsigned i, uint64_t ops)
{
    const struct task *task = &rig->tasks[i];
    return task->runs == 1 && task->err == 0 && task->ops_done == ops && task->result == rig_expected(i, ops) &&
           task->started_ns > 0 && task->ended_ns >= task->started_ns;
}

/* All did, and the lanes hold one sample per op. */
static inline void rig_check_complete(const struct rig *rig, uint64_t ops)
{
    uint64_t samples = 0;

    for (unsigned i = 0; i < rig->n; i++)
        cr_assert(rig_is_complete(rig, i, ops), "%s: task %u: %llu runs, error %d, %llu ops", rig->strategy->name, i,
                  (unsigned long long)rig->tasks[i].runs, rig->tasks[i].err,
                  (unsigned long long)rig->tasks[i].ops_done);
    for (unsigned i = 0; i < rig->config.n_lanes; i++)
        samples += rig->config.lanes[i].latency.count;
    cr_assert(samples == rig->n * ops, "%s: %llu samples", rig->strategy->name, (unsigned long long)samples);
}

/* --- what is left behind --- */

static inline bool rig_has_children(void)
{
    return waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD;
}

static inline unsigned rig_entries_count(const char *path)
{
    DIR *dir = opendir(path);
    unsigned count = 0;
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static inline unsigned rig_maps_count(void)
{
    FILE *file = fopen("/proc/self/maps", "re");
    unsigned count = 0;
    for (int c; (c = getc(file)) != EOF;)
        count += c == '\n';
    fclose(file);
    return count;
}

/* A joined thread may be seen in /proc for a moment longer. */
static inline bool rig_threads_come_down_to(unsigned count)
{
    for (int i = 0; i < 1000; i++) {
        if (rig_entries_count("/proc/self/task") <= count)
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return false;
}

/* --- ops --- */

static inline int op_plain(struct op *op)
{
    op_result(op, rng_hash2(op->env->nonce + op->task, op->index));
    return 0;
}

/* Counts who is alive from its first op to its last, with a little randomness in between. */
static inline int op_watched(struct op *op)
{
    struct board *board = op->env->shared;

    if (op->index == 0) {
        unsigned alive = atomic_fetch_add(&board->alive, 1) + 1, peak = atomic_load(&board->peak);
        while (alive > peak && !atomic_compare_exchange_weak(&board->peak, &peak, alive))
            ;
        /* In order of id: of the tasks before this one at most K-1 have not ended. */
        if (atomic_load(&board->ended) + board->in_flight <= op->task)
            atomic_fetch_add(&board->bad_order, 1);
        atomic_fetch_add(&board->started, 1);
    }
    uint64_t dice = rng_hash2(op->task, op->index) % 8;
    if (dice == 0)
        nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
    else if (dice < 4)
        ctx_yield(op->ctx);
    op_plain(op);
    if (op->index + 1 == op->count) {
        atomic_fetch_add(&board->ended, 1);
        atomic_fetch_sub(&board->alive, 1);
    }
    return 0;
}

/* The first task waits until the last one wakes it. Hangs unless the slots of the others are freed at once. */
static inline int op_first_waits_for_last(struct op *op)
{
    struct board *board = op->env->shared;

    op_plain(op);
    if (op->task == 0)
        return ctx_handoff(op->ctx, &board->seats[0], NULL);
    return op->task + 1 == board->tasks ? ctx_handoff(op->ctx, NULL, &board->seats[0]) : 0;
}

/* Pairs play ping-pong: the even one serves, the odd one answers. */
static inline int op_pair(struct op *op)
{
    struct board *board = op->env->shared;
    struct seat *mine = &board->seats[op->task], *theirs = &board->seats[op->task ^ 1];

    op_plain(op);
    if (op->task % 2 == 0)
        return ctx_handoff(op->ctx, mine, theirs);
    int rc = ctx_handoff(op->ctx, mine, NULL);
    return rc < 0 ? rc : ctx_handoff(op->ctx, NULL, theirs);
}

/* The same, but the victim dies half way. */
static inline int op_pair_dies(struct op *op)
{
    const struct board *board = op->env->shared;

    if (op->task == board->victim && op->index == op->count / 2)
        raise(SIGKILL);
    return op_pair(op);
}

/* All tasks must be alive together: the last to arrive wakes the others. */
static inline int op_barrier(struct op *op)
{
    struct board *board = op->env->shared;

    op_plain(op);
    if (atomic_fetch_add(&board->arrived, 1) + 1 < board->tasks)
        return ctx_handoff(op->ctx, &board->seats[op->task], NULL);
    for (unsigned i = 0; i < board->tasks; i++)
        if (i != op->task)
            ctx_handoff(op->ctx, NULL, &board->seats[i]);
    return 0;
}

/* Is this carrier pinned to one CPU? */
static inline int op_pinned(struct op *op)
{
    struct board *board = op->env->shared;
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) || CPU_COUNT(&set) != 1)
        atomic_fetch_add(&board->bad_cpu, 1);
    return op_plain(op);
}

static inline int op_fails(struct op *op)
{
    return op->task == 1 && op->index == 2 ? -EPROTO : op_plain(op);
}

/* --- tests that every strategy with K carriers must pass --- */

static inline void rig_test_once_and_in_order(const struct strategy *strategy)
{
    const unsigned in_flight[] = {1, 2, 3, 7, 64};

    for (unsigned j = 0; j < sizeof in_flight / sizeof *in_flight; j++) {
        const unsigned k = in_flight[j], counts[] = {0, 1, k - 1, k, 3 * k + 5};
        for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++) {
            struct rig rig;
            rig_init(&rig, strategy, op_watched, k, counts[c]);
            rig_open(&rig);
            for (int pass = 0; pass < 2; pass++) { /* warm-up and timed, on one state */
                int rc = rig_run(&rig, 5);
                cr_assert(rc == 0, "run: %d", rc);
                rig_check_complete(&rig, 5);
                cr_assert(rig.board->peak <= k, "%u alive with K=%u", rig.board->peak, k);
                cr_assert(rig.board->bad_order == 0, "K=%u: %u tasks admitted out of order", k, rig.board->bad_order);
                cr_assert(rig.board->ended == rig.n && rig.board->alive == 0);
            }
            rig_close(&rig);
        }
    }
    cr_assert(!rig_has_children());
}

static inline void rig_test_slots_are_freed(const struct strategy *strategy)
{
    for (unsigned k = 2; k <= 5; k++) {
        struct rig rig;
        rig_init(&rig, strategy, op_first_waits_for_last, k, 40);
        rig_open(&rig);
        cr_assert(rig_run(&rig, 1) == 0);
        rig_check_complete(&rig, 1);
        rig_close(&rig);
    }
}

static inline void rig_test_groups(const struct strategy *strategy, unsigned k_max)
{
    for (unsigned k = 2; k <= 4; k++) {
        struct rig rig;
        rig_init(&rig, strategy, op_pair, k, 26);
        rig.config.group = 2;
        rig_open(&rig);
        for (int pass = 0; pass < 2; pass++) {
            cr_assert(rig_run(&rig, 50) == 0);
            rig_check_complete(&rig, 50);
        }
        rig_close(&rig);
    }
    for (unsigned k = 2; k <= k_max; k = k == 2 ? k_max : k + 1) {
        struct rig rig;
        rig_init(&rig, strategy, op_barrier, k, k);
        rig.config.group = k;
        rig_open(&rig);
        for (int pass = 0; pass < 2; pass++) {
            cr_assert(rig_run(&rig, 1) == 0);
            rig_check_complete(&rig, 1);
        }
        rig_close(&rig);
    }
}

static inline void rig_test_errors(const struct strategy *strategy)
{
    struct rig rig;

    rig_init(&rig, strategy, op_fails, 2, 8);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 4) == 0);
    for (unsigned i = 0; i < rig.n; i++) {
        cr_assert(rig.tasks[i].runs == 1);
        cr_assert(rig.tasks[i].err == (i == 1 ? -EPROTO : 0));
        cr_assert(rig.tasks[i].ops_done == (i == 1 ? 2 : 4));
    }
    rig_close(&rig);
}

static inline void rig_test_placement(const struct strategy *strategy)
{
    cpu_set_t before, after;
    struct rig rig;
    unsigned found = 0;

    cr_assert(sched_getaffinity(0, sizeof before, &before) == 0);
    rig_init(&rig, strategy, op_pinned, 3, 9);
    for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
        if (CPU_ISSET(cpu, &before))
            rig.cpus[found++] = cpu;
    rig.config.workers = found;
    rig.config.placement = PLACE_ACROSS;
    rig_open(&rig);
    cr_assert(rig_run(&rig, 2) == 0);
    rig_check_complete(&rig, 2);
    cr_assert(rig.board->bad_cpu == 0, "%u ops on a carrier that is not pinned", rig.board->bad_cpu);
    rig_close(&rig);
    cr_assert(sched_getaffinity(0, sizeof after, &after) == 0);
    cr_assert(CPU_EQUAL(&before, &after), "the caller stays pinned");

    rig_init(&rig, strategy, op_pair, 2, 4);
    rig.config.group = 2;
    rig.cpus[0] = rig.cpus[1] = CPU_SETSIZE - 1;
    rig.config.placement = PLACE_ACROSS;
    int rc = strategy->open(&rig.state, &rig.config);
    cr_assert(rc == -EINVAL && rig.state == NULL, "%d", rc);
    rig_close(&rig);
    cr_assert(!rig_has_children());
}

static inline void rig_test_refusals(const struct strategy *strategy)
{
    struct rig rig;

    rig_init(&rig, strategy, op_plain, 4, 4);
    rig.config.n_lanes--;
    cr_assert(strategy->open(&rig.state, &rig.config) == -EINVAL && rig.state == NULL);
    rig.config.n_lanes++;
    rig.config.group = 5;
    cr_assert(strategy->open(&rig.state, &rig.config) == -EINVAL && rig.state == NULL);
    rig_close(&rig);
}

static inline void rig_test_nothing_is_left(const struct strategy *strategy)
{
    unsigned fds = 0, threads = 0, maps = 0;

    for (unsigned life = 0; life < 200; life++) {
        struct rig rig;
        rig_init(&rig, strategy, op_plain, 1 + life % 4, 5);
        rig_open(&rig);
        if (life % 3) { /* and without a run */
            cr_assert(rig_run(&rig, 1) == 0);
            rig_check_complete(&rig, 1);
        }
        rig_close(&rig);
        if (life == 20) { /* by then glibc's cache of stacks has what it needs */
            fds = rig_entries_count("/proc/self/fd");
            threads = rig_entries_count("/proc/self/task");
            maps = rig_maps_count();
        }
        cr_assert(!rig_has_children());
    }
    cr_assert(rig_entries_count("/proc/self/fd") == fds, "descriptors");
    cr_assert(rig_threads_come_down_to(threads), "threads");
    cr_assert(SANITIZED || rig_maps_count() <= maps + 4, "%u -> %u mappings", maps, rig_maps_count());
}

/* Each run puts all carriers to sleep and wakes them: the place where a wake-up would get lost. */
static inline void rig_test_short_runs(const struct strategy *strategy, unsigned k, unsigned rounds)
{
    struct rig rig;

    rig_init(&rig, strategy, op_plain, k, 7);
    rig_open(&rig);
    for (unsigned round = 0; round < rounds; round++) {
        rig.n = 1 + round % 7;
        cr_assert(rig_run(&rig, 1) == 0);
        rig_check_complete(&rig, 1);
    }
    rig_close(&rig);
}

/* Three tasks where `k` could be alive. */
static inline void rig_test_few_tasks(const struct strategy *strategy, unsigned k, unsigned passes)
{
    struct rig rig;

    rig_init(&rig, strategy, op_plain, k, 3);
    rig_open(&rig);
    for (unsigned pass = 0; pass < passes; pass++) {
        cr_assert(rig_run(&rig, 10) == 0);
        rig_check_complete(&rig, 10);
    }
    rig_close(&rig);
}

/* One task at a time for 64 carriers: two sleeps per round (the carrier's and the caller's), not one per carrier. */
static inline void rig_test_one_wakes_few(const struct strategy *strategy)
{
    enum { ROUNDS = 2000 };
    struct rusage before, after;
    struct rig rig;

    rig_init(&rig, strategy, op_plain, 64, 1);
    if (param_find(strategy->options, "spin_ns") >= 0)
        rig_option(&rig, "spin_ns", 0);
    rig_open(&rig);
    getrusage(RUSAGE_SELF, &before);
    for (unsigned round = 0; round < ROUNDS; round++)
        cr_assert(rig_run(&rig, 1) == 0);
    getrusage(RUSAGE_SELF, &after);
    long switches = after.ru_nvcsw - before.ru_nvcsw;
    cr_assert(switches < 6 * ROUNDS, "%ld voluntary switches in %d rounds", switches, (int)ROUNDS);
    rig_close(&rig);
}

static inline uint64_t rig_address_space_bytes(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    cr_assert(fscanf(file, "%llu", &pages) == 1);
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Threads with great stacks and an address space with room for three of them: open fails, and works once there is room.
 */
static inline void rig_test_refused_open(const struct strategy *strategy)
{
    if (SANITIZED)
        test_skip("RLIMIT_AS and sanitizers exclude each other");
    unsigned threads = rig_entries_count("/proc/self/task");
    struct rlimit before;
    struct rig rig;

    rig_init(&rig, strategy, op_plain, 64, 64);
    rig_option(&rig, "stack_bytes", 64 << 20);
    getrlimit(RLIMIT_AS, &before);
    struct rlimit now = {.rlim_cur = rig_address_space_bytes() + (UINT64_C(224) << 20), .rlim_max = before.rlim_max};
    cr_assert(setrlimit(RLIMIT_AS, &now) == 0);
    int rc = rig.strategy->open(&rig.state, &rig.config);
    cr_assert(setrlimit(RLIMIT_AS, &before) == 0);
    cr_assert(rc == -EAGAIN, "%d", rc);
    cr_assert(rig.state == NULL && rig_threads_come_down_to(threads));
    rig_open(&rig);
    cr_assert(rig_run(&rig, 3) == 0);
    rig_check_complete(&rig, 3);
    rig_close(&rig);
}

/* --- of those who fork --- */

static inline void rig_test_foreign_zombie(const struct strategy *strategy)
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

/* Lines that the parent has not written yet must not be written by its children as well. */
static inline void rig_test_no_flush(const struct strategy *strategy)
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

#endif
