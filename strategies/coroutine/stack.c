/* SPDX-License-Identifier: Apache-2.0 */
/* Slabs of stacks with guard pages. See stack.h. */
#include "strategies/coroutine/stack.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef CORO_ASAN
#include <sanitizer/asan_interface.h>
#endif
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(low, high) 0u
#define VALGRIND_STACK_DEREGISTER(id)      ((void)(id))
#endif

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

enum {
    STACK_MIN_BYTES = 16 << 10,
    STACK_COLOURS = 8, /* tops of neighbours fall into different cache sets: 8 lines, 448 bytes at most */
    STACK_COLOUR_BYTES = 64,
    STACK_SLAB_MIN_SLOTS = 16,
    /* mprotect'ed guards may use this share of vm.max_map_count; the rest is for everybody else. */
    STACK_MAPS_PERCENT = 40,
    STACK_MAPS_PER_GUARD = 2,
};

struct stack_slab {
    struct stack_slab *next;     /* within the pool */
    struct stack_slab *all_next; /* within the process, for stack_find() */
    char *base;
    size_t bytes, slot_bytes, guard_bytes;
    size_t slots;
    size_t mprotect_count;
    unsigned *valgrind_ids;
    struct stack stack[];
};

/* All slabs of the process. Writers hold the lock. stack_find() reads without it: it runs in a signal handler of a
 * process that is about to die, and a list that changes under it at that moment costs at most the report. */
static _Atomic(struct stack_slab *) stack_all;
static pthread_mutex_t stack_all_lock = PTHREAD_MUTEX_INITIALIZER;
static size_t stack_mprotect_count; /* under the lock */

static size_t max_map_count(void)
{
    size_t value = 65530;
    FILE *f = fopen("/proc/sys/vm/max_map_count", "re");
    if (f) {
        if (fscanf(f, "%zu", &value) != 1)
            value = 65530;
        fclose(f);
    }
    return value;
}

int stack_pool_init(struct stack_pool *pool, size_t slot_bytes, enum stack_guard guard)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t bytes = STACK_MIN_BYTES;
    if (slot_bytes > STACK_MAX_BYTES)
        return -EINVAL;
    while (bytes < slot_bytes || bytes < 4 * page)
        bytes *= 2;
    *pool = (struct stack_pool){.slot_bytes = bytes, .guard_bytes = page, .guard = guard};
    return 0;
}

/* Guard one slot by mprotect if the map budget of the process allows it. */
static bool guard_by_mprotect(struct stack_slab *slab, char *low)
{
    static size_t limit;
    bool granted = false;
    pthread_mutex_lock(&stack_all_lock);
    if (!limit)
        limit = max_map_count() / 100 * STACK_MAPS_PERCENT / STACK_MAPS_PER_GUARD;
    if (stack_mprotect_count < limit) {
        stack_mprotect_count++;
        granted = true;
    }
    pthread_mutex_unlock(&stack_all_lock);
    if (!granted)
        return false;
    if (mprotect(low, slab->guard_bytes, PROT_NONE) == 0) {
        slab->mprotect_count++;
        return true;
    }
    pthread_mutex_lock(&stack_all_lock);
    stack_mprotect_count--;
    pthread_mutex_unlock(&stack_all_lock);
    return false;
}

static enum stack_guard slot_guard(struct stack_pool *pool, struct stack_slab *slab, char *low)
{
    if (pool->guard == STACK_GUARD_MADVISE) {
        int rc;
        do
            rc = madvise(low, slab->guard_bytes, MADV_GUARD_INSTALL);
        while (rc && errno == EINTR);
        if (rc == 0)
            return STACK_GUARD_MADVISE;
        pool->guard = STACK_GUARD_MPROTECT; /* EINVAL: an older kernel, or memory locked by mlockall() */
    }
    if (pool->guard == STACK_GUARD_MPROTECT) {
        if (guard_by_mprotect(slab, low))
            return STACK_GUARD_MPROTECT;
        pool->guard = STACK_GUARD_NONE;
    }
    return STACK_GUARD_NONE;
}

static void slab_publish(struct stack_slab *slab)
{
    pthread_mutex_lock(&stack_all_lock);
    slab->all_next = atomic_load_explicit(&stack_all, memory_order_relaxed);
    atomic_store_explicit(&stack_all, slab, memory_order_release);
    pthread_mutex_unlock(&stack_all_lock);
}

static void slab_withdraw(struct stack_slab *slab)
{
    pthread_mutex_lock(&stack_all_lock);
    struct stack_slab *at = atomic_load_explicit(&stack_all, memory_order_relaxed);
    if (at == slab) {
        atomic_store_explicit(&stack_all, slab->all_next, memory_order_release);
    } else {
        while (at->all_next != slab)
            at = at->all_next;
        at->all_next = slab->all_next;
    }
    stack_mprotect_count -= slab->mprotect_count;
    pthread_mutex_unlock(&stack_all_lock);
}

