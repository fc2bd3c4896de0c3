/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done to a switch to see whether it keeps every register: used by the Criterion test, in the build as it is,
 * and by torture.c, which torture_test.sh builds with every compiler and set of flags it finds.
 */
#ifndef QUINTET_TESTS_SWITCH_TORTURE_H
#define QUINTET_TESTS_SWITCH_TORTURE_H

#include "strategies/coroutine/switch.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>

#ifdef CORO_TSAN
enum { STORM_ROUNDS = 20000, STORM_LEAST = 1 }; /* it delays signals */
#else
enum { STORM_ROUNDS = 300000, STORM_LEAST = 10 };
#endif
enum { FLOW_STACK_BYTES = 256 << 10, FLOWS = 3 };

/* A bare coroutine: a context and a stack, without any scheduler. */
struct flow {
    struct coro_origin origin;
    struct coro_context context;
    struct coro_context *back; /* whom to return to in the end */
    void (*body)(struct flow *self, uintptr_t value);
    char *stack;
    uint64_t seed, rounds, errors;
    uintptr_t got;
};

CORO_UNINSTRUMENTED static void flow_start(struct coro_origin *origin, uintptr_t value)
{
    struct flow *self = (struct flow *)((char *)origin - offsetof(struct flow, origin));
    self->body(self, value);
    coro_switch_final(&self->context, self->back, 0);
}

static void flow_open(struct flow *f, struct coro_context *back, void (*body)(struct flow *, uintptr_t))
{
    memset(f, 0, sizeof *f);
    f->stack = mmap(NULL, FLOW_STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (f->stack == MAP_FAILED)
        abort();
    f->origin.start = flow_start;
    f->back = back;
    f->body = body;
    coro_context_prepare(&f->context, f->stack, f->stack + FLOW_STACK_BYTES, &f->origin);
}

static void flow_close(struct flow *f)
{
    coro_context_fini(&f->context);
    munmap(f->stack, FLOW_STACK_BYTES);
}

/* Garbage in every register that can be named. */
static inline __attribute__((always_inline)) void trash_registers(void)
{
#if defined(__x86_64__)
    __asm__ volatile("movq $-1, %%rax\n\tmovq %%rax, %%rbx\n\tmovq %%rax, %%rcx\n\tmovq %%rax, %%rdx\n\t"
                     "movq %%rax, %%rsi\n\tmovq %%rax, %%rdi\n\tmovq %%rax, %%r8\n\tmovq %%rax, %%r9\n\t"
                     "movq %%rax, %%r10\n\tmovq %%rax, %%r11\n\tmovq %%rax, %%r12\n\tmovq %%rax, %%r13\n\t"
                     "movq %%rax, %%r14\n\tmovq %%rax, %%r15\n\t"
                     "pcmpeqd %%xmm0, %%xmm0\n\tmovaps %%xmm0, %%xmm1\n\tmovaps %%xmm0, %%xmm2\n\t"
                     "movaps %%xmm0, %%xmm3\n\tmovaps %%xmm0, %%xmm4\n\tmovaps %%xmm0, %%xmm5\n\t"
                     "movaps %%xmm0, %%xmm6\n\tmovaps %%xmm0, %%xmm7\n\tmovaps %%xmm0, %%xmm8\n\t"
                     "movaps %%xmm0, %%xmm9\n\tmovaps %%xmm0, %%xmm10\n\tmovaps %%xmm0, %%xmm11\n\t"
                     "movaps %%xmm0, %%xmm12\n\tmovaps %%xmm0, %%xmm13\n\tmovaps %%xmm0, %%xmm14\n\t"
                     "movaps %%xmm0, %%xmm15\n\t"
                     :
                     :
                     : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
                       "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                       "xmm12", "xmm13", "xmm14", "xmm15", "cc");
#elif defined(__aarch64__)
    __asm__ volatile("mov x3, #-1\n\tmov x4, x3\n\tmov x5, x3\n\tmov x6, x3\n\tmov x7, x3\n\tmov x8, x3\n\t"
                     "mov x9, x3\n\tmov x10, x3\n\tmov x11, x3\n\tmov x12, x3\n\tmov x13, x3\n\tmov x14, x3\n\t"
                     "mov x15, x3\n\tmov x16, x3\n\tmov x17, x3\n\tmov x19, x3\n\tmov x20, x3\n\tmov x21, x3\n\t"
                     "mov x22, x3\n\tmov x23, x3\n\tmov x24, x3\n\tmov x25, x3\n\tmov x26, x3\n\tmov x27, x3\n\t"
                     "mov x28, x3\n\tfmov d8, x3\n\tfmov d9, x3\n\tfmov d10, x3\n\tfmov d11, x3\n\t"
                     "fmov d12, x3\n\tfmov d13, x3\n\tfmov d14, x3\n\tfmov d15, x3\n\tfmov d16, x3\n\t"
                     :
                     :
                     : "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",
                       "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "v8", "v9", "v10", "v11",
                       "v12", "v13", "v14", "v15", "v16");
#endif
}

typedef double vec4 __attribute__((vector_size(32)));

#ifdef CORO_CALLS

/* The callee of a coro_call(): in odd rounds it lets the caller go on first, and so must not return. */
static void flow_called(void *arg)
{
    struct flow *self = arg;
    trash_registers();
    if (self->rounds % 2 == 0)
        return;
    coro_switch(&self->context, self->back, 0);
    trash_registers();
    coro_switch_final(&self->context, self->back, 0);
}

/* A function that keeps values where it may expect them back after a call, and makes no other. Was it right? */
static __attribute__((noinline)) bool flow_call(struct flow *self, struct flow *callee, uint64_t round)
{
    uint64_t a = round * 3, b = round * 5, c = round * 7, d = round * 11, e = round * 13, f = round * 17;
    double p = (double)a, q = (double)b, r = (double)c;
    __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f)); /* not to be computed again */
#if defined(__aarch64__)
    __asm__ volatile("" : "+w"(p), "+w"(q), "+w"(r));
#endif
    callee->rounds = round;
    bool resumed = coro_call(&self->context, callee->stack + FLOW_STACK_BYTES, flow_called, callee);
    __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
    bool kept = a == round * 3 && b == round * 5 && c == round * 7 && d == round * 11 && e == round * 13 &&
                f == round * 17 && (uint64_t)p == a && (uint64_t)q == b && (uint64_t)r == c;
    return kept && resumed == (round % 2 == 1);
}

