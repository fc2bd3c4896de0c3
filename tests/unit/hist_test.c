/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_criterion.h"

#include "measure/hist.h"
#include "measure/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HISTS = 3, SAMPLES = 20000 };

/* Every test is a process of its own and finds these zeroed. */
static struct hist hist_g[HISTS];

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Latencies as they come: from one nanosecond to an hour, evenly over the magnitudes. */
static uint64_t any_latency(struct rng *r)
{
    return (uint64_t)exp(rng_unit(r) * log(3.6e12));
}

/* --- Buckets -------------------------------------------------------------------------------------------------- */

Test(hist, index_matches_the_golden_table)
{
    static const struct {
        uint64_t value;
        unsigned index;
    } golden[] = {
        {0, 0},     {1, 1},     {255, 255},  {256, 256},  {511, 511},      {512, 512},
        {513, 512}, {514, 513}, {1000, 756}, {1024, 768}, {1000000, 3304}, {UINT64_C(3600000000000), 8867},
    };
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++)
        cr_expect_eq(hist_index(golden[i].value), golden[i].index, "value %llu", (unsigned long long)golden[i].value);
    cr_expect_eq(hist_bucket_low(3304), 999424);
}

Test(hist, last_bucket_is_that_of_the_greatest_value)
{
    cr_expect_eq(hist_index(HIST_VALUE_MAX), HIST_BUCKETS - 1);
    cr_expect_eq(hist_index(HIST_VALUE_MAX + 1), HIST_BUCKETS - 1);
    cr_expect_eq(hist_index(UINT64_MAX), HIST_BUCKETS - 1);
    cr_expect_eq(hist_bucket_high(HIST_BUCKETS - 1), HIST_VALUE_MAX);
}

/* Buckets tile the range: no gap, no overlap, and both ends of each know where they belong. */
Test(hist, buckets_tile_the_range)
{
    unsigned wrong = hist_bucket_low(0) != 0;
    for (unsigned i = 0; i < HIST_BUCKETS; i++) {
        uint64_t low = hist_bucket_low(i), high = hist_bucket_high(i);
        wrong += low > high || hist_index(low) != i || hist_index(high) != i;
        wrong += i + 1 < HIST_BUCKETS && hist_bucket_low(i + 1) != high + 1;
        wrong += i >= 512 && (high - low + 1) * 256 > low; /* at most 1/256 of its value wide */
    }
    cr_assert_eq(wrong, 0);
}

/* --- Recording ------------------------------------------------------------------------------------------------ */

Test(hist, empty_has_no_values)
{
    struct hist *h = &hist_g[0];
    cr_expect_eq(hist_quantile(h, 0), 0);
    cr_expect_eq(hist_quantile(h, 0.5), 0);
    cr_expect_eq(hist_quantile(h, 1), 0);
    cr_expect_float_eq(hist_mean(h), 0, 0);
}

Test(hist, records_exact_sums_and_ends)
{
    struct hist *h = &hist_g[0];
    hist_record(h, 1234567);
    hist_record_n(h, 10, 3);
    hist_record_n(h, 5, 0);
    hist_record(h, 99999);
    cr_expect_eq(h->count, 5);
    cr_expect_eq(h->sum, 1234567 + 30 + 99999);
    cr_expect_eq(h->min, 10);
    cr_expect_eq(h->max, 1234567);
    cr_expect_eq(h->clamped, 0);
    cr_expect_float_eq(hist_mean(h), (1234567 + 30 + 99999) / 5.0, 1e-9);
}

Test(hist, recording_none_of_a_value_changes_nothing)
{
    hist_record_n(&hist_g[0], 777, 0);
    cr_assert_eq(memcmp(&hist_g[0], &hist_g[1], sizeof(struct hist)), 0);
}

Test(hist, one_value_is_every_quantile)
{
    static const uint64_t values[] = {0, 1, 511, 513, 1000001, HIST_VALUE_MAX, UINT64_C(1) << 43, UINT64_MAX};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct hist *h = &hist_g[0];
        hist_reset(h);
        hist_record(h, values[i]);
        for (int q = 0; q <= 10; q++)
            cr_expect_eq(hist_quantile(h, q / 10.0), values[i], "value %zu, quantile .%d", i, q);
    }
}

