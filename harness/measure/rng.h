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

/* The finaliser: a bijection of 64 bits. */
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

/* 64 bits; one step of the sequence. */
static inline uint64_t rng_next(struct rng *r)
{
    return rng_mix64(r->state += UINT64_C(0x9e3779b97f4a7c15));
}

/* Uniform in [0, n); n > 0 and n <= 2^32 (Lemire's multiply without rejection: bias below 2^-32). */
static inline uint64_t rng_below(struct rng *r, uint64_t n)
{
    return ((rng_next(r) >> 32) * n) >> 32;
}

/*
 * About lognormal with this median (<= 2^56), from 32 random bits: median * 2^((e - 510) / 128), where e is the sum of
 * four bytes (Irwin and Hall's sum for a normal: mean 510, standard deviation 148, so about 1.15 octaves; 1/16 and 16
 * times the median are the limits, the mean is 1.4 times it). Straight lines between powers of two: integers only, the
 * same everywhere.
 */
static inline uint64_t rng_lognormal(uint64_t median, uint64_t bits)
{
    unsigned e = 2; /* 512 steps above the least: 510 becomes exactly the median */
    for (unsigned i = 0; i < 4; i++)
        e += (unsigned)(bits >> (8 * i)) & 0xff;
    uint64_t octave = (median << (e / 128)) >> 4;
    return octave + octave * (e % 128) / 128;
}

/* Uniform in [0, 1). */
static inline double rng_unit(struct rng *r)
{
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

#endif
