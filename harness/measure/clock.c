/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BRACKETS = 64, /* readings of which the tightest is kept */
    CALIBRATE_SPAN_MIN_NS = 1000000,
    COST_BATCHES = 31,
    COST_BATCH_READS = 1000,
};
/* A clock that disagrees by more is refused at calibration; a trial that sees more is invalid. */
static const double trusted_ppm = 50;

struct clock_state clock_state_g;
static double base_error_ns; /* how well clock_configure() knows base_ns; written where clock_state_g is */

/* Both clocks at one instant: `ticks` was read while CLOCK_MONOTONIC was ns +- error_ns. */
struct bracket {
    uint64_t ticks;
    double ns_offset; /* from `origin`: a double holds 100 days of nanoseconds exactly, time since boot it may not */
    double error_ns;
};

static uint64_t ticks_now(void)
{
#if defined(__x86_64__)
    return __rdtsc();
#else
    return 0;
#endif
}

/*
 * Stamp between two readings of CLOCK_MONOTONIC, again and again, and keep the pair that lies closest: an interrupt
 * or a page fault in between only ever widens a bracket. The vDSO fences its own counter reads, which keeps ours
 * between them.
 */
static struct bracket bracket_take(uint64_t origin)
{
    struct bracket best = {.error_ns = INFINITY};
    for (int i = 0; i < BRACKETS; i++) {
        uint64_t before = clock_monotonic_ns();
        uint64_t ticks = ticks_now();
        uint64_t after = clock_monotonic_ns();
        double half = (double)(after - before) / 2;
        if (half < best.error_ns)
            best = (struct bracket){ticks, (double)(before - origin) + half, half};
    }
    return best;
}

__attribute__((format(printf, 3, 4))) static bool refuse(char *why, size_t why_len, const char *format, ...)
{
    if (why && why_len) {
        va_list args;
        va_start(args, format);
        vsnprintf(why, why_len, format, args);
        va_end(args);
    }
    return false;
}

/* True where one of the blank-separated words is `word`: "nonstop_tsc" must not be found in "nonstop_tsc_s3". */
static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = strstr(words, word); at; at = strstr(at + 1, word)) {
        bool starts = at == words || at[-1] == ' ' || at[-1] == '\t';
        if (starts && strchr(" \t\n", at[len]))
            return true;
    }
    return false;
}

bool clock_tsc_allowed(const char *cpu_flags, const char *clocksource, char *why, size_t why_len)
{
    static const char *const invariant[] = {"constant_tsc", "nonstop_tsc"};
    static const char *const vouched[] = {"tsc_reliable", "tsc_known_freq"};
    for (size_t i = 0; i < 2; i++) {
        if (!has_word(cpu_flags, invariant[i]))
            return refuse(why, why_len, "the CPU does not report %s", invariant[i]);
    }
    if (strcmp(clocksource, "tsc") == 0)
        return true;
    /* Paravirtual clocks are scaled TSCs. Anything else (hpet, acpi_pm) means that the kernel gave the TSC up. */
    if (strcmp(clocksource, "kvm-clock") && strncmp(clocksource, "hyperv_clocksource", 18))
        return refuse(why, why_len, "the kernel's clocksource is %s", *clocksource ? clocksource : "unknown");
    for (size_t i = 0; i < 2; i++) {
        if (!has_word(cpu_flags, vouched[i]))
            return refuse(why, why_len, "the clocksource is %s and the CPU does not report %s", clocksource,
                          vouched[i]);
    }
    return true;
}

/* First line of `path` that starts with `prefix`, newline removed; freed by the caller. NULL if there is none. */
static char *line_find(const char *path, const char *prefix)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    char *line = NULL;
    size_t size = 0;
    bool found = false;
    while (!found && getline(&line, &size, file) > 0)
        found = strncmp(line, prefix, strlen(prefix)) == 0;
    fclose(file);
    if (!found) {
        free(line);
        return NULL;
    }
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static bool machine_allows_tsc(char *why, size_t why_len)
{
#if !defined(__x86_64__)
    return refuse(why, why_len, "no time-stamp counter is known on this architecture");
#endif
    char *flags = line_find("/proc/cpuinfo", "flags");
    char *source = line_find("/sys/devices/system/clocksource/clocksource0/current_clocksource", "");
    bool allowed = clock_tsc_allowed(flags ? flags : "", source ? source : "", why, why_len);
    free(flags);
    free(source);
    return allowed;
}

