/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/heap.h"

#include <stdatomic.h>

static atomic_bool refused, json_refused;

void heap_refuse(bool json)
{
    atomic_store_explicit(&refused, true, memory_order_relaxed);
    if (json)
        atomic_store_explicit(&json_refused, true, memory_order_relaxed);
}

bool heap_was_refused(void)
{
    return atomic_load_explicit(&refused, memory_order_relaxed);
}

bool heap_json_was_refused(void)
{
    return atomic_load_explicit(&json_refused, memory_order_relaxed);
}
