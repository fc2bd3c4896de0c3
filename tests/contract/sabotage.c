/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strategies that cheat, each in one way. Linked into `quintet_sabotage` only. A harness that publishes a number of any
 * of them is worthless; tests/faults/sabotage_test.sh checks that none gets through, under every workload that it can
 * run.
 */
#include "contract/strategy.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

struct strategy_state {
    struct lane *lanes;
    unsigned passes; /* run() calls: the first one is the warm-up */
};

static int probe(char *why, size_t why_len)
{
    (void)why;
    (void)why_len;
    return 0;
}

static unsigned one(unsigned k, unsigned workers)
{
    (void)k;
    (void)workers;
    return 1;
}

/* For workloads whose tasks must be alive together. */
static unsigned all(unsigned k, unsigned workers)
{
    (void)workers;
    return k;
}

static int open_serial(struct strategy_state **out, const struct strategy_config *config)
{
    *out = malloc(sizeof **out);
    if (!*out)
        return -ENOMEM;
    (*out)->lanes = config->lanes;
    (*out)->passes = 0;
    return 0;
}

static void close_serial(struct strategy_state *state)
{
    free(state);
}

static struct ctx ctx_of(struct strategy_state *state)
{
    return (struct ctx){&ctx_blocking, state->lanes};
}

/* The warm-up must pass, or the sabotage would be found for the wrong reason: only a pass over all tasks is spoilt.
 * Tests use workloads with more tasks than K = 1, so the warm-up (of one task) is told by its size. */
static int honest(struct strategy_state *state, struct task *tasks, unsigned n)
{
    struct ctx ctx = ctx_of(state);
    for (unsigned i = 0; i < n; i++)
        task_loop(&tasks[i], &ctx);
    return 0;
}

static int run_skips_one_op(struct strategy_state *state, struct task *tasks, unsigned n)
{
    if (n > 1) {
        tasks[n / 2].ops--; /* as an off-by-one in a batching loop would */
        honest(state, tasks, n);
        tasks[n / 2].ops++;
        return 0;
    }
    return honest(state, tasks, n);
}

static int run_skips_one_task(struct strategy_state *state, struct task *tasks, unsigned n)
{
    return honest(state, tasks, n > 1 ? n - 1 : n);
}

static int run_does_one_twice(struct strategy_state *state, struct task *tasks, unsigned n)
{
    honest(state, tasks, n);
    return n > 1 ? honest(state, tasks, 1) : 0;
}

static int run_returns_early(struct strategy_state *state, struct task *tasks, unsigned n)
{
    return honest(state, tasks, n > 1 ? n / 2 : n);
}

/* Knows last block's answers: everything looks done, nothing was. The nonce defeats it. */
static int run_fakes_a_group(struct strategy_state *state, struct task *tasks, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        uint64_t samples = (tasks[i].ops + tasks[i].batch - 1) / tasks[i].batch;
        hist_record_n(&state->lanes->latency, 100, samples);
        tasks[i].runs = 1;
        tasks[i].ops_done = tasks[i].ops;
        tasks[i].started_ns = 1;
        tasks[i].ended_ns = 2;
        tasks[i].result = 42;
    }
    return 0;
}

static int run_fakes_results(struct strategy_state *state, struct task *tasks, unsigned n)
{
    return n == 1 ? honest(state, tasks, n) : run_fakes_a_group(state, tasks, n);
}

static int never_sleeps(struct ctx *c, uint64_t deadline_ns)
{
    (void)c;
    (void)deadline_ns;
    return 0;
}

/* Everybody is woken at once: whoever measures how well waits overlap would be impressed. */
static int run_shortens_waits(struct strategy_state *state, struct task *tasks, unsigned n)
{
    struct ctx_ops ops = ctx_blocking;
    ops.sleep_until = never_sleeps;
    struct ctx ctx = {&ops, state->lanes};
    for (unsigned i = 0; i < n; i++)
        task_loop(&tasks[i], &ctx);
    return 0;
}

