/* SPDX-License-Identifier: Apache-2.0 */
/* Which limit was it? Asked of a /proc and a /sys that the test wrote. */
#include "quintet_criterion.h"

#include "measure/limits.h"
#include "unit/made_root.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(limits, .timeout = 20);

/* A machine where nothing is scarce, in control groups of version 2. */
static void machine_init(void)
{
    root_init("limits");
    put("/proc/self/status",
        "Name:\ttest\nVmSize:\t 1000 kB\nVmData:\t 500 kB\nThreads:\t100\nCapEff:\t0000000000000000\n");
    put("/proc/self/maps", "00400000-00401000 r-xp 00000000 00:00 0 /bin/x\nffffffffff600000-ffffffffff601000 --xp 0 "
                           "00:00 0 [vsyscall]\n");
    put("/proc/sys/vm/max_map_count", "65530\n");
    put("/proc/sys/vm/overcommit_memory", "0\n");
    put("/proc/sys/kernel/threads-max", "190000\n");
    put("/proc/sys/kernel/pid_max", "32768\n");
    put("/proc/loadavg", "0.10 0.20 0.30 2/700 12345\n");
    put("/proc/meminfo",
        "MemTotal: 8000000 kB\nMemAvailable: 4000000 kB\nCommitLimit: 9000 kB\nCommitted_AS: 8990 kB\n");
    put("/proc/self/cgroup", "0::/outer/inner\n");
    put("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
    put("/sys/fs/cgroup/outer/pids.max", "512\n");
    put("/sys/fs/cgroup/outer/pids.current", "300\n");
    put("/sys/fs/cgroup/outer/pids.events", "max 7\n");
    put("/sys/fs/cgroup/outer/inner/pids.max", "max\n");
    put("/sys/fs/cgroup/outer/inner/pids.current", "290\n");
    put("/sys/fs/cgroup/outer/inner/pids.events", "max 0\n");
}

static void check(const struct limits *limits, enum limits_carrier carrier, int err, bool known, const char *want)
{
    /* 100 threads there, the 101st refused: none has ended meanwhile */
    struct limits_refusal refusal = {.carrier = carrier, .number = 100, .err = err, .stack_bytes = 65536};
    char out[256];
    bool got = limits_explain(limits, &refusal, out, sizeof out);
    cr_assert(got == known && strstr(out, want), "%d: %s, want %s", got, out, want);
    cr_assert(!strncmp(out, carrier == LIMITS_THREAD ? "thread 100 was refused by " : "process 100 was refused by ",
                       carrier == LIMITS_THREAD ? 26 : 27));
}

Test(limits, that_are_not_met_are_not_named)
{
    struct limits limits;

    machine_init();
    limits_begin(&limits, root_g);
    char want[128]; /* C libraries differ in their words for an errno */
    snprintf(want, sizeof want, "not found (%s; ", strerror(EAGAIN));
    check(&limits, LIMITS_THREAD, -EAGAIN, false, want);
    snprintf(want, sizeof want, "not found (%s; ", strerror(ENOMEM));
    check(&limits, LIMITS_PROCESS, -ENOMEM, false, want);
    root_fini();
}

Test(limits, of_the_machine)
{
    struct limits limits;

    machine_init();
    limits_begin(&limits, root_g);
    put("/proc/loadavg", "0.10 0.20 0.30 2/32470 12345\n");
    check(&limits, LIMITS_PROCESS, -EAGAIN, true, "kernel.pid_max = 32768");
    put("/proc/loadavg", "0.10 0.20 0.30 2/32000 12345\n"); /* some of other people's have ended since */
    check(&limits, LIMITS_PROCESS, -EAGAIN, true, "kernel.pid_max = 32768");
    put("/proc/sys/kernel/threads-max", "32000\n"); /* asked for first */
    check(&limits, LIMITS_PROCESS, -EAGAIN, true, "kernel.threads-max = 32000");
    put("/proc/loadavg", "0.10 0.20 0.30 2/31800 12345\n"); /* one of two, and nobody knows which */
    check(&limits, LIMITS_PROCESS, -EAGAIN, false, "not found");
    put("/proc/loadavg", "0.10 0.20 0.30 2/700 12345\n");
    put("/proc/sys/vm/max_map_count", "2\n");
    check(&limits, LIMITS_THREAD, -EAGAIN, true, "vm.max_map_count = 2;");
    put("/proc/sys/vm/max_map_count", "3\n");
    check(&limits, LIMITS_THREAD, -EAGAIN, false, "not found");
    put("/proc/sys/vm/overcommit_memory", "2\n");
    check(&limits, LIMITS_THREAD, -EAGAIN, true, "vm.overcommit_memory = 2");
    check(&limits, LIMITS_PROCESS, -EAGAIN, false, "not found"); /* has no stack to map */
    put("/proc/meminfo", "MemAvailable: 1000 kB\n");
    check(&limits, LIMITS_PROCESS, -ENOMEM, true, "the machine's memory: 1000 KiB");
    root_fini();
}

static uint64_t memory_left(void)
{
    struct limits_room room;
    return limits_memory_room(root_g, &room) ? room.count : UINT64_MAX;
}

Test(limits, memory_that_is_left)
{
    machine_init();
    cr_assert(memory_left() == UINT64_C(4000000) * 1024);
    put("/sys/fs/cgroup/outer/memory.max", "1073741824\n");
    put("/sys/fs/cgroup/outer/memory.current", "1073741000\n");
    put("/sys/fs/cgroup/outer/memory.stat", "anon 41000\ninactive_file 1073700000\n"); /* a cache gives way */
    cr_assert(memory_left() == 1073741824 - 41000);
    put("/sys/fs/cgroup/outer/memory.max", "max\n");
    cr_assert(memory_left() == UINT64_C(4000000) * 1024);
    put("/proc/meminfo", "MemTotal: 8000000 kB\n");
    cr_assert(memory_left() == UINT64_MAX);
    root_fini();
}

Test(limits, of_a_control_group)
{
    struct limits limits;

    machine_init();
    limits_begin(&limits, root_g);
    put("/sys/fs/cgroup/outer/pids.events", "max 8\n"); /* has refused, and is below its limit again */
    check(&limits, LIMITS_PROCESS, -EAGAIN, true, "pids.max = 512 of the control group /outer");
    limits_begin(&limits, root_g); /* that was before */
    put("/sys/fs/cgroup/outer/pids.current", "512\n");
    check(&limits, LIMITS_PROCESS, -EAGAIN, false, "not found");
    limits.counts_pids_refused = false; /* an old kernel */
    check(&limits, LIMITS_PROCESS, -EAGAIN, true, "pids.max = 512 of the control group /outer");
    put("/sys/fs/cgroup/outer/inner/pids.max", "290\n");
    put("/sys/fs/cgroup/outer/pids.current", "500\n");
    check(&limits, LIMITS_THREAD, -EAGAIN, true, "pids.max = 290 of the control group /outer/inner");
    root_fini();
}

Test(limits, of_a_control_group_that_cannot_be_seen)
{
    struct limits limits;

    machine_init();
    put("/sys/fs/cgroup/outer/pids.max", "max\n");
    limits_begin(&limits, root_g);
    put("/sys/fs/cgroup/outer/inner/pids.events", "max 3\n");
    check(&limits, LIMITS_PROCESS, -EAGAIN, true, "of a control group above");
    root_fini();
}

/* Version 1, and a mount that shows only a part of the tree, as in a container. */
Test(limits, of_a_control_group_of_version_1)
{
    struct limits limits;

    machine_init();
    put("/proc/self/cgroup", "9:name=systemd:/\n8:cpu,pids:/docker/abc/job\n4:memory:/docker/abc\n0::/\n");
    put("/proc/self/mountinfo", "31 30 0:27 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
                                "32 30 0:28 /docker/abc /sys/fs/cgroup/pids rw - cgroup cgroup rw,cpu,pids\n"
                                "33 30 0:29 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
    put("/sys/fs/cgroup/pids/job/pids.max", "64\n");
    put("/sys/fs/cgroup/pids/job/pids.current", "64\n");
    put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "104857600\n");
    put("/sys/fs/cgroup/memory/memory.usage_in_bytes", "4857600\n");
    limits_begin(&limits, root_g);
    check(&limits, LIMITS_THREAD, -EAGAIN, true, "pids.max = 64 of the control group /job");
    put("/sys/fs/cgroup/pids/job/pids.current", "3\n");
    check(&limits, LIMITS_PROCESS, -ENOMEM, false, "not found");
    put("/sys/fs/cgroup/memory/memory.usage_in_bytes", "104800000\n");
    check(&limits, LIMITS_PROCESS, -ENOMEM, true, "the memory limit of the control group /, 104857600 bytes");
    root_fini();
}
