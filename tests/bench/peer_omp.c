/* SPDX-License-Identifier: Apache-2.0 */
/* OpenMP tasks as a peer (peer_process.h): the fork-join tree. */
#include "fib_tree.h"
#include "peer_serve.h"

#include <omp.h>

static uint64_t fib(unsigned n)
{
    if (n < 2)
        return n;
    uint64_t first, second;
#pragma omp task shared(first) firstprivate(n)
    first = fib(n - 1);
    second = fib(n - 2);
#pragma omp taskwait
    return first + second;
}

/* The team is given up after each measurement: its threads would spin for as long as OMP_WAIT_POLICY says. */
static const char *fib_measure(uint64_t n, double *total_ns)
{
    uint64_t trees = n / FIB_SPAWNS, sum = 0;
#pragma omp parallel
#pragma omp single
    {
        sum = fib(fib_n()); /* warm */
        uint64_t start_ns = peer_now_ns();
        for (uint64_t i = 0; i < trees; i++)
            sum += fib(fib_n());
        *total_ns = (double)(peer_now_ns() - start_ns);
    }
    omp_pause_resource_all(omp_pause_soft);
    return sum == (trees + 1) * FIB_VALUE ? NULL : "wrong sum";
}

int main(void)
{
    static const struct peer_work works[] = {{"fib", fib_measure}};
    return peer_serve("peer_omp", works, sizeof works / sizeof works[0]);
}
