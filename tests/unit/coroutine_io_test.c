/* SPDX-License-Identifier: Apache-2.0 */
/* Every operation of the context over pipes, files and sockets, on every rung of the flag ladder, with ordinary and
 * with tiny queues: a submission queue of one entry sends each operation through the "full" path. */
#include "quintet_criterion.h"

#include "coroutine_support.h"

#include "measure/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(coroutine_io, .timeout = 60);

static void begin_one(struct worker *w, unsigned i, void *arg)
{
    (void)i;
    worker_spawn(w, *(coro_fn **)arg, NULL, 1);
}

/* Rings come in many forms, epoll in one; and the environment may have chosen the rung. */
static bool setup_applies(const struct io_config *io)
{
    if (rig_is_epoll())
        return !io->queue_entries && !io->ladder_skip;
    return rig_backend() == RIG_URING || !io->ladder_skip;
}

/* Run one scenario under all set-ups. */
static void run_everywhere(void (*begin)(struct worker *, unsigned, void *), coro_fn *fn)
{
    static const struct io_config setups[] = {
        {0},
        {.queue_entries = 1},
        {.queue_entries = 2, .completion_entries = 2},
        {.ladder_skip = 1},
        {.ladder_skip = 1, .queue_entries = 1},
        {.ladder_skip = 2},
        {.ladder_skip = 2, .queue_entries = 2},
    };
    for (size_t i = 0; i < sizeof setups / sizeof setups[0]; i++)
        for (int pread = IO_PREAD_CACHE_FIRST; pread <= IO_PREAD_RING && setup_applies(&setups[i]); pread++) {
            struct rig rig = {.workers = 1, .io = setups[i], .begin = begin, .arg = &fn, .pread = (enum io_pread)pread};
            atomic_store(&wrong, 0);
            cr_assert_eq(rig_run(&rig), 0);
            cr_assert_eq(atomic_load(&wrong), 0u, "set-up %d, pread %d: %s", (int)i, pread, wrong_where);
        }
}

static int pipes(struct coro *self, void *arg)
{
    struct ctx *c = &self->ctx;
    char buf[16] = {0};
    int fd[2];
    (void)arg;
    EXPECT(pipe2(fd, O_CLOEXEC) == 0);
    EXPECT(ctx_write(c, fd[1], "hello", 5) == 5);
    EXPECT(ctx_read(c, fd[0], buf, sizeof buf) == 5 && !memcmp(buf, "hello", 5));
    EXPECT(ctx_read(c, fd[1], buf, 1) == -EBADF);
    EXPECT(ctx_pread(c, fd[0], buf, 1, 0) == -ESPIPE);
    EXPECT(ctx_pwrite(c, fd[1], buf, 1, 0) == -ESPIPE);
    EXPECT(ctx_recv(c, fd[0], buf, 1, 0) == -ENOTSOCK);
    EXPECT(ctx_close(c, fd[1]) == 0);
    EXPECT(ctx_read(c, fd[0], buf, 1) == 0);
    EXPECT(ctx_close(c, fd[0]) == 0);
    EXPECT(ctx_close(c, fd[0]) == -EBADF);
    return 0;
}

Test(coroutine_io, pipe_results)
{
    run_everywhere(begin_one, pipes);
}

/* SIGPIPE is blocked on the strategy's threads; here the test itself ignores it. */
static int broken(struct coro *self, void *arg)
{
    struct ctx *c = &self->ctx;
    int fd[2], sv[2];
    (void)arg;
    EXPECT(pipe2(fd, O_CLOEXEC) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0);
    EXPECT(ctx_close(c, fd[0]) == 0);
    EXPECT(ctx_write(c, fd[1], "x", 1) == -EPIPE);
    EXPECT(ctx_close(c, sv[0]) == 0);
    EXPECT(ctx_send(c, sv[1], "x", 1, 0) == -EPIPE);
    EXPECT(ctx_close(c, fd[1]) == 0 && ctx_close(c, sv[1]) == 0);
    return 0;
}

Test(coroutine_io, broken_pipes_are_errors_not_signals)
{
    signal(SIGPIPE, SIG_IGN);
    run_everywhere(begin_one, broken);
}

static char big_out[1 << 20], big_in[1 << 20];

