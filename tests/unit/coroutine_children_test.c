/* SPDX-License-Identifier: Apache-2.0 */
/* Children (ctx.h) of coroutines: sums and errors, trees, very many, children that wait, and other workers' help. */
#include "quintet_criterion.h"

#include "runtime_support.h"

#include "contract/ctx.h"

#include <fcntl.h>
#include <sys/socket.h>

TestSuite(coroutine_children, .timeout = 60);

static _Atomic unsigned runs;

/* A body that uses nothing but the contract, on loops of one and of two workers. */
struct body {
    int (*fn)(struct ctx *c);
};

static int body_main(struct coro *self, void *arg, void **value)
{
    (void)value;
    return ((struct body *)arg)->fn(coro_ctx(self));
}

static void on_loops(int (*fn)(struct ctx *c))
{
    struct body body = {fn};
    for (unsigned workers = 1; workers <= 2; workers++) {
        atomic_store(&runs, 0);
        cr_assert_eq(on_loop(workers, body_main, &body), 0, "with %u workers", workers);
        ASSERT_NOTHING_WRONG();
    }
}

/* ---- sums ---- */

static int64_t times(struct ctx *c, const void *factor, uint64_t arg)
{
    (void)c;
    runs++;
    return *(const int64_t *)factor * (int64_t)arg;
}

static int sums(struct ctx *c)
{
    int64_t factor = 3;
    struct children of;
    children_init(&of, times, &factor);
    EXPECT(ctx_join(c, &of) == 0 && of.sum == 0); /* nobody */
    for (unsigned round = 0; round < 3; round++) {
        children_init(&of, times, &factor);
        memset(of.own, 0xa5, sizeof of.own); /* not initialised, says the contract */
        for (uint64_t i = 0; i <= 100; i++)
            EXPECT(ctx_spawn(c, &of, i) == 0);
        EXPECT(ctx_join(c, &of) == 0);
        EXPECT(of.sum == 3 * 5050 && of.err == 0);
    }
    EXPECT(runs == 303);
    return 0;
}

Test(coroutine_children, join_gives_the_sum)
{
    on_loops(sums);
}

static int64_t word(struct ctx *c, const void *shared, uint64_t arg)
{
    (void)c, (void)shared;
    return (int64_t)(arg >> 1);
}

static int words(struct ctx *c)
{
    struct children of;
    children_init(&of, word, NULL);
    EXPECT(ctx_spawn(c, &of, UINT64_MAX) == 0);
    EXPECT(ctx_join(c, &of) == 0 && of.sum == INT64_MAX);
    return 0;
}

Test(coroutine_children, all_of_the_word_arrives)
{
    on_loops(words);
}

/* ---- errors ---- */

static int64_t third_fails(struct ctx *c, const void *shared, uint64_t arg)
{
    (void)shared;
    runs++;
    if (arg % 7 == 0)
        ctx_yield(c);
    return arg % 3 == 0 ? arg % 2 ? -EIO : -ENOSPC : 1;
}

static int64_t fails_with(struct ctx *c, const void *shared, uint64_t arg)
{
    (void)c, (void)shared;
    runs++;
    return -(int64_t)arg;
}

static int errors(struct ctx *c)
{
    struct children of;
    children_init(&of, third_fails, NULL);
    for (uint64_t i = 0; i < 300; i++)
        EXPECT(ctx_spawn(c, &of, i) == 0);
    int err = ctx_join(c, &of);
    EXPECT((err == -EIO || err == -ENOSPC) && of.err == err);
    EXPECT(of.sum == 200 && runs == 300);

    /* The first is kept: the second begins only when the first has ended. And -ECANCELED is an error like others. */
    children_init(&of, fails_with, NULL);
    EXPECT(ctx_spawn(c, &of, ECANCELED) == 0);
    while (runs < 301)
        ctx_yield(c);
    ctx_sleep_until(c, clock_monotonic_ns() + MS);
    EXPECT(ctx_spawn(c, &of, EPROTO) == 0);
    EXPECT(ctx_join(c, &of) == -ECANCELED && of.err == -ECANCELED && of.sum == 0 && runs == 302);
    return 0;
}

Test(coroutine_children, first_error_is_kept_and_the_others_run)
{
    on_loops(errors);
}

/* ---- trees ---- */

static int64_t fib(struct ctx *c, const void *shared, uint64_t n)
{
    struct children first;
    if (n < 2)
        return (int64_t)n;
    children_init(&first, fib, shared);
    int rc = ctx_spawn(c, &first, n - 1);
    int64_t second = fib(c, shared, n - 2);
    int join_rc = ctx_join(c, &first);
    return rc ? rc : join_rc ? join_rc : first.sum + second;
}

