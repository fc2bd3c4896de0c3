/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of runtime_hammer share: time, random delays, checks that end the program, a sign of life. */
#ifndef QUINTET_TESTS_HAMMER_H
#define QUINTET_TESTS_HAMMER_H

#include "measure/clock.h"

#include "strategies/coroutine/coro.h"
#include "strategies/coroutine/executor.h"
#include "strategies/coroutine/future.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A fiber costs ThreadSanitizer milliseconds to make: few coroutines, used again and again. */
#if defined(__SANITIZE_THREAD__)
#define MANY_OR_FEW(many, few) (few)
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MANY_OR_FEW(many, few) (few)
#endif
#endif
#ifndef MANY_OR_FEW
#define MANY_OR_FEW(many, few) (many)
#endif

struct hammer_options {
    uint64_t seconds;
    struct loop_config loop;
    uint32_t seed;
};
extern struct hammer_options hammer_options;

/* It does not return if the condition does not hold. */
#define CHECK(condition) ((condition) ? (void)0 : hammer_failed(#condition, __FILE__, __LINE__))
_Noreturn void hammer_failed(const char *condition, const char *file, int line);

/* Is there time left for another round? Also the sign of life that the watchdog looks for. */
bool hammer_goes_on(void);
void hammer_beat(void);

/* This thread's own sequence. */
uint32_t hammer_random(void);
void hammer_delay(void); /* nothing, a few instructions, a yield, or some microseconds of sleep */

/* A loop as the options say; it must be closed. */
struct loop *hammer_loop(void);

/* For a round of two to 64 threads: nobody goes on before all have come. */
struct meeting {
    unsigned size;
    _Atomic unsigned come, round;
};
void meeting_wait(struct meeting *m);

void hammer_futures(void);
void hammer_loop_callbacks(void);
void hammer_wakeups(void);
void hammer_posts(void);
void hammer_cancel(void);
void hammer_tasks(void);
void hammer_scopes(void);
void hammer_children(void);
void hammer_completed(void);
void hammer_executors(void);
void hammer_errands(void);

#endif
