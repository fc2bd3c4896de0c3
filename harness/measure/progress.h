/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a trial went along: from stretches of work (who did how many ops from when to when) to a series of costs, and
 * from the series to a class. Nothing of it runs while anything is timed.
 */
#ifndef QUINTET_MEASURE_PROGRESS_H
#define QUINTET_MEASURE_PROGRESS_H

#include "measure/changepoint.h"

#include <stddef.h>
#include <stdint.h>

enum {
    PROGRESS_MAX = 64,          /* values of a series at most */
    PROGRESS_STRETCHES_MIN = 2, /* for each value, one after another; fewer would be steps of the stamps, not of time */
};

#define STEADY_MARGIN .05 /* levels within a trial that differ by less are one: the machine's own, as a rule */

/* `ops` ops were done between two stamps of one task, at an even pace as far as anybody knows. */
struct stretch {
    uint64_t from_ns, to_ns;
    double ops;
};

/*
 * Cut [from_ns, to_ns] into n parts of as many ops each and give what an op cost there, in per mille of the median:
 * 1000 everywhere means that the pace never changed. Parts are of equal work and not of equal time, so that a stall is
 * a great cost and no part is without ops. Stretches may overlap, touch, be empty, lie partly or wholly outside. Exact
 * to within 1/256 of a mean part. 0; -EINVAL: n is 0 or above PROGRESS_MAX, or no op lies inside; -ENOMEM.
 */
int progress_series(const struct stretch *stretches, size_t count, uint64_t from_ns, uint64_t to_ns, unsigned n,
                    uint16_t *out);

/* How many values `count` stretches, of which about `alive` were under way at a time, can give; 0: too few for any. */
unsigned progress_length(size_t count, unsigned alive);

/*
 * The class of a series (changepoint.h): levels that differ by less than `margin` (0.05 = 5 %) or than the last one's
 * own standard deviation are one. *settled: the part with which the last level begins. Fewer than CHANGEPOINT_MIN
 * values: STEADY_UNKNOWN.
 */
enum steady progress_class(const uint16_t *series, unsigned n, double margin, unsigned *settled);

#endif
