/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plain tables: every entry is the system call itself, restarted after a signal, with its error as -errno.
 *
 * A seat is a futex: `token` is the word that is waited for, `waiter` is set while its owner sleeps, so that a waker
 * enters the kernel only if somebody is there. The order that makes this safe: the owner publishes `waiter` and then
 * looks at `token` again (futex_wait does, atomically); the waker publishes `token` and then looks at `waiter`. Both
 * are sequentially consistent, so at least one of the two sees the other.
 */
#include "contract/ctx.h"

#include "measure/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RESTARTED(call)                                                                                                \
    __extension__({                                                                                                    \
        long rc_;                                                                                                      \
        do                                                                                                             \
            rc_ = (call);                                                                                              \
        while (rc_ < 0 && errno == EINTR);                                                                             \
        rc_ < 0 ? -(long)errno : rc_;                                                                                  \
    })

static ssize_t blocking_read(struct ctx *c, int fd, void *buf, size_t len)
{
    (void)c;
    return RESTARTED(read(fd, buf, len));
}

static ssize_t blocking_write(struct ctx *c, int fd, const void *buf, size_t len)
{
    (void)c;
    return RESTARTED(write(fd, buf, len));
}

static ssize_t blocking_pread(struct ctx *c, int fd, void *buf, size_t len, off_t offset)
{
    (void)c;
    return RESTARTED(pread(fd, buf, len, offset));
}

static ssize_t blocking_pwrite(struct ctx *c, int fd, const void *buf, size_t len, off_t offset)
{
    (void)c;
    return RESTARTED(pwrite(fd, buf, len, offset));
}

static ssize_t blocking_recv(struct ctx *c, int fd, void *buf, size_t len, int flags)
{
    (void)c;
    return RESTARTED(recv(fd, buf, len, flags));
}

static ssize_t blocking_send(struct ctx *c, int fd, const void *buf, size_t len, int flags)
{
    (void)c;
    return RESTARTED(send(fd, buf, len, flags | MSG_NOSIGNAL));
}

static int blocking_openat(struct ctx *c, int dirfd, const char *path, int flags, mode_t mode)
{
    (void)c;
    return (int)RESTARTED(openat(dirfd, path, flags | O_CLOEXEC, mode));
}

static int blocking_close(struct ctx *c, int fd)
{
    (void)c;
    /* Not restarted: on Linux the descriptor is gone even after EINTR, and may already be somebody else's. */
    return close(fd) && errno != EINTR ? -errno : 0;
}

static int blocking_fsync(struct ctx *c, int fd)
{
    (void)c;
    return (int)RESTARTED(fsync(fd));
}

static int blocking_accept(struct ctx *c, int fd)
{
    (void)c;
    return (int)RESTARTED(accept4(fd, NULL, NULL, SOCK_CLOEXEC));
}

static int blocking_connect(struct ctx *c, int fd, const struct sockaddr *addr, socklen_t len)
{
    (void)c;
    if (connect(fd, addr, len) == 0)
        return 0;
    if (errno != EINTR)
        return -errno;
    /* Interrupted, the connection goes on being made; a second connect() waits for it and then says so. */
    long rc = RESTARTED(connect(fd, addr, len));
    return rc == -EISCONN ? 0 : (int)rc;
}

static int blocking_sleep_until(struct ctx *c, uint64_t deadline_ns)
{
    (void)c;
    return clock_sleep_until(deadline_ns);
}

static int blocking_yield(struct ctx *c)
{
    (void)c;
    sched_yield();
    return 0;
}

static int blocking_nop(struct ctx *c)
{
    (void)c;
    return syscall(SYS_getppid) < 0 ? -errno : 0; /* glibc does not cache it, but says so only by habit */
}

static void seat_wake(struct seat *seat, int futex_flags)
{
    atomic_store(&seat->token, 1);
    if (atomic_load(&seat->waiter))
        syscall(SYS_futex, &seat->token, FUTEX_WAKE | futex_flags, 1, NULL, NULL, 0);
}

static int seat_wait(struct seat *seat, int futex_flags)
{
    while (atomic_exchange(&seat->token, 0) == 0) {
        atomic_store(&seat->waiter, 1);
        long rc = syscall(SYS_futex, &seat->token, FUTEX_WAIT | futex_flags, 0, NULL, NULL, 0);
        int err = rc < 0 ? errno : 0;
        atomic_store(&seat->waiter, 0);
        if (err && err != EAGAIN && err != EINTR)
            return -err;
    }
    return 0;
}

static int handoff_private(struct ctx *c, struct seat *mine, struct seat *theirs)
{
    (void)c;
    if (theirs)
        seat_wake(theirs, FUTEX_PRIVATE_FLAG);
    return mine ? seat_wait(mine, FUTEX_PRIVATE_FLAG) : 0;
}

static int handoff_shared(struct ctx *c, struct seat *mine, struct seat *theirs)
{
    (void)c;
    if (theirs)
        seat_wake(theirs, 0);
    return mine ? seat_wait(mine, 0) : 0;
}

/* There is no scheduler here that could call, and no stack to switch to. */
static int bounce_refuse(struct ctx *c, enum handoff_by how, struct bounce *b)
{
    (void)c, (void)how, (void)b;
    return -ENOTSUP;
}

/* Serial: the program without its parallelism. Strategies that can do more have tables of their own. */
static int spawn_by_calling(struct ctx *c, struct children *of, uint64_t arg)
{
    children_call(c, of, arg);
    return 0;
}

static int join_after_calls(struct ctx *c, struct children *of)
{
    (void)c;
    return of->err;
}

#define BLOCKING_OPS(label, handoff_function)                                                                          \
    {                                                                                                                  \
        .name = label, .read = blocking_read, .write = blocking_write, .pread = blocking_pread,                        \
        .pwrite = blocking_pwrite, .recv = blocking_recv, .send = blocking_send, .openat = blocking_openat,            \
        .close = blocking_close, .fsync = blocking_fsync, .accept = blocking_accept, .connect = blocking_connect,      \
        .sleep_until = blocking_sleep_until, .yield = blocking_yield, .nop = blocking_nop,                             \
        .handoff = handoff_function, .bounce = bounce_refuse, .spawn = spawn_by_calling, .join = join_after_calls,     \
    }

const struct ctx_ops ctx_blocking = BLOCKING_OPS("blocking", handoff_private);
const struct ctx_ops ctx_blocking_shared = BLOCKING_OPS("blocking, shared futex", handoff_shared);

int ctx_socket_tcp(struct ctx *c)
{
    static const struct linger drop = {.l_onoff = 1, .l_linger = 0};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &drop, sizeof drop)) {
        int rc = -errno;
        ctx_close(c, fd);
        return rc;
    }
    return fd;
}

int ctx_read_full(struct ctx *c, int fd, void *buf, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = ctx_read(c, fd, (char *)buf + done, len - done);
        if (n < 0)
            return (int)n;
        if (n == 0)
            return -ENODATA;
        done += (size_t)n;
    }
    return 0;
}

int ctx_write_full(struct ctx *c, int fd, const void *buf, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = ctx_write(c, fd, (const char *)buf + done, len - done);
        if (n < 0)
            return (int)n;
        if (n == 0)
            return -EPIPE;
        done += (size_t)n;
    }
    return 0;
}
