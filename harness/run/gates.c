/* SPDX-License-Identifier: Apache-2.0 */
#include "run/gates.h"

#include "measure/robust.h"
#include "measure/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool share_exceeds(uint64_t part_ns, const struct trial_record *r, unsigned cpus, uint64_t min_ns,
                          double percent)
{
    return part_ns > min_ns && (double)part_ns * 100 > percent * (double)r->run_ns * cpus;
}

/* A metric of the trial by name; 0 where it has none. */
static double metric_of(const struct trial_record *r, const char *name)
{
    for (unsigned i = 0; i < r->n_metrics; i++)
        if (!strcmp(r->metrics[i].name, name))
            return r->metrics[i].value;
    return 0;
}

void gate_levels_init(struct gate_levels *levels)
{
    *levels = (struct gate_levels){.steal_percent = GATE_STEAL_PERCENT, .foreign_percent = GATE_FOREIGN_PERCENT};
}

void gate_levels_fini(struct gate_levels *levels)
{
    free(levels->steal);
    free(levels->foreign);
    gate_levels_init(levels);
}

static double limit_of(const double *shares, unsigned n, double least)
{
    double sd, median = stats_median(shares, n);
    if (robust_mad(shares, n, 0, &sd))
        return least;
    return fmax(least, median + 5 * sd);
}

static bool grow(struct gate_levels *levels)
{
    unsigned room = levels->room ? 2 * levels->room : 64;
    double *steal = realloc(levels->steal, room * sizeof *steal);
    if (steal)
        levels->steal = steal;
    double *foreign = realloc(levels->foreign, room * sizeof *foreign);
    if (foreign)
        levels->foreign = foreign;
    if (steal && foreign)
        levels->room = room;
    return steal && foreign;
}

void gate_levels_add(struct gate_levels *levels, const struct trial_record *r, unsigned online_cpus)
{
    double capacity = (double)r->run_ns * online_cpus;
    if (r->run_ns <= GATE_LEVEL_RUN_NS || (levels->n == levels->room && !grow(levels)))
        return;
    levels->steal[levels->n] = 100 * (double)r->steal_ns / capacity;
    levels->foreign[levels->n++] = 100 * (double)r->foreign_cpu_ns / capacity;
    if (levels->n < GATE_LEVELS_MIN)
        return;
    levels->steal_percent = limit_of(levels->steal, levels->n, GATE_STEAL_PERCENT);
    levels->foreign_percent = limit_of(levels->foreign, levels->n, GATE_FOREIGN_PERCENT);
}

const char *gates_judge(const struct trial_record *r, const struct gate_levels *levels, unsigned online_cpus, char *why,
                        size_t why_len)
{
    double capacity = (double)r->run_ns * online_cpus;
    why[0] = '\0';
    if (r->stops_count) {
        snprintf(why, why_len, "the process was stopped and continued %llu times", (unsigned long long)r->stops_count);
        return "stopped";
    }
    if (r->suspended_ns > GATE_SUSPENDED_NS) {
        snprintf(why, why_len, "the machine slept for %.3g s", (double)r->suspended_ns * 1e-9);
        return "suspend";
    }
    if (r->clock_step_ns > GATE_CLOCK_STEP_NS) {
        snprintf(why, why_len, "the wall clock was set by %.3g s", (double)r->clock_step_ns * 1e-9);
        return "clock_step";
    }
    if (fabs(r->clock_drift_ppm) > GATE_DRIFT_PPM) {
        snprintf(why, why_len, "the clock left the kernel's by %.0f ppm, limit %d", r->clock_drift_ppm, GATE_DRIFT_PPM);
        return "clock_drift";
    }
    if (r->throttled_count) {
        snprintf(why, why_len, "the control group was throttled %llu times", (unsigned long long)r->throttled_count);
        return "throttled";
    }
    double origin_percent = metric_of(r, "origin_cpu_percent");
    if (origin_percent >= GATE_ORIGIN_PERCENT) {
        snprintf(why, why_len, "the origin was busy for %.0f %% of the time, limit %d %%", origin_percent,
                 GATE_ORIGIN_PERCENT);
        return "origin_busy";
    }
    if (levels->n < GATE_LEVELS_MIN)
        return NULL; /* nothing to compare with yet */
    if (share_exceeds(r->steal_ns, r, online_cpus, GATE_STEAL_MIN_NS, levels->steal_percent)) {
        snprintf(why, why_len, "the hypervisor took %.0f %% of the CPU time, limit %.0f %%",
                 100 * (double)r->steal_ns / capacity, levels->steal_percent);
        return "steal";
    }
    if (share_exceeds(r->foreign_cpu_ns, r, online_cpus, GATE_FOREIGN_MIN_NS, levels->foreign_percent)) {
        snprintf(why, why_len, "other processes used %.0f %% of the CPU time, limit %.0f %%",
                 100 * (double)r->foreign_cpu_ns / capacity, levels->foreign_percent);
        return "foreign_load";
    }
    return NULL;
}
