/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_criterion.h"

#include "contract/env.h"
#include "contract/strategy.h"
#include "measure/clock.h"
#include "run/pace.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct workload requests = {.name = "requests", .paceable = true};

Test(pace, work_that_is_no_request_is_refused_in_words)
{
    char why[128] = "";
    struct workload tree = {.name = "tree"};
    struct shape shape = {.tasks = 4, .ops_per_task = 10, .group = 1, .batch = 8};
    cr_assert_eq(pace_shape(&tree, NULL, 100, 4, PROFILE_QUICK, &shape, why, sizeof why), -ENOTSUP);
    cr_assert(strstr(why, "tree cannot be paced") != NULL, "%s", why);
    shape.group = 2; /* partners wait for one another, not for the clock */
    cr_assert_eq(pace_shape(&requests, NULL, 100, 4, PROFILE_QUICK, &shape, why, sizeof why), -ENOTSUP);
}

Test(pace, tasks_are_those_that_may_be_alive_and_ops_what_there_is_time_for)
{
    char why[128] = "";
    struct shape shape = {.tasks = 512, .ops_per_task = 1, .group = 1, .batch = 8};
    cr_assert_eq(pace_shape(&requests, NULL, 2000, 16, PROFILE_QUICK, &shape, why, sizeof why), 0);
    cr_expect_eq(shape.tasks, 16u);
    cr_expect_eq(shape.ops_per_task, 125u); /* 2000/s for one second over 16 */
    cr_expect_eq(shape.batch, 1u);          /* every response is a sample */
    shape = (struct shape){.tasks = 64, .ops_per_task = 9, .group = 1, .batch = 1};
    cr_assert_eq(pace_shape(&requests, NULL, 1, 64, PROFILE_SMOKE, &shape, why, sizeof why), 0);
    cr_expect_eq(shape.ops_per_task, 1u);
}

static int grow(struct workload_env *env, struct shape *shape)
{
    (void)env;
    shape->shared_bytes = shape->tasks * shape->ops_per_task;
    return 0;
}

static int too_much(struct workload_env *env, struct shape *shape)
{
    (void)shape;
    env_reason(env, "there are not so many");
    return -ENOTSUP;
}

Test(pace, a_workload_adapts_to_what_the_clock_offers_or_refuses)
{
    char why[128] = "";
    struct shape shape = {.tasks = 512, .ops_per_task = 1, .group = 1, .batch = 1, .shared_bytes = 512};
    struct workload grows = {.name = "grows", .paceable = true, .pace = grow};
    struct workload refuses = {.name = "refuses", .paceable = true, .pace = too_much};
    struct workload hog = {.name = "hog", .unpaceable = "it is one"};
    struct workload_env env = {0};
    cr_assert_eq(env_init(&env), 0);
    cr_assert_eq(pace_shape(&grows, &env, 2000, 16, PROFILE_QUICK, &shape, why, sizeof why), 0);
    cr_expect_eq(shape.shared_bytes, (size_t)(16 * 125));
    cr_assert_eq(pace_shape(&refuses, &env, 2000, 16, PROFILE_QUICK, &shape, why, sizeof why), -ENOTSUP);
    cr_expect(strcmp(why, "there are not so many") == 0, "%s", why);
    cr_assert_eq(pace_shape(&hog, &env, 2000, 16, PROFILE_QUICK, &shape, why, sizeof why), -ENOTSUP);
    cr_expect(strcmp(why, "hog cannot be paced: it is one") == 0, "%s", why);
    env_fini(&env);
}

Test(pace, of_a_conversation_those_who_ask_share_the_rate)
{
    char why[128] = "";
    struct shape shape = {.tasks = 16, .ops_per_task = 9, .group = 2, .asking = 1, .batch = 1};
    cr_assert_eq(pace_shape(&requests, NULL, 2000, 16, PROFILE_QUICK, &shape, why, sizeof why), 0);
    cr_expect_eq(shape.tasks, 16u);
    cr_expect_eq(shape.ops_per_task, 250u); /* 2000/s for one second over 8 */
    cr_expect_eq(pace_askers(&shape), 8u);
    cr_expect(pace_asks(&shape, 0) && !pace_asks(&shape, 1) && pace_asks(&shape, 14) && !pace_asks(&shape, 15));
}

