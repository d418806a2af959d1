/*
 * The box's disk. With a limit it is a sparse file with an ext4 file system on a loop device that frees itself when
 * the last mount goes, so nothing can be left behind; without one it is a plain directory.
 */
#include "mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* Out of the box's sight: what it writes lies in directories beside. */
#define RESERVE DISK "/reserve"
#define RESERVE_SIZE (1 << 20)

/* Ten seconds: a full disk cache of a box is written in that time. */
#define RELEASE_ATTEMPTS 10000
#define RELEASE_PAUSE_US 1000

static void copy_range(int from, int to, off_t start, off_t end, const char *name)
{
	static char buffer[1 << 16];
	while (start < end) {
		size_t want = end - start < (off_t)sizeof buffer ? (size_t)(end - start) : sizeof buffer;
		ssize_t count = pread(from, buffer, want, start);
		if (count <= 0 || pwrite(to, buffer, (size_t)count, start) != count)
			fail("copy the disk template to", name);
		start += count;
	}
}

/* Copies the few parts of a fresh file system that are not zero; holes stay holes. */
static void copy_template(const char *template, const char *image)
{
	char partial[4096];
	struct stat status;
	if ((size_t)snprintf(partial, sizeof partial, "%s.new", image) >= sizeof partial)
		fail_because("make disk", image, "the path is too long");
	int from = open(template, O_RDONLY | O_CLOEXEC);
	if (from < 0 || fstat(from, &status) < 0)
		fail("open the disk template", template);
	int to = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0 || ftruncate(to, status.st_size) < 0)
		fail("make disk", partial);
	for (off_t start = 0, end = 0;; start = end) {
		start = lseek(from, start, SEEK_DATA);
		if (start < 0 && errno == ENXIO)
			break;
		end = start < 0 ? -1 : lseek(from, start, SEEK_HOLE);
		if (end < 0)
			fail("read the disk template", template);
		copy_range(from, to, start, end, image);
	}
	if (close(to) < 0 || rename(partial, image) < 0)
		fail("make disk", image);
	close(from);
}

/* Other processes take loop devices too: a device that was free may be busy when it is configured. */
static int attach_loop_device(int image, const char *name, char *device, size_t size)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	if (control < 0)
		fail("open", "/dev/loop-control");
	for (int attempt = 0; attempt < 1000; attempt++) {
		long number = ioctl(control, LOOP_CTL_GET_FREE);
		if (number < 0)
			fail("find a free loop device for", name);
		snprintf(device, size, "/dev/loop%ld", number);
		int loop = open(device, O_RDWR | O_CLOEXEC);
		if (loop < 0 && errno == ENOENT && mknod(device, S_IFBLK | 0600, (dev_t)(7 << 8 | number)) < 0 && errno != EEXIST)
			fail("make", device);
		if (loop < 0)
			continue;
		struct loop_config config = {.fd = (unsigned)image, .info = {.lo_flags = LO_FLAGS_AUTOCLEAR}};
		snprintf((char *)config.info.lo_file_name, sizeof config.info.lo_file_name, "%s", name);
		if (ioctl(loop, LOOP_CONFIGURE, &config) == 0) {
			close(control);
			return loop;
		}
		if (errno != EBUSY)
			fail("attach to a loop device", name);
		close(loop);
	}
	fail_because("attach to a loop device", name, "all attempts met a busy device");
}

static bool has_loop_device(const char *image)
{
	DIR *devices = opendir("/sys/block");
	struct dirent *device;
	bool found = false;
	while (devices != NULL && !found && (device = readdir(devices)) != NULL) {
		char path[512], file[PATH_MAX + 2];
		if (strncmp(device->d_name, "loop", 4) != 0)
			continue;
		snprintf(path, sizeof path, "/sys/block/%s/loop/backing_file", device->d_name);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		ssize_t length = fd < 0 ? 0 : read(fd, file, sizeof file - 1);
		if (fd >= 0)
			close(fd);
		if (length <= 0)
			continue;
		file[length] = '\0';
		file[strcspn(file, "\n")] = '\0';
		found = strcmp(file, image) == 0;
	}
	if (devices != NULL)
		closedir(devices);
	return found;
}

/* The device of a box that has just ended goes a little later, with what it has not written yet: two at once on one
 * file would destroy the file system. */
static void await_release(const char *image)
{
	char path[PATH_MAX];
	if (realpath(image, path) == NULL)
		fail("find disk", image);
	for (int attempt = 0; attempt < RELEASE_ATTEMPTS; attempt++) {
		if (!has_loop_device(path))
			return;
		usleep(RELEASE_PAUSE_US);
	}
	fail_because("use disk", image, "another loop device still has it");
}

static void mount_image(const struct box *box)
{
	char device[32];
	if (access(box->image, F_OK) == 0) {
		await_release(box->image);
	} else {
		if (errno != ENOENT || box->template == NULL)
			fail("open disk", box->image);
		copy_template(box->template, box->image);
	}
	int image = open(box->image, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (image < 0)
		fail("open disk", box->image);
	int loop = attach_loop_device(image, box->image, device, sizeof device);
	/* noinit_itable: the kernel would write the inode tables' zeros into the sparse file. */
	mount_at(device, DISK, "ext4", MS_NODEV, box->ephemeral ? "discard,noinit_itable,nobarrier" : "discard,noinit_itable");
	close(loop);
	close(image);
}

void mount_disk(const struct box *box)
{
	make_directory(box, DISK);
	if (box->image == NULL) {
		mount_at(box->directory, DISK, NULL, MS_BIND, NULL);
		return;
	}
	mount_image(box);
	/* Mounting overlays makes a few directories: a box that has filled its disk could not be started to empty it. */
	if (unlink(RESERVE) < 0 && errno != ENOENT)
		fail("use the reserve of disk", box->image);
}

void reserve_disk(const struct box *box)
{
	int fd = box->image == NULL ? -1 : open(RESERVE, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	/* Nothing is lost yet when it cannot be had: the box is up. */
	if (fd >= 0 && (posix_fallocate(fd, 0, RESERVE_SIZE) != 0 || close(fd) < 0))
		unlink(RESERVE);
}
