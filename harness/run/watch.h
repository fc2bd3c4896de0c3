/* SPDX-License-Identifier: Apache-2.0 */
/* What can happen to a process while it measures, without its doing: read at the edges of the timed part. */
#ifndef QUINTET_RUN_WATCH_H
#define QUINTET_RUN_WATCH_H

#include <stdint.h>

struct watch {
    int64_t suspended_ns;     /* CLOCK_BOOTTIME - CLOCK_MONOTONIC: grows while the machine sleeps */
    int64_t wall_ns;          /* CLOCK_REALTIME - CLOCK_MONOTONIC: jumps when somebody sets the clock */
    uint64_t throttled_count; /* periods in which a control group of ours had used up its quota; 0 where none has one */
    uint64_t stops_count;     /* SIGCONT received: how often the process was stopped and continued */
};

/* Count SIGCONT from now on, and find our control groups. Once per process, before the first reading. */
void watch_init(void);

/* Read the present state. Any thread; some 50 us. */
void watch_read(struct watch *out);

#endif
