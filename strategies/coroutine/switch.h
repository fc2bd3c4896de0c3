/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The context switch: leave one stack, continue on another, without the kernel.
 *
 * Only three words are saved: stack pointer, frame pointer, and where to go on. Every other register is declared as
 * clobbered, so the compiler itself saves what is live at this very place, and nothing that is not. That makes a
 * switch about ten instructions when it is inlined (the default).
 *
 * The jump is a `jmp`, never a `ret`: a return to an address that no call pushed is mispredicted every time.
 *
 * Out of line (switch.S) the same three words are used, with the callee-saved registers pushed around them. That form
 * is for sanitizers and for compilers that get the inline one wrong (-DQUINTET_SWITCH_OUTLINE). Both forms may meet
 * in one program: a context saved by one can be resumed by the other.
 *
 * Not saved, on purpose: the floating point environment (rounding mode, exception flags) and the signal mask belong to
 * the thread. Do not change the rounding mode across a switch.
 *
 * Shadow stacks (CET, GCS): switch.S carries no property note, hence the linker marks the program as not supporting
 * them, and the loader leaves them off.
 */
#ifndef QUINTET_COROUTINE_SWITCH_H
#define QUINTET_COROUTINE_SWITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CORO_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define CORO_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(CORO_ASAN)
#define CORO_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__) && !defined(CORO_TSAN)
#define CORO_TSAN 1
#endif
#if defined(CORO_ASAN) || defined(CORO_TSAN)
#define CORO_ANNOTATED 1
#endif

/* For functions that are entered on a coroutine's stack and never return, such as an origin's start(): what a sanitizer
 * notes on entry would never be taken back, and pile up in the recycled stack. */
#if defined(CORO_ASAN)
#define CORO_UNINSTRUMENTED __attribute__((noinline, no_sanitize("address")))
#elif defined(CORO_TSAN)
#define CORO_UNINSTRUMENTED __attribute__((noinline, no_sanitize("thread")))
#else
#define CORO_UNINSTRUMENTED __attribute__((noinline))
#endif

/* Where a stack was left. switch.S and the inline form know the first three offsets. */
struct coro_context {
    void *sp;
    void *fp;
    void *pc;
#ifdef CORO_ASAN
    void *fake_stack;      /* ASan's shadow frames of this stack while it is away */
    const void *stack_low; /* bounds that ASan is told of before it is resumed */
    size_t stack_bytes;
#endif
#ifdef CORO_TSAN
    void *fiber;     /* TSan's own state of this flow; made once and kept with the stack, for it costs milliseconds */
    bool owns_fiber; /* false for a thread's native context */
#endif
};

_Static_assert(offsetof(struct coro_context, sp) == 0 && offsetof(struct coro_context, fp) == 8 &&
                   offsetof(struct coro_context, pc) == 16,
               "the assembly knows these offsets");

/* What a fresh context starts with. Embed it in your control block. `start` must end in coro_switch_final() and be
 * CORO_UNINSTRUMENTED. */
struct coro_origin {
    void (*start)(struct coro_origin *origin, uintptr_t value);
};

/*
 * Make `context` begin at origin->start on an empty stack when it is first switched to. `top` is one past the highest
 * byte, 16-aligned; `low` the lowest usable byte. Writes nothing to the stack. Backtraces end there cleanly.
 */
void coro_context_prepare(struct coro_context *context, void *low, void *top, struct coro_origin *origin);

/* Make `context` stand for the calling thread's own stack, so that it can be left and resumed. Same thread only. */
void coro_context_native(struct coro_context *context);

/* The same for whichever stack this is called on, the thread's own or one of a pool's (stack.h): for the annotations of
 * a switch whose origin is known only when it happens. Needed, and does anything, under a sanitizer only. */
void coro_context_here(struct coro_context *context);

/* Forget what sanitizers keep for it. The context must not be running. */
void coro_context_fini(struct coro_context *context);

/*
 * Save the present place in `from`, continue at `to`. Returns when somebody switches to `from`, with the value that
 * they handed over (the hand-over travels in a register). Both contexts must belong to this thread, and
 * must not be the same.
 */
static inline uintptr_t coro_switch(struct coro_context *from, struct coro_context *to, uintptr_t value);

/* Continue at `to` for ever; this stack may be reused as soon as `to` runs. */
_Noreturn void coro_switch_final(struct coro_context *from, struct coro_context *to, uintptr_t value);

/*
 * Call fn(arg) on an empty stack, whose top it is, and save the present place in `from` meanwhile. That place is left
 * in one of two ways: fn returns (false), which it may do only while nobody has switched to `from`; or somebody does
 * (true), and then fn must end in coro_switch_final(). So a flow that may wait, but mostly does not, costs what two
 * calls cost: switching there and back costs 15 to 30 ns more where callers return afterwards, because each of these
 * returns is then guessed wrong. Only where CORO_CALLS is defined: sanitizers want to be told of each switch.
 */
