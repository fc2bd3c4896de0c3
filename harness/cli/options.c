/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: words to options of the table, and what is said of words that are none. */
#include "cli/message.h"
#include "cli/options_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

char option_job_place[JOB_WHERE_LEN];

int option_usage(const char *code, const char *object, const char *what, const char *hint)
{
    char text[256];
    if (option_job_place[0]) {
        snprintf(text, sizeof text, "%.100s: %.140s", object, what);
        message_error(strncmp(code, "E-CLI", 5) ? code : "E-JOB", option_job_place, text, "nothing", hint);
        return EXIT_JOB_FILE;
    }
    message_error(code, object, what, "nothing", hint);
    return EXIT_USAGE;
}

int option_no_memory(void)
{
    message_error("E-MEMORY", "command line", strerror(ENOMEM), "nothing", NULL);
    return EXIT_CANNOT;
}

int option_unknown(const char *argument, const struct command *command)
{
    const char *names[OPTION_ROWS_MAX]; /* of one command, "help" and NULL: see option_table.c */
    char hint[160], word[64];
    unsigned n = 0;
    for (const struct option_spec *o = option_table; o->name; o++)
        if (o->commands & command->bit)
            names[n++] = o->name;
    names[n++] = "help";
    names[n] = NULL;
    snprintf(word, sizeof word, "%.*s", (int)strcspn(argument, "="), argument);
    const char *near = message_nearest(word + strspn(word, "-"), names);
    if (near)
        snprintf(hint, sizeof hint, "did you mean %s%s? See: quintet %s --help", option_job_place[0] ? "" : "--", near,
                 command->name);
    else
        snprintf(hint, sizeof hint, "see: quintet %s --help", command->name);
    return option_usage("E-CLI-UNKNOWN", argument, "unknown option", hint);
}

int options_parse_kept(struct options *out, const struct command *command, int argc, char **argv, int from,
                       const json_t *job)
{
    bool seen[OPTION_ROWS_MAX] = {false};
    memset(out, 0, sizeof *out);
    out->request.profile = PROFILE_QUICK;
    out->results_dir = "results";
    out->timeout_s = 30;
    out->repeat = 1;
    out->margin = 0.03;
    for (int i = from; i < argc; i++) {
        char *argument = argv[i];
        if (strncmp(argument, "--", 2)) {
            if (argument[0] == '-' && argument[1]) /* "-" is standard input */
                return option_unknown(argument, command);
            if (!command->operands || out->n_operands == sizeof out->operands / sizeof *out->operands)
                return option_usage("E-CLI-OPERAND", argument, "this command takes no such operand", NULL);
            out->operands[out->n_operands++] = argument;
            continue;
        }
        size_t len = strcspn(argument + 2, "=");
        char *value = argument[2 + len] == '=' ? argument + 2 + len + 1 : NULL;
        const struct option_spec *option = option_find(argument + 2, len, command->bit);
        if (!option)
            return option_unknown(argument, command);
        if (option->argument && !value && i + 1 < argc)
            value = argv[++i];
        if (option->argument && !value)
            return option_usage("E-CLI-VALUE", argument, "a value is missing", NULL);
        if (!option->argument && value)
            return option_usage("E-CLI-VALUE", argument, "this option takes no value", NULL);
        if (seen[option - option_table] && !option_is_list(option))
            return option_usage("E-CLI-TWICE", argument, "given twice", "which one do you mean?");
        seen[option - option_table] = true;
        out->have_profile |= option->kind == PROFILE;
        out->have_results |= option->offset == AT(results_dir);
        int rc = option_set(out, option, value);
        if (rc)
            return rc;
    }
    return out->job_path ? option_apply_job(out, command, seen, job) : 0;
}

int options_parse(struct options *out, const struct command *command, int argc, char **argv, int from)
{
    return options_parse_kept(out, command, argc, argv, from, NULL);
}
