/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stacks for coroutines: large mappings ("slabs") cut into equal slots, recycled last in, first out.
 *
 * A slot costs address space, one page once it is touched, and a record of 40 bytes that lies apart from it: taking and
 * giving back a stack touches no stack page. The lowest page of each slot is a guard.
 *
 * Guards are installed with MADV_GUARD_INSTALL (Linux 6.13), which costs no mapping. Older kernels need mprotect, which
 * splits the mapping in two: a hundred thousand of those hit vm.max_map_count. So mprotect is used for as long as all
 * its guards together stay far below that limit, and slots beyond have no guard; stack_pool_describe() says so.
 */
#ifndef QUINTET_COROUTINE_STACK_H
#define QUINTET_COROUTINE_STACK_H

#include "strategies/coroutine/switch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STACK_SMALL_BYTES = 16 << 10,
#ifdef CORO_ASAN
    STACK_DEFAULT_BYTES = 256 << 10, /* red zones make frames several times larger */
#else
    STACK_DEFAULT_BYTES = 64 << 10,
#endif
    STACK_MAX_BYTES = 1 << 20,
    STACK_CLASSES = 7, /* the powers of two from the one to the other */
    STACK_CLASS_USUAL = 0xff,
    STACK_SLAB_SLOTS = 1024, /* at most; 64 MiB of address space with the default class */
};

#define STACK_OWNER_GENERATOR UINT32_MAX /* an owner_id */

enum stack_guard {
    STACK_GUARD_MADVISE, /* and whatever comes next where the kernel cannot */
    STACK_GUARD_MPROTECT,
    STACK_GUARD_NONE,
};

/* One slot. The record lives in its slab's table, not on the stack. */
struct stack {
    char *low;          /* lowest usable byte, just above the guard */
    char *top;          /* one past the highest usable byte; coloured, 16-aligned */
    struct stack *next; /* free list */
    uint32_t slot;      /* number within the slab */
    uint32_t owner_id;  /* whom an overflow report names */
    enum stack_guard guard;
};

struct stack_slab;

/* Belongs to one thread at a time; no locks. */
struct stack_pool {
    size_t slot_bytes; /* a power of two, guard included */
    size_t guard_bytes;
    enum stack_guard guard; /* the best kind that is still believed to work */
    struct stack *free;
    struct stack_slab *slabs;
    size_t total_count, free_count;
    size_t guarded_count[3]; /* slots by kind of guard */
};

/* slot_bytes is rounded up to a power of two of at least 16 KiB (and four pages). Maps nothing yet. 0 or -EINVAL. */
int stack_pool_init(struct stack_pool *pool, size_t slot_bytes, enum stack_guard guard);

/* Unmap everything. Nobody may run on any of the stacks, nor look at a struct stack afterwards. */
void stack_pool_fini(struct stack_pool *pool);

/* Make sure that `count` further take()s will succeed. 0 or -ENOMEM; what was mapped stays. */
int stack_pool_reserve(struct stack_pool *pool, size_t count);

/* A stack, or NULL when the machine has no more. Contents are undefined. */
struct stack *stack_pool_take(struct stack_pool *pool);

/* Give one back. Must not be called while running on it. */
void stack_pool_give(struct stack_pool *pool, struct stack *stack);

/* "64 KiB stacks, guards by MADV_GUARD_INSTALL". */
void stack_pool_describe(const struct stack_pool *pool, char *out, size_t len);

/* What stack_find() knows about an address. */
struct stack_place {
    uint32_t owner_id, slot;
    size_t slot_bytes;
    const void *low; /* lowest usable byte */
    size_t usable_bytes;
    bool in_guard;
};

/* Does `address` lie in a slot of any pool of this process? Async-signal-safe; meant for the report of a fault. */
bool stack_find(const void *address, struct stack_place *out);

#endif
