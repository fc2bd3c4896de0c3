/* SPDX-License-Identifier: Apache-2.0 */
/* What a backend that waits for readiness can get wrong, on all of them: descriptors that are closed and come back as
 * something else, many that wait for one, ends of streams. */
#include "quintet_criterion.h"

#include "coroutine_support.h"

#include "measure/clock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

TestSuite(coroutine_ready, .timeout = 60);

/* ---- closed behind our back ---- */

static int reuse_fd[2], reuse_left;
static bool reuse_over;

/* Put something of another kind at the descriptors reuse_fd. */
static void reuse_as(unsigned kind)
{
    int made[2];
    if (kind == 0)
        EXPECT(pipe2(made, O_CLOEXEC) == 0);
    else
        EXPECT(socketpair(AF_UNIX, kind == 1 ? SOCK_STREAM : SOCK_DGRAM, 0, made) == 0);
    for (int i = 0; i < 2; i++) {
        EXPECT(dup3(made[i], reuse_fd[i], O_CLOEXEC) == reuse_fd[i]);
        close(made[i]);
    }
}

static int reuse_reader(struct coro *self, void *arg)
{
    char buf[16];
    (void)arg;
    while (reuse_left > 0) {
        reuse_as((unsigned)reuse_left % 3);
        EXPECT(coro_read(self, reuse_fd[0], buf, 5, CORO_NEVER) == 5 && !memcmp(buf, "hello", 5));
        /* Known from here on to whoever remembers descriptors; and once more, as a file. */
        EXPECT(coro_read(self, reuse_fd[0], buf, 5, CORO_NEVER) == 5 && !memcmp(buf, "again", 5));
        if (reuse_left % 4 == 0) {
            int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
            EXPECT(dup3(file, reuse_fd[0], O_CLOEXEC) == reuse_fd[0] && close(file) == 0);
            EXPECT(coro_read(self, reuse_fd[0], buf, 16, CORO_NEVER) == 16 && !memcmp(buf, "\177ELF", 4));
            EXPECT(coro_pread(self, reuse_fd[0], buf, 4, 1, CORO_NEVER) == 4 && !memcmp(buf, "ELF", 3));
        }
        reuse_left--;
    }
    reuse_over = true;
    return 0;
}

static int reuse_writer(struct coro *self, void *arg)
{
    (void)arg;
    for (int left = reuse_left; left > 0; left = reuse_left) {
        coro_sleep(self, 100000);
        EXPECT(coro_write(self, reuse_fd[1], "hello", 5, CORO_NEVER) == 5);
        coro_sleep(self, 100000);
        EXPECT(coro_write(self, reuse_fd[1], "again", 5, CORO_NEVER) == 5);
        while (reuse_left == left)
            coro_sleep(self, 50000);
    }
    return 0;
}

/* With this one beside them their worker never sleeps. */
static int reuse_busy(struct coro *self, void *arg)
{
    (void)arg;
    while (!reuse_over) {
        coro_yield(self);
        ctx_nop(&self->ctx);
    }
    return 0;
}

static void begin_reuse(struct worker *w, unsigned i, void *arg)
{
    (void)i;
    reuse_over = false;
    worker_spawn(w, reuse_reader, NULL, 1);
    worker_spawn(w, reuse_writer, NULL, 2);
    if (arg)
        worker_spawn(w, reuse_busy, NULL, 3);
}

Test(coroutine_ready, numbers_of_descriptors_come_back_as_other_files)
{
    cr_assert_eq(pipe2(reuse_fd, O_CLOEXEC), 0);
    reuse_left = MANY_OR_FEW(200, 40);
    RIG_RUN({.workers = 1, .begin = begin_reuse});
    reuse_left = MANY_OR_FEW(200, 40);
    RIG_RUN({.workers = 1, .begin = begin_reuse, .arg = &reuse_left});
}

/* One waits for a file that is closed by another thread; the next one waits for what has its number now. io_uring keeps
 * the first one waiting for the old file, here until it is cancelled; epoll has to say that it is gone. */
static struct coro *stale_waiter;
static char stale_byte;

static int stale_waits(struct coro *self, void *arg)
{
    (void)arg;
    EXPECT(coro_read(self, reuse_fd[0], &stale_byte, 1, CORO_NEVER) == (rig_is_epoll() ? -EBADF : -ECANCELED));
    stale_waiter = NULL;
    return 0;
}

