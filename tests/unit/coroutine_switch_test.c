/* SPDX-License-Identifier: Apache-2.0 */
/* The switch itself: every register, both forms, under a storm of signals; where backtraces end. */
#include "quintet_criterion.h"

#include "strategies/coroutine/switch.h"

#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>

TestSuite(coroutine_switch, .timeout = 30);

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
    cr_assert(f->stack != MAP_FAILED);
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
#endif
}

typedef double vec4 __attribute__((vector_size(32)));

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

Test(coroutine_switch, registers_survive_under_signal_storm)
{
    struct flow native = {.seed = 1}, peer[FLOWS];
    coro_context_native(&native.context);
    for (int i = 0; i < FLOWS; i++) {
        flow_open(&peer[i], &native.context, torture_body);
        peer[i].seed = (uint64_t)i + 2;
        peer[i].rounds = STORM_ROUNDS;
    }
    storm_count = 0;
    storm(true);
    for (uint64_t round = 0; round < STORM_ROUNDS; round++)
        for (int i = 0; i < FLOWS; i++) {
            /* The value of the first switch starts the body; later ones must come out of the peer's switch. */
            uintptr_t got = coro_switch(&native.context, &peer[i].context, round ? round - 1 : 0);
            native.errors += got != round;
        }
    for (int i = 0; i < FLOWS; i++)
        coro_switch(&native.context, &peer[i].context, STORM_ROUNDS - 1); /* its last round, and the end */
    storm(false);
    cr_expect_eq(native.errors, 0u);
    for (int i = 0; i < FLOWS; i++) {
        cr_expect_eq(peer[i].errors, 0u, "flow %d", i);
        flow_close(&peer[i]);
    }
    cr_expect_geq(storm_count, STORM_LEAST, "the storm did not happen: %d signals", (int)storm_count);
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

/* A context saved by one form must be resumable by the other. */
Test(coroutine_switch, inline_and_outline_mix)
{
    struct flow native = {0}, peer;
    coro_context_native(&native.context);
    flow_open(&peer, &native.context, outline_body);
    for (uintptr_t i = 0; i < 1000; i++) {
        cr_assert_eq(coro_switch(&native.context, &peer.context, 2 * i), 2 * i + 1);
        cr_assert_eq(SWITCH_OUTLINE(&native.context, &peer.context, 2 * i + 1), 2 * i + 2);
    }
    flow_close(&peer);
}
#if defined(__x86_64__)
static struct coro_context callee_from;
static struct flow callee_peer;

static __attribute__((noinline)) uintptr_t switch_in_a_call(uintptr_t value)
{
    return coro_switch(&callee_from, &callee_peer.context, value);
}

static void trashing_body(struct flow *self, uintptr_t value)
{
    for (;;) {
        trash_registers();
        value = coro_switch(&self->context, self->back, value + 1);
    }
}

#endif

/* What a caller may rely on: the callee-saved registers hold what they held, the stack pointer too. */
Test(coroutine_switch, callee_saved_registers_are_kept)
{
#if !defined(__x86_64__)
    test_skip("written for x86-64; elsewhere the torture above has to do");
#else
    uint64_t out[6] = {0}, *out_pointer = out, sp_delta = 1;
    uintptr_t value = 41;
    coro_context_native(&callee_from);
    flow_open(&callee_peer, &callee_from, trashing_body);
    uintptr_t got = (uintptr_t)switch_in_a_call; /* the call's address goes in where its result comes out */
    __asm__ volatile("movq  %%rsp, %%r10\n\t"
                     "subq  $256, %%rsp\n\t" /* beyond the red zone */
                     "andq  $-64, %%rsp\n\t"
                     "movq  %%r10, 0(%%rsp)\n\t"
                     "movq  %%rbp, 8(%%rsp)\n\t"
                     "movq  %%rcx, 16(%%rsp)\n\t"
                     "movq  %%rsp, 24(%%rsp)\n\t"
                     "movq  $0x1111, %%rbx\n\tmovq  $0x2222, %%rbp\n\tmovq  $0x3333, %%r12\n\t"
                     "movq  $0x4444, %%r13\n\tmovq  $0x5555, %%r14\n\tmovq  $0x6666, %%r15\n\t"
                     "callq *%%rax\n\t"
                     "movq  %%rsp, %%rdx\n\t"
                     "subq  24(%%rsp), %%rdx\n\t" /* 0 if the stack pointer is the same */
                     "movq  16(%%rsp), %%rcx\n\t"
                     "movq  %%rbx, 0(%%rcx)\n\tmovq  %%rbp, 8(%%rcx)\n\tmovq  %%r12, 16(%%rcx)\n\t"
                     "movq  %%r13, 24(%%rcx)\n\tmovq  %%r14, 32(%%rcx)\n\tmovq  %%r15, 40(%%rcx)\n\t"
                     "movq  8(%%rsp), %%rbp\n\t"
                     "movq  0(%%rsp), %%rsp\n\t"
                     : "+a"(got), "=&d"(sp_delta), "+c"(out_pointer), "+D"(value)
                     :
                     : "rbx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2",
                       "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
                       "xmm14", "xmm15", "memory", "cc");
    cr_expect_eq(got, 42u);
    cr_expect_eq(sp_delta, 0u);
    for (uint64_t i = 0; i < 6; i++)
        cr_expect_eq(out[i], 0x1111u * (i + 1), "callee-saved register %d: %lx", (int)i, (unsigned long)out[i]);
    flow_close(&callee_peer);
#endif
}

/* A leaf that keeps data below its stack pointer: the switch must not write there. */
static __attribute__((noinline)) uint64_t red_zone_leaf(struct flow *native, struct flow *peer, uint64_t seed)
{
    volatile uint64_t local[12];
    for (uint64_t i = 0; i < 12; i++)
        local[i] = seed + i;
    coro_switch(&native->context, &peer->context, 0);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < 12; i++)
        sum += local[i] - i;
    return sum;
}

