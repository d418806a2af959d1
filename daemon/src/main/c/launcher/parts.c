/*
 * The view of a directory that an overlay cannot show. A user's mount namespace has the mounts of the outer one locked:
 * nobody in it may look below one of them, so the kernel refuses (EINVAL) an overlay, and any bind mount that is not
 * recursive, of a directory with such a mount somewhere below it. /etc has them in containers, /usr under WSL.
 *
 * The directory is then put together in what would have been the overlay's upper directory, so that the disk is the
 * same either way: an overlay for each directory that can have one; what is left is shown read-only with all that is
 * mounted in it, except in /etc, where it is put together likewise and files are copied, since it is small, has secrets
 * to hide and files to change. A host's file that the box has removed from there is back at its next start.
 */
#include "mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* One directory of the host, what the box's disk has of it, and where the box sees that. */
struct place {
	char host[PATH_MAX], upper[PATH_MAX], target[PATH_MAX];
};

static void append(char path[PATH_MAX], const char *parent, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", parent, name) >= PATH_MAX)
		fail_because("show", parent, "its paths are too long");
}

static void copy_link(const struct box *box, const struct place *at)
{
	char to[PATH_MAX];
	ssize_t length = readlink(at->host, to, sizeof to - 1);
	if (length < 0)
		fail("read", at->host);
	to[length] = '\0';
	if (symlink(to, at->upper) < 0 || lchown(at->upper, root_user(box), root_group(box)) < 0)
		fail("make link", at->upper);
}

static void copy_file(const struct box *box, const struct place *at, const struct stat *status)
{
	int from = open(at->host, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (from < 0)
		return; /* not ours to read, so not the box's */
	int to = open(at->upper, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0)
		fail("make", at->upper);
	ssize_t copied;
	while ((copied = sendfile(to, from, NULL, 1 << 20)) > 0)
		;
	const struct timespec times[] = {status->st_atim, status->st_mtim};
	if (copied < 0 || fchown(to, root_user(box), root_group(box)) < 0 || fchmod(to, status->st_mode & 0777) < 0 ||
	    futimens(to, times) < 0)
		fail("copy", at->host);
	close(to);
	close(from);
}

/* What a mount hides: nobody has been able to change it since it was made for that. */
static bool is_mount_point(const struct stat *status)
{
	return S_ISREG(status->st_mode) && (status->st_mode & 07777) == 0 && status->st_size == 0;
}

static void show_file(const struct place *at, bool there)
{
	if (!there && mknod(at->upper, S_IFREG, 0) < 0)
		fail("make", at->upper);
	mount_read_only(at->host, at->target);
}

static bool is_opaque(const char *path)
{
	char value;
	return lgetxattr(path, "user.overlay.opaque", &value, 1) == 1 && value == 'y';
}

static void mount_part(const struct box *box, const struct place *at)
{
	static unsigned parts;
	char lower[32], work[32];
	snprintf(lower, sizeof lower, "part-%u", ++parts);
	snprintf(work, sizeof work, DISK "/work-part-%u", parts);
	if (symlink(at->host, lower) < 0)
		fail("name", at->host);
	mount_overlay(box, lower, at->upper, work, at->target);
}

static void show_entries(const struct box *box, const struct place *at, bool copied);

static void show_directory(const struct box *box, const struct place *at, mode_t mode, bool copied)
{
	make_directory_mode(box, at->upper, mode & 01777);
	if (is_opaque(at->upper))
		return;
	/* These mean something in the options of an overlay. */
	bool plain = strpbrk(at->upper, ":,\\") == NULL;
	if (plain && !has_locked_mounts(at->host))
		mount_part(box, at);
	else if (copied)
		show_entries(box, at, true);
	else
		mount_read_only(at->host, at->target);
}

/* What the box has put there hides the host's, as in an overlay. */
static void show_entry(const struct box *box, const struct place *at, bool copied)
{
	struct stat host, own;
	if (lstat(at->host, &host) < 0)
		return;
	bool there = lstat(at->upper, &own) == 0;
	if (there && S_ISCHR(own.st_mode) && own.st_rdev == 0) {
		if (unlink(at->upper) < 0) /* it has said what is hidden, and here would be seen itself */
			fail("hide", at->upper);
	} else if (S_ISDIR(host.st_mode) && (!there || S_ISDIR(own.st_mode))) {
		show_directory(box, at, host.st_mode, copied);
	} else if (S_ISREG(host.st_mode) && !copied && (!there || is_mount_point(&own))) {
		show_file(at, there);
	} else if (S_ISREG(host.st_mode) && copied && !there) {
		copy_file(box, at, &host);
	} else if (S_ISLNK(host.st_mode) && !there) {
		copy_link(box, at);
	}
}

static void show_entries(const struct box *box, const struct place *at, bool copied)
{
	struct place below;
	DIR *directory = opendir(at->host);
	if (directory == NULL)
		return; /* not ours to read, so not the box's to see */
	const struct dirent *entry;
	while ((entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		append(below.host, at->host, entry->d_name);
		append(below.upper, at->upper, entry->d_name);
		append(below.target, at->target, entry->d_name);
		show_entry(box, &below, copied);
	}
	closedir(directory);
}

void mount_parts(const struct box *box, const char *path, const char *upper, const char *target)
{
	struct place at;
	snprintf(at.host, sizeof at.host, "%s", path);
	snprintf(at.upper, sizeof at.upper, "%s", upper);
	snprintf(at.target, sizeof at.target, "%s", target);
	mount_at(upper, target, NULL, MS_BIND, NULL);
	show_entries(box, &at, strcmp(path, "/etc") == 0);
}
