/* SPDX-License-Identifier: Apache-2.0 */
/* Control blocks. See slab.h; worker_reserve() and worker_each() are described in worker.h. */
#include "strategies/coroutine/slab.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

struct coro_slab {
    struct coro_slab *next;
    size_t bytes, count;
    struct coro coro[];
};

enum { CORO_SLAB_MIN = 16, CORO_SLAB_MAX = 8192 };

int slab_add(struct worker *w, struct coro_class *class, size_t count)
{
    if (count < CORO_SLAB_MIN)
        count = CORO_SLAB_MIN;
    if (count > CORO_SLAB_MAX)
        count = CORO_SLAB_MAX;
    /* Each coroutine is queued at most once and has at most one timer: with room for all of them, switching, waking
     * and sleeping never allocate and never fail. */
    int err = runq_reserve(&w->runq, w->coro_count + count);
    if (!err)
        err = timer_heap_reserve(&w->timers, w->coro_count + count);
    if (!err)
        err = stack_pool_reserve(&class->stacks, count);
    if (err)
        return err;
    size_t bytes = sizeof(struct coro_slab) + count * sizeof(struct coro);
    struct coro_slab *slab = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (slab == MAP_FAILED)
        return -ENOMEM;
    slab->bytes = bytes;
    slab->count = count;
    slab->next = w->slabs;
    w->slabs = slab;
    for (size_t i = count; i-- > 0;) {
        struct coro *co = &slab->coro[i];
        co->worker = w;
        co->ctx = (struct ctx){.ops = w->config.ops, .lane = w->config.lane};
        co->timer.index = TIMER_IDLE;
        co->stack_class = class->index;
        co->stack = stack_pool_take(&class->stacks);
        slab_recycle(w, co);
    }
    w->coro_count += count;
    class->total_count += count;
    return 0;
}

int worker_reserve(struct worker *w, size_t count)
{
    while (w->usual.total_count < count) {
        int err = slab_add(w, &w->usual, count - w->usual.total_count);
        if (err)
            return err;
    }
    return 0;
}

void worker_each(struct worker *w, void (*visit)(struct coro *co, void *arg), void *arg)
{
    for (struct coro_slab *slab = w->slabs; slab; slab = slab->next)
        for (size_t i = 0; i < slab->count; i++)
            if (slab->coro[i].state != CORO_FREE)
                visit(&slab->coro[i], arg);
}

void slab_forget_contexts(struct worker *w)
{
    for (struct coro_slab *slab = w->slabs; slab; slab = slab->next)
        for (size_t i = 0; i < slab->count; i++)
            coro_context_fini(&slab->coro[i].context);
}

void slab_fini(struct worker *w)
{
    while (w->slabs) {
        struct coro_slab *slab = w->slabs;
        w->slabs = slab->next;
        munmap(slab, slab->bytes);
    }
    stack_pool_fini(&w->usual.stacks);
    for (unsigned i = 0; i < STACK_CLASSES; i++) {
        if (w->others[i])
            stack_pool_fini(&w->others[i]->stacks);
        free(w->others[i]);
    }
}
