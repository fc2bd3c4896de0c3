/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every blocking strategy promises (contract/strategy.h), and what can only go wrong in one of them.
 *
 * The ops below report into a board in shared memory, so that they can be watched from outside under processes as well;
 * they never assert, because they run in threads and in forked children.
 */
#include "contract/param.h"
#include "contract/strategy.h"
#include "contract/task.h"
#include "contract/workload.h"

#include "measure/rng.h"

#include "strategies/mpmc.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

extern const struct strategy strategy_serial, strategy_threads, strategy_pool, strategy_processes;

static const struct strategy *const all_g[] = {&strategy_serial, &strategy_threads, &strategy_pool,
                                               &strategy_processes};
enum { N_ALL = sizeof all_g / sizeof *all_g, SEATS = 4096 };

/* --- the rig: what the runner would prepare --- */

struct board {
    _Atomic unsigned alive, peak, started, ended, bad_order, bad_cpu, arrived;
    unsigned in_flight, tasks, victim;
    int victim_signal; /* 0: the victim calls _exit(0) */
    struct seat seats[SEATS];
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

static void *shared_map(size_t bytes)
{
    void *at = mmap(NULL, bytes ? bytes : 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    cr_assert(at != MAP_FAILED, "mmap of %zu bytes: %s", bytes, strerror(errno));
    return at;
}

/* Everything but open, so that a test can still change the config or an option. */
static void rig_init(struct rig *rig, const struct strategy *strategy, int (*op)(struct op *), unsigned k, unsigned n)
{
    memset(rig, 0, sizeof *rig);
    rig->strategy = strategy;
    rig->n = n;
    rig->options = param_defaults(strategy->options, PROFILE_SMOKE);
    rig->workload = (struct workload){.name = "test", .op = op};
    rig->board = shared_map(sizeof *rig->board);
    rig->board->in_flight = strategy->in_flight(k, 2);
    rig->board->tasks = n;
    rig->board->victim = UINT32_MAX;
    rig->env = (struct workload_env){.in_flight = k, .workers = 2, .nonce = 42, .shared = rig->board};
    rig->tasks_bytes = (n ? n : 1) * sizeof *rig->tasks;
    rig->tasks = shared_map(rig->tasks_bytes);
    rig->config = (struct strategy_config){
        .in_flight = k,
        .workers = 2,
        .group = 1,
        .cpus = rig->cpus,
        .n_lanes = strategy->lanes(k, 2),
        .options = &rig->options,
    };
    rig->lanes_bytes = rig->config.n_lanes * sizeof(struct lane);
    rig->config.lanes = shared_map(rig->lanes_bytes);
}

static void rig_option(struct rig *rig, const char *name, int64_t value)
{
    int i = param_find(rig->strategy->options, name);
    cr_assert(i >= 0, "no option %s", name);
    rig->options.value[i] = value;
}

static void rig_open(struct rig *rig)
{
    int rc = rig->strategy->open(&rig->state, &rig->config);
    cr_assert(rc == 0, "%s: open: %s", rig->strategy->name, strerror(-rc));
}

/* One pass over fresh tasks of `ops` ops each. */
static int rig_run(struct rig *rig, uint64_t ops)
{
    struct board *board = rig->board;

    board->alive = board->peak = board->started = board->ended = board->bad_order = board->arrived = 0;
    for (unsigned i = 0; i < SEATS && i < rig->n; i++)
        board->seats[i].token = 0;
    for (unsigned i = 0; i < rig->config.n_lanes; i++)
        hist_reset(&rig->config.lanes[i].latency);
    for (unsigned i = 0; i < rig->n; i++)
        rig->tasks[i] = (struct task){.workload = &rig->workload, .env = &rig->env, .ops = ops, .id = i, .batch = 1};
    return rig->strategy->run(rig->state, rig->tasks, rig->n);
}

static void rig_close(struct rig *rig)
{
    if (rig->state)
        rig->strategy->close(rig->state);
    munmap(rig->config.lanes, rig->lanes_bytes ? rig->lanes_bytes : 1);
    munmap(rig->tasks, rig->tasks_bytes);
    munmap(rig->board, sizeof *rig->board);
}

static uint64_t expected_result(unsigned task, uint64_t ops)
{
    uint64_t result = 0;
    for (uint64_t i = 0; i < ops; i++)
        result = result_fold(result, rng_hash2(42 + task, i));
    return result;
}

/* Every task ran exactly once and to its end, its result is right, and the lanes hold one sample per op. */
static void rig_check_complete(const struct rig *rig, uint64_t ops)
{
    uint64_t samples = 0;

    for (unsigned i = 0; i < rig->n; i++) {
        const struct task *task = &rig->tasks[i];
        cr_assert(task->runs == 1, "%s: task %u ran %llu times", rig->strategy->name, i,
                  (unsigned long long)task->runs);
        cr_assert(task->err == 0, "%s: task %u: %d", rig->strategy->name, i, task->err);
        cr_assert(task->ops_done == ops, "%s: task %u did %llu ops", rig->strategy->name, i,
                  (unsigned long long)task->ops_done);
        cr_assert(task->result == expected_result(i, ops), "%s: task %u: wrong result", rig->strategy->name, i);
        cr_assert(task->ended_ns >= task->started_ns && task->started_ns > 0);
    }
    for (unsigned i = 0; i < rig->config.n_lanes; i++)
        samples += rig->config.lanes[i].latency.count;
    cr_assert(samples == rig->n * ops, "%s: %llu samples", rig->strategy->name, (unsigned long long)samples);
}

/* Children that were not reaped, or 0. */
static bool has_children(void)
{
    return waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD;
}

/* --- ops --- */

static void op_fold(struct op *op)
{
    op_result(op, rng_hash2(op->env->nonce + op->task, op->index));
}

static int op_plain(struct op *op)
{
    op_fold(op);
    return 0;
}

/* Counts who is alive from its first op to its last, with a little randomness in between. */
static int op_watched(struct op *op)
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
    if (dice == 0) {
        struct timespec pause = {.tv_nsec = 20000};
        nanosleep(&pause, NULL);
    } else if (dice < 4) {
        ctx_yield(op->ctx);
    }
    op_fold(op);
    if (op->index + 1 == op->count) {
        atomic_fetch_add(&board->ended, 1);
        atomic_fetch_sub(&board->alive, 1);
    }
    return 0;
}

/* The first task waits until the last one wakes it. Hangs unless the slots of the others are freed at once. */
static int op_first_waits_for_last(struct op *op)
{
    struct board *board = op->env->shared;

    op_fold(op);
    if (op->task == 0)
        return ctx_handoff(op->ctx, &board->seats[0], NULL);
    return op->task + 1 == board->tasks ? ctx_handoff(op->ctx, NULL, &board->seats[0]) : 0;
}

/* Pairs play ping-pong: the even one serves, the odd one answers. */
static int op_pair(struct op *op)
{
    struct board *board = op->env->shared;
    struct seat *mine = &board->seats[op->task], *theirs = &board->seats[op->task ^ 1];

    op_fold(op);
    if (op->task % 2 == 0)
        return ctx_handoff(op->ctx, mine, theirs);
    int rc = ctx_handoff(op->ctx, mine, NULL);
    return rc < 0 ? rc : ctx_handoff(op->ctx, NULL, theirs);
}

/* All tasks must be alive together: the last to arrive wakes the others. */
static int op_barrier(struct op *op)
{
    struct board *board = op->env->shared;

    op_fold(op);
    if (atomic_fetch_add(&board->arrived, 1) + 1 < board->tasks)
        return ctx_handoff(op->ctx, &board->seats[op->task], NULL);
    for (unsigned i = 0; i < board->tasks; i++)
        if (i != op->task)
            ctx_handoff(op->ctx, NULL, &board->seats[i]);
    return 0;
}

/* One task ends its carrier half way. */
static int op_dies(struct op *op)
{
    const struct board *board = op->env->shared;

    if (op->task == board->victim && op->index == op->count / 2) {
        if (board->victim_signal == 0)
            _exit(0);
        raise(board->victim_signal);
    }
    return op_plain(op);
}

static int op_pair_dies(struct op *op)
{
    const struct board *board = op->env->shared;

    if (op->task == board->victim && op->index == op->count / 2)
        raise(SIGKILL);
    return op_pair(op);
}

/* Is this carrier pinned to the CPU that its task is due on? */
static int op_pinned(struct op *op)
{
    struct board *board = op->env->shared;
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) || CPU_COUNT(&set) != 1)
        atomic_fetch_add(&board->bad_cpu, 1);
    return op_plain(op);
}

