/* SPDX-License-Identifier: Apache-2.0 */
#include "record/json_fields.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *text)
{
    json_t *json = json_string(text);
    if (json)
        return json;
    char clean[4096];
    size_t i = 0;
    for (; text[i] && i + 1 < sizeof clean; i++)
        clean[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
    clean[i] = '\0';
    return json_string(clean);
}

static json_t *hex_to_json(uint64_t value)
{
    char hex[17];
    snprintf(hex, sizeof hex, "%016" PRIx64, value);
    return json_string(hex);
}

static json_t *field_to_json(const struct field *field, const void *base)
{
    const void *at = (const char *)base + field->offset;
    switch (field->type) {
    case FIELD_TEXT:
        return json_text(at);
    case FIELD_U64:
        return json_integer((json_int_t) * (const uint64_t *)at);
    case FIELD_HEX64:
        return hex_to_json(*(const uint64_t *)at);
    case FIELD_UINT:
        return json_integer(*(const unsigned *)at);
    case FIELD_INT:
        return json_integer(*(const int *)at);
    case FIELD_REAL:
        return json_real(isfinite(*(const double *)at) ? *(const double *)at : 0.0);
    }
    return NULL;
}

static int hex_from_json(const json_t *json, uint64_t *out)
{
    const char *text = json_string_value(json);
    char *end;
    if (!text || strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
        return -EBADMSG;
    *out = strtoull(text, &end, 16);
    return 0;
}

static int field_from_json(const struct field *field, const json_t *json, void *base)
{
    void *at = (char *)base + field->offset;
    json_int_t integer = json_is_integer(json) ? json_integer_value(json) : -1;
    switch (field->type) {
    case FIELD_TEXT:
        if (!json_is_string(json) || json_string_length(json) >= field->size)
            return -EBADMSG;
        memcpy(at, json_string_value(json), json_string_length(json) + 1);
        return 0;
    case FIELD_HEX64:
        return hex_from_json(json, at);
    case FIELD_U64:
        if (integer < 0)
            return -EBADMSG;
        *(uint64_t *)at = (uint64_t)integer;
        return 0;
    case FIELD_UINT:
        if (integer < 0 || integer > UINT32_MAX)
            return -EBADMSG;
        *(unsigned *)at = (unsigned)integer;
        return 0;
    case FIELD_INT:
        if (!json_is_integer(json) || json_integer_value(json) != (int)json_integer_value(json))
            return -EBADMSG;
        *(int *)at = (int)json_integer_value(json);
        return 0;
    case FIELD_REAL:
        if (!json_is_number(json) || !isfinite(json_number_value(json)))
            return -EBADMSG;
        *(double *)at = json_number_value(json);
        return 0;
    }
    return -EBADMSG;
}

int json_fields_write(json_t *json, const struct field *fields, unsigned n, const void *base)
{
    for (unsigned i = 0; i < n; i++)
        if (json_object_set_new(json, fields[i].name, field_to_json(&fields[i], base)))
            return -ENOMEM;
    return 0;
}

/* Is there anything to say? Texts that are not empty, numbers that are not 0. */
static bool field_is_set(const struct field *field, const void *base)
{
    const unsigned char *at = (const unsigned char *)base + field->offset;
    for (size_t i = 0; i < (field->type == FIELD_TEXT ? 1 : field->size); i++)
        if (at[i])
            return true;
    return false;
}

int json_field_bad(char *why, size_t why_len, const char *field)
{
    snprintf(why, why_len, "field \"%s\" is missing, of the wrong type or out of range", field);
    return -EBADMSG;
}

int json_fields_read(const json_t *json, const struct field *fields, unsigned n, void *base, char *why, size_t why_len)
{
    for (unsigned i = 0; i < n; i++)
        if (field_from_json(&fields[i], json_object_get(json, fields[i].name), base))
            return json_field_bad(why, why_len, fields[i].name);
    return 0;
}

int json_fields_write_set(json_t *json, const struct field *fields, unsigned n, const void *base)
{
    int rc = 0;
    for (unsigned i = 0; i < n && !rc; i++)
        if (field_is_set(&fields[i], base))
            rc = json_fields_write(json, &fields[i], 1, base);
    return rc;
}

int json_fields_read_there(const json_t *json, const struct field *fields, unsigned n, void *base, char *why,
                           size_t why_len)
{
    int rc = 0;
    for (unsigned i = 0; i < n && !rc; i++)
        if (json_object_get(json, fields[i].name))
            rc = json_fields_read(json, &fields[i], 1, base, why, why_len);
    return rc;
}
