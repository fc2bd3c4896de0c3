/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which limit refused a thread or a process?
 *
 * The kernel says EAGAIN or ENOMEM, whichever of a dozen limits it was. Right after the refusal, each limit is compared
 * with what is in use, in the order in which the kernel (kernel/fork.c: copy_process) and the C library (the mapping of
 * a stack comes first) ask for them; the first one that is met is the one. Where none is met any more, because carriers
 * have ended since, it is the only one that can have been met, if there is only one. Otherwise it stays unknown, and is
 * said to be: a name that is guessed sends people the wrong way.
 */
#ifndef QUINTET_MEASURE_LIMITS_H
#define QUINTET_MEASURE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum limits_carrier { LIMITS_THREAD, LIMITS_PROCESS };

/* What was refused. */
struct limits_refusal {
    enum limits_carrier carrier;
    unsigned number;    /* which one of them it would have been: the thread or process with this number */
    int err;            /* the -errno */
    size_t stack_bytes; /* of a thread: address space that it needed */
};

struct limits {
    const char *root; /* "" or, in tests, a directory with a proc/ and a sys/ of its own. Borrowed */
    bool counts_pids_refused;
    uint64_t pids_refused_count; /* `max` in pids.events, summed over our control groups, before anything was refused */
};

/* Before the first carrier is made. Reads a few small files; no error: what cannot be read is not known. */
void limits_begin(struct limits *limits, const char *root);

/*
 * One sentence without a full stop, at most 250 bytes, e.g.
 *     "thread 513 was refused by pids.max = 512 of the control group /a/b"
 *     "process 9 was refused by a limit that was not found (Cannot allocate memory; the user's threads 5 of 64)"
 * True: the limit is known. Reads /proc; takes up to some 50 ms where a process has 65000 mappings. Any thread; no heap
 * but stdio's.
 */
bool limits_explain(const struct limits *limits, const struct limits_refusal *refusal, char *out, size_t len);

/* What is left before the tightest limit. */
struct limits_room {
    uint64_t count;
    char name[256]; /* which one that is, and what of it is in use */
};

/* How many more threads (with stacks of stack_bytes) or processes the same limits would let in now. Other people's
 * count too, so it may be another number a moment later. False: no limit could be read, *out is untouched. */
bool limits_room(const char *root, enum limits_carrier carrier, size_t stack_bytes, struct limits_room *out);

/* Does RLIMIT_NPROC bind this process? Not root, nor who has one of two capabilities. */
bool limits_nproc_binds(const char *root);

/* pids.max of the control group that is closest to it, ours or one above. False: none that can be seen has one. */
bool limits_pids_max(const char *root, uint64_t *out);

/* Bytes of memory that are left: of the machine, or below the limit of a control group. False: not known. */
bool limits_memory_room(const char *root, struct limits_room *out);

#endif
