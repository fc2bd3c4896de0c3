/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what each option's value may be, where it goes, and what is said of one that may not. */
#include "quintet_criterion.h"

#include "command_line.h"

#include <string.h>
#include <unistd.h>

TestSuite(options);

Test(options, without_one_the_defaults_are_those_of_the_manual)
{
    static const struct plan_request request = {.profile = PROFILE_QUICK};
    TAKEN(run);
    cr_expect_str_eq(said, "");
    cr_expect(got.timeout_s == 30 && got.repeat == 1 && got.margin == 0.03 && got.precision == 0);
    cr_expect_str_eq(got.results_dir, "results");
    cr_expect(got.request.profile == request.profile && got.request.blocks == 0 && got.request.n_workloads == 0);
    cr_expect(got.n_operands == 0 && !got.json_path && !got.job_path && !got.resume && got.budget_ns == 0);
    cr_expect(!got.have_seed && !got.have_profile && !got.have_results && !got.json && !got.quiet && !got.strict);
}

Test(options, each_value_goes_where_it_belongs)
{
    TAKEN(run, "--workload", "fib,sha256", "--strategy=pool", "--in-flight", "1,8", "--rate=5,100", "--blocks", "3",
          "--seed=fF", "--timeout", "5", "--counters", "perf", "--resume=there", "--dry-run", "--precision", "2.5",
          "--param", "fib.n=1", "--option", "pool.spin_ns=0");
    cr_expect(got.request.n_workloads == 2 && got.request.n_strategies == 1 && got.request.n_in_flight == 2);
    cr_expect_str_eq(got.request.workloads[0], "fib");
    cr_expect_str_eq(got.request.workloads[1], "sha256");
    cr_expect_str_eq(got.request.strategies[0], "pool");
    cr_expect(got.request.in_flight[0] == 1 && got.request.in_flight[1] == 8);
    cr_expect(got.request.n_rates == 2 && got.request.rates[0] == 5 && got.request.rates[1] == 100);
    cr_expect(got.request.blocks == 3 && got.request.seed == 0xff && got.have_seed && got.timeout_s == 5);
    cr_expect_str_eq(got.request.counters, "perf");
    cr_expect_str_eq(got.resume, "there");
    cr_expect(got.dry_run && !got.quiet && got.precision == 0.025);
    cr_expect(got.request.n_params == 1 && got.request.n_options == 1);
    cr_expect_str_eq(got.request.params[0], "fib.n=1");
    cr_expect_str_eq(got.request.options[0], "pool.spin_ns=0");
    cr_expect(!got.have_profile && !got.have_results);
}

/* A resumed run must know whether a value was given or is the default. */
Test(options, it_is_known_what_was_given)
{
    TAKEN(run, "--profile", "quick");
    cr_expect(got.have_profile && !got.have_results);
    TAKEN(run, "--results", "results");
    cr_expect(got.have_results && !got.have_profile);
    TAKEN(run, "--results", "here", "--profile", "smoke", "--blocks", "2");
    cr_expect(got.have_results && got.have_profile && got.request.profile == PROFILE_SMOKE);
    cr_expect_str_eq(got.results_dir, "here");
}

/* --- the words ------------------------------------------------------------------------------------------------------
 */

Test(options, words_that_are_no_options)
{
    REFUSED("UNKNOWN]: --blokcs=3: unknown option. Kept: nothing. Hint: did you mean --blocks? See: quintet run --help",
            run, "--blokcs=3");
    REFUSED("UNKNOWN]: --help-me: unknown option. Kept: nothing. Hint: did you mean --help? See: quintet run --help",
            run, "--help-me");
    REFUSED("UNKNOWN]: --zzzzzz: unknown option. Kept: nothing. Hint: see: quintet run --help", run, "--zzzzzz");
    REFUSED("UNKNOWN]: --: unknown option. Kept: nothing. Hint: see: quintet stats --help", stats, "--");
    REFUSED("UNKNOWN]: -x: unknown option. Kept: nothing. Hint: see: quintet stats --help", stats, "-x");
    REFUSED("UNKNOWN]: --paired: unknown option. Kept: nothing. Hint: did you mean --param? See: quintet run --help",
            run, "--paired"); /* one of another command's */
    REFUSED("OPERAND]: fib: this command takes no such operand. Kept: nothing.", run, "fib");
}

Test(options, operands_are_kept_in_their_order)
{
    TAKEN(stats, "a", "-", "", "--paired", "b");
    cr_expect_eq(got.n_operands, 4u);
    cr_expect_str_eq(got.operands[0], "a");
    cr_expect_str_eq(got.operands[1], "-", "standard input");
    cr_expect_str_eq(got.operands[2], "");
    cr_expect_str_eq(got.operands[3], "b");
    cr_expect(got.paired);
    TAKEN(stats, "1", "2", "3", "4", "5", "6", "7", "8");
    cr_expect_eq(got.n_operands, 8u);
    REFUSED("OPERAND]: 9: this command takes no such operand. Kept: nothing.", stats, "1", "2", "3", "4", "5", "6", "7",
            "8", "9");
}

