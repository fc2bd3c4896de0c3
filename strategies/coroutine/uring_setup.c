/* SPDX-License-Identifier: Apache-2.0 */
/* The io_uring backend: how a worker's ring is made, as good as this kernel can, and what is said of it. */
#include "strategies/coroutine/uring_private.h"
#include "strategies/coroutine/uring_probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    URING_SQ_ENTRIES = 256,
    URING_CQ_PER_SQ = 4,
    /* Threads that the kernel may start behind our back, per ring: for regular files (bounded) and for whatever can
     * block without end (unbounded). They compete for the CPUs of the cell, hence a cap, printed by describe(). */
    URING_IOWQ_BOUNDED = 8,
    URING_IOWQ_UNBOUNDED = 16,
};

/* From best to plainest. SINGLE_ISSUER + DEFER_TASKRUN: completions are worked off when we ask, not by interrupting us.
 */
static const unsigned uring_ladder[] = {
    IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SUBMIT_ALL,
    IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SUBMIT_ALL,
    0,
};
enum { URING_RUNGS = sizeof uring_ladder / sizeof uring_ladder[0] };

int uring_init(struct worker *w, const struct io_config *config)
{
    struct io_worker *u = calloc(1, sizeof *u);
    if (!u)
        return -ENOMEM;
    u->config = *config;
    u->wake_fd = eventfd(0, EFD_CLOEXEC);
    if (u->wake_fd < 0) {
        int err = -errno;
        free(u);
        return err;
    }
    w->io = u;
    return 0;
}

void uring_fini(struct worker *w)
{
    struct io_worker *u = w->io;
    if (u->made)
        io_uring_queue_exit(&u->ring);
    close(u->wake_fd);
    free(u);
    w->io = NULL;
}

int uring_start(struct worker *w)
{
    struct io_worker *u = w->io;
    unsigned entries = u->config.queue_entries ? u->config.queue_entries : URING_SQ_ENTRIES;
    unsigned completions = u->config.completion_entries ? u->config.completion_entries : entries * URING_CQ_PER_SQ;
    unsigned skip = u->config.ladder_skip < URING_RUNGS ? u->config.ladder_skip : URING_RUNGS - 1;
    int err = -EINVAL;
    for (unsigned i = skip; i < URING_RUNGS && err == -EINVAL; i++) {
        const struct io_uring_params params = {
            .flags = uring_ladder[i] | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP,
            .cq_entries = completions,
        };
        err = uring_make(&u->ring, entries, &params);
        u->flags = uring_ladder[i];
    }
    if (err)
        return err;
    u->made = true;
    io_uring_ring_dontfork(&u->ring); /* a forked child that touches the ring shall fail loudly */
    io_uring_register_ring_fd(&u->ring);
    unsigned most[2] = {URING_IOWQ_BOUNDED, URING_IOWQ_UNBOUNDED};
    io_uring_register_iowq_max_workers(&u->ring, most);
    struct io_uring_probe *probe = io_uring_get_probe_ring(&u->ring);
    u->can_message = probe && io_uring_opcode_supported(probe, IORING_OP_MSG_RING);
    io_uring_free_probe(probe);
    return 0;
}

void uring_describe(const struct worker *w, char *out, size_t len)
{
    static const struct {
        unsigned flag;
        const char *name;
    } names[] = {
        {IORING_SETUP_SINGLE_ISSUER, "SINGLE_ISSUER"}, {IORING_SETUP_DEFER_TASKRUN, "DEFER_TASKRUN"},
        {IORING_SETUP_COOP_TASKRUN, "COOP_TASKRUN"},   {IORING_SETUP_TASKRUN_FLAG, "TASKRUN_FLAG"},
        {IORING_SETUP_SUBMIT_ALL, "SUBMIT_ALL"},
    };
    const struct io_worker *u = w->io;
    char flags[128] = "";
    size_t used = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (u->flags & names[i].flag)
            used += (size_t)snprintf(flags + used, sizeof flags - used, "%s%s", used ? "|" : "", names[i].name);
    snprintf(out, len, "io_uring %s, sq %u, cq %u, wake by %s, io-wq at most %d+%d threads", used ? flags : "no flags",
             u->ring.sq.ring_entries, u->ring.cq.ring_entries, u->can_message ? "MSG_RING" : "eventfd",
             URING_IOWQ_BOUNDED, URING_IOWQ_UNBOUNDED);
}
