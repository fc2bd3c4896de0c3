/* SPDX-License-Identifier: Apache-2.0 */
#include "run/origin_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* One address has as many ports as net.ipv4.ip_local_port_range, 28000 by default; half of that is surely free. */
enum { CONNECTIONS_MAX = 14000 };

struct origin {
    pid_t pid;
    clockid_t clock; /* its CPU time */
    struct origin_addresses addresses;
    struct origin_counts *counts; /* [addresses.n] */
};

/* Beyond the queue of the listener a connection is not refused but tried again after a second: a number of its own. */
static int connections_check(unsigned connections, char *why, size_t why_len)
{
    unsigned queue = 0;
    if (connections > CONNECTIONS_MAX) {
        snprintf(why, why_len, "%u connections to one address need more ports than there are (limit %d)", connections,
                 CONNECTIONS_MAX);
        return -ENOTSUP;
    }
    FILE *file = fopen("/proc/sys/net/core/somaxconn", "re");
    int fields = file ? fscanf(file, "%u", &queue) : 0;
    if (file)
        fclose(file);
    if (fields != 1 || connections <= queue)
        return 0;
    snprintf(why, why_len, "%u connections at once do not fit into a listener's queue (net.core.somaxconn is %u)",
             connections, queue);
    return -ENOTSUP;
}

/* Connecting a datagram socket asks the routes, and sends nothing. */
int origin_probe(char *why, size_t why_len)
{
    const struct sockaddr_in there = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(9)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int rc = fd < 0 || connect(fd, (const struct sockaddr *)&there, sizeof there) ? -errno : 0;
    if (fd >= 0)
        close(fd);
    if (rc)
        snprintf(why, why_len, "127.0.0.1 cannot be reached, is the loopback interface up? (%s)", strerror(-rc));
    return rc ? -ENOTSUP : 0;
}

/* Port 0: the kernel picks a free one. */
static int listener_make(struct sockaddr_in *address)
{
    socklen_t len = sizeof *address;
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (bind(fd, (struct sockaddr *)address, len) || listen(fd, 65535) ||
        getsockname(fd, (struct sockaddr *)address, &len)) {
        int rc = -errno;
        close(fd);
        return rc;
    }
    return fd;
}

_Noreturn static void child_main(struct origin_job *job, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "quintet-origin");
    if (getppid() != parent)
        _exit(1);
    signal(SIGCONT, SIG_DFL);
    if (job->has_cpus && sched_setaffinity(0, sizeof job->cpus, &job->cpus))
        _exit(1);
    origin_process(job);
}

/* What the child says once it listens. 0 or -errno; -ECHILD if it ended without a word. */
static int ready_wait(int fd)
{
    int word;
    ssize_t n;
    while ((n = read(fd, &word, sizeof word)) < 0 && errno == EINTR)
        ;
    return n == sizeof word ? word : -ECHILD;
}

static void listeners_close(const struct origin_job *job)
{
    for (unsigned i = 0; i < job->servers; i++)
        close(job->listeners[i]);
}

static int listeners_make(struct origin *o, struct origin_job *job)
{
    for (unsigned i = 0; i < o->addresses.n; i++) {
        int fd = listener_make(&o->addresses.at[i]);
        if (fd < 0) {
            listeners_close(job);
            return fd;
        }
        job->listeners[job->servers++] = fd;
    }
    return 0;
}

static int origin_fork(struct origin *o, struct origin_job *job)
{
    int ready[2], rc = listeners_make(o, job);
    if (rc)
        return rc;
    if (pipe2(ready, O_CLOEXEC)) {
        rc = -errno;
        listeners_close(job);
        return rc;
    }
    job->ready = ready[1];
    pid_t parent = getpid();
    o->pid = fork();
    if (o->pid == 0)
        child_main(job, parent);
    rc = o->pid < 0 ? -errno : 0;
    listeners_close(job);
    close(ready[1]);
    if (!rc)
        rc = ready_wait(ready[0]);
    close(ready[0]);
    return rc ? rc : -clock_getcpuclockid(o->pid, &o->clock);
}

static size_t counts_bytes(const struct origin *o)
{
    return o->addresses.n * sizeof *o->counts;
}

int origin_start(struct origin **out, const struct origin_config *config, unsigned servers, const cpu_set_t *cpus,
                 char *why, size_t why_len)
{
    *out = NULL;
    why[0] = '\0';
    int rc = connections_check(config->connections, why, why_len);
    if (rc)
        return rc;
    if (servers < 1 || servers > ORIGIN_SERVERS_MAX || config->body_bytes < 8 || config->body_bytes % 8 ||
        config->body_bytes > ORIGIN_BODY_MAX_BYTES)
        return -EINVAL;
    struct origin_job job = {.config = *config, .has_cpus = cpus != NULL};
    if (cpus)
        job.cpus = *cpus;
    struct origin *o = calloc(1, sizeof *o);
    if (!o)
        return -ENOMEM;
    o->addresses.n = servers;
    o->counts = mmap(NULL, counts_bytes(o), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (o->counts == MAP_FAILED) {
        rc = -errno;
        o->counts = NULL;
    } else {
        job.counts = o->counts;
        rc = origin_fork(o, &job);
    }
    if (rc) {
        snprintf(why, why_len, "the origin cannot be started: %s", rc == -ECHILD ? "its process ended" : strerror(-rc));
        origin_stop(o);
        return rc;
    }
    *out = o;
    return 0;
}

const struct origin_addresses *origin_addresses(const struct origin *origin)
{
    return &origin->addresses;
}

pid_t origin_pid(const struct origin *origin)
{
    return origin->pid;
}

bool origin_use(const struct origin *origin, struct origin_use *out)
{
    struct timespec spent;
    memset(out, 0, sizeof *out);
    if (clock_gettime(origin->clock, &spent))
        return false;
    out->cpu_ns = (uint64_t)spent.tv_sec * 1000000000u + (uint64_t)spent.tv_nsec;
    out->servers_count = origin->addresses.n;
    for (unsigned i = 0; i < out->servers_count; i++) {
        struct origin_counts *counts = &origin->counts[i];
        out->connections_count += atomic_load_explicit(&counts->connections, memory_order_relaxed);
        out->requests_count += atomic_load_explicit(&counts->requests, memory_order_relaxed);
        out->late_ns += atomic_load_explicit(&counts->late_ns, memory_order_relaxed);
        out->server_cpu_ns[i] = atomic_load_explicit(&counts->cpu_ns, memory_order_relaxed);
    }
    if (out->servers_count == 1)
        out->server_cpu_ns[0] = out->cpu_ns;
    return true;
}

bool origin_ended(const struct origin *origin, unsigned patience_ms, char *how, size_t how_len)
{
    siginfo_t info = {.si_pid = 0};
    while (waitid(P_PID, (id_t)origin->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0 &&
           patience_ms--)
        poll(NULL, 0, 1);
    if (info.si_pid != origin->pid)
        return false;
    if (info.si_code == CLD_EXITED)
        snprintf(how, how_len, "ended with status %d", info.si_status);
    else
        snprintf(how, how_len, "was killed by signal %d (%s)", info.si_status, strsignal(info.si_status));
    return true;
}

void origin_stop(struct origin *origin)
{
    if (!origin)
        return;
    if (origin->pid > 0) {
        kill(origin->pid, SIGKILL);
        while (waitpid(origin->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    if (origin->counts)
        munmap(origin->counts, counts_bytes(origin));
    free(origin);
}
