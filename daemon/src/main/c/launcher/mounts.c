#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

uid_t root_user(const struct box *box)
{
	return box->enter ? 0 : box->maps.uids.extent[0].outside;
}

gid_t root_group(const struct box *box)
{
	return box->enter ? 0 : box->maps.gids.extent[0].outside;
}

void mount_at(const char *source, const char *target, const char *type, unsigned long flags, const char *options)
{
	char step[32];
	snprintf(step, sizeof step, "mount %s at", type == NULL ? source : type);
	if (mount(source, target, type, flags, options) < 0)
		fail(step, target);
}

void make_directory_mode(const struct box *box, const char *path, mode_t mode)
{
	if (mkdir(path, mode) == 0) {
		/* By mode again, because of the umask. */
		if (chmod(path, mode) < 0 || lchown(path, root_user(box), root_group(box)) < 0)
			fail("make directory", path);
		return;
	}
	struct stat status;
	if (errno != EEXIST || lstat(path, &status) < 0)
		fail("make directory", path);
	if (!S_ISDIR(status.st_mode))
		fail_because("make directory", path, "something else has that name");
}

void make_directory(const struct box *box, const char *path)
{
	make_directory_mode(box, path, 0755);
}

static bool is_cgroup2(const char *path)
{
	struct statfs status;
	return statfs(path, &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC;
}

/*
 * On a host with version 1 hierarchies beside a version 2 one that has controllers too, crun refuses to run anything.
 * Root takes the version 2 one out of its view. A user can use none of them and cannot unmount what an outer
 * namespace has mounted, so the user's are covered.
 */
static void hide_cgroups(const struct box *box)
{
	if (access("/sys/fs/cgroup", F_OK) < 0 || is_cgroup2("/sys/fs/cgroup"))
		return;
	if (box->enter)
		mount_at("none", "/sys/fs/cgroup", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755");
	else if (is_cgroup2("/sys/fs/cgroup/unified") && umount2("/sys/fs/cgroup/unified", MNT_DETACH) < 0)
		fail("unmount", "/sys/fs/cgroup/unified");
}

void enter_mount_namespace(const struct box *box)
{
	if (box->enter)
		enter_user_namespace(&box->maps, CLONE_NEWNS);
	else if (unshare(CLONE_NEWNS) < 0)
		fail("make", "a mount namespace");
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		fail("make private", "the mounts of a new mount namespace");
	hide_cgroups(box);
}
