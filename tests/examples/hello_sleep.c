/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two coroutines that wait at the same time: together they take one second, not two. In Python:
 *
 *     async def greet():
 *         print("Hello ...")
 *         await asyncio.sleep(1)
 *         print("... World!")
 *
 *     async def main():
 *         async with asyncio.TaskGroup() as group:
 *             group.create_task(greet())
 *             group.create_task(greet())
 *
 *     asyncio.run(main())
 *
 * A scope is the task group: scope_join() returns when both children have ended. There is no `async` and no `await` to
 * be seen: coro_sleep() switches to whoever can run, and returns when the second is over.
 */
#include "strategies/coroutine/coro.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int greet(struct coro *self, void *arg)
{
    (void)arg;
    printf("Hello ...\n");
    int err = coro_sleep(self, 1000000000);
    if (!err)
        printf("... World!\n");
    return err;
}

static int hello(struct coro *self, void *arg, void **value)
{
    struct scope group;
    (void)arg, (void)value;
    scope_init(&group, self, SCOPE_FAIL_FAST);
    int err = scope_spawn(&group, greet, NULL);
    if (!err)
        err = scope_spawn(&group, greet, NULL);
    int joined = scope_join(&group); /* always: the children use this frame */
    return err ? err : joined;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    struct loop_config config = {0};
    struct loop *loop;
    if (argc > 1 && !strcmp(argv[1], "epoll"))
        config.backend = CORO_BACKEND_EPOLL; /* else io_uring, where it is allowed */
    int err = loop_create(&loop, &config);
    if (err) {
        fprintf(stderr, "no loop: %s\n", strerror(-err));
        return 1;
    }
    double start = now_s();
    err = loop_run(loop, hello, NULL, NULL);
    printf("%.1f s\n", now_s() - start);
    return loop_close(loop) || err;
}
