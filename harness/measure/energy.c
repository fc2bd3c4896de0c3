/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/energy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ssize_t head_of(int fd, char *text, size_t len)
{
    ssize_t got = pread(fd, text, len - 1, 0);
    if (got < 0)
        return -errno;
    text[got] = '\0';
    return got;
}

static int number_at(int fd, uint64_t *out)
{
    char text[32], *end;
    ssize_t got = head_of(fd, text, sizeof text);
    if (got < 0)
        return (int)got;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return end == text || errno ? -EIO : 0;
}

static int open_in(const char *root, const char *zone, const char *file)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s/%s", root, zone, file) >= (int)sizeof path)
        return -ENAMETOOLONG;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    /* cppcheck-suppress resourceLeak ; the descriptor is the result */
    return fd >= 0 ? fd : -errno;
}

/* Which part a zone meters, by its name; -ENOENT: none of ours. */
static int part_of(const char *root, const char *zone)
{
    char name[64];
    int fd = open_in(root, zone, "name");
    if (fd < 0)
        return fd;
    ssize_t got = head_of(fd, name, sizeof name);
    close(fd);
    if (got < 0)
        return (int)got;
    return strncmp(name, "package-", 8) == 0 ? ENERGY_PACKAGE : strncmp(name, "dram", 4) == 0 ? ENERGY_DRAM : -ENOENT;
}

static int add_meter(struct energy *out, const char *root, const char *zone, enum energy_part part)
{
    struct energy_meter meter = {.part = part};
    uint64_t now;
    int range = open_in(root, zone, "max_energy_range_uj");
    int rc = range < 0 ? range : number_at(range, &meter.wraps_at_uj);
    if (range >= 0)
        close(range);
    if (rc)
        return rc;
    meter.fd = open_in(root, zone, "energy_uj");
    rc = meter.fd < 0 ? meter.fd : number_at(meter.fd, &now);
    if (!rc && out->n == ENERGY_METERS_MAX)
        rc = -E2BIG;
    if (!rc)
        out->meters[out->n++] = meter;
    else if (meter.fd >= 0)
        close(meter.fd);
    return rc;
}

int energy_open(struct energy *out, const char *root, char why[ENERGY_WHY_LEN])
{
    *out = (struct energy){0};
    DIR *dir = opendir(root);
    struct dirent *zone;
    int rc = dir ? 0 : -errno, packages = 0;
    if (!dir)
        snprintf(why, ENERGY_WHY_LEN, "no RAPL meters here: %.80s: %s", root, strerror(errno));
    /* The tree of classes is flat: zones inside zones ("intel-rapl:0:1") have a link of their own. "intel-rapl-mmio" is
     * another way to the same meters. */
    while (dir && !rc && (zone = readdir(dir))) {
        int part = strncmp(zone->d_name, "intel-rapl:", 11) == 0 ? part_of(root, zone->d_name) : -ENOENT;
        if (part < 0)
            continue;
        rc = add_meter(out, root, zone->d_name, (enum energy_part)part);
        packages += !rc && part == ENERGY_PACKAGE;
        if (rc)
            snprintf(why, ENERGY_WHY_LEN, "RAPL meter %.60s cannot be read: %s%s", zone->d_name, strerror(-rc),
                     rc == -EACCES ? " (energy_uj is root's)" : "");
    }
    if (dir && !rc && !packages) {
        rc = -ENOENT;
        snprintf(why, ENERGY_WHY_LEN, "no RAPL meters here: %.80s has no package", root);
    }
    if (dir)
        closedir(dir);
    if (rc)
        energy_close(out);
    return rc;
}

void energy_close(struct energy *energy)
{
    for (unsigned i = 0; i < energy->n; i++)
        close(energy->meters[i].fd);
    energy->n = 0;
}

int energy_read(const struct energy *energy, struct energy_reading *out)
{
    for (unsigned i = 0; i < energy->n; i++) {
        int rc = number_at(energy->meters[i].fd, &out->uj[i]);
        if (rc)
            return rc;
    }
    return 0;
}

uint64_t energy_used_uj(const struct energy *energy, const struct energy_reading *later,
                        const struct energy_reading *earlier, enum energy_part part)
{
    uint64_t sum = 0;
    unsigned n = 0;
    for (unsigned i = 0; i < energy->n; i++) {
        if (energy->meters[i].part != part)
            continue;
        n++;
        sum += later->uj[i] - earlier->uj[i];
        if (later->uj[i] < earlier->uj[i])
            sum += energy->meters[i].wraps_at_uj + 1; /* unsigned: the difference above was taken modulo 2^64 */
    }
    return n ? sum : UINT64_MAX;
}
