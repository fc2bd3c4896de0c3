/* SPDX-License-Identifier: Apache-2.0 */
/* How the trial went along while all were at work: its pace, and whether that was a steady state. */
#include "run/trial_private.h"

#include <stdlib.h>
#include <string.h>

/* A task's stamps: one at its start, its notes of progress, and where it has none one at its end. */
static size_t add_stretches(const struct arena *arena, const struct task *task, struct stretch *out)
{
    size_t n = 0;
    uint64_t since = task->started_ns;
    if (!task->progress_every) {
        out[0] = (struct stretch){since, task->ended_ns, (double)task->ops_done};
        return 1;
    }
    for (uint64_t done = 0; done < task->ops_done && n < arena->progress_per_task; done += task->progress_every, n++) {
        uint64_t left = task->ops_done - done;
        out[n] = (struct stretch){since, task->progress_ns[n],
                                  (double)(left < task->progress_every ? left : task->progress_every)};
        since = task->progress_ns[n];
    }
    return n;
}

/* From the first part's begin to where the last level begins, in ns. Parts are as long as what they cost. */
static uint64_t settled_after(const struct trial_record *r, unsigned settled)
{
    double before = 0, all = 0;
    for (unsigned i = 0; i < r->n_progress; i++) {
        before += i < settled ? r->progress[i] : 0;
        all += r->progress[i];
    }
    return all > 0 ? (uint64_t)((double)r->overlap_ns * before / all) : 0;
}

void trial_progress(struct trial *t, uint64_t from_ns, uint64_t to_ns)
{
    struct trial_record *r = t->record;
    const struct arena *arena = &t->arena;
    unsigned settled = 0, per_task = arena->progress_every ? arena->progress_per_task : 1;
    strcpy(r->steady, steady_name(STEADY_UNKNOWN));
    if (to_ns <= from_ns)
        return;
    r->overlap_from_ns = from_ns > t->start_ns ? from_ns - t->start_ns : 0;
    r->overlap_ns = to_ns - from_ns;
    /* By the clock the pace is given; with uneven ops it is theirs; and most of a trial must be seen, or its tail
     * speaks for all of it. */
    if (t->spec->cell.offered_per_s || t->what.workload->uneven || r->overlap_ns < r->run_ns / 2)
        return;
    struct stretch *list = malloc((size_t)t->shape.tasks * per_task * sizeof *list);
    if (!list)
        return;
    size_t n = 0;
    for (unsigned i = 0; i < t->shape.tasks; i++)
        n += add_stretches(arena, &arena->tasks[i], list + n);
    unsigned length = progress_length(n, r->in_flight_peak);
    if (length && progress_series(list, n, from_ns, to_ns, length, r->progress) == 0) {
        r->n_progress = length;
        strcpy(r->steady, steady_name(progress_class(r->progress, length, STEADY_MARGIN, &settled)));
        r->settled_ns = settled ? r->overlap_from_ns + settled_after(r, settled) : 0;
    }
    free(list);
}
