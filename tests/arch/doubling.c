/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does twice the work take twice the time? A compiler that sees through a kernel makes it shorter than what is
 * reported. Usage: doubling WORKLOAD PARAMETER VALUE: runs all ops serially with VALUE and with twice of it, prints the
 * ratio of the CPU times and the digest of the first, and succeeds if the ratio lies between 1.7 and 2.4.
 *
 * CPU time of the thread and the least of some repetitions, so that a busy machine does not matter; what disturbs all
 * of them alike (another clock rate) is tried again.
 */
#include "contract/env.h"
#include "contract/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern const struct workload workload_mandelbrot, workload_sha256, workload_grain;
static const struct workload *const known[] = {&workload_mandelbrot, &workload_sha256, &workload_grain};

enum { REPEATS = 5, ATTEMPTS = 6 };

static uint64_t cpu_time_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* All ops of all tasks in order. */
static uint64_t run_all(const struct workload *w, const struct workload_env *env, const struct shape *shape)
{
    uint64_t digest = 0;
    for (unsigned task = 0; task < shape->tasks; task++) {
        struct op op = {.ctx = env->ctx, .env = env, .task = task, .count = shape->ops_per_task};
        for (op.index = 0; op.index < op.count; op.index++)
            if (w->op(&op) < 0)
                exit(2);
        digest += rng_hash2(task, op.result);
    }
    return digest;
}

struct work {
    struct workload_env env;
    struct params params;
    struct shape shape;
    uint64_t least_ns, digest;
};

static void work_init(struct work *work, const struct workload *w, int param, int64_t value, struct ctx *ctx)
{
    work->params = param_defaults(w->params, PROFILE_SMOKE);
    work->params.value[param] = value;
    work->env = (struct workload_env){
        .params = &work->params, .in_flight = 1, .workers = 1, .nonce = 7, .seed = 11, .data_dirfd = -1, .ctx = ctx};
    if (env_init(&work->env) || w->shape(&work->env, &work->shape) || (w->setup && w->setup(&work->env)))
        exit(2);
}

static void work_time(struct work *work, const struct workload *w)
{
    uint64_t start_ns = cpu_time_ns();
    work->digest = run_all(w, &work->env, &work->shape);
    uint64_t took_ns = cpu_time_ns() - start_ns;
    if (!work->least_ns || took_ns < work->least_ns)
        work->least_ns = took_ns;
}

int main(int argc, char **argv)
{
    const struct workload *w = NULL;
    for (size_t i = 0; argc == 4 && i < sizeof known / sizeof *known; i++)
        if (!strcmp(known[i]->name, argv[1]))
            w = known[i];
    int param = w ? param_find(w->params, argv[2]) : -1;
    if (param < 0) {
        fprintf(stderr, "usage: %s mandelbrot|sha256|grain PARAMETER VALUE\n", argv[0]);
        return 2;
    }
    struct ctx ctx = {&ctx_blocking, NULL};
    double ratio = 0;
    uint64_t digest = 0;
    for (int attempt = 0; attempt < ATTEMPTS && !(ratio >= 1.7 && ratio <= 2.4); attempt++) {
        struct work once = {0}, twice = {0};
        work_init(&once, w, param, strtoll(argv[3], NULL, 10), &ctx);
        work_init(&twice, w, param, 2 * strtoll(argv[3], NULL, 10), &ctx);
        for (int i = 0; i < REPEATS; i++) {
            work_time(&once, w);
            work_time(&twice, w);
        }
        ratio = (double)twice.least_ns / (double)once.least_ns;
        digest = once.digest;
        env_fini(&once.env);
        env_fini(&twice.env);
    }
    printf("%.3f %016llx\n", ratio, (unsigned long long)digest);
    return ratio >= 1.7 && ratio <= 2.4 ? 0 : 1;
}
