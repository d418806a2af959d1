/*
 * Directories and files of the host in the box. They are mounted into the root file system before the runtime takes
 * it, since a runtime loses options or mounts below when it maps owners. Links on the way to the mount point lead only
 * to places in the box, because the kernel resolves the path with the box's root as its root (openat2).
 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_in_root(int root, const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

/* Makes the last name of PATH, whose parent is there. */
static void make_entry(const struct box *box, int root, const char *path, bool directory)
{
	char parent[PATH_MAX];
	const char *name = strrchr(path, '/') + 1;
	snprintf(parent, sizeof parent, "%.*s/", (int)(name - path), path);
	int fd = open_in_root(root, parent);
	int made = fd < 0 ? -1
			  : directory ? mkdirat(fd, name, 0755)
				      : mknodat(fd, name, S_IFREG | 0644, 0);
	if (made < 0 && (errno == EOVERFLOW || errno == EROFS))
		fail_because("make the mount point in the box", path, "it lies in another volume, where it has to be there already");
	if (made < 0 || fchownat(fd, name, root_user(box), root_group(box), AT_SYMLINK_NOFOLLOW) < 0)
		fail("make the mount point in the box", path);
	close(fd);
}

/* The place in the box, made with its parents when it is not there. */
static int open_mount_point(const struct box *box, int root, const char *path, bool directory)
{
	char part[PATH_MAX];
	size_t length = strlen(path);
	if (length >= sizeof part)
		fail_because("make the mount point in the box", path, "the path is too long");
	for (size_t end = 1; end <= length; end++) {
		if (path[end] != '/' && path[end] != '\0')
			continue;
		snprintf(part, sizeof part, "%.*s", (int)end, path);
		int fd = open_in_root(root, part);
		if (fd >= 0 && end == length)
			return fd;
		if (fd >= 0)
			close(fd);
		else if (errno == ENOENT)
			make_entry(box, root, part, directory || end < length);
		else
			fail("make the mount point in the box", part);
	}
	int fd = open_in_root(root, path);
	if (fd < 0)
		fail("make the mount point in the box", path);
	return fd;
}

static bool is_directory(int fd, const char *name)
{
	struct stat status;
	if (fstat(fd, &status) < 0)
		fail("look at", name);
	return S_ISDIR(status.st_mode);
}

void mount_volumes(const struct box *box)
{
	if (box->volume_count == 0)
		return;
	int root = open(ROOT, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int map = box->enter ? -1 : open_user_namespace(&box->maps);
	if (root < 0)
		fail("open", ROOT);
	for (size_t i = 0; i < box->volume_count; i++) {
		const struct volume *volume = &box->volumes[i];
		int source = open_without_links(volume->source);
		bool directory = is_directory(source, volume->source);
		int target = open_mount_point(box, root, volume->target, directory);
		if (is_directory(target, volume->target) != directory)
			fail_because("mount at", volume->target,
				     directory ? "it is no directory in the box" : "it is a directory in the box");
		mount_volume(source, volume, target, map);
		close(source);
		close(target);
	}
	close(root);
}
