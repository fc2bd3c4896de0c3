/* SPDX-License-Identifier: Apache-2.0 */
/* Deadlines and cancellations of I/O: what was not undone is reported, what was undone has left no trace. */
#include "quintet_criterion.h"

#include "coroutine_support.h"

#include "measure/clock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/un.h>
#include <unistd.h>

TestSuite(coroutine_cancel, .timeout = 60);

static uint64_t in_us(uint64_t us)
{
    return clock_monotonic_ns() + us * 1000;
}

/* One scenario, with ordinary and with tiny queues where there are any. */
static void run(void (*begin)(struct worker *, unsigned, void *), void *arg)
{
    static const unsigned entries[] = {0, 1, 2};
    for (size_t i = 0; i < (rig_is_epoll() ? 1 : 3); i++) {
        struct rig rig = {.workers = 1, .io.queue_entries = entries[i], .begin = begin, .arg = arg};
        atomic_store(&wrong, 0);
        cr_assert_eq(rig_run(&rig), 0);
        cr_assert_eq(atomic_load(&wrong), 0u, "entries %d: %s", (int)entries[i], wrong_where);
    }
}

static void run_one(coro_fn *fn)
{
    run(rig_spawn_one, &fn);
}

static int bytes_in(int fd)
{
    int n = -1;
    return ioctl(fd, FIONREAD, &n) ? -1 : n;
}

/* ---- deadlines ---- */

static int deadline_passes(struct coro *self, void *arg)
{
    char buf[8];
    int fd[2];
    (void)arg;
    EXPECT(pipe2(fd, O_CLOEXEC) == 0);
    for (int i = 0; i < 3; i++) {
        uint64_t deadline = in_us(1500);
        EXPECT(coro_read(self, fd[0], buf, sizeof buf, deadline) == -ETIMEDOUT);
        EXPECT(clock_monotonic_ns() >= deadline);
        EXPECT(coro_write(self, fd[1], "late", 4, deadline + 1000000000) == 4);
        EXPECT(coro_read(self, fd[0], buf, sizeof buf, in_us(1000000)) == 4 && !memcmp(buf, "late", 4));
    }
    EXPECT(coro_poll(self, fd[0], POLLIN, in_us(500)) == -ETIMEDOUT);
    EXPECT(coro_close(self, fd[0]) == 0 && coro_close(self, fd[1]) == 0);
    return 0;
}

Test(coroutine_cancel, deadline_passes_and_later_data_is_intact)
{
    run_one(deadline_passes);
}

static int deadline_is_past(struct coro *self, void *arg)
{
    char buf[8], path[64];
    uint64_t past = clock_monotonic_ns();
    int fd[2], listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    (void)arg;
    EXPECT(pipe2(fd, O_CLOEXEC) == 0 && write(fd[1], "data", 4) == 4);
    EXPECT(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 1) == 0);
    snprintf(path, sizeof path, "/tmp/quintet_past_%d", (int)getpid());
    EXPECT(coro_read(self, fd[0], buf, sizeof buf, past) == -ETIMEDOUT);
    EXPECT(coro_write(self, fd[1], "more", 4, past) == -ETIMEDOUT);
    EXPECT(bytes_in(fd[0]) == 4);
    EXPECT(coro_openat(self, AT_FDCWD, path, O_CREAT | O_RDWR, 0600, past) == -ETIMEDOUT);
    EXPECT(access(path, F_OK) != 0);
    EXPECT(coro_poll(self, fd[0], POLLIN, past) == -ETIMEDOUT);
    EXPECT(coro_accept(self, listener, past) == -ETIMEDOUT);
    EXPECT(coro_sleep_until(self, past) == 0);
    EXPECT(coro_read(self, fd[0], buf, sizeof buf, CORO_NEVER) == 4);
    close(fd[0]), close(fd[1]), close(listener);
    return 0;
}

Test(coroutine_cancel, deadline_in_the_past_begins_nothing)
{
    run_one(deadline_is_past);
}

