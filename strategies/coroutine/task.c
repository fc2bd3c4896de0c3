/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks: a coroutine that completes a future. See coro.h. */
#include "strategies/coroutine/loop.h"

#include <errno.h>
#include <stddef.h>

static struct coro_task *task_of(struct future *f)
{
    return (struct coro_task *)f; /* its first member */
}

/* The whole life of a task's coroutine. It runs even if it was cancelled before its first step: the future must be
 * settled (CORO_SETTLES). */
static int task_main(struct coro *self, void *arg)
{
    struct coro_task *task = arg;
    void *value = NULL;
    int err = coro_take_cancel(self) ? -ECANCELED : task->fn(self, task->arg, &value);
    task->coro = NULL;
    if (err > 0)
        err = -EINVAL; /* neither a result nor an exception */
    if (self->flags & CORO_CANCEL)
        future_mark_untold(&task->future); /* whoever handed the request on to us has to see to it himself */
    future_settle(&task->future, err, value, err == -ECANCELED);
    return err;
}

static int task_begin(struct coro_task *task, struct worker *w, struct scope *scope)
{
    struct coro *co;
    int err = worker_spawn_sized(w, task->stack_bytes, task_main, task, worker_new_id(w), &co);
    if (err)
        return err;
    co->scope = scope;
    co->flags |= CORO_SETTLES;
    task->coro = co;
    return 0;
}

/* Is this the thread that may touch what runs on `w`? */
static bool is_thread_of(const struct worker *w)
{
    return w->started && pthread_equal(w->thread, pthread_self());
}

/* What another thread asked for: to begin, to cancel, or both. The memory stays until future_post_end(). */
static void task_deliver(struct mail *mail, struct worker *at)
{
    struct coro_task *task = (struct coro_task *)((char *)mail - offsetof(struct coro_task, mail));
    int err = task->begun ? 0 : task_begin(task, at, NULL);
    task->begun = true;
    struct coro *co = task->coro; /* NULL: it has ended meanwhile */
    if (future_post_end(&task->future) && co)
        coro_cancel(co);
    if (err)
        future_settle(&task->future, err, NULL, false); /* not done before, hence still there */
}

static bool task_request_cancel(struct future *f)
{
    struct coro_task *task = task_of(f);
    if (future_done(f))
        return false;
    if (is_thread_of(task->worker) && task->begun)
        return task->coro && coro_cancel(task->coro);
    int post = future_post_begin(f, true);
    if (post > 0)
        worker_post(task->worker, &task->mail);
    return post >= 0;
}

/* `coro` belongs to the task's worker: not to be read elsewhere. */
bool task_is_own(const struct future *f, const struct coro *self)
{
    const struct coro_task *task = (const struct coro_task *)f;
    return f->request_cancel == task_request_cancel && task->worker == self->worker && task->coro == self;
}

static void task_init(struct coro_task *task, struct loop *loop, struct worker *w, coro_task_fn *fn, void *arg)
{
    *task = (struct coro_task){.fn = fn, .arg = arg, .worker = w, .mail.deliver = task_deliver};
    future_init(&task->future, loop);
    task->future.request_cancel = task_request_cancel;
}

int task_start_here(struct coro_task *task, struct worker *w, struct scope *scope, coro_task_fn *fn, void *arg)
{
    task_init(task, w->config.loop, w, fn, arg);
    task->begun = true;
    return task_begin(task, w, scope);
}

int coro_task_start_on(struct coro_task *task, struct loop *loop, unsigned worker, coro_task_fn *fn, void *arg)
{
    if (worker >= loop->group.count)
        return -EINVAL;
    struct worker *w = loop->group.worker[worker];
    if (is_thread_of(w))
        return task_start_here(task, w, NULL, fn, arg);
    task_init(task, loop, w, fn, arg);
    future_post_begin(&task->future, false);
    worker_post(w, &task->mail);
    return 0;
}

int coro_task_start(struct coro_task *task, struct loop *loop, coro_task_fn *fn, void *arg)
{
    struct worker *here = worker_current();
    return coro_task_start_on(task, loop, here && here->config.loop == loop ? here->config.index : 0, fn, arg);
}

int coro_task_start_sized(struct coro_task *task, struct loop *loop, size_t stack_bytes, coro_task_fn *fn, void *arg)
{
    struct worker *here = worker_current();
    struct worker *w = here && here->config.loop == loop ? here : loop->group.worker[0];
    if (stack_bytes > STACK_MAX_BYTES)
        return -EINVAL;
    if (!is_thread_of(w))
        return -EPERM;
    task_init(task, loop, w, fn, arg);
    task->stack_bytes = stack_bytes;
    task->begun = true;
    return task_begin(task, w, NULL);
}
