/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters of workloads and options of strategies: integers or choices, described once as data. */
#ifndef QUINTET_CONTRACT_PARAM_H
#define QUINTET_CONTRACT_PARAM_H

#include <stdint.h>

enum profile { PROFILE_SMOKE, PROFILE_QUICK, PROFILE_FULL, PROFILE_COUNT };

enum { PARAM_MAX = 8 };

/* One parameter. A list of them ends with name == NULL. For a choice the value is the index into `choices`. */
struct param_spec {
    const char *name;
    const char *unit;                /* "ns", "bytes", "count", ... ; "" for a choice */
    const char *summary;             /* one line for `quintet list` */
    int64_t defaults[PROFILE_COUNT]; /* by profile: smoke, quick, full */
    int64_t min, max;                /* inclusive; unused for a choice */
    unsigned grows;                  /* an amount of work that more CPUs share: see param_grown(). 0: it doesn't grow */
    const char *const *choices;      /* NULL-terminated, or NULL for an integer */
};

/* Values in the order of the spec. */
struct params {
    int64_t value[PARAM_MAX];
};

/* Number of parameters in a list (0 for NULL). */
unsigned param_count(const struct param_spec *specs);

/* Index of `name`, or -1. */
int param_find(const struct param_spec *specs, const char *name);

/* All defaults of one profile. */
struct params param_defaults(const struct param_spec *specs, enum profile profile);

/*
 * The default of an amount for `cpus` CPUs. Defaults are for two: as many more CPUs have as much more to share, or a
 * run on sixty-four of them would be over before they are all awake. At most `grows` times as much (where serial waits
 * for every one in turn, that is little) and never above `max`.
 */
int64_t param_grown(const struct param_spec *spec, int64_t value, unsigned cpus);

/* An amount that was right for `from` CPUs, for `to`: as much more or less as the defaults differ, within [min, max].
 */
int64_t param_rescaled(const struct param_spec *spec, int64_t value, unsigned from, unsigned to);

/*
 * Parse `text` for one parameter: a choice's name, or a decimal integer with an optional suffix k, M, G (1000s) or
 * Ki, Mi, Gi (1024s). 0, -EINVAL (not a value), -ERANGE (out of [min, max]).
 */
int param_parse(const struct param_spec *spec, const char *text, int64_t *out);

/* The value as text ("4096", "direct"); points to static data or into `buf` (>= 24 bytes). */
const char *param_text(const struct param_spec *spec, int64_t value, char *buf);

#endif
