/* SPDX-License-Identifier: Apache-2.0 */
/* What the scheduler tells a scope about its children. See coro.h for scopes themselves. */
#ifndef QUINTET_COROUTINE_SCOPE_H
#define QUINTET_COROUTINE_SCOPE_H

#include "strategies/coroutine/block.h"

/* On the child, before its first step: counts it among those that can be cancelled. */
void scope_child_begin(struct coro *child);

/* On the child, after its last step with its result. The scope may be gone when this returns. */
void scope_child_end(struct coro *child, int err);

#endif
