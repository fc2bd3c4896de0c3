/* SPDX-License-Identifier: Apache-2.0 */
/* Which CPUs this run was granted, and in which order to use them. */
#ifndef QUINTET_RECORD_MACHINE_H
#define QUINTET_RECORD_MACHINE_H

#include "record/trial_record.h"

struct machine {
    int cpus[CPUS_MAX]; /* the CPUs to use: one per physical core first, then their SMT siblings */
    unsigned granted;   /* P = min(affinity, ceil(cgroup quota)): how many of them to use */
    unsigned online, allowed;
    double quota_cpus; /* 0: no cgroup limit */
    bool quota_known;  /* false: we are in a cgroup that cannot be seen */
    unsigned cores, packages;
    bool smt;
};

/* Look at affinity, cgroup quota (v1 and v2) and topology (hwloc). Takes tens of ms; harness only. 0 or -errno. */
int machine_read(struct machine *out);

/* Which machine this is, in a way that tells nobody else: the first 64 bits of the SHA-256 of `salt` and its id, as
 * text; "" if it has no id. Two marks of one salt tell whether it is the same machine. */
void machine_mark(const char *salt, char out[17]);

#endif
