/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completion scripts. All words stand in the script itself, as they were when it was printed, so that pressing Tab
 * starts no program. Names of workloads, strategies, parameters and formats are [a-z0-9_.=-]: they need no quoting.
 */
#include "cli/describe.h"

#include <errno.h>
#include <string.h>

/* For 'single quotes' in all three shells; brackets end a description in zsh. */
static void print_quoted(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\'')
            fputs("'\\''", out);
        else
            fputc(*text == '[' ? '(' : *text == ']' ? ')' : *text, out);
}

static void print_command_names(FILE *out)
{
    for (const struct command *c = commands; c->name; c++)
        fprintf(out, "%s%s", c->name, c[1].name ? " " : "");
}

/* --- bash -----------------------------------------------------------------------------------------------------------
 */

static const char *bash_kind(enum value_kind kind)
{
    static const char *const kinds[] = {
        [VALUE_NONE] = "none", [VALUE_FREE] = "none",         [VALUE_WORD] = "word",
        [VALUE_LIST] = "list", [VALUE_ASSIGNMENT] = "assign", [VALUE_DIRECTORY] = "directory",
        [VALUE_FILE] = "file", [VALUE_PROGRAM] = "program",
    };
    return kinds[kind];
}

static const char bash_head[] =
    "# bash completion for quintet, as printed by: quintet help --completion bash\n"
    "# shellcheck shell=bash\n"
    "_quintet()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} option='' kind='' words='' head=''\n"
    "    COMPREPLY=()\n"
    "    # --option=value arrives as three words, because = separates words here.\n"
    "    if [[ $cur == = ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 1]} cur=''\n"
    "    elif ((COMP_CWORD > 2)) && [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    else\n"
    "        option=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    fi\n"
    "    if ((COMP_CWORD == 1)); then\n"
    "        kind=word words='";

static const char bash_tail[] =
    "    case $kind in\n"
    "    list)\n"
    "        [[ $cur == *,* ]] && head=${cur%,*},\n"
    "        mapfile -t COMPREPLY < <(compgen -P \"$head\" -W \"$words\" -- \"${cur##*,}\")\n"
    "        ;;\n"
    "    word) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\") ;;\n"
    "    assign)\n"
    "        compopt -o nospace 2>/dev/null\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
    "        ;;\n"
    "    directory | file)\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        mapfile -t COMPREPLY < <(compgen -A \"$kind\" -- \"$cur\")\n"
    "        ;;\n"
    "    program) mapfile -t COMPREPLY < <(compgen -c -- \"$cur\") ;;\n"
    "    esac\n"
    "} &&\n"
    "    complete -F _quintet quintet\n";

/* "run/--blocks | selftest/--blocks": every command that this row of the table is for. */
static void print_bash_pattern(FILE *out, const struct option_spec *option)
{
    const char *separator = "    ";
    for (const struct command *c = commands; c->name; c++)
        if (option->commands & c->bit) {
            fprintf(out, "%s%s/--%s", separator, c->name, option->name);
            separator = " | ";
        }
    fputs(") ", out);
}

static void bash_print(FILE *out)
{
    fputs(bash_head, out);
    print_command_names(out);
    fputs(" --help --version'\n    else\n        case $command/$option in\n", out);
    for (const struct option_spec *o = option_table; o->name; o++) {
        if (!o->argument)
            continue;
        fputs("    ", out);
        print_bash_pattern(out, o);
        fprintf(out, "kind=%s words='", bash_kind(option_value(o)));
        option_words_print(out, o);
        fputs("' ;;\n", out);
    }
    fputs("        esac\n    fi\n"
          "    if [[ -z $kind && $cur == -* ]]; then\n        kind=word\n        case $command in\n",
          out);
    for (const struct command *c = commands; c->name; c++) {
        fprintf(out, "        %s) words='", c->name);
        for (const struct option_spec *o = option_table; o->name; o++)
            if (o->commands & c->bit)
                fprintf(out, "--%s ", o->name);
        fputs("--help' ;;\n", out);
    }
    fputs("        esac\n    elif [[ -z $kind ]]; then\n        case $command in\n", out);
    for (const struct command *c = commands; c->name; c++) {
        if (!c->operands)
            continue;
        fprintf(out, "        %s) kind=%s words='", c->name, bash_kind(operand_value(c)));
        operand_words_print(out, c);
        fputs("' ;;\n", out);
    }
    fputs("        esac\n    fi\n", out);
    fputs(bash_tail, out);
}

/* --- zsh ------------------------------------------------------------------------------------------------------------
 */

