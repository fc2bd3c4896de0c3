/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: workers, and what they run until. See coro.h. */
#include "strategies/coroutine/loop.h"
#include "strategies/coroutine/overflow.h"

#include "measure/clock.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LOOP_CLOSE_TIMEOUT_NS = 1000000000,
    LOOP_CLOSE_ROUNDS = 10, /* whoever ignores a cancellation is asked again, so often within the timeout */
    LOOP_CLOSE_PAUSE_NS = 200000,
    LOOP_THREAD_STACK_BYTES = 512 << 10,
};

struct loop_thread {
    struct worker *worker;
    pthread_t thread;
    bool running;
    int err;
    sem_t *started;
};

/* ---- threads of the workers but the first ---- */

static void *loop_thread_main(void *arg)
{
    struct loop_thread *t = arg;
    t->err = worker_start(t->worker);
    sem_post(t->started);
    if (t->err)
        return NULL;
    worker_run(t->worker);
    worker_finish(t->worker);
    return NULL;
}

static int threads_start(struct loop *loop)
{
    unsigned others = loop->group.count - 1;
    pthread_attr_t attr;
    sigset_t previous;
    sem_t started;
    int err = -pthread_attr_init(&attr);
    if (err)
        return err;
    sem_init(&started, 0, 0);
    pthread_attr_setstacksize(&attr, LOOP_THREAD_STACK_BYTES);
    worker_block_signals(&previous); /* inherited by the threads */
    for (unsigned i = 0; i < others && !err; i++) {
        struct loop_thread *t = &loop->threads[i];
        *t = (struct loop_thread){.worker = &loop->workers[i + 1], .started = &started};
        err = -pthread_create(&t->thread, &attr, loop_thread_main, t);
        t->running = !err;
    }
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    for (unsigned i = 0; i < others; i++) {
        if (!loop->threads[i].running)
            continue;
        while (sem_wait(&started)) /* EINTR */
            ;
    }
    for (unsigned i = 0; i < others && !err; i++)
        err = loop->threads[i].err;
    sem_destroy(&started);
    pthread_attr_destroy(&attr);
    return err;
}

static void threads_stop(struct loop *loop)
{
    for (unsigned i = 0; i + 1 < loop->group.count; i++)
        if (loop->threads[i].running)
            worker_stop(loop->threads[i].worker);
    for (unsigned i = 0; i + 1 < loop->group.count; i++)
        if (loop->threads[i].running)
            pthread_join(loop->threads[i].thread, NULL);
}

/* ---- making and unmaking ---- */

static void loop_turn(struct worker *w, void *owner)
{
    struct loop *loop = owner;
    if (w == &loop->workers[0] && loop->target && future_done(loop->target))
        worker_stop(w);
}

static int choose_backend(enum coro_backend wanted, const struct io_backend **out)
{
    char why[256];
    int err = 0;
    if (wanted != CORO_BACKEND_EPOLL) {
        err = io_backend_uring.probe(why, sizeof why);
        *out = &io_backend_uring;
        if (!err || wanted == CORO_BACKEND_URING)
            return err;
    }
    *out = &io_backend_epoll;
    return 0;
}

/* Undo workers_init() of the first `made`. */
static void workers_fini(struct loop *loop, unsigned made)
{
    for (unsigned i = 0; i < made; i++)
        worker_fini(&loop->workers[i]);
}

static int workers_init(struct loop *loop, const struct io_backend *backend, unsigned *made)
{
    int err = 0;
    for (*made = 0; *made < loop->group.count && !err; *made += !err) {
        struct worker *w = &loop->workers[*made];
        struct worker_config config = {
            .backend = backend,
            .io = {.queue_entries = loop->config.queue_entries, .ladder_skip = loop->config.ladder_skip},
            .stack_bytes = loop->config.stack_bytes,
            .ops = &loop->ops,
            .on_turn = loop_turn,
            .owner = loop,
            .loop = loop,
            .group = loop->group.count > 1 ? &loop->group : NULL,
            .index = *made,
        };
        err = worker_init(w, &config);
        if (!err) {
            loop->group.worker[*made] = w;
            err = deque_init(&w->closures, loop->group.count > 1, 0);
            if (err)
                worker_fini(w);
        }
    }
    return err;
}

