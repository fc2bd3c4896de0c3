/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A process tree deeper than this isn't ours. */
enum { DEPTH_MAX = 8 };

/* First bytes of a small file in /proc as a string: 0 or -errno. */
static int text_read(const char *path, char *text, size_t len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    ssize_t got;
    size_t used = 0;
    do {
        got = read(fd, text + used, len - 1 - used);
        used += got > 0 ? (size_t)got : 0;
    } while ((got > 0 && used < len - 1) || (got < 0 && errno == EINTR));
    int err = got < 0 ? -errno : 0;
    close(fd);
    text[used] = '\0';
    return err;
}

/* The number behind "\nName:". False if there is no such line. */
static bool line_number(const char *text, const char *name, uint64_t *out)
{
    const char *line = strstr(text, name);
    if (line)
        *out = strtoull(line + strlen(name), NULL, 10);
    return line != NULL;
}

/* One process. -ESRCH if it has ended. */
static int process_add(struct memory *out, pid_t pid)
{
    char path[64], text[4096];
    uint64_t anon, shmem, threads, tables = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    int rc = text_read(path, text, sizeof text);
    if (rc == -ENOENT && access("/proc/self/smaps_rollup", R_OK))
        return -ENOTSUP;
    if (rc || !text[0])
        return rc && rc != -ENOENT ? rc : -ESRCH;
    if (!line_number(text, "\nPss_Anon:", &anon) || !line_number(text, "\nPss_Shmem:", &shmem))
        return -ENOTSUP;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    if (text_read(path, text, sizeof text) || !line_number(text, "\nThreads:", &threads))
        return -ESRCH;
    line_number(text, "\nVmPTE:", &tables);
    out->private_bytes += anon * 1024;
    out->shared_bytes += shmem * 1024;
    out->page_table_bytes += tables * 1024;
    out->processes_count++;
    out->threads_count += threads;
    return 0;
}

static int tree_add(struct memory *out, pid_t pid, int depth);

/* The children that one thread has made, as a list of numbers: there may be ten thousand of them. */
static int children_add(struct memory *out, pid_t pid, const char *thread, int depth)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%.20s/children", (int)pid, thread);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return access("/proc/thread-self/children", R_OK) ? -ENOTSUP : 0; /* else: the thread has ended */
    char text[256];
    ssize_t got;
    long child = 0;
    int rc = 0;
    while (!rc && ((got = read(fd, text, sizeof text)) > 0 || (got < 0 && errno == EINTR)))
        for (ssize_t i = 0; i < got && !rc; i++) {
            if (text[i] >= '0' && text[i] <= '9') {
                child = child * 10 + (text[i] - '0');
            } else if (child) {
                rc = tree_add(out, (pid_t)child, depth + 1);
                child = 0;
            }
        }
    close(fd);
    return rc;
}

static int tree_add(struct memory *out, pid_t pid, int depth)
{
    int rc = depth < DEPTH_MAX ? process_add(out, pid) : -ELOOP;
    if (rc)
        return rc == -ESRCH && depth > 0 ? 0 : rc;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *threads = opendir(path);
    if (!threads)
        return errno == ENOENT ? 0 : -errno;
    struct dirent *entry;
    while (!rc && (entry = readdir(threads)))
        if (entry->d_name[0] != '.')
            rc = children_add(out, pid, entry->d_name, depth);
    closedir(threads);
    return rc;
}

/* Threads on this machine; 0 where /proc doesn't tell. */
static unsigned long machine_threads(void)
{
    char text[256];
    unsigned long threads = 0;
    return text_read("/proc/loadavg", text, sizeof text) || sscanf(text, "%*s %*s %*s %*u/%lu", &threads) != 1
               ? 0
               : threads;
}

uint64_t memory_kernel_stack_bytes(void)
{
    enum { TRIES = 20, LEAST = 4096 };
    for (int i = 0; i < TRIES; i++) {
        char text[4096];
        uint64_t total = 0, size = LEAST;
        unsigned long before = machine_threads();
        int rc = text_read("/proc/meminfo", text, sizeof text);
        unsigned long after = machine_threads(), moved = after > before ? after - before : before - after;
        if (rc || !line_number(text, "\nKernelStack:", &total) || !before)
            return 0;
        if (moved * 20 > before)
            continue; /* threads by the dozen came or went between the readings: they don't belong together */
        while (size * 3 / 2 * after < total * 1024)
            size *= 2;
        return size;
    }
    return 0;
}

/* memory.current of the unified hierarchy, usage_in_bytes of the old one. */
static uint64_t cgroup_read(void)
{
    char groups[2048], path[2300], text[32];
    if (text_read("/proc/self/cgroup", groups, sizeof groups))
        return 0;
    for (char *line = groups, *end; *line; line = end + (*end == '\n')) {
        end = line + strcspn(line, "\n");
        int at = 0;
        const char *format = "/sys/fs/cgroup%.*s/memory.current";
        if (strncmp(line, "0::", 3) == 0) {
            at = 3;
        } else {
            sscanf(line, "%*u:memory:%n", &at);
            format = "/sys/fs/cgroup/memory%.*s/memory.usage_in_bytes";
        }
        if (!at)
            continue;
        snprintf(path, sizeof path, format, (int)(end - line - at), line + at);
        if (text_read(path, text, sizeof text) == 0)
            return strtoull(text, NULL, 10);
    }
    return 0;
}

/* Lines of /proc/PID/maps. 0 where it can't be read. */
static uint64_t mappings_count(pid_t pid)
{
    char path[64], text[4096];
    uint64_t lines = 0;
    ssize_t got;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    while ((got = read(fd, text, sizeof text)) > 0 || (got < 0 && errno == EINTR))
        for (ssize_t i = 0; i < got; i++)
            lines += text[i] == '\n';
    close(fd);
    return lines;
}

/* Descriptors of a process, the one that is looking included. 0 where they can't be seen. */
static uint64_t files_count(pid_t pid)
{
    char path[64];
    uint64_t files = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        files += entry->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return files;
}

int memory_read(struct memory *out, pid_t root)
{
    *out = (struct memory){0};
    int rc = tree_add(out, root, 0);
    out->kernel_stack_bytes = out->threads_count * memory_kernel_stack_bytes();
    out->cgroup_bytes = cgroup_read();
    out->mappings_count = mappings_count(root);
    out->files_count = files_count(root);
    return rc;
}
