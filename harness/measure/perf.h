/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event counters of the kernel and the processor (perf_event_open) over this process, the threads and the processes
 * that it makes after perf_open(), while they live and after. A counter that cannot be had has an errno and a reason;
 * it is never 0 for that.
 *
 * They are not free: with them the kernel does work at each context switch, fork and exit (docs/adr/0010). Whoever
 * opens them does so for a measurement of its own.
 */
#ifndef QUINTET_MEASURE_PERF_H
#define QUINTET_MEASURE_PERF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum perf_event {
    PERF_TASK_CLOCK, /* CPU time, ns */
    PERF_MINOR_FAULTS,
    PERF_MAJOR_FAULTS,
    PERF_SWITCHES,
    PERF_MIGRATIONS, /* to another CPU */
    PERF_CYCLES,     /* from here on by the processor */
    PERF_INSTRUCTIONS,
    PERF_CACHE_MISSES, /* of the last level */
    PERF_BRANCH_MISSES,
    PERF_EVENTS,
};
const char *perf_event_name(enum perf_event event); /* "task_clock_ns", "cycles_count", ... */

struct perf {
    int fd[PERF_EVENTS]; /* or -errno */
    bool user_only;      /* some event may not be counted in the kernel, hence none is */
};

struct perf_reading {
    struct {
        int err; /* 0 or -errno; then the rest means nothing */
        uint64_t value, enabled_ns, running_ns;
    } of[PERF_EVENTS];
};

/* Count from now on. Call from the thread that will make all others, before it makes them. Never fails: see fd[]. */
void perf_open(struct perf *out);
void perf_close(struct perf *perf);

/* The present counts, living children's included: some microseconds per counter, thread and child. The opening thread.
 */
void perf_read(const struct perf *perf, struct perf_reading *out);

/*
 * What was counted between two readings. A counter that had to share the processor's with others ran for only a part of
 * the time: *value is then scaled up to all of it, and *running (0..1] says how much was seen. 0; -EBUSY: it never ran;
 * the counter's own -errno.
 */
int perf_used(const struct perf_reading *later, const struct perf_reading *earlier, enum perf_event event,
              uint64_t *value, double *running);

/* Why a counter has no value, in one sentence without a full stop. `paranoid`: what
 * /proc/sys/kernel/perf_event_paranoid holds. */
void perf_reason(int err, int paranoid, char *why, size_t why_len);
int perf_paranoid(void); /* -1 where it cannot be read */

#endif
