/* SPDX-License-Identifier: Apache-2.0 */
/* A /proc and a /sys that the test writes, below a directory of its own. */
#ifndef QUINTET_TESTS_MADE_ROOT_H
#define QUINTET_TESTS_MADE_ROOT_H

#include "quintet_criterion.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root_g[64];

/* Write a file below the root, with the directories that lead there. */
static inline void put(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void put(const char *path, const char *format, ...)
{
    char full[512];
    va_list ap;

    snprintf(full, sizeof full, "%s%s", root_g, path);
    for (char *slash = strchr(full + strlen(root_g) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(full, 0700);
        *slash = '/';
    }
    FILE *file = fopen(full, "we");
    cr_assert(file, "%s", full);
    va_start(ap, format);
    vfprintf(file, format, ap);
    va_end(ap);
    fclose(file);
}

static inline void root_init(const char *name)
{
    snprintf(root_g, sizeof root_g, "/tmp/quintet-%s-XXXXXX", name);
    cr_assert(mkdtemp(root_g));
}

static inline void root_fini(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", root_g);
    cr_assert(system(command) == 0);
}

#endif
