/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The epoll backend: one epoll descriptor per worker, and threads for files.
 *
 * Every operation is tried at once (epoll_try.c). One that would block waits for its descriptor (epoll_slot.c), or is
 * carried out by the file pool (file_pool.c). A forked child must not touch what it inherits, and nothing is inherited
 * across exec.
 */
#include "strategies/coroutine/epoll_slot.h"
#include "strategies/coroutine/epoll_try.h"
#include "strategies/coroutine/file_pool.h"
#include "strategies/coroutine/worker.h"

#include "measure/clock.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441 /* Linux 5.11, the same number on every architecture */
#endif

enum {
    EPOLL_EVENTS = 256,     /* taken in at once */
    EPOLL_PROVE_TURNS = 32, /* a busy worker proves the unproven so often */
    EPOLL_AGAIN_NS = 1000000,
};

struct io_worker {
    struct fd_table table;
    struct file_client files;
    int wake_fd;
    int slack_ns; /* the thread's before we came */
    unsigned turns;
    bool coarse; /* the kernel has no epoll_pwait2: waits are rounded up to milliseconds */
    struct epoll_event events[EPOLL_EVENTS];
};

/* ---- beginning ---- */

static void again_later(struct fd_table *t, struct io_op *op)
{
    if (!t->again.first)
        t->again_ns = clock_monotonic_ns() + EPOLL_AGAIN_NS;
    op->place = PLACE_AGAIN;
    op_list_append(&t->again, op);
}

/* Those who would begin again on a descriptor that is being closed. */
static void again_evict(struct fd_table *t, int fd)
{
    struct io_op *op = t->again.first, *last = op ? op->previous : NULL;
    while (op) {
        struct io_op *next = op == last ? NULL : op->queue;
        if (op->fd == fd && op->kind != IO_CLOSE) {
            op_list_remove(&t->again, op);
            op_complete(op, -EBADF);
        }
        op = next;
    }
}

/* What is on the file pool refers to the file by its number, so it has to be over first; io_uring keeps the file. */
static int64_t try_close(struct io_worker *e, int fd)
{
    if (file_client_uses(&e->files, fd))
        return TRY_LATER;
    fd_slot_close(&e->table, fd);
    again_evict(&e->table, fd);
    /* No EPOLL_CTL_DEL: if somebody else still has the file open, epoll may report it once more under this number, and
     * whoever waits there then tries for nothing. */
    return close(fd) == 0 || errno == EINTR ? 0 : -errno; /* interrupted, it is closed all the same */
}

/* Let it wait for its descriptor. */
static int64_t wait_ready(struct fd_table *t, struct io_op *op, struct fd_slot *slot, int64_t outcome)
{
    int err = slot ? 0 : fd_table_find(t, op->fd, false, &slot);
    if (!err)
        err = fd_slot_wait(t, slot, op, outcome == TRY_FILE);
    if (err == -EPERM) /* not one to wait for */
        return op->kind == IO_POLL ? -EINVAL : TRY_POOL;
    if (err)
        return op->moved ? (int64_t)op->moved : err;
    if (outcome == TRY_FILE) { /* epoll has taken it: no file, or one that is like a stream */
        outcome = try_operation(op, &slot->hints, true);
        if (try_is_result(outcome))
            fd_slot_leave(t, op);
    }
    return outcome;
}

static void begin(struct io_worker *e, struct io_op *op)
{
    struct fd_slot *slot = NULL;
    uint8_t no_hints = 0;
    int64_t outcome;
    if (op->kind == IO_WRITE || (op->kind == IO_READ && op->offset == UINT64_MAX)) {
        int err = fd_table_find(&e->table, op->fd, true, &slot);
        if (err) {
            op_complete(op, err);
            return;
        }
    }
    if (op->kind == IO_CLOSE)
        outcome = try_close(e, op->fd);
    else if (slot)
        outcome = try_operation(op, &slot->hints, slot->armed && !(slot->hints & FD_FILE));
    else
        outcome = try_operation(op, &no_hints, false);
    if (outcome == TRY_WAIT || outcome == TRY_FILE)
        outcome = wait_ready(&e->table, op, slot, outcome);
    if (try_is_result(outcome))
        op_complete(op, outcome);
    else if (outcome == TRY_POOL)
        file_client_submit(&e->files, op);
    else if (outcome == TRY_LATER)
        again_later(&e->table, op);
}

