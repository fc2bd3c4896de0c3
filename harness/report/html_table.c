/* SPDX-License-Identifier: Apache-2.0 */
/* A table of the report: each row knows its workload and its strategy, so that the page can filter. */
#include "report/html.h"

#include <ctype.h>
#include <string.h>

enum { COLUMNS_MAX = 64, LONG_ROWS = 40, SHORT_BYTES = 40 };

struct cell_words {
    const char *s;
    size_t len;
};

struct table {
    struct html_page *page;
    unsigned columns;
    bool right[COLUMNS_MAX], brief[COLUMNS_MAX]; /* aligned to the right; so short that no cell need break */
    int strategy_column, cell_column;            /* where a row says whose it is; -1: nowhere */
    bool by_case;                                /* the first column names a case, and an empty place repeats it */
    struct cell_words repeated;
    int repeated_workload;
};

static const char *line_end(const char *s, const char *end)
{
    const char *newline = memchr(s, '\n', (size_t)(end - s));
    return newline ? newline : end;
}

/* "| a | b |" into its cells, without the spaces around them. Those beyond COLUMNS_MAX are left out. */
static unsigned split(const char *s, const char *end, struct cell_words *cells)
{
    unsigned n = 0;
    s += s < end && *s == '|';
    while (s < end && n < COLUMNS_MAX) {
        const char *bar = s;
        while (bar < end && *bar != '|')
            bar += *bar == '\\' && bar + 1 < end ? 2 : 1;
        const char *a = s, *b = bar < end ? bar : end;
        while (a < b && *a == ' ')
            a++;
        while (b > a && b[-1] == ' ')
            b--;
        if (bar < end || b > a)
            cells[n++] = (struct cell_words){a, (size_t)(b - a)};
        s = bar + 1;
    }
    return n;
}

static bool cell_is(const struct cell_words *cell, const char *words)
{
    return strlen(words) == cell->len && memcmp(cell->s, words, cell->len) == 0;
}

/* A name in a code span, or the words as they are. */
static struct cell_words bare(const struct cell_words *cell)
{
    if (cell->len > 2 && cell->s[0] == '`') {
        const char *close = memchr(cell->s + 1, '`', cell->len - 1);
        if (close)
            return (struct cell_words){cell->s + 1, (size_t)(close - cell->s - 1)};
    }
    return *cell;
}

static void head(struct table *t, const struct cell_words *cells, unsigned n)
{
    const struct report_run *run = t->page->document->run;
    struct text *out = &t->page->body;
    text_add(out, "<thead><tr>");
    for (unsigned i = 0; i < n; i++) {
        int strategy = html_strategy_of(run, cells[i].s, cells[i].len);
        text_add(out, "<th scope=\"col\"%s", t->right[i] ? " class=\"n\"" : "");
        if (strategy >= 0)
            text_add(out, " data-s=\"%d\"", strategy);
        text_add(out, ">");
        html_inline(out, run, cells[i].s, cells[i].len);
        text_add(out, "</th>");
        if (cell_is(&cells[i], "strategy"))
            t->strategy_column = (int)i;
        if (cell_is(&cells[i], "cell"))
            t->cell_column = (int)i;
    }
    text_add(out, "</tr></thead>\n<tbody>\n");
}

static void row_begin(struct table *t, const struct cell_words *cells, unsigned n, int workload)
{
    const struct report_run *run = t->page->document->run;
    struct cell_words name;
    int strategy = -1;
    if (t->strategy_column >= 0 && t->strategy_column < (int)n) {
        name = bare(&cells[t->strategy_column]);
        strategy = html_strategy_of(run, name.s, name.len);
    } else if (t->cell_column >= 0 && t->cell_column < (int)n) {
        name = bare(&cells[t->cell_column]);
        strategy = html_strategy_of_cell(run, name.s, name.len);
    }
    text_add(&t->page->body, "<tr");
    if (workload >= 0)
        text_add(&t->page->body, " data-w=\"%d\"", workload);
    if (strategy >= 0)
        text_add(&t->page->body, " data-s=\"%d\"", strategy);
    text_add(&t->page->body, ">");
}

