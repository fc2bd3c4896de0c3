/* SPDX-License-Identifier: Apache-2.0 */
/* Tries io_uring for real: a header or a kernel version says nothing about seccomp filters and sysctls. */
#include "strategies/coroutine/uring_probe.h"

#include <errno.h>
#include <liburing.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define URING_SYSCTL "/proc/sys/kernel/io_uring_disabled"

static const struct {
    int opcode;
    const char *name;
} uring_needs[] = {
    {IORING_OP_READ, "READ"},   {IORING_OP_WRITE, "WRITE"},   {IORING_OP_RECV, "RECV"},
    {IORING_OP_SEND, "SEND"},   {IORING_OP_OPENAT, "OPENAT"}, {IORING_OP_CLOSE, "CLOSE"},
    {IORING_OP_FSYNC, "FSYNC"}, {IORING_OP_ACCEPT, "ACCEPT"}, {IORING_OP_CONNECT, "CONNECT"},
};

enum { ENOMEM_PATIENCE_MS = 200 };

int uring_make(struct io_uring *ring, unsigned entries, const struct io_uring_params *wanted)
{
    int err, waited_ms = 0;
    for (int pause_ms = 1;; pause_ms *= 2) {
        struct io_uring_params params = *wanted;
        err = io_uring_queue_init_params(entries, ring, &params);
        if (err != -ENOMEM || waited_ms >= ENOMEM_PATIENCE_MS)
            return err;
        struct timespec pause = {.tv_nsec = pause_ms * 1000000L};
        nanosleep(&pause, NULL);
        waited_ms += pause_ms;
    }
}

static int refused(int err, char *why, size_t why_len)
{
    char sysctl[64] = "is absent";
    int value;
    FILE *f = fopen(URING_SYSCTL, "re");
    if (f) {
        if (fscanf(f, "%d", &value) == 1)
            snprintf(sysctl, sizeof sysctl, "is %d", value);
        fclose(f);
    }
    if (err == -EPERM || err == -EACCES)
        snprintf(why, why_len,
                 "io_uring is denied (%s): " URING_SYSCTL " %s (0 allows all); where it is 0, a seccomp "
                 "filter denies it, as container runtimes do by default",
                 strerror(-err), sysctl);
    else if (err == -ENOSYS)
        snprintf(why, why_len,
                 "io_uring is not there (%s): the kernel has none or a seccomp filter hides it; " URING_SYSCTL " %s",
                 strerror(-err), sysctl);
    else
        snprintf(why, why_len, "io_uring cannot be set up (%s); " URING_SYSCTL " %s", strerror(-err), sysctl);
    return err;
}

static int round_trip(struct io_uring *ring, char *why, size_t why_len)
{
    struct io_uring_cqe *cqe = NULL;
    io_uring_prep_nop(io_uring_get_sqe(ring)); /* a new ring has room */
    int err = io_uring_submit(ring);
    if (err >= 0)
        do
            err = io_uring_wait_cqe(ring, &cqe);
        while (err == -EINTR);
    if (!err && cqe->res < 0)
        err = cqe->res;
    if (err)
        snprintf(why, why_len, "io_uring can be set up, but a NOP does not come back (%s)", strerror(-err));
    else
        io_uring_cqe_seen(ring, cqe);
    return err;
}

static int operations(struct io_uring *ring, char *why, size_t why_len)
{
    struct io_uring_probe *probe = io_uring_get_probe_ring(ring);
    const char *missing = probe ? NULL : "a probe of its operations";
    for (size_t i = 0; !missing && i < sizeof uring_needs / sizeof uring_needs[0]; i++)
        if (!io_uring_opcode_supported(probe, uring_needs[i].opcode))
            missing = uring_needs[i].name;
    io_uring_free_probe(probe);
    if (!missing)
        return 0;
    snprintf(why, why_len, "this kernel's io_uring lacks %s (Linux 5.6 has all that is needed)", missing);
    return -ENOTSUP;
}

int uring_probe(char *why, size_t why_len)
{
    struct io_uring ring;
    int err = uring_make(&ring, 4, &(struct io_uring_params){.flags = 0});
    if (err)
        return refused(err, why, why_len);
    err = round_trip(&ring, why, why_len);
    if (!err)
        err = operations(&ring, why, why_len);
    io_uring_queue_exit(&ring);
    return err;
}
