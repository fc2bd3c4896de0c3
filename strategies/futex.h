/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two futex calls that carriers of one process need. Private futexes: the kernel finds the waiter by the virtual
 * address and does not look up the page. Words that several processes share must not be waited for with these.
 */
#ifndef QUINTET_STRATEGIES_FUTEX_H
#define QUINTET_STRATEGIES_FUTEX_H

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Sleep while *word == value. May return for no reason (signal, stale wake): call it in a loop that looks again. */
static inline void futex_wait(_Atomic uint32_t *word, uint32_t value)
{
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

/* The same, at the latest until CLOCK_MONOTONIC reaches deadline_ns (UINT64_MAX: no limit). */
static inline void futex_wait_until(_Atomic uint32_t *word, uint32_t value, uint64_t deadline_ns)
{
    struct timespec until = {.tv_sec = (time_t)(deadline_ns / 1000000000u),
                             .tv_nsec = (long)(deadline_ns % 1000000000u)};
    syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, value, deadline_ns == UINT64_MAX ? NULL : &until, NULL,
            FUTEX_BITSET_MATCH_ANY);
}

/* Wake up to `count` (>= 1) of those who sleep at *word. The memory may be gone by now: only its address is used. */
static inline void futex_wake(_Atomic uint32_t *word, int count)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

#endif
