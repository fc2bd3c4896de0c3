/* SPDX-License-Identifier: Apache-2.0 */
/* What the scheduler tells a scope about its children. See coro.h for scopes themselves, scope.c for the counting. */
#ifndef QUINTET_COROUTINE_SCOPE_H
#define QUINTET_COROUTINE_SCOPE_H

#include "strategies/coroutine/worker.h"

/* With one worker no other thread counts. Returns what is left afterwards. */
static inline uint32_t scope_left_add(struct scope *s, uint32_t n)
{
    if (deque_shared(&s->parent->worker->closures))
        return atomic_fetch_add_explicit(&s->left, n, memory_order_acq_rel) + n;
    uint32_t left = atomic_load_explicit(&s->left, memory_order_relaxed) + n;
    atomic_store_explicit(&s->left, left, memory_order_relaxed);
    return left;
}

/* On a child that returned neither 0 nor -ECANCELED. It may wait. */
void scope_child_failed(struct scope *s, struct coro *child, int err);

/* On the child, before its first step: counts it among those that can be cancelled. */
static inline void scope_child_begin(struct coro *child)
{
    struct scope *s = child->scope;
    bool foreign = child->flags & CORO_FOREIGN;
    /* Against scope_cancel(), which writes `cancelled` and then reads `taken`: one of the two sees the other. */
    if (__builtin_expect(foreign, 0))
        atomic_store_explicit(&s->taken, true, memory_order_seq_cst);
    if (__builtin_expect(atomic_load_explicit(&s->cancelled, memory_order_seq_cst), 0))
        child->flags |= CORO_CANCEL;
    if (foreign)
        return;
    child->sibling_previous = NULL;
    child->sibling_next = s->children;
    if (s->children)
        s->children->sibling_previous = child;
    s->children = child;
}

/* On the child, after its last step with its result. The scope may be gone when this returns. */
static inline void scope_child_end(struct coro *child, int err)
{
    struct scope *s = child->scope;
    struct coro *parent = s->parent;
    bool foreign = child->flags & CORO_FOREIGN;
    if (!foreign) {
        if (child->sibling_previous)
            child->sibling_previous->sibling_next = child->sibling_next;
        else
            s->children = child->sibling_next;
        if (child->sibling_next)
            child->sibling_next->sibling_previous = child->sibling_previous;
    }
    if (__builtin_expect(err && err != -ECANCELED, 0))
        scope_child_failed(s, child, err);
    child->scope = NULL;
    CORO_STEP();
    if (!foreign && !s->counted)
        s->here--;
    else if (scope_left_add(s, (uint32_t)-1) == 0)
        worker_grant(parent, child->worker);
}

#endif
