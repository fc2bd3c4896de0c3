/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.html: REPORT.md again, as one page that needs nothing else.
 *
 * The sentences and tables are those of the md_*.c modules: what they wrote is read back here. That is a small and
 * closed language (headings, paragraphs, lists one deep, tables, fences, quotes, pictures; code, emphasis, links to
 * anchors), and whatever isn't of it is shown as the characters that it is. Every character that means something to
 * HTML is escaped here once more, so that a word from elsewhere can't become markup even where a module forgot.
 */
#ifndef QUINTET_REPORT_HTML_H
#define QUINTET_REPORT_HTML_H

#include "report/report_md.h"

/*
 * Add the whole page. `markdown` is what report_md_write() gave for the same document with base "". Pictures are read
 * from report/plots/ below document->run->dirfd; one that cannot be put in is named instead. The same input gives the
 * same bytes. out->failed tells about memory. 0, or -EIO if the library's SHA-256 failed.
 */
int report_html_write(struct text *out, const struct document *document, const char *markdown);

/* --- Its parts, here for each other and for tests ------------------------------------------------------------------
 */

/* Words as text, or as the value of an attribute in double quotes. Controls but tab and newline become '?'. */
void html_escape(struct text *out, const char *words, size_t len);

/* One paragraph's, heading's or cell's words. Links that lead out of the page lose their target. */
void html_inline(struct text *out, const struct report_run *run, const char *markdown, size_t len);

/* Position of the workload that a case, a cell id or a bare name begins with, or of this strategy; -1: none. */
int html_workload_of(const struct report_run *run, const char *label, size_t len);
int html_strategy_of(const struct report_run *run, const char *name, size_t len);

/* The strategy in the id of a cell, "case/strategy/wP/kK"; -1: no such id. */
int html_strategy_of_cell(const struct report_run *run, const char *id, size_t len);

struct html_page {
    const struct document *document;
    struct text body, toc;
    size_t pictures_bytes; /* put in so far */
    int workload;          /* whose section this is, or -1 */
    bool in_section;       /* one is open */
    char heading[160];     /* the last one, without markup */
};

/* The blocks of the document: body and table of contents. */
void html_blocks(struct html_page *page, const char *markdown);

/* One table, from its header row up to `end`. */
void html_table(struct html_page *page, const char *markdown, const char *end);

/*
 * A drawing by gnuplot as an element of a page: its ids (and what refers to them) begin with `prefix` and "-", so that
 * two of them don't collide; titles, descriptions, styles and classes are left out. `label` is its name for those who
 * cannot see it, `described_by` the id of its description. 0; -EBADMSG if there is anything in it that isn't drawing
 * (a script, a reference to the outside, unbalanced elements): then nothing was added.
 */
int html_svg(struct text *out, const char *svg, size_t len, const char *prefix, const char *label,
             const char *described_by);

/* html/report.css and html/report.js, embedded by the build; NUL-terminated. */
extern const char html_style[], html_script[];

#endif