static void bouncing_body(struct flow *self, uintptr_t value)
{
    for (;;)
        value = coro_switch(&self->context, self->back, value);
}

Test(coroutine_switch, red_zone_is_untouched)
{
    struct flow native = {0}, peer;
    coro_context_native(&native.context);
    flow_open(&peer, &native.context, bouncing_body);
    storm(true);
    for (uint64_t i = 0; i < 100000; i++)
        cr_assert_eq(red_zone_leaf(&native, &peer, i), 12 * i);
    storm(false);
    flow_close(&peer);
}

static void trace_body(struct flow *self, uintptr_t value)
{
    void *frame[64];
    (void)value;
    self->rounds = (uint64_t)backtrace(frame, 64);
    uint64_t steps = 0;
#if defined(__x86_64__) || defined(__aarch64__)
    for (void **fp = __builtin_frame_address(0); fp && steps < 1000; fp = *fp)
        steps++;
#endif
    self->seed = steps;
    self->got = (uintptr_t)&frame;
}

Test(coroutine_switch, backtrace_ends_at_the_entry)
{
    struct flow native = {0}, peer;
    void *warm[4];
    backtrace(warm, 4); /* loads the unwinder outside of the coroutine */
    coro_context_native(&native.context);
    flow_open(&peer, &native.context, trace_body);
    coro_switch(&native.context, &peer.context, 0);
    cr_expect_geq(peer.rounds, 3u, "%d frames", (int)peer.rounds);
    cr_expect_leq(peer.rounds, 8u, "%d frames: ran past the entry", (int)peer.rounds);
    cr_expect_leq(peer.seed, 8u, "%d frame pointers: the chain does not end", (int)peer.seed);
#ifndef CORO_ASAN /* which moves locals elsewhere */
    cr_expect(peer.got - (uintptr_t)peer.stack < FLOW_STACK_BYTES, "the body did not run on its own stack");
#endif
    flow_close(&peer);
}

static void aligned_body(struct flow *self, uintptr_t value)
{
    _Alignas(16) volatile char probe[16];
    (void)value;
    probe[0] = 1;
    self->got = (uintptr_t)__builtin_frame_address(0) % 16;
    self->errors = (uintptr_t)probe % 16;
}

Test(coroutine_switch, entry_stack_is_aligned)
{
    struct flow native = {0}, peer;
    coro_context_native(&native.context);
    flow_open(&peer, &native.context, aligned_body);
    coro_switch(&native.context, &peer.context, 0);
    cr_expect_eq(peer.got, 0u);
    cr_expect_eq(peer.errors, 0u);
    flow_close(&peer);
}