static int files(struct coro *self, void *arg)
{
    struct ctx *c = &self->ctx;
    char dir[] = "/tmp/quintet_io_XXXXXX", buf[64];
    (void)arg;
    EXPECT(mkdtemp(dir) != NULL);
    int dirfd = ctx_openat(c, AT_FDCWD, dir, O_RDONLY | O_DIRECTORY, 0);
    EXPECT(dirfd >= 0);
    EXPECT(ctx_openat(c, dirfd, "absent", O_RDONLY, 0) == -ENOENT);
    int fd = ctx_openat(c, dirfd, "data", O_RDWR | O_CREAT | O_EXCL, 0600);
    EXPECT(fd >= 0);
    EXPECT((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    EXPECT(ctx_openat(c, dirfd, "data", O_RDWR | O_CREAT | O_EXCL, 0600) == -EEXIST);
    EXPECT(ctx_write(c, fd, "0123", 4) == 4);
    EXPECT(ctx_write(c, fd, "4567", 4) == 4); /* at the file's own position */
    EXPECT(ctx_pwrite(c, fd, "ab", 2, 2) == 2);
    EXPECT(ctx_pread(c, fd, buf, 8, 0) == 8 && !memcmp(buf, "01ab4567", 8));
    EXPECT(ctx_pread(c, fd, buf, 64, 4) == 4 && !memcmp(buf, "4567", 4)); /* short at the end */
    EXPECT(ctx_pread(c, fd, buf, 64, 8) == 0);
    EXPECT(ctx_pread(c, fd, buf, 64, 800) == 0);
    EXPECT(ctx_pread(c, fd, buf, 0, 0) == 0);
    EXPECT(ctx_pread(c, fd, buf, 1, -1) == -EINVAL);
    EXPECT(ctx_pwrite(c, fd, buf, 1, -1) == -EINVAL);
    EXPECT(ctx_pread(c, -1, buf, 1, 0) == -EBADF);
    EXPECT(ctx_pread(c, dirfd, buf, 1, 0) == -EISDIR);
    EXPECT(ctx_read(c, fd, NULL, 0) == 0);
    EXPECT(ctx_fsync(c, fd) == 0);
    EXPECT(ctx_pwrite(c, fd, big_out, sizeof big_out, 0) == sizeof big_out);
    memset(big_in, 0, sizeof big_in);
    EXPECT(ctx_pread(c, fd, big_in, sizeof big_in, 0) == sizeof big_in);
    EXPECT(!memcmp(big_in, big_out, sizeof big_in));
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED); /* now partly or wholly out of the cache */
    memset(big_in, 0, sizeof big_in);
    EXPECT(ctx_pread(c, fd, big_in, sizeof big_in, 0) == sizeof big_in);
    EXPECT(!memcmp(big_in, big_out, sizeof big_in));
    EXPECT(ctx_fsync(c, -1) == -EBADF);
    EXPECT(unlinkat(dirfd, "data", 0) == 0 && rmdir(dir) == 0);
    EXPECT(ctx_close(c, fd) == 0);
    EXPECT(ctx_pread(c, fd, buf, 1, 0) == -EBADF);
    EXPECT(ctx_close(c, dirfd) == 0);
    return 0;
}

Test(coroutine_io, file_results)
{
    uint32_t seed = 5;
    for (size_t i = 0; i < sizeof big_out; i++)
        big_out[i] = (char)next_random(&seed);
    run_everywhere(begin_one, files);
}

/* O_DIRECT goes to the ring at once and still gives the right bytes. */
static int direct(struct coro *self, void *arg)
{
    struct ctx *c = &self->ctx;
    static _Alignas(4096) char block[4096];
    char path[] = "/var/tmp/quintet_direct_XXXXXX";
    (void)arg;
    int fd = mkstemp(path);
    EXPECT(fd >= 0 && write(fd, big_out, 65536) == 65536 && fsync(fd) == 0);
    close(fd);
    fd = ctx_openat(c, AT_FDCWD, path, O_RDONLY | O_DIRECT, 0);
    for (off_t offset = 0; fd >= 0 && offset < 65536; offset += 4096) {
        EXPECT(ctx_pread(c, fd, block, 4096, offset) == 4096);
        EXPECT(!memcmp(block, big_out + offset, 4096));
    }
    if (fd >= 0) /* some file systems have no O_DIRECT */
        EXPECT(ctx_close(c, fd) == 0);
    unlink(path);
    return 0;
}

Test(coroutine_io, direct_reads)
{
    run_everywhere(begin_one, direct);
}

/* ---- sockets: a server and a client in two coroutines ---- */

static int listener;
static struct sockaddr_in address;

static int server(struct coro *self, void *arg)
{
    struct ctx *c = &self->ctx;
    char buf[32];
    (void)arg;
    for (int i = 0; i < 3; i++) {
        int fd = ctx_accept(c, listener);
        EXPECT(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
        ssize_t n;
        while ((n = ctx_recv(c, fd, buf, sizeof buf, 0)) > 0)
            EXPECT(ctx_send(c, fd, buf, (size_t)n, 0) == n);
        EXPECT(n == 0);
        EXPECT(ctx_close(c, fd) == 0);
    }
    EXPECT(ctx_close(c, listener) == 0);
    return 0;
}

static int client(struct coro *self, void *arg)
{
    struct ctx *c = &self->ctx;
    char buf[32];
    (void)arg;
    for (int i = 0; i < 3; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        EXPECT(ctx_connect(c, fd, (struct sockaddr *)&address, sizeof address) == 0);
        EXPECT(ctx_connect(c, fd, (struct sockaddr *)&address, sizeof address) == -EISCONN);
        EXPECT(ctx_recv(c, fd, buf, sizeof buf, MSG_DONTWAIT) == -EAGAIN);
        for (int round = 0; round < 20; round++) {
            EXPECT(ctx_send(c, fd, "ping pong", 9, 0) == 9);
            EXPECT(ctx_recv(c, fd, buf, 9, MSG_WAITALL) == 9 && !memcmp(buf, "ping pong", 9));
        }
        EXPECT(ctx_close(c, fd) == 0);
    }
    /* A port that nobody listens at: ours, after the server has closed it. */
    while (fcntl(listener, F_GETFD) >= 0)
        coro_yield(self);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT(ctx_connect(c, fd, (struct sockaddr *)&address, sizeof address) == -ECONNREFUSED);
    EXPECT(ctx_accept(c, fd) == -EINVAL);
    EXPECT(ctx_connect(c, -1, (struct sockaddr *)&address, sizeof address) == -EBADF);
    EXPECT(ctx_close(c, fd) == 0);
    return 0;
}

static void begin_sockets(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    socklen_t len = sizeof address;
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 8) == 0);
    EXPECT(getsockname(listener, (struct sockaddr *)&address, &len) == 0);
    worker_spawn(w, server, NULL, 1);
    worker_spawn(w, client, NULL, 2);
}

