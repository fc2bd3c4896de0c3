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
    uint64_t *due_ns;      /* paced load: tasks * ops_per_task, one task after the other; NULL otherwise */
    uint64_t *progress_ns; /* closed load: progress_per_task for each task, one task after the other; NULL where there
                              are none */
    unsigned progress_per_task;
    unsigned progress_every; /* ops between two notes of the time */
    struct lane *lanes;
    unsigned n_lanes;
    void *base;
    size_t bytes;
};

/* Map it, all zero, for at most `alive` tasks at once. 0 or -errno. */
int arena_init(struct arena *arena, const struct shape *shape, unsigned lanes, unsigned alive, bool paced);

/*
 * How often each task of such a shape notes the time, besides at its end: every so many ops, 0 for never. Often enough
 * that all tasks together give a series of PROGRESS_MAX, seldom enough that ARENA_SAMPLES_PER_MARK samples lie between
 * two notes, so that one (a store and a turn of an outer loop, 2 ns) is less than 0.3 ns per sample.
 */
uint64_t arena_progress_every(const struct shape *shape, unsigned alive);
enum { ARENA_SAMPLES_PER_MARK = 8, ARENA_MARKS_MAX = 1 << 16 };

/* What a lane takes of memory at least, used or not. */
uint64_t arena_idle_lane_bytes(bool paced);

/* Before a pass: task states back to zero, lanes empty. `shared` is the workload's own to reset. */
void arena_reset(struct arena *arena, const struct shape *shape);

/* Unmap it. What processes of the trial still have mapped stays theirs. */
void arena_fini(struct arena *arena);

#endif
