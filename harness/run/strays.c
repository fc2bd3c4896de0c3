/* SPDX-License-Identifier: Apache-2.0 */
#include "run/strays.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* In the kernel's ticks: who began earlier is not ours. 0: there was nobody. */
static unsigned long long era;

/* The parent of a process and when it began. False: there is no such process, or it is not shown to us. */
static bool read_stat(pid_t pid, pid_t *parent, unsigned long long *began)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    const char *after = strrchr(text, ')'); /* a name may have anything in it, also brackets */
    return after &&
           sscanf(after + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", parent,
                  began) == 2;
}

static bool is_ours(pid_t pid)
{
    pid_t parent;
    unsigned long long began;
    return era == 0 || !read_stat(pid, &parent, &began) || began >= era;
}

/* Kernels may be built without lists of children: then all processes are looked at. */
static unsigned visit_all(void visit(pid_t))
{
    unsigned n = 0;
    DIR *proc = opendir("/proc");
    for (struct dirent *entry; proc && (entry = readdir(proc));) {
        pid_t parent, pid = (pid_t)atol(entry->d_name);
        unsigned long long began;
        if (pid > 0 && read_stat(pid, &parent, &began) && parent == getpid() && is_ours(pid)) {
            visit(pid);
            n++;
        }
    }
    if (proc)
        closedir(proc);
    return n;
}

/* Call `visit` for each child that is ours. How many. */
static unsigned visit_ours(void visit(pid_t))
{
    char path[64];
    unsigned n = 0;
    pid_t pid;
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    FILE *file = fopen(path, "re");
    if (!file)
        return visit_all(visit);
    while (fscanf(file, "%d", &pid) == 1) /* number by number: a part of one is another's */
        if (is_ours(pid)) {
            visit(pid);
            n++;
        }
    fclose(file);
    return n;
}

/* The era begins with a child that is made for it, later than all that are there by more than a tick. */
static int begin_era(void)
{
    const struct timespec two_ticks = {.tv_nsec = 20 * 1000 * 1000};
    pid_t parent;
    nanosleep(&two_ticks, NULL);
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    if (pid < 0)
        return -errno;
    bool known = read_stat(pid, &parent, &era); /* it may have ended, and is there until it is reaped */
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return known ? 0 : -ENOTSUP;
}

int strays_init(void)
{
    char link[32], self[32];
    ssize_t n = readlink("/proc/self", link, sizeof link - 1); /* another PID namespace's has another number for us */
    snprintf(self, sizeof self, "%ld", (long)getpid());
    if (n < 0 || (link[n] = '\0', strcmp(link, self)))
        return -ENOTSUP;
    if (prctl(PR_SET_CHILD_SUBREAPER, 1))
        return -errno;
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) ? 0 : begin_era();
}

static void strike(pid_t pid)
{
    kill(pid, SIGKILL);
}

/* Whoever has ended. False: there are no children. */
static bool reap_all(void)
{
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
        ;
    return pid == 0 || errno != ECHILD;
}

/* The list of children may miss one while others end, hence two empty ones in a row. */
unsigned strays_sweep(void)
{
    unsigned killed = 0, empty = 0;
    for (int round = 0; round < 200; round++) {
        unsigned ours = visit_ours(strike);
        killed += round == 0 ? ours : 0; /* before they are reaped: the kill of the group may have met them already */
        empty = ours ? 0 : empty + 1;
        if (!reap_all() || empty == 2)
            break;
        if (ours)
            poll(NULL, 0, round < 10 ? 1 : 10);
    }
    return killed;
}
