/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The io_uring backend: one ring per worker, made on that worker's thread.
 *
 * Operations are queued while coroutines run and submitted once per turn of the worker, together with the wait for
 * completions when nobody is runnable: a lone coroutine's read costs one system call, like read(2). Accesses to a
 * device do not wait that long: see submit_for_device.
 */
#include "strategies/coroutine/uring_private.h"
#include "strategies/coroutine/uring_probe.h"

#include "measure/clock.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

enum {
    URING_BUSY_PAUSE_NS = 50000,
    URING_CANCEL_AGAIN_NS = 1000000,
    URING_DEVICE_BATCH = 4, /* see submit_for_device */
};

/* user_data of what is not a plain operation. That of an operation is its address, a multiple of eight. */
enum {
    TAG_WAKE = 1,        /* the eventfd was written */
    TAG_MESSAGE = 2,     /* another worker's MSG_RING arrived */
    TAG_CANCEL = 3,      /* the answer to a request for cancellation; the rest is the operation */
    TAG_UNDELIVERED = 4, /* our MSG_RING failed; the rest is the worker it was meant for */
    TAG_MASK = 7,
};

/* io_op.place */
enum {
    OP_QUEUED,    /* waits for room in the submission queue */
    OP_SUBMITTED, /* is in it, or the kernel has it */
};

/* io_op.cancel. A request is answered, and asked again if that did not help (see uring_cancel). */
enum {
    CANCEL_NONE,
    CANCEL_QUEUED, /* waits for room in the submission queue */
    CANCEL_ASKED,  /* is in it, or the kernel has it */
    CANCEL_AGAIN,  /* was asked in vain, and will be asked again */
};

/* ---- submitting ---- */

static void sqe_fill(struct io_uring_sqe *sqe, const struct io_op *op)
{
    void *address = (void *)(uintptr_t)op->address;
    switch ((enum io_kind)op->kind) {
    case IO_NOP:
        io_uring_prep_nop(sqe);
        break;
    case IO_READ:
        io_uring_prep_read(sqe, op->fd, address, op->len, op->offset);
        break;
    case IO_WRITE:
        io_uring_prep_write(sqe, op->fd, address, op->len, op->offset);
        break;
    case IO_RECV:
        io_uring_prep_recv(sqe, op->fd, address, op->len, op->flags);
        break;
    case IO_SEND:
        io_uring_prep_send(sqe, op->fd, address, op->len, op->flags);
        break;
    case IO_OPENAT:
        io_uring_prep_openat(sqe, op->fd, address, op->flags, (mode_t)op->len);
        break;
    case IO_CLOSE:
        io_uring_prep_close(sqe, op->fd);
        break;
    case IO_FSYNC:
        io_uring_prep_fsync(sqe, op->fd, 0);
        break;
    case IO_ACCEPT:
        io_uring_prep_accept(sqe, op->fd, NULL, NULL, SOCK_CLOEXEC);
        break;
    case IO_CONNECT:
        io_uring_prep_connect(sqe, op->fd, address, op->len);
        break;
    case IO_POLL:
        io_uring_prep_poll_add(sqe, op->fd, (unsigned)op->flags);
        break;
    }
    io_uring_sqe_set_data(sqe, (void *)(uintptr_t)op);
}

/*
 * A device idles until it hears of its next access, a peer in memory is woken by whoever runs next. With 32 reads by
 * O_DIRECT in flight, one submission per turn comes in bursts, and the device runs dry between them: 0.87 to 0.94 of
 * fio's IOPS (io_uring, which enters the kernel for every read; its own batches of 8 and 32 are as slow), 0.97 with
 * batches of 4, 1.00 with 1, which costs a third more CPU. A positioned transfer that comes this far has missed the
 * page cache (coro_pread) or goes round it. What the kernel refuses here stays queued for the turn.
 */
static void submit_for_device(struct io_worker *u, const struct io_op *op)
{
    if ((op->kind == IO_READ || op->kind == IO_WRITE) && op->offset != UINT64_MAX &&
        io_uring_sq_ready(&u->ring) >= URING_DEVICE_BATCH)
        io_uring_submit(&u->ring);
}

static void uring_submit(struct worker *w, struct io_op *op)
{
    struct io_worker *u = w->io;
    struct io_uring_sqe *sqe = u->queue.first ? NULL : io_uring_get_sqe(&u->ring);
    op->cancel = CANCEL_NONE;
    op->ended = false;
    u->in_flight_count++;
    if (sqe) {
        op->place = OP_SUBMITTED;
        sqe_fill(sqe, op);
        submit_for_device(u, op);
    } else { /* full: it waits in line, and its coroutine waits in any case */
        op->place = OP_QUEUED;
        op_list_append(&u->queue, op);
    }
}

