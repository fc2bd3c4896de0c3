/* SPDX-License-Identifier: Apache-2.0 */
/* Facts for the doctor's tests, made up. */
#ifndef QUINTET_TESTS_DOCTOR_FACTS_H
#define QUINTET_TESTS_DOCTOR_FACTS_H

#include "record/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lines "name=value": true, false, a number, a text, or "?" for unknown. */
static inline void facts_set(json_t *manifest, const char *lines)
{
    char copy[4096];
    snprintf(copy, sizeof copy, "%s", lines);
    for (char *save, *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *value = strchr(line, '='), *end;
        *value++ = '\0';
        double number = strtod(value, &end);
        json_t *v = !strcmp(value, "?")       ? NULL
                    : !strcmp(value, "true")  ? json_true()
                    : !strcmp(value, "false") ? json_false()
                    : *value && !*end         ? json_real(number)
                                              : json_string(value);
        manifest_add(manifest, line, v, v ? "made up" : "nobody knows");
    }
}

static inline json_t *facts_make(const char *lines)
{
    json_t *manifest = json_pack("{s:s, s:{}}", "schema", "quintet.env/1.0", "facts");
    facts_set(manifest, lines);
    return manifest;
}

static inline bool has(const char *text, const char *part)
{
    return part ? strstr(text, part) != NULL : text[0] == '\0';
}

#endif
