/* SPDX-License-Identifier: Apache-2.0 */
#include "record/manifest.h"
#include "measure/limits.h"
#include "measure/procfs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#ifdef __GLIBC__ /* of features.h, which every header includes */
#include <gnu/libc-version.h>
#endif
#include <math.h>
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

void manifest_add_file(json_t *manifest, const char *root, const char *name, const char *path)
{
    char text[512], why[600];
    const char *value = procfs_line(root, path, text, sizeof text);
    if (!value)
        snprintf(why, sizeof why, "%s: %s", path, errno == ENODATA ? "empty" : strerror(errno));
    add_text(manifest, name, value, value ? path : why);
}

/* The number that a text begins with, times scale. What is no number, or has no room, is not known: never 0. */
static void add_scaled(json_t *manifest, const char *name, const char *text, json_int_t scale, const char *path)
{
    char *end, why[256];
    long long value, product;
    errno = 0;
    value = strtoll(text, &end, 10);
    if (end != text && !errno && !__builtin_mul_overflow(value, scale, &product)) {
        add_integer(manifest, name, product, path);
    } else {
        snprintf(why, sizeof why, "%s: no number that can be", path);
        manifest_add(manifest, name, NULL, why);
    }
}

/* "key : value" or "key: value kB" of a /proc file; the first match. */
static void add_key(json_t *manifest, const char *root, const char *name, const char *path, const char *key,
                    bool number, json_int_t scale)
{
    char line[4096];
    FILE *file = procfs_open(root, path);
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
            add_scaled(manifest, name, value, scale, path);
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

static void add_limit(json_t *manifest, const char *name, int resource)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit))
        manifest_add(manifest, name, NULL, strerror(errno));
    else if (limit.rlim_cur == RLIM_INFINITY)
        add_text(manifest, name, "unlimited", "getrlimit");
    else
        add_integer(manifest, name, (json_int_t)limit.rlim_cur, "getrlimit");
}

/* Limits that are in force only for some: whom RLIMIT_NPROC doesn't bind, and control groups that may have none. */
static void add_carrier_limits(json_t *manifest, const char *root)
{
    struct limits_room room;
    uint64_t most;
    manifest_add(manifest, "limits.nproc_binds", json_boolean(limits_nproc_binds(root)), "uid and capabilities");
    if (limits_pids_max(root, &most))
        add_integer(manifest, "limits.pids_max", (json_int_t)most, "pids.max of the control groups");
    else
        add_text(manifest, "limits.pids_max", "none", "pids.max of the control groups");
    if (limits_memory_room(root, &room))
        add_integer(manifest, "memory.room_bytes", (json_int_t)room.count, room.name);
}

