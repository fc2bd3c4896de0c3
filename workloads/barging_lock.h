/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simplest lock that every carrier can use, processes and coroutines included: one word in shared memory, and
 * who finds it taken looks again for a while, then lets others run.
 *
 * Barging: whoever looks at the right moment gets it, and nobody is queued. The holder's CPU is never given to a waiter
 * by the lock itself, so it is cheap and unfair.
 */
#ifndef QUINTET_WORKLOADS_BARGING_LOCK_H
#define QUINTET_WORKLOADS_BARGING_LOCK_H

#include "contract/ctx.h"

#include <stdatomic.h>
#include <stdint.h>

/* About 0.2 us of looking: several transfers of a cache line long, and short against a switch of threads. Both sides
 * of a lock may be on one carrier, so nobody may look forever. */
enum { BARGING_SPINS = 200 };

/* Zero bytes are a free lock. */
struct barging_lock {
    _Alignas(64) _Atomic uint32_t held;
};

/* Look at `word` until it is (or, with `until_zero` false, is not) zero, yielding now and then. 0 or -errno. */
static inline int barging_watch(struct ctx *c, _Atomic uint32_t *word, int until_zero)
{
    for (unsigned spins = 0; (atomic_load_explicit(word, memory_order_relaxed) == 0) != until_zero;) {
        if (++spins < BARGING_SPINS)
            continue;
        spins = 0;
        int rc = ctx_yield(c);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* 0: taken at once; 1: taken after waiting; -errno of the yield. */
static inline int barging_acquire(struct ctx *c, struct barging_lock *lock)
{
    int waited = 0;
    while (atomic_exchange_explicit(&lock->held, 1, memory_order_acquire)) {
        waited = 1;
        int rc = barging_watch(c, &lock->held, 1);
        if (rc < 0)
            return rc;
    }
    return waited;
}

/* Let go; whoever comes first has it next. */
static inline void barging_release(struct barging_lock *lock)
{
    atomic_store_explicit(&lock->held, 0, memory_order_release);
}

#endif
