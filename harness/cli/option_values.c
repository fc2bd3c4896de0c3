/* SPDX-License-Identifier: Apache-2.0 */
/* What the value of an option may be, and where it goes. */
#include "cli/message.h"
#include "cli/options_private.h"

#include "contract/strategy.h"
#include "contract/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits only: no sign, no blanks, no hexadecimal, no silent clamp. What is too long is ULLONG_MAX, beyond any max. */
static bool parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
    *out = strtoull(text, NULL, 10);
    return text[0] && !text[strspn(text, "0123456789")] && *out >= min && *out <= max;
}

static int bad_number(const struct option_spec *option, const char *text)
{
    char object[128], what[96];
    snprintf(object, sizeof object, "--%s=%.80s", option->name, text);
    snprintf(what, sizeof what, "want a whole number in %llu..%llu", (unsigned long long)option->min,
             (unsigned long long)option->max);
    return option_usage("E-CLI-RANGE", object, what, NULL);
}

/* All registered names of the kind an option takes, for the nearest match and the list. */
static const char *const *registered_names(bool workloads)
{
    static const char *names[2][PLAN_NAMES_MAX]; /* tests/unit/option_values_test.c holds that there are fewer */
    for (unsigned i = 0; workload_registry[i]; i++)
        names[true][i] = workload_registry[i]->name;
    for (unsigned i = 0; strategy_registry[i]; i++)
        names[false][i] = strategy_registry[i]->name;
    return names[workloads];
}

static int unknown_name(const char *kind, const char *name, const char *const *names)
{
    char *hint = NULL, object[96], what[64];
    size_t len;
    const char *near = message_nearest(name, names);
    FILE *list = open_memstream(&hint, &len);
    if (!list)
        return option_no_memory();
    fprintf(list, near ? "did you mean %s? There are:" : "there are:", near);
    for (unsigned i = 0; names[i]; i++)
        fprintf(list, "%s %s", i ? "," : "", names[i]);
    fclose(list);
    snprintf(object, sizeof object, "%.80s", name);
    snprintf(what, sizeof what, "no such %s", kind);
    int rc = option_usage("E-CLI-UNKNOWN", object, what, hint);
    free(hint);
    return rc;
}

/* The lists are cut up in a copy: argv goes into the record as it was given. */
static int add_names(struct options *out, const struct option_spec *option, char *list)
{
    bool workloads = option->offset == AT(request.workloads);
    const char *const *names = registered_names(workloads);
    const char **to = workloads ? out->request.workloads : out->request.strategies;
    unsigned *n = workloads ? &out->request.n_workloads : &out->request.n_strategies;
    for (char *save, *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
        const struct workload *w = workloads ? workload_find(name) : NULL;
        const struct strategy *s = workloads ? NULL : strategy_find(name);
        if (!w && !s)
            return unknown_name(option->name, name, names);
        bool twice = false;
        for (unsigned i = 0; i < *n; i++)
            twice |= !strcmp(to[i], name);
        if (!twice)
            to[(*n)++] = w ? w->name : s->name;
    }
    return *n ? 0 : option_usage("E-CLI-VALUE", option->name, "want at least one name", NULL);
}

static int add_numbers(struct options *out, const struct option_spec *option, char *list)
{
    bool rates = option->offset == AT(request.rates);
    unsigned *n = rates ? &out->request.n_rates : &out->request.n_in_flight;
    for (char *save, *text = strtok_r(list, ",", &save); text; text = strtok_r(NULL, ",", &save)) {
        uint64_t value;
        if (!parse_number(text, option->min, option->max, &value))
            return bad_number(option, text);
        if (*n == 16)
            return option_usage("E-CLI-RANGE", option->name, "at most 16 values", NULL);
        if (rates)
            out->request.rates[*n] = value;
        else
            out->request.in_flight[*n] = (unsigned)value;
        ++*n;
    }
    return *n ? 0 : bad_number(option, "");
}

static int set_profile(struct options *out, const char *text)
{
    int found = profile_find(text);
    if (found >= 0) {
        out->request.profile = (enum profile)found;
        return 0;
    }
    static const char *const names[] = {"smoke", "quick", "full", NULL};
    return unknown_name("profile", text, names);
}

static int set_seed(struct options *out, const char *text)
{
    out->request.seed = strtoull(text, NULL, 16);
    out->have_seed = true;
    if (!text[0] || strlen(text) > 16 || text[strspn(text, "0123456789abcdefABCDEF")])
        return option_usage("E-CLI-RANGE", "--seed", "want 1 to 16 hexadecimal digits", NULL);
    return 0;
}

