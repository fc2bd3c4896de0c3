/* SPDX-License-Identifier: Apache-2.0 */
#include "report/salvage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* So many lines are named. The sentence has room for the longest that they can be. */
enum { NAMED = 4 };

void salvage_note(const struct journal_problem *problem, void *arg)
{
    struct report_run *run = arg;
    char one[sizeof problem->what];
    if (run->n_salvaged++ < NAMED) {
        snprintf(one, sizeof one, "%s%llu (%.60s)", *run->salvaged ? ", " : "", (unsigned long long)problem->line,
                 problem->what);
        strcat(run->salvaged, one);
    }
}

int salvage_tell(struct report_run *run)
{
    const bool one = run->n_salvaged == 1;
    char lines[sizeof run->salvaged];
    json_t *taints = json_object_get(run->run, "taints");
    if (!run->n_salvaged)
        return 0;
    strcpy(lines, run->salvaged);
    snprintf(run->salvaged, sizeof run->salvaged,
             "%u line%s of trials.jsonl %s damaged and left out (--salvage); what stood there is unknown. Line%s "
             "%.360s%s.",
             run->n_salvaged, one ? "" : "s", one ? "is" : "are", one ? "" : "s", lines,
             run->n_salvaged > NAMED ? ", ..." : "");
    if (!json_is_array(taints)) {
        taints = json_array();
        if (json_object_set_new(run->run, "taints", taints))
            return -ENOMEM;
    }
    json_t *taint = json_pack("{s:s, s:s, s:s}", "id", "salvaged", "severity", "severe", "text", run->salvaged);
    return json_array_insert_new(taints, 0, taint) ? -ENOMEM : 0;
}
