/* SPDX-License-Identifier: Apache-2.0 */
/* The manual page and the completion of three shells, made from the tables that the program itself runs by. */
#ifndef QUINTET_CLI_DESCRIBE_H
#define QUINTET_CLI_DESCRIBE_H

#include "cli/option_table.h"

#include <stdio.h>

/* What may stand as the value of an option or as an operand. */
enum value_kind {
    VALUE_NONE,       /* the option takes none */
    VALUE_FREE,       /* nobody can guess it: a number, a time */
    VALUE_WORD,       /* one of some words */
    VALUE_LIST,       /* some of some words, with commas */
    VALUE_ASSIGNMENT, /* a word that ends with "=", and what follows it */
    VALUE_DIRECTORY,
    VALUE_FILE,
    VALUE_PROGRAM,
};

enum value_kind option_value(const struct option_spec *option);
enum value_kind operand_value(const struct command *command);

/* The words of VALUE_WORD, VALUE_LIST and VALUE_ASSIGNMENT, with blanks between them; nothing for other kinds. */
void option_words_print(FILE *out, const struct option_spec *option);
void operand_words_print(FILE *out, const struct command *command);

/* quintet(1) in mdoc. Its date is SOURCE_DATE_EPOCH's where that is set, for builds that can be repeated, or today's.
 */
void describe_man(FILE *out);

/* The completion for "bash", "zsh" or "fish". 0, or -EINVAL for another shell. */
int describe_completion(FILE *out, const char *shell);

#endif