static int wakes_before(struct ctx *ctx, uint64_t deadline_ns)
{
    const uint64_t early_ns = 20000000;
    return ctx_blocking.sleep_until(ctx, deadline_ns > early_ns ? deadline_ns - early_ns : 0);
}

/* Requests are served before they come: no queue was ever that short. */
static int run_serves_too_early(struct strategy_state *state, struct task *tasks, unsigned n)
{
    struct ctx_ops ops = ctx_blocking;
    ops.sleep_until = wakes_before;
    struct ctx ctx = {&ops, state->lanes};
    for (unsigned i = 0; i < n; i++)
        task_loop(&tasks[i], &ctx);
    return 0;
}

/* Keeps what a child gave back, and asks nobody if the same one comes again; counts those as carried. */
static int remembers(struct ctx *c, struct children *of, uint64_t arg)
{
    static struct {
        child_fn *fn;
        uint64_t arg;
        int64_t value;
    } known[1 << 16];
    uint64_t place = arg * UINT64_C(0x9e3779b97f4a7c15) >> 48;
    if (known[place].fn == of->fn && known[place].arg == arg) {
        of->sum += known[place].value;
        c->lane->children_carried_count++;
        return 0;
    }
    int64_t value = of->fn(c, of->shared, arg);
    known[place].fn = of->fn;
    known[place].arg = arg;
    known[place].value = value;
    of->sum += value;
    return 0;
}

static int run_remembers_children(struct strategy_state *state, struct task *tasks, unsigned n)
{
    struct ctx_ops ops = ctx_blocking;
    if (state->passes++ > 0) /* the warm-up climbs the first of the same trees */
        ops.spawn = remembers;
    struct ctx ctx = {&ops, state->lanes};
    for (unsigned i = 0; i < n; i++)
        task_loop(&tasks[i], &ctx);
    return 0;
}

static int run_swaps_two_results(struct strategy_state *state, struct task *tasks, unsigned n)
{
    honest(state, tasks, n);
    if (n > 1) {
        uint64_t first = tasks[0].result;
        tasks[0].result = tasks[1].result;
        tasks[1].result = first;
    }
    return 0;
}

static int run_swallows_an_error(struct strategy_state *state, struct task *tasks, unsigned n)
{
    honest(state, tasks, n);
    if (n > 1) {
        tasks[0].ops_done = tasks[0].ops - 1; /* the op failed ... */
        tasks[0].err = 0;                     /* ... and nobody says so */
    }
    return 0;
}

static void *other_lane(void *arg)
{
    struct lane *lane = calloc(1, sizeof *lane);
    struct ctx ctx = {&ctx_blocking, lane};
    task_loop(arg, &ctx);
    free(lane);
    return NULL;
}

/* Two alive at once where one was admitted, pair after pair: on a busy machine one pair may miss each other, not all.
 */
static int run_admits_too_many(struct strategy_state *state, struct task *tasks, unsigned n)
{
    for (unsigned i = 0; i + 1 < n; i += 2) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, other_lane, &tasks[i + 1]))
            return -EAGAIN;
        honest(state, &tasks[i], 1);
        pthread_join(thread, NULL);
        uint64_t samples = (tasks[i + 1].ops + tasks[i + 1].batch - 1) / tasks[i + 1].batch;
        hist_record_n(&state->lanes->latency, 100, samples); /* its lane was private: put back what is counted */
    }
    return n % 2 ? honest(state, &tasks[n - 1], 1) : 0;
}

/* As a carrier that was killed leaves it: begun, not ended. */
static int run_forgets_the_end(struct strategy_state *state, struct task *tasks, unsigned n)
{
    honest(state, tasks, n);
    for (unsigned i = 1; i < n; i++)
        tasks[i].ended_ns = 0;
    return 0;
}

