/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/table.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void table_fini(struct table *table)
{
    for (unsigned i = 0; i < table->n_columns; i++)
        free(table->column[i].value);
    table->n_columns = 0;
}

/* Cut the next field out of *rest. Commas and semicolons separate fields that may be empty; blanks only separate. */
static char *next_field(char **rest)
{
    char *from = *rest + strspn(*rest, " \t\r\n");
    if (!*from)
        return NULL;
    char *end = from + strcspn(from, ",; \t\r\n"), *after = end + strspn(end, " \t\r\n");
    if (*after == ',' || *after == ';')
        after++;
    *end = '\0';
    *rest = after;
    return from;
}

static int parse_value(const char *field, double *out)
{
    char *end;
    if (!*field) {
        *out = NAN;
        return 0;
    }
    *out = strtod(field, &end);
    return *end || !isfinite(*out) ? -EINVAL : 0;
}

static int add_column(struct table *table, unsigned first, const char *file_name, const char *header)
{
    if (table->n_columns == TABLE_COLUMNS_MAX)
        return -EFBIG;
    struct table_column *c = &table->column[table->n_columns];
    *c = (struct table_column){.n = 0};
    if (header)
        snprintf(c->name, sizeof c->name, "%.*s", TABLE_NAME_LEN - 1, header);
    else
        snprintf(c->name, sizeof c->name, "%.*s:%u", TABLE_NAME_LEN - 12, file_name, table->n_columns - first + 1);
    for (char *at = c->name; *at; at++) /* it goes to a terminal */
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = '?';
    table->n_columns++;
    return 0;
}

static int store(struct table_column *c, size_t row, double value)
{
    if ((row & (row - 1)) == 0) { /* grow at powers of two */
        double *more = row < TABLE_VALUES_MAX ? realloc(c->value, (row ? 2 * row : 1) * sizeof *more) : NULL;
        if (!more)
            return row < TABLE_VALUES_MAX ? -ENOMEM : -EFBIG;
        c->value = more;
    }
    c->value[row] = value;
    c->n = row + 1;
    return 0;
}

static int read_header(struct table *table, unsigned first, char *line, const char *file_name)
{
    int rc = 0;
    for (char *field; !rc && (field = next_field(&line));)
        rc = add_column(table, first, file_name, field[0] ? field : NULL);
    return rc;
}

static bool is_header(const char *line)
{
    char copy[4096], *rest = copy;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *field; (field = next_field(&rest));) {
        char *end;
        strtod(field, &end);
        if (field[0] && !*end) /* also NaN and what is too large: a row that is no good is told, and not a name */
            return false;
    }
    return true;
}

static int read_row(struct table *table, unsigned first, char *line, const char *file_name, size_t row, bool fixed,
                    char *why, size_t why_len)
{
    unsigned at = first;
    int rc = 0;
    for (char *field; !rc && (field = next_field(&line)); at++) {
        double value;
        if (parse_value(field, &value)) {
            snprintf(why, why_len, "\"%.40s\" is no finite number", field);
            return -EINVAL;
        }
        if (at == table->n_columns) {
            if (fixed) {
                snprintf(why, why_len, "more fields than the rows before");
                return -EINVAL;
            }
            rc = add_column(table, first, file_name, NULL);
        }
        if (!rc)
            rc = store(&table->column[at], row, value);
    }
    for (; !rc && at < table->n_columns; at++)
        rc = store(&table->column[at], row, NAN);
    return rc;
}

/* One line into `line`: its length, 0 at the end of the file, or -errno. A file without lines is not read for ever. */
static int read_line(FILE *file, char *line, size_t cap)
{
    size_t n = 0;
    int c = 0;
    errno = 0;
    while (c != '\n' && (c = getc_unlocked(file)) != EOF) {
        if (n == cap - 1)
            return -EFBIG;
        line[n++] = (char)c;
    }
    line[n] = '\0';
    if (c == EOF && ferror(file))
        return errno ? -errno : -EIO; /* a directory opens, and says so only now */
    return (int)n;
}

int table_read(struct table *table, FILE *file, const char *file_name, char *why, size_t why_len)
{
    unsigned first = table->n_columns;
    enum { LINE_BYTES_MAX = 1 << 20 };
    char *line = malloc(LINE_BYTES_MAX), what[128] = "";
    size_t row = 0, number = 0;
    int rc = line ? 0 : -ENOMEM, n;
    while (!rc && (n = read_line(file, line, LINE_BYTES_MAX)) != 0) {
        number++;
        if (n < 0) {
            rc = n;
            if (n == -EFBIG)
                snprintf(what, sizeof what, "longer than %d bytes", LINE_BYTES_MAX);
            break;
        }
        if (memchr(line, '\0', (size_t)n)) {
            snprintf(what, sizeof what, "a NUL byte is no text (is the file in UTF-16?)");
            rc = -EINVAL;
            break;
        }
        size_t blank = strspn(line, " \t\r\n");
        if (!line[blank] || line[blank] == '#')
            continue;
        if (row == 0 && table->n_columns == first && is_header(line)) {
            rc = read_header(table, first, line, file_name);
        } else {
            rc = read_row(table, first, line, file_name, row, row > 0 || table->n_columns > first, what, sizeof what);
            row++;
        }
    }
    if (rc == -EFBIG && !what[0])
        snprintf(what, sizeof what, "more than %d columns, or %d rows", TABLE_COLUMNS_MAX, TABLE_VALUES_MAX);
    if (!rc && row == 0) {
        snprintf(what, sizeof what, "there are no numbers");
        rc = -EINVAL;
    }
    snprintf(why, why_len, "line %zu: %.100s", number, what[0] ? what : strerror(-rc));
    free(line);
    return rc;
}
