/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fences around Criterion, tried: QUINTET_FENCE in the environment makes one of these tests misbehave, and
 * tests/CMakeLists.txt says which exit status that must give. Without it all is well and the status is 0.
 */
#include "quintet_criterion.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool fence_is(const char *name)
{
    const char *fence = getenv("QUINTET_FENCE");
    return fence && strcmp(fence, name) == 0;
}

/* Several blocks: a stale copy of the last pointer on the stack counts as a reference. */
static __attribute__((noinline)) void leak(void)
{
    for (int i = 0; i < 10; i++) {
        char *volatile block = malloc(100);
        cr_assert_not_null(block);
        block = NULL;
    }
}

Test(fence, behaves)
{
    if (fence_is("hollow"))
        return;
    if (fence_is("exits"))
        exit(0);
    if (fence_is("skips"))
        test_skip("on request");
    cr_assert_not(fence_is("asserts"));
    cr_expect_not(fence_is("expects"));
    if (fence_is("crashes"))
        abort();
    while (fence_is("hangs"))
        pause();
    if (fence_is("leaks"))
        leak();
}

Test(fence, skips_alone)
{
    if (fence_is("skips") || fence_is("skips_one"))
        test_skip("on request");
    cr_assert(true);
}

ParameterizedTestParameters(fence, counts_once)
{
    static int numbers[] = {1, 2, 3, 4, 5};
    return cr_make_param_array(int, numbers, 5);
}

/* Five instances must not make up for a test that is missing. */
ParameterizedTest(int *number, fence, counts_once)
{
    if (fence_is("skips"))
        test_skip("on request");
    cr_assert_gt(*number, 0);
}
