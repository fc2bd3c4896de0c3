/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded queue of closures for many producers and many consumers (Dmitry Vyukov's sequence-numbered ring).
 *
 * Every cell carries the position at which it may be used next: `seq == pos` means free for the push number pos,
 * `seq == pos + 1` means filled by it. A push claims its position on `tail` by one compare-and-swap, copies the closure
 * into the cell and publishes it through `seq`; a pop does the same on `head`. Producers and consumers touch different
 * lines, a cell fills exactly one line, and nothing is ever allocated.
 *
 * `seq` is stored and loaded in sequentially consistent order although acquire/release would do for the queue itself:
 * "publish, then look whether somebody sleeps" against "say that I sleep, then look for work" (event_count.h) is safe
 * only if these four are in one total order. On x86 the loads are free and the store is the barrier one would need
 * anyway.
 *
 * Order: pops take closures in the order in which pushes claimed their positions. Positions wrap around harmlessly.
 *
 * Closing is one step: `tail` jumps a quarter of all positions ahead. To every later push the queue looks full, since
 * its cell is that far behind; what was claimed before stays and can be popped. So there is no push that slips in late.
 */
#ifndef QUINTET_STRATEGIES_MPMC_H
#define QUINTET_STRATEGIES_MPMC_H

#include "strategies/steps.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Something to be called, by value: 48 bytes, of which `arg` is the submitter's. */
struct closure {
    void (*run)(const struct closure *self, void *worker);
    uint64_t arg[5];
};

struct mpmc_cell {
    _Alignas(64) _Atomic size_t seq;
    struct closure job;
};
_Static_assert(sizeof(struct mpmc_cell) == 64, "a cell is one cache line");

struct mpmc {
    struct mpmc_cell *cells; /* read-only after mpmc_init */
    size_t mask;
    /* 128: the adjacent-line prefetcher pulls lines in pairs. */
    _Alignas(128) _Atomic size_t tail; /* next position to push, and MPMC_CLOSED more once it is closed */
    _Alignas(128) _Atomic size_t head; /* next position to pop */
};

#define MPMC_CLOSED (SIZE_MAX / 4 + 1)

/* One barrier for a batch instead of one per cell. ThreadSanitizer does not know fences, so there each store is one. */
#if defined(__SANITIZE_THREAD__)
#define MPMC_BATCHED memory_order_seq_cst
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MPMC_BATCHED memory_order_seq_cst
#endif
#endif
#ifdef MPMC_BATCHED
#define MPMC_BATCH_FENCE() ((void)0)
#else
#define MPMC_BATCHED       memory_order_release
#define MPMC_BATCH_FENCE() atomic_thread_fence(memory_order_seq_cst)
#endif

/* Make an empty queue for at least `capacity` closures (rounded up to a power of two, at least 2). 0 or -ENOMEM.
 * `start` is the first position: 0, or something just below wrap-around in a test. */
static inline int mpmc_init(struct mpmc *q, size_t capacity, size_t start)
{
    size_t size = 2;

    while (size < capacity)
        size *= 2;
    q->cells = aligned_alloc(_Alignof(struct mpmc_cell), size * sizeof *q->cells);
    if (!q->cells)
        return -ENOMEM;
    q->mask = size - 1;
    for (size_t i = 0; i < size; i++)
        atomic_init(&q->cells[(start + i) & q->mask].seq, start + i);
    atomic_init(&q->tail, start);
    atomic_init(&q->head, start);
    return 0;
}

/* Free the cells. Nobody else may use the queue any more. */
static inline void mpmc_fini(struct mpmc *q)
{
    free(q->cells);
    q->cells = NULL;
}

/* Append a copy of *job. False if the queue is full. Any thread; does not block. */
static inline bool mpmc_push(struct mpmc *q, const struct closure *job)
{
    size_t pos = atomic_load_explicit(&q->tail, memory_order_relaxed);

    for (;;) {
        struct mpmc_cell *cell = &q->cells[pos & q->mask];
        ptrdiff_t ahead = (ptrdiff_t)(atomic_load(&cell->seq) - pos);
        if (ahead < 0)
            return false; /* still holds the closure of one round ago */
        if (ahead > 0) {
            pos = atomic_load_explicit(&q->tail, memory_order_relaxed);
            continue;
        }
        if (atomic_compare_exchange_weak_explicit(&q->tail, &pos, pos + 1, memory_order_relaxed,
                                                  memory_order_relaxed)) {
            strategy_step();
            cell->job = *job;
            atomic_store(&cell->seq, pos + 1);
            return true;
        }
    }
}

/* Append copies of as many of jobs[0..n) as there is room for, one after the other, and say how many. Their positions
 * are claimed together: cells that were free before `tail` moved still are when it has moved from there. Any thread;
 * does not block.
 */
static inline size_t mpmc_push_many(struct mpmc *q, const struct closure *jobs, size_t n)
{
    size_t pos = atomic_load_explicit(&q->tail, memory_order_relaxed), count = 0;

    for (;; count = 0) {
        ptrdiff_t ahead = 0;
        while (count < n && ahead == 0) {
            ahead = (ptrdiff_t)(atomic_load(&q->cells[(pos + count) & q->mask].seq) - (pos + count));
            count += ahead == 0;
        }
        if (count == 0 && ahead <= 0)
            return 0;
        if (count == 0)
            pos = atomic_load_explicit(&q->tail, memory_order_relaxed);
        else if (atomic_compare_exchange_weak_explicit(&q->tail, &pos, pos + count, memory_order_relaxed,
                                                       memory_order_relaxed))
            break;
    }
    for (size_t i = 0; i < count; i++) {
        struct mpmc_cell *cell = &q->cells[(pos + i) & q->mask];
        strategy_step();
        cell->job = jobs[i];
        atomic_store_explicit(&cell->seq, pos + i + 1, MPMC_BATCHED);
    }
    MPMC_BATCH_FENCE();
    return count;
}

/* Take the oldest closure into *job. False if there is none. Any thread; does not block. */
static inline bool mpmc_pop(struct mpmc *q, struct closure *job)
{
    size_t pos = atomic_load_explicit(&q->head, memory_order_relaxed);

    for (;;) {
        struct mpmc_cell *cell = &q->cells[pos & q->mask];
        ptrdiff_t ahead = (ptrdiff_t)(atomic_load(&cell->seq) - (pos + 1));
        if (ahead < 0)
            return false;
        if (ahead > 0) {
            pos = atomic_load_explicit(&q->head, memory_order_relaxed);
            continue;
        }
        if (atomic_compare_exchange_weak_explicit(&q->head, &pos, pos + 1, memory_order_relaxed,
                                                  memory_order_relaxed)) {
            *job = cell->job;
            strategy_step();
            atomic_store(&cell->seq, pos + q->mask + 1);
            return true;
        }
    }
}

/* Is there nothing to pop at this moment? A closure whose push has not returned yet may count as not there. */
static inline bool mpmc_empty(struct mpmc *q)
{
    for (;;) {
        size_t pos = atomic_load(&q->head);
        ptrdiff_t ahead = (ptrdiff_t)(atomic_load(&q->cells[pos & q->mask].seq) - (pos + 1));
        if (ahead <= 0)
            return ahead < 0;
    }
}

/* How many closures are in the queue, give or take what is under way. */
static inline size_t mpmc_count(struct mpmc *q)
{
    size_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);
    size_t head = atomic_load_explicit(&q->head, memory_order_relaxed);
    ptrdiff_t count = (ptrdiff_t)(tail - head);
    if (count >= (ptrdiff_t)(MPMC_CLOSED / 2))
        count -= (ptrdiff_t)MPMC_CLOSED;
    return count > 0 ? (size_t)count : 0;
}

/* No push succeeds that begins after this. Any thread, any number of times. */
static inline void mpmc_close(struct mpmc *q)
{
    size_t tail = atomic_load(&q->tail);

    do
        if ((ptrdiff_t)(tail - atomic_load(&q->head)) >= (ptrdiff_t)(MPMC_CLOSED / 2))
            return;
    while (!atomic_compare_exchange_weak(&q->tail, &tail, tail + MPMC_CLOSED));
}

/* Has mpmc_close() been called? Any thread; once true, it stays so. */
static inline bool mpmc_closed(struct mpmc *q)
{
    size_t tail = atomic_load(&q->tail);
    return (ptrdiff_t)(tail - atomic_load(&q->head)) >= (ptrdiff_t)(MPMC_CLOSED / 2);
}

/* Is it closed, and has everything been popped that was ever claimed, published yet or not? Then it stays so. */
static inline bool mpmc_drained(struct mpmc *q)
{
    return atomic_load(&q->tail) - atomic_load(&q->head) == MPMC_CLOSED;
}

#endif
