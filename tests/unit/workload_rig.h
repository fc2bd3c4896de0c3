/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A workload's whole life without a strategy: each task is a thread of its own, on a table of calls that a test may
 * make lie. What comes of it is judged as a trial's work is: by the oracle's results and by the workload's own check().
 */
#ifndef QUINTET_TESTS_WORKLOAD_RIG_H
#define QUINTET_TESTS_WORKLOAD_RIG_H

#include "remove_tree.h"

#include "contract/env.h"
#include "contract/param.h"
#include "contract/task.h"
#include "contract/workload.h"
#include "run/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RIG_TASKS_MAX = 16, RIG_WORDS = 256 };

struct workload_rig {
    const struct workload *workload;
    struct params params;
    struct workload_env env;
    struct ctx ctx;
    struct ctx_ops ops; /* what the tasks are given; to be changed before workload_rig_run() */
    struct shape shape;
    struct arena arena;
    _Atomic bool failed; /* a task: the others, which may wait for it, are to end */
    char data_dir[64];
    char words[RIG_WORDS];
};

/* One at a time, for calls that lie and for the directory's end. */
static struct workload_rig rig_g;

static void rig_remove_data(void)
{
    if (rig_g.data_dir[0])
        remove_tree(rig_g.data_dir);
}

/* "a=1,b=two" over the defaults of the smallest profile. */
static inline void rig_params(struct workload_rig *rig, const char *text)
{
    char copy[256], *rest = copy;
    rig->params = param_defaults(rig->workload->params, PROFILE_SMOKE);
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word; (word = strsep(&rest, ",")) && word[0];) {
        char *value = strchr(word, '=');
        *value++ = '\0';
        int at = param_find(rig->workload->params, word);
        cr_assert(at >= 0 && param_parse(&rig->workload->params[at], value, &rig->params.value[at]) == 0, "%s=%s", word,
                  value);
    }
}

/* The value of a parameter, to be read or changed. */
static inline int64_t *rig_param(const char *name)
{
    int at = param_find(rig_g.workload->params, name);
    cr_assert(at >= 0, "%s", name);
    return &rig_g.params.value[at];
}

/* Everything up to the first pass; an origin is to be offered before workload_rig_setup(). */
static inline void workload_rig_begin(const char *workload, const char *params, unsigned in_flight)
{
    struct workload_rig *rig = &rig_g;
    memset(rig, 0, sizeof *rig);
    rig->workload = workload_find(workload);
    cr_assert(rig->workload, "%s", workload);
    rig_params(rig, params);
    rig->ops = ctx_blocking;
    rig->ctx.ops = &ctx_blocking;
    rig->env = (struct workload_env){.params = &rig->params,
                                     .in_flight = in_flight,
                                     .workers = 2,
                                     .nonce = 0x5eed0001,
                                     .seed = 0x5eed,
                                     .data_dirfd = -1,
                                     .ctx = &rig->ctx};
    cr_assert_eq(env_init(&rig->env), 0);
    cr_assert_eq(rig->workload->shape(&rig->env, &rig->shape), 0, "%s", env_reason_text(&rig->env));
    cr_assert(rig->shape.tasks <= RIG_TASKS_MAX);
    cr_assert_eq(arena_init(&rig->arena, &rig->shape, rig->shape.tasks, rig->shape.tasks, false), 0);
    rig->env.shared = rig->arena.shared;
    if (!rig->workload->prepare)
        return;
    strcpy(rig->data_dir, "/tmp/quintet-workload-XXXXXX");
    cr_assert(mkdtemp(rig->data_dir));
    atexit(rig_remove_data);
    rig->env.data_dirfd = open(rig->data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(rig->workload->prepare(&rig->env), 0, "%s", env_reason_text(&rig->env));
}

static inline void workload_rig_setup(void)
{
    int rc = rig_g.workload->setup ? rig_g.workload->setup(&rig_g.env) : 0;
    cr_assert_eq(rc, 0, "%s: %s", strerror(-rc), env_reason_text(&rig_g.env));
}

static inline void *rig_carry(void *arg)
{
    struct task *task = arg;
    struct ctx ctx = {.ops = &rig_g.ops, .lane = &rig_g.arena.lanes[task->id]};
    task_loop(task, &ctx);
    if (task->err)
        atomic_store(&rig_g.failed, true);
    return NULL;
}

/* One pass. Returns NULL if the work is believed, or why it is not: "check: ...", "task 1: ...". */
static inline const char *workload_rig_run(void)
{
    struct workload_rig *rig = &rig_g;
    pthread_t threads[RIG_TASKS_MAX];
    rig->failed = false;
    arena_reset(&rig->arena, &rig->shape);
    if (rig->workload->reset)
        rig->workload->reset(&rig->env);
    for (unsigned i = 0; i < rig->shape.tasks; i++)
        rig->arena.tasks[i] =
            (struct task){.workload = rig->workload,
                          .env = &rig->env,
                          .state = rig->shape.state_bytes ? rig->arena.states + i * rig->arena.state_stride : NULL,
                          .ops = rig->shape.ops_per_task,
                          .id = i,
                          .batch = rig->shape.batch};
    for (unsigned i = 0; i < rig->shape.tasks; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, rig_carry, &rig->arena.tasks[i]), 0);
    for (unsigned i = 0; i < rig->shape.tasks; i++)
        pthread_join(threads[i], NULL);
    for (unsigned i = 0; i < rig->shape.tasks; i++) {
        const struct task *task = &rig->arena.tasks[i];
        if (!task->err && task->result == rig->workload->expect(&rig->env, &rig->shape, i))
            continue;
        if (task->err == -ECANCELED)
            continue;
        snprintf(rig->words, sizeof rig->words, "task %u: %s", i, task->err ? strerror(-task->err) : "other work");
        return rig->words;
    }
    int rc = rig->workload->check ? rig->workload->check(&rig->env, &rig->shape) : 0;
    if (!rc)
        return NULL;
    snprintf(rig->words, sizeof rig->words, "check: %s: %.180s", strerror(-rc), env_reason_text(&rig->env));
    return rig->words;
}

static inline void workload_rig_end(void)
{
    struct workload_rig *rig = &rig_g;
    if (rig->workload->teardown)
        rig->workload->teardown(&rig->env);
    env_fini(&rig->env);
    arena_fini(&rig->arena);
    if (rig->env.data_dirfd >= 0)
        close(rig->env.data_dirfd);
    rig_remove_data();
    rig->data_dir[0] = '\0';
}

#endif