#ifndef CORO_ANNOTATED
#define CORO_CALLS 1
bool coro_call(struct coro_context *from, void *top, void (*fn)(void *arg), void *arg);
#endif

/* The out-of-line forms: plain assembly, and the one that tells sanitizers what happens (switch.c). */
uintptr_t coro_switch_outline(struct coro_context *from, struct coro_context *to, uintptr_t value);
uintptr_t coro_switch_annotated(struct coro_context *from, struct coro_context *to, uintptr_t value);

#if defined(CORO_ANNOTATED)

static inline uintptr_t coro_switch(struct coro_context *from, struct coro_context *to, uintptr_t value)
{
    return coro_switch_annotated(from, to, value);
}

#elif defined(QUINTET_SWITCH_OUTLINE) || !defined(__GNUC__)

static inline uintptr_t coro_switch(struct coro_context *from, struct coro_context *to, uintptr_t value)
{
    return coro_switch_outline(from, to, value);
}

#elif defined(__x86_64__)

#if defined(__AVX512F__)
#define CORO_CLOBBER_AVX512                                                                                            \
    , "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", "xmm26", "xmm27",      \
        "xmm28", "xmm29", "xmm30", "xmm31", "k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"
#else
#define CORO_CLOBBER_AVX512
#endif
#if defined(__APX_F__)
#error "r16-r31 are not in the clobber list of the inline switch: add -mno-apxf or -DQUINTET_SWITCH_OUTLINE"
#endif

/* The registers that carry operands are tied to dummy outputs: that is how one says "input and destroyed". Only the jmp
 * runs with the new stack pointer and the old program counter, which keeps profilers' unwinders from straying.
 * No push, no call: the red zone of the function around it stays whole.
 * `to` is read before `from` is written: the other way round, when two coroutines leave and come back at the same place
 * in the code (coro_yield() is one), a store stands between writing a context and reading it back, and the forwarding
 * from the store buffer, which the processor predicts by place in the code, fails: 3 ns instead of 1. */
static inline __attribute__((always_inline)) uintptr_t coro_switch(struct coro_context *from, struct coro_context *to,
                                                                   uintptr_t value)
{
    void *rdi, *rsi, *rax, *rcx;
    __asm__ volatile("movq  16(%%rsi), %%rcx\n\t"
                     "movq  8(%%rsi), %%r8\n\t"
                     "movq  0(%%rsi), %%r9\n\t"
                     "leaq  1f(%%rip), %%rax\n\t"
                     "movq  %%rsp, 0(%%rdi)\n\t"
                     "movq  %%rbp, 8(%%rdi)\n\t"
                     "movq  %%rax, 16(%%rdi)\n\t"
                     "movq  %%r8, %%rbp\n\t"
                     "movq  %%r9, %%rsp\n\t"
                     "jmpq  *%%rcx\n"
                     "1:\n\t"
                     : "+d"(value), "=D"(rdi), "=S"(rsi), "=a"(rax), "=c"(rcx)
                     : "1"(from), "2"(to)
                     : "rbx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2", "xmm3",
                       "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                       "xmm15", "mm0", "mm1", "mm2", "mm3", "mm4", "mm5", "mm6", "mm7", "st", "st(1)", "st(2)", "st(3)",
                       "st(4)", "st(5)", "st(6)", "st(7)", "cc", "memory" CORO_CLOBBER_AVX512);
    return value;
}

#elif defined(__aarch64__)

#if defined(__ARM_FEATURE_SVE)
#define CORO_CLOBBER_SVE                                                                                               \
    , "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", "p14", "p15", "ffr"
#else
#define CORO_CLOBBER_SVE
#endif

/* x18 is listed although platforms may reserve it: where they do not, compilers keep live values in it.
 * hint #36 is `bti j`: the landing pad that an indirect branch needs where branch targets are enforced. */
static inline __attribute__((always_inline)) uintptr_t coro_switch(struct coro_context *from, struct coro_context *to,
                                                                   uintptr_t value)
{
    register struct coro_context *x0 __asm__("x0") = from;
    register struct coro_context *x1 __asm__("x1") = to;
    register uintptr_t x2 __asm__("x2") = value;
    __asm__ volatile("ldp   x11, x12, [x1]\n\t"
                     "ldr   x13, [x1, #16]\n\t"
                     "adr   x9, 1f\n\t"
                     "mov   x10, sp\n\t"
                     "stp   x10, x29, [x0]\n\t"
                     "str   x9, [x0, #16]\n\t"
                     "mov   x29, x12\n\t"
                     "mov   sp, x11\n\t"
                     "br    x13\n"
                     "1:\n\t"
                     "hint  #36\n\t"
                     : "+r"(x0), "+r"(x1), "+r"(x2)
                     :
                     : "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",
                       "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30", "v0", "v1",
                       "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16",
                       "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30",
                       "v31", "cc", "memory" CORO_CLOBBER_SVE);
    return x2;
}

#else
#error "no context switch for this machine: add one to switch.h and switch.S"
#endif

#endif
