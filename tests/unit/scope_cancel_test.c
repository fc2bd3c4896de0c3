/* SPDX-License-Identifier: Apache-2.0 */
/* Scopes whose parent or children are cancelled, or whose children fail: who hears of it, and that all have ended. */
#include "scope_brood.h"

TestSuite(scope_cancel, .timeout = 40);

/* ---- cancelling ---- */

static int cancel_before_and_after_they_begin(struct coro *self, void *arg, void **value)
{
    struct scope s;
    struct brood b;
    (void)arg, (void)value;
    for (unsigned local = 0; local < 2; local++) {
        unsigned flags = local ? SCOPE_LOCAL : 0;
        brood_begin(&b, &s, self, flags);
        for (int i = 0; i < 50; i++)
            EXPECT(scope_spawn(&s, sleeps, &b) == 0);
        scope_cancel(&s);
        scope_cancel(&s);
        EXPECT(scope_join(&s) == 0);
        brood_check(&b);
        EXPECT(b.cancelled == b.begun); /* begun by others meanwhile, or not at all */

        brood_begin(&b, &s, self, flags);
        for (int i = 0; i < 50; i++)
            EXPECT(scope_spawn(&s, sleeps, &b) == 0);
        while (b.begun < 50)
            let_others_run(self);
        for (int i = 0; i < 50; i++)
            EXPECT(scope_spawn(&s, counts, &b) == 0);
        scope_cancel(&s);
        EXPECT(scope_join(&s) == 0);
        brood_check(&b);
        EXPECT(b.cancelled == 50);
    }
    return 0;
}

/* A parent that is cancelled in scope_join(), or was before. */
struct parent {
    struct coro_task task;
    struct brood brood;
    bool itself;
    unsigned flags;
};

static int joins(struct coro *self, void *arg, void **value)
{
    struct parent *p = arg;
    struct scope s;
    (void)value;
    brood_begin(&p->brood, &s, self, p->flags);
    for (int i = 0; i < 20; i++)
        EXPECT(scope_spawn(&s, sleeps, &p->brood) == 0);
    if (p->itself)
        EXPECT(future_cancel(&p->task.future));
    int err = scope_join(&s);
    brood_check(&p->brood);
    EXPECT(coro_yield(self) == 0);
    return err;
}

static int cancel_the_parent(struct coro *self, void *arg, void **value)
{
    (void)arg, (void)value;
    for (int i = 0; i < 8; i++) {
        struct parent p = {.itself = i & 1, .flags = (unsigned)i >> 1};
        EXPECT(coro_task_start(&p.task, coro_loop(self), joins, &p) == 0);
        while (!p.itself && p.brood.begun < 20)
            let_others_run(self);
        EXPECT(future_cancel(&p.task.future));
        EXPECT(future_await(self, &p.task.future, NULL) == -ECANCELED);
        EXPECT(p.brood.cancelled == p.brood.begun);
        future_fini(&p.task.future);
    }
    return 0;
}

/* A child fails because it is cancelled, along with its parent: the failure is reported, and the request comes next. */
static int fails_when_cancelled(struct coro *self, void *arg)
{
    struct brood *b = arg;
    child_begins(b);
    int err = coro_sleep_until(self, CORO_NEVER);
    return child_ends(b, err ? b->failure : 0);
}

static int joins_and_goes_on(struct coro *self, void *arg, void **value)
{
    struct parent *p = arg;
    struct scope s;
    (void)value;
    brood_begin(&p->brood, &s, self, p->flags);
    EXPECT(scope_spawn(&s, fails_when_cancelled, &p->brood) == 0);
    EXPECT(scope_join(&s) == -EBADF);
    EXPECT(coro_sleep(self, 5000 * MS) == -ECANCELED);
    EXPECT(coro_yield(self) == 0);
    return 0;
}

static int cancel_a_parent_whose_child_fails(struct coro *self, void *arg, void **value)
{
    (void)arg, (void)value;
    for (unsigned flags = 0; flags < 4; flags++) {
        struct parent p = {.flags = flags};
        EXPECT(coro_task_start(&p.task, coro_loop(self), joins_and_goes_on, &p) == 0);
        while (p.brood.begun < 1)
            let_others_run(self);
        EXPECT(future_cancel(&p.task.future));
        EXPECT(future_await(self, &p.task.future, NULL) == 0);
        future_fini(&p.task.future);
    }
    return 0;
}

