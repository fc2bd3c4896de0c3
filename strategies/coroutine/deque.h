/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Closures that have not started: the owner puts in and takes out at the bottom, thieves take the oldest at the top.
 *
 * Chase and Lev's deque (SPAA 2005) with the memory orders of Le, Pop, Cohen and Zappa Nardelli (PPoPP 2013), and two
 * changes. The ring is fixed: what does not fit is the caller's business, and the faults of the published growth are
 * not ours. And where they use fences the accesses themselves are sequentially consistent, which costs the same
 * on x86 and aarch64 and can be followed by ThreadSanitizer.
 */
#ifndef QUINTET_COROUTINE_DEQUE_H
#define QUINTET_COROUTINE_DEQUE_H

#include "strategies/coroutine/coro.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum { DEQUE_CELLS = 4096 };

/* A coroutine to be: fn(self, arg) as a child of `scope`. */
struct coro_closure {
    coro_fn *fn;
    void *arg;
    struct scope *scope;
};

/* Three words that a thief may read while they are overwritten; its compare-and-swap then fails and they are unused. */
struct deque_cell {
    _Atomic(coro_fn *) fn;
    _Atomic(void *) arg;
    _Atomic(struct scope *) scope;
};

/* Signed positions that never wrap: an owner that takes from an empty deque looks at bottom - 1. */
struct deque {
    _Alignas(128) _Atomic int64_t top;
    _Alignas(128) _Atomic int64_t bottom;
    struct deque_cell *cell;
    bool shared; /* there are thieves */
};

/* `start`: the first position, for tests. 0 or -ENOMEM. */
static inline int deque_init(struct deque *d, bool shared, int64_t start)
{
    d->cell = malloc(DEQUE_CELLS * sizeof *d->cell); /* unlike calloc's: a page that was never needed is not touched */
    if (!d->cell)
        return -ENOMEM;
    d->shared = shared;
    atomic_init(&d->top, start);
    atomic_init(&d->bottom, start);
    return 0;
}

static inline void deque_fini(struct deque *d)
{
    free(d->cell);
    d->cell = NULL;
}

/* Exact for the owner, a guess for others. */
static inline int64_t deque_count(const struct deque *d)
{
    return atomic_load_explicit(&d->bottom, memory_order_relaxed) - atomic_load_explicit(&d->top, memory_order_relaxed);
}

static inline void deque_read(const struct deque *d, int64_t at, struct coro_closure *out)
{
    const struct deque_cell *cell = &d->cell[at & (DEQUE_CELLS - 1)];
    out->fn = atomic_load_explicit(&cell->fn, memory_order_relaxed);
    out->arg = atomic_load_explicit(&cell->arg, memory_order_relaxed);
    out->scope = atomic_load_explicit(&cell->scope, memory_order_relaxed);
}

/* Owner. False: full. */
static inline bool deque_push(struct deque *d, const struct coro_closure *c)
{
    int64_t b = atomic_load_explicit(&d->bottom, memory_order_relaxed);
    if (b - atomic_load_explicit(&d->top, memory_order_acquire) >= DEQUE_CELLS)
        return false;
    struct deque_cell *cell = &d->cell[b & (DEQUE_CELLS - 1)];
    atomic_store_explicit(&cell->fn, c->fn, memory_order_relaxed);
    atomic_store_explicit(&cell->arg, c->arg, memory_order_relaxed);
    atomic_store_explicit(&cell->scope, c->scope, memory_order_relaxed);
    atomic_store_explicit(&d->bottom, b + 1, memory_order_release);
    return true;
}

/* Owner: the newest. False: empty. */
static inline bool deque_take(struct deque *d, struct coro_closure *out)
{
    int64_t b = atomic_load_explicit(&d->bottom, memory_order_relaxed) - 1;
    if (!d->shared) {
        if (b < atomic_load_explicit(&d->top, memory_order_relaxed))
            return false;
        atomic_store_explicit(&d->bottom, b, memory_order_relaxed);
        deque_read(d, b, out);
        return true;
    }
    atomic_store_explicit(&d->bottom, b, memory_order_seq_cst); /* before top is read: thieves do it the other way */
    int64_t t = atomic_load_explicit(&d->top, memory_order_seq_cst);
    bool got = t <= b;
    if (got)
        deque_read(d, b, out);
    if (t >= b) {
        if (t == b) /* the last one: whoever moves top has it */
            got =
                atomic_compare_exchange_strong_explicit(&d->top, &t, t + 1, memory_order_seq_cst, memory_order_relaxed);
        atomic_store_explicit(&d->bottom, b + 1, memory_order_release);
    }
    return got;
}

/* Anybody: the oldest. False: empty, or somebody else was faster. */
static inline bool deque_steal(struct deque *d, struct coro_closure *out)
{
    int64_t t = atomic_load_explicit(&d->top, memory_order_seq_cst);
    if (t >= atomic_load_explicit(&d->bottom, memory_order_seq_cst))
        return false;
    deque_read(d, t, out);
    return atomic_compare_exchange_strong_explicit(&d->top, &t, t + 1, memory_order_seq_cst, memory_order_relaxed);
}

#endif
