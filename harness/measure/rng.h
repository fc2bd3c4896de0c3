/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SplitMix64 (Steele, Lea, Flood 2014) for every random choice: small, seedable, with known vectors
 * (seed 1 -> 910a2dec89025cc1, ...). rng_mix64 is its finaliser and serves as the hash of digests and of input.
 */
#ifndef QUINTET_MEASURE_RNG_H
#define QUINTET_MEASURE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state;
};

static inline uint64_t rng_mix64(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Order-sensitive hash of two words. */
static inline uint64_t rng_hash2(uint64_t a, uint64_t b)
{
    return rng_mix64(rng_mix64(a + UINT64_C(0x9e3779b97f4a7c15)) ^ (b + UINT64_C(0x9e3779b97f4a7c15)));
}

static inline uint64_t rng_next(struct rng *r)
{
    return rng_mix64(r->state += UINT64_C(0x9e3779b97f4a7c15));
}

/* Uniform in [0, n); n > 0 and n <= 2^32 (Lemire's multiply without rejection: bias below 2^-32). */
static inline uint64_t rng_below(struct rng *r, uint64_t n)
{
    return ((rng_next(r) >> 32) * n) >> 32;
}

/* Uniform in [0, 1). */
static inline double rng_unit(struct rng *r)
{
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

#endif
