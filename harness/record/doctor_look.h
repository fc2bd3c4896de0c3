/* SPDX-License-Identifier: Apache-2.0 */
/* Private to doctor*.c: how a check is written. */
#ifndef QUINTET_RECORD_DOCTOR_LOOK_H
#define QUINTET_RECORD_DOCTOR_LOOK_H

#include "record/doctor.h"

/* A check at work: facts in, one finding out. It begins as fine. */
struct look {
    const json_t *facts;
    struct doctor_finding *finding;
};

/* What was found, and how bad that is; or that it is fine. `source` names the fact that it is from. */
void look_found(struct look *look, enum doctor_severity severity, const char *source, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void look_fine(struct look *look, const char *source, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* This fact is missing, and without it nothing can be said. */
void look_unknown(struct look *look, const char *fact);

/* What the user can do about it, in a sentence. */
void look_remedy(struct look *look, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A command for the script. `undo` may be "". */
void look_fix(struct look *look, const char *undo, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Facts; false and NULL: unknown. */
bool look_number(const struct look *look, const char *fact, double *out);
const char *look_text(const struct look *look, const char *fact);

/* One per check, in doctor_machine.c and doctor_plan.c. */
void look_build(struct look *look);
void look_cpus(struct look *look);
void look_quota(struct look *look);
void look_steal(struct look *look);
void look_load(struct look *look);
void look_governor(struct look *look);
void look_turbo(struct look *look);
void look_smt(struct look *look);
void look_power(struct look *look);
void look_clock(struct look *look);
void look_io_uring(struct look *look);
void look_limits(struct look *look);
void look_perf(struct look *look);
void look_memory(struct look *look);
void look_storage(struct look *look);
void look_disk(struct look *look);
void look_ports(struct look *look);
void look_aslr(struct look *look);
void look_cores(struct look *look);
void look_rivals(struct look *look);
void look_time(struct look *look);
void look_speed(struct look *look);
void look_launcher(struct look *look);
void look_source(struct look *look);

#endif
