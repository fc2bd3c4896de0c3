/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cheats that can run every workload, because their tasks run K at a time, one thread each: for the matrix of all
 * cheats under all workloads (tests/faults/sabotage_matrix_test.sh). The warm-up is honest, or a cheat would be found
 * for the wrong reason.
 */
#include "sabotage_threads.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int honest(struct strategy_state *state, struct task *tasks, unsigned n)
{
    return carry(state, tasks, n, &ctx_blocking);
}

/* --- less, more or other work --------------------------------------------------------------------------------------
 */

static int skips_op(struct strategy_state *state, struct task *tasks, unsigned n)
{
    struct task *victim = &tasks[n / 2];
    victim->ops--;
    int rc = honest(state, tasks, n);
    victim->ops++;
    return rc;
}

static int drops_tail(struct strategy_state *state, struct task *tasks, unsigned n)
{
    return honest(state, tasks, n - state->config->group);
}

static int does_twice(struct strategy_state *state, struct task *tasks, unsigned n)
{
    int rc = honest(state, tasks, n);
    return rc ? rc : honest(state, tasks, state->config->group);
}

static int returns_early(struct strategy_state *state, struct task *tasks, unsigned n)
{
    unsigned half = n / 2;
    return honest(state, tasks, half - half % state->config->group);
}

/* All that can be seen from outside is there, but for the results. */
static void claims(struct strategy_state *state, struct task *tasks, unsigned n)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t now_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
    for (unsigned i = 0; i < n; i++) {
        uint64_t samples = (tasks[i].ops + tasks[i].batch - 1) / tasks[i].batch;
        hist_record_n(&state->config->lanes->latency, 100, samples);
        tasks[i].runs = 1;
        tasks[i].ops_done = tasks[i].ops;
        tasks[i].started_ns = now_ns + i;
        tasks[i].ended_ns = now_ns + i + 1;
        tasks[i].result = 42;
    }
}

static int claims_all(struct strategy_state *state, struct task *tasks, unsigned n)
{
    claims(state, tasks, n);
    return 0;
}

static int sleeps_only(struct strategy_state *state, struct task *tasks, unsigned n)
{
    (void)state;
    (void)tasks;
    nanosleep(&(struct timespec){.tv_nsec = 2000000 + n}, NULL);
    return 0;
}

/* Works once, keeps the results in a file, and hands them out from then on: the right ones, of another trial. It works
 * then, too, so that it takes as long as it should, and nothing but the results can give it away. */
static int reuses_results(struct strategy_state *state, struct task *tasks, unsigned n)
{
    const char *path = getenv("QUINTET_SABOTAGE_FILE");
    uint64_t *known = calloc(n, sizeof *known);
    FILE *file = path ? fopen(path, "re") : NULL;
    size_t there = file && known ? fread(known, sizeof *known, n, file) : 0;
    int rc = 0;
    if (file)
        fclose(file);
    if (there) {
        rc = honest(state, tasks, n);
        for (unsigned i = 0; i < n; i++)
            tasks[i].result = known[i % there];
    } else if (known) {
        rc = honest(state, tasks, n);
        for (unsigned i = 0; i < n; i++)
            known[i] = tasks[i].result;
        file = path ? fopen(path, "we") : NULL;
        if (!file || fwrite(known, sizeof *known, n, file) != n)
            rc = -EIO;
        if (file)
            fclose(file);
    }
    free(known);
    return rc;
}

static int swaps_results(struct strategy_state *state, struct task *tasks, unsigned n)
{
    int rc = honest(state, tasks, n);
    uint64_t first = tasks[0].result;
    tasks[0].result = n > 1 ? tasks[1].result : first + 1;
    if (n > 1)
        tasks[1].result = first;
    return rc;
}

static int swallows_error(struct strategy_state *state, struct task *tasks, unsigned n)
{
    int rc = honest(state, tasks, n);
    tasks[0].ops_done--; /* the op failed ... */
    tasks[0].err = 0;    /* ... and nobody says so */
    return rc;
}

/* --- what comes from the kernel ------------------------------------------------------------------------------------
 */

static ssize_t half_read(struct ctx *c, int fd, void *buf, size_t len)
{
    ssize_t n = len > 1 ? ctx_blocking.read(c, fd, buf, len / 2) : 0;
    return n < 0 ? n : (ssize_t)len;
}

static ssize_t half_pread(struct ctx *c, int fd, void *buf, size_t len, off_t offset)
{
    ssize_t n = ctx_blocking.pread(c, fd, buf, len / 2, offset);
    return n < 0 ? n : (ssize_t)len;
}

static ssize_t half_recv(struct ctx *c, int fd, void *buf, size_t len, int flags)
{
    ssize_t n = len > 1 ? ctx_blocking.recv(c, fd, buf, len / 2, flags) : 0;
    return n < 0 ? n : (ssize_t)len;
}

static int ignores_short_read(struct strategy_state *state, struct task *tasks, unsigned n)
{
    struct ctx_ops ops = ctx_blocking;
    ops.read = half_read;
    ops.pread = half_pread;
    ops.recv = half_recv;
    return carry(state, tasks, n, &ops);
}

/* As if somebody wrote to the buffer between the request and its completion. */
static ssize_t touched(void *buf, ssize_t n)
{
    if (n > 0)
        ((unsigned char *)buf)[n / 2] ^= 0x10;
    return n;
}

static ssize_t touching_read(struct ctx *c, int fd, void *buf, size_t len)
{
    return touched(buf, ctx_blocking.read(c, fd, buf, len));
}

