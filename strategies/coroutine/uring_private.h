/* SPDX-License-Identifier: Apache-2.0 */
/* What uring.c (operations, wake-ups, the turn) and uring_setup.c (how a ring is made and described) share. */
#ifndef QUINTET_COROUTINE_URING_PRIVATE_H
#define QUINTET_COROUTINE_URING_PRIVATE_H

#include "strategies/coroutine/op_list.h"
#include "strategies/coroutine/worker.h"

#include <liburing.h>

struct io_worker {
    struct io_uring ring;
    struct op_list queue;        /* operations that found the submission queue full */
    struct op_list cancels;      /* operations whose cancellation did */
    struct op_list cancels_vain; /* operations whose cancellation is to be asked for again ... */
    uint64_t cancels_again_ns;   /* ... then */
    size_t in_flight_count;      /* operations without completion */
    uint64_t wake_value;         /* where the eventfd is read to */
    int wake_fd;
    bool wake_armed;
    bool can_message; /* the kernel knows MSG_RING */
    bool stopping;
    bool made; /* the ring exists */
    unsigned flags;
    uint64_t overflow_count; /* turns in which the completion queue had overflowed (the kernel keeps the rest) */
    struct io_config config;
};

/* The backend's functions of these names. */
int uring_init(struct worker *w, const struct io_config *config);
void uring_fini(struct worker *w);
int uring_start(struct worker *w);
void uring_describe(const struct worker *w, char *out, size_t len);

#endif
