/* SPDX-License-Identifier: Apache-2.0 */
/* What the harness believes of a trial, and what it says of one that it does not. */
#include "quintet_criterion.h"

#include "contract/env.h"
#include "run/trial_private.h"

#include <errno.h>

TestSuite(trial_judge);

enum { TASKS = 4, OPS = 10, RUN_NS = 1000000 };

static struct trial_spec spec = {.cell = {.in_flight = 2}};
static struct trial_record record;
static struct task tasks[TASKS];
static struct workload workload;

/* A trial in which everything is as it should be: two at a time were at work from begin to end. */
static struct trial given_trial(void)
{
    for (unsigned i = 0; i < TASKS; i++)
        tasks[i] = (struct task){.id = i, .runs = 1, .ops_done = OPS, .started_ns = 100, .ended_ns = 200};
    record = (struct trial_record){.run_ns = RUN_NS,
                                   .ops = TASKS * OPS,
                                   .in_flight_peak = 2,
                                   .in_flight_mean = 2,
                                   .latency_count = TASKS * OPS,
                                   .latency_mean_ns = 2.0 * RUN_NS / (TASKS * OPS)};
    return (struct trial){.spec = &spec,
                          .record = &record,
                          .what = {.workload = &workload},
                          .shape = {.tasks = TASKS, .ops_per_task = OPS, .batch = 1, .group = 1},
                          .arena = {.tasks = tasks}};
}

#define EXPECT_END(how, why)                                                                                           \
    do {                                                                                                               \
        cr_expect_eq(record.end, how, "%s: %s", trial_end_name(record.end), record.reason);                            \
        cr_expect_str_eq(record.reason, why);                                                                          \
    } while (0)

Test(trial_judge, a_sound_trial_is_believed)
{
    struct trial t = given_trial();
    trial_judge(&t);
    EXPECT_END(END_OK, "");
}

/* A task that failed says why; what else is odd then follows from it. */
Test(trial_judge, a_task_that_failed_comes_first)
{
    struct trial t = given_trial();
    tasks[2].ops_done = OPS - 1;
    record.latency_count--;
    trial_judge(&t);
    EXPECT_END(END_VERIFY_FAILED, "task 2 did 9 of 10 ops");
    t = given_trial();
    tasks[1].err = -EPIPE;
    trial_judge(&t);
    EXPECT_END(END_FAILED_IO, "task 1, op 10: Broken pipe");
}

Test(trial_judge, samples_that_are_missing_or_too_many_are_work_not_done)
{
    struct trial t = given_trial();
    record.latency_count--;
    trial_judge(&t);
    EXPECT_END(END_VERIFY_FAILED, "39 latency samples were recorded, 40 were due");
    t = given_trial();
    record.latency_count++;
    trial_judge(&t);
    EXPECT_END(END_VERIFY_FAILED, "41 latency samples were recorded, 40 were due");
}

/* Ten ops in batches of four are three samples, and the last is of two ops: how long they took together is not known.
 */
Test(trial_judge, a_shorter_last_batch_is_a_sample)
{
    struct trial t = given_trial();
    t.shape.batch = 4;
    record.latency_count = TASKS * 3;
    record.latency_mean_ns = 1;
    trial_judge(&t);
    EXPECT_END(END_OK, "");
    record.latency_count = TASKS * 2;
    trial_judge(&t);
    EXPECT_END(END_VERIFY_FAILED, "8 latency samples were recorded, 12 were due");
}

Test(trial_judge, more_at_once_than_were_admitted_is_implausible)
{
    struct trial t = given_trial();
    record.in_flight_peak = 3;
    trial_judge(&t);
    EXPECT_END(END_IMPLAUSIBLE, "3 tasks were alive at once, 2 were admitted");
}

/* The mean latency that makes all of them `percent` of the time that the tasks lived. */
static void latency_of(double percent)
{
    record.latency_mean_ns = percent / 100 * 2 * RUN_NS / (TASKS * OPS);
}

Test(trial_judge, latencies_must_add_up_to_the_tasks_lives)
{
    struct trial t = given_trial();
    latency_of(104.9);
    trial_judge(&t);
    EXPECT_END(END_OK, "");
    latency_of(95.1);
    trial_judge(&t);
    EXPECT_END(END_OK, "");
    latency_of(106);
    trial_judge(&t);
    EXPECT_END(END_IMPLAUSIBLE, "all latencies together are 106 % of the time that the tasks lived");
    t = given_trial();
    latency_of(94);
    trial_judge(&t);
    EXPECT_END(END_IMPLAUSIBLE, "all latencies together are 94 % of the time that the tasks lived");
}

