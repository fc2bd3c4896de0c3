/* SPDX-License-Identifier: Apache-2.0 */
#include "record/doctor_look.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const doctor_severity_names[DOCTOR_SEVERITY_COUNT] = {"note", "warning", "error"};
const char *const doctor_outcome_names[] = {"fine", "found", "unknown"};

const struct doctor_check doctor_checks[DOCTOR_CHECKS] = {
    {"D01", "build", "Without optimisation, or under a sanitizer, every strategy costs several times what it costs.",
     true, DOCTOR_WARNING},
    {"D02", "cpus", "Workers follow the CPUs that are granted, so results hold for those and not for the machine.",
     true, DOCTOR_WARNING},
    {"D03", "quota", "A group that has used up its quota stands still for tens of milliseconds, whoever it runs.", true,
     DOCTOR_WARNING},
    {"D04", "steal", "Time that the host takes away looks like the cost of whoever happened to run.", true,
     DOCTOR_WARNING},
    {"D05", "load", "Work of others takes CPUs, caches and wake-ups away, and more from some strategies than others.",
     true, DOCTOR_WARNING},
    {"D06", "governor", "A CPU that changes its frequency by load makes idle strategies slower than busy ones.", true,
     DOCTOR_NOTE},
    {"D07", "turbo", "With turbo the speed depends on how many cores are busy, hence on the strategy.", false,
     DOCTOR_NOTE},
    {"D08", "smt", "Two threads of one core share it, so the second half of the CPUs adds less than the first.", false,
     DOCTOR_NOTE},
    {"D09", "power", "On a battery, or near the limit of its temperature, a CPU slows down while it measures.", true,
     DOCTOR_NOTE},
    {"D10", "clock", "Every operation is stamped twice, so a dear clock hides what short operations cost.", true,
     DOCTOR_WARNING},
    {"D11", "io_uring", "Without io_uring there are no coroutines cells; those over epoll are another strategy.", false,
     DOCTOR_WARNING},
    {"D12", "limits", "A limit below the plan's need turns cells into ceilings in place of numbers.", false,
     DOCTOR_WARNING},
    {"D13", "perf", "Without hardware counters what a switch costs is known in time only, not in cycles and misses.",
     false, DOCTOR_NOTE},
    {"D14", "memory", "Short of memory the kernel reclaims and swaps, and measures its disk instead of strategies.",
     false, DOCTOR_WARNING},
    {"D15", "storage", "File workloads measure the place where data sets lie: memory, a network, or two file systems.",
     false, DOCTOR_WARNING},
    {"D16", "disk", "A run that cannot store its trials loses them.", false, DOCTOR_WARNING},
    {"D17", "ports", "Each connection at once takes a port and a place in a queue; without, it is tried after 1 s.",
     false, DOCTOR_WARNING},
    {"D18", "aslr", "Runs average the luck of memory layout over processes only if each has another layout.", false,
     DOCTOR_NOTE},
    {"D19", "cores", "Where cores differ, a result depends on which of them a strategy got.", true, DOCTOR_NOTE},
    {"D20", "rivals", "Compilers, profilers and other runs take caches, CPUs and the disk away in bursts.", false,
     DOCTOR_NOTE},
    {"D21", "time", "Trials during which the clock is set or the machine sleeps give no number.", false, DOCTOR_NOTE},
    {"D22", "speed", "If a fixed loop changes its speed within seconds, trials differ for no reason of their own.",
     false, DOCTOR_WARNING},
    {"D23", "launcher", "Several copies that a launcher starts at once measure each other.", false, DOCTOR_WARNING},
    {"D24", "source", "Results of a source that nobody can get again cannot be checked by anybody.", true, DOCTOR_NOTE},
};

static void (*const looks[DOCTOR_CHECKS])(struct look *) = {
    look_build, look_cpus,  look_quota,    look_steal,  look_load, look_governor, look_turbo,    look_smt,
    look_power, look_clock, look_io_uring, look_limits, look_perf, look_memory,   look_storage,  look_disk,
    look_ports, look_aslr,  look_cores,    look_rivals, look_time, look_speed,    look_launcher, look_source,
};

/* Findings end up in lines of a terminal and in comments of a script: one line of ASCII, whatever a file held. */
static void write_plain(char *out, size_t len, const char *format, va_list ap)
{
    vsnprintf(out, len, format, ap);
    for (char *c = out; *c; c++)
        if (*c < 0x20 || *c > 0x7e)
            *c = '?';
}

static void write_text(char *out, size_t len, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void write_text(char *out, size_t len, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    write_plain(out, len, format, ap);
    va_end(ap);
}

#define WRITE_FORMATTED(member)                                                                                        \
    do {                                                                                                               \
        va_list ap;                                                                                                    \
        va_start(ap, format);                                                                                          \
        write_plain(look->finding->member, sizeof look->finding->member, format, ap);                                  \
        va_end(ap);                                                                                                    \
    } while (0)

static void set_source(struct look *look, const char *fact)
{
    write_text(look->finding->source, sizeof look->finding->source, "%s", manifest_source(look->facts, fact));
}

void look_found(struct look *look, enum doctor_severity severity, const char *source, const char *format, ...)
{
    look->finding->outcome = DOCTOR_FOUND;
    look->finding->severity = severity;
    set_source(look, source);
    WRITE_FORMATTED(found);
}

void look_fine(struct look *look, const char *source, const char *format, ...)
{
    look->finding->outcome = DOCTOR_FINE;
    set_source(look, source);
    WRITE_FORMATTED(found);
}

void look_unknown(struct look *look, const char *fact)
{
    struct doctor_finding *f = look->finding;
    f->outcome = DOCTOR_UNKNOWN;
    f->severity = f->check->if_unknown;
    write_text(f->found, sizeof f->found, "%s: %s", fact, manifest_source(look->facts, fact));
}

void look_remedy(struct look *look, const char *format, ...)
{
    WRITE_FORMATTED(remedy);
}

void look_fix(struct look *look, const char *undo, const char *format, ...)
{
    WRITE_FORMATTED(fix);
    write_text(look->finding->undo, sizeof look->finding->undo, "%s", undo);
}

bool look_number(const struct look *look, const char *fact, double *out)
{
    return manifest_number(look->facts, fact, out);
}

const char *look_text(const struct look *look, const char *fact)
{
    return manifest_text(look->facts, fact);
}

void doctor_examine(const json_t *manifest, struct doctor_finding out[DOCTOR_CHECKS])
{
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++) {
        out[i] = (struct doctor_finding){.check = &doctor_checks[i], .taint = doctor_checks[i].name};
        looks[i](&(struct look){manifest, &out[i]});
    }
}

json_t *doctor_taints(const json_t *manifest)
{
    struct doctor_finding findings[DOCTOR_CHECKS];
    json_t *taints = json_array();
    doctor_examine(manifest, findings);
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++) {
        const struct doctor_finding *f = &findings[i];
        if (!f->check->taints || f->outcome != DOCTOR_FOUND)
            continue;
        json_t *taint = json_pack("{s:s, s:s}", "id", f->taint, "text", f->found);
        if (taint && f->severity == DOCTOR_ERROR)
            json_object_set_new(taint, "severity", json_string("severe"));
        json_array_append_new(taints, taint);
    }
    return taints;
}