static int loop_start(struct loop *loop, const struct io_backend *backend)
{
    unsigned made;
    int err = workers_init(loop, backend, &made);
    if (err) {
        workers_fini(loop, made);
        return err;
    }
    err = overflow_handler_init();
    if (!err) {
        err = worker_start(&loop->workers[0]);
        if (!err) {
            err = worker_reserve(&loop->workers[0], 1); /* loop_close() needs a coroutine, short of memory or not */
            if (!err)
                err = threads_start(loop);
            if (!err)
                return 0;
            threads_stop(loop);
            worker_finish(&loop->workers[0]);
        }
        overflow_handler_fini();
    }
    workers_fini(loop, made);
    return err;
}

static void loop_free(struct loop *loop)
{
    free(loop->workers);
    free(loop->threads);
    free(loop);
}

int loop_create(struct loop **out, const struct loop_config *config)
{
    static const struct loop_config defaults;
    const struct io_backend *backend;
    config = config ? config : &defaults;
    unsigned workers = config->workers ? config->workers : 1;
    *out = NULL;
    if (workers > WORKER_GROUP_MAX || config->backend > CORO_BACKEND_EPOLL || config->stack_bytes > STACK_MAX_BYTES)
        return -EINVAL;
    int err = choose_backend(config->backend, &backend);
    if (err)
        return err;
    struct loop *loop = aligned_alloc(_Alignof(struct loop), sizeof *loop);
    if (!loop)
        return -ENOMEM;
    memset(loop, 0, sizeof *loop);
    loop->config = *config;
    loop->group.count = workers;
    loop->owner = gettid();
    loop->workers = aligned_alloc(_Alignof(struct worker), workers * sizeof *loop->workers);
    loop->threads = calloc(workers, sizeof *loop->threads);
    io_ctx_ops_init(&loop->ops, backend, workers == 1 ? IO_SEATS_LOCAL : IO_SEATS_SHARED, IO_PREAD_CACHE_FIRST);
    err = loop->workers && loop->threads ? loop_start(loop, backend) : -ENOMEM;
    if (err) {
        loop_free(loop);
        return err;
    }
    *out = loop;
    return 0;
}

/* ---- running ---- */

static void target_done(struct future *f, void *arg)
{
    struct loop *loop = arg;
    (void)f;
    worker_notify(&loop->workers[0], worker_current());
}

static int may_run(const struct loop *loop)
{
    if (loop->owner != gettid())
        return -EPERM;
    return loop->running || worker_current() ? -EBUSY : 0;
}

/* A write to a closed pipe is -EPIPE and no signal, as in the loop's other threads. One that was blocked and pending
 * before stays pending. */
static void sigpipe_block(sigset_t *previous, bool *pending)
{
    sigset_t set, now;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigpending(&now);
    *pending = sigismember(&now, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, previous);
}

static void sigpipe_restore(const sigset_t *previous, bool pending)
{
    static const struct timespec at_once;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    if (!pending)
        while (sigtimedwait(&set, NULL, &at_once) == SIGPIPE)
            ;
    pthread_sigmask(SIG_SETMASK, previous, NULL);
}

int loop_run_until_complete(struct loop *loop, struct future *f)
{
    struct future_callback node;
    sigset_t previous;
    bool pending;
    int err = may_run(loop);
    if (!err && f->loop && f->loop != loop)
        err = -EINVAL;
    if (err)
        return err;
    loop->running = true;
    loop->target = f;
    sigpipe_block(&previous, &pending);
    future_link(f, &node, target_done, loop);
    worker_run(&loop->workers[0]);
    future_unlink(f, &node);
    sigpipe_restore(&previous, pending);
    loop->target = NULL;
    loop->running = false;
    return 0;
}

int loop_run(struct loop *loop, coro_task_fn *fn, void *arg, void **value)
{
    struct coro_task task;
    int err = may_run(loop);
    if (!err)
        err = coro_task_start(&task, loop, fn, arg);
    if (err)
        return err;
    loop_run_until_complete(loop, &task.future);
    err = future_result(&task.future, 0, value);
    future_fini(&task.future);
    return err;
}

void loop_post(struct loop *loop, struct mail *mail)
{
    worker_post(&loop->workers[0], mail);
}

void loop_take_mail(struct loop *loop)
{
    const struct worker *w = &loop->workers[0];
    if (w->started && pthread_equal(w->thread, pthread_self()) && !loop->running)
        worker_take_mail(&loop->workers[0]);
}