#endif

/* Twelve integers, eight doubles and two vectors live across each switch, none of them constant. Under -O2 they fill
 * the registers; whatever the compiler keeps in one that the switch destroys shows as a wrong sum. */
static void torture(struct flow *self, struct coro_context *to, uint64_t rounds)
{
    uint64_t s = self->seed, errors = 0;
    uint64_t a = s, b = s * 3, c = s * 5, d = s * 7, e = s * 11, f = s * 13, g = s * 17, h = s * 19, i = s * 23,
             j = s * 29, k = s * 31, l = s * 37;
    double p = (double)s, q = p + 1, r = p + 2, t = p + 3, u = p + 4, v = p + 5, w = p + 6, x = p + 7;
    vec4 y = {p, q, r, t}, z = {u, v, w, x};
    for (uint64_t round = 0; round < rounds; round++) {
        uint64_t before = a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ i ^ j ^ k ^ l;
        double before_fp = p + q + r + t + u + v + w + x + y[0] + y[3] + z[0] + z[3];
        trash_registers();
        uintptr_t got = coro_switch(&self->context, to, round);
        errors += got != round;
        errors += before != (a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ i ^ j ^ k ^ l);
        errors += before_fp < p + q + r + t + u + v + w + x + y[0] + y[3] + z[0] + z[3];
        errors += before_fp > p + q + r + t + u + v + w + x + y[0] + y[3] + z[0] + z[3];
        a += b, b += c, c += d, d += e, e += f, f += g, g += h, h += i, i += j, j += k, k += l, l += a;
        p += 1, q += 2, r += 3, t += 4, u += 5, v += 6, w += 7, x += 8, y += 1.0, z += 2.0;
    }
    self->errors = errors;
}

static void torture_body(struct flow *self, uintptr_t value)
{
    (void)value;
    torture(self, self->back, self->rounds);
}

static volatile sig_atomic_t storm_count;

static void on_storm(int signal)
{
    /* A handler that uses the stack it interrupts, as handlers do. */
    volatile char scratch[512];
    (void)signal;
    memset((void *)scratch, 0x5a, sizeof scratch);
    trash_registers();
    storm_count++;
}

static void storm(bool on)
{
    struct sigaction action = {.sa_handler = on_storm, .sa_flags = SA_RESTART};
    struct itimerval timer = {{0, on ? 100 : 0}, {0, on ? 100 : 0}};
    if (on)
        sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* Three flows and the caller, all with their registers full, hand over to each other while signals arrive. The number
 * of values that came out wrong. */
static uint64_t torture_storm(uint64_t rounds)
{
    struct flow native = {0}, peer[FLOWS];
    uint64_t errors = 0;
    coro_context_native(&native.context);
    for (int i = 0; i < FLOWS; i++) {
        flow_open(&peer[i], &native.context, torture_body);
        peer[i].seed = (uint64_t)i + 2;
        peer[i].rounds = rounds;
    }
    storm_count = 0;
    storm(true);
    for (uint64_t round = 0; round < rounds; round++)
        for (int i = 0; i < FLOWS; i++) {
            /* The value of the first switch starts the body; later ones must come out of the peer's switch. */
            uintptr_t got = coro_switch(&native.context, &peer[i].context, round ? round - 1 : 0);
            errors += got != round;
        }
    for (int i = 0; i < FLOWS; i++)
        coro_switch(&native.context, &peer[i].context, rounds - 1); /* its last round, and the end */
    storm(false);
    for (int i = 0; i < FLOWS; i++) {
        errors += peer[i].errors;
        flow_close(&peer[i]);
    }
    return errors;
}

/* Calls to another stack, some of which are left by the way in between. 0 where there are none. */
static __attribute__((unused)) uint64_t torture_call(uint64_t rounds)
{
#ifdef CORO_CALLS
    struct flow native = {0}, callee;
    uint64_t errors = 0;
    coro_context_native(&native.context);
    flow_open(&callee, &native.context, NULL);
    for (uint64_t round = 0; round < rounds; round++) {
        errors += !flow_call(&native, &callee, round);
        if (round % 2 == 1)
            coro_switch(&native.context, &callee.context, 0); /* to its end */
    }
    flow_close(&callee);
    return errors;
#else
    (void)rounds;
    return 0;
#endif
}

/* Sanitizers must be told of each switch: there the annotated form, which calls the assembly, stands in for it. */
#ifdef CORO_ANNOTATED
#define SWITCH_OUTLINE coro_switch_annotated
#else
#define SWITCH_OUTLINE coro_switch_outline
#endif

static void outline_body(struct flow *self, uintptr_t value)
{
    for (;;) {
        trash_registers();
        value = SWITCH_OUTLINE(&self->context, self->back, value + 1);
    }
}

#endif
