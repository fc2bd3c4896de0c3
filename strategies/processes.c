/* SPDX-License-Identifier: Apache-2.0 */
/*
 * processes: one forked process per task, at most K alive. Tasks, lanes and the workload's shared state lie in the
 * arena that the runner mapped MAP_SHARED, so a process writes its results where everybody reads them; no pipe, no
 * file, no exit status carries data.
 *
 * There are K slots, each with a lane, in memory that all of them share; a bit says which are free. Taking one is one
 * atomic operation and there is no lock, because any process may be killed at any instruction.
 *
 *     caller --fork--> task --fork--> child --fork--> child        a slot each, from before its fork until it is reaped
 *        ^               |              |
 *        +--- waitid ----+--- waitid ---+--- ...                   each reaps its own; the caller those of the dead
 *
 * The caller waits in one blocking waitid() for whichever process ends first: no polling, no signal handler, no
 * descriptor per process (4096 pidfds would be copied by every fork and could meet RLIMIT_NOFILE, a limit that is not
 * this strategy's). It only looks (WNOWAIT); what gets reaped is a process by its number, and only one of ours. Should
 * a child of somebody else be dead and unreaped, it hides ours; then the oldest of ours is waited for instead, which
 * costs slots but no time.
 *
 * A child gets a process if there is a slot that no task needs: tasks come first, so none before the last task of the
 * run has its own. Otherwise the child is a call. Its value comes back through its slot. processes_child.c is this
 * half, which runs in the forked processes.
 *
 * The parent must have one thread when run() is called: a fork copies only the calling thread, and a lock that
 * another one held stays locked for ever. Nothing here makes a thread.
 *
 * A process that ends in any other way than by finishing its work (a signal, exit() in an op) has not done it. What
 * tells is a word in its slot and not only its status, which an op may end with as well. For a
 * task, task->err becomes -ECHILD, which no operation of a ctx returns but a join, and the numbers stay as they were.
 * Others are not touched, except the rest of its group: these wait for somebody who will not come, so they are killed
 * too. For a child, its parent's join gives -ECHILD. Who had children of its own takes them along: each is killed when
 * its parent dies, falls to the caller (who is a subreaper while the strategy is open), and is reaped by it. A slot
 * that its forker took and died before the fork is lost until the end of the run; no task can miss it, all have
 * started.
 */
#include "strategies/processes_private.h"

#include "measure/signal_name.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Fork the process of task i into a free slot; sleeps while there is none. 0 or -errno of fork. */
static int carrier_start(struct strategy_state *state, unsigned i)
{
    const pid_t parent = getpid();
    int number;

    while ((number = slot_take(state->shared)) < 0)
        processes_reap(state);
    if (i < state->skip_until) { /* its group has failed meanwhile */
        state->tasks[i].err = -ECHILD;
        state->error = state->error ? state->error : -ECHILD;
        slot_give(state->shared, (unsigned)number);
        return 0;
    }
    task_mark_asked(&state->tasks[i]);
    pid_t pid = fork();
    if (pid == 0) {
        struct process self = {
            .ctx = {.ops = &state->ops}, .config = state->config, .shared = state->shared, .task = &state->tasks[i]};
        processes_begin(&self, (unsigned)number, i, parent);
        task_loop(self.task, &self.ctx);
        atomic_store_explicit(&self.mine->said, 1, memory_order_release);
        /* Not exit(): the parent's buffered output and atexit handlers are the parent's. */
        _exit(CHILD_DONE);
    }
    if (pid < 0) {
        int rc = processes_fork_refused(state->shared, -errno);
        slot_give(state->shared, (unsigned)number);
        return rc;
    }
    task_mark_made(&state->tasks[i], 1);
    state->carriers[number] = (struct carrier){.pid = pid, .task = i};
    state->alive++;
    return 0;
}

static bool slots_all_free(const struct shared *shared)
{
    int count = 0;

    for (unsigned i = 0; i * 64 < shared->n_slots; i++)
        count += __builtin_popcountll(atomic_load(&shared->free[i]));
    return count == (int)shared->n_slots && atomic_load(&shared->spare) == count - SPARE_SHUT;
}