static void operation_done(struct io_worker *u, struct io_op *op, int64_t result)
{
    u->in_flight_count--;
    op_complete(op, result);
}

static void cancel_fill(struct io_uring_sqe *sqe, struct io_op *op)
{
    op->cancel = CANCEL_ASKED;
    io_uring_prep_cancel64(sqe, (uintptr_t)op, 0);
    io_uring_sqe_set_data64(sqe, (uintptr_t)op | TAG_CANCEL);
}

/*
 * The kernel may answer that it does not find the operation although it is far from done: on its way from a poll that
 * reported readiness to the next try, or to a worker thread of the kernel. So the request is repeated until the
 * operation ends. It names the operation by its address; that stays true because the operation is done only when the
 * answer is there as well.
 */
static void uring_cancel(struct worker *w, struct io_op *op)
{
    struct io_worker *u = w->io;
    if (op->place == OP_QUEUED) { /* then it ends here, and the kernel never hears of it */
        op_list_remove(&u->queue, op);
        operation_done(u, op, -ECANCELED);
        return;
    }
    struct io_uring_sqe *sqe = u->cancels.first ? NULL : io_uring_get_sqe(&u->ring);
    if (sqe) {
        cancel_fill(sqe, op);
    } else {
        op->cancel = CANCEL_QUEUED;
        op_list_append(&u->cancels, op);
    }
}

/* Those that were asked for in vain, when it is time. */
static void cancels_repeat(struct io_worker *u)
{
    struct io_op *op;
    if (!u->cancels_vain.first || u->cancels_again_ns > clock_monotonic_ns())
        return;
    while ((op = op_list_pop(&u->cancels_vain))) {
        op->cancel = CANCEL_QUEUED;
        op_list_append(&u->cancels, op);
    }
}

/* Move what waits into the submission queue, as far as there is room. */
static void uring_fill(struct io_worker *u)
{
    struct io_uring_sqe *sqe;
    if (!u->wake_armed && !u->stopping && (sqe = io_uring_get_sqe(&u->ring))) {
        io_uring_prep_read(sqe, u->wake_fd, &u->wake_value, sizeof u->wake_value, 0);
        io_uring_sqe_set_data64(sqe, TAG_WAKE);
        u->wake_armed = true;
    }
    cancels_repeat(u);
    while (u->cancels.first && (sqe = io_uring_get_sqe(&u->ring)))
        cancel_fill(sqe, op_list_pop(&u->cancels));
    while (u->queue.first && (sqe = io_uring_get_sqe(&u->ring))) {
        struct io_op *op = op_list_pop(&u->queue);
        op->place = OP_SUBMITTED;
        sqe_fill(sqe, op);
    }
}

/* ---- waking ---- */

static void eventfd_wake(const struct io_worker *u)
{
    uint64_t one = 1;
    while (write(u->wake_fd, &one, sizeof one) < 0)
        if (errno != EINTR)
            worker_fatal("waking a worker", errno);
}

/* A message from ring to ring saves the target the re-arming of its eventfd, and, sent lazily, costs no system call of
 * its own: it leaves with the sender's next submit. */
static void uring_wake(struct worker *target, struct worker *from, bool lazily)
{
    struct io_uring_sqe *sqe = NULL;
    if (from && from->io->can_message && target->io->made)
        sqe = io_uring_get_sqe(&from->io->ring);
    if (!sqe) {
        eventfd_wake(target->io);
        return;
    }
    io_uring_prep_msg_ring(sqe, target->io->ring.ring_fd, 0, TAG_MESSAGE, 0);
    sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
    io_uring_sqe_set_data64(sqe, (uintptr_t)target | TAG_UNDELIVERED);
    if (!lazily)
        io_uring_submit(&from->io->ring); /* on failure it stays queued for the next turn */
}

/* ---- completing ---- */

/* The kernel is done with the operation. */
static void operation_ended(struct io_worker *u, struct io_op *op, int64_t result)
{
    switch (op->cancel) {
    case CANCEL_QUEUED:
        op_list_remove(&u->cancels, op);
        break;
    case CANCEL_AGAIN:
        op_list_remove(&u->cancels_vain, op);
        break;
    case CANCEL_ASKED:
        op->ended = true;
        op->result = result;
        return;
    }
    operation_done(u, op, result);
}

/* The kernel has answered: 0, it was undone, which the operation will say itself; or it was not found, or is being
 * carried out by a thread that has been told to stop, if it can. */
static void cancel_answered(struct io_worker *u, struct io_op *op, int answer)
{
    op->cancel = CANCEL_NONE;
    if (op->ended) {
        operation_done(u, op, op->result);
    } else if (answer < 0) {
        if (!u->cancels_vain.first)
            u->cancels_again_ns = clock_monotonic_ns() + URING_CANCEL_AGAIN_NS;
        op->cancel = CANCEL_AGAIN;
        op_list_append(&u->cancels_vain, op);
    }
}