Test(options, a_value_must_be_there_where_one_is_wanted)
{
    REFUSED("VALUE]: --blocks: a value is missing. Kept: nothing.", run, "--blocks");
    REFUSED("VALUE]: --dry-run=yes: this option takes no value. Kept: nothing.", run, "--dry-run=yes");
    REFUSED("VALUE]: --dry-run=: this option takes no value. Kept: nothing.", run, "--dry-run=");
    TAKEN(run, "--dry-run", "--quiet");
    cr_expect(got.dry_run && got.quiet);
}

/* How a stored run's command line is parsed, too: what stands behind its end is none of it. */
Test(options, words_end_where_it_is_said)
{
    static char *argv[] = {"quintet", "run", "--blocks", "3", "--dry-run"};
    listen_begin();
    cr_expect_eq(options_parse(&got, &run, 3, argv, 2), EXIT_USAGE);
    listen_end();
    cr_expect_str_eq(told, "quintet: error[E-CLI-VALUE]: --blocks: a value is missing. Kept: nothing.\n");
    free(told);
    cr_expect_eq(options_parse(&got, &run, 4, argv, 2), 0);
    cr_expect(got.request.blocks == 3 && !got.dry_run);
}

Test(options, only_lists_may_be_given_twice)
{
    REFUSED("TWICE]: --blocks=2: given twice. Kept: nothing. Hint: which one do you mean?", run, "--blocks=1",
            "--blocks=2");
    REFUSED("TWICE]: --dry-run: given twice. Kept: nothing. Hint: which one do you mean?", run, "--dry-run",
            "--dry-run");
    TAKEN(run, "--workload", "fib", "--workload", "sha256,fib", "--in-flight", "1", "--in-flight", "2");
    cr_expect_eq(got.request.n_workloads, 2u, "a name that is there already is not there twice");
    cr_expect_eq(got.request.n_in_flight, 2u);
}

Test(options, memory_that_is_refused_is_told)
{
    listen_begin();
    cr_expect_eq(option_no_memory(), EXIT_CANNOT);
    listen_end();
    cr_expect_str_eq(told, "quintet: error[E-MEMORY]: command line: Cannot allocate memory. Kept: nothing.\n");
    free(told);
}

/* --- a job file ------------------------------------------------------------------------------------------------------
 */

static char job_path[] = "/tmp/quintet-job-XXXXXX";

static void remove_job(void)
{
    unlink(job_path);
}

static void given_job(const char *text)
{
    strcpy(job_path + strlen(job_path) - 6, "XXXXXX");
    int fd = mkstemp(job_path);
    atexit(remove_job);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

Test(options, a_job_file_gives_options_and_is_no_second_one)
{
    given_job("{\"blocks\": 4}");
    TAKEN(run, "--job", job_path);
    cr_expect_eq(got.request.blocks, 4u);
    REFUSED("TWICE]: --job: given twice. Kept: nothing. Hint: which one do you mean?", run, "--job", job_path, "--job",
            job_path);
    REFUSED("VALUE]: --job: want a file. Kept: nothing.", run, "--job", "");
}

/* What is wrong in a job file is told by its place, and has an exit code of its own. */
Test(options, a_job_file_is_told_by_its_place)
{
    char want[512];
    given_job("{\"blocks\": 0}");
    cr_expect_eq(PARSE(run, "--job", job_path), EXIT_JOB_FILE);
    snprintf(want, sizeof want,
             "quintet: error[E-JOB]: %s:1:2: --blocks=0: want a whole number in 1..10000. Kept: nothing.\n", job_path);
    cr_expect_str_eq(said, want);
    remove_job();
    given_job("{\"blokcs\": 3}");
    cr_expect_eq(PARSE(run, "--job", job_path), EXIT_JOB_FILE);
    snprintf(want, sizeof want,
             "quintet: error[E-JOB]: %s:1:2: blokcs: unknown option. Kept: nothing. Hint: did you mean blocks? See: "
             "quintet run --help\n",
             job_path);
    cr_expect_str_eq(said, want);
    remove_job();
    given_job("{\"results\": \"x\"}");
    cr_expect_eq(PARSE(run, "--job", job_path), EXIT_JOB_FILE);
    cr_expect(strstr(said, "error[E-PATH]"), "a code of its own is kept: %s", said);
    REFUSED("UNKNOWN]: --blokcs=3: unknown option. Kept: nothing. Hint: did you mean --blocks? See: quintet run --help",
            run, "--blokcs=3"); /* the next command line is one again */
}
