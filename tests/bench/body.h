/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What two flows do between switches: the same source for every kind of context, so that rows differ in the switch
 * only. Include after defining `struct port` (one end of the ping-pong) and port_switch(struct port *), inlined: leave
 * this flow, and return when it is its turn again.
 *
 * Every body exists twice, because it matters whether both flows run the same functions, as the sessions of a server
 * do, or different ones, as a producer and a consumer do: processors predict jumps, returns and the values of loads by
 * the place in the code.
 */
#ifndef QUINTET_TESTS_BENCH_BODY_H
#define QUINTET_TESTS_BENCH_BODY_H

#include <stdbool.h>
#include <stdint.h>

/* Six integers that are in registers before and after the switch, which happens four calls further down. */
#define BODY_IN_REGISTERS() __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f))

/* 4 KiB of its own that each flow reads and writes between switches, one word per cache line. */
enum { BODY_SET_WORDS = 512, BODY_LINE_WORDS = 8 };

/* The empty statements keep the compiler from making jumps of calls, and one function of two. */
#define BODY_FUNCTION(name) static __attribute__((noinline)) void name
#define BODY_COPY(copy)                                                                                                \
    BODY_FUNCTION(body_empty_##copy)(struct port * port, uint64_t switches)                                            \
    {                                                                                                                  \
        struct port local = *port; /* not to follow a pointer more than the switch needs */                            \
        for (uint64_t i = 0; i < switches; i++)                                                                        \
            port_switch(&local);                                                                                       \
        *port = local;                                                                                                 \
        __asm__ volatile("# " #copy);                                                                                  \
    }                                                                                                                  \
    BODY_FUNCTION(body_depth_4_##copy)(struct port * port)                                                             \
    {                                                                                                                  \
        port_switch(port);                                                                                             \
        __asm__ volatile("# " #copy);                                                                                  \
    }                                                                                                                  \
    BODY_FUNCTION(body_depth_3_##copy)(struct port * port)                                                             \
    {                                                                                                                  \
        body_depth_4_##copy(port);                                                                                     \
        __asm__ volatile("# " #copy);                                                                                  \
    }                                                                                                                  \
    BODY_FUNCTION(body_depth_2_##copy)(struct port * port)                                                             \
    {                                                                                                                  \
        body_depth_3_##copy(port);                                                                                     \
        __asm__ volatile("# " #copy);                                                                                  \
    }                                                                                                                  \
    BODY_FUNCTION(body_depth_1_##copy)(struct port * port)                                                             \
    {                                                                                                                  \
        body_depth_2_##copy(port);                                                                                     \
        __asm__ volatile("# " #copy);                                                                                  \
    }                                                                                                                  \
    BODY_FUNCTION(body_registers_##copy)(struct port * port, uint64_t switches)                                        \
    {                                                                                                                  \
        uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6;                                                             \
        for (uint64_t i = 0; i < switches; i++) {                                                                      \
            BODY_IN_REGISTERS();                                                                                       \
            body_depth_1_##copy(port);                                                                                 \
            BODY_IN_REGISTERS();                                                                                       \
        }                                                                                                              \
    }                                                                                                                  \
    BODY_FUNCTION(body_memory_##copy)(struct port * port, uint64_t switches)                                           \
    {                                                                                                                  \
        volatile uint64_t set[BODY_SET_WORDS] = {0};                                                                   \
        for (uint64_t i = 0; i < switches; i++) {                                                                      \
            for (unsigned at = 0; at < BODY_SET_WORDS; at += BODY_LINE_WORDS)                                          \
                set[at] += i;                                                                                          \
            port_switch(port);                                                                                         \
        }                                                                                                              \
    }                                                                                                                  \
    static inline void body_run_##copy(enum body_kind kind, struct port *port, uint64_t switches)                      \
    {                                                                                                                  \
        if (kind == BODY_EMPTY)                                                                                        \
            body_empty_##copy(port, switches);                                                                         \
        else if (kind == BODY_REGISTERS)                                                                               \
            body_registers_##copy(port, switches);                                                                     \
        else                                                                                                           \
            body_memory_##copy(port, switches);                                                                        \
    }

BODY_COPY(1)
BODY_COPY(2)

static inline void body_run_first(const struct body *body, struct port *port, uint64_t switches)
{
    body_run_1(body->kind, port, switches);
}

static inline void body_run_second(const struct body *body, struct port *port, uint64_t switches)
{
    if (body->two_copies)
        body_run_2(body->kind, port, switches);
    else
        body_run_1(body->kind, port, switches);
}

#endif
