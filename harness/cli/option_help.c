/* SPDX-License-Identifier: Apache-2.0 */
/* --help, and what the exit codes mean. */
#include "cli/option_table.h"

#include <stdio.h>
#include <string.h>

const struct exit_meaning exit_meanings[] = {
    {"0", "ok"},
    {"1", "a gate says worse or a claim is contradicted"},
    {"2", "usage"},
    {"3", "job file invalid or the run to resume is another one"},
    {"4", "this machine can't do what was asked"},
    {"5", "some trials failed (the rest is saved)"},
    {"6", "verification failed: the work was not done"},
    {"7", "untrustworthy, and --strict"},
    {"8", "results can't be stored"},
    {"9", "stored results are corrupt or not comparable"},
    {"70", "a bug of ours"},
    {"77", "nothing runnable"},
    {"130/143", "interrupted (what was finished is saved: run --resume)"},
    {NULL, NULL},
};

/* One sentence, in lines of at most 110 characters, cut between two meanings. */
static void print_exit_codes(void)
{
    size_t column = (size_t)printf("\nExit status:") - 1;
    for (const struct exit_meaning *e = exit_meanings; e->code; e++) {
        size_t len = strlen(e->code) + strlen(e->meaning) + 3;
        if (column + len > 110) {
            putchar('\n');
            column = 0;
        }
        column += (size_t)printf("%s%s %s%s", column ? " " : "", e->code, e->meaning, e[1].code ? "," : ".\n");
    }
}

void options_print_help(const struct command *command)
{
    if (!command) {
        puts("Usage: quintet COMMAND [OPTION...]\n\n"
             "The same work, five ways: measures I/O, CPU and mixed workloads run serially, with threads, a thread\n"
             "pool, forked processes and coroutines, and reports which one to use on this machine and why.\n");
        for (const struct command *c = commands; c->name; c++)
            if (c->summary)
                printf("  %-10s %s\n", c->name, c->summary);
        puts("\nquintet COMMAND --help tells a command's options. Start with: quintet run --profile smoke");
        print_exit_codes();
        return;
    }
    printf("Usage: quintet %s%s%s [OPTION...]\n\n%s.\n\n", command->name, command->operands ? " " : "",
           command->operands ? command->operands : "", command->summary);
    for (const struct option_spec *o = option_table; o->name; o++)
        if (o->commands & command->bit) {
            char left[48];
            snprintf(left, sizeof left, "--%s%s%s", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
            printf("  %-28s %s\n", left, o->summary);
        }
    print_exit_codes();
}
