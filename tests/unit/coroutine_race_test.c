/* SPDX-License-Identifier: Apache-2.0 */
/* A cancellation races with what it cancels: no byte and no connection is lost, none comes twice. */
#include "quintet_criterion.h"

#include "coroutine_support.h"

#include "measure/clock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(coroutine_race, .timeout = 60);

static uint64_t in_us(uint64_t us)
{
    return clock_monotonic_ns() + us * 1000;
}

enum { RACE_BYTES = MANY_OR_FEW(400000, 20000), RACE_CONNECTIONS = MANY_OR_FEW(3000, 200) };
static struct coro *victim;
static int race_fd[2];
static bool race_over, race_socket, race_writes;
static unsigned race_cancelled, race_timed_out, race_moved;

static void race_pause(uint32_t *seed)
{
    uint32_t r = next_random(seed);
    if (r % 8 == 0)
        sched_yield();
    for (volatile uint32_t spin = r >> 20 >> r % 8; spin > 0; spin--)
        ;
}

/* Byte number i of a stream. */
static char race_byte(unsigned i)
{
    return (char)(i * 31 >> 3);
}

/* The other side, on a thread of its own: so that things happen in the middle of a turn. */
static void *race_peer(void *arg)
{
    uint32_t seed = 17;
    char buf[64];
    (void)arg;
    for (unsigned at = 0; at < RACE_BYTES;) {
        unsigned len = next_random(&seed) % sizeof buf + 1;
        if (len > RACE_BYTES - at)
            len = RACE_BYTES - at;
        if (race_writes) {
            ssize_t n = read(race_fd[0], buf, len);
            for (ssize_t i = 0; i < n; i++)
                EXPECT(buf[i] == race_byte(at + (unsigned)i));
            at += n > 0 ? (unsigned)n : RACE_BYTES;
        } else {
            for (unsigned i = 0; i < len; i++)
                buf[i] = race_byte(at + i);
            EXPECT(write(race_fd[1], buf, len) == (ssize_t)len);
            at += len;
        }
        race_pause(&seed);
    }
    return NULL;
}

static int race_moves(struct coro *self, void *arg)
{
    char buf[64];
    uint32_t seed = 3;
    (void)arg;
    for (race_moved = 0; race_moved < RACE_BYTES;) {
        uint64_t deadline = next_random(&seed) % 2 ? CORO_NEVER : in_us(seed >> 8 & 31);
        unsigned len = RACE_BYTES - race_moved < sizeof buf ? RACE_BYTES - race_moved : (unsigned)sizeof buf;
        ssize_t n;
        for (unsigned i = 0; race_writes && i < len; i++)
            buf[i] = race_byte(race_moved + i);
        if (race_socket)
            n = race_writes ? coro_send(self, race_fd[1], buf, len, 0, deadline)
                            : coro_recv(self, race_fd[0], buf, len, seed & 64 ? MSG_WAITALL : 0, deadline);
        else
            n = race_writes ? coro_write(self, race_fd[1], buf, len, deadline)
                            : coro_read(self, race_fd[0], buf, len, deadline);
        race_cancelled += n == -ECANCELED;
        race_timed_out += n == -ETIMEDOUT;
        EXPECT(n > 0 || n == -ECANCELED || n == -ETIMEDOUT);
        for (ssize_t i = 0; !race_writes && i < n; i++)
            EXPECT(buf[i] == race_byte(race_moved + (unsigned)i));
        race_moved += n > 0 ? (unsigned)n : 0;
    }
    race_over = true;
    return 0;
}

static int race_cancels(struct coro *self, void *arg)
{
    uint32_t seed = 5;
    (void)arg;
    while (!race_over) {
        if (next_random(&seed) % 4 == 0)
            coro_sleep(self, (seed >> 8) % 40000);
        else
            coro_yield(self);
        if (!race_over)
            coro_cancel(victim);
    }
    return 0;
}

static void begin_race(struct worker *w, unsigned i, void *arg)
{
    (void)i;
    race_over = false;
    victim = worker_spawn(w, arg ? *(coro_fn **)arg : race_moves, NULL, 1);
    worker_spawn(w, race_cancels, NULL, 2);
}

