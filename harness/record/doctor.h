/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doctor: what about this machine would spoil, disturb or limit measurements, and what can be done about it.
 *
 *     manifest_read() + doctor_read() + doctor_watch() + the plan's needs      facts: each a value, or null and why
 *                                  |
 *                          doctor_examine()                                    pure: the checks D01..D24
 *                                  |
 *              findings: fine, found (note, warning, error), unknown
 *
 * A check never looks at the machine itself, only at facts, so it says the same about made-up ones, about those of
 * another machine, and about those a run begins with: doctor_taints() is the same checks. Unknown is never fine: what
 * the facts do not tell is unknown, with the reason. docs/doctor.md has the list.
 */
#ifndef QUINTET_RECORD_DOCTOR_H
#define QUINTET_RECORD_DOCTOR_H

#include "record/manifest.h"

enum {
    DOCTOR_CHECKS = 24,
    /* Limits that a run's taints and gates share. */
    DOCTOR_STEAL_PERCENT = 1,   /* of the CPU time of all online CPUs */
    DOCTOR_FOREIGN_PERCENT = 5, /* the same; a tick's rounding makes up a few per cent */
    DOCTOR_CLOCK_STEP_NS = 10000000,
    DOCTOR_SUSPENDED_NS = 1000000,
};

enum doctor_severity {
    DOCTOR_NOTE,    /* worth knowing when the numbers are read */
    DOCTOR_WARNING, /* numbers will be noisier, or cells will be missing */
    DOCTOR_ERROR,   /* numbers would be wrong, or what is planned cannot be run */
    DOCTOR_SEVERITY_COUNT,
};
extern const char *const doctor_severity_names[DOCTOR_SEVERITY_COUNT]; /* "note", ... */

enum doctor_outcome { DOCTOR_FINE, DOCTOR_FOUND, DOCTOR_UNKNOWN };
extern const char *const doctor_outcome_names[]; /* "fine", "found", "unknown" */

struct doctor_finding {
    const struct doctor_check *check;
    enum doctor_outcome outcome;
    enum doctor_severity severity; /* of what was found, or of not knowing; without meaning where all is fine */
    const char *taint;             /* its id in run.json's taints, where a run has it */
    char found[400];               /* what was found: a sentence; where it is unknown, the reason */
    char source[300];              /* where that is from */
    char remedy[300];              /* what to do about it: words or a command; "" for nothing */
    char fix[200], undo[200];      /* a command that is safe to run as root, and what takes it back; "" for none */
};

struct doctor_check {
    const char *id, *name, *why; /* "D06", "governor"; why it matters to these measurements: one sentence */
    bool taints;                 /* what it finds before a run belongs into the run's banner */
    enum doctor_severity if_unknown;
};
extern const struct doctor_check doctor_checks[DOCTOR_CHECKS];

/*
 * Add to the manifest what the checks want to know besides it. Reads small files below root (measure/procfs.h; "" in
 * use), looks at /proc for what else is running, opens and closes one performance counter; changes nothing. `place` is
 * an existing directory, where runs would be kept. Some ms.
 */
void doctor_read(json_t *manifest, const char *root, const char *place);

/*
 * Add what only shows over time: steal, the load of others, throttling, steps of the clock, the speed of a fixed loop,
 * and the cost of the clock, which is configured as for a run. Takes span_ns (>= 0.2 s) and some 0.3 s of one CPU. Main
 * thread, before others exist.
 */
void doctor_watch(json_t *manifest, const char *root, uint64_t span_ns);

/* All checks, in the order of doctor_checks. Pure. */
void doctor_examine(const json_t *manifest, struct doctor_finding out[DOCTOR_CHECKS]);

/* What a run's banner must name, as far as these facts tell: {"id","text"} objects for run.json, with "severity":
 * "severe" where it was an error. New reference, or NULL. */
json_t *doctor_taints(const json_t *manifest);

#endif
