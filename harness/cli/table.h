/* SPDX-License-Identifier: Apache-2.0 */
/* Columns of numbers from a text file: what other tools write, commas, tabs or blanks between them. */
#ifndef QUINTET_CLI_TABLE_H
#define QUINTET_CLI_TABLE_H

#include <stddef.h>
#include <stdio.h>

enum { TABLE_COLUMNS_MAX = 64, TABLE_VALUES_MAX = 1 << 22, TABLE_NAME_LEN = 64 };

struct table_column {
    char name[TABLE_NAME_LEN]; /* from the header, or "FILE:1"; a control character is a "?" */
    double *value;             /* NaN where the row has nothing in this column */
    size_t n;                  /* rows of its file */
};

struct table {
    struct table_column column[TABLE_COLUMNS_MAX];
    unsigned n_columns;
};

/*
 * Append the columns of one file. Empty lines and lines that begin with # are skipped; a first row without any number
 * is the header. An empty field between two commas is a missing value. Words, NaN and infinities are no numbers, a
 * NUL byte is no text, and no line is longer than 1 MiB. 0, -EINVAL with "line N: ..." in `why`, -EFBIG, -ENOMEM, or
 * the -errno of reading. table_fini() in any case.
 */
int table_read(struct table *table, FILE *file, const char *file_name, char *why, size_t why_len);
void table_fini(struct table *table);

#endif
