/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_criterion.h"

#include "measure/clock.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/time.h>

enum { MS = 1000000 };

/* --- Which machines may use their TSC ------------------------------------------------------------------------- */

#define INVARIANT "fpu tsc constant_tsc nonstop_tsc sse2"

Test(clock, tsc_is_used_only_where_the_machine_vouches_for_it)
{
    static const struct {
        const char *flags, *source;
        bool allowed;
        const char *why;
    } cases[] = {
        {INVARIANT, "tsc", true, ""},
        {"flags\t\t: constant_tsc nonstop_tsc", "tsc", true, ""},
        {"nonstop_tsc constant_tsc\n", "tsc", true, ""},
        {"fpu tsc constant_tsc", "tsc", false, "nonstop_tsc"},
        {"fpu tsc nonstop_tsc", "tsc", false, "constant_tsc"},
        {"fpu tsc constant_tsc nonstop_tsc_s3", "tsc", false, "nonstop_tsc"},
        {"fpu tsc not_constant_tsc nonstop_tsc", "tsc", false, "constant_tsc"},
        {"", "tsc", false, "constant_tsc"},
        {INVARIANT, "hpet", false, "hpet"},
        {INVARIANT " tsc_reliable tsc_known_freq", "acpi_pm", false, "acpi_pm"},
        {INVARIANT, "", false, "unknown"},
        {INVARIANT, "kvm-clock", false, "tsc_reliable"},
        {INVARIANT " tsc_known_freq", "kvm-clock", false, "tsc_reliable"},
        {INVARIANT " tsc_reliable", "kvm-clock", false, "tsc_known_freq"},
        {INVARIANT " tsc_reliable tsc_known_freq", "kvm-clock", true, ""},
        {INVARIANT " tsc_reliable tsc_known_freq", "hyperv_clocksource_tsc_page", true, ""},
        {INVARIANT " tsc_reliable tsc_known_freq", "xen", false, "xen"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char why[128] = "";
        cr_expect_eq(clock_tsc_allowed(cases[i].flags, cases[i].source, why, sizeof why), cases[i].allowed, "case %zu",
                     i);
        cr_expect_not_null(strstr(why, cases[i].why), "case %zu says: %s", i, why);
        cr_expect_eq(clock_tsc_allowed(cases[i].flags, cases[i].source, NULL, 0), cases[i].allowed, "case %zu", i);
    }
}

Test(clock, a_reason_is_cut_to_its_buffer)
{
    char why[8] = "xxxxxxx";
    clock_tsc_allowed("", "tsc", why, sizeof why);
    cr_assert_str_eq(why, "the CPU");
}

/* --- Calibration ---------------------------------------------------------------------------------------------- */

static struct clock_config calibrated(uint64_t span_ns)
{
    struct clock_config config;
    cr_assert_eq(clock_calibrate(span_ns, &config, NULL, 0), 0);
    return config;
}

Test(clock, calibration_says_what_it_decided)
{
    char why[128] = "unchanged";
    struct clock_config config = {.ns_per_tick_q32 = 1};
    cr_assert_eq(clock_calibrate(20 * MS, &config, why, sizeof why), 0);
    cr_expect_str_not_empty(why);
    cr_expect_str_neq(why, "unchanged");
    if (config.ns_per_tick_q32)
        cr_expect_not_null(strstr(why, "MHz"), "%s", why);
    else
        cr_expect_null(strstr(why, "MHz"), "%s", why);
}

/* Two rates from readings whose error is known to be below 50 ppm each. */
Test(clock, calibration_repeats_itself)
{
    struct clock_config a = calibrated(50 * MS), b = calibrated(50 * MS);
    if (a.ns_per_tick_q32 == 0 || b.ns_per_tick_q32 == 0)
        test_skip("this machine has no TSC to calibrate");
    double ratio = (double)a.ns_per_tick_q32 / (double)b.ns_per_tick_q32;
    cr_assert_float_eq(ratio, 1, 100e-6, "off by %g ppm", (ratio - 1) * 1e6);
}

Test(clock, calibration_leaves_the_affinity_as_it_was)
{
    cpu_set_t before, after;
    cr_assert_eq(sched_getaffinity(0, sizeof before, &before), 0);
    calibrated(MS);
    cr_assert_eq(sched_getaffinity(0, sizeof after, &after), 0);
    cr_assert(CPU_EQUAL(&before, &after));
}

Test(clock, without_a_rate_it_is_the_monotonic_clock)
{
    clock_configure(&(struct clock_config){0});
    cr_expect_str_eq(clock_source_name(), "monotonic");
    uint64_t before = clock_monotonic_ns(), now = clock_now_ns(), after = clock_monotonic_ns();
    cr_expect(before <= now && now <= after);
    cr_expect_float_eq(clock_drift_ppm(), 0, 0);
}

/* Read between two readings of CLOCK_MONOTONIC it may leave their interval only by drift, from the configuration on. */
Test(clock, stays_with_the_monotonic_clock)
{
    struct clock_config config = calibrated(50 * MS);
    clock_configure(&config);
    cr_expect_str_eq(clock_source_name(), config.ns_per_tick_q32 ? "tsc" : "monotonic");
    uint64_t start = clock_monotonic_ns();
    double worst_ns = 0, allowed_ns = 0;
    for (int i = 0; i < 20000; i++) {
        uint64_t before = clock_monotonic_ns(), now = clock_now_ns(), after = clock_monotonic_ns();
        double off = now < before ? (double)(before - now) : now > after ? (double)(now - after) : 0;
        worst_ns = fmax(worst_ns, off);
    }
    allowed_ns = 1000 + 50e-6 * (double)(clock_monotonic_ns() - start);
    cr_assert_leq(worst_ns, allowed_ns);
}

Test(clock, drift_is_small_and_never_noise)
{
    struct clock_config config = calibrated(50 * MS);
    clock_configure(&config);
    cr_expect_leq(fabs(clock_drift_ppm()), 50, "at once, when two readings can tell nothing");
    clock_sleep_until(clock_monotonic_ns() + 100 * MS);
    cr_expect_leq(fabs(clock_drift_ppm()), 50);
}

/* The gate must see what it is there for: a rate that is wrong by 1000 ppm, either way. */
Test(clock, drift_shows_a_wrong_rate)
{
    struct clock_config right = calibrated(50 * MS);
    if (right.ns_per_tick_q32 == 0)
        test_skip("this machine has no TSC to calibrate");
    for (int sign = -1; sign <= 1; sign += 2) {
        struct clock_config wrong = {(uint64_t)llround((double)right.ns_per_tick_q32 * (1 + sign * 1e-3))};
        clock_configure(&wrong);
        clock_sleep_until(clock_monotonic_ns() + 50 * MS);
        double drift = clock_drift_ppm();
        cr_expect_float_eq(drift, sign * 1000, 100, "%g ppm", drift);
    }
}

Test(clock, cost_is_a_cost)
{
    struct clock_config configs[] = {{0}, calibrated(20 * MS)};
    for (int i = 0; i < 2; i++) {
        clock_configure(&configs[i]);
        struct clock_cost cost = clock_measure_cost();
        cr_expect(cost.read_ns > 0.1 && cost.read_ns < 1e5, "%g ns", cost.read_ns);
        cr_expect(cost.step_ns >= 1 && cost.step_ns < 100 * MS, "%llu ns", (unsigned long long)cost.step_ns);
    }
}

/* --- Order ---------------------------------------------------------------------------------------------------- */

enum { RACERS = 4, READS = 100000 };

static _Atomic uint64_t latest_g;
static atomic_uint backwards_g;

/* Reads after having seen a time that somebody else took: never may ours be earlier. */
static void *race(void *unused)
{
    uint64_t own = 0;
    for (int i = 0; i < READS; i++) {
        uint64_t seen = atomic_load(&latest_g);
#if defined(__x86_64__)
        _mm_lfence(); /* RDTSC may pass the load before it; timing loops don't care, this test does */
#endif
        uint64_t now = clock_now_ns();
        if (now < seen || now < own)
            atomic_fetch_add(&backwards_g, 1);
        own = now;
        while (seen < now && !atomic_compare_exchange_weak(&latest_g, &seen, now)) {
        }
    }
    return unused;
}

static unsigned race_all(const struct clock_config *config)
{
    pthread_t threads[RACERS];
    clock_configure(config);
    atomic_store(&latest_g, 0);
    atomic_store(&backwards_g, 0);
    for (int i = 0; i < RACERS; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, race, NULL), 0);
    for (int i = 0; i < RACERS; i++)
        pthread_join(threads[i], NULL);
    return atomic_load(&backwards_g);
}

