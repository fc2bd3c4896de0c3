/* SPDX-License-Identifier: Apache-2.0 */
/* Report of a stack overflow by name. Everything the handler calls is async-signal-safe. */
#include "strategies/coroutine/overflow.h"

#include "strategies/coroutine/stack.h"

#include <errno.h>
#include <linux/auxvec.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

enum { OVERFLOW_HANDLER_BYTES = 32 << 10 }; /* for the handler and for whoever it passes the fault on to */

static pthread_mutex_t overflow_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned overflow_users;
static struct sigaction overflow_previous;

/* A line is put together by hand: printf is not allowed here. */
struct line {
    char text[256];
    size_t used;
};

static void line_text(struct line *line, const char *text)
{
    while (*text && line->used < sizeof line->text)
        line->text[line->used++] = *text++;
}

static void line_number(struct line *line, uint64_t value)
{
    char digits[21];
    size_t at = sizeof digits - 1;
    digits[at] = 0;
    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    line_text(line, digits + at);
}

static void report(const struct stack_place *place)
{
    struct line line = {.used = 0};
    if (place->owner_id == STACK_OWNER_GENERATOR) {
        line_text(&line, "quintet: a generator");
    } else {
        line_text(&line, "quintet: coroutine ");
        line_number(&line, place->owner_id);
    }
    line_text(&line, ": stack overflow (stack of ");
    line_number(&line, place->slot_bytes);
    line_text(&line, " bytes, slot ");
    line_number(&line, place->slot);
    line_text(&line, ")\n");
    ssize_t ignored = write(STDERR_FILENO, line.text, line.used);
    (void)ignored;
}

static void on_fault(int signal, siginfo_t *info, void *ucontext)
{
    (void)ucontext;
    struct stack_place place;
    bool synchronous = info->si_code > 0; /* else somebody called kill(): si_addr means nothing */
    if (synchronous && stack_find(info->si_addr, &place) && place.in_guard)
        report(&place);
    /* Not our fault to swallow. Back under the previous handler the instruction faults again; a signal that was sent
     * must be sent again, and stays pending until this handler returns. */
    sigaction(signal, &overflow_previous, NULL);
    if (!synchronous)
        raise(signal);
}

int overflow_handler_init(void)
{
    int err = 0;
    pthread_mutex_lock(&overflow_lock);
    if (overflow_users == 0) {
        struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
        sigemptyset(&action.sa_mask);
        if (sigaction(SIGSEGV, &action, &overflow_previous))
            err = -errno;
    }
    if (!err)
        overflow_users++;
    pthread_mutex_unlock(&overflow_lock);
    return err;
}

void overflow_handler_fini(void)
{
    pthread_mutex_lock(&overflow_lock);
    if (--overflow_users == 0) {
        struct sigaction now;
        if (sigaction(SIGSEGV, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) && now.sa_sigaction == on_fault)
            sigaction(SIGSEGV, &overflow_previous, NULL);
    }
    pthread_mutex_unlock(&overflow_lock);
}

/* The alternate stack follows directly. Somebody else's (a sanitizer's) is put back in the end. One for the thread,
 * however many loops it has, in whatever order they are closed. */
struct overflow_stack {
    stack_t previous;
    _Alignas(64) char bytes[];
};

static _Thread_local struct overflow_stack *overflow_own;
static _Thread_local unsigned overflow_own_users;

int overflow_thread_init(void)
{
    if (overflow_own_users++ > 0)
        return 0;
    /* The kernel's minimum grows with the processor's register file (AVX-512, AMX): ask, do not guess. */
    unsigned long frame = getauxval(AT_MINSIGSTKSZ);
    size_t bytes = (frame > 0 ? frame : 2048) + OVERFLOW_HANDLER_BYTES;
    struct overflow_stack *own =
        aligned_alloc(_Alignof(struct overflow_stack), (sizeof *own + bytes + 63) & ~(size_t)63);
    int err = own ? 0 : -ENOMEM;
    if (own) {
        stack_t alternate = {.ss_sp = own->bytes, .ss_size = bytes};
        err = sigaltstack(&alternate, &own->previous) ? -errno : 0;
    }
    if (err) {
        free(own);
        own = NULL;
        overflow_own_users--;
    }
    overflow_own = own;
    return err;
}

void overflow_thread_fini(void)
{
    if (--overflow_own_users > 0)
        return;
    sigaltstack(&overflow_own->previous, NULL);
    free(overflow_own);
    overflow_own = NULL;
}
