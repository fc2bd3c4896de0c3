/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_criterion.h"

#include "measure/rng.h"

#include <math.h>

/* Seeds 0 and 1234567: the vectors that other implementations of SplitMix64 publish. */
Test(rng, gives_the_published_vectors)
{
    static const struct {
        uint64_t seed, out[3];
    } vectors[] = {
        {0, {0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f}},
        {1, {0x910a2dec89025cc1, 0xbeeb8da1658eec67, 0xf893a2eefb32555e}},
        {1234567, {6457827717110365317u, 3203168211198807973u, 9817491932198370423u}},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct rng r = {vectors[i].seed};
        for (int j = 0; j < 3; j++)
            cr_expect_eq(rng_next(&r), vectors[i].out[j], "seed %llu, draw %d", (unsigned long long)vectors[i].seed, j);
    }
}

Test(rng, below_gives_the_golden_sequence)
{
    static const unsigned golden[] = {8, 1, 3, 3, 0, 9, 2, 8, 3, 6, 2};
    struct rng r = {42};
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++)
        cr_expect_eq(rng_below(&r, 11), golden[i], "draw %zu", i);
}

Test(rng, below_stays_below)
{
    static const uint64_t limits[] = {1, 2, 3, 1000, (UINT64_C(1) << 32) - 1, UINT64_C(1) << 32};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rng r = {i};
        uint64_t greatest = 0;
        for (int j = 0; j < 100000; j++) {
            uint64_t v = rng_below(&r, limits[i]);
            greatest = v > greatest ? v : greatest;
        }
        cr_expect_lt(greatest, limits[i]);
        cr_expect_geq((double)greatest, 0.99 * (double)(limits[i] - 1), "limit %zu: the top is reached", i);
    }
}

/* 100 cells, 10^6 draws: chi-square with 99 degrees of freedom lies below 160 but for one seed in 10 000. */
Test(rng, below_is_uniform)
{
    enum { CELLS = 100, DRAWS = 1000000 };
    unsigned seen[CELLS] = {0};
    struct rng r = {7};
    for (int i = 0; i < DRAWS; i++)
        seen[rng_below(&r, CELLS)]++;
    double chi2 = 0, expected = (double)DRAWS / CELLS;
    for (int i = 0; i < CELLS; i++)
        chi2 += ((double)seen[i] - expected) * ((double)seen[i] - expected) / expected;
    cr_assert_lt(chi2, 160);
    cr_assert_gt(chi2, 50, "too even to be random");
}

Test(rng, unit_stays_in_its_interval)
{
    struct rng r = {3};
    double least = 1, greatest = 0, sum = 0;
    for (int i = 0; i < 1000000; i++) {
        double u = rng_unit(&r);
        least = fmin(least, u);
        greatest = fmax(greatest, u);
        sum += u;
    }
    cr_assert(least >= 0 && least < 1e-4);
    cr_assert(greatest < 1 && greatest > 1 - 1e-4);
    cr_assert_float_eq(sum / 1e6, 0.5, 0.0015); /* 5 standard errors */

    /* The largest draw there is. */
    cr_assert_lt((double)(UINT64_MAX >> 11) * 0x1p-53, 1.0);
}

Test(rng, hash2_tells_order_and_zeros_apart)
{
    cr_expect_neq(rng_hash2(1, 2), rng_hash2(2, 1));
    cr_expect_neq(rng_hash2(0, 0), 0);
    cr_expect_neq(rng_hash2(0, 1), rng_hash2(1, 0));
    cr_expect_neq(rng_hash2(5, 5), rng_hash2(6, 6));
    cr_expect_eq(rng_hash2(5, 6), rng_hash2(5, 6));
}

/* One flipped bit of input flips half of the output: 32 of 64 on average, here over 1 000 inputs. */
Test(rng, mix64_avalanches)
{
    double least = 64, greatest = 0;
    for (int bit = 0; bit < 64; bit++) {
        struct rng r = {11};
        unsigned flipped = 0;
        for (int i = 0; i < 1000; i++) {
            uint64_t v = rng_next(&r);
            flipped += (unsigned)__builtin_popcountll(rng_mix64(v) ^ rng_mix64(v ^ UINT64_C(1) << bit));
        }
        least = fmin(least, flipped / 1000.0);
        greatest = fmax(greatest, flipped / 1000.0);
    }
    cr_assert(least > 30 && greatest < 34, "between %.1f and %.1f bits", least, greatest);
}

Test(rng, lognormal_has_its_median_and_its_limits)
{
    cr_expect_eq(rng_lognormal(16384, 0), 1024u + 1024u * 2 / 128);
    cr_expect_eq(rng_lognormal(16384, 0x7f7f7f7f), 16384u - 8192u * 2 / 128,
                 "four times 127 is 508: just below the median");
    cr_expect_eq(rng_lognormal(16384, 0x7f7f8080), 16384u, "510 is the median");
    cr_expect_eq(rng_lognormal(16384, 0xffffffff), 131072u + 131072u * 126 / 128);
    cr_expect_eq(rng_lognormal(16384, UINT64_MAX), rng_lognormal(16384, 0xffffffff), "32 bits are enough");
}
