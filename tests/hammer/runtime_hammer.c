/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Races of the coroutine runtime, provoked: runtime_hammer [--seconds N] [--backend uring|uring_plain|epoll]
 * [--workers N] [--seed N] [--only NAME].
 *
 * A program of its own, without a test library, so that ThreadSanitizer can run it. It is built together with the
 * runtime's sources and CORO_STEPS, so random delays fall between the steps of every protocol. Each part checks what
 * must hold after a round (everything sent was received or is still there, every callback was called once, nobody is
 * left alive), and a watchdog says what hangs. Exit status 0, or an abort with a line on standard error.
 */
#include "hammer.h"

#include "strategies/coroutine/worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef CORO_STEPS
#error "build this together with the runtime's sources and -DCORO_STEPS"
#endif

enum { WATCHDOG_S = MANY_OR_FEW(20, 60) };

struct hammer_options hammer_options = {.seconds = 5, .loop = {.workers = 2}, .seed = 1};

static const struct part {
    const char *name;
    void (*run)(void);
} parts[] = {
    {"futures", hammer_futures},     {"loop_callbacks", hammer_loop_callbacks},
    {"wakeups", hammer_wakeups},     {"posts", hammer_posts},
    {"cancel", hammer_cancel},       {"tasks", hammer_tasks},
    {"scopes", hammer_scopes},       {"children", hammer_children},
    {"completed", hammer_completed}, {"executors", hammer_executors},
    {"errands", hammer_errands},
};
enum { PARTS = sizeof parts / sizeof parts[0] };

static _Atomic(const char *) running;
static _Atomic uint64_t beats, end_ns;
static _Atomic uint32_t seeds;

_Noreturn void hammer_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "runtime_hammer: %s: %s:%d: not so: %s (seed %u)\n", running, file, line, condition,
            hammer_options.seed);
    abort();
}

void hammer_beat(void)
{
    atomic_fetch_add_explicit(&beats, 1, memory_order_relaxed);
}

bool hammer_goes_on(void)
{
    hammer_beat();
    return clock_monotonic_ns() < atomic_load_explicit(&end_ns, memory_order_relaxed);
}

uint32_t hammer_random(void)
{
    static _Thread_local uint32_t state;
    if (!state)
        state = (hammer_options.seed + atomic_fetch_add(&seeds, 1)) * 2654435761u | 1;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

void hammer_delay(void)
{
    uint32_t r = hammer_random();
    if (r % 2)
        return;
    if (r % 64 == 2)
        sched_yield();
    if (r % 256 == 4) {
        struct timespec pause = {.tv_nsec = r >> 8 & 0xffff};
        nanosleep(&pause, NULL);
    }
    for (volatile uint32_t spin = (r >> 16) >> (r >> 8) % 16; spin > 0; spin--)
        ;
}

/* The runtime's own hook between the steps of its protocols. */
void coro_test_step(void)
{
    uint32_t r = hammer_random();
    if (r & 1)
        return;
    if ((r & 0xfe) == 0x40)
        sched_yield();
    for (volatile uint32_t spin = (r >> 16) >> (r >> 8) % 16; spin > 0; spin--)
        ;
}

struct loop *hammer_loop(void)
{
    struct loop *loop;
    int err = loop_create(&loop, &hammer_options.loop);
    if (err) {
        fprintf(stderr, "runtime_hammer: loop_create: %s\n", strerror(-err));
        exit(2);
    }
    return loop;
}

void meeting_wait(struct meeting *m)
{
    unsigned round = atomic_load(&m->round);
    if (atomic_fetch_add(&m->come, 1) + 1 == m->size) {
        atomic_store(&m->come, 0);
        atomic_store(&m->round, round + 1);
        return;
    }
    while (atomic_load(&m->round) == round)
        sched_yield();
}

static void *watchdog(void *arg)
{
    uint64_t seen = 0;
    (void)arg;
    for (unsigned idle_s = 0;; idle_s++) {
        struct timespec second = {.tv_sec = 1};
        nanosleep(&second, NULL);
        uint64_t now = atomic_load(&beats);
        if (now != seen)
            idle_s = 0;
        seen = now;
        if (idle_s >= WATCHDOG_S) {
            fprintf(stderr, "runtime_hammer: %s hangs: no sign of life for %u s, after %llu (seed %u)\n", running,
                    idle_s, (unsigned long long)now, hammer_options.seed);
            abort();
        }
    }
    return NULL;
}

static _Noreturn void usage(void)
{
    fputs("usage: runtime_hammer [--seconds N] [--backend uring|uring_plain|epoll] [--workers N] [--seed N] "
          "[--only NAME]\nparts:",
          stderr);
    for (int i = 0; i < PARTS; i++)
        fprintf(stderr, " %s", parts[i].name);
    fputs("\n", stderr);
    exit(2);
}

static uint64_t number(const char *text, uint64_t most)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (errno || end == text || *end || n == 0 || n > most)
        usage();
    return n;
}

static void backend(const char *name)
{
    struct loop_config *c = &hammer_options.loop;
    if (!strcmp(name, "epoll"))
        c->backend = CORO_BACKEND_EPOLL;
    else if (!strcmp(name, "uring") || !strcmp(name, "uring_plain"))
        c->backend = CORO_BACKEND_URING;
    else
        usage();
    c->ladder_skip = strcmp(name, "uring_plain") ? 0 : 2;
}

int main(int argc, char **argv)
{
    const char *only = NULL;
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 >= argc)
            usage();
        if (!strcmp(argv[i], "--seconds"))
            hammer_options.seconds = number(argv[i + 1], 1000000);
        else if (!strcmp(argv[i], "--backend"))
            backend(argv[i + 1]);
        else if (!strcmp(argv[i], "--workers"))
            hammer_options.loop.workers = (unsigned)number(argv[i + 1], 64);
        else if (!strcmp(argv[i], "--seed"))
            hammer_options.seed = (uint32_t)number(argv[i + 1], UINT32_MAX);
        else if (!strcmp(argv[i], "--only"))
            only = argv[i + 1];
        else
            usage();
    }
    unsigned chosen = 0;
    for (int i = 0; i < PARTS; i++)
        chosen += !only || !strcmp(only, parts[i].name);
    if (!chosen)
        usage();
    pthread_t dog;
    pthread_create(&dog, NULL, watchdog, NULL);
    pthread_detach(dog);
    struct loop *loop = hammer_loop();
    char text[512];
    loop_describe(loop, text, sizeof text);
    printf("%s; seed %u\n", text, hammer_options.seed);
    CHECK(loop_close(loop) == 0);
    for (int i = 0; i < PARTS; i++) {
        if (only && strcmp(only, parts[i].name))
            continue;
        uint64_t before = beats;
        running = parts[i].name;
        end_ns = clock_monotonic_ns() + hammer_options.seconds * 1000000000 / chosen;
        parts[i].run();
        printf("%-16s %8llu rounds\n", parts[i].name, (unsigned long long)(beats - before));
        fflush(stdout);
    }
    return 0;
}
