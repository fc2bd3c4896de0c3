/* SPDX-License-Identifier: Apache-2.0 */
#include "hammer.h"

#include "measure/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint32_t hammer_seed = 1;
char hammer_scene[256];

static const struct hammer *program;
static _Atomic(const char *) running = "begin";
static _Atomic uint64_t beats, end_ns;
static _Atomic uint32_t seeds;

_Noreturn void hammer_failed(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s: %s: %s:%d: %s (%s%sseed %u)\n", program->program, running, file, line, what, hammer_scene,
            *hammer_scene ? "; " : "", hammer_seed);
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
        state = (hammer_seed + atomic_fetch_add(&seeds, 1)) * 2654435761u | 1;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static void *watchdog(void *arg)
{
    uint64_t seen = 0;
    (void)arg;
    for (unsigned idle_s = 0; idle_s < program->silence_s; idle_s++) {
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
        uint64_t now = atomic_load(&beats);
        if (now != seen)
            idle_s = 0;
        seen = now;
    }
    fprintf(stderr, "%s: %s hangs: no sign of life for %u s, after %llu (%s%sseed %u)\n", program->program, running,
            program->silence_s, (unsigned long long)seen, hammer_scene, *hammer_scene ? "; " : "", hammer_seed);
    abort();
}

static _Noreturn void usage(void)
{
    fprintf(stderr, "usage: %s [--seconds N] [--seed N] [--only PART]%s%s\nparts:", program->program,
            *program->options ? " " : "", program->options);
    for (unsigned i = 0; i < program->n_parts; i++)
        fprintf(stderr, " %s", program->parts[i].name);
    fputs("\n", stderr);
    exit(2);
}

bool hammer_number(const char *text, uint64_t most, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return !errno && end != text && !*end && *number > 0 && *number <= most;
}

static bool is_chosen(unsigned part, const char *only)
{
    return !only || !strcmp(only, program->parts[part].name);
}

static void run_part(const struct hammer_part *part, uint64_t ns)
{
    uint64_t before = beats;
    running = part->name;
    end_ns = clock_monotonic_ns() + ns;
    part->run();
    printf("%-16s %8llu rounds\n", part->name, (unsigned long long)(beats - before));
    fflush(stdout);
}

int hammer_main(const struct hammer *hammer, int argc, char **argv)
{
    const char *only = NULL;
    uint64_t seconds = 5, seed = 1;
    unsigned chosen = 0;
    pthread_t dog;

    program = hammer;
    for (int i = 1; i < argc; i += 2) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";
        bool good = i + 1 < argc;
        if (!strcmp(name, "--seconds"))
            good = hammer_number(value, 1000000, &seconds);
        else if (!strcmp(name, "--seed"))
            good = hammer_number(value, UINT32_MAX, &seed);
        else if (!strcmp(name, "--only"))
            only = value;
        else
            good = good && hammer->option && hammer->option(name, value);
        if (!good)
            usage();
    }
    hammer_seed = (uint32_t)seed;
    for (unsigned i = 0; i < hammer->n_parts; i++)
        chosen += is_chosen(i, only);
    if (!chosen)
        usage();
    pthread_create(&dog, NULL, watchdog, NULL);
    pthread_detach(dog);
    if (hammer->begin)
        hammer->begin();
    for (unsigned i = 0; i < hammer->n_parts; i++)
        if (is_chosen(i, only))
            run_part(&hammer->parts[i], seconds * 1000000000 / chosen);
    return 0;
}
