/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/limits.h"
#include "measure/procfs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* A thread that has been joined is counted by the kernel for a moment longer; so many may be at that point. */
enum { EXITING_COUNT = 4 };

enum { PIDS_RESERVED = 300, CAP_SYS_ADMIN_BIT = 21, CAP_SYS_RESOURCE_BIT = 24 };

/* How often pids.max has refused, in all groups that can be seen. */
static bool pids_refused_count(const char *root, uint64_t *out)
{
    return cgroup_sum(root, "pids", "pids.events", "max ", out);
}

void limits_begin(struct limits *limits, const char *root)
{
    *limits = (struct limits){.root = root};
    limits->counts_pids_refused = pids_refused_count(root, &limits->pids_refused_count);
}

/* --- what the process and the machine use --- */

/* Threads of all processes of our real user, as far as /proc shows them. */
static uint64_t user_threads_count(const char *root)
{
    char path[PATH_MAX];
    uint64_t sum = 0;
    snprintf(path, sizeof path, "%s/proc", root);
    DIR *dir = opendir(path);

    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        uint64_t uid, threads;
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        snprintf(path, sizeof path, "/proc/%.20s/status", entry->d_name);
        if (procfs_number(root, path, "Uid:", 10, &uid) && uid == getuid() &&
            procfs_number(root, path, "Threads:", 10, &threads))
            sum += threads;
    }
    if (dir)
        closedir(dir);
    return sum;
}

/* The kernel does not count these. */
static bool is_exempt_from_nproc(const char *root)
{
    uint64_t caps = 0;
    procfs_number(root, "/proc/self/status", "CapEff:", 16, &caps);
    return getuid() == 0 || caps >> CAP_SYS_ADMIN_BIT & 1 || caps >> CAP_SYS_RESOURCE_BIT & 1;
}

static uint64_t mappings_count(const char *root)
{
    char line[PATH_MAX + 128];
    uint64_t count = 0;
    FILE *file = procfs_open(root, "/proc/self/maps");

    while (file && fgets(line, sizeof line, file))
        count += strstr(line, "[vsyscall]") == NULL; /* in the list, but not in the kernel's count */
    if (file)
        fclose(file);
    return count;
}

/* All threads of the machine: the fourth word of loadavg is "running/all". */
static bool all_threads_count(const char *root, uint64_t *out)
{
    unsigned long long all;
    FILE *file = procfs_open(root, "/proc/loadavg");
    bool ok = file && fscanf(file, "%*s %*s %*s %*u/%llu", &all) == 1;
    if (file)
        fclose(file);
    if (ok)
        *out = all;
    return ok;
}

/* --- the sentence --- */

struct sentence {
    const struct limits *limits;
    const struct limits_refusal *refusal;
    char *out;
    size_t len;
    uint64_t all_threads;     /* of the machine; 0: not known. It is read first, because it changes most */
    char only[256];           /* the limit that can have been met, if it is the only one */
    unsigned possible_count;  /* how many there are */
    char far[160];            /* the others, in short */
    struct limits_room *room; /* not a sentence is wanted, but how far all limits are */
    bool has_room;            /* one of them could be read */
};

static void begin(const struct sentence *s, char *out, size_t len, const char *by)
{
    snprintf(out, len, "%s %u was refused by %s", s->refusal->carrier == LIMITS_THREAD ? "thread" : "process",
             s->refusal->number, by);
}

/* Carriers that were there at the refusal and may not be by now, at most. */
static uint64_t gone_count(const struct sentence *s)
{
    uint64_t were = s->refusal->number > 0 ? s->refusal->number - 1 : 0, threads;

    if (s->refusal->carrier == LIMITS_PROCESS ||
        !procfs_number(s->limits->root, "/proc/self/status", "Threads:", 10, &threads))
        return were;
    return threads - 1 < were ? were - (threads - 1) : 0; /* all but the main one are carriers */
}

/*
 * A limit: `used` now, `each` carrier more. True: it is met now, and `format` names it.
 *
 * Carriers that were alive at the refusal may have ended since, and others, `slack` of them. A limit that
 * would not be met with all of those was not it.
 */
static bool judge(struct sentence *s, const char *what, struct use use, uint64_t each, uint64_t slack,
                  const char *format, ...) __attribute__((format(printf, 6, 7)));
