/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The origin's process: what its servers share, and a thread for each of them.
 *
 * They share the content, which nobody changes, and the table of descriptors; a connection belongs to the server that
 * accepted it until it is closed. One process, and not one for each, because then one signal ends all of them and one
 * wait reaps them, and a client of one that lives never waits in vain while another is dead.
 */
#include "run/origin_private.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FIRST_FD = 3, SPARE_CONNECTIONS = 64, SPARE_FDS = 64, STACK_BYTES = 1 << 20 };

/* Of all that was open in the parent only the listeners and `ready` are left, from 3 on, and standard error for a last
 * word. Two steps: a number that is wanted may be another one's at first. */
static void descriptors_keep(struct origin_job *job)
{
    int *all[ORIGIN_SERVERS_MAX + 1] = {&job->ready};
    unsigned n = job->servers + 1;
    for (unsigned i = 0; i < job->servers; i++)
        all[i + 1] = &job->listeners[i];
    for (unsigned i = 0; i < n; i++)
        *all[i] = fcntl(*all[i], F_DUPFD, FIRST_FD + (int)n);
    for (unsigned i = 0; i < n; i++)
        *all[i] = dup2(*all[i], FIRST_FD + (int)i);
    if (syscall(SYS_close_range, FIRST_FD + n, ~0U, 0))
        for (int fd = FIRST_FD + (int)n; fd < 4096; fd++) /* before Linux 5.9 */
            close(fd);
    close(0);
    close(1);
}

/*
 * Room for descriptors. Each server could hold all connections, however they are spread; where the limit does not allow
 * for that, its own share and some more. 0 or -errno.
 */
static int descriptors_reserve(const struct origin_job *job, struct origin_server_config *out)
{
    struct rlimit limit;
    unsigned n = job->servers, most = job->config.connections + SPARE_CONNECTIONS;
    unsigned least = (job->config.connections + n - 1) / n + SPARE_CONNECTIONS, few = SPARE_FDS + 3 * n;
    if (getrlimit(RLIMIT_NOFILE, &limit))
        return -errno;
    if (limit.rlim_max < n * least + few)
        return -EMFILE;
    out->open_max = limit.rlim_max < n * most + few ? (unsigned)(limit.rlim_max - few) / n : most;
    out->fd_end = n * out->open_max + few; /* the lowest free descriptor is given out, and few others are open */
    if (limit.rlim_cur >= out->fd_end)
        return 0;
    limit.rlim_cur = out->fd_end;
    return setrlimit(RLIMIT_NOFILE, &limit) ? -EMFILE : 0;
}

static uint64_t *content_make(const struct origin_config *config)
{
    size_t words = ORIGIN_WINDOWS + config->body_bytes / sizeof(uint64_t);
    uint64_t *content = origin_map(words * sizeof *content);
    for (size_t i = 0; content && i < words; i++)
        content[i] = origin_content_word(config->key, i);
    return content;
}

/* Server i of n: every n-th of the origin's CPUs from the i-th on; of fewer CPUs than servers, one that it shares. */
static void cpus_of(const cpu_set_t *all, unsigned i, unsigned n, cpu_set_t *out)
{
    unsigned count = (unsigned)CPU_COUNT(all), seen = 0;
    CPU_ZERO(out);
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, all)) {
            if (seen % n == i || (count < n && seen == i % count))
                CPU_SET(cpu, out);
            seen++;
        }
}

static void *server_main(void *server)
{
    origin_server_run(server);
}

static int server_start(const struct origin_job *job, unsigned i, struct origin_server *server)
{
    pthread_attr_t attr;
    pthread_t thread;
    cpu_set_t own;
    int rc = pthread_attr_init(&attr);
    if (rc)
        return -rc;
    rc = pthread_attr_setstacksize(&attr, STACK_BYTES);
    if (!rc && job->has_cpus) {
        cpus_of(&job->cpus, i, job->servers, &own);
        rc = pthread_attr_setaffinity_np(&attr, sizeof own, &own);
    }
    if (!rc)
        rc = pthread_create(&thread, &attr, server_main, server);
    pthread_attr_destroy(&attr);
    return -rc;
}

/* All servers, of which the first is left to the calling thread. 0 or -errno. */
static int servers_start(const struct origin_job *job, struct origin_server **first)
{
    struct origin_server_config config = {.config = &job->config, .counts_cpu = job->servers > 1};
    struct origin_server *server;
    cpu_set_t own;
    int rc = descriptors_reserve(job, &config);
    if (!rc && !(config.content = content_make(&job->config)))
        rc = -ENOMEM;
    for (unsigned i = 0; i < job->servers && !rc; i++) {
        config.listener = job->listeners[i];
        config.counts = &job->counts[i];
        rc = origin_server_open(&server, &config);
        if (i == 0)
            *first = server;
        else if (!rc)
            rc = server_start(job, i, server);
    }
    if (rc || !job->has_cpus)
        return rc;
    cpus_of(&job->cpus, 0, job->servers, &own);
    return sched_setaffinity(0, sizeof own, &own) ? -errno : 0;
}

void origin_process(struct origin_job *job)
{
    struct origin_server *first = NULL;
    descriptors_keep(job);
    int rc = servers_start(job, &first);
    if (write(job->ready, &rc, sizeof rc) != sizeof rc || rc)
        _exit(1);
    close(job->ready);
    origin_server_run(first);
}
