/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chase_lev: the owner puts in and takes out at the bottom, thieves take the oldest at the top.
 *
 *     top                    bottom
 *      | oldest ... newest    |            a ring of CHASE_LEV_CELLS cells, each of a few words
 *      +----------------------+
 *      thieves take here      the owner pushes and takes here
 *
 * Chase and Lev's deque (SPAA 2005) with the memory orders of Le, Pop, Cohen and Zappa Nardelli (PPoPP 2013), and two
 * changes. The ring is fixed: what does not fit is the caller's business, and the faults of the published growth are
 * not ours. And where they use fences the accesses themselves are sequentially consistent, which costs the same
 * on x86 and aarch64 and can be followed by ThreadSanitizer.
 *
 * How many words a cell has (1 to 3) is said by every call, a constant, and the same for all calls on one deque; so the
 * deque knows no type. strategies/coroutine/deque.h puts types on it. Words are copied one by one and not in a loop:
 * gcc 12 does not unroll it at -O2, and the words then make a detour through memory.
 */
#ifndef QUINTET_STRATEGIES_CHASE_LEV_H
#define QUINTET_STRATEGIES_CHASE_LEV_H

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { CHASE_LEV_CELLS = 4096 };

/* Signed positions that never wrap: an owner that takes from an empty deque looks at bottom - 1. */
struct chase_lev {
    _Alignas(128) _Atomic int64_t top;
    _Alignas(128) _Atomic int64_t bottom;
    /* A thief may read words while they are overwritten; its compare-and-swap then fails and they are unused. */
    _Atomic(uintptr_t) *cells;
    bool shared; /* there are thieves */
};

/* `start`: the first position, for tests. 0 or -ENOMEM. */
static inline int chase_lev_init(struct chase_lev *d, size_t words, bool shared, int64_t start)
{
    /* malloc, unlike calloc: a page that was never needed is not touched. */
    d->cells = malloc(CHASE_LEV_CELLS * words * sizeof *d->cells);
    if (!d->cells)
        return -ENOMEM;
    d->shared = shared;
    atomic_init(&d->top, start);
    atomic_init(&d->bottom, start);
    return 0;
}

/* Free the cells. Nobody may use it any more. */
static inline void chase_lev_fini(struct chase_lev *d)
{
    free(d->cells);
    d->cells = NULL;
}

/* Exact for the owner, a guess for others. */
static inline int64_t chase_lev_count(const struct chase_lev *d)
{
    return atomic_load_explicit(&d->bottom, memory_order_relaxed) - atomic_load_explicit(&d->top, memory_order_relaxed);
}

/* The words of the entry at this position, and a copy of all of them: good only if the position is claimed after. */
static inline _Atomic(uintptr_t) *chase_lev_cell(const struct chase_lev *d, size_t words, int64_t at)
{
    return &d->cells[(size_t)(at & (CHASE_LEV_CELLS - 1)) * words];
}

static inline void chase_lev_read(const struct chase_lev *d, size_t words, int64_t at, uintptr_t *out)
{
    _Atomic(uintptr_t) *cell = chase_lev_cell(d, words, at);
    out[0] = atomic_load_explicit(&cell[0], memory_order_relaxed);
    if (words > 1)
        out[1] = atomic_load_explicit(&cell[1], memory_order_relaxed);
    if (words > 2)
        out[2] = atomic_load_explicit(&cell[2], memory_order_relaxed);
}

/* Owner: one word of the newest, where there is one (chase_lev_count() > 0). It may be taken the next moment. */
static inline uintptr_t chase_lev_newest(const struct chase_lev *d, size_t words, size_t which)
{
    int64_t newest = atomic_load_explicit(&d->bottom, memory_order_relaxed) - 1;
    return atomic_load_explicit(&chase_lev_cell(d, words, newest)[which], memory_order_relaxed);
}

/* Owner. False: full. `order` is that of publishing: memory_order_release or stronger. */
static inline bool chase_lev_push(struct chase_lev *d, size_t words, const uintptr_t *in, memory_order order)
{
    int64_t b = atomic_load_explicit(&d->bottom, memory_order_relaxed);
    if (b - atomic_load_explicit(&d->top, memory_order_acquire) >= CHASE_LEV_CELLS)
        return false;
    _Atomic(uintptr_t) *cell = chase_lev_cell(d, words, b);
    atomic_store_explicit(&cell[0], in[0], memory_order_relaxed);
    if (words > 1)
        atomic_store_explicit(&cell[1], in[1], memory_order_relaxed);
    if (words > 2)
        atomic_store_explicit(&cell[2], in[2], memory_order_relaxed);
    atomic_store_explicit(&d->bottom, b + 1, order);
    return true;
}

/* Owner: the newest. False: empty. */
static inline bool chase_lev_take(struct chase_lev *d, size_t words, uintptr_t *out)
{
    int64_t b = atomic_load_explicit(&d->bottom, memory_order_relaxed) - 1;
    if (!d->shared) {
        if (b < atomic_load_explicit(&d->top, memory_order_relaxed))
            return false;
        atomic_store_explicit(&d->bottom, b, memory_order_relaxed);
        chase_lev_read(d, words, b, out);
        return true;
    }
    atomic_store_explicit(&d->bottom, b, memory_order_seq_cst); /* before top is read: thieves do it the other way */
    int64_t t = atomic_load_explicit(&d->top, memory_order_seq_cst);
    bool got = t <= b;
    if (got)
        chase_lev_read(d, words, b, out);
    if (t >= b) {
        if (t == b) /* the last one: whoever moves top has it */
            got =
                atomic_compare_exchange_strong_explicit(&d->top, &t, t + 1, memory_order_seq_cst, memory_order_relaxed);
        atomic_store_explicit(&d->bottom, b + 1, memory_order_release);
    }
    return got;
}

/* Is there anything at this moment? Sequentially consistent, for those who say that they sleep and then look. */
static inline bool chase_lev_is_open(const struct chase_lev *d)
{
    int64_t t = atomic_load_explicit(&d->top, memory_order_seq_cst);
    return t < atomic_load_explicit(&d->bottom, memory_order_seq_cst);
}

/* Anybody: the oldest. False: empty, or somebody else was faster. */
static inline bool chase_lev_steal(struct chase_lev *d, size_t words, uintptr_t *out)
{
    int64_t t = atomic_load_explicit(&d->top, memory_order_seq_cst);
    if (t >= atomic_load_explicit(&d->bottom, memory_order_seq_cst))
        return false;
    chase_lev_read(d, words, t, out);
    return atomic_compare_exchange_strong_explicit(&d->top, &t, t + 1, memory_order_seq_cst, memory_order_relaxed);
}

#endif
