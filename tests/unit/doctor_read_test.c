/* SPDX-License-Identifier: Apache-2.0 */
/* What the doctor reads from a /proc and /sys that the test wrote. */
#include "quintet_criterion.h"

#include "measure/procfs.h"
#include "unit/doctor_facts.h"
#include "unit/made_root.h"

#include <sched.h>
#include <unistd.h>

TestSuite(doctor_read, .timeout = 30);

static void tree_init(void)
{
    root_init("doctor");
    put("/proc/1/comm", "init\n");
    put("/proc/meminfo", "MemTotal: 8000 kB\nMemAvailable: 4000 kB\nSwapTotal: 900 kB\nSwapFree: 500 kB\n");
}

static json_t *tree_read(void)
{
    json_t *facts = facts_make("");
    doctor_read(facts, root_g, root_g);
    return facts;
}

static double number(const json_t *facts, const char *name)
{
    double value = -1;
    cr_assert(manifest_number(facts, name, &value), "%s: %s", name, manifest_source(facts, name));
    return value;
}

static void check_text(const char *name, const char *want)
{
    json_t *facts = tree_read();
    const char *text = manifest_text(facts, name);
    cr_expect(want ? text && !strcmp(text, want) : !text, "%s is %s, want %s", name, text ? text : "unknown",
              want ? want : "unknown");
    json_decref(facts);
}

