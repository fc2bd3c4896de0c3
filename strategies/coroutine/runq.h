/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run queue: a ring of pointers, first in, first out, one thread.
 *
 * An array rather than a list, because its future is visible: while one coroutine is taken out, the control block of
 * the one 24 places behind and the stack of the one twelve places behind are fetched into the cache, and their
 * addresses into the TLB. The distances are measured: with 100 000 coroutines 8 and 4 are a third slower, 48 and 24 a
 * little.
 */
#ifndef QUINTET_COROUTINE_RUNQ_H
#define QUINTET_COROUTINE_RUNQ_H

#include "strategies/coroutine/block.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    RUNQ_PREFETCH_BLOCK = 24,
    RUNQ_PREFETCH_STACK = 12,
};

/* Zero bytes are an empty queue without room. */
struct runq {
    struct coro **ring;
    uint32_t head, tail; /* free-running; tail - head are queued */
    uint32_t mask;       /* size - 1, size a power of two; meaningless without ring */
};

/* Make room for `capacity` coroutines, so that push cannot fail. 0 or -ENOMEM (the queue is unchanged). */
static inline int runq_reserve(struct runq *q, size_t capacity)
{
    size_t size = q->ring ? (size_t)q->mask + 1 : 0, bigger = size ? size : 64;
    while (bigger < capacity)
        bigger *= 2;
    if (bigger == size)
        return 0;
    if (bigger > UINT32_MAX / 2)
        return -ENOMEM;
    struct coro **ring = calloc(bigger, sizeof *ring);
    if (!ring)
        return -ENOMEM;
    uint32_t count = q->tail - q->head;
    for (uint32_t i = 0; i < count; i++)
        ring[i] = q->ring[(q->head + i) & q->mask];
    free(q->ring);
    *q = (struct runq){.ring = ring, .head = 0, .tail = count, .mask = (uint32_t)(bigger - 1)};
    return 0;
}

/* Free it; it is an empty queue without room. */
static inline void runq_fini(struct runq *q)
{
    free(q->ring);
    *q = (struct runq){0};
}

/* How many wait. */
static inline uint32_t runq_count(const struct runq *q)
{
    return q->tail - q->head;
}

/* There must be room: each coroutine is queued at most once, so room for all of them is enough. */
static inline void runq_push(struct runq *q, struct coro *co)
{
    q->ring[q->tail++ & q->mask] = co;
}

/* The oldest, or NULL. */
static inline struct coro *runq_pop(struct runq *q)
{
    uint32_t count = q->tail - q->head;
    if (count == 0)
        return NULL;
    if (count > RUNQ_PREFETCH_STACK) {
        const char *sp = q->ring[(q->head + RUNQ_PREFETCH_STACK) & q->mask]->context.sp;
        __builtin_prefetch(sp, 1);
        __builtin_prefetch(sp + 64, 1);
        /* May be a stale entry beyond the tail: a prefetch of any address is harmless. */
        __builtin_prefetch(q->ring[(q->head + RUNQ_PREFETCH_BLOCK) & q->mask], 1);
    }
    return q->ring[q->head++ & q->mask];
}

#endif