static int op_fails(struct op *op)
{
    return op->task == 1 && op->index == 2 ? -EPROTO : op_plain(op);
}

/* --- for all strategies --- */

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
    cr_assert(!has_children());
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
    cr_assert(!has_children());
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

/* --- nothing is left behind --- */

static unsigned entries_count(const char *path)
{
    DIR *dir = opendir(path);
    unsigned count = 0;
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static unsigned maps_count(void)
{
    FILE *file = fopen("/proc/self/maps", "re");
    unsigned count = 0;
    for (int c; (c = getc(file)) != EOF;)
        count += c == '\n';
    fclose(file);
    return count;
}

/* A joined thread may be seen in /proc for a moment longer. */
static bool threads_come_down_to(unsigned count)
{
    for (int i = 0; i < 1000; i++) {
        if (entries_count("/proc/self/task") <= count)
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return false;
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
                fds = entries_count("/proc/self/fd");
                threads = entries_count("/proc/self/task");
                maps = maps_count();
            }
        }
        cr_assert(entries_count("/proc/self/fd") == fds, "%s: descriptors", all_g[s]->name);
        cr_assert(threads_come_down_to(threads), "%s: threads", all_g[s]->name);
        cr_assert(SANITIZED || maps_count() <= maps + 4, "%s: %u -> %u mappings", all_g[s]->name, maps, maps_count());
    }
    cr_assert(!has_children());
}

