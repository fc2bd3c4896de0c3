/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deaths, for the tests of strategies that fork: ordered at a step of a process's life, carried out by an op, or dealt
 * out at random from outside; and what all of these strategies promise about them.
 */
#ifndef QUINTET_TESTS_DEATHS_H
#define QUINTET_TESTS_DEATHS_H

#include "unit/strategy_ops.h"

#include <pthread.h>

/* --- on order --- */

/* Shared by the test and all children: at which step, and after how many passages of all children together, one dies,
 * how many of them in turn, and how many have. */
struct deaths {
    _Atomic int step, passages, rest, dead;
    _Atomic int slow; /* ... and at which step every child hesitates */
};
extern struct deaths *deaths_g; /* NULL until something is ordered */

void deaths_order(int step, int passages, int count);

/* To be called by each process between any two of its steps, where the strategy is compiled for that. */
void deaths_step(unsigned step);

/* --- by an op --- */

/* The board's victim ends its carrier half way, by its signal or exit status; of EVERYBODY, each. */
enum { EVERYBODY = UINT32_MAX - 1, NOBODY = UINT32_MAX };
int op_dies(struct op *op);

/* --- at random, from outside --- */

/* The pids of the children that this thread of this process has forked: how many, at most `max`. */
unsigned children_of(pid_t *pids, unsigned max, pid_t pid, long tid);

/* Skips the test where the kernel does not list them. */
void children_must_be_listed(void);

/* A thread that kills processes below the one that began it, one at a time. */
struct kill_storm {
    unsigned levels;           /* how deep it looks: 1 for children, 2 for theirs as well, ... */
    long pause_max_ns;         /* between two kills, at random */
    const struct board *board; /* not NULL: kills are not faster than this board's tasks end, or they never would */
    uint64_t seed;
    _Atomic unsigned kills; /* so far */
    _Atomic bool stop;
    long tid; /* of the thread whose children are hunted */
    pthread_t killer;
};

/* Between begin and end the storm stays where it is in memory. */
void kill_storm_begin(struct kill_storm *storm);
void kill_storm_end(struct kill_storm *storm);

/* --- what is promised --- */

/* Whatever way it ends: it costs its own task, describe() tells how it ended, and the state is none the worse. */
void deaths_test_own_task_only(const struct strategy *strategy);

/* The mate of a dead task would wait for ever; it is ended too, whether it was alive or yet to come. */
void deaths_test_group(const struct strategy *strategy);

/* Where SIGCHLD is ignored, how a child ended would be lost; the strategy puts that right, and back. */
void deaths_test_ignored_sigchld(const struct strategy *strategy);

/* A zombie that is none of its own is left to whoever forked it. */
void deaths_test_foreign_zombie(const struct strategy *strategy);

/* Lines that the parent has not written yet must not be written by its children as well. */
void deaths_test_no_flush(const struct strategy *strategy);

#endif
