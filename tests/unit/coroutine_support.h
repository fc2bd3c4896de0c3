/* SPDX-License-Identifier: Apache-2.0 */
/* What the coroutine tests share: run coroutines on workers of one's own choice, count what a process holds. */
#ifndef QUINTET_TESTS_COROUTINE_SUPPORT_H
#define QUINTET_TESTS_COROUTINE_SUPPORT_H

#include "strategies/coroutine/io.h"
#include "strategies/coroutine/overflow.h"
#include "strategies/coroutine/worker.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RIG_WORKERS_MAX = 4 };

/* A fiber costs ThreadSanitizer milliseconds, and AddressSanitizer a stack of fake frames: with them fewer will do. */
#if defined(CORO_ANNOTATED)
#define MANY_OR_FEW(many, few) (few)
#else
#define MANY_OR_FEW(many, few) (many)
#endif

/* Workers that run until all coroutines have ended. */
struct rig {
    unsigned workers;
    struct io_config io;
    enum io_seats seats;
    enum io_pread pread;
    size_t stack_bytes;
    size_t reserve;
    /* Spawn what worker i begins with; called on its thread. */
    void (*begin)(struct worker *w, unsigned i, void *arg);
    void *arg;

    /* internal */
    struct ctx_ops ops;
    struct worker *worker;
    _Atomic unsigned remaining;
    int err;
};

struct rig_thread {
    struct rig *rig;
    unsigned index;
    bool reported;
    pthread_t thread;
    int err;
};

static inline void rig_turn(struct worker *w, void *owner)
{
    struct rig_thread *t = owner;
    if (w->live_count > 0 || t->reported)
        return;
    t->reported = true;
    if (atomic_fetch_sub(&t->rig->remaining, 1) == 1)
        for (unsigned i = 0; i < t->rig->workers; i++)
            worker_stop(&t->rig->worker[i]);
}

static inline void *rig_main(void *arg)
{
    struct rig_thread *t = arg;
    struct worker *w = &t->rig->worker[t->index];
    t->err = worker_start(w);
    if (t->err)
        return NULL;
    t->err = worker_reserve(w, t->rig->reserve);
    if (!t->err) {
        t->rig->begin(w, t->index, t->rig->arg);
        worker_run(w);
    }
    worker_finish(w);
    return NULL;
}

/* 0, or the first -errno of setting up. */
static inline int rig_run(struct rig *rig)
{
    struct rig_thread thread[RIG_WORKERS_MAX];
    int err = overflow_handler_init();
    memset(thread, 0, sizeof thread);
    rig->worker = aligned_alloc(128, sizeof *rig->worker * rig->workers);
    io_ctx_ops_init(&rig->ops, &io_backend_uring, rig->seats, rig->pread);
    atomic_store(&rig->remaining, rig->workers);
    for (unsigned i = 0; i < rig->workers; i++) {
        struct worker_config config = {
            .backend = &io_backend_uring,
            .io = rig->io,
            .ops = &rig->ops,
            .stack_bytes = rig->stack_bytes,
            .on_turn = rig_turn,
            .owner = &thread[i],
        };
        thread[i] = (struct rig_thread){.rig = rig, .index = i};
        if (!err)
            err = worker_init(&rig->worker[i], &config);
    }
    if (err)
        return err;
    for (unsigned i = 0; i < rig->workers; i++)
        pthread_create(&thread[i].thread, NULL, rig_main, &thread[i]);
    for (unsigned i = 0; i < rig->workers; i++)
        pthread_join(thread[i].thread, NULL);
    for (unsigned i = 0; i < rig->workers; i++) {
        if (!err)
            err = thread[i].err;
        worker_fini(&rig->worker[i]);
    }
    free(rig->worker);
    overflow_handler_fini();
    return err;
}

/* Lines of /proc/self/maps. */
static inline size_t count_maps(void)
{
    size_t lines = 0;
    FILE *f = fopen("/proc/self/maps", "re");
    for (int c; f && (c = getc(f)) != EOF;)
        lines += c == '\n';
    if (f)
        fclose(f);
    return lines;
}

static inline size_t count_fds(void)
{
    size_t n = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (dir && readdir(dir))
        n++;
    if (dir)
        closedir(dir);
    return n;
}

/* Small deterministic generator for delays and models. */
static inline uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

#endif
