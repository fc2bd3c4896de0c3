/* SPDX-License-Identifier: Apache-2.0 */
/* In which order children start: a tree depth first, and yet nobody waits for ever. Both by counting, not by time. And
 * whose business a child's failure is. */
#include "quintet_criterion.h"
#include "runtime_support.h"
#include "strategies/coroutine/worker.h"

TestSuite(scope_order, .timeout = 30);

/* ---- depth first: a tree of 111 111 needs stacks for a small part of them ---- */

static int tree(struct coro *self, void *arg)
{
    uintptr_t depth = (uintptr_t)arg;
    struct scope s;
    scope_init(&s, self, 0);
    for (int i = 0; i < 10 && depth > 0; i++)
        EXPECT(scope_spawn(&s, tree, (void *)(depth - 1)) == 0);
    return scope_join(&s);
}

static int tree_of_stacks(struct coro *self, void *arg, void **value)
{
    const struct worker *w = worker_current();
    (void)arg, (void)value;
    EXPECT(tree(self, (void *)MANY_OR_FEW(5ul, 3ul)) == 0);
    EXPECT(w->coro_count < MANY_OR_FEW(1500u, 1024u)); /* 512 here; 4096 when the oldest starts in every turn */
    return 0;
}

Test(scope_order, a_tree_is_walked_depth_first)
{
    cr_expect_eq(on_loop(1, tree_of_stacks, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

/* ---- the oldest starts although newer ones never cease to come ---- */

struct line {
    struct scope *scope;
    bool oldest_ran;
    uint64_t newer_count;
};

enum { NEWER_MOST = 1000000 };

static int oldest(struct coro *self, void *arg)
{
    struct line *line = arg;
    (void)self;
    line->oldest_ran = true;
    return 0;
}

static int newer(struct coro *self, void *arg)
{
    struct line *line = arg;
    (void)self;
    if (line->oldest_ran || ++line->newer_count >= NEWER_MOST)
        return 0;
    return scope_spawn(line->scope, newer, line);
}

static int one_waits(struct coro *self, void *arg, void **value)
{
    struct scope s;
    struct line line = {.scope = &s};
    (void)arg, (void)value;
    scope_init(&s, self, 0);
    EXPECT(scope_spawn(&s, oldest, &line) == 0);
    EXPECT(scope_spawn(&s, newer, &line) == 0);
    EXPECT(scope_join(&s) == 0);
    EXPECT(line.newer_count < NEWER_MOST);
    return 0;
}

Test(scope_order, the_oldest_is_not_starved_by_newer_ones)
{
    cr_expect_eq(on_loop(1, one_waits, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

/* ---- a request that its own scope made ends with the join, if the parent was not told before ---- */

static int fails(struct coro *self, void *arg)
{
    (void)self, (void)arg;
    return -EBADF;
}

/* With so many, scope_spawn() lets some begin, and is itself no place to be told. */
static int fails_untold(struct coro *self, void *arg, void **value)
{
    struct scope s;
    int err = 0;
    (void)arg, (void)value;
    scope_init(&s, self, SCOPE_FAIL_FAST);
    for (int i = 0; i < 2 * DEQUE_CELLS && !err; i++)
        err = scope_spawn(&s, fails, NULL);
    EXPECT(err == -ECANCELED);
    EXPECT(scope_join(&s) == -EBADF);
    EXPECT(coro_yield(self) == 0);
    return 0;
}

Test(scope_order, a_failure_that_the_parent_meets_at_the_join_only)
{
    cr_expect_eq(on_loop(1, fails_untold, NULL), 0);
    ASSERT_NOTHING_WRONG();
}
