/* SPDX-License-Identifier: Apache-2.0 */
/* Workloads that wait: until when, how late they were, and that nobody gets away with less. */
#include "quintet_criterion.h"

#include "workload_rig.h"

#include "measure/clock.h"

#include <time.h>

TestSuite(workload_waits, .timeout = 60);

enum { DEADLINES_MAX = 16 };

/* Until when each task was to wait, in order; it waits `late_ns` longer, or not at all. */
static struct {
    uint64_t deadline_ns[RIG_TASKS_MAX][DEADLINES_MAX];
    unsigned n[RIG_TASKS_MAX];
    uint64_t late_ns[RIG_TASKS_MAX];
} waits;

static unsigned note(struct ctx *ctx, uint64_t deadline_ns)
{
    unsigned task = (unsigned)(ctx->lane - rig_g.arena.lanes);
    cr_assert(waits.n[task] < DEADLINES_MAX);
    waits.deadline_ns[task][waits.n[task]++] = deadline_ns;
    return task;
}

static int at_once(struct ctx *ctx, uint64_t deadline_ns)
{
    note(ctx, deadline_ns);
    return 0;
}

static int late(struct ctx *ctx, uint64_t deadline_ns)
{
    uint64_t until_ns = deadline_ns + waits.late_ns[note(ctx, deadline_ns)];
    struct timespec at = {.tv_sec = (time_t)(until_ns / 1000000000), .tv_nsec = (long)(until_ns % 1000000000)};
    return -clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static int refused(struct ctx *ctx, uint64_t deadline_ns)
{
    (void)ctx;
    (void)deadline_ns;
    return -EIO;
}

static void given(const char *workload, const char *params, unsigned in_flight,
                  int (*sleep_until)(struct ctx *, uint64_t))
{
    memset(&waits, 0, sizeof waits);
    workload_rig_begin(workload, params, in_flight);
    workload_rig_setup();
    rig_g.ops.sleep_until = sleep_until;
}

static const struct {
    const char *workload, *params;
} waiters[] = {
    {"sleep_fanout", "tasks=2,sleep_ns=1000000000"},
    {"io_cpu_mix", "cpu_permille=0,op_ns=1000000000,requests=2"},
    {"hog", "clients=1,requests=2,period_ns=1000000000"},
};
enum { WAITERS = sizeof waiters / sizeof *waiters };

Test(workload_waits, a_sleep_cut_short_is_other_work)
{
    for (unsigned i = 0; i < WAITERS; i++) {
        given(waiters[i].workload, waiters[i].params, 2, at_once);
        const char *why = workload_rig_run();
        cr_expect(why && !strcmp(why, "task 0: other work"), "%s: %s", waiters[i].workload, why);
        workload_rig_end();
    }
}

Test(workload_waits, a_sleep_that_fails_fails_the_task)
{
    for (unsigned i = 0; i < WAITERS; i++) {
        given(waiters[i].workload, waiters[i].params, 2, refused);
        const char *why = workload_rig_run();
        cr_expect(why && !strcmp(why, "task 0: Input/output error"), "%s: %s", waiters[i].workload, why);
        workload_rig_end();
    }
}

/* As long as was asked for, from when it was asked for. */
Test(workload_waits, waits_are_as_long_as_they_are_to_be)
{
    static const uint64_t wait_ns[] = {1000000000, 1000000000};
    for (unsigned i = 0; i < 2; i++) {
        given(waiters[i].workload, waiters[i].params, 2, at_once);
        uint64_t before_ns = clock_monotonic_ns();
        workload_rig_run();
        uint64_t after_ns = clock_monotonic_ns();
        for (unsigned task = 0; task < rig_g.shape.tasks; task++)
            for (unsigned j = 0; j < waits.n[task]; j++)
                cr_expect(waits.deadline_ns[task][j] >= before_ns + wait_ns[i] &&
                              waits.deadline_ns[task][j] <= after_ns + wait_ns[i],
                          "%s", waiters[i].workload);
        cr_expect(waits.n[0] == rig_g.shape.ops_per_task);
        workload_rig_end();
    }
}

/* Each task's requests are due at even intervals, the first after one of them. */
Test(workload_waits, requests_are_due_by_the_clock)
{
    enum { PERIOD_NS = 200000, REQUESTS = 7, TASKS = 3 };
    given("hog", "clients=2,requests=7,period_ns=200000,big_steps=100", 3, late);
    uint64_t before_ns = clock_monotonic_ns();
    waits.late_ns[1] = 3000000;
    cr_assert_null(workload_rig_run());
    uint64_t after_ns = clock_monotonic_ns();
    for (unsigned task = 0; task < TASKS; task++) {
        cr_assert_eq(waits.n[task], (unsigned)REQUESTS);
        const uint64_t *due_ns = waits.deadline_ns[task];
        cr_expect(due_ns[0] >= before_ns + PERIOD_NS && due_ns[0] <= after_ns + PERIOD_NS);
        for (unsigned i = 1; i < REQUESTS; i++)
            cr_expect_eq(due_ns[i] - due_ns[0], (uint64_t)i * PERIOD_NS, "%u of task %u", i, task);
    }
    /* How late each was answered stands in order of tasks and requests. */
    const uint64_t *response_ns =
        (const uint64_t *)((const char *)rig_g.env.shared + rig_g.shape.shared_bytes) - (size_t)TASKS * REQUESTS;
    for (unsigned i = 0; i < TASKS * REQUESTS; i++)
        cr_expect(response_ns[i] >= waits.late_ns[i / REQUESTS] && response_ns[i] > 0 &&
                      response_ns[i] < after_ns - before_ns,
                  "%u: %llu", i, (unsigned long long)response_ns[i]);
    workload_rig_end();
}

/* --- how late they were ----------------------------------------------------------------------------------------------
 */

static double mean_ns, max_ns;

static void take(void *sink, const char *name, double value)
{
    (void)sink;
    if (!strcmp(name, "lateness_mean_ns"))
        mean_ns = value;
    if (!strcmp(name, "lateness_max_ns"))
        max_ns = value;
}

/* One task 2 ms late and one 6 ms, three times each; of the passes before, nothing is left. */
Test(workload_waits, lateness_is_measured)
{
    given("sleep_fanout", "tasks=2,sleep_ns=10000", 2, late);
    rig_g.shape.ops_per_task = 3; /* as by the clock */
    memset(rig_g.env.shared, 0x7f, rig_g.shape.shared_bytes);
    waits.late_ns[0] = 2000000;
    waits.late_ns[1] = 6000000;
    uint64_t start_ns = clock_monotonic_ns();
    cr_assert_null(workload_rig_run());
    double took_ns = (double)(clock_monotonic_ns() - start_ns);
    struct facts facts = {.ops = 6};
    rig_g.workload->metrics(&rig_g.env, &rig_g.shape, &facts, take, NULL);
    cr_expect(mean_ns >= 4e6 && mean_ns <= took_ns, "%g", mean_ns);
    cr_expect(max_ns >= 6e6 && max_ns <= took_ns && max_ns >= mean_ns, "%g", max_ns);
    cr_expect(6 * mean_ns <= 2 * took_ns, "the sum of both is not longer than both took");
    workload_rig_end();
}
