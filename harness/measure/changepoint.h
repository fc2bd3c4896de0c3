/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Has a series of iterations reached a steady state? Change points by PELT (Killick, Fearnhead, Eckley 2012) with the
 * normal cost in mean and variance and a penalty of 15 ln n, and the classes of Barrett et al. (OOPSLA 2017).
 */
#ifndef QUINTET_MEASURE_CHANGEPOINT_H
#define QUINTET_MEASURE_CHANGEPOINT_H

#include <stddef.h>

enum {
    CHANGEPOINT_MIN = 8,     /* fewer values have no classification */
    CHANGEPOINT_MAX = 65536, /* values at most */
};

enum steady {
    STEADY_FLAT,    /* one level from beginning to end, within the margin */
    STEADY_WARM_UP, /* began slower (greater) and reached its last level before the final quarter */
    STEADY_SLOWDOWN,
    STEADY_NONE,    /* another level still inside the final quarter */
    STEADY_UNKNOWN, /* too few values */
    STEADY_COUNT,
};
const char *steady_name(enum steady class); /* "flat", "warm_up", "slowdown", "no_steady_state", "unknown" */

/*
 * The positions at which a new level begins, ascending, into out[] (room for n / 2); *count of them. `variance_floor`
 * is the least variance a segment may have, > 0: the clock's resolution squared over 12. *cost (may be NULL) receives
 * the minimal total cost. 0, -EINVAL (n < 4, not finite, floor not positive) or -ENOMEM.
 */
int changepoint_find(const double *x, size_t n, double variance_floor, size_t *out, size_t *count, double *cost);

/*
 * The class of a series of costs (greater is slower). Values outside a rolling median of 200 +- 3 (p90 - p10) are
 * replaced by that median first: one stall is no new level. Two levels are equal if their means differ by at most
 * `margin` (0.03 = 3 %) or by the last level's standard deviation. *settled (may be NULL) is where the last level, or
 * the first that equals it, begins. 0, or -errno like changepoint_find(); fewer than CHANGEPOINT_MIN: 0 and
 * STEADY_UNKNOWN.
 */
int changepoint_classify(const double *x, size_t n, double margin, double variance_floor, enum steady *class,
                         size_t *settled);

#endif
