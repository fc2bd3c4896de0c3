/* SPDX-License-Identifier: Apache-2.0 */
/* The other end of peer_process.h, for peers in C and C++: read "job n", do it, answer, until the input ends. */
#ifndef QUINTET_TESTS_BENCH_PEER_SERVE_H
#define QUINTET_TESTS_BENCH_PEER_SERVE_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Do n units; *total_ns is what they took. NULL, or what was wrong: a number without the work is no answer. */
typedef const char *peer_fn(uint64_t n, double *total_ns);

struct peer_work {
    const char *name;
    peer_fn *fn;
};

static inline uint64_t peer_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static inline const char *peer_work_do(const struct peer_work *works, size_t count, const char *name, uint64_t n,
                                       double *total_ns)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(works[i].name, name))
            return works[i].fn(n, total_ns);
    return "no such job";
}

/* For main(): its exit status. `program` is the name that complaints begin with. */
static inline int peer_serve(const char *program, const struct peer_work *works, size_t count)
{
    char line[128], name[64];
    uint64_t n;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        double total_ns = 0;
        const char *wrong = sscanf(line, "%63s %" SCNu64, name, &n) == 2 && n > 0
                                ? peer_work_do(works, count, name, n, &total_ns)
                                : "not a request";
        if (wrong) {
            fprintf(stderr, "%s: %s: %s\n", program, line, wrong);
            return 1;
        }
        printf("%.0f\n", total_ns);
        fflush(stdout);
    }
    return 0;
}

#endif