static int trees(struct ctx *c)
{
    unsigned n = MANY_OR_FEW(20, 8);
    EXPECT(fib(c, NULL, n) == (n == 20 ? 6765 : 21));
    return 0;
}

Test(coroutine_children, children_of_children)
{
    on_loops(trees);
}

static int64_t chain(struct ctx *c, const void *shared, uint64_t depth)
{
    struct children next;
    if (depth == 0)
        return 1;
    children_init(&next, chain, shared);
    int rc = ctx_spawn(c, &next, depth - 1);
    int join_rc = ctx_join(c, &next);
    return rc ? rc : join_rc ? join_rc : next.sum + 1;
}

/* Each on a stack of its own: on one alone this would be an overflow. */
static int deep(struct ctx *c)
{
    EXPECT(chain(c, NULL, MANY_OR_FEW(5000, 50)) == MANY_OR_FEW(5001, 51));
    return 0;
}

Test(coroutine_children, a_chain_is_as_deep_as_it_likes)
{
    on_loops(deep);
}

/* The younger set is joined first; both are open while children of the older one run. */
static int two_sets(struct ctx *c)
{
    int64_t one = 1, two = 2;
    for (unsigned round = 0; round < 50; round++) {
        struct children older, younger;
        children_init(&older, times, &one);
        children_init(&younger, times, &two);
        for (uint64_t i = 0; i < 20; i++) {
            EXPECT(ctx_spawn(c, &older, i) == 0);
            EXPECT(ctx_spawn(c, &younger, i) == 0);
            if (i == round % 20)
                ctx_yield(c);
        }
        EXPECT(ctx_join(c, &younger) == 0 && younger.sum == 380);
        EXPECT(ctx_join(c, &older) == 0 && older.sum == 190);
    }
    return 0;
}

Test(coroutine_children, two_sets_open_at_once)
{
    on_loops(two_sets);
}

/* ---- many: the deque of closures holds 4096 ---- */

enum { MANY = MANY_OR_FEW(100000, 300) };

static int64_t sometimes_yields(struct ctx *c, const void *shared, uint64_t arg)
{
    (void)shared;
    if (arg % 1000 == 0)
        ctx_yield(c);
    return (int64_t)arg;
}

static int many(struct ctx *c)
{
    struct children of;
    children_init(&of, sometimes_yields, NULL);
    for (uint64_t i = 0; i < MANY; i++)
        EXPECT(ctx_spawn(c, &of, i) == 0);
    EXPECT(ctx_join(c, &of) == 0 && of.sum == (int64_t)MANY * (MANY - 1) / 2);
    return 0;
}

Test(coroutine_children, more_than_can_be_noted_down)
{
    on_loops(many);
}

/* ---- children that wait ---- */

enum { SLEEPERS = MANY_OR_FEW(200, 40) };

static int64_t sleeps(struct ctx *c, const void *shared, uint64_t ns)
{
    uint64_t until = clock_monotonic_ns() + ns;
    (void)shared;
    int rc = ctx_sleep_until(c, until);
    EXPECT(rc != 0 || clock_monotonic_ns() >= until);
    return rc ? rc : 1;
}

/* All sleep at the same time, also those that the join called. */
static int sleepers(struct ctx *c)
{
    struct children of;
    uint64_t start = clock_monotonic_ns();
    children_init(&of, sleeps, NULL);
    for (uint64_t i = 0; i < SLEEPERS; i++)
        EXPECT(ctx_spawn(c, &of, 50 * MS + i * 1000) == 0);
    EXPECT(ctx_join(c, &of) == 0 && of.sum == SLEEPERS);
    EXPECT(clock_monotonic_ns() - start < SLEEPERS / 4 * 50 * MS);
    return 0;
}

Test(coroutine_children, sleep_at_the_same_time)
{
    on_loops(sleepers);
}

/* Returns the byte that went through a pair of its own, after two children have read from a file. */
static int64_t reads_file(struct ctx *c, const void *shared, uint64_t offset)
{
    unsigned char byte;
    ssize_t got = ctx_pread(c, *(const int *)shared, &byte, 1, (off_t)offset);
    return got == 1 ? byte : got < 0 ? got : -EIO;
}

static int64_t talks(struct ctx *c, const void *shared, uint64_t arg)
{
    unsigned char byte = (unsigned char)arg, back = 0;
    struct children readers;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        return -errno;
    children_init(&readers, reads_file, shared);
    EXPECT(ctx_spawn(c, &readers, arg) == 0 && ctx_spawn(c, &readers, arg + 1) == 0);
    EXPECT(arg % 2 || ctx_sleep_until(c, clock_monotonic_ns() + MS) == 0);
    EXPECT(ctx_send(c, pair[0], &byte, 1, 0) == 1);
    EXPECT(ctx_recv(c, pair[1], &back, 1, 0) == 1);
    EXPECT(ctx_join(c, &readers) == 0 && readers.sum == 2 * (int64_t)arg + 1);
    EXPECT(ctx_nop(c) >= 0);
    EXPECT(ctx_close(c, pair[0]) == 0 && ctx_close(c, pair[1]) == 0);
    return back;
}

