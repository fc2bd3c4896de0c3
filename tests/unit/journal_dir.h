/* SPDX-License-Identifier: Apache-2.0 */
/* A run's directory with an open journal in it, for the tests of the journal; each test is a process of its own. */
#ifndef QUINTET_TESTS_JOURNAL_DIR_H
#define QUINTET_TESTS_JOURNAL_DIR_H

#include "record/journal.h"
#include "record/line_sum.h"
#include "record/store.h"
#include "remove_tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir_g[64];
static int dirfd_g;
static struct journal journal_g;
static struct trial_record record_g; /* the least that is one */
static struct trial_hists hists_g;   /* empty */

static void remove_dir(void)
{
    remove_tree(dir_g);
}

static inline void given_open_journal(void)
{
    strcpy(dir_g, "/tmp/quintet-journal-XXXXXX");
    cr_assert(mkdtemp(dir_g));
    atexit(remove_dir);
    dirfd_g = open(dir_g, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(journal_open(&journal_g, dirfd_g), 0);
    memset(&hists_g, 0, sizeof hists_g);
    record_g = (struct trial_record){.run_ns = 1000, .ops = 10, .digest = 7};
    strcpy(record_g.run_id, "20260101T000000Z-000000");
    strcpy(record_g.cell.workload, "floor");
    strcpy(record_g.cell.strategy, "serial");
    strcpy(record_g.ideal_kind, "none");
    record_g.cell.in_flight = record_g.cell.workers = 1;
}

/* Of a file in that directory; -1: there is none. */
static inline off_t size_of(const char *name)
{
    struct stat st;
    return fstatat(dirfd_g, name, &st, 0) ? -1 : st.st_size;
}

static int keep(const struct trial_record *record, void *arg)
{
    struct trial_record *out = arg;
    *out = *record;
    return 0;
}

/* The last record into `last`. */
static inline int read_all(struct trial_record *last, struct journal_problem *problem)
{
    return journal_read(dirfd_g, keep, last, problem);
}

/* Append these bytes to a file, which need not be there. */
static inline void put(const char *name, const char *text, size_t len)
{
    int fd = openat(dirfd_g, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, len), (ssize_t)len);
    close(fd);
}

/* Append this JSON as a line of `name`, with its sum or without. Takes the reference. */
static inline void put_json(const char *name, json_t *json, bool sum)
{
    char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    size_t len = strlen(text);
    text = realloc(text, len + LINE_SUM_BYTES + 1);
    if (sum)
        len = line_sum_seal(text, len);
    text[len] = '\n';
    put(name, text, len + 1);
    free(text);
    json_decref(json);
}

#endif
