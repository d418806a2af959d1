#include "place.h"
#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

/* openat2(2) has no wrapper in the C library; RESOLVE_NO_SYMLINKS holds for every component of the path. */
static int open_without_symlinks(const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
}

struct place find_place(const char *path)
{
	static char parent[4097];
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;
	if (length >= sizeof parent)
		fail_because("read", "records", "a path is too long");
	memcpy(parent, path, length);
	parent[length] = '\0';
	struct place place = {
		.parent = open_without_symlinks(length ? parent : "."),
		.name = *path == '\0' ? "." : slash ? slash + 1 : path,
	};
	if (place.parent < 0) {
		if (errno == ELOOP)
			fail_because("reach", path, "a directory above it is a symbolic link");
		fail("reach", path);
	}
	return place;
}

int open_directory(const struct place *place, const char *path)
{
	int fd = openat(place->parent, place->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		fail("open the directory", path);
	return fd;
}

static void remove_below(int directory, const char *path)
{
	DIR *entries = fdopendir(directory);
	if (!entries)
		fail("replace", path);
	for (struct dirent *entry; (entry = readdir(entries));) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		struct place place = {dirfd(entries), entry->d_name};
		remove_place(&place, path);
	}
	closedir(entries);
}

void remove_place(const struct place *place, const char *path)
{
	if (unlinkat(place->parent, place->name, 0) == 0)
		return;
	if (errno != EISDIR)
		fail("replace", path);
	remove_below(open_directory(place, path), path);
	if (unlinkat(place->parent, place->name, AT_REMOVEDIR) < 0)
		fail("replace", path);
}

bool is_whiteout(const struct stat *file)
{
	return S_ISCHR(file->st_mode) && file->st_rdev == makedev(0, 0);
}

void set_opaque(int directory, const char *path)
{
	if (fsetxattr(directory, "user.overlay.opaque", "y", 1, 0) < 0)
		fail("mark as opaque", path);
}