static struct stack_slab *slab_create(struct stack_pool *pool, size_t slots)
{
    struct stack_slab *slab = calloc(1, sizeof *slab + slots * sizeof slab->stack[0]);
    if (!slab)
        return NULL;
    slab->slots = slots;
    slab->slot_bytes = pool->slot_bytes;
    slab->guard_bytes = pool->guard_bytes;
    slab->bytes = slots * pool->slot_bytes;
    /* NORESERVE: a million stacks are 64 GiB of addresses and 4 GiB of pages that are really used. */
    slab->base =
        mmap(NULL, slab->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (slab->base == MAP_FAILED) {
        free(slab);
        return NULL;
    }
    /* Kernels before 6.7 would back neighbouring stacks with huge pages, and an idle stack with 2 MiB. */
    (void)madvise(slab->base, slab->bytes, MADV_NOHUGEPAGE);
    return slab;
}

static void slab_destroy(struct stack_slab *slab)
{
    if (slab->valgrind_ids)
        for (size_t i = 0; i < slab->slots; i++)
            VALGRIND_STACK_DEREGISTER(slab->valgrind_ids[i]);
    free(slab->valgrind_ids);
#ifdef CORO_ASAN
    ASAN_UNPOISON_MEMORY_REGION(slab->base, slab->bytes);
#endif
    munmap(slab->base, slab->bytes);
    free(slab);
}

static void slab_cut(struct stack_pool *pool, struct stack_slab *slab)
{
    /* Backwards, so that the free list hands out ascending addresses. */
    for (size_t i = slab->slots; i-- > 0;) {
        char *base = slab->base + i * slab->slot_bytes;
        struct stack *stack = &slab->stack[i];
        stack->slot = (uint32_t)i;
        stack->guard = slot_guard(pool, slab, base);
        stack->low = base + slab->guard_bytes;
        stack->top = base + slab->slot_bytes - (i * 7 % STACK_COLOURS) * STACK_COLOUR_BYTES;
        stack->next = pool->free;
        pool->free = stack;
        pool->guarded_count[stack->guard]++;
        if (slab->valgrind_ids)
            slab->valgrind_ids[i] = (unsigned)VALGRIND_STACK_REGISTER(stack->low, stack->top);
    }
}

static int pool_grow(struct stack_pool *pool, size_t slots)
{
    if (slots < STACK_SLAB_MIN_SLOTS)
        slots = STACK_SLAB_MIN_SLOTS;
    if (slots > STACK_SLAB_SLOTS)
        slots = STACK_SLAB_SLOTS;
    struct stack_slab *slab = slab_create(pool, slots);
    if (!slab)
        return -ENOMEM;
#ifdef RUNNING_ON_VALGRIND
    if (RUNNING_ON_VALGRIND)
        slab->valgrind_ids = calloc(slots, sizeof *slab->valgrind_ids);
#endif
    slab_cut(pool, slab);
    slab->next = pool->slabs;
    pool->slabs = slab;
    pool->total_count += slots;
    pool->free_count += slots;
    slab_publish(slab);
    return 0;
}

int stack_pool_reserve(struct stack_pool *pool, size_t count)
{
    while (pool->free_count < count) {
        int err = pool_grow(pool, count - pool->free_count);
        if (err)
            return err;
    }
    return 0;
}

struct stack *stack_pool_take(struct stack_pool *pool)
{
    if (!pool->free && pool_grow(pool, pool->total_count))
        return NULL;
    struct stack *stack = pool->free;
    pool->free = stack->next;
    pool->free_count--;
    stack->next = NULL;
    return stack;
}

void stack_pool_give(struct stack_pool *pool, struct stack *stack)
{
    stack->next = pool->free;
    pool->free = stack;
    pool->free_count++;
}

void stack_pool_fini(struct stack_pool *pool)
{
    while (pool->slabs) {
        struct stack_slab *slab = pool->slabs;
        pool->slabs = slab->next;
        slab_withdraw(slab);
        slab_destroy(slab);
    }
    *pool = (struct stack_pool){.slot_bytes = pool->slot_bytes, .guard_bytes = pool->guard_bytes, .guard = pool->guard};
}

void stack_pool_describe(const struct stack_pool *pool, char *out, size_t len)
{
    static const char *const kind[] = {"MADV_GUARD_INSTALL", "mprotect", "none"};
    size_t bare = pool->guarded_count[STACK_GUARD_NONE];
    if (bare && bare < pool->total_count)
        snprintf(out, len, "%zu KiB stacks, guards by %s, %zu of %zu without guard", pool->slot_bytes >> 10,
                 kind[pool->guarded_count[STACK_GUARD_MADVISE] ? STACK_GUARD_MADVISE : STACK_GUARD_MPROTECT], bare,
                 pool->total_count);
    else
        snprintf(out, len, "%zu KiB stacks, guards by %s", pool->slot_bytes >> 10, kind[pool->guard]);
}

bool stack_find(const void *address, struct stack_place *out)
{
    uintptr_t at = (uintptr_t)address;
    struct stack_slab *slab = atomic_load_explicit(&stack_all, memory_order_acquire);
    for (; slab; slab = slab->all_next) {
        uintptr_t offset = at - (uintptr_t)slab->base; /* wraps to something huge below base */
        if (offset >= slab->bytes)
            continue;
        const struct stack *stack = &slab->stack[offset / slab->slot_bytes];
        *out = (struct stack_place){
            .owner_id = stack->owner_id,
            .slot = stack->slot,
            .slot_bytes = slab->slot_bytes,
            .low = slab->base + offset / slab->slot_bytes * slab->slot_bytes + slab->guard_bytes,
            .usable_bytes = slab->slot_bytes - slab->guard_bytes,
            .in_guard = offset % slab->slot_bytes < slab->guard_bytes,
        };
        return true;
    }
    return false;
}
