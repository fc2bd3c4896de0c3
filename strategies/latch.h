/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A latch: a number of things that somebody waits for to be over. It is counted down to zero once, by any threads, in
 * steps of any size; then it is open, until latch_init() shuts it again.
 *
 *     init 5 --down 2--> 3 --down 1--> 2 --down 2--> 0: open = 1, wake
 *
 * The waiter sleeps on a word of its own, which changes once, and not on the count, which would wake it for nothing
 * with every change. Whoever counts down pays one atomic addition (so hand in several at once if you can), the last one
 * a system call. When the last one has set `open` it uses no more than the address, so a waiter may keep the latch on
 * its stack.
 */
#ifndef QUINTET_STRATEGIES_LATCH_H
#define QUINTET_STRATEGIES_LATCH_H

#include "strategies/futex.h"
#include "strategies/steps.h"

#include <stdatomic.h>
#include <stdint.h>

struct latch {
    _Alignas(64) _Atomic uint32_t pending;
    _Atomic uint32_t open; /* futex */
};

/* Shut it; `count` things are to come (0: it is open at once). Nobody waits for it or counts it down meanwhile. */
static inline void latch_init(struct latch *l, uint32_t count)
{
    atomic_store_explicit(&l->open, count == 0, memory_order_relaxed);
    atomic_store_explicit(&l->pending, count, memory_order_relaxed);
}

/* `count` of them are over; all that this thread did before is seen by whoever has waited. */
static inline void latch_down(struct latch *l, uint32_t count)
{
    if (atomic_fetch_sub_explicit(&l->pending, count, memory_order_acq_rel) == count) {
        strategy_step();
        atomic_store_explicit(&l->open, 1, memory_order_release);
        futex_wake(&l->open, INT_MAX);
    }
}

/* Sleep until all are over. Any number of threads. */
static inline void latch_wait(struct latch *l)
{
    while (!atomic_load_explicit(&l->open, memory_order_acquire))
        futex_wait(&l->open, 0);
}

#endif