static void race(bool writes, bool is_socket)
{
    race_writes = writes;
    race_socket = is_socket;
    for (unsigned entries = 0; entries < (rig_is_epoll() ? 1 : 2); entries++) {
        struct rig rig = {.workers = 1, .io.queue_entries = entries, .begin = begin_race};
        pthread_t peer;
        cr_assert_eq(
            is_socket ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, race_fd) : pipe2(race_fd, O_CLOEXEC), 0);
        if (!is_socket)
            fcntl(race_fd[1], F_SETPIPE_SZ, 4096); /* so that writers wait as well */
        race_cancelled = race_timed_out = 0;
        cr_assert_eq(pthread_create(&peer, NULL, race_peer, NULL), 0);
        cr_assert_eq(rig_run(&rig), 0);
        pthread_join(peer, NULL);
        cr_assert_eq(atomic_load(&wrong), 0u, "writes %d socket %d: %s", writes, is_socket, wrong_where);
        cr_expect_eq(race_moved, (unsigned)RACE_BYTES);
        cr_expect_gt(race_cancelled, 0u);
        int left = -1;
        cr_expect(ioctl(race_fd[0], FIONREAD, &left) == 0 && left == 0, "%d bytes are left", left);
        close(race_fd[0]), close(race_fd[1]);
    }
}

Test(coroutine_race, bytes_read_are_neither_lost_nor_doubled)
{
    race(false, false);
    race(false, true);
}

Test(coroutine_race, bytes_written_are_neither_lost_nor_doubled)
{
    race(true, false);
    race(true, true);
}

/* The same for connections: as many are accepted as were made. */
static struct sockaddr_in race_address;

static void *race_connects(void *arg)
{
    uint32_t seed = 23;
    (void)arg;
    for (unsigned i = 0; i < RACE_CONNECTIONS; i++) {
        char byte;
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        EXPECT(connect(fd, (struct sockaddr *)&race_address, sizeof race_address) == 0);
        race_pause(&seed);
        EXPECT(i % 16 || read(fd, &byte, 1) == 0); /* now and then: not before it is accepted and closed */
        close(fd);
    }
    return NULL;
}

static int race_accepts(struct coro *self, void *arg)
{
    (void)arg;
    for (race_moved = 0; race_moved < RACE_CONNECTIONS;) {
        int fd = coro_accept(self, race_fd[0], race_moved % 2 ? CORO_NEVER : in_us(1 + race_moved % 32));
        race_cancelled += fd == -ECANCELED;
        EXPECT(fd >= 0 || fd == -ECANCELED || fd == -ETIMEDOUT);
        if (fd >= 0)
            race_moved++, close(fd);
    }
    race_over = true;
    return 0;
}

Test(coroutine_race, connections_are_neither_lost_nor_doubled)
{
    static coro_fn *fn = race_accepts;
    for (unsigned entries = 0; entries < (rig_is_epoll() ? 1 : 2); entries++) {
        struct rig rig = {.workers = 1, .io.queue_entries = entries, .begin = begin_race, .arg = &fn};
        pthread_t peer;
        race_address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t len = sizeof race_address;
        race_fd[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        cr_assert(bind(race_fd[0], (struct sockaddr *)&race_address, len) == 0 && listen(race_fd[0], 64) == 0);
        cr_assert_eq(getsockname(race_fd[0], (struct sockaddr *)&race_address, &len), 0);
        race_cancelled = 0;
        cr_assert_eq(pthread_create(&peer, NULL, race_connects, NULL), 0);
        cr_assert_eq(rig_run(&rig), 0);
        pthread_join(peer, NULL);
        cr_assert_eq(atomic_load(&wrong), 0u, "%s", wrong_where);
        cr_expect_gt(race_cancelled, 0u);
        fcntl(race_fd[0], F_SETFL, O_NONBLOCK);
        cr_expect(accept(race_fd[0], NULL, NULL) < 0, "one was left over");
        close(race_fd[0]);
    }
}
