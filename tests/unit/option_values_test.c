/* SPDX-License-Identifier: Apache-2.0 */
/* What the value of an option may be. */
#include "quintet_criterion.h"

#include "command_line.h"

#include "contract/strategy.h"
#include "contract/workload.h"

#include <string.h>

TestSuite(option_values);

/* Every one of these words, up to a NULL, is refused after `option` with `want`. */
static void refused_all(const char *option, const char *want, const char *const *values)
{
    char message[256];
    for (; *values; values++) {
        const char *words[] = {"quintet", run.name, option, *values, NULL};
        cr_expect_eq(parse(&run, words), EXIT_USAGE, "%s %s", option, *values);
        snprintf(message, sizeof message, "quintet: error[E-CLI-RANGE]: %s%s%s: %s. Kept: nothing.\n", option,
                 strcmp(option, "--seed") ? "=" : "", strcmp(option, "--seed") ? *values : "", want);
        cr_expect_str_eq(said, message);
    }
}

Test(option_values, whole_numbers_are_digits_within_their_limits)
{
    static const char *const bad[] = {
        "0", "10001", "", "-1", "+1", " 1", "1 ", "0x10", "1e3", "1,2", "/", "99999999999999999999", ":", NULL};
    refused_all("--blocks", "want a whole number in 1..10000", bad);
    TAKEN(run, "--blocks", "1");
    cr_expect_eq(got.request.blocks, 1u);
    TAKEN(run, "--blocks", "10000");
    cr_expect_eq(got.request.blocks, 10000u);
    TAKEN(run, "--blocks", "0009");
    cr_expect_eq(got.request.blocks, 9u);
    TAKEN(run, "--timeout", "86400");
    cr_expect_eq(got.timeout_s, 86400u);
    cr_expect_eq(got.request.blocks, 0u);
}

Test(option_values, lists_of_numbers_hold_sixteen)
{
    static const char *const gaps[] = {",", "2,", ",2", "2,,3", NULL};
    TAKEN(run, "--in-flight", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16");
    cr_expect_eq(got.request.n_in_flight, 16u);
    cr_expect_eq(got.request.in_flight[15], 16u);
    REFUSED("RANGE]: in-flight: at most 16 values. Kept: nothing.", run, "--in-flight",
            "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17");
    REFUSED("RANGE]: --in-flight=2x: want a whole number in 1..1000000. Kept: nothing.", run, "--in-flight", "1,2x");
    REFUSED("RANGE]: --rate=0: want a whole number in 1..10000000. Kept: nothing.", run, "--rate", "0");
    REFUSED("RANGE]: --in-flight=: want a whole number in 1..1000000. Kept: nothing.", run, "--in-flight", "");
    for (unsigned i = 0; gaps[i]; i++)
        REFUSED("VALUE]: in-flight: nothing stands before or behind a comma. Kept: nothing.", run, "--in-flight",
                gaps[i]);
    REFUSED("VALUE]: workload: nothing stands before or behind a comma. Kept: nothing.", run, "--workload", "fib,");
}

Test(option_values, names_must_be_registered)
{
    REFUSED("UNKNOWN]: pol: no such strategy. Kept: nothing. Hint: did you mean pool? There are: serial, threads, "
            "threads_static, pool, pool_steal, processes, prefork, coroutines, coroutines_1, coroutines_epoll",
            run, "--strategy", "serial,pol");
    cr_expect_eq(PARSE(run, "--workload", "qqqqqqqqqq"), EXIT_USAGE);
    cr_expect(strstr(said, "no such workload. Kept: nothing. Hint: there are: floor, handoff, "), "%s", said);
    cr_expect(strstr(said, ", io_cpu_mix, hog\n"), "to the last: %s", said);
    REFUSED("VALUE]: strategy: want at least one name. Kept: nothing.", run, "--strategy", "");
    REFUSED("UNKNOWN]: quik: no such profile. Kept: nothing. Hint: did you mean quick? There are: smoke, quick, full",
            run, "--profile", "quik");
    TAKEN(run, "--profile", "full");
    cr_expect_eq(got.request.profile, PROFILE_FULL);
    TAKEN(run, "--strategy", "pool,pool", "--workload", "fib", "--strategy", "pool,serial,serial");
    cr_expect_eq(got.request.n_strategies, 2u);
    cr_expect_str_eq(got.request.strategies[1], "serial");
}

/* The names stand in arrays of this size, with a NULL behind them. */
Test(option_values, fewer_names_are_registered_than_a_plan_holds)
{
    unsigned workloads = 0, strategies = 0;
    while (workload_registry[workloads])
        workloads++;
    while (strategy_registry[strategies])
        strategies++;
    cr_expect(workloads < PLAN_NAMES_MAX && strategies < PLAN_NAMES_MAX);
}

Test(option_values, a_seed_is_hexadecimal)
{
    static const char *const bad[] = {"", "0x1", " 1", "-1", "g", "1 ", "00000000000000000", NULL};
    refused_all("--seed", "want 1 to 16 hexadecimal digits", bad);
    TAKEN(run, "--seed", "0123456789abcdef");
    cr_expect_eq(got.request.seed, UINT64_C(0x0123456789abcdef));
    TAKEN(run, "--seed", "FFFFFFFFFFFFFFFF");
    cr_expect_eq(got.request.seed, UINT64_MAX);
    TAKEN(run, "--seed", "0");
    cr_expect(got.request.seed == 0 && got.have_seed, "zero was chosen, too");
}

Test(option_values, durations_have_a_unit_and_end_at_a_week)
{
    static const struct {
        const char *text;
        uint64_t ns;
    } good[] = {
        {"1us", 1000},
        {"500us", 500000},
        {"10ms", 10000000},
        {"90s", 90000000000},
        {"10m", 600000000000},
        {"2h", 7200000000000},
        {"168h", 604800000000000},
        {"10080m", 604800000000000},
        {"604800s", 604800000000000},
        {"604800000ms", 604800000000000},
        {"604800000000us", 604800000000000},
        {"00000000000000000000001s", 1000000000},
    };
    static const char *const bad[] = {"",
                                      "5",
                                      "s",
                                      "0s",
                                      "5d",
                                      "5 s",
                                      "5S",
                                      "-5s",
                                      "1.5h",
                                      "5sx",
                                      "ns",
                                      "169h",
                                      "10081m",
                                      "604801s",
                                      "0x1us",
                                      "1e3ms",
                                      "1s1",
                                      "",
                                      "604800001ms",
                                      "604800000001us",
                                      "99999999999999999999us",
                                      "000000000000000000000001s",
                                      "100000000000000000000000s",
                                      "000000000000000000000010s",
                                      NULL};
    for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
        TAKEN(run, "--budget", good[i].text);
        cr_expect_eq(got.budget_ns, good[i].ns, "%s: %llu", good[i].text, (unsigned long long)got.budget_ns);
        cr_expect_eq(got.slo_ns, 0u);
    }
    refused_all("--budget", "want a whole number with us, ms, s, m or h, up to a week", bad);
}

