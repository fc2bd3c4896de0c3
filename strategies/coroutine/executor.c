/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that carry out jobs. See executor.h.
 *
 * The threads, the queue and what happens when it is full are strategies/thread_pool.h; here are the futures.
 *
 * The queue does not hold jobs but tickets, of which there are as many as it has cells. A ticket points to its job
 * until somebody takes the job off it: a thread, to carry it out, or whoever cancels it. So a cancelled job is free at
 * once, and its owner may reuse the memory, although the ticket is still in the queue.
 */
#include "strategies/coroutine/executor.h"
#include "strategies/coroutine/loop.h"

#include "strategies/thread_pool.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

enum { EXECUTOR_WORKERS_MAX = 1024 };

struct executor_ticket {
    _Atomic(struct executor_job *) job;
};

struct executor {
    struct thread_pool *pool; /* its queue: tickets with a job */
    struct mpmc blank;        /* tickets without */
    struct executor_ticket *tickets;
    unsigned count;
};

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

/* The ticket's job, taken off it; NULL: it was cancelled. The ticket is blank again. There is a cell for each, so there
 * is room, or will be as soon as a reader of a round ago has let go of it. */
static struct executor_job *ticket_redeem(const struct closure *closure)
{
    struct executor *ex = (struct executor *)(uintptr_t)closure->arg[0];
    struct executor_ticket *ticket = (struct executor_ticket *)(uintptr_t)closure->arg[1];
    struct executor_job *job = atomic_exchange_explicit(&ticket->job, NULL, memory_order_acq_rel);
    while (!mpmc_push(&ex->blank, closure))
        sched_yield();
    return job;
}

static void ticket_run(const struct closure *closure, void *worker)
{
    struct executor_job *job = ticket_redeem(closure);
    (void)worker;
    if (job)
        job_run(job);
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

/* ---- life ---- */

static int tickets_make(struct executor *ex, size_t count)
{
    int err = mpmc_init(&ex->blank, count, 0);
    ex->tickets = calloc(count, sizeof *ex->tickets);
    if (err || !ex->tickets)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        mpmc_push(&ex->blank, &(struct closure){.run = ticket_run, .arg = {(uintptr_t)ex, (uintptr_t)&ex->tickets[i]}});
    return 0;
}

/* Threads without signals: those belong to the program's threads; faults come through all the same. */
static int pool_make(struct executor *ex, size_t queue_count)
{
    sigset_t all, previous;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &previous);
    int err =
        thread_pool_create(&ex->pool, &(struct thread_pool_config){.threads = ex->count, .queue_count = queue_count});
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    return err;
}

int executor_create(struct executor **out, unsigned max_workers, size_t queue_count)
{
    *out = NULL;
    if (max_workers == 0 || max_workers > EXECUTOR_WORKERS_MAX || queue_count > THREAD_POOL_QUEUE_COUNT_MAX)
        return -EINVAL;
    if (!queue_count)
        queue_count = THREAD_POOL_QUEUE_COUNT;
    struct executor *ex = aligned_alloc(_Alignof(struct executor), sizeof *ex);
    if (!ex)
        return -ENOMEM;
    *ex = (struct executor){.count = max_workers};
    int err = tickets_make(ex, queue_count);
    if (!err)
        err = pool_make(ex, queue_count);
    if (err)
        executor_destroy(ex);
    else
        *out = ex;
    return err;
}

/* ---- callers ---- */

static void closure_run_job(const struct closure *closure, void *worker)
{
    (void)worker;
    job_run((struct executor_job *)(uintptr_t)closure->arg[0]);
}

/* On whatever thread this is. */
static void job_run_here(struct executor *ex, struct executor_job *job)
{
    thread_pool_run(ex->pool, &(struct closure){.run = closure_run_job, .arg = {(uintptr_t)job}});
}

int executor_submit(struct executor *ex, struct executor_job *job, executor_fn *fn, void *arg)
{
    struct closure closure, oldest;
    if (thread_pool_is_closed(ex->pool))
        return -ESHUTDOWN;
    future_init(&job->future, NULL);
    job->future.request_cancel = job_request_cancel;
    job->fn = fn;
    job->arg = arg;
    job->ticket = NULL;
    while (!mpmc_pop(&ex->blank, &closure)) { /* as under THREAD_POOL_CALLER_RUNS, which see */
        if (thread_pool_is_here(ex->pool)) {
            job_run_here(ex, job);
            return 0;
        }
        if (thread_pool_take(ex->pool, &oldest))
            thread_pool_run(ex->pool, &oldest);
        else
            sched_yield();
    }
    job->ticket = (struct executor_ticket *)(uintptr_t)closure.arg[1];
    atomic_store_explicit(&job->ticket->job, job, memory_order_release);
    int err = thread_pool_submit(ex->pool, &closure, THREAD_POOL_CALLER_RUNS);
    return err && ticket_redeem(&closure) ? err : 0; /* cancelled by now, it has been taken all the same */
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
    struct closure closure;
    if (thread_pool_is_here(ex->pool))
        return -EDEADLK;
    thread_pool_close(ex->pool);
    while (cancel_pending && thread_pool_take(ex->pool, &closure)) {
        struct executor_job *job = ticket_redeem(&closure);
        if (job)
            future_settle(&job->future, -ECANCELED, NULL, true);
    }
    return thread_pool_stop(ex->pool);
}

void executor_destroy(struct executor *ex)
{
    if (!ex)
        return;
    thread_pool_destroy(ex->pool);
    mpmc_fini(&ex->blank);
    free(ex->tickets);
    free(ex);
}