Test(pace, a_schedule_is_poisson_and_depends_on_its_seed_alone)
{
    enum { N = 100000 };
    const double mean_ns = 20000;
    uint64_t *due = malloc(2 * N * sizeof *due), *again = due + N;
    cr_assert_not_null(due);
    pace_schedule(due, N, mean_ns, 42);
    pace_schedule(again, N, mean_ns, 42);
    cr_expect_eq(memcmp(due, again, N * sizeof *due), 0);
    double sum = 0, squares = 0;
    unsigned longer = 0;
    for (unsigned i = 0; i < N; i++) {
        uint64_t before = i ? due[i - 1] : 0;
        cr_assert(due[i] >= before, "op %u", i);
        double gap = (double)(due[i] - before);
        sum += gap;
        squares += gap * gap;
        longer += gap > mean_ns;
    }
    double mean = sum / N, sd = sqrt(squares / N - mean * mean);
    cr_expect(fabs(mean / mean_ns - 1) < 0.02, "mean %g", mean); /* six standard errors */
    cr_expect(fabs(sd / mean_ns - 1) < 0.03, "sd %g", sd);
    cr_expect(fabs((double)longer / N - exp(-1)) < 0.01, "share above the mean %g", (double)longer / N);
    free(due);
}

/* ---- what the loop makes of a schedule ---- */

enum { OPS = 100, STALLED = 10 };
static const uint64_t period_ns = 1000000, stall_ns = 60 * 1000000;

static int one_stalls(struct op *op)
{
    struct timespec stall = {.tv_nsec = (long)stall_ns};
    if (op->index == STALLED)
        nanosleep(&stall, NULL);
    return 0;
}

static unsigned above(const struct hist *hist, uint64_t limit_ns)
{
    unsigned count = 0;
    for (unsigned i = hist_index(limit_ns); i < HIST_BUCKETS; i++)
        count += (unsigned)hist->bucket[i];
    return count;
}

Test(pace, who_serves_does_all_of_its_ops_and_records_none)
{
    struct lane *lane = aligned_alloc(128, sizeof *lane);
    struct workload workload = {.name = "stall", .op = one_stalls};
    cr_assert_not_null(lane);
    memset(lane, 0, sizeof *lane);
    struct task task = {.workload = &workload, .ops = STALLED, .batch = 1, .serves = true};
    struct ctx ctx = {.ops = &ctx_blocking, .lane = lane};
    task_loop(&task, &ctx);
    cr_assert_eq(task.err, 0);
    cr_expect_eq(task.ops_done, (uint64_t)STALLED);
    cr_expect(task.ended_ns >= task.started_ns && task.started_ns > 0);
    cr_expect_eq(lane->latency.count + lane->response.count + lane->lag.count, (uint64_t)0);
    free(lane);
}

/* Coordinated omission: one op stalls for sixty periods; that is one long latency and about sixty long responses. */
Test(pace, a_stall_shows_in_every_op_that_it_delayed)
{
    struct lane *lane = aligned_alloc(128, sizeof *lane);
    uint64_t due[OPS];
    struct workload workload = {.name = "stall", .op = one_stalls};
    cr_assert_not_null(lane);
    memset(lane, 0, sizeof *lane);
    hist_reset(&lane->latency);
    hist_reset(&lane->response);
    hist_reset(&lane->lag);
    for (unsigned i = 0; i < OPS; i++)
        due[i] = i * period_ns;
    struct task task = {
        .workload = &workload, .ops = OPS, .batch = 1, .due_ns = due, .epoch_ns = clock_now_ns() + 2 * period_ns};
    struct ctx ctx = {.ops = &ctx_blocking, .lane = lane};
    task_loop(&task, &ctx);
    cr_assert_eq(task.err, 0);
    cr_assert_eq(task.ops_done, (uint64_t)OPS);
    cr_expect_eq(lane->latency.count, (uint64_t)OPS);
    cr_expect_eq(lane->response.count, (uint64_t)OPS);
    cr_expect_eq(lane->lag.count, (uint64_t)OPS);
    cr_expect(above(&lane->latency, stall_ns / 2) >= 1u);
    cr_expect(above(&lane->latency, stall_ns / 2) <= 5u, "%u ops took that long themselves",
              above(&lane->latency, stall_ns / 2));
    cr_expect(above(&lane->response, stall_ns / 2) >= 25u, "only %u responses saw the stall",
              above(&lane->response, stall_ns / 2));
    /* An op that waited for the one before it is late, but its task was not woken late. */
    cr_expect(above(&lane->lag, stall_ns / 2) <= 5u, "%u lags", above(&lane->lag, stall_ns / 2));
    free(lane);
}
