/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/counters.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static uint64_t timeval_ns(struct timeval tv)
{
    return (uint64_t)tv.tv_sec * 1000000000u + (uint64_t)tv.tv_usec * 1000u;
}

/* First bytes of a small file in /proc as a string, without stdio: no allocation between two readings. */
static int file_head_read(const char *path, char *text, size_t len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    size_t used = 0;
    while (used < len - 1) {
        ssize_t got = read(fd, text + used, len - 1 - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        used += (size_t)got;
    }
    close(fd);
    text[used] = '\0';
    return used ? 0 : -EIO;
}

/* The first line of /proc/stat: all CPUs, in clock ticks. Guest time is part of user time already. */
static void machine_time_read(struct counters *out)
{
    enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, FIELDS };
    char text[256];
    unsigned long long t[FIELDS];
    if (file_head_read("/proc/stat", text, sizeof text) ||
        sscanf(text, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[USER], &t[NICE], &t[SYSTEM], &t[IDLE],
               &t[IOWAIT], &t[IRQ], &t[SOFTIRQ], &t[STEAL]) != FIELDS)
        return;
    long ticks_per_s = sysconf(_SC_CLK_TCK);
    if (ticks_per_s <= 0)
        return;
    uint64_t tick_ns = 1000000000u / (uint64_t)ticks_per_s;
    out->steal_ns = t[STEAL] * tick_ns;
    out->cpu_busy_ns = (t[USER] + t[NICE] + t[SYSTEM] + t[IRQ] + t[SOFTIRQ]) * tick_ns;
}

/* What follows the name in /proc/<pid>/stat; the name may hold anything, blanks and brackets included. */
static int stat_read(pid_t pid, unsigned long long *minor, unsigned long long *major, unsigned long long *system_ticks)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int err = file_head_read(path, text, sizeof text);
    if (err)
        return err;
    const char *rest = strrchr(text, ')');
    int got =
        rest ? sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %llu %*u %llu %*u %*u %llu", minor, major, system_ticks)
             : 0;
    return got == 3 ? 0 : -EIO;
}

static unsigned long long status_count(const char *text, const char *name)
{
    const char *line = strstr(text, name);
    return line ? strtoull(line + strlen(name), NULL, 10) : 0;
}

/* One child that lives. Its CPU time is exact, from its clock; only what of it was spent in the kernel is in ticks. */
static void child_add(struct counters *out, pid_t pid)
{
    clockid_t clock;
    struct timespec spent;
    char path[64], text[4096];
    unsigned long long minor, major, ticks;
    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &spent) || stat_read(pid, &minor, &major, &ticks))
        return; /* it has ended meanwhile: wait() accounts for it */
    uint64_t total_ns = (uint64_t)spent.tv_sec * 1000000000u + (uint64_t)spent.tv_nsec;
    uint64_t system_ns = ticks * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK));
    system_ns = system_ns < total_ns ? system_ns : total_ns;
    out->system_ns += system_ns;
    out->user_ns += total_ns - system_ns;
    out->minor_faults_count += minor;
    out->major_faults_count += major;
    out->children_minor_faults_count += minor;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    if (file_head_read(path, text, sizeof text) == 0) {
        out->voluntary_switches_count += status_count(text, "\nvoluntary_ctxt_switches:");
        out->involuntary_switches_count += status_count(text, "\nnonvoluntary_ctxt_switches:");
    }
}

static pid_t left_out;

void counters_leave_out(pid_t child)
{
    left_out = child;
}

/* Children of the calling thread that live on from one reading to the next: rusage knows them only once they ended. */
static void children_add(struct counters *out)
{
    char text[32768], *at = text, *end;
    if (file_head_read("/proc/thread-self/children", text, sizeof text))
        return;
    for (long pid; (pid = strtol(at, &end, 10)) > 0 && end != at; at = end)
        if (pid != left_out)
            child_add(out, (pid_t)pid);
}

static int own_add(struct counters *out)
{
    struct rusage self, children;
    if (getrusage(RUSAGE_SELF, &self) || getrusage(RUSAGE_CHILDREN, &children))
        return -errno;
    out->user_ns += timeval_ns(self.ru_utime) + timeval_ns(children.ru_utime);
    out->system_ns += timeval_ns(self.ru_stime) + timeval_ns(children.ru_stime);
    out->voluntary_switches_count += (uint64_t)self.ru_nvcsw + (uint64_t)children.ru_nvcsw;
    out->involuntary_switches_count += (uint64_t)self.ru_nivcsw + (uint64_t)children.ru_nivcsw;
    out->minor_faults_count += (uint64_t)self.ru_minflt + (uint64_t)children.ru_minflt;
    out->major_faults_count += (uint64_t)self.ru_majflt + (uint64_t)children.ru_majflt;
    out->children_minor_faults_count += (uint64_t)children.ru_minflt;
    return 0;
}

int counters_read_before(struct counters *out)
{
    *out = (struct counters){0};
    machine_time_read(out);
    children_add(out);
    return own_add(out);
}

int counters_read_after(struct counters *out)
{
    *out = (struct counters){0};
    int rc = own_add(out);
    children_add(out);
    machine_time_read(out);
    return rc;
}

/* Totals only grow, but /proc/stat may vanish between two readings and the kernel may correct steal downwards:
 * no growth is then the honest answer, 584 years of CPU time is not. */
static uint64_t grown(uint64_t later, uint64_t earlier)
{
    return later > earlier ? later - earlier : 0;
}

struct counters counters_delta(const struct counters *later, const struct counters *earlier)
{
#define DELTA(field) .field = grown(later->field, earlier->field)
    return (struct counters){
        DELTA(user_ns),
        DELTA(system_ns),
        DELTA(voluntary_switches_count),
        DELTA(involuntary_switches_count),
        DELTA(minor_faults_count),
        DELTA(major_faults_count),
        DELTA(children_minor_faults_count),
        DELTA(steal_ns),
        DELTA(cpu_busy_ns),
    };
#undef DELTA
}

/* One "Name:   123 kB" line of /proc/self/status, in bytes; 0 where it is missing. */
static uint64_t status_bytes(const char *name)
{
    char text[8192];
    if (file_head_read("/proc/self/status", text, sizeof text))
        return 0;
    const char *line = strstr(text, name); /* `name` starts with the newline that ends the line before */
    return line ? strtoull(line + strlen(name), NULL, 10) * 1024 : 0;
}

uint64_t counters_memory_peak_bytes(void)
{
    return status_bytes("\nVmHWM:");
}

uint64_t counters_memory_now_bytes(void)
{
    return status_bytes("\nVmRSS:");
}
