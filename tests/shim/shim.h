/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front-end for the tests where Criterion is not packaged: the part of its macros that the tests use, over a runner
 * of our own (shim.c). A test source sees no difference; tests/quintet_criterion.h chooses.
 *
 * Alike: every test, and every instance of a parameterized one, is a process of its own with a time limit; init and
 * fini of suite and test; cr_assert_* ends the test, cr_expect_* does not; assertions count in threads too; a message
 * is a literal format with its arguments. Stricter: a test that calls exit() fails, and so does one whose process ends
 * with another status than 0 (a leak that a sanitizer finds). Different: a failed cr_assert ends the process at once,
 * without .fini; whatever processes a test left behind in its session are killed. There is no .signal, .exit_code or
 * .disabled, no Theory() and no report hook: such a source does not compile.
 */
#ifndef QUINTET_TESTS_SHIM_H
#define QUINTET_TESTS_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

struct criterion_test_params {
    size_t size; /* of one */
    void *params;
    size_t length; /* how many */
};

/* What Test() and TestSuite() may set; 0 falls back to the suite's, then to the binary's limit. */
struct shim_settings {
    void (*init)(void), (*fini)(void);
    double timeout; /* seconds */
};

struct shim_suite {
    const char *name;
    struct shim_settings settings;
};

struct shim_test {
    const char *suite, *name;
    struct shim_settings settings;
    void (*body)(void *param);
    struct criterion_test_params (*params)(void); /* NULL: one instance without a parameter */
};