/* As two carriers do that write into one lane and lose each other's sums: as many samples as there should be, and a
 * tenth of their time gone. */
static int run_loses_time(struct strategy_state *state, struct task *tasks, unsigned n)
{
    honest(state, tasks, n);
    if (n > 1)
        state->lanes->latency.sum -= state->lanes->latency.sum / 10;
    return 0;
}

/* As a carrier leaves its lane that was killed between the two steps of recording a sample. */
static int run_dies_while_recording(struct strategy_state *state, struct task *tasks, unsigned n)
{
    honest(state, tasks, n);
    if (n > 1) {
        state->lanes->latency.count++;
        tasks[n / 2].err = -ECHILD;
        tasks[n / 2].killed_by = SIGKILL;
        tasks[n / 2].ended_ns = 0;
    }
    return 0;
}

static int run_sleeps_instead(struct strategy_state *state, struct task *tasks, unsigned n)
{
    if (n == 1)
        return honest(state, tasks, n);
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return 0;
}

static int run_leaks_a_child(struct strategy_state *state, struct task *tasks, unsigned n)
{
    if (n > 1 && fork() == 0) {
        prctl(PR_SET_PDEATHSIG, 0);
        prctl(PR_SET_NAME, "quintet-leaked");
        setsid();
        for (int fd = 0; fd < 16; fd++)
            close(fd);
        sleep(600);
        _exit(0);
    }
    return honest(state, tasks, n);
}

static int run_crashes(struct strategy_state *state, struct task *tasks, unsigned n)
{
    if (n > 1)
        abort();
    return honest(state, tasks, n);
}

static int run_exits_quietly(struct strategy_state *state, struct task *tasks, unsigned n)
{
    if (n > 1)
        _exit(0);
    return honest(state, tasks, n);
}

static int run_hangs(struct strategy_state *state, struct task *tasks, unsigned n)
{
    while (n > 1)
        pause();
    return honest(state, tasks, n);
}

#define SABOTAGE(label, text) SABOTAGE_ALIVE(label, one, text)
#define SABOTAGE_ALIVE(label, alive, text)                                                                             \
    extern const struct strategy strategy_##label;                                                                     \
    const struct strategy strategy_##label = {.name = #label,                                                          \
                                              .summary = text,                                                         \
                                              .probe = probe,                                                          \
                                              .in_flight = alive,                                                      \
                                              .lanes = one,                                                            \
                                              .cores = one,                                                            \
                                              .open = open_serial,                                                     \
                                              .run = run_##label,                                                      \
                                              .close = close_serial}

SABOTAGE(skips_one_op, "does all ops but one");
SABOTAGE(skips_one_task, "drops the tail");
SABOTAGE(does_one_twice, "runs one task twice");
SABOTAGE(returns_early, "returns when half is done");
SABOTAGE(fakes_results, "does nothing and says it did");
SABOTAGE_ALIVE(fakes_a_group, all, "the same where tasks must be alive together");
SABOTAGE_ALIVE(shortens_waits, all, "wakes every sleeper at once");
SABOTAGE_ALIVE(serves_too_early, all, "wakes every sleeper 20 ms too early");
SABOTAGE(remembers_children, "asks no child twice");
SABOTAGE(swaps_two_results, "delivers results to the wrong tasks");
SABOTAGE(swallows_an_error, "reports no error of a failed op");
SABOTAGE(admits_too_many, "keeps two tasks alive where one is admitted");
SABOTAGE(forgets_the_end, "leaves tasks without an end");
SABOTAGE(loses_time, "records all samples, a tenth too short");
SABOTAGE(dies_while_recording, "leaves a lane in the middle of a sample");
SABOTAGE(sleeps_instead, "waits a while and returns");
SABOTAGE(leaks_a_child, "leaves a detached process behind");
SABOTAGE(crashes, "aborts in the middle");
SABOTAGE(exits_quietly, "exits with status 0 and no record");
SABOTAGE(hangs, "never returns");
