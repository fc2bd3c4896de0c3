/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the field has published, held against this run.
 *
 * A law is a sentence with a published figure and a source, and up to LAW_CHECKS_MAX checks. A check is a quantity of
 * this run (a metric's median, or the ratio of two, paired by block) and the range in which it must lie. It holds if
 * the whole 95 % interval lies in the range, it does not hold if the interval lies wholly outside, and else it is
 * undecided. A law holds if all its checks do; one that does not hold is enough against it. What this suite cannot
 * measure has no checks but a reason, and so does a law that needs more CPUs, another workload or another strategy than
 * the run has: nothing is made up from what is merely near.
 */
#ifndef QUINTET_REPORT_LAWS_H
#define QUINTET_REPORT_LAWS_H

#include "report/lookup.h"

enum { LAW_CHECKS_MAX = 2, LAWS_COUNT = 26, LAW_MISSING_LEN = 384 };

struct law_check {
    const char *what;    /* the quantity, for readers: "threads, one CPU" */
    struct lookup over;  /* the metric; with `under`, the upper part of a ratio at the same K */
    struct lookup under; /* workload NULL: `over` alone. Serial stands at its own K */
    double least, most;  /* the range; 0 and INFINITY leave an end open */
};

struct law {
    const char *id;                          /* "L1" */
    const char *statement;                   /* one sentence */
    const char *published;                   /* the figures it stands on */
    const char *source;                      /* repository, page or paper */
    const char *untestable;                  /* why this suite cannot test it; NULL where it has checks */
    unsigned cpus, in_flight;                /* at least so many CPUs, and so great a K, are needed; 0: any */
    unsigned in_flight_most;                 /* and no greater K than this; 0: any */
    const char *backend, *backend_missing;   /* what `over`'s backend must say of itself, and what is missing if not */
    struct law_check checks[LAW_CHECKS_MAX]; /* those in use have a `what` */
};

extern const struct law laws[LAWS_COUNT]; /* laws_table.c */

enum law_outcome { LAW_HOLDS, LAW_DOES_NOT_HOLD, LAW_UNDECIDED, LAW_CANNOT_BE_TESTED };
const char *law_outcome_name(enum law_outcome outcome); /* "holds", "does_not_hold", "undecided", ... */

struct law_result {
    const struct law *law;
    enum law_outcome outcome;
    char missing[LAW_MISSING_LEN]; /* for LAW_CANNOT_BE_TESTED: why, one sentence without a full stop; else "" */
    struct {
        struct estimate value;        /* n == 0: not measured */
        const struct report_cell *at; /* the cell of `over`; NULL if not measured */
        enum law_outcome outcome;
    } checks[LAW_CHECKS_MAX];
};

/* Does a quantity with this interval lie in the range? Without an interval: LAW_CANNOT_BE_TESTED. Pure. */
enum law_outcome law_judge(const struct estimate *value, double least, double most);

/* Hold one law against the run. Allocates nothing that it keeps. */
void law_test(struct law_result *out, const struct law *law, const struct report_run *run);

/* summary.json's `laws`: all of them, in the order of their table. NULL without memory. */
json_t *laws_to_json(const struct report_run *run);

#endif
