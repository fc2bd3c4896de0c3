/* SPDX-License-Identifier: Apache-2.0 */
#include "run/watch.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static _Atomic uint64_t continued_count; /* lock-free: written in a signal handler */

static void count_continue(int signal)
{
    (void)signal;
    atomic_fetch_add_explicit(&continued_count, 1, memory_order_relaxed);
}

void watch_init(void)
{
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

/* nr_throttled of our own control group (version 2, as a container sees itself). */
static uint64_t throttled(void)
{
    char text[1024];
    int fd = open("/sys/fs/cgroup/cpu.stat", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    const char *line = strstr(text, "nr_throttled ");
    return line ? strtoull(line + sizeof "nr_throttled " - 1, NULL, 10) : 0;
}

void watch_read(struct watch *out)
{
    out->suspended_ns = difference(CLOCK_BOOTTIME);
    out->wall_ns = difference(CLOCK_REALTIME);
    out->throttled_count = throttled();
    out->stops_count = atomic_load_explicit(&continued_count, memory_order_relaxed);
}
