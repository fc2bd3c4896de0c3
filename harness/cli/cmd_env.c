/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/message.h"

#include "record/manifest.h"

#include <stdio.h>

int command_env(const struct options *options, int argc, char **argv)
{
    struct machine machine;
    (void)argc;
    (void)argv;
    if (machine_read(&machine)) {
        message_error("E-CPU", "affinity", "this process is allowed no CPU", NULL, NULL);
        return EXIT_CANNOT;
    }
    json_t *manifest = manifest_read("", &machine, -1);
    if (options->json) {
        json_dumpf(manifest, stdout, JSON_INDENT(1) | JSON_SORT_KEYS);
        putchar('\n');
    } else {
        const char *name;
        json_t *fact;
        json_object_foreach(json_object_get(manifest, "facts"), name, fact)
        {
            json_t *value = json_object_get(fact, "v");
            char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
            const char *why = json_string_value(json_object_get(fact, "why"));
            printf("%-28s %s%s%s\n", name, text ? text : "?", why ? "  # " : "", why ? why : "");
            free(text);
        }
    }
    json_decref(manifest);
    return 0;
}
