/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop from inside: its workers, and what tasks need of it. See coro.h for how it is used. */
#ifndef QUINTET_COROUTINE_LOOP_H
#define QUINTET_COROUTINE_LOOP_H

#include "strategies/coroutine/worker.h"

#include <sys/types.h>

struct loop_thread;

struct loop {
    struct worker_group group; /* first, 128-aligned */
    struct loop_config config;
    struct ctx_ops ops;
    struct worker *workers;      /* group.count of them; the first runs on the caller's thread */
    struct loop_thread *threads; /* for the others */
    struct future *target;       /* what loop_run_until_complete() waits for */
    pid_t owner;                 /* thread id: a forked child has another one */
    bool running;
};

/* Start a task on worker `w`, whose thread this is, in `scope` or NULL. Initialises *task. 0 or -ENOMEM. */
int task_start_here(struct coro_task *task, struct worker *w, struct scope *scope, coro_task_fn *fn, void *arg);

/* The flags in future.word that belong to tasks: their mail is under way (and memory must stay). future.c */
int future_post_begin(struct future *f, bool cancel); /* 1; 0: it is under way already; -EALREADY: the task is done */
bool future_post_end(struct future *f);               /* was a cancellation asked for? */

/* A request for cancellation that a task was not told of before it ended in another way. */
void future_mark_untold(struct future *f); /* before it is settled */
bool future_is_untold(const struct future *f);

/* Is `f` the task that `self` carries out? It cannot wait for itself. */
bool task_is_own(const struct future *f, const struct coro *self);

/* Take in the first worker's messages if this is its thread and it does not run: nobody else would. */
void loop_take_mail(struct loop *loop);

/* As future_set_result() and its kin, and for the carrier of the work alone: also from FUTURE_RUNNING to cancelled. */
int future_settle(struct future *f, int error, void *value, bool cancelled);

/* Of one that is done: its exception, or 0 and *value (may be NULL). */
int future_outcome(const struct future *f, void **value);

/* Callbacks of the runtime's own: called at once wherever the future is completed; `fn` may use event_post() and no
 * more. future_unlink() returns when fn has not been and will not be called (true), or has returned (false). */
void future_link(struct future *f, struct future_callback *node, future_callback_fn *fn, void *arg);
/* The same with fn(f, node), and `owner` in the node. */
void future_link_owned(struct future *f, struct future_callback *node, future_callback_fn *fn, void *owner);
bool future_unlink(struct future *f, struct future_callback *node);

#endif
