/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Energy from the processor's own meters (RAPL), through the kernel's powercap tree. Machine-wide: it counts whatever
 * runs, and an idle machine too. Read at the edges of the timed part; one reading costs some microseconds per meter.
 */
#ifndef QUINTET_MEASURE_ENERGY_H
#define QUINTET_MEASURE_ENERGY_H

#include <stddef.h>
#include <stdint.h>

enum { ENERGY_METERS_MAX = 32, ENERGY_WHY_LEN = 160, ENERGY_UPDATE_NS = 1000000 /* the meters' own period */ };

enum energy_part {
    ENERGY_PACKAGE, /* sockets, with all that is in them */
    ENERGY_DRAM,    /* memory, which is in no package */
    ENERGY_PARTS,
};

/* The meters found. All text is the kernel's. */
struct energy {
    struct energy_meter {
        int fd;
        enum energy_part part;
        uint64_t wraps_at_uj; /* the greatest value; the next one is 0 */
    } meters[ENERGY_METERS_MAX];
    unsigned n;
};

struct energy_reading {
    uint64_t uj[ENERGY_METERS_MAX];
};

/*
 * Open the meters below `root` (normally ENERGY_ROOT): zones "package-N" and the "dram" zones inside them. "core" and
 * "uncore" are parts of a package and "psys" is more than all: they would count twice. 0; or -ENOENT, -EACCES, ... if
 * there is no package meter to read, with one sentence in `why`; then there is nothing to close.
 */
#define ENERGY_ROOT "/sys/class/powercap"
int energy_open(struct energy *out, const char *root, char why[ENERGY_WHY_LEN]);
void energy_close(struct energy *energy);

/* What the meters show. 0 or -errno. Any thread. */
int energy_read(const struct energy *energy, struct energy_reading *out);

/* What one part used between two readings, in microjoules, over at most one wrap of a meter (a minute at 4 kW); part by
 * part, UINT64_MAX where it has no meter. */
uint64_t energy_used_uj(const struct energy *energy, const struct energy_reading *later,
                        const struct energy_reading *earlier, enum energy_part part);

#endif
