/* SPDX-License-Identifier: Apache-2.0 */
/* What came of a trial. */
#include "run/trial_private.h"

#include "run/pace.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fill_cost(struct trial *t, const struct counters *cost)
{
    struct trial_record *r = t->record;
    r->user_ns = cost->user_ns;
    r->system_ns = cost->system_ns;
    r->voluntary_switches_count = cost->voluntary_switches_count;
    r->involuntary_switches_count = cost->involuntary_switches_count;
    r->minor_faults_count = cost->minor_faults_count;
    r->major_faults_count = cost->major_faults_count;
    r->steal_ns = cost->steal_ns;
    uint64_t own = cost->user_ns + cost->system_ns + trial_origin_cpu_ns(t);
    r->foreign_cpu_ns = cost->cpu_busy_ns > own ? cost->cpu_busy_ns - own : 0;
}

static int by_stamp(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* One task's end and the next one's start may be stamped on two CPUs, whose counters agree to within 200 ns or
 * clock_calibrate() would not have used them. An overlap shorter than this proves no task too many. */
enum { SHIFT_CHANGE_NS = 1000 };

/* Most tasks alive at once, if each ended `early_ns` before it said; those that were shorter are left out. Room for n
 * stamps each in starts and ends. An end and a start at the same nanosecond are a change of shift. */
static unsigned peak_alive(const struct task *tasks, unsigned n, uint64_t early_ns, uint64_t *starts, uint64_t *ends)
{
    unsigned kept = 0, alive = 0, peak = 0;
    for (unsigned i = 0; i < n; i++)
        if (tasks[i].ended_ns > tasks[i].started_ns + early_ns) { /* a killed carrier leaves an end of 0 */
            starts[kept] = tasks[i].started_ns;
            ends[kept++] = tasks[i].ended_ns - early_ns;
        }
    qsort(starts, kept, sizeof *starts, by_stamp);
    qsort(ends, kept, sizeof *ends, by_stamp);
    for (unsigned s = 0, e = 0; s < kept;) {
        if (ends[e] <= starts[s]) { /* e <= s: whoever has ended by now had started before */
            alive--;
            e++;
        } else {
            alive++;
            s++;
            peak = alive > peak ? alive : peak;
        }
    }
    return peak;
}

static bool fill_concurrency(struct trial *t)
{
    struct trial_record *r = t->record;
    const struct task *tasks = t->arena.tasks;
    unsigned n = t->shape.tasks;
    uint64_t *starts = malloc(2 * (size_t)n * sizeof *starts);
    double total_ns = 0;
    unsigned ended = 0;
    if (!starts)
        return false;
    for (unsigned i = 0; i < n; i++)
        if (tasks[i].ended_ns > tasks[i].started_ns) {
            total_ns += (double)(tasks[i].ended_ns - tasks[i].started_ns);
            ended++;
        }
    unsigned peak = peak_alive(tasks, n, 0, starts, starts + n);
    /* From when as many have started as are ever alive together until no more of them are left. */
    uint64_t full_ns = peak ? starts[peak - 1] : 0, last_full_ns = peak ? starts[n + ended - peak] : 0;
    if (peak > t->spec->cell.in_flight) {
        unsigned sure = peak_alive(tasks, n, SHIFT_CHANGE_NS, starts, starts + n);
        peak = sure > t->spec->cell.in_flight ? sure : t->spec->cell.in_flight;
    }
    free(starts);
    r->in_flight_peak = peak;
    r->in_flight_mean = total_ns / (double)r->run_ns;
    enum trial_end how;
    char failed[REASON_LEN];
    if (!trial_failed_task(&t->arena, n, t->shape.ops_per_task, &how, failed, sizeof failed))
        trial_progress(t, full_ns, last_full_ns);
    return true;
}

void trial_emit_metric(void *sink, const char *name, double value)
{
    struct trial_record *r = sink;
    if (r->n_metrics == METRICS_MAX || strlen(name) >= NAME_LEN || !isfinite(value))
        return;
    strcpy(r->metrics[r->n_metrics].name, name);
    r->metrics[r->n_metrics++].value = value;
}

uint64_t trial_digest_of(unsigned task, uint64_t result)
{
    return rng_hash2(task, result);
}

/* How much of the schedule's length the run took: 100 if it kept up, less if the offered rate was too much. */
static void fill_paced(struct trial *t, struct trial_hists *hists)
{
    uint64_t last_due = 0, per_task = t->shape.ops_per_task;
    for (unsigned i = 0; i < t->arena.n_lanes; i++) {
        hist_merge(&hists->response, &t->arena.lanes[i].response);
        hist_merge(&hists->lag, &t->arena.lanes[i].lag);
    }
    for (unsigned i = 0; i < t->shape.tasks; i++) {
        uint64_t due = t->arena.due_ns[(i + 1) * per_task - 1];
        last_due = due > last_due ? due : last_due;
    }
    trial_emit_metric(t->record, "achieved_percent", fmin(100, 100 * (double)last_due / (double)t->record->run_ns));
}

static void fill_results(struct trial *t, struct trial_hists *hists)
{
    struct trial_record *r = t->record;
    struct hist *latency = &hists->latency;
    for (unsigned i = 0; i < t->arena.n_lanes; i++) {
        hist_merge(latency, &t->arena.lanes[i].latency);
        r->user_switches_count += t->arena.lanes[i].user_switches_count;
        r->children_carried_count += t->arena.lanes[i].children_carried_count;
    }
    if (t->arena.due_ns)
        fill_paced(t, hists);
    for (unsigned i = 0; i < t->shape.tasks; i++) {
        r->ops += t->arena.tasks[i].serves ? 0 : t->arena.tasks[i].ops_done;
        r->digest += trial_digest_of(i, t->arena.tasks[i].result);
    }
    r->work = r->ops * t->shape.work_per_op;
    r->latency_count = latency->count;
    if (latency->count) {
        r->latency_mean_ns = hist_mean(latency);
        r->latency_min_ns = latency->min;
        r->latency_max_ns = latency->max;
    }
    trial_origin_metrics(t, r->run_ns, trial_emit_metric, r);
    if (t->what.workload->metrics) {
        struct facts facts = {
            .start_ns = t->start_ns,
            .run_ns = r->run_ns,
            .tasks = r->tasks,
            .ops = r->ops,
            .offered_per_s = t->spec->cell.offered_per_s,
            .voluntary_switches_count = r->voluntary_switches_count,
            .involuntary_switches_count = r->involuntary_switches_count,
            .user_switches_count = r->user_switches_count,
            .children_carried_count = r->children_carried_count,
            .user_ns = r->user_ns,
            .system_ns = r->system_ns,
        };
        t->what.workload->metrics(&t->env, &t->shape, &facts, trial_emit_metric, r);
    }
}

bool trial_collect(struct trial *t, const struct counters *cost, struct trial_hists *hists)
{
    struct trial_record *r = t->record;
    fill_cost(t, cost);
    if (r->run_ns == 0) {
        char buf[REASON_LEN];
        enum trial_end how;
        const char *failed = trial_failed_task(&t->arena, t->shape.tasks, t->shape.ops_per_task, &how, buf, sizeof buf);
        if (failed)
            trial_end(t, how, "%s", failed);
        else
            trial_end(t, END_IMPLAUSIBLE, "the timed part took 0 ns");
        return false;
    }
    if (!fill_concurrency(t)) {
        trial_end(t, END_NO_RESOURCE, "no memory to check %u tasks", t->shape.tasks);
        return false;
    }
    fill_results(t, hists);
    /* A forked carrier's private pages never show in our own VmHWM. Each page it faulted in is one: the mean per
     * process times the processes alive at once bounds what all of them held together. */
    unsigned alive = r->children_carried_count ? t->spec->cell.in_flight : r->in_flight_peak;
    if (cost->children_minor_faults_count)
        r->memory_peak_bytes +=
            (uint64_t)((double)cost->children_minor_faults_count /
                       (double)(t->shape.tasks + r->children_carried_count) * alive * (double)sysconf(_SC_PAGESIZE));
    return true;
}
