/* SPDX-License-Identifier: Apache-2.0 */
/* I/O for coroutines (coro.h): each call describes an operation and awaits it. */
#include "strategies/coroutine/io.h"
#include "strategies/coroutine/fd_memo.h"
#include "strategies/coroutine/nowait.h"
#include "strategies/coroutine/worker.h"

#include "measure/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* What read() and friends transfer at most in one call (MAX_RW_COUNT); a ring's length field has 32 bits. */
#define IO_LEN_MAX 0x7ffff000u

/* Resumed, and the operation is not done: a deadline, a cancellation, or nothing. The kernel is asked once; whatever it
 * then answers ends the wait, and nothing else does. */
static void io_interrupted(struct coro *self, struct io_op *op, bool timed)
{
    bool late = timed && timer_is_idle(&self->timer);
    if (op->cancel_sent || !(late || self->flags & CORO_CANCEL) || op->kind == IO_CLOSE)
        return;
    op->cancel_sent = true;
    self->worker->config.backend->cancel(self->worker, op);
}

/* Before anything is begun. 0, -ECANCELED or -ETIMEDOUT. */
static inline int io_refused(struct coro *self, uint64_t deadline_ns)
{
    if (__builtin_expect(self->flags & CORO_CANCEL, 0)) {
        coro_take_cancel(self);
        return -ECANCELED;
    }
    return deadline_ns != CORO_NEVER && deadline_ns <= clock_monotonic_ns() ? -ETIMEDOUT : 0;
}

/* A signal met the kernel's worker before it moved a byte, and nobody asked to cancel: once more, as every blocking
 * call here does. A descriptor is closed all the same, and a connection goes on. */
static int64_t io_again(struct coro *self, struct io_op *op, uint64_t deadline_ns)
{
    if (op->kind == IO_CLOSE || op->kind == IO_CONNECT)
        return op->kind == IO_CLOSE ? 0 : op->result;
    *op = (struct io_op){.kind = op->kind,
                         .fd = op->fd,
                         .flags = op->flags,
                         .len = op->len,
                         .offset = op->offset,
                         .address = op->address};
    return io_await_until(self, op, deadline_ns);
}

int64_t io_await_until(struct coro *self, struct io_op *op, uint64_t deadline_ns)
{
    struct worker *w = self->worker;
    bool timed = deadline_ns != CORO_NEVER;
    int refused = op->kind == IO_CLOSE ? 0 : io_refused(self, deadline_ns);
    if (refused)
        return refused;
    op->owner = self;
    op->done = op->cancel_sent = false;
    w->config.backend->submit(w, op);
    if (op->done)
        coro_charge(self); /* it never had to wait; somebody else may have to */
    else if (timed)
        timer_heap_push(&w->timers, &self->timer, deadline_ns);
    while (!op->done) {
        coro_suspend(self, CORO_WAIT_IO);
        if (__builtin_expect(!op->done, 0))
            io_interrupted(self, op, timed);
    }
    if (timed)
        timer_heap_remove(&w->timers, &self->timer);
    /* A worker thread of the kernel that was told to stop says -EINTR. */
    if (op->cancel_sent && (op->result == -ECANCELED || op->result == -EINTR))
        return coro_take_cancel(self) ? -ECANCELED : -ETIMEDOUT;
    return __builtin_expect(op->result == -EINTR, 0) ? io_again(self, op, deadline_ns) : op->result;
}

static uint32_t clamp_len(size_t len)
{
    return len > IO_LEN_MAX ? IO_LEN_MAX : (uint32_t)len;
}

static ssize_t await_transfer(struct coro *self, enum io_kind kind, int fd, const void *buf, size_t len,
                              uint64_t offset, uint64_t deadline_ns)
{
    struct io_op op = {.kind = (uint8_t)kind, .fd = fd, .address = buf, .len = clamp_len(len), .offset = offset};
    return (ssize_t)io_await_until(self, &op, deadline_ns);
}

ssize_t coro_read(struct coro *self, int fd, void *buf, size_t len, uint64_t deadline_ns)
{
    return await_transfer(self, IO_READ, fd, buf, len, UINT64_MAX, deadline_ns);
}

ssize_t coro_write(struct coro *self, int fd, const void *buf, size_t len, uint64_t deadline_ns)
{
    return await_transfer(self, IO_WRITE, fd, buf, len, UINT64_MAX, deadline_ns);
}

/* pread() says -EINVAL and -ESPIPE where a ring would take the offset for "none": 0, or what to answer at once. */
static int check_position(struct coro *self, int fd, off_t offset)
{
    return offset < 0 ? -EINVAL : fd_memo_get(self->worker->fd_memo, fd);
}

