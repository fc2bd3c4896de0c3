/* SPDX-License-Identifier: Apache-2.0 */
/* What tasks may answer to a cancellation, and what that means for those who await them. */
#include "quintet_criterion.h"

#include "runtime_support.h"

TestSuite(task_answer, .timeout = 30);

/* ---- what a task may answer ---- */

static int returns(struct coro *self, void *arg, void **value)
{
    (void)self;
    *value = VALUE(4);
    return (int)(intptr_t)arg;
}

Test(task_answer, what_fn_returns)
{
    static const struct {
        int returned, result;
        bool cancelled;
    } rows_[] = {
        {0, 0, false}, {-EIO, -EIO, false}, {-5000, -5000, false}, {-ECANCELED, -ECANCELED, true}, {1, -EINVAL, false},
    };
    struct loop *loop = test_loop(1);
    for (size_t i = 0; i < sizeof rows_ / sizeof rows_[0]; i++) {
        struct coro_task task;
        void *value = VALUE(1);
        cr_assert_eq(coro_task_start(&task, loop, returns, (void *)(intptr_t)rows_[i].returned), 0);
        cr_expect_eq(future_state(&task.future), FUTURE_PENDING);
        cr_expect_eq(loop_run_until_complete(loop, &task.future), 0, "whatever the outcome");
        cr_expect_eq(future_result(&task.future, 0, &value), rows_[i].result);
        cr_expect_eq(value, rows_[i].result ? VALUE(1) : VALUE(4));
        cr_expect_eq(future_cancelled(&task.future), rows_[i].cancelled);
        cr_expect(!future_cancel(&task.future));
        cr_expect_eq(future_result(&task.future, 0, NULL), rows_[i].result, "and it stays so");
        future_fini(&task.future);
        cr_expect_eq(loop_run(loop, returns, (void *)(intptr_t)rows_[i].returned, NULL), rows_[i].result);
    }
    cr_expect_eq(loop_close(loop), 0);
}

static int swallowing(struct coro *self, void *arg, void **value)
{
    struct coro_task task;
    struct trace trace = {.begun = 0};
    void *got = NULL;
    (void)arg, (void)value;
    EXPECT(coro_task_start(&task, coro_loop(self), swallower, &trace) == 0);
    let_others_run(self);
    EXPECT(future_cancel(&task.future));
    EXPECT(!future_done(&task.future));
    EXPECT(future_await(self, &task.future, &got) == 0);
    EXPECT(got == VALUE(7) && trace.told == -ECANCELED);
    EXPECT(!future_cancelled(&task.future) && !future_cancel(&task.future));
    future_fini(&task.future);
    return 0;
}

