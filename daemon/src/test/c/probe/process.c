/* Processes that are not the box's to touch: its agent, and those of other boxes and of the host. */
#include "probe.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define AGENT 1
#define KEY_VARIABLE "PROBE_KEY"

static int trace(int pid)
{
	int result = refused_if(ptrace(PTRACE_SEIZE, pid, 0, 0) < 0);
	ptrace(PTRACE_DETACH, pid, 0, 0);
	return result;
}

static int trace_agent(void)
{
	return trace(AGENT);
}

static int trace_supervisor(void)
{
	return trace(supervisor);
}

static int take_agents_descriptor(void)
{
	int agent = (int)syscall(SYS_pidfd_open, AGENT, 0);
	return agent < 0 ? errno : refused_if(syscall(SYS_pidfd_getfd, agent, 0, 0) < 0);
}

static int write_agents_program(void)
{
	return refused_if(access("/proc/1/exe", W_OK) < 0);
}

static int write_agents_memory(void)
{
	return can_open("/proc/1/mem", O_RDWR);
}

static int look_at_agents_descriptor(void)
{
	char target[64];
	return refused_if(readlink("/proc/1/fd/0", target, sizeof target) < 0);
}

static int enter_agents_root(void)
{
	return can_open("/proc/1/root/etc", O_RDONLY | O_DIRECTORY);
}

/* Looks for a process whose command line has the word that the environment names. */
static int find_process(const char *variable)
{
	const char *word = getenv(variable);
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	while (proc && word && (entry = readdir(proc))) {
		char path[64], words[4096] = "";
		snprintf(path, sizeof path, "/proc/%.16s/cmdline", entry->d_name);
		FILE *file = isdigit((unsigned char)*entry->d_name) ? fopen(path, "r") : NULL;
		size_t length = file ? fread(words, 1, sizeof words - 1, file) : 0;
		if (file)
			fclose(file);
		if (memmem(words, length, word, strlen(word)))
			return 0;
	}
	return ESRCH;
}

static int find_hosts_process(void)
{
	return find_process("PROBE_HOST");
}

static int find_neighbours_process(void)
{
	return find_process("PROBE_NEIGHBOUR");
}

static socklen_t abstract_address(struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	int length = snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "boxrun-probe-%s", getenv(KEY_VARIABLE));
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
}

static int connect_to_host(void)
{
	struct sockaddr_un address;
	socklen_t length = abstract_address(&address);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	return refused_if(connect(fd, (struct sockaddr *)&address, length) < 0);
}

static int share_memory_with_host(void)
{
	return refused_if(shmget(atoi(getenv(KEY_VARIABLE)), 0, 0) < 0);
}

int serve(void)
{
	struct sockaddr_un address;
	char nothing;
	socklen_t length = abstract_address(&address);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	int memory = shmget(atoi(getenv(KEY_VARIABLE)), 4096, IPC_CREAT | 0666);
	if (bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, 8) < 0 || memory < 0)
		return 1;
	puts("ready");
	fflush(stdout);
	while (read(0, &nothing, 1) > 0)
		;
	shmctl(memory, IPC_RMID, NULL);
	return 0;
}

const struct probe process_probes[] = {
	{"trace-agent", trace_agent},
	{"trace-supervisor", trace_supervisor},
	{"agent-descriptor", take_agents_descriptor},
	{"agent-program", write_agents_program},
	{"agent-memory", write_agents_memory},
	{"agent-readlink", look_at_agents_descriptor},
	{"agent-root", enter_agents_root},
	{"host-process", find_hosts_process},
	{"neighbour-process", find_neighbours_process},
	{"abstract-socket", connect_to_host},
	{"shared-memory", share_memory_with_host},
	{NULL, NULL},
};
