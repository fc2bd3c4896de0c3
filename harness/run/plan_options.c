/* SPDX-License-Identifier: Apache-2.0 */
#include "run/plan_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* "pool.spin_ns=0,2000": the strategy and its option, and where the values begin; NULL if it is not of this form. */
static const char *split(const char *text, char strategy[NAME_LEN], char name[NAME_LEN])
{
    int at = 0;
    return sscanf(text, "%63[a-z0-9_].%63[a-z0-9_]=%n", strategy, name, &at) == 2 && at ? text + at : NULL;
}

/* The next of "0,2000" into `out`; false at the end. An empty one is "". */
static bool next_value(const char **list, char out[NAME_LEN])
{
    if (!*list)
        return false;
    size_t len = strcspn(*list, ",");
    snprintf(out, NAME_LEN, "%.*s", (int)(len < NAME_LEN ? len : NAME_LEN - 1), *list);
    *list = (*list)[len] == ',' ? *list + len + 1 : NULL;
    return true;
}

static int check_value(const struct strategy *s, const struct param_spec *option, const char *value, char *why,
                       size_t why_len)
{
    int64_t parsed;
    int rc = param_parse(option, value, &parsed);
    if (!rc)
        return 0;
    int used = snprintf(why, why_len, "%s.%s=%s: want ", s->name, option->name, value);
    if (!option->choices)
        snprintf(why + used, why_len - (size_t)used, "%lld..%lld%s%s", (long long)option->min, (long long)option->max,
                 option->unit[0] ? " " : "", option->unit);
    for (unsigned i = 0; option->choices && option->choices[i] && (size_t)used < why_len; i++)
        used += snprintf(why + used, why_len - (size_t)used, "%s%s", i ? ", " : "one of ", option->choices[i]);
    return rc;
}

static int check_one(const char *text, char *why, size_t why_len)
{
    char strategy[NAME_LEN], name[NAME_LEN], value[NAME_LEN];
    const char *values = split(text, strategy, name);
    if (!values) {
        snprintf(why, why_len, "\"%s\" is not of the form strategy.name=value", text);
        return -EINVAL;
    }
    const struct strategy *s = strategy_find(strategy);
    if (!s) {
        snprintf(why, why_len, "no strategy named \"%s\"", strategy);
        return -ENOENT;
    }
    int at = param_find(s->options, name);
    if (at < 0) {
        snprintf(why, why_len, "%s has no option \"%s\" (see: quintet list strategies)", strategy, name);
        return -ENOENT;
    }
    int rc = 0;
    while (!rc && next_value(&values, value))
        rc = check_value(s, &s->options[at], value, why, why_len);
    return rc;
}

static void set_add(struct option_set *set, const struct param_spec *option, const char *text)
{
    int64_t value;
    char digits[24];
    if (set->n == OPTIONS_MAX || param_parse(option, text, &value) || value == option->defaults[PROFILE_QUICK])
        return;
    struct named_text *to = &set->options[set->n++];
    snprintf(to->name, sizeof to->name, "%s", option->name);
    snprintf(to->text, sizeof to->text, "%s", param_text(option, value, digits)); /* one value has one spelling */
}

static bool same_set(const struct option_set *a, const struct option_set *b)
{
    bool same = a->n == b->n;
    for (unsigned i = 0; i < a->n && same; i++)
        same = !strcmp(a->options[i].name, b->options[i].name) && !strcmp(a->options[i].text, b->options[i].text);
    return same;
}

/* The combinations of one strategy; beyond the maximum they are counted only. */
static unsigned expand(const struct plan_request *request, const struct strategy *s, struct option_set *sets)
{
    unsigned n = 1;
    memset(sets, 0, sizeof *sets);
    for (unsigned i = 0; i < request->n_options; i++) {
        char strategy[NAME_LEN], name[NAME_LEN], value[NAME_LEN];
        const char *values = split(request->options[i], strategy, name);
        if (!values || strcmp(strategy, s->name))
            continue;
        const struct param_spec *option = &s->options[param_find(s->options, name)];
        struct option_set more[OPTION_SETS_MAX];
        unsigned n_more = 0;
        while (next_value(&values, value))
            for (unsigned j = 0; j < n; j++) {
                if (n_more == OPTION_SETS_MAX)
                    return OPTION_SETS_MAX + 1;
                struct option_set *to = &more[n_more];
                *to = sets[j];
                set_add(to, option, value);
                bool known = false;
                for (unsigned k = 0; k < n_more && !known; k++)
                    known = same_set(&more[k], to);
                n_more += !known;
            }
        memcpy(sets, more, n_more * sizeof *sets);
        n = n_more;
    }
    return n;
}

unsigned plan_option_sets(const struct plan_request *request, const struct strategy *strategy,
                          struct option_set sets[OPTION_SETS_MAX])
{
    unsigned n = expand(request, strategy, sets);
    return n > OPTION_SETS_MAX ? OPTION_SETS_MAX : n;
}

int plan_check_options(const struct plan_request *request, char *why, size_t why_len)
{
    struct option_set sets[OPTION_SETS_MAX];
    int rc = 0;
    for (unsigned i = 0; i < request->n_options && !rc; i++)
        rc = check_one(request->options[i], why, why_len);
    for (unsigned i = 0; strategy_registry[i] && !rc; i++)
        if (expand(request, strategy_registry[i], sets) > OPTION_SETS_MAX) {
            snprintf(why, why_len, "more than %d combinations of options for %s", OPTION_SETS_MAX,
                     strategy_registry[i]->name);
            rc = -EINVAL;
        }
    return rc;
}