Test(coroutine_io, socket_results)
{
    run_everywhere(begin_sockets, NULL);
}

/* ---- many at once: more operations than any queue has room for; each must get its own result ---- */

enum { CROWD = MANY_OR_FEW(300, 20), CROWD_ROUNDS = 10 };
static int crowd_pipe[CROWD][2];
static unsigned crowd_done;

static int crowd_reader(struct coro *self, void *arg)
{
    unsigned me = (unsigned)(uintptr_t)arg, value;
    for (unsigned round = 0; round < CROWD_ROUNDS; round++) {
        EXPECT(ctx_read(&self->ctx, crowd_pipe[me][0], &value, sizeof value) == sizeof value);
        EXPECT(value == me * 1000 + round);
        EXPECT(ctx_nop(&self->ctx) == 0);
    }
    crowd_done++;
    return 0;
}

static int crowd_writer(struct coro *self, void *arg)
{
    unsigned me = (unsigned)(uintptr_t)arg;
    for (unsigned round = 0; round < CROWD_ROUNDS; round++) {
        unsigned value = me * 1000 + round;
        if ((me + round) % 7 == 0)
            ctx_sleep_until(&self->ctx, clock_monotonic_ns() + 50000);
        EXPECT(ctx_write(&self->ctx, crowd_pipe[me][1], &value, sizeof value) == sizeof value);
    }
    return 0;
}

static void begin_crowd(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    crowd_done = 0;
    for (uintptr_t n = 0; n < CROWD; n++) {
        worker_spawn(w, crowd_reader, (void *)n, (uint32_t)n);
        worker_spawn(w, crowd_writer, (void *)n, (uint32_t)n + CROWD);
    }
}