/* --- refusals --- */

TestSuite(strategies_limits, .timeout = 30);

/* Run K=64 against a limit that refuses carriers: -EAGAIN, the tasks that were admitted are complete, nobody is left,
 * and the same state works again once the limit is gone. */
static void check_refusal(struct rig *rig, const struct rlimit *lowered, int resource)
{
    struct rlimit before;
    unsigned threads = entries_count("/proc/self/task"), ran = 0;

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
    cr_assert(threads_come_down_to(threads));
    cr_assert(!has_children());
    cr_assert(rig_run(rig, 3) == 0);
    rig_check_complete(rig, 3);
}

static uint64_t address_space_bytes(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    cr_assert(fscanf(file, "%llu", &pages) == 1);
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
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
        check_refusal(&rig, &(struct rlimit){.rlim_cur = address_space_bytes() + room}, RLIMIT_AS);
        rig_close(&rig);
    }
}

Test(strategies_limits, pool_that_cannot_open_leaves_nothing)
{
    if (SANITIZED)
        cr_skip_test("RLIMIT_AS and sanitizers exclude each other");
    unsigned threads = entries_count("/proc/self/task");
    struct rlimit before;
    struct rig rig;

    rig_init(&rig, &strategy_pool, op_plain, 64, 64);
    rig_option(&rig, "stack_bytes", 64 << 20);
    getrlimit(RLIMIT_AS, &before);
    struct rlimit now = {.rlim_cur = address_space_bytes() + (UINT64_C(224) << 20), .rlim_max = before.rlim_max};
    cr_assert(setrlimit(RLIMIT_AS, &now) == 0);
    int rc = rig.strategy->open(&rig.state, &rig.config);
    cr_assert(setrlimit(RLIMIT_AS, &before) == 0);
    cr_assert(rc == -EAGAIN, "%d", rc);
    cr_assert(rig.state == NULL && threads_come_down_to(threads));
    rig_open(&rig);
    cr_assert(rig_run(&rig, 3) == 0);
    rig_check_complete(&rig, 3);
    rig_close(&rig);
}

