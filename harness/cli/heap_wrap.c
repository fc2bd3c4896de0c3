/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program's allocations on their way to the C library. The linker sends them here (--wrap, see CMakeLists.txt), so
 * that no call needs to be written otherwise: one that fails is remembered, and main() has the last word about it.
 */
#include "cli/heap_wrap.h"

#include "measure/heap.h"

#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

static void *remember(void *got)
{
    if (!got)
        heap_refuse(false);
    return got;
}

void *__wrap_malloc(size_t size)
{
    return remember(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return remember(__real_calloc(n, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    return remember(__real_realloc(old, size));
}

char *__wrap_strdup(const char *text)
{
    return remember(__real_strdup(text));
}

static void *json_malloc(size_t size)
{
    void *got = __real_malloc(size);
    if (!got)
        heap_refuse(true);
    return got;
}

void heap_wrap_json(void)
{
    json_set_alloc_funcs(json_malloc, free);
}