static int set_list(struct options *out, const struct option_spec *option, const char *value)
{
    size_t len = strlen(value);
    if (len && (value[0] == ',' || value[len - 1] == ',' || strstr(value, ",,"))) /* is something missing there? */
        return option_usage("E-CLI-VALUE", option->name, "nothing stands before or behind a comma", NULL);
    char *copy = strdup(value);
    if (!copy)
        return option_no_memory();
    int rc = option->kind == NAMES ? add_names(out, option, copy) : add_numbers(out, option, copy);
    free(copy);
    return rc;
}

/* "500us", "10ms", "90s", "10m", "2h"; whole numbers, up to a week. */
static int set_duration(struct options *out, const struct option_spec *option, const char *value)
{
    static const struct {
        const char *unit;
        uint64_t ns;
    } units[] = {{"us", 1000}, {"ms", 1000000}, {"s", 1000000000}, {"m", 60000000000}, {"h", 3600000000000}};
    const uint64_t week_ns = UINT64_C(604800) * 1000000000;
    char number[24], object[128];
    size_t digits = strspn(value, "0123456789");
    uint64_t count;
    snprintf(number, sizeof number, "%.*s", (int)(digits < sizeof number ? digits : 0), value);
    for (unsigned i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(value + digits, units[i].unit) || !parse_number(number, 1, week_ns / units[i].ns, &count))
            continue;
        *(uint64_t *)((char *)out + option->offset) = count * units[i].ns;
        return 0;
    }
    snprintf(object, sizeof object, "--%s=%.80s", option->name, value);
    return option_usage("E-CLI-RANGE", object, "want a whole number with us, ms, s, m or h, up to a week", NULL);
}

static int set_percent(struct options *out, const struct option_spec *option, const char *value)
{
    char *end, object[128];
    double percent = strtod(value, &end);
    if (strspn(value, "0123456789.eE-+") != strlen(value) || end == value || *end ||
        !(percent > 0 && percent <= 100)) { /* no blanks, no hexadecimal; false for NaN */
        snprintf(object, sizeof object, "--%s=%.80s", option->name, value);
        return option_usage("E-CLI-RANGE", object, "want a number above 0 and up to 100", NULL);
    }
    *(double *)((char *)out + option->offset) = percent / 100;
    return 0;
}

/* "workload.name=value" or "strategy.name=value": what they mean is the plan's business. */
static int add_assignment(struct options *out, const struct option_spec *option, const char *value)
{
    bool of_strategy = option->offset == AT(request.options);
    const char **list = of_strategy ? out->request.options : out->request.params;
    unsigned *n = of_strategy ? &out->request.n_options : &out->request.n_params;
    size_t name = strcspn(value, "=");
    if (*n == PLAN_NAMES_MAX)
        return option_usage("E-CLI-RANGE", option->name, "too many", NULL);
    for (unsigned i = 0; i < *n; i++)
        if (strcspn(list[i], "=") == name && !strncmp(list[i], value, name))
            return option_usage("E-CLI-TWICE", value, "given twice", "which one do you mean?");
    list[(*n)++] = value;
    return 0;
}

int option_set(struct options *out, const struct option_spec *option, char *value)
{
    void *at = (char *)out + option->offset;
    uint64_t number;
    switch (option->kind) {
    case FLAG:
        *(bool *)at = true;
        return 0;
    case JSON:
        *(bool *)at = true;
        return strcmp(value, "-")
                   ? option_usage("E-CLI-VALUE", "--json", "only \"-\" (standard output) is possible", NULL)
                   : 0;
    case JSON_FILE:
        out->json = !strcmp(value, "-");
        out->json_path = out->json ? NULL : value;
        return value[0] ? 0 : option_usage("E-CLI-VALUE", "--json", "want \"-\" or a file", NULL);
    case TEXT:
        *(const char **)at = value;
        return value[0] ? 0 : option_usage("E-CLI-VALUE", option->name, "want a path", NULL);
    case NUMBER:
        if (!parse_number(value, option->min, option->max, &number))
            return bad_number(option, value);
        if (option->offset == AT(request.blocks))
            out->request.blocks = (unsigned)number;
        else
            *(uint64_t *)at = number;
        return 0;
    case DURATION:
        return set_duration(out, option, value);
    case PERCENT:
        return set_percent(out, option, value);
    case NAMES:
    case NUMBERS:
        return set_list(out, option, value);
    case PARAMS:
        return add_assignment(out, option, value);
    case PROFILE:
        return set_profile(out, value);
    case SEED:
        return set_seed(out, value);
    case JOB:
        out->job_path = value;
        return value[0] ? 0 : option_usage("E-CLI-VALUE", "--job", "want a file", NULL);
    case COUNTERS:
        out->request.counters = "perf";
        return strcmp(value, "perf") ? option_usage("E-CLI-VALUE", "--counters", "only \"perf\" is possible", NULL) : 0;
    }
    return EXIT_BUG;
}
