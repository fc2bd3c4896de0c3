/* SPDX-License-Identifier: Apache-2.0 */
#include "record/machine.h"
#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <hwloc.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Files below /proc and /sys have size 0, so store_read() would see nothing: read until the end, at most len-1 bytes.
 */
static int read_small(const char *path, char *buf, size_t len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    ssize_t n = read(fd, buf, len - 1);
    close(fd);
    if (n < 0)
        return -EIO;
    buf[n] = '\0';
    return 0;
}

/* CPUs' worth of one cgroup directory's limit, 0 if it has none. */
static double quota_of_v2(const char *dir)
{
    char path[4200], text[64];
    double quota, period;
    snprintf(path, sizeof path, "%s/cpu.max", dir);
    if (read_small(path, text, sizeof text) || sscanf(text, "%lf %lf", &quota, &period) != 2 || period <= 0)
        return 0; /* "max 100000" does not scan */
    return quota / period;
}

static double quota_of_v1(const char *dir)
{
    char path[4200], text[64];
    double quota, period;
    snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", dir);
    if (read_small(path, text, sizeof text) || sscanf(text, "%lf", &quota) != 1 || quota <= 0)
        return 0;
    snprintf(path, sizeof path, "%s/cpu.cfs_period_us", dir);
    if (read_small(path, text, sizeof text) || sscanf(text, "%lf", &period) != 1 || period <= 0)
        return 0;
    return quota / period;
}

/* The tightest limit from our own cgroup up to the root. */
static double tightest(const char *root, const char *group, double (*quota_of)(const char *))
{
    char dir[4096];
    double least = 0;
    snprintf(dir, sizeof dir, "%s%s", root, group);
    while (strlen(dir) >= strlen(root)) {
        double quota = quota_of(dir);
        if (quota > 0 && (least == 0 || quota < least))
            least = quota;
        char *slash = strrchr(dir, '/');
        if (!slash)
            break;
        *slash = '\0';
    }
    return least;
}

static double cgroup_quota_cpus(void)
{
    char line[4096];
    double least = 0;
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':'), *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group)
            continue;
        *group++ = '\0';
        controllers++;
        double quota = 0;
        if (!*controllers)
            quota = tightest("/sys/fs/cgroup", group, quota_of_v2);
        else if (strstr(controllers, "cpu") && !strstr(controllers, "cpuset"))
            quota = tightest("/sys/fs/cgroup/cpu", group, quota_of_v1);
        if (quota > 0 && (least == 0 || quota < least))
            least = quota;
    }
    if (file)
        fclose(file);
    return least;
}

/* All CPUs of our affinity mask, ascending. */
static unsigned read_affinity(int *cpus)
{
    size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX);
    cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
    unsigned n = 0;
    if (set && !sched_getaffinity(0, bytes, set))
        for (int cpu = 0; cpu < CPUS_MAX; cpu++)
            if (CPU_ISSET_S((size_t)cpu, bytes, set))
                cpus[n++] = cpu;
    CPU_FREE(set);
    return n;
}

/* Physical cores first: the sibling number inside the core decides, then the place in the machine. */
static void order_by_topology(struct machine *m)
{
    hwloc_topology_t topology;
    if (hwloc_topology_init(&topology))
        return;
    hwloc_topology_set_all_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_STRUCTURE);
    hwloc_topology_set_io_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_NONE);
    if (hwloc_topology_load(topology)) {
        hwloc_topology_destroy(topology);
        return;
    }
    int ordered[CPUS_MAX];
    unsigned n = 0, deepest = 0;
    for (unsigned sibling = 0; n < m->allowed && sibling < 64; sibling++) {
        for (hwloc_obj_t pu = NULL; (pu = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, pu));) {
            hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, pu);
            unsigned rank = core ? (unsigned)(hwloc_bitmap_weight(core->cpuset) > 1 ? pu->sibling_rank : 0) : 0;
            if (rank != sibling)
                continue;
            for (unsigned i = 0; i < m->allowed && n < CPUS_MAX; i++)
                if (m->cpus[i] == (int)pu->os_index) {
                    ordered[n++] = m->cpus[i];
                    deepest = sibling;
                }
        }
    }
    if (n == m->allowed)
        memcpy(m->cpus, ordered, n * sizeof *ordered);
    int cores = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
    int packages = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PACKAGE);
    m->cores = cores > 0 ? (unsigned)cores : m->allowed;
    m->packages = packages > 0 ? (unsigned)packages : 1;
    m->smt = deepest > 0;
    hwloc_topology_destroy(topology);
}

int machine_read(struct machine *out)
{
    memset(out, 0, sizeof *out);
    out->allowed = read_affinity(out->cpus);
    if (out->allowed == 0)
        return -EIO;
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    out->online = online > 0 ? (unsigned)online : out->allowed;
    out->cores = out->allowed;
    out->packages = 1;
    order_by_topology(out);
    out->quota_cpus = cgroup_quota_cpus();
    out->granted = out->allowed;
    if (out->quota_cpus > 0 && ceil(out->quota_cpus) < out->granted)
        out->granted = (unsigned)ceil(out->quota_cpus);
    return 0;
}
