/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of what a plan needs and of time: D10-D17, D21, D22. What it needs are facts as well: plan.*, whose source
 * names the cell that needs most. */
#include "record/doctor_look.h"

#include <stdio.h>
#include <string.h>

static const double clock_read_limit_ns = 100, speed_percent = 3, mib = 1 << 20;

/* A need that nobody told is unknown, and so is all that is compared with it. */
static bool need(struct look *look, const char *fact, double *out)
{
    if (look_number(look, fact, out))
        return true;
    look_unknown(look, fact);
    return false;
}

void look_clock(struct look *look)
{
    double read_ns;
    const char *kernel = look_text(look, "clock.kernel_source"), *source = look_text(look, "clock.source");
    const char *others = look_text(look, "clock.available_sources");
    bool by_counter = kernel && (!strcmp(kernel, "tsc") || !strcmp(kernel, "arch_sys_counter"));
    if (!look_number(look, "clock.read_ns", &read_ns) || !kernel) {
        look_unknown(look, kernel ? "clock.read_ns" : "clock.kernel_source");
    } else if (read_ns > clock_read_limit_ns) {
        look_found(look, DOCTOR_WARNING, "clock.read_ns", "Reading the clock takes %.0f ns (limit %.0f ns).", read_ns,
                   clock_read_limit_ns);
    } else if (!by_counter) {
        bool ours = source && !strcmp(source, "tsc");
        look_found(look, ours ? DOCTOR_NOTE : DOCTOR_WARNING, "clock.kernel_source",
                   "The kernel's clock is \"%.40s\", not the CPU's own counter%s.", kernel,
                   ours ? "; measurements read the counter themselves" : "");
    } else {
        look_fine(look, "clock.kernel_source", "%s, %.0f ns", kernel, read_ns);
    }
    if (look->finding->outcome != DOCTOR_FOUND)
        return;
    if (others && strstr(others, "tsc") && !by_counter) {
        char undo[120];
        static const char file[] = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
        snprintf(undo, sizeof undo, "echo %.30s >%s", kernel, file);
        look_remedy(look, "echo tsc >%s", file);
        bool is_word = strspn(kernel, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(kernel);
        look_fix(look, is_word ? undo : "", "echo tsc >%s", file);
    } else {
        look_remedy(look, "another type of virtual machine, or one with an invariant counter");
    }
}

void look_io_uring(struct look *look)
{
    double disabled = 0, seccomp = 0;
    const char *status = look_text(look, "io_uring.status");
    if (!status) {
        look_unknown(look, "io_uring.status");
        return;
    }
    if (!strcmp(status, "available")) {
        look_fine(look, "io_uring.status", "available");
        return;
    }
    look_number(look, "io_uring.disabled", &disabled);
    look_number(look, "process.seccomp", &seccomp);
    look_found(look, DOCTOR_WARNING, "io_uring.status", "io_uring cannot be used: %s.", status);
    if (disabled != 0) /* not for the script: it was switched off for safety */
        look_remedy(look, "if you may: sysctl -w kernel.io_uring_disabled=0 (now %.0f); or --strategy coroutines_epoll",
                    disabled);
    else if (seccomp == 2)
        look_remedy(look, "a filter forbids it: docker run --security-opt seccomp=PROFILE that allows io_uring_setup, "
                          "io_uring_enter and io_uring_register; or --strategy coroutines_epoll");
    else
        look_remedy(look, "a kernel from 5.10 on that has it; or --strategy coroutines_epoll");
}

/* A limit of the kernel's that has room to grow, as a command. */
static void fix_limit(struct look *look, const char *limit)
{
    static const struct {
        const char *name, *fact;
        long value;
    } grown[] = {{"vm.max_map_count", "kernel.max_map_count", 1048576}, {"kernel.pid_max", "kernel.pid_max", 4194304}};
    for (unsigned i = 0; i < sizeof grown / sizeof *grown; i++) {
        double now;
        char undo[80];
        if (strncmp(limit, grown[i].name, strlen(grown[i].name)) || !look_number(look, grown[i].fact, &now) ||
            now >= (double)grown[i].value)
            continue;
        snprintf(undo, sizeof undo, "sysctl -w %s=%.0f", grown[i].name, now);
        look_remedy(look, "sysctl -w %s=%ld", grown[i].name, grown[i].value);
        look_fix(look, undo, "sysctl -w %s=%ld", grown[i].name, grown[i].value);
        return;
    }
    look_remedy(look, "raise it (ulimit -u N, --pids-limit N, sysctl), or ask for fewer tasks: --in-flight K");
}

/* Rings were charged to RLIMIT_MEMLOCK before Linux 5.12. */
static bool rings_are_locked(const struct look *look)
{
    unsigned major, minor;
    const char *release = look_text(look, "kernel.release");
    return release && sscanf(release, "%u.%u", &major, &minor) == 2 && (major < 5 || (major == 5 && minor < 12));
}

void look_limits(struct look *look)
{
    static const struct {
        const char *fact, *word;
    } carriers[] = {{"limits.thread_room_count", "threads"}, {"limits.process_room_count", "processes"}};
    double want, room, files, files_hard, locked, granted;
    if (!need(look, "plan.carriers_count", &want) || !need(look, "plan.descriptors_count", &files) ||
        !need(look, "limits.nofile_hard", &files_hard))
        return;
    for (unsigned i = 0; i < 2; i++) {
        if (!need(look, carriers[i].fact, &room))
            return;
        if (room >= want)
            continue;
        look_found(look, DOCTOR_ERROR, carriers[i].fact, "%.120s needs %.0f %s at once, and %.0f more are possible.",
                   manifest_source(look->facts, "plan.carriers_count"), want, carriers[i].word, room);
        fix_limit(look, manifest_source(look->facts, carriers[i].fact));
        return;
    }
    if (files_hard < files) {
        look_found(look, DOCTOR_ERROR, "limits.nofile_hard",
                   "%.120s needs up to %.0f descriptors in one process; the hard limit is %.0f.",
                   manifest_source(look->facts, "plan.descriptors_count"), files, files_hard);
        look_remedy(look, "ulimit -Hn %.0f in the shell that starts it (as root), or --in-flight K", files);
        return;
    }
    if (rings_are_locked(look) && look_number(look, "limits.memlock", &locked) &&
        look_number(look, "cpu.granted", &granted) && locked < granted * mib) {
        look_found(look, DOCTOR_WARNING, "limits.memlock",
                   "The rings of this kernel need locked memory, limit %.0f KiB.", locked / 1024);
        look_remedy(look, "ulimit -l %.0f", granted * 1024);
        return;
    }
    look_fine(look, "plan.carriers_count", "room for %.0f threads or processes and %.0f descriptors", want, files);
}

void look_perf(struct look *look)
{
    double paranoid;
    const char *cycles = look_text(look, "perf.cycles");
    if (!cycles) {
        look_unknown(look, "perf.cycles");
    } else if (!strcmp(cycles, "available")) {
        look_fine(look, "perf.cycles", "cycles can be counted");
    } else {
        bool forbidden = look_number(look, "kernel.perf_event_paranoid", &paranoid) && paranoid > 2;
        look_found(look, DOCTOR_NOTE, "perf.cycles", "Hardware counters cannot be read: %s.", cycles);
        look_remedy(look, forbidden ? "if you may: sysctl -w kernel.perf_event_paranoid=2"
                                    : "nothing: getrusage and the kernel's counts of switches are used anyway");
    }
}

void look_memory(struct look *look)
{
    double want, room, swapped;
    if (!need(look, "plan.memory_bytes", &want) || !need(look, "memory.room_bytes", &room))
        return;
    int zram = manifest_truth(look->facts, "memory.zram");
    if (room < want) {
        look_found(look, DOCTOR_WARNING, "memory.room_bytes",
                   "%.0f MiB of memory are left; the plan may want %.0f MiB.", room / mib, want / mib);
        look_remedy(look, "free some, raise the container's limit, or --profile smoke");
    } else if (look_number(look, "memory.swap_used_bytes", &swapped) && swapped > 0) {
        look_found(look, DOCTOR_NOTE, "memory.swap_used_bytes", "%.0f MiB are swapped out%s.", swapped / mib,
                   zram == 1 ? ", to compressed memory" : "");
        look_remedy(look, "swapoff -a before, swapon -a after, where memory allows");
    } else {
        look_fine(look, "memory.room_bytes", "%.0f MiB left", room / mib);
    }
}

void look_storage(struct look *look)
{
    static const struct {
        const char *type, *what;
    } odd[] = {{"(tmpfs)", "memory"},        {"(overlay)", "a container's layers"},
               {"(nfs)", "a network"},       {"(smb)", "a network"},
               {"(ceph)", "a network"},      {"(9p)", "another machine"},
               {"(fuse)", "another process"}};
    const char *type = look_text(look, "storage.fs_type"), *device = look_text(look, "storage.device");
    const char *what = device && strstr(device, "/dev/loop") == device ? "a file of another file system" : NULL;
    if (!type) {
        look_unknown(look, "storage.fs_type");
        return;
    }
    for (unsigned i = 0; i < sizeof odd / sizeof *odd && !what; i++)
        what = strstr(type, odd[i].type) ? odd[i].what : NULL;
    if (!what) {
        look_fine(look, "storage.fs_type", "%s", type);
        return;
    }
    look_found(look, DOCTOR_WARNING, "storage.fs_type", "Runs and data sets would lie on %s: %s.", type, what);
    look_remedy(look, "a directory on a local disk: --results DIR");
}

void look_disk(struct look *look)
{
    double want, left;
    int writable = manifest_truth(look->facts, "storage.writable");
    if (writable == 0) {
        look_found(look, DOCTOR_ERROR, "storage.writable", "Results cannot be written there.");
    } else if (!need(look, "plan.disk_bytes", &want) || !need(look, "storage.free_bytes", &left)) {
        return;
    } else if (left < 2 * want) {
        look_found(look, DOCTOR_ERROR, "storage.free_bytes", "%.0f MiB are free; twice the plan's %.0f MiB should be.",
                   left / mib, want / mib);
    } else if (writable < 0) {
        look_unknown(look, "storage.writable");
        return;
    } else {
        look_fine(look, "storage.free_bytes", "%.0f MiB free", left / mib);
        return;
    }
    look_remedy(look, "a writable place with enough room: --results DIR");
}

void look_ports(struct look *look)
{
    double want, at_once, first, last, queue;
    if (!need(look, "plan.connections_count", &want) || !need(look, "plan.connections_at_once_count", &at_once))
        return;
    if (want == 0) {
        look_fine(look, "plan.connections_count", "nothing of the plan connects");
        return;
    }
    if (!need(look, "net.port_first", &first) || !need(look, "net.port_last", &last) ||
        !need(look, "net.somaxconn", &queue))
        return;
    char undo[100];
    if (last - first + 1 < want) {
        look_found(look, DOCTOR_ERROR, "net.port_first",
                   "%.120s makes %.0f connections in a trial; there are %.0f ports for them.",
                   manifest_source(look->facts, "plan.connections_count"), want, last - first + 1);
        snprintf(undo, sizeof undo, "sysctl -w net.ipv4.ip_local_port_range='%.0f %.0f'", first, last);
        look_remedy(look, "sysctl -w net.ipv4.ip_local_port_range='15000 65000'");
        look_fix(look, undo, "sysctl -w net.ipv4.ip_local_port_range='15000 65000'");
    } else if (queue < at_once) {
        look_found(look, DOCTOR_ERROR, "net.somaxconn", "%.120s has %.0f connections at once; the queue takes %.0f.",
                   manifest_source(look->facts, "plan.connections_at_once_count"), at_once, queue);
        snprintf(undo, sizeof undo, "sysctl -w net.core.somaxconn=%.0f", queue);
        look_remedy(look, "sysctl -w net.core.somaxconn=%.0f", at_once);
        look_fix(look, undo, "sysctl -w net.core.somaxconn=%.0f", at_once);
    } else {
        look_fine(look, "net.somaxconn", "enough for %.0f connections, %.0f at once", want, at_once);
    }
}

void look_time(struct look *look)
{
    double step, slept;
    int disciplined = manifest_truth(look->facts, "clock.synchronized");
    if (!look_number(look, "clock.stepped_ns", &step) || !look_number(look, "clock.suspended_ns", &slept)) {
        look_unknown(look, "clock.stepped_ns");
    } else if (step > DOCTOR_CLOCK_STEP_NS || slept > DOCTOR_SUSPENDED_NS) {
        look_found(look, DOCTOR_ERROR, step > DOCTOR_CLOCK_STEP_NS ? "clock.stepped_ns" : "clock.suspended_ns",
                   step > DOCTOR_CLOCK_STEP_NS ? "The wall clock was set by %.3g s while it was watched."
                                               : "The machine slept for %.3g s while it was watched.",
                   (step > DOCTOR_CLOCK_STEP_NS ? step : slept) * 1e-9);
        look_remedy(look, "wait until the time service has settled; switch automatic suspension off");
    } else if (disciplined == 0) {
        look_found(look, DOCTOR_NOTE, "clock.synchronized",
                   "No time service keeps the clock; one that starts may set it at any moment.");
    } else {
        look_fine(look, "clock.stepped_ns", "no step, no sleep while it was watched");
    }
}

void look_speed(struct look *look)
{
    double spread;
    if (!look_number(look, "speed.spread_percent", &spread)) {
        look_unknown(look, "speed.spread_percent");
    } else if (spread > speed_percent) {
        look_found(look, DOCTOR_WARNING, "speed.spread_percent",
                   "A fixed loop ran %.1f %% faster or slower at the end of the watch than at its beginning.", spread);
        look_remedy(look, "a fixed frequency, a quieter machine; verdicts only inside one run, with many blocks");
    } else {
        look_fine(look, "speed.spread_percent", "a fixed loop stayed within %.1f %%", spread);
    }
}