ssize_t io_pread_ring(struct coro *self, int fd, void *buf, size_t len, off_t offset, uint64_t deadline_ns)
{
    int known = check_position(self, fd, offset);
    return known < 0 ? known : await_transfer(self, IO_READ, fd, buf, len, (uint64_t)offset, deadline_ns);
}

/*
 * Look into the page cache first. A cached 4 KiB block costs 0.65 us by preadv2(RWF_NOWAIT) and 1.5 us by a ring of its
 * own: there is nothing to wait for, so there is nothing to switch for. What is not cached answers -EAGAIN after a
 * quarter of a microsecond and goes to the ring. O_DIRECT goes there at once (fd_memo.c).
 */
ssize_t coro_pread(struct coro *self, int fd, void *buf, size_t len, off_t offset, uint64_t deadline_ns)
{
    int known = check_position(self, fd, offset);
    if (known < 0)
        return known;
    int refused = io_refused(self, deadline_ns);
    if (refused)
        return refused;
    if (known & FD_MEMO_WAITS)
        return await_transfer(self, IO_READ, fd, buf, len, (uint64_t)offset, deadline_ns);
    struct iovec part = {.iov_base = buf, .iov_len = len};
    ssize_t got = preadv_nowait(fd, &part, 1, offset);
    if (got < 0) {
        int err = errno;
        if (err == EOPNOTSUPP)
            fd_memo_add(self->worker->fd_memo, fd, FD_MEMO_WAITS);
        else if (err != EAGAIN && err != EINTR)
            return -err;
        return await_transfer(self, IO_READ, fd, buf, len, (uint64_t)offset, deadline_ns);
    }
    coro_charge(self);
    if (got == 0 || (size_t)got == len)
        return got;
    /* Short: the end of the file, or of what is cached. Only the ring can tell. */
    ssize_t rest =
        await_transfer(self, IO_READ, fd, (char *)buf + got, len - (size_t)got, (uint64_t)(offset + got), deadline_ns);
    if (rest == -ECANCELED)
        self->flags |= CORO_CANCEL; /* what came is reported; the request is for the next call */
    return rest > 0 ? got + rest : got;
}

ssize_t coro_pwrite(struct coro *self, int fd, const void *buf, size_t len, off_t offset, uint64_t deadline_ns)
{
    int known = check_position(self, fd, offset);
    return known < 0 ? known : await_transfer(self, IO_WRITE, fd, buf, len, (uint64_t)offset, deadline_ns);
}

ssize_t coro_recv(struct coro *self, int fd, void *buf, size_t len, int flags, uint64_t deadline_ns)
{
    struct io_op op = {.kind = IO_RECV, .fd = fd, .address = buf, .len = clamp_len(len), .flags = flags};
    return (ssize_t)io_await_until(self, &op, deadline_ns);
}

ssize_t coro_send(struct coro *self, int fd, const void *buf, size_t len, int flags, uint64_t deadline_ns)
{
    struct io_op op = {.kind = IO_SEND, .fd = fd, .address = buf, .len = clamp_len(len), .flags = flags | MSG_NOSIGNAL};
    return (ssize_t)io_await_until(self, &op, deadline_ns);
}

int coro_openat(struct coro *self, int dirfd, const char *path, int flags, mode_t mode, uint64_t deadline_ns)
{
    struct io_op op = {.kind = IO_OPENAT, .fd = dirfd, .address = path, .len = mode, .flags = flags | O_CLOEXEC};
    return (int)io_await_until(self, &op, deadline_ns);
}

int coro_close(struct coro *self, int fd)
{
    struct io_op op = {.kind = IO_CLOSE, .fd = fd};
    fd_memo_forget(self->worker->fd_memo, fd);
    return (int)io_await_until(self, &op, CORO_NEVER);
}

int coro_fsync(struct coro *self, int fd, uint64_t deadline_ns)
{
    struct io_op op = {.kind = IO_FSYNC, .fd = fd};
    return (int)io_await_until(self, &op, deadline_ns);
}

int coro_accept(struct coro *self, int fd, uint64_t deadline_ns)
{
    struct io_op op = {.kind = IO_ACCEPT, .fd = fd};
    return (int)io_await_until(self, &op, deadline_ns);
}

int coro_connect(struct coro *self, int fd, const struct sockaddr *addr, socklen_t len, uint64_t deadline_ns)
{
    struct io_op op = {.kind = IO_CONNECT, .fd = fd, .address = addr, .len = len};
    return (int)io_await_until(self, &op, deadline_ns);
}

int coro_poll(struct coro *self, int fd, short events, uint64_t deadline_ns)
{
    struct io_op op = {.kind = IO_POLL, .fd = fd, .flags = events};
    return (int)io_await_until(self, &op, deadline_ns);
}
