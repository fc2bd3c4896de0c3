/* SPDX-License-Identifier: Apache-2.0 */
/* Work that takes time and nothing else: no memory, no division, no branch to guess. */
#ifndef QUINTET_WORKLOADS_CHAIN_H
#define QUINTET_WORKLOADS_CHAIN_H

#include "measure/clock.h"
#include "measure/rng.h"

#include <stdint.h>

/* `rounds` steps from `value` on. Each needs the one before, so nobody can shorten it or know the end without doing it.
 * A round is about 15 cycles. */
static inline uint64_t chain_run(uint64_t value, uint64_t rounds)
{
    for (uint64_t i = 0; i < rounds; i++)
        value = rng_mix64(value + 1);
    return value;
}

/* Nanoseconds per round on this CPU now: the best of several tries, because whatever disturbs makes it longer. */
static inline double chain_round_ns(void)
{
    enum { ROUNDS = 4096, TRIES = 16 };
    uint64_t value = 1, best_ns = UINT64_MAX;
    for (int i = 0; i < TRIES; i++) {
        uint64_t start_ns = clock_now_ns();
        value = chain_run(value, ROUNDS);
        __asm__ volatile("" : : "r"(value)); /* wanted before the clock is read again */
        uint64_t took_ns = clock_now_ns() - start_ns;
        best_ns = took_ns < best_ns ? took_ns : best_ns;
    }
    return (double)best_ns / ROUNDS;
}

#endif
