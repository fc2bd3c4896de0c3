/* SPDX-License-Identifier: Apache-2.0 */
/* How a trial ended that did not end well: which end it is, and the one sentence that is said of it. */
#include "quintet_criterion.h"

#include "contract/strategy.h"
#include "run/trial_private.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

TestSuite(trial_failure);

enum { TASKS = 3, OPS = 10 };

static const struct strategy strategy = {.name = "pool"};
static struct trial_record record;
static struct task tasks[TASKS];
static struct trial trial = {.record = &record, .what = {.strategy = &strategy}, .arena = {.tasks = tasks}};

static void given_good_tasks(void)
{
    for (unsigned i = 0; i < TASKS; i++)
        tasks[i] = (struct task){.id = i, .runs = 1, .ops_done = OPS, .started_ns = 100, .ended_ns = 200};
}

/* "END: reason" of the first task that failed; "" if none did. */
static const char *failed_task(void)
{
    static char text[REASON_LEN + 32];
    char reason[REASON_LEN];
    enum trial_end how;
    const char *failed = trial_failed_task(&trial.arena, TASKS, OPS, &how, reason, sizeof reason);
    snprintf(text, sizeof text, "%s: %s", trial_end_name(how), failed);
    return failed ? text : "";
}

Test(trial_failure, good_tasks_have_none)
{
    given_good_tasks();
    cr_expect_str_eq(failed_task(), "");
    tasks[0].ended_ns = tasks[0].started_ns;
    cr_expect_str_eq(failed_task(), "", "shorter than the clock can tell is no failure");
}

Test(trial_failure, work_that_was_not_done_once_and_whole)
{
    given_good_tasks();
    tasks[1].runs = 0;
    cr_expect_str_eq(failed_task(), "verify_failed: task 1 was run 0 times");
    tasks[1].runs = 2;
    cr_expect_str_eq(failed_task(), "verify_failed: task 1 was run 2 times");
    given_good_tasks();
    tasks[2].ops_done = OPS - 1;
    cr_expect_str_eq(failed_task(), "verify_failed: task 2 did 9 of 10 ops");
    tasks[2].ops_done = OPS + 1;
    cr_expect_str_eq(failed_task(), "verify_failed: task 2 did 11 of 10 ops");
    given_good_tasks();
    tasks[0].ended_ns = 0;
    cr_expect_str_eq(failed_task(), "verify_failed: task 0 began and has no end");
}

/* The world's fault, but for one: what came was not what was asked for. */
Test(trial_failure, an_op_that_returned_an_error)
{
    given_good_tasks();
    tasks[1].err = -ECONNRESET;
    tasks[1].ops_done = 4;
    cr_expect_str_eq(failed_task(), "failed_io: task 1, op 4: Connection reset by peer");
    tasks[1].err = -EBADMSG;
    cr_expect_str_eq(failed_task(), "verify_failed: task 1, op 4: what came is not what was asked for");
}

Test(trial_failure, a_process_that_died)
{
    given_good_tasks();
    tasks[1].err = -ECHILD;
    tasks[1].ops_done = 4;
    tasks[1].ended_ns = 0;
    cr_expect_str_eq(failed_task(), "failed_io: task 1, op 4: its process ended before its work was done");
    tasks[1].killed_by = SIGSEGV;
    cr_expect_str_eq(failed_task(), "failed_io: task 1, op 4: its process was killed by SIGSEGV");
    tasks[1].killed_by = 200;
    cr_expect_str_eq(failed_task(), "failed_io: task 1, op 4: its process was killed by signal 200");
    tasks[1].ended_ns = 200;
    cr_expect_str_eq(failed_task(), "failed_io: task 1, op 4: the process of a child was killed by signal 200");
}

/* Others of its group may have been ended because of it, so it is the one to be told, wherever it stands. */
Test(trial_failure, who_was_killed_comes_first)
{
    given_good_tasks();
    tasks[0].err = -ECHILD;
    tasks[0].ended_ns = 0;
    tasks[1].killed_by = SIGTERM; /* and no error: it had ended by then */
    cr_expect_str_eq(failed_task(), "failed_io: task 0, op 10: its process ended before its work was done");
    tasks[2].err = -ECHILD;
    tasks[2].ended_ns = 0;
    tasks[2].killed_by = SIGKILL;
    cr_expect_str_eq(failed_task(), "failed_io: task 2, op 10: its process was killed by SIGKILL");
    tasks[0].killed_by = SIGABRT;
    cr_expect_str_eq(failed_task(), "failed_io: task 0, op 10: its process was killed by SIGABRT");
}