static int processes_run(struct strategy_state *state, struct task *tasks, unsigned n)
{
    struct shared *shared = state->shared;
    siginfo_t info;
    int rc = 0;

    state->alone = wait_restarted(P_ALL, 0, &info, WEXITED | WNOWAIT | WNOHANG) == -ECHILD;
    state->tasks = tasks;
    state->skip_until = 0;
    state->error = 0;
    atomic_store(&shared->error, 0);
    shared->reason[0] = '\0';
    for (unsigned i = 0; i < n && rc == 0; i++) {
        rc = carrier_start(state, i);
        if (rc < 0 && i % group_size(state))
            processes_group_fail(state, i / group_size(state)); /* the first ones wait for the one that was refused */
    }
    if (rc == 0)
        atomic_fetch_add(&shared->spare, SPARE_SHUT); /* from here on children may take slots */
    while (state->alive > 0)
        processes_reap(state);
    if (rc == 0)
        atomic_fetch_sub(&shared->spare, SPARE_SHUT);
    if (!slots_all_free(shared))
        processes_reap_orphans(state);
    state->tasks = NULL;
    if (shared->reason[0] && state->config->reason)
        snprintf(state->config->reason, state->config->reason_len, "%s", shared->reason);
    rc = atomic_load(&shared->error);
    return rc < 0 ? rc : state->error;
}

static void processes_close(struct strategy_state *state)
{
    sigchld_release(&state->sigchld);
    if (state->is_subreaper)
        prctl(PR_SET_CHILD_SUBREAPER, state->was_subreaper);
    if (state->shared)
        munmap(state->shared, state->shared_bytes);
    free(state->carriers);
    free(state);
}

static int shared_open(struct strategy_state *state, unsigned k)
{
    const size_t words = (k + 63) / 64;

    state->shared_bytes = sizeof(struct shared) + k * sizeof(struct slot) + words * sizeof(uint64_t);
    struct shared *shared = mmap(NULL, state->shared_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return -errno;
    shared->slots = (struct slot *)(shared + 1);
    shared->free = (_Atomic uint64_t *)(shared->slots + k);
    shared->n_slots = k;
    state->shared = shared;
    limits_begin(&shared->limits, "");
    processes_slots_reset(state);
    return 0;
}

/* Whoever outlives its parent shall fall to us. */
static int subreaper_claim(struct strategy_state *state)
{
    if (prctl(PR_GET_CHILD_SUBREAPER, &state->was_subreaper) || prctl(PR_SET_CHILD_SUBREAPER, 1))
        return -errno;
    state->is_subreaper = true;
    return 0;
}

static int processes_open(struct strategy_state **out, const struct strategy_config *config)
{
    const unsigned k = config->in_flight;

    *out = NULL;
    if (k < 1 || k >= SPARE_SHUT || config->n_lanes < k || config->group > k)
        return -EINVAL;
    struct strategy_state *state = calloc(1, sizeof *state);
    if (!state)
        return -ENOMEM;
    state->config = config;
    state->ops = ctx_ops_by(&ctx_blocking_shared, config->handoff);
    if (k > 1) { /* with one, there is never a process for a child */
        state->ops.spawn = processes_spawn;
        state->ops.join = processes_join;
    }
    state->carriers = calloc(k, sizeof *state->carriers);
    int rc = state->carriers ? shared_open(state, k) : -ENOMEM;
    if (rc == 0)
        rc = subreaper_claim(state);
    if (rc == 0)
        rc = sigchld_claim(&state->sigchld);
    if (rc < 0)
        processes_close(state);
    else
        *out = state;
    return rc;
}

static int processes_probe(char *why, size_t why_len)
{
    (void)why, (void)why_len;
    return 0;
}

static unsigned processes_in_flight(unsigned k, unsigned workers)
{
    (void)workers;
    return k;
}

static unsigned processes_cores(unsigned k, unsigned workers)
{
    return k < workers ? k : workers;
}

static void processes_describe(const struct strategy_state *state, char *out, size_t len)
{
    const char *name = state->last_signal ? signal_name(state->last_signal) : NULL;

    if (state->deaths == 0)
        snprintf(out, len, "fork per task, blocking waitid");
    else
        snprintf(out, len, "fork per task, blocking waitid; %u children died, the last by %s%s", state->deaths,
                 name ? "SIG" : "", name ? name : "its own exit");
}

const struct strategy strategy_processes = {
    .name = "processes",
    .summary = "one forked process per task, at most K alive",
    .canonical = true,
    .handoffs = 1u << HANDOFF_CONDVAR,
    .probe = processes_probe,
    .in_flight = processes_in_flight,
    .lanes = processes_in_flight,
    .cores = processes_cores,
    .open = processes_open,
    .run = processes_run,
    .close = processes_close,
    .describe = processes_describe,
};
