/* SPDX-License-Identifier: Apache-2.0 */
#include "run/gates.h"

#include "measure/robust.h"
#include "measure/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* See gates.h: two accounts, of which the greater counts, each beyond what it cannot tell from nothing. */
static uint64_t foreign_ns(const struct trial_record *r)
{
    uint64_t ticks = r->foreign_cpu_ns > GATE_FOREIGN_MIN_NS ? r->foreign_cpu_ns : 0;
    uint64_t clocks = r->others_cpu_ns > GATE_OTHERS_MIN_NS ? r->others_cpu_ns : 0;
    return ticks > clocks ? ticks : clocks;
}

static double percent_of(uint64_t part_ns, const struct trial_record *r, unsigned cpus)
{
    return 100 * (double)part_ns / ((double)r->run_ns * cpus);
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
    *levels = (struct gate_levels){.steal = {.limit_percent = GATE_STEAL_PERCENT},
                                   .foreign = {.limit_percent = GATE_FOREIGN_PERCENT}};
}

void gate_levels_fini(struct gate_levels *levels)
{
    free(levels->steal.shares);
    free(levels->foreign.shares);
    gate_levels_init(levels);
}

static double limit_of(const double *shares, unsigned n, double least)
{
    double sd, median = stats_median(shares, n);
    if (robust_mad(shares, n, 0, &sd))
        return least;
    return fmax(least, median + 5 * sd);
}

static void add_share(struct gate_level *level, double share, double least)
{
    if (level->n == level->room) {
        unsigned room = level->room ? 2 * level->room : 64;
        double *shares = realloc(level->shares, room * sizeof *shares);
        if (!shares)
            return;
        level->shares = shares;
        level->room = room;
    }
    level->shares[level->n++] = share;
    if (level->n >= GATE_LEVELS_MIN)
        level->limit_percent = limit_of(level->shares, level->n, least);
}

void gate_levels_add(struct gate_levels *levels, const struct trial_record *r, unsigned online_cpus)
{
    bool long_enough = r->run_ns > GATE_LEVEL_RUN_NS;
    if (long_enough)
        add_share(&levels->steal, percent_of(r->steal_ns, r, online_cpus), GATE_STEAL_PERCENT);
    if (long_enough || (r->others_count && r->run_ns > GATE_OTHERS_RUN_NS)) {
        uint64_t ns = long_enough && r->foreign_cpu_ns > r->others_cpu_ns ? r->foreign_cpu_ns : r->others_cpu_ns;
        add_share(&levels->foreign, percent_of(ns, r, online_cpus), GATE_FOREIGN_PERCENT);
    }
}

/* Is a part beyond what is usual? Without a level there is nothing to compare with yet. */
static bool is_unusual(const struct gate_level *level, double percent)
{
    return level->n >= GATE_LEVELS_MIN && percent > level->limit_percent;
}

const char *gates_judge(const struct trial_record *r, const struct gate_levels *levels, unsigned online_cpus, char *why,
                        size_t why_len)
{
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
        double servers = metric_of(r, "origin_servers_count");
        char which[48] = "the origin";
        if (servers > 1)
            snprintf(which, sizeof which, "the busiest of the origin's %.0f servers", servers);
        snprintf(why, why_len, "%s was busy for %.0f %% of the time, limit %d %%", which, origin_percent,
                 GATE_ORIGIN_PERCENT);
        return "origin_busy";
    }
    double steal = r->steal_ns > GATE_STEAL_MIN_NS ? percent_of(r->steal_ns, r, online_cpus) : 0;
    if (is_unusual(&levels->steal, steal)) {
        snprintf(why, why_len, "the hypervisor took %.0f %% of the CPU time, limit %.0f %%", steal,
                 levels->steal.limit_percent);
        return "steal";
    }
    double foreign = percent_of(foreign_ns(r), r, online_cpus);
    if (is_unusual(&levels->foreign, foreign)) {
        snprintf(why, why_len, "other processes used %.0f %% of the CPU time, limit %.0f %%", foreign,
                 levels->foreign.limit_percent);
        return "foreign_load";
    }
    return NULL;
}
