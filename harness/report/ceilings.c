/* SPDX-License-Identifier: Apache-2.0 */
#include "report/ceilings.h"

#include "record/manifest.h"

#include <math.h>
#include <string.h>

const char *const ceiling_names[CEILING_COUNT] = {
    "memory", "RLIMIT_NPROC", "pids.max", "kernel.threads-max", "kernel.pid_max", "vm.max_map_count", "RLIMIT_NOFILE",
};

/* Less than one in so many tasks is none: workers that were woken late, a block of the allocator's. */
static const double NOTHING = 0.01;

/* The limit by its fact: INFINITY where it says that there is none; NaN where it says nothing. */
static double limit_of(const json_t *env, const char *fact)
{
    double number;
    const char *text = manifest_text(env, fact);
    if (manifest_number(env, fact, &number))
        return number;
    return text && (!strcmp(text, "unlimited") || !strcmp(text, "none")) ? INFINITY : NAN;
}

static double tasks_by(double limit, double each, double least)
{
    if (isnan(each))
        return NAN;
    return each > least ? floor(limit / each) : INFINITY;
}

/* Root and others with a capability have a number here that binds nobody. Runs that don't tell leave it open. */
static double nproc_of(const json_t *env)
{
    const json_t *fact = json_object_get(json_object_get(env, "facts"), "limits.nproc_binds");
    const json_t *binds = json_object_get(fact, "v");
    if (json_is_false(binds))
        return INFINITY;
    return json_is_true(binds) ? limit_of(env, "limits.nproc") : NAN;
}

void ceilings_find(struct ceilings *out, const json_t *env, const struct memory_slope_row *row)
{
    enum { PIDS_RESERVED = 300 }; /* by the kernel, for processes of root's */
    double room = limit_of(env, "memory.room_bytes");
    if (isnan(room))
        room = limit_of(env, "memory.available_bytes");
    double bytes = row->bytes_per_task.value, carriers = row->carriers_per_task;
    out->tasks[CEILING_MEMORY] = isnan(room) ? NAN : tasks_by(fmax(0, room - row->fixed_bytes.value), bytes, 0);
    out->tasks[CEILING_NPROC] = tasks_by(nproc_of(env), carriers, NOTHING);
    out->tasks[CEILING_PIDS_MAX] = tasks_by(limit_of(env, "limits.pids_max"), carriers, NOTHING);
    out->tasks[CEILING_THREADS_MAX] = tasks_by(limit_of(env, "kernel.threads_max"), carriers, NOTHING);
    out->tasks[CEILING_PID_MAX] = tasks_by(limit_of(env, "kernel.pid_max") - PIDS_RESERVED, carriers, NOTHING);
    out->tasks[CEILING_MAP_COUNT] = tasks_by(limit_of(env, "kernel.max_map_count"), row->mappings_per_task, NOTHING);
    out->tasks[CEILING_NOFILE] = tasks_by(limit_of(env, "limits.nofile"), row->files_per_task, NOTHING);
    out->lowest = -1;
    for (int i = 0; i < CEILING_COUNT; i++)
        if (isfinite(out->tasks[i]) && (out->lowest < 0 || out->tasks[i] < out->tasks[out->lowest]))
            out->lowest = i;
}
