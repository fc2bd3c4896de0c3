/* SPDX-License-Identifier: Apache-2.0 */
/* The strategy `coroutines`: admission, placement, repeated runs, what it leaves behind, machines without io_uring. */
#include "quintet_criterion.h"

#include "coroutine_support.h"

#include "contract/strategy.h"
#include "measure/clock.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern const struct strategy strategy_coroutines, strategy_coroutines_epoll;

TestSuite(coroutine_strategy, .timeout = 60);

static _Atomic unsigned alive, alive_peak, started, out_of_order;
static unsigned op_kind, group_size;
static struct seat *seats;
static pid_t *ran_on;
static unsigned most_on_one; /* of bench_run(): most tasks that ran on one thread */

enum { KIND_YIELD, KIND_MEET, KIND_SLEEP, KIND_FAIL };

/* Everybody of the group says hello to everybody, and nobody leaves before all have: needs the whole group alive. */
static int meet(struct op *op)
{
    unsigned first = op->task / group_size * group_size, me = op->task - first;
    for (unsigned i = 0; i + 1 < group_size; i++) {
        /* A ring of seats: a token goes round, group_size - 1 times. */
        struct seat *mine = &seats[op->task], *next = &seats[first + (me + 1) % group_size];
        if (me == 0)
            ctx_handoff(op->ctx, mine, next);
        else {
            ctx_handoff(op->ctx, mine, NULL);
            ctx_handoff(op->ctx, NULL, next);
        }
    }
    return 0;
}

static int test_op(struct op *op)
{
    if (op->index == 0) {
        unsigned now = atomic_fetch_add(&alive, 1) + 1, peak = atomic_load(&alive_peak);
        while (now > peak && !atomic_compare_exchange_weak(&alive_peak, &peak, now))
            ;
        if (atomic_fetch_add(&started, 1) != op->task)
            atomic_fetch_add(&out_of_order, 1);
        ran_on[op->task] = (pid_t)syscall(SYS_gettid);
    }
    int err = 0;
    if (op_kind == KIND_MEET)
        err = meet(op);
    else if (op_kind == KIND_SLEEP)
        err = ctx_sleep_until(op->ctx, clock_monotonic_ns() + 1000000);
    else if (op_kind == KIND_FAIL && op->task % 3 == 0)
        err = -EIO;
    else
        err = ctx_yield(op->ctx);
    op_result(op, op->task);
    if (err || op->index == op->count - 1)
        atomic_fetch_sub(&alive, 1);
    return err;
}

static const struct workload test_workload = {.name = "test", .op = test_op};

struct bench {
    struct strategy_config config;
    struct strategy_state *state;
    struct task *tasks;
    unsigned n;
};

static int some_cpus[3] = {0, 1, 0}; /* one per worker; fewer processors than workers is no error */

/* Open what stands in b->config. */
static int bench_open_config(struct bench *b)
{
    b->config.cpus = some_cpus;
    b->config.n_lanes = strategy_coroutines.lanes(b->config.in_flight, b->config.workers);
    size_t bytes = b->config.n_lanes * sizeof(struct lane);
    b->config.lanes = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    group_size = b->config.group;
    int err = strategy_coroutines.open(&b->state, &b->config);
    cr_assert_eq(err != 0, b->state == NULL);
    return err;
}

static int bench_open(struct bench *b, unsigned k, unsigned workers, unsigned group, enum placement placement)
{
    *b = (struct bench){.config = {.in_flight = k, .workers = workers, .group = group, .placement = placement}};
    return bench_open_config(b);
}

static void bench_close(struct bench *b)
{
    if (b->state)
        strategy_coroutines.close(b->state);
    munmap(b->config.lanes, b->config.n_lanes * sizeof(struct lane));
}

