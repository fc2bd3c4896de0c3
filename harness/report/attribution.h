/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much of a difference is the unit of scheduling, how much the I/O backend, how much the number of cores?
 *
 * Variants differ from their neighbours in one thing each. Along
 *
 *     threads --creation--> threads_static --unit--> coroutines_epoll --backend--> coroutines
 *
 * the ratios multiply to `coroutines` ÷ `threads`, in every block exactly; medians of the blocks' ratios nearly so. The
 * other steps stand alone. All are ratios of the headline metric, turned so that above 1 is better, paired by block;
 * the steps of the chain on the blocks that all of its strategies have.
 *
 * "One thing" is as near as programs come to it: coroutines_epoll also reads files on threads of its own, and starts
 * its tasks, where threads_static has no task to start.
 */
#ifndef QUINTET_REPORT_ATTRIBUTION_H
#define QUINTET_REPORT_ATTRIBUTION_H

#include "report/aggregate.h"
#include "report/text.h"

enum attribution_step {
    STEP_CREATION, /* the chain: its factors, then its product */
    STEP_UNIT,
    STEP_BACKEND,
    STEP_WHOLE,
    STEP_CORES, /* alone */
    STEP_QUEUE,
    STEP_STEALING,
    STEP_FORK,
    STEP_COUNT,
};

struct attribution_pair {
    const char *name;         /* "backend" */
    const char *over, *under; /* strategies */
};
extern const struct attribution_pair attribution_pairs[STEP_COUNT];

struct attribution {
    const struct report_cell *cell;   /* any of the contest: its case, label and K */
    const char *metric;               /* the headline */
    bool greatest_k;                  /* of the case, among those with an entry */
    struct estimate step[STEP_COUNT]; /* n == 0: a side is missing */
};

/* All cases at a K for which at least one step is known, in the order of the plan. free(*list). 0 or -ENOMEM. */
int attribution_build(struct attribution **list, unsigned *n, const struct report_run *run);

/* The chain in a sentence: what most of the difference is, and what works against it. "" where a factor is missing. */
void attribution_words(struct text *out, const struct attribution *attribution);

/* summary.json's `attribution`. NULL without memory. */
json_t *attribution_to_json(const struct report_run *run);

#endif
