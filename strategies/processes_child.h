/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The half of processes.c that runs in the forked processes, and what both halves share: slots, and how a process
 * splits off children of its own. Everything here runs in a process that has one thread; whatever it writes outside of
 * `struct shared` and the arena, nobody else sees.
 */
#ifndef QUINTET_STRATEGIES_PROCESSES_CHILD_H
#define QUINTET_STRATEGIES_PROCESSES_CHILD_H

#include "contract/strategy.h"

#include "measure/limits.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a process says that it came to its end: statuses that exit(0), exit(1) and a shell's 126.. do not produce. */
enum { CHILD_DONE = 81, CHILD_ORPHANED = 82 };

/* Where a test may end a process (unit/processes_test.c): between any two of its steps. Nothing otherwise. */
#ifdef PROCESSES_STEPS
void processes_step(unsigned step);
#else
static inline void processes_step(unsigned step)
{
    (void)step;
}
#endif
enum { STEP_TAKEN, STEP_FORKED, STEP_BORN, STEP_READY, STEP_RAN, STEP_SAID, STEP_REAPED };

/* --- what is shared --- */

struct slot {
    _Alignas(64) _Atomic pid_t pid; /* 0: none, or a child's process that has not come to life yet */
    _Atomic uint32_t said_count;    /* how many children of this process have said that their value is there */
    _Atomic uint32_t said;          /* this one has */
    int64_t value;
    /* the forker's own, while the process is not reaped: */
    struct children *of;
    uint32_t next; /* of its children: slot number + 1, 0: the last */
};

/* `spare` while tasks of the run are yet to start: this much less. */
enum { SPARE_SHUT = 1 << 30 };

struct shared {
    _Alignas(64) _Atomic int spare; /* free slots, for a quick look; `free` decides */
    _Atomic int error; /* of this run: the first errno of a place that was not to be had or a child's fork refused */
    _Alignas(64) struct slot *slots; /* these addresses are valid everywhere: mapped before any fork */
    _Atomic uint64_t *free;          /* a bit for each slot */
    unsigned n_slots;
    struct limits limits;
    char reason[256]; /* why a fork was refused; for config->reason, which only the caller can write */
};

/* Keep the first error of a run. True for whoever brought it. */
static inline bool error_keep(struct shared *shared, int rc)
{
    int none = 0;
    return atomic_compare_exchange_strong(&shared->error, &none, rc);
}

/* A fork was refused: the first time, say by what. */
static inline int fork_refused(struct shared *shared, int err)
{
    struct limits_refusal refusal = {.carrier = LIMITS_PROCESS, .number = shared->n_slots, .err = err};

    for (unsigned i = 0; i * 64 < shared->n_slots; i++) /* the slots that are not free, among them the one for it */
        refusal.number -= (unsigned)__builtin_popcountll(atomic_load(&shared->free[i]));
    if (error_keep(shared, err))
        limits_explain(&shared->limits, &refusal, shared->reason, sizeof shared->reason);
    return err;
}

/* A free slot's number, or -1. */
static inline int slot_take(struct shared *shared)
{
    for (unsigned word = 0; word * 64 < shared->n_slots; word++) {
        uint64_t bits = atomic_load_explicit(&shared->free[word], memory_order_relaxed);
        while (bits)
            if (atomic_compare_exchange_weak_explicit(&shared->free[word], &bits, bits & (bits - 1),
                                                      memory_order_acquire, memory_order_relaxed)) {
                int number = (int)(word * 64) + __builtin_ctzll(bits);
                struct slot *slot = &shared->slots[number];
                atomic_fetch_sub_explicit(&shared->spare, 1, memory_order_relaxed);
                atomic_store_explicit(&slot->said, 0, memory_order_relaxed);
                atomic_store_explicit(&slot->said_count, 0, memory_order_relaxed);
                return number;
            }
    }
    return -1;
}

/* Nobody may use it any more: its process has been reaped, or was never made. */
static inline void slot_give(struct shared *shared, unsigned number)
{
    atomic_store_explicit(&shared->slots[number].pid, 0, memory_order_relaxed);
    atomic_fetch_or_explicit(&shared->free[number / 64], UINT64_C(1) << number % 64, memory_order_release);
    atomic_fetch_add_explicit(&shared->spare, 1, memory_order_relaxed);
}

static inline int wait_restarted(idtype_t type, pid_t id, siginfo_t *info, int flags)
{
    while (waitid(type, (id_t)id, info, flags))
        if (errno != EINTR)
            return -errno;
    return 0;
}

/* --- a process --- */

/* What the ops of a process are given. */
struct process {
    struct ctx ctx;
    const struct strategy_config *config;
    struct shared *shared;
    struct task *task; /* whose work this is a part of */
    struct slot *mine;
    pid_t pid;
    uint32_t first_child; /* as in struct slot; the one forked last */
    uint32_t heard_count; /* reaped children that had said so */
};

/* The first thing that a forked process does. The ops are the parent's. */
static void process_begin(struct process *self, unsigned slot, unsigned carrier, pid_t parent)
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

    process_begin(&self, slot, slot, self.pid);
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
    self->heard_count += atomic_load_explicit(&slot->said, memory_order_acquire);
    int64_t value = slot->value;
    if (info->si_code != CLD_EXITED || info->si_status != CHILD_DONE) {
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
        int rc = fork_refused(self->shared, -errno);
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
static int processes_spawn(struct ctx *c, struct children *of, uint64_t arg)
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

static int processes_join(struct ctx *c, struct children *of)
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

#endif
