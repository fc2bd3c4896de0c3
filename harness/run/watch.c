/* SPDX-License-Identifier: Apache-2.0 */
#include "run/watch.h"
#include "measure/procfs.h"

#include <signal.h>
#include <stdatomic.h>
#include <time.h>

static _Atomic uint64_t continued_count; /* lock-free: written in a signal handler */

static void count_continue(int signal)
{
    (void)signal;
    atomic_fetch_add_explicit(&continued_count, 1, memory_order_relaxed);
}

/* Our groups that may have a quota, by version; looked for once, because that takes longer than all the rest. */
static struct cgroup groups[2];
static bool has_group[2];

void watch_init(void)
{
    for (int version = 0; version < 2; version++)
        has_group[version] = cgroup_find("", "cpu", version == 0, &groups[version]);
    struct sigaction action = {.sa_handler = count_continue, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGCONT, &action, NULL);
}

static int64_t ns_of(clockid_t clock)
{
    struct timespec t;
    return clock_gettime(clock, &t) ? 0 : (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The least of three differences: a preemption between two readings makes one greater, never smaller by much. */
static int64_t difference(clockid_t clock)
{
    int64_t least = INT64_MAX;
    for (int i = 0; i < 3; i++) {
        int64_t monotonic = ns_of(CLOCK_MONOTONIC), other = ns_of(clock);
        if (other - monotonic < least)
            least = other - monotonic;
    }
    return least;
}

void watch_read(struct watch *out)
{
    out->suspended_ns = difference(CLOCK_BOOTTIME);
    out->wall_ns = difference(CLOCK_REALTIME);
    out->throttled_count = 0;
    for (int version = 0; version < 2; version++)
        if (has_group[version])
            cgroup_add_up("", groups[version], "cpu.stat", "nr_throttled ", &out->throttled_count);
    out->stops_count = atomic_load_explicit(&continued_count, memory_order_relaxed);
}
