/* SPDX-License-Identifier: Apache-2.0 */
/* The pool engine's inner jobs: wanted, offered, taken back, carried out by whoever waits for them. */
#include "quintet_criterion.h"

#include "strategies/thread_pool.h"

#include <errno.h>

TestSuite(thread_pool_inner, .timeout = 60);

static _Atomic unsigned inner_ran, wrong;
static struct thread_pool *inner_pool;

static void inner_job(const struct closure *self, void *worker)
{
    (void)worker;
    atomic_fetch_add(&inner_ran, (unsigned)self->arg[0]);
}

static void inner_last(const struct closure *self, void *worker)
{
    (void)worker;
    atomic_store((_Atomic int64_t *)(uintptr_t)self->arg[0], 0);
    thread_pool_nudge(inner_pool, 0);
}

enum { INNER = 8 };

/* On the only thread. Whatever is offered waits, since nobody else is there. */
static void job_with_inner(const struct closure *self, void *worker)
{
    struct thread_pool_ticket ticket[INNER + 1] = {{0}};
    const _Atomic int32_t *wanted = thread_pool_wanted(inner_pool);
    struct closure one = {.run = inner_job, .arg = {1}};
    _Atomic int64_t pending = 1;
    unsigned bad = 0;
    (void)worker;

    bad += *wanted != 0 || thread_pool_offer(inner_pool, &one, &ticket[0], false) != -EAGAIN || *wanted != 0;
    bad += thread_pool_take_back(inner_pool, &ticket[0]);
    for (unsigned i = 0; i < INNER; i++)
        bad += thread_pool_offer(inner_pool, &one, &ticket[i], true) != 0;
    bad += *wanted != -INNER;
    bad += thread_pool_offer(inner_pool, &one, &ticket[INNER], true) != -ENOSPC || *wanted != -INNER;
    bad += thread_pool_take_back(inner_pool, &ticket[INNER]);
    bad += !thread_pool_take_back(inner_pool, &ticket[0]) || *wanted != 1 - INNER;
    bad += thread_pool_take_back(inner_pool, &ticket[0]);
    bad += thread_pool_offer(inner_pool, &one, &ticket[0], true) != -ENOSPC; /* its place is still there */
    thread_pool_make_room(inner_pool);
    bad += inner_ran != 0;
    bad += thread_pool_offer(inner_pool, &one, &ticket[0], true) != 0; /* its old place is gone, its new one waits */
    thread_pool_make_room(inner_pool);                                 /* number 1: a job, so it is run */
    bad += inner_ran != 1 || thread_pool_take_back(inner_pool, &ticket[1]);
    struct closure last = {.run = inner_last, .arg = {(uintptr_t)&pending}};
    bad += thread_pool_offer(inner_pool, &last, &ticket[INNER], true) != 0;
    thread_pool_help(inner_pool, 0, &pending);
    bad += inner_ran != INNER || *wanted != 0;
    atomic_fetch_add(&wrong, bad);
    latch_down((struct latch *)(uintptr_t)self->arg[0], 1);
}

Test(thread_pool_inner, inner_jobs_are_wanted_offered_and_taken_back)
{
    const struct thread_pool_config config = {.threads = 1, .inner_count = INNER, .hungry_max = 1};
    struct latch end;

    cr_assert(thread_pool_create(&inner_pool, &config) == 0);
    latch_init(&end, 1);
    struct closure job = {.run = job_with_inner, .arg = {(uintptr_t)&end}};
    cr_assert(thread_pool_submit(inner_pool, &job, THREAD_POOL_BLOCK) == 0);
    latch_wait(&end);
    thread_pool_destroy(inner_pool);
    cr_assert(wrong == 0, "%u", wrong);
}
