/* SPDX-License-Identifier: Apache-2.0 */
/* wait_for, gather, as_completed, and I/O under cancellation, against what asyncio (CPython 3.11, 3.12) documents. */
#include "quintet_criterion.h"

#include "runtime_support.h"

#include <sys/socket.h>

TestSuite(wait, .timeout = 20);

/* ---- wait_for ---- */

/* Fails with an exception of its own when it is cancelled. */
static int fails_when_cancelled(struct coro *self, void *arg, void **value)
{
    struct trace *t = arg;
    (void)value;
    t->begun++;
    t->told = coro_sleep_until(self, CORO_NEVER);
    t->ended++;
    return -EBADMSG;
}

static int fails_with_timedout(struct coro *self, void *arg, void **value)
{
    (void)arg, (void)value;
    return coro_yield(self) ? -EIO : -ETIMEDOUT;
}

static int quick(struct coro *self, void *arg, void **value)
{
    struct trace *t = arg;
    t->begun++;
    int err = coro_sleep(self, MS);
    *value = VALUE(8);
    t->ended++;
    return err;
}

struct waited {
    coro_task_fn *fn;
    uint64_t timeout_ns;
    int result;
    uintptr_t value;
    bool begins, cancelled;
};

static const struct waited waits[] = {
    {sleeper, 0, -ETIMEDOUT, 1, false, true}, /* before its first step */
    {sleeper, 5 * MS, -ETIMEDOUT, 1, true, true},
    {swallower, 5 * MS, 0, 7, true, false}, /* ended well all the same */
    {fails_when_cancelled, 5 * MS, -EBADMSG, 1, true, false},
    {quick, 10000 * MS, 0, 8, true, false},
    {quick, FUTURE_FOREVER, 0, 8, true, false},
    {fails_with_timedout, FUTURE_FOREVER, -ETIMEDOUT, 1, false, false},
};

static int wait_for_tasks(struct coro *self, void *arg, void **value)
{
    (void)arg, (void)value;
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        struct coro_task task;
        struct trace trace = {.begun = 0};
        void *got = VALUE(1);
        EXPECT(coro_task_start(&task, coro_loop(self), waits[i].fn, &trace) == 0);
        uint64_t start = now_ns();
        EXPECT(future_wait_for(self, &task.future, waits[i].timeout_ns, &got) == waits[i].result);
        if (waits[i].cancelled)
            EXPECT(now_ns() - start >= waits[i].timeout_ns); /* never early */
        EXPECT(NUMBER(got) == waits[i].value);
        EXPECT(future_done(&task.future));
        EXPECT(future_cancelled(&task.future) == waits[i].cancelled);
        EXPECT(trace.begun == (waits[i].begins ? 1 : 0) && trace.begun == trace.ended);
        EXPECT(coro_yield(self) == 0); /* the caller was not cancelled */
        got = VALUE(1);
        /* Once it is done, no timeout changes its outcome; a cancellation is one by now. */
        int result = waits[i].cancelled ? -ECANCELED : waits[i].result;
        EXPECT(future_wait_for(self, &task.future, 0, &got) == result && NUMBER(got) == waits[i].value);
        future_fini(&task.future);
    }
    return 0;
}

