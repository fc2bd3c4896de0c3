/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a coroutine costs that is alive and waits: resident memory and page tables, by difference, in a process of its
 * own that takes everything with it. Each mapping counts for what the kernel keeps about it.
 */
#include "bench.h"
#include "on_loop.h"
#include "peers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAPPING_BYTES = 256 }; /* struct vm_area_struct and its place in the maple tree, rounded up */

struct idlers {
    struct future gate;
    uint64_t n, arrived;
    double bytes;
};

/* VmRSS and VmPTE of this process, and its mappings. */
static int memory_now(double *bytes)
{
    char line[256];
    FILE *status = fopen("/proc/self/status", "re"), *maps = fopen("/proc/self/maps", "re");
    double total = 0;
    unsigned found = 0;
    while (status && fgets(line, sizeof line, status))
        if (!strncmp(line, "VmRSS:", 6) || !strncmp(line, "VmPTE:", 6)) {
            total += strtod(line + 6, NULL) * 1024;
            found++;
        }
    for (int c; maps && (c = getc(maps)) != EOF;)
        total += c == '\n' ? MAPPING_BYTES : 0;
    *bytes = total;
    bool complete = found == 2 && maps;
    if (status)
        fclose(status);
    if (maps)
        fclose(maps);
    return complete ? 0 : -EIO;
}

static int idler(struct coro *self, void *arg)
{
    struct idlers *all = arg;
    all->arrived++;
    return future_await_until(self, &all->gate, CORO_NEVER, NULL);
}

static int idlers_main(struct coro *self, void *arg, void **value)
{
    struct idlers *all = arg;
    struct scope scope;
    double before = 0, after = 0;
    (void)value;
    int err = memory_now(&before);
    scope_init(&scope, self, SCOPE_LOCAL);
    for (uint64_t i = 0; i < all->n && !err; i++)
        err = scope_spawn(&scope, idler, all);
    while (!err && all->arrived < all->n)
        err = coro_yield(self);
    err = err ? err : memory_now(&after);
    all->bytes = after - before;
    future_set_result(&all->gate, NULL);
    int join_err = scope_join(&scope);
    return err ? err : join_err;
}

struct answer {
    int err;
    double bytes;
};

_Noreturn static void idlers_child(uint64_t n, int fd)
{
    struct idlers all = {.n = n};
    const struct loop_config config = {.workers = 1};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    future_init(&all.gate, NULL);
    struct answer answer = {.err = on_loop_run(&config, idlers_main, &all), .bytes = all.bytes};
    future_fini(&all.gate);
    _exit(write(fd, &answer, sizeof answer) != sizeof answer);
}

static int idle_measure(const struct bench_call *call, double *total)
{
    int fd[2], status;
    struct answer answer = {.err = -EPROTO};
    if (pipe2(fd, O_CLOEXEC))
        return -errno;
    pid_t pid = fork();
    if (pid == 0)
        idlers_child(call->n, fd[1]);
    int err = pid < 0 ? -errno : 0;
    close(fd[1]);
    if (!err && read(fd[0], &answer, sizeof answer) != sizeof answer)
        answer.err = -EPROTO;
    close(fd[0]);
    while (!err && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    *total = answer.bytes;
    return err ? err : answer.err;
}

static const struct bench_row rows[] = {
    {.name = "idle_memory",
     .per = "idle coroutine",
     .live =
         "one call that waits for a future; Go: one that waits at a channel. Resident memory, page tables, mappings",
     .order = "all at once",
     .cpus = BENCH_ONE_CPU,
     .peer_name = "Go",
     .ours = {.measure = idle_measure},
     .peer = {.measure = peer_process_measure_apart, .arg = &(const struct peer_job){&peer_go, "idle"}},
     .unit = BENCH_BYTES,
     .units = 1000000,
     .units_quick = 100000,
     .bytes_needed = (uint64_t)6 << 30,
     .rounds_max = 6,
     .target_of = BENCH_OURS,
     .target_limit = 4.4 * 1024},
};

const struct bench_table rows_memory = {rows, sizeof rows / sizeof rows[0]};
