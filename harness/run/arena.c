/* SPDX-License-Identifier: Apache-2.0 */
#include "run/arena.h"

#include "measure/progress.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

enum { LINE_BYTES = 128 }; /* two cache lines: the adjacent-line prefetcher couples pairs */

static size_t round_up(size_t n, size_t unit)
{
    return (n + unit - 1) / unit * unit;
}

uint64_t arena_progress_every(const struct shape *shape, unsigned alive)
{
    uint64_t samples = (shape->ops_per_task + shape->batch - 1) / shape->batch;
    uint64_t at_once = alive < shape->tasks ? alive : shape->tasks;
    uint64_t wanted = at_once * PROGRESS_STRETCHES_MIN * PROGRESS_MAX / shape->tasks,
             room = ARENA_MARKS_MAX / shape->tasks;
    wanted = wanted < room ? wanted : room;
    wanted = wanted < samples / ARENA_SAMPLES_PER_MARK ? wanted : samples / ARENA_SAMPLES_PER_MARK;
    if (wanted < 2)
        return 0;
    uint64_t every = (samples + wanted - 1) / wanted * shape->batch;
    return every <= UINT32_MAX ? every : 0;
}

int arena_init(struct arena *arena, const struct shape *shape, unsigned lanes, unsigned alive, bool paced)
{
    memset(arena, 0, sizeof *arena);
    size_t page = 4096;
    arena->state_stride = round_up(shape->state_bytes, LINE_BYTES);
    size_t tasks = round_up(shape->tasks * sizeof(struct task), page);
    size_t states = round_up(shape->tasks * arena->state_stride, page);
    size_t shared = round_up(shape->shared_bytes, page);
    size_t lane_bytes = round_up(lanes * sizeof(struct lane), page);
    size_t due = paced ? round_up(shape->tasks * shape->ops_per_task * sizeof(uint64_t), page) : 0;
    arena->progress_every = paced ? 0 : (unsigned)arena_progress_every(shape, alive);
    if (arena->progress_every)
        arena->progress_per_task =
            (unsigned)((shape->ops_per_task + arena->progress_every - 1) / arena->progress_every);
    size_t progress = round_up((size_t)shape->tasks * arena->progress_per_task * sizeof(uint64_t), page);
    arena->bytes = tasks + states + shared + due + progress + lane_bytes + page;
    /* NORESERVE: a lane is 200 KB of address space of which a few pages are ever touched, arena_idle_lane_bytes(). */
    arena->base = mmap(NULL, arena->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (arena->base == MAP_FAILED) {
        arena->base = NULL;
        return -errno;
    }
    char *at = arena->base;
    arena->tasks = (struct task *)at;
    arena->states = at + tasks;
    arena->shared = at + tasks + states;
    arena->due_ns = paced ? (uint64_t *)(at + tasks + states + shared) : NULL;
    arena->progress_ns = progress ? (uint64_t *)(at + tasks + states + shared + due) : NULL;
    arena->lanes = (struct lane *)(at + tasks + states + shared + due + progress);
    arena->n_lanes = lanes;
    return 0;
}

uint64_t arena_idle_lane_bytes(bool paced)
{
    return (paced ? 3 : 1) * UINT64_C(4096);
}

void arena_reset(struct arena *arena, const struct shape *shape)
{
    memset(arena->states, 0, shape->tasks * arena->state_stride);
    for (unsigned i = 0; i < arena->n_lanes; i++) {
        hist_reset(&arena->lanes[i].latency);
        if (arena->due_ns) { /* nobody else writes these, and to look at them is to touch them */
            hist_reset(&arena->lanes[i].response);
            hist_reset(&arena->lanes[i].lag);
        }
        arena->lanes[i].user_switches_count = 0;
        arena->lanes[i].children_carried_count = 0;
    }
}

void arena_fini(struct arena *arena)
{
    if (arena->base)
        munmap(arena->base, arena->bytes);
    memset(arena, 0, sizeof *arena);
}
