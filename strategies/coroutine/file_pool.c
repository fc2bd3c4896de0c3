/* SPDX-License-Identifier: Apache-2.0 */
/* File operations on an executor. See file_pool.h. */
#include "strategies/coroutine/file_pool.h"
#include "strategies/coroutine/executor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { FILE_CLOSE_PAUSE_NS = 50000 };

struct file_job {
    struct executor_job job;
    struct future_callback done;
    struct mail mail;
    struct file_client *client;
    struct file_job *next; /* that is free */
    struct io_op *op;      /* NULL: cancelled, or free */
    int64_t result;
};

/* ---- the pool ---- */

static struct {
    pthread_mutex_t mutex;
    struct executor *executor;
    unsigned clients;
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* A forked child has none of the threads. What it inherits is left alone; it makes a pool of its own if it needs one.
 */
static void forget_after_fork(void)
{
    pthread_mutex_init(&pool.mutex, NULL);
    pool.executor = NULL;
    pool.clients = 0;
}

static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, forget_after_fork);
}

static int pool_enter(struct executor **out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    int err = 0;
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&pool.mutex);
    if (pool.clients == 0)
        err = executor_create(&pool.executor, FILE_POOL_THREADS, FILE_POOL_QUEUE);
    pool.clients += !err;
    *out = pool.executor;
    pthread_mutex_unlock(&pool.mutex);
    return err;
}

static void pool_leave(void)
{
    pthread_mutex_lock(&pool.mutex);
    if (--pool.clients == 0) {
        executor_destroy(pool.executor);
        pool.executor = NULL;
    }
    pthread_mutex_unlock(&pool.mutex);
}

/* ---- on a thread of the pool ---- */

static int64_t call(const struct io_op *op)
{
    char *rest = (char *)(uintptr_t)op->address + op->moved;
    size_t len = op->len - op->moved;
    bool own_position = op->offset == UINT64_MAX;
    off_t offset = (off_t)(op->offset + op->moved);
    switch ((enum io_kind)op->kind) {
    case IO_READ:
        return own_position ? read(op->fd, rest, len) : pread(op->fd, rest, len, offset);
    case IO_WRITE:
        return own_position ? write(op->fd, rest, len) : pwrite(op->fd, rest, len, offset);
    case IO_OPENAT:
        return openat(op->fd, op->address, op->flags, (mode_t)op->len);
    case IO_FSYNC:
        return fsync(op->fd);
    default:
        errno = EINVAL;
        return -1;
    }
}

static int job_carry_out(void *arg, void **value)
{
    struct file_job *job = arg;
    const struct io_op *op = job->op;
    (void)value;
    int64_t n;
    do
        n = call(op);
    while (n < 0 && errno == EINTR);
    job->result = n >= 0 ? op->moved + n : op->moved ? (int64_t)op->moved : -errno;
    return 0;
}

/* Carried out, or cancelled. */
static void job_done(struct future *f, void *arg)
{
    struct file_job *job = arg;
    (void)f;
    worker_post(job->client->worker, &job->mail);
}

/* ---- on the worker's thread ---- */

/* Freed jobs go to the end: whoever ended this one may still be about to let go of its future. */
static void job_free(struct file_client *c, struct file_job *job)
{
    job->op = NULL;
    job->next = NULL;
    if (c->free)
        c->free_last->next = job;
    else
        c->free = job;
    c->free_last = job;
    c->busy_count--;
}

static void job_start(struct file_client *c, struct io_op *op)
{
    struct file_job *job = c->free;
    c->free = job->next;
    c->busy_count++;
    job->op = op;
    future_fini(&job->job.future);
    op->job = job;
    op->place = PLACE_JOB;
    executor_submit(c->executor, &job->job, job_carry_out, job); /* the pool is not shut down while it has clients */
    future_add_done_callback(&job->job.future, &job->done, job_done, job);
}

static void job_deliver(struct mail *mail, struct worker *at)
{
    struct file_job *job = (struct file_job *)((char *)mail - offsetof(struct file_job, mail));
    struct file_client *c = job->client;
    struct io_op *op = job->op, *next = c->waiting.first;
    (void)at;
    if (op)
        op_complete(op, job->result);
    job_free(c, job);
    if (next) {
        op_list_remove(&c->waiting, next);
        job_start(c, next);
    }
}

void file_client_submit(struct file_client *c, struct io_op *op)
{
    if (c->free) {
        job_start(c, op);
        return;
    }
    op->place = PLACE_FILES;
    op_list_append(&c->waiting, op);
}

void file_client_cancel(struct file_client *c, struct io_op *op)
{
    struct file_job *job = op->job;
    if (op->place == PLACE_FILES) {
        op_list_remove(&c->waiting, op);
    } else if (future_cancel(&job->job.future)) {
        job->op = NULL; /* the job itself comes back by mail, as always */
    } else {
        return; /* a thread has it */
    }
    op_complete_cancelled(op);
}

bool file_client_uses(const struct file_client *c, int fd)
{
    for (size_t i = 0; c->busy_count > 0 && i < FILE_POOL_JOBS; i++)
        if (c->jobs[i].op && c->jobs[i].op->fd == fd)
            return true;
    struct io_op *op = c->waiting.first;
    if (op)
        do
            if (op->fd == fd)
                return true;
        while ((op = op->queue) != c->waiting.first);
    return false;
}

int file_client_open(struct file_client *c, struct worker *w)
{
    *c = (struct file_client){.worker = w, .busy_count = FILE_POOL_JOBS};
    c->jobs = calloc(FILE_POOL_JOBS, sizeof *c->jobs);
    if (!c->jobs)
        return -ENOMEM;
    int err = pool_enter(&c->executor);
    if (err) {
        free(c->jobs);
        return err;
    }
    for (size_t i = 0; i < FILE_POOL_JOBS; i++) {
        c->jobs[i].client = c;
        c->jobs[i].mail.deliver = job_deliver;
        job_free(c, &c->jobs[i]);
    }
    return 0;
}

void file_client_close(struct file_client *c)
{
    /* All operations are over, but the jobs of cancelled ones may still be in the mail. */
    while (c->busy_count > 0) {
        struct timespec pause = {.tv_nsec = FILE_CLOSE_PAUSE_NS};
        nanosleep(&pause, NULL);
        worker_take_mail(c->worker);
    }
    for (size_t i = 0; i < FILE_POOL_JOBS; i++)
        future_fini(&c->jobs[i].job.future); /* its callback, which touches the worker, has returned */
    free(c->jobs);
    pool_leave();
}
