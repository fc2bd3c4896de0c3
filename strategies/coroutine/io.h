/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One I/O operation, described independently of who carries it out, and the table of a backend that does.
 *
 * An operation lives on the stack of the coroutine that awaits it. That is safe because io_await_until() returns only
 * after the operation's own terminal completion, whatever else may have woken the coroutine in the meantime.
 */
#ifndef QUINTET_COROUTINE_IO_H
#define QUINTET_COROUTINE_IO_H

#include "strategies/coroutine/block.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct io_worker;
struct worker;

enum io_kind {
    IO_NOP,
    IO_READ,  /* offset -1: at the file's own position */
    IO_WRITE, /* offset -1: at the file's own position */
    IO_RECV,
    IO_SEND,
    IO_OPENAT,
    IO_CLOSE,
    IO_FSYNC,
    IO_ACCEPT,
    IO_CONNECT,
    IO_POLL,
};

struct io_op {
    struct coro *owner;         /* io_await_until() fills it */
    struct io_op *queue;        /* backend: the next one in whatever list it is in (op_list.h) */
    union {                     /* backend: */
        struct io_op *previous; /* in that list */
        struct file_job *job;   /* what carries it out on the file pool */
    };
    int64_t result; /* >= 0 or -errno; valid once done */
    uint8_t kind;   /* enum io_kind */
    bool done;
    bool cancel_sent; /* the backend was asked to cancel it, once */
    uint8_t place;    /* backend: where it is */
    uint8_t cancel;   /* uring: how far the request for its cancellation is */
    bool ended;       /* uring: the kernel is done with it, but not with that request */
    bool begun;       /* epoll: IO_CONNECT: the connection is being made */
    bool proven;      /* epoll: it waits for the very file that epoll knows under this descriptor */
    int fd;           /* IO_OPENAT: the directory */
    int flags;        /* IO_RECV, IO_SEND: MSG_*; IO_OPENAT: O_*; IO_POLL: POLL* */
    uint32_t len;     /* bytes at most; IO_CONNECT: length of the address; IO_OPENAT: mode */
    uint32_t moved;   /* epoll: bytes of a transfer that goes on */
    uint64_t offset;
    const void *address; /* buffer, path or socket address */
};

/* How a worker's backend is to be set up. Zero bytes choose the defaults. */
struct io_config {
    unsigned queue_entries;      /* submission queue; 0 = 256 */
    unsigned completion_entries; /* completion queue; 0 = four times the submission queue */
    unsigned ladder_skip;        /* leave out the first n rungs of the flag ladder (tests) */
};

/*
 * A backend. All functions but init, fini, wake and describe run on the worker's own thread.
 *
 * Operations are completed by setting result and done and calling worker_ready(owner); submit() may do so before it
 * returns.
 */
struct io_backend {
    const char *name;     /* "uring" */
    const char *ctx_name; /* struct ctx_ops.name: "coroutine/uring" */

    /* Does this machine have it? Really tries. 0, or the -errno met and one sentence. */
    int (*probe)(char *why, size_t why_len);

    /* What can be made on any thread and must outlive all workers' threads: the means to be woken. */
    int (*init)(struct worker *w, const struct io_config *config);
    void (*fini)(struct worker *w);

    /* What must be made on the worker's thread. stop() returns when nothing is in flight any more. */
    int (*start)(struct worker *w);
    void (*stop)(struct worker *w);

    /* Begin an operation. Cannot fail: errors arrive as the operation's result. */
    void (*submit)(struct worker *w, struct io_op *op);

    /* Ask for the end of an operation that was submitted and is not done. Its completion comes all the same, in time:
     * with -ECANCELED, or with what was transferred before. Once per operation. */
    void (*cancel)(struct worker *w, struct io_op *op);

    /* Submit what is queued and take in completions. deadline_ns 0 does not wait; otherwise waits for a completion, a
     * wake, or the time (TIMER_NEVER: no limit). May return early for no reason. */
    void (*poll)(struct worker *w, uint64_t deadline_ns);

    /* Make `target` return from poll(). `from` is the calling worker, or NULL on any other thread. lazily: `from` is
     * about to call poll() itself, and the wake-up may wait until then. */
    void (*wake)(struct worker *target, struct worker *from, bool lazily);

    void (*describe)(const struct worker *w, char *out, size_t len);
};

extern const struct io_backend io_backend_uring;
extern const struct io_backend io_backend_epoll;

/* Carry out *op and return its result; the calling coroutine waits meanwhile. owner, done and queue are filled here. At
 * the deadline: -ETIMEDOUT, and when the coroutine is cancelled: -ECANCELED; either only if the operation was undone.
 */
int64_t io_await_until(struct coro *self, struct io_op *op, uint64_t deadline_ns);

/* How seats are shared. */
enum io_seats {
    IO_SEATS_LOCAL,  /* all tasks of the run live on one worker: plain loads and stores */
    IO_SEATS_SHARED, /* tasks of several workers, and other threads, may meet at a seat */
};

/* Where ctx_pread() looks first. See io_ctx.c for why. */
enum io_pread {
    IO_PREAD_CACHE_FIRST, /* preadv2(RWF_NOWAIT) inline; the ring only for what is not cached */
    IO_PREAD_RING,        /* always the ring */
};

/* coro_pread() that always asks the backend. */
ssize_t io_pread_ring(struct coro *self, int fd, void *buf, size_t len, off_t offset, uint64_t deadline_ns);

/*
 * Fill *out with the blocking context's operations over `backend`. The table must outlive the coroutines.
 * Descriptors are meant to be in blocking mode, as everywhere in the contract: with O_NONBLOCK, io_uring's read and
 * write wait all the same where read(2) and write(2) answer -EAGAIN.
 */
void io_ctx_ops_init(struct ctx_ops *out, const struct io_backend *backend, enum io_seats seats, enum io_pread pread);

/* ctx_handoff() for either kind of sharing, see seat.c. */
int seat_handoff_local(struct ctx *ctx, struct seat *mine, struct seat *theirs);
int seat_handoff_shared(struct ctx *ctx, struct seat *mine, struct seat *theirs);

/* ctx_spawn() and ctx_join(), see children.c. */
int bounce_by(struct ctx *ctx, enum handoff_by how, struct bounce *b);
int children_spawn(struct ctx *ctx, struct children *of, uint64_t arg);
int children_join(struct ctx *ctx, struct children *of);

#endif
