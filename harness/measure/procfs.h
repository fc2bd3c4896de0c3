/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small files below /proc and /sys, and the control groups of this process (version 2, or the hierarchy of one
 * controller of version 1, wherever they are mounted).
 *
 * `root` stands before every path: "" in use, in tests a directory with a proc/ and a sys/ of its own. What cannot be
 * read is false or NULL, with errno where a file could not be opened: not known is not the same as none. Any thread;
 * no heap but stdio's.
 */
#ifndef QUINTET_MEASURE_PROCFS_H
#define QUINTET_MEASURE_PROCFS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* NULL with errno. */
FILE *procfs_open(const char *root, const char *path);

/* The number after `key` at the beginning of a line ("" for the first number of the file), in base 10 or 16. "max" is
 * no number. */
bool procfs_number(const char *root, const char *path, const char *key, int base, uint64_t *out);

/* The first line without blanks at its end; NULL with errno, which is ENODATA if there is none. */
const char *procfs_line(const char *root, const char *path, char *buf, size_t len);

struct cgroup {
    char path[PATH_MAX]; /* of its directory, below the root */
    size_t mount_length; /* path[0..mount_length) is the mount point: no group above it can be seen */
};

/* Our group in the hierarchy that has this controller ("cpu"); `unified`: in the one of version 2. */
bool cgroup_find(const char *root, const char *controller, bool unified, struct cgroup *out);

/* The next group further up. False: none that can be seen. */
bool cgroup_ascend(struct cgroup *group);

/* Its path inside the hierarchy: "/a/b". */
const char *cgroup_name(const struct cgroup *group);

/* procfs_number() of the file `name` of this group. */
bool cgroup_number(const char *root, const struct cgroup *group, const char *name, const char *key, uint64_t *out);

/* What is compared. */
struct use {
    uint64_t used, limit;
};

/* The group of ours that is closest to its limit, from our own up. The files' names are those of version 2 and 1.
 * False: none has one. */
bool cgroup_tightest(const char *root, const char *controller, const char *limit_file[2], const char *use_file[2],
                     struct use *out, char *name, size_t name_len);

/* CPUs' worth of time that the tightest quota grants. 1; 0: no quota; -1: not known (a group that cannot be seen). */
int cgroup_cpu_quota(const char *root, double *cpus);

/* cgroup_number(), added to *sum for this group and those above it. False: none has it. */
bool cgroup_add_up(const char *root, struct cgroup group, const char *name, const char *key, uint64_t *sum);

/* The same over all groups of ours, from 0. Finding them takes some 0.3 ms. False: none has it. */
bool cgroup_sum(const char *root, const char *controller, const char *name, const char *key, uint64_t *out);

#endif
