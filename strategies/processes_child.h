/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two halves of `processes` share: the slots, what a process is, and how it begins. processes.c is the
 * caller's half; processes_child.c is the other, which runs in the forked processes.
 */
#ifndef QUINTET_STRATEGIES_PROCESSES_CHILD_H
#define QUINTET_STRATEGIES_PROCESSES_CHILD_H

#include "contract/strategy.h"

#include "measure/limits.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/wait.h>

/* How a process ends that came to its end, and has said so in its slot: any op may end it with the same status. */
enum { CHILD_DONE = 81, CHILD_ORPHANED = 82 };

/* Where a test may end a process (unit/children_deaths_test.c): between any two of its steps. Nothing otherwise. */
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
    _Atomic uint32_t said;          /* this one has; of a task's process: that its task is at its end */
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

/* waitid() that no signal interrupts. 0 or -errno. */
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
void processes_begin(struct process *self, unsigned slot, unsigned carrier, pid_t parent);

/* A fork was refused: the first time, say by what. Returns err. */
int processes_fork_refused(struct shared *shared, int err);

/* The ops of a process, if there may be processes for children (K > 1). */
int processes_spawn(struct ctx *c, struct children *of, uint64_t arg);
int processes_join(struct ctx *c, struct children *of);

#endif
