/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that carry out jobs. See executor.h.
 *
 * Closing against submitting: whoever submits pushes first and looks at `closed` afterwards, whoever closes does it the
 * other way round (both sequentially consistent), so that a job which slipped in late is seen by one of them, and that
 * one carries it out.
 *
 * The queue does not hold jobs but tickets, of which there are as many as it has cells. A ticket points to its job
 * until somebody takes the job off it: a thread, to carry it out, or whoever cancels it. So a cancelled job is free at
 * once, and its owner may reuse the memory, although the ticket is still in the queue.
 */
#include "strategies/coroutine/executor.h"
#include "strategies/coroutine/loop.h"

#include "strategies/event_count.h"
#include "strategies/mpmc.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { EXECUTOR_QUEUE = 1024, EXECUTOR_WORKERS_MAX = 1024, EXECUTOR_STACK_BYTES = 256 << 10 };

struct executor_thread {
    struct executor *executor;
    pthread_t thread;
    unsigned index;
};

struct executor_ticket {
    _Atomic(struct executor_job *) job;
};

struct executor {
    struct mpmc queue; /* of tickets with a job */
    struct mpmc blank; /* of tickets without */
    struct executor_ticket *tickets;
    struct event_count idle;
    struct executor_thread *threads;
    struct event_sleeper *sleepers;
    unsigned count;
    unsigned started;
    _Atomic bool closed; /* takes no more jobs */
    _Atomic bool stop;   /* threads end when the queue is empty */
    pthread_mutex_t shutdown;
};

/* Whose job this thread carries out, if any. */
static _Thread_local const struct executor *executor_here;

/* ---- jobs ---- */

static void job_run(struct executor_job *job)
{
    void *value = NULL;
    if (future_set_running(&job->future))
        return; /* somebody else has completed it */
    int err = job->fn(job->arg, &value);
    if (err)
        future_settle(&job->future, err < 0 ? err : -EINVAL, NULL, false);
    else
        future_settle(&job->future, 0, value, false);
}

/* There is a cell for each ticket, so there is room, or will be as soon as a reader of a round ago has let go of it. */
static void ticket_push(struct mpmc *queue, const struct closure *closure)
{
    while (!mpmc_push(queue, closure))
        sched_yield();
}

/* The oldest ticket's job, taken off it; NULL with *some: it was cancelled. The ticket is blank again. */
static struct executor_job *job_take(struct executor *ex, bool *some)
{
    struct closure closure;
    *some = mpmc_pop(&ex->queue, &closure);
    if (!*some)
        return NULL;
    struct executor_ticket *ticket = (struct executor_ticket *)(uintptr_t)closure.arg[0];
    struct executor_job *job = atomic_exchange_explicit(&ticket->job, NULL, memory_order_acq_rel);
    ticket_push(&ex->blank, &closure);
    return job;
}

/* Taken off its ticket, it is ours alone. A ticket that has another job by now says the same as a blank one. */
static bool job_claim(struct executor_job *job)
{
    struct executor_job *mine = job;
    return job->ticket && atomic_compare_exchange_strong_explicit(&job->ticket->job, &mine, NULL, memory_order_acq_rel,
                                                                  memory_order_relaxed);
}

static bool job_request_cancel(struct future *f)
{
    struct executor_job *job = (struct executor_job *)f;
    if (!future_done(f) && job_claim(job)) /* done: then the executor, and its tickets, may be gone */
        return future_settle(f, -ECANCELED, NULL, true) == 0;
    return future_cancelled(f);
}

/* On a thread that is not the executor's, or in another job. */
static void job_run_here(struct executor *ex, struct executor_job *job)
{
    const struct executor *outer = executor_here;
    executor_here = ex;
    job_run(job);
    executor_here = outer;
}

/* Carry out the oldest waiting job, on whatever thread this is. False: there was none. */
static bool executor_help(struct executor *ex)
{
    bool some;
    struct executor_job *job = job_take(ex, &some);
    if (job)
        job_run_here(ex, job);
    return some;
}

/* ---- threads ---- */

static void *executor_main(void *arg)
{
    struct executor_thread *self = arg;
    struct executor *ex = self->executor;
    bool searching = false, some;
    executor_here = ex;
    for (;;) {
        struct executor_job *job = job_take(ex, &some);
        if (some) {
            if (searching) { /* wake the next one first: this job may block, or wait for that very one */
                searching = false;
                event_count_search_end(&ex->idle);
                if (!mpmc_empty(&ex->queue))
                    event_count_wake_one(&ex->idle);
            }
            if (job)
                job_run(job);
            continue;
        }
        if (atomic_load(&ex->stop))
            return NULL;
        event_count_enter(&ex->idle, self->index, searching);
        if (atomic_load(&ex->stop))
            event_count_wake_all(&ex->idle);
        else if (!mpmc_empty(&ex->queue))
            event_count_wake_one(&ex->idle);
        event_count_wait(&ex->idle, self->index);
        searching = true;
    }
}

