/* SPDX-License-Identifier: Apache-2.0 */
/* processes: the caller waits for ends, says what they mean for tasks and groups, and takes over the children of the
 * dead. See processes.c for why it waits as it does. */
#include "strategies/processes_private.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

void processes_group_fail(struct strategy_state *state, unsigned group)
{
    unsigned past = (group + 1) * group_size(state);

    for (unsigned i = 0; i < state->config->in_flight; i++) {
        struct carrier *carrier = &state->carriers[i];
        if (carrier->pid && !carrier->doomed && carrier->task / group_size(state) == group) {
            carrier->doomed = true;
            kill(carrier->pid, SIGKILL);
        }
    }
    if (state->skip_until < past)
        state->skip_until = past;
}

static struct carrier *carrier_of_pid(struct strategy_state *state, pid_t pid)
{
    const unsigned k = state->config->in_flight;

    for (unsigned n = 0, i = state->last_found; n < k; n++, i = i + 1 < k ? i + 1 : 0)
        if (state->carriers[i].pid == pid) {
            state->last_found = i;
            return &state->carriers[i];
        }
    return NULL;
}

static struct carrier *carrier_of_oldest(const struct strategy_state *state)
{
    struct carrier *oldest = NULL;

    for (unsigned i = 0; i < state->config->in_flight; i++)
        if (state->carriers[i].pid && (!oldest || state->carriers[i].task < oldest->task))
            oldest = &state->carriers[i];
    return oldest;
}

/* What the end of this process says about its task, which has come to its end or not. */
static void carrier_judge(struct strategy_state *state, const struct carrier *carrier, const siginfo_t *info, bool said)
{
    const bool exited = info->si_code == CLD_EXITED;

    if (exited && info->si_status == CHILD_DONE && said)
        return;
    state->tasks[carrier->task].err = -ECHILD;
    state->deaths++;
    if (carrier->doomed)
        return;
    state->last_signal = exited ? 0 : info->si_status;
    state->tasks[carrier->task].killed_by = state->last_signal;
    if (group_size(state) > 1)
        processes_group_fail(state, carrier->task / group_size(state));
}

/* The process in this slot fell to us when its parent died, and is dead itself; or ECHILD: not (yet) ours. */
static int orphan_reap(struct strategy_state *state, unsigned number)
{
    siginfo_t info = {.si_pid = 0};
    int rc = wait_restarted(P_PID, state->shared->slots[number].pid, &info, WEXITED);

    if (rc == 0)
        slot_give(state->shared, number);
    return rc;
}

/* A dead child of the caller that is not a task's process: one that we inherited? Then it has been reaped. */
static bool stranger_reap(struct strategy_state *state, const siginfo_t *seen)
{
    siginfo_t info;

    for (unsigned i = 0; i < state->config->in_flight; i++)
        if (state->shared->slots[i].pid == seen->si_pid)
            return orphan_reap(state, i) == 0;
    /* Its parent was killed before it could write the number down, and so was it, or it left because of that. */
    bool ours = state->alone || (seen->si_code == CLD_EXITED && seen->si_status == CHILD_ORPHANED);
    return ours && wait_restarted(P_PID, seen->si_pid, &info, WEXITED) == 0;
}

void processes_reap(struct strategy_state *state)
{
    siginfo_t info = {.si_pid = 0};
    struct carrier *carrier = NULL;

    if (wait_restarted(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0) {
        carrier = carrier_of_pid(state, info.si_pid);
        if (!carrier && stranger_reap(state, &info))
            return;
    }
    if (!carrier)
        carrier = carrier_of_oldest(state);
    info = (siginfo_t){.si_code = CLD_KILLED}; /* what to think of a process that somebody else has reaped */
    wait_restarted(P_PID, carrier->pid, &info, WEXITED);
    task_mark_gone(&state->tasks[carrier->task]);
    carrier->pid = 0;
    state->alive--;
    const unsigned number = (unsigned)(carrier - state->carriers);
    const bool said = atomic_load_explicit(&state->shared->slots[number].said, memory_order_acquire);
    slot_give(state->shared, number);
    carrier_judge(state, carrier, &info, said);
}

void processes_slots_reset(struct strategy_state *state)
{
    struct shared *shared = state->shared;

    atomic_store(&shared->spare, -SPARE_SHUT);
    for (unsigned i = 0; i * 64 < shared->n_slots; i++)
        atomic_store(&shared->free[i], 0);
    for (unsigned i = 0; i < shared->n_slots; i++)
        slot_give(shared, i);
}

void processes_reap_orphans(struct strategy_state *state)
{
    bool any = true;

    while (any) { /* one round for each generation at most */
        any = false;
        for (unsigned i = 0; i < state->config->in_flight; i++)
            if (state->shared->slots[i].pid && orphan_reap(state, i) == 0)
                any = true;
    }
    /* Whose parent died while it was being forked is in no slot. It leaves by itself, as soon as it runs. */
    for (unsigned patience = 10000; patience > 0; patience--) {
        siginfo_t info = {.si_pid = 0};
        if (wait_restarted(P_ALL, 0, &info, WEXITED | WNOWAIT | WNOHANG) ||
            (info.si_pid && !stranger_reap(state, &info)))
            break; /* nobody is left, or somebody else's child is in the way */
        if (!info.si_pid)
            nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    }
    processes_slots_reset(state);
}
