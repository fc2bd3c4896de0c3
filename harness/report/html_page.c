/* SPDX-License-Identifier: Apache-2.0 */
/* The page around the report: what the browser may do, filters, contents, and the data of the pictures. */
#include "report/findings.h"
#include "report/html.h"
#include "report/plot.h"

#include "record/store.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { DIGEST_TEXT = 64 };

/* Base64 of the SHA-256 of what stands between two tags, as a Content-Security-Policy names it. */
static int digest_of(char out[DIGEST_TEXT], const char *words, size_t len)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (!EVP_Digest(words, len, digest, &n, EVP_sha256(), NULL))
        return -EIO;
    EVP_EncodeBlock((unsigned char *)out, digest, (int)n);
    return 0;
}

/* The style sheet, and this run's strategies with the hue that they have in the pictures. */
static void add_style(struct text *out, const struct report_run *run)
{
    text_add_bytes(out, html_style, strlen(html_style));
    for (unsigned i = 0; i < run->n_strategies; i++)
        text_add(out, "[data-s=\"%u\"]{--hue:%s}\n", i, look_of(run, i).colour);
}

/* Nothing may be loaded from anywhere, and only this style and this script count. */
static int add_head(struct text *out, const struct document *d)
{
    struct text style = {0};
    char style_digest[DIGEST_TEXT], script_digest[DIGEST_TEXT];
    const char *id = md_run_text(d, "run_id");
    add_style(&style, d->run);
    int rc = style.failed ? -ENOMEM : digest_of(style_digest, style.data, style.len);
    if (!rc)
        rc = digest_of(script_digest, html_script, strlen(html_script));
    if (!rc) {
        text_add(out,
                 "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s'; "
                 "script-src 'sha256-%s'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                 "<meta name=\"referrer\" content=\"no-referrer\">\n<link rel=\"icon\" href=\"data:,\">\n"
                 "<title>Quintet report ",
                 style_digest, script_digest);
        html_escape(out, id, strlen(id));
        text_add(out, "</title>\n<style>");
        text_add_bytes(out, style.data, style.len);
        text_add(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#the-answer-first\">To the answer</a>\n");
    }
    text_fini(&style);
    return rc;
}

static bool has_filter(const struct report_run *run, unsigned workload)
{
    const char *name = run->workloads[workload].name;
    if (workload_is_floor(&run->workloads[workload]) || html_workload_of(run, name, strlen(name)) != (int)workload)
        return false;
    for (unsigned c = 0; c < run->n_cells; c++)
        if (strcmp(run->workloads[run->cells[c].workload].name, name) == 0)
            return true;
    return false;
}

static void add_choice(struct text *out, char what, unsigned index, const char *name)
{
    text_add(out, "<button type=\"button\" aria-pressed=\"false\" data-%c=\"%u\">", what, index);
    html_escape(out, name, strlen(name));
    text_add(out, "</button>\n");
}

/* Hidden until the script is there to make them work. */
static void add_filters(struct text *out, const struct report_run *run)
{
    text_add(out, "<details id=\"filters\" hidden open><summary>Show only</summary>\n"
                  "<div role=\"group\" aria-label=\"Strategies\"><h2>Strategy</h2>\n");
    for (unsigned i = 0; i < run->n_strategies; i++)
        add_choice(out, 's', i, run->strategies[i].name);
    text_add(out, "</div>\n<div role=\"group\" aria-label=\"Workloads\"><h2>Workload</h2>\n");
    for (unsigned i = 0; i < run->n_workloads; i++)
        if (has_filter(run, i))
            add_choice(out, 'w', i, run->workloads[i].name);
    text_add(out, "</div>\n<p role=\"status\" id=\"shown\"></p>\n"
                  "<button type=\"button\" id=\"all\" hidden>Show everything</button>\n</details>\n");
}

static void add_side(struct text *out, const struct html_page *page)
{
    text_add(out, "<nav aria-label=\"This page\">\n<p class=\"name\">Quintet <button type=\"button\" id=\"theme\" "
                  "hidden>Dark</button></p>\n");
    add_filters(out, page->document->run);
    text_add(out, "<details id=\"contents\" open><summary>Contents</summary>\n<ol>\n");
    if (page->toc.data)
        text_add_bytes(out, page->toc.data, page->toc.len);
    text_add(out, "<li><a href=\"#data-of-the-pictures\">Data of the pictures</a></li>\n</ol></details>\n</nav>\n");
}

/* What every picture was drawn from, for those who cannot see it and those who want the numbers. */
static void add_data(struct text *out, const struct document *d)
{
    text_add(out,
             "<section aria-labelledby=\"data-of-the-pictures\">\n<h2 id=\"data-of-the-pictures\">Data of the "
             "pictures</h2>\n<p>Each with the script that draws it lies in <code>report/plots/</code> of the run's "
             "directory.</p>\n");
    for (unsigned i = 0; i < d->n_plots; i++) {
        char path[NAME_LEN + 32], *data = NULL;
        size_t len = 0;
        snprintf(path, sizeof path, "report/plots/%s.dat", d->plots[i].name);
        if (store_read(d->run->dirfd, path, 1 << 20, &data, &len))
            continue;
        text_add(out, "<details><summary>");
        html_escape(out, d->plots[i].title, strlen(d->plots[i].title));
        text_add(out, " (<code>%s</code>)</summary>\n<pre tabindex=\"0\" id=\"data-%s\">", d->plots[i].name,
                 d->plots[i].name);
        html_escape(out, data, len);
        text_add(out, "</pre></details>\n");
        free(data);
    }
    text_add(out, "</section>\n");
}

int report_html_write(struct text *out, const struct document *document, const char *markdown)
{
    struct html_page page = {.document = document};
    html_blocks(&page, markdown);
    int rc = add_head(out, document);
    if (!rc) {
        add_side(out, &page);
        text_add(out, "<main>\n");
        if (page.body.data)
            text_add_bytes(out, page.body.data, page.body.len);
        add_data(out, document);
        text_add(out, "</main>\n<script>");
        text_add_bytes(out, html_script, strlen(html_script));
        text_add(out, "</script>\n</body>\n</html>\n");
    }
    out->failed = out->failed || page.body.failed || page.toc.failed || rc == -ENOMEM;
    text_fini(&page.body);
    text_fini(&page.toc);
    return rc == -ENOMEM ? 0 : rc;
}
