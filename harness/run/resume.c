/* SPDX-License-Identifier: Apache-2.0 */
#include "run/resume.h"

#include "record/journal.h"
#include "record/manifest.h"
#include "record/seal.h"
#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Who wrote his name there, or 0. */
static long read_holder(int lock_fd)
{
    char text[24] = "";
    return pread(lock_fd, text, sizeof text - 1, 0) > 0 ? strtol(text, NULL, 10) : 0; /* "" if it cannot be read */
}

/*
 * A harness that was killed may leave a child that it had just forked, and that holds the lock until it becomes another
 * program or dies of its parent's death: a matter of milliseconds, and no writer. So the lock of the dead is waited
 * for.
 */
static int lock_or_inherit(int fd, long *holder)
{
    enum { HEIR_PATIENCE_MS = 1000, HEIR_PAUSE_MS = 10 };
    const struct timespec pause = {.tv_nsec = HEIR_PAUSE_MS * 1000000L};
    for (int waited_ms = 0;; waited_ms += HEIR_PAUSE_MS) {
        if (!flock(fd, LOCK_EX | LOCK_NB)) {
            *holder = 0;
            return 0;
        }
        if (errno != EWOULDBLOCK)
            return -errno;
        *holder = read_holder(fd);
        const bool is_dead = *holder > 0 && kill((pid_t)*holder, 0) && errno == ESRCH;
        if (!is_dead || waited_ms >= HEIR_PATIENCE_MS)
            return -EBUSY;
        nanosleep(&pause, NULL);
    }
}