Test(task_answer, may_decline_a_cancellation)
{
    cr_expect_eq(on_loop(1, swallowing, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

/* ---- awaiter and awaited ---- */

/* Clean up with awaits, and only then end. */
static int tidy(struct coro *self, void *arg, void **value)
{
    struct trace *t = arg;
    (void)value;
    t->begun++;
    t->told = coro_sleep_until(self, CORO_NEVER);
    for (int i = 0; i < 3; i++)
        EXPECT(coro_sleep(self, 2 * MS) == 0);
    t->ended++;
    return t->told;
}

static int await_it(struct coro *self, void *arg, void **value)
{
    int err = future_await(self, arg, value);
    EXPECT(future_done(arg));
    EXPECT(coro_yield(self) == 0); /* the awaited took the request over */
    return err;
}

static int awaiting(struct coro *self, void *arg, void **value)
{
    struct loop *loop = coro_loop(self);
    struct coro_task inner, outer[2];
    struct trace trace = {.begun = 0};
    (void)arg, (void)value;
    EXPECT(coro_task_start(&inner, loop, tidy, &trace) == 0);
    for (int i = 0; i < 2; i++)
        EXPECT(coro_task_start(&outer[i], loop, await_it, &inner.future) == 0);
    let_others_run(self);
    EXPECT(future_cancel(&outer[0].future)); /* cancels what it awaits, and so the other one's wait */
    for (int i = 0; i < 2; i++)
        EXPECT(future_await(self, &outer[i].future, NULL) == -ECANCELED);
    EXPECT(trace.ended == 1 && future_cancelled(&inner.future));
    for (int i = 0; i < 2; i++)
        future_fini(&outer[i].future);
    future_fini(&inner.future);

    trace = (struct trace){.begun = 0};
    EXPECT(coro_task_start(&inner, loop, swallower, &trace) == 0);
    EXPECT(coro_task_start(&outer[0], loop, await_it, &inner.future) == 0);
    let_others_run(self);
    EXPECT(future_cancel(&outer[0].future));
    EXPECT(future_await(self, &outer[0].future, value) == 0 && *value == VALUE(7));
    future_fini(&outer[0].future);
    future_fini(&inner.future);
    return 0;
}

Test(task_answer, cancelling_the_awaiter_cancels_the_awaited)
{
    cr_expect_eq(on_loop(1, awaiting, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

static int awaits_itself(struct coro *self, void *arg, void **value)
{
    struct future *me = arg;
    EXPECT(future_await(self, me, value) == -EDEADLK);
    EXPECT(future_await_until(self, me, CORO_NEVER, value) == -EDEADLK);
    EXPECT(future_wait_for(self, me, FUTURE_FOREVER, value) == -EDEADLK);
    EXPECT(future_result(me, FUTURE_FOREVER, value) == -EDEADLK);
    return 0;
}

Test(task_answer, cannot_await_itself)
{
    struct loop *loop = test_loop(1);
    struct coro_task task;
    cr_assert_eq(coro_task_start(&task, loop, awaits_itself, &task.future), 0);
    cr_expect_eq(loop_run_until_complete(loop, &task.future), 0);
    cr_expect_eq(future_result(&task.future, 0, NULL), 0);
    future_fini(&task.future);
    cr_expect_eq(loop_close(loop), 0);
    ASSERT_NOTHING_WRONG();
}

/* What is carried out and cannot be stopped: the awaiter waits for it, gets it, and is told at its next wait. */
struct slow {
    struct future plain;
    struct coro_task task;
};

static int awaits_what_runs(struct coro *self, void *arg, void **value)
{
    struct slow *s = arg;
    EXPECT(future_await(self, &s->plain, value) == 0 && *value == VALUE(3));
    EXPECT(coro_sleep(self, MS) == -ECANCELED);
    EXPECT(coro_sleep(self, MS) == 0);
    return 0;
}

static int not_stoppable(struct coro *self, void *arg, void **value)
{
    struct slow s;
    (void)arg, (void)value;
    future_init(&s.plain, NULL);
    EXPECT(future_set_running(&s.plain) == 0);
    EXPECT(coro_task_start(&s.task, coro_loop(self), awaits_what_runs, &s) == 0);
    let_others_run(self);
    EXPECT(future_cancel(&s.task.future));
    let_others_run(self);
    EXPECT(!future_done(&s.task.future));
    EXPECT(future_set_result(&s.plain, VALUE(3)) == 0);
    EXPECT(future_await(self, &s.task.future, NULL) == 0);
    future_fini(&s.task.future);
    future_fini(&s.plain);
    return 0;
}

Test(task_answer, told_later_if_what_it_awaits_cannot_be_stopped)
{
    cr_expect_eq(on_loop(1, not_stoppable, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

/* ---- no request is lost: told at the await, or, if what was awaited completed without having been told, later ---- */

struct hasty {
    struct coro_task outer, inner;
    uint64_t nap_ns;
    unsigned worker;
    bool declined;
    int told_at_await, told_later;
};

static int naps_and_returns(struct coro *self, void *arg, void **value)
{
    struct hasty *h = arg;
    int err = coro_sleep(self, h->nap_ns);
    h->declined = err;
    *value = VALUE(5);
    return err;
}

static int awaits_the_hasty(struct coro *self, void *arg, void **value)
{
    struct hasty *h = arg;
    EXPECT(coro_task_start_on(&h->inner, coro_loop(self), h->worker, naps_and_returns, h) == 0);
    h->told_at_await = future_await(self, &h->inner.future, value);
    EXPECT(h->told_at_await == 0 || h->told_at_await == -ECANCELED);
    future_fini(&h->inner.future);
    h->told_later = coro_sleep(self, h->told_at_await ? MS / 10 : 2000 * MS);
    return h->told_at_await ? h->told_at_await : h->told_later;
}

static int loses_no_request(struct coro *self, void *arg, void **value)
{
    unsigned workers = (unsigned)NUMBER(arg), at_await = 0, later = 0;
    uint32_t seed = 77;
    (void)value;
    for (unsigned i = 0; i < 400; i++) {
        struct hasty h = {.nap_ns = 20000 + next_random(&seed) % 60000, .worker = i % workers};
        EXPECT(coro_task_start(&h.outer, coro_loop(self), awaits_the_hasty, &h) == 0);
        EXPECT(coro_yield(self) == 0);
        for (uint64_t end = now_ns() + next_random(&seed) % 120000; now_ns() < end;)
            if (i & 2) /* else the nap ends while its coroutine cannot run */
                coro_yield(self);
        EXPECT(future_cancel(&h.outer.future));
        EXPECT(future_await(self, &h.outer.future, NULL) == -ECANCELED);
        EXPECT((h.told_at_await == -ECANCELED) + (h.told_later == -ECANCELED) == 1);
        at_await += h.told_at_await == -ECANCELED;
        later += h.told_later == -ECANCELED;
        future_fini(&h.outer.future);
    }
    EXPECT(at_await > 0 && later > 0);
    return 0;
}

Test(task_answer, no_request_is_lost_when_the_awaited_completes_meanwhile)
{
    for (unsigned workers = 1; workers <= 2; workers++)
        cr_expect_eq(on_loop(workers, loses_no_request, VALUE(workers)), 0);
    ASSERT_NOTHING_WRONG();
}