Test(hist, values_beyond_the_range_are_counted_as_clamped)
{
    struct hist *h = &hist_g[0];
    hist_record(h, HIST_VALUE_MAX);
    hist_record_n(h, HIST_VALUE_MAX + 1, 2);
    hist_record(h, 100);
    cr_expect_eq(h->clamped, 2);
    cr_expect_eq(h->count, 4);
    cr_expect_eq(h->max, HIST_VALUE_MAX + 1, "the maximum is exact, not clamped");
    cr_expect_eq(h->bucket[HIST_BUCKETS - 1], 3);
}

Test(hist, reset_leaves_no_trace)
{
    struct hist *h = &hist_g[0];
    struct rng r = {5};
    for (int i = 0; i < SAMPLES; i++)
        hist_record(h, any_latency(&r));
    hist_record(h, UINT64_MAX);
    hist_reset(h);
    cr_expect_eq(memcmp(h, &hist_g[1], sizeof *h), 0);
    hist_reset(h); /* and once more, empty */
    cr_expect_eq(memcmp(h, &hist_g[1], sizeof *h), 0);
}

/* --- Quantiles ------------------------------------------------------------------------------------------------ */

/* 1 .. 100 lie in buckets of their own: the quantile at k/100 is k, whatever the product looks like in binary. */
Test(hist, quantile_takes_the_rank_that_decimal_arithmetic_gives)
{
    struct hist *h = &hist_g[0];
    for (uint64_t v = 1; v <= 100; v++)
        hist_record(h, v);
    for (unsigned k = 1; k <= 100; k++)
        cr_expect_eq(hist_quantile(h, k / 100.0), k, "quantile %u / 100", k);
    cr_expect_eq(hist_quantile(h, 0), 1);
    cr_expect_eq(hist_quantile(h, 0.001), 1);
    cr_expect_eq(hist_quantile(h, 0.0101), 2);
    cr_expect_eq(hist_quantile(h, 0.9901), 100);
    cr_expect_eq(hist_quantile(h, 0.985), 99);
}

Test(hist, quantile_outside_its_range_is_an_end)
{
    struct hist *h = &hist_g[0];
    hist_record(h, 3);
    hist_record(h, 400);
    cr_expect_eq(hist_quantile(h, -1), 3);
    cr_expect_eq(hist_quantile(h, 7), 400);
    cr_expect_eq(hist_quantile(h, NAN), 3);
}

/* Counts that a double cannot hold: the rank may be off by some, but it is never outside, and never 0. */
Test(hist, quantile_of_huge_counts)
{
    static const uint64_t counts[] = {
        (UINT64_C(1) << 53) - 1,
        UINT64_C(1) << 53,
        (UINT64_C(1) << 53) + 1,
        UINT64_MAX / 2 - 7,
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct hist *h = &hist_g[0];
        hist_reset(h);
        hist_record_n(h, 1, counts[i]);
        hist_record_n(h, 2, counts[i]);
        cr_expect_eq(hist_quantile(h, 0), 1, "count %zu", i);
        cr_expect_eq(hist_quantile(h, 0.499999), 1, "count %zu", i);
        cr_expect_eq(hist_quantile(h, 0.500001), 2, "count %zu", i);
        cr_expect_eq(hist_quantile(h, 1), 2, "count %zu", i);
        cr_expect_float_eq(hist_mean(h), (double)h->sum / (double)h->count, 0);
    }
    /* The last of 2^53 - 1 is still told from the others. */
    struct hist *h = &hist_g[1];
    hist_record_n(h, 7, (UINT64_C(1) << 53) - 2);
    hist_record(h, 9);
    cr_expect_eq(hist_quantile(h, 1), 9);
    cr_expect_eq(hist_quantile(h, 0.9999), 7);
}