static void add_cpu(json_t *manifest, const char *root, const struct machine *machine)
{
    add_key(manifest, root, "cpu.model", "/proc/cpuinfo", "model name", false, 1);
    add_key(manifest, root, "cpu.vendor", "/proc/cpuinfo", "vendor_id", false, 1);
    add_key(manifest, root, "cpu.family", "/proc/cpuinfo", "cpu family", true, 1);
    add_key(manifest, root, "cpu.model_number", "/proc/cpuinfo", "model", true, 1);
    add_key(manifest, root, "cpu.stepping", "/proc/cpuinfo", "stepping", true, 1);
    add_key(manifest, root, "cpu.microcode", "/proc/cpuinfo", "microcode", false, 1);
    add_integer(manifest, "cpu.online", machine->online, "sysconf");
    add_integer(manifest, "cpu.allowed", machine->allowed, "sched_getaffinity");
    add_integer(manifest, "cpu.granted", machine->granted, "min(affinity, ceil(cgroup quota))");
    if (!machine->quota_known)
        manifest_add(manifest, "cpu.quota", NULL, "the control group of this process cannot be seen");
    else if (machine->quota_cpus > 0)
        manifest_add(manifest, "cpu.quota", json_real(machine->quota_cpus), "cgroup");
    else
        add_text(manifest, "cpu.quota", "none", "cgroup");
    add_integer(manifest, "topology.cores", machine->cores, "hwloc");
    add_integer(manifest, "topology.packages", machine->packages, "hwloc");
    manifest_add(manifest, "topology.smt", json_boolean(machine->smt), "hwloc");
    manifest_add_file(manifest, root, "cpu.governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    manifest_add_file(manifest, root, "cpu.turbo_disabled", "/sys/devices/system/cpu/intel_pstate/no_turbo");
    manifest_add_file(manifest, root, "cache.l1d", "/sys/devices/system/cpu/cpu0/cache/index0/size");
    manifest_add_file(manifest, root, "cache.l2", "/sys/devices/system/cpu/cpu0/cache/index2/size");
    manifest_add_file(manifest, root, "cache.l3", "/sys/devices/system/cpu/cpu0/cache/index3/size");
}

/* All mitigations in one text: a report needs to show whether they are on, not 17 rows. */
static void add_mitigations(json_t *manifest, const char *root)
{
    static const char dir_name[] = "/sys/devices/system/cpu/vulnerabilities";
    struct dirent **names = NULL;
    char full[PATH_MAX];
    snprintf(full, sizeof full, "%s%s", root, dir_name);
    int n = scandir(full, &names, NULL, alphasort);
    json_t *all = n > 0 ? json_object() : NULL;
    for (int i = 0; i < n; i++) {
        char path[512], text[256];
        snprintf(path, sizeof path, "%s/%s", dir_name, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && procfs_line(root, path, text, sizeof text))
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

static void add_kernel(json_t *manifest, const char *root)
{
    struct utsname name;
    if (!uname(&name)) {
        add_text(manifest, "kernel.release", name.release, "uname");
        add_text(manifest, "kernel.version", name.version, "uname");
        add_text(manifest, "kernel.machine", name.machine, "uname");
    }
    manifest_add_file(manifest, root, "clock.kernel_source",
                      "/sys/devices/system/clocksource/clocksource0/current_clocksource");
    manifest_add_file(manifest, root, "thp.enabled", "/sys/kernel/mm/transparent_hugepage/enabled");
    manifest_add_file(manifest, root, "kernel.aslr", "/proc/sys/kernel/randomize_va_space");
    manifest_add_file(manifest, root, "kernel.pid_max", "/proc/sys/kernel/pid_max");
    manifest_add_file(manifest, root, "kernel.threads_max", "/proc/sys/kernel/threads-max");
    manifest_add_file(manifest, root, "kernel.max_map_count", "/proc/sys/vm/max_map_count");
    manifest_add_file(manifest, root, "kernel.perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid");
    manifest_add_file(manifest, root, "io_uring.disabled", "/proc/sys/kernel/io_uring_disabled");
    manifest_add_file(manifest, root, "platform.product", "/sys/class/dmi/id/product_name");
    manifest_add_file(manifest, root, "load.average", "/proc/loadavg");
    add_key(manifest, root, "memory.total_bytes", "/proc/meminfo", "MemTotal", true, 1024);
    add_key(manifest, root, "memory.available_bytes", "/proc/meminfo", "MemAvailable", true, 1024);
    add_key(manifest, root, "memory.swap_bytes", "/proc/meminfo", "SwapTotal", true, 1024);
    add_key(manifest, root, "process.seccomp", "/proc/self/status", "Seccomp", true, 1);

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
             fs.f_type == 0xef53                                  ? " (ext2/3/4)"
             : fs.f_type == 0x58465342                            ? " (xfs)"
             : fs.f_type == 0x9123683e                            ? " (btrfs)"
             : fs.f_type == 0x01021994                            ? " (tmpfs)"
             : fs.f_type == 0x794c7630                            ? " (overlay)"
             : fs.f_type == 0x6969                                ? " (nfs)"
             : fs.f_type == 0x65735546                            ? " (fuse)"
             : fs.f_type == 0x01021997                            ? " (9p)"
             : fs.f_type == 0x00c36400                            ? " (ceph)"
             : fs.f_type == 0xfe534d42 || fs.f_type == 0xff534d42 ? " (smb)"
                                                                  : "");
    add_text(manifest, "storage.fs_type", type, "fstatfs");
    add_integer(manifest, "storage.free_bytes", (json_int_t)fs.f_bavail * (json_int_t)fs.f_bsize, "fstatfs");
}

json_t *manifest_read(const char *root, const struct machine *machine, int data_dirfd)
{
    json_t *manifest = json_pack("{s:s, s:{}}", "schema", "quintet.env/1.0", "facts");
    if (!manifest)
        return NULL;
    add_cpu(manifest, root, machine);
    add_mitigations(manifest, root);
    add_kernel(manifest, root);
    add_storage(manifest, data_dirfd);
    add_limit(manifest, "limits.nofile", RLIMIT_NOFILE);
    add_limit(manifest, "limits.nproc", RLIMIT_NPROC);
    add_carrier_limits(manifest, root);
    add_limit(manifest, "limits.memlock", RLIMIT_MEMLOCK);
    add_limit(manifest, "limits.stack", RLIMIT_STACK);
#ifdef __GLIBC__
    add_text(manifest, "libc.version", gnu_get_libc_version(), "gnu_get_libc_version");
#else
    add_text(manifest, "libc.version", NULL, "this C library does not tell");
#endif
    add_text(manifest, "compiler.version", build_info.compiler, "build");
    add_text(manifest, "compiler.flags", build_info.flags, "build");
    add_text(manifest, "build.type", build_info.type, "build");
    add_text(manifest, "build.git", build_info.git, "build");
    add_text(manifest, "build.sanitizers", build_info.sanitizers, "build");
    return manifest;
}

static const json_t *fact_of(const json_t *manifest, const char *name)
{
    return json_object_get(json_object_get(manifest, "facts"), name);
}

bool manifest_number(const json_t *manifest, const char *name, double *out)
{
    const json_t *value = json_object_get(fact_of(manifest, name), "v");
    const char *text = json_string_value(value);
    char *end;
    if (json_is_number(value)) {
        *out = json_number_value(value);
        return true;
    }
    double number = text ? strtod(text, &end) : 0;
    if (!text || end == text || *end || !isfinite(number))
        return false;
    *out = number;
    return true;
}

const char *manifest_text(const json_t *manifest, const char *name)
{
    return json_string_value(json_object_get(fact_of(manifest, name), "v"));
}

int manifest_truth(const json_t *manifest, const char *name)
{
    const json_t *value = json_object_get(fact_of(manifest, name), "v");
    return json_is_boolean(value) ? json_is_true(value) : -1;
}

const char *manifest_source(const json_t *manifest, const char *name)
{
    const json_t *fact = fact_of(manifest, name);
    const char *source = json_string_value(json_object_get(fact, "src"));
    const char *why = json_string_value(json_object_get(fact, "why"));
    return source ? source : why ? why : "was not looked at";
}
