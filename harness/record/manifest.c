/* SPDX-License-Identifier: Apache-2.0 */
#include "record/manifest.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

void manifest_add(json_t *manifest, const char *name, json_t *value, const char *source)
{
    json_t *facts = json_object_get(manifest, "facts"), *fact = json_object();
    json_object_set_new(fact, "v", value ? value : json_null());
    json_object_set_new(fact, value ? "src" : "why", json_string(source));
    json_object_set_new(facts, name, fact);
}

static void add_text(json_t *manifest, const char *name, const char *value, const char *source)
{
    manifest_add(manifest, name, value ? json_string(value) : NULL, source);
}

static void add_integer(json_t *manifest, const char *name, json_int_t value, const char *source)
{
    manifest_add(manifest, name, json_integer(value), source);
}

/* First line of a small file, trimmed; NULL and `why` if it can't be had. */
static const char *first_line(const char *path, char *buf, size_t len, char *why, size_t why_len)
{
    FILE *file = fopen(path, "re");
    if (!file || !fgets(buf, (int)len, file)) {
        snprintf(why, why_len, "%s: %s", path, file ? "empty" : strerror(errno));
        if (file)
            fclose(file);
        return NULL;
    }
    fclose(file);
    size_t n = strlen(buf);
    while (n && isspace((unsigned char)buf[n - 1]))
        buf[--n] = '\0';
    return buf;
}

static void add_file(json_t *manifest, const char *name, const char *path)
{
    char text[512], why[600];
    const char *value = first_line(path, text, sizeof text, why, sizeof why);
    add_text(manifest, name, value, value ? path : why);
}

/* "key : value" or "key: value kB" of a /proc file; the first match. */
static void add_key(json_t *manifest, const char *name, const char *path, const char *key, bool number,
                    json_int_t scale)
{
    char line[4096];
    FILE *file = fopen(path, "re");
    size_t key_len = strlen(key);
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, key, key_len) || !strchr(" \t:", line[key_len]))
            continue;
        char *value = strchr(line, ':');
        if (!value)
            continue;
        value++;
        value += strspn(value, " \t");
        value[strcspn(value, "\n")] = '\0';
        if (number)
            add_integer(manifest, name, strtoll(value, NULL, 10) * scale, path);
        else
            add_text(manifest, name, value, path);
        fclose(file);
        return;
    }
    char why[256];
    snprintf(why, sizeof why, "%s: %s", path, file ? "no such line" : strerror(errno));
    manifest_add(manifest, name, NULL, why);
    if (file)
        fclose(file);
}

static void add_limit(json_t *manifest, const char *name, __rlimit_resource_t resource)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit))
        manifest_add(manifest, name, NULL, strerror(errno));
    else if (limit.rlim_cur == RLIM_INFINITY)
        add_text(manifest, name, "unlimited", "getrlimit");
    else
        add_integer(manifest, name, (json_int_t)limit.rlim_cur, "getrlimit");
}

