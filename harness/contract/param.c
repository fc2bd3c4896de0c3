/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/param.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned param_count(const struct param_spec *specs)
{
    unsigned n = 0;
    while (specs && specs[n].name)
        n++;
    return n;
}

int param_find(const struct param_spec *specs, const char *name)
{
    for (int i = 0; specs && specs[i].name; i++)
        if (!strcmp(specs[i].name, name))
            return i;
    return -1;
}

struct params param_defaults(const struct param_spec *specs, enum profile profile)
{
    struct params params = {0};
    for (unsigned i = 0; specs && specs[i].name && i < PARAM_MAX; i++)
        params.value[i] = specs[i].defaults[profile];
    return params;
}

static unsigned growth(const struct param_spec *spec, unsigned cpus)
{
    unsigned factor = cpus / 2 < spec->grows ? cpus / 2 : spec->grows;
    return factor ? factor : 1;
}

int64_t param_grown(const struct param_spec *spec, int64_t value, unsigned cpus)
{
    unsigned factor = growth(spec, cpus);
    if (factor == 1)
        return value;
    return value > spec->max / factor ? spec->max : value * factor;
}

int64_t param_rescaled(const struct param_spec *spec, int64_t value, unsigned from, unsigned to)
{
    unsigned more = growth(spec, to), less = growth(spec, from);
    if (more == less)
        return value;
    value = value > spec->max / more ? spec->max : value * more / less;
    return value < spec->min ? spec->min : value > spec->max ? spec->max : value;
}

static int64_t suffix_factor(const char *suffix)
{
    static const struct {
        const char *text;
        int64_t factor;
    } table[] = {
        {"", 1},           {"k", 1000},       {"M", 1000000},    {"G", 1000000000},
        {"Ki", 1LL << 10}, {"Mi", 1LL << 20}, {"Gi", 1LL << 30},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(suffix, table[i].text))
            return table[i].factor;
    return 0;
}

int param_parse(const struct param_spec *spec, const char *text, int64_t *out)
{
    if (spec->choices) {
        for (int i = 0; spec->choices[i]; i++)
            if (!strcmp(spec->choices[i], text)) {
                *out = i;
                return 0;
            }
        return -EINVAL;
    }
    /* strtoll takes leading blanks, '+' and "0x"; a parameter does not. */
    const char *digits = text[0] == '-' ? text + 1 : text;
    if (digits[0] < '0' || digits[0] > '9')
        return -EINVAL;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno == ERANGE)
        return -ERANGE;
    int64_t factor = suffix_factor(end);
    if (!factor)
        return -EINVAL;
    int64_t product;
    if (__builtin_mul_overflow((int64_t)value, factor, &product) || product < spec->min || product > spec->max)
        return -ERANGE;
    *out = product;
    return 0;
}

const char *param_text(const struct param_spec *spec, int64_t value, char *buf)
{
    if (!spec->choices) {
        snprintf(buf, 24, "%lld", (long long)value);
        return buf;
    }
    for (int i = 0; spec->choices[i]; i++)
        if (i == value)
            return spec->choices[i];
    return "?";
}