/* ---- each kind of wait ---- */

/* What the waits of this file wait for. */
static struct {
    int empty[2], full[2], pair[2], full_pair[2], listener, local, local_filler, remote, remote_filler[3];
    struct sockaddr_in remote_address;
    struct sockaddr_un local_address;
} here;

static void fill(int fd)
{
    static char block[4096];
    int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    while (write(fd, block, sizeof block) > 0 || write(fd, block, 1) > 0)
        ;
    fcntl(fd, F_SETFL, flags);
}

static int listen_at(struct sockaddr *address, socklen_t len, int backlog)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(fd >= 0 && bind(fd, address, len) == 0 && listen(fd, backlog) == 0);
    cr_assert_eq(getsockname(fd, address, &len), 0);
    return fd;
}

static void here_open(void)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    cr_assert(pipe2(here.empty, O_CLOEXEC) == 0 && pipe2(here.full, O_CLOEXEC) == 0);
    cr_assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, here.pair) == 0);
    cr_assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, here.full_pair) == 0);
    fill(here.full[1]);
    fill(here.full_pair[0]);
    here.remote_address = any;
    here.listener = listen_at((struct sockaddr *)&any, sizeof any, 8);
    /* Full backlogs: of a local socket connect() waits, of TCP's the handshake gets no answer. */
    here.local_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(here.local_address.sun_path + 1, 64, "quintet-cancel-%d-%d", (int)getpid(), here.local);
    here.local = listen_at((struct sockaddr *)&here.local_address, sizeof here.local_address, 0);
    here.local_filler = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(connect(here.local_filler, (struct sockaddr *)&here.local_address, sizeof here.local_address), 0);
    here.remote = listen_at((struct sockaddr *)&here.remote_address, sizeof here.remote_address, 0);
    for (int i = 0; i < 3; i++) {
        here.remote_filler[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        connect(here.remote_filler[i], (struct sockaddr *)&here.remote_address, sizeof here.remote_address);
    }
}

