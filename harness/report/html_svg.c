/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A drawing by gnuplot becomes a part of a page. It is read tag by tag and written anew: only elements that draw, no
 * reference that leaves the drawing, ids of its own. What is not expected is a reason not to take it.
 */
#include "report/html.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { DEPTH_MAX = 32 };

struct svg {
    struct text *out;
    const char *s, *end;
    const char *prefix, *label, *described_by;
    struct {
        const char *name;
        size_t len;
    } open[DEPTH_MAX]; /* what is to be closed */
    unsigned depth;
    bool bad, seen_root;
};

static bool is(const char *s, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(s, word, len) == 0;
}

static bool is_one_of(const char *s, size_t len, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is(s, len, words[i]))
            return true;
    return false;
}
#define IS_ONE_OF(s, len, words) is_one_of(s, len, words, sizeof(words) / sizeof *(words))

static const char *const drawing[] = {"svg",     "g",        "path",          "rect",        "circle",   "use",
                                      "defs",    "text",     "tspan",         "polygon",     "polyline", "line",
                                      "ellipse", "filter",   "feFlood",       "feComposite", "pattern",  "mask",
                                      "stop",    "clipPath", "linearGradient"};
static const char *const left_out[] = {"title", "desc"}; /* "Gnuplot", "gnuplot_plot_1": no words for readers */
static const char *const dropped[] = {"class", "style", "xmlns", "xmlns:xlink", "version", "width", "height"};

/* Up to and with `word`. */
static void skip_past(struct svg *svg, const char *word)
{
    const char *at = memmem(svg->s, (size_t)(svg->end - svg->s), word, strlen(word));
    svg->bad = svg->bad || !at;
    svg->s = at ? at + strlen(word) : svg->end;
}

static void skip_space(struct svg *svg)
{
    while (svg->s < svg->end && isspace((unsigned char)*svg->s))
        svg->s++;
}

/* "url(#name)" and "#name" get the prefix; a reference to anything else makes the drawing unfit. */
static void add_value(struct svg *svg, const char *name, size_t name_len, const char *value, size_t len)
{
    static const char url[] = "url(#";
    bool href = is(name, name_len, "href") || is(name, name_len, "xlink:href");
    bool refers = memmem(value, len, "url", 3) != NULL;
    if (href || is(name, name_len, "id")) {
        if (len < 1 + (size_t)href || (href && *value != '#'))
            svg->bad = true;
        else
            text_add(svg->out, "%s%s-", href ? "#" : "", svg->prefix);
        value += href;
        len -= href && len;
    } else if (refers && (len < sizeof url || memcmp(value, url, sizeof url - 1) != 0)) {
        svg->bad = true;
    } else if (refers) {
        text_add(svg->out, "%s%s-", url, svg->prefix);
        value += sizeof url - 1;
        len -= sizeof url - 1;
    }
    text_add_bytes(svg->out, value, len);
}

/* One attribute, name="value". */
static void attribute(struct svg *svg, bool root)
{
    const char *name = svg->s;
    while (svg->s < svg->end && (isalnum((unsigned char)*svg->s) || strchr("-_:", *svg->s)))
        svg->s++;
    size_t name_len = (size_t)(svg->s - name);
    skip_space(svg); /* gnuplot's polygons have spaces around the sign */
    bool has_value = svg->s < svg->end && *svg->s == '=';
    svg->s += has_value;
    skip_space(svg);
    if (!name_len || !has_value || svg->end - svg->s < 2 || !strchr("'\"", *svg->s) ||
        (name_len > 2 && strncasecmp(name, "on", 2) == 0)) {
        svg->bad = true;
        return;
    }
    const char *value = svg->s + 1, *close = memchr(value, *svg->s, (size_t)(svg->end - value));
    if (!close || memchr(value, '<', (size_t)(close - value)) || memchr(value, '"', (size_t)(close - value))) {
        svg->bad = true;
        return;
    }
    svg->s = close + 1;
    if (IS_ONE_OF(name, name_len, dropped) && (root || (!is(name, name_len, "width") && !is(name, name_len, "height"))))
        return;
    if (is(name, name_len, "xlink:href"))
        text_add(svg->out, " href=\"");
    else
        text_add(svg->out, " %.*s=\"", (int)name_len, name);
    add_value(svg, name, name_len, value, (size_t)(close - value));
    text_add(svg->out, "\"");
}

