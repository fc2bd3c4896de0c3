/* SPDX-License-Identifier: Apache-2.0 */
/* The loop against the process around it: forks, limits, refused system calls, a thousand lives. */
#include "quintet_criterion.h"

#include "runtime_support.h"

#include <fcntl.h>
#include <sys/socket.h>

TestSuite(loop_limits, .timeout = 60);

static int returns_arg(struct coro *self, void *arg, void **value)
{
    (void)self;
    *value = arg;
    return 0;
}

/* ---- a thousand lives ---- */

static int one_life(struct coro *self, void *arg, void **value)
{
    struct coro_task task;
    (void)arg;
    EXPECT(coro_task_start(&task, coro_loop(self), number_body, NULL) == 0);
    EXPECT(future_await(self, &task.future, value) == 0);
    future_fini(&task.future);
    return coro_sleep(self, 1000);
}

static void many_lives(unsigned workers, int lives)
{
    size_t fds = 0, maps = 0, threads = 0;
    for (int i = 0; i < lives; i++) {
        cr_assert_eq(on_loop(workers, one_life, NULL), 0);
        if (i == lives / 10) {
            fds = count_fds();
            maps = count_maps();
            threads = count_threads();
        }
    }
    cr_expect_eq(count_fds(), fds);
    cr_expect_leq(count_maps(), maps + (size_t)lives / 10, "%zu maps, then %zu", maps, count_maps());
    cr_expect_leq(count_threads(), threads, "%zu threads, then %zu", threads, count_threads());
}

Test(loop_limits, a_thousand_lives)
{
    many_lives(1, 1000);
    ASSERT_NOTHING_WRONG();
}

Test(loop_limits, hundreds_of_lives_with_three_workers)
{
    many_lives(3, 300);
    ASSERT_NOTHING_WRONG();
}

/* ---- forks ---- */

static int use_in_child(void *arg)
{
    struct loop *loop = arg;
    struct future f;
    future_init(&f, NULL);
    if (coro_current())
        return 2;
    if (loop_run(loop, returns_arg, NULL, NULL) != -EPERM || loop_run_until_complete(loop, &f) != -EPERM)
        return 3;
    if (loop_close(loop) != -EPERM)
        return 4;
    /* One of its own it may have. */
    struct loop *own;
    struct loop_config config = test_config(1);
    void *value = NULL;
    if (loop_create(&own, &config) || loop_run(own, returns_arg, VALUE(5), &value) || value != VALUE(5))
        return 5;
    return loop_close(own) ? 6 : 0;
}

static int forks(struct coro *self, void *arg, void **value)
{
    struct coro_task other;
    int pair[2];
    char c = 0;
    (void)arg, (void)value;
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    EXPECT(coro_task_start(&other, coro_loop(self), number_body, (void *)20) == 0);
    let_others_run(self);
    int status = in_child(use_in_child, coro_loop(self));
    EXPECT(status == 0);
    EXPECT(coro_current() == self);
    EXPECT(coro_send(self, pair[0], "y", 1, 0, CORO_NEVER) == 1);
    EXPECT(coro_recv(self, pair[1], &c, 1, 0, CORO_NEVER) == 1 && c == 'y');
    EXPECT(future_await(self, &other.future, value) == 0 && *value == (void *)20);
    future_fini(&other.future);
    close(pair[0]);
    close(pair[1]);
    return 0;
}

Test(loop_limits, a_forked_child_has_no_part_in_it)
{
    for (unsigned workers = 1; workers <= 2; workers++) {
        struct loop *loop = test_loop(workers);
        cr_expect_eq(in_child(use_in_child, loop), 0);
        cr_expect_eq(loop_run(loop, forks, NULL, NULL), 0);
        cr_expect_eq(in_child(use_in_child, loop), 0);
        cr_expect_eq(loop_run(loop, returns_arg, NULL, NULL), 0);
        cr_expect_eq(loop_close(loop), 0);
    }
    ASSERT_NOTHING_WRONG();
}

/* ---- limits, each in a child: loop_create() says so, and leaves nothing behind ---- */

struct limited {
    int resource;
    rlim_t value;
    unsigned workers;
};

/* 0: it failed with an errno that the header names, or it worked; either way nothing is left. */
static int under_limit(void *arg)
{
    const struct limited *l = arg;
    struct loop_config config = test_config(l->workers);
    struct loop *loop;
    size_t fds = count_fds(), threads = count_threads();
    struct rlimit limit = {.rlim_cur = l->value, .rlim_max = l->value};
    if (l->resource == RLIMIT_NPROC && (setgid(65534) || setuid(65534)))
        return 0; /* not root: then the limit binds somebody else's threads, too */
    if (setrlimit(l->resource, &limit))
        return 2;
    for (int i = 0; i < 20; i++) {
        int err = loop_create(&loop, &config);
        if (!err) {
            err = loop_run(loop, returns_arg, NULL, NULL); /* the task, too, needs memory */
            if (err && err != -ENOMEM)
                return 3;
            err = loop_close(loop);
            if (err)
                return 50 - err;
        } else if (err != -EMFILE && err != -ENOMEM && err != -EAGAIN) {
            return 100 - err > 255 ? 255 : 100 - err;
        } else if (loop) {
            return 4;
        }
    }
    limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
    if (l->resource == RLIMIT_NOFILE) { /* count_fds() needs one itself */
        for (int fd = (int)l->value - 1; fd >= (int)l->value - 2; fd--)
            close(fd);
    }
    if (count_fds() > fds)
        return 5;
    for (int i = 0; i < 200 && count_threads() > threads; i++)
        thread_sleep(MS); /* a joined thread is gone from /proc a moment later */
    return count_threads() > threads ? 6 : 0;
}