/* How far `at` lies off the line through `from` with this rate, beyond what the two readings can't tell. */
static double excess_ns(const struct bracket *from, const struct bracket *at, double ns_per_tick)
{
    double expected = from->ns_offset + (double)(int64_t)(at->ticks - from->ticks) * ns_per_tick;
    return fmax(0, fabs(expected - at->ns_offset) - from->error_ns - at->error_ns);
}

/*
 * The flags say that all CPUs count together; look. On every CPU that may run us the counter must lie on the line
 * that was just calibrated. The allowance is the length of a cache miss or two: what a trial's clock can be off by
 * without anybody noticing.
 */
static bool cpus_agree(uint64_t origin, const struct bracket *from, double ns_per_tick, char *why, size_t why_len)
{
    enum { SKEW_MAX_NS = 200 };
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed))
        return refuse(why, why_len, "the CPUs cannot be compared: %s", strerror(errno));
    bool agree = true;
    for (int cpu = 0; cpu < CPU_SETSIZE && agree; cpu++) {
        if (!CPU_ISSET(cpu, &allowed))
            continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        if (sched_setaffinity(0, sizeof one, &one)) {
            agree = refuse(why, why_len, "the CPUs cannot be compared: %s", strerror(errno));
            break;
        }
        struct bracket here = bracket_take(origin);
        double excess = excess_ns(from, &here, ns_per_tick);
        if (excess > SKEW_MAX_NS + (here.ns_offset - from->ns_offset) * trusted_ppm * 1e-6)
            agree = refuse(why, why_len, "the counter of CPU %d is off by %.0f ns", cpu, excess);
    }
    if (sched_setaffinity(0, sizeof allowed, &allowed) && agree)
        agree = refuse(why, why_len, "the CPUs cannot be compared: %s", strerror(errno));
    return agree;
}

/* A trapped RDTSC (some hypervisors) is slower than the vDSO: then there is nothing to gain. */
static bool ticks_are_cheaper(char *why, size_t why_len)
{
    enum { READS = 200, TRIES = 10 };
    uint64_t best_ticks = UINT64_MAX, best_vdso = UINT64_MAX;
    for (int i = 0; i < TRIES; i++) {
        uint64_t t0 = clock_monotonic_ns();
        for (int j = 0; j < READS; j++) {
            uint64_t ticks = ticks_now();
            __asm__ volatile("" : : "r"(ticks));
        }
        uint64_t t1 = clock_monotonic_ns();
        for (int j = 0; j < READS; j++)
            clock_monotonic_ns();
        uint64_t t2 = clock_monotonic_ns();
        best_ticks = t1 - t0 < best_ticks ? t1 - t0 : best_ticks;
        best_vdso = t2 - t1 < best_vdso ? t2 - t1 : best_vdso;
    }
    if (best_ticks < best_vdso)
        return true;
    return refuse(why, why_len, "reading it takes %" PRIu64 " ns, CLOCK_MONOTONIC %" PRIu64 " ns", best_ticks / READS,
                  best_vdso / READS);
}

