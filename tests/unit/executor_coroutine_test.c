/* SPDX-License-Identifier: Apache-2.0 */
/* An executor and coroutines: run_in_executor, map, cancellation. */
#include "quintet_criterion.h"

#include "executor_jobs.h"

TestSuite(executor_coroutine, .timeout = 30);

/* ---- coroutines ---- */

struct errand {
    struct executor *ex;
    struct coro_task task;
    struct door door;
    int told;
};

static int runs_elsewhere(struct coro *self, void *arg, void **value)
{
    struct errand *e = arg;
    e->told = coro_run_in_executor(self, e->ex, wait_at_door, &e->door, value);
    int next = coro_yield(self);
    EXPECT(next == (e->door.passed ? -ECANCELED : 0)); /* what completed is reported, and the request comes next */
    return next ? next : e->told;
}

static int in_executor(struct coro *self, void *arg, void **value)
{
    struct executor *ex = arg;
    struct errand runs = {.ex = ex}, waits = {.ex = ex};
    EXPECT(coro_run_in_executor(self, ex, square, VALUE(9), value) == 0 && *value == VALUE(81));
    EXPECT(coro_run_in_executor(self, ex, fails, (void *)-EIO, value) == -EIO);

    EXPECT(coro_task_start(&runs.task, coro_loop(self), runs_elsewhere, &runs) == 0);
    while (runs.door.waiting == 0)
        EXPECT(coro_sleep(self, MS) == 0);
    EXPECT(coro_task_start(&waits.task, coro_loop(self), runs_elsewhere, &waits) == 0);
    let_others_run(self);
    EXPECT(future_cancel(&waits.task.future)); /* its job waits for the only thread: it never runs */
    EXPECT(future_await(self, &waits.task.future, NULL) == -ECANCELED);
    EXPECT(waits.door.waiting == 0 && waits.told == -ECANCELED);
    EXPECT(future_cancel(&runs.task.future)); /* its job runs: it is waited for */
    let_others_run(self);
    EXPECT(!future_done(&runs.task.future));
    runs.door.open = true;
    EXPECT(future_await(self, &runs.task.future, NULL) == -ECANCELED);
    EXPECT(runs.told == 0 && runs.door.passed == 1);
    future_fini(&waits.task.future);
    future_fini(&runs.task.future);

    EXPECT(executor_shutdown(ex, false) == 0);
    EXPECT(coro_run_in_executor(self, ex, square, VALUE(9), value) == -ESHUTDOWN);
    return 0;
}

Test(executor_coroutine, run_in_executor)
{
    struct executor *ex = make(1, 0);
    cr_expect_eq(on_loop(1, in_executor, ex), 0);
    executor_destroy(ex);
    ASSERT_NOTHING_WRONG();
}

/* A coroutine that maps and is cancelled meanwhile: no job runs on when map has returned. */
enum { MAPPED = 64 };

struct mapper {
    struct executor *ex;
    struct door door;
    unsigned tid;
    int told;
};

/* What the mapper carries out itself takes until a thread has got some; those wait at the door. */
static int helped_or_not(void *arg, void **value)
{
    struct mapper *m = arg;
    if (m->tid != (unsigned)gettid())
        return wait_at_door(&m->door, value);
    while (m->door.waiting == 0)
        sched_yield();
    return 0;
}

static int maps(struct coro *self, void *arg, void **value)
{
    struct mapper *m = arg;
    struct executor_job jobs[MAPPED];
    void *args[MAPPED];
    (void)value;
    m->tid = (unsigned)gettid();
    for (int i = 0; i < MAPPED; i++)
        args[i] = m;
    m->told = executor_map(m->ex, helped_or_not, args, jobs, NULL, MAPPED);
    for (int i = 0; i < MAPPED; i++)
        EXPECT(future_done(&jobs[i].future));
    EXPECT(m->door.passed == m->door.waiting && m->door.waiting > 0);
    EXPECT(coro_yield(self) == -ECANCELED);
    return m->told;
}

static void *open_later(void *arg)
{
    struct door *door = arg;
    thread_sleep(50 * MS);
    door->open = true;
    return NULL;
}

static int cancel_the_mapper(struct coro *self, void *arg, void **value)
{
    struct mapper m = {.ex = arg};
    struct coro_task task;
    pthread_t thread;
    (void)value;
    EXPECT(coro_task_start(&task, coro_loop(self), maps, &m) == 0);
    pthread_create(&thread, NULL, open_later, &m.door);
    for (int i = 0; i < 5; i++)
        let_others_run(self);
    future_cancel(&task.future);
    future_await(self, &task.future, NULL);
    pthread_join(thread, NULL);
    future_fini(&task.future);
    return 0;
}

Test(executor_coroutine, cancelled_during_map)
{
    struct executor *ex = make(2, 0);
    cr_expect_eq(on_loop(1, cancel_the_mapper, ex), 0);
    executor_destroy(ex);
    ASSERT_NOTHING_WRONG();
}
