/* SPDX-License-Identifier: Apache-2.0 */
/* From the lines of the report to the blocks of the page. */
#include "report/html.h"

#include "record/store.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A page stays below 5 MB: pictures share this much of it, each as it comes. */
enum { PICTURES_BYTES = 4 << 20, SLUG_LEN = 160 };

static const char *line_end(const char *s)
{
    return s + strcspn(s, "\n");
}

static const char *next_line(const char *s)
{
    const char *end = line_end(s);
    return *end ? end + 1 : end;
}

static bool starts(const char *s, const char *word)
{
    return strncmp(s, word, strlen(word)) == 0;
}

/* Bytes of "12. ", or 0. */
static size_t number_mark(const char *s)
{
    size_t digits = strspn(s, "0123456789");
    return digits && digits < 6 && s[digits] == '.' && s[digits + 1] == ' ' ? digits + 2 : 0;
}

static void words(struct html_page *page, const char *s, const char *end)
{
    html_inline(&page->body, page->document->run, s, (size_t)(end - s));
}

/* --- headings -------------------------------------------------------------------------------------------------------
 */

/* As GitHub makes the anchor of a heading, so that the links of REPORT.md lead to the same place. */
static void slug_of(char slug[SLUG_LEN], const char *heading)
{
    size_t used = 0;
    for (const char *c = heading; *c && used + 1 < SLUG_LEN; c++)
        if (isalnum((unsigned char)*c))
            slug[used++] = (char)tolower((unsigned char)*c);
        else if (*c == ' ' || *c == '-' || *c == '_')
            slug[used++] = *c == ' ' ? '-' : *c;
    slug[used] = '\0';
}

/* The words of a heading without their markup. */
static void plain_heading(char out[SLUG_LEN], const char *s, const char *end)
{
    size_t used = 0;
    for (; s < end && used + 1 < SLUG_LEN; s++)
        if (!strchr("`*\\", *s))
            out[used++] = *s;
    while (used && ((unsigned char)out[used - 1] & 0xc0) == 0x80 && s < end) /* cut inside of a character */
        used--;
    out[used] = '\0';
}

static void heading(struct html_page *page, const char *s)
{
    const char *end = line_end(s), *code;
    unsigned level = 0;
    char slug[SLUG_LEN];
    while (s[level] == '#')
        level++;
    s += level + (s[level] == ' ');
    plain_heading(page->heading, s, end);
    slug_of(slug, page->heading);
    code = memchr(s, '`', (size_t)(end - s));
    page->workload = code ? html_workload_of(page->document->run, code + 1, (size_t)(end - code - 1)) : -1;
    if (level <= 2) {
        text_add(&page->body, page->in_section ? "</section>\n" : "");
        text_add(&page->body, level == 2 ? "<section aria-labelledby=\"%s\">\n" : "<section class=\"head\">\n", slug);
        page->in_section = true;
    }
    text_add(&page->body, "<h%u id=\"%s\">", level, slug);
    words(page, s, end);
    text_add(&page->body, "</h%u>\n", level);
    if (level == 2) {
        text_add(&page->toc, "<li><a href=\"#%s\">", slug);
        html_inline(&page->toc, page->document->run, s, (size_t)(end - s));
        text_add(&page->toc, "</a></li>\n");
    }
}

/* --- lists, fences, quotes, paragraphs ------------------------------------------------------------------------------
 */

/* An item is about the case that its first code span names. */
static void item_begin(struct html_page *page, const char *s, const char *end)
{
    const char *code = memchr(s, '`', (size_t)(end - s));
    int workload = code ? html_workload_of(page->document->run, code + 1, (size_t)(end - code - 1)) : -1;
    if (workload >= 0)
        text_add(&page->body, "<li data-w=\"%d\">", workload);
    else
        text_add(&page->body, "<li>");
    words(page, s, end);
}

static const char *list(struct html_page *page, const char *s)
{
    bool ordered = number_mark(s) > 0, inner = false, first = true;
    text_add(&page->body, ordered ? "<ol>\n" : "<ul>\n");
    for (; *s; s = next_line(s)) {
        size_t mark = starts(s, "- ") ? 2 : number_mark(s);
        bool deeper = starts(s, "  - ");
        if (!mark && !deeper)
            break;
        if (inner && !deeper)
            text_add(&page->body, "</li>\n</ul>");
        if (deeper && !inner)
            text_add(&page->body, "\n<ul>\n");
        else if (!first)
            text_add(&page->body, "</li>\n");
        inner = deeper;
        first = false;
        item_begin(page, s + (deeper ? 4 : mark), line_end(s));
    }
    text_add(&page->body, inner ? "</li>\n</ul></li>\n" : "</li>\n");
    text_add(&page->body, ordered ? "</ol>\n" : "</ul>\n");
    return s;
}

