/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the hammers share: options, a clock for each part, random numbers, checks that end the program, a watchdog.
 *
 * A hammer provokes races: it is built together with the sources that it is about, so that delays of its own fall
 * between the steps of their protocols. It is a program without a test library, so that ThreadSanitizer can run it. Its
 * parts run one after another, each for its share of the time; each checks after a round what must hold. Exit status 0,
 * or an abort with a line on standard error.
 */
#ifndef QUINTET_TESTS_HAMMER_H
#define QUINTET_TESTS_HAMMER_H

#include <stdbool.h>
#include <stdint.h>

/* A fiber costs ThreadSanitizer milliseconds to make: few coroutines, used again and again. */
#if defined(__SANITIZE_THREAD__)
#define MANY_OR_FEW(many, few) (few)
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MANY_OR_FEW(many, few) (few)
#endif
#endif
#ifndef MANY_OR_FEW
#define MANY_OR_FEW(many, few) (many)
#endif

struct hammer_part {
    const char *name;
    void (*run)(void); /* rounds, while hammer_goes_on() */
};

struct hammer {
    const char *program;
    const struct hammer_part *parts;
    unsigned n_parts;
    unsigned silence_s;                                  /* after so long without a sign of life it hangs */
    const char *options;                                 /* of its own, as the usage shows them; "" for none */
    bool (*option)(const char *name, const char *value); /* take one of these. False: no such one, or a bad value */
    void (*begin)(void);                                 /* NULL, or called before the first part */
};

/* The program: [--seconds N] [--seed N] [--only PART] and its own options. */
int hammer_main(const struct hammer *hammer, int argc, char **argv);

/* A whole number from 1 to `most`. False: it is none. */
bool hammer_number(const char *text, uint64_t most, uint64_t *number);

extern uint32_t hammer_seed;
extern char
    hammer_scene[256]; /* what the round that is under way looks like: told if something goes wrong. "": nothing */

/* It does not return if the condition does not hold. */
#define CHECK(condition) ((condition) ? (void)0 : hammer_failed("not so: " #condition, __FILE__, __LINE__))
_Noreturn void hammer_failed(const char *what, const char *file, int line);

/* Is there time left for another round? Also the sign of life that the watchdog looks for. */
bool hammer_goes_on(void);
void hammer_beat(void);

/* This thread's own sequence; 0 never comes. */
uint32_t hammer_random(void);

#endif
