/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a piece of work cost this process, its threads and its children: CPU time, context switches,
 * page faults, memory. Read only at the edges of the timed window (one reading costs microseconds).
 */
#ifndef QUINTET_MEASURE_COUNTERS_H
#define QUINTET_MEASURE_COUNTERS_H

#include <stdint.h>
#include <sys/types.h>

/* Monotone totals. Children count when they have been waited for, and while they live if the calling thread
 * made them and the kernel lists them (CONFIG_PROC_CHILDREN; without it they count at their end). Kernel threads of
 * io_uring (iou-wrk) belong to the process that made them and are included. */
struct counters {
    uint64_t user_ns, system_ns;
    uint64_t voluntary_switches_count, involuntary_switches_count;
    uint64_t minor_faults_count, major_faults_count;
    uint64_t children_minor_faults_count; /* the part of minor_faults that children made */
    uint64_t steal_ns;                    /* machine-wide: CPU time the hypervisor gave to others */
    uint64_t cpu_busy_ns;                 /* machine-wide: user+nice+system+irq+softirq, to find foreign load */
};

/*
 * Fill *out at the start and at the end of what is measured. Returns 0 or -errno (getrusage); /proc/stat fields are 0
 * where it cannot be read. Any thread. To read /proc costs some 50 us of CPU time: the process' own counters are taken
 * last before and first after, so that this is no part of a difference.
 */
int counters_read_before(struct counters *out);
int counters_read_after(struct counters *out);

/* A child of the calling thread whose cost while it lives is nobody's here (a server that the work talks to); 0: none.
 * Before the first of the readings that are compared, from their thread. */
void counters_leave_out(pid_t child);

/* later - earlier, field by field. */
struct counters counters_delta(const struct counters *later, const struct counters *earlier);

/* VmHWM (peak resident set) and VmRSS of this process in bytes, 0 where /proc is absent. Not ru_maxrss: that is
 * inherited across exec. The kernel counts pages in per-CPU batches: good to some 100 KiB, peak < now included. */
uint64_t counters_memory_peak_bytes(void);
uint64_t counters_memory_now_bytes(void);

#endif
