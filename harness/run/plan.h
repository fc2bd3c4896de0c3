/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan: which cells, how often, in what order. Made before anything runs, printed by --dry-run, kept as plan.json.
 *
 * A block is one trial of every runnable cell in an order of its own, drawn from the run's seed. Everything that is
 * compared is compared inside blocks, so slow drift of the machine hits all strategies alike.
 */
#ifndef QUINTET_RUN_PLAN_H
#define QUINTET_RUN_PLAN_H

#include "contract/param.h"
#include "record/machine.h"
#include "record/trial_record.h"

enum { PLAN_NAMES_MAX = 64 };

/* What the user asked for. Empty lists mean: all canonical strategies, all workloads, each workload's own sweep. */
struct plan_request {
    enum profile profile;
    const char *workloads[PLAN_NAMES_MAX];
    unsigned n_workloads;
    const char *strategies[PLAN_NAMES_MAX];
    unsigned n_strategies;
    unsigned in_flight[PLAN_NAMES_MAX];
    unsigned n_in_flight;
    uint64_t rates[PLAN_NAMES_MAX]; /* paced load: ops per second over all tasks; none: closed load */
    unsigned n_rates;
    const char *params[PLAN_NAMES_MAX]; /* "workload.name=value" */
    unsigned n_params;
    const char *options[PLAN_NAMES_MAX]; /* "strategy.name=value[,value]" */
    unsigned n_options;
    const char *counters; /* "perf": event counters too; NULL: not */
    unsigned blocks;      /* 0: the profile's */
    uint64_t seed;
    unsigned scale_from; /* plan_from_json(): P of the stored run, to scale amounts of work by; 0: as they are stored */
};

struct plan_cell {
    struct cell cell;
    unsigned group;
    char skip[REASON_LEN]; /* one sentence if this cell cannot run, else "" */
    uint64_t oracle_key;   /* cells with equal keys have equal work in a block */
    uint64_t case_hash;    /* of cell_case(): seeds the nonce */
};

struct plan {
    enum profile profile;
    unsigned blocks;
    uint64_t seed;
    bool perf; /* event counters too: trials of such a run are only comparable with one another */
    const struct machine *machine;
    struct plan_cell *cells;
    unsigned n_cells, n_runnable;
    double estimate_s; /* rough: from the profile's usual trial length */
};

/* Expand. 0; -EINVAL, -ENOENT or -ERANGE with one sentence in `why`; -ENOMEM. The machine must outlive the plan. */
int plan_init(struct plan *plan, const struct plan_request *request, const struct machine *machine, char *why,
              size_t why_len);
void plan_fini(struct plan *plan);

/*
 * The plan of a stored run once more, on this machine (plan_stored.c): `stored` is its plan.json; of the request only
 * profile, blocks (1..10000), seed and scale_from are looked at. Cells keep their parameters, options, offered load and
 * K, also where K was made from the CPUs of the other machine: the same cells are what a claim can be held against.
 * With scale_from, amounts of work become what they would be for the CPUs here. `workers` is what this machine grants.
 * The checks of the instrument are not taken over but chosen anew.
 *
 * A cell that this machine or this version cannot run (an unknown workload, strategy, parameter or value; another
 * protocol; CPUs that are not there) is a skip with its sentence. 0; -EBADMSG, with one sentence in `why`, for a
 * document that no run of ours has written (an illegal name, a K or a rate out of range, a cell twice, ...); -ENOMEM.
 */
int plan_from_json(struct plan *plan, const json_t *stored, const struct plan_request *request,
                   const struct machine *machine, char *why, size_t why_len);

/*
 * The rest of a stored run's plan, to go on with it (plan_stored.c): the same, but what was skipped then stays skipped
 * for the reason it had then. Whether it is the same plan after all is told by comparing plan_to_json() with `stored`.
 */
int plan_resume(struct plan *plan, const json_t *stored, const struct plan_request *request,
                const struct machine *machine, char *why, size_t why_len);

/*
 * Cells that check the instrument, behind the results (plan_checks.c): for each kind of workload one cell once more
 * under another name (role "twin"), and one computing cell with a delay of 2 % and of 5 % put in (roles "control2",
 * "control5"). Nothing for fewer than 6 blocks: no interval could tell. 0 or -ENOMEM.
 */
int plan_add_checks(struct plan *plan);

/* CPUs kept for the origin of a workload that fetches, where so many were granted: one of four, so that pages asked for
 * as fast as the others can do not fill them (docs/adr/0009). Each has a server on it. 0: the origin shares. */
unsigned plan_origin_cpus(unsigned granted);

/* Order of block `block`: indices of runnable cells into `order` (room for n_cells). Returns how many. */
unsigned plan_order(const struct plan *plan, unsigned block, unsigned *order);

/* The input of all strategies in this block and case. */
uint64_t plan_nonce(const struct plan *plan, unsigned block, const struct plan_cell *cell);

/* Fill a spec for this cell; `task` is "trial", "prepare" or "oracle". Leaves spec->clock and data_fd alone. */
void plan_fill_spec(const struct plan *plan, const struct plan_cell *cell, unsigned block, unsigned slot,
                    const char *task, struct trial_spec *spec);

/* The document of plan.json. New reference. */
json_t *plan_to_json(const struct plan *plan);

extern const char *const profile_names[PROFILE_COUNT];

/* enum profile by its name, or -ENOENT. */
int profile_find(const char *name);

#endif
