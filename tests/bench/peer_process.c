/* SPDX-License-Identifier: Apache-2.0 */
#include "peer_process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_TIMEOUT_MS = 300000, SETTLE_TRIES = 500 };
static const struct timespec settle_step = {.tv_nsec = 1000000};

/* ---- starting and ending one ---- */

static int program_path(const struct peer_program *program, char *out, size_t len)
{
    ssize_t n = readlink("/proc/self/exe", out, len - 1);
    if (n < 0)
        return -errno;
    out[n] = '\0';
    char *slash = strrchr(out, '/');
    size_t used = (size_t)(slash + 1 - out);
    return snprintf(slash + 1, len - used, "%s", program->file) < (int)(len - used) ? 0 : -ENAMETOOLONG;
}

_Noreturn static void program_exec(const struct peer_program *program, const char *path, unsigned cpus, int in, int out)
{
    char count[16];
    bool set = true;
    snprintf(count, sizeof count, "%u", cpus);
    for (unsigned i = 0; i < PEER_SETTINGS_MAX && program->environment[i].name; i++) {
        const struct peer_setting *setting = &program->environment[i];
        set = set && !setenv(setting->name, setting->value ? setting->value : count, 1);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (set && dup2(in, 0) >= 0 && dup2(out, 1) >= 0)
        execl(path, program->file, (char *)NULL);
    dprintf(2, "bench_runtime: %s: %s\n", path, strerror(errno));
    _exit(127);
}

static void close_pair(const int fd[2])
{
    close(fd[0]);
    close(fd[1]);
}

static int process_open(struct peer_process *p, const struct peer_program *program, unsigned cpus)
{
    char path[4096];
    int request[2], answer[2], err = program->built ? program_path(program, path, sizeof path) : -ENOPKG;
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
        program_exec(program, path, cpus, request[0], answer[1]);
    if (pid < 0) {
        err = -errno;
        close_pair(request);
        close_pair(answer);
        return err;
    }
    close(request[0]);
    close(answer[1]);
    *p = (struct peer_process){.pid = pid, .to = fdopen(request[1], "w"), .from = fdopen(answer[0], "r")};
    return p->to && p->from ? -clock_getcpuclockid(pid, &p->cpu_clock) : -ENOMEM;
}

/* 0, or -EPROTO if it did not end well. */
static int process_close(struct peer_process *p)
{
    int status = 0;
    if (!p->pid)
        return 0;
    if (p->to)
        fclose(p->to); /* the end of its input, and of it */
    if (p->from)
        fclose(p->from);
    while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
        ;
    *p = (struct peer_process){0};
    return status ? -EPROTO : 0;
}

/* ---- asking ---- */

static int process_ask(struct peer_process *p, const char *job, uint64_t n, double *total)
{
    char line[64], *end;
    struct pollfd answer = {.fd = fileno(p->from), .events = POLLIN};
    if (fprintf(p->to, "%s %" PRIu64 "\n", job, n) < 0 || fflush(p->to))
        return -EPROTO;
    int ready = poll(&answer, 1, ANSWER_TIMEOUT_MS);
    if (ready <= 0) {
        kill(p->pid, SIGKILL);
        return ready ? -errno : -ETIMEDOUT;
    }
    if (!fgets(line, sizeof line, p->from))
        return -EPROTO;
    *total = strtod(line, &end);
    return end != line && *end == '\n' ? 0 : -EPROTO;
}

static uint64_t process_cpu_ns(const struct peer_process *p)
{
    struct timespec used;
    if (!p->pid || clock_gettime(p->cpu_clock, &used))
        return 0;
    return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

/* The letter after the name, which is in parentheses and may hold any others. */
static bool thread_asleep(int task_dir, const char *id)
{
    char path[64], text[256] = "";
    snprintf(path, sizeof path, "%.32s/stat", id);
    int fd = openat(task_dir, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return true; /* it has ended meanwhile */
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    const char *after = n > 0 ? strrchr(text, ')') : NULL;
    return after && after[1] && after[2] != 'R';
}

static bool process_asleep(const struct peer_process *p)
{
    char path[64];
    bool asleep = true;
    snprintf(path, sizeof path, "/proc/%d/task", (int)p->pid);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && asleep && (entry = readdir(dir));)
        asleep = entry->d_name[0] == '.' || thread_asleep(dirfd(dir), entry->d_name);
    if (dir)
        closedir(dir);
    return asleep;
}

/* Workers look for work for a while before they sleep. The kernel brings the CPU time of a thread up to date when it
 * stops running, so both are needed: no thread runs now, and none has run since the last look. One that never sleeps
 * is not waited for for ever; it shows in peer_processes_cpu_ns(). */
static void process_settle(const struct peer_process *p)
{
    uint64_t before_ns = UINT64_MAX;
    for (unsigned i = 0; i < SETTLE_TRIES; i++) {
        uint64_t now_ns = process_cpu_ns(p);
        if (now_ns == before_ns && process_asleep(p))
            return;
        before_ns = now_ns;
        nanosleep(&settle_step, NULL);
    }
}

int peer_process_measure(const struct bench_call *call, double *total)
{
    const struct peer_job *job = call->arg;
    struct peer_process *p = &job->program->kept[call->cpus > 1];
    int err = p->pid ? 0 : process_open(p, job->program, call->cpus);
    err = err ? err : process_ask(p, job->name, call->n, total);
    if (err)
        process_close(p); /* the next job gets a new one */
    else
        process_settle(p);
    return err;
}

int peer_process_measure_apart(const struct bench_call *call, double *total)
{
    const struct peer_job *job = call->arg;
    struct peer_process p = {0};
    int err = process_open(&p, job->program, call->cpus);
    err = err ? err : process_ask(&p, job->name, call->n, total);
    int close_err = process_close(&p);
    return err ? err : close_err;
}

uint64_t peer_processes_cpu_ns(void)
{
    uint64_t sum_ns = 0;
    for (unsigned i = 0; peer_programs[i]; i++)
        for (unsigned kept = 0; kept < 2; kept++)
            sum_ns += process_cpu_ns(&peer_programs[i]->kept[kept]);
    return sum_ns;
}

void peer_processes_close(void)
{
    for (unsigned i = 0; peer_programs[i]; i++)
        for (unsigned kept = 0; kept < 2; kept++)
            process_close(&peer_programs[i]->kept[kept]);
}
