/* SPDX-License-Identifier: Apache-2.0 */
/* Where control blocks come from: slabs that are added to a class of coroutines and kept until the worker's end. All on
 * the worker's own thread. */
#ifndef QUINTET_COROUTINE_SLAB_H
#define QUINTET_COROUTINE_SLAB_H

#include "strategies/coroutine/worker.h"

/* Add `count` control blocks (or the nearest number that a slab may have), each with a stack. 0 or -ENOMEM. */
int slab_add(struct worker *w, struct coro_class *class, size_t count);

/* The class that this control block came from. */
static inline struct coro_class *class_of(struct worker *w, const struct coro *co)
{
    return __builtin_expect(co->stack_class == STACK_CLASS_USUAL, 1) ? &w->usual : w->others[co->stack_class];
}

/* The control block is free: the next coroutine of its class is made of it. */
static inline void slab_recycle(struct worker *w, struct coro *co)
{
    struct coro_class *class = class_of(w, co);
    co->next = class->free;
    class->free = co;
    class->free_count++;
}

/* Let go of what sanitizers keep for each context (before the thread ends), and of all memory (afterwards). */
void slab_forget_contexts(struct worker *w);
void slab_fini(struct worker *w);

#endif