static bool judge(struct sentence *s, const char *what, struct use use, uint64_t each, uint64_t slack,
                  const char *format, ...)
{
    char name[192];
    va_list ap;

    va_start(ap, format);
    vsnprintf(name, sizeof name, format, ap);
    va_end(ap);
    if (s->room) {
        uint64_t left = use.used < use.limit && each ? (use.limit - use.used) / each : 0;
        if (!s->has_room || left < s->room->count)
            snprintf(s->room->name, sizeof s->room->name, "%s, in use %llu", name, (unsigned long long)use.used);
        if (!s->has_room || left < s->room->count)
            s->room->count = left;
        s->has_room = true;
        return false;
    }
    if (use.used + each > use.limit) {
        begin(s, s->out, s->len, name);
        return true;
    }
    if (use.used + each + gone_count(s) * each + slack > use.limit) {
        s->possible_count++;
        begin(s, s->only, sizeof s->only, name);
    }
    size_t n = strlen(s->far);
    snprintf(s->far + n, sizeof s->far - n, "; %s %llu of %llu", what, (unsigned long long)use.used,
             (unsigned long long)use.limit);
    return false;
}

/* A limit of this process's own, in bytes; `used_key` is its line in status. */
static bool bytes_refused(struct sentence *s, int resource, const char *used_key, const char *name)
{
    struct rlimit limit;
    struct use use;

    if (getrlimit(resource, &limit) || limit.rlim_cur == RLIM_INFINITY ||
        !procfs_number(s->limits->root, "/proc/self/status", used_key, 10, &use.used))
        return false;
    use.used *= 1024;
    use.limit = limit.rlim_cur;
    return judge(s, name, use, s->refusal->stack_bytes, 0, "%s = %llu bytes", name, (unsigned long long)use.limit);
}

/* The C library maps a stack, and then gives it a guard page, before it asks for a thread. */
static bool stack_refused(struct sentence *s)
{
    const char *root = s->limits->root;
    struct use use;
    uint64_t mode;

    if (bytes_refused(s, RLIMIT_AS, "VmSize:", "RLIMIT_AS") || bytes_refused(s, RLIMIT_DATA, "VmData:", "RLIMIT_DATA"))
        return true;
    if (procfs_number(root, "/proc/sys/vm/max_map_count", "", 10, &use.limit)) {
        use.used = mappings_count(root);
        if (judge(s, "mappings", use, 2, 0, "vm.max_map_count = %llu; a stack and its guard are two",
                  (unsigned long long)use.limit))
            return true;
    }
    return procfs_number(root, "/proc/sys/vm/overcommit_memory", "", 10, &mode) && mode == 2 &&
           procfs_number(root, "/proc/meminfo", "CommitLimit:", 10, &use.limit) &&
           procfs_number(root, "/proc/meminfo", "Committed_AS:", 10, &use.used) &&
           judge(s, "committed KiB", use, s->refusal->stack_bytes / 1024, 0,
                 "vm.overcommit_memory = 2: %llu KiB may be promised", (unsigned long long)use.limit);
}

static bool pids_tightest(const char *root, struct use *use, char *group, size_t len)
{
    static const char *limit_file[2] = {"pids.max", "pids.max"}, *use_file[2] = {"pids.current", "pids.current"};
    return cgroup_tightest(root, "pids", limit_file, use_file, use, group, len);
}

/* The groups count their refusals, so that what was in use and is no more does not matter. */
static bool pids_refused(struct sentence *s)
{
    const char *root = s->limits->root;
    struct use use;
    uint64_t count = 0;
    char group[128];
    bool has_limit = pids_tightest(root, &use, group, sizeof group);
    bool counts = s->limits->counts_pids_refused && pids_refused_count(root, &count);
    bool counted = counts && count > s->limits->pids_refused_count;

    if (counted && !has_limit) {
        begin(s, s->out, s->len, "pids.max of a control group above those that can be seen here");
        return true;
    }
    if (counted)
        use.used = use.limit;
    else if (counts)
        return false;
    return has_limit && judge(s, "pids.max", use, 1, 0, "pids.max = %llu of the control group %s",
                              (unsigned long long)use.limit, group);
}

static bool carrier_refused(struct sentence *s)
{
    const char *root = s->limits->root;
    struct rlimit nproc;
    struct use use;

    if (!is_exempt_from_nproc(root) && getrlimit(RLIMIT_NPROC, &nproc) == 0 && nproc.rlim_cur != RLIM_INFINITY) {
        use = (struct use){user_threads_count(root), nproc.rlim_cur};
        if (judge(s, "the user's threads", use, 1, EXITING_COUNT + use.limit / 32,
                  "RLIMIT_NPROC = %llu threads and processes of this user (ulimit -u)", (unsigned long long)use.limit))
            return true;
    }
    if (s->all_threads) {
        use.used = s->all_threads;
        if (procfs_number(root, "/proc/sys/kernel/threads-max", "", 10, &use.limit) &&
            judge(s, "threads", use, 1, use.limit / 32, "kernel.threads-max = %llu", (unsigned long long)use.limit))
            return true;
        if (procfs_number(root, "/proc/sys/kernel/pid_max", "", 10, &use.limit) && use.limit > PIDS_RESERVED) {
            use.limit -= PIDS_RESERVED;
            if (judge(s, "pids", use, 1, use.limit / 32, "kernel.pid_max = %llu, of which %d are reserved",
                      (unsigned long long)use.limit + PIDS_RESERVED, PIDS_RESERVED))
                return true;
        }
    }
    return pids_refused(s);
}

