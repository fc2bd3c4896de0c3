/* SPDX-License-Identifier: Apache-2.0 */
/* The seal of a run: what is evidence, what has changed, and no seal at all rather than one of half of it. */
#include "quintet_criterion.h"

#include "faulty.h"
#include "journal_dir.h"
#include "record/seal.h"

#include <errno.h>
#include <sys/resource.h>

TestSuite(seal, .timeout = 30);

static const char empty_g[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";                         /* SHA-256 of nothing */
static const char abc_g[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; /* ... and of "abc" */
static char told_g[4096];

static void collect(const char *name, const char *what, void *arg)
{
    char *all = arg;
    snprintf(all + strlen(all), sizeof told_g - strlen(all), "%s %s\n", name, what);
}

static void check_is(int found, const char *told)
{
    told_g[0] = '\0';
    cr_assert_eq(seal_check(dirfd_g, collect, told_g), found, "%s", told_g);
    cr_assert_str_eq(told_g, told);
}

/* SHA256SUMS is these lines: "DIGEST  NAME\n" of each name with the digest of its kind. */
static void sums_are(const char *expected)
{
    char *text;
    size_t len;
    cr_assert_eq(store_read(dirfd_g, "SHA256SUMS", 1 << 20, &text, &len), 0);
    cr_assert_str_eq(text, expected);
    free(text);
}

Test(seal, names_every_piece_of_evidence_once)
{
    static const char *const names[] = {"env.2.json",   "env.4.json",   "plan.json",   "env.1.json",
                                        "events.jsonl", "run.json",     "env.json",    "hist/b.jsonl",
                                        "hist/a.jsonl", "summary.json", "hist/.jsonl", "hist/a.json"};
    char expected[4096] = "", *at = expected;
    given_open_journal();
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        put(names[i], "abc", 3);
    cr_assert_eq(seal_write(dirfd_g), 0);
    at += sprintf(at, "%s  run.json\n%s  plan.json\n%s  env.json\n", abc_g, abc_g, abc_g);
    at += sprintf(at, "%s  trials.jsonl\n%s  events.jsonl\n", empty_g, abc_g);
    at += sprintf(at, "%s  env.1.json\n%s  env.2.json\n", abc_g, abc_g); /* sessions follow each other */
    sprintf(at, "%s  hist/a.jsonl\n%s  hist/b.jsonl\n", abc_g, abc_g);
    sums_are(expected);
    check_is(0, "");
}

/* All of a run's sessions are sealed; nobody resumes it a thousand times. */
Test(seal, holds_as_many_sessions_as_there_can_be)
{
    char name[32], expected[128];
    given_open_journal();
    cr_assert_eq(unlinkat(dirfd_g, "trials.jsonl", 0), 0);
    for (unsigned i = 1; i <= SEAL_SESSIONS_MAX; i++) {
        snprintf(name, sizeof name, "env.%u.json", i);
        put(name, "", 0);
    }
    cr_assert_eq(seal_write(dirfd_g), 0);
    snprintf(expected, sizeof expected, "%s  env.%d.json\n", empty_g, SEAL_SESSIONS_MAX - 1);
    char *text;
    size_t len;
    cr_assert_eq(store_read(dirfd_g, "SHA256SUMS", 1 << 20, &text, &len), 0);
    cr_assert_str_eq(text + len - strlen(expected), expected);
    free(text);
}

Test(seal, a_run_with_nothing_in_it)
{
    given_open_journal();
    check_is(-ENOENT, "");
    cr_assert_eq(unlinkat(dirfd_g, "trials.jsonl", 0), 0);
    cr_assert_eq(seal_write(dirfd_g), 0);
    sums_are("");
    check_is(0, "");
    cr_assert_eq(unlinkat(dirfd_g, "hist", AT_REMOVEDIR), 0); /* no histograms are as good as none */
    cr_assert_eq(seal_write(dirfd_g), 0);
    check_is(0, "");
    put("hist", "", 0);
    cr_assert_eq(seal_write(dirfd_g), -ENOTDIR);
    check_is(0, ""); /* no file in it is missing */
}

Test(seal, tells_each_file_that_differs)
{
    given_open_journal();
    put("plan.json", "abc", 3);
    put("hist/a.jsonl", "abc", 3);
    put("hist/b.jsonl", "abc", 3);
    cr_assert_eq(seal_write(dirfd_g), 0);
    put("plan.json", "d", 1);
    check_is(1, "plan.json is not the file that the run wrote\n");
    cr_assert_eq(unlinkat(dirfd_g, "hist/a.jsonl", 0), 0);
    put("run.json", "abc", 3);
    check_is(3, "plan.json is not the file that the run wrote\nhist/a.jsonl is named in SHA256SUMS and missing\n"
                "run.json is not named in SHA256SUMS\n");
}

/* A name is compared as a whole; and where every line is true, there may be nothing else, and nothing otherwise. */
Test(seal, is_compared_byte_for_byte)
{
    static const char *const forms[] = {"%s  run.json", "\n%1$s  run.json\n", "%s  run.json\n%1$s  run.json\n",
                                        "%s  run.json\nx\n", "%s  run.json\n%1$s \n"};
    char sums[1024];
    given_open_journal();
    cr_assert_eq(unlinkat(dirfd_g, "trials.jsonl", 0), 0);
    put("run.json", "abc", 3);
    for (unsigned i = 0; i < sizeof forms / sizeof *forms; i++) {
        snprintf(sums, sizeof sums, forms[i], abc_g);
        cr_assert_eq(store_write(dirfd_g, "SHA256SUMS", sums, strlen(sums)), 0);
        check_is(1, "SHA256SUMS is not the file that the run wrote\n");
    }
    snprintf(sums, sizeof sums, "%s  run.jsonl\n%s  run.jso\n%s  a\n%s  ", abc_g, abc_g, abc_g, abc_g);
    cr_assert_eq(store_write(dirfd_g, "SHA256SUMS", sums, strlen(sums)), 0);
    check_is(5, "run.jsonl is named in SHA256SUMS and missing\nrun.jso is named in SHA256SUMS and missing\n"
                "a is named in SHA256SUMS and missing\n is named in SHA256SUMS and missing\n"
                "run.json is not named in SHA256SUMS\n");
}

Test(seal, sums_of_more_than_16_MiB_are_not_ours)
{
    given_open_journal();
    put("SHA256SUMS", "", 0);
    int fd = openat(dirfd_g, "SHA256SUMS", O_WRONLY | O_CLOEXEC);
    cr_assert_eq(ftruncate(fd, 16 << 20), 0);
    check_is(1, "trials.jsonl is not named in SHA256SUMS\n");
    cr_assert_eq(ftruncate(fd, (16 << 20) + 1), 0);
    check_is(1, "SHA256SUMS is not the file that the run wrote\n");
    close(fd);
}

Test(seal, follows_no_link)
{
    given_open_journal();
    cr_assert_eq(symlinkat("trials.jsonl", dirfd_g, "env.json"), 0);
    cr_assert_eq(seal_write(dirfd_g), -ELOOP);
    cr_assert_eq(size_of("SHA256SUMS"), -1);
    cr_assert_eq(unlinkat(dirfd_g, "env.json", 0), 0);
    cr_assert_eq(symlinkat("nowhere", dirfd_g, "env.1.json"), 0); /* a session whose file is gone was there */
    cr_assert_eq(seal_write(dirfd_g), -ELOOP);
    cr_assert_eq(unlinkat(dirfd_g, "env.1.json", 0), 0);
    cr_assert_eq(symlinkat("../trials.jsonl", dirfd_g, "hist/a.jsonl"), 0);
    put("hist/b.jsonl", "", 0);
    cr_assert_eq(seal_write(dirfd_g), -ELOOP);
    check_is(-ENOENT, "");
}

/* What fails, fails as a whole: a seal of half the files would call the other half forged. */
Test(seal, is_not_written_where_something_fails)
{
    static const struct {
        enum faulty_call call;
        unsigned nth;
        int error, rc;
    } faults[] = {{FAULTY_READ, 1, EIO, -EIO},
                  {FAULTY_READ, 3, EISDIR, -EISDIR},
                  {FAULTY_DIGEST, 1, 0, -ENOMEM},
                  {FAULTY_DIGEST, 2, 0, -ENOMEM},
                  {FAULTY_DIGEST, 3, 0, -EIO},
                  {FAULTY_DIGEST, 4, 0, -EIO},
                  {FAULTY_MEMSTREAM, 1, ENOMEM, -ENOMEM},
                  {FAULTY_FCLOSE, 1, ENOMEM, -ENOMEM}};
    given_open_journal();
    put("run.json", "abc", 3);
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
        errno = 0;
        faulty_fail(faults[i].call, faults[i].nth, faults[i].error);
        cr_assert_eq(seal_write(dirfd_g), faults[i].rc, "fault %u", i);
        cr_assert(faulty_end());
        cr_assert_eq(size_of("SHA256SUMS"), -1);
    }
    cr_assert_eq(seal_write(dirfd_g), 0);
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (faults[i].call == FAULTY_READ) /* the sums themselves are read first */
            continue;
        faulty_fail(faults[i].call, faults[i].nth, faults[i].error);
        check_is(faults[i].rc, "");
        cr_assert(faulty_end());
    }
    faulty_fail(FAULTY_READ, 2, EIO);
    check_is(-EIO, "");
    cr_assert(faulty_end());
}

