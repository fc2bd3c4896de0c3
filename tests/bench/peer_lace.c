/* SPDX-License-Identifier: Apache-2.0 */
/* Lace as a peer (peer_process.h): the fork-join tree. https://github.com/trolando/lace is in no distribution; CMake
 * finds it where CMAKE_PREFIX_PATH names the place into which it was installed. */
#include "fib_tree.h"
#include "peer_serve.h"

#include <lace.h>
#include <stdlib.h>

TASK_1(uint64_t, fib, unsigned, n)
{
    if (n < 2)
        return n;
    SPAWN(fib, n - 1);
    uint64_t second = CALL(fib, n - 2);
    return SYNC(fib) + second;
}

TASK_2(double, fib_trees, uint64_t, trees, uint64_t *, sum)
{
    *sum = CALL(fib, fib_n()); /* warm */
    uint64_t start_ns = peer_now_ns();
    for (uint64_t i = 0; i < trees; i++)
        *sum += CALL(fib, fib_n());
    return (double)(peer_now_ns() - start_ns);
}

/* Between two measurements its workers are suspended: they never sleep otherwise. */
static const char *fib_measure(uint64_t n, double *total_ns)
{
    uint64_t trees = n / FIB_SPAWNS, sum;
    lace_resume();
    *total_ns = RUN(fib_trees, trees, &sum);
    lace_suspend();
    return sum == (trees + 1) * FIB_VALUE ? NULL : "wrong sum";
}

int main(void)
{
    static const struct peer_work works[] = {{"fib", fib_measure}};
    const char *workers = getenv("LACE_WORKERS");
    lace_start(workers ? (unsigned)strtoul(workers, NULL, 10) : 1, 0);
    lace_suspend();
    int status = peer_serve("peer_lace", works, sizeof works / sizeof works[0]);
    lace_resume();
    lace_stop();
    return status;
}