Test(coroutine_io, crowds_overflow_both_queues)
{
    for (int i = 0; i < CROWD; i++)
        cr_assert_eq(pipe2(crowd_pipe[i], O_CLOEXEC), 0);
    run_everywhere(begin_crowd, NULL);
    cr_expect_eq(crowd_done, (unsigned)CROWD);
    for (int i = 0; i < CROWD; i++)
        close(crowd_pipe[i][0]), close(crowd_pipe[i][1]);
}

static int sleeps(struct coro *self, void *arg)
{
    uint64_t now = clock_monotonic_ns();
    (void)arg;
    EXPECT(ctx_sleep_until(&self->ctx, 0) == 0);
    EXPECT(ctx_sleep_until(&self->ctx, now) == 0);
    EXPECT(ctx_sleep_until(&self->ctx, now + 2000000) == 0);
    EXPECT(clock_monotonic_ns() >= now + 2000000);
    EXPECT(ctx_yield(&self->ctx) == 0 && ctx_nop(&self->ctx) == 0);
    return 0;
}

Test(coroutine_io, sleep_and_yield)
{
    run_everywhere(begin_one, sleeps);
}

/* A turn whose operations overflow the submission queue must not go to sleep on the last one while an earlier one has
 * made somebody runnable: the reader here waits for the one who has just got its NOP back. */
static int relay_pipe[2];

static int relay_writer(struct coro *self, void *arg)
{
    (void)arg;
    for (int i = 0; i < 100; i++) {
        EXPECT(ctx_nop(&self->ctx) == 0);
        EXPECT(ctx_write(&self->ctx, relay_pipe[1], "x", 1) == 1);
    }
    return 0;
}

static int relay_reader(struct coro *self, void *arg)
{
    char byte;
    (void)arg;
    for (int i = 0; i < 100; i++)
        EXPECT(ctx_read(&self->ctx, relay_pipe[0], &byte, 1) == 1);
    return 0;
}

static void begin_relay(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    worker_spawn(w, relay_writer, NULL, 0);
    worker_spawn(w, relay_reader, NULL, 1);
}

Test(coroutine_io, full_queue_does_not_sleep_on_the_runnable)
{
    cr_assert_eq(pipe2(relay_pipe, O_CLOEXEC), 0);
    run_everywhere(begin_relay, NULL);
    close(relay_pipe[0]);
    close(relay_pipe[1]);
}

/* --- a signal meets the kernel's worker: the operation answers -EINTR, though nobody asked to cancel it
 * --------------- */

static const struct io_backend *uninterrupted;
static unsigned interruptions_left, interruptions_met;

static void interrupted_submit(struct worker *w, struct io_op *op)
{
    if (!interruptions_left) {
        uninterrupted->submit(w, op);
        return;
    }
    interruptions_left--;
    interruptions_met++;
    op->result = -EINTR;
    op->done = true;
}

static int interrupted_calls(struct coro *self, void *arg)
{
    struct io_backend backend = *self->worker->config.backend;
    char bytes[8] = "";
    int fd[2];
    (void)arg;
    EXPECT(pipe2(fd, O_CLOEXEC) == 0);
    uninterrupted = self->worker->config.backend;
    backend.submit = interrupted_submit;
    self->worker->config.backend = &backend;
    for (unsigned times = 1; times <= 3; times++) {
        interruptions_met = 0;
        interruptions_left = times;
        EXPECT(coro_write(self, fd[1], "abc", 3, CORO_NEVER) == 3);
        interruptions_left = times;
        EXPECT(coro_read(self, fd[0], bytes, sizeof bytes, CORO_NEVER) == 3); /* three bytes: written once */
        EXPECT(memcmp(bytes, "abc", 3) == 0);
        EXPECT(interruptions_met == 2 * times);
    }
    interruptions_left = 1;
    EXPECT(coro_read(self, fd[0], bytes, 1, clock_monotonic_ns() + 2000000) == -ETIMEDOUT);
    interruptions_left = 1;
    EXPECT(coro_close(self, fd[1]) == 0);
    interruptions_left = 0;
    close(fd[0]); /* the descriptor that "was closed" is: by the kernel; here nobody did it */
    close(fd[1]);
    self->worker->config.backend = uninterrupted;
    return 0;
}

Test(coroutine_io, an_interrupted_operation_is_made_once_more)
{
    coro_fn *fn = interrupted_calls;
    RIG_RUN({.workers = 1, .begin = rig_spawn_one, .arg = &fn});
}
