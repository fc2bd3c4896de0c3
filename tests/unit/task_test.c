/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks: starting, ending, and being cancelled wherever a coroutine can wait. */
#include "quintet_criterion.h"

#include "runtime_support.h"

#include "contract/ctx.h"

#include <poll.h>
#include <sys/socket.h>

TestSuite(task, .timeout = 30);

/* ---- a body that waits for ever, in one of many places ---- */

struct spot {
    const struct place *place;
    struct coro_task task, inner;
    struct trace trace, inner_trace, child_trace;
    struct future plain;
    int pair[2];
    struct seat seats[2];
    bool cancels_itself;
    _Atomic bool waits; /* about to */
};

struct place {
    const char *name;
    int (*wait)(struct coro *self, struct spot *s);
    int cancels; /* what it awaits: 1 the plain future, 2 the inner task */
};

enum { NOTHING, PLAIN, INNER };

static int in_sleep(struct coro *self, struct spot *s)
{
    (void)s;
    return coro_sleep_until(self, CORO_NEVER);
}

static int in_yield(struct coro *self, struct spot *s)
{
    int err;
    (void)s;
    while ((err = coro_yield(self)) == 0)
        ;
    return err;
}

static int in_await_plain(struct coro *self, struct spot *s)
{
    return future_await(self, &s->plain, NULL);
}

static int in_await_task(struct coro *self, struct spot *s)
{
    return future_await(self, &s->inner.future, NULL);
}

static int in_await_until(struct coro *self, struct spot *s)
{
    return future_await_until(self, &s->inner.future, CORO_NEVER, NULL);
}

static int in_result(struct coro *self, struct spot *s)
{
    (void)self;
    return future_result(&s->plain, FUTURE_FOREVER, NULL);
}

static int in_wait_for(struct coro *self, struct spot *s)
{
    return future_wait_for(self, &s->inner.future, FUTURE_FOREVER, NULL);
}

static int in_gather(struct coro *self, struct spot *s)
{
    struct future *both[2] = {&s->plain, &s->inner.future};
    struct future_callback nodes[2];
    return future_gather(self, both, nodes, 2, 0);
}

static int in_gather_all(struct coro *self, struct spot *s)
{
    struct future *both[2] = {&s->plain, &s->inner.future};
    struct future_callback nodes[2];
    return future_gather(self, both, nodes, 2, GATHER_ALL);
}

static int in_as_completed(struct coro *self, struct spot *s)
{
    struct future *both[2] = {&s->plain, &s->inner.future};
    struct future_callback nodes[2];
    struct as_completed it;
    int err;
    as_completed_init(&it, self, both, nodes, 2);
    EXPECT(as_completed_next(&it, CORO_NEVER, &err) == NULL);
    as_completed_fini(&it);
    return err;
}

static int in_recv(struct coro *self, struct spot *s)
{
    char c;
    return (int)coro_recv(self, s->pair[0], &c, 1, 0, CORO_NEVER);
}

static int in_poll(struct coro *self, struct spot *s)
{
    return coro_poll(self, s->pair[0], POLLIN, CORO_NEVER);
}

static int scope_child(struct coro *self, void *arg)
{
    return sleeper(self, arg, NULL);
}

static int in_scope_join(struct coro *self, struct spot *s)
{
    struct scope scope;
    scope_init(&scope, self, 0);
    EXPECT(scope_spawn(&scope, scope_child, &s->child_trace) == 0);
    int err = scope_join(&scope);
    EXPECT(s->child_trace.begun == s->child_trace.ended); /* if it began, it has ended */
    return err;
}

static int in_seat(struct coro *self, struct spot *s)
{
    return ctx_handoff(coro_ctx(self), &s->seats[0], NULL);
}

/* The other takes the turn, and never gives it back. */
static int seat_taker(struct coro *self, void *arg, void **value)
{
    struct spot *s = arg;
    (void)value;
    int err = ctx_handoff(coro_ctx(self), &s->seats[1], NULL);
    return err;
}

static int in_handoff(struct coro *self, struct spot *s)
{
    struct coro_task other;
    bool asked = false;
    EXPECT(coro_task_start(&other, coro_loop(self), seat_taker, s) == 0);
    while (!s->seats[1].waiter) { /* until it waits there */
        if (coro_yield(self) == -ECANCELED)
            asked = true;
    }
    if (asked)
        future_cancel(&s->task.future);
    int err = ctx_handoff(coro_ctx(self), &s->seats[0], &s->seats[1]);
    EXPECT(future_await(self, &other.future, NULL) == 0); /* the turn was handed over all the same */
    future_fini(&other.future);
    return err;
}

static const struct place places[] = {
    {"sleep", in_sleep, NOTHING},
    {"yield", in_yield, NOTHING},
    {"await a future", in_await_plain, PLAIN},
    {"await a task", in_await_task, INNER},
    {"await until", in_await_until, NOTHING},
    {"future_result", in_result, NOTHING},
    {"wait for", in_wait_for, INNER},
    {"gather", in_gather, PLAIN | INNER},
    {"gather all", in_gather_all, PLAIN | INNER},
    {"as completed", in_as_completed, NOTHING},
    {"recv", in_recv, NOTHING},
    {"poll", in_poll, NOTHING},
    {"scope_join", in_scope_join, NOTHING},
    {"seat", in_seat, NOTHING},
    {"hand-over", in_handoff, NOTHING},
};
enum { PLACES = sizeof places / sizeof places[0] };

