/* SPDX-License-Identifier: Apache-2.0 */
/* What can happen to a process while it measures, without its doing: read at the edges of the timed part. */
#ifndef QUINTET_RUN_WATCH_H
#define QUINTET_RUN_WATCH_H

#include <stdint.h>

struct watch {
    int64_t suspended_ns;     /* CLOCK_BOOTTIME - CLOCK_MONOTONIC: grows while the machine sleeps */
    int64_t wall_ns;          /* CLOCK_REALTIME - CLOCK_MONOTONIC: jumps when somebody sets the clock */
    uint64_t throttled_count; /* periods in which the control group had used up its quota; 0 where there is none */
    uint64_t stops_count;     /* SIGCONT received: how often the process was stopped and continued */
};

/* Count SIGCONT from now on. Once per process. */
void watch_init(void);

/* Read the present state. Any thread; some microseconds. */
void watch_read(struct watch *out);

#endif
