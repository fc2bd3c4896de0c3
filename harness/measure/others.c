/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/others.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int by_pid(const void *a, const void *b)
{
    const struct others_process *x = a, *y = b;
    return (x->pid > y->pid) - (x->pid < y->pid);
}

static bool add(struct others *others, pid_t pid, uint64_t cpu_ns)
{
    if (others->n == others->room) {
        unsigned room = others->room ? 2 * others->room : 256;
        struct others_process *list = realloc(others->list, room * sizeof *list);
        if (!list)
            return false;
        others->list = list;
        others->room = room;
    }
    others->list[others->n++] = (struct others_process){pid, cpu_ns};
    return true;
}

int others_read(struct others *others, pid_t own)
{
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    int rc = dir ? 0 : -errno;
    others->n = 0;
    while (dir && !rc && (entry = readdir(dir))) {
        clockid_t clock;
        struct timespec spent;
        pid_t pid = atoi(entry->d_name);
        if (pid <= 0 || getpgid(pid) == own)
            continue;
        if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &spent))
            continue; /* it has ended */
        if (!add(others, pid, (uint64_t)spent.tv_sec * 1000000000u + (uint64_t)spent.tv_nsec))
            rc = -ENOMEM;
    }
    if (dir)
        closedir(dir);
    qsort(others->list, others->n, sizeof *others->list, by_pid);
    return rc;
}

void others_fini(struct others *others)
{
    free(others->list);
    *others = (struct others){0};
}

uint64_t others_used_ns(const struct others *later, const struct others *earlier)
{
    uint64_t sum = 0;
    for (unsigned i = 0, j = 0; i < later->n; i++) {
        const struct others_process *now = &later->list[i];
        while (j < earlier->n && earlier->list[j].pid < now->pid)
            j++;
        bool known = j < earlier->n && earlier->list[j].pid == now->pid;
        uint64_t before = known ? earlier->list[j].cpu_ns : 0;
        sum += now->cpu_ns >= before ? now->cpu_ns - before : now->cpu_ns; /* less: the number has a new owner */
    }
    return sum;
}
