/* Mounts and namespaces. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <signal.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where that is allowed, so that no later attempt meets what this one has mounted. */
static void keep_mounts_apart(void)
{
	if (unshare(CLONE_NEWNS) == 0)
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static int mount_tmpfs(void)
{
	keep_mounts_apart();
	return refused_if(mount("none", "/mnt", "tmpfs", 0, NULL) < 0);
}

static int mount_bind(void)
{
	keep_mounts_apart();
	return refused_if(mount("/etc", "/mnt", NULL, MS_BIND, NULL) < 0);
}

static int umount_mask(void)
{
	keep_mounts_apart();
	return refused_if(umount2("/proc/interrupts", MNT_DETACH) < 0);
}

static int remount_writable(void)
{
	keep_mounts_apart();
	return refused_if(mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL) < 0);
}

static int open_file_system(void)
{
	return refused_if(syscall(SYS_fsopen, "tmpfs", 0) < 0);
}

static int clone_tree(void)
{
	return refused_if(syscall(SYS_open_tree, AT_FDCWD, "/etc", OPEN_TREE_CLONE) < 0);
}

static int set_mount_attributes(void)
{
	struct mount_attr attributes = {.attr_clr = MOUNT_ATTR_NOSUID};
	keep_mounts_apart();
	return refused_if(syscall(SYS_mount_setattr, AT_FDCWD, "/proc", 0, &attributes, sizeof attributes) < 0);
}

static int pivot(void)
{
	return refused_unless(syscall(SYS_pivot_root, "/no/such/place", "/no/such/place"), ENOENT);
}

static int unshare_user(void)
{
	return refused_if(unshare(CLONE_NEWUSER) < 0);
}

static int unshare_user_and_threads(void)
{
	return refused_if(syscall(SYS_unshare, (unsigned long)(CLONE_NEWUSER | CLONE_FS | CLONE_FILES)) < 0);
}

static int unshare_mounts(void)
{
	return refused_if(unshare(CLONE_NEWNS) < 0);
}

static int unshare_network(void)
{
	return refused_if(unshare(CLONE_NEWNET) < 0);
}

static int clone_user(void)
{
	long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0);
	if (pid == 0)
		_exit(0);
	return refused_if(pid < 0);
}

/* Its flags lie in memory, where no filter sees them. */
static int clone3_user(void)
{
	struct clone_args arguments = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
	long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
	if (pid == 0)
		_exit(0);
	return refused_if(pid < 0);
}

static int join_namespace(void)
{
	int fd = open("/proc/self/ns/uts", O_RDONLY);
	return fd < 0 ? errno : refused_if(setns(fd, CLONE_NEWUTS) < 0);
}

static int set_host_name(void)
{
	return refused_if(sethostname("probed", 6) < 0);
}

const struct probe namespace_probes[] = {
	{"mount-tmpfs", mount_tmpfs},
	{"mount-bind", mount_bind},
	{"umount-mask", umount_mask},
	{"remount-writable", remount_writable},
	{"fsopen", open_file_system},
	{"open-tree", clone_tree},
	{"mount-setattr", set_mount_attributes},
	{"pivot-root", pivot},
	{"unshare-user", unshare_user},
	{"unshare-user-more", unshare_user_and_threads},
	{"unshare-mounts", unshare_mounts},
	{"unshare-network", unshare_network},
	{"clone-user", clone_user},
	{"clone3-user", clone3_user},
	{"setns", join_namespace},
	{"sethostname", set_host_name},
	{NULL, NULL},
};
