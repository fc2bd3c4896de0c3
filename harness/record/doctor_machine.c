/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of what this machine and this build are: D01-D09, D18-D20, D23, D24. */
#include "record/doctor_look.h"

#include <stdio.h>
#include <string.h>

static const double pressure_percent = 5, busy_share = 0.5, spread_percent = 10, headroom_celsius = 10;

/* The last -O of the flags decides. */
static bool is_optimised(const char *flags)
{
    const char *last = NULL;
    for (const char *at = flags; (at = strstr(at, "-O")); at += 2)
        if (at == flags || at[-1] == ' ')
            last = at + 2;
    return last && *last != '0';
}

void look_build(struct look *look)
{
    const char *type = look_text(look, "build.type"), *sanitizers = look_text(look, "build.sanitizers");
    const char *flags = look_text(look, "compiler.flags");
    if (!type || !sanitizers || !flags) {
        look_unknown(look, !type ? "build.type" : !sanitizers ? "build.sanitizers" : "compiler.flags");
        return;
    }
    if (sanitizers[0]) {
        look->finding->taint = "sanitizer";
        look_found(look, DOCTOR_ERROR, "build.sanitizers", "Sanitizer build: its numbers are not performance figures.");
    } else if (!strcmp(type, "Debug") || !is_optimised(flags)) {
        look->finding->taint = "debug";
        look_found(look, DOCTOR_ERROR, "compiler.flags", "Debug build: its numbers are not performance figures.");
    } else {
        look_fine(look, "compiler.flags", "%s, %s", type, flags);
        return;
    }
    look_remedy(look, "make clean && make build");
}

void look_cpus(struct look *look)
{
    double granted, online;
    if (!look_number(look, "cpu.granted", &granted) || !look_number(look, "cpu.online", &online)) {
        look_unknown(look, look_number(look, "cpu.granted", &granted) ? "cpu.online" : "cpu.granted");
        return;
    }
    if (granted >= online && granted > 1) {
        look_fine(look, "cpu.granted", "all %.0f online CPUs are granted", granted);
        return;
    }
    if (granted < 2) {
        look->finding->taint = "one_cpu";
        look_found(look, DOCTOR_WARNING, "cpu.granted",
                   "Only one CPU of %.0f: nothing measured here says anything about parallel speed-up.", online);
    } else {
        look_found(look, DOCTOR_WARNING, "cpu.granted",
                   "Only %.0f of %.0f online CPUs were granted (affinity or cgroup quota).", granted, online);
    }
    look_remedy(look, "start without taskset, in a cpuset with all CPUs, under mpirun with --bind-to none");
}

void look_quota(struct look *look)
{
    double quota, rise = 0, allowed = 0;
    const char *none = look_text(look, "cpu.quota");
    bool limited = look_number(look, "cpu.quota", &quota);
    look_number(look, "cpu.allowed", &allowed);
    if (!limited && !none) {
        look_unknown(look, "cpu.quota");
        return;
    }
    if (look_number(look, "cgroup.throttled_rise_count", &rise) && rise > 0)
        look_found(look, DOCTOR_ERROR, "cgroup.throttled_rise_count",
                   "The control group was throttled %.0f times while it was watched.", rise);
    else if (limited && quota != (double)(long)quota)
        look_found(look, DOCTOR_ERROR, "cpu.quota",
                   "The control group may use %.3g CPUs, which is no whole number: its last worker will be throttled.",
                   quota);
    else if (limited && quota < allowed)
        look_found(look, DOCTOR_WARNING, "cpu.quota",
                   "The control group may use %.0f of the %.0f CPUs it may run on: who strays is throttled.", quota,
                   allowed);
    else {
        look_fine(look, "cpu.quota", "no quota that binds");
        return;
    }
    look_remedy(look, "give it whole CPUs, or none to share: --cpus N with --cpuset-cpus, CPUQuota=");
}

void look_steal(struct look *look)
{
    double percent = 0;
    int is_virtual = manifest_truth(look->facts, "platform.virtual_machine");
    bool watched = look_number(look, "load.steal_percent", &percent);
    if (percent > DOCTOR_STEAL_PERCENT) {
        look->finding->taint = "steal";
        look_found(look, percent > 5 ? DOCTOR_ERROR : DOCTOR_WARNING, "load.steal_percent",
                   "The hypervisor took %.1f %% of the CPU time away (steal; limit %d %%).", percent,
                   DOCTOR_STEAL_PERCENT);
        look_remedy(look, "a dedicated host, or another hour; more blocks average it: --blocks N, --precision PERCENT");
    } else if (is_virtual == 1) {
        look->finding->taint = "vm";
        look_found(look, DOCTOR_NOTE, "platform.virtual_machine",
                   "This is a virtual machine: its host may take CPU time away and change its speed.");
    } else if (!watched && is_virtual < 0) {
        look_unknown(look, "load.steal_percent");
    } else {
        look_fine(look, watched ? "load.steal_percent" : "platform.virtual_machine", "no time taken away");
    }
}

