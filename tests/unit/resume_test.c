/* SPDX-License-Identifier: Apache-2.0 */
/* A stored run to go on with: what is one, what is none and in which words, who holds it, whether it is the place. */
#include "quintet_criterion.h"

#include "record/journal.h"
#include "record/manifest.h"
#include "record/seal.h"
#include "record/store.h"
#include "run/resume.h"
#include "remove_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

TestSuite(resume, .timeout = 30);

static const struct machine two_g = {.granted = 2, .online = 2, .allowed = 2, .cpus = {0, 1}};
static char results_g[64], dir_g[80], why_g[REASON_LEN];
static int dirfd_g;
static json_t *run_g, *plan_g, *env_g;
static struct resume resume_g;

static void remove_dir(void)
{
    remove_tree(results_g);
}

static void store(void)
{
    cr_assert_eq(store_write_json(dirfd_g, "run.json", run_g), 0);
    cr_assert_eq(store_write_json(dirfd_g, "plan.json", plan_g), 0);
    cr_assert_eq(store_write_json(dirfd_g, "env.json", env_g), 0);
}

/* A run of sha256 that was killed in its third of seven blocks. */
static void given_run(void)
{
    struct plan_request request = {
        .profile = PROFILE_SMOKE, .workloads = {"sha256"}, .n_workloads = 1, .blocks = 7, .seed = 0x5eed};
    struct plan plan;
    strcpy(results_g, "/tmp/quintet-resume-XXXXXX");
    cr_assert(mkdtemp(results_g));
    atexit(remove_dir);
    snprintf(dir_g, sizeof dir_g, "%s/run", results_g);
    cr_assert_eq(mkdir(dir_g, 0700), 0);
    dirfd_g = open(dir_g, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(plan_init(&plan, &request, &two_g, why_g, sizeof why_g), 0, "%s", why_g);
    plan_g = plan_to_json(&plan);
    plan_fini(&plan);
    json_object_set_new(plan_g, "schema", json_string("quintet.plan/1.3"));
    run_g = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:[{}]}", "schema", "quintet.run/1.0", "run_id",
                      "20260101T000000Z-000000", "profile", "smoke", "seed", "0000000000005eed", "status", "running",
                      "blocks", 7, "blocks_done", 2, "sessions");
    env_g = json_pack("{s:s}", "schema", "quintet.env/1.0");
    cr_assert(plan_g && run_g && env_g);
    store();
    json_decref(plan_g); /* its numbers as they are stored */
    cr_assert_eq(store_read_json(dirfd_g, "plan.json", &plan_g, why_g, sizeof why_g), 0);
    struct journal journal;
    cr_assert_eq(journal_open(&journal, dirfd_g), 0);
    journal_close(&journal);
}

static bool exists(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", results_g, name);
    return access(path, F_OK) == 0;
}

static void open_is(int rc, const char *words)
{
    why_g[0] = '\0';
    cr_assert_eq(resume_open(&resume_g, dir_g, why_g, sizeof why_g), rc, "%s", why_g);
    cr_assert(rc ? strstr(why_g, words) != NULL : !why_g[0], "'%s' lacks '%s'", why_g, words);
    if (rc || resume_g.complete)
        resume_close(&resume_g);
}