static int stale_replaces(struct coro *self, void *arg)
{
    char byte;
    int old_writer = fcntl(reuse_fd[1], F_DUPFD_CLOEXEC, 0);
    (void)arg;
    coro_sleep(self, 2000000); /* it waits, and epoll has been asked about it */
    reuse_as(0);
    EXPECT(coro_read(self, reuse_fd[0], &byte, 1, clock_monotonic_ns() + 2000000) == -ETIMEDOUT);
    EXPECT(coro_write(self, reuse_fd[1], "y", 1, CORO_NEVER) == 1);
    EXPECT(coro_read(self, reuse_fd[0], &byte, 1, CORO_NEVER) == 1 && byte == 'y');
    EXPECT(!rig_is_epoll() == !!stale_waiter);
    if (stale_waiter)
        coro_cancel(stale_waiter);
    while (stale_waiter)
        coro_yield(self);
    close(old_writer); /* not before: for the one who waits that is the end of the old pipe */
    return 0;
}

static void begin_stale(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    stale_waiter = worker_spawn(w, stale_waits, NULL, 1);
    worker_spawn(w, stale_replaces, NULL, 2);
}

Test(coroutine_ready, who_waited_for_a_closed_file_gets_nothing_of_the_next)
{
    cr_assert_eq(pipe2(reuse_fd, O_CLOEXEC), 0);
    RIG_RUN({.workers = 1, .begin = begin_stale});
}

static int closed_waits(struct coro *self, void *arg)
{
    EXPECT((arg ? coro_poll(self, reuse_fd[0], POLLIN, CORO_NEVER)
                : coro_read(self, reuse_fd[0], &stale_byte, 1, CORO_NEVER)) == -EBADF);
    return 0;
}

static int closed_closes(struct coro *self, void *arg)
{
    (void)arg;
    coro_sleep(self, 1000000);
    EXPECT(coro_close(self, reuse_fd[0]) == 0);
    return 0;
}

static void begin_closed(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    worker_spawn(w, closed_waits, NULL, 1);
    worker_spawn(w, closed_waits, &reuse_fd, 2);
    worker_spawn(w, closed_closes, NULL, 3);
}

Test(coroutine_ready, closing_ends_the_waits_for_it)
{
    if (!rig_is_epoll())
        test_skip("io_uring keeps the file for those who wait");
    cr_assert_eq(pipe2(reuse_fd, O_CLOEXEC), 0);
    RIG_RUN({.workers = 1, .begin = begin_closed});
}

/* ---- many at one ---- */

enum { MANY = MANY_OR_FEW(60, 20), MANY_ROUNDS = 30 };
static struct sockaddr_in many_address;
static int many_listener, many_pipe[2];
static unsigned many_accepted, many_read, many_polled;

static int many_accepts(struct coro *self, void *arg)
{
    char byte;
    (void)arg;
    for (int round = 0; round < MANY_ROUNDS; round++) {
        int fd = coro_accept(self, many_listener, CORO_NEVER);
        EXPECT(fd >= 0 && coro_recv(self, fd, &byte, 1, 0, CORO_NEVER) == 1 && coro_close(self, fd) == 0);
        many_accepted++;
    }
    return 0;
}

static int many_connects(struct coro *self, void *arg)
{
    (void)arg;
    for (int round = 0; round < MANY_ROUNDS; round++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        EXPECT(coro_connect(self, fd, (struct sockaddr *)&many_address, sizeof many_address, CORO_NEVER) == 0);
        char byte;
        EXPECT(coro_send(self, fd, "x", 1, 0, CORO_NEVER) == 1);
        EXPECT(coro_recv(self, fd, &byte, 1, 0, CORO_NEVER) == 0 && coro_close(self, fd) == 0);
    }
    return 0;
}

static int many_reads(struct coro *self, void *arg)
{
    char byte;
    (void)arg;
    EXPECT(coro_read(self, many_pipe[0], &byte, 1, CORO_NEVER) == 1);
    many_read++;
    return 0;
}

static int many_polls(struct coro *self, void *arg)
{
    (void)arg;
    EXPECT(coro_poll(self, many_pipe[0], POLLIN | POLLRDHUP, CORO_NEVER) & POLLIN);
    many_polled++;
    return 0;
}

/* Polls take nothing away: all are told of the first byte, which they leave to the readers. */
static int many_writes(struct coro *self, void *arg)
{
    static const char bytes[MANY];
    (void)arg;
    coro_sleep(self, 1000000);
    EXPECT(coro_write(self, many_pipe[1], bytes, 1, CORO_NEVER) == 1);
    coro_sleep(self, 1000000);
    EXPECT(coro_write(self, many_pipe[1], bytes, MANY - 1, CORO_NEVER) == MANY - 1);
    EXPECT(coro_write(self, many_pipe[1], bytes, 1, CORO_NEVER) == 1); /* left over, for those of poll */
    return 0;
}