void look_load(struct look *look)
{
    double load = 0, pressure = 0, foreign = 0, granted = 1;
    const char *text = look_text(look, "load.average");
    bool has_load = text && sscanf(text, "%lf", &load) == 1 && look_number(look, "cpu.granted", &granted);
    bool has_pressure = look_number(look, "load.pressure_percent", &pressure);
    bool has_foreign = look_number(look, "load.foreign_percent", &foreign);
    const char *source = foreign > DOCTOR_FOREIGN_PERCENT ? "load.foreign_percent"
                         : pressure > pressure_percent    ? "load.pressure_percent"
                                                          : "load.average";
    char words[200];
    size_t n = 0;
    words[0] = '\0';
    if (has_load)
        n += (size_t)snprintf(words, sizeof words, "load average %.2f on %.0f CPU%s", load, granted,
                              granted == 1 ? "" : "s");
    if (has_pressure)
        n += (size_t)snprintf(words + n, sizeof words - n, "%stasks waited for a CPU %.0f %% of 10 s", n ? ", " : "",
                              pressure);
    if (has_foreign)
        snprintf(words + n, sizeof words - n, "%sothers used %.0f %% of the CPU time", n ? ", " : "", foreign);
    if (foreign > DOCTOR_FOREIGN_PERCENT || pressure > pressure_percent || load > busy_share * granted) {
        look_found(look, DOCTOR_WARNING, source, "The machine was busy before measuring: %s.", words);
        look_remedy(look, "wait, or stop what runs: ps -eo pcpu,comm --sort=-pcpu | head");
    } else if (!has_load) {
        look_unknown(look, "load.average");
    } else {
        look_fine(look, source, "%s", words);
    }
}

/* A name that may stand in a command. */
static bool is_word(const char *text)
{
    return text[0] && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(text);
}

void look_governor(struct look *look)
{
    const char *governor = look_text(look, "cpu.governor");
    char undo[160] = "";
    if (!governor) {
        look_unknown(look, "cpu.governor"); /* usual on virtual machines: the host decides */
        return;
    }
    if (!strcmp(governor, "performance")) {
        look_fine(look, "cpu.governor", "performance");
        return;
    }
    look_found(look, DOCTOR_WARNING, "cpu.governor", "The CPU frequency governor is \"%s\", not \"performance\".",
               governor);
    look_remedy(look, "cpupower frequency-set -g performance");
    if (is_word(governor))
        snprintf(undo, sizeof undo,
                 "for f in /sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor; do echo %.40s >\"$f\"; done",
                 governor);
    look_fix(look, undo,
             "for f in /sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor; do "
             "echo performance >\"$f\"; done");
}

void look_turbo(struct look *look)
{
    static const char pstate[] = "/sys/devices/system/cpu/intel_pstate/no_turbo",
                      boost_file[] = "/sys/devices/system/cpu/cpufreq/boost";
    double disabled, boost, least, most;
    bool by_pstate = look_number(look, "cpu.turbo_disabled", &disabled);
    bool by_boost = look_number(look, "cpu.boost", &boost);
    bool has_spread =
        look_number(look, "cpu.mhz_least", &least) && look_number(look, "cpu.mhz_most", &most) && least > 0;
    char undo[100];
    if (by_pstate ? disabled == 0 : by_boost && boost != 0) {
        const char *file = by_pstate ? pstate : boost_file;
        look_found(look, DOCTOR_NOTE, by_pstate ? "cpu.turbo_disabled" : "cpu.boost", "Turbo is on.");
        look_remedy(look, "accept it, and trust blocks to average; or echo %d >%s", by_pstate, file);
        snprintf(undo, sizeof undo, "echo %d >%s", !by_pstate, file);
        look_fix(look, undo, "echo %d >%s", by_pstate, file);
    } else if (has_spread && most > least * (1 + spread_percent / 100)) {
        look_found(look, DOCTOR_NOTE, "cpu.mhz_most", "The CPUs run at %.0f to %.0f MHz.", least, most);
        look_remedy(look, "fix the frequency (cpupower frequency-set -d F -u F), or trust blocks to average");
    } else if (by_pstate || by_boost) {
        look_fine(look, by_pstate ? "cpu.turbo_disabled" : "cpu.boost", "turbo is off");
    } else {
        look_unknown(look, "cpu.boost");
    }
}

