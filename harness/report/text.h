/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing text, the escapes that untrusted words need before they go into a document, and numbers with units cut to
 * the digits that their interval supports.
 */
#ifndef QUINTET_REPORT_TEXT_H
#define QUINTET_REPORT_TEXT_H

#include "measure/stats.h"

#include <stdbool.h>
#include <stddef.h>

/* Zero bytes are an empty text. After a failed allocation every further call does nothing and `failed` stays set. */
struct text {
    char *data; /* NUL-terminated once anything was added */
    size_t len, capacity;
    bool failed;
};

/* Append, as printf() would write it, and as it is. What is appended is markup: words of others need an escape. */
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *text, const char *bytes, size_t len);

/* Free it; it is an empty text again. */
void text_fini(struct text *text);

/* Words of unknown origin as Markdown prose or table cell: nothing in them is markup, HTML, a mention or a new line. */
void text_add_escaped(struct text *text, const char *words);

/* The same as a code span; characters that could end it or the table cell, or begin a tag, become '?'. */
void text_add_code(struct text *text, const char *words);

/* The same inside a gnuplot string in single quotes. */
void text_add_gnuplot(struct text *text, const char *words);

/* How the values of a metric are written. */
enum unit { UNIT_NS, UNIT_BYTES, UNIT_RATE, UNIT_COUNT, UNIT_RATIO };

/* The unit that a metric's name carries: "..._ns", "..._bytes", "..._per_s"; else a plain number. */
enum unit unit_of_metric(const char *name);

/* Is more of this metric better? Rates and efficiency yes, everything else no. */
bool metric_higher_is_better(const char *name);

enum { NUMBER_LEN = 160 };

/* "12.3 µs [12.1, 12.6]": three numbers in one unit; "12.3 µs" where there is no interval; "–" where there is no value.
 * Returns buf. */
const char *number_interval(char buf[NUMBER_LEN], const struct estimate *estimate, enum unit unit);

/* Only the value, with the same digits. Returns buf. */
const char *number_value(char buf[NUMBER_LEN], const struct estimate *estimate, enum unit unit);

/* "0.925 × as much (95 % CI 0.920–0.936, 9 blocks)". Returns buf. */
const char *number_ratio(char buf[NUMBER_LEN], const struct estimate *ratio);

/* A number without an interval, three significant digits. Returns buf. */
const char *number_plain(char buf[NUMBER_LEN], double value, enum unit unit);

#endif