/* One pass over n tasks; checks what must hold for each. */
static void bench_run(struct bench *b, unsigned kind, unsigned n, uint64_t ops)
{
    op_kind = kind;
    atomic_store(&alive, 0), atomic_store(&alive_peak, 0), atomic_store(&started, 0), atomic_store(&out_of_order, 0);
    b->tasks = calloc(n, sizeof *b->tasks);
    ran_on = calloc(n, sizeof *ran_on);
    seats = aligned_alloc(64, n * sizeof *seats);
    memset(seats, 0, n * sizeof *seats);
    for (unsigned i = 0; i < n; i++)
        b->tasks[i] = (struct task){.workload = &test_workload, .ops = ops, .batch = 1, .id = i};
    cr_assert_eq(strategy_coroutines.run(b->state, b->tasks, n), 0);
    for (unsigned i = 0; i < n; i++) {
        bool fails = kind == KIND_FAIL && i % 3 == 0;
        cr_assert_eq(b->tasks[i].runs, 1u);
        cr_assert_eq(b->tasks[i].err, fails ? -EIO : 0);
        cr_assert_eq(b->tasks[i].ops_done, fails ? 0 : ops);
    }
    cr_expect_eq(atomic_load(&alive), 0u);
    cr_expect_leq(atomic_load(&alive_peak), b->config.in_flight);
    most_on_one = 0;
    for (unsigned i = 0; i < n && n <= 64; i++) {
        unsigned here = 0;
        for (unsigned j = 0; j < n; j++)
            here += ran_on[j] == ran_on[i];
        most_on_one = here > most_on_one ? here : most_on_one;
    }
    free(b->tasks), free(ran_on), free(seats);
}

Test(coroutine_strategy, describes_itself)
{
    char why[300] = "", text[600] = "";
    struct bench b;
    cr_assert_eq(strategy_coroutines.probe(why, sizeof why), 0, "%s", why);
    cr_expect_eq(strategy_coroutines.in_flight(100000, 2), 100000u);
    cr_expect_eq(strategy_coroutines.lanes(7, 2), 2u);
    cr_expect_eq(strategy_coroutines.cores(1, 2), 1u);
    cr_expect_eq(strategy_coroutines.cores(7, 2), 2u);
    cr_assert_eq(bench_open(&b, 4, 2, 1, PLACE_FREE), 0);
    strategy_coroutines.describe(b.state, text, sizeof text);
    cr_expect(strstr(text, "2 workers") && strstr(text, "io_uring") && strstr(text, "stacks"), "%s", text);
    bench_close(&b);
}

Test(coroutine_strategy, every_task_runs_once_and_at_most_k_at_a_time)
{
    static const unsigned ks[] = {1, 2, 3, 7, 64}, ns[] = {1, 2, 5, 63, 64, 65, 1000};
    for (unsigned workers = 1; workers <= 3; workers++)
        for (int placement = PLACE_FREE; placement <= PLACE_ACROSS; placement += 2)
            for (size_t k = 0; k < 5; k++) {
                struct bench b;
                cr_assert_eq(bench_open(&b, ks[k], workers, 1, (enum placement)placement), 0);
                for (size_t n = 0; n < 7; n++) {
                    bench_run(&b, KIND_YIELD, ns[n], 3);
                    bench_run(&b, KIND_FAIL, ns[n], 2);
                }
                bench_close(&b);
            }
}

Test(coroutine_strategy, one_worker_admits_in_order_of_id)
{
    struct bench b;
    cr_assert_eq(bench_open(&b, 8, 1, 1, PLACE_FREE), 0);
    bench_run(&b, KIND_YIELD, 500, 5);
    cr_expect_eq(atomic_load(&out_of_order), 0u);
    cr_expect_eq(atomic_load(&alive_peak), 8u, "K seats must be used: %d", (int)atomic_load(&alive_peak));
    bench_close(&b);
}

/* Tasks of a group wait for each other: any admission that splits a group hangs, and times out. */
Test(coroutine_strategy, groups_are_alive_together)
{
    static const unsigned groups[] = {1, 2, 3, 4};
    for (unsigned workers = 1; workers <= 3; workers++)
        for (int placement = PLACE_FREE; placement <= PLACE_ACROSS; placement += 2)
            for (size_t g = 0; g < 4; g++)
                for (unsigned multiple = 1; multiple <= 5; multiple += 2) {
                    struct bench b;
                    unsigned group = groups[g];
                    cr_assert_eq(bench_open(&b, group * multiple, workers, group, (enum placement)placement), 0);
                    bench_run(&b, KIND_MEET, group * 41, 3);
                    bench_run(&b, KIND_MEET, group, 50);
                    bench_close(&b);
                }
}

static void check_carriers(enum placement placement, bool together)
{
    struct bench b;
    enum { N = 64 };
    cr_assert_eq(bench_open(&b, 8, 2, 2, placement), 0);
    op_kind = KIND_MEET;
    b.tasks = calloc(N, sizeof *b.tasks);
    ran_on = calloc(N, sizeof *ran_on);
    seats = aligned_alloc(64, N * sizeof *seats);
    memset(seats, 0, N * sizeof *seats);
    for (unsigned i = 0; i < N; i++)
        b.tasks[i] = (struct task){.workload = &test_workload, .ops = 4, .batch = 1, .id = i};
    cr_assert_eq(strategy_coroutines.run(b.state, b.tasks, N), 0);
    for (unsigned i = 0; i < N; i += 2)
        cr_expect_eq(ran_on[i] == ran_on[i + 1], together, "group of task %d", (int)i);
    free(b.tasks), free(ran_on), free(seats);
    bench_close(&b);
}

