/* SPDX-License-Identifier: Apache-2.0 */
/* Threads with small stacks: the default of 8 MiB costs only address space, but glibc keeps just 40 MiB of stacks for
 * reuse, so from the sixth thread on every creation would map and unmap its stack again. */
#ifndef QUINTET_STRATEGIES_THREAD_ATTR_H
#define QUINTET_STRATEGIES_THREAD_ATTR_H

#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

/* Range and default of the option stack_bytes, the same for every strategy that makes threads. */
#define THREAD_STACK_OPTION                                                                                            \
    {                                                                                                                  \
        .name = "stack_bytes", .unit = "bytes", .summary = "stack of one thread, without its guard page",              \
        .defaults = {65536, 65536, 65536}, .min = 16384, .max = INT64_C(1) << 30                                       \
    }

/* The size of stack that is in use where `bytes` are asked for: what this system needs at least, in whole pages. */
static inline size_t thread_stack_bytes(size_t bytes)
{
    /* A run-time value since glibc 2.34: it grows with the vector registers that a signal frame has to hold. */
    long least = sysconf(_SC_THREAD_STACK_MIN), page = sysconf(_SC_PAGESIZE);
    size_t round = page > 0 ? (size_t)page - 1 : 4095;

    if (least > 0 && bytes < (size_t)least)
        bytes = (size_t)least;
    return (bytes + round) & ~round;
}

/* Attributes of a joinable thread with a stack of *stack_bytes, which becomes the size in use. The caller destroys
 * *attr. 0 or -errno. */
static inline int thread_attr_init_small(pthread_attr_t *attr, size_t *stack_bytes)
{
    size_t bytes = thread_stack_bytes(*stack_bytes);
    int rc = pthread_attr_init(attr);

    if (rc)
        return -rc;
    rc = pthread_attr_setstacksize(attr, bytes);
    if (rc) {
        pthread_attr_destroy(attr);
        return -rc;
    }
    *stack_bytes = bytes;
    return 0;
}

#endif