static void epoll_submit(struct worker *w, struct io_op *op)
{
    op->place = PLACE_NONE;
    op->moved = 0;
    op->begun = false;
    begin(w->io, op);
}

static void epoll_cancel(struct worker *w, struct io_op *op)
{
    struct io_worker *e = w->io;
    switch ((enum io_place)op->place) {
    case PLACE_READABLE:
    case PLACE_WRITABLE:
    case PLACE_POLL:
        fd_slot_leave(&e->table, op);
        op_complete_cancelled(op);
        break;
    case PLACE_AGAIN:
        op_list_remove(&e->table.again, op);
        op_complete_cancelled(op);
        break;
    case PLACE_FILES:
    case PLACE_JOB:
        file_client_cancel(&e->files, op);
        break;
    case PLACE_NONE:
        break;
    }
}

/* ---- the turn ---- */

static int wait_events(struct io_worker *e, uint64_t deadline_ns)
{
    uint64_t now = deadline_ns == 0 || deadline_ns == TIMER_NEVER ? 0 : clock_monotonic_ns();
    uint64_t left = deadline_ns > now ? deadline_ns - now : 0;
    if (!e->coarse) {
        struct { /* of the kernel, the same on every architecture */
            int64_t s, ns;
        } timeout = {(int64_t)(left / 1000000000u), (int64_t)(left % 1000000000u)};
        long n = syscall(SYS_epoll_pwait2, e->table.epoll_fd, e->events, EPOLL_EVENTS,
                         deadline_ns == TIMER_NEVER ? NULL : &timeout, NULL, (size_t)0);
        if (n >= 0 || (errno != ENOSYS && errno != EPERM)) /* EPERM: an old seccomp filter that does not know it */
            return (int)n;
        e->coarse = true;
    }
    uint64_t ms = left / 1000000 + (left % 1000000 != 0);
    int timeout_ms = deadline_ns == TIMER_NEVER ? -1 : ms > INT_MAX ? INT_MAX : (int)ms;
    return epoll_wait(e->table.epoll_fd, e->events, EPOLL_EVENTS, timeout_ms);
}

/* Returns how many events there were. */
static int take_in(struct io_worker *e, uint64_t deadline_ns)
{
    int n = wait_events(e, deadline_ns);
    if (n < 0 && errno != EINTR)
        worker_fatal("epoll_wait", errno);
    for (int i = 0; i < n; i++)
        if (e->events[i].data.fd != e->wake_fd)
            fd_slot_event(&e->table, e->events[i].data.fd, e->events[i].events);
    return n;
}

/* Those whose time has come begin again. */
static void run_again(struct io_worker *e)
{
    struct fd_table *t = &e->table;
    if (!t->again.first || (t->again_ns > 0 && t->again_ns > clock_monotonic_ns()))
        return;
    struct op_list due = t->again;
    t->again.first = NULL;
    while (due.first) {
        struct io_op *op = due.first;
        op_list_remove(&due, op);
        op->place = PLACE_NONE;
        begin(e, op);
    }
}