/* Three readings over the span: the ends give the rate, the middle says whether it was one rate. */
static bool rate_measure(uint64_t span_ns, double *ns_per_tick, char *why, size_t why_len)
{
    uint64_t origin = clock_monotonic_ns();
    struct bracket start = bracket_take(origin);
    clock_sleep_until(origin + span_ns / 2);
    struct bracket middle = bracket_take(origin);
    clock_sleep_until(origin + span_ns);
    struct bracket end = bracket_take(origin);

    double elapsed_ns = end.ns_offset - start.ns_offset;
    double rate = elapsed_ns / (double)(int64_t)(end.ticks - start.ticks);
    if (!(rate > 1e-3 && rate < 1e3)) /* 1 MHz to 1 THz; a counter that stood still or ran back fails too */
        return refuse(why, why_len, "the counter does not count");
    double error_ppm = (start.error_ns + end.error_ns) / elapsed_ns * 1e6;
    if (error_ppm > trusted_ppm)
        return refuse(why, why_len, "its rate is known to %.0f ppm only", error_ppm);
    double uneven_ns = excess_ns(&start, &middle, rate);
    if (uneven_ns > elapsed_ns * trusted_ppm * 1e-6)
        return refuse(why, why_len, "it runs unevenly: off by %.0f ns in %.0f", uneven_ns, elapsed_ns / 2);
    if (!cpus_agree(origin, &end, rate, why, why_len))
        return false;
    *ns_per_tick = rate;
    if (why && why_len)
        snprintf(why, why_len, "%.3f MHz within %.1f ppm", 1e3 / rate, error_ppm);
    return true;
}

int clock_calibrate(uint64_t span_ns, struct clock_config *out, char *why, size_t why_len)
{
    struct timespec ts;
    double ns_per_tick = 0;
    *out = (struct clock_config){0};
    if (why && why_len)
        why[0] = '\0';
    if (clock_gettime(CLOCK_MONOTONIC, &ts))
        return -errno;
    if (span_ns < CALIBRATE_SPAN_MIN_NS)
        span_ns = CALIBRATE_SPAN_MIN_NS;
    if (machine_allows_tsc(why, why_len) && ticks_are_cheaper(why, why_len) &&
        rate_measure(span_ns, &ns_per_tick, why, why_len))
        out->ns_per_tick_q32 = (uint64_t)llround(ns_per_tick * 0x1p32);
    return 0;
}

void clock_configure(const struct clock_config *config)
{
    uint64_t origin = clock_monotonic_ns();
    struct bracket base = bracket_take(origin);
    base_error_ns = base.error_ns;
    clock_state_g = (struct clock_state){
        .ns_per_tick_q32 = config->ns_per_tick_q32,
        .base_ticks = base.ticks,
        .base_ns = origin + (uint64_t)base.ns_offset,
    };
}

double clock_drift_ppm(void)
{
    if (clock_state_g.ns_per_tick_q32 == 0)
        return 0;
    struct bracket base = {clock_state_g.base_ticks, 0, base_error_ns};
    struct bracket now = bracket_take(clock_state_g.base_ns);
    if (now.ns_offset <= 0)
        return 0;
    double rate = (double)clock_state_g.ns_per_tick_q32 * 0x1p-32;
    double ahead_ns = (double)(int64_t)(now.ticks - base.ticks) * rate - now.ns_offset;
    /* Only what two readings can know: a trial of a millisecond must not fail for their 30 ns. */
    return copysign(excess_ns(&base, &now, rate) / now.ns_offset * 1e6, ahead_ns);
}

const char *clock_source_name(void)
{
    return clock_state_g.ns_per_tick_q32 ? "tsc" : "monotonic";
}

int clock_sleep_until(uint64_t deadline_ns)
{
    struct timespec ts = {
        .tv_sec = (time_t)(deadline_ns / 1000000000u),
        .tv_nsec = (long)(deadline_ns % 1000000000u),
    };
    int rc;
    do
        rc = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
    while (rc == EINTR);
    return -rc;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct clock_cost clock_measure_cost(void)
{
    double per_read_ns[COST_BATCHES];
    uint64_t step_ns = UINT64_MAX;
    for (int batch = 0; batch < COST_BATCHES; batch++) {
        uint64_t start = clock_monotonic_ns();
        uint64_t last = clock_now_ns();
        for (int i = 1; i < COST_BATCH_READS; i++) {
            uint64_t now = clock_now_ns();
            if (now > last && now - last < step_ns)
                step_ns = now - last;
            last = now;
        }
        per_read_ns[batch] = (double)(clock_monotonic_ns() - start) / COST_BATCH_READS;
    }
    qsort(per_read_ns, COST_BATCHES, sizeof per_read_ns[0], compare_doubles);
    return (struct clock_cost){
        .read_ns = per_read_ns[COST_BATCHES / 2],
        .step_ns = step_ns == UINT64_MAX ? 0 : step_ns,
    };
}
