/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tasks, lanes, and the only timing loop.
 *
 * A task is one logical flow that does its ops in order. A lane is a recording slot with one writer at a time: a
 * strategy gives each carrier (thread, process, coroutine worker) its own and puts it into ctx->lane.
 */
#ifndef QUINTET_CONTRACT_TASK_H
#define QUINTET_CONTRACT_TASK_H

#include "contract/ctx.h"
#include "contract/workload.h"

#include "measure/clock.h"
#include "measure/hist.h"

#include <stdint.h>

/* Its head, up to the first buckets, lies in one page: all that is touched of a lane that nobody records into. */
struct lane {
    _Alignas(128) uint64_t user_switches_count; /* switches made without the kernel (coroutines) */
    uint64_t children_carried_count; /* children that became more than a call by their parent: a thread, a process, a
                                        coroutine, or work taken by another worker */
    struct hist latency;             /* actual start -> end of each sample */
    struct hist response;            /* paced load only: intended start -> end */
    struct hist lag;                 /* paced load only: from when an op could have started to when it did */
};

/*
 * What only the strategy sees of a task's life, beside started_ns and ended_ns. Kept where task->marks is set, which it
 * is for all tasks of a run or for none, and never in a timed one. Written by the process that called run().
 */
struct task_marks {
    uint64_t asked_ns; /* just before the call that makes the task: a clone, a fork, a submit, a spawn */
    uint64_t made_ns;  /* that call is back; 0: not before the task has ended (it is a plain call) */
    uint64_t gone_ns;  /* its maker has waited for it, and nothing of it is left; 0: nobody waits for it alone */
    unsigned together; /* tasks that the call made */
};

/* Lives in the shared arena: fork'ed carriers write their results into it too. */
struct task {
    /* in */
    const struct workload *workload;
    const struct workload_env *env;
    struct task_marks *marks; /* NULL: nobody wants to know */
    void *state;
    uint64_t ops;
    const uint64_t *due_ns; /* paced load: op i is due at epoch_ns + due_ns[i]; NULL = closed load */
    uint64_t epoch_ns;
    unsigned id;
    unsigned batch;
    bool serves;             /* paced load: it answers others, which are paced; nothing is recorded */
    unsigned delay_permille; /* positive control: every sample is made this much longer; 0 in every result */
    unsigned progress_every; /* closed load: note the time in *progress_ns each so many ops and at the end; 0: never. A
                                multiple of batch. Between two notes the loop does not know of them */
    uint64_t *progress_ns; /* room for (ops + progress_every - 1) / progress_every; in memory that all carriers share */
    /* out */
    int err;       /* 0 or the first -errno of op(); -ECHILD: its process died, or a child's */
    int killed_by; /* ... by this signal; 0: by an exit, or with its group */
    uint64_t started_ns, ended_ns;
    uint64_t ops_done;
    uint64_t runs; /* how often task_loop() ran for it: must be 1 */
    uint64_t result;
};

/*
 * Run one task to its end: pacing, timing, recording, error. The only place that calls op() and reads the clock
 * around it. Strategies call this exactly once per task and pass. ctx->lane must be theirs alone while the task runs on
 * this carrier; under coroutines many tasks interleave on one lane, which is safe because recording does not switch.
 */
void task_loop(struct task *task, struct ctx *ctx);

/* For strategies: the moments of struct task_marks, each where it happens. Without marks, a look at a pointer. */
static inline void task_mark_asked(struct task *task)
{
    if (__builtin_expect(task->marks != NULL, 0))
        task->marks->asked_ns = clock_now_ns();
}
static inline void task_mark_made(struct task *task, unsigned together)
{
    if (__builtin_expect(task->marks != NULL, 0)) {
        task->marks->made_ns = clock_now_ns();
        task->marks->together = together;
    }
}
static inline void task_mark_gone(struct task *task)
{
    if (__builtin_expect(task->marks != NULL, 0))
        task->marks->gone_ns = clock_now_ns();
}
/* The first two for tasks that one call makes. */
static inline void tasks_mark_asked(struct task *tasks, unsigned n)
{
    for (unsigned i = 0; i < n && tasks[i].marks; i++)
        task_mark_asked(&tasks[i]);
}
static inline void tasks_mark_made(struct task *tasks, unsigned n)
{
    for (unsigned i = 0; i < n && tasks[i].marks; i++)
        task_mark_made(&tasks[i], n);
}

#endif
