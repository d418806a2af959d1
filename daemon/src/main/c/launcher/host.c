/*
 * The view of the host's own programs. / is a plain directory of the box's disk; /usr, /etc and /opt (and /bin, /lib
 * and so on where they are no links) are overlays over the host's. What the box may change of them:
 *
 * - /usr and /etc: everything when the daemon is root, since their owners are mapped; of /etc only what everybody may
 *   read is shown (mask.c). A user's box sees the host's files as nobody's and can add files only.
 * - a view of a directory where something is mounted: below.c, and for a user parts.c.
 * - /usr/local and /opt: their files stay nobody's, so the kernel itself keeps the box from reading what not everybody
 *   may read, whatever is installed there. New files can be added, also in the directories of mirror_directories().
 */
#include "mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_MAX_LENGTH 64
#define MIRROR_DEPTH 2

static const struct {
	const char *path;
	mode_t mode;
} skeleton[] = {
	{"proc", 0755},    {"dev", 0755},       {"sys", 0755},     {"run", 0755},     {"mnt", 0755},      {"srv", 0755},
	{"media", 0755},   {"home", 0755},      {"root", 0700},    {"tmp", 01777},    {"var", 0755},      {"var/tmp", 01777},
	{"var/lib", 0755}, {"var/cache", 0755}, {"var/log", 0755},
};

static const char *const programs[] = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};

/* Mount targets lie on the box's disk: a box must not lead the mount elsewhere by a link. */
static void check_target(const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		fail("open mount point", path);
	close(fd);
}

/* Everybody's directories of the host get a directory of box root's above them, so that files can be added there. */
static void mirror_directories(const struct box *box, const char *lower, const char *upper, int depth)
{
	char below_lower[4096], below_upper[4096];
	struct stat status;
	DIR *directory = opendir(lower);
	if (directory == NULL)
		return; /* not ours to read, so not the box's to see */
	const struct dirent *entry;
	while ((entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(status.st_mode) ||
		    (status.st_mode & 05) != 05)
			continue;
		snprintf(below_lower, sizeof below_lower, "%s/%s", lower, entry->d_name);
		snprintf(below_upper, sizeof below_upper, "%s/%s", upper, entry->d_name);
		make_directory(box, below_upper);
		/* Deeper in lib, where languages keep their packages. */
		int further = strcmp(entry->d_name, "lib") == 0 ? depth : depth - 1;
		if (further > 0)
			mirror_directories(box, below_lower, below_upper, further);
	}
	closedir(directory);
}

/* An overlay over one directory of the host. NAME is its name below the disk; MAP, a namespace that maps its owners. */
static void mount_view(const struct box *box, const char *path, const char *name, int map)
{
	char upper[NAME_MAX_LENGTH], work[NAME_MAX_LENGTH], target[NAME_MAX_LENGTH];
	snprintf(upper, sizeof upper, DISK "/upper-%s", name);
	snprintf(work, sizeof work, DISK "/work-%s", name);
	snprintf(target, sizeof target, ROOT "%s", path);
	bool first = access(upper, F_OK) < 0;
	make_directory(box, upper);
	if (first && strcmp(name, "local") == 0)
		mirror_directories(box, path, upper, MIRROR_DEPTH);
	if (strcmp(name, "etc") == 0)
		mask_etc(box, upper);
	check_target(target);
	if (box->enter && has_locked_mounts(path)) {
		mount_parts(box, path, upper, target);
		return;
	}
	if (map >= 0) {
		make_directory(box, name);
		mount_clone(path, name, map);
	} else if (symlink(path, name) < 0) {
		fail("name", path);
	}
	mount_overlay(box, name, upper, work, target);
	if (!box->enter)
		show_mounts_below(path, upper, target);
}

static bool is_directory(const char *path)
{
	struct stat status;
	return lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* /bin and its like: the host's link, or a view of the host's directory. */
static void show_programs(const struct box *box, const char *name, int map)
{
	char path[NAME_MAX_LENGTH], target[NAME_MAX_LENGTH], link[256];
	snprintf(path, sizeof path, "/%s", name);
	snprintf(target, sizeof target, ROOT "/%s", name);
	ssize_t length = readlink(path, link, sizeof link - 1);
	if (length > 0) {
		link[length] = '\0';
		if (symlink(link, target) == 0 ? lchown(target, root_user(box), root_group(box)) < 0 : errno != EEXIST)
			fail("make link", target);
	} else if (is_directory(path)) {
		make_directory(box, target);
		mount_view(box, path, name, map);
	}
}

void mount_host(const struct box *box)
{
	int map = box->enter ? -1 : open_user_namespace(&box->maps);
	make_directory(box, ROOT);
	make_directory(box, DISK "/root");
	mount_at(DISK "/root", ROOT, NULL, MS_BIND, NULL);
	make_directory(box, ROOT "/usr");
	make_directory(box, ROOT "/etc");
	make_directory(box, ROOT "/opt");
	mount_view(box, "/usr", "usr", map);
	if (is_directory("/usr/local"))
		mount_view(box, "/usr/local", "local", -1);
	mount_view(box, "/etc", "etc", map);
	if (is_directory("/opt"))
		mount_view(box, "/opt", "opt", -1);
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		show_programs(box, programs[i], map);
	for (size_t i = 0; i < sizeof skeleton / sizeof *skeleton; i++) {
		char path[NAME_MAX_LENGTH];
		snprintf(path, sizeof path, DISK "/root/%s", skeleton[i].path);
		if (access(path, F_OK) < 0 && errno == ENOENT)
			make_directory_mode(box, path, skeleton[i].mode);
	}
}
