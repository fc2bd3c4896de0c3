/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the runner would prepare for a strategy, with a board in shared memory into which ops report (strategy_ops.h),
 * so that they can be watched from outside under processes as well; and what a strategy may leave behind. The promises
 * that all of them make stand in strategy_promises.h.
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

static inline uint64_t rig_address_space_bytes(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    cr_assert(fscanf(file, "%llu", &pages) == 1);
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

#endif
