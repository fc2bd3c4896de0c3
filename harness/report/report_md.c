/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_md.h"
#include "report/report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool md_has_load(const struct report_run *run, bool paced)
{
    for (unsigned c = 0; c < run->n_cells; c++)
        if (run->workloads[run->cells[c].workload].paced == paced)
            return true;
    return false;
}

const char *md_run_text(const struct document *d, const char *key)
{
    const char *text = json_string_value(json_object_get(d->run->run, key));
    return text ? text : "";
}

/* Any JSON value in words. */
static void add_value(struct text *out, const json_t *value)
{
    if (json_is_string(value)) {
        text_add_escaped(out, json_string_value(value));
    } else if (json_is_integer(value)) {
        text_add(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_real(value)) {
        text_add(out, "%.6g", json_real_value(value));
    } else {
        char *dump = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_REAL_PRECISION(6));
        text_add_escaped(out, dump ? dump : "?");
        free(dump);
    }
}

void md_fact(struct text *out, const struct document *d, const char *name)
{
    const json_t *fact = json_object_get(json_object_get(d->run->env, "facts"), name);
    const json_t *value = json_object_get(fact, "v");
    const char *why = json_string_value(json_object_get(fact, "why"));
    if (!fact) {
        text_add(out, "not recorded");
    } else if (!value || json_is_null(value)) {
        text_add(out, "unknown (");
        text_add_escaped(out, why ? why : "no reason given");
        text_add(out, ")");
    } else {
        add_value(out, value);
    }
}

void md_rule(struct text *out, unsigned left, unsigned right)
{
    text_add(out, "|");
    for (unsigned i = 0; i < left; i++)
        text_add(out, " --- |");
    for (unsigned i = 0; i < right; i++)
        text_add(out, " ---: |");
    text_add(out, "\n");
}

void md_strategy_columns(struct text *out, const struct report_run *run, unsigned left, unsigned right)
{
    for (unsigned s = 0; s < run->n_strategies; s++)
        text_add(out, " %s |", run->strategies[s].name);
    text_add(out, "\n");
    md_rule(out, left, right + run->n_strategies);
}

void md_row_begin(struct text *out, const char *name)
{
    text_add(out, "| ");
    text_add_code(out, name);
    text_add(out, " |");
}

/* A path in a link's parentheses: whatever could end it is percent-encoded. */
static void add_path(struct text *out, const char *path)
{
    for (const char *c = path; *c; c++)
        if (isalnum((unsigned char)*c) || strchr("/._-", *c))
            text_add_bytes(out, c, 1);
        else
            text_add(out, "%%%02X", (unsigned char)*c);
}

static void add_link(struct text *out, const struct document *d, const char *label, const char *name,
                     const char *suffix)
{
    text_add(out, "[%s](", label);
    add_path(out, d->base);
    text_add(out, "report/plots/%s%s)", name, suffix);
}

void md_plot(struct text *out, const struct document *d, const char *name)
{
    for (unsigned i = 0; i < d->n_plots; i++) {
        const struct plot_outcome *plot = &d->plots[i];
        if (strcmp(plot->name, name) != 0)
            continue;
        if (plot->drawn) {
            text_add(out, "![");
            text_add_escaped(out, plot->title);
            text_add(out, "; the caption below says what is drawn](");
            add_path(out, d->base);
            text_add(out, "report/plots/%s.svg)\n\n", name);
            text_add(out, "*");
            text_add_escaped(out, plot->caption);
            text_add(out, "* Up to %u blocks. ", d->run->blocks);
        } else {
            text_add(out, "> The picture \"");
            text_add_escaped(out, plot->title);
            text_add(out, "\" was not drawn: ");
            text_add_escaped(out, plot->why);
            text_add(out, ". What it would show is in ");
        }
        add_link(out, d, "data", name, ".dat");
        text_add(out, " · ");
        add_link(out, d, "script", name, ".gp");
        text_add(out, "\n\n");
    }
}

void report_md_write(struct text *out, const struct document *document)
{
    md_head(out, document);
    md_trust(out, document);
    md_results(out, document);
    md_questions(out, document);
    md_beside(out, document);
    md_scaling(out, document);
    md_offered(out, document);
    md_laws(out, document);
    md_attribution(out, document);
    md_appendix(out, document);
}
