/*
 * Removes a tree that a box could write to: never through a symbolic link, never into another file system, and for a
 * user's box as root of its user namespace, because the files belong to subordinate ids and overlayfs leaves
 * directories of mode 000. Directories nested deeper than DEPTH are moved up first, so that no tree, however deep,
 * takes more descriptors and stack than that.
 */
#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH 64

struct tree {
	int top;
	dev_t device;
	unsigned moved;
};

static void remove_entry(struct tree *tree, int parent, const char *name, int depth);

/* Empties a directory, whose descriptor it closes. */
static void remove_entries(struct tree *tree, int fd, const char *name, int depth)
{
	DIR *directory = fdopendir(fd);
	if (directory == NULL)
		fail("read directory", name);
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(directory);
		if (entry == NULL) {
			if (errno != 0)
				fail("read directory", name);
			break;
		}
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			remove_entry(tree, fd, entry->d_name, depth);
	}
	closedir(directory);
}

static int open_directory(int parent, const char *name, struct stat *status)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, status) < 0)
		fail("remove", name);
	return fd;
}

static void remove_entry(struct tree *tree, int parent, const char *name, int depth)
{
	/* Most entries are no directories, and then this is all. */
	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return;
	if (errno != EISDIR && errno != EPERM)
		fail("remove", name);
	if (depth == DEPTH) {
		char unique[32];
		do
			snprintf(unique, sizeof unique, ".boxrun-%u", tree->moved++);
		while (renameat(parent, name, tree->top, unique) < 0 && (errno == ENOTEMPTY || errno == ENOTDIR));
		return;
	}
	struct stat status;
	int fd = open_directory(parent, name, &status);
	if (status.st_dev != tree->device)
		fail_because("remove", name, "another file system is mounted there");
	remove_entries(tree, fd, name, depth + 1);
	if (unlinkat(parent, name, AT_REMOVEDIR) < 0)
		fail("remove", name);
}

static void remove_tree(const char *path)
{
	if (unlink(path) == 0 || errno == ENOENT)
		return;
	struct stat status;
	struct tree tree = {.top = open_directory(AT_FDCWD, path, &status), .device = status.st_dev};
	/* What was moved up may have come too late to be read in the same round. */
	do
		remove_entries(&tree, open_directory(tree.top, ".", &status), path, 1);
	while (rmdir(path) < 0 && errno == ENOTEMPTY);
	close(tree.top);
	if (access(path, F_OK) == 0)
		fail_because("remove", path, "it is still there");
}

int remove_command(int argc, char **argv)
{
	if (argc < 4)
		usage("remove UIDS GIDS PATH…");
	if (geteuid() != 0) {
		struct id_maps maps;
		parse_id_maps(&maps, argv[1], argv[2]);
		enter_user_namespace(&maps, 0);
	}
	for (int i = 3; i < argc; i++)
		remove_tree(argv[i]);
	return 0;
}
