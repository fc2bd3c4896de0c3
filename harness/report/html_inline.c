/* SPDX-License-Identifier: Apache-2.0 */
/* What stands inside one line of the report: code, emphasis, links, entities, and words that are only words. */
#include "report/html.h"

#include <ctype.h>
#include <string.h>

void html_escape(struct text *out, const char *words, size_t len)
{
    const char *end = words + len, *plain = words;
    for (const char *s = words; s < end; s++) {
        const char *entity = *s == '<'                                                              ? "&lt;"
                             : *s == '>'                                                            ? "&gt;"
                             : *s == '&'                                                            ? "&amp;"
                             : *s == '"'                                                            ? "&quot;"
                             : *s == '\''                                                           ? "&#39;"
                             : ((unsigned char)*s < 0x20 && *s != '\n' && *s != '\t') || *s == 0x7f ? "?"
                                                                                                    : NULL;
        if (!entity)
            continue;
        text_add_bytes(out, plain, (size_t)(s - plain));
        text_add_bytes(out, entity, strlen(entity));
        plain = s + 1;
    }
    text_add_bytes(out, plain, (size_t)(end - plain));
}

/* --- names ----------------------------------------------------------------------------------------------------------
 */

int html_workload_of(const struct report_run *run, const char *label, size_t len)
{
    for (unsigned i = 0; i < run->n_workloads; i++) { /* the first of its name: that one has the filter */
        size_t n = strlen(run->workloads[i].name);
        if (n && n <= len && memcmp(run->workloads[i].name, label, n) == 0 &&
            (n == len || !(isalnum((unsigned char)label[n]) || label[n] == '_')))
            return (int)i;
    }
    return -1;
}

int html_strategy_of(const struct report_run *run, const char *name, size_t len)
{
    for (unsigned i = 0; i < run->n_strategies; i++)
        if (strlen(run->strategies[i].name) == len && memcmp(run->strategies[i].name, name, len) == 0)
            return (int)i;
    return -1;
}

int html_strategy_of_cell(const struct report_run *run, const char *id, size_t len)
{
    size_t slash[3]; /* the last three, from the right: parameters may contain others */
    unsigned n = 0;
    for (size_t i = len; i-- > 0 && n < 3;)
        if (id[i] == '/')
            slash[n++] = i;
    return n < 3 ? -1 : html_strategy_of(run, id + slash[2] + 1, slash[1] - slash[2] - 1);
}

/* --- spans: each gives the bytes that it took, 0 if it isn't there ----------------------------------------------- */

static size_t code_span(struct text *out, const struct report_run *run, const char *s, const char *end)
{
    const char *close = memchr(s + 1, '`', (size_t)(end - s - 1));
    if (!close)
        return 0;
    int strategy = html_strategy_of(run, s + 1, (size_t)(close - s - 1));
    if (strategy >= 0)
        text_add(out, "<code data-s=\"%d\">", strategy);
    else
        text_add(out, "<code>");
    html_escape(out, s + 1, (size_t)(close - s - 1));
    text_add(out, "</code>");
    return (size_t)(close - s) + 1;
}

/* Where the emphasis with `stars` stars that was opened before `s` ends, or NULL. */
static const char *closing_stars(const char *s, const char *end, size_t stars)
{
    for (const char *begin = s; s < end; s++) {
        if (*s == '\\' && s + 1 < end) {
            s++;
        } else if (*s == '`') {
            const char *close = memchr(s + 1, '`', (size_t)(end - s - 1));
            s = close ? close : s;
        } else if (*s == '*') {
            size_t n = 1;
            while (s + n < end && s[n] == '*')
                n++;
            if (n == stars && s > begin && s[-1] != ' ')
                return s;
            s += n - 1;
        }
    }
    return NULL;
}

static size_t emphasis(struct text *out, const struct report_run *run, const char *s, const char *end)
{
    size_t stars = s + 1 < end && s[1] == '*' ? 2 : 1;
    const char *inside = s + stars;
    if (inside >= end || *inside == ' ' || *inside == '*')
        return 0;
    const char *close = closing_stars(inside, end, stars);
    if (!close)
        return 0;
    text_add(out, stars == 2 ? "<strong>" : "<em>");
    html_inline(out, run, inside, (size_t)(close - inside));
    text_add(out, stars == 2 ? "</strong>" : "</em>");
    return (size_t)(close - s) + stars;
}