/* Against the sorted sample: the same rank, off by less than 0.2 % of the value and never outside [min, max]. */
Test(hist, quantile_error_is_within_its_bound)
{
    static uint64_t sample[SAMPLES];
    static const double quantiles[] = {0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct rng r = {seed};
        struct hist *h = &hist_g[0];
        hist_reset(h);
        size_t n = 1 + rng_below(&r, SAMPLES);
        for (size_t i = 0; i < n; i++) {
            sample[i] = any_latency(&r);
            hist_record(h, sample[i]);
        }
        qsort(sample, n, sizeof *sample, compare_u64);
        for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
            size_t rank = (size_t)ceil(quantiles[i] * (double)n * (1 - 1e-15));
            double exact = (double)sample[rank ? rank - 1 : 0], got = (double)hist_quantile(h, quantiles[i]);
            cr_expect_leq(fabs(got - exact), 0.002 * exact, "seed %llu n %zu q %g: %g for %g", (unsigned long long)seed,
                          n, quantiles[i], got, exact);
            cr_expect(got >= (double)h->min && got <= (double)h->max);
        }
    }
}

Test(hist, quantiles_are_monotone)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct rng r = {seed};
        struct hist *h = &hist_g[0];
        hist_reset(h);
        for (uint64_t i = 0, n = 1 + rng_below(&r, 2000); i < n; i++)
            hist_record_n(h, any_latency(&r) * (1 + rng_below(&r, 3)), 1 + rng_below(&r, 5));
        unsigned falls = 0;
        uint64_t last = 0;
        for (int i = 0; i <= 5000; i++) {
            uint64_t v = hist_quantile(h, i / 5000.0);
            falls += v < last;
            last = v;
        }
        cr_expect_eq(falls, 0, "seed %llu", (unsigned long long)seed);
    }
}

/* ceil(ln .025 / ln q); by symmetry the same below a half; an extreme never has an interval. */
Test(hist, a_quantile_needs_its_least_count)
{
    static const struct {
        double q;
        uint64_t least;
    } golden[] = {{0.5, 6},   {0.9, 36},  {0.95, 72},      {0.99, 368},     {0.999, 3688},   {0.9999, 36887}, {0.1, 36},
                  {0.25, 13}, {0.75, 13}, {1, UINT64_MAX}, {0, UINT64_MAX}, {2, UINT64_MAX}, {-1, UINT64_MAX}};
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++)
        cr_expect_eq(hist_quantile_min_count(golden[i].q), golden[i].least, "q = %g", golden[i].q);
}

/* --- Merging -------------------------------------------------------------------------------------------------- */

Test(hist, merge_equals_recording_the_union)
{
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct rng r = {seed};
        struct hist *a = &hist_g[0], *b = &hist_g[1], *both = &hist_g[2];
        hist_reset(a);
        hist_reset(b);
        hist_reset(both);
        for (uint64_t i = 0, n = rng_below(&r, 500); i < n; i++) {
            uint64_t v = any_latency(&r) * (1 + rng_below(&r, 4)), times = rng_below(&r, 4);
            hist_record_n(rng_below(&r, 2) ? a : b, v, times);
            hist_record_n(both, v, times);
        }
        hist_merge(a, b);
        cr_expect_eq(memcmp(a, both, sizeof *a), 0, "seed %llu", (unsigned long long)seed);
    }
}

Test(hist, merging_an_empty_one_changes_nothing)
{
    struct hist *a = &hist_g[0], *empty = &hist_g[1];
    hist_record(a, 5);
    hist_record(a, 50000);
    hist_g[2] = *a;
    hist_merge(a, empty);
    cr_expect_eq(memcmp(a, &hist_g[2], sizeof *a), 0);
    hist_merge(empty, a);
    cr_expect_eq(memcmp(empty, a, sizeof *a), 0, "into an empty one: a copy");
}

Test(hist, merge_keeps_clamped_counts)
{
    hist_record(&hist_g[0], UINT64_MAX);
    hist_record(&hist_g[1], HIST_VALUE_MAX + 5);
    hist_merge(&hist_g[0], &hist_g[1]);
    cr_expect_eq(hist_g[0].clamped, 2);
    cr_expect_eq(hist_g[0].max, UINT64_MAX);
    cr_expect_eq(hist_g[0].min, HIST_VALUE_MAX + 5);
}