static void epoll_poll(struct worker *w, uint64_t deadline_ns)
{
    struct io_worker *e = w->io;
    struct fd_table *t = &e->table;
    run_again(e);
    if (deadline_ns == 0) {
        if (t->unproven_count > 0 && ++e->turns % EPOLL_PROVE_TURNS == 0)
            fd_table_prove(t);
        if (t->waiting_count > 0)
            take_in(e, 0);
        return;
    }
    /* To look first costs less than to prove, and often there is something. */
    if (t->unproven_count > 0 && take_in(e, 0) > 0)
        return;
    while (t->unproven_count > 0) {
        fd_table_prove(t);
        run_again(e);
    }
    if (runq_count(&w->runq) > 0)
        return; /* somebody's descriptor turned out to be closed */
    if (t->again.first && t->again_ns < deadline_ns)
        deadline_ns = t->again_ns ? t->again_ns : 1;
    take_in(e, deadline_ns);
}

/* Its counter is never read: every write is an edge. */
static void epoll_wake(struct worker *target, struct worker *from, bool lazily)
{
    uint64_t one = 1;
    (void)from, (void)lazily;
    while (write(target->io->wake_fd, &one, sizeof one) < 0)
        if (errno != EINTR)
            worker_fatal("waking a worker", errno);
}

/* ---- life ---- */

static int epoll_probe(char *why, size_t why_len)
{
    int fd = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0) {
        int err = -errno;
        snprintf(why, why_len, "epoll cannot be set up (%s)", strerror(-err));
        return err;
    }
    close(fd);
    return 0;
}

static int epoll_init(struct worker *w, const struct io_config *config)
{
    (void)config; /* all of it is about rings */
    struct io_worker *e = calloc(1, sizeof *e);
    if (!e)
        return -ENOMEM;
    e->table.epoll_fd = -1;
    e->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (e->wake_fd < 0) {
        int err = -errno;
        free(e);
        return err;
    }
    w->io = e;
    return 0;
}

static void epoll_fini(struct worker *w)
{
    close(w->io->wake_fd);
    free(w->io);
    w->io = NULL;
}

static int epoll_start(struct worker *w)
{
    struct io_worker *e = w->io;
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = e->wake_fd};
    int err = file_client_open(&e->files, w);
    if (err)
        return err;
    e->table.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (e->table.epoll_fd >= 0 && epoll_ctl(e->table.epoll_fd, EPOLL_CTL_ADD, e->wake_fd, &event) == 0) {
        /* Otherwise the kernel lets this thread's timeouts come 50 us late; io_uring's are never. */
        e->slack_ns = prctl(PR_GET_TIMERSLACK);
        if (e->slack_ns > 1)
            prctl(PR_SET_TIMERSLACK, 1UL);
        wait_events(e, 0); /* to know what there is, for describe() */
        return 0;
    }
    err = -errno;
    file_client_close(&e->files);
    if (e->table.epoll_fd >= 0)
        close(e->table.epoll_fd);
    return err;
}

static void epoll_stop(struct worker *w)
{
    struct io_worker *e = w->io;
    while (e->table.waiting_count > 0 || e->table.again.first)
        epoll_poll(w, clock_monotonic_ns() + EPOLL_AGAIN_NS);
    if (e->slack_ns > 1)
        prctl(PR_SET_TIMERSLACK, (unsigned long)e->slack_ns);
    file_client_close(&e->files);
    close(e->table.epoll_fd);
    fd_table_fini(&e->table);
}

static void epoll_describe(const struct worker *w, char *out, size_t len)
{
    snprintf(out, len, "epoll edge-triggered, waits by %s, files on %d threads of the process",
             w->io->coarse ? "epoll_wait (milliseconds)" : "epoll_pwait2", FILE_POOL_THREADS);
}

const struct io_backend io_backend_epoll = {
    .name = "epoll",
    .ctx_name = "coroutine/epoll",
    .probe = epoll_probe,
    .init = epoll_init,
    .fini = epoll_fini,
    .start = epoll_start,
    .stop = epoll_stop,
    .submit = epoll_submit,
    .cancel = epoll_cancel,
    .poll = epoll_poll,
    .wake = epoll_wake,
    .describe = epoll_describe,
};