int resume_lock(int results_fd, long *holder)
{
    *holder = 0;
    int fd = openat(results_fd, ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
    if (fd < 0)
        return -errno;
    int rc = lock_or_inherit(fd, holder);
    if (rc) {
        close(fd);
        return rc;
    }
    /* Who has it, for the message of whoever comes. A full disk shows itself soon enough elsewhere. */
    const bool named = !ftruncate(fd, 0) && dprintf(fd, "%ld\n", (long)getpid()) > 0;
    (void)named;
    return fd;
}

/* 0; -EPROTONOSUPPORT: the same kind of document, of a version that is not read here; -EBADMSG: another one. */
static int check_schema(const json_t *json, const char *schema)
{
    const char *text = json_string_value(json_object_get(json, "schema"));
    if (!text || strncmp(text, schema, strcspn(schema, "/") + 1) != 0)
        return -EBADMSG;
    return strncmp(text, schema, strlen(schema)) != 0 ? -EPROTONOSUPPORT : 0;
}

/* Profile, blocks and seed, or what is wrong with them. */
static int read_request(struct resume *r, char *why, size_t why_len)
{
    const char *profile = json_string_value(json_object_get(r->run, "profile"));
    const char *seed = json_string_value(json_object_get(r->run, "seed"));
    const char *id = json_string_value(json_object_get(r->run, "run_id"));
    json_int_t blocks = json_integer_value(json_object_get(r->plan, "blocks"));
    int found = profile ? profile_find(profile) : -ENOENT;
    if (found < 0 || !seed || strlen(seed) != 16 || strspn(seed, "0123456789abcdef") != 16 || blocks < 1 ||
        blocks > 10000 || !id || !store_name_valid(id) || !json_is_array(json_object_get(r->run, "sessions"))) {
        snprintf(why, why_len,
                 "run.json or plan.json: run_id, profile, seed, blocks or sessions is missing or cannot be");
        return -EBADMSG;
    }
    r->request = (struct plan_request){
        .profile = (enum profile)found, .blocks = (unsigned)blocks, .seed = strtoull(seed, NULL, 16)};
    return 0;
}

static int read_documents(struct resume *r, char *why, size_t why_len)
{
    static const struct {
        const char *name, *schema;
    } kinds[] = {{"run.json", "quintet.run/1."}, {"plan.json", "quintet.plan/1."}, {"env.json", "quintet.env/1."}};
    json_t **to[] = {&r->run, &r->plan, &r->env};
    for (unsigned i = 0; i < 3; i++) {
        json_decref(*to[i]);
        int rc = store_read_json(r->run_fd, kinds[i].name, to[i], why, why_len);
        if (rc == -ENOENT && !journal_is_empty(r->run_fd)) {
            snprintf(why, why_len, "%s is missing: without it the run cannot be gone on with", kinds[i].name);
            rc = -EBADMSG;
        } else if (rc == -ENOENT) {
            snprintf(why, why_len, "has no %s: it was killed before its first trial, and there is nothing to resume",
                     kinds[i].name);
        }
        if (!rc && (rc = check_schema(*to[i], kinds[i].schema))) {
            const char *have = json_string_value(json_object_get(*to[i], "schema"));
            snprintf(why, why_len, "%s: its schema is \"%.40s\", this version reads %sx", kinds[i].name,
                     have ? have : "", kinds[i].schema);
        }
        if (rc)
            return store_is_misshapen(rc) ? -EBADMSG : rc;
    }
    return read_request(r, why, why_len);
}

/* It has ended by its own rule: all blocks, or as many as budget and precision ask for. */
static bool has_ended(const struct resume *r)
{
    const char *status = json_string_value(json_object_get(r->run, "status"));
    return status && strcmp(status, "running") != 0 &&
           json_integer_value(json_object_get(r->run, "blocks_done")) >=
               json_integer_value(json_object_get(r->run, "blocks"));
}

struct damage {
    char *why;
    size_t len;
    bool told;
};

static void note_damage(const char *name, const char *what, void *arg)
{
    struct damage *damage = arg;
    if (!damage->told)
        snprintf(damage->why, damage->len, "%s %s", name, what);
    damage->told = true;
}

/* A run that ended, if only by a signal, was sealed: its files must be those. -ENOENT: it has no seal. */
static int check_seal(struct resume *r, char *why, size_t why_len)
{
    struct damage damage = {why, why_len, false};
    int rc = seal_check(r->run_fd, note_damage, &damage);
    if (rc < 0 && rc != -ENOENT)
        snprintf(why, why_len, "SHA256SUMS: %s", strerror(-rc));
    return rc > 0 ? -EBADMSG : rc;
}

static int open_directories(struct resume *r, const char *run_dir, char *why, size_t why_len)
{
    size_t len = strlen(run_dir);
    while (len > 1 && run_dir[len - 1] == '/')
        len--;
    if (len >= sizeof r->run_dir) {
        snprintf(why, why_len, "%s", strerror(ENAMETOOLONG));
        return -ENAMETOOLONG;
    }
    snprintf(r->run_dir, sizeof r->run_dir, "%.*s", (int)len, run_dir);
    r->run_fd = open(r->run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->run_fd >= 0)
        r->results_fd = openat(r->run_fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->results_fd >= 0)
        return 0;
    int rc = -errno;
    snprintf(why, why_len, "%s", strerror(-rc));
    return rc == -ENOTDIR ? -ENOENT : rc;
}

static int hold(struct resume *r, char *why, size_t why_len)
{
    long holder;
    r->lock_fd = resume_lock(r->results_fd, &holder);
    if (r->lock_fd >= 0)
        return 0;
    if (r->lock_fd == -EBUSY)
        snprintf(why, why_len, "another run is writing there (pid %ld)", holder);
    else
        snprintf(why, why_len, ".lock: %s", strerror(-r->lock_fd));
    return r->lock_fd;
}

static int each_seen(const struct trial_record *record, void *arg)
{
    (void)record;
    (void)arg;
    return 0;
}

/* The run was killed in its last moment. What is sealed now must be sound. */
static int seal_late(struct resume *r, char *why, size_t why_len)
{
    struct journal_problem problem;
    int rc = journal_read(r->run_fd, each_seen, NULL, &problem);
    if (rc) {
        journal_problem_text(&problem, rc, why, why_len);
        return problem.other_schema ? -EPROTONOSUPPORT : store_is_misshapen(rc) ? -EBADMSG : rc;
    }
    if ((rc = seal_write(r->run_fd)))
        snprintf(why, why_len, "SHA256SUMS: %s", strerror(-rc));
    return rc;
}

static const struct resume closed = {.results_fd = -1, .run_fd = -1, .lock_fd = -1};

int resume_open(struct resume *r, const char *run_dir, char *why, size_t why_len)
{
    *r = closed;
    int rc = open_directories(r, run_dir, why, why_len);
    if (!rc)
        rc = read_documents(r, why, why_len);
    if (rc)
        return rc;
    int sealed = check_seal(r, why, why_len);
    if (sealed == 0 && has_ended(r)) {
        r->complete = true;
        return 0;
    }
    /* What was read without the lock may be old. */
    rc = hold(r, why, why_len);
    if (!rc)
        rc = read_documents(r, why, why_len);
    if (!rc && (sealed = check_seal(r, why, why_len)) != -ENOENT)
        rc = sealed;
    r->complete = !rc && has_ended(r);
    return r->complete && sealed == -ENOENT ? seal_late(r, why, why_len) : rc;
}

void resume_close(struct resume *r)
{
    int *fds[] = {&r->results_fd, &r->run_fd, &r->lock_fd};
    json_decref(r->run);
    json_decref(r->plan);
    json_decref(r->env);
    for (unsigned i = 0; i < 3; i++)
        if (*fds[i] >= 0)
            close(*fds[i]);
    *r = closed;
}

static void add_word(char *list, size_t len, const char *word)
{
    size_t used = strlen(list);
    snprintf(list + used, len - used, "%s%s", used ? ", " : "", word);
}

int resume_plan(const struct resume *r, struct plan *plan, const struct machine *machine, char *why, size_t why_len)
{
    static const char *const keys[] = {"blocks", "workloads", "strategies", "cells", "order"};
    char differing[REASON_LEN] = "";
    int rc = plan_resume(plan, r->plan, &r->request, machine, why, why_len);
    if (rc)
        return rc;
    json_t *again = plan_to_json(plan);
    for (unsigned i = 0; again && i < sizeof keys / sizeof *keys; i++)
        if (!json_equal(json_object_get(again, keys[i]), json_object_get(r->plan, keys[i])))
            add_word(differing, sizeof differing, keys[i]);
    rc = !again ? -ENOMEM : differing[0] ? -ESTALE : 0;
    json_decref(again);
    if (rc) {
        snprintf(why, why_len, "this machine and version make another plan of it: %s", differing);
        plan_fini(plan);
    }
    return rc;
}

/* What makes a machine and its kernel the same one. How it is set up (governor, ...) may change: it is written down. */
static const char *const identity_facts[] = {
    "cpu.model",
    "cpu.vendor",
    "cpu.family",
    "cpu.model_number",
    "cpu.stepping",
    "cpu.online",
    "cpu.allowed",
    "cpu.granted",
    "cpu.quota",
    "topology.cores",
    "topology.packages",
    "topology.smt",
    "kernel.release",
    "kernel.version",
    "kernel.machine",
    "libc.version",
    "platform.virtual_machine",
    "platform.hypervisor",
    "memory.total_bytes",
};

static const json_t *fact(const json_t *manifest, const char *name)
{
    return json_object_get(json_object_get(json_object_get(manifest, "facts"), name), "v");
}

/* Memory differs by what the kernel kept for itself: the same to the nearest GiB is the same. */
static bool facts_equal(const char *name, const json_t *a, const json_t *b)
{
    if (a == b) /* here and there it is not known */
        return true;
    if (!strcmp(name, "memory.total_bytes"))
        return llround(json_number_value(a) / 0x1p30) == llround(json_number_value(b) / 0x1p30);
    return json_equal(a, b);
}

void resume_differences(const struct resume *r, const struct machine *machine, char *out, size_t len)
{
    char binary[SEAL_DIGEST_LEN], mark[17];
    out[0] = '\0';
    seal_digest_self(binary);
    machine_mark(json_string_value(json_object_get(r->run, "run_id")), mark);
    const char *their_binary = json_string_value(json_object_get(r->run, "binary_sha256"));
    const char *their_mark = json_string_value(json_object_get(r->run, "machine_mark"));
    if (!binary[0] || !their_binary || strcmp(binary, their_binary) != 0)
        add_word(out, len, "binary");
    if (strcmp(mark, their_mark ? their_mark : "") != 0)
        add_word(out, len, "machine-id");
    json_t *manifest = manifest_read("", machine, -1);
    for (unsigned i = 0; i < sizeof identity_facts / sizeof *identity_facts; i++)
        if (!facts_equal(identity_facts[i], fact(manifest, identity_facts[i]), fact(r->env, identity_facts[i])))
            add_word(out, len, identity_facts[i]);
    json_decref(manifest);
}
