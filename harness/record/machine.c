/* SPDX-License-Identifier: Apache-2.0 */
#include "record/machine.h"
#include "record/hex.h"
#include "measure/procfs.h"

#include <errno.h>
#include <hwloc.h>
#include <math.h>
#include <openssl/evp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    out->quota_known = cgroup_cpu_quota("", &out->quota_cpus) >= 0;
    out->granted = out->allowed;
    if (out->quota_cpus > 0 && ceil(out->quota_cpus) < out->granted)
        out->granted = (unsigned)ceil(out->quota_cpus);
    return 0;
}

void machine_mark(const char *salt, char out[17])
{
    char id[64], text[256];
    unsigned char digest[EVP_MAX_MD_SIZE];
    out[0] = '\0';
    if (!procfs_line("", "/etc/machine-id", id, sizeof id))
        return;
    int len = snprintf(text, sizeof text, "%.128s %s", salt, id);
    if (!EVP_Digest(text, (size_t)len, digest, NULL, EVP_sha256(), NULL))
        return;
    hex_text(digest, 8, out);
}
