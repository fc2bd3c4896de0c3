/* SPDX-License-Identifier: Apache-2.0 */
#include "run/gates.h"

#include <math.h>
#include <stdio.h>

static bool share_exceeds(uint64_t part_ns, const struct trial_record *r, unsigned cpus, uint64_t min_ns,
                          double percent)
{
    return part_ns > min_ns && (double)part_ns * 100 > percent * (double)r->run_ns * cpus;
}

const char *gates_judge(const struct trial_record *r, unsigned online_cpus, char *why, size_t why_len)
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
    if (share_exceeds(r->steal_ns, r, online_cpus, GATE_STEAL_MIN_NS, GATE_STEAL_PERCENT)) {
        snprintf(why, why_len, "the hypervisor took %.0f %% of the CPU time, limit %d %%",
                 100 * (double)r->steal_ns / capacity, GATE_STEAL_PERCENT);
        return "steal";
    }
    if (share_exceeds(r->foreign_cpu_ns, r, online_cpus, GATE_FOREIGN_MIN_NS, GATE_FOREIGN_PERCENT)) {
        snprintf(why, why_len, "other processes used %.0f %% of the CPU time, limit %d %%",
                 100 * (double)r->foreign_cpu_ns / capacity, GATE_FOREIGN_PERCENT);
        return "foreign_load";
    }
    return NULL;
}
