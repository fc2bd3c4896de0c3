/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process and all its descendants occupy in memory, the kernel's part included.
 *
 * The resident set of a process says too little (no kernel stack, no page table) and, for forked children, too much:
 * each of them counts the pages that it shares with its parent. So user memory is the sum of proportional shares here
 * (a page that n processes map counts 1/n in each), page tables are each process's own, and kernel stacks are the
 * number of threads times the size of one.
 */
#ifndef QUINTET_MEASURE_MEMORY_H
#define QUINTET_MEASURE_MEMORY_H

#include <stdint.h>
#include <sys/types.h>

struct memory {
    uint64_t private_bytes;      /* proportional shares of anonymous pages. Pages of files are left out: programs and
                                    libraries, shared with whoever runs the same ones */
    uint64_t shared_bytes;       /* proportional shares of shared memory (tmpfs, MAP_SHARED) */
    uint64_t page_table_bytes;   /* VmPTE: the tables' lowest level */
    uint64_t kernel_stack_bytes; /* threads_count * memory_kernel_stack_bytes() */
    uint64_t cgroup_bytes;       /* all that the control group of the calling process is charged with, whoever else is
                                    in it and slab included; 0 where it can't be read */
    uint64_t processes_count, threads_count; /* kernel threads that work for a process (iou-wrk) are threads of it */
    uint64_t mappings_count, files_count;    /* of the process itself: what vm.max_map_count and RLIMIT_NOFILE count */
};

/*
 * Fill *out for process `root` and all that descend from it. Who ends meanwhile is not counted.
 * 0; -ENOTSUP if the kernel lists no children (CONFIG_PROC_CHILDREN) or no proportional shares (before 5.4); -errno if
 * root can't be read. Some 10 us per thread, 50 us per process and 1 us per
 * mapping. Any thread; needs 8 KiB of stack.
 */
int memory_read(struct memory *out, pid_t root);

/*
 * The size of one kernel stack: the machine's KernelStack over its number of threads, to the next power of two (some
 * stacks belong to no thread: they are kept for the next one). 0 where /proc doesn't tell, or the number of threads
 * does not stay still. Not a reading per process, because there is none; and not a difference of the machine's totals,
 * which everybody else changes at the same time. Any thread.
 */
uint64_t memory_kernel_stack_bytes(void);

#endif