/* The first error is the one that is told. */
Test(seal, tells_the_first_failure)
{
    given_open_journal();
    put("run.json", "abc", 3);
    faulty_fail(FAULTY_READ, 1, EIO);
    faulty_fail(FAULTY_FCLOSE, 1, ENOMEM);
    cr_assert_eq(seal_write(dirfd_g), -EIO);
    cr_assert(faulty_end());
}

Test(seal, interrupted_and_short_reads_go_on)
{
    char expected[256];
    given_open_journal();
    put("run.json", "abc", 3);
    faulty_short(FAULTY_READ, 1, 2);
    faulty_fail(FAULTY_READ, 2, EINTR);
    cr_assert_eq(seal_write(dirfd_g), 0);
    cr_assert(faulty_end());
    snprintf(expected, sizeof expected, "%s  run.json\n%s  trials.jsonl\n", abc_g, empty_g);
    sums_are(expected);
}

/* Of what took a file's place there is no seal, and where one was sealed it is told. Nobody waits for it, or reads it.
 */
Test(seal, what_is_no_file_equals_none)
{
    given_open_journal();
    put("env.json", "abc", 3);
    cr_assert_eq(seal_write(dirfd_g), 0);
    check_is(0, "");
    cr_assert_eq(unlinkat(dirfd_g, "env.json", 0), 0);
    cr_assert_eq(mkfifoat(dirfd_g, "env.json", 0600), 0);
    check_is(1, "env.json is not the file that the run wrote\n");
    cr_assert_eq(seal_write(dirfd_g), -EINVAL);
    cr_assert_eq(unlinkat(dirfd_g, "env.json", 0), 0);
    int fd = openat(dirfd_g, "env.json", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_eq(ftruncate(fd, (off_t)SEAL_FILE_LIMIT_BYTES + 1), 0);
    close(fd);
    check_is(1, "env.json is not the file that the run wrote\n");
    cr_assert_eq(seal_write(dirfd_g), -EFBIG);
    cr_assert_eq(unlinkat(dirfd_g, "env.json", 0), 0);
    cr_assert_eq(symlinkat("trials.jsonl", dirfd_g, "env.json"), 0);
    check_is(1, "env.json is not the file that the run wrote\n");
    /* Not even where the sums have the dash themselves. */
    char sums[256];
    snprintf(sums, sizeof sums, "-  env.json\n%s  trials.jsonl\n", empty_g);
    cr_assert_eq(store_write(dirfd_g, "SHA256SUMS", sums, strlen(sums)), 0);
    check_is(1, "env.json is not the file that the run wrote\n");
    faulty_fail(FAULTY_FSTAT, 1, EIO); /* of the sums themselves */
    check_is(-EIO, "");
    cr_assert(faulty_end());
}

Test(seal, knows_which_program_runs)
{
    char digest[SEAL_DIGEST_LEN], command[64], expected[SEAL_DIGEST_LEN] = "";
    snprintf(command, sizeof command, "sha256sum </proc/%d/exe", (int)getpid());
    FILE *sum = popen(command, "r");
    cr_assert(sum && fread(expected, 1, 64, sum) == 64);
    pclose(sum);
    cr_assert_eq(seal_digest_self(digest), 0);
    cr_assert_str_eq(digest, expected);
    faulty_fail(FAULTY_READ, 2, EIO);
    cr_assert_eq(seal_digest_self(digest), -EIO);
    cr_assert_str_eq(digest, "");
    faulty_end();
    struct rlimit limit;
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    struct rlimit none = {0, limit.rlim_max};
    strcpy(digest, "x");
    setrlimit(RLIMIT_NOFILE, &none);
    int rc = seal_digest_self(digest);
    setrlimit(RLIMIT_NOFILE, &limit);
    cr_assert_eq(rc, -EMFILE);
    cr_assert_str_eq(digest, "");
}

/* Who starts us with standard input closed gets files as descriptor 0: one as good as any other. */
Test(seal, descriptor_0_is_a_descriptor)
{
    char digest[SEAL_DIGEST_LEN];
    given_open_journal();
    close(STDIN_FILENO);
    cr_assert_eq(seal_write(dirfd_g), 0);
    check_is(0, "");
    cr_assert_eq(fcntl(0, F_GETFD), -1, "closed again");
    cr_assert_eq(seal_digest_self(digest), 0);
    cr_assert_eq(fcntl(0, F_GETFD), -1);
    cr_assert_eq(open("/dev/null", O_RDONLY), 0); /* for whoever reports */
}
