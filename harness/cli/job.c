/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/job.h"

#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int job_init(struct job *job, const char *path, char *where, size_t where_len, char *why, size_t why_len)
{
    size_t len;
    json_error_t error;
    *job = (struct job){.path = path};
    snprintf(where, where_len, "%s", path);
    int rc = store_read(AT_FDCWD, path, JOB_LIMIT_BYTES, &job->text, &len);
    if (rc) {
        snprintf(why, why_len, "%s",
                 rc == -EINVAL  ? "it is no regular file"
                 : rc == -EFBIG ? "it is greater than 1 MiB"
                                : strerror(-rc));
        return rc;
    }
    job->root = json_loadb(job->text, len, JSON_REJECT_DUPLICATES, &error);
    if (!job->root) {
        snprintf(where, where_len, "%s:%d:%d", path, error.line > 0 ? error.line : 1,
                 error.column > 0 ? error.column : 1);
        snprintf(why, why_len, "%s",
                 !len                                     ? "it is empty"
                 : !strncmp(job->text, "\xef\xbb\xbf", 3) ? "it begins with a byte order mark"
                                                          : error.text);
    } else if (!json_is_object(job->root)) {
        snprintf(where, where_len, "%s:1:1", path);
        snprintf(why, why_len, "want an object: {\"workload\": ...}");
    } else {
        return 0;
    }
    job_fini(job);
    return -EBADMSG;
}

int job_init_kept(struct job *job, const char *path, const json_t *root)
{
    *job = (struct job){.path = path, .text = json_dumps(root, JSON_COMPACT), .root = json_deep_copy(root)};
    if (job->text && job->root)
        return 0;
    job_fini(job);
    return -ENOMEM;
}

void job_fini(struct job *job)
{
    json_decref(job->root);
    free(job->text);
    *job = (struct job){0};
}

/* The quote that ends the string which begins at `quote`. The text is known to be JSON. */
static const char *string_end(const char *quote)
{
    for (quote++; *quote != '"'; quote++)
        quote += *quote == '\\';
    return quote;
}

/* The opening quote of `key` in the object that begins at `brace`; NULL if it is not there (or written with escapes).
 */
static const char *find_key(const char *brace, const char *key)
{
    unsigned depth = 0;
    for (const char *c = brace; *c; c++) {
        if (*c == '"') {
            const char *quote = c, *end = string_end(c), *after = end + 1 + strspn(end + 1, " \t\r\n");
            if (depth == 1 && *after == ':' && (size_t)(end - quote - 1) == strlen(key) &&
                !strncmp(quote + 1, key, strlen(key)))
                return quote;
            c = end;
        } else if (*c == '{' || *c == '[') {
            depth++;
        } else if ((*c == '}' || *c == ']') && --depth == 0) {
            break;
        }
    }
    return NULL;
}

bool job_where(const struct job *job, const char *key, const char *inner, char *where, size_t len)
{
    const char *at = find_key(job->text, key);
    snprintf(where, len, "%s", job->path);
    if (at && inner) {
        const char *value = string_end(at) + 1;
        value += strspn(value, " \t\r\n:");
        const char *found = *value == '{' ? find_key(value, inner) : NULL;
        at = found ? found : at;
    }
    if (!at)
        return false;
    unsigned line = 1, column = 1;
    for (const char *c = job->text; c < at; c++) {
        column = *c == '\n' ? 1 : column + ((*c & 0xc0) != 0x80); /* the further bytes of a character are no columns */
        line += *c == '\n';
    }
    snprintf(where, len, "%s:%u:%u", job->path, line, column);
    return true;
}

/* One value, no list, into `out`. */
static bool print_one(FILE *out, const json_t *value, unsigned kinds)
{
    if ((kinds & JOB_STRING) && json_is_string(value))
        fputs(json_string_value(value), out);
    else if ((kinds & JOB_INTEGER) && json_is_integer(value))
        fprintf(out, "%lld", (long long)json_integer_value(value));
    else if ((kinds & JOB_REAL) && json_is_real(value))
        fprintf(out, "%.17g", json_real_value(value));
    else
        return false;
    return true;
}

char *job_text(const json_t *value, unsigned kinds, char *why, size_t why_len)
{
    char *text = NULL;
    size_t size, i;
    json_t *item;
    FILE *out = open_memstream(&text, &size);
    bool good = out;
    snprintf(why, why_len, "want %s%s",
             kinds & JOB_STRING ? "a string"
             : kinds & JOB_REAL ? "a number"
                                : "an integer",
             kinds & JOB_LIST ? ", or a list of them that is not empty" : "");
    if (good && (kinds & JOB_LIST) && json_is_array(value)) {
        good = json_array_size(value) > 0;
        json_array_foreach(value, i, item)
        {
            if (i)
                fputc(',', out);
            good = good && print_one(out, item, kinds);
        }
    } else if (good) {
        good = print_one(out, value, kinds);
    }
    if (!out || fclose(out) || !good) {
        free(text);
        return NULL;
    }
    return text;
}
