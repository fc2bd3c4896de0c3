/* SPDX-License-Identifier: Apache-2.0 */
/* The blocking context (ctx.h) for coroutines: the calls of coro.h without a deadline. */
#include "strategies/coroutine/io.h"
#include "strategies/coroutine/worker.h"

static ssize_t op_read(struct ctx *ctx, int fd, void *buf, size_t len)
{
    return coro_read(coro_of_ctx(ctx), fd, buf, len, CORO_NEVER);
}

static ssize_t op_write(struct ctx *ctx, int fd, const void *buf, size_t len)
{
    return coro_write(coro_of_ctx(ctx), fd, buf, len, CORO_NEVER);
}

static ssize_t op_pread(struct ctx *ctx, int fd, void *buf, size_t len, off_t offset)
{
    return coro_pread(coro_of_ctx(ctx), fd, buf, len, offset, CORO_NEVER);
}

static ssize_t op_pread_ring(struct ctx *ctx, int fd, void *buf, size_t len, off_t offset)
{
    return io_pread_ring(coro_of_ctx(ctx), fd, buf, len, offset, CORO_NEVER);
}

static ssize_t op_pwrite(struct ctx *ctx, int fd, const void *buf, size_t len, off_t offset)
{
    return coro_pwrite(coro_of_ctx(ctx), fd, buf, len, offset, CORO_NEVER);
}

static ssize_t op_recv(struct ctx *ctx, int fd, void *buf, size_t len, int flags)
{
    return coro_recv(coro_of_ctx(ctx), fd, buf, len, flags, CORO_NEVER);
}

static ssize_t op_send(struct ctx *ctx, int fd, const void *buf, size_t len, int flags)
{
    return coro_send(coro_of_ctx(ctx), fd, buf, len, flags, CORO_NEVER);
}

static int op_openat(struct ctx *ctx, int dirfd, const char *path, int flags, mode_t mode)
{
    return coro_openat(coro_of_ctx(ctx), dirfd, path, flags, mode, CORO_NEVER);
}

static int op_close(struct ctx *ctx, int fd)
{
    return coro_close(coro_of_ctx(ctx), fd);
}

static int op_fsync(struct ctx *ctx, int fd)
{
    return coro_fsync(coro_of_ctx(ctx), fd, CORO_NEVER);
}

static int op_accept(struct ctx *ctx, int fd)
{
    return coro_accept(coro_of_ctx(ctx), fd, CORO_NEVER);
}

static int op_connect(struct ctx *ctx, int fd, const struct sockaddr *addr, socklen_t len)
{
    return coro_connect(coro_of_ctx(ctx), fd, addr, len, CORO_NEVER);
}

static int op_sleep_until(struct ctx *ctx, uint64_t deadline_ns)
{
    return coro_sleep_until(coro_of_ctx(ctx), deadline_ns);
}

static int op_yield(struct ctx *ctx)
{
    return coro_yield(coro_of_ctx(ctx));
}

static int op_nop(struct ctx *ctx)
{
    struct io_op op = {.kind = IO_NOP, .fd = -1};
    return (int)io_await_until(coro_of_ctx(ctx), &op, CORO_NEVER);
}

void io_ctx_ops_init(struct ctx_ops *out, const struct io_backend *backend, enum io_seats seats, enum io_pread pread)
{
    *out = (struct ctx_ops){
        .name = backend->ctx_name,
        .read = op_read,
        .write = op_write,
        .pread = pread == IO_PREAD_RING ? op_pread_ring : op_pread,
        .pwrite = op_pwrite,
        .recv = op_recv,
        .send = op_send,
        .openat = op_openat,
        .close = op_close,
        .fsync = op_fsync,
        .accept = op_accept,
        .connect = op_connect,
        .sleep_until = op_sleep_until,
        .yield = op_yield,
        .nop = op_nop,
        .handoff = seats == IO_SEATS_LOCAL ? seat_handoff_local : seat_handoff_shared,
        .bounce = bounce_by,
        .spawn = children_spawn,
        .join = children_join,
    };
}