void loop_describe(const struct loop *loop, char *out, size_t len)
{
    const struct worker *w = &loop->workers[0];
    char backend[256], stacks[128];
    w->config.backend->describe(w, backend, sizeof backend);
    stack_pool_describe(&w->usual.stacks, stacks, sizeof stacks);
    snprintf(out, len, "%u worker%s; %s; %s", loop->group.count, loop->group.count == 1 ? "" : "s", backend, stacks);
}

/* ---- closing ---- */

/* A message to one worker: cancel everybody if that is wanted, and say how many are alive, and have ever begun. */
struct roll_call {
    struct mail mail; /* first */
    struct coro *except;
    bool cancel;
    _Atomic bool answered;
    size_t alive;
    uint32_t begun;
};

static void cancel_one(struct coro *co, void *except)
{
    if (co != except)
        coro_cancel(co);
}

static void roll_call_deliver(struct mail *mail, struct worker *at)
{
    struct roll_call *call = (struct roll_call *)mail;
    if (call->cancel)
        worker_each(at, cancel_one, call->except);
    call->alive = at->live_count + (size_t)deque_count(&at->closures);
    call->begun = at->named_count;
    atomic_store_explicit(&call->answered, true, memory_order_release);
}

/* How many are alive, on all workers, the caller not counted. */
static size_t roll_call(struct loop *loop, struct coro *self, bool cancel, uint32_t *begun)
{
    size_t alive = 0;
    *begun = 0;
    for (unsigned i = 0; i < loop->group.count; i++) {
        struct roll_call call = {.mail.deliver = roll_call_deliver, .except = self, .cancel = cancel};
        worker_post(loop->group.worker[i], &call.mail);
        while (!atomic_load_explicit(&call.answered, memory_order_acquire))
            coro_sleep(self, LOOP_CLOSE_PAUSE_NS);
        alive += call.alive;
        *begun += call.begun;
    }
    return alive - 1;
}

/*
 * The workers answer one after the other, and meanwhile a task may start another where the question has been already,
 * and end before it comes by. So nobody is alive only when two rounds in a row have found nobody, and nobody has begun
 * between them: then between the rounds nobody was alive, and what had been posted until then was delivered before the
 * second answer, and started nobody.
 */
static int close_main(struct coro *self, void *arg, void **value)
{
    struct loop *loop = arg;
    uint64_t timeout_ns = loop->config.close_timeout_ns ? loop->config.close_timeout_ns : LOOP_CLOSE_TIMEOUT_NS;
    uint32_t begun, begun_before = 0;
    bool nobody, nobody_before = false;
    (void)value;
    for (unsigned round = 0; round < LOOP_CLOSE_ROUNDS; round++) {
        uint64_t end_ns = clock_monotonic_ns() + timeout_ns / LOOP_CLOSE_ROUNDS;
        bool cancel = true;
        do {
            nobody = roll_call(loop, self, cancel, &begun) == 0;
            if (nobody && nobody_before && begun == begun_before)
                return 0;
            if (!nobody)
                coro_sleep(self, LOOP_CLOSE_PAUSE_NS);
            nobody_before = nobody;
            begun_before = begun;
            cancel = false;
        } while (clock_monotonic_ns() < end_ns);
    }
    return -ETIMEDOUT;
}

/* Nothing to run and nothing to take in: then nobody needs to be asked. */
static bool is_quiet(const struct loop *loop)
{
    const struct worker *w = &loop->workers[0];
    return loop->group.count == 1 && w->live_count == 0 && deque_count(&w->closures) <= 0 &&
           !atomic_load_explicit(&w->mail, memory_order_acquire);
}

int loop_close(struct loop *loop)
{
    if (!loop)
        return 0;
    int err = may_run(loop);
    if (!err && !is_quiet(loop))
        err = loop_run(loop, close_main, loop, NULL);
    if (err)
        return err;
    threads_stop(loop);
    worker_finish(&loop->workers[0]);
    overflow_handler_fini();
    workers_fini(loop, loop->group.count);
    loop_free(loop);
    return 0;
}

/* ---- a coroutine about itself ---- */

struct coro *coro_current(void)
{
    struct worker *w = worker_current();
    return w ? w->current : NULL;
}

struct loop *coro_loop(struct coro *self)
{
    return self->worker->config.loop;
}

struct ctx *coro_ctx(struct coro *self)
{
    return &self->ctx;
}

struct stack_pool *coro_stacks(struct coro *self)
{
    return &self->worker->usual.stacks;
}

uint32_t coro_id(const struct coro *self)
{
    return self->id;
}
