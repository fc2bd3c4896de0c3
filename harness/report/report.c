/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"
#include "report/aggregate.h"
#include "report/answer.h"
#include "report/efficiency.h"
#include "report/findings.h"
#include "report/html.h"
#include "report/paired.h"
#include "report/plots.h"
#include "report/report_md.h"
#include "report/summary.h"

#include "measure/heap.h"
#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A finding without its Markdown, for a terminal. */
static void plain_words(char *out, size_t len, const struct text *text)
{
    size_t used = 0;
    for (const char *c = text->data ? text->data : ""; *c && used + 1 < len; c++)
        if (*c != '`')
            out[used++] = *c;
    out[used] = '\0';
}

/*
 * How `to_dir` reaches `dir`: both are made absolute, the common part is dropped, the rest climbed. `out` ends with '/'
 * or is empty. 0 or -errno.
 */
static int relative_path(const char *dir, const char *to_dir, char *out, size_t len)
{
    char a[PATH_MAX], b[PATH_MAX];
    if (!realpath(dir, a) || !realpath(to_dir, b))
        return -errno;
    size_t common = 0;
    for (size_t i = 0;; i++) {
        bool a_end = a[i] == '/' || !a[i], b_end = b[i] == '/' || !b[i];
        if (a_end && b_end)
            common = i;
        if (a[i] != b[i] || !a[i])
            break;
    }
    size_t used = 0;
    out[0] = '\0';
    for (const char *c = b + common; *c && used < len; c++)
        if (*c == '/' && c[1])
            used += (size_t)snprintf(out + used, len - used, "../");
    const char *rest = a + common;
    while (*rest == '/')
        rest++;
    if (*rest && used < len)
        used += (size_t)snprintf(out + used, len - used, "%s/", rest);
    return used < len ? 0 : -ENAMETOOLONG;
}

/* The second copy, with links that work from where it lies. */
static int write_copy(const char *run_dir, const char *path, struct document *document)
{
    char dir[PATH_MAX], base[PATH_MAX];
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (!*name || (size_t)(slash ? slash - path : 1) >= sizeof dir)
        return -EINVAL;
    snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    if (!dir[0])
        strcpy(dir, "/");
    int rc = relative_path(run_dir, dir, base, sizeof base);
    int dirfd = rc ? -1 : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dirfd < 0)
        return rc ? rc : -errno;
    struct stat st;
    if (!fstatat(dirfd, name, &st, 0) && !S_ISREG(st.st_mode)) { /* the rename would put a file where a device was */
        close(dirfd);
        return -EINVAL;
    }
    struct text text = {0};
    document->base = base;
    report_md_write(&text, document);
    document->base = "";
    rc = text.failed || heap_was_refused() ? -ENOMEM : store_write(dirfd, name, text.data, text.len);
    text_fini(&text);
    close(dirfd);
    return rc;
}

/* Store one of the documents, or say why not. */
static int store_document(const struct document *document, const char *name, const struct text *text)
{
    int rc =
        text->failed || heap_was_refused() ? -ENOMEM : store_write(document->run->dirfd, name, text->data, text->len);
    if (rc)
        snprintf(document->run->result->message, REPORT_MESSAGE_LEN, "%s: %s", name, store_strerror(rc));
    return rc;
}

/* REPORT.md, and from its words report.html. */
static int write_pair(struct document *document)
{
    struct text markdown = {0}, html = {0};
    document->base = "";
    report_md_write(&markdown, document);
    int rc = store_document(document, "REPORT.md", &markdown);
    if (!rc)
        rc = report_html_write(&html, document, markdown.data);
    if (!rc)
        rc = store_document(document, "report.html", &html);
    text_fini(&html);
    text_fini(&markdown);
    return rc;
}

