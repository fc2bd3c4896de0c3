/* SPDX-License-Identifier: Apache-2.0 */
/*
 * processes: one forked process per task, at most K alive. Tasks, lanes and the workload's shared state lie in the
 * arena that the runner mapped MAP_SHARED, so a child writes its results where everybody reads them; no pipe, no file,
 * no exit status carries data.
 *
 * Waiting is one blocking waitid() for whichever child ends first: no polling, no signal handler, no descriptor per
 * child (4096 pidfds would be copied by every fork and could meet RLIMIT_NOFILE, a limit that is not this strategy's).
 * It only looks (WNOWAIT); what gets reaped is a process by its number, and only one of ours. Should a child of
 * somebody else be dead and unreaped, it hides ours; then the oldest of ours is waited for instead, which costs slots
 * but no time.
 *
 * The parent must have one thread when run() is called: a fork copies only the calling thread, and a lock that
 * another one held stays locked for ever. Nothing here makes a thread.
 *
 * A child that ends in any other way than by finishing task_loop() (a signal, exit() in an op) has not done its task:
 * task->err becomes -ECHILD, which no operation of a ctx returns, and the numbers stay as the child left them. Others
 * are not touched, except the rest of its group: these wait for somebody who will not come, so they are killed too.
 */
#include "contract/strategy.h"

#include "strategies/sigchld.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a child says that it came to its end: statuses that exit(0), exit(1) and a shell's 126.. do not produce. */
enum { CHILD_DONE = 81, CHILD_NOT_PLACED = 82 };

struct slot {
    pid_t pid;     /* 0: free */
    unsigned task; /* index into this run's tasks */
    bool doomed;   /* killed by us, because a member of its group died */
};

struct strategy_state {
    const struct strategy_config *config;
    struct slot *slots;   /* in_flight of them. Searched from end to end: 4096 of them cost 2 us, a fork 200 */
    unsigned *free_slots; /* stack */
    unsigned n_free;
    struct task *tasks;  /* of this run */
    unsigned skip_until; /* tasks below this one belong to a group that has failed already */
    int error;           /* of this run: the first reason why a task could not be run as asked */
    unsigned deaths;     /* children that did not finish, since open */
    int last_signal;     /* ... and what killed the last one not doomed; 0: it exited */
    struct sigchld sigchld;
};

/* --- the child --- */

_Noreturn static void child_main(const struct strategy_config *config, struct task *task, unsigned carrier,
                                 unsigned slot, pid_t parent)
{
    /* If the trial is killed, so are its carriers. The parent may have died before the request took effect. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
    /* Not placed, the task still runs, because its group may wait for it; run() says that it is no valid run. */
    int rc = strategy_place(config, carrier);
    struct ctx ctx = {.ops = &ctx_blocking_shared, .lane = &config->lanes[slot]};
    task_loop(task, &ctx);
    /* Not exit(): the parent's buffered output and atexit handlers are the parent's. */
    _exit(rc < 0 ? CHILD_NOT_PLACED : CHILD_DONE);
}

/* --- the parent --- */

static unsigned group_size(const struct strategy_state *state)
{
    return state->config->group > 1 ? state->config->group : 1;
}

/* Somebody of this group will never come to its end: end those who are alive, skip those who are yet to come. */
static void group_fail(struct strategy_state *state, unsigned group)
{
    unsigned past = (group + 1) * group_size(state);

    for (unsigned i = 0; i < state->config->in_flight; i++) {
        struct slot *slot = &state->slots[i];
        if (slot->pid && !slot->doomed && slot->task / group_size(state) == group) {
            slot->doomed = true;
            kill(slot->pid, SIGKILL);
        }
    }
    if (state->skip_until < past)
        state->skip_until = past;
}

static struct slot *slot_of_pid(const struct strategy_state *state, pid_t pid)
{
    for (unsigned i = 0; i < state->config->in_flight; i++)
        if (state->slots[i].pid == pid)
            return &state->slots[i];
    return NULL;
}

static struct slot *slot_of_oldest(const struct strategy_state *state)
{
    struct slot *oldest = NULL;

    for (unsigned i = 0; i < state->config->in_flight; i++)
        if (state->slots[i].pid && (!oldest || state->slots[i].task < oldest->task))
            oldest = &state->slots[i];
    return oldest;
}

