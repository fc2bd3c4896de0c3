/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of `threads` share: threads.c (the strategy: tasks and the gates of their groups), threads_slots.c
 * (the K slots and what runs in them) and threads_children.c. The picture of a slot's life is in threads.c.
 */
#ifndef QUINTET_STRATEGIES_THREADS_PRIVATE_H
#define QUINTET_STRATEGIES_THREADS_PRIVATE_H

#include "contract/strategy.h"

#include "measure/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/queue.h>

enum gate { GATE_SHUT, GATE_SHUT_WAITING, GATE_OPEN, GATE_CANCELLED };

enum slot_state {
    SLOT_CLEAN,
    SLOT_STARTING, /* who starts the thread may not have its pthread_t yet */
    SLOT_HASTY,    /* ... and the thread has ended already */
    SLOT_BUSY,
    SLOT_CLAIMED,
    SLOT_ENDED,
};

/* Those of a set of children that have threads. In children->own, valid once children->left is 1; under the lock. */
struct brood {
    LIST_HEAD(, slot) slots; /* of children that nobody has joined or begun to join */
    int64_t sum;
    int err;
};
_Static_assert(sizeof(struct brood) <= CHILDREN_OWN_BYTES, "it must fit");

struct slot {
    _Alignas(64) _Atomic uint32_t gate;
    enum slot_state state; /* under the lock, as are the links */
    TAILQ_ENTRY(slot) free;
    LIST_ENTRY(slot) sibling;
    struct strategy_state *owner;
    pthread_t thread;
    unsigned carrier; /* what the thread is placed as: by task, so that a group is spread */
    struct task *task;
    struct slot *next_mate; /* the caller's, until the gate opens */
    struct brood *brood;    /* NULL: it runs a task; otherwise fn(shared, arg), a child of this brood */
    child_fn *fn;
    const void *shared;
    uint64_t arg;
};
TAILQ_HEAD(slots, slot);

struct strategy_state {
    const struct strategy_config *config;
    struct slot *slots; /* in_flight of them */
    pthread_attr_t attr;
    size_t stack_bytes;
    struct ctx_ops ops; /* ctx_blocking with children */
    struct limits limits;
    _Atomic int error;                   /* the first errno of a thread that could not be placed or made */
    _Alignas(64) _Atomic unsigned spare; /* slots that children may take, for a look without the lock */
    _Alignas(64) pthread_mutex_t lock;   /* of all that follows, and of each slot's state */
    pthread_cond_t enough;               /* free_count has reached `wanted` */
    struct slots clean, ended;           /* the free ones: without a thread, and with one to join */
    unsigned free_count, ended_count;
    unsigned wanted;  /* how many the caller waits for; 0: it does not */
    bool tasks_first; /* a task of this run has yet to start */
};

/* What a thread's ops are given. */
struct carrier {
    struct ctx ctx;
    struct strategy_state *state;
};

/* --- threads_slots.c --- */

/* The lock of all that slots have in common. Unlocking tells the caller if what it waits for is there. */
void threads_lock(struct strategy_state *state);
void threads_unlock(struct strategy_state *state);
/* Locked: this slot can be taken. */
void threads_slot_free(struct slot *slot, enum slot_state as);
/* Locked: this slot is free no more. */
void threads_slot_unfree(struct slot *slot);
/* Locked: sleep until so many slots are free. Only the caller of run() waits. */
void threads_slots_wait(struct strategy_state *state, unsigned count);
/* Locked: take one for a child of `brood`, or for a task (NULL). Unlocks, and joins the thread that had it. */
struct slot *threads_slot_take(struct strategy_state *state, struct brood *brood);
/* Start a thread in a slot that threads_slot_take() gave and that has been filled in. 0, or -errno: the slot is free
 * again. */
int threads_slot_start(struct slot *slot);

/* --- threads_children.c: the ops --- */

/* ctx_spawn() and ctx_join() of a task or child under `threads`. */
int threads_spawn(struct ctx *c, struct children *of, uint64_t arg);
int threads_join(struct ctx *c, struct children *of);

#endif