Test(loop_limits, descriptors)
{
    int highest = open("/dev/null", O_RDONLY | O_CLOEXEC);
    cr_assert_geq(highest, 0);
    for (unsigned workers = 1; workers <= 3; workers++)
        for (rlim_t more = 0; more < 12; more++) {
            struct limited l = {RLIMIT_NOFILE, (rlim_t)highest + 1 + more, workers};
            int status = in_child(under_limit, &l);
            cr_expect_eq(status, 0, "%u workers, %u descriptors: %d", workers, (unsigned)more, status);
        }
    close(highest);
}

static size_t address_space(void)
{
    size_t pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f) {
        if (fscanf(f, "%zu", &pages) != 1)
            pages = 0;
        fclose(f);
    }
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

Test(loop_limits, address_space, .timeout = 120)
{
#if defined(__SANITIZE_ADDRESS__)
    test_skip("AddressSanitizer needs the address space");
#endif
    for (unsigned workers = 1; workers <= 3; workers += 2)
        for (size_t more = 0; more < 12; more++) { /* a ring that gets no memory asks again, for 200 ms each */
            struct limited l = {RLIMIT_AS, address_space() + more * more * (96 << 10), workers};
            int status = in_child(under_limit, &l);
            cr_expect_eq(status, 0, "%u workers, step %zu: %d", workers, more, status);
        }
}

/* Children that were accepted start even if tasks have used up all memory since. */
static int counts_itself(struct coro *self, void *arg)
{
    (void)self;
    ++*(int *)arg;
    return 0;
}

static int sleeps_for_ever(struct coro *self, void *arg, void **value)
{
    (void)arg, (void)value;
    return coro_sleep_until(self, CORO_NEVER);
}

static int tasks_take_all(struct coro *self, void *arg, void **value)
{
    static struct coro_task tasks[100000];
    struct scope s;
    int ran = 0, err = 0;
    (void)arg, (void)value;
    scope_init(&s, self, 0);
    for (int i = 0; i < 40; i++)
        err = err ? err : scope_spawn(&s, counts_itself, &ran);
    struct rlimit limit = {address_space() + (1 << 20), RLIM_INFINITY};
    if (err || setrlimit(RLIMIT_AS, &limit))
        return -EINVAL;
    for (size_t n = 0; n < 100000 && !err; n++)
        err = coro_task_start(&tasks[n], coro_loop(self), sleeps_for_ever, NULL);
    if (err != -ENOMEM)
        return -ERANGE;
    err = scope_join(&s);
    return err ? err : ran == 40 ? 0 : -ECHILD;
}

static int promised_children(void *arg)
{
    struct loop *loop;
    (void)arg;
    int err = loop_create(&loop, NULL);
    err = err ? err : loop_run(loop, tasks_take_all, NULL, NULL);
    return -err & 0x7f;
}

Test(loop_limits, children_are_promised_their_memory)
{
#ifdef CORO_ASAN
    test_skip("AddressSanitizer needs the address space");
#endif
    int status = in_child(promised_children, NULL);
    cr_expect_eq(status, 0, "%d", status);
}

Test(loop_limits, threads)
{
    struct limited l = {RLIMIT_NPROC, 1, 4};
    int status = in_child(under_limit, &l);
    cr_expect_eq(status, 0, "%d", status);
}

/* ---- io_uring refused ---- */

static int refuse_uring(int err)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)err),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        return -errno;
    return 0;
}

static int without_uring(void *arg)
{
    int refusal = (int)NUMBER(arg);
    struct loop *loop = NULL;
    struct loop_config config = {.workers = 2, .backend = CORO_BACKEND_URING};
    char text[512] = "";
    void *value = NULL;
    size_t fds = count_fds();
    if (refuse_uring(refusal))
        return 2;
    if (loop_create(&loop, &config) != -refusal || loop)
        return 3;
    config.backend = CORO_BACKEND_AUTO;
    if (loop_create(&loop, &config))
        return 4;
    loop_describe(loop, text, sizeof text);
    if (!strstr(text, "epoll") || strstr(text, "io_uring"))
        return 5;
    if (loop_run(loop, one_life, NULL, &value))
        return 6;
    if (loop_close(loop) || wrong)
        return 7;
    return count_fds() == fds ? 0 : 8;
}

Test(loop_limits, io_uring_refused)
{
    static const int refusals[] = {EPERM, ENOSYS, EINVAL};
    for (int i = 0; i < 3; i++) {
        int status = in_child(without_uring, VALUE(refusals[i]));
        cr_expect_eq(status, 0, "refused with %d: %d", refusals[i], status);
    }
}