void look_smt(struct look *look)
{
    double granted;
    int smt = manifest_truth(look->facts, "topology.smt");
    if (smt < 0 || !look_number(look, "cpu.granted", &granted)) {
        look_unknown(look, "topology.smt");
    } else if (!smt) {
        look_fine(look, "topology.smt", "one thread per core");
    } else {
        look_found(look, DOCTOR_NOTE, "topology.smt",
                   "Cores have more than one hardware thread; workers take one of each core first.");
        look_remedy(look, "nothing, as long as workers fit the cores; for good: the kernel's parameter nosmt");
    }
}

void look_power(struct look *look)
{
    double headroom, rise = 0;
    const char *supply = look_text(look, "power.supply");
    bool has_headroom = look_number(look, "heat.headroom_celsius", &headroom);
    bool has_rise = look_number(look, "heat.throttled_rise_count", &rise);
    if (supply && !strcmp(supply, "battery")) {
        look_found(look, DOCTOR_WARNING, "power.supply", "The machine runs on its battery.");
        look_remedy(look, "plug it in");
    } else if (rise > 0) {
        look_found(look, DOCTOR_WARNING, "heat.throttled_rise_count",
                   "The CPUs were throttled for heat %.0f times while they were watched.", rise);
        look_remedy(look, "let it cool down, see to its fans, or measure at a lower fixed frequency");
    } else if (has_headroom && headroom < headroom_celsius) {
        look_found(look, DOCTOR_WARNING, "heat.headroom_celsius",
                   "A sensor is %.0f degrees below its limit before anything was measured.", headroom);
        look_remedy(look, "let it cool down, see to its fans, or measure at a lower fixed frequency");
    } else if (!supply || (!has_headroom && !has_rise)) {
        look_unknown(look, supply ? "heat.headroom_celsius" : "power.supply");
    } else {
        look_fine(look, has_headroom ? "heat.headroom_celsius" : "heat.throttled_rise_count",
                  "not hot, not on battery");
    }
}

void look_aslr(struct look *look)
{
    double aslr;
    int of_process = manifest_truth(look->facts, "process.aslr");
    if (!look_number(look, "kernel.aslr", &aslr)) {
        look_unknown(look, "kernel.aslr");
    } else if (aslr == 0) {
        look_found(look, DOCTOR_NOTE, "kernel.aslr", "Addresses are the same in each process.");
        look_remedy(look, "sysctl -w kernel.randomize_va_space=2");
        look_fix(look, "sysctl -w kernel.randomize_va_space=0", "sysctl -w kernel.randomize_va_space=2");
    } else if (of_process == 0) {
        look_found(look, DOCTOR_NOTE, "process.aslr", "Addresses are the same in each process that this one starts.");
        look_remedy(look, "start without setarch -R, and without a debugger");
    } else {
        look_fine(look, "kernel.aslr", "each process has a layout of its own");
    }
}

void look_cores(struct look *look)
{
    const char *kinds = look_text(look, "topology.core_kinds");
    if (!kinds) {
        look_unknown(look, "topology.core_kinds");
    } else if (!strcmp(kinds, "one")) {
        look_fine(look, "topology.core_kinds", "all cores alike");
    } else {
        look_found(look, DOCTOR_WARNING, "topology.core_kinds", "The granted CPUs are of different kinds: %s.", kinds);
        look_remedy(look, "start on one kind only: taskset -c LIST");
    }
}

void look_rivals(struct look *look)
{
    const char *names = look_text(look, "processes.rivals");
    if (!names) {
        look_unknown(look, "processes.rivals");
    } else if (!strcmp(names, "none")) {
        look_fine(look, "processes.rivals", "none of those known here");
    } else {
        look_found(look, DOCTOR_WARNING, "processes.rivals", "Others are at work: %s.", names);
        look_remedy(look, "wait until they have ended");
    }
}

void look_launcher(struct look *look)
{
    const char *launcher = look_text(look, "process.launcher");
    if (!launcher) {
        look_unknown(look, "process.launcher");
    } else if (!strcmp(launcher, "none")) {
        look_fine(look, "process.launcher", "started alone");
    } else {
        look_found(look, DOCTOR_ERROR, "process.launcher", "This is one of several processes that %s started.",
                   launcher);
        look_remedy(look, "start one process: mpirun -n 1 --bind-to none, srun -n 1");
    }
}

void look_source(struct look *look)
{
    const char *git = look_text(look, "build.git");
    if (!git || !strcmp(git, "unknown")) {
        look_unknown(look, "build.git");
        if (git)
            snprintf(look->finding->found, sizeof look->finding->found, "built outside of a git checkout");
    } else if (strstr(git, "dirty")) {
        look->finding->taint = "dirty";
        look_found(look, DOCTOR_NOTE, "build.git",
                   "The source tree had uncommitted changes when this binary was built.");
        look_remedy(look, "commit, and build again");
    } else {
        look_fine(look, "build.git", "%s", git);
    }
}