static void root_attributes(struct svg *svg)
{
    svg->bad = svg->bad || svg->seen_root;
    svg->seen_root = true;
    text_add(svg->out, " role=\"img\" aria-label=\"");
    html_escape(svg->out, svg->label, strlen(svg->label));
    text_add(svg->out, "\" aria-describedby=\"%s\"", svg->described_by);
}

static void open_tag(struct svg *svg, const char *name, size_t len)
{
    bool root = is(name, len, "svg");
    svg->bad = svg->bad || !IS_ONE_OF(name, len, drawing) || (!root && svg->depth == 0);
    text_add(svg->out, "<%.*s", (int)len, name);
    if (root)
        root_attributes(svg);
    for (skip_space(svg); !svg->bad && svg->s < svg->end && *svg->s != '>' && *svg->s != '/'; skip_space(svg))
        attribute(svg, root);
    bool empty = svg->s < svg->end && *svg->s == '/';
    svg->s += empty;
    if (svg->s >= svg->end || *svg->s != '>') {
        svg->bad = true;
        return;
    }
    svg->s++;
    text_add(svg->out, empty ? "/>" : ">");
    if (empty)
        return;
    svg->bad = svg->bad || svg->depth == DEPTH_MAX;
    if (svg->bad)
        return;
    svg->open[svg->depth].name = name;
    svg->open[svg->depth++].len = len;
}

static void close_tag(struct svg *svg, const char *name, size_t len)
{
    skip_space(svg);
    if (svg->s >= svg->end || *svg->s != '>' || svg->depth == 0 || svg->open[svg->depth - 1].len != len ||
        memcmp(svg->open[svg->depth - 1].name, name, len) != 0) {
        svg->bad = true;
        return;
    }
    svg->s++;
    svg->depth--;
    text_add(svg->out, "</%.*s>", (int)len, name);
}

/* From a '<' to behind its '>'. */
static void tag(struct svg *svg)
{
    svg->s++;
    if (svg->s < svg->end && *svg->s == '?') {
        skip_past(svg, "?>");
        return;
    }
    if (svg->end - svg->s > 3 && memcmp(svg->s, "!--", 3) == 0) {
        skip_past(svg, "-->");
        return;
    }
    bool closing = svg->s < svg->end && *svg->s == '/';
    svg->s += closing;
    const char *name = svg->s;
    while (svg->s < svg->end && isalnum((unsigned char)*svg->s))
        svg->s++;
    size_t len = (size_t)(svg->s - name);
    if (!closing && IS_ONE_OF(name, len, left_out))
        skip_past(svg, is(name, len, "title") ? "</title>" : "</desc>");
    else if (closing)
        close_tag(svg, name, len);
    else
        open_tag(svg, name, len);
}

/* Words between tags, which the drawing has escaped; the layout of its source is not kept. */
static void between(struct svg *svg)
{
    const char *begin = svg->s;
    bool blank = true;
    for (; svg->s < svg->end && *svg->s != '<'; svg->s++)
        blank = blank && isspace((unsigned char)*svg->s);
    if (blank && memchr(begin, '\n', (size_t)(svg->s - begin)))
        return;
    svg->bad = svg->bad || svg->depth == 0;
    text_add_bytes(svg->out, begin, (size_t)(svg->s - begin));
}

int html_svg(struct text *out, const char *svg_text, size_t len, const char *prefix, const char *label,
             const char *described_by)
{
    struct svg svg = {.out = out,
                      .s = svg_text,
                      .end = svg_text + len,
                      .prefix = prefix,
                      .label = label,
                      .described_by = described_by};
    size_t before = out->len;
    while (!svg.bad && svg.s < svg.end) {
        if (*svg.s == '<')
            tag(&svg);
        else
            between(&svg);
    }
    if (!svg.bad && svg.seen_root && svg.depth == 0)
        return 0;
    if (!out->failed && out->data) {
        out->len = before;
        out->data[before] = '\0';
    }
    return -EBADMSG;
}
