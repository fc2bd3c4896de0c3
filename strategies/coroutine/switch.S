/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of the context switch that must be whole functions in assembly: the out-of-line form and the first
 * instructions of a new stack. See switch.h. Deliberately without a .note.gnu.property: jumping between stacks and
 * shadow stacks exclude each other, and one unmarked object keeps the loader from switching those on.
 */

#if defined(__x86_64__)

        .text

/* uintptr_t coro_switch_outline(from %rdi, to %rsi, value %rdx) */
        .globl  coro_switch_outline
        .hidden coro_switch_outline
        .type   coro_switch_outline, @function
        .p2align 6
coro_switch_outline:
        .cfi_startproc
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbx, 0
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r12, 0
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r13, 0
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r14, 0
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r15, 0
        leaq    1f(%rip), %rax
        movq    %rsp, 0(%rdi)
        movq    %rbp, 8(%rdi)
        movq    %rax, 16(%rdi)
        movq    16(%rsi), %rcx
        movq    8(%rsi), %rbp
        movq    0(%rsi), %rsp
        jmpq    *%rcx
1:      popq    %r15
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r15
        popq    %r14
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r14
        popq    %r13
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r13
        popq    %r12
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r12
        popq    %rbx
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbx
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbp
        movq    %rdx, %rax
        /* Not `ret`: the processor's return stack belongs to the stack that was left, and would guess wrong. */
        popq    %rcx
        .cfi_adjust_cfa_offset -8
        .cfi_register %rip, %rcx
        jmpq    *%rcx
        .cfi_endproc
        .size   coro_switch_outline, . - coro_switch_outline

/* bool coro_call(from %rdi, top %rsi, fn %rdx, arg %rcx). What is pushed, and where `from` goes on when somebody
 * else resumes it, is as in coro_switch_outline. When fn returns instead, calls and returns have come in pairs all the
 * way, and the processor has guessed right. For a backtrace the new stack ends here: `from` may have moved on. */
        .globl  coro_call
        .hidden coro_call
        .type   coro_call, @function
        .p2align 6
coro_call:
        .cfi_startproc
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbx, 0
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r12, 0
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r13, 0
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r14, 0
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r15, 0
        leaq    2f(%rip), %rax
        movq    %rsp, 0(%rdi)
        movq    %rbp, 8(%rdi)
        movq    %rax, 16(%rdi)
        movq    %rdi, %rbx
        movq    %rcx, %rdi
        .cfi_remember_state
        .cfi_undefined %rip
        movq    %rsi, %rsp
        .cfi_def_cfa %rsp, 0
        xorl    %ebp, %ebp
        call    *%rdx
        movq    0(%rbx), %rsp
        .cfi_restore_state
        movq    40(%rsp), %rbp
        movq    32(%rsp), %rbx
        addq    $48, %rsp
        .cfi_adjust_cfa_offset -48
        .cfi_restore %rbp
        .cfi_restore %rbx
        xorl    %eax, %eax
        ret
        .cfi_adjust_cfa_offset 48
        .cfi_rel_offset %rbp, 40
        .cfi_rel_offset %rbx, 32
2:      popq    %r15
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r15
        popq    %r14
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r14
        popq    %r13
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r13
        popq    %r12
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r12
        popq    %rbx
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbx
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbp
        movl    $1, %eax
        popq    %rcx
        .cfi_adjust_cfa_offset -8
        .cfi_register %rip, %rcx
        jmpq    *%rcx
        .cfi_endproc
        .size   coro_call, . - coro_call

/* First instructions on a new stack: %rbp is the origin, %rdx the value. An undefined return address and a zero frame
 * pointer end both kinds of backtrace. The nop keeps the call's return address inside this function even for
 * unwinders that do not subtract one. */
        .globl  coro_entry
        .hidden coro_entry
        .type   coro_entry, @function
        .p2align 6
coro_entry:
        .cfi_startproc
        .cfi_undefined %rip
        .cfi_def_cfa %rsp, 0
        movq    %rbp, %rdi
        movq    %rdx, %rsi
        xorl    %ebp, %ebp
        call    coro_context_start
        ud2
        nop
        .cfi_endproc
        .size   coro_entry, . - coro_entry

#elif defined(__aarch64__)

        .text

/* uintptr_t coro_switch_outline(from x0, to x1, value x2) */
        .globl  coro_switch_outline
        .hidden coro_switch_outline
        .type   coro_switch_outline, %function
        .p2align 6
