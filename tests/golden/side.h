/* SPDX-License-Identifier: Apache-2.0 */
/* One synthetic run (make_run.h), loaded: for tests that hold two of them against each other. */
#ifndef QUINTET_TESTS_GOLDEN_SIDE_H
#define QUINTET_TESTS_GOLDEN_SIDE_H

#include "quintet_criterion.h"

#include "make_run.h"

#include "report/paired.h"
#include "report/report.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct side {
    char dir[64];
    struct report_run run;
    struct pairing pairing;
    struct report_result result;
};

static inline void side_fini(struct side *s)
{
    pairing_fini(&s->pairing);
    report_run_fini(&s->run);
    close(s->run.dirfd);
    remove_run(s->dir);
}

static inline void side_init(struct side *s, const struct make_run_options *options)
{
    strcpy(s->dir, "/tmp/quintet-side-XXXXXX");
    cr_assert(mkdtemp(s->dir));
    cr_assert_eq(make_run(s->dir, options), 0);
    int dirfd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(report_run_load(&s->run, dirfd, &s->result), 0, "%s", s->result.message);
    cr_assert_eq(pairing_build(&s->pairing, &s->run), 0);
}

#endif
