/* SPDX-License-Identifier: Apache-2.0 */
#include "stored_run.h"

#include "quintet_criterion.h"

#include "record/seal.h"
#include "record/store.h"
#include "remove_tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char to_remove[64];

static void remove_run(void)
{
    remove_tree(to_remove);
}

static json_t *plan_of(void)
{
    json_t *cells = json_array();
    for (unsigned i = 0; i < STORED_CELLS; i++) {
        struct trial_record record = stored_run_trial(i, 0);
        json_t *cell = json_object();
        cr_assert_eq(cell_to_json(cell, &record.cell), 0);
        json_array_append_new(cells, cell);
    }
    return json_pack("{s:s, s:[{s:s, s:s, s:i}], s:[{s:s}, {s:s}], s:o}", "schema", "quintet.plan/1.0", "workloads",
                     "name", "floor", "headline", "floor_ns", "protocol", 1, "strategies", "name", "serial", "name",
                     "threads", "cells", cells);
}

void stored_run_begin(struct stored_run *stored, unsigned blocks)
{
    *stored = (struct stored_run){.dir = "/tmp/quintet-stored-XXXXXX"};
    cr_assert(mkdtemp(stored->dir));
    strcpy(to_remove, stored->dir);
    atexit(remove_run);
    stored->dirfd = open(stored->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(journal_open(&stored->journal, stored->dirfd), 0);
    stored->run = json_pack("{s:s, s:s, s:s, s:i, s:i, s:[], s:{}}", "schema", "quintet.run/1.0", "run_id", "a-run",
                            "status", "complete", "blocks", (int)blocks, "workers", 1, "taints", "trials");
    stored->plan = plan_of();
    cr_assert(stored->run && stored->plan);
}

struct trial_record stored_run_trial(unsigned cell, unsigned block)
{
    struct trial_record record = {.block = block, .attempts = 1, .run_ns = 1000, .ops = 10, .digest = 7, .expect = 7};
    strcpy(record.run_id, "a-run");
    strcpy(record.cell.workload, "floor");
    strcpy(record.cell.strategy, cell ? "threads" : "serial");
    strcpy(record.ideal_kind, "none");
    record.cell.in_flight = record.cell.workers = 1;
    return record;
}

void stored_run_add(struct stored_run *stored, struct trial_record record)
{
    cr_assert_eq(journal_append(&stored->journal, &record, NULL), 0);
    stored->ok += record.end == END_OK && !record.gate[0];
}

void stored_run_add_blocks(struct stored_run *stored, unsigned first, unsigned end)
{
    for (unsigned block = first; block < end; block++)
        for (unsigned cell = 0; cell < STORED_CELLS; cell++)
            stored_run_add(stored, stored_run_trial(cell, block));
}

void stored_run_write(struct stored_run *stored)
{
    json_t *env = json_pack("{s:s}", "schema", "quintet.env/1.0");
    json_object_set_new(json_object_get(stored->run, "trials"), "ok", json_integer(stored->ok));
    cr_assert_eq(store_write_json(stored->dirfd, "run.json", stored->run), 0);
    cr_assert_eq(store_write_json(stored->dirfd, "plan.json", stored->plan), 0);
    cr_assert_eq(store_write_json(stored->dirfd, "env.json", env), 0);
    json_decref(env);
    json_decref(stored->run);
    json_decref(stored->plan);
    journal_close(&stored->journal);
}

void stored_run_seal(const struct stored_run *stored)
{
    cr_assert_eq(seal_write(stored->dirfd), 0);
}

void stored_run_damage(const struct stored_run *stored, const char *name, const char *from, const char *to)
{
    char *text;
    size_t len;
    cr_assert_eq(store_read(stored->dirfd, name, 1 << 20, &text, &len), 0);
    char *at = strstr(text, from);
    int fd = openat(stored->dirfd, name, O_WRONLY);
    cr_assert(at && fd >= 0, "%s has no %s", name, from);
    cr_assert_eq(pwrite(fd, to, 1, at - text), 1);
    close(fd);
    free(text);
}