Test(resume, a_killed_run_is_read_and_held)
{
    char text[64] = "";
    long holder;
    given_run();
    int results = open(results_g, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(store_write(results, ".lock", "4194304 or longer than it is now\n", 33), 0);
    open_is(0, "");
    cr_assert_not(resume_g.complete);
    cr_assert_not(exists("run/SHA256SUMS"), "it is not sealed while it goes on");
    cr_assert_str_eq(resume_g.run_dir, dir_g);
    cr_assert_eq(resume_g.request.profile, PROFILE_SMOKE);
    cr_assert_eq(resume_g.request.blocks, 7u);
    cr_assert_eq(resume_g.request.seed, 0x5eedu);
    cr_assert(json_equal(resume_g.run, run_g) && json_equal(resume_g.plan, plan_g) && json_equal(resume_g.env, env_g));
    int fd = openat(results, ".lock", O_RDONLY | O_CLOEXEC);
    cr_assert_gt(read(fd, text, sizeof text - 1), 0);
    snprintf(why_g, sizeof why_g, "%ld\n", (long)getpid());
    cr_assert_str_eq(text, why_g, "who holds it");
    cr_assert_eq(resume_lock(results, &holder), -EBUSY);
    cr_assert_eq(holder, (long)getpid());
    struct resume other;
    cr_assert_eq(resume_open(&other, dir_g, why_g, sizeof why_g), -EBUSY);
    snprintf(text, sizeof text, "another run is writing there (pid %ld)", (long)getpid());
    cr_assert_str_eq(why_g, text);
    resume_close(&other);
    resume_close(&resume_g);
    cr_assert(resume_g.run_fd == -1 && resume_g.results_fd == -1 && resume_g.lock_fd == -1 && !resume_g.run);
    fd = resume_lock(results, &holder);
    cr_assert(fd >= 0, "nobody holds it any more");
    cr_assert_eq(holder, 0);
    cr_assert_eq(ftruncate(fd, 0), 0); /* held by whoever had no room for his name */
    cr_assert_eq(resume_lock(results, &holder), -EBUSY);
    cr_assert_eq(holder, 0);
    close(fd);
    cr_assert_eq(unlinkat(results, ".lock", 0), 0);
    cr_assert_eq(symlinkat("elsewhere", results, ".lock"), 0);
    cr_assert_eq(resume_lock(results, &holder), -ELOOP);
    open_is(-ELOOP, ".lock: Too many levels");
}

/* A process takes the lock and dies; a child of its own holds it for so long. */
static void held_by_an_heir(int results, long milliseconds)
{
    long holder;
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        if (resume_lock(results, &holder) < 0 || fork())
            _exit(0);
        const struct timespec pause = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
        nanosleep(&pause, NULL);
        _exit(0);
    }
    cr_assert_eq(waitpid(pid, NULL, 0), pid);
}

Test(resume, the_lock_of_the_dead_is_waited_for)
{
    long holder;
    given_run();
    int results = open(results_g, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    held_by_an_heir(results, 200);
    int fd = resume_lock(results, &holder);
    cr_assert(fd >= 0, "%s", strerror(-fd));
    cr_assert_eq(holder, 0);
    close(fd);
    held_by_an_heir(results, 3000); /* ... but not for ever */
    cr_assert_eq(resume_lock(results, &holder), -EBUSY);
    cr_assert_gt(holder, 0);
}

Test(resume, a_directory_is_named_in_many_ways)
{
    static char path[4200];
    given_run();
    strcat(dir_g, "///");
    open_is(0, "");
    cr_assert_eq(resume_g.run_dir[strlen(resume_g.run_dir) - 1], 'n', "%s", resume_g.run_dir);
    resume_close(&resume_g);
    strcpy(dir_g, "/");
    cr_assert_neq(resume_open(&resume_g, dir_g, why_g, sizeof why_g), 0);
    cr_assert(strstr(why_g, "run.json"), "that is a directory: %s", why_g);
    resume_close(&resume_g);
    strcpy(dir_g, "");
    open_is(-ENOENT, "No such file");
    cr_assert_eq(chdir(results_g), 0);
    for (unsigned len = 4095; len <= 4097; len++) { /* one that is cut would be another one: "ru", "r" */
        memset(path, '/', sizeof path);
        path[0] = '.';
        strcpy(path + len - 3, "run");
        cr_assert_eq(mkdir("ru", 0700), len == 4095 ? 0 : -1);
        cr_assert_eq(resume_open(&resume_g, path, why_g, sizeof why_g), len == 4095 ? 0 : -ENAMETOOLONG, "%u", len);
        cr_assert(len == 4095 || strstr(why_g, "name too long"), "%s", why_g);
        resume_close(&resume_g);
    }
    cr_assert_eq(symlink("run", "r"), 0);
    strcpy(dir_g, "r/");
    open_is(0, "");
    cr_assert_str_eq(resume_g.run_dir, "r");
    resume_close(&resume_g);
}

Test(resume, what_is_no_run)
{
    static const char *const names[] = {"run.json", "plan.json", "env.json"};
    char words[80];
    given_run();
    for (unsigned i = 0; i < 3; i++) {
        cr_assert_eq(unlinkat(dirfd_g, names[i], 0), 0);
        snprintf(words, sizeof words, "has no %s: it was killed before its first trial", names[i]);
        open_is(-ENOENT, words);
        cr_assert_eq(mkdirat(dirfd_g, names[i], 0700), 0);
        open_is(-EBADMSG, names[i]);
        cr_assert_eq(unlinkat(dirfd_g, names[i], AT_REMOVEDIR), 0);
        cr_assert_eq(store_write(dirfd_g, names[i], "{", 1), 0);
        open_is(-EBADMSG, names[i]);
        int fd = openat(dirfd_g, names[i], O_WRONLY | O_CLOEXEC);
        cr_assert_eq(ftruncate(fd, 1 << 30), 0); /* too large is refused unread */
        close(fd);
        open_is(-EBADMSG, names[i]);
        store();
    }
    cr_assert_not(exists(".lock"), "what is no run is not held");
    strcat(dir_g, "/run.json");
    open_is(-ENOENT, "Not a directory");
}

Test(resume, documents_of_other_versions_and_kinds)
{
    static const struct {
        const char *schema;
        int rc;
        const char *words;
    } cases[] = {{"\"quintet.plan/2.0\"", -EPROTONOSUPPORT,
                  "plan.json: its schema is \"quintet.plan/2.0\", this version reads quintet.plan/1.x"},
                 {"\"quintet.plan/10.0\"", -EPROTONOSUPPORT, "quintet.plan/10.0"},
                 {"\"quintet.plan\"", -EBADMSG, "quintet.plan"},
                 {"\"quintet.plane/1.0\"", -EBADMSG, "quintet.plane"},
                 {"\"quintet.run/1.0\"", -EBADMSG, "its schema is \"quintet.run/1.0\""},
                 {"17", -EBADMSG, "its schema is \"\""}};
    given_run();
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_object_set_new(plan_g, "schema", json_loads(cases[i].schema, JSON_DECODE_ANY, NULL));
        store();
        open_is(cases[i].rc, cases[i].words);
    }
}