Test(doctor_read, reads_limits_memory_and_network)
{
    tree_init();
    put("/proc/self/status", "VmSize:\t1000 kB\nThreads:\t1\nCapEff:\tffffffffffffffff\n");
    put("/proc/loadavg", "0.10 0.20 0.30 2/700 12345\n");
    put("/proc/sys/kernel/threads-max", "1500\n");
    put("/proc/sys/kernel/pid_max", "1100\n");
    put("/proc/sys/vm/max_map_count", "41\n");
    put("/proc/self/maps", "00400000-00401000 r-xp 00000000 00:00 0 /bin/x\n");
    put("/proc/self/cgroup", "0::/a\n");
    put("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n");
    put("/sys/fs/cgroup/a/memory.max", "3000000\n");
    put("/sys/fs/cgroup/a/memory.current", "2500000\n");
    put("/sys/fs/cgroup/a/memory.stat", "anon 1\ninactive_file 500000\n");
    put("/proc/swaps", "Filename Type Size Used Priority\n/dev/zram0 partition 900 400 100\n");
    put("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
    put("/proc/sys/net/core/somaxconn", "4096\n");
    put("/proc/pressure/cpu", "some avg10=7.25 avg60=0.00 avg300=0.00 total=1\n");
    put("/proc/cpuinfo", "processor\t: 0\ncpu MHz\t\t: 2400.500\nprocessor\t: 1\ncpu MHz\t\t: 3100.000\n");
    json_t *facts = tree_read();
    cr_expect_float_eq(number(facts, "limits.thread_room_count"), 20, 0); /* a stack and its guard are two mappings */
    cr_expect(strstr(manifest_source(facts, "limits.thread_room_count"), "vm.max_map_count = 41"));
    cr_expect_float_eq(number(facts, "limits.process_room_count"), 100, 0); /* 1100 - 300 reserved - 700 */
    cr_expect(strstr(manifest_source(facts, "limits.process_room_count"), "kernel.pid_max = 1100"));
    cr_expect_float_eq(number(facts, "memory.room_bytes"), 1000000, 0);
    cr_expect(strstr(manifest_source(facts, "memory.room_bytes"), "control group /a"));
    cr_expect_float_eq(number(facts, "memory.swap_used_bytes"), 400 * 1024, 0);
    cr_expect_eq(manifest_truth(facts, "memory.zram"), 1);
    cr_expect_float_eq(number(facts, "net.port_first"), 32768, 0);
    cr_expect_float_eq(number(facts, "net.port_last"), 60999, 0);
    cr_expect_float_eq(number(facts, "net.somaxconn"), 4096, 0);
    cr_expect_float_eq(number(facts, "load.pressure_percent"), 7.25, 1e-9);
    cr_expect_float_eq(number(facts, "cpu.mhz_least"), 2400.5, 1e-9);
    cr_expect_float_eq(number(facts, "cpu.mhz_most"), 3100, 1e-9);
    cr_expect_eq(manifest_truth(facts, "storage.writable"), 1);
    json_decref(facts);
    root_fini();
}

Test(doctor_read, reads_power_and_heat)
{
    tree_init();
    check_text("power.supply", NULL);
    put("/sys/class/power_supply/hidpp_0/type", "Battery\n"); /* a mouse */
    put("/sys/class/power_supply/hidpp_0/scope", "Device\n");
    put("/sys/class/power_supply/hidpp_0/status", "Discharging\n");
    check_text("power.supply", "mains");
    put("/sys/class/power_supply/BAT0/type", "Battery\n");
    put("/sys/class/power_supply/BAT0/status", "Discharging\n");
    check_text("power.supply", "battery");
    put("/sys/class/power_supply/AC/type", "Mains\n");
    put("/sys/class/power_supply/AC/online", "1\n");
    check_text("power.supply", "mains");
    json_t *facts = tree_read();
    cr_expect(strstr(manifest_source(facts, "heat.headroom_celsius"), "no sensor"));
    json_decref(facts);
    put("/sys/class/hwmon/hwmon0/temp1_crit", "100000\n");
    put("/sys/class/hwmon/hwmon0/temp1_input", "58000\n");
    put("/sys/class/hwmon/hwmon1/temp2_crit", "95000\n");
    put("/sys/class/hwmon/hwmon1/temp2_input", "91000\n");
    put("/sys/class/hwmon/hwmon1/temp3_crit", "0\n");
    put("/sys/class/hwmon/hwmon1/temp3_input", "91000\n");
    facts = tree_read();
    cr_expect_float_eq(number(facts, "heat.headroom_celsius"), 4, 1e-9);
    json_decref(facts);
    root_fini();
}

Test(doctor_read, reads_the_kinds_of_cores_that_it_may_use)
{
    cpu_set_t set;
    unsigned cpus[2], n = 0;
    cr_assert(sched_getaffinity(0, sizeof set, &set) == 0);
    for (unsigned cpu = 0; cpu < CPU_SETSIZE && n < 2; cpu++)
        if (CPU_ISSET(cpu, &set))
            cpus[n++] = cpu;
    if (n < 2)
        test_skip("one CPU has one kind");
    char path[96];
    tree_init();
    check_text("topology.core_kinds", NULL);
    put("/sys/devices/system/cpu/online", "0-1\n");
    check_text("topology.core_kinds", "one");
    for (unsigned i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%u/cpu_capacity", cpus[i]);
        put(path, "%u\n", i ? 446 : 1024);
    }
    check_text("topology.core_kinds", "capacities from 446 to 1024");
    put(path, "1024\n");
    check_text("topology.core_kinds", "one");
    put("/sys/devices/cpu_atom/cpus", "%u\n", cpus[1]);
    json_t *facts = tree_read();
    cr_expect(strstr(manifest_text(facts, "topology.core_kinds"), " 1 efficiency core") ||
              strstr(manifest_text(facts, "topology.core_kinds"), "and 1 efficiency"));
    json_decref(facts);
    put("/sys/devices/cpu_atom/cpus", "5000-5003,6000\n");
    check_text("topology.core_kinds", "one");
    root_fini();
}

Test(doctor_read, sees_who_else_is_at_work)
{
    tree_init();
    check_text("processes.rivals", "none");
    put("/proc/900/comm", "cc1\n");
    put("/proc/901/comm", "cc1\n");
    put("/proc/902/comm", "quintet\n");
    put("/proc/903/comm", "cc1like\n");
    check_text("processes.rivals", "1 quintet, 2 cc1");
    char path[64]; /* who started us is no rival */
    snprintf(path, sizeof path, "/proc/%d/status", (int)getpid());
    put(path, "Name:\tx\nPPid:\t902\n");
    check_text("processes.rivals", "2 cc1");
    char command[160]; /* hidepid: only our own are shown */
    snprintf(command, sizeof command, "rm -rf '%s'/proc/1 '%s'/proc/90?", root_g, root_g);
    cr_assert(system(command) == 0);
    check_text("processes.rivals", NULL);
    root_fini();
}

/* --- control groups' quota ------------------------------------------------------------------------------------------
 */

static void check_quota(int want, double want_cpus)
{
    double cpus = 0;
    int got = cgroup_cpu_quota(root_g, &cpus);
    cr_expect(got == want && (got != 1 || cpus == want_cpus), "%d: %g, want %d: %g", got, cpus, want, want_cpus);
}

Test(doctor_read, reads_quotas_of_both_versions)
{
    uint64_t throttled = 0;
    tree_init();
    check_quota(0, 0); /* a kernel without control groups */
    put("/proc/self/cgroup", "0::/outer/inner\n");
    check_quota(-1, 0); /* in a group, and it cannot be seen */
    put("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n");
    put("/sys/fs/cgroup/outer/cpu.max", "max 100000\n");
    put("/sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
    check_quota(0, 0);
    put("/sys/fs/cgroup/outer/cpu.max", "150000 100000\n");
    check_quota(1, 1.5);
    put("/sys/fs/cgroup/outer/inner/cpu.max", "50000 100000\n");
    check_quota(1, 0.5);
    put("/sys/fs/cgroup/outer/cpu.stat", "usage_usec 9\nnr_periods 5\nnr_throttled 3\n");
    put("/sys/fs/cgroup/outer/inner/cpu.stat", "usage_usec 9\nnr_throttled 4\n");
    cr_expect(cgroup_sum(root_g, "cpu", "cpu.stat", "nr_throttled ", &throttled));
    cr_expect_eq(throttled, 7u);
    put("/proc/self/cgroup", "4:cpu,cpuacct:/docker/abc\n2:cpuset:/\n");
    put("/proc/self/mountinfo",
        "31 30 0:27 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
        "32 30 0:28 /docker/abc /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n");
    check_quota(0, 0);
    put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
    put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
    check_quota(0, 0);
    put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "250000\n");
    check_quota(1, 2.5);
    root_fini();
}

/* --- over time ------------------------------------------------------------------------------------------------------
 */

Test(doctor_read, watches_and_knows_all_that_it_watched)
{
    double value;
    tree_init();
    put("/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "7\n");
    json_t *facts = facts_make("cpu.online=2");
    doctor_watch(facts, root_g, 200000000);
    cr_expect(manifest_number(facts, "cpu.online", &value));
    cr_expect_float_eq(number(facts, "heat.throttled_rise_count"), 0, 0);
    cr_expect(!manifest_number(facts, "cgroup.throttled_rise_count", &value));
    cr_expect(number(facts, "load.steal_percent") >= 0 && number(facts, "load.foreign_percent") >= 0);
    cr_expect(number(facts, "load.foreign_percent") < 1000);
    cr_expect(number(facts, "clock.read_ns") > 0.1 && number(facts, "clock.read_ns") < 1e5);
    cr_expect(number(facts, "speed.spread_percent") < 1000);
    cr_expect(number(facts, "clock.suspended_ns") < 1e9);
    json_decref(facts);
    root_fini();
}

/* A kernel says no such thing; what stands between it and us (a container's file system, a bind mount) may. */
Test(doctor_read, a_number_that_cannot_be_is_not_known)
{
    static const char *const facts[] = {"memory.total_bytes", "memory.available_bytes", "memory.swap_bytes"};
    static struct machine machine;
    double value;
    tree_init();
    put("/proc/meminfo",
        "MemTotal: 99999999999999999999 kB\nMemAvailable: 9223372036854775807 kB\nSwapTotal: many kB\n");
    json_t *manifest = manifest_read(root_g, &machine, -1);
    for (unsigned i = 0; i < sizeof facts / sizeof *facts; i++) {
        cr_expect(!manifest_number(manifest, facts[i], &value), "%s: %g", facts[i], value);
        cr_expect(strstr(manifest_source(manifest, facts[i]), "no number"), "%s", manifest_source(manifest, facts[i]));
    }
    json_decref(manifest);
}