/* The action of an _arguments specification; `words` prints what it chooses from. */
static void print_zsh_action(FILE *out, enum value_kind kind, const struct option_spec *option,
                             const struct command *command)
{
    static const char *const before[] = {
        [VALUE_NONE] = "",
        [VALUE_FREE] = " ",
        [VALUE_WORD] = "(",
        [VALUE_LIST] = "_values -s , name ",
        [VALUE_FILE] = "_files",
        [VALUE_ASSIGNMENT] = "{compadd -S \"\" -- ",
        [VALUE_DIRECTORY] = "_files -/",
        [VALUE_PROGRAM] = "_command_names -e",
    };
    fputs(before[kind], out);
    if (option)
        option_words_print(out, option);
    else
        operand_words_print(out, command);
    fputs(kind == VALUE_WORD ? ")" : kind == VALUE_ASSIGNMENT ? "}" : "", out);
}

static void print_zsh_command(FILE *out, const struct command *command)
{
    fprintf(out, "  %s)\n    _arguments '--help[print the options]'", command->name);
    for (const struct option_spec *o = option_table; o->name; o++) {
        if (!(o->commands & command->bit))
            continue;
        fprintf(out, " \\\n      '%s--%s%s[", option_is_list(o) ? "*" : "", o->name, o->argument ? "=" : "");
        print_quoted(out, o->summary);
        fputc(']', out);
        if (o->argument) {
            fprintf(out, ":%s:", o->name);
            print_zsh_action(out, option_value(o), o, NULL);
        }
        fputc('\'', out);
    }
    if (command->operands) {
        fputs(" \\\n      '*:operand:", out);
        print_zsh_action(out, operand_value(command), NULL, command);
        fputc('\'', out);
    }
    fputs("\n    ;;\n", out);
}

static void zsh_print(FILE *out)
{
    fputs("#compdef quintet\n# zsh completion for quintet, as printed by: quintet help --completion zsh\n"
          "_quintet() {\n  local -a commands=(\n",
          out);
    for (const struct command *c = commands; c->name; c++) {
        fprintf(out, "    '%s:", c->name);
        print_quoted(out, c->summary);
        fputs("'\n", out);
    }
    fputs("  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n"
          "  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case $command in\n",
          out);
    for (const struct command *c = commands; c->name; c++)
        print_zsh_command(out, c);
    fputs("  esac\n}\n"
          "if [[ $funcstack[1] == _quintet ]]; then\n  _quintet \"$@\"\nelse\n  compdef _quintet quintet\nfi\n",
          out);
}

/* --- fish -----------------------------------------------------------------------------------------------------------
 */

/* The part of a `complete` line that says what the value or operand may be. */
static void print_fish_value(FILE *out, enum value_kind kind, const struct option_spec *option,
                             const struct command *command)
{
    static const char *const before[] = {
        [VALUE_NONE] = "",
        [VALUE_FREE] = " -x",
        [VALUE_WORD] = " -x -a '",
        [VALUE_LIST] = " -x -a '(__fish_append , ",
        [VALUE_FILE] = " -r -F",
        [VALUE_ASSIGNMENT] = " -x -a '",
        [VALUE_DIRECTORY] = " -x -a '(__fish_complete_directories)'",
        [VALUE_PROGRAM] = " -x -a '(__fish_complete_command)'",
    };
    fputs(before[kind], out);
    if (option)
        option_words_print(out, option);
    else
        operand_words_print(out, command);
    fputs(kind == VALUE_LIST ? ")'" : kind == VALUE_WORD || kind == VALUE_ASSIGNMENT ? "'" : "", out);
}

static void fish_print(FILE *out)
{
    fputs("# fish completion for quintet, as printed by: quintet help --completion fish\ncomplete -c quintet -f\n"
          "complete -c quintet -n __fish_use_subcommand -l version -d 'print the version'\n"
          "complete -c quintet -l help -d 'print the options'\n",
          out);
    for (const struct command *c = commands; c->name; c++) {
        fprintf(out, "complete -c quintet -n __fish_use_subcommand -a %s -d '", c->name);
        print_quoted(out, c->summary);
        fputs("'\n", out);
        for (const struct option_spec *o = option_table; o->name; o++) {
            if (!(o->commands & c->bit))
                continue;
            fprintf(out, "complete -c quintet -n '__fish_seen_subcommand_from %s' -l %s -d '", c->name, o->name);
            print_quoted(out, o->summary);
            fputc('\'', out);
            print_fish_value(out, option_value(o), o, NULL);
            fputc('\n', out);
        }
        if (c->operands) {
            fprintf(out, "complete -c quintet -n '__fish_seen_subcommand_from %s'", c->name);
            print_fish_value(out, operand_value(c), NULL, c);
            fputc('\n', out);
        }
    }
}

int describe_completion(FILE *out, const char *shell)
{
    if (!strcmp(shell, "bash"))
        bash_print(out);
    else if (!strcmp(shell, "zsh"))
        zsh_print(out);
    else if (!strcmp(shell, "fish"))
        fish_print(out);
    else
        return -EINVAL;
    return 0;
}
