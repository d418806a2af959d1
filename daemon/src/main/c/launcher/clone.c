/*
 * Clones of a mount, where each file's owner is shown through a user namespace's map (mount_setattr(2)): root of the
 * host becomes root of the box. The C libraries that this is built with do not know these calls.
 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

static void map_owners(int tree, int user_namespace, unsigned flags, const char *source)
{
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (unsigned)user_namespace};
	if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | flags, &attributes, sizeof attributes) == 0)
		return;
	if (errno == EINVAL)
		fail_because("map the owners of", source, "a file system there does not support mapped owners");
	fail("map the owners of", source);
}

int open_without_links(const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS};
	int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
	if (fd < 0 && errno == ELOOP)
		fail_because("open", path, "a link is on the way there now");
	if (fd < 0)
		fail("open", path);
	return fd;
}

static int clone_tree(const char *source, unsigned flags)
{
	return (int)syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW | flags);
}

static void attach(int tree, const char *target)
{
	if (syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		fail("mount the clone at", target);
	close(tree);
}

void mount_clone(const char *source, const char *target, int user_namespace)
{
	int fd = open_without_links(source);
	int tree = (int)syscall(SYS_open_tree, fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	if (tree < 0 && errno == EINVAL)
		fail_because("clone the mount of", source, "other things are mounted below it, and a user cannot leave them out");
	if (tree < 0)
		fail("clone the mount of", source);
	close(fd);
	if (user_namespace >= 0)
		map_owners(tree, user_namespace, 0, source);
	attach(tree, target);
}

bool has_locked_mounts(const char *path)
{
	int tree = clone_tree(path, 0);
	if (tree < 0 && errno != EINVAL)
		fail("clone the mount of", path);
	if (tree >= 0)
		close(tree);
	return tree < 0;
}

void mount_read_only(const char *source, const char *target)
{
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
	int tree = clone_tree(source, AT_RECURSIVE);
	if (tree < 0)
		fail("clone the mount of", source);
	if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) < 0)
		fail("restrict the mount of", source);
	attach(tree, target);
}

/* With all that is mounted below, so that nothing that the host shows there is missing. */
void mount_volume(int source, const struct volume *volume, int target, int user_namespace)
{
	long tree = syscall(SYS_open_tree, source, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
	if (tree < 0)
		fail("clone the mount of", volume->source);
	if (user_namespace >= 0)
		map_owners((int)tree, user_namespace, AT_RECURSIVE, volume->source);
	struct mount_attr attributes = {
		.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (volume->read_only ? MOUNT_ATTR_RDONLY : 0),
	};
	if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) < 0)
		fail("restrict the mount of", volume->source);
	if (syscall(SYS_move_mount, tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		fail("mount in the box at", volume->target);
	close((int)tree);
}
