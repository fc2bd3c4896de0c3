/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters of workloads: "workload.name=value" of the user's, and "name=value,..." of a workload's variants. */
#include "run/plan_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool plan_variant_value(const char *variant, const char *name, char *out, size_t len)
{
    size_t name_len = strlen(name);
    while (variant && *variant) {
        size_t item = strcspn(variant, ",");
        if (item > name_len && variant[name_len] == '=' && !strncmp(variant, name, name_len)) {
            snprintf(out, len, "%.*s", (int)(item - name_len - 1), variant + name_len + 1);
            return true;
        }
        variant += item + (variant[item] == ',');
    }
    return false;
}

bool plan_variant_is_for(const char *variant, const char *strategy)
{
    char only[NAME_LEN];
    size_t len = strlen(strategy);
    if (!plan_variant_value(variant, "only", only, sizeof only))
        return true;
    for (const char *at = only; at[0]; at += strcspn(at, "+"), at += at[0] == '+')
        if (strcspn(at, "+") == len && !strncmp(at, strategy, len))
            return true;
    return false;
}

/* The user's "workload.name=value" for this parameter, or NULL. */
static const char *override_of(const struct plan_request *request, const char *workload, const char *name)
{
    char prefix[2 * NAME_LEN + 2];
    const char *found = NULL;
    int len = snprintf(prefix, sizeof prefix, "%s.%s=", workload, name);
    for (unsigned i = 0; i < request->n_params; i++)
        if (!strncmp(request->params[i], prefix, (size_t)len))
            found = request->params[i] + len;
    return found;
}

static void add_param(struct cell *cell, const char *name, const char *text)
{
    struct named_text *p = &cell->params[cell->n_params++];
    snprintf(p->name, sizeof p->name, "%s", name);
    snprintf(p->text, sizeof p->text, "%s", text);
}

void plan_fill_params(struct cell *cell, const struct workload *w, const char *variant,
                      const struct plan_request *request)
{
    struct params defaults = param_defaults(w->params, request->profile);
    char text[NAME_LEN], digits[24];
    for (unsigned i = 0; i < param_count(w->params); i++) {
        const char *given = override_of(request, w->name, w->params[i].name);
        if (given)
            add_param(cell, w->params[i].name, given);
        else if (plan_variant_value(variant, w->params[i].name, text, sizeof text))
            add_param(cell, w->params[i].name, text);
        else
            add_param(cell, w->params[i].name,
                      param_text(&w->params[i], param_grown(&w->params[i], defaults.value[i], cell->workers), digits));
    }
    const char *place = override_of(request, w->name, "place");
    if (!place && plan_variant_value(variant, "place", text, sizeof text))
        place = text;
    if (place && strcmp(place, "free"))
        add_param(cell, "place", place);
    const char *servers = w->fetches ? override_of(request, w->name, "servers") : NULL;
    if (servers)
        add_param(cell, "servers", servers);
    cell_sort_params(cell);
}

int plan_check_param(const char *text, char *why, size_t why_len)
{
    char workload[NAME_LEN], name[NAME_LEN];
    int value_at = 0;
    if (sscanf(text, "%63[a-z0-9_].%63[a-z0-9_]=%n", workload, name, &value_at) != 2 || !value_at) {
        snprintf(why, why_len, "\"%s\" is not of the form workload.name=value", text);
        return -EINVAL;
    }
    const struct workload *w = workload_find(workload);
    if (!w) {
        snprintf(why, why_len, "no workload named \"%s\"", workload);
        return -ENOENT;
    }
    const char *value = text + value_at;
    if (!strcmp(name, "place")) {
        if (!strcmp(value, "free") || !strcmp(value, "same") || !strcmp(value, "across"))
            return 0;
        snprintf(why, why_len, "%s: want free, same or across", text);
        return -EINVAL;
    }
    if (w->fetches && !strcmp(name, "servers"))
        return trial_origin_servers(value, why, why_len) > 0 ? 0 : -ERANGE;
    int at = param_find(w->params, name);
    if (at < 0) {
        snprintf(why, why_len, "%s has no parameter \"%s\" (see: quintet list workloads)", workload, name);
        return -ENOENT;
    }
    int64_t parsed;
    const struct param_spec *p = &w->params[at];
    int rc = param_parse(p, value, &parsed);
    if (!rc || strlen(value) >= NAME_LEN)
        return rc;
    if (p->choices) {
        size_t used = (size_t)snprintf(why, why_len, "%s: want one of", text);
        for (unsigned i = 0; p->choices[i] && used < why_len; i++)
            used += (size_t)snprintf(why + used, why_len - used, "%s %s", i ? "," : "", p->choices[i]);
    } else {
        snprintf(why, why_len, "%s: want %lld..%lld%s%s", text, (long long)p->min, (long long)p->max,
                 p->unit[0] ? " " : "", p->unit);
    }
    return rc;
}
