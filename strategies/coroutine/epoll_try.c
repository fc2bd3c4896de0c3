/* SPDX-License-Identifier: Apache-2.0 */
/* System calls that do not block. See epoll_try.h. */
#include "strategies/coroutine/epoll_try.h"
#include "strategies/coroutine/nowait.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* What has been moved already is the result of a transfer that fails later. */
static int64_t moved_or(const struct io_op *op, int64_t otherwise)
{
    return op->moved ? (int64_t)op->moved : otherwise;
}

/* Asked every time, not remembered: were the memory stale, the thread would block. */
static int set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || (!(flags & O_NONBLOCK) && fcntl(fd, F_SETFL, flags | O_NONBLOCK)))
        return -errno;
    return 0;
}

/* ---- read and write ---- */

int try_learn(int fd, uint8_t *hints)
{
    struct stat st;
    if (fstat(fd, &st))
        return -errno;
    *hints = FD_KNOWN;
    if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)) {
        int flags = fcntl(fd, F_GETFL);
        *hints |= flags >= 0 && flags & O_DIRECT ? FD_FILE | FD_DIRECT : FD_FILE;
    }
    return 0;
}

/* The rest of the transfer by RWF_NOWAIT, which knows the file's own position as offset -1. */
static ssize_t transfer_nowait(const struct io_op *op, off_t offset)
{
    struct iovec rest = {.iov_base = (char *)(uintptr_t)op->address + op->moved, .iov_len = op->len - op->moved};
    ssize_t n;
    do
        n = op->kind == IO_WRITE ? pwritev_nowait(op->fd, &rest, 1, offset) : preadv_nowait(op->fd, &rest, 1, offset);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

static ssize_t transfer_plain(const struct io_op *op)
{
    char *rest = (char *)(uintptr_t)op->address + op->moved;
    ssize_t n = set_nonblocking(op->fd);
    if (n < 0)
        return n;
    do
        n = op->kind == IO_WRITE ? write(op->fd, rest, op->len - op->moved) : read(op->fd, rest, op->len - op->moved);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

/* At an offset: files. A read has looked into the page cache already (coro_pread). */
static int64_t try_positioned(struct io_op *op, uint8_t *hints)
{
    if (op->kind == IO_READ || *hints & (FD_DIRECT | FD_PLAIN_WRITE))
        return TRY_POOL;
    ssize_t n = transfer_nowait(op, (off_t)op->offset);
    if (n == -EOPNOTSUPP)
        *hints |= FD_PLAIN_WRITE;
    if (n == -EOPNOTSUPP || n == -EAGAIN)
        return TRY_POOL;
    if (n <= 0)
        return n;
    op->moved = (uint32_t)n;
    return op->moved == op->len ? n : TRY_POOL;
}

/* At the file's own position. A short transfer is one, except on files, whose rest only has to be fetched: read(2)
 * would have waited for it. */
static int64_t try_stream(struct io_op *op, uint8_t *hints, bool pollable)
{
    uint8_t plain = op->kind == IO_WRITE ? FD_PLAIN_WRITE : FD_PLAIN_READ;
    ssize_t n = -EOPNOTSUPP;
    if (!(*hints & plain) && (pollable || !(*hints & FD_DIRECT))) {
        n = transfer_nowait(op, -1);
        if (n == -EOPNOTSUPP)
            *hints |= plain;
    }
    if (n == -EOPNOTSUPP) {
        if (!pollable)
            return TRY_FILE;
        n = transfer_plain(op);
    }
    bool file = *hints & FD_FILE && !pollable;
    if (n == -EAGAIN)
        return file ? TRY_FILE : moved_or(op, TRY_WAIT);
    if (n < 0)
        return moved_or(op, n);
    op->moved += (uint32_t)n;
    return n > 0 && op->moved < op->len && file ? TRY_FILE : (int64_t)op->moved;
}

/* ---- sockets ---- */

/* Is it to go on until all has been moved? recv(2) of datagrams ignores the flag; together with MSG_PEEK it would move
 * the same bytes again. */
static bool wants_all(const struct io_op *op)
{
    int type = 0;
    socklen_t len = sizeof type;
    if ((op->flags & (MSG_WAITALL | MSG_PEEK)) != MSG_WAITALL)
        return false;
    return getsockopt(op->fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

static int64_t try_socket(struct io_op *op)
{
    /* recv(2) does not wait for these two in blocking mode either. */
    bool waits = !(op->flags & (MSG_DONTWAIT | MSG_OOB | MSG_ERRQUEUE));
    int flags = op->flags | MSG_DONTWAIT;
    for (;;) {
        char *rest = (char *)(uintptr_t)op->address + op->moved;
        size_t len = op->len - op->moved;
        ssize_t n = op->kind == IO_SEND ? send(op->fd, rest, len, flags) : recv(op->fd, rest, len, flags);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN && waits ? TRY_WAIT : moved_or(op, -errno);
        op->moved += (uint32_t)n;
        if (n == 0 || op->moved >= op->len || !wants_all(op))
            return (int64_t)op->moved; /* MSG_TRUNC: the datagram's length, more than there was room for */
    }
}

static int64_t try_accept(const struct io_op *op)
{
    int fd, err = set_nonblocking(op->fd);
    if (err)
        return err;
    do
        fd = accept4(op->fd, NULL, NULL, SOCK_CLOEXEC);
    while (fd < 0 && errno == EINTR);
    return fd >= 0 ? fd : errno == EAGAIN ? TRY_WAIT : -errno;
}

/* How did the connection end that is being made? Asked by level: an event may have been about something else. */
static int64_t connect_outcome(const struct io_op *op)
{
    struct pollfd writable = {.fd = op->fd, .events = POLLOUT};
    int err = 0, n;
    socklen_t len = sizeof err;
    do
        n = poll(&writable, 1, 0);
    while (n < 0 && errno == EINTR);
    if (n == 0)
        return TRY_WAIT;
    if (n < 0 || getsockopt(op->fd, SOL_SOCKET, SO_ERROR, &err, &len))
        return -errno;
    /* The socket learns only from another connect() that it is connected, and one more would be EISCONN. */
    if (!err && writable.revents == POLLOUT)
        (void)connect(op->fd, op->address, op->len);
    return -err;
}

static int64_t try_connect(struct io_op *op)
{
    const struct sockaddr *address = op->address;
    if (op->begun)
        return connect_outcome(op);
    int flags = fcntl(op->fd, F_GETFL);
    if (flags < 0 || (!(flags & O_NONBLOCK) && fcntl(op->fd, F_SETFL, flags | O_NONBLOCK)))
        return -errno;
    int err = connect(op->fd, address, op->len) ? errno : 0;
    if (!(flags & O_NONBLOCK))
        fcntl(op->fd, F_SETFL, flags);
    switch (err) {
    case EINPROGRESS:
    case EALREADY: /* somebody began it and was cancelled */
    case EINTR:    /* it goes on all the same */
        op->begun = true;
        return connect_outcome(op); /* to this machine it is complete by now */
    case EAGAIN: /* a local socket's full backlog, whose room is announced to blocking callers only */
        return address->sa_family == AF_UNIX ? TRY_LATER : -EAGAIN;
    default:
        return -err;
    }
}

/* ---- the others ---- */

static int64_t try_poll(const struct io_op *op)
{
    struct pollfd asked = {.fd = op->fd, .events = (short)op->flags};
    int n;
    if (op->fd < 0)
        return -EBADF; /* poll() ignores those */
    do
        n = poll(&asked, 1, 0);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return n == 0 ? TRY_WAIT : -errno;
    return asked.revents & POLLNVAL ? -EBADF : asked.revents;
}

int64_t try_operation(struct io_op *op, uint8_t *hints, bool pollable)
{
    switch ((enum io_kind)op->kind) {
    case IO_NOP: /* the cheapest way into the kernel and back, as the blocking context has it */
        syscall(SYS_getppid);
        return 0;
    case IO_READ:
    case IO_WRITE:
        return op->offset == UINT64_MAX ? try_stream(op, hints, pollable) : try_positioned(op, hints);
    case IO_RECV:
    case IO_SEND:
        return try_socket(op);
    case IO_ACCEPT:
        return try_accept(op);
    case IO_CONNECT:
        return try_connect(op);
    case IO_POLL:
        return try_poll(op);
    case IO_OPENAT:
    case IO_FSYNC:
    case IO_CLOSE:
        break;
    }
    return TRY_POOL;
}
