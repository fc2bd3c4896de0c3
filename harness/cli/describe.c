/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/describe.h"

#include "contract/strategy.h"
#include "contract/workload.h"
#include "report/export.h"

#include <string.h>

enum value_kind option_value(const struct option_spec *option)
{
    if (!option->argument)
        return VALUE_NONE;
    switch (option->kind) {
    case NAMES:
        return VALUE_LIST;
    case PARAMS:
        return VALUE_ASSIGNMENT;
    case JSON:
    case PROFILE:
        return VALUE_WORD;
    case JSON_FILE:
        return VALUE_FILE;
    case TEXT:
        if (option->offset == offsetof(struct options, format) ||
            option->offset == offsetof(struct options, completion))
            return VALUE_WORD;
        return !strcmp(option->argument, "DIR")       ? VALUE_DIRECTORY
               : !strcmp(option->argument, "FILE")    ? VALUE_FILE
               : !strcmp(option->argument, "PROGRAM") ? VALUE_PROGRAM
                                                      : VALUE_FREE;
    default:
        return VALUE_FREE;
    }
}

enum value_kind operand_value(const struct command *command)
{
    if (!command->operands)
        return VALUE_NONE;
    if (strchr(command->operands, '|') || strstr(command->operands, "COMMAND"))
        return VALUE_WORD;
    return strstr(command->operands, "FILE") || strstr(command->operands, "FACTS") ? VALUE_FILE : VALUE_DIRECTORY;
}

/* "a|b|c" or "[a|b]" as "a b c". */
static void print_choices(FILE *out, const char *choices)
{
    for (; *choices; choices++)
        if (!strchr("[]", *choices))
            fputc(*choices == '|' ? ' ' : *choices, out);
}

static void print_workloads(FILE *out)
{
    for (unsigned i = 0; workload_registry[i]; i++)
        fprintf(out, "%s%s", i ? " " : "", workload_registry[i]->name);
}

static void print_strategies(FILE *out)
{
    for (unsigned i = 0; strategy_registry[i]; i++)
        fprintf(out, "%s%s", i ? " " : "", strategy_registry[i]->name);
}

static void print_parameters(FILE *out, const char *owner, const struct param_spec *specs)
{
    for (unsigned i = 0; i < param_count(specs); i++)
        fprintf(out, "%s.%s= ", owner, specs[i].name);
}

static void print_formats(FILE *out)
{
    for (const struct export_format *f = export_formats; f->name; f++)
        fprintf(out, "%s%s", f->name, f[1].name ? " " : "");
}

void option_words_print(FILE *out, const struct option_spec *option)
{
    switch (option_value(option)) {
    case VALUE_LIST:
        if (option->offset == offsetof(struct options, request.workloads))
            print_workloads(out);
        else
            print_strategies(out);
        break;
    case VALUE_ASSIGNMENT:
        if (option->offset == offsetof(struct options, request.params))
            for (unsigned i = 0; workload_registry[i]; i++)
                print_parameters(out, workload_registry[i]->name, workload_registry[i]->params);
        else
            for (unsigned i = 0; strategy_registry[i]; i++)
                print_parameters(out, strategy_registry[i]->name, strategy_registry[i]->options);
        break;
    case VALUE_WORD:
        if (option->offset == offsetof(struct options, format))
            print_formats(out);
        else
            print_choices(out, option->argument);
        break;
    default:
        break;
    }
}

void operand_words_print(FILE *out, const struct command *command)
{
    if (operand_value(command) != VALUE_WORD)
        return;
    if (strchr(command->operands, '|'))
        print_choices(out, command->operands);
    else
        for (const struct command *c = commands; c->name; c++)
            fprintf(out, "%s%s", c->name, c[1].name ? " " : "");
}
