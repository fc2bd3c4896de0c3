/* SPDX-License-Identifier: Apache-2.0 */
#include "report/salvage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void salvage_note(const struct journal_problem *problem, void *arg)
{
    enum { EACH = 96, TAIL = 160 };
    struct report_run *run = arg;
    const size_t used = strlen(run->salvaged);
    run->n_salvaged++;
    if (used + EACH + TAIL < sizeof run->salvaged) /* room for the sentence that it is to be a part of */
        snprintf(run->salvaged + used, EACH, "%s%llu (%.60s)", used ? ", " : "", (unsigned long long)problem->line,
                 problem->what);
    else
        run->salvaged_more = true;
}

int salvage_tell(struct report_run *run)
{
    const bool one = run->n_salvaged == 1;
    char lines[sizeof run->salvaged];
    json_t *taints = json_object_get(run->run, "taints");
    if (!run->n_salvaged)
        return 0;
    memcpy(lines, run->salvaged, sizeof lines);
    snprintf(run->salvaged, sizeof run->salvaged,
             "%u line%s of trials.jsonl %s damaged and left out (--salvage); what stood there is unknown. Line%s "
             "%.360s%s.",
             run->n_salvaged, one ? "" : "s", one ? "is" : "are", one ? "" : "s", lines,
             run->salvaged_more ? ", ..." : "");
    if (!json_is_array(taints)) {
        taints = json_array();
        if (json_object_set_new(run->run, "taints", taints))
            return -ENOMEM;
    }
    json_t *taint = json_pack("{s:s, s:s, s:s}", "id", "salvaged", "severity", "severe", "text", run->salvaged);
    return json_array_insert_new(taints, 0, taint) ? -ENOMEM : 0;
}