/* The page can put rows into another order, so each of them says of what it is; the style keeps repetitions quiet. */
static void row(struct table *t, const struct cell_words *cells, unsigned n)
{
    const struct report_run *run = t->page->document->run;
    struct text *out = &t->page->body;
    bool again = t->by_case && n && !cells[0].len && t->repeated.s;
    struct cell_words first = again ? t->repeated : n ? cells[0] : (struct cell_words){"", 0}, name = bare(&first);
    int workload = t->by_case ? html_workload_of(run, name.s, name.len) : -1;
    t->repeated = first;
    row_begin(t, cells, n, workload >= 0 ? workload : t->page->workload);
    for (unsigned i = 0; i < t->columns; i++) {
        bool header = i == 0 && !t->right[0];
        text_add(out, header ? "<th scope=\"row\"%s>" : "<td%s>",
                 i == 0 && again ? " class=\"again\""
                 : t->right[i]   ? " class=\"n\""
                 : t->brief[i]   ? " class=\"b\""
                                 : "");
        if (i < n)
            html_inline(out, run, i ? cells[i].s : first.s, i ? cells[i].len : first.len);
        text_add(out, header ? "</th>" : "</td>");
    }
    text_add(out, "</tr>\n");
}

static bool is_rule(const struct cell_words *cells, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (cells[i].len < 3 || strspn(cells[i].s, "-:") < cells[i].len)
            return false;
    return n > 0;
}

static unsigned count_lines(const char *s, const char *end)
{
    unsigned n = 0;
    for (; s < end; s = line_end(s, end) + 1)
        n++;
    return n;
}

/* Which columns have only short words. */
static void find_brief(struct table *t, const char *s, const char *end)
{
    struct cell_words cells[COLUMNS_MAX];
    memset(t->brief, true, sizeof t->brief);
    for (const char *e; s < end; s = e < end ? e + 1 : end) {
        e = line_end(s, end);
        unsigned n = split(s, e, cells);
        for (unsigned i = 0; i < n; i++)
            t->brief[i] = t->brief[i] && cells[i].len <= SHORT_BYTES;
    }
}

void html_table(struct html_page *page, const char *markdown, const char *end)
{
    struct table t = {.page = page, .strategy_column = -1, .cell_column = -1};
    struct cell_words header[COLUMNS_MAX], cells[COLUMNS_MAX];
    struct text *out = &page->body;
    const char *s = markdown, *e = line_end(s, end);
    t.columns = split(s, e, header);
    s = e < end ? e + 1 : end;
    e = line_end(s, end);
    unsigned n = split(s, e, cells);
    if (is_rule(cells, n)) {
        for (unsigned i = 0; i < n && i < t.columns; i++)
            t.right[i] = cells[i].len && cells[i].s[cells[i].len - 1] == ':';
        s = e < end ? e + 1 : end;
    }
    t.by_case =
        t.columns && (cell_is(&header[0], "case") || cell_is(&header[0], "cell") || cell_is(&header[0], "workload"));
    text_add(out, "<div class=\"scroll%s\" tabindex=\"0\" role=\"region\" aria-label=\"Table: ",
             count_lines(markdown, end) > LONG_ROWS + 2 ? " long" : "");
    html_escape(out, page->heading, strlen(page->heading));
    text_add(out, "\"><table%s>\n", t.by_case ? " class=\"cases\"" : "");
    head(&t, header, t.columns);
    find_brief(&t, s, end);
    for (; s < end; s = e < end ? e + 1 : end) {
        e = line_end(s, end);
        row(&t, cells, split(s, e, cells));
    }
    text_add(out, "</tbody></table></div>\n");
}
