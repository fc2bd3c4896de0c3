/* SPDX-License-Identifier: Apache-2.0 */
/* Scopes: children end before their parent goes on, whoever carries them out and however they end. */
#include "scope_brood.h"

#include "strategies/coroutine/deque.h"

TestSuite(scope, .timeout = 40);

enum { MANY = MANY_OR_FEW(100000, 300) };

/* ---- plainly ---- */

static int children_end_first(struct coro *self, void *arg, void **value)
{
    static coro_fn *const kinds[] = {counts, yields, sleeps_a_little};
    struct scope s;
    struct brood b;
    (void)arg, (void)value;
    for (unsigned flags = 0; flags < 4; flags++) {
        brood_begin(&b, &s, self, flags);
        EXPECT(scope_join(&s) == 0);              /* without children */
        for (int round = 0; round < 3; round++) { /* and it may be used again */
            for (int i = 0; i < 60; i++)
                EXPECT(scope_spawn(&s, kinds[i % 3], &b) == 0);
            EXPECT(scope_join(&s) == 0);
            brood_check(&b);
            EXPECT(b.begun == 60u * (unsigned)(round + 1));
        }
        if (flags & SCOPE_LOCAL)
            EXPECT(b.elsewhere == 0);
    }
    return 0;
}

static int spawns_very_many(struct coro *self, void *arg, void **value)
{
    struct scope s;
    struct brood b;
    (void)arg, (void)value;
    brood_begin(&b, &s, self, 0);
    for (unsigned i = 0; i < MANY; i++)
        EXPECT(scope_spawn(&s, i % 2 ? counts : yields, &b) == 0);
    EXPECT(scope_join(&s) == 0);
    brood_check(&b);
    EXPECT(b.begun == MANY);
    return 0;
}

static int start_at(struct coro *self, void *arg, void **value)
{
    struct scope s;
    struct coro_task task[3];
    struct trace trace[3] = {{.begun = 0}};
    (void)arg, (void)value;
    scope_init(&s, self, 0);
    EXPECT(scope_start(&s, &task[0], number_body, (void *)3) == 0);
    EXPECT(scope_start(&s, &task[1], swallower, &trace[1]) == 0);
    EXPECT(scope_start(&s, &task[2], sleeper, &trace[2]) == 0);
    EXPECT(future_await(self, &task[0].future, value) == 0 && *value == (void *)3);
    scope_cancel(&s);
    struct coro_task late;
    EXPECT(scope_start(&s, &late, sleeper, &trace[0]) == -ECANCELED);
    EXPECT(scope_spawn(&s, counts, NULL) == -ECANCELED);
    EXPECT(scope_join(&s) == 0); /* cancelled by us: no failure */
    EXPECT(future_exception(&task[1].future, 0) == 0 && future_cancelled(&task[2].future));
    for (int i = 0; i < 3; i++)
        future_fini(&task[i].future);
    scope_init(&s, self, 0);
    EXPECT(scope_start(&s, &task[0], number_body, (void *)-3) == 0);
    EXPECT(scope_join(&s) == -3);
    future_fini(&task[0].future);
    return 0;
}

/* ---- taken by others ---- */

