/* SPDX-License-Identifier: Apache-2.0 */
#include "record/json_fields.h"
#include "record/trial_record.h"

#include <errno.h>
#include <string.h>

static json_t *list_to_json(const struct named_text *list, unsigned n)
{
    json_t *json = json_object();
    for (unsigned i = 0; i < n; i++)
        json_object_set_new(json, list[i].name, json_string(list[i].text));
    return json;
}

static int list_from_json(const json_t *json, struct named_text *list, unsigned max, unsigned *n)
{
    const char *name;
    json_t *value;
    *n = 0;
    if (!json_is_object(json))
        return -EBADMSG;
    json_object_foreach((json_t *)json, name, value)
    {
        if (*n == max || strlen(name) >= NAME_LEN || !json_is_string(value) || json_string_length(value) >= NAME_LEN)
            return -EBADMSG;
        strcpy(list[*n].name, name);
        strcpy(list[*n].text, json_string_value(value));
        (*n)++;
    }
    return 0;
}

/* What most cells lack (options, a role, an offered load) is left out: a reader takes absence for "none". */
int cell_to_json(json_t *json, const struct cell *cell)
{
    char id[CELL_ID_LEN];
    cell_id(cell, id, sizeof id);
    int rc = json_object_set_new(json, "cell_id", json_string(id)) |
             json_object_set_new(json, "workload", json_string(cell->workload)) |
             json_object_set_new(json, "strategy", json_string(cell->strategy)) |
             json_object_set_new(json, "params", list_to_json(cell->params, cell->n_params)) |
             json_object_set_new(json, "in_flight", json_integer(cell->in_flight)) |
             json_object_set_new(json, "workers", json_integer(cell->workers));
    if (cell->n_options)
        rc |= json_object_set_new(json, "options", list_to_json(cell->options, cell->n_options));
    if (cell->role[0])
        rc |= json_object_set_new(json, "role", json_string(cell->role));
    if (cell->offered_per_s)
        rc |= json_object_set_new(json, "offered_per_s", json_integer((json_int_t)cell->offered_per_s));
    return rc ? -ENOMEM : 0;
}

int cell_from_json(const json_t *json, struct cell *cell, char *why, size_t why_len)
{
    static const struct field fields[] = {
        FIELD(cell, workload, "workload", FIELD_TEXT),
        FIELD(cell, strategy, "strategy", FIELD_TEXT),
        FIELD(cell, in_flight, "in_flight", FIELD_UINT),
        FIELD(cell, workers, "workers", FIELD_UINT),
    };
    static const struct field optional[] = {
        FIELD(cell, role, "role", FIELD_TEXT),
        FIELD(cell, offered_per_s, "offered_per_s", FIELD_U64),
    };
    memset(cell, 0, sizeof *cell);
    int rc = json_fields_read(json, fields, sizeof fields / sizeof *fields, cell, why, why_len);
    if (!rc)
        rc = json_fields_read_there(json, optional, sizeof optional / sizeof *optional, cell, why, why_len);
    if (rc)
        return rc;
    if (list_from_json(json_object_get(json, "params"), cell->params, PARAMS_MAX, &cell->n_params))
        return json_field_bad(why, why_len, "params");
    const json_t *options = json_object_get(json, "options");
    if (options && list_from_json(options, cell->options, OPTIONS_MAX, &cell->n_options))
        return json_field_bad(why, why_len, "options");
    cell_sort_params(cell);
    return 0;
}
