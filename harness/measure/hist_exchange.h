/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Histograms to and from other tools: HdrHistogram's percentile text, which its plotters read, and the correction for
 * data in which a stall hid the requests that it delayed.
 */
#ifndef QUINTET_MEASURE_HIST_EXCHANGE_H
#define QUINTET_MEASURE_HIST_EXCHANGE_H

#include "measure/hist.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * Write h in the percentile distribution format of HdrHistogram (".hgrm"): value, percentile, count up to it,
 * 1/(1-percentile). Values are the highest that share a bucket, clipped to the maximum, divided by `unit_ns` (1e3: in
 * microseconds, 1e6: in milliseconds). `ticks` rows for each halving of the distance to 100 % (HdrHistogram's own tools
 * use 5). Ends with the lines on mean, standard deviation, maximum and count.
 *
 * All of the tail is written, also where no percentile could be claimed: it is data, not a conclusion. 0; -EINVAL for
 * an empty histogram, ticks == 0 or a unit that is not positive; -errno of writing (what stdio still buffers shows up
 * at the caller's fclose()).
 */
int hist_hgrm_write(FILE *out, const struct hist *h, unsigned ticks, double unit_ns);

/*
 * Record v, and for a closed-loop source that meant to send one request every `interval` what the stall kept from being
 * sent: v - interval, v - 2 interval ... down to interval (Tene's correction for coordinated omission). Only for
 * imported data: what this harness paces itself is timed from the intended start and needs none. interval == 0 records
 * v alone. Returns how many values were recorded. A v above HIST_VALUE_MAX stands for itself only.
 */
uint64_t hist_record_backfilled(struct hist *h, uint64_t v, uint64_t interval);

/*
 * Quantile q with its order-statistic interval at level 1-alpha: [*lo, *hi] hold it, ends being those of their buckets.
 * False, and nothing set, where the count does not support one (see hist_quantile_min_count). It is about the ops of
 * one process only and believes that they don't depend on one another; it says nothing about the next process.
 */
bool hist_quantile_interval(const struct hist *h, double q, double alpha, uint64_t *lo, uint64_t *hi);

#endif
