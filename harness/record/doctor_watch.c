/* SPDX-License-Identifier: Apache-2.0 */
/* The facts that only show over time. */
#include "record/doctor.h"

#include "measure/clock.h"
#include "measure/counters.h"
#include "measure/procfs.h"

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { CALIBRATE_NS = 100000000, LOOP_STEPS = 500000, LOOP_REPEATS = 40 };

/* How often CPUs have been slowed down for heat since the start. False: nothing counts it. */
static bool heat_count(const char *root, uint64_t *out)
{
    char pattern[PATH_MAX];
    bool any = false;
    glob_t found;
    *out = 0;
    snprintf(pattern, sizeof pattern, "%s/sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/core_throttle_count", root);
    if (glob(pattern, 0, NULL, &found))
        found.gl_pathc = 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        uint64_t count;
        if (procfs_number(found.gl_pathv[i], "", "", 10, &count)) {
            *out += count;
            any = true;
        }
    }
    globfree(&found);
    return any;
}

/* The shortest of many runs of a loop in which each step waits for the one before: a measure of the frequency that a
 * neighbour disturbs least. ns. */
static double loop_ns(void)
{
    uint64_t least = UINT64_MAX;
    for (unsigned r = 0; r < LOOP_REPEATS; r++) {
        uint64_t x = r, start = clock_monotonic_ns();
        for (unsigned i = 0; i < LOOP_STEPS; i++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            __asm__ volatile("" : "+r"(x)); /* or the compiler folds steps */
        }
        uint64_t took = clock_monotonic_ns() - start;
        least = took < least ? took : least;
    }
    return (double)least;
}

/* Differences between clocks, and counts: what is compared at both ends. */
struct moment {
    struct counters counters;
    double loop_ns;
    int64_t wall_ns, suspended_ns;
    uint64_t monotonic_ns, throttled_count, heat_count;
    bool counts, counts_throttled, counts_heat;
};

static int64_t ns_of(clockid_t clock)
{
    struct timespec t;
    return clock_gettime(clock, &t) ? 0 : (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The least of three: a preemption between the readings makes one greater, never smaller. */
static int64_t difference(clockid_t clock)
{
    int64_t least = INT64_MAX;
    for (int i = 0; i < 3; i++) {
        int64_t monotonic = ns_of(CLOCK_MONOTONIC), other = ns_of(clock);
        least = other - monotonic < least ? other - monotonic : least;
    }
    return least;
}

static void moment_read(struct moment *m, const char *root)
{
    m->counts = counters_read_before(&m->counters) == 0 && m->counters.cpu_busy_ns > 0;
    m->counts_throttled = cgroup_sum(root, "cpu", "cpu.stat", "nr_throttled ", &m->throttled_count);
    m->counts_heat = heat_count(root, &m->heat_count);
    m->wall_ns = difference(CLOCK_REALTIME);
    m->suspended_ns = difference(CLOCK_BOOTTIME);
    m->monotonic_ns = clock_monotonic_ns();
}

static void add_rise(json_t *manifest, const char *name, bool known, uint64_t before, uint64_t after,
                     const char *source, const char *why)
{
    manifest_add(manifest, name, known ? json_integer(after > before ? (json_int_t)(after - before) : 0) : NULL,
                 known ? source : why);
}

static void add_shares(json_t *manifest, const struct moment *before, const struct moment *after, double span_ns)
{
    struct counters d = counters_delta(&after->counters, &before->counters);
    double online, own = (double)(d.user_ns + d.system_ns), busy = (double)d.cpu_busy_ns;
    bool known = before->counts && after->counts && manifest_number(manifest, "cpu.online", &online) && online > 0;
    double all = known ? span_ns * online / 100 : 1;
    const char *source = known ? "/proc/stat" : "/proc/stat cannot be read";
    manifest_add(manifest, "load.steal_percent", known ? json_real((double)d.steal_ns / all) : NULL, source);
    manifest_add(manifest, "load.foreign_percent", known ? json_real(fmax(0, busy - own) / all) : NULL, source);
}

static void add_clock(json_t *manifest)
{
    struct clock_config config;
    char why[160] = "";
    int rc = clock_calibrate(CALIBRATE_NS, &config, why, sizeof why);
    if (rc) {
        manifest_add(manifest, "clock.source", NULL, "CLOCK_MONOTONIC cannot be read");
        manifest_add(manifest, "clock.read_ns", NULL, "CLOCK_MONOTONIC cannot be read");
        return;
    }
    clock_configure(&config);
    manifest_add(manifest, "clock.source", json_string(clock_source_name()), why);
    manifest_add(manifest, "clock.read_ns", json_real(clock_measure_cost().read_ns), "clock_measure_cost");
}

void doctor_watch(json_t *manifest, const char *root, uint64_t span_ns)
{
    struct moment before, after;
    char source[80];
    add_clock(manifest);
    moment_read(&before, root);
    double first_ns = loop_ns();
    clock_sleep_until(clock_monotonic_ns() + span_ns);
    double last_ns = loop_ns();
    moment_read(&after, root);
    double span = (double)(after.monotonic_ns - before.monotonic_ns);
    add_shares(manifest, &before, &after, span);
    add_rise(manifest, "cgroup.throttled_rise_count", before.counts_throttled && after.counts_throttled,
             before.throttled_count, after.throttled_count, "cpu.stat", "no control group counts it");
    add_rise(manifest, "heat.throttled_rise_count", before.counts_heat && after.counts_heat, before.heat_count,
             after.heat_count, "thermal_throttle/core_throttle_count", "no CPU counts it (thermal_throttle)");
    snprintf(source, sizeof source, "against CLOCK_MONOTONIC, over %.1f s", span * 1e-9);
    manifest_add(manifest, "clock.stepped_ns", json_integer(llabs(after.wall_ns - before.wall_ns)), source);
    manifest_add(manifest, "clock.suspended_ns", json_integer(llabs(after.suspended_ns - before.suspended_ns)), source);
    snprintf(source, sizeof source, "a fixed loop, %.3g and %.3g ms", first_ns * 1e-6, last_ns * 1e-6);
    manifest_add(manifest, "speed.spread_percent", json_real(100 * fabs(last_ns / first_ns - 1)), source);
}