/* Within 5 %, and a nanosecond for each op that was cut off. */
Test(trial_judge, latencies_at_the_limit_are_believed)
{
    struct trial t = given_trial();
    record.latency_mean_ns = 52500; /* 40 of them are 105 % of 2 ms */
    trial_judge(&t);
    EXPECT_END(END_OK, "");
    record.latency_mean_ns = 47499; /* ... and 95 %, with those 40 ns */
    trial_judge(&t);
    EXPECT_END(END_OK, "");
    record.latency_mean_ns = 47498;
    trial_judge(&t);
    EXPECT_END(END_IMPLAUSIBLE, "all latencies together are 95 % of the time that the tasks lived");
}

/* A sample is the mean of its batch. */
Test(trial_judge, in_batches_a_sample_weighs_as_many)
{
    struct trial t = given_trial();
    t.shape.batch = 5;
    record.latency_count = TASKS * OPS / 5;
    trial_judge(&t);
    EXPECT_END(END_OK, "");
    record.latency_mean_ns /= 5;
    trial_judge(&t);
    EXPECT_END(END_IMPLAUSIBLE, "all latencies together are 20 % of the time that the tasks lived");
}

/* Each sample is cut to whole nanoseconds: with ops of one or two that is much, and no doubt about them. */
Test(trial_judge, what_rounding_took_is_no_doubt)
{
    struct trial t = given_trial();
    record.run_ns = 40; /* two tasks of 40 ns: 2 ns for each of the 40 ops, of which 1.9 were cut to 1 */
    record.latency_mean_ns = 1;
    trial_judge(&t);
    EXPECT_END(END_OK, "");
    record.run_ns = 100;
    trial_judge(&t);
    EXPECT_END(END_IMPLAUSIBLE, "all latencies together are 20 % of the time that the tasks lived");
}

Test(trial_judge, no_time_at_work_leaves_none_for_latencies)
{
    struct trial t = given_trial();
    record.in_flight_mean = record.latency_mean_ns = 0;
    trial_judge(&t);
    EXPECT_END(END_OK, "");
    record.latency_mean_ns = 1;
    trial_judge(&t);
    cr_expect_eq(record.end, END_IMPLAUSIBLE);
}

/* Paced load: only those that ask record, and their samples are waits too. */
Test(trial_judge, with_paced_load_those_that_serve_record_nothing)
{
    static uint64_t due_ns[TASKS * OPS];
    struct trial t = given_trial();
    t.arena.due_ns = due_ns;
    t.shape.group = 2;
    t.shape.asking = 1;
    record.latency_count = TASKS / 2 * OPS;
    record.latency_mean_ns *= 50;
    trial_judge(&t);
    EXPECT_END(END_OK, "");
    record.latency_count = TASKS * OPS;
    trial_judge(&t);
    EXPECT_END(END_VERIFY_FAILED, "40 latency samples were recorded, 20 were due");
}

static int check_silent(struct workload_env *env, const struct shape *shape)
{
    (void)env;
    return shape->tasks == TASKS ? -EBADMSG : 0;
}

static int check_saying_why(struct workload_env *env, const struct shape *shape)
{
    (void)shape;
    env_reason(env, "one was lost");
    return -EBADMSG;
}

static int check_content(struct workload_env *env, const struct shape *shape)
{
    (void)env;
    return shape->tasks == TASKS ? 0 : -EBADMSG;
}

Test(trial_judge, the_workload_has_the_last_word)
{
    struct trial t = given_trial();
    workload.check = check_content;
    trial_judge(&t);
    EXPECT_END(END_OK, "");
    workload.check = check_silent;
    trial_judge(&t);
    EXPECT_END(END_VERIFY_FAILED, "Bad message");
    t = given_trial();
    cr_assert_eq(env_init(&t.env), 0);
    workload.check = check_saying_why;
    trial_judge(&t);
    EXPECT_END(END_VERIFY_FAILED, "one was lost");
    env_fini(&t.env);
}
