#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (16 * 1024 * 1024)
#define FIELDS_MAX 7

/* The whole of a regular file, with a NUL at its end; NULL when it cannot be read. The box's root may have put a FIFO
 * there, or a file without end. */
static char *read_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct stat stat;
    char *text = NULL;
    if (fd < 0)
        return NULL;
    if (fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode) && stat.st_size < FILE_MAX)
        text = malloc((size_t)stat.st_size + 1);
    size_t length = 0;
    ssize_t got = 1;
    while (text && length < (size_t)stat.st_size && got > 0) {
        got = read(fd, text + length, (size_t)stat.st_size - length);
        length += got > 0 ? (size_t)got : 0;
    }
    if (text)
        text[length] = 0;
    close(fd);
    return text;
}

/* Takes the next line off the text and cuts it into its fields; returns their number, -1 at the end. */
static int next_line(char **text, char *fields[FIELDS_MAX])
{
    char *line = *text ? strsep(text, "\n") : NULL;
    if (!line || (!*text && !*line))
        return -1;
    int count = 0;
    while (line && count < FIELDS_MAX)
        fields[count++] = strsep(&line, ":");
    return count;
}

static bool number(const char *text, unsigned *value)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    unsigned long long parsed = strtoull(text, &end, 10);
    /* -1 means "leave as it is" to the system calls. */
    if (*end || errno || parsed >= (unsigned)-1)
        return false;
    *value = (unsigned)parsed;
    return true;
}

/* True when the user's name, or number when it is one, is that of an entry. */
static bool same(const char *wanted, const char *name, const char *id)
{
    unsigned one, other;
    if (number(wanted, &one))
        return number(id, &other) && one == other;
    return strcmp(wanted, name) == 0;
}

/* Fills in what passwd says of a user; its name, or NULL when passwd does not know it. */
static char *find_user(char *passwd, const char *wanted, struct identity *identity)
{
    char *fields[FIELDS_MAX];
    int count;
    while ((count = next_line(&passwd, fields)) >= 0) {
        if (count < 4 || !same(wanted, fields[0], fields[2]))
            continue;
        if (!number(fields[2], &identity->uid) || !number(fields[3], &identity->gid))
            continue;
        if (count >= 6 && *fields[5] == '/' && strlen(fields[5]) < HOME_MAX)
            strcpy(identity->home, fields[5]);
        return fields[0];
    }
    return NULL;
}

static bool member(char *members, const char *name)
{
    char *each;
    while ((each = strsep(&members, ",")))
        if (strcmp(each, name) == 0)
            return true;
    return false;
}

static void add_groups_of(char *groups, const char *name, struct identity *identity)
{
    char *fields[FIELDS_MAX];
    int count;
    gid_t gid;
    while ((count = next_line(&groups, fields)) >= 0)
        if (count >= 4 && number(fields[2], &gid) && member(fields[3], name) && identity->group_count < GROUPS_MAX)
            identity->groups[identity->group_count++] = gid;
}

static bool find_group(char *groups, const char *wanted, gid_t *gid)
{
    char *fields[FIELDS_MAX];
    int count;
    while ((count = next_line(&groups, fields)) >= 0)
        if (count >= 3 && same(wanted, fields[0], fields[2]) && number(fields[2], gid))
            return true;
    return number(wanted, gid);
}

enum lookup identity_find(const char *user, struct identity *identity)
{
    char wanted[HOME_MAX];
    char *passwd = read_file("/etc/passwd");
    char *groups = read_file("/etc/group");
    *identity = (struct identity){.home = "/"};
    if (strlen(user) >= sizeof wanted)
        return NO_USER;
    strcpy(wanted, user);
    char *group = wanted;
    strsep(&group, ":");

    const char *name = find_user(passwd, *wanted ? wanted : "0", identity);
    if (!name && *wanted && !number(wanted, &identity->uid))
        return NO_USER;
    if (group && *group)
        return find_group(groups, group, &identity->gid) ? FOUND : NO_GROUP;
    if (name)
        add_groups_of(groups, name, identity);
    return FOUND;
}
