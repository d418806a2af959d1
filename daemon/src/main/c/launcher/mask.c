/*
 * What a box must not see of the host's /etc. The box's root can read every file whose owner is mapped, whatever its
 * mode, so when the daemon is root all that not everybody may read is hidden; of a user's box the kernel keeps it away.
 * Some stores of credentials are hidden in any case, since they are known to be left readable.
 *
 * Hiding is a whiteout (a character device 0:0) in the overlay's upper directory, which the box has been able to
 * write to: nothing here follows a link.
 */
#include "mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ETC "/etc"
#define DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static const char *const secrets[] = {
	"NetworkManager/system-connections", "apt/auth.conf", "apt/auth.conf.d", "aws", "azure", "boto.cfg", "ceph", "cloud",
	"containers/auth.json", "crypttab", "cups/ssl", "docker", "exim4/passwd.client", "fstab", "gcloud", "git-credentials",
	"gitconfig", "google-cloud", "gshadow", "gshadow-", "ipsec.d/private", "ipsec.secrets", "iscsi", "iwd", "krb5.keytab",
	"kubernetes", "ldap.secret", "letsencrypt/accounts", "letsencrypt/archive", "letsencrypt/live", "libnss-ldap.secret",
	"machine-id", "msmtprc", "mysql/debian.cnf", "netplan", "netrc", "nslcd.conf", "openvpn", "pam_ldap.secret",
	"pki/tls/private", "postfix/sasl_passwd", "postfix/sasl_passwd.db", "ppp/chap-secrets", "ppp/pap-secrets", "rancher",
	"samba/private", "security/opasswd", "shadow", "shadow-", "smbcredentials", "ssh/ssh_host_dsa_key",
	"ssh/ssh_host_ecdsa_key", "ssh/ssh_host_ed25519_key", "ssh/ssh_host_rsa_key", "ssl/private", "sssd", "strongswan.d",
	"sudoers", "sudoers.d", "swanctl/private", "swanctl/rsa", "vault.d", "wireguard", "wpa_supplicant",
};

static unsigned mapped(const struct id_map *map, unsigned id)
{
	const struct id_extent *e = &map->extent[0];
	return id >= e->inside && id - e->inside < e->count ? e->outside + (id - e->inside) : e->outside;
}

/* The upper's directory above one of the host's, made like it when missing; -1 when the box has put something else there. */
static int upper_directory(const struct box *box, int upper, int lower, const char *name)
{
	struct stat status;
	int fd = openat(upper, name, DIRECTORY);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	if (fstat(lower, &status) < 0 || mkdirat(upper, name, 0700) < 0)
		fail("make in the box's /etc", name);
	fd = openat(upper, name, DIRECTORY);
	uid_t user = box->enter ? 0 : mapped(&box->maps.uids, status.st_uid);
	gid_t group = box->enter ? 0 : mapped(&box->maps.gids, status.st_gid);
	if (fd < 0 || fchown(fd, user, group) < 0 || fchmod(fd, status.st_mode & 07777) < 0)
		fail("make in the box's /etc", name);
	return fd;
}

static void hide_entry(int upper, const char *name)
{
	if (mknodat(upper, name, S_IFCHR, makedev(0, 0)) == 0)
		return;
	if (errno != EEXIST)
		fail("hide in the box's /etc", name);
	/* What the box has made hides the host's, except that directories are merged: make it opaque. */
	int fd = openat(upper, name, DIRECTORY);
	if (fd >= 0 && fsetxattr(fd, "user.overlay.opaque", "y", 1, 0) < 0)
		fail("hide in the box's /etc", name);
	if (fd >= 0)
		close(fd);
}

/* su and useradd want the file: the same names with a password that nothing matches. */
static void write_shadow(const struct box *box, int upper, const char *name, const char *names, const char *fields)
{
	char *line = NULL;
	size_t size = 0;
	int fd = openat(upper, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (fd < 0 && errno == EEXIST)
		return;
	FILE *from = fopen(names, "re"), *to = fd < 0 ? NULL : fdopen(fd, "w");
	if (from == NULL || to == NULL || fchown(fd, root_user(box), root_group(box)) < 0)
		fail("write the box's /etc", name);
	while (getline(&line, &size, from) > 0) {
		line[strcspn(line, ":\n")] = '\0';
		fprintf(to, "%s:%s\n", line, fields);
	}
	free(line);
	fclose(from);
	if (fclose(to) != 0)
		fail("write the box's /etc", name);
}

/* Hides one path below /etc, if the host has it. */
static void hide(const struct box *box, int upper, const char *path)
{
	struct stat status;
	int below_lower = open(ETC, DIRECTORY), below_upper = dup(upper);
	const char *name = path;
	for (const char *slash; below_lower >= 0 && below_upper >= 0 && (slash = strchr(name, '/')) != NULL; name = slash + 1) {
		char part[NAME_MAX + 1];
		snprintf(part, sizeof part, "%.*s", (int)(slash - name), name);
		int lower_next = openat(below_lower, part, DIRECTORY);
		int upper_next = lower_next < 0 ? -1 : upper_directory(box, below_upper, lower_next, part);
		close(below_lower);
		close(below_upper);
		below_lower = lower_next;
		below_upper = upper_next;
	}
	if (below_lower >= 0 && below_upper >= 0 && fstatat(below_lower, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
		if (strcmp(path, "shadow") == 0)
			write_shadow(box, below_upper, name, ETC "/passwd", "*:::::::");
		else if (strcmp(path, "gshadow") == 0)
			write_shadow(box, below_upper, name, ETC "/group", "*::");
		else
			hide_entry(below_upper, name);
	}
	if (below_lower >= 0)
		close(below_lower);
	if (below_upper >= 0)
		close(below_upper);
}

static bool everybody_may_read(const struct stat *status)
{
	if (S_ISLNK(status->st_mode))
		return true; /* what it leads to is judged by itself */
	mode_t wanted = S_ISDIR(status->st_mode) ? S_IROTH | S_IXOTH : S_IROTH;
	return (S_ISDIR(status->st_mode) || S_ISREG(status->st_mode)) && (status->st_mode & wanted) == wanted;
}

/* Hides all below a directory of /etc that not everybody may read. DIRECTORY_PATH is relative to /etc and ends with a slash, or is empty. */
static void hide_private(const struct box *box, int upper, int lower, const char *directory_path)
{
	struct stat status;
	DIR *directory = fdopendir(lower);
	if (directory == NULL)
		fail("read directory /etc/", directory_path);
	const struct dirent *entry;
	while ((entry = readdir(directory)) != NULL) {
		char path[PATH_MAX];
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    fstatat(lower, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		int length = snprintf(path, sizeof path, "%s%s", directory_path, entry->d_name);
		if ((size_t)length + 2 > sizeof path)
			fail_because("read directory /etc/", directory_path, "its paths are too long");
		if (!everybody_may_read(&status)) {
			hide(box, upper, path);
		} else if (S_ISDIR(status.st_mode)) {
			int below = openat(lower, entry->d_name, DIRECTORY);
			if (below < 0)
				fail("read directory /etc/", path);
			strcpy(path + length, "/");
			hide_private(box, upper, below, path);
		}
	}
	closedir(directory);
}

void mask_etc(const struct box *box, const char *upper)
{
	int fd = open(upper, DIRECTORY);
	int etc = open(ETC, DIRECTORY);
	if (fd < 0 || etc < 0)
		fail("open", fd < 0 ? upper : ETC);
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		hide(box, fd, secrets[i]);
	if (!box->enter)
		hide_private(box, fd, etc, "");
	else
		close(etc);
	close(fd);
}
