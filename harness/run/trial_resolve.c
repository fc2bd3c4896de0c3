/* SPDX-License-Identifier: Apache-2.0 */
#include "run/trial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const place_names[] = {"free", "same", "across"};

int trial_resolve(const struct cell *cell, struct trial_setup *out, char *why, size_t why_len)
{
    memset(out, 0, sizeof *out);
    out->workload = workload_find(cell->workload);
    out->strategy = strategy_find(cell->strategy);
    if (!out->workload || !out->strategy) {
        snprintf(why, why_len, "no %s named \"%s\"", out->workload ? "strategy" : "workload",
                 out->workload ? cell->strategy : cell->workload);
        return -ENOENT;
    }
    out->params = param_defaults(out->workload->params, PROFILE_QUICK);
    out->options = param_defaults(out->strategy->options, PROFILE_QUICK);
    for (unsigned i = 0; i < cell->n_options; i++) {
        const struct named_text *o = &cell->options[i];
        int at = param_find(out->strategy->options, o->name);
        int rc = at < 0 ? -ENOENT : param_parse(&out->strategy->options[at], o->text, &out->options.value[at]);
        if (rc) {
            snprintf(why, why_len, "%s.%s=%s: %s", cell->strategy, o->name, o->text, strerror(-rc));
            return rc;
        }
    }
    for (unsigned i = 0; i < cell->n_params; i++) {
        const struct named_text *p = &cell->params[i];
        if (!strcmp(p->name, "place")) {
            for (int place = PLACE_FREE; place <= PLACE_ACROSS; place++)
                if (!strcmp(p->text, place_names[place]))
                    out->place = (enum placement)place;
            continue;
        }
        if (out->workload->fetches && !strcmp(p->name, "servers")) {
            int servers = trial_origin_servers(p->text, why, why_len);
            if (servers < 0)
                return servers;
            out->origin_servers = (unsigned)servers;
            continue;
        }
        int at = param_find(out->workload->params, p->name);
        int rc = at < 0 ? -ENOENT : param_parse(&out->workload->params[at], p->text, &out->params.value[at]);
        if (rc) {
            snprintf(why, why_len, "%s.%s=%s: %s", cell->workload, p->name, p->text, strerror(-rc));
            return rc;
        }
    }
    return 0;
}
