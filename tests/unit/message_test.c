/* SPDX-License-Identifier: Apache-2.0 */
/* Exit codes and their precedence, and what a message looks like. */
#include "quintet_criterion.h"

#include "cli/message.h"

#include "listen.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(message, .timeout = 10);

/* 70 > 8 > 6 > 9 > 5 > 7 > 4 > 1 > 77 > 0, whichever comes first. */
Test(message, the_graver_exit_code_wins)
{
    static const int order[] = {70, 8, 6, 9, 5, 7, 4, 1, 77, 0};
    enum { N = sizeof order / sizeof *order };
    for (int i = 0; i < N; i++)
        for (int j = i; j < N; j++) {
            cr_assert_eq(exit_graver(order[i], order[j]), order[i], "%d, %d", order[i], order[j]);
            cr_assert_eq(exit_graver(order[j], order[i]), order[i], "%d, %d", order[j], order[i]);
        }
    cr_assert_eq(exit_graver(130, 0), 130);
    cr_assert_eq(exit_graver(0, 143), 143);
    cr_assert_eq(exit_graver(130, 8), 8);
}

Test(message, exit_codes_are_those_of_the_manual)
{
    cr_assert(EXIT_FINE == 0 && EXIT_WORSE == 1 && EXIT_USAGE == 2 && EXIT_JOB_FILE == 3 && EXIT_CANNOT == 4);
    cr_assert(EXIT_SOME_FAILED == 5 && EXIT_VERIFY == 6 && EXIT_UNTRUSTED == 7 && EXIT_STORAGE == 8);
    cr_assert(EXIT_CORRUPT == 9 && EXIT_BUG == 70 && EXIT_NOTHING == 77);
}

Test(message, is_one_line_in_the_common_form)
{
    listen_begin();
    message_error("E-X", "a\nb", "w\x7f\x1b[31m", "k", "h\t");
    message_error("E-Y", "o", "w", NULL, NULL);
    message_warning("run", "late\r");
    listen_end();
    cr_assert_str_eq(told, "quintet: error[E-X]: a\\x0ab: w\\x7f\\x1b[31m. Kept: k. Hint: h\\x09\n"
                           "quintet: error[E-Y]: o: w.\n"
                           "quintet: warning: run: late\\x0d\n");
    free(told);
}

/* A byte above 127 alone is no UTF-8; whole characters go through, but for controls. */
Test(message, prints_every_other_byte_as_it_is)
{
    char text[256], want[8];
    for (int c = 1; c < 256; c++) {
        text[0] = (char)c;
        text[1] = '\0';
        listen_begin();
        message_print_clean(stderr, text);
        listen_end();
        snprintf(want, sizeof want, c < 0x20 || c >= 0x7f ? "\\x%02x" : "%c", c);
        cr_assert_str_eq(told, want, "byte %d", c);
        free(told);
    }
    listen_begin();
    message_print_clean(stderr, "\xc3\xa9 \xe2\x82\xac \xc2\x85 \xc3");
    listen_end();
    cr_assert_str_eq(told, "\xc3\xa9 \xe2\x82\xac \\xc2\\x85 \\xc3");
    free(told);
}

