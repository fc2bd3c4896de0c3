/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To be preloaded: a kernel that does not know the newer flags of io_uring_setup() (filters cannot look at them, they
 * are in memory); a library that makes rings and cannot use them (OLD_URING_NO_SUBMIT), as one that is older than
 * the headers may; and a kernel that is late with the memory of rings that were closed (OLD_URING_LATE: so many times).
 */
#include <dlfcn.h>
#include <errno.h>
#include <liburing.h>
#include <stdlib.h>

int io_uring_queue_init_params(unsigned entries, struct io_uring *ring, struct io_uring_params *params)
{
    int (*real)(unsigned, struct io_uring *, struct io_uring_params *);
    const char *unknown = getenv("OLD_URING_UNKNOWN_FLAGS"); /* a mask */
    static _Atomic int refused;
    const char *late = getenv("OLD_URING_LATE");
    if (late && refused++ < atoi(late))
        return -ENOMEM;
    *(void **)&real = dlsym(RTLD_NEXT, "io_uring_queue_init_params");
    if (!real || (unknown && params->flags & strtoul(unknown, NULL, 0)))
        return -EINVAL;
    return real(entries, ring, params);
}

int io_uring_submit(struct io_uring *ring)
{
    int (*real)(struct io_uring *);
    *(void **)&real = dlsym(RTLD_NEXT, "io_uring_submit");
    return real && !getenv("OLD_URING_NO_SUBMIT") ? real(ring) : -EINVAL;
}