coro_switch_outline:
        .cfi_startproc
        hint    #34                             /* bti c */
        stp     x29, x30, [sp, #-160]!
        .cfi_def_cfa_offset 160
        .cfi_offset x29, -160
        .cfi_offset x30, -152
        stp     x19, x20, [sp, #16]
        .cfi_offset x19, -144
        .cfi_offset x20, -136
        stp     x21, x22, [sp, #32]
        .cfi_offset x21, -128
        .cfi_offset x22, -120
        stp     x23, x24, [sp, #48]
        .cfi_offset x23, -112
        .cfi_offset x24, -104
        stp     x25, x26, [sp, #64]
        .cfi_offset x25, -96
        .cfi_offset x26, -88
        stp     x27, x28, [sp, #80]
        .cfi_offset x27, -80
        .cfi_offset x28, -72
        stp     d8, d9, [sp, #96]
        stp     d10, d11, [sp, #112]
        stp     d12, d13, [sp, #128]
        stp     d14, d15, [sp, #144]
        adr     x9, 1f
        mov     x10, sp
        stp     x10, x29, [x0]
        str     x9, [x0, #16]
        ldp     x10, x29, [x1]
        ldr     x9, [x1, #16]
        mov     sp, x10
        br      x9
1:      hint    #36                             /* bti j */
        ldp     d14, d15, [sp, #144]
        ldp     d12, d13, [sp, #128]
        ldp     d10, d11, [sp, #112]
        ldp     d8, d9, [sp, #96]
        ldp     x27, x28, [sp, #80]
        ldp     x25, x26, [sp, #64]
        ldp     x23, x24, [sp, #48]
        ldp     x21, x22, [sp, #32]
        ldp     x19, x20, [sp, #16]
        ldp     x29, x30, [sp], #160
        .cfi_def_cfa_offset 0
        .cfi_restore x19
        .cfi_restore x20
        .cfi_restore x21
        .cfi_restore x22
        .cfi_restore x23
        .cfi_restore x24
        .cfi_restore x25
        .cfi_restore x26
        .cfi_restore x27
        .cfi_restore x28
        .cfi_restore x29
        .cfi_restore x30
        mov     x0, x2
        /* `ret x30` would pop the return predictor of the stack that was left; a plain branch does not. x16 may land on
         * a `bti c` or `bti j`, and a return address has neither, hence ret where branch targets are enforced. */
#if defined(__ARM_FEATURE_BTI_DEFAULT)
        ret
#else
        br      x30
#endif
        .cfi_endproc
        .size   coro_switch_outline, . - coro_switch_outline

/* bool coro_call(from x0, top x1, fn x2, arg x3). See above. */
        .globl  coro_call
        .hidden coro_call
        .type   coro_call, %function
        .p2align 6
coro_call:
        .cfi_startproc
        hint    #34                             /* bti c */
        stp     x29, x30, [sp, #-160]!
        .cfi_def_cfa_offset 160
        .cfi_offset x29, -160
        .cfi_offset x30, -152
        stp     x19, x20, [sp, #16]
        .cfi_offset x19, -144
        .cfi_offset x20, -136
        stp     x21, x22, [sp, #32]
        .cfi_offset x21, -128
        .cfi_offset x22, -120
        stp     x23, x24, [sp, #48]
        .cfi_offset x23, -112
        .cfi_offset x24, -104
        stp     x25, x26, [sp, #64]
        .cfi_offset x25, -96
        .cfi_offset x26, -88
        stp     x27, x28, [sp, #80]
        .cfi_offset x27, -80
        .cfi_offset x28, -72
        stp     d8, d9, [sp, #96]
        stp     d10, d11, [sp, #112]
        stp     d12, d13, [sp, #128]
        stp     d14, d15, [sp, #144]
        adr     x9, 2f
        mov     x10, sp
        stp     x10, x29, [x0]
        str     x9, [x0, #16]
        mov     x19, x0
        mov     x0, x3
        .cfi_remember_state
        .cfi_undefined x30
        mov     sp, x1
        .cfi_def_cfa sp, 0
        mov     x29, xzr
        blr     x2
        ldr     x10, [x19]
        mov     sp, x10
        .cfi_restore_state
        ldr     x19, [sp, #16]
        ldp     x29, x30, [sp], #160
        .cfi_remember_state
        .cfi_def_cfa_offset 0
        .cfi_restore x19
        .cfi_restore x20
        .cfi_restore x21
        .cfi_restore x22
        .cfi_restore x23
        .cfi_restore x24
        .cfi_restore x25
        .cfi_restore x26
        .cfi_restore x27
        .cfi_restore x28
        .cfi_restore x29
        .cfi_restore x30
        mov     w0, #0
        ret
        .cfi_restore_state
2:      hint    #36                             /* bti j */
        ldp     d14, d15, [sp, #144]
        ldp     d12, d13, [sp, #128]
        ldp     d10, d11, [sp, #112]
        ldp     d8, d9, [sp, #96]
        ldp     x27, x28, [sp, #80]
        ldp     x25, x26, [sp, #64]
        ldp     x23, x24, [sp, #48]
        ldp     x21, x22, [sp, #32]
        ldp     x19, x20, [sp, #16]
        ldp     x29, x30, [sp], #160
        .cfi_def_cfa_offset 0
        .cfi_restore x19
        .cfi_restore x20
        .cfi_restore x21
        .cfi_restore x22
        .cfi_restore x23
        .cfi_restore x24
        .cfi_restore x25
        .cfi_restore x26
        .cfi_restore x27
        .cfi_restore x28
        .cfi_restore x29
        .cfi_restore x30
        mov     w0, #1
#if defined(__ARM_FEATURE_BTI_DEFAULT)
        ret
#else
        br      x30
#endif
        .cfi_endproc
        .size   coro_call, . - coro_call

/* First instructions on a new stack: x29 is the origin, x2 the value. */
        .globl  coro_entry
        .hidden coro_entry
        .type   coro_entry, %function
        .p2align 6
coro_entry:
        .cfi_startproc
        .cfi_undefined x30
        .cfi_def_cfa sp, 0
        hint    #36                             /* bti j */
        mov     x0, x29
        mov     x1, x2
        mov     x29, xzr
        mov     x30, xzr
        bl      coro_context_start
        brk     #1
        nop
        .cfi_endproc
        .size   coro_entry, . - coro_entry

#endif

        .section .note.GNU-stack,"",%progbits