/* ---- failing ---- */

static int first_failure(struct coro *self, void *arg, void **value)
{
    struct scope s;
    struct brood b;
    (void)arg, (void)value;
    brood_begin(&b, &s, self, 0); /* the others go on */
    for (int i = 0; i < 10; i++)
        EXPECT(scope_spawn(&s, i == 3 ? fails : sleeps_a_little, &b) == 0);
    EXPECT(scope_join(&s) == -EBADF);
    brood_check(&b);
    EXPECT(b.begun == 10 && b.cancelled == 0);
    EXPECT(scope_spawn(&s, counts, &b) == 0 && scope_join(&s) == 0); /* forgotten with the join */

    brood_begin(&b, &s, self, SCOPE_FAIL_FAST); /* the others are cancelled, and the parent's wait */
    for (int i = 0; i < 10; i++)
        EXPECT(scope_spawn(&s, i == 3 ? fails : sleeps, &b) == 0);
    EXPECT(coro_sleep_until(self, CORO_NEVER) == -ECANCELED);
    EXPECT(scope_spawn(&s, counts, &b) == -ECANCELED);
    EXPECT(scope_join(&s) == -EBADF);
    brood_check(&b);
    EXPECT(b.cancelled == b.begun - 1 && coro_yield(self) == 0);

    brood_begin(&b, &s, self, SCOPE_FAIL_FAST); /* at the join: that is no cancellation of the parent */
    for (int i = 0; i < 10; i++)
        EXPECT(scope_spawn(&s, i == 3 ? fails : sleeps, &b) == 0);
    EXPECT(scope_join(&s) == -EBADF);
    brood_check(&b);
    EXPECT(coro_yield(self) == 0);

    brood_begin(&b, &s, self, SCOPE_FAIL_FAST); /* told to the parent, which goes on without waiting */
    EXPECT(scope_spawn(&s, fails, &b) == 0);
    unsigned told = 0;
    while (b.ended == 0)
        told += coro_sleep(self, MS) == -ECANCELED;
    EXPECT(told <= 1);
    EXPECT(scope_join(&s) == -EBADF && coro_yield(self) == 0);
    return 0;
}

/* ---- two scopes that cancel one parent: each takes back its own request only ---- */

static int fails_after_ms(struct coro *self, void *ms)
{
    int err = coro_sleep(self, (uintptr_t)ms * 1000000u);
    return err ? err : -EBADF;
}

/* Ends late, whatever it is told: so the parent is still in the inner join when the outer child fails. */
static int lingers(struct coro *self, void *arg)
{
    (void)arg;
    for (int i = 0; i < 40; i++)
        coro_sleep(self, 1000000);
    return 0;
}

static int parent_of_two(struct coro *self, void *arg, void **value)
{
    struct scope outer, inner;
    (void)arg, (void)value;
    scope_init(&outer, self, SCOPE_FAIL_FAST);
    scope_init(&inner, self, SCOPE_FAIL_FAST);
    EXPECT(scope_spawn(&outer, fails_after_ms, (void *)20) == 0);
    EXPECT(scope_spawn(&inner, fails_after_ms, (void *)5) == 0);
    EXPECT(scope_spawn(&inner, lingers, NULL) == 0);
    EXPECT(coro_sleep(self, 10000000000) == -ECANCELED); /* the inner child failed */
    EXPECT(scope_join(&inner) == -EBADF);
    EXPECT(coro_sleep(self, 10000000000) == -ECANCELED); /* the outer one has, meanwhile */
    EXPECT(scope_join(&outer) == -EBADF);
    EXPECT(coro_yield(self) == 0);
    return 0;
}

Test(scope_cancel, each_takes_back_its_own_cancellation)
{
    cr_expect_eq(on_loop(1, parent_of_two, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

/* ---- the same on one to three workers ---- */

Test(scope_cancel, cancelled_before_and_after_they_begin)
{
    on_loops(1, cancel_before_and_after_they_begin);
}

Test(scope_cancel, cancelling_the_parent_cancels_the_children)
{
    on_loops(1, cancel_the_parent);
}

Test(scope_cancel, a_failure_does_not_swallow_the_parents_cancellation)
{
    on_loops(1, cancel_a_parent_whose_child_fails);
}

Test(scope_cancel, the_first_failure)
{
    on_loops(1, first_failure);
}