/* Any thread. A fatal failure and a skip end the process that calls them. */
void shim_passed(void);
void shim_failed(bool fatal, const char *file, int line, const char *what, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void shim_skip(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* The linker gathers what lies in a section and names its ends: no list has to be kept. */
#define SHIM_LISTED(section_) __attribute__((used, section(section_)))

#define TestSuite(suite_, ...)                                                                                         \
    static const struct shim_suite shim_suite_##suite_ = {.name = #suite_, .settings = {__VA_ARGS__}};                 \
    static const struct shim_suite *const shim_suite_at_##suite_ SHIM_LISTED("shim_suites") = &shim_suite_##suite_

/* What every kind of test has: its entry in the list. The body follows the macro that uses this. */
#define SHIM_TEST(suite_, name_, params_, ...)                                                                         \
    static void shim_enter_##suite_##_##name_(void *param);                                                            \
    static const struct shim_test shim_test_##suite_##_##name_ = {                                                     \
        #suite_, #name_, {__VA_ARGS__}, shim_enter_##suite_##_##name_, params_};                                       \
    static const struct shim_test *const shim_test_at_##suite_##_##name_ SHIM_LISTED("shim_tests") =                   \
        &shim_test_##suite_##_##name_;

#define Test(suite_, name_, ...)                                                                                       \
    static void shim_body_##suite_##_##name_(void);                                                                    \
    SHIM_TEST(suite_, name_, NULL, __VA_ARGS__)                                                                        \
    static void shim_enter_##suite_##_##name_(void *param)                                                             \
    {                                                                                                                  \
        (void)param;                                                                                                   \
        shim_body_##suite_##_##name_();                                                                                \
    }                                                                                                                  \
    static void shim_body_##suite_##_##name_(void)

#define ParameterizedTestParameters(suite_, name_)                                                                     \
    static struct criterion_test_params shim_params_##suite_##_##name_(void)

#define ParameterizedTest(parameter_, suite_, name_, ...)                                                              \
    static void shim_body_##suite_##_##name_(parameter_);                                                              \
    SHIM_TEST(suite_, name_, shim_params_##suite_##_##name_, __VA_ARGS__)                                              \
    static void shim_enter_##suite_##_##name_(void *param)                                                             \
    {                                                                                                                  \
        shim_body_##suite_##_##name_(param);                                                                           \
    }                                                                                                                  \
    static void shim_body_##suite_##_##name_(parameter_)

#define cr_make_param_array(type_, array_, length_) ((struct criterion_test_params){sizeof(type_), (array_), (length_)})

/* A message is optional: the blank in front of it makes a format in either case. */
#define SHIM_CHECK(fatal_, what_, condition_, ...)                                                                     \
    do {                                                                                                               \
        if (condition_)                                                                                                \
            shim_passed();                                                                                             \
        else                                                                                                           \
            shim_failed(fatal_, __FILE__, __LINE__, what_, " " __VA_ARGS__);                                           \
    } while (0)
#define SHIM_BINARY(fatal_, a_, op_, b_, ...) SHIM_CHECK(fatal_, #a_ " " #op_ " " #b_, (a_)op_(b_), ##__VA_ARGS__)
#define SHIM_STRINGS(fatal_, a_, op_, b_, ...)                                                                         \
    SHIM_CHECK(fatal_, "strcmp(" #a_ ", " #b_ ") " #op_ " 0", strcmp((a_), (b_)) op_ 0, ##__VA_ARGS__)
/* Both differences, so that a NaN on either side fails. */
#define SHIM_FLOAT_EQ(fatal_, a_, b_, epsilon_, ...)                                                                   \
    SHIM_CHECK(fatal_, #a_ " is within " #epsilon_ " of " #b_, (a_) - (b_) <= (epsilon_) && (b_) - (a_) <= (epsilon_), \
               ##__VA_ARGS__)

#define cr_skip_test(...)   shim_skip(" " __VA_ARGS__)
#define cr_assert_fail(...) shim_failed(true, __FILE__, __LINE__, "failed", " " __VA_ARGS__)

#define cr_assert(condition_, ...)                SHIM_CHECK(true, #condition_, condition_, ##__VA_ARGS__)
#define cr_assert_not(condition_, ...)            SHIM_CHECK(true, "!(" #condition_ ")", !(condition_), ##__VA_ARGS__)
#define cr_assert_null(a_, ...)                   SHIM_BINARY(true, a_, ==, NULL, ##__VA_ARGS__)
#define cr_assert_not_null(a_, ...)               SHIM_BINARY(true, a_, !=, NULL, ##__VA_ARGS__)
#define cr_assert_eq(a_, b_, ...)                 SHIM_BINARY(true, a_, ==, b_, ##__VA_ARGS__)
#define cr_assert_neq(a_, b_, ...)                SHIM_BINARY(true, a_, !=, b_, ##__VA_ARGS__)
#define cr_assert_lt(a_, b_, ...)                 SHIM_BINARY(true, a_, <, b_, ##__VA_ARGS__)
#define cr_assert_leq(a_, b_, ...)                SHIM_BINARY(true, a_, <=, b_, ##__VA_ARGS__)
#define cr_assert_gt(a_, b_, ...)                 SHIM_BINARY(true, a_, >, b_, ##__VA_ARGS__)
#define cr_assert_geq(a_, b_, ...)                SHIM_BINARY(true, a_, >=, b_, ##__VA_ARGS__)
#define cr_assert_str_eq(a_, b_, ...)             SHIM_STRINGS(true, a_, ==, b_, ##__VA_ARGS__)
#define cr_assert_str_neq(a_, b_, ...)            SHIM_STRINGS(true, a_, !=, b_, ##__VA_ARGS__)
#define cr_assert_float_eq(a_, b_, epsilon_, ...) SHIM_FLOAT_EQ(true, a_, b_, epsilon_, ##__VA_ARGS__)

#define cr_expect(condition_, ...)                SHIM_CHECK(false, #condition_, condition_, ##__VA_ARGS__)
#define cr_expect_not(condition_, ...)            SHIM_CHECK(false, "!(" #condition_ ")", !(condition_), ##__VA_ARGS__)
#define cr_expect_null(a_, ...)                   SHIM_BINARY(false, a_, ==, NULL, ##__VA_ARGS__)
#define cr_expect_not_null(a_, ...)               SHIM_BINARY(false, a_, !=, NULL, ##__VA_ARGS__)
#define cr_expect_eq(a_, b_, ...)                 SHIM_BINARY(false, a_, ==, b_, ##__VA_ARGS__)
#define cr_expect_neq(a_, b_, ...)                SHIM_BINARY(false, a_, !=, b_, ##__VA_ARGS__)
#define cr_expect_lt(a_, b_, ...)                 SHIM_BINARY(false, a_, <, b_, ##__VA_ARGS__)
#define cr_expect_leq(a_, b_, ...)                SHIM_BINARY(false, a_, <=, b_, ##__VA_ARGS__)
#define cr_expect_gt(a_, b_, ...)                 SHIM_BINARY(false, a_, >, b_, ##__VA_ARGS__)
#define cr_expect_geq(a_, b_, ...)                SHIM_BINARY(false, a_, >=, b_, ##__VA_ARGS__)
#define cr_expect_str_eq(a_, b_, ...)             SHIM_STRINGS(false, a_, ==, b_, ##__VA_ARGS__)
#define cr_expect_str_neq(a_, b_, ...)            SHIM_STRINGS(false, a_, !=, b_, ##__VA_ARGS__)
#define cr_expect_str_empty(a_, ...)              SHIM_CHECK(false, #a_ " is empty", (a_)[0] == '\0', ##__VA_ARGS__)
#define cr_expect_str_not_empty(a_, ...)          SHIM_CHECK(false, #a_ " is not empty", (a_)[0] != '\0', ##__VA_ARGS__)
#define cr_expect_float_eq(a_, b_, epsilon_, ...) SHIM_FLOAT_EQ(false, a_, b_, epsilon_, ##__VA_ARGS__)

#endif
