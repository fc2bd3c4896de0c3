/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop by hand: create it, create a task, run until the task is complete, look at its result, close. In Python:
 *
 *     async def answer(question):
 *         await asyncio.sleep(0.01)
 *         return 6 * 7
 *
 *     loop = asyncio.new_event_loop()
 *     task = loop.create_task(answer("..."))
 *     loop.run_until_complete(task)
 *     print(task.result())
 *     loop.close()
 *
 * The task is the caller's memory and begins with its future, through which everybody else sees it. Nothing of it
 * runs before the loop does. (Who needs no task in hand says loop_run(), which is all of this in one call.)
 */
#include "strategies/coroutine/coro.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int answer(struct coro *self, void *arg, void **value)
{
    printf("%s\n", (const char *)arg);
    int err = coro_sleep(self, 10000000);
    *value = (void *)(uintptr_t)(6 * 7);
    return err;
}

int main(int argc, char **argv)
{
    struct loop_config config = {0};
    struct loop *loop;
    struct coro_task task;
    void *value = NULL;
    if (argc > 1 && !strcmp(argv[1], "epoll"))
        config.backend = CORO_BACKEND_EPOLL; /* else io_uring, where it is allowed */
    int err = loop_create(&loop, &config);
    if (err) {
        fprintf(stderr, "no loop: %s\n", strerror(-err));
        return 1;
    }
    err = coro_task_start(&task, loop, answer, "What do you get if you multiply six by seven?");
    if (!err) {
        printf("done before the loop runs: %s\n", future_done(&task.future) ? "yes" : "no");
        err = loop_run_until_complete(loop, &task.future);
        printf("done afterwards: %s\n", future_done(&task.future) ? "yes" : "no");
        if (!err)
            err = future_result(&task.future, 0, &value);
        printf("%" PRIuPTR "\n", (uintptr_t)value);
        future_fini(&task.future);
    }
    return loop_close(loop) || err;
}
