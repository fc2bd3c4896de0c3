/* SPDX-License-Identifier: Apache-2.0 */
/* The passes of a trial: the warm-up, and the timed part with everything that is read before and after it. */
#include "run/pace.h"
#include "run/trial_private.h"
#include "run/watch.h"

#include "measure/clock.h"
#include "measure/others.h"
#include "measure/rng.h"

#include <string.h>
#include <unistd.h>

/* What a role injects: see plan_checks.c. */
static unsigned delay_of(const char *role)
{
    return !strcmp(role, "control2") ? 20 : !strcmp(role, "control5") ? 50 : 0;
}

void trial_pass(struct trial *t, unsigned n, uint64_t ops)
{
    arena_reset(&t->arena, &t->shape);
    if (t->what.workload->reset)
        t->what.workload->reset(&t->env);
    for (unsigned i = 0; i < n; i++)
        t->arena.tasks[i] = (struct task){
            .workload = t->what.workload,
            .env = &t->env,
            .state = t->shape.state_bytes ? t->arena.states + i * t->arena.state_stride : NULL,
            .ops = ops,
            .id = i,
            .batch = t->shape.batch,
            .delay_permille = delay_of(t->spec->cell.role),
            .progress_every = delay_of(t->spec->cell.role) ? 0 : t->arena.progress_every,
            .progress_ns = t->arena.progress_ns ? t->arena.progress_ns + (size_t)i * t->arena.progress_per_task : NULL,
        };
}

bool trial_warm_up(struct trial *t)
{
    unsigned n = t->spec->cell.in_flight < t->shape.tasks ? t->spec->cell.in_flight : t->shape.tasks;
    n -= n % t->shape.group;
    uint64_t ops = (t->shape.ops_per_task + 9) / 10;
    uint64_t start = clock_now_ns(), last_started = start;
    trial_pass(t, n, ops);
    int rc = t->what.strategy->run(t->state, t->arena.tasks, n);
    t->record->warm_up_ns = clock_now_ns() - start;
    for (unsigned i = 0; i < n; i++)
        if (t->arena.tasks[i].started_ns > last_started)
            last_started = t->arena.tasks[i].started_ns;
    t->lead_ns = 2 * (last_started - start) + 1000000; /* what it took to start them all, and as much again */
    char buf[REASON_LEN];
    enum trial_end how;
    const char *failed = trial_failed_task(&t->arena, n, ops, &how, buf, sizeof buf);
    if (rc)
        trial_run_failed(t, "warm-up: ", rc, n, ops);
    else if (failed)
        trial_end(t, how, "warm-up: %s", failed);
    return !rc && !failed;
}

/* Below a microsecond it is the time between two readings. */
static uint64_t magnitude(int64_t ns)
{
    uint64_t size = (uint64_t)(ns < 0 ? -ns : ns);
    return size < 1000 ? 0 : size;
}

/* Write the schedules down and give the tasks their common start. Returns it. */
static uint64_t trial_pace(struct trial *t)
{
    uint64_t ops = t->shape.ops_per_task, epoch_ns;
    double mean_ns = 1e9 * pace_askers(&t->shape) / (double)t->spec->cell.offered_per_s;
    for (unsigned i = 0; i < t->shape.tasks; i++)
        if (pace_asks(&t->shape, i))
            pace_schedule(t->arena.due_ns + i * ops, ops, mean_ns, rng_hash2(t->spec->nonce, i));
    epoch_ns = clock_now_ns() + t->lead_ns;
    for (unsigned i = 0; i < t->shape.tasks; i++) {
        struct task *task = &t->arena.tasks[i];
        task->serves = !pace_asks(&t->shape, i);
        task->due_ns = task->serves ? NULL : t->arena.due_ns + i * ops;
        task->epoch_ns = epoch_ns;
    }
    return epoch_ns;
}

bool trial_run(struct trial *t, struct trial_hists *hists)
{
    struct trial_record *r = t->record;
    struct counters before, after;
    struct watch watch_before, watch_after;
    struct meters meters_before, meters_after;
    struct others others_before = {0}, others_after = {0};
    trial_pass(t, t->shape.tasks, t->shape.ops_per_task);
    trial_origin_read(t, &t->origin_before);
    watch_read(&watch_before);
    int unknown = others_read(&others_before, getpgrp());
    trial_meters_read(t, &meters_before);
    counters_read_before(&before);
    t->start_ns = t->spec->cell.offered_per_s ? trial_pace(t) : clock_now_ns();
    int rc = t->what.strategy->run(t->state, t->arena.tasks, t->shape.tasks);
    uint64_t end = clock_now_ns();
    r->run_ns = end > t->start_ns ? end - t->start_ns : 0;
    counters_read_after(&after);
    trial_meters_read(t, &meters_after);
    unknown = unknown ? unknown : others_read(&others_after, getpgrp());
    trial_origin_read(t, &t->origin_after);
    watch_read(&watch_after);
    r->suspended_ns = magnitude(watch_after.suspended_ns - watch_before.suspended_ns);
    r->clock_step_ns = magnitude(watch_after.wall_ns - watch_before.wall_ns);
    r->throttled_count = watch_after.throttled_count - watch_before.throttled_count;
    r->stops_count = watch_after.stops_count - watch_before.stops_count;
    r->others_count = unknown ? 0 : others_after.n;
    r->others_cpu_ns = unknown ? 0 : others_used_ns(&others_after, &others_before);
    others_fini(&others_before);
    others_fini(&others_after);
    trial_meters_fill(t, &meters_before, &meters_after);
    struct counters cost = counters_delta(&after, &before);
    r->memory_peak_bytes = counters_memory_peak_bytes();
    r->clock_drift_ppm = clock_drift_ppm();
    if (rc) {
        trial_run_failed(t, "", rc, t->shape.tasks, t->shape.ops_per_task);
        return false;
    }
    return trial_collect(t, &cost, hists);
}
