/* What only the administrator of the host may do. The arguments are wrong, so that nothing happens where it is allowed. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/io.h>
#include <sys/klog.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <unistd.h>

static int load_module(void)
{
	return refused_unless(syscall(SYS_init_module, "", 0L, ""), ENOEXEC);
}

static int load_module_file(void)
{
	return refused_unless(syscall(SYS_finit_module, -1, "", 0), EBADF);
}

static int delete_module(void)
{
	return refused_unless(syscall(SYS_delete_module, "boxrun_no_such_module", O_NONBLOCK), ENOENT);
}

static int load_kernel(void)
{
	return refused_unless(syscall(SYS_kexec_load, 0L, 0L, NULL, ~0UL), EINVAL);
}

static int restart(void)
{
	return refused_unless(syscall(SYS_reboot, 0, 0, 0, NULL), EINVAL);
}

static int swap_on(void)
{
	return refused_unless(swapon("/no/such/file", 0), ENOENT);
}

static int swap_off(void)
{
	return refused_unless(swapoff("/no/such/file"), ENOENT);
}

static int account(void)
{
	return refused_unless(syscall(SYS_acct, "/no/such/file"), ENOENT);
}

static int read_kernel_log(void)
{
	char text[64];
	return refused_if(klogctl(3, text, sizeof text) < 0);
}

static int set_time(void)
{
	return refused_if(syscall(SYS_settimeofday, NULL, NULL) < 0);
}

static int adjust_time(void)
{
	struct timex change = {.modes = ADJ_TICK, .tick = 1};
	return refused_unless(syscall(SYS_adjtimex, &change), EINVAL);
}

static int reach_ports(void)
{
	return refused_if(ioperm(0x80, 1, 1) < 0);
}

static int make_device(const char *path, mode_t type, dev_t device)
{
	int result = refused_if(mknod(path, type | 0600, device) < 0);
	unlink(path);
	return result;
}

static int make_disk(void)
{
	return make_device("/root/probe-disk", S_IFBLK, makedev(7, 0));
}

static int make_memory_device(void)
{
	return make_device("/root/probe-memory", S_IFCHR, makedev(1, 1));
}

static int take_priority(void)
{
	return refused_if(setpriority(PRIO_PROCESS, 0, -20) < 0);
}

static int survive_others(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);
	return fd < 0 ? errno : refused_if(write(fd, "-1000", 5) < 0);
}

static int raise_capability(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	if (syscall(SYS_capget, &header, data) < 0)
		return errno;
	data[0].permitted |= 1U << CAP_SYS_ADMIN;
	data[0].effective |= 1U << CAP_SYS_ADMIN;
	return refused_if(syscall(SYS_capset, &header, data) < 0);
}

static int open_by_handle(void)
{
	char space[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	struct file_handle *handle = (struct file_handle *)space;
	handle->handle_bytes = MAX_HANDLE_SZ;
	int mount, root = open("/dev/shm", O_RDONLY | O_DIRECTORY);
	if (name_to_handle_at(AT_FDCWD, "/dev/shm", handle, &mount, 0) < 0)
		return errno;
	return refused_if(open_by_handle_at(root, handle, O_RDONLY) < 0);
}

const struct probe admin_probes[] = {
	{"init-module", load_module},
	{"finit-module", load_module_file},
	{"delete-module", delete_module},
	{"kexec", load_kernel},
	{"reboot", restart},
	{"swapon", swap_on},
	{"swapoff", swap_off},
	{"acct", account},
	{"syslog", read_kernel_log},
	{"settimeofday", set_time},
	{"adjtimex", adjust_time},
	{"ioperm", reach_ports},
	{"mknod-disk", make_disk},
	{"mknod-memory", make_memory_device},
	{"priority", take_priority},
	{"oom-score", survive_others},
	{"capset", raise_capability},
	{"open-by-handle", open_by_handle},
	{NULL, NULL},
};
