/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A generator: a function that hands out values one by one and keeps its place in between. In Python:
 *
 *     def fibonacci():
 *         a, b = 0, 1
 *         while True:
 *             yield a
 *             a, b = b, a + b
 *
 *     for n in itertools.islice(fibonacci(), 12):
 *         print(n)
 *
 * It needs no loop: `next` is a switch to the generator's stack, `yield` the switch back. What Python leaves to its
 * garbage collector is a call here: generator_close() resumes the body once more, so that it can clean up.
 */
#include "strategies/coroutine/generator.h"

#include <inttypes.h>
#include <stdio.h>

static void fibonacci(struct generator *self, void *arg)
{
    uintptr_t a = 0, b = 1;
    (void)arg;
    while (generator_yield(self, a) == 0) {
        uintptr_t next = a + b;
        a = b;
        b = next;
    }
    printf("the generator was closed at %" PRIuPTR "\n", a);
}

int main(void)
{
    struct stack_pool pool;
    struct generator numbers;
    uintptr_t n;
    int err = stack_pool_init(&pool, STACK_DEFAULT_BYTES, STACK_GUARD_MADVISE);
    if (!err)
        err = generator_open(&numbers, &pool, fibonacci, NULL);
    if (err)
        return 1;
    for (int i = 0; i < 12 && generator_next(&numbers, &n) > 0; i++)
        printf("%" PRIuPTR "\n", n);
    err = generator_close(&numbers);
    stack_pool_fini(&pool);
    return err != 0;
}
