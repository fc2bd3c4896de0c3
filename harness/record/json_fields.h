/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members of a struct as fields of a JSON object, by a table: a field is added to a document by adding a line, and
 * reader and writer cannot disagree.
 */
#ifndef QUINTET_RECORD_JSON_FIELDS_H
#define QUINTET_RECORD_JSON_FIELDS_H

#include <jansson.h>
#include <stddef.h>

/* char[], uint64_t, uint64_t as 16 hexadecimal digits (JSON has 53 bits), unsigned, int, double. */
enum field_type { FIELD_TEXT, FIELD_U64, FIELD_HEX64, FIELD_UINT, FIELD_INT, FIELD_REAL };

struct field {
    const char *name;
    enum field_type type;
    size_t offset, size;
};

#define FIELD(type, member, json_name, kind)                                                                           \
    {                                                                                                                  \
        json_name, kind, offsetof(struct type, member), sizeof(((struct type *)0)->member)                             \
    }

/* Each field of the table. 0 or -ENOMEM. */
int json_fields_write(json_t *json, const struct field *fields, unsigned n, const void *base);

/* Only those that say something: texts that are not empty, numbers that are not 0. 0 or -ENOMEM. */
int json_fields_write_set(json_t *json, const struct field *fields, unsigned n, const void *base);

/* Each field must be there. 0, or -EBADMSG with the field's name in `why`. */
int json_fields_read(const json_t *json, const struct field *fields, unsigned n, void *base, char *why, size_t why_len);

/* Those that are there; the others are left as they are. */
int json_fields_read_there(const json_t *json, const struct field *fields, unsigned n, void *base, char *why,
                           size_t why_len);

/* Say that this field is not as it should be. -EBADMSG. */
int json_field_bad(char *why, size_t why_len, const char *field);

/* Text that came from outside (a reason, a describe line) must not make the document invalid UTF-8. New reference. */
json_t *json_text(const char *text);

#endif
