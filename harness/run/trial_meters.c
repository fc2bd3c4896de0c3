/* SPDX-License-Identifier: Apache-2.0 */
/* What meters beside rusage say of the timed part: energy where it can be read, event counters where they were asked
 * for. */
#include "run/trial_private.h"

#include <stdio.h>
#include <string.h>

void trial_meters_open(struct trial *t)
{
    t->has_energy = energy_open(&t->energy, ENERGY_ROOT, t->energy_why) == 0;
    t->has_perf = strcmp(t->spec->counters, "perf") == 0;
    if (t->has_perf)
        perf_open(&t->perf);
}

void trial_meters_close(struct trial *t)
{
    if (t->has_energy)
        energy_close(&t->energy);
    if (t->has_perf)
        perf_close(&t->perf);
    t->has_energy = t->has_perf = false;
}

void trial_meters_read(const struct trial *t, struct meters *out)
{
    out->energy_err = t->has_energy ? energy_read(&t->energy, &out->energy) : 0;
    if (t->has_perf)
        perf_read(&t->perf, &out->perf);
}

static void fill_energy(struct trial *t, const struct meters *before, const struct meters *after)
{
    int err = before->energy_err ? before->energy_err : after->energy_err;
    for (enum energy_part part = 0; part < ENERGY_PARTS; part++) {
        struct counted *out = &t->record->energy[part];
        uint64_t used =
            t->has_energy && !err ? energy_used_uj(&t->energy, &after->energy, &before->energy, part) : UINT64_MAX;
        out->has = used != UINT64_MAX;
        out->value = out->has ? used : 0;
        if (!t->has_energy)
            snprintf(out->why, sizeof out->why, "%s", t->energy_why);
        else if (!out->has)
            snprintf(out->why, sizeof out->why, "%s", err ? strerror(-err) : "no meter for it here");
    }
}

static void fill_perf(struct trial *t, const struct meters *before, const struct meters *after)
{
    struct trial_record *r = t->record;
    int paranoid = perf_paranoid();
    r->perf_running = 1;
    r->perf_user_only = t->perf.user_only;
    r->has_perf = true;
    for (enum perf_event e = 0; e < PERF_EVENTS; e++) {
        double running = 1;
        int rc = perf_used(&after->perf, &before->perf, e, &r->perf[e].value, &running);
        r->perf[e].has = rc == 0;
        if (rc)
            perf_reason(rc, paranoid, r->perf[e].why, sizeof r->perf[e].why);
        else if (running < r->perf_running)
            r->perf_running = running;
    }
}

void trial_meters_fill(struct trial *t, const struct meters *before, const struct meters *after)
{
    fill_energy(t, before, after);
    if (t->has_perf)
        fill_perf(t, before, after);
}