Test(resume, what_a_run_must_say_of_itself)
{
    static const struct {
        const char *key, *value;
        int rc;
    } cases[] = {{"profile", "\"fast\"", -EBADMSG},
                 {"profile", "\"full\"", 0},
                 {"profile", "1", -EBADMSG},
                 {"seed", "5", -EBADMSG},
                 {"seed", "\"5eed\"", -EBADMSG},
                 {"seed", "\"000000000000Feed\"", -EBADMSG},
                 {"seed", "\"00000000000000005\"", -EBADMSG},
                 {"seed", "\"fedcba9876543210\"", 0},
                 {"run_id", "1", -EBADMSG},
                 {"run_id", "\"../run\"", -EBADMSG},
                 {"sessions", "{}", -EBADMSG},
                 {"blocks", "0", -EBADMSG},
                 {"blocks", "1", 0},
                 {"blocks", "10000", 0},
                 {"blocks", "10001", -EBADMSG}};
    given_run();
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *document = strcmp(cases[i].key, "blocks") ? run_g : plan_g;
        json_t *kept = json_incref(json_object_get(document, cases[i].key));
        json_object_set_new(document, cases[i].key, json_loads(cases[i].value, JSON_DECODE_ANY, NULL));
        store();
        open_is(cases[i].rc, cases[i].rc ? "is missing or cannot be" : "");
        if (!cases[i].rc)
            resume_close(&resume_g);
        json_object_set_new(document, cases[i].key, kept);
    }
}

static void run_ended(const char *status, int done)
{
    json_object_set_new(run_g, "status", status ? json_string(status) : json_null());
    json_object_set_new(run_g, "blocks_done", json_integer(done));
    store();
}

Test(resume, a_run_that_has_ended_is_complete_and_not_touched)
{
    given_run();
    run_ended("complete", 7);
    cr_assert_eq(seal_write(dirfd_g), 0);
    why_g[0] = '\0';
    cr_assert_eq(resume_open(&resume_g, dir_g, why_g, sizeof why_g), 0);
    cr_assert(resume_g.complete && resume_g.lock_fd == -1);
    resume_close(&resume_g);
    cr_assert_not(exists(".lock"));
    run_ended("complete", 8); /* it may have fewer blocks than were planned, by precision */
    cr_assert_eq(seal_write(dirfd_g), 0);
    open_is(0, "");
    cr_assert_not(exists(".lock"));
}

