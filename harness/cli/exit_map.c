/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/exit_map.h"
#include "cli/message.h"

#include "report/compare.h"
#include "report/reproduce.h"
#include "report/verify.h"
#include "run/campaign.h"

#include <errno.h>

int exit_of_campaign_error(int rc, bool storage)
{
    if (storage)
        return EXIT_STORAGE;
    return rc == -EBADMSG || rc == -EPROTONOSUPPORT ? EXIT_CORRUPT : EXIT_CANNOT;
}

int exit_of_trials(const struct campaign_result *result)
{
    if (result->verify_failed)
        return EXIT_VERIFY;
    if (result->failed)
        return EXIT_SOME_FAILED;
    if (result->ok || result->ceilings || result->signal)
        return EXIT_FINE;
    return result->gated ? EXIT_UNTRUSTED : EXIT_NOTHING;
}

int exit_of_ceilings(const struct campaign_result *result, bool named)
{
    return result->ceilings && named ? EXIT_CANNOT : EXIT_FINE;
}

int exit_of_signal(int code, int signal)
{
    return !signal || code == EXIT_STORAGE || code == EXIT_BUG ? code : 128 + signal;
}

int exit_of_both(int run, int preflight)
{
    return run > EXIT_NOTHING /* a signal's */ ? run : exit_graver(run, preflight);
}

int exit_of_report(int rc, bool storing)
{
    if (storing && rc && rc != -ENOTSUP && rc != -EPROTO)
        return EXIT_STORAGE;
    switch (-rc) {
    case 0:
        return EXIT_FINE;
    case EBADMSG:
    case EFBIG: /* too big, or no regular file: not what we wrote */
    case EINVAL:
    case EISDIR:
    case ELOOP:
    case ENOTDIR:
        return EXIT_CORRUPT;
    case ENOENT:
    case ENOTSUP:
    case EPROTO: /* gnuplot failed, and plots were asked for */
        return EXIT_CANNOT;
    default:
        return EXIT_STORAGE;
    }
}

int exit_of_verify(const struct verify_result *result, bool strict)
{
    int code = result->count[VERIFY_DAMAGED] ? EXIT_CORRUPT : EXIT_FINE;
    if (result->count[VERIFY_UNVERIFIED])
        code = exit_graver(code, EXIT_VERIFY);
    if (result->count[VERIFY_INCOMPLETE])
        code = exit_graver(code, EXIT_SOME_FAILED);
    if (strict && result->count[VERIFY_TAINTED])
        code = exit_graver(code, EXIT_UNTRUSTED);
    return code;
}

unsigned exit_count_slower(const struct run_comparison *comparison)
{
    unsigned n = 0;
    for (unsigned i = 0; i < comparison->n_cells; i++)
        n += comparison->cells[i].claim.verdict == VERDICT_SLOWER && !comparison->cells[i].other_amount;
    return n;
}

int exit_of_comparison(const struct run_comparison *comparison, bool fail_on_slower)
{
    if (comparison->comparability == COMPARE_IMPOSSIBLE)
        return EXIT_CORRUPT;
    if (fail_on_slower && comparison->comparability == COMPARE_CROSS)
        return EXIT_CORRUPT;
    return fail_on_slower && exit_count_slower(comparison) ? EXIT_WORSE : EXIT_FINE;
}

int exit_of_reproduction(const struct reproduction *reproduction)
{
    return reproduction->count[JUDGED_CONTRADICTED] ? EXIT_WORSE : EXIT_FINE;
}