static void uring_complete(struct io_worker *u, const struct io_uring_cqe *cqe)
{
    uint64_t data = cqe->user_data;
    if (data == LIBURING_UDATA_TIMEOUT)
        return; /* liburing's own, on kernels whose wait takes no timeout */
    switch (data & TAG_MASK) {
    case TAG_WAKE:
        u->wake_armed = false;
        break;
    case TAG_MESSAGE:
        break;
    case TAG_CANCEL:
        cancel_answered(u, (struct io_op *)(uintptr_t)(data & ~(uint64_t)TAG_MASK), cqe->res);
        break;
    case TAG_UNDELIVERED:
        eventfd_wake(((struct worker *)(uintptr_t)(data & ~(uint64_t)TAG_MASK))->io);
        break;
    default:
        operation_ended(u, (struct io_op *)(uintptr_t)data, cqe->res);
    }
}

static unsigned uring_reap(struct io_worker *u)
{
    struct io_uring_cqe *cqe;
    unsigned head, count = 0;
    io_uring_for_each_cqe(&u->ring, head, cqe)
    {
        uring_complete(u, cqe);
        count++;
    }
    io_uring_cq_advance(&u->ring, count);
    return count;
}

/* ---- the turn ---- */

static unsigned sq_flags(const struct io_worker *u)
{
    return __atomic_load_n(u->ring.sq.kflags, __ATOMIC_RELAXED);
}

/* Enter the kernel without waiting, if there is anything to do for it. */
static int uring_enter(struct io_worker *u)
{
    unsigned flags = sq_flags(u);
    u->overflow_count += !!(flags & IORING_SQ_CQ_OVERFLOW);
    if (!io_uring_sq_ready(&u->ring) && !(flags & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)))
        return 0;
    return io_uring_submit_and_get_events(&u->ring);
}

static int uring_enter_wait(struct io_worker *u, uint64_t deadline_ns)
{
    struct io_uring_cqe *cqe;
    if (deadline_ns == TIMER_NEVER)
        return io_uring_submit_and_wait_timeout(&u->ring, &cqe, 1, NULL, NULL);
    uint64_t now = clock_monotonic_ns();
    if (deadline_ns <= now)
        return uring_enter(u);
    uint64_t left = deadline_ns - now;
    struct __kernel_timespec timeout = {
        .tv_sec = (long long)(left / 1000000000u),
        .tv_nsec = (long long)(left % 1000000000u),
    };
    return io_uring_submit_and_wait_timeout(&u->ring, &cqe, 1, &timeout, NULL);
}

static void uring_poll(struct worker *w, uint64_t deadline_ns)
{
    struct io_worker *u = w->io;
    bool wait = deadline_ns != 0;
    for (;;) {
        uring_fill(u);
        if (u->cancels_vain.first && u->cancels_again_ns < deadline_ns)
            deadline_ns = u->cancels_again_ns;
        bool more =
            u->queue.first || u->cancels.first; /* the queue was full: submit, then fill again, before any waiting */
        int err = wait && !more ? uring_enter_wait(u, deadline_ns) : uring_enter(u);
        unsigned reaped = uring_reap(u);
        if (err == -EAGAIN || err == -EBUSY) {
            /* The kernel is short of memory or of room for completions. Taking some in helps; if there were none,
             * give it a moment. */
            struct timespec pause = {.tv_nsec = URING_BUSY_PAUSE_NS};
            if (!reaped)
                nanosleep(&pause, NULL);
            return;
        }
        if (err < 0 && err != -EINTR && err != -ETIME)
            worker_fatal("io_uring_enter", err);
        if (!more)
            return;
        if (reaped)
            wait = false; /* somebody is runnable now */
    }
}

static void uring_stop(struct worker *w)
{
    struct io_worker *u = w->io;
    u->stopping = true;
    if (u->wake_armed)
        eventfd_wake(u); /* completes the one read that is always in flight */
    while (u->wake_armed || u->in_flight_count || io_uring_sq_ready(&u->ring))
        uring_poll(w, clock_monotonic_ns() + 1000000);
    io_uring_unregister_ring_fd(&u->ring);
}

const struct io_backend io_backend_uring = {
    .name = "uring",
    .ctx_name = "coroutine/uring",
    .probe = uring_probe,
    .init = uring_init,
    .fini = uring_fini,
    .start = uring_start,
    .stop = uring_stop,
    .submit = uring_submit,
    .cancel = uring_cancel,
    .poll = uring_poll,
    .wake = uring_wake,
    .describe = uring_describe,
};
