/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log-linear latency histogram, flat and pointer-free, so that it can live in shared memory.
 *
 * Values below 2^(p+1) have a bucket each; above, every power of two is cut into 2^p buckets. With p = 8 a
 * bucket is at most 1/256 of its value wide: reporting its mid-point errs by at most 0.2 %. The index is the
 * one of HdrHistogram's family (Tene) in Jens Axboe's fio layout: e = bit_length(v) - 1 - p,
 * index = (e << p) + (v >> e).
 *
 * One writer per histogram, no atomics; merge after the writer has stopped. Merging is exact: counts add.
 * Only buckets between min and max are ever touched, so an unused histogram costs no memory.
 */
#ifndef QUINTET_MEASURE_HIST_H
#define QUINTET_MEASURE_HIST_H

#include <stdint.h>

enum {
    HIST_SUB_BITS = 8,
    HIST_BUCKETS = 8960, /* covers values below 2^42 ns, a bit more than 73 minutes; greater ones saturate */
};
#define HIST_VALUE_MAX ((UINT64_C(1) << 42) - 1)

struct hist {
    uint64_t count;
    uint64_t sum;     /* ns; exact until 584 years of latency have been recorded */
    uint64_t min;     /* exact; meaningless while count == 0 */
    uint64_t max;     /* exact, not clamped */
    uint64_t clamped; /* values above HIST_VALUE_MAX, counted in the last bucket */
    uint64_t bucket[HIST_BUCKETS];
};

/* Bucket of v (v clamped to HIST_VALUE_MAX). Pure. */
static inline unsigned hist_index(uint64_t v)
{
    if (v < (UINT64_C(1) << (HIST_SUB_BITS + 1)))
        return (unsigned)v;
    if (v > HIST_VALUE_MAX)
        v = HIST_VALUE_MAX;
    unsigned e = 63u - (unsigned)__builtin_clzll(v) - HIST_SUB_BITS;
    return (e << HIST_SUB_BITS) + (unsigned)(v >> e);
}

/* Record v `n` times; n == 0 changes nothing. */
static inline void hist_record_n(struct hist *h, uint64_t v, uint64_t n)
{
    if (n == 0)
        return;
    if (h->count == 0 || v < h->min)
        h->min = v;
    if (v > h->max)
        h->max = v;
    if (__builtin_expect(v > HIST_VALUE_MAX, 0))
        h->clamped += n;
    h->count += n;
    h->sum += v * n;
    h->bucket[hist_index(v)] += n;
}

/* One sample. One thread at a time. */
static inline void hist_record(struct hist *h, uint64_t v)
{
    hist_record_n(h, v, 1);
}

/* Lowest and highest value that share bucket `index`; index < HIST_BUCKETS. */
uint64_t hist_bucket_low(unsigned index);
uint64_t hist_bucket_high(unsigned index);

/* Forget everything, touching only the buckets that were used. Works on zeroed memory too. */
void hist_reset(struct hist *h);

/* Add all of `from` to `into`. */
void hist_merge(struct hist *into, const struct hist *from);

/*
 * Value at quantile q in [0, 1]: the mid-point of the bucket that holds rank max(1, ceil(q * count)), clipped to
 * [min, max]. Returns 0 for an empty histogram. Error bound: 0.2 % of the value.
 */
uint64_t hist_quantile(const struct hist *h, double q);

/* Arithmetic mean in ns, 0 if empty. */
double hist_mean(const struct hist *h);

/*
 * Smallest count for which a two-sided 95 % interval of quantile q exists: ceil(ln 0.025 / ln q) for q >= 0.5.
 * By symmetry q < 0.5 needs what 1 - q needs; q = 0 and 1 never have one (UINT64_MAX).
 * A percentile of fewer samples is not printed anywhere. q = .5: 6, .9: 36, .99: 368, .999: 3688, .9999: 36887.
 */
uint64_t hist_quantile_min_count(double q);

#endif