Test(strategies_limits, processes_report_a_refused_fork)
{
    /* root is not counted; a uid of our own that nobody else uses */
    if (geteuid() == 0)
        cr_assert(setresgid(64123, 64123, 64123) == 0 && setresuid(64123, 64123, 64123) == 0);
    else
        cr_skip_test("needs root to become a user without other processes");
    unsigned self = entries_count("/proc/self/task") - 2; /* without . and .. */
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

/* --- pool --- */

TestSuite(strategies_pool, .timeout = 60);

Test(strategies_pool, a_hundred_thousand_empty_tasks)
{
    const struct {
        int64_t queue_count, spin_ns;
        unsigned k;
    } ways[] = {{1024, -1, 1}, {1024, 0, 4}, {2, 0, 3}, {8, 0, 64}, {64, 5000, 4}, {2, 20000, 2}};
    const unsigned n = SANITIZED ? 10000 : 100000;

    for (unsigned w = 0; w < sizeof ways / sizeof *ways; w++) {
        struct rig rig;
        rig_init(&rig, &strategy_pool, op_plain, ways[w].k, n);
        rig_option(&rig, "queue_count", ways[w].queue_count);
        rig_option(&rig, "spin_ns", ways[w].spin_ns);
        rig_open(&rig);
        for (int pass = 0; pass < 2; pass++) {
            cr_assert(rig_run(&rig, 1) == 0);
            rig_check_complete(&rig, 1);
        }
        rig_close(&rig);
    }
}

/* Each run puts all workers to sleep and wakes as few as it needs: the place where a wake-up would get lost. */
Test(strategies_pool, ten_thousand_short_runs)
{
    for (unsigned k = 1; k <= 5; k += 2) {
        struct rig rig;
        rig_init(&rig, &strategy_pool, op_plain, k, 7);
        rig_option(&rig, "spin_ns", k == 3 ? 2000 : 0);
        rig_open(&rig);
        for (unsigned round = 0; round < 10000; round++) {
            rig.n = 1 + round % 7;
            cr_assert(rig_run(&rig, 1) == 0);
            rig_check_complete(&rig, 1);
        }
        rig_close(&rig);
    }
}

/* One task at a time for 64 workers: two sleeps per round (the worker's and the caller's), not one per worker. */
Test(strategies_pool, one_task_does_not_wake_everybody)
{
    enum { ROUNDS = 2000 };
    struct rusage before, after;
    struct rig rig;

    rig_init(&rig, &strategy_pool, op_plain, 64, 1);
    rig_open(&rig);
    getrusage(RUSAGE_SELF, &before);
    for (unsigned round = 0; round < ROUNDS; round++)
        cr_assert(rig_run(&rig, 1) == 0);
    getrusage(RUSAGE_SELF, &after);
    long switches = after.ru_nvcsw - before.ru_nvcsw;
    cr_assert(switches < 6 * ROUNDS, "%ld voluntary switches in %d rounds", switches, (int)ROUNDS);
    rig_close(&rig);
}

Test(strategies_pool, open_and_close_without_a_run)
{
    for (unsigned i = 0; i < 200; i++) {
        struct rig rig;
        rig_init(&rig, &strategy_pool, op_plain, 1 + i % 9, 1);
        rig_option(&rig, "spin_ns", i % 2 ? 100000 : 0);
        rig_open(&rig);
        rig_close(&rig);
    }
}

Test(strategies_pool, queue_is_bounded_fifo_across_wrap_around)
{
    const size_t starts[] = {0, SIZE_MAX - 5, SIZE_MAX / 2 - 5};

    for (unsigned s = 0; s < 3; s++) {
        struct mpmc q;
        struct closure job = {0};
        cr_assert(mpmc_init(&q, 3, starts[s]) == 0); /* becomes 4 */
        cr_assert(mpmc_empty(&q) && !mpmc_pop(&q, &job));
        for (uint64_t round = 0; round < 10; round++) {
            for (uint64_t i = 0; i < 4; i++) {
                job.arg[0] = round * 4 + i;
                cr_assert(mpmc_push(&q, &job));
            }
            cr_assert(!mpmc_push(&q, &job) && mpmc_count(&q) == 4 && !mpmc_empty(&q));
            for (uint64_t i = 0; i < 4; i++)
                cr_assert(mpmc_pop(&q, &job) && job.arg[0] == round * 4 + i);
            cr_assert(mpmc_empty(&q) && mpmc_count(&q) == 0 && !mpmc_pop(&q, &job));
        }
        mpmc_fini(&q);
    }
}

/* Several producers and consumers on a tiny queue: nothing lost, nothing doubled, each producer's order kept. */
enum { RIVALS = 3, RIVAL_ITEMS = SANITIZED ? 20000 : 200000 };
struct rivalry {
    struct mpmc q;
    _Atomic uint64_t taken, sum;
    _Atomic unsigned disorder, producers;
};

static void *rival_push(void *arg)
{
    struct rivalry *all = arg;
    struct closure job = {.arg = {atomic_fetch_add(&all->producers, 1)}};

    for (uint64_t i = 1; i <= RIVAL_ITEMS; i++) {
        job.arg[1] = i;
        while (!mpmc_push(&all->q, &job))
            sched_yield();
    }
    return NULL;
}

static void *rival_pop(void *arg)
{
    struct rivalry *all = arg;
    uint64_t last[RIVALS] = {0};
    struct closure job;

    while (atomic_load(&all->taken) < RIVALS * (uint64_t)RIVAL_ITEMS) {
        if (!mpmc_pop(&all->q, &job)) {
            sched_yield();
            continue;
        }
        if (job.arg[1] <= last[job.arg[0]])
            atomic_fetch_add(&all->disorder, 1);
        last[job.arg[0]] = job.arg[1];
        atomic_fetch_add(&all->sum, job.arg[1]);
        atomic_fetch_add(&all->taken, 1);
    }
    return NULL;
}

Test(strategies_pool, queue_keeps_everything_under_contention)
{
    static struct rivalry all;
    pthread_t threads[2 * RIVALS];

    cr_assert(mpmc_init(&all.q, 16, SIZE_MAX - 1000) == 0);
    for (unsigned i = 0; i < 2 * RIVALS; i++)
        cr_assert(pthread_create(&threads[i], NULL, i < RIVALS ? rival_push : rival_pop, &all) == 0);
    for (unsigned i = 0; i < 2 * RIVALS; i++)
        pthread_join(threads[i], NULL);
    cr_assert(all.taken == RIVALS * (uint64_t)RIVAL_ITEMS && mpmc_empty(&all.q));
    cr_assert(all.sum == RIVALS * ((uint64_t)RIVAL_ITEMS * (RIVAL_ITEMS + 1) / 2));
    cr_assert(all.disorder == 0);
    mpmc_fini(&all.q);
}

/* --- processes --- */

TestSuite(strategies_processes, .timeout = 60);

Test(strategies_processes, a_killed_child_fails_its_own_task_only)
{
    const int signals[] = {SIGKILL, SIGTERM, 0};

    for (unsigned i = 0; i < 3; i++) {
        struct rig rig;
        char line[128];
        rig_init(&rig, &strategy_processes, op_dies, 3, 12);
        rig.board->victim = 5;
        rig.board->victim_signal = signals[i];
        rig_open(&rig);
        cr_assert(rig_run(&rig, 6) == 0);
        for (unsigned t = 0; t < rig.n; t++) {
            cr_assert(rig.tasks[t].err == (t == 5 ? -ECHILD : 0), "task %u: %d", t, rig.tasks[t].err);
            cr_assert(t == 5 ? rig.tasks[t].ops_done < 6 : rig.tasks[t].ops_done == 6);
        }
        rig.strategy->describe(rig.state, line, sizeof line);
        cr_assert(strstr(line, signals[i] == SIGKILL ? "SIGKILL" : signals[i] == SIGTERM ? "SIGTERM" : "its own exit"));
        rig.board->victim = UINT32_MAX;
        cr_assert(rig_run(&rig, 6) == 0); /* the state is none the worse */
        rig_check_complete(&rig, 6);
        rig_close(&rig);
    }
    cr_assert(!has_children());
}

/* The mate of a dead task would wait for ever; it is ended too, whether it was alive or yet to come. */
Test(strategies_processes, a_dead_child_ends_its_group)
{
    for (unsigned victim = 4; victim <= 5; victim++)
        for (unsigned k = 2; k <= 4; k++) {
            struct rig rig;
            rig_init(&rig, &strategy_processes, op_pair_dies, k, 12);
            rig.config.group = 2;
            rig.board->victim = victim;
            rig_open(&rig);
            int rc = rig_run(&rig, 2);
            cr_assert(rc == 0 || rc == -ECHILD, "%d", rc);
            for (unsigned t = 0; t < rig.n; t++) {
                bool hit = t == victim || (t / 2 == victim / 2 && rig.tasks[t].ops_done < 2);
                cr_assert(rig.tasks[t].err == (hit ? -ECHILD : 0), "task %u: %d", t, rig.tasks[t].err);
                cr_assert(hit || rig.tasks[t].ops_done == 2);
            }
            rig_close(&rig);
        }
    cr_assert(!has_children());
}

/* Children are killed from outside at any time: each task is either complete or -ECHILD, and run comes back. */
static void *killer_main(void *arg)
{
    struct rng rng = {.state = 7};
    const _Atomic bool *stop = arg;

    while (!atomic_load(stop)) {
        char path[64];
        int pid = 0;
        snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
        FILE *file = fopen(path, "re");
        if (file && fscanf(file, "%d", &pid) == 1 && pid > 0)
            kill(pid, SIGKILL);
        if (file)
            fclose(file);
        nanosleep(&(struct timespec){.tv_nsec = (long)rng_below(&rng, 3000000)}, NULL);
    }
    return NULL;
}

Test(strategies_processes, a_storm_of_kills)
{
    static _Atomic bool stop;
    pthread_t killer;
    struct rig rig;
    unsigned killed = 0;

    if (access("/proc/thread-self/children", R_OK))
        cr_skip_test("this kernel does not list children");
    rig_init(&rig, &strategy_processes, op_watched, 4, 400);
    rig_open(&rig);
    cr_assert(pthread_create(&killer, NULL, killer_main, &stop) == 0);
    int rc = rig_run(&rig, 20);
    atomic_store(&stop, true);
    pthread_join(killer, NULL);
    cr_assert(rc == 0, "%d", rc);
    for (unsigned i = 0; i < rig.n; i++) {
        const struct task *task = &rig.tasks[i];
        cr_assert(task->runs <= 1 && (task->err == 0 || task->err == -ECHILD), "task %u: %d", i, task->err);
        cr_assert(task->err || (task->ops_done == 20 && task->result == expected_result(i, 20)));
        killed += task->err != 0;
    }
    cr_assert(killed > 0, "the storm hit nobody");
    rig_close(&rig);
    cr_assert(!has_children());
}

Test(strategies_processes, somebody_elses_zombie_is_left_alone)
{
    struct rig rig;
    siginfo_t info;
    int status;
    pid_t other = fork();

    if (other == 0)
        _exit(7);
    cr_assert(waitid(P_PID, (id_t)other, &info, WEXITED | WNOWAIT) == 0);
    rig_init(&rig, &strategy_processes, op_pair, 4, 20);
    rig.config.group = 2;
    rig_open(&rig);
    cr_assert(rig_run(&rig, 5) == 0);
    rig_check_complete(&rig, 5);
    rig_close(&rig);
    cr_assert(waitpid(other, &status, 0) == other);
    bool untouched = WIFEXITED(status) && WEXITSTATUS(status) == 7;
    cr_assert(untouched);
}

Test(strategies_processes, ignored_sigchld_is_put_right_and_back)
{
    struct sigaction now;
    struct rig rig;

    signal(SIGCHLD, SIG_IGN);
    rig_init(&rig, &strategy_processes, op_dies, 2, 6);
    rig.board->victim = 2;
    rig.board->victim_signal = SIGKILL;
    rig_open(&rig);
    cr_assert(rig_run(&rig, 2) == 0);
    for (unsigned i = 0; i < rig.n; i++)
        cr_assert(rig.tasks[i].err == (i == 2 ? -ECHILD : 0));
    rig_close(&rig);
    sigaction(SIGCHLD, NULL, &now);
    cr_assert(now.sa_handler == SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
}

/* Lines that the parent has not written yet must not be written by its children as well. */
Test(strategies_processes, children_do_not_flush_the_parents_output)
{
    struct rig rig;
    FILE *file = tmpfile();

    cr_assert(file);
    fputs("once", file);
    rig_init(&rig, &strategy_processes, op_plain, 2, 6);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 1) == 0);
    rig_close(&rig);
    fflush(file);
    cr_assert(ftell(file) == 4);
    cr_assert(lseek(fileno(file), 0, SEEK_END) == 4);
    fclose(file);
}