static int spot_body(struct coro *self, void *arg, void **value)
{
    struct spot *s = arg;
    (void)value;
    s->trace.begun++;
    s->trace.tid = (unsigned)gettid();
    EXPECT(coro_task_start(&s->inner, coro_loop(self), sleeper, &s->inner_trace) == 0);
    if (s->cancels_itself)
        EXPECT(future_cancel(&s->task.future));
    s->waits = true;
    s->trace.told = s->place->wait(self, s);
    EXPECT(coro_yield(self) == 0); /* one request, told once */
    EXPECT(future_cancelled(&s->plain) == !!(s->place->cancels & PLAIN));
    if (s->place->cancels & INNER) {
        EXPECT(future_cancelled(&s->inner.future));
        EXPECT(s->inner_trace.begun == s->inner_trace.ended);
    } else {
        EXPECT(!future_done(&s->inner.future));
        future_cancel(&s->inner.future);
        EXPECT(future_await(self, &s->inner.future, NULL) == -ECANCELED);
    }
    future_fini(&s->inner.future);
    future_cancel(&s->plain);
    future_fini(&s->plain);
    s->trace.ended++;
    return s->trace.told;
}

static void spot_open(struct spot *s, const struct place *place)
{
    *s = (struct spot){.place = place};
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s->pair) == 0);
    future_init(&s->plain, NULL);
}

static void spot_close(struct spot *s)
{
    future_fini(&s->task.future);
    close(s->pair[0]);
    close(s->pair[1]);
}

#define EXPECT_AT(s, condition)                                                                                        \
    do {                                                                                                               \
        if (!(condition) && atomic_fetch_add(&wrong, 1) == 0)                                                          \
            snprintf(wrong_where, sizeof wrong_where, "line %d: in %s: %s", __LINE__, (s)->place->name, #condition);   \
    } while (0)

enum by { BY_COROUTINE, BY_THREAD, BY_ITSELF, BY_TWO };

static void *cancel_in_thread(void *arg)
{
    struct spot *s = arg;
    EXPECT_AT(s, future_cancel(&s->task.future));
    return NULL;
}

/* The task waits on `worker`; this coroutine on the first. */
static void cancel_at(struct coro *self, const struct place *place, unsigned worker, enum by by, bool at_once)
{
    struct spot s;
    pthread_t thread;
    spot_open(&s, place);
    s.cancels_itself = by == BY_ITSELF;
    EXPECT(coro_task_start_on(&s.task, coro_loop(self), worker, spot_body, &s) == 0);
    while (!at_once && !s.waits)
        EXPECT(coro_yield(self) == 0);
    for (int i = 0; i < 3 && !at_once; i++)
        let_others_run(self);
    if (by == BY_COROUTINE || by == BY_TWO)
        EXPECT_AT(&s, future_cancel(&s.task.future));
    if (by == BY_TWO)
        EXPECT_AT(&s, future_cancel(&s.task.future) || future_done(&s.task.future)); /* merged into the first */
    if (by == BY_THREAD) {
        pthread_create(&thread, NULL, cancel_in_thread, &s);
        pthread_join(thread, NULL);
    }
    EXPECT_AT(&s, future_await(self, &s.task.future, NULL) == -ECANCELED);
    EXPECT_AT(&s, future_cancelled(&s.task.future));
    EXPECT_AT(&s, !future_cancel(&s.task.future));
    if (at_once && worker == 0 && (by == BY_COROUTINE || by == BY_TWO)) {
        EXPECT_AT(&s, s.trace.begun == 0);
    } else if (s.trace.begun) {
        EXPECT_AT(&s, s.trace.told == -ECANCELED);
        EXPECT_AT(&s, s.trace.ended == 1);
        EXPECT_AT(&s, (s.trace.tid == (unsigned)gettid()) == (worker == 0));
    }
    spot_close(&s);
}

static int cancel_everywhere(struct coro *self, void *arg, void **value)
{
    unsigned workers = (unsigned)NUMBER(arg);
    (void)value;
    for (unsigned worker = 0; worker < workers; worker++)
        for (int at_once = 0; at_once < 2; at_once++)
            for (int by = BY_COROUTINE; by <= BY_TWO; by++)
                for (int i = 0; i < PLACES; i++)
                    cancel_at(self, &places[i], worker, (enum by)by, at_once);
    return 0;
}

Test(task, cancelled_in_every_place_on_one_worker)
{
    cr_expect_eq(on_loop(1, cancel_everywhere, VALUE(1)), 0);
    ASSERT_NOTHING_WRONG();
}

Test(task, cancelled_in_every_place_on_another_worker)
{
    cr_expect_eq(on_loop(3, cancel_everywhere, VALUE(3)), 0);
    ASSERT_NOTHING_WRONG();
}

/* ---- a task's outcome is its body's alone ---- */

static int sleeps_a_little(struct coro *self, void *arg, void **value)
{
    *value = arg;
    return coro_sleep(self, 1000000);
}

static int outsider(struct coro *self, void *arg, void **value)
{
    struct coro_task task;
    void *result = NULL;
    (void)arg, (void)value;
    EXPECT(coro_task_start(&task, coro_loop(self), sleeps_a_little, &task) == 0);
    EXPECT(coro_yield(self) == 0);
    EXPECT(future_set_result(&task.future, NULL) == -EPERM);
    EXPECT(future_set_exception(&task.future, -EIO) == -EPERM);
    EXPECT(future_await(self, &task.future, &result) == 0 && result == &task);
    future_fini(&task.future);
    return 0;
}

Test(task, nobody_else_completes_it)
{
    cr_expect_eq(on_loop(1, outsider, NULL), 0);
    ASSERT_NOTHING_WRONG();
}
