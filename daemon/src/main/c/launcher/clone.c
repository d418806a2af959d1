/*
 * Clones of a mount, where each file's owner is shown through a user namespace's map (mount_setattr(2)): root of the
 * host becomes root of the box. The C libraries that this is built with do not know these calls.
 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

void mount_clone(const char *source, const char *target, int user_namespace)
{
	long tree = syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
	if (tree < 0)
		fail("clone the mount of", source);
	if (user_namespace >= 0) {
		struct mount_attr attributes = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (unsigned)user_namespace};
		if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) < 0) {
			if (errno == EINVAL)
				fail_because("map the owners of", source, "its file system does not support mapped owners");
			fail("map the owners of", source);
		}
	}
	if (syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		fail("mount the clone at", target);
	close((int)tree);
}
