/* SPDX-License-Identifier: Apache-2.0 */
/* The origin's servers: several of them, their CPUs and what they use; and how an origin begins and ends. */
#include "unit/origin_client.h"

#include <dirent.h>
#include <poll.h>
#include <sys/wait.h>

TestSuite(origin_servers, .timeout = 30, .fini = stop);

/* Whoever asks only one of them loads only that one, and all of them have the same pages. */
Test(origin_servers, tells_what_each_server_used)
{
    struct origin_config config = config_of(0, BODY_BYTES);
    struct origin_use before, after;
    given(&config);
    for (uint64_t id = 0; id < 2 * SERVERS; id++)
        fetch_page(&config, 3);
    poll(NULL, 0, 20); /* until they wait again */
    cr_assert(origin_use(origin_g, &before));
    cr_assert_eq(before.servers_count, (unsigned)SERVERS);
    for (int i = 0; i < 300; i++) {
        clients_g = SERVERS - 1;
        fetch_page(&config, (uint64_t)i);
    }
    poll(NULL, 0, 20);
    cr_assert(origin_use(origin_g, &after));
    uint64_t sum_ns = 0, last_ns = after.server_cpu_ns[SERVERS - 1] - before.server_cpu_ns[SERVERS - 1];
    for (unsigned i = 0; i < SERVERS; i++) {
        cr_expect_gt(before.server_cpu_ns[i], 0u, "server %u", i);
        sum_ns += after.server_cpu_ns[i] - before.server_cpu_ns[i];
    }
    cr_expect_eq(after.requests_count - before.requests_count, 300u);
    cr_expect_gt(last_ns, 300 * UINT64_C(1000), "a page takes some microseconds");
    cr_expect_eq(sum_ns, last_ns, "the others did nothing");
    uint64_t all_ns = after.cpu_ns - before.cpu_ns;
    cr_expect(sum_ns <= all_ns + MS && sum_ns + MS >= all_ns * 9 / 10, "%zu of %zu", (size_t)sum_ns, (size_t)all_ns);
}

Test(origin_servers, connections_go_to_the_servers_in_turn)
{
    struct origin_config config = config_of(0, BODY_BYTES);
    given(&config);
    const struct origin_addresses *addresses = origin_addresses(origin_g);
    unsigned met[SERVERS] = {0};
    cr_assert_eq(addresses->n, (unsigned)SERVERS);
    for (uint64_t connection = 0; connection < 7 * SERVERS; connection++)
        met[origin_address_of(addresses, connection) - addresses->at]++;
    for (unsigned i = 0; i < SERVERS; i++) {
        cr_expect_eq(met[i], 7u);
        for (unsigned j = 0; j < i; j++)
            cr_expect_neq(addresses->at[i].sin_port, addresses->at[j].sin_port);
    }
}

/* Each on its own of the CPUs, or on one that it shares where there are fewer. */
Test(origin_servers, servers_keep_to_their_cpus)
{
    struct origin_config config = config_of(0, BODY_BYTES);
    cpu_set_t all, one, seen;
    char why[256], path[64];
    cr_assert_eq(sched_getaffinity(0, sizeof all, &all), 0);
    CPU_ZERO(&one);
    for (size_t cpu = 0; cpu < CPU_SETSIZE && !CPU_COUNT(&one); cpu++)
        if (CPU_ISSET(cpu, &all))
            CPU_SET(cpu, &one);
    cr_assert_eq(origin_start(&origin_g, &config, SERVERS, &one, why, sizeof why), 0, "%s", why);
    snprintf(path, sizeof path, "/proc/%d/task", (int)origin_pid(origin_g));
    DIR *tasks = opendir(path);
    unsigned n = 0;
    for (struct dirent *entry; tasks && (entry = readdir(tasks));) {
        if (entry->d_name[0] == '.')
            continue;
        n++;
        cr_assert_eq(sched_getaffinity((pid_t)atoi(entry->d_name), sizeof seen, &seen), 0);
        cr_expect(CPU_EQUAL(&seen, &one));
    }
    closedir(tasks);
    cr_expect_eq(n, (unsigned)SERVERS);
    fetch_page(&config, 1);
}

/* --- its end ------------------------------------------------------------------------------------------------------ */

Test(origin_servers, killed_is_told_and_nobody_hangs)
{
    struct origin_config config = config_of(UINT64_C(60000) * MS, BODY_BYTES);
    char how[96] = "", byte;
    given(&config);
    int fd = client();
    say(fd, "GET /1 HTTP/1.1\r\n\r\n");
    cr_expect_not(origin_ended(origin_g, 0, how, sizeof how));
    cr_assert_eq(kill(origin_pid(origin_g), SIGKILL), 0);
    cr_expect_leq(recv(fd, &byte, 1, 0), 0, "the end of the stream or a reset");
    close(fd);
    siginfo_t info;
    cr_assert_eq(waitid(P_PID, (id_t)origin_pid(origin_g), &info, WEXITED | WNOWAIT), 0);
    cr_expect(origin_ended(origin_g, 0, how, sizeof how));
    cr_expect_str_eq(how, "was killed by signal 9 (Killed)");
    pid_t pid = origin_pid(origin_g);
    stop();
    cr_expect_eq(waitpid(pid, NULL, 0), -1, "it was reaped");
    cr_expect_eq(errno, ECHILD);
}

/* A parent that is killed has no time to stop anything. */
Test(origin_servers, dies_with_its_parent)
{
    int tell[2];
    cr_assert_eq(pipe(tell), 0);
    pid_t parent = fork();
    if (parent == 0) {
        test_die_with_parent();
        struct origin_config config = config_of(0, BODY_BYTES);
        struct origin *origin;
        char why[256];
        struct sockaddr_in address = {0};
        if (origin_start(&origin, &config, SERVERS, NULL, why, sizeof why) == 0)
            address = *origin_address_of(origin_addresses(origin), SERVERS - 1);
        _exit(write(tell[1], &address, sizeof address) == sizeof address && pause() == 0);
    }
    struct sockaddr_in address;
    cr_assert_eq(read(tell[0], &address, sizeof address), (ssize_t)sizeof address);
    cr_assert_neq(address.sin_port, 0);
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    bool refused = false;
    for (int tries = 0; tries < 500 && !refused; tries++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        refused = connect(fd, (struct sockaddr *)&address, sizeof address) && errno == ECONNREFUSED;
        close(fd);
        poll(NULL, 0, 10);
    }
    cr_expect(refused, "somebody still listens");
}

Test(origin_servers, says_what_it_cannot_serve)
{
    struct origin_config config = config_of(0, BODY_BYTES);
    char why[256];
    config.connections = 20000;
    cr_expect_eq(origin_start(&origin_g, &config, SERVERS, NULL, why, sizeof why), -ENOTSUP);
    cr_expect_not_null(strstr(why, "ports"), "%s", why);
    cr_expect_null(origin_g);
    config = config_of(0, 12);
    cr_expect_eq(origin_start(&origin_g, &config, SERVERS, NULL, why, sizeof why), -EINVAL);
    config = config_of(0, BODY_BYTES);
    cr_expect_eq(origin_start(&origin_g, &config, 0, NULL, why, sizeof why), -EINVAL);
    cr_expect_eq(origin_start(&origin_g, &config, ORIGIN_SERVERS_MAX + 1, NULL, why, sizeof why), -EINVAL);
}
