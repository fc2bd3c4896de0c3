/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/hist.h"

#include <float.h>
#include <math.h>

/* The header's two constants must describe the same range: the last bucket is the one of the greatest value. */
enum { VALUE_MAX_EXPONENT = 42 - 1 - HIST_SUB_BITS };
_Static_assert(HIST_VALUE_MAX == (UINT64_C(1) << 42) - 1, "VALUE_MAX_EXPONENT follows HIST_VALUE_MAX");
_Static_assert(HIST_BUCKETS == (VALUE_MAX_EXPONENT << HIST_SUB_BITS) + (HIST_VALUE_MAX >> VALUE_MAX_EXPONENT) + 1,
               "HIST_BUCKETS must be exactly enough for HIST_VALUE_MAX");

uint64_t hist_bucket_low(unsigned index)
{
    if (index < (2u << HIST_SUB_BITS))
        return index;
    /* The mantissa v >> e lies in [2^p, 2^(p+1)), so the index carries e + 1 above the p sub-bucket bits. */
    unsigned e = (index >> HIST_SUB_BITS) - 1;
    return (uint64_t)(index - (e << HIST_SUB_BITS)) << e;
}

uint64_t hist_bucket_high(unsigned index)
{
    return hist_bucket_low(index + 1) - 1;
}

void hist_reset(struct hist *h)
{
    /* A histogram nobody wrote keeps its pages untouched: lanes in shared memory are many and mostly idle. */
    if (h->count) {
        for (unsigned i = hist_index(h->min), last = hist_index(h->max); i <= last; i++)
            h->bucket[i] = 0;
    }
    h->count = h->sum = h->min = h->max = h->clamped = 0;
}

void hist_merge(struct hist *into, const struct hist *from)
{
    if (from->count == 0)
        return;
    for (unsigned i = hist_index(from->min), last = hist_index(from->max); i <= last; i++)
        into->bucket[i] += from->bucket[i];
    if (into->count == 0 || from->min < into->min)
        into->min = from->min;
    if (from->max > into->max)
        into->max = from->max;
    into->count += from->count;
    into->sum += from->sum;
    into->clamped += from->clamped;
}

/*
 * max(1, ceil(q * count)), 1-based. 0.07 * 100 is 7.000000000000001 in binary and must not become rank 8: a product
 * within rounding of an integer is that integer. The allowance moves the rank only where count exceeds 2^50.
 */
static uint64_t rank_of(double q, uint64_t count)
{
    if (!(q > 0)) /* NaN too */
        return 1;
    if (q >= 1)
        return count;
    double exact = q * (double)count;
    double rank = ceil(exact - 2 * DBL_EPSILON * exact); /* of something above 0: at least 1 */
    /* (double)count may round up, even to 2^64; the allowance is more than that, so the rank is at most count. */
    return (uint64_t)rank;
}

uint64_t hist_quantile(const struct hist *h, double q)
{
    if (h->count == 0)
        return 0;
    uint64_t rank = rank_of(q, h->count);
    unsigned i = hist_index(h->min), last = hist_index(h->max);
    for (uint64_t seen = h->bucket[i]; seen < rank && i < last; seen += h->bucket[i])
        i++;

    uint64_t low = hist_bucket_low(i);
    uint64_t middle = low + (hist_bucket_high(i) - low) / 2;
    if (middle < h->min)
        return h->min;
    return middle > h->max ? h->max : middle;
}

double hist_mean(const struct hist *h)
{
    return h->count ? (double)h->sum / (double)h->count : 0;
}

uint64_t hist_quantile_min_count(double q)
{
    double far = q >= 0.5 ? q : 1 - q; /* the rarer side decides */
    if (!(far < 1))
        return UINT64_MAX; /* an extreme has no two-sided interval at any count */
    return (uint64_t)ceil(log(0.025) / log(far));
}
