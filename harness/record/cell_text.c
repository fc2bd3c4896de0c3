/* SPDX-License-Identifier: Apache-2.0 */
/* What cells and ends of trials are called: in identities, in the journal, in reports. */
#include "record/trial_record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const end_names[END_COUNT] = {
    [END_OK] = "ok",
    [END_SKIPPED] = "skipped",
    [END_VERIFY_FAILED] = "verify_failed",
    [END_IMPLAUSIBLE] = "implausible",
    [END_TIMEOUT] = "timeout",
    [END_CRASHED] = "crashed",
    [END_OOM] = "oom",
    [END_NO_RESOURCE] = "no_resource",
    [END_FAILED_IO] = "failed_io",
    [END_PROTOCOL] = "protocol",
    [END_INTERRUPTED] = "interrupted",
};

const char *trial_end_name(enum trial_end end)
{
    return (unsigned)end < END_COUNT ? end_names[end] : "?";
}

int trial_end_parse(const char *name)
{
    for (int i = 0; i < END_COUNT; i++)
        if (!strcmp(end_names[i], name))
            return i;
    return -EINVAL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct named_text *)a)->name, ((const struct named_text *)b)->name);
}

void cell_sort_params(struct cell *cell)
{
    qsort(cell->params, cell->n_params, sizeof cell->params[0], by_name);
    qsort(cell->options, cell->n_options, sizeof cell->options[0], by_name);
}

/* "[a=1,b=2]" behind what buf holds; nothing for an empty list. */
static void append_list(char *buf, size_t len, const struct named_text *list, unsigned n, const char *brackets)
{
    size_t used = strlen(buf);
    for (unsigned i = 0; i < n && used < len; i++)
        used += (size_t)snprintf(buf + used, len - used, "%c%s=%s", i ? ',' : brackets[0], list[i].name, list[i].text);
    if (n && used < len)
        snprintf(buf + used, len - used, "%c", brackets[1]);
}

void cell_case(const struct cell *cell, char *buf, size_t len)
{
    snprintf(buf, len, "%s", cell->workload);
    append_list(buf, len, cell->params, cell->n_params, "[]");
    size_t used = strlen(buf);
    if (cell->offered_per_s)
        snprintf(buf + used, len - used, "@%" PRIu64, cell->offered_per_s);
}

void cell_runner(const struct cell *cell, char *buf, size_t len)
{
    snprintf(buf, len, "%s", cell->strategy);
    append_list(buf, len, cell->options, cell->n_options, "{}");
    size_t used = strlen(buf);
    if (cell->role[0])
        snprintf(buf + used, len - used, "~%s", cell->role);
}

void cell_id(const struct cell *cell, char *buf, size_t len)
{
    cell_case(cell, buf, len);
    size_t used = strlen(buf);
    used += (size_t)snprintf(buf + used, len - used, "/");
    if (used >= len)
        return;
    cell_runner(cell, buf + used, len - used);
    used += strlen(buf + used);
    snprintf(buf + used, len - used, "/w%u/k%u", cell->workers, cell->in_flight);
}
