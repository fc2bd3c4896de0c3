/* SPDX-License-Identifier: Apache-2.0 */
/* The switch itself: every register, both forms, under a storm of signals; where backtraces end. */
#include "quintet_criterion.h"

#include "switch/torture.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

TestSuite(coroutine_switch, .timeout = 30);

Test(coroutine_switch, registers_survive_under_signal_storm)
{
    int signals = 0;
    for (int tries = 0; tries < 20 && signals < STORM_LEAST; tries++) {
        cr_expect_eq(torture_storm(STORM_ROUNDS), 0u);
        signals += (int)storm_count;
    }
    cr_expect_geq(signals, STORM_LEAST, "the storm did not happen: %d signals", signals);
}

Test(coroutine_switch, registers_survive_a_call)
{
#ifndef CORO_CALLS
    test_skip("sanitizers are told of each switch; there are no calls");
#endif
    cr_expect_eq(torture_call(100000), 0u);
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

static _Unwind_Reason_Code count_frame(struct _Unwind_Context *context, void *count)
{
    (void)context;
    return ++*(unsigned *)count < 64 ? _URC_NO_REASON : _URC_END_OF_STACK;
}

/* What backtrace() does where there is one: not in musl. */
static unsigned frames_count(void)
{
    unsigned count = 0;
    _Unwind_Backtrace(count_frame, &count);
    return count;
}

static void trace_body(struct flow *self, uintptr_t value)
{
    char here = 0;
    (void)value;
    self->rounds = frames_count();
    uint64_t steps = 0;
#if defined(__x86_64__) || defined(__aarch64__)
    for (void **fp = __builtin_frame_address(0); fp && steps < 1000; fp = *fp)
        steps++;
#endif
    self->seed = steps;
    self->got = (uintptr_t)&here;
}

Test(coroutine_switch, backtrace_ends_at_the_entry)
{
    struct flow native = {0}, peer;
    frames_count(); /* loads the unwinder outside of the coroutine */
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
