/* SPDX-License-Identifier: Apache-2.0 */
/* Children for the tests of scopes: what they do, and a record of what those of one scope have been through. */
#ifndef QUINTET_TESTS_SCOPE_BROOD_H
#define QUINTET_TESTS_SCOPE_BROOD_H

#include "quintet_criterion.h"

#include "runtime_support.h"

/* What the children of one scope have been through. */
struct brood {
    _Atomic unsigned begun, ended, cancelled, elsewhere;
    _Atomic unsigned going; /* begun, not ended: 0 after a join */
    unsigned tid;           /* the parent's thread */
    struct scope *scope;
    int failure;
};

static inline void child_begins(struct brood *b)
{
    b->begun++;
    b->going++;
    b->elsewhere += (unsigned)gettid() != b->tid;
}

static inline int child_ends(struct brood *b, int err)
{
    b->cancelled += err == -ECANCELED;
    b->ended++;
    b->going--;
    return err;
}

static inline int counts(struct coro *self, void *arg)
{
    (void)self;
    child_begins(arg);
    return child_ends(arg, 0);
}

static inline int yields(struct coro *self, void *arg)
{
    child_begins(arg);
    int err = coro_yield(self);
    return child_ends(arg, err);
}

static inline int sleeps(struct coro *self, void *arg)
{
    child_begins(arg);
    return child_ends(arg, coro_sleep_until(self, CORO_NEVER));
}

static inline int sleeps_a_little(struct coro *self, void *arg)
{
    child_begins(arg);
    return child_ends(arg, coro_sleep(self, 3 * MS));
}

static inline int computes(struct coro *self, void *arg)
{
    (void)self;
    child_begins(arg);
    thread_sleep(MS);
    return child_ends(arg, 0);
}

static inline int fails(struct coro *self, void *arg)
{
    struct brood *b = arg;
    child_begins(b);
    int err = coro_sleep(self, 2 * MS);
    return child_ends(b, err ? err : b->failure);
}

static inline void brood_begin(struct brood *b, struct scope *s, struct coro *self, unsigned flags)
{
    *b = (struct brood){.tid = (unsigned)gettid(), .scope = s, .failure = -EBADF};
    scope_init(s, self, flags);
}

/* After a join: nobody is under way. */
static inline void brood_check(struct brood *b)
{
    EXPECT(b->going == 0 && b->begun == b->ended);
}

/* Keep this thread busy until somebody else has begun: others must take from us. Bounded, should nobody come. */
static inline bool busy_until_taken(struct brood *b)
{
    uint64_t end = now_ns() + 5000 * MS;
    while (b->elsewhere == 0 && now_ns() < end)
        sched_yield();
    return b->elsewhere > 0;
}

/* With `least` to three workers. */
static inline void on_loops(unsigned least, coro_task_fn *fn)
{
    for (unsigned workers = least; workers <= 3; workers++)
        cr_expect_eq(on_loop(workers, fn, NULL), 0, "%u workers", workers);
    ASSERT_NOTHING_WRONG();
}

#endif
