/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The half of `processes` that runs in the forked processes: how one begins, and how it splits off children of its own.
 * Everything here runs in a process that has one thread; whatever it writes outside of `struct shared` and the arena,
 * nobody else sees.
 */
#include "strategies/processes_child.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <unistd.h>

int processes_fork_refused(struct shared *shared, int err)
{
    struct limits_refusal refusal = {.carrier = LIMITS_PROCESS, .number = shared->n_slots, .err = err};

    for (unsigned i = 0; i * 64 < shared->n_slots; i++) /* the slots that are not free, among them the one for it */
        refusal.number -= (unsigned)__builtin_popcountll(atomic_load(&shared->free[i]));
    if (error_keep(shared, err))
        limits_explain(&shared->limits, &refusal, shared->reason, sizeof shared->reason);
    return err;
}

void processes_begin(struct process *self, unsigned slot, unsigned carrier, pid_t parent)
{
    _Atomic pid_t *pid = &self->shared->slots[slot].pid;

    processes_step(STEP_BORN);
    if (getppid() != parent)
        _exit(CHILD_ORPHANED);
    /* The parent does this too, if it lives to. Before anything can kill us with its death: dead, we are found by it.
     */
    self->pid = getpid();
    atomic_store_explicit(pid, self->pid, memory_order_relaxed);
    /* Whoever is killed takes its children along. The parent may have died before the request took effect. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(CHILD_ORPHANED);
    self->mine = &self->shared->slots[slot];
    self->first_child = 0;
    self->heard_count = 0;
    self->ctx.lane = &self->config->lanes[slot];
    processes_step(STEP_READY);
    /* Not placed, the work is still done, because others may wait for it; run() says that it is no valid run. */
    int rc = strategy_place(self->config, carrier);
    if (rc < 0)
        error_keep(self->shared, rc);
}

/* All that a child does. `self` is a copy of its parent's. */
_Noreturn static void child_main(struct process self, unsigned slot, struct children *of, uint64_t arg)
{
    struct slot *parents = self.mine;

    processes_begin(&self, slot, slot, self.pid);
    self.ctx.lane->children_carried_count++;
    self.mine->value = of->fn(&self.ctx, of->shared, arg);
    processes_step(STEP_RAN);
    atomic_store_explicit(&self.mine->said, 1, memory_order_release);
    atomic_fetch_add_explicit(&parents->said_count, 1, memory_order_relaxed);
    processes_step(STEP_SAID);
    /* Not exit(): the parent's buffered output and atexit handlers are the parent's. */
    _exit(CHILD_DONE);
}

/* A child of ours has been reaped: its value is taken, its slot free. A process that is none of ours: nothing. */
static void child_settle(struct process *self, const siginfo_t *info)
{
    struct slot *slots = self->shared->slots;
    uint32_t *link = &self->first_child;

    while (*link && slots[*link - 1].pid != info->si_pid)
        link = &slots[*link - 1].next;
    if (!*link)
        return;
    const unsigned number = *link - 1;
    struct slot *slot = &slots[number];
    struct children *of = slot->of;
    processes_step(STEP_REAPED);
    *link = slot->next;
    of->left--;
    const uint32_t said = atomic_load_explicit(&slot->said, memory_order_acquire);
    self->heard_count += said;
    int64_t value = slot->value;
    if (info->si_code != CLD_EXITED || info->si_status != CHILD_DONE || !said) {
        value = -ECHILD;
        self->task->killed_by = info->si_code == CLD_EXITED ? 0 : info->si_status;
    }
    if (value >= 0)
        of->sum += value;
    else if (!of->err)
        of->err = (int)value;
    slot_give(self->shared, number);
}

/* Reap one child that has ended, if there is one. */
static void child_reap_early(struct process *self)
{
    siginfo_t info = {.si_pid = 0};

    if (wait_restarted(P_ALL, 0, &info, WEXITED | WNOHANG) == 0 && info.si_pid)
        child_settle(self, &info);
}

static int child_fork(struct process *self, struct children *of, uint64_t arg, unsigned number)
{
    struct slot *slot = &self->shared->slots[number];

    slot->of = of;
    slot->next = self->first_child;
    processes_step(STEP_TAKEN);
    pid_t pid = fork();
    if (pid == 0)
        child_main(*self, number, of, arg);
    if (pid < 0) {
        int rc = processes_fork_refused(self->shared, -errno);
        slot_give(self->shared, number);
        return rc;
    }
    processes_step(STEP_FORKED);
    atomic_store_explicit(&slot->pid, pid, memory_order_relaxed);
    self->first_child = number + 1;
    of->left++;
    return 0;
}

/* Fork the child, if there is a slot for it; otherwise -EBUSY. Not inlined: calls shall not pay. */
static __attribute__((noinline)) int child_start(struct process *self, struct children *of, uint64_t arg)
{
    int number;

    if (atomic_load_explicit(&self->mine->said_count, memory_order_relaxed) != self->heard_count)
        child_reap_early(self);
    if (atomic_load_explicit(&self->shared->spare, memory_order_relaxed) <= 0 || (number = slot_take(self->shared)) < 0)
        return -EBUSY;
    return child_fork(self, of, arg, (unsigned)number);
}

/* Our own children that have ended keep their slots until we reap them, which only we can: so look for one before
 * giving up. The look costs a system call, hence only if some child has said that it is at its end. */
int processes_spawn(struct ctx *c, struct children *of, uint64_t arg)
{
    struct process *self = (struct process *)c;

    if (__builtin_expect(atomic_load_explicit(&self->shared->spare, memory_order_relaxed) > 0 ||
                             atomic_load_explicit(&self->mine->said_count, memory_order_relaxed) != self->heard_count,
                         0)) {
        int rc = child_start(self, of, arg);
        if (rc != -EBUSY)
            return rc;
    }
    children_call(c, of, arg);
    return 0;
}

int processes_join(struct ctx *c, struct children *of)
{
    struct process *self = (struct process *)c;

    while (of->left) {
        siginfo_t info = {.si_pid = 0};
        if (wait_restarted(P_ALL, 0, &info, WEXITED)) /* somebody has reaped it: what to think of it is that it died */
            info.si_pid = self->shared->slots[self->first_child - 1].pid;
        child_settle(self, &info);
    }
    return of->err;
}
