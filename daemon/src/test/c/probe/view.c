/* Files of the kernel and of boxrun that are hidden or not to be written. */
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Got through when there is something to read: what is hidden is an empty file or directory, or cannot be opened. */
static int can_read(const char *path)
{
	char byte;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	ssize_t length = read(fd, &byte, 1);
	close(fd);
	return length > 0 ? 0 : length == 0 ? ENODATA : errno;
}

static int can_list(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	bool found = false;
	if (!directory)
		return errno;
	while ((entry = readdir(directory)))
		found |= entry->d_name[0] != '.';
	closedir(directory);
	return found ? 0 : ENODATA;
}

static int read_memory(void)
{
	return can_read("/proc/kcore");
}

static int read_interrupts(void)
{
	return can_read("/proc/interrupts");
}

static int read_timers(void)
{
	return can_read("/proc/timer_list");
}

static int list_disks(void)
{
	return can_list("/sys/dev/block");
}

static int list_firmware(void)
{
	return can_list("/sys/firmware");
}

static int set_core_pattern(void)
{
	return can_open("/proc/sys/kernel/core_pattern", O_WRONLY);
}

static int set_forwarding(void)
{
	return can_open("/proc/sys/net/ipv4/ip_forward", O_WRONLY);
}

static int press_sysrq(void)
{
	return can_open("/proc/sysrq-trigger", O_WRONLY);
}

static int write_sys(void)
{
	return can_open("/sys/kernel/mm/ksm/run", O_WRONLY);
}

static const char *cgroup(const char *one, const char *other)
{
	return access(one, F_OK) == 0 ? one : other;
}

static int move_between_cgroups(void)
{
	return can_open(cgroup("/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory/cgroup.procs"), O_WRONLY);
}

static int raise_own_limit(void)
{
	return can_open(cgroup("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"), O_WRONLY);
}

static int make_cgroup(void)
{
	const char *path = access("/sys/fs/cgroup/cgroup.procs", F_OK) == 0 ? "/sys/fs/cgroup/probe" : "/sys/fs/cgroup/memory/probe";
	int result = refused_if(mkdir(path, 0755) < 0);
	rmdir(path);
	return result;
}

/* access(2) asks without opening: a program that runs cannot be opened for writing by anybody. */
static int change_agent(void)
{
	return refused_if(access("/.boxrun/agent", W_OK) < 0);
}

static int change_busybox(void)
{
	return refused_if(access("/.boxrun/busybox", W_OK) < 0);
}

const struct probe view_probes[] = {
	{"kcore", read_memory},
	{"interrupts", read_interrupts},
	{"timer-list", read_timers},
	{"sys-disks", list_disks},
	{"sys-firmware", list_firmware},
	{"core-pattern", set_core_pattern},
	{"ip-forward", set_forwarding},
	{"sysrq", press_sysrq},
	{"sys-write", write_sys},
	{"cgroup-procs", move_between_cgroups},
	{"cgroup-limit", raise_own_limit},
	{"cgroup-mkdir", make_cgroup},
	{"agent-write", change_agent},
	{"busybox-write", change_busybox},
	{NULL, NULL},
};