static void begin_many(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    many_accepted = many_read = many_polled = 0;
    for (uint32_t n = 0; n < MANY; n++) {
        worker_spawn(w, many_accepts, NULL, n);
        worker_spawn(w, many_connects, NULL, n);
        worker_spawn(w, many_reads, NULL, n);
        worker_spawn(w, many_polls, NULL, n);
    }
    worker_spawn(w, many_writes, NULL, MANY);
}

static int listen_here(struct sockaddr_in *address)
{
    socklen_t len = sizeof *address;
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(bind(fd, (struct sockaddr *)address, len) == 0 && listen(fd, 128) == 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)address, &len), 0);
    return fd;
}

Test(coroutine_ready, many_wait_for_one)
{
    many_listener = listen_here(&many_address);
    cr_assert_eq(pipe2(many_pipe, O_CLOEXEC), 0);
    RIG_RUN({.workers = 1, .begin = begin_many});
    cr_expect_eq(many_accepted, (unsigned)MANY * MANY_ROUNDS);
    cr_expect_eq(many_read, (unsigned)MANY);
    cr_expect_eq(many_polled, (unsigned)MANY);
}

/* Two workers, each with a part of the readers: what arrives is told to both. */
static _Atomic unsigned shared_sum, shared_read;
enum { SHARED_BYTES = MANY_OR_FEW(20000, 2000) };

static int shared_reads(struct coro *self, void *arg)
{
    unsigned char byte;
    (void)arg;
    while (coro_read(self, many_pipe[0], &byte, 1, CORO_NEVER) == 1) {
        atomic_fetch_add(&shared_sum, byte);
        atomic_fetch_add(&shared_read, 1);
    }
    return 0;
}

static int shared_writes(struct coro *self, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < SHARED_BYTES; i++) {
        unsigned char byte = (unsigned char)i;
        EXPECT(coro_write(self, many_pipe[1], &byte, 1, CORO_NEVER) == 1);
        if (i % 64 == 0)
            coro_sleep(self, 20000);
    }
    EXPECT(coro_close(self, many_pipe[1]) == 0); /* ends them all */
    return 0;
}

static void begin_shared(struct worker *w, unsigned i, void *arg)
{
    (void)arg;
    for (uint32_t n = 0; n < 4; n++)
        worker_spawn(w, shared_reads, NULL, n);
    if (i == 0)
        worker_spawn(w, shared_writes, NULL, 4);
}

Test(coroutine_ready, workers_share_a_pipe)
{
    unsigned sum = 0;
    cr_assert_eq(pipe2(many_pipe, O_CLOEXEC), 0);
    RIG_RUN({.workers = 2, .begin = begin_shared, .seats = IO_SEATS_SHARED});
    for (unsigned i = 0; i < SHARED_BYTES; i++)
        sum += (unsigned char)i;
    cr_expect_eq(atomic_load(&shared_read), (unsigned)SHARED_BYTES);
    cr_expect_eq(atomic_load(&shared_sum), sum);
}

/* ---- ends of streams ---- */

static int ends(struct coro *self, void *arg)
{
    struct linger abort = {.l_onoff = 1};
    char byte;
    (void)arg;
    for (int round = 0; round < 2; round++) {
        int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        EXPECT(coro_connect(self, client, (struct sockaddr *)&many_address, sizeof many_address, CORO_NEVER) == 0);
        int peer = coro_accept(self, many_listener, CORO_NEVER);
        /* Half-closed: its end is read, and the other half works on. */
        EXPECT(shutdown(client, SHUT_WR) == 0);
        EXPECT(coro_poll(self, peer, POLLRDHUP, CORO_NEVER) == POLLRDHUP);
        EXPECT(coro_recv(self, peer, &byte, 1, 0, CORO_NEVER) == 0);
        EXPECT(coro_send(self, peer, "z", 1, 0, CORO_NEVER) == 1);
        EXPECT(coro_recv(self, client, &byte, 1, 0, CORO_NEVER) == 1 && byte == 'z');
        /* Reset. */
        EXPECT(coro_poll(self, client, POLLIN, clock_monotonic_ns() + 500000) == -ETIMEDOUT);
        EXPECT(setsockopt(peer, SOL_SOCKET, SO_LINGER, &abort, sizeof abort) == 0 && coro_close(self, peer) == 0);
        EXPECT(coro_poll(self, client, POLLIN, CORO_NEVER) & POLLERR);
        EXPECT(coro_recv(self, client, &byte, 1, 0, CORO_NEVER) == -ECONNRESET);
        EXPECT(coro_send(self, client, "z", 1, 0, CORO_NEVER) == -EPIPE);
        EXPECT(coro_close(self, client) == 0);
    }
    return 0;
}

Test(coroutine_ready, half_closed_and_reset)
{
    many_listener = listen_here(&many_address);
    RIG_RUN({.workers = 1, .begin = rig_spawn_one, .arg = &(coro_fn *){ends}});
}
