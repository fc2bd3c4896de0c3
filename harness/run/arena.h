/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shared arena: one MAP_SHARED mapping, laid out alike for every strategy, that holds everything which must come
 * back from a carrier. Threads do not need it, processes do; nobody gets a favour.
 */
#ifndef QUINTET_RUN_ARENA_H
#define QUINTET_RUN_ARENA_H

#include "contract/task.h"
#include "contract/workload.h"

#include <stdbool.h>
#include <stdint.h>

struct arena {
    struct task *tasks;
    char *states;
    size_t state_stride; /* state_bytes rounded up to cache lines: tasks do not share one by accident */
    void *shared;
    uint64_t *due_ns; /* paced load: tasks * ops_per_task, one task after the other; NULL otherwise */
    struct lane *lanes;
    unsigned n_lanes;
    void *base;
    size_t bytes;
};

/* Map it, all zero. 0 or -errno. */
int arena_init(struct arena *arena, const struct shape *shape, unsigned lanes, bool paced);

/* What a lane takes of memory at least, used or not. */
uint64_t arena_idle_lane_bytes(bool paced);

/* Before a pass: task states back to zero, lanes empty. `shared` is the workload's own to reset. */
void arena_reset(struct arena *arena, const struct shape *shape);

void arena_fini(struct arena *arena);

#endif
