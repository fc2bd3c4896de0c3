/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Go, as another process at the end of two pipes. It is asked in a line, answers in a line, and sleeps in read(2) while
 * others are measured. One process per number of CPUs is kept, bound like the caller when it is first asked.
 */
#include "peers.h"

#include <errno.h>

#ifdef BENCH_HAVE_GO

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct go {
    pid_t pid; /* 0: not running */
    FILE *to, *from;
};

static struct go kept[2]; /* on one CPU; on all */

/* The program lies beside this one. */
static int go_path(char *out, size_t len)
{
    ssize_t n = readlink("/proc/self/exe", out, len - 1);
    if (n < 0)
        return -errno;
    out[n] = '\0';
    char *slash = strrchr(out, '/');
    size_t used = (size_t)(slash + 1 - out);
    return snprintf(slash + 1, len - used, "peer_go") < (int)(len - used) ? 0 : -ENAMETOOLONG;
}

_Noreturn static void go_exec(const char *path, unsigned cpus, int in, int out)
{
    char count[16];
    snprintf(count, sizeof count, "%u", cpus);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(in, 0) >= 0 && dup2(out, 1) >= 0 && !setenv("GOMAXPROCS", count, 1) && !setenv("GOGC", "off", 1))
        execl(path, "peer_go", (char *)NULL);
    _exit(127);
}

static void close_pair(const int fd[2])
{
    close(fd[0]);
    close(fd[1]);
}

static int go_open(struct go *go, unsigned cpus)
{
    char path[4096];
    int request[2], answer[2], err = go_path(path, sizeof path);
    if (err)
        return err;
    if (pipe2(request, O_CLOEXEC))
        return -errno;
    if (pipe2(answer, O_CLOEXEC)) {
        err = -errno;
        close_pair(request);
        return err;
    }
    pid_t pid = fork();
    if (pid == 0)
        go_exec(path, cpus, request[0], answer[1]);
    if (pid < 0) {
        err = -errno;
        close_pair(request);
        close_pair(answer);
        return err;
    }
    close(request[0]);
    close(answer[1]);
    *go = (struct go){.pid = pid, .to = fdopen(request[1], "w"), .from = fdopen(answer[0], "r")};
    return go->to && go->from ? 0 : -ENOMEM;
}

/* 0, or -EPROTO if it did not end well. */
static int go_close(struct go *go)
{
    int status = 0;
    if (!go->pid)
        return 0;
    if (go->to)
        fclose(go->to); /* the end of its input, and of it */
    if (go->from)
        fclose(go->from);
    while (waitpid(go->pid, &status, 0) < 0 && errno == EINTR)
        ;
    go->pid = 0;
    return status ? -EPROTO : 0;
}

static int go_ask(struct go *go, const char *job, uint64_t n, double *total)
{
    if (fprintf(go->to, "%s %" PRIu64 "\n", job, n) < 0 || fflush(go->to) || fscanf(go->from, "%lf", total) != 1)
        return -EPROTO; /* it has said why on standard error */
    return 0;
}

int peer_go_measure(const struct bench_call *call, double *total)
{
    struct go *go = &kept[call->cpus > 1];
    int err = go->pid ? 0 : go_open(go, call->cpus);
    return err ? err : go_ask(go, call->arg, call->n, total);
}

int peer_go_measure_apart(const struct bench_call *call, double *total)
{
    struct go go;
    int err = go_open(&go, call->cpus);
    if (err)
        return err;
    err = go_ask(&go, call->arg, call->n, total);
    int close_err = go_close(&go);
    return err ? err : close_err;
}

void peer_go_close(void)
{
    go_close(&kept[0]);
    go_close(&kept[1]);
}

#else

int peer_go_measure(const struct bench_call *call, double *total)
{
    (void)call;
    (void)total;
    return -ENOPKG;
}

int peer_go_measure_apart(const struct bench_call *call, double *total)
{
    return peer_go_measure(call, total);
}

void peer_go_close(void)
{
}

#endif
