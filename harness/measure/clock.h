/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One clock for everything: nanoseconds on the scale of CLOCK_MONOTONIC.
 *
 * Reading the vDSO clock costs about 27 ns, reading the time-stamp counter about 11 ns. A timing loop that
 * stamps each operation feels the difference, so the clock reads the TSC where the machine says that it is
 * invariant (clock_tsc_allowed) and calibration finds it even, alike on all CPUs and cheaper, and the vDSO elsewhere.
 * The TSC's rate is calibrated once per run by the harness (clock_calibrate) and handed to every trial, which
 * checks it again over its own length (clock_drift_ppm): a trial never has to spend 100 ms on calibration.
 */
#ifndef QUINTET_MEASURE_CLOCK_H
#define QUINTET_MEASURE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/* How to turn ticks into nanoseconds. ns_per_tick_q32 == 0 means: use clock_gettime(CLOCK_MONOTONIC). */
struct clock_config {
    uint64_t ns_per_tick_q32; /* nanoseconds per tick, 32.32 fixed point */
};

/* Private to clock.h/clock.c; written by clock_configure() before other threads exist. */
struct clock_state {
    uint64_t ns_per_tick_q32;
    uint64_t base_ticks;
    uint64_t base_ns;
};
extern struct clock_state clock_state_g;

/* CLOCK_MONOTONIC by the vDSO, in ns. Any thread. */
static inline uint64_t clock_monotonic_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* The clock of every measurement, in ns, comparable with clock_monotonic_ns() to within the drift. Any thread. */
static inline uint64_t clock_now_ns(void)
{
#if defined(__x86_64__)
    if (clock_state_g.ns_per_tick_q32) {
        uint64_t ticks = __rdtsc() - clock_state_g.base_ticks;
        return clock_state_g.base_ns + (uint64_t)(((unsigned __int128)ticks * clock_state_g.ns_per_tick_q32) >> 32);
    }
#endif
    return clock_monotonic_ns();
}

/*
 * Measure the tick rate against CLOCK_MONOTONIC for `span_ns` (>= 1 ms; 100 ms gives about 1 ppm).
 * Fills *out; out->ns_per_tick_q32 is 0 where the TSC must not be used, and `why` (may be NULL) says why; else `why`
 * gets the rate and its error. Visits every allowed CPU and restores the affinity mask.
 * Returns 0, or -errno if the clock itself cannot be read. Blocks for span_ns. Main thread, before any other.
 */
int clock_calibrate(uint64_t span_ns, struct clock_config *out, char *why, size_t why_len);

/*
 * The policy alone: may a machine with these /proc/cpuinfo flags and this clocksource be timed by its TSC? Yes if the
 * counter is invariant and the kernel itself uses it, or uses a paravirtual clock made of it and the hypervisor
 * vouches for it (tsc_reliable, tsc_known_freq). Pure. On false, `why` (may be NULL) gets the reason.
 */
bool clock_tsc_allowed(const char *cpu_flags, const char *clocksource, char *why, size_t why_len);

/* Make clock_now_ns() use this configuration from now on. Before any other thread exists. */
void clock_configure(const struct clock_config *config);

/* Disagreement between clock_now_ns() and CLOCK_MONOTONIC since clock_configure(), in parts per million, as far as it
 * exceeds what the two readings can tell (about 50 ns): 0 for very short spans. Positive: ours runs fast. */
double clock_drift_ppm(void);

/* "tsc" or "monotonic". */
const char *clock_source_name(void);

/* Sleep until an absolute CLOCK_MONOTONIC time in ns; restarts after EINTR; never wakes early.
 * Returns 0 or -errno. Any thread. */
int clock_sleep_until(uint64_t deadline_ns);

/* Median cost of one clock_now_ns() call and its smallest step seen, in ns. About 1 ms of work. */
struct clock_cost {
    double read_ns;
    uint64_t step_ns;
};
struct clock_cost clock_measure_cost(void);

#endif
