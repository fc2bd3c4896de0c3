/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paced load: ops are offered by the clock, at a mean rate over all tasks, as they would arrive from outside.
 *
 * Each task has a schedule of its own, a Poisson process of rate / tasks; together they are one of the whole rate.
 * (Of tasks in a conversation only those that ask count: the others are busy when they are asked.) It is written down
 * before the start, in shared memory, from (nonce, task): every strategy of a block meets the same arrivals to the
 * nanosecond.
 */
#ifndef QUINTET_RUN_PACE_H
#define QUINTET_RUN_PACE_H

#include "contract/param.h"
#include "contract/workload.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * As many tasks as may be alive (all must be, or the rate is not offered), and as many ops as `profile` has time for,
 * at least one per task; then the workload's own pace(), for which env is. 0; -ENOTSUP, with a sentence in `why`, for
 * work that cannot be paced; what pace() said.
 */
int pace_shape(const struct workload *workload, struct workload_env *env, uint64_t offered_per_s, unsigned in_flight,
               enum profile profile, struct shape *shape, char *why, size_t why_len);

/* Is this task offered its ops by the clock (and does not serve one that is)? */
static inline bool pace_asks(const struct shape *shape, unsigned task)
{
    return !shape->asking || task % shape->group < shape->asking;
}

/* How many tasks are, of all. */
static inline unsigned pace_askers(const struct shape *shape)
{
    return shape->asking ? shape->tasks / shape->group * shape->asking : shape->tasks;
}

/* When each of one task's n ops is due, ascending, from the common start on. mean_ns: between two of them. */
void pace_schedule(uint64_t *due_ns, uint64_t n, double mean_ns, uint64_t seed);

#endif