static int taken(struct coro *self, void *arg, void **value)
{
    struct scope s;
    struct brood b;
    (void)arg, (void)value;
    for (int i = 0; i < 20; i++) {
        brood_begin(&b, &s, self, 0);
        for (int k = 0; k < 20; k++)
            EXPECT(scope_spawn(&s, computes, &b) == 0);
        EXPECT(busy_until_taken(&b));
        EXPECT(scope_join(&s) == 0);
        brood_check(&b);
        EXPECT(b.begun == 20);

        brood_begin(&b, &s, self, 0); /* some sleep on other workers, and are cancelled there */
        for (int k = 0; k < 20; k++)
            EXPECT(scope_spawn(&s, sleeps, &b) == 0);
        EXPECT(busy_until_taken(&b));
        scope_cancel(&s);
        EXPECT(scope_join(&s) == 0);
        brood_check(&b);
        EXPECT(b.cancelled == b.begun && b.elsewhere > 0);

        brood_begin(&b, &s, self, SCOPE_FAIL_FAST); /* one of those that were taken fails */
        EXPECT(scope_spawn(&s, fails, &b) == 0);    /* the oldest goes first */
        for (int k = 0; k < 20; k++)
            EXPECT(scope_spawn(&s, sleeps, &b) == 0);
        EXPECT(busy_until_taken(&b));
        if (i & 1)
            EXPECT(coro_sleep_until(self, CORO_NEVER) == -ECANCELED);
        EXPECT(scope_join(&s) == -EBADF);
        brood_check(&b);
        EXPECT(b.cancelled == b.begun - 1 && coro_yield(self) == 0);

        brood_begin(&b, &s, self, SCOPE_FAIL_FAST | SCOPE_LOCAL); /* one of ours fails */
        EXPECT(scope_spawn(&s, fails, &b) == 0);
        for (int k = 0; k < 20; k++)
            EXPECT(scope_spawn(&s, sleeps, &b) == 0);
        EXPECT(scope_join(&s) == -EBADF);
        EXPECT(b.elsewhere == 0 && b.cancelled == b.begun - 1);
    }
    return 0;
}

/* ---- a coroutine with a small stack ends, and the next child starts in its place ---- */

static int looks_at_its_stack(struct coro *self, void *arg)
{
    size_t *smallest = arg;
    size_t bytes = (size_t)((char *)self->stack->top - (char *)self->stack->low);
    *smallest = bytes < *smallest ? bytes : *smallest;
    return 0;
}

static int small(struct coro *self, void *arg, void **value)
{
    (void)arg, (void)value;
    return looks_at_its_stack(self, arg);
}

static int small_among_usual(struct coro *self, void *arg, void **value)
{
    struct scope s;
    struct coro_task task;
    size_t smallest = SIZE_MAX, smallest_child = SIZE_MAX, own = SIZE_MAX;
    (void)arg, (void)value;
    looks_at_its_stack(self, &own);
    scope_init(&s, self, 0);
    EXPECT(coro_task_start_sized(&task, coro_loop(self), 16 << 10, small, &smallest) == 0);
    for (int i = 0; i < 3; i++)
        EXPECT(scope_spawn(&s, looks_at_its_stack, &smallest_child) == 0);
    EXPECT(scope_join(&s) == 0);
    EXPECT(future_await(self, &task.future, NULL) == 0);
    EXPECT(smallest < 20000);
    EXPECT(smallest_child + 1024 > own); /* tops differ by their colour */
    future_fini(&task.future);
    return 0;
}

Test(scope, children_have_the_loops_stacks)
{
    cr_expect_eq(on_loop(1, small_among_usual, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

/* ---- nested: a tree of scopes, its leaves summed up ---- */

struct branch {
    uint64_t first, count, sum;
};

static int skynet(struct coro *self, void *arg)
{
    struct branch *b = arg, part[10];
    struct scope s;
    if (b->count == 1) {
        b->sum = b->first;
        return 0;
    }
    scope_init(&s, self, 0);
    for (uint64_t i = 0; i < 10; i++) {
        part[i] = (struct branch){.first = b->first + i * (b->count / 10), .count = b->count / 10};
        EXPECT(scope_spawn(&s, skynet, &part[i]) == 0);
    }
    int err = scope_join(&s);
    for (int i = 0; i < 10; i++)
        b->sum += part[i].sum;
    return err;
}

static int whole_skynet(struct coro *self, void *arg, void **value)
{
    struct branch all = {.count = MANY_OR_FEW(100000, 100)};
    (void)arg, (void)value;
    EXPECT(skynet(self, &all) == 0);
    EXPECT(all.sum == all.count * (all.count - 1) / 2);
    return 0;
}

/* ---- the same on one to three workers ---- */

Test(scope, children_end_before_their_parent_goes_on)
{
    on_loops(1, children_end_first);
}

Test(scope, more_children_than_the_deque_has_cells)
{
    on_loops(1, spawns_very_many);
}

Test(scope, tasks_as_children)
{
    on_loops(1, start_at);
}

Test(scope, children_taken_by_other_workers)
{
    on_loops(2, taken);
}

Test(scope, nested)
{
    on_loops(1, whole_skynet);
}
