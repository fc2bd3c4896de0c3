/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/message.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int exit_graver(int a, int b)
{
    static const int order[] = {EXIT_BUG,       EXIT_STORAGE, EXIT_VERIFY, EXIT_CORRUPT, EXIT_SOME_FAILED,
                                EXIT_UNTRUSTED, EXIT_CANNOT,  EXIT_WORSE,  EXIT_NOTHING};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return a ? a : b;
}

/* Bytes of the printable UTF-8 character at c: 1 to 4; 0 for a control character and for what is no UTF-8. */
static unsigned printable(const unsigned char *c)
{
    static const unsigned least[] = {0, 0x20, 0xa0, 0x800, 0x10000}; /* below: controls, and overlong forms */
    unsigned len = c[0] < 0x80 ? 1 : c[0] >> 5 == 6 ? 2 : c[0] >> 4 == 14 ? 3 : c[0] >> 3 == 30 ? 4 : 0;
    unsigned code = len < 2 ? c[0] : c[0] & (0x7fu >> len);
    for (unsigned i = 1; i < len; i++) {
        if (c[i] >> 6 != 2)
            return 0;
        code = code << 6 | (c[i] & 0x3f);
    }
    bool surrogate = code >= 0xd800 && code < 0xe000;
    return len && code >= least[len] && code != 0x7f && !surrogate && code < 0x110000 ? len : 0;
}

void message_print_clean(FILE *file, const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c;) {
        unsigned len = printable(c);
        if (len)
            fwrite(c, 1, len, file);
        else
            fprintf(file, "\\x%02x", *c);
        c += len ? len : 1;
    }
}

void message_print_between(const char *before, const char *text, const char *after)
{
    fputs(before, stdout);
    message_print_clean(stdout, text);
    fputs(after, stdout);
}

void message_error(const char *code, const char *object, const char *what, const char *kept, const char *hint)
{
    fprintf(stderr, "quintet: error[%s]: ", code);
    message_print_clean(stderr, object);
    fputs(": ", stderr);
    message_print_clean(stderr, what);
    fputc('.', stderr);
    if (kept) {
        fputs(" Kept: ", stderr);
        message_print_clean(stderr, kept);
        fputc('.', stderr);
    }
    if (hint) {
        fputs(" Hint: ", stderr);
        message_print_clean(stderr, hint);
    }
    fputc('\n', stderr);
}

void message_warning(const char *object, const char *what)
{
    fputs("quintet: warning: ", stderr);
    message_print_clean(stderr, object);
    fputs(": ", stderr);
    message_print_clean(stderr, what);
    fputc('\n', stderr);
}

/* Levenshtein's distance, for words of at most 63 characters. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[64], n = (unsigned)strlen(b);
    if (n > 63 || strlen(a) > 63)
        return UINT_MAX; /* near nothing */
    for (unsigned j = 0; j <= n; j++)
        row[j] = j;
    for (unsigned i = 1; a[i - 1]; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= n; j++) {
            unsigned change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            unsigned insert = row[j - 1] + 1, drop = row[j] + 1;
            row[j] = insert < drop ? insert : drop;
            row[j] = change < row[j] ? change : row[j];
        }
    }
    return row[n];
}

const char *message_nearest(const char *word, const char *const *names)
{
    const char *best = NULL;
    unsigned least = (unsigned)strlen(word) / 2 + 2; /* "rnu" is two changes away from "run" */
    for (unsigned i = 0; names[i]; i++) {
        unsigned d = strncmp(names[i], word, strlen(word)) == 0 && word[0] ? 0 : distance(word, names[i]);
        if (d < least) {
            least = d;
            best = names[i];
        }
    }
    return best;
}

int message_close_stdout(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    int err = errno ? errno : EIO;
    if (err == EPIPE)
        return 0; /* the reader (head) has seen enough */
    message_error("E-STDOUT", "standard output", strerror(err), NULL, NULL);
    return -err;
}

bool message_terminal_is_rich(int fd)
{
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    return isatty(fd) && !(no_color && no_color[0]) && term && strcmp(term, "dumb") != 0;
}