static int talkers(struct ctx *c)
{
    enum { TALKERS = 60 };
    unsigned char bytes[TALKERS + 1];
    char name[] = "/tmp/quintet_children_XXXXXX";
    struct children of;
    int fd = mkstemp(name);
    EXPECT(fd >= 0 && unlink(name) == 0);
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    EXPECT(ctx_pwrite(c, fd, bytes, sizeof bytes, 0) == sizeof bytes);
    children_init(&of, talks, &fd);
    for (uint64_t i = 0; i < TALKERS; i++)
        EXPECT(ctx_spawn(c, &of, i) == 0);
    EXPECT(ctx_join(c, &of) == 0 && of.sum == TALKERS * (TALKERS - 1) / 2);
    EXPECT(ctx_close(c, fd) == 0);
    return 0;
}

Test(coroutine_children, sockets_and_files)
{
    on_loops(talkers);
}

/* A child waits for what its parent does after the spawn, and other coroutines of the worker go on meanwhile. */
static int64_t reads_pipe(struct ctx *c, const void *shared, uint64_t arg)
{
    char byte;
    (void)arg;
    return ctx_read(c, ((const int *)shared)[0], &byte, 1);
}

static int answered(struct ctx *c)
{
    struct children of;
    int fd[2];
    EXPECT(pipe2(fd, O_CLOEXEC) == 0);
    children_init(&of, reads_pipe, fd);
    for (unsigned i = 0; i < 5; i++)
        EXPECT(ctx_spawn(c, &of, i) == 0);
    EXPECT(ctx_sleep_until(c, clock_monotonic_ns() + MS) == 0);
    EXPECT(ctx_write(c, fd[1], "12345", 5) == 5);
    EXPECT(ctx_join(c, &of) == 0 && of.sum == 5);
    EXPECT(ctx_close(c, fd[0]) == 0 && ctx_close(c, fd[1]) == 0);
    return 0;
}

Test(coroutine_children, wait_for_what_the_parent_does)
{
    on_loops(answered);
}

/* ---- other workers ---- */

static _Atomic unsigned elsewhere;

/* Holds its worker until some sibling has begun on another one. */
static int64_t keeps_busy(struct ctx *c, const void *shared, uint64_t arg)
{
    uint64_t end = clock_monotonic_ns() + 10000 * MS;
    (void)c;
    elsewhere += gettid() != *(const pid_t *)shared;
    while (!elsewhere && clock_monotonic_ns() < end)
        ;
    return arg % 10 == 9 ? -EREMOTE : (int64_t)arg;
}

static int helped(struct ctx *c)
{
    pid_t here = gettid();
    struct children of;
    elsewhere = 0;
    children_init(&of, keeps_busy, &here);
    for (uint64_t i = 0; i < 100; i++)
        EXPECT(ctx_spawn(c, &of, i) == 0);
    EXPECT(ctx_join(c, &of) == -EREMOTE);
    EXPECT(of.sum == 4950 - 540);
    EXPECT(elsewhere > 0);
    return 0;
}

Test(coroutine_children, are_taken_by_idle_workers)
{
    struct body body = {helped};
    cr_assert_eq(on_loop(2, body_main, &body), 0);
    ASSERT_NOTHING_WRONG();
}

/* ---- on a loop the parent may be cancelled, which the contract knows nothing of ---- */

static int joins_sleepers(struct coro *self, void *arg, void **value)
{
    struct children of;
    (void)arg, (void)value;
    children_init(&of, sleeps, NULL);
    for (uint64_t i = 0; i < 20; i++)
        EXPECT(ctx_spawn(coro_ctx(self), &of, 100000 * MS) == 0);
    int err = ctx_join(coro_ctx(self), &of);
    EXPECT(err == -ECANCELED && of.err == err && of.sum == 0);
    return err;
}

static int cancels_the_parent(struct coro *self, void *arg, void **value)
{
    struct coro_task parent;
    (void)arg, (void)value;
    EXPECT(coro_task_start(&parent, coro_loop(self), joins_sleepers, NULL) == 0);
    let_others_run(self);
    EXPECT(future_cancel(&parent.future));
    EXPECT(future_await(self, &parent.future, NULL) == -ECANCELED);
    future_fini(&parent.future);
    return 0;
}

Test(coroutine_children, end_when_their_parent_is_cancelled)
{
    for (unsigned workers = 1; workers <= 2; workers++) {
        cr_assert_eq(on_loop(workers, cancels_the_parent, NULL), 0);
        ASSERT_NOTHING_WRONG();
    }
}
