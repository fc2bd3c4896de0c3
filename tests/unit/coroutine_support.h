/* SPDX-License-Identifier: Apache-2.0 */
/* What the coroutine tests share: run coroutines on workers of one's own choice, count what a process holds. */
#ifndef QUINTET_TESTS_COROUTINE_SUPPORT_H
#define QUINTET_TESTS_COROUTINE_SUPPORT_H

#include "strategies/coroutine/io.h"
#include "strategies/coroutine/nowait.h"
#include "strategies/coroutine/overflow.h"
#include "strategies/coroutine/worker.h"

#include <dirent.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>

enum { RIG_WORKERS_MAX = 4 };

/* A fiber costs ThreadSanitizer milliseconds, and AddressSanitizer a stack of fake frames: with them fewer will do. */
#if defined(CORO_ANNOTATED)
#define MANY_OR_FEW(many, few) (few)
#else
#define MANY_OR_FEW(many, few) (many)
#endif

/* What is wrong in coroutines and threads is counted: cr_* is for the main thread. */
static __attribute__((unused)) _Atomic unsigned wrong;
static __attribute__((unused)) char wrong_where[160];

#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition) && atomic_fetch_add(&wrong, 1) == 0)                                                          \
            snprintf(wrong_where, sizeof wrong_where, "line %d: %s", __LINE__, #condition);                            \
    } while (0)

/* ---- the backend: the environment's QUINTET_CORO_BACKEND ---- */

enum rig_backend {
    RIG_URING,       /* "uring", or nothing */
    RIG_URING_PLAIN, /* "uring_plain": the lowest rung of the flag ladder */
    RIG_EPOLL,       /* "epoll" */
    RIG_EPOLL_OLD,   /* "epoll_old": without what Linux 5.10 lacks */
    RIG_BACKENDS,
};

static inline enum rig_backend rig_backend(void)
{
    static const char *const names[] = {"uring", "uring_plain", "epoll", "epoll_old"};
    const char *wanted = getenv("QUINTET_CORO_BACKEND");
    for (int i = 0; wanted && i < RIG_BACKENDS; i++)
        if (!strcmp(wanted, names[i]))
            return (enum rig_backend)i;
    if (wanted)
        abort();
    return RIG_URING;
}

static inline bool rig_is_epoll(void)
{
    return rig_backend() >= RIG_EPOLL;
}

/* In this process from now on: no epoll_pwait2, and RWF_NOWAIT only where 5.10 has it. It knows files and sockets, not
 * pipes; a filter cannot see what a descriptor is, so here it is refused for all. */
static inline int rig_age_kernel(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 441, 0, 1), /* epoll_pwait2 */
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_preadv2, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pwritev2, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, RWF_NOWAIT, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EOPNOTSUPP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
    static bool aged;
    if (aged)
        return 0;
    aged = true;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        return -errno;
    return 0;
}

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
    const struct io_backend *backend = rig_is_epoll() ? &io_backend_epoll : &io_backend_uring;
    int err = overflow_handler_init();
    if (!err && rig_backend() == RIG_EPOLL_OLD)
        err = rig_age_kernel();
    if (rig_backend() == RIG_URING_PLAIN)
        rig->io.ladder_skip = 2;
    memset(thread, 0, sizeof thread);
    rig->worker = aligned_alloc(128, sizeof *rig->worker * rig->workers);
    io_ctx_ops_init(&rig->ops, backend, rig->seats, rig->pread);
    atomic_store(&rig->remaining, rig->workers);
    for (unsigned i = 0; i < rig->workers; i++) {
        struct worker_config config = {
            .backend = backend,
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

/* rig.begin for a single coroutine; rig.arg points to its function. */
static inline void rig_spawn_one(struct worker *w, unsigned i, void *arg)
{
    (void)i;
    worker_spawn(w, *(coro_fn **)arg, NULL, 1);
}

/* Run it; nothing may be found wrong. In tests only. */
#define RIG_RUN(...)                                                                                                   \
    do {                                                                                                               \
        struct rig rig_ = __VA_ARGS__;                                                                                 \
        atomic_store(&wrong, 0);                                                                                       \
        cr_assert_eq(rig_run(&rig_), 0);                                                                               \
        cr_assert_eq(atomic_load(&wrong), 0u, "%s", wrong_where);                                                      \
    } while (0)

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
