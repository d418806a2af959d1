/*
 * User namespaces. A process cannot write its own map (beyond one id), so a child that stays behind in the parent
 * namespace does it: directly when it is root there, otherwise through the setuid programs newuidmap and newgidmap,
 * which allow what /etc/subuid and /etc/subgid grant to the user.
 */
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void parse_id_map(struct id_map *map, const char *text)
{
	map->extents = 0;
	for (const char *at = text;; at++) {
		struct id_extent *extent = &map->extent[map->extents];
		int length = 0;
		if (map->extents == MAX_EXTENTS ||
		    sscanf(at, "%u:%u:%u%n", &extent->inside, &extent->outside, &extent->count, &length) != 3)
			fail_because("read the id map", text, "want INSIDE:OUTSIDE:COUNT[,…]");
		map->extents++;
		at += length;
		if (*at == '\0')
			return;
		if (*at != ',')
			fail_because("read the id map", text, "want INSIDE:OUTSIDE:COUNT[,…]");
	}
}

void parse_id_maps(struct id_maps *maps, const char *uids, const char *gids)
{
	parse_id_map(&maps->uids, uids);
	parse_id_map(&maps->gids, gids);
}

/* The text of /proc/PID/uid_map. */
static size_t format_id_map(char *text, size_t size, const struct id_map *map)
{
	size_t length = 0;
	for (size_t i = 0; i < map->extents; i++) {
		const struct id_extent *e = &map->extent[i];
		length += (size_t)snprintf(text + length, size - length, "%u %u %u\n", e->inside, e->outside, e->count);
	}
	return length;
}

static void write_proc(int pid, const char *name, const char *text, size_t length)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	/* The kernel takes a map in one write only. */
	if (fd < 0 || write(fd, text, length) != (ssize_t)length)
		fail("write the id map", name);
	close(fd);
}

/* newuidmap PID INSIDE OUTSIDE COUNT … */
static void run_map_program(const char *program, int pid, const struct id_map *map)
{
	char numbers[1 + 3 * MAX_EXTENTS][12];
	char *args[2 + 3 * MAX_EXTENTS + 1] = {(char *)program, numbers[0]};
	size_t n = 0;
	snprintf(numbers[n++], sizeof numbers[0], "%d", pid);
	for (size_t i = 0; i < map->extents; i++) {
		const unsigned values[] = {map->extent[i].inside, map->extent[i].outside, map->extent[i].count};
		for (size_t j = 0; j < 3; j++, n++) {
			snprintf(numbers[n], sizeof numbers[0], "%u", values[j]);
			args[1 + n] = numbers[n];
		}
	}
	pid_t child = fork();
	if (child < 0)
		fail("fork", program);
	if (child == 0) {
		execvp(program, args);
		fail("run", program);
	}
	int status;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_because("write the id map", program, "the program refused it");
}

/* The one map that the kernel lets a user make alone: the user's own id. */
static bool is_single(const struct id_map *map, unsigned own)
{
	return map->extents == 1 && map->extent[0].count == 1 && map->extent[0].outside == own;
}

static bool own_ids_only(const struct id_maps *maps)
{
	return is_single(&maps->uids, geteuid()) && is_single(&maps->gids, getegid());
}

/* Writes the maps of another process that has just made a user namespace; called in the parent namespace. */
static void write_id_maps(int pid, const struct id_maps *maps)
{
	if (geteuid() != 0 && !own_ids_only(maps)) {
		run_map_program("newuidmap", pid, &maps->uids);
		run_map_program("newgidmap", pid, &maps->gids);
		return;
	}
	char text[MAX_EXTENTS * 36];
	if (geteuid() != 0) /* user_namespaces(7): without privilege gid_map wants setgroups denied first */
		write_proc(pid, "setgroups", "deny", 4);
	write_proc(pid, "uid_map", text, format_id_map(text, sizeof text, &maps->uids));
	write_proc(pid, "gid_map", text, format_id_map(text, sizeof text, &maps->gids));
}

static void mapper(int pid, int ready, const struct id_maps *maps)
{
	char byte;
	if (read(ready, &byte, 1) != 1) /* the launcher failed or was killed */
		_exit(FAILED);
	write_id_maps(pid, maps);
	_exit(0);
}

void enter_user_namespace(const struct id_maps *maps, int flags)
{
	/* Where setgroups is denied, for good, there is nothing to drop. */
	bool keep_groups = own_ids_only(maps);
	pid_t self = getpid();
	int ready[2];
	if (pipe2(ready, O_CLOEXEC) < 0)
		fail("make", "a pipe");
	pid_t child = fork();
	if (child < 0)
		fail("fork", "the writer of the id map");
	if (child == 0) {
		close(ready[1]);
		mapper(self, ready[0], maps);
	}
	close(ready[0]);
	if (unshare(CLONE_NEWUSER | flags) < 0)
		fail("make", "a user namespace");
	if (write(ready[1], "", 1) != 1)
		fail("start", "the writer of the id map");
	close(ready[1]);
	int status;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			fail("wait for", "the writer of the id map");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		exit(FAILED); /* it has said why */
	if (!keep_groups && setgroups(0, NULL) < 0)
		fail("drop", "supplementary groups");
	if (setresgid(0, 0, 0) < 0)
		fail("become", "group 0 of the user namespace");
	if (setresuid(0, 0, 0) < 0)
		fail("become", "user 0 of the user namespace");
	/* The change of user made our /proc/self belong to the parent's root, out of our reach. */
	prctl(PR_SET_DUMPABLE, 1);
}

int open_user_namespace(const struct id_maps *maps)
{
	int ready[2], done[2];
	char byte, path[64];
	if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(done, O_CLOEXEC) < 0)
		fail("make", "a pipe");
	pid_t child = fork();
	if (child < 0)
		fail("fork", "the holder of a user namespace");
	if (child == 0) {
		close(done[1]);
		if (unshare(CLONE_NEWUSER) < 0)
			fail("make", "a user namespace");
		/* The end of `done` is also the launcher's death. */
		_exit(write(ready[1], "", 1) == 1 && read(done[0], &byte, 1) == 0 ? 0 : FAILED);
	}
	close(ready[1]);
	close(done[0]);
	if (read(ready[0], &byte, 1) != 1)
		exit(FAILED); /* the child has said why */
	write_id_maps(child, maps);
	snprintf(path, sizeof path, "/proc/%d/ns/user", child);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail("open", path);
	close(ready[0]);
	close(done[1]);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return fd;
}

int userns_command(int argc, char **argv)
{
	if (argc < 5 || strcmp(argv[3], "--") != 0)
		usage("userns UIDS GIDS -- PROGRAM ARGS");
	struct id_maps maps;
	parse_id_maps(&maps, argv[1], argv[2]);
	enter_user_namespace(&maps, 0);
	execvp(argv[4], argv + 4);
	fail("run", argv[4]);
}
