/* SPDX-License-Identifier: Apache-2.0 */
/* Scopes: children end before their parent goes on, whoever carries them out and however they end. */
#include "quintet_criterion.h"

#include "runtime_support.h"

#include "strategies/coroutine/deque.h"

TestSuite(scope, .timeout = 40);

enum { MANY = MANY_OR_FEW(100000, 300) };

/* What the children of one scope have been through. */
struct brood {
    _Atomic unsigned begun, ended, cancelled, elsewhere;
    _Atomic unsigned going; /* begun, not ended: 0 after a join */
    unsigned tid;           /* the parent's thread */
    struct scope *scope;
    int failure;
};

static void child_begins(struct brood *b)
{
    b->begun++;
    b->going++;
    b->elsewhere += (unsigned)gettid() != b->tid;
}

static int child_ends(struct brood *b, int err)
{
    b->cancelled += err == -ECANCELED;
    b->ended++;
    b->going--;
    return err;
}

static int counts(struct coro *self, void *arg)
{
    (void)self;
    child_begins(arg);
    return child_ends(arg, 0);
}

static int yields(struct coro *self, void *arg)
{
    child_begins(arg);
    int err = coro_yield(self);
    return child_ends(arg, err);
}

static int sleeps(struct coro *self, void *arg)
{
    child_begins(arg);
    return child_ends(arg, coro_sleep_until(self, CORO_NEVER));
}

static int sleeps_a_little(struct coro *self, void *arg)
{
    child_begins(arg);
    return child_ends(arg, coro_sleep(self, 3 * MS));
}

static int computes(struct coro *self, void *arg)
{
    (void)self;
    child_begins(arg);
    thread_sleep(MS);
    return child_ends(arg, 0);
}

static int fails(struct coro *self, void *arg)
{
    struct brood *b = arg;
    child_begins(b);
    int err = coro_sleep(self, 2 * MS);
    return child_ends(b, err ? err : b->failure);
}

static void brood_begin(struct brood *b, struct scope *s, struct coro *self, unsigned flags)
{
    *b = (struct brood){.tid = (unsigned)gettid(), .scope = s, .failure = -EBADF};
    scope_init(s, self, flags);
}

/* After a join: nobody is under way. */
static void brood_check(struct brood *b)
{
    EXPECT(b->going == 0 && b->begun == b->ended);
}

/* Keep this thread busy until somebody else has begun: others must take from us. Bounded, should nobody come. */
static bool busy_until_taken(struct brood *b)
{
    uint64_t end = now_ns() + 5000 * MS;
    while (b->elsewhere == 0 && now_ns() < end)
        sched_yield();
    return b->elsewhere > 0;
}

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

/* With `least` to three workers. */
static void on_loops(unsigned least, coro_task_fn *fn)
{
    for (unsigned workers = least; workers <= 3; workers++)
        cr_expect_eq(on_loop(workers, fn, NULL), 0, "%u workers", workers);
    ASSERT_NOTHING_WRONG();
}

Test(scope, children_have_the_loops_stacks)
{
    cr_expect_eq(on_loop(1, small_among_usual, NULL), 0);
    ASSERT_NOTHING_WRONG();
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

Test(scope, each_takes_back_its_own_cancellation)
{
    cr_expect_eq(on_loop(1, parent_of_two, NULL), 0);
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

Test(scope, cancelled_before_and_after_they_begin)
{
    on_loops(1, cancel_before_and_after_they_begin);
}

Test(scope, cancelling_the_parent_cancels_the_children)
{
    on_loops(1, cancel_the_parent);
}

Test(scope, a_failure_does_not_swallow_the_parents_cancellation)
{
    on_loops(1, cancel_a_parent_whose_child_fails);
}

Test(scope, the_first_failure)
{
    on_loops(1, first_failure);
}

Test(scope, children_taken_by_other_workers)
{
    on_loops(2, taken);
}

Test(scope, nested)
{
    on_loops(1, whole_skynet);
}
