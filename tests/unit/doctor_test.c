/* SPDX-License-Identifier: Apache-2.0 */
/* The doctor's checks over made-up facts, each in each of its outcomes. */
#include "quintet_criterion.h"

#include "unit/doctor_facts.h"

TestSuite(doctor, .timeout = 30);

/* A machine about which there is nothing to say. */
static const char good_machine[] =
    "build.type=RelWithDebInfo\nbuild.sanitizers=\ncompiler.flags=-O2 -g\nbuild.git=0123456789ab\n"
    "cpu.online=4\ncpu.allowed=4\ncpu.granted=4\ncpu.quota=none\ncgroup.throttled_rise_count=0\n"
    "platform.virtual_machine=false\nload.steal_percent=0\nload.average=0.10 0.20 0.30 1/100 1234\n"
    "load.pressure_percent=0.5\nload.foreign_percent=1\ncpu.governor=performance\ncpu.turbo_disabled=1\ncpu.boost=?\n"
    "cpu.mhz_least=3000\ncpu.mhz_most=3010\ntopology.smt=false\npower.supply=mains\nheat.headroom_celsius=40\n"
    "heat.throttled_rise_count=0\nclock.kernel_source=tsc\nclock.available_sources=tsc hpet\nclock.source=tsc\n"
    "clock.read_ns=12\nio_uring.status=available\nio_uring.disabled=0\nprocess.seccomp=0\nplan.carriers_count=256\n"
    "plan.descriptors_count=576\nlimits.thread_room_count=1000\nlimits.process_room_count=1000\n"
    "limits.nofile_hard=4096\nlimits.memlock=65536\nkernel.release=6.1.0\nkernel.max_map_count=65530\n"
    "kernel.pid_max=32768\nkernel.perf_event_paranoid=2\nperf.cycles=available\nplan.memory_bytes=1048576\n"
    "memory.room_bytes=10485760\nmemory.swap_used_bytes=0\nmemory.zram=false\nstorage.fs_type=0xef53 (ext2/3/4)\n"
    "storage.device=/dev/sda1\nstorage.writable=true\nplan.disk_bytes=1048576\nstorage.free_bytes=2097152\n"
    "plan.connections_count=512\nplan.connections_at_once_count=128\nnet.port_first=32768\nnet.port_last=60999\n"
    "net.somaxconn=4096\nkernel.aslr=2\nprocess.aslr=true\ntopology.core_kinds=one\nprocesses.rivals=none\n"
    "clock.stepped_ns=100\nclock.suspended_ns=0\nclock.synchronized=true\nspeed.spread_percent=0.4\n"
    "process.launcher=none\n";

static unsigned index_of(const char *id)
{
    unsigned i = 0;
    while (i < DOCTOR_CHECKS && strcmp(doctor_checks[i].id, id) != 0)
        i++;
    cr_assert(i < DOCTOR_CHECKS, "%s", id);
    return i;
}

