/* SPDX-License-Identifier: Apache-2.0 */
/* RAPL meters, from trees made for the purpose: which are taken, how they wrap, what is said where there are none. */
#include "quintet_criterion.h"

#include "measure/energy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root_g[64];

static void remove_tree(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", root_g);
    if (system(command))
        perror(root_g);
}

static void given_tree(void)
{
    strcpy(root_g, "/tmp/quintet-energy-XXXXXX");
    cr_assert(mkdtemp(root_g));
    atexit(remove_tree);
}

static void put(const char *zone, const char *file, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", root_g, zone);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/%s", root_g, zone, file);
    FILE *out = fopen(path, "w");
    cr_assert(out);
    fputs(text, out);
    fclose(out);
}

static void given_zone(const char *zone, const char *name, const char *uj, const char *range)
{
    put(zone, "name", name);
    put(zone, "energy_uj", uj);
    put(zone, "max_energy_range_uj", range);
}

/* Two sockets with memory, and all that must not be counted. */
static void given_two_sockets(void)
{
    given_tree();
    given_zone("intel-rapl:0", "package-0\n", "1000\n", "262143328850\n");
    given_zone("intel-rapl:0:0", "core\n", "7\n", "262143328850\n");
    given_zone("intel-rapl:0:1", "dram\n", "100\n", "65712999613\n");
    given_zone("intel-rapl:1", "package-1\n", "262143328000\n", "262143328850\n");
    given_zone("intel-rapl:1:0", "dram\n", "200\n", "65712999613\n");
    given_zone("intel-rapl:2", "psys\n", "9\n", "262143328850\n");
    given_zone("intel-rapl-mmio:0", "package-0\n", "5\n", "262143328850\n");
    put("intel-rapl", "enabled", "1\n");
}

TestSuite(energy);

Test(energy, packages_and_memory_are_summed_and_nothing_twice)
{
    struct energy energy;
    struct energy_reading before, after;
    char why[ENERGY_WHY_LEN];
    given_two_sockets();
    cr_assert_eq(energy_open(&energy, root_g, why), 0, "%s", why);
    cr_expect_eq(energy.n, 4u);
    cr_assert_eq(energy_read(&energy, &before), 0);
    put("intel-rapl:0", "energy_uj", "3500\n");
    put("intel-rapl:0:0", "energy_uj", "999999\n");
    put("intel-rapl:0:1", "energy_uj", "150\n");
    put("intel-rapl:1:0", "energy_uj", "260\n");
    put("intel-rapl:2", "energy_uj", "999999\n");
    cr_assert_eq(energy_read(&energy, &after), 0);
    cr_expect_eq(energy_used_uj(&energy, &after, &before, ENERGY_PACKAGE), 2500u);
    cr_expect_eq(energy_used_uj(&energy, &after, &before, ENERGY_DRAM), 110u);
    energy_close(&energy);
}

Test(energy, a_meter_that_wraps_goes_on)
{
    struct energy energy;
    struct energy_reading before, after;
    char why[ENERGY_WHY_LEN];
    given_two_sockets();
    cr_assert_eq(energy_open(&energy, root_g, why), 0, "%s", why);
    cr_assert_eq(energy_read(&energy, &before), 0);
    put("intel-rapl:1", "energy_uj", "149\n"); /* 850 to the greatest value, 1 to zero, 149 on */
    cr_assert_eq(energy_read(&energy, &after), 0);
    cr_expect_eq(energy_used_uj(&energy, &after, &before, ENERGY_PACKAGE), 1000u);
    energy_close(&energy);
}

Test(energy, a_part_without_a_meter_is_not_nothing)
{
    struct energy energy;
    struct energy_reading reading;
    char why[ENERGY_WHY_LEN];
    given_tree();
    given_zone("intel-rapl:0", "package-0\n", "1000\n", "262143328850\n");
    cr_assert_eq(energy_open(&energy, root_g, why), 0, "%s", why);
    cr_assert_eq(energy_read(&energy, &reading), 0);
    cr_expect_eq(energy_used_uj(&energy, &reading, &reading, ENERGY_PACKAGE), 0u);
    cr_expect_eq(energy_used_uj(&energy, &reading, &reading, ENERGY_DRAM), UINT64_MAX);
    energy_close(&energy);
}

static unsigned open_descriptors(void)
{
    unsigned n = 0;
    for (int fd = 0; fd < 256; fd++)
        n += dup2(fd, fd) == fd;
    return n;
}

Test(energy, what_cannot_be_read_has_a_reason)
{
    struct energy energy;
    char why[ENERGY_WHY_LEN] = "";
    unsigned before = open_descriptors();
    cr_expect_eq(energy_open(&energy, "/nonexistent/powercap", why), -ENOENT);
    cr_expect(strstr(why, "/nonexistent/powercap: No such file"), "%s", why);
    given_tree();
    cr_expect_eq(energy_open(&energy, root_g, why), -ENOENT);
    cr_expect(strstr(why, "has no package"), "%s", why);
    given_zone("intel-rapl:0", "package-0\n", "1000\n", "262143328850\n");
    given_zone("intel-rapl:1", "package-1\n", "not a number\n", "262143328850\n");
    cr_expect_eq(energy_open(&energy, root_g, why), -EIO);
    cr_expect(strstr(why, "intel-rapl:1 cannot be read"), "%s", why);
    cr_expect_eq(energy.n, 0u);
    cr_expect_eq(open_descriptors(), before, "nothing is left open");
}

Test(energy, a_meter_of_roots_is_told_as_such)
{
    struct energy energy;
    char why[ENERGY_WHY_LEN] = "", path[256];
    given_two_sockets();
    snprintf(path, sizeof path, "%s/intel-rapl:0/energy_uj", root_g);
    cr_assert_eq(chmod(path, 0), 0);
    if (access(path, R_OK) == 0)
        test_skip("root reads everything");
    cr_expect_eq(energy_open(&energy, root_g, why), -EACCES);
    cr_expect(strstr(why, "root's"), "%s", why);
}
