/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/message.h"

int command_help(const struct options *options, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (options->man + !!options->completion + options->n_operands > 1) {
        message_error("E-CLI-OPERAND", "help", "want one of COMMAND, --man and --completion", "nothing", NULL);
        return EXIT_USAGE;
    }
    if (options->man) {
        describe_man(stdout);
        return EXIT_FINE;
    }
    if (options->completion) {
        if (describe_completion(stdout, options->completion) == 0)
            return EXIT_FINE;
        message_error("E-CLI-VALUE", options->completion, "no completion for this shell", "nothing",
                      "there are: bash, zsh, fish");
        return EXIT_USAGE;
    }
    const struct command *command = options->n_operands ? command_find(options->operands[0]) : NULL;
    if (options->n_operands && !command) {
        message_error("E-CLI-UNKNOWN", options->operands[0], "no such command", "nothing", "see: quintet --help");
        return EXIT_USAGE;
    }
    options_print_help(command);
    return EXIT_FINE;
}
