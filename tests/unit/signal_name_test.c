/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_criterion.h"

#include "measure/signal_name.h"

#include <string.h>

Test(signal_name, names_what_has_a_name)
{
    cr_expect_str_eq(signal_name(SIGKILL), "KILL");
    cr_expect_str_eq(signal_name(SIGSYS), "SYS");
    cr_expect_null(signal_name(0));
    cr_expect_null(signal_name(-1));
    cr_expect_null(signal_name(SIGRTMIN));
    cr_expect_null(signal_name(100000));
}

Test(signal_name, says_what_the_library_says)
{
    for (int number = 1; number <= SIGSYS; number++) {
        cr_assert_not_null(signal_name(number), "%d", number);
#ifdef __GLIBC__
        cr_expect_str_eq(signal_name(number), sigabbrev_np(number), "%d", number);
#endif
    }
}
