/* SPDX-License-Identifier: Apache-2.0 */
#include "report/text.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool text_reserve(struct text *text, size_t more)
{
    if (text->failed)
        return false;
    if (text->len + more + 1 <= text->capacity)
        return true;
    size_t capacity = text->capacity ? text->capacity : 4096;
    while (capacity < text->len + more + 1)
        capacity *= 2;
    char *data = realloc(text->data, capacity);
    if (!data) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void text_add_bytes(struct text *text, const char *bytes, size_t len)
{
    if (!text_reserve(text, len))
        return;
    memcpy(text->data + text->len, bytes, len);
    text->len += len;
    text->data[text->len] = '\0';
}

void text_add(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0 || !text_reserve(text, (size_t)len)) {
        text->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(text->data + text->len, (size_t)len + 1, format, args);
    va_end(args);
    text->len += (size_t)len;
}

void text_fini(struct text *text)
{
    free(text->data);
    *text = (struct text){0};
}

/*
 * Length of a character that must not reach a document, or 0: C0 and C1 controls, zero-width and bidirectional marks
 * (they make text read differently from what it is), line and paragraph separators.
 */
static size_t unprintable(const unsigned char *s)
{
    if (s[0] < 0x20 || s[0] == 0x7f)
        return 1;
    if (s[0] == 0xc2 && s[1] >= 0x80 && s[1] <= 0x9f)
        return 2;
    if (s[0] == 0xe2 && s[1] == 0x80 && ((s[2] >= 0x8b && s[2] <= 0x8f) || (s[2] >= 0xa8 && s[2] <= 0xae)))
        return 3;
    if (s[0] == 0xe2 && s[1] == 0x81 && s[2] >= 0xa0 && s[2] <= 0xaf)
        return 3;
    if (s[0] == 0xef && s[1] == 0xbb && s[2] == 0xbf)
        return 3;
    return 0;
}

void text_add_escaped(struct text *text, const char *words)
{
    for (const char *s = words; *s;) {
        size_t bad = unprintable((const unsigned char *)s);
        if (bad) {
            text_add(text, "?");
            s += bad;
            continue;
        }
        switch (*s) {
        case '<':
            text_add(text, "&lt;");
            break;
        case '>':
            text_add(text, "&gt;");
            break;
        case '&':
            text_add(text, "&amp;");
            break;
        case '@': /* a mention */
            text_add(text, "&#64;");
            break;
        case '$': /* a formula */
            text_add(text, "&#36;");
            break;
        default:
            if (strchr("\\`*_{}[]#|~!", *s))
                text_add(text, "\\");
            text_add_bytes(text, s, 1);
        }
        s++;
    }
}

void text_add_code(struct text *text, const char *words)
{
    text_add(text, "`");
    for (const char *s = words; *s;) {
        size_t bad = unprintable((const unsigned char *)s);
        /* '<': code says it as it is, but whoever shows the text without knowing code would see a tag begin */
        bool tag = *s == '<' && (isalpha((unsigned char)s[1]) || (s[1] && strchr("/!?", s[1])));
        if (bad || tag || *s == '`' || *s == '|') {
            text_add(text, "?");
            s += bad ? bad : 1;
        } else {
            text_add_bytes(text, s++, 1);
        }
    }
    text_add(text, *words ? "`" : "?`");
}

void text_add_gnuplot(struct text *text, const char *words)
{
    for (const char *s = words; *s;) {
        size_t bad = unprintable((const unsigned char *)s);
        if (bad || *s == '`' || *s == '\\') {
            text_add(text, "?");
            s += bad ? bad : 1;
        } else {
            text_add(text, *s == '\'' ? "''" : "%c", *s);
            s++;
        }
    }
}

static bool ends_with(const char *name, const char *end)
{
    size_t a = strlen(name), b = strlen(end);
    return a >= b && strcmp(name + a - b, end) == 0;
}

enum unit unit_of_metric(const char *name)
{
    if (ends_with(name, "_ns") || ends_with(name, "_ns_per_op"))
        return UNIT_NS;
    if (ends_with(name, "_bytes") || ends_with(name, "bytes_per_task"))
        return UNIT_BYTES;
    if (ends_with(name, "_per_s"))
        return UNIT_RATE;
    return strcmp(name, "efficiency") == 0 ? UNIT_RATIO : UNIT_COUNT;
}

bool metric_higher_is_better(const char *name)
{
    return unit_of_metric(name) == UNIT_RATE || strcmp(name, "efficiency") == 0;
}

struct scale {
    double by;
    const char *suffix;
};

static struct scale scale_of(double value, enum unit unit)
{
    static const struct scale ns[] = {{1, " ns"}, {1e3, " µs"}, {1e6, " ms"}, {1e9, " s"}};
    static const struct scale bytes[] = {{1, " B"}, {1024, " KiB"}, {1048576, " MiB"}, {1073741824, " GiB"}};
    static const struct scale rate[] = {{1, " /s"}, {1e3, " k/s"}, {1e6, " M/s"}, {1e9, " G/s"}};
    const struct scale *list = unit == UNIT_NS ? ns : unit == UNIT_BYTES ? bytes : unit == UNIT_RATE ? rate : NULL;
    if (!list)
        return (struct scale){1, ""};
    unsigned i = 0;
    while (i < 3 && fabs(value) >= list[i + 1].by)
        i++;
    return list[i];
}

static int magnitude(double x)
{
    return x == 0.0 ? 0 : (int)floor(log10(fabs(x)));
}

/* The decimal place (power of ten) that is still printed: the first significant digit of the interval's half-width, but
 * never fewer than two or more than four digits of the value itself. */
static int last_place(double value, double lo, double hi, bool has_interval)
{
    double biggest = fmax(fabs(value), has_interval ? fmax(fabs(lo), fabs(hi)) : 0.0);
    int top = magnitude(value != 0.0 ? value : biggest);
    double half = (hi - lo) / 2;
    int place = has_interval && half > 0 ? magnitude(half) : top - 2;
    if (place > top - 1)
        place = top - 1;
    if (place < top - 3)
        place = top - 3;
    return place < -6 ? -6 : place;
}

static int print_at(char *out, size_t len, double x, int place)
{
    double unit = pow(10, place);
    double rounded = place > 0 ? round(x / unit) * unit : x;
    if (rounded == 0.0)
        rounded = 0.0; /* no "-0" */
    return snprintf(out, len, "%.*f", place < 0 ? -place : 0, rounded);
}

static const char *print_estimate(char buf[NUMBER_LEN], const struct estimate *e, enum unit unit, bool with_interval)
{
    if (e->n == 0 || !isfinite(e->value))
        return strcpy(buf, "–");
    if (e->value == 0 && (!with_interval || !e->has_interval || e->hi == 0))
        return strcpy(buf, "0");
    struct scale scale = scale_of(e->value, unit);
    double v = e->value / scale.by, lo = e->lo / scale.by, hi = e->hi / scale.by;
    int place = last_place(v, lo, hi, e->has_interval);
    char a[32], b[32], c[32];
    print_at(a, sizeof a, v, place);
    if (!with_interval || !e->has_interval) {
        snprintf(buf, NUMBER_LEN, "%s%s", a, scale.suffix);
        return buf;
    }
    print_at(b, sizeof b, lo, place);
    print_at(c, sizeof c, hi, place);
    snprintf(buf, NUMBER_LEN, "%s%s [%s, %s]", a, scale.suffix, b, c);
    return buf;
}

const char *number_interval(char buf[NUMBER_LEN], const struct estimate *estimate, enum unit unit)
{
    return print_estimate(buf, estimate, unit, true);
}

const char *number_value(char buf[NUMBER_LEN], const struct estimate *estimate, enum unit unit)
{
    return print_estimate(buf, estimate, unit, false);
}

const char *number_ratio(char buf[NUMBER_LEN], const struct estimate *e)
{
    char a[32], b[32], c[32];
    int place = last_place(e->value, e->lo, e->hi, e->has_interval);
    print_at(a, sizeof a, e->value, place);
    print_at(b, sizeof b, e->lo, place);
    print_at(c, sizeof c, e->hi, place);
    if (e->has_interval)
        snprintf(buf, NUMBER_LEN, "%s × as much (95 %% CI %s–%s, %zu blocks)", a, b, c, e->n);
    else
        snprintf(buf, NUMBER_LEN, "%s × as much (%zu blocks, no interval)", a, e->n);
    return buf;
}

const char *number_plain(char buf[NUMBER_LEN], double value, enum unit unit)
{
    struct estimate e = {.value = value, .n = 1};
    return print_estimate(buf, &e, unit, false);
}
