/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of the command line: parse some words, and look at the options or at the message. */
#ifndef QUINTET_TESTS_COMMAND_LINE_H
#define QUINTET_TESTS_COMMAND_LINE_H

#include "quintet_criterion.h"

#include "cli/message.h"
#include "cli/options_private.h"

#include "listen.h"

#include <stdlib.h>
#include <string.h>

static const struct command run = {"run", NULL, "", COMMAND_RUN, NULL};
__attribute__((unused)) static const struct command stats = {"stats", "[FILE...]", "", COMMAND_STATS, NULL};
__attribute__((unused)) static const struct command compare = {"compare", "A B", "", COMMAND_COMPARE, NULL};
static struct options got;
static char said[2048]; /* on stderr */

static int parse(const struct command *command, const char *const *words)
{
    static char *argv[200];
    int argc = 0;
    while ((argv[argc] = (char *)words[argc]))
        argc++;
    if (got.job.root)
        job_fini(&got.job);
    memset(&got, 0xee, sizeof got); /* nothing is left of what was there */
    listen_begin();
    int rc = options_parse(&got, command, argc, argv, 2);
    listen_end();
    snprintf(said, sizeof said, "%s", told);
    free(told);
    return rc;
}
#define PARSE(command, ...) parse(&(command), (const char *const[]){"quintet", (command).name, ##__VA_ARGS__, NULL})

#define TAKEN(command, ...) cr_assert_eq(PARSE(command, ##__VA_ARGS__), 0, "%s", said)
#define REFUSED(message, command, ...)                                                                                 \
    do {                                                                                                               \
        cr_expect_eq(PARSE(command, ##__VA_ARGS__), EXIT_USAGE);                                                       \
        cr_expect_str_eq(said, "quintet: error[E-CLI-" message "\n");                                                  \
    } while (0)

#endif
