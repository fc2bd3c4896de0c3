/* SPDX-License-Identifier: Apache-2.0 */
/* The only place that prints to stderr, and the exit codes. */
#ifndef QUINTET_CLI_MESSAGE_H
#define QUINTET_CLI_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Precedence when several apply: 70 > 8 > 6 > 9 > 5 > 7 > 4 > 1. */
enum exit_code {
    EXIT_FINE = 0,
    EXIT_WORSE = 1,       /* a gate says worse, a claim is contradicted */
    EXIT_USAGE = 2,       /* the command line */
    EXIT_JOB_FILE = 3,    /* the job file */
    EXIT_CANNOT = 4,      /* this machine can't do what was explicitly asked */
    EXIT_SOME_FAILED = 5, /* some trials failed, the rest is saved */
    EXIT_VERIFY = 6,      /* the work was not done */
    EXIT_UNTRUSTED = 7,   /* untrustworthy, and --strict */
    EXIT_STORAGE = 8,     /* results can't be stored */
    EXIT_CORRUPT = 9,     /* stored results are corrupt, incompatible or not comparable */
    EXIT_BUG = 70,
    EXIT_NOTHING = 77, /* nothing runnable */
};

/* The graver of two, by the precedence above. */
int exit_graver(int a, int b);

/*
 * quintet: error[E-CODE]: <object>: <what>. Kept: <kept>. Hint: <hint>
 * One line; control bytes in the texts appear as \xNN. `kept` and `hint` may be NULL.
 */
void message_error(const char *code, const char *object, const char *what, const char *kept, const char *hint);

/* quintet: warning: <object>: <what> */
void message_warning(const char *object, const char *what);

/* Text that came from outside, on one line: control characters, and bytes that are no UTF-8, appear as \xNN. */
void message_print_clean(FILE *file, const char *text);

/* Before, text as above, after; to standard output. For the places and names that results are told with. */
void message_print_between(const char *before, const char *text, const char *after);

/* The nearest of `names` (NULL-terminated) to a mistyped word, or NULL if none is near. */
const char *message_nearest(const char *word, const char *const *names);

/* Flush stdout and tell whether everything arrived: 0, or -errno after a message. */
int message_close_stdout(void);

/* Does stdout/stderr go to a terminal that wants colour and cursor movement (NO_COLOR, TERM=dumb respected)? */
bool message_terminal_is_rich(int fd);

#endif