Test(wait, wait_for_tasks_of_all_kinds)
{
    cr_expect_eq(on_loop(1, wait_for_tasks, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

static void *finish_later(void *arg)
{
    thread_sleep(30 * MS);
    EXPECT(future_set_result(arg, VALUE(6)) == 0);
    return NULL;
}

static int wait_for_plain(struct coro *self, void *arg, void **value)
{
    struct future f;
    pthread_t thread;
    (void)arg;
    future_init(&f, NULL);
    EXPECT(future_wait_for(self, &f, 0, NULL) == -ETIMEDOUT && future_cancelled(&f));
    future_fini(&f);

    future_init(&f, NULL); /* an exception that looks like a cancellation is none */
    EXPECT(future_set_exception(&f, -ECANCELED) == 0);
    EXPECT(future_wait_for(self, &f, 0, NULL) == -ECANCELED);
    future_fini(&f);

    future_init(&f, NULL); /* it runs and cannot be stopped: its result, however late */
    EXPECT(future_set_running(&f) == 0);
    pthread_create(&thread, NULL, finish_later, &f);
    EXPECT(future_wait_for(self, &f, MS, value) == 0 && *value == VALUE(6));
    EXPECT(coro_yield(self) == 0);
    pthread_join(thread, NULL);
    future_fini(&f);

    future_init(&f, NULL); /* await_until lets it go on */
    EXPECT(future_await_until(self, &f, now_ns() + 2 * MS, NULL) == -ETIMEDOUT && !future_done(&f));
    EXPECT(future_await_until(self, &f, 0, NULL) == -ETIMEDOUT && !future_done(&f));
    EXPECT(future_set_result(&f, VALUE(2)) == 0);
    EXPECT(future_await_until(self, &f, 0, value) == 0 && *value == VALUE(2));
    future_fini(&f);
    return 0;
}

Test(wait, wait_for_futures_of_nobody)
{
    cr_expect_eq(on_loop(1, wait_for_plain, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

/* The caller is cancelled: before the timeout, and after it while the inner one cleans up. */
static int tidy_slowly(struct coro *self, void *arg, void **value)
{
    struct trace *t = arg;
    (void)value;
    t->begun++;
    t->told = coro_sleep_until(self, CORO_NEVER);
    while (coro_sleep(self, 10 * MS) == -ECANCELED) /* asked again: it is under way */
        ;
    t->ended++;
    return -ECANCELED;
}

struct outer {
    struct coro_task task, inner;
    struct trace trace;
    uint64_t timeout_ns;
};

static int waits_for_inner(struct coro *self, void *arg, void **value)
{
    struct outer *o = arg;
    int err = future_wait_for(self, &o->inner.future, o->timeout_ns, value);
    EXPECT(o->trace.begun == 1 && o->trace.ended == 1);
    EXPECT(coro_yield(self) == 0);
    return err;
}

static int cancel_the_waiter(struct coro *self, void *arg, void **value)
{
    static const uint64_t timeouts[] = {FUTURE_FOREVER, 1000 * MS, 5 * MS};
    (void)arg, (void)value;
    for (int i = 0; i < 3; i++) {
        struct outer o = {.timeout_ns = timeouts[i]};
        EXPECT(coro_task_start(&o.inner, coro_loop(self), tidy_slowly, &o.trace) == 0);
        EXPECT(coro_task_start(&o.task, coro_loop(self), waits_for_inner, &o) == 0);
        EXPECT(coro_sleep(self, 8 * MS) == 0);
        EXPECT(future_cancel(&o.task.future));
        EXPECT(future_await(self, &o.task.future, NULL) == -ECANCELED);
        EXPECT(future_cancelled(&o.task.future) && future_cancelled(&o.inner.future));
        future_fini(&o.task.future);
        future_fini(&o.inner.future);
    }
    return 0;
}

Test(wait, cancelled_during_wait_for)
{
    cr_expect_eq(on_loop(1, cancel_the_waiter, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

/* ---- gather ---- */

enum { GATHERED = 5 };

struct crowd {
    struct coro_task task[GATHERED];
    struct future *futures[GATHERED];
    struct future_callback nodes[GATHERED];
};

static void crowd_start(struct crowd *c, struct coro *self, const intptr_t numbers[GATHERED])
{
    for (int i = 0; i < GATHERED; i++) {
        EXPECT(coro_task_start(&c->task[i], coro_loop(self), number_body, (void *)numbers[i]) == 0);
        c->futures[i] = &c->task[i].future;
    }
}

static void crowd_end(struct crowd *c, struct coro *self)
{
    for (int i = 0; i < GATHERED; i++) {
        future_cancel(c->futures[i]);
        future_await(self, c->futures[i], NULL);
        future_fini(c->futures[i]);
    }
}

static int gathers(struct coro *self, void *arg, void **value)
{
    static const intptr_t well[GATHERED] = {9, 2, 5, 7, 1}, ill[GATHERED] = {60, -9, 70, -3, 1};
    struct crowd c;
    (void)arg;
    EXPECT(future_gather(self, NULL, NULL, 0, 0) == 0);
    EXPECT(future_gather(self, NULL, NULL, 0, GATHER_ALL) == 0);

    crowd_start(&c, self, well);
    EXPECT(future_gather(self, c.futures, c.nodes, GATHERED, 0) == 0);
    for (int i = 0; i < GATHERED; i++)
        EXPECT(future_result(c.futures[i], 0, value) == 0 && NUMBER(*value) == (uintptr_t)well[i]);
    EXPECT(future_gather(self, c.futures, c.nodes, GATHERED, 0) == 0); /* all done already */
    crowd_end(&c, self);

    crowd_start(&c, self, ill); /* the first failure in time; the others go on */
    EXPECT(future_gather(self, c.futures, c.nodes, GATHERED, 0) == -3);
    EXPECT(!future_done(c.futures[0]) && !future_done(c.futures[2]));
    EXPECT(future_gather(self, c.futures, c.nodes, GATHERED, GATHER_ALL) == 0); /* failures stay in the futures */
    EXPECT(future_exception(c.futures[0], 0) == 0 && future_exception(c.futures[1], 0) == -9);
    EXPECT(future_gather(self, c.futures, c.nodes, GATHERED, 0) == -9); /* done already: in order */
    crowd_end(&c, self);

    crowd_start(&c, self, well); /* a child's cancellation is a failure like any other */
    EXPECT(future_cancel(c.futures[0]));
    EXPECT(future_gather(self, c.futures, c.nodes, GATHERED, 0) == -ECANCELED);
    EXPECT(!future_done(c.futures[2]) && coro_yield(self) == 0);
    EXPECT(future_gather(self, c.futures, c.nodes, GATHERED, GATHER_ALL) == 0);
    struct future *twice[4] = {c.futures[1], c.futures[2], c.futures[1], c.futures[2]};
    EXPECT(future_gather(self, twice, c.nodes, 4, 0) == 0);
    crowd_end(&c, self);
    return 0;
}

Test(wait, gather)
{
    cr_expect_eq(on_loop(1, gathers, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

/* Cancelling the gatherer cancels all, and waits until they have ended; one of them declines, that changes nothing. */
struct gatherer {
    struct coro_task task, child[3];
    struct trace trace[3];
    unsigned flags;
};

static int gatherer_body(struct coro *self, void *arg, void **value)
{
    struct gatherer *g = arg;
    struct future *futures[3] = {&g->child[0].future, &g->child[1].future, &g->child[2].future};
    struct future_callback nodes[3];
    (void)value;
    int err = future_gather(self, futures, nodes, 3, g->flags);
    for (int i = 0; i < 3; i++)
        EXPECT(future_done(futures[i]) && g->trace[i].ended == 1);
    EXPECT(coro_yield(self) == 0);
    return err;
}

static int cancel_the_gatherer(struct coro *self, void *arg, void **value)
{
    static coro_task_fn *const bodies[3] = {sleeper, swallower, tidy_slowly};
    (void)arg, (void)value;
    for (unsigned flags = 0; flags <= GATHER_ALL; flags++) {
        struct gatherer g = {.flags = flags};
        for (int i = 0; i < 3; i++)
            EXPECT(coro_task_start(&g.child[i], coro_loop(self), bodies[i], &g.trace[i]) == 0);
        EXPECT(coro_task_start(&g.task, coro_loop(self), gatherer_body, &g) == 0);
        let_others_run(self);
        EXPECT(future_cancel(&g.task.future));
        EXPECT(future_await(self, &g.task.future, NULL) == -ECANCELED && future_cancelled(&g.task.future));
        EXPECT(future_exception(&g.child[1].future, 0) == 0);
        future_fini(&g.task.future);
        for (int i = 0; i < 3; i++)
            future_fini(&g.child[i].future);
    }
    return 0;
}

Test(wait, cancelled_during_gather)
{
    cr_expect_eq(on_loop(1, cancel_the_gatherer, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

/* ---- as completed ---- */

static int as_they_complete(struct coro *self, void *arg, void **value)
{
    static const intptr_t numbers[GATHERED] = {33, 3, -22, 43, 12};
    static const intptr_t in_time[GATHERED] = {3, 12, -22, 33, 43};
    struct crowd c;
    struct as_completed it;
    struct future *f;
    int err = 1;
    (void)arg, (void)value;
    as_completed_init(&it, self, NULL, NULL, 0);
    EXPECT(!as_completed_next(&it, CORO_NEVER, &err) && err == 0);
    as_completed_fini(&it);

    crowd_start(&c, self, numbers);
    as_completed_init(&it, self, c.futures, c.nodes, GATHERED);
    EXPECT(!as_completed_next(&it, now_ns() + MS, &err) && err == -ETIMEDOUT);
    EXPECT(!as_completed_next(&it, 1, &err) && err == -ETIMEDOUT);
    for (int i = 0; i < GATHERED; i++) {
        f = as_completed_next(&it, CORO_NEVER, &err);
        EXPECT(f && err == 0 && future_done(f));
        EXPECT(f && ((struct coro_task *)f)->arg == (void *)in_time[i]);
        if (f) { /* given is given: its memory may be somebody else's from now on */
            future_fini(f);
            memset(f, 0xff, sizeof(struct coro_task));
        }
    }
    EXPECT(!as_completed_next(&it, CORO_NEVER, &err) && err == 0);
    as_completed_fini(&it);

    crowd_start(&c, self, numbers); /* leave early: the others go on */
    as_completed_init(&it, self, c.futures, c.nodes, GATHERED);
    f = as_completed_next(&it, CORO_NEVER, &err);
    EXPECT(f == c.futures[1]);
    as_completed_fini(&it);
    memset(c.nodes, 0xff, sizeof c.nodes);
    EXPECT(future_await(self, c.futures[3], NULL) == 0);
    crowd_end(&c, self);

    crowd_start(&c, self, numbers); /* duplicates are given as often as they were named */
    struct future *twice[3] = {c.futures[1], c.futures[1], c.futures[1]};
    as_completed_init(&it, self, twice, c.nodes, 3);
    for (int i = 0; i < 3; i++)
        EXPECT(as_completed_next(&it, CORO_NEVER, &err) == c.futures[1]);
    EXPECT(!as_completed_next(&it, CORO_NEVER, &err));
    as_completed_fini(&it);
    as_completed_init(&it, self, twice, c.nodes, 3); /* all done before */
    for (int i = 0; i < 3; i++)
        EXPECT(as_completed_next(&it, 1, &err) == c.futures[1]);
    as_completed_fini(&it);
    crowd_end(&c, self);
    return 0;
}

Test(wait, as_completed)
{
    cr_expect_eq(on_loop(1, as_they_complete, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

/* ---- a cancellation loses no data ---- */

enum { MESSAGES = 400 };

struct pipe_end {
    int fd;
    _Atomic uint64_t received;
    _Atomic unsigned cancelled;
};

static int receive_one(struct coro *self, void *arg, void **value)
{
    struct pipe_end *end = arg;
    unsigned char byte;
    (void)value;
    ssize_t got = coro_recv(self, end->fd, &byte, 1, 0, CORO_NEVER);
    end->received += got == 1 ? byte : 0;
    end->cancelled += got == -ECANCELED;
    EXPECT(got == 1 || got == -ECANCELED);
    return got < 0 ? (int)got : 0;
}

static int cancel_or_receive(struct coro *self, void *arg, void **value)
{
    struct pipe_end end = {.received = 0};
    int pair[2];
    uint32_t seed = 12345;
    uint64_t sent = 0;
    (void)arg, (void)value;
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    end.fd = pair[0];
    for (unsigned i = 0; i < MESSAGES; i++) {
        struct coro_task task;
        unsigned char byte = (unsigned char)(next_random(&seed) | 1);
        uint32_t r = next_random(&seed);
        EXPECT(coro_task_start(&task, coro_loop(self), receive_one, &end) == 0);
        for (unsigned k = r % 4; k > 0; k--)
            coro_yield(self);
        if (r >> 8 & 1) { /* the byte is there first, and whoever waits for it has not run since */
            EXPECT(write(pair[1], &byte, 1) == 1);
            future_cancel(&task.future);
        } else {
            future_cancel(&task.future);
            if (r >> 9 & 1) /* at the same time, or after it */
                EXPECT(coro_sleep(self, 1000) == 0);
            EXPECT(write(pair[1], &byte, 1) == 1);
        }
        sent += byte;
        future_await(self, &task.future, NULL);
        future_fini(&task.future);
    }
    EXPECT(shutdown(pair[1], SHUT_WR) == 0);
    for (unsigned char byte; read(pair[0], &byte, 1) == 1;)
        end.received += byte;
    EXPECT(end.received == sent);
    EXPECT(end.cancelled > 0);
    close(pair[0]);
    close(pair[1]);
    return 0;
}

Test(wait, cancellation_loses_no_completed_io)
{
    cr_expect_eq(on_loop(1, cancel_or_receive, NULL), 0);
    ASSERT_NOTHING_WRONG();
}
