/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/hist_exchange.h"

#include "measure/stats.h"

#include <errno.h>
#include <math.h>

/* The highest value of bucket i that can have been recorded. */
static uint64_t top_of(const struct hist *h, unsigned i)
{
    uint64_t high = hist_bucket_high(i);
    return i == hist_index(h->max) || high > h->max ? h->max : high;
}

/* From the buckets' mid-points: the sum of squares is not kept. */
static double deviation_of(const struct hist *h)
{
    double mean = hist_mean(h), squares = 0;
    for (unsigned i = hist_index(h->min), last = hist_index(h->max); i <= last; i++) {
        double middle = 0.5 * ((double)hist_bucket_low(i) + (double)top_of(h, i));
        squares += (double)h->bucket[i] * (middle - mean) * (middle - mean);
    }
    return sqrt(squares / (double)h->count);
}

/* The share that the row after `share` stands for: `ticks` steps for every halving of what is left. */
static double next_share(double share, unsigned ticks)
{
    double halvings = floor(log2(1 / (1 - share))) + 1;
    return share + 1 / (ticks * exp2(halvings));
}

int hist_hgrm_write(FILE *out, const struct hist *h, unsigned ticks, double unit_ns)
{
    if (h->count == 0 || ticks == 0 || !(unit_ns > 0) || !isfinite(unit_ns))
        return -EINVAL;
    double total = (double)h->count, share = 0;
    uint64_t seen = 0;
    errno = 0;
    fprintf(out, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
    for (unsigned i = hist_index(h->min), last = hist_index(h->max); i <= last; i++) {
        seen += h->bucket[i];
        double reached = seen == h->count ? 1 : (double)seen / total;
        /* A bucket that holds more than one step gets a row for each of them, as in the original. */
        for (; h->bucket[i] && seen < h->count && share <= reached; share = next_share(share, ticks))
            fprintf(out, "%12.3f %2.12f %10llu %14.2f\n", (double)top_of(h, i) / unit_ns, share,
                    (unsigned long long)seen, 1 / (1 - share));
    }
    /* The greatest values: on to the step at which a single one of them is left, then the end. */
    for (; share < 1 - 1 / total; share = next_share(share, ticks))
        fprintf(out, "%12.3f %2.12f %10llu %14.2f\n", (double)h->max / unit_ns, share, (unsigned long long)h->count,
                1 / (1 - share));
    fprintf(out, "%12.3f %2.12f %10llu\n", (double)h->max / unit_ns, 1.0, (unsigned long long)h->count);
    fprintf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", hist_mean(h) / unit_ns, deviation_of(h) / unit_ns);
    fprintf(out, "#[Max     = %12.3f, Total count    = %12llu]\n", (double)h->max / unit_ns,
            (unsigned long long)h->count);
    fprintf(out, "#[Buckets = %12d, SubBuckets     = %12d]\n", HIST_BUCKETS >> HIST_SUB_BITS, 1 << HIST_SUB_BITS);
    return ferror(out) ? errno ? -errno : -EIO : 0;
}

uint64_t hist_record_backfilled(struct hist *h, uint64_t v, uint64_t interval)
{
    uint64_t recorded = 1;
    hist_record(h, v);
    if (interval == 0 || v > HIST_VALUE_MAX)
        return recorded;
    for (uint64_t missing = v - interval; v > interval && missing >= interval; missing -= interval, recorded++)
        hist_record(h, missing);
    return recorded;
}

/* The bucket that holds 1-based rank `rank` of 1..count. */
static unsigned bucket_of_rank(const struct hist *h, uint64_t rank)
{
    unsigned i = hist_index(h->min), last = hist_index(h->max);
    for (uint64_t seen = h->bucket[i]; seen < rank && i < last; seen += h->bucket[i])
        i++;
    return i;
}

bool hist_quantile_interval(const struct hist *h, double q, double alpha, uint64_t *lo, uint64_t *hi)
{
    size_t l, u;
    if (!stats_order_interval(h->count, q, alpha, &l, &u))
        return false;
    unsigned low = bucket_of_rank(h, l), high = bucket_of_rank(h, u);
    *lo = hist_bucket_low(low) > h->min ? hist_bucket_low(low) : h->min;
    *hi = top_of(h, high);
    return true;
}