Test(coroutine_strategy, placement_of_groups)
{
    check_carriers(PLACE_FREE, true);
    if (sysconf(_SC_NPROCESSORS_ONLN) >= 2)
        check_carriers(PLACE_ACROSS, false);
}

/* Tasks that only have to be alive together, and never meet, are dealt out to all workers: a hog among them is then the
 * neighbour of some and not of all. */
Test(coroutine_strategy, strangers_are_spread)
{
    for (int apart = 0; apart < 2; apart++) {
        struct bench b = {.config = {.in_flight = 8, .workers = 2, .group = 8, .apart = apart}};
        cr_assert_eq(bench_open_config(&b), 0);
        bench_run(&b, KIND_SLEEP, 8, 20);
        cr_expect_eq(atomic_load(&alive_peak), 8u);
        cr_expect_eq(most_on_one, apart ? 4u : 8u, "%u on one worker", most_on_one);
        bench_close(&b);
    }
}

/* With fewer tasks than seats the first worker to come must leave the others theirs. */
Test(coroutine_strategy, few_tasks_are_shared_out)
{
    struct bench b;
    for (unsigned n = 2; n <= 10; n += 4) {
        cr_assert_eq(bench_open(&b, 32, 2, 1, PLACE_FREE), 0);
        bench_run(&b, KIND_SLEEP, n, 50); /* 50 ms: nobody has finished before the other one is there */
        cr_expect_eq(most_on_one, n / 2, "%u of %u tasks on one worker", most_on_one, n);
        bench_close(&b);
    }
    cr_assert_eq(bench_open(&b, 16, 2, 4, PLACE_FREE), 0);
    bench_run(&b, KIND_MEET, 8, 200); /* two groups */
    cr_expect_leq(most_on_one, 8u);
    bench_close(&b);
}

Test(coroutine_strategy, user_switches_are_counted)
{
    struct bench b;
    cr_assert_eq(bench_open(&b, 2, 1, 2, PLACE_FREE), 0);
    bench_run(&b, KIND_MEET, 2, 1000);
    uint64_t switches = b.config.lanes[0].user_switches_count;
    cr_expect(switches >= 1900 && switches <= 4100, "%d switches", (int)switches);
    bench_close(&b);
    cr_assert_eq(bench_open(&b, 1, 1, 1, PLACE_FREE), 0);
    bench_run(&b, KIND_YIELD, 1, 1000); /* nobody to switch to */
    cr_expect_eq(b.config.lanes[0].user_switches_count, 0u);
    bench_close(&b);
}

/* Two tasks throw a byte through pipes. */
static int pipes[2][2];

static int throw_op(struct op *op)
{
    char byte = 1;
    int rc = op->task ? ctx_read_full(op->ctx, pipes[0][0], &byte, 1) : ctx_write_full(op->ctx, pipes[0][1], &byte, 1);
    if (rc)
        return rc;
    return op->task ? ctx_write_full(op->ctx, pipes[1][1], &byte, 1) : ctx_read_full(op->ctx, pipes[1][0], &byte, 1);
}

/* Whether the worker finds the news before it parks or while it does: a switch that the kernel has not counted is ours,
 * and one that it has is not. */
static void check_switches_through_pipes(const struct strategy *strategy)
{
    enum { ROUNDS = 2000 };
    static const struct workload throw_workload = {.name = "throw", .op = throw_op};
    struct strategy_config config = {.in_flight = 2, .workers = 1, .group = 2, .cpus = some_cpus, .n_lanes = 1};
    struct strategy_state *state;
    struct rusage before, after;
    char why[300];
    if (strategy->probe(why, sizeof why))
        return;
    cr_assert_eq(pipe(pipes[0]) | pipe(pipes[1]), 0);
    config.lanes = calloc(1, sizeof *config.lanes);
    cr_assert_eq(strategy->open(&state, &config), 0);
    struct task tasks[2] = {{.workload = &throw_workload, .ops = ROUNDS, .batch = 1, .id = 0},
                            {.workload = &throw_workload, .ops = ROUNDS, .batch = 1, .id = 1}};
    getrusage(RUSAGE_SELF, &before);
    cr_assert_eq(strategy->run(state, tasks, 2), 0);
    getrusage(RUSAGE_SELF, &after);
    cr_assert_eq(tasks[0].err | tasks[1].err, 0);
    uint64_t seen = config.lanes->user_switches_count + (uint64_t)(after.ru_nvcsw - before.ru_nvcsw);
    cr_expect(seen >= 2 * ROUNDS * 98 / 100 && seen <= 2 * ROUNDS * 105 / 100, "%s: %d switches in %d round trips",
              strategy->name, (int)seen, ROUNDS);
    strategy->close(state);
    free(config.lanes);
    for (int i = 0; i < 4; i++)
        close(pipes[i / 2][i % 2]);
}