/* A warm-up has fewer tasks: what stands behind them is of nobody. */
Test(trial_failure, only_the_tasks_of_the_pass_are_looked_at)
{
    char text[64];
    enum trial_end how;
    given_good_tasks();
    tasks[2].err = -ECHILD;
    tasks[2].killed_by = SIGKILL;
    cr_expect_null(trial_failed_task(&trial.arena, 2, OPS, &how, text, sizeof text));
    tasks[2].killed_by = 0;
    cr_expect_null(trial_failed_task(&trial.arena, 2, OPS, &how, text, sizeof text));
}

Test(trial_failure, a_sentence_stays_within_its_room)
{
    char text[64];
    enum trial_end how;
    given_good_tasks();
    tasks[1].err = -ECHILD;
    tasks[1].killed_by = SIGKILL;
    memset(text, '#', sizeof text);
    cr_assert_eq(trial_failed_task(&trial.arena, TASKS, OPS, &how, text, 24), text);
    cr_expect_str_eq(text, "task 1, op 10: the proc");
    cr_expect_eq(text[24], '#');
}

Test(trial_failure, what_an_errno_means_for_a_trial)
{
    static const int of_means[] = {EAGAIN, ENOMEM, EMFILE, ENFILE, ENOSPC};
    for (unsigned i = 0; i < sizeof of_means / sizeof *of_means; i++)
        cr_expect_eq(trial_end_of_errno(-of_means[i]), END_NO_RESOURCE, "%d", of_means[i]);
    cr_expect_eq(trial_end_of_errno(-ENOTSUP), END_SKIPPED);
    cr_expect_eq(trial_end_of_errno(-EBADMSG), END_VERIFY_FAILED);
    cr_expect_eq(trial_end_of_errno(-EIO), END_FAILED_IO);
    cr_expect_eq(trial_end_of_errno(-ECHILD), END_FAILED_IO);
}

Test(trial_failure, too_many_descriptors_name_their_limit)
{
    char text[64];
    struct rlimit limit = {.rlim_cur = 77, .rlim_max = 77};
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    cr_expect_str_eq(trial_limit_text(-EMFILE, text, sizeof text), " (RLIMIT_NOFILE = 77)");
    cr_expect_str_eq(trial_limit_text(-ENFILE, text, sizeof text), "", "that one is the machine's");
    trial_strategy_failed(&trial, "opening: ", -EMFILE);
    cr_expect_str_eq(record.reason, "pool: opening: Too many open files (RLIMIT_NOFILE = 77)");
    cr_expect_eq(record.end, END_NO_RESOURCE);
}

Test(trial_failure, a_strategy_that_says_why_is_quoted)
{
    strcpy(trial.strategy_reason, "no io_uring here");
    trial_strategy_failed(&trial, "", -ENOTSUP);
    cr_expect_str_eq(record.reason, "pool: no io_uring here");
    cr_expect_eq(record.end, END_SKIPPED);
}

/* Of a process that died the tasks know whose it was; unless the strategy says more, or no task knows. */
Test(trial_failure, a_run_that_failed_is_told_by_its_tasks)
{
    given_good_tasks();
    tasks[1].err = -ECHILD;
    tasks[1].ended_ns = 0;
    tasks[1].killed_by = SIGKILL;
    trial_run_failed(&trial, "warm-up: ", -ECHILD, TASKS, OPS);
    cr_expect_str_eq(record.reason, "warm-up: task 1, op 10: its process was killed by SIGKILL");
    cr_expect_eq(record.end, END_FAILED_IO);
    trial_run_failed(&trial, "warm-up: ", -ENOMEM, TASKS, OPS);
    cr_expect_str_eq(record.reason, "pool: warm-up: Cannot allocate memory");
    cr_expect_eq(record.end, END_NO_RESOURCE);
    strcpy(trial.strategy_reason, "the leader died");
    trial_run_failed(&trial, "", -ECHILD, TASKS, OPS);
    cr_expect_str_eq(record.reason, "pool: the leader died");
    trial.strategy_reason[0] = '\0';
    trial_run_failed(&trial, "", -ECHILD, TASKS, OPS);
    cr_expect_str_eq(record.reason, "task 1, op 10: its process was killed by SIGKILL");
    given_good_tasks();
    trial_run_failed(&trial, "", -ECHILD, TASKS, OPS);
    cr_expect_str_eq(record.reason, "pool: No child processes");
}
