/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Says which coroutine overflowed its stack, instead of a bare SIGSEGV.
 *
 * The handler runs on an alternate stack (the coroutine has none left), writes one line to standard error, and lets the
 * fault happen again under whatever handler was there before: the process dies as it would have died, core dump and
 * other reporters included. Faults that are no overflow are passed on without a word.
 */
#ifndef QUINTET_COROUTINE_OVERFLOW_H
#define QUINTET_COROUTINE_OVERFLOW_H

/* Install the process-wide SIGSEGV handler; counted, so each success needs one overflow_handler_fini(). 0 or -errno.
 * Any thread. */
int overflow_handler_init(void);

/* Put the previous handler back when the last user leaves (unless somebody else has installed theirs on top). */
void overflow_handler_fini(void);

/* Give the calling thread an alternate signal stack; counted, each success needs one overflow_thread_fini() on the same
 * thread. 0 or -errno. */
int overflow_thread_init(void);
void overflow_thread_fini(void);

#endif