static void add_cpu(json_t *manifest, const struct machine *machine)
{
    add_key(manifest, "cpu.model", "/proc/cpuinfo", "model name", false, 1);
    add_key(manifest, "cpu.vendor", "/proc/cpuinfo", "vendor_id", false, 1);
    add_key(manifest, "cpu.family", "/proc/cpuinfo", "cpu family", true, 1);
    add_key(manifest, "cpu.model_number", "/proc/cpuinfo", "model", true, 1);
    add_key(manifest, "cpu.stepping", "/proc/cpuinfo", "stepping", true, 1);
    add_key(manifest, "cpu.microcode", "/proc/cpuinfo", "microcode", false, 1);
    add_integer(manifest, "cpu.online", machine->online, "sysconf");
    add_integer(manifest, "cpu.allowed", machine->allowed, "sched_getaffinity");
    add_integer(manifest, "cpu.granted", machine->granted, "min(affinity, ceil(cgroup quota))");
    if (machine->quota_cpus > 0)
        manifest_add(manifest, "cpu.quota", json_real(machine->quota_cpus), "cgroup");
    else
        add_text(manifest, "cpu.quota", "none", "cgroup");
    add_integer(manifest, "topology.cores", machine->cores, "hwloc");
    add_integer(manifest, "topology.packages", machine->packages, "hwloc");
    manifest_add(manifest, "topology.smt", json_boolean(machine->smt), "hwloc");
    add_file(manifest, "cpu.governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    add_file(manifest, "cpu.turbo_disabled", "/sys/devices/system/cpu/intel_pstate/no_turbo");
    add_file(manifest, "cache.l1d", "/sys/devices/system/cpu/cpu0/cache/index0/size");
    add_file(manifest, "cache.l2", "/sys/devices/system/cpu/cpu0/cache/index2/size");
    add_file(manifest, "cache.l3", "/sys/devices/system/cpu/cpu0/cache/index3/size");
}

/* All mitigations in one text: a report needs to show whether they are on, not 17 rows. */
static void add_mitigations(json_t *manifest)
{
    static const char dir_name[] = "/sys/devices/system/cpu/vulnerabilities";
    struct dirent **names = NULL;
    int n = scandir(dir_name, &names, NULL, alphasort);
    json_t *all = n > 0 ? json_object() : NULL;
    for (int i = 0; i < n; i++) {
        char path[512], text[256], why[600];
        snprintf(path, sizeof path, "%s/%s", dir_name, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && first_line(path, text, sizeof text, why, sizeof why))
            json_object_set_new(all, names[i]->d_name, json_string(text));
        free(names[i]);
    }
    free(names);
    manifest_add(manifest, "cpu.mitigations", all, n > 0 ? dir_name : "no such directory");
}

/* A processor under a hypervisor says so, and leaf 0x40000000 says whose ("KVMKVMKVM", "Microsoft Hv"). Elsewhere than
 * on x86 nobody has a word for it. */
static void add_hypervisor(json_t *manifest)
{
#if defined(__x86_64__)
    unsigned eax, ebx, ecx = 0, edx, vendor[4] = {0};
    bool is_virtual = __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx >> 31);
    if (is_virtual)
        __cpuid(0x40000000, eax, vendor[0], vendor[1], vendor[2]);
    char name[16] = ""; /* the fourth word of `vendor` stays zero and ends it */
    memcpy(name, vendor, sizeof name);
    for (char *c = name; *c; c++)
        *c = isprint((unsigned char)*c) ? *c : '?';
    for (size_t n = strlen(name); n && name[n - 1] == ' '; n--)
        name[n - 1] = '\0';
    manifest_add(manifest, "platform.virtual_machine", json_boolean(is_virtual), "cpuid");
    add_text(manifest, "platform.hypervisor", is_virtual ? name : "none", "cpuid");
#else
    manifest_add(manifest, "platform.virtual_machine", NULL, "no such question on this architecture");
    manifest_add(manifest, "platform.hypervisor", NULL, "no such question on this architecture");
#endif
}

static void add_kernel(json_t *manifest)
{
    struct utsname name;
    if (!uname(&name)) {
        add_text(manifest, "kernel.release", name.release, "uname");
        add_text(manifest, "kernel.version", name.version, "uname");
        add_text(manifest, "kernel.machine", name.machine, "uname");
    }
    add_file(manifest, "clock.kernel_source", "/sys/devices/system/clocksource/clocksource0/current_clocksource");
    add_file(manifest, "thp.enabled", "/sys/kernel/mm/transparent_hugepage/enabled");
    add_file(manifest, "kernel.aslr", "/proc/sys/kernel/randomize_va_space");
    add_file(manifest, "kernel.pid_max", "/proc/sys/kernel/pid_max");
    add_file(manifest, "kernel.max_map_count", "/proc/sys/vm/max_map_count");
    add_file(manifest, "kernel.perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid");
    add_file(manifest, "io_uring.disabled", "/proc/sys/kernel/io_uring_disabled");
    add_file(manifest, "platform.product", "/sys/class/dmi/id/product_name");
    add_file(manifest, "load.average", "/proc/loadavg");
    add_key(manifest, "memory.total_bytes", "/proc/meminfo", "MemTotal", true, 1024);
    add_key(manifest, "memory.available_bytes", "/proc/meminfo", "MemAvailable", true, 1024);
    add_key(manifest, "memory.swap_bytes", "/proc/meminfo", "SwapTotal", true, 1024);
    add_key(manifest, "process.seccomp", "/proc/self/status", "Seccomp", true, 1);

    add_hypervisor(manifest);
    add_text(manifest, "platform.container",
             access("/.dockerenv", F_OK) == 0          ? "docker"
             : access("/run/.containerenv", F_OK) == 0 ? "podman"
                                                       : "none seen",
             "marker files");
}

