/* SPDX-License-Identifier: Apache-2.0 */
/* The option table itself, for what is made from it: parsing, --help, the manual page, completion. */
#ifndef QUINTET_CLI_OPTION_TABLE_H
#define QUINTET_CLI_OPTION_TABLE_H

#include "cli/options.h"

#include <stddef.h>

enum kind {
    FLAG,
    NUMBER,
    TEXT,
    NAMES,
    NUMBERS,
    PARAMS,
    PROFILE,
    SEED,
    JSON,
    JSON_FILE,
    PERCENT,
    DURATION,
    JOB,
    COUNTERS
};

struct option_spec {
    const char *name, *argument, *summary;
    unsigned commands; /* bits; an option whose meaning differs has a row for each */
    enum kind kind;
    size_t offset;
    uint64_t min, max;
};
extern const struct option_spec option_table[]; /* ends with name == NULL */

/* May the option be given more than once, for one list? */
bool option_is_list(const struct option_spec *option);

struct exit_meaning {
    const char *code, *meaning;
};
extern const struct exit_meaning exit_meanings[]; /* ends with code == NULL */

#endif