/* UTF-8 as RFC 3629 has it: the first and last characters of each length, no surrogates, nothing overlong or beyond. */
Test(message, only_characters_that_there_are_go_through)
{
    static const struct {
        const char *text, *printed;
    } cases[] = {
        {"\xc2\xa0", "\xc2\xa0"},
        {"\xc1\xbf", "\\xc1\\xbf"},
        {"\xdf\xbf\xe0\xa0\x80", "\xdf\xbf\xe0\xa0\x80"},
        {"\xe0\x9f\xbf", "\\xe0\\x9f\\xbf"},
        {"\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
        {"\xed\xbf\xbf", "\\xed\\xbf\\xbf"},
        {"\xef\xbf\xbf\xf0\x90\x80\x80", "\xef\xbf\xbf\xf0\x90\x80\x80"},
        {"\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf"},
        {"\xf4\x8f\xbf\xbf.", "\xf4\x8f\xbf\xbf."},
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
        {"\xf0\x9f\x98", "\\xf0\\x9f\\x98"},
        {"\xe2\x82.", "\\xe2\\x82."},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        listen_begin();
        message_print_clean(stderr, cases[i].text);
        listen_end();
        cr_expect_str_eq(told, cases[i].printed, "case %u", i);
        free(told);
    }
}

Test(message, the_beginning_of_a_name_is_nearer_than_a_typo)
{
    static const char *const names[] = {"lost", "listing", NULL};
    cr_expect_str_eq(message_nearest("list", names), "listing");
}

Test(message, suggests_what_is_near)
{
    static const char *const names[] = {"run", "report", "reproduce", "list", "selftest", NULL};
    static const struct {
        const char *word, *near;
    } cases[] = {
        {"rnu", "run"},
        {"rep", "report"},
        {"reprot", "report"},
        {"lits", "list"},
        {"lis", "list"},
        {"self", "selftest"},
        {"selftset", "selftest"},
        {"xyzzy", NULL},
        {"reproduc", "reproduce"},
        {"ist", "list"},
        {"listt", "list"},
        {"sefltset", "selftest"},
        {"rxxn", "run"},
        {"rxn", "run"},
        {"lxxt", "list"},
        {"lxxx", "list"},
        {"abcd", NULL},
        {"xxxn", "run"},
        {"repr", "reproduce"},
        {"qqqqqq", NULL},
        {"", NULL},
        {"ru", "run"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *near = message_nearest(cases[i].word, names);
        if (cases[i].near)
            cr_assert(near && !strcmp(near, cases[i].near), "%s: %s", cases[i].word, near ? near : "(none)");
        else
            cr_assert_null(near, "%s: %s", cases[i].word, near ? near : "(none)");
    }
}

/* Levenshtein's distance by its definition. */
static unsigned distance_by_definition(const char *a, const char *b)
{
    if (!*a || !*b)
        return (unsigned)strlen(*a ? a : b);
    unsigned change = distance_by_definition(a + 1, b + 1) + (*a != *b);
    unsigned drop = distance_by_definition(a + 1, b) + 1, insert = distance_by_definition(a, b + 1) + 1;
    unsigned least = drop < insert ? drop : insert;
    return change < least ? change : least;
}

/* The first of those that are nearest, if it is less than two changes and half of the word away. */
Test(message, the_nearest_is_the_nearest_by_definition)
{
    char word[4][7];
    const char *const names[] = {word[1], word[2], word[3], NULL};
    uint64_t state = 7;
    for (unsigned round = 0; round < 2000; round++) {
        for (unsigned i = 0; i < 4; i++) {
            state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
            unsigned len = 1 + (unsigned)(state >> 33) % 6, j = 0;
            for (; j < len; j++)
                word[i][j] = "abc"[(state >> (36 + 3 * j)) % 3];
            word[i][j] = '\0';
        }
        const char *near = NULL;
        unsigned least = (unsigned)strlen(word[0]) / 2 + 2;
        for (unsigned i = 1; i < 4; i++) {
            unsigned d = strstr(word[i], word[0]) == word[i] ? 0 : distance_by_definition(word[0], word[i]);
            near = d < least ? word[i] : near;
            least = d < least ? d : least;
        }
        const char *found = message_nearest(word[0], names);
        cr_assert_eq(found, near, "'%s' of '%s', '%s', '%s': %s and not %s", word[0], word[1], word[2], word[3],
                     found ? found : "none", near ? near : "none");
    }
}

/* The distance has room for 63 characters. */
Test(message, is_not_led_astray_by_long_words)
{
    char word[80];
    static char longest[64];
    memset(longest, 'a', 63);
    const char *const names[] = {longest, NULL};
    memset(word, 'a', sizeof word);
    word[62] = 'b';
    word[63] = '\0';
    cr_assert_eq(message_nearest(word, names), longest);
    memset(word, 'a', sizeof word);
    word[79] = '\0';
    cr_assert_null(message_nearest(word, names));
}

/* ... on either side: a letter more is near nothing, however alike they are. */
Test(message, words_of_sixty_four_letters_are_near_nothing)
{
    char word[65] = "", name[65] = "";
    const char *const names[] = {name, NULL};
    memset(word, 'a', 63);
    memset(name, 'a', 63);
    word[0] = 'b';
    cr_assert_eq(message_nearest(word, names), name);
    name[63] = 'a';
    cr_assert_null(message_nearest(word, names));
    name[63] = '\0';
    word[63] = 'a';
    cr_assert_null(message_nearest(word, names));
}

/* Half of a very long word may differ, and that is more than any name has letters. */
Test(message, a_very_long_word_is_near_nothing)
{
    static const char *const names[] = {"serial", "threads", NULL};
    char word[301] = "";
    memset(word, 'x', sizeof word - 1);
    cr_assert_null(message_nearest(word, names));
}

Test(message, a_full_disk_behind_stdout_is_told)
{
    FILE *real = stdout;
    fflush(stdout);
    stdout = fopen("/dev/full", "w");
    cr_assert(stdout);
    fputs("x", stdout);
    listen_begin();
    int rc = message_close_stdout();
    listen_end();
    fclose(stdout);
    stdout = real;
    cr_assert_lt(rc, 0);
    cr_assert(strstr(told, "E-STDOUT") && strstr(told, "No space left"), "%s", told);
    free(told);
    cr_assert_eq(message_close_stdout(), 0);
}

/* What failed before the end has failed, though there is nothing left to be flushed. */
Test(message, an_earlier_failure_is_told_at_the_end)
{
    FILE *real = stdout;
    fflush(stdout);
    stdout = fopen("/dev/full", "w");
    cr_assert(stdout);
    setvbuf(stdout, NULL, _IONBF, 0);
    fputs("x", stdout);
    cr_assert(ferror(stdout));
    listen_begin();
    int rc = message_close_stdout();
    listen_end();
    fclose(stdout);
    stdout = real;
    cr_assert_lt(rc, 0);
    cr_assert(strstr(told, "E-STDOUT"), "%s", told);
    free(told);
}

/* quintet list | head -1 is no error. */
Test(message, a_reader_that_has_seen_enough_is_no_error)
{
    FILE *real = stdout;
    int fd[2];
    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(pipe(fd), 0);
    close(fd[0]);
    stdout = fdopen(fd[1], "w");
    fputs("x", stdout);
    int rc = message_close_stdout();
    fclose(stdout);
    stdout = real;
    cr_assert_eq(rc, 0);
}

Test(message, a_terminal_is_rich_unless_it_says_otherwise)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY), pipes[2];
    cr_assert(terminal >= 0 && pipe(pipes) == 0);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    cr_assert(message_terminal_is_rich(terminal));
    cr_assert_not(message_terminal_is_rich(pipes[1]));
    setenv("NO_COLOR", "", 1);
    cr_assert(message_terminal_is_rich(terminal), "an empty NO_COLOR says nothing");
    setenv("NO_COLOR", "1", 1);
    cr_assert_not(message_terminal_is_rich(terminal));
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    cr_assert_not(message_terminal_is_rich(terminal));
    unsetenv("TERM");
    cr_assert_not(message_terminal_is_rich(terminal));
}