static ssize_t touching_pread(struct ctx *c, int fd, void *buf, size_t len, off_t offset)
{
    return touched(buf, ctx_blocking.pread(c, fd, buf, len, offset));
}

static ssize_t touching_recv(struct ctx *c, int fd, void *buf, size_t len, int flags)
{
    return touched(buf, ctx_blocking.recv(c, fd, buf, len, flags));
}

static int touches_buffer(struct strategy_state *state, struct task *tasks, unsigned n)
{
    struct ctx_ops ops = ctx_blocking;
    ops.read = touching_read;
    ops.pread = touching_pread;
    ops.recv = touching_recv;
    return carry(state, tasks, n, &ops);
}

/* --- what stays behind ---------------------------------------------------------------------------------------------
 */

/* A process that has left our group and session, hears no TERM and has no parent; with a listener, if asked for. */
static void leave_process(bool listener)
{
    if (fork() != 0)
        return;
    setsid();
    signal(SIGTERM, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, 0);
    if (fork() != 0)
        _exit(0);
    prctl(PR_SET_NAME, "quintet-leaked");
    for (int fd = 0; fd < 64; fd++)
        close(fd);
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = listener ? socket(AF_INET, SOCK_STREAM, 0) : -1;
    if (fd >= 0 && (bind(fd, (struct sockaddr *)&any, sizeof any) || listen(fd, 8)))
        _exit(1);
    sleep(600);
    _exit(0);
}

static int leaks_process(struct strategy_state *state, struct task *tasks, unsigned n)
{
    leave_process(false);
    return honest(state, tasks, n);
}

static int leaves_listener(struct strategy_state *state, struct task *tasks, unsigned n)
{
    leave_process(true);
    return honest(state, tasks, n);
}

/* --- no end, or the wrong one --------------------------------------------------------------------------------------
 */

static int spins_on(struct strategy_state *state, struct task *tasks, unsigned n)
{
    int rc = honest(state, tasks, n);
    for (volatile unsigned turns = 0;; turns++)
        if (rc > 0) /* never: an endless loop that the compiler must keep */
            return rc;
}

static int hears_no_term(struct strategy_state *state, struct task *tasks, unsigned n)
{
    signal(SIGTERM, SIG_IGN);
    leave_process(false);
    while (state->passes > 0) /* for ever */
        pause();
    return honest(state, tasks, n);
}

static int segfaults(struct strategy_state *state, struct task *tasks, unsigned n)
{
    int rc = honest(state, tasks, n);
    volatile int *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return rc + page[0];
}

/* A mapping of a file that is shorter than it. */
static int bus_errors(struct strategy_state *state, struct task *tasks, unsigned n)
{
    int rc = honest(state, tasks, n), fd = memfd_create("short", MFD_CLOEXEC);
    volatile char *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    return rc + page[0];
}

static int exits_at_once(struct strategy_state *state, struct task *tasks, unsigned n)
{
    honest(state, tasks, n);
    _exit(0);
}

/* Descriptor 3 is where the record goes. */
static int garbles_record(struct strategy_state *state, struct task *tasks, unsigned n)
{
    static const char junk[] = "{\"record\": {\"end\": \"ok\", \"run_ns\": 1}}";
    honest(state, tasks, n);
    _exit(write(3, junk, sizeof junk - 1) < 0);
}

static int run_by(struct strategy_state *state, struct task *tasks, unsigned n,
                  int (*cheat)(struct strategy_state *, struct task *, unsigned))
{
    return state->passes++ == 0 ? honest(state, tasks, n) : cheat(state, tasks, n);
}

#define SABOTAGE(label, text)                                                                                          \
    static int run_##label(struct strategy_state *state, struct task *tasks, unsigned n)                               \
    {                                                                                                                  \
        return run_by(state, tasks, n, label);                                                                         \
    }                                                                                                                  \
    extern const struct strategy strategy_any_##label;                                                                 \
    const struct strategy strategy_any_##label = {.name = "any_" #label,                                               \
                                                  .summary = text,                                                     \
                                                  .probe = probe,                                                      \
                                                  .in_flight = as_many_as_asked,                                       \
                                                  .lanes = as_many_as_asked,                                           \
                                                  .cores = at_most_workers,                                            \
                                                  .open = open_threads,                                                \
                                                  .run = run_##label,                                                  \
                                                  .close = close_threads}

SABOTAGE(honest, "no cheat: the control of the others");
SABOTAGE(skips_op, "skips one op of one task");
SABOTAGE(drops_tail, "drops the last group of tasks");
SABOTAGE(does_twice, "runs the first group of tasks twice");
SABOTAGE(returns_early, "returns when half is done");
SABOTAGE(claims_all, "does nothing and says it did");
SABOTAGE(sleeps_only, "waits a while and returns");
SABOTAGE(reuses_results, "gives the right results of another trial");
SABOTAGE(swaps_results, "gives results to the wrong tasks");
SABOTAGE(swallows_error, "reports no error of a failed op");
SABOTAGE(ignores_short_read, "takes half of what it asked for as all of it");
SABOTAGE(touches_buffer, "changes a byte of a buffer in flight");
SABOTAGE(leaks_process, "leaves a detached process");
SABOTAGE(leaves_listener, "leaves a detached process that listens");
SABOTAGE(spins_on, "spins after its work is done");
SABOTAGE(hears_no_term, "hangs, hears no SIGTERM, and leaves a detached process");
SABOTAGE(segfaults, "dies of SIGSEGV");
SABOTAGE(bus_errors, "dies of SIGBUS");
SABOTAGE(exits_at_once, "exits with status 0 and no record");
SABOTAGE(garbles_record, "exits with status 0 and a forged record");
