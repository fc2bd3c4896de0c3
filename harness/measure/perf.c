/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/perf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
    const char *name;
    uint32_t type;
    uint64_t config;
} events[PERF_EVENTS] = {
    [PERF_TASK_CLOCK] = {"task_clock_ns", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
    [PERF_MINOR_FAULTS] = {"minor_faults_count", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN},
    [PERF_MAJOR_FAULTS] = {"major_faults_count", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MAJ},
    [PERF_SWITCHES] = {"context_switches_count", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES},
    [PERF_MIGRATIONS] = {"migrations_count", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS},
    [PERF_CYCLES] = {"cycles_count", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    [PERF_INSTRUCTIONS] = {"instructions_count", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    [PERF_CACHE_MISSES] = {"cache_misses_count", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
    [PERF_BRANCH_MISSES] = {"branch_misses_count", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES},
};

const char *perf_event_name(enum perf_event event)
{
    return events[event].name;
}

/* Each event by itself: a group cannot be read as one where it is inherited. */
static int open_one(enum perf_event event, bool user_only)
{
    struct perf_event_attr attr = {
        .size = sizeof attr,
        .type = events[event].type,
        .config = events[event].config,
        .inherit = 1,
        .exclude_kernel = user_only && events[event].type == PERF_TYPE_HARDWARE,
        .exclude_hv = 1,
        .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
    };
    long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    return fd < 0 ? -errno : (int)fd;
}

static void open_all(struct perf *out, bool user_only)
{
    out->user_only = user_only;
    for (enum perf_event e = 0; e < PERF_EVENTS; e++)
        out->fd[e] = open_one(e, user_only);
}

void perf_open(struct perf *out)
{
    open_all(out, false);
    if (out->fd[PERF_CYCLES] == -EACCES || out->fd[PERF_CYCLES] == -EPERM) {
        perf_close(out);
        open_all(out, true);
    }
}

void perf_close(struct perf *perf)
{
    for (enum perf_event e = 0; e < PERF_EVENTS; e++) {
        if (perf->fd[e] >= 0)
            close(perf->fd[e]);
        perf->fd[e] = -EBADF;
    }
}

void perf_read(const struct perf *perf, struct perf_reading *out)
{
    for (enum perf_event e = 0; e < PERF_EVENTS; e++) {
        uint64_t words[3];
        out->of[e].err = perf->fd[e] < 0 ? perf->fd[e] : 0;
        if (out->of[e].err)
            continue;
        ssize_t got = read(perf->fd[e], words, sizeof words);
        out->of[e].err = got < 0 ? -errno : got != sizeof words ? -EIO : 0;
        out->of[e].value = words[0];
        out->of[e].enabled_ns = words[1];
        out->of[e].running_ns = words[2];
    }
}

int perf_used(const struct perf_reading *later, const struct perf_reading *earlier, enum perf_event event,
              uint64_t *value, double *running)
{
    int err = later->of[event].err ? later->of[event].err : earlier->of[event].err;
    if (err)
        return err;
    uint64_t enabled = later->of[event].enabled_ns - earlier->of[event].enabled_ns;
    uint64_t ran = later->of[event].running_ns - earlier->of[event].running_ns;
    uint64_t counted = later->of[event].value - earlier->of[event].value;
    if (ran == 0)
        return -EBUSY;
    *running = ran >= enabled ? 1 : (double)ran / (double)enabled;
    *value = ran >= enabled ? counted : (uint64_t)((double)counted / *running);
    return 0;
}

void perf_reason(int err, int paranoid, char *why, size_t why_len)
{
    switch (-err) {
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
        snprintf(why, why_len, "this machine has no such counter (%s)", strerrorname_np(-err));
        break;
    case EACCES:
    case EPERM:
        snprintf(why, why_len, "not permitted (%s; perf_event_paranoid is %d)", strerrorname_np(-err), paranoid);
        break;
    case ENOSYS:
        snprintf(why, why_len, "the kernel has no perf_event_open (ENOSYS), or a filter forbids it");
        break;
    case EBUSY:
        snprintf(why, why_len, "the counter was never free for it");
        break;
    default:
        snprintf(why, why_len, "%s", strerror(-err));
    }
}

int perf_paranoid(void)
{
    char text[16] = "";
    int fd = open("/proc/sys/kernel/perf_event_paranoid", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    return got > 0 ? atoi(text) : -1;
}
