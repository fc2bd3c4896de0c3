/* SPDX-License-Identifier: Apache-2.0 */
#include "report_rig.h"

#include "record/store.h"
#include "report/efficiency.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char dir_g[64];
int dirfd_g = -1;
struct report_result result_g;
struct report_run run_g;
struct pairing pairing_g;

const char good_fake[] = "printf '<svg>%0100d</svg>\\n' 0 > \"$4\"";

static void remove_dir(void)
{
    remove_run(dir_g);
}

void given_run_of(const struct make_run_options *options)
{
    strcpy(dir_g, "/tmp/quintet-report-XXXXXX");
    cr_assert(mkdtemp(dir_g));
    atexit(remove_dir);
    cr_assert_eq(make_run(dir_g, options), 0);
    dirfd_g = open(dir_g, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert(dirfd_g >= 0);
}

void given_run(unsigned blocks, const char *cpu_model)
{
    given_run_of(&(struct make_run_options){.blocks = blocks, .cpu_model = cpu_model});
}

void put_file(const char *name, const char *text, mode_t mode)
{
    int fd = openat(dirfd_g, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

char *get_file(const char *name)
{
    char *text = NULL;
    size_t len;
    cr_assert_eq(store_read(dirfd_g, name, 1 << 26, &text, &len), 0, "%s", name);
    return text;
}

bool have_file(const char *name)
{
    return faccessat(dirfd_g, name, F_OK, 0) == 0;
}

const char *fake_gnuplot(const char *body)
{
    static char path[128];
    char script[512];
    snprintf(script, sizeof script, "#!/bin/sh\n%s\n", body);
    put_file("fake-gnuplot", script, 0755);
    snprintf(path, sizeof path, "%s/fake-gnuplot", dir_g);
    return path;
}

int build(const char *gnuplot)
{
    return report_build(dir_g, &(struct report_options){.gnuplot = gnuplot}, &result_g);
}

static void unload(void)
{
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

void load(void)
{
    cr_assert_eq(report_run_load(&run_g, dirfd_g, &result_g), 0, "%s", result_g.message);
    cr_assert_eq(efficiency_build(&run_g), 0);
    cr_assert_eq(pairing_build(&pairing_g, &run_g), 0);
    atexit(unload);
}

struct report_cell *cell_of(const char *id)
{
    const json_t *index = json_object_get(run_g.cell_index, id);
    cr_assert(index, "no cell %s", id);
    return &run_g.cells[json_integer_value(index)];
}
