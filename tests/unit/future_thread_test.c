/* SPDX-License-Identifier: Apache-2.0 */
/* Futures that threads and coroutines wait for, and set at once. */
#include "quintet_criterion.h"

#include "runtime_support.h"

TestSuite(future_thread, .timeout = 20);

/* ---- threads ---- */

struct setter {
    struct future *f;
    uint64_t after_ns;
    pthread_t thread;
};

static void *set_later(void *arg)
{
    struct setter *s = arg;
    thread_sleep(s->after_ns);
    EXPECT(future_set_result(s->f, VALUE(11)) == 0);
    return NULL;
}

static void *wait_for_it(void *arg)
{
    void *value = NULL;
    EXPECT(future_result(arg, FUTURE_FOREVER, &value) == 0);
    EXPECT(value == VALUE(11));
    return NULL;
}

Test(future_thread, threads_wait_with_and_without_timeout)
{
    struct future f;
    pthread_t waiters[4];
    void *value = NULL;
    future_init(&f, NULL);
    struct setter setter = {.f = &f, .after_ns = 60 * MS};
    uint64_t start = now_ns();
    cr_expect_eq(future_result(&f, 0, &value), -ETIMEDOUT);
    cr_expect_eq(future_result(&f, 5 * MS, &value), -ETIMEDOUT);
    cr_expect_geq(now_ns() - start, 5 * MS, "not before its time");
    cr_expect(!future_done(&f));
    for (int i = 0; i < 4; i++)
        pthread_create(&waiters[i], NULL, wait_for_it, &f);
    pthread_create(&setter.thread, NULL, set_later, &setter);
    cr_expect_eq(future_result(&f, 10000 * MS, &value), 0);
    cr_expect_eq(value, VALUE(11));
    for (int i = 0; i < 4; i++)
        pthread_join(waiters[i], NULL);
    pthread_join(setter.thread, NULL);
    future_fini(&f);
    ASSERT_NOTHING_WRONG();
}

/* A coroutine that waits by future_result() lets the others run, and gets what a foreign thread sets. */
static _Atomic unsigned ticks;

static int ticker(struct coro *self, void *arg, void **value)
{
    (void)arg, (void)value;
    while (coro_sleep(self, MS) == 0)
        ticks++;
    return -ECANCELED;
}

static int result_in_coroutine(struct coro *self, void *arg, void **value)
{
    struct setter *s = arg;
    struct coro_task other;
    EXPECT(coro_task_start(&other, coro_loop(self), ticker, NULL) == 0);
    pthread_create(&s->thread, NULL, set_later, s);
    EXPECT(future_result(s->f, 0, value) == -ETIMEDOUT);
    EXPECT(future_result(s->f, 2 * MS, value) == -ETIMEDOUT);
    EXPECT(future_result(s->f, FUTURE_FOREVER, value) == 0);
    EXPECT(*value == VALUE(11) && ticks > 0);
    EXPECT(future_cancel(&other.future));
    EXPECT(future_result(&other.future, FUTURE_FOREVER, NULL) == -ECANCELED);
    future_fini(&other.future);
    pthread_join(s->thread, NULL);
    return 0;
}

Test(future_thread, a_coroutine_waits_by_future_result)
{
    struct future f;
    future_init(&f, NULL);
    struct setter setter = {.f = &f, .after_ns = 50 * MS};
    cr_expect_eq(on_loop(1, result_in_coroutine, &setter), 0);
    future_fini(&f);
    ASSERT_NOTHING_WRONG();
}

/* Looking is not waiting: it takes nobody's cancellation away. */
static int look_only(struct coro *self, void *arg, void **value)
{
    struct future f;
    struct coro_task *me = arg;
    (void)value;
    future_init(&f, NULL);
    EXPECT(future_cancel(&me->future));
    EXPECT(future_result(&f, 0, NULL) == -ETIMEDOUT);
    EXPECT(coro_yield(self) == -ECANCELED);
    EXPECT(future_set_result(&f, NULL) == 0);
    future_fini(&f);
    return 0;
}

Test(future_thread, looking_takes_no_cancellation)
{
    struct loop *loop = test_loop(1);
    struct coro_task task;
    cr_assert_eq(coro_task_start(&task, loop, look_only, &task), 0);
    cr_assert_eq(loop_run_until_complete(loop, &task.future), 0);
    cr_expect_eq(future_result(&task.future, 0, NULL), 0);
    future_fini(&task.future);
    cr_expect_eq(loop_close(loop), 0);
    ASSERT_NOTHING_WRONG();
}

/* One of several setters wins, and what it set stays. */
enum { RACERS = 4, ROUNDS = 3000, FAILURE = -71 };
static struct future race_future;
static _Atomic unsigned race_round, race_arrived, race_won, race_called;

static void race_count(struct future *f, void *arg)
{
    (void)f, (void)arg;
    race_called++;
}

static void *racer(void *arg)
{
    uintptr_t me = NUMBER(arg);
    for (unsigned round = 1; round <= ROUNDS; round++) {
        struct future_callback node;
        while (atomic_load(&race_round) != round)
            sched_yield();
        future_add_done_callback(&race_future, &node, race_count, NULL);
        if (me == 0)
            future_cancel(&race_future); /* true also if it comes second to another cancellation */
        else
            race_won +=
                (me == 1 ? future_set_exception(&race_future, FAILURE) : future_set_result(&race_future, arg)) == 0;
        bool removed = future_remove_done_callback(&race_future, &node);
        EXPECT(!removed); /* by now somebody has completed it */
        EXPECT(future_done(&race_future));
        race_arrived++;
        while (atomic_load(&race_round) == round && atomic_load(&race_arrived) != 0)
            sched_yield(); /* node is on this stack: not before all were called */
    }
    return NULL;
}

Test(future_thread, one_setter_wins_and_every_callback_is_called_once)
{
    pthread_t threads[RACERS];
    for (uintptr_t i = 0; i < RACERS; i++)
        pthread_create(&threads[i], NULL, racer, VALUE(i));
    for (unsigned round = 1; round <= ROUNDS; round++) {
        future_init(&race_future, NULL);
        atomic_store(&race_won, 0);
        atomic_store(&race_called, 0);
        atomic_store(&race_arrived, 0);
        atomic_store(&race_round, round);
        while (atomic_load(&race_arrived) < RACERS)
            sched_yield();
        future_fini(&race_future);
        cr_assert_eq(atomic_load(&race_called), (unsigned)RACERS, "round %u", round);
        cr_assert_leq(atomic_load(&race_won), 1u);
        int err = future_result(&race_future, 0, NULL);
        cr_assert(err == 0 || err == FAILURE || err == -ECANCELED);
        cr_assert_eq(race_won, err == -ECANCELED ? 0u : 1u);
        atomic_store(&race_arrived, 0);
    }
    for (int i = 0; i < RACERS; i++)
        pthread_join(threads[i], NULL);
    ASSERT_NOTHING_WRONG();
}
