/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who waits for which descriptor: the epoll backend's table, one slot per descriptor number.
 *
 * No wake-up is lost. An operation is put into its slot after its own system call has answered "not now", and events
 * are taken in by the same thread, later: nothing that happens after that answer can have been taken in before. Edge
 * triggered, epoll keeps every change since a descriptor was added or modified until it is taken in, and adding and
 * modifying report what is there already. So it is enough that the descriptor is armed for the direction when the
 * operation is in its slot. An event only says "try again": in order of arrival, until one has to wait again.
 *
 * Armed for what is waited for, no more: a socket that can be written to all the time would report that along with
 * everything else, and each time somebody is to be woken for nothing. The set grows when somebody waits for more.
 *
 * Descriptors are closed behind our back, by other threads and in setup code, and their numbers come back as other
 * files. Epoll then knows the old file, or nothing, and a slot that says "armed" is wrong. So whoever begins to wait on
 * a slot that was armed earlier is "unproven", and before the worker sleeps (and now and then while it does not)
 * epoll is asked to arm it once more: it refuses if it does not know this very file under this number. Then those
 * who have been proven before waited for a file that is gone: -EBADF (as with poll(); io_uring keeps the old
 * file alive for them instead, until a cancellation). The unproven ones begin
 * again.
 */
#ifndef QUINTET_COROUTINE_EPOLL_SLOT_H
#define QUINTET_COROUTINE_EPOLL_SLOT_H

#include "strategies/coroutine/op_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLOT_PLACES = PLACE_POLL + 1 };

struct fd_slot {
    struct op_list waiting[SLOT_PLACES];
    uint16_t armed;    /* for these events, as far as we know; 0: epoll does not know it */
    uint8_t hints;     /* enum fd_hint */
    uint8_t uses_left; /* of the hints */
    bool listed;       /* among the unproven */
};

struct fd_table {
    struct fd_slot *slot;
    int *unproven; /* descriptors on which operations wait that are; room for all */
    uint32_t count, unproven_count;
    size_t waiting_count; /* operations in slots */
    struct op_list again; /* operations that shall begin again */
    uint64_t again_ns;    /* ... when; 0: at once */
    int epoll_fd;
};

/* Zero bytes and a descriptor of epoll's are an empty table. */
void fd_table_fini(struct fd_table *t);

/* The slot of `fd`, with hints that are fresh enough if `learn`. Valid until the next call. 0, -EBADF, -ENOMEM. */
int fd_table_find(struct fd_table *t, int fd, bool learn, struct fd_slot **out);

/*
 * Let *op wait for its descriptor, whose slot it is. prove: ask epoll in any case. 0; -EPERM: epoll does not take such
 * files, they are always ready; -EBADF, -ENOMEM, -ENOSPC (the user's limit of watches).
 */
int fd_slot_wait(struct fd_table *t, struct fd_slot *slot, struct io_op *op, bool prove);

/* It need not wait any more. */
void fd_slot_leave(struct fd_table *t, struct io_op *op);

/* The descriptor is being closed: forget it. Who waits for it gets -EBADF. */
void fd_slot_close(struct fd_table *t, int fd);

/* epoll reported these events: try those who wait, and complete them. */
void fd_slot_event(struct fd_table *t, int fd, uint32_t events);

/* Prove the unproven. */
void fd_table_prove(struct fd_table *t);

#endif