Test(resume, a_run_that_was_interrupted_goes_on)
{
    static const struct {
        const char *status;
        int done;
    } cases[] = {{"interrupted", 6}, {"running", 7}, {NULL, 7}};
    given_run();
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        run_ended(cases[i].status, cases[i].done);
        cr_assert_eq(seal_write(dirfd_g), 0);
        open_is(0, "");
        cr_assert(!resume_g.complete && resume_g.lock_fd >= 0, "case %u", i);
        resume_close(&resume_g);
    }
}

Test(resume, what_was_sealed_must_be_what_was_sealed)
{
    given_run();
    run_ended("interrupted", 3);
    cr_assert_eq(seal_write(dirfd_g), 0);
    cr_assert_eq(store_write(dirfd_g, "events.jsonl", "{}\n", 3), 0);
    run_ended("interrupted", 4); /* two of them: the first is told */
    open_is(-EBADMSG, "run.json is not the file that the run wrote");
    cr_assert_eq(unlinkat(dirfd_g, "SHA256SUMS", 0), 0);
    cr_assert_eq(mkdirat(dirfd_g, "SHA256SUMS", 0700), 0);
    open_is(-EBADMSG, "SHA256SUMS is not the file that the run wrote");
}

/* Killed between its last block and its seal: it is sealed now, if what it has is sound. */
Test(resume, a_run_that_was_killed_in_its_last_moment_is_sealed)
{
    static const char other[] = "{\"schema\":\"quintet.trial/2.0\"}\n";
    given_run();
    run_ended("complete", 7);
    cr_assert_eq(store_write(dirfd_g, "trials.jsonl", other, strlen(other)), 0);
    open_is(-EPROTONOSUPPORT, "trials.jsonl, line 1: ");
    cr_assert_eq(store_write(dirfd_g, "trials.jsonl", "{\n", 2), 0);
    open_is(-EBADMSG, "trials.jsonl, line 1: ");
    cr_assert_not(exists("run/SHA256SUMS"));
    cr_assert_eq(store_write(dirfd_g, "trials.jsonl", "", 0), 0);
    struct trial_record record = {.run_ns = 1000, .run_id = "20260101T000000Z-000000", .ideal_kind = "none"};
    struct journal journal;
    strcpy(record.cell.workload, "sha256");
    strcpy(record.cell.strategy, "serial");
    record.cell.in_flight = record.cell.workers = 1;
    cr_assert_eq(journal_open(&journal, dirfd_g), 0);
    cr_assert_eq(journal_append(&journal, &record, NULL), 0);
    journal_close(&journal);
    cr_assert_eq(symlinkat("run.json", dirfd_g, "events.jsonl"), 0);
    open_is(-ELOOP, "SHA256SUMS: Too many levels");
    cr_assert_eq(unlinkat(dirfd_g, "events.jsonl", 0), 0);
    why_g[0] = '\0';
    cr_assert_eq(resume_open(&resume_g, dir_g, why_g, sizeof why_g), 0);
    cr_assert(resume_g.complete);
    resume_close(&resume_g);
    cr_assert(exists("run/SHA256SUMS"));
}

/* Who starts us with standard input closed gets files as descriptor 0: one as good as any other. */
Test(resume, descriptor_0_is_a_descriptor)
{
    long holder;
    given_run();
    close(STDIN_FILENO);
    open_is(0, "");
    cr_assert_eq(resume_g.run_fd, 0);
    resume_close(&resume_g);
    cr_assert_eq(fcntl(0, F_GETFD), -1, "closed");
    int results = open(results_g, O_RDONLY | O_DIRECTORY | O_CLOEXEC), moved = fcntl(results, F_DUPFD_CLOEXEC, 3);
    close(results);
    cr_assert_eq(resume_lock(moved, &holder), 0);
    cr_assert_eq(resume_lock(moved, &holder), -EBUSY);
}
