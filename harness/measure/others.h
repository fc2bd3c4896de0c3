/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What everybody else's processes spend, to the nanosecond: the kernel's account of the whole machine goes by ticks of
 * some milliseconds, in which a short trial's company cannot be seen. A lower bound: who came and went between two
 * readings is missed, and so is who lives in another PID namespace.
 */
#ifndef QUINTET_MEASURE_OTHERS_H
#define QUINTET_MEASURE_OTHERS_H

#include <stdint.h>
#include <sys/types.h>

struct others {
    struct others_process {
        pid_t pid;
        uint64_t cpu_ns;
    } * list; /* by pid; owned */
    unsigned n, room;
};

/*
 * Read the CPU clocks of all processes that are not in process group `own`. 1 us per process. May be read into again;
 * zero bytes are an empty list. 0; -errno where /proc cannot be read; -ENOMEM. Any thread, one at a time per list.
 */
int others_read(struct others *others, pid_t own);
void others_fini(struct others *others);

/* What they spent between two readings; one that was not there before has spent all of its time since. */
uint64_t others_used_ns(const struct others *later, const struct others *earlier);

#endif
