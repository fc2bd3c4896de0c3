/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads that carry out what has no readiness to wait for: regular files, openat, fsync. One pool per process, for
 * backends that have no kernel to do it. It lives while some worker uses it.
 *
 * A worker has so many operations on the pool at once and no more; others wait in line. So nothing is allocated per
 * operation, and the pool's queue is long enough for any number of workers that is sensible.
 */
#ifndef QUINTET_COROUTINE_FILE_POOL_H
#define QUINTET_COROUTINE_FILE_POOL_H

#include "strategies/coroutine/op_list.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    FILE_POOL_THREADS = 8,
    FILE_POOL_JOBS = 32, /* of one worker */
    FILE_POOL_QUEUE = 64 * FILE_POOL_JOBS,
};

struct executor;
struct file_job;

/* A worker's share. All functions are called on the worker's thread. */
struct file_client {
    struct worker *worker;
    struct executor *executor;
    struct file_job *jobs; /* FILE_POOL_JOBS of them */
    struct file_job *free, *free_last;
    struct op_list waiting; /* for a job */
    size_t busy_count;      /* jobs */
};

/* 0, -ENOMEM, -EAGAIN (a limit on threads); on failure there is nothing to undo. */
int file_client_open(struct file_client *c, struct worker *w);

/* Waits until none of its jobs is in anybody's hands. */
void file_client_close(struct file_client *c);

/* Carry out IO_READ, IO_WRITE (what has not been moved yet), IO_OPENAT or IO_FSYNC. Completes *op in a later turn. */
void file_client_submit(struct file_client *c, struct io_op *op);

/* Cancel one that was submitted and is not done: at once, unless a thread has begun it. That one is waited for. */
void file_client_cancel(struct file_client *c, struct io_op *op);

/* Is there an operation on this descriptor that has been submitted and is not over? */
bool file_client_uses(const struct file_client *c, int fd);

#endif
