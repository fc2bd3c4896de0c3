/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Races of the coroutine runtime, provoked: runtime_hammer [--backend uring|uring_plain|epoll] [--workers N], and what
 * every hammer takes (hammer.h). It is built together with the runtime's sources and CORO_STEPS. After a round
 * everything sent was received or is still there, every callback was called once, nobody is left alive.
 */
#include "runtime_hammer.h"

#include "strategies/coroutine/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef CORO_STEPS
#error "build this together with the runtime's sources and -DCORO_STEPS"
#endif

struct loop_config hammer_loop_config = {.workers = 2};

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
    int err = loop_create(&loop, &hammer_loop_config);
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

static bool backend(const char *name)
{
    struct loop_config *c = &hammer_loop_config;
    c->backend = strcmp(name, "epoll") ? CORO_BACKEND_URING : CORO_BACKEND_EPOLL;
    c->ladder_skip = strcmp(name, "uring_plain") ? 0 : 2;
    return !strcmp(name, "epoll") || !strcmp(name, "uring") || !strcmp(name, "uring_plain");
}

static bool option(const char *name, const char *value)
{
    uint64_t workers;
    if (!strcmp(name, "--backend"))
        return backend(value);
    if (strcmp(name, "--workers") || !hammer_number(value, 64, &workers))
        return false;
    hammer_loop_config.workers = (unsigned)workers;
    return true;
}

static void begin(void)
{
    struct loop *loop = hammer_loop();
    char text[512];
    loop_describe(loop, text, sizeof text);
    printf("%s; seed %u\n", text, hammer_seed);
    CHECK(loop_close(loop) == 0);
}

static const struct hammer_part parts[] = {
    {"futures", hammer_futures},     {"loop_callbacks", hammer_loop_callbacks},
    {"wakeups", hammer_wakeups},     {"posts", hammer_posts},
    {"cancel", hammer_cancel},       {"tasks", hammer_tasks},
    {"scopes", hammer_scopes},       {"children", hammer_children},
    {"completed", hammer_completed}, {"executors", hammer_executors},
    {"errands", hammer_errands},
};

int main(int argc, char **argv)
{
    static const struct hammer hammer = {
        .program = "runtime_hammer",
        .parts = parts,
        .n_parts = sizeof parts / sizeof *parts,
        .silence_s = MANY_OR_FEW(20, 60),
        .options = "[--backend uring|uring_plain|epoll] [--workers N]",
        .option = option,
        .begin = begin,
    };
    return hammer_main(&hammer, argc, argv);
}
