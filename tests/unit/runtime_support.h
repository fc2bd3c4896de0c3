/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the runtime's vocabulary share: loops over the backend that the environment names, children. */
#ifndef QUINTET_TESTS_RUNTIME_SUPPORT_H
#define QUINTET_TESTS_RUNTIME_SUPPORT_H

#include "coroutine_support.h"

#include "measure/clock.h"

#include "strategies/coroutine/coro.h"
#include "strategies/coroutine/executor.h"
#include "strategies/coroutine/future.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MS            UINT64_C(1000000)
#define VALUE(number) ((void *)(uintptr_t)(number))
#define NUMBER(value) ((uintptr_t)(value))

/* What EXPECT() has counted, asserted on the main thread: last in every test that uses it. */
#define ASSERT_NOTHING_WRONG() cr_assert_eq(atomic_load(&wrong), 0u, "%u wrong, first at %s", wrong, wrong_where)

static inline uint64_t now_ns(void)
{
    return clock_monotonic_ns();
}

static inline void thread_sleep(uint64_t ns)
{
    struct timespec left = {.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};
    nanosleep(&left, NULL);
}

/* The configuration for this process's backend (rig_backend()). */
static inline struct loop_config test_config(unsigned workers)
{
    struct loop_config config = {.workers = workers, .backend = CORO_BACKEND_URING};
    if (rig_is_epoll())
        config.backend = CORO_BACKEND_EPOLL;
    if (rig_backend() == RIG_EPOLL_OLD)
        rig_age_kernel();
    if (rig_backend() == RIG_URING_PLAIN)
        config.ladder_skip = 2;
    return config;
}

/* A user may have locked memory for a few rings only, for all processes together, and the kernel gives that of closed
 * ones back late: other tests' and our own before. */
static inline struct loop *test_loop(unsigned workers)
{
    enum { PATIENCE_MS = 5000, LOOK_MS = 20 };
    struct loop_config config = test_config(workers);
    struct loop *loop = NULL;
    int err = loop_create(&loop, &config);
    for (unsigned waited_ms = 0; err == -ENOMEM && waited_ms < PATIENCE_MS; waited_ms += LOOK_MS) {
        thread_sleep(LOOK_MS * MS);
        err = loop_create(&loop, &config);
    }
    if (err) {
        fprintf(stderr, "loop_create: %s\n", strerror(-err));
        abort();
    }
    return loop;
}

/* Run fn(self, arg) on a loop of its own; what it returned. The loop must close without anything left alive. */
static inline int on_loop(unsigned workers, coro_task_fn *fn, void *arg)
{
    struct loop *loop = test_loop(workers);
    int err = loop_run(loop, fn, arg, NULL);
    EXPECT(loop_close(loop) == 0);
    return err;
}

/* fn(arg) in a child, which cannot outlive the test; its exit status, or -1 when it died by a signal. */
static inline int in_child(int (*fn)(void *arg), void *arg)
{
    int status = 0;
    fflush(NULL);
#if defined(__SANITIZE_ADDRESS__)
    thread_sleep(50 *
                 MS); /* a thread that is just starting holds locks of AddressSanitizer's, and a child keeps them */
#endif
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(fn(arg));
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline size_t count_threads(void)
{
    size_t n = 0;
    DIR *dir = opendir("/proc/self/task");
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        n += entry->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return n;
}

/* ---- bodies that several tests use ---- */

/* What a body has been through. */
struct trace {
    _Atomic unsigned begun, ended;
    _Atomic int told; /* what its waiting call returned */
    _Atomic unsigned tid;
};

/* Sleep for ever; report what ended it, and return that. */
static inline int sleeper(struct coro *self, void *arg, void **value)
{
    struct trace *t = arg;
    (void)value;
    t->begun++;
    t->told = coro_sleep_until(self, CORO_NEVER);
    t->ended++;
    return t->told;
}

/* Swallow one cancellation, and return a value. */
static inline int swallower(struct coro *self, void *arg, void **value)
{
    struct trace *t = arg;
    t->begun++;
    t->told = coro_sleep_until(self, CORO_NEVER);
    *value = VALUE(7);
    t->ended++;
    return 0;
}

/* Return the number that `arg` is, after so many milliseconds; a negative one is a failure. */
static inline int number_body(struct coro *self, void *arg, void **value)
{
    intptr_t n = (intptr_t)arg;
    int err = coro_sleep(self, (uint64_t)(n < 0 ? -n : n) * MS);
    if (err)
        return err;
    *value = arg;
    return n < 0 ? (int)n : 0;
}

/* Let a coroutine that was just started take its first steps. */
static inline void let_others_run(struct coro *self)
{
    EXPECT(coro_sleep(self, MS) == 0);
}

#endif
