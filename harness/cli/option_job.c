/* SPDX-License-Identifier: Apache-2.0 */
/* Options from a job file: its keys are their names, its values are read as those of the command line. */
#include "cli/message.h"
#include "cli/options_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the value of an option may be in a job file; 0: it belongs to the command line alone. */
static unsigned job_kinds(const struct option_spec *option)
{
    switch (option->kind) {
    case NUMBER:
        return JOB_INTEGER;
    case NUMBERS:
        return JOB_INTEGER | JOB_LIST;
    case PERCENT:
        return JOB_INTEGER | JOB_REAL;
    case NAMES:
        return JOB_STRING | JOB_LIST;
    case PARAMS:
        return JOB_STRING | JOB_INTEGER | (option->offset == AT(request.options) ? JOB_LIST : 0);
    case PROFILE:
    case SEED:
    case DURATION:
        return JOB_STRING;
    default:
        return 0;
    }
}

/* One value under one key. The text of an assignment stays: the plan's request points to it. */
static int set_from_job(struct options *out, const struct option_spec *option, const char *inner, const json_t *value)
{
    char why[96];
    char *text = job_text(value, job_kinds(option), why, sizeof why);
    if (!text)
        return option_usage("E-JOB", inner ? inner : option->name, why, NULL);
    if (inner) {
        char *assignment = NULL;
        if (asprintf(&assignment, "%s=%s", inner, text) < 0)
            assignment = NULL;
        free(text);
        text = assignment;
    }
    int rc = text ? option_set(out, option, text) : option_no_memory();
    if (rc || !inner)
        free(text);
    return rc;
}

/* {"sha256.messages": 4096, ...} */
static int set_all_from_job(struct options *out, const struct option_spec *option, const json_t *object)
{
    const char *inner;
    json_t *value;
    int rc = json_object_size(object)
                 ? 0
                 : option_usage("E-JOB", option->name, "want an object: {\"NAME.NAME\": value}", NULL);
    json_object_foreach((json_t *)object, inner, value)
    {
        if (rc)
            break;
        job_where(&out->job, option->name, inner, option_job_place, sizeof option_job_place);
        rc = strchr(inner, '=') ? option_usage("E-JOB", inner, "want a name like sha256.messages", NULL)
                                : set_from_job(out, option, inner, value);
    }
    return rc;
}

static int job_key(struct options *out, const struct command *command, const char *key, const json_t *value,
                   const bool seen[])
{
    const struct option_spec *option = option_find(key, strlen(key), command->bit);
    job_where(&out->job, key, NULL, option_job_place, sizeof option_job_place);
    if (!option)
        return option_unknown(key, command);
    if (!job_kinds(option))
        return option_usage("E-PATH", key, "is no matter of a job: places, programs and output are the command line's",
                            NULL);
    if (seen[option - option_table])
        return option_usage("E-JOB", key, "given twice: here and on the command line", "which one do you mean?");
    return option->kind == PARAMS ? set_all_from_job(out, option, value) : set_from_job(out, option, NULL, value);
}

int option_apply_job(struct options *out, const struct command *command, const bool seen[], const json_t *kept)
{
    char where[JOB_WHERE_LEN], why[256];
    const char *key;
    json_t *value;
    if (kept && job_init_kept(&out->job, out->job_path, kept))
        return option_no_memory();
    if (!kept && job_init(&out->job, out->job_path, where, sizeof where, why, sizeof why)) {
        message_error("E-JOB", where, why, "nothing", NULL);
        return EXIT_JOB_FILE;
    }
    int rc = 0;
    json_object_foreach(out->job.root, key, value)
    {
        if (!rc)
            rc = job_key(out, command, key, value, seen);
    }
    option_job_place[0] = '\0';
    return rc;
}