static const char *fence(struct html_page *page, const char *s)
{
    const char *begin = next_line(s), *end = begin;
    while (*end && !starts(end, "```"))
        end = next_line(end);
    text_add(&page->body, "<pre tabindex=\"0\"><code>");
    html_escape(&page->body, begin, (size_t)(end - begin));
    text_add(&page->body, "</code></pre>\n");
    return next_line(end);
}

static bool begins_a_block(const char *s)
{
    return *s == '|' || *s == '#' || starts(s, "```") || starts(s, "- ") || starts(s, "> ") || starts(s, "![");
}

static const char *paragraph_end(const char *s)
{
    do
        s = next_line(s);
    while (*s && *s != '\n' && !begins_a_block(s) && !number_mark(s));
    return s;
}

static const char *paragraph(struct html_page *page, const char *s)
{
    const char *end = paragraph_end(s);
    text_add(&page->body, "<p>");
    words(page, s, end > s && end[-1] == '\n' ? end - 1 : end);
    text_add(&page->body, "</p>\n");
    return end;
}

static const char *quote(struct html_page *page, const char *s)
{
    text_add(&page->body, "<blockquote><p>");
    words(page, s + 2, line_end(s));
    text_add(&page->body, "</p></blockquote>\n");
    return next_line(s);
}

/* --- pictures -------------------------------------------------------------------------------------------------------
 */

/* "![words](.../NAME.svg)": which of the run's pictures. NULL if none of them. */
static const struct plot_outcome *plot_of(const struct document *d, const char *s, const char *end)
{
    for (unsigned i = 0; i < d->n_plots; i++) {
        char tail[NAME_LEN + 8];
        size_t n = (size_t)snprintf(tail, sizeof tail, "/%s.svg)", d->plots[i].name);
        if ((size_t)(end - s) > n && memcmp(end - n, tail, n) == 0)
            return &d->plots[i];
    }
    return NULL;
}

/* Why it is not in the page, or NULL. */
static const char *add_svg(struct html_page *page, const struct plot_outcome *plot)
{
    char path[NAME_LEN + 32], prefix[NAME_LEN + 8], caption[NAME_LEN + 16], *svg = NULL;
    size_t len = 0, before = page->body.len;
    snprintf(path, sizeof path, "report/plots/%s.svg", plot->name);
    snprintf(prefix, sizeof prefix, "fig-%s", plot->name);
    snprintf(caption, sizeof caption, "caption-%s", plot->name);
    if (store_read(page->document->run->dirfd, path, PICTURES_BYTES, &svg, &len))
        return "it cannot be read, or is too large for this page";
    const char *why = NULL;
    if (html_svg(&page->body, svg, len, prefix, plot->title, caption))
        why = "there is something in it that is no drawing";
    free(svg);
    page->pictures_bytes += page->body.len - before;
    return why;
}

/* The picture, and what follows it as its caption. */
static const char *figure(struct html_page *page, const char *s)
{
    const struct plot_outcome *plot = plot_of(page->document, s, line_end(s));
    const char *after = next_line(s), *why = "this page has no room left for it";
    if (!plot)
        return after;
    text_add(
        &page->body,
        "<figure id=\"fig-%s\"><div class=\"plot\" tabindex=\"0\" role=\"group\" aria-label=\"Picture: ", plot->name);
    html_escape(&page->body, plot->title, strlen(plot->title));
    text_add(&page->body, "\">");
    if (page->pictures_bytes < PICTURES_BYTES)
        why = add_svg(page, plot);
    if (why)
        text_add(&page->body, "<p>The picture is in <code>report/plots/%s.svg</code>: %s.</p>", plot->name, why);
    text_add(&page->body, "</div>\n<figcaption id=\"caption-%s\">", plot->name);
    while (*after == '\n')
        after++;
    if (*after == '*') {
        const char *end = paragraph_end(after);
        words(page, after, end[-1] == '\n' ? end - 1 : end);
        after = end;
    }
    text_add(&page->body, "</figcaption></figure>\n");
    return after;
}

/* --- the document ---------------------------------------------------------------------------------------------------
 */

void html_blocks(struct html_page *page, const char *markdown)
{
    const char *s = markdown;
    page->workload = -1;
    while (*s && !page->body.failed) {
        if (*s == '\n') {
            s++;
        } else if (*s == '#') {
            heading(page, s);
            s = next_line(s);
        } else if (*s == '|') {
            const char *end = s;
            while (*end == '|')
                end = next_line(end);
            html_table(page, s, end > s && end[-1] == '\n' ? end - 1 : end);
            s = end;
        } else if (starts(s, "```")) {
            s = fence(page, s);
        } else if (starts(s, "- ") || starts(s, "  - ") || number_mark(s)) {
            s = list(page, s);
        } else if (starts(s, "> ")) {
            s = quote(page, s);
        } else if (starts(s, "![")) {
            s = figure(page, s);
        } else {
            s = paragraph(page, s);
        }
    }
    text_add(&page->body, page->in_section ? "</section>\n" : "");
    page->in_section = false;
}
