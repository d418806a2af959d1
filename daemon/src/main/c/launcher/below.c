/*
 * What the host has mounted below a directory that is shown as an overlay: that shows what lies underneath, mostly an
 * empty directory. It is shown read-only, with all that is mounted in it, and its files stay nobody's: the box reads what
 * everybody may read. Files in /etc are copied, since those are to be changed. What is hidden from the box stays hidden.
 *
 * This is for root; parts.c is for users, who cannot even make the overlay.
 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* mountinfo writes blanks and backslashes as a backslash and three octal digits. */
static void decode(char *path)
{
	char *to = path;
	for (const char *from = path; *from != '\0'; to++)
		if (from[0] == '\\' && strlen(from) > 3) {
			*to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	*to = '\0';
}

/* The part of PATH below DIRECTORY; NULL when it is not there. */
static const char *name_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);
	return strncmp(path, directory, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

static int open_below(int directory, const char *name, uint64_t flags)
{
	struct open_how how = {
		.flags = flags | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	return (int)syscall(SYS_openat2, directory, name, &how, sizeof how);
}

/* Once: what the box has made of it since is the box's. */
static void copy_file(const char *path, int view, int upper, const char *name)
{
	int own = open_below(upper, name, O_PATH);
	if (own >= 0) {
		close(own);
		return;
	}
	int from = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int to = open_below(view, name, O_WRONLY | O_TRUNC);
	ssize_t copied = from < 0 || to < 0 ? -1 : 1;
	while (copied > 0)
		copied = sendfile(to, from, NULL, 1 << 20);
	if (copied < 0)
		fail("copy", path);
	close(from);
	close(to);
}

static void show_mount(const char *path, int view, int upper, const char *name)
{
	struct stat there, here;
	int source = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int target = open_below(view, name, O_PATH);
	/* Hidden, or the box has something else there. */
	bool shown = source >= 0 && target >= 0 && fstat(source, &there) == 0 && fstat(target, &here) == 0 &&
		     S_ISDIR(there.st_mode) == S_ISDIR(here.st_mode);
	if (shown && S_ISREG(there.st_mode) && name_below(path, "/etc") != NULL)
		copy_file(path, view, upper, name);
	else if (shown)
		mount_volume(source, &(struct volume){.source = path, .target = path, .read_only = true}, target, -1);
	if (source >= 0)
		close(source);
	if (target >= 0)
		close(target);
}

static int open_view(const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		fail("open", path);
	return fd;
}

void show_mounts_below(const char *directory, const char *upper, const char *view)
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	if (mounts == NULL)
		fail("open", "/proc/self/mountinfo");
	int view_fd = open_view(view), upper_fd = open_view(upper);
	char *line = NULL;
	size_t size = 0;
	while (getline(&line, &size, mounts) > 0) {
		char path[PATH_MAX];
		/* proc_pid_mountinfo(5): the fifth field. */
		if (sscanf(line, "%*s %*s %*s %*s %4095s", path) != 1)
			continue;
		decode(path);
		const char *name = name_below(path, directory);
		if (name != NULL)
			show_mount(path, view_fd, upper_fd, name);
	}
	free(line);
	fclose(mounts);
	close(view_fd);
	close(upper_fd);
}