static const struct changed {
    const char *id, *facts; /* what differs from the good machine */
    enum doctor_outcome outcome;
    enum doctor_severity severity;
    const char *words, *remedy, *fix, *undo; /* parts of; NULL: there is none */
} cases[] = {
    {"D01", "build.type=Debug", DOCTOR_FOUND, DOCTOR_ERROR, "Debug build", "make", NULL, NULL},
    {"D01", "compiler.flags=-O2 -g -O0", DOCTOR_FOUND, DOCTOR_ERROR, "Debug build", "make", NULL, NULL},
    {"D01", "compiler.flags=-g", DOCTOR_FOUND, DOCTOR_ERROR, "Debug build", "make", NULL, NULL},
    {"D01", "build.sanitizers=address", DOCTOR_FOUND, DOCTOR_ERROR, "Sanitizer build", "make", NULL, NULL},
    {"D01", "build.type=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "nobody knows", NULL, NULL, NULL},
    {"D02", "cpu.granted=2", DOCTOR_FOUND, DOCTOR_WARNING, "Only 2 of 4", "taskset", NULL, NULL},
    {"D02", "cpu.granted=1", DOCTOR_FOUND, DOCTOR_WARNING, "Only one CPU", "taskset", NULL, NULL},
    {"D02", "cpu.online=1\ncpu.granted=1", DOCTOR_FOUND, DOCTOR_WARNING, "Only one CPU", "taskset", NULL, NULL},
    {"D02", "cpu.online=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "cpu.online", NULL, NULL, NULL},
    {"D03", "cpu.quota=1.5", DOCTOR_FOUND, DOCTOR_ERROR, "1.5 CPUs", "--cpus", NULL, NULL},
    {"D03", "cpu.quota=2", DOCTOR_FOUND, DOCTOR_WARNING, "2 of the 4", "--cpus", NULL, NULL},
    {"D03", "cpu.quota=4", DOCTOR_FINE, DOCTOR_NOTE, "no quota", NULL, NULL, NULL},
    {"D03", "cgroup.throttled_rise_count=3", DOCTOR_FOUND, DOCTOR_ERROR, "throttled 3 times", "--cpus", NULL, NULL},
    {"D03", "cgroup.throttled_rise_count=?", DOCTOR_FINE, DOCTOR_NOTE, "no quota", NULL, NULL, NULL},
    {"D03", "cpu.quota=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "nobody knows", NULL, NULL, NULL},
    {"D04", "load.steal_percent=1.5", DOCTOR_FOUND, DOCTOR_WARNING, "took 1.5 %", "host", NULL, NULL},
    {"D04", "load.steal_percent=7", DOCTOR_FOUND, DOCTOR_ERROR, "took 7.0 %", "host", NULL, NULL},
    {"D04", "platform.virtual_machine=true", DOCTOR_FOUND, DOCTOR_NOTE, "virtual machine", NULL, NULL, NULL},
    {"D04", "platform.virtual_machine=?\nload.steal_percent=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "steal", NULL, NULL,
     NULL},
    {"D04", "load.steal_percent=?", DOCTOR_FINE, DOCTOR_NOTE, "", NULL, NULL, NULL},
    {"D05", "load.average=2.10 1 1 1/1 1", DOCTOR_FOUND, DOCTOR_WARNING, "load average 2.10 on 4", "ps -eo", NULL,
     NULL},
    {"D05", "load.pressure_percent=5.5", DOCTOR_FOUND, DOCTOR_WARNING, "waited for a CPU", "ps -eo", NULL, NULL},
    {"D05", "load.foreign_percent=6", DOCTOR_FOUND, DOCTOR_WARNING, "others used 6 %", "ps -eo", NULL, NULL},
    {"D05", "load.average=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "nobody knows", NULL, NULL, NULL},
    {"D05", "load.pressure_percent=?\nload.foreign_percent=?", DOCTOR_FINE, DOCTOR_NOTE, "load average 0.10", NULL,
     NULL, NULL},
    {"D06", "cpu.governor=powersave", DOCTOR_FOUND, DOCTOR_WARNING, "\"powersave\"", "cpupower", "echo performance >",
     "echo powersave >"},
    {"D06", "cpu.governor=x; reboot", DOCTOR_FOUND, DOCTOR_WARNING, "reboot", "cpupower", "echo performance >", NULL},
    {"D06", "cpu.governor=?", DOCTOR_UNKNOWN, DOCTOR_NOTE, "nobody knows", NULL, NULL, NULL},
    {"D07", "cpu.turbo_disabled=0", DOCTOR_FOUND, DOCTOR_NOTE, "Turbo is on", "no_turbo", "echo 1 >", "echo 0 >"},
    {"D07", "cpu.turbo_disabled=?\ncpu.boost=1", DOCTOR_FOUND, DOCTOR_NOTE, "Turbo is on", "cpufreq/boost", "echo 0 >",
     "echo 1 >"},
    {"D07", "cpu.mhz_least=2000", DOCTOR_FOUND, DOCTOR_NOTE, "2000 to 3010 MHz", "cpupower", NULL, NULL},
    {"D07", "cpu.turbo_disabled=?\ncpu.boost=0", DOCTOR_FINE, DOCTOR_NOTE, "off", NULL, NULL, NULL},
    {"D07", "cpu.turbo_disabled=?", DOCTOR_UNKNOWN, DOCTOR_NOTE, "nobody knows", NULL, NULL, NULL},
    {"D08", "topology.smt=true", DOCTOR_FOUND, DOCTOR_NOTE, "more than one hardware thread", "nosmt", NULL, NULL},
    {"D08", "topology.smt=?", DOCTOR_UNKNOWN, DOCTOR_NOTE, "nobody knows", NULL, NULL, NULL},
    {"D09", "power.supply=battery", DOCTOR_FOUND, DOCTOR_WARNING, "battery", "plug", NULL, NULL},
    {"D09", "heat.throttled_rise_count=2", DOCTOR_FOUND, DOCTOR_WARNING, "for heat 2 times", "cool", NULL, NULL},
    {"D09", "heat.headroom_celsius=9", DOCTOR_FOUND, DOCTOR_WARNING, "9 degrees below", "cool", NULL, NULL},
    {"D09", "heat.headroom_celsius=?\nheat.throttled_rise_count=?", DOCTOR_UNKNOWN, DOCTOR_NOTE, "heat.", NULL, NULL,
     NULL},
    {"D09", "power.supply=?", DOCTOR_UNKNOWN, DOCTOR_NOTE, "power.supply", NULL, NULL, NULL},
    {"D10", "clock.read_ns=150", DOCTOR_FOUND, DOCTOR_WARNING, "takes 150 ns", "invariant", NULL, NULL},
    {"D10", "clock.kernel_source=hpet\nclock.source=monotonic", DOCTOR_FOUND, DOCTOR_WARNING, "\"hpet\"", "echo tsc",
     "echo tsc >", "echo hpet >"},
    {"D10", "clock.kernel_source=kvm-clock\nclock.available_sources=kvm-clock", DOCTOR_FOUND, DOCTOR_NOTE,
     "read the counter themselves", "invariant", NULL, NULL},
    {"D10", "clock.kernel_source=arch_sys_counter\nclock.source=monotonic", DOCTOR_FINE, DOCTOR_NOTE, "12 ns", NULL,
     NULL, NULL},
    {"D10", "clock.kernel_source=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "clock.kernel_source", NULL, NULL, NULL},
    {"D10", "clock.read_ns=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "clock.read_ns", NULL, NULL, NULL},
    {"D11", "io_uring.status=EPERM\nio_uring.disabled=2", DOCTOR_FOUND, DOCTOR_WARNING, "EPERM", "io_uring_disabled=0",
     NULL, NULL},
    {"D11", "io_uring.status=EPERM\nprocess.seccomp=2", DOCTOR_FOUND, DOCTOR_WARNING, "EPERM", "seccomp=", NULL, NULL},
    {"D11", "io_uring.status=ENOSYS\nio_uring.disabled=?", DOCTOR_FOUND, DOCTOR_WARNING, "ENOSYS", "kernel", NULL,
     NULL},
    {"D11", "io_uring.status=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "nobody knows", NULL, NULL, NULL},
    {"D12", "limits.thread_room_count=255", DOCTOR_FOUND, DOCTOR_ERROR, "needs 256 threads", "--in-flight", NULL, NULL},
    {"D12", "limits.process_room_count=10", DOCTOR_FOUND, DOCTOR_ERROR, "needs 256 processes", "--in-flight", NULL,
     NULL},
    {"D12", "limits.nofile_hard=512", DOCTOR_FOUND, DOCTOR_ERROR, "hard limit is 512", "ulimit -Hn 576", NULL, NULL},
    {"D12", "kernel.release=5.10.0-21\nlimits.memlock=65536", DOCTOR_FOUND, DOCTOR_WARNING, "64 KiB", "ulimit -l 4096",
     NULL, NULL},
    {"D12", "kernel.release=5.10.0-21\nlimits.memlock=unlimited", DOCTOR_FINE, DOCTOR_NOTE, "room", NULL, NULL, NULL},
    {"D12", "limits.process_room_count=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "process_room", NULL, NULL, NULL},
    {"D12", "plan.carriers_count=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "plan.carriers", NULL, NULL, NULL},
    {"D12", "limits.nofile_hard=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "nofile", NULL, NULL, NULL},
    {"D13", "perf.cycles=Permission denied\nkernel.perf_event_paranoid=3", DOCTOR_FOUND, DOCTOR_NOTE, "Permission",
     "paranoid=2", NULL, NULL},
    {"D13", "perf.cycles=No such file", DOCTOR_FOUND, DOCTOR_NOTE, "No such", "getrusage", NULL, NULL},
    {"D13", "perf.cycles=?", DOCTOR_UNKNOWN, DOCTOR_NOTE, "nobody knows", NULL, NULL, NULL},
    {"D14", "memory.room_bytes=1000000", DOCTOR_FOUND, DOCTOR_WARNING, "may want 1 MiB", "smoke", NULL, NULL},
    {"D14", "memory.swap_used_bytes=3145728", DOCTOR_FOUND, DOCTOR_NOTE, "3 MiB are swapped out.", "swapoff", NULL,
     NULL},
    {"D14", "memory.swap_used_bytes=3145728\nmemory.zram=true", DOCTOR_FOUND, DOCTOR_NOTE, "compressed", "swapoff",
     NULL, NULL},
    {"D14", "memory.room_bytes=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "nobody knows", NULL, NULL, NULL},
    {"D15", "storage.fs_type=0x1021994 (tmpfs)", DOCTOR_FOUND, DOCTOR_WARNING, "memory", "--results", NULL, NULL},
    {"D15", "storage.fs_type=0x794c7630 (overlay)", DOCTOR_FOUND, DOCTOR_WARNING, "layers", "--results", NULL, NULL},
    {"D15", "storage.fs_type=0x6969 (nfs)", DOCTOR_FOUND, DOCTOR_WARNING, "network", "--results", NULL, NULL},
    {"D15", "storage.device=/dev/loop3", DOCTOR_FOUND, DOCTOR_WARNING, "another file system", "--results", NULL, NULL},
    {"D15", "storage.fs_type=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "nobody knows", NULL, NULL, NULL},
    {"D16", "storage.writable=false", DOCTOR_FOUND, DOCTOR_ERROR, "cannot be written", "--results", NULL, NULL},
    {"D16", "storage.free_bytes=2097151", DOCTOR_FOUND, DOCTOR_ERROR, "plan's 1 MiB", "--results", NULL, NULL},
    {"D16", "storage.writable=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "writable", NULL, NULL, NULL},
    {"D16", "storage.free_bytes=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "free_bytes", NULL, NULL, NULL},
    {"D17", "net.port_last=33000", DOCTOR_FOUND, DOCTOR_ERROR, "233 ports", "15000 65000", "15000 65000",
     "32768 33000"},
    {"D17", "net.somaxconn=127", DOCTOR_FOUND, DOCTOR_ERROR, "queue takes 127", "somaxconn=128", "somaxconn=128",
     "somaxconn=127"},
    {"D17", "plan.connections_count=0\nnet.somaxconn=?", DOCTOR_FINE, DOCTOR_NOTE, "nothing", NULL, NULL, NULL},
    {"D17", "net.somaxconn=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "somaxconn", NULL, NULL, NULL},
    {"D17", "plan.connections_count=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "connections", NULL, NULL, NULL},
    {"D18", "kernel.aslr=0", DOCTOR_FOUND, DOCTOR_NOTE, "Addresses", "sysctl", "randomize_va_space=2",
     "randomize_va_space=0"},
    {"D18", "process.aslr=false", DOCTOR_FOUND, DOCTOR_NOTE, "Addresses", "setarch", NULL, NULL},
    {"D18", "kernel.aslr=?", DOCTOR_UNKNOWN, DOCTOR_NOTE, "nobody knows", NULL, NULL, NULL},
    {"D19", "topology.core_kinds=capacities from 446 to 1024", DOCTOR_FOUND, DOCTOR_WARNING, "446", "taskset", NULL,
     NULL},
    {"D19", "topology.core_kinds=?", DOCTOR_UNKNOWN, DOCTOR_NOTE, "nobody knows", NULL, NULL, NULL},
    {"D20", "processes.rivals=3 cc1, 1 perf", DOCTOR_FOUND, DOCTOR_WARNING, "3 cc1, 1 perf", "wait", NULL, NULL},
    {"D20", "processes.rivals=?", DOCTOR_UNKNOWN, DOCTOR_NOTE, "nobody knows", NULL, NULL, NULL},
    {"D21", "clock.stepped_ns=20000000", DOCTOR_FOUND, DOCTOR_ERROR, "set by 0.02 s", "time service", NULL, NULL},
    {"D21", "clock.suspended_ns=2000000000", DOCTOR_FOUND, DOCTOR_ERROR, "slept for 2 s", "suspension", NULL, NULL},
    {"D21", "clock.synchronized=false", DOCTOR_FOUND, DOCTOR_NOTE, "No time service", NULL, NULL, NULL},
    {"D21", "clock.stepped_ns=?", DOCTOR_UNKNOWN, DOCTOR_NOTE, "nobody knows", NULL, NULL, NULL},
    {"D22", "speed.spread_percent=3.1", DOCTOR_FOUND, DOCTOR_WARNING, "3.1 %", "frequency", NULL, NULL},
    {"D22", "speed.spread_percent=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "nobody knows", NULL, NULL, NULL},
    {"D23", "process.launcher=mpirun", DOCTOR_FOUND, DOCTOR_ERROR, "mpirun", "-n 1", NULL, NULL},
    {"D23", "process.launcher=?", DOCTOR_UNKNOWN, DOCTOR_WARNING, "nobody knows", NULL, NULL, NULL},
    {"D24", "build.git=0123456789ab-dirty", DOCTOR_FOUND, DOCTOR_NOTE, "uncommitted", "commit", NULL, NULL},
    {"D24", "build.git=unknown", DOCTOR_UNKNOWN, DOCTOR_NOTE, "outside of a git", NULL, NULL, NULL},
    {"D24", "build.git=?", DOCTOR_UNKNOWN, DOCTOR_NOTE, "nobody knows", NULL, NULL, NULL},
};
enum { CASES = sizeof cases / sizeof *cases };

Test(doctor, says_nothing_about_a_good_machine)
{
    struct doctor_finding findings[DOCTOR_CHECKS];
    json_t *facts = facts_make(good_machine), *taints = doctor_taints(facts);
    doctor_examine(facts, findings);
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
        cr_expect(findings[i].outcome == DOCTOR_FINE && findings[i].source[0] && !findings[i].remedy[0], "%s: %s",
                  doctor_checks[i].id, findings[i].found);
    cr_expect_eq(json_array_size(taints), 0u);
    json_decref(taints);
    json_decref(facts);
}

/* One change each: that check says what it should, and no other changes its mind. */
Test(doctor, tells_each_fault_and_only_that)
{
    for (unsigned c = 0; c < CASES; c++) {
        struct doctor_finding findings[DOCTOR_CHECKS];
        const struct changed *want = &cases[c];
        json_t *facts = facts_make(good_machine);
        facts_set(facts, want->facts);
        doctor_examine(facts, findings);
        const struct doctor_finding *f = &findings[index_of(want->id)];
        cr_expect(f->outcome == want->outcome && (f->outcome == DOCTOR_FINE || f->severity == want->severity),
                  "%s, case %u: %s, %s: %s", want->id, c, doctor_outcome_names[f->outcome],
                  doctor_severity_names[f->severity], f->found);
        cr_expect(has(f->found, want->words), "%s, case %u: found %s", want->id, c, f->found);
        cr_expect(has(f->remedy, want->remedy), "%s, case %u: remedy %s", want->id, c, f->remedy);
        cr_expect(has(f->fix, want->fix) && has(f->undo, want->undo), "%s, case %u: fix %s undo %s", want->id, c,
                  f->fix, f->undo);
        for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
            cr_expect(&findings[i] == f || findings[i].outcome == DOCTOR_FINE, "case %u for %s also moves %s: %s", c,
                      want->id, doctor_checks[i].id, findings[i].found);
        json_decref(facts);
    }
}

/* Every check can be found out and can be unknown: the table above forgets none. */
Test(doctor, has_a_case_for_each_outcome)
{
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++) {
        bool found = false, unknown = false;
        for (unsigned c = 0; c < CASES; c++)
            if (!strcmp(cases[c].id, doctor_checks[i].id)) {
                found |= cases[c].outcome == DOCTOR_FOUND;
                unknown |= cases[c].outcome == DOCTOR_UNKNOWN && cases[c].severity == doctor_checks[i].if_unknown;
            }
        cr_expect(found && unknown, "%s", doctor_checks[i].id);
    }
}

Test(doctor, calls_nothing_fine_that_it_has_no_facts_about)
{
    struct doctor_finding findings[DOCTOR_CHECKS];
    json_t *facts = facts_make("");
    doctor_examine(facts, findings);
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
        cr_expect(findings[i].outcome == DOCTOR_UNKNOWN && strstr(findings[i].found, "was not looked at"), "%s: %s",
                  doctor_checks[i].id, findings[i].found);
    json_decref(facts);
}

/* A limit that can be raised by a command gets that command, with the present value to go back to. */
Test(doctor, raises_the_limit_that_is_met)
{
    struct doctor_finding findings[DOCTOR_CHECKS];
    json_t *facts = facts_make(good_machine);
    manifest_add(facts, "limits.thread_room_count", json_integer(3), "vm.max_map_count = 65530; a stack, in use 65524");
    doctor_examine(facts, findings);
    const struct doctor_finding *f = &findings[index_of("D12")];
    cr_expect_str_eq(f->fix, "sysctl -w vm.max_map_count=1048576");
    cr_expect_str_eq(f->undo, "sysctl -w vm.max_map_count=65530");
    json_decref(facts);
}

/* Whatever a file holds: no finding is more than one line of plain characters. */
Test(doctor, keeps_strange_texts_on_their_line)
{
    struct doctor_finding findings[DOCTOR_CHECKS];
    json_t *facts = facts_make(good_machine);
    manifest_add(facts, "cpu.governor", json_string("a\nreboot\n\x1b[2J\xc3\xa9"), "made\nup");
    doctor_examine(facts, findings);
    const struct doctor_finding *f = &findings[index_of("D06")];
    cr_expect(strstr(f->found, "a?reboot?"));
    for (const char *text = f->found; *text; text++)
        cr_expect(*text >= 0x20 && *text < 0x7f);
    cr_expect_str_eq(f->source, "made?up");
    cr_expect_str_empty(f->undo);
    json_decref(facts);
}

/* --- a run's taints are the same checks -----------------------------------------------------------------------------
 */

static void check_taint(const char *lines, const char *id, const char *words, bool severe)
{
    json_t *facts = facts_make(good_machine);
    facts_set(facts, lines);
    json_t *taints = doctor_taints(facts), *taint = json_array_get(taints, 0);
    cr_assert_eq(json_array_size(taints), 1u, "%s", id);
    cr_expect_str_eq(json_string_value(json_object_get(taint, "id")), id);
    cr_expect(strstr(json_string_value(json_object_get(taint, "text")), words));
    cr_expect_eq(json_object_get(taint, "severity") != NULL, severe);
    json_decref(taints);
    json_decref(facts);
}

Test(doctor, taints_a_run_by_the_same_rules)
{
    check_taint("platform.virtual_machine=true\nload.steal_percent=?", "vm", "virtual machine", false);
    check_taint("cpu.granted=2", "cpus", "Only 2 of 4", false);
    check_taint("cpu.granted=1", "one_cpu", "Only one CPU", false);
    check_taint("build.sanitizers=thread", "sanitizer", "Sanitizer", true);
    check_taint("build.type=Debug", "debug", "Debug", true);
    check_taint("cpu.governor=schedutil", "governor", "schedutil", false);
    check_taint("load.average=2.01 0 0", "load", "load average 2.01", false);
    check_taint("build.git=1-dirty", "dirty", "uncommitted", false);
    check_taint("cpu.quota=1.5", "quota", "1.5", true);
    check_taint("topology.core_kinds=two", "cores", "two", false);
    check_taint("power.supply=battery", "power", "battery", false);
}