static int write_documents(const char *run_dir, const struct report_options *options, struct document *document)
{
    struct report_result *result = document->run->result;
    int rc = write_pair(document);
    if (rc)
        return rc;
    if (options->copy_report_to)
        rc = write_copy(run_dir, options->copy_report_to, document);
    if (rc)
        snprintf(result->message, sizeof result->message, "%.300s: %s", options->copy_report_to, store_strerror(rc));
    return rc;
}

static int require_plots(const struct report_options *options, struct report_result *result)
{
    if (!options->require_plots || (!result->gnuplot_missing && !result->plots_failed_count))
        return 0;
    snprintf(result->message, sizeof result->message, "plots were required: %.400s",
             result->n_warnings
                 ? result->warnings[result->n_warnings <= REPORT_WARNINGS_MAX ? result->n_warnings - 1 : 0]
                 : "gnuplot failed");
    return result->gnuplot_missing ? -ENOTSUP : -EPROTO;
}

static int build(const char *run_dir, const struct report_options *options, struct report_run *run,
                 struct pairing *pairing)
{
    struct plot_outcome outcomes[PLOTS_MAX];
    struct text findings[REPORT_FINDINGS_MAX] = {{0}}, answer[ANSWER_MAX] = {{0}};
    struct report_result *result = run->result;
    struct sensitivity sensitivity;
    struct document document = {
        .run = run, .pairing = pairing, .plots = outcomes, .findings = findings, .slo_ns = options->slo_ns};
    store_sweep(run->dirfd);
    int rc = efficiency_build(run);
    if (!rc)
        rc = pairing_build(pairing, run);
    if (!rc && run->gated_count) {
        rc = sensitivity_build(&sensitivity, run, pairing);
        document.sensitivity = &sensitivity;
    }
    if (rc)
        return rc;
    document.n_findings = findings_build(run, pairing, findings);
    if (document.n_findings > ANSWER_MAX) {
        document.n_answer = answer_build(run, pairing, answer, ANSWER_MAX);
        document.answer = answer;
    }
    result->n_findings = document.n_answer ? document.n_answer : document.n_findings;
    for (unsigned i = 0; i < result->n_findings; i++)
        plain_words(result->findings[i], sizeof result->findings[i], document.n_answer ? &answer[i] : &findings[i]);
    rc = summary_write(run);
    if (rc)
        snprintf(result->message, sizeof result->message, "summary.json: %s", store_strerror(rc));
    if (!rc) {
        rc = plots_build(run, pairing, options, outcomes, &document.n_plots);
        if (rc)
            snprintf(result->message, sizeof result->message, "report/plots: %s", store_strerror(rc));
    }
    if (!rc)
        rc = write_documents(run_dir, options, &document);
    for (unsigned i = 0; i < document.n_findings; i++)
        text_fini(&findings[i]);
    for (unsigned i = 0; i < document.n_answer; i++)
        text_fini(&answer[i]);
    return rc ? rc : require_plots(options, result);
}

int report_build(const char *run_dir, const struct report_options *options, struct report_result *result)
{
    static const struct report_options defaults;
    *result = (struct report_result){0};
    int dirfd = open(run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dirfd < 0) {
        int rc = -errno;
        snprintf(result->message, sizeof result->message, "%.300s: %s", run_dir, store_strerror(rc));
        return rc;
    }
    struct report_run run;
    struct pairing pairing = {0};
    if (!options)
        options = &defaults;
    int rc = options->salvage ? report_run_salvage(&run, dirfd, result) : report_run_load(&run, dirfd, result);
    result->storing = !rc;
    if (!rc && run.n_salvaged)
        report_warn(result, "%s", run.salvaged);
    if (!rc)
        rc = build(run_dir, options, &run, &pairing);
    if (rc && !result->message[0])
        snprintf(result->message, sizeof result->message, "%s", strerror(-rc));
    result->cells_count = run.n_cells;
    result->trials_ok_count = run.ok_count;
    result->trials_failed_count = run.failed_count;
    result->trials_skipped_count = run.skipped_count;
    pairing_fini(&pairing);
    report_run_fini(&run);
    close(dirfd);
    return rc;
}
