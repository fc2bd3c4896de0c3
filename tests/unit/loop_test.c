/* SPDX-License-Identifier: Apache-2.0 */
/* The loop: running, posting, closing, and who may do it. */
#include "quintet_criterion.h"

#include "runtime_support.h"

#include <signal.h>
#include <sys/socket.h>

TestSuite(loop, .timeout = 30);

static int returns_arg(struct coro *self, void *arg, void **value)
{
    (void)self;
    *value = arg;
    return 0;
}

Test(loop, config_out_of_range)
{
    static const struct loop_config bad[] = {
        {.workers = 65}, {.workers = UINT32_MAX},    {.backend = 3},
        {.backend = 99}, {.stack_bytes = (2 << 20)}, {.stack_bytes = SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct loop *loop = (struct loop *)8;
        cr_expect_eq(loop_create(&loop, &bad[i]), -EINVAL, "row %zu", i);
        cr_expect_null(loop);
    }
    struct loop *loop;
    cr_assert_eq(loop_create(&loop, NULL), 0);
    struct coro_task task;
    cr_expect_eq(coro_task_start_on(&task, loop, 1, returns_arg, NULL), -EINVAL);
    cr_expect_eq(coro_task_start_on(&task, loop, UINT32_MAX, returns_arg, NULL), -EINVAL);
    cr_expect_eq(coro_task_start_sized(&task, loop, SIZE_MAX, returns_arg, NULL), -EINVAL);
    cr_expect_eq(loop_close(loop), 0);
}

Test(loop, what_it_says_of_itself)
{
    struct loop *loop = test_loop(3);
    char text[512] = "";
    loop_describe(loop, text, sizeof text);
    cr_expect(strstr(text, "3 workers;"), "%s", text);
    cr_expect(strstr(text, rig_is_epoll() ? "epoll" : "io_uring"), "%s", text);
    cr_expect(!strstr(text, rig_is_epoll() ? "io_uring" : "epoll"), "%s", text);
    char small[8];
    memset(small, 'x', sizeof small);
    loop_describe(loop, small, sizeof small);
    cr_expect_null(memchr(small, 'x', sizeof small), "cut off, with a zero byte");
    cr_expect_eq(loop_close(loop), 0);
}

/* ---- run, freeze, go on ---- */

struct counter {
    struct coro_task task;
    _Atomic unsigned count;
};

static int count_up(struct coro *self, void *arg, void **value)
{
    struct counter *c = arg;
    (void)value;
    while (coro_sleep(self, 100000) == 0)
        c->count++;
    return -ECANCELED;
}

static int naps(struct coro *self, void *arg, void **value)
{
    (void)value;
    return coro_sleep(self, NUMBER(arg) * MS);
}

Test(loop, others_freeze_and_go_on)
{
    struct loop *loop = test_loop(1);
    struct counter c = {.count = 0};
    void *value = NULL;
    cr_assert_eq(coro_task_start(&c.task, loop, count_up, &c), 0);
    cr_expect_eq(c.count, 0u, "not before it runs");
    cr_expect_eq(loop_run(loop, naps, VALUE(10), NULL), 0);
    unsigned frozen = c.count;
    cr_expect_gt(frozen, 0u);
    thread_sleep(10 * MS);
    cr_expect_eq(c.count, frozen);
    cr_expect_eq(loop_run(loop, returns_arg, VALUE(3), &value), 0);
    cr_expect_eq(value, VALUE(3));
    cr_expect_eq(loop_run(loop, naps, VALUE(10), NULL), 0);
    cr_expect_gt(c.count, frozen);
    cr_expect(!future_done(&c.task.future));
    cr_expect(future_cancel(&c.task.future));
    cr_expect_eq(loop_run_until_complete(loop, &c.task.future), 0);
    cr_expect_eq(loop_run_until_complete(loop, &c.task.future), 0, "done already");
    cr_expect(future_cancelled(&c.task.future));
    future_fini(&c.task.future);
    cr_expect_eq(loop_close(loop), 0);
}

/* ---- posting ---- */

enum { POSTS = 1000 };

struct posted {
    struct mail mail; /* first */
    unsigned number;
};

static struct posted posted[POSTS];
static _Atomic unsigned posts_delivered, posts_tid;
static struct future posts_done;

static void deliver(struct mail *mail, struct worker *at)
{
    (void)at;
    EXPECT(((struct posted *)mail)->number == posts_delivered);
    EXPECT((unsigned)gettid() == posts_tid);
    if (++posts_delivered == POSTS)
        future_set_result(&posts_done, NULL);
}

static void *post_all(void *arg)
{
    for (unsigned i = 0; i < POSTS; i++) {
        posted[i] = (struct posted){.mail.deliver = deliver, .number = i};
        loop_post(arg, &posted[i].mail);
    }
    return NULL;
}

Test(loop, posts_arrive_in_order_on_its_thread)
{
    struct loop *loop = test_loop(2);
    pthread_t thread;
    posts_tid = (unsigned)gettid();
    future_init(&posts_done, NULL);
    pthread_create(&thread, NULL, post_all, loop);
    cr_expect_eq(loop_run_until_complete(loop, &posts_done), 0);
    pthread_join(thread, NULL);
    cr_expect_eq(posts_delivered, (unsigned)POSTS);
    posts_delivered = 0;
    future_init(&posts_done, NULL);
    post_all(loop); /* by its own thread, while it does not run */
    cr_expect_eq(posts_delivered, 0u);
    cr_expect_eq(loop_run_until_complete(loop, &posts_done), 0);
    cr_expect_eq(loop_close(loop), 0);
    ASSERT_NOTHING_WRONG();
}

/* ---- who may run and close it ---- */

static int runs_again(struct coro *self, void *arg, void **value)
{
    struct loop *other = arg;
    struct future f;
    (void)value;
    future_init(&f, NULL);
    EXPECT(loop_run(coro_loop(self), returns_arg, NULL, NULL) == -EBUSY);
    EXPECT(loop_run_until_complete(coro_loop(self), &f) == -EBUSY);
    EXPECT(loop_close(coro_loop(self)) == -EBUSY);
    EXPECT(loop_run(other, returns_arg, NULL, NULL) == -EBUSY); /* nor one in another */
    EXPECT(loop_close(other) == -EBUSY);
    return 0;
}

static void *run_elsewhere(void *arg)
{
    struct future f;
    struct coro_task task;
    future_init(&f, NULL);
    EXPECT(loop_run(arg, returns_arg, NULL, NULL) == -EPERM);
    EXPECT(loop_run_until_complete(arg, &f) == -EPERM);
    EXPECT(loop_close(arg) == -EPERM);
    EXPECT(coro_task_start_sized(&task, arg, 1 << 20, returns_arg, NULL) == -EPERM);
    return NULL;
}

Test(loop, one_thread_and_one_run_at_a_time)
{
    struct loop *loop = test_loop(1), *other = test_loop(1);
    struct future f;
    pthread_t thread;
    cr_expect_eq(loop_run(loop, runs_again, other, NULL), 0);
    pthread_create(&thread, NULL, run_elsewhere, loop);
    pthread_join(thread, NULL);
    future_init(&f, other);
    cr_expect_eq(loop_run_until_complete(loop, &f), -EINVAL, "the other loop's");
    cr_expect_eq(loop_run(loop, returns_arg, NULL, NULL), 0, "it still works");
    cr_expect_eq(loop_close(other), 0);
    cr_expect_eq(loop_close(loop), 0);
    ASSERT_NOTHING_WRONG();
}

/* Two loops on one thread, closed in the order in which they were made: signal handling is as it was before. */
Test(loop, two_loops_leave_the_signal_stack_as_it_was)
{
    stack_t before, after;
    cr_assert_eq(sigaltstack(NULL, &before), 0);
    struct loop *first = test_loop(1), *second = test_loop(1);
    cr_expect_eq(loop_close(first), 0);
    cr_expect_eq(loop_close(second), 0);
    cr_assert_eq(sigaltstack(NULL, &after), 0);
    cr_expect_eq(before.ss_flags, after.ss_flags);
    cr_expect_eq(before.ss_sp, after.ss_sp);
}

/* ---- a future from one loop to another, on another thread, over another backend ---- */

struct far {
    struct loop_config config;
    struct future there, back;
    unsigned rounds;
};

static int answers(struct coro *self, void *arg, void **value)
{
    struct far *far = arg;
    for (unsigned i = 0; i < far->rounds; i++) {
        EXPECT(future_await(self, &far[i].there, value) == 0);
        EXPECT(future_set_result(&far[i].back, *value) == 0);
    }
    return 0;
}

static void *far_loop(void *arg)
{
    struct far *far = arg;
    struct loop *loop;
    EXPECT(loop_create(&loop, &far->config) == 0);
    EXPECT(loop_run(loop, answers, far, NULL) == 0);
    EXPECT(loop_close(loop) == 0);
    return NULL;
}

static int asks(struct coro *self, void *arg, void **value)
{
    struct far *far = arg;
    for (unsigned i = 0; i < far->rounds; i++) {
        if (i % 8 == 0)
            EXPECT(coro_sleep(self, 100000) == 0); /* so that the other side sleeps, and must be woken */
        EXPECT(future_set_result(&far[i].there, VALUE(i)) == 0);
        EXPECT(future_await(self, &far[i].back, value) == 0 && *value == VALUE(i));
    }
    return 0;
}

Test(loop, two_loops_of_different_kinds)
{
    enum { FAR = 400 };
    static struct far far[FAR];
    for (int kinds = 0; kinds < 4; kinds++) {
        pthread_t thread;
        struct loop *loop;
        struct loop_config config = {.backend = kinds & 1 ? CORO_BACKEND_EPOLL : CORO_BACKEND_URING};
        for (int i = 0; i < FAR; i++) {
            future_init(&far[i].there, NULL);
            future_init(&far[i].back, NULL);
        }
        far[0].rounds = FAR;
        far[0].config = (struct loop_config){.backend = kinds & 2 ? CORO_BACKEND_EPOLL : CORO_BACKEND_URING};
        cr_assert_eq(loop_create(&loop, &config), 0);
        pthread_create(&thread, NULL, far_loop, far);
        cr_expect_eq(loop_run(loop, asks, far, NULL), 0);
        pthread_join(thread, NULL);
        cr_expect_eq(loop_close(loop), 0);
    }
    ASSERT_NOTHING_WRONG();
}

/* ---- closing with somebody alive ---- */

static int cleans_up(struct coro *self, void *arg, void **value)
{
    struct trace *t = arg;
    int pair[2];
    char c = 0;
    (void)value;
    t->begun++;
    t->told = coro_sleep_until(self, CORO_NEVER);
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    EXPECT(coro_send(self, pair[0], "x", 1, 0, CORO_NEVER) == 1);
    EXPECT(coro_recv(self, pair[1], &c, 1, 0, CORO_NEVER) == 1 && c == 'x');
    EXPECT(coro_sleep(self, MS) == 0);
    EXPECT(coro_close(self, pair[0]) == 0 && coro_close(self, pair[1]) == 0);
    t->ended++;
    return t->told;
}

Test(loop, closing_cancels_what_is_alive_and_waits)
{
    for (unsigned workers = 1; workers <= 3; workers++)
        for (int run = 0; run < 2; run++) {
            struct loop *loop = test_loop(workers);
            enum { ALIVE = 9 };
            struct coro_task task[ALIVE];
            struct trace trace[ALIVE];
            for (unsigned i = 0; i < ALIVE; i++) {
                trace[i] = (struct trace){.begun = 0};
                cr_assert_eq(coro_task_start_on(&task[i], loop, i % workers, cleans_up, &trace[i]), 0);
            }
            if (run)
                cr_expect_eq(loop_run(loop, naps, VALUE(5), NULL), 0);
            cr_expect_eq(loop_close(loop), 0);
            for (unsigned i = 0; i < ALIVE; i++) {
                cr_expect(future_cancelled(&task[i].future));
                cr_expect_eq(trace[i].begun, trace[i].ended);
                if (run)
                    cr_expect_eq(trace[i].told, -ECANCELED);
                future_fini(&task[i].future);
            }
        }
    ASSERT_NOTHING_WRONG();
}

static _Atomic bool stubborn_may_end;

static int stubborn(struct coro *self, void *arg, void **value)
{
    struct trace *t = arg;
    (void)value;
    while (!stubborn_may_end)
        t->begun += coro_sleep(self, MS) == -ECANCELED;
    t->ended++;
    return 0;
}

Test(loop, closing_gives_up_in_time_and_may_be_tried_again)
{
    for (unsigned workers = 1; workers <= 2; workers++) {
        struct loop_config config = test_config(workers);
        struct loop *loop;
        struct coro_task task;
        struct trace trace = {.begun = 0};
        config.close_timeout_ns = 50 * MS;
        cr_assert_eq(loop_create(&loop, &config), 0);
        stubborn_may_end = false;
        cr_assert_eq(coro_task_start_on(&task, loop, workers - 1, stubborn, &trace), 0);
        uint64_t start = now_ns();
        cr_expect_eq(loop_close(loop), -ETIMEDOUT);
        uint64_t took = now_ns() - start;
        cr_expect(took >= 50 * MS && took < 5000 * MS, "%lu ms", (unsigned long)(took / MS));
        cr_expect_geq(trace.begun, 2u, "asked more than once");
        cr_expect_eq(loop_run(loop, returns_arg, NULL, NULL), 0, "it may still be run");
        cr_expect_eq(loop_close(loop), -ETIMEDOUT);
        stubborn_may_end = true;
        cr_expect_eq(loop_close(loop), 0);
        cr_expect_eq(trace.ended, 1u);
        cr_expect_eq(future_result(&task.future, 0, NULL), 0);
        future_fini(&task.future);
    }
}

/* ---- a task that another worker starts, cancels, or leaves behind ---- */

struct relay {
    struct coro_task task;
    unsigned hops;
    _Atomic unsigned ran, woken;
    struct future_callback node;
};

static void relay_woken(struct future *f, void *arg)
{
    (void)f;
    ((struct relay *)arg)->woken++;
}

enum { RELAYS = 200 };
static struct relay relays[RELAYS];

/* Start the next one on the next worker, and end. Whoever closes the loop meanwhile must not miss it. */
static int relay_on(struct coro *self, void *arg, void **value)
{
    struct relay *r = arg;
    (void)value;
    r->ran++;
    if (r + 1 < relays + RELAYS) {
        int err = coro_task_start_on(&r[1].task, coro_loop(self), (unsigned)(r + 1 - relays) % 3, relay_on, &r[1]);
        EXPECT(err == 0);
        future_add_done_callback(&r[1].task.future, &r[1].node, relay_woken, &r[1]);
    }
    return 0;
}

Test(loop, closing_misses_no_task_that_is_just_being_started, .timeout = 60)
{
    for (int round = 0; round < 300; round++) {
        struct loop *loop = test_loop(3);
        memset(relays, 0, sizeof relays);
        cr_assert_eq(coro_task_start_on(&relays[0].task, loop, 1, relay_on, &relays[0]), 0);
        cr_assert_eq(loop_close(loop), 0);
        for (int i = 0; i < RELAYS && (i == 0 || relays[i - 1].ran); i++) {
            cr_assert(future_done(&relays[i].task.future), "round %d, task %d", round, i);
            cr_assert_eq(relays[i].woken, i == 0 ? 0u : 1u, "round %d, task %d: its callback", round, i);
            future_fini(&relays[i].task.future);
        }
    }
    ASSERT_NOTHING_WRONG();
}
