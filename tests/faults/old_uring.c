/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To be preloaded: a kernel that does not know the newer flags of io_uring_setup(). Filters cannot look at them, they
 * are in memory.
 */
#include <dlfcn.h>
#include <errno.h>
#include <liburing.h>
#include <stdlib.h>

int io_uring_queue_init_params(unsigned entries, struct io_uring *ring, struct io_uring_params *params)
{
    int (*real)(unsigned, struct io_uring *, struct io_uring_params *);
    const char *unknown = getenv("OLD_URING_UNKNOWN_FLAGS"); /* a mask */
    *(void **)&real = dlsym(RTLD_NEXT, "io_uring_queue_init_params");
    if (!real || (unknown && params->flags & strtoul(unknown, NULL, 0)))
        return -EINVAL;
    return real(entries, ring, params);
}