static void add_storage(json_t *manifest, int data_dirfd)
{
    struct statfs fs;
    if (data_dirfd < 0 || fstatfs(data_dirfd, &fs)) {
        manifest_add(manifest, "storage.fs_type", NULL, "no data directory");
        return;
    }
    char type[32];
    snprintf(type, sizeof type, "0x%lx%s", (unsigned long)fs.f_type,
             fs.f_type == 0xef53       ? " (ext2/3/4)"
             : fs.f_type == 0x58465342 ? " (xfs)"
             : fs.f_type == 0x9123683e ? " (btrfs)"
             : fs.f_type == 0x01021994 ? " (tmpfs)"
             : fs.f_type == 0x794c7630 ? " (overlay)"
                                       : "");
    add_text(manifest, "storage.fs_type", type, "fstatfs");
    add_integer(manifest, "storage.free_bytes", (json_int_t)fs.f_bavail * (json_int_t)fs.f_bsize, "fstatfs");
}

json_t *manifest_read(const struct machine *machine, int data_dirfd)
{
    json_t *manifest = json_pack("{s:s, s:{}}", "schema", "quintet.env/1.0", "facts");
    if (!manifest)
        return NULL;
    add_cpu(manifest, machine);
    add_mitigations(manifest);
    add_kernel(manifest);
    add_storage(manifest, data_dirfd);
    add_limit(manifest, "limits.nofile", RLIMIT_NOFILE);
    add_limit(manifest, "limits.nproc", RLIMIT_NPROC);
    add_limit(manifest, "limits.memlock", RLIMIT_MEMLOCK);
    add_limit(manifest, "limits.stack", RLIMIT_STACK);
    add_text(manifest, "libc.version", gnu_get_libc_version(), "gnu_get_libc_version");
    add_text(manifest, "compiler.version", build_info.compiler, "build");
    add_text(manifest, "compiler.flags", build_info.flags, "build");
    add_text(manifest, "build.type", build_info.type, "build");
    add_text(manifest, "build.git", build_info.git, "build");
    add_text(manifest, "build.sanitizers", build_info.sanitizers, "build");
    return manifest;
}

static const json_t *fact_value(const json_t *manifest, const char *name)
{
    return json_object_get(json_object_get(json_object_get(manifest, "facts"), name), "v");
}

static void taint(json_t *taints, const char *id, const char *text)
{
    json_array_append_new(taints, json_pack("{s:s, s:s}", "id", id, "text", text));
}

json_t *manifest_taints(const json_t *manifest, const struct machine *machine)
{
    json_t *taints = json_array();
    char text[256];
    if (json_is_true(fact_value(manifest, "platform.virtual_machine")))
        taint(taints, "vm", "This is a virtual machine: its host may take CPU time away and change its speed.");
    if (machine->granted < machine->online) {
        snprintf(text, sizeof text, "Only %u of %u online CPUs were granted (affinity or cgroup quota).",
                 machine->granted, machine->online);
        taint(taints, "cpus", text);
    }
    if (machine->granted == 1)
        taint(taints, "one_cpu", "Only one CPU: nothing in this run says anything about parallel speed-up.");
    if (build_info.sanitizers[0])
        taint(taints, "sanitizer", "Sanitizer build: its numbers are not performance figures.");
    else if (!strcmp(build_info.type, "Debug"))
        taint(taints, "debug", "Debug build: its numbers are not performance figures.");
    const char *governor = json_string_value(fact_value(manifest, "cpu.governor"));
    if (governor && strcmp(governor, "performance")) {
        snprintf(text, sizeof text, "The CPU frequency governor is \"%s\", not \"performance\".", governor);
        taint(taints, "governor", text);
    }
    const char *load = json_string_value(fact_value(manifest, "load.average"));
    if (load && strtod(load, NULL) > 0.5 * machine->granted) {
        snprintf(text, sizeof text, "The machine was busy when the run began (load average %.4s).", load);
        taint(taints, "load", text);
    }
    if (strstr(build_info.git, "dirty"))
        taint(taints, "dirty", "The source tree had uncommitted changes when this binary was built.");
    return taints;
}