Test(coroutine_strategy, switches_are_counted_once_whoever_saw_them)
{
    check_switches_through_pipes(&strategy_coroutines);
    check_switches_through_pipes(&strategy_coroutines_epoll);
}

Test(coroutine_strategy, sleeps_overlap)
{
    struct bench b;
    cr_assert_eq(bench_open(&b, 100, 2, 1, PLACE_FREE), 0);
    uint64_t start = clock_monotonic_ns();
    bench_run(&b, KIND_SLEEP, 100, 50); /* 5 s one after another */
    cr_expect_lt(clock_monotonic_ns() - start, UINT64_C(3000000000));
    bench_close(&b);
}

Test(coroutine_strategy, hundred_thousand_tasks_at_once)
{
    struct bench b;
    const unsigned many = MANY_OR_FEW(100000, 80);
    cr_assert_eq(bench_open(&b, many, 2, 1, PLACE_FREE), 0);
    bench_run(&b, KIND_YIELD, many, 3);
    bench_run(&b, KIND_YIELD, many, 3);
    cr_expect_gt(atomic_load(&alive_peak), many / 4);
    bench_close(&b);
}

Test(coroutine_strategy, nothing_grows)
{
    struct bench b;
    size_t fds = 0, maps = 0;
    for (int i = 0; i < 200; i++) {
        if (i == 3) { /* the C library keeps some thread stacks from the first rounds */
            fds = count_fds();
            maps = count_maps();
        }
        cr_assert_eq(bench_open(&b, 16, 2, 1, i % 2 ? PLACE_FREE : PLACE_ACROSS), 0, "round %d", i);
        bench_run(&b, KIND_YIELD, 40, 2);
        bench_close(&b);
    }
    cr_expect_eq(count_fds(), fds);
    /* Sanitizers map a little for themselves; a leak would be one per round at least. */
    cr_expect_leq(count_maps(), maps + 50, "%d mappings, %d before", (int)count_maps(), (int)maps);
}

Test(coroutine_strategy, bad_configurations_are_refused)
{
    struct bench b;
    cr_expect_eq(bench_open(&b, 0, 1, 1, PLACE_FREE), -EINVAL);
    bench_close(&b);
    cr_expect_eq(bench_open(&b, 3, 1, 2, PLACE_FREE), -EINVAL);
    bench_close(&b);
    cr_assert_eq(bench_open(&b, 2, 1, 1, PLACE_FREE), 0);
    cr_expect_eq(strategy_coroutines.run(b.state, NULL, 0), 0);
    bench_close(&b);
}

/* ---- without io_uring ---- */

static int deny_io_uring(int err)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ((unsigned)err & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return -errno;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ? -errno : 0;
}

static void check_denied(int err)
{
    struct {
        int filter, probe, open;
        size_t fds_before, fds_after;
        char why[300];
    } *seen = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert(seen != MAP_FAILED);
    pid_t pid = fork();
    if (pid == 0) {
        test_die_with_parent();
        static struct lane lanes[2];
        struct strategy_config config = {
            .in_flight = 4, .workers = 2, .group = 1, .cpus = some_cpus, .lanes = lanes, .n_lanes = 2};
        struct strategy_state *state;
        seen->filter = deny_io_uring(err);
        seen->fds_before = count_fds();
        seen->probe = strategy_coroutines.probe(seen->why, sizeof seen->why);
        seen->open = strategy_coroutines.open(&state, &config);
        seen->fds_after = count_fds();
        _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    cr_assert_eq(status, 0);
    cr_assert_eq(seen->filter, 0);
    cr_expect_eq(seen->probe, -err);
    cr_expect_eq(seen->open, -err);
    cr_expect_eq(seen->fds_before, seen->fds_after);
    cr_expect(strstr(seen->why, "/proc/sys/kernel/io_uring_disabled is"), "%s", seen->why);
    munmap(seen, 4096);
}

Test(coroutine_strategy, denied_io_uring_is_said)
{
    check_denied(EPERM);
    check_denied(ENOSYS);
}