static const char *memory_limit_file[2] = {"memory.max", "memory.limit_in_bytes"},
                  *memory_use_file[2] = {"memory.current", "memory.usage_in_bytes"};

/* Kernel stacks and page tables are charged to the control group, or there is no memory left at all. */
static bool memory_refused(struct sentence *s)
{
    enum { SLACK_BYTES = 4 << 20 };
    const char *root = s->limits->root;
    struct use use;
    uint64_t kib;
    char group[128], name[256];

    if (s->refusal->err != -ENOMEM)
        return false;
    if (cgroup_tightest(root, "memory", memory_limit_file, memory_use_file, &use, group, sizeof group) &&
        use.used + SLACK_BYTES > use.limit)
        snprintf(name, sizeof name, "the memory limit of the control group %s, %llu bytes", group,
                 (unsigned long long)use.limit);
    else if (procfs_number(root, "/proc/meminfo", "MemAvailable:", 10, &kib) && kib < SLACK_BYTES / 1024)
        snprintf(name, sizeof name, "the machine's memory: %llu KiB are left", (unsigned long long)kib);
    else
        return false;
    begin(s, s->out, s->len, name);
    return true;
}

bool limits_explain(const struct limits *limits, const struct limits_refusal *refusal, char *out, size_t len)
{
    struct sentence s = {.limits = limits, .refusal = refusal, .out = out, .len = len};

    all_threads_count(limits->root, &s.all_threads);
    if ((refusal->carrier == LIMITS_THREAD && stack_refused(&s)) || carrier_refused(&s) || memory_refused(&s))
        return true;
    if (s.possible_count == 1 && refusal->err == -EAGAIN) { /* ENOMEM may have been memory, of which no count is kept */
        snprintf(out, len, "%s", s.only);
        return true;
    }
    char name[256];
    snprintf(name, sizeof name, "a limit that was not found (%s%s)", strerror(-refusal->err), s.far);
    begin(&s, out, len, name);
    return false;
}

bool limits_room(const char *root, enum limits_carrier carrier, size_t stack_bytes, struct limits_room *out)
{
    const struct limits limits = {.root = root};
    const struct limits_refusal none = {.carrier = carrier, .stack_bytes = stack_bytes};
    struct sentence s = {.limits = &limits, .refusal = &none, .room = out};

    all_threads_count(root, &s.all_threads);
    if (carrier == LIMITS_THREAD)
        stack_refused(&s);
    carrier_refused(&s);
    return s.has_room;
}

bool limits_nproc_binds(const char *root)
{
    return !is_exempt_from_nproc(root);
}

bool limits_pids_max(const char *root, uint64_t *out)
{
    struct use use;
    char group[128];
    if (!pids_tightest(root, &use, group, sizeof group))
        return false;
    *out = use.limit;
    return true;
}

/* Of one group, without page cache that would be given up; false: it has no limit. */
static bool group_memory_left(const char *root, const struct cgroup *group, int version, uint64_t *out)
{
    struct use use;
    uint64_t cache = 0;

    if (!cgroup_number(root, group, memory_limit_file[version], "", &use.limit) ||
        !cgroup_number(root, group, memory_use_file[version], "", &use.used))
        return false;
    cgroup_number(root, group, "memory.stat", version == 0 ? "inactive_file " : "total_inactive_file ", &cache);
    use.used -= cache < use.used ? cache : use.used;
    *out = use.used < use.limit ? use.limit - use.used : 0;
    return true;
}

bool limits_memory_room(const char *root, struct limits_room *out)
{
    uint64_t left;
    bool known = procfs_number(root, "/proc/meminfo", "MemAvailable:", 10, &left);

    if (known) {
        out->count = left * 1024;
        snprintf(out->name, sizeof out->name, "MemAvailable in /proc/meminfo");
    }
    for (int version = 0; version < 2; version++) {
        struct cgroup group;
        for (bool more = cgroup_find(root, "memory", version == 0, &group); more; more = cgroup_ascend(&group)) {
            if (!group_memory_left(root, &group, version, &left) || (known && left >= out->count))
                continue;
            out->count = left;
            snprintf(out->name, sizeof out->name, "the memory limit of the control group %.128s", cgroup_name(&group));
            known = true;
        }
    }
    return known;
}
