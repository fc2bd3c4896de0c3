/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of operations that wait, oldest first, and that may be left in any order (a cancellation takes one out of the
 * middle). Circular: the first one's `previous` is the last, so a list is one pointer.
 */
#ifndef QUINTET_COROUTINE_OP_LIST_H
#define QUINTET_COROUTINE_OP_LIST_H

#include "strategies/coroutine/io.h"
#include "strategies/coroutine/worker.h"

/* Where an operation is that epoll and the file pool carry out; the first three are also the lists of an fd_slot. */
enum io_place {
    PLACE_READABLE,
    PLACE_WRITABLE,
    PLACE_POLL,  /* waits for any change of the descriptor */
    PLACE_AGAIN, /* to be tried again by time */
    PLACE_FILES, /* waits for a free job of the file pool */
    PLACE_JOB,   /* has one */
    PLACE_NONE,
};

/* Zero bytes are an empty list. */
struct op_list {
    struct io_op *first;
};

/* Put it last. It must be in no list. */
static inline void op_list_append(struct op_list *list, struct io_op *op)
{
    struct io_op *first = list->first;
    if (!first) {
        op->queue = op->previous = list->first = op;
        return;
    }
    op->queue = first;
    op->previous = first->previous;
    first->previous->queue = op;
    first->previous = op;
}

/* Take it out of this list, wherever it stands there. */
static inline void op_list_remove(struct op_list *list, struct io_op *op)
{
    if (op->queue == op) {
        list->first = NULL;
        return;
    }
    op->previous->queue = op->queue;
    op->queue->previous = op->previous;
    if (list->first == op)
        list->first = op->queue;
}

/* Take the oldest; NULL when there is none. */
static inline struct io_op *op_list_pop(struct op_list *list)
{
    struct io_op *op = list->first;
    if (op)
        op_list_remove(list, op);
    return op;
}

/* The end of an operation, at any time after submit() was called. */
static inline void op_complete(struct io_op *op, int64_t result)
{
    op->result = result;
    op->done = true;
    worker_ready(op->owner);
}

/* The end of one that was undone: with what it has transferred before, as io_uring has it. */
static inline void op_complete_cancelled(struct io_op *op)
{
    op_complete(op, op->moved ? (int64_t)op->moved : -ECANCELED);
}

#endif