Test(clock, never_goes_backwards_over_threads, .timeout = 30)
{
    struct clock_config config = calibrated(20 * MS);
    cr_expect_eq(race_all(&config), 0, "as calibrated");
    cr_expect_eq(race_all(&(struct clock_config){0}), 0, "monotonic");
}

/* --- Sleeping ------------------------------------------------------------------------------------------------- */

Test(clock, sleep_never_ends_early)
{
    unsigned early = 0;
    for (uint64_t i = 0; i < 200; i++) {
        uint64_t deadline = clock_monotonic_ns() + i * 5000;
        cr_assert_eq(clock_sleep_until(deadline), 0);
        early += clock_monotonic_ns() < deadline;
    }
    cr_assert_eq(early, 0);
}

Test(clock, sleep_until_the_past_returns)
{
    cr_expect_eq(clock_sleep_until(0), 0);
    cr_expect_eq(clock_sleep_until(1), 0);
    cr_expect_eq(clock_sleep_until(clock_monotonic_ns()), 0);
}

static volatile sig_atomic_t alarms_g;

static void on_alarm(int signal)
{
    (void)signal;
    alarms_g++;
}

Test(clock, sleep_survives_signals)
{
    struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART: every alarm interrupts the sleep */
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 2000}, {0, 2000}}, NULL);
    uint64_t deadline = clock_monotonic_ns() + 50 * MS;
    int rc = clock_sleep_until(deadline);
    uint64_t woke = clock_monotonic_ns();
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    cr_expect_eq(rc, 0);
    cr_expect_geq(woke, deadline);
    cr_expect_gt(alarms_g, 0, "the sleep was never interrupted");
}
