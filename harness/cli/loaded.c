/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/loaded.h"
#include "cli/message.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int loaded_open(struct loaded *loaded, const char *run_dir)
{
    loaded->dirfd = open(run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (loaded->dirfd < 0) {
        message_error("E-NO-RUN", run_dir, strerror(errno), NULL, NULL);
        return EXIT_CANNOT;
    }
    int rc = report_run_load(&loaded->run, loaded->dirfd, &loaded->result);
    if (!rc)
        rc = pairing_build(&loaded->pairing, &loaded->run);
    for (unsigned i = 0; i < loaded->result.n_warnings && i < REPORT_WARNINGS_MAX; i++)
        message_warning(run_dir, loaded->result.warnings[i]);
    if (rc)
        message_error(rc != -EBADMSG                ? "E-STORE"
                      : loaded->result.other_schema ? "E-SCHEMA"
                                                    : "E-CORRUPT",
                      run_dir, loaded->result.message[0] ? loaded->result.message : strerror(-rc), NULL,
                      "quintet verify tells everything that is wrong with it");
    return rc == 0 ? 0 : rc == -ENOENT ? EXIT_CANNOT : EXIT_CORRUPT;
}

void loaded_close(struct loaded *loaded)
{
    pairing_fini(&loaded->pairing);
    report_run_fini(&loaded->run);
    if (loaded->dirfd >= 0)
        close(loaded->dirfd);
    loaded->dirfd = -1;
}