Test(option_values, percents_are_above_0_and_up_to_100)
{
    static const char *const bad[] = {"",   "0",  "-1", "100.1", "101", "nan",    "inf", "0x10",
                                      " 5", "5 ", "5%", "1e400", "e",   "1e-400", "5-5", NULL};
    refused_all("--precision", "want a number above 0 and up to 100", bad);
    TAKEN(run, "--precision", "100");
    cr_expect_eq(got.precision, 1.0);
    TAKEN(run, "--precision", "0.5");
    cr_expect_eq(got.precision, 0.005);
    TAKEN(run, "--precision", "+1e1");
    cr_expect_eq(got.precision, 0.1);
    TAKEN(compare, "--margin", "5");
    cr_expect(got.margin == 0.05 && got.precision == 0);
}

/* What they mean is the plan's to say; that one is given twice is the command line's. */
Test(option_values, assignments_are_kept_one_for_each_name)
{
    TAKEN(run, "--param", "fib.n=1", "--param", "fib.nn=2", "--param", "sha256", "--option", "fib.n=3");
    cr_expect(got.request.n_params == 3 && got.request.n_options == 1);
    cr_expect_str_eq(got.request.params[1], "fib.nn=2");
    REFUSED("TWICE]: fib.n=2: given twice. Kept: nothing. Hint: which one do you mean?", run, "--param", "a.b=1",
            "--param", "fib.n=1", "--param", "fib.n=2");
    REFUSED("TWICE]: fib.n=1: given twice. Kept: nothing. Hint: which one do you mean?", run, "--param", "fib.n=1",
            "--param", "fib.n=1");
    TAKEN(run, "--param", "fib.m=1", "--param", "fib.n=1"); /* as long, and another */
    cr_expect_eq(got.request.n_params, 2u);
}

Test(option_values, so_many_assignments_and_no_more)
{
    static char texts[PLAN_NAMES_MAX + 1][16];
    const char *words[2 * (PLAN_NAMES_MAX + 1) + 3] = {"quintet", "run"};
    for (unsigned i = 0; i <= PLAN_NAMES_MAX; i++) {
        snprintf(texts[i], sizeof texts[i], "fib.p%u=1", i);
        words[2 + 2 * i] = "--param";
        words[3 + 2 * i] = texts[i];
    }
    cr_expect_eq(parse(&run, words), EXIT_USAGE);
    cr_expect_str_eq(said, "quintet: error[E-CLI-RANGE]: param: too many. Kept: nothing.\n");
    words[2 + 2 * PLAN_NAMES_MAX] = NULL;
    cr_assert_eq(parse(&run, words), 0, "%s", said);
    cr_expect_eq(got.request.n_params, (unsigned)PLAN_NAMES_MAX);
}

Test(option_values, json_goes_to_standard_output_or_for_some_to_a_file)
{
    TAKEN(run, "--json", "-");
    cr_expect(got.json && !got.json_path);
    REFUSED("VALUE]: --json: only \"-\" (standard output) is possible. Kept: nothing.", run, "--json", "file");
    TAKEN(compare, "--json", "-");
    cr_expect(got.json && !got.json_path);
    TAKEN(compare, "--json", "file");
    cr_expect(!got.json);
    cr_expect_str_eq(got.json_path, "file");
    REFUSED("VALUE]: --json: want \"-\" or a file. Kept: nothing.", compare, "--json", "");
}

Test(option_values, texts_and_choices)
{
    REFUSED("VALUE]: results: want a path. Kept: nothing.", run, "--results", "");
    REFUSED("VALUE]: --counters: only \"perf\" is possible. Kept: nothing.", run, "--counters", "all");
}