/* What the end of this child says about its task. */
static void slot_judge(struct strategy_state *state, const struct slot *slot, const siginfo_t *info)
{
    const bool exited = info->si_code == CLD_EXITED;

    if (exited && info->si_status == CHILD_DONE)
        return;
    if (exited && info->si_status == CHILD_NOT_PLACED) {
        state->error =
            state->error ? state->error : -EINVAL; /* what sched_setaffinity says of a CPU that is not ours */
        return;
    }
    state->tasks[slot->task].err = -ECHILD;
    state->deaths++;
    if (slot->doomed)
        return;
    state->last_signal = exited ? 0 : info->si_status;
    if (group_size(state) > 1)
        group_fail(state, slot->task / group_size(state));
}

static int wait_restarted(idtype_t type, pid_t id, siginfo_t *info, int flags)
{
    while (waitid(type, (id_t)id, info, flags))
        if (errno != EINTR)
            return -errno;
    return 0;
}

/* Sleep until a child ends, reap it, judge its task, free its slot. At least one must be alive. */
static void child_reap(struct strategy_state *state)
{
    siginfo_t info = {.si_pid = 0};
    struct slot *slot = NULL;

    if (wait_restarted(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0)
        slot = slot_of_pid(state, info.si_pid);
    if (!slot)
        slot = slot_of_oldest(state);
    info = (siginfo_t){.si_code = CLD_KILLED}; /* what to think of a child that somebody else has reaped */
    wait_restarted(P_PID, slot->pid, &info, WEXITED);
    slot->pid = 0;
    state->free_slots[state->n_free++] = (unsigned)(slot - state->slots);
    slot_judge(state, slot, &info);
}

/* Fork the child of task i into a free slot; sleeps while there is none. 0 or -errno of fork. */
static int child_start(struct strategy_state *state, unsigned i)
{
    const pid_t parent = getpid();

    while (state->n_free == 0)
        child_reap(state);
    if (i < state->skip_until) { /* its group has failed meanwhile */
        state->tasks[i].err = -ECHILD;
        state->error = state->error ? state->error : -ECHILD;
        return 0;
    }
    unsigned number = state->free_slots[--state->n_free];
    pid_t pid = fork();
    if (pid == 0)
        child_main(state->config, &state->tasks[i], i, number, parent);
    if (pid < 0) {
        int rc = -errno;
        state->free_slots[state->n_free++] = number;
        return rc;
    }
    state->slots[number] = (struct slot){.pid = pid, .task = i};
    return 0;
}

static int processes_run(struct strategy_state *state, struct task *tasks, unsigned n)
{
    int rc = 0;

    state->tasks = tasks;
    state->skip_until = 0;
    state->error = 0;
    for (unsigned i = 0; i < n; i++) {
        rc = child_start(state, i);
        if (rc < 0) {
            if (i % group_size(state))
                group_fail(state, i / group_size(state)); /* the first ones wait for the one that was refused */
            break;
        }
    }
    while (state->n_free < state->config->in_flight)
        child_reap(state);
    state->tasks = NULL;
    return rc < 0 ? rc : state->error;
}

static void processes_close(struct strategy_state *state)
{
    sigchld_release(&state->sigchld);
    free(state->free_slots);
    free(state->slots);
    free(state);
}

static int processes_open(struct strategy_state **out, const struct strategy_config *config)
{
    const unsigned k = config->in_flight;

    *out = NULL;
    if (k < 1 || config->n_lanes < k || config->group > k)
        return -EINVAL;
    struct strategy_state *state = calloc(1, sizeof *state);
    if (!state)
        return -ENOMEM;
    state->config = config;
    state->slots = calloc(k, sizeof *state->slots);
    state->free_slots = calloc(k, sizeof *state->free_slots);
    int rc = state->slots && state->free_slots ? sigchld_claim(&state->sigchld) : -ENOMEM;
    if (rc < 0) {
        processes_close(state);
        return rc;
    }
    while (state->n_free < k) {
        state->free_slots[state->n_free] = k - 1 - state->n_free; /* slot 0 on top */
        state->n_free++;
    }
    *out = state;
    return 0;
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
    const char *name = state->last_signal ? sigabbrev_np(state->last_signal) : NULL;

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
    .childless = "cannot carry children yet",
    .probe = processes_probe,
    .in_flight = processes_in_flight,
    .lanes = processes_in_flight,
    .cores = processes_cores,
    .open = processes_open,
    .run = processes_run,
    .close = processes_close,
    .describe = processes_describe,
};
