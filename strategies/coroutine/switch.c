/* SPDX-License-Identifier: Apache-2.0 */
/* Preparing contexts, and the switch that keeps AddressSanitizer and ThreadSanitizer informed. */
#include "strategies/coroutine/switch.h"

#include "strategies/coroutine/stack.h"

#include <pthread.h>
#include <stdlib.h>

#ifdef CORO_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef CORO_TSAN
#include <sanitizer/tsan_interface.h>
#endif

void coro_entry(void); /* switch.S */

/* Called by coro_entry only. Not instrumented: it never returns, and whatever a sanitizer recorded on entry would stay
 * behind in the recycled fiber. */
_Noreturn void coro_context_start(struct coro_origin *origin, uintptr_t value);

void coro_context_prepare(struct coro_context *context, void *low, void *top, struct coro_origin *origin)
{
    context->sp = top;
    context->fp = origin;
    context->pc = (void *)(uintptr_t)coro_entry;
    (void)low;
#ifdef CORO_ASAN
    context->fake_stack = NULL;
    context->stack_low = low;
    context->stack_bytes = (size_t)((char *)top - (char *)low);
    /* The one who ended here never returned from its outermost frames: their red zones are still marked. */
    ASAN_UNPOISON_MEMORY_REGION(low, context->stack_bytes);
#endif
#ifdef CORO_TSAN
    if (!context->fiber) {
        context->fiber = __tsan_create_fiber(0);
        context->owns_fiber = true;
    }
#endif
}

void coro_context_native(struct coro_context *context)
{
    *context = (struct coro_context){0};
#ifdef CORO_ASAN
    pthread_attr_t attr;
    void *low;
    if (pthread_getattr_np(pthread_self(), &attr) == 0) {
        if (pthread_attr_getstack(&attr, &low, &context->stack_bytes) == 0)
            context->stack_low = low;
        pthread_attr_destroy(&attr);
    }
#endif
#ifdef CORO_TSAN
    context->fiber = __tsan_get_current_fiber();
#endif
}

void coro_context_here(struct coro_context *context)
{
#ifdef CORO_ASAN
    struct stack_place place;
    if (stack_find(__builtin_frame_address(0), &place)) {
        context->stack_low = place.low;
        context->stack_bytes = place.usable_bytes;
    } else {
        coro_context_native(context);
    }
#endif
#ifdef CORO_TSAN
    context->fiber = __tsan_get_current_fiber();
    context->owns_fiber = false;
#endif
    (void)context;
}

void coro_context_fini(struct coro_context *context)
{
#ifdef CORO_TSAN
    if (context->fiber && context->owns_fiber)
        __tsan_destroy_fiber(context->fiber);
    context->fiber = NULL;
#else
    (void)context;
#endif
}

CORO_UNINSTRUMENTED _Noreturn void coro_context_start(struct coro_origin *origin, uintptr_t value)
{
#ifdef CORO_ASAN
    __sanitizer_finish_switch_fiber(NULL, NULL, NULL);
#endif
    origin->start(origin, value);
    abort(); /* start() must leave by coro_switch_final(): there is nothing to return to */
}

CORO_UNINSTRUMENTED uintptr_t coro_switch_annotated(struct coro_context *from, struct coro_context *to, uintptr_t value)
{
#ifdef CORO_ASAN
    __sanitizer_start_switch_fiber(&from->fake_stack, to->stack_low, to->stack_bytes);
#endif
#ifdef CORO_TSAN
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
    value = coro_switch_outline(from, to, value);
#ifdef CORO_ASAN
    __sanitizer_finish_switch_fiber(from->fake_stack, NULL, NULL);
#endif
    return value;
}

CORO_UNINSTRUMENTED _Noreturn void coro_switch_final(struct coro_context *from, struct coro_context *to,
                                                     uintptr_t value)
{
#ifdef CORO_ASAN
    __sanitizer_start_switch_fiber(NULL, to->stack_low, to->stack_bytes); /* NULL: free the fake frames */
#endif
#ifdef CORO_TSAN
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
    coro_switch_outline(from, to, value);
    abort();
}
