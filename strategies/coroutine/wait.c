/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for one future, for all, for the next of several. See coro.h. */
#include "strategies/coroutine/executor.h"
#include "strategies/coroutine/loop.h"

#include "measure/clock.h"

#include <errno.h>

static void post(struct future *f, void *event)
{
    (void)f;
    event_post(event);
}

/* ---- one ---- */

/*
 * Until `f` is done. At the deadline, and when the caller is cancelled, `f` is asked to be cancelled, once each, and
 * then waited for all the same. *late: the deadline came. *asked: the caller was cancelled, and `f` took the request
 * over, which counts as delivered. If it could not (a job that runs), or completed before it was told, the caller will
 * be told at its next wait.
 */
static void await_to_the_end(struct coro *self, struct future *f, uint64_t deadline_ns, bool *late, bool *asked)
{
    _Atomic uintptr_t event = 0;
    struct future_callback node;
    bool cancellable = true;
    int rc;
    future_link(f, &node, post, &event);
    while ((rc = event_wait(self, &event, deadline_ns, cancellable, CORO_WAIT_FUTURE))) {
        if (rc == -ETIMEDOUT) {
            deadline_ns = CORO_NEVER;
            *late = true;
            future_cancel(f);
        } else if (future_cancel(f)) {
            *asked = coro_take_cancel(self);
        } else {
            cancellable = false;
        }
    }
    future_unlink(f, &node);
    if (*asked && future_is_untold(f))
        self->flags |= CORO_CANCEL;
}

int future_await(struct coro *self, struct future *f, void **value)
{
    bool late = false, asked = false;
    if (task_is_own(f, self))
        return -EDEADLK;
    if (!future_done(f))
        await_to_the_end(self, f, CORO_NEVER, &late, &asked);
    return future_outcome(f, value);
}

int future_await_until(struct coro *self, struct future *f, uint64_t deadline_ns, void **value)
{
    _Atomic uintptr_t event = 0;
    struct future_callback node;
    if (task_is_own(f, self))
        return -EDEADLK;
    if (future_done(f))
        return future_outcome(f, value);
    future_link(f, &node, post, &event);
    int rc = event_wait(self, &event, deadline_ns, true, CORO_WAIT_FUTURE);
    if (!future_unlink(f, &node))
        return future_outcome(f, value); /* it came in the last moment */
    if (rc == -ECANCELED)
        coro_take_cancel(self);
    return rc;
}

int future_wait_for(struct coro *self, struct future *f, uint64_t timeout_ns, void **value)
{
    bool late = false, asked = false;
    if (task_is_own(f, self))
        return -EDEADLK;
    if (!future_done(f)) {
        uint64_t now = clock_monotonic_ns();
        await_to_the_end(self, f, timeout_ns < CORO_NEVER - now ? now + timeout_ns : CORO_NEVER, &late, &asked);
    }
    int err = future_outcome(f, value);
    return err == -ECANCELED && future_cancelled(f) && late && !asked ? -ETIMEDOUT : err;
}

/* ---- all ---- */

struct gathering {
    _Atomic uintptr_t event;
    _Atomic size_t done;
    _Atomic int error; /* the first in time */
    bool all;
};

static void gathered(struct future *f, void *arg)
{
    struct gathering *g = arg;
    int none = 0;
    if (f->error && !g->all)
        atomic_compare_exchange_strong_explicit(&g->error, &none, f->error, memory_order_relaxed, memory_order_relaxed);
    atomic_fetch_add_explicit(&g->done, 1, memory_order_acq_rel);
    event_post(&g->event); /* future_unlink() waits until this has returned */
}

int future_gather(struct coro *self, struct future *const futures[], struct future_callback nodes[], size_t n,
                  unsigned flags)
{
    struct gathering g = {.all = flags & GATHER_ALL};
    bool asked = false;
    for (size_t i = 0; i < n; i++)
        future_link(futures[i], &nodes[i], gathered, &g);
    while (atomic_load_explicit(&g.done, memory_order_acquire) < n) {
        if (!asked && atomic_load_explicit(&g.error, memory_order_relaxed))
            break;
        if (event_wait(self, &g.event, CORO_NEVER, true, CORO_WAIT_FUTURE) == 0)
            continue;
        asked = coro_take_cancel(self);
        for (size_t i = 0; i < n; i++)
            future_cancel(futures[i]);
    }
    for (size_t i = 0; i < n; i++)
        future_unlink(futures[i], &nodes[i]);
    return asked ? -ECANCELED : atomic_load_explicit(&g.error, memory_order_relaxed);
}

/* ---- as they complete ---- */

static void arrive(struct future *f, void *arg)
{
    struct future_callback *node = arg;
    struct as_completed *it = node->owner;
    struct future_callback *head = atomic_load_explicit(&it->arrived, memory_order_relaxed);
    (void)f;
    do
        node->next = head;
    while (
        !atomic_compare_exchange_weak_explicit(&it->arrived, &head, node, memory_order_release, memory_order_relaxed));
    event_post(&it->event);
}

void as_completed_init(struct as_completed *it, struct coro *self, struct future *const futures[],
                       struct future_callback nodes[], size_t n)
{
    *it = (struct as_completed){.self = self, .nodes = nodes, .futures = futures, .n = n};
    for (size_t i = 0; i < n; i++)
        future_link_owned(futures[i], &nodes[i], arrive, it);
}

/* The oldest arrival, or NULL. */
static struct future_callback *arrival(struct as_completed *it)
{
    if (!it->ready) {
        struct future_callback *node = atomic_exchange_explicit(&it->arrived, NULL, memory_order_acquire);
        while (node) { /* newest first: turn it round */
            struct future_callback *next = node->next;
            node->next = it->ready;
            it->ready = node;
            node = next;
        }
    }
    struct future_callback *node = it->ready;
    if (node)
        it->ready = node->next;
    return node;
}

struct future *as_completed_next(struct as_completed *it, uint64_t deadline_ns, int *err)
{
    struct future_callback *node;
    *err = 0;
    if (it->given == it->n)
        return NULL;
    while (!(node = arrival(it))) {
        *err = event_wait(it->self, &it->event, deadline_ns, true, CORO_WAIT_FUTURE);
        if (*err == -ECANCELED)
            coro_take_cancel(it->self);
        if (*err)
            return NULL;
    }
    it->given++;
    return it->futures[node - it->nodes];
}

/* A node that has arrived names no future any more: that one may be gone, its memory somebody else's. */
void as_completed_fini(struct as_completed *it)
{
    for (size_t i = 0; i < it->n; i++) {
        struct future *f = atomic_load_explicit(&it->nodes[i].future, memory_order_acquire);
        if (f)
            future_unlink(f, &it->nodes[i]);
    }
}

/* ---- elsewhere ---- */

int coro_run_in_executor(struct coro *self, struct executor *executor, int (*fn)(void *arg, void **value), void *arg,
                         void **value)
{
    struct executor_job job;
    int err = executor_submit(executor, &job, fn, arg);
    if (err)
        return err;
    err = future_await(self, &job.future, value);
    future_fini(&job.future);
    return err;
}
