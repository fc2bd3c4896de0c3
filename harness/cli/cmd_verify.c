/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/exit_map.h"
#include "cli/message.h"

#include "record/json_fields.h"
#include "report/verify.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static void print_reason(enum verify_class class, const char *object, const char *what, void *arg)
{
    (void)arg;
    printf("%-10s  ", verify_class_names[class]);
    message_print_clean(stdout, object);
    fputs(": ", stdout);
    message_print_clean(stdout, what);
    putchar('\n');
}

static void keep_reason(enum verify_class class, const char *object, const char *what, void *arg)
{
    json_array_append_new(arg, json_pack("{s:s, s:o, s:o}", "class", verify_class_names[class], "object",
                                         json_text(object), "what", json_text(what)));
}

int command_verify(const struct options *options, int argc, char **argv)
{
    char run_dir[4096];
    struct verify_result result;
    (void)argc;
    (void)argv;
    int rc = run_of_operands(options, run_dir, sizeof run_dir);
    if (rc)
        return rc;
    json_t *reasons = options->json ? json_array() : NULL;
    rc = verify_run(run_dir, options->salvage, &result, reasons ? keep_reason : print_reason, reasons);
    if (rc) {
        json_decref(reasons);
        message_error(rc == -ENOENT ? "E-NO-RUN" : "E-STORE", run_dir,
                      result.message[0] ? result.message : strerror(-rc), NULL, NULL);
        return rc == -ENOENT ? EXIT_CANNOT : EXIT_CORRUPT;
    }
    if (reasons) {
        json_t *json =
            json_pack("{s:s, s:o, s:i, s:i, s:o}", "schema", "quintet.verify/1.0", "run_id", json_text(result.run_id),
                      "cells", (int)result.cells_count, "trials_ok", (int)result.trials_ok_count, "reasons", reasons);
        json_dumpf(json, stdout, JSON_INDENT(1) | JSON_SORT_KEYS);
        putchar('\n');
        json_decref(json);
        return exit_of_verify(&result, options->strict);
    }
    unsigned found = 0;
    for (int i = 0; i < VERIFY_CLASS_COUNT; i++)
        found += result.count[i];
    message_print_between("", result.run_id[0] ? result.run_id : run_dir, ": ");
    printf("%u cells, %u good trials; ", result.cells_count, result.trials_ok_count);
    if (found == 0)
        puts("every file is what the run wrote, every digest is the expected one, and nothing is missing.");
    else
        printf("%u damaged, %u unverified, %u incomplete, %u tainted.\n", result.count[VERIFY_DAMAGED],
               result.count[VERIFY_UNVERIFIED], result.count[VERIFY_INCOMPLETE], result.count[VERIFY_TAINTED]);
    return exit_of_verify(&result, options->strict);
}