static int64_t wait_connect(struct coro *self, const void *address, socklen_t len)
{
    int fd = socket(((const struct sockaddr *)address)->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int result = coro_connect(self, fd, address, len, CORO_NEVER);
    EXPECT(fcntl(fd, F_GETFL) == O_RDWR); /* blocking, as it was */
    close(fd);
    return result;
}

static char wait_byte;
static char wait_block[65536];
enum { WAITS = 10 };
static int64_t wait_for(struct coro *self, unsigned kind)
{
    switch (kind) {
    case 0:
        return coro_read(self, here.empty[0], &wait_byte, 1, CORO_NEVER);
    case 1:
        return coro_write(self, here.full[1], wait_block, sizeof wait_block, CORO_NEVER);
    case 2:
        return coro_recv(self, here.pair[0], &wait_byte, 1, 0, CORO_NEVER);
    case 3:
        return coro_send(self, here.full_pair[0], wait_block, sizeof wait_block, 0, CORO_NEVER);
    case 4:
        return coro_accept(self, here.listener, CORO_NEVER);
    case 5:
        return wait_connect(self, &here.local_address, sizeof here.local_address);
    case 6:
        return wait_connect(self, &here.remote_address, sizeof here.remote_address);
    case 7:
        return coro_poll(self, here.empty[0], POLLIN | POLLPRI, CORO_NEVER);
    case 8:
        return coro_poll(self, here.full[1], POLLOUT, CORO_NEVER);
    default:
        return coro_sleep(self, 3600000000000u);
    }
}

static struct coro *victim;
static unsigned victim_kind;

static int waits_once(struct coro *self, void *arg)
{
    (void)arg;
    for (int i = 0; i < 2; i++) {
        EXPECT(wait_for(self, victim_kind) == -ECANCELED);
        EXPECT(coro_yield(self) == 0); /* told once */
    }
    victim = NULL;
    return 0;
}

/* First with the victim deep in the kernel, then in the very turn in which it begins. */
static int cancels_twice(struct coro *self, void *arg)
{
    (void)arg;
    coro_sleep(self, 1000000);
    EXPECT(coro_cancel(victim));
    while (victim->flags & CORO_CANCEL)
        coro_yield(self);
    while (victim && victim->state != CORO_WAIT_IO && victim->state != CORO_WAIT_TIMER)
        coro_yield(self);
    EXPECT(victim && coro_cancel(victim));
    return 0;
}

static void begin_wait(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    victim = worker_spawn(w, waits_once, NULL, 1);
    worker_spawn(w, cancels_twice, NULL, 2);
}

Test(coroutine_cancel, every_wait_can_be_cancelled)
{
    here_open();
    for (victim_kind = 0; victim_kind < WAITS; victim_kind++)
        run(begin_wait, NULL);
    cr_expect_eq(bytes_in(here.pair[1]), 0);
}

/* All at once: the requests for cancellation are more than a small queue has room for. */
enum { CROWD = MANY_OR_FEW(200, 40) };
static struct coro *crowd[CROWD];
static unsigned crowd_cancelled;

static int crowd_waits(struct coro *self, void *arg)
{
    unsigned kind = (unsigned)(uintptr_t)arg % 5; /* not those that would change what they wait for */
    EXPECT(wait_for(self, kind < 4 ? kind : 7) == -ECANCELED);
    crowd_cancelled++;
    return 0;
}

static int crowd_cancels(struct coro *self, void *arg)
{
    if (arg)
        coro_sleep(self, 1000000); /* else: nothing of it may have reached the kernel yet */
    for (unsigned i = 0; i < CROWD; i++)
        EXPECT(coro_cancel(crowd[i]));
    return 0;
}

static void begin_crowd(struct worker *w, unsigned i, void *arg)
{
    (void)i;
    crowd_cancelled = 0;
    for (uintptr_t n = 0; n < CROWD; n++)
        crowd[n] = worker_spawn(w, crowd_waits, (void *)n, (uint32_t)n);
    worker_spawn(w, crowd_cancels, arg, CROWD);
}

Test(coroutine_cancel, crowds_are_cancelled_through_tiny_queues)
{
    static int late;
    here_open();
    run(begin_crowd, NULL);
    cr_expect_eq(crowd_cancelled, (unsigned)CROWD);
    run(begin_crowd, &late);
    cr_expect_eq(crowd_cancelled, (unsigned)CROWD);
}

/* ---- close ---- */

static int closes(struct coro *self, void *arg)
{
    char byte;
    int fd[2], again;
    (void)arg;
    EXPECT(pipe2(fd, O_CLOEXEC) == 0);
    coro_cancel(self);
    EXPECT(coro_close(self, fd[0]) == 0);
    EXPECT((again = open("/dev/null", O_RDONLY | O_CLOEXEC)) == fd[0]); /* really closed */
    EXPECT(coro_write(self, fd[1], "x", 1, CORO_NEVER) == -ECANCELED);  /* and the request is not lost */
    EXPECT(coro_read(self, again, &byte, 1, CORO_NEVER) == 0);
    EXPECT(coro_close(self, again) == 0 && coro_close(self, fd[1]) == 0);
    return 0;
}

static int close_target[2];

static int closes_and_waits(struct coro *self, void *arg)
{
    (void)arg;
    EXPECT(coro_close(self, close_target[0]) == 0);
    EXPECT(coro_sleep(self, 1000000000) == -ECANCELED);
    EXPECT(coro_close(self, close_target[1]) == 0);
    return 0;
}

static int cancels_victim(struct coro *self, void *arg)
{
    (void)self, (void)arg;
    coro_cancel(victim);
    return 0;
}

static void begin_close(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    EXPECT(pipe2(close_target, O_CLOEXEC) == 0);
    victim = worker_spawn(w, closes_and_waits, NULL, 1);
    worker_spawn(w, cancels_victim, NULL, 2);
}

Test(coroutine_cancel, close_is_never_cancelled)
{
    run_one(closes);
    run(begin_close, NULL);
}