/* "[12.0, 12.6]": an interval is quieter than its estimate. */
static size_t interval(struct text *out, const char *s, const char *end)
{
    size_t n = 1;
    bool comma = false;
    for (; s + n < end && s[n] != ']'; n++) {
        if (!isdigit((unsigned char)s[n]) && !strchr(".,-+ e", s[n]))
            return 0;
        comma = comma || s[n] == ',';
    }
    if (s + n == end || !comma)
        return 0;
    text_add(out, "<span class=\"ci\">");
    text_add_bytes(out, s, n + 1);
    text_add(out, "</span>");
    return n + 1;
}

/* Anchors of the page stay links, the data of a picture is in the page too, and nothing else is a link. */
static void add_link(struct text *out, const struct report_run *run, const char *label, size_t label_len,
                     const char *target, size_t target_len)
{
    static const char plots[] = "report/plots/", dat[] = ".dat";
    size_t before = sizeof plots - 1, after = sizeof dat - 1;
    bool data = target_len > before + after && memcmp(target, plots, before) == 0 &&
                memcmp(target + target_len - after, dat, after) == 0;
    bool anchor = target_len > 1 && target[0] == '#';
    if (anchor || data)
        text_add(out, "<a href=\"%s", data ? "#data-" : "#");
    else
        text_add(out, "<span title=\"");
    if (data)
        html_escape(out, target + before, target_len - before - after);
    else
        html_escape(out, target + anchor, target_len - anchor);
    text_add(out, "\">");
    html_inline(out, run, label, label_len);
    text_add(out, anchor || data ? "</a>" : "</span>");
}

static size_t link_or_interval(struct text *out, const struct report_run *run, const char *s, const char *end)
{
    const char *close = memchr(s, ']', (size_t)(end - s));
    const char *target = close && close + 1 < end && close[1] == '(' ? close + 2 : NULL;
    const char *target_end = target ? memchr(target, ')', (size_t)(end - target)) : NULL;
    if (!target_end)
        return interval(out, s, end);
    add_link(out, run, s + 1, (size_t)(close - s - 1), target, (size_t)(target_end - target));
    return (size_t)(target_end - s) + 1;
}

/* The entities that text_add_escaped() writes; any other ampersand is one. */
static size_t entity(struct text *out, const char *s, const char *end)
{
    static const char *const known[] = {"&lt;", "&gt;", "&amp;", "&#64;", "&#36;"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t n = strlen(known[i]);
        if ((size_t)(end - s) >= n && memcmp(s, known[i], n) == 0) {
            text_add_bytes(out, s, n);
            return n;
        }
    }
    return 0;
}

static size_t backslash(struct text *out, const char *s, const char *end)
{
    if (s + 1 >= end || !ispunct((unsigned char)s[1]))
        return 0;
    html_escape(out, s + 1, 1);
    return 2;
}

static size_t line_break(struct text *out, const char *s, const char *end)
{
    if (end - s < 4 || memcmp(s, "<br>", 4) != 0)
        return 0;
    text_add(out, "<br>");
    return 4;
}

/* "9.00 µs", "95 %", "1.4 ×": a line does not end between a number and its unit. */
static bool unit_after(const char *s, const char *begin, const char *end)
{
    static const char *const units[] = {"%",   "×",   "÷",   "ns", "µs",  "ms",  "s",  "B",
                                        "KiB", "MiB", "GiB", "/s", "k/s", "M/s", "G/s"};
    if (s == begin || !isdigit((unsigned char)s[-1]))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t n = strlen(units[i]);
        if ((size_t)(end - s) > n && memcmp(s + 1, units[i], n) == 0 &&
            (s + 1 + n == end || !isalnum((unsigned char)s[1 + n])))
            return true;
    }
    return false;
}

void html_inline(struct text *out, const struct report_run *run, const char *markdown, size_t len)
{
    const char *s = markdown, *end = markdown + len;
    while (s < end && !out->failed) {
        size_t used = *s == '\\'  ? backslash(out, s, end)
                      : *s == '`' ? code_span(out, run, s, end)
                      : *s == '*' ? emphasis(out, run, s, end)
                      : *s == '[' ? link_or_interval(out, run, s, end)
                      : *s == '&' ? entity(out, s, end)
                      : *s == '<' ? line_break(out, s, end)
                                  : 0;
        if (!used && *s == ' ' && unit_after(s, markdown, end)) {
            text_add(out, "\u00a0");
            used = 1;
        }
        if (!used) { /* up to the next character that could begin something */
            used = 1;
            while (s + used < end && !strchr("\\`*[&< ", s[used]))
                used++;
            html_escape(out, s, used);
        }
        s += used;
    }
}