static int threads_start(struct executor *ex)
{
    pthread_attr_t attr;
    sigset_t all, previous;
    int err = -pthread_attr_init(&attr);
    if (err)
        return err;
    pthread_attr_setstacksize(&attr, EXECUTOR_STACK_BYTES);
    sigfillset(&all); /* signals belong to the program's threads; faults come through all the same */
    pthread_sigmask(SIG_SETMASK, &all, &previous);
    for (; ex->started < ex->count && !err; ex->started += !err) {
        struct executor_thread *t = &ex->threads[ex->started];
        *t = (struct executor_thread){.executor = ex, .index = ex->started};
        err = -pthread_create(&t->thread, &attr, executor_main, t);
    }
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    pthread_attr_destroy(&attr);
    return err;
}

static void threads_stop(struct executor *ex)
{
    atomic_store(&ex->stop, true);
    event_count_wake_all(&ex->idle);
    for (unsigned i = 0; i < ex->started; i++)
        pthread_join(ex->threads[i].thread, NULL);
    ex->started = 0;
}

static void executor_free(struct executor *ex)
{
    mpmc_fini(&ex->queue);
    mpmc_fini(&ex->blank);
    free(ex->tickets);
    pthread_mutex_destroy(&ex->shutdown);
    free(ex->threads);
    free(ex->sleepers);
    free(ex);
}

static int queues_make(struct executor *ex, size_t count)
{
    int err = mpmc_init(&ex->queue, count, 0);
    if (!err)
        err = mpmc_init(&ex->blank, count, 0);
    ex->tickets = calloc(count, sizeof *ex->tickets);
    if (err || !ex->tickets)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        mpmc_push(&ex->blank, &(struct closure){.arg = {(uintptr_t)&ex->tickets[i]}});
    return 0;
}

int executor_create(struct executor **out, unsigned max_workers, size_t queue_count)
{
    *out = NULL;
    if (max_workers == 0 || max_workers > EXECUTOR_WORKERS_MAX || queue_count > 1u << 24)
        return -EINVAL;
    struct executor *ex = aligned_alloc(_Alignof(struct executor), sizeof *ex);
    if (!ex)
        return -ENOMEM;
    *ex = (struct executor){.count = max_workers};
    pthread_mutex_init(&ex->shutdown, NULL);
    ex->threads = calloc(max_workers, sizeof *ex->threads);
    ex->sleepers = aligned_alloc(_Alignof(struct event_sleeper), max_workers * sizeof *ex->sleepers);
    int err = ex->threads && ex->sleepers ? queues_make(ex, queue_count ? queue_count : EXECUTOR_QUEUE) : -ENOMEM;
    if (!err) {
        memset(ex->sleepers, 0, max_workers * sizeof *ex->sleepers);
        ex->idle.sleepers = ex->sleepers;
        err = threads_start(ex);
        if (err)
            threads_stop(ex);
    }
    if (err) {
        executor_free(ex);
        return err;
    }
    *out = ex;
    return 0;
}

/* ---- callers ---- */

int executor_submit(struct executor *ex, struct executor_job *job, executor_fn *fn, void *arg)
{
    struct closure closure;
    if (atomic_load(&ex->closed))
        return -ESHUTDOWN;
    future_init(&job->future, NULL);
    job->future.request_cancel = job_request_cancel;
    job->fn = fn;
    job->arg = arg;
    job->ticket = NULL;
    while (!mpmc_pop(&ex->blank, &closure)) {
        if (executor_here == ex) { /* one job in another, and never deeper than if they called each other */
            job_run_here(ex, job);
            return 0;
        }
        executor_help(ex);
    }
    job->ticket = (struct executor_ticket *)(uintptr_t)closure.arg[0];
    atomic_store_explicit(&job->ticket->job, job, memory_order_release);
    ticket_push(&ex->queue, &closure);
    event_count_wake_one(&ex->idle);
    while (atomic_load(&ex->closed) && executor_help(ex))
        ; /* it slipped in while the executor was being shut down */
    return 0;
}

int executor_map(struct executor *ex, executor_fn *fn, void *const arg[], struct executor_job jobs[], void *values[],
                 size_t n)
{
    size_t submitted = 0;
    int first = 0;
    while (submitted < n && !first) {
        first = executor_submit(ex, &jobs[submitted], fn, arg[submitted]);
        submitted += !first;
    }
    for (size_t i = 0; i < submitted; i++) {
        struct future *f = &jobs[i].future;
        struct coro *self = coro_current();
        void **value = values ? &values[i] : NULL;
        /* Only our own: helping with others', and in those again, would pile them all up on one stack. */
        if (job_claim(&jobs[i]))
            job_run_here(ex, &jobs[i]);
        int err = self ? future_await(self, f, value) : future_result(f, FUTURE_FOREVER, value);
        future_fini(f);
        first = first ? first : err;
    }
    return first;
}

unsigned executor_max_workers(const struct executor *ex)
{
    return ex->count;
}

int executor_shutdown(struct executor *ex, bool cancel_pending)
{
    if (executor_here == ex)
        return -EDEADLK;
    atomic_store(&ex->closed, true);
    for (bool some = cancel_pending; some;) {
        struct executor_job *job = job_take(ex, &some);
        if (job)
            future_settle(&job->future, -ECANCELED, NULL, true);
    }
    pthread_mutex_lock(&ex->shutdown);
    threads_stop(ex);
    pthread_mutex_unlock(&ex->shutdown);
    while (executor_help(ex))
        ;
    return 0;
}

void executor_destroy(struct executor *ex)
{
    if (!ex)
        return;
    executor_shutdown(ex, false);
    executor_free(ex);
}
