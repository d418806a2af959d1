/* Parts of the kernel that a box has no need of and that have been used to attack it. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/kcmp.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int bpf_map(void)
{
	union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
	return refused_if(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes) < 0);
}

static int perf(void)
{
	struct perf_event_attr event = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof event,
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
	return refused_if(syscall(SYS_perf_event_open, &event, 0, -1, -1, 0) < 0);
}

static int user_faults(void)
{
	return refused_if(syscall(SYS_userfaultfd, UFFD_USER_MODE_ONLY | O_CLOEXEC) < 0);
}

static int io_uring(void)
{
	struct io_uring_params parameters = {0};
	return refused_if(syscall(SYS_io_uring_setup, 1, &parameters) < 0);
}

static int compare(void)
{
	return refused_if(syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, 0, 0) < 0);
}

static int add_key(void)
{
	return refused_if(syscall(SYS_add_key, "user", "boxrun-probe", "x", 1, KEY_SPEC_PROCESS_KEYRING) < 0);
}

static int search_keys(void)
{
	return refused_if(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0) < 0);
}

static int execute_what_is_read(void)
{
	return refused_if(syscall(SYS_personality, (unsigned long)READ_IMPLIES_EXEC) < 0);
}

static int give_pages(void)
{
	int ends[2];
	char byte = 0;
	struct iovec piece = {&byte, 1};
	if (pipe(ends) < 0)
		return 0;
	return refused_if(vmsplice(ends[1], &piece, 1, 0) < 0);
}

static int open_socket(int family, int type, int protocol)
{
	return refused_if(socket(family, type | SOCK_CLOEXEC, protocol) < 0);
}

static int packet(void)
{
	return open_socket(AF_PACKET, SOCK_RAW, 0);
}

static int raw(void)
{
	return open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

static int raw6(void)
{
	return open_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
}

static int machine_socket(void)
{
	return open_socket(AF_VSOCK, SOCK_STREAM, 0);
}

static int kernel_crypto(void)
{
	return open_socket(AF_ALG, SOCK_SEQPACKET, 0);
}

static int packet_filter(void)
{
	return open_socket(AF_NETLINK, SOCK_RAW, 12 /* NETLINK_NETFILTER */);
}

const struct probe kernel_probes[] = {
	{"bpf", bpf_map},
	{"perf", perf},
	{"userfaultfd", user_faults},
	{"io-uring", io_uring},
	{"kcmp", compare},
	{"add-key", add_key},
	{"keyctl", search_keys},
	{"personality", execute_what_is_read},
	{"vmsplice", give_pages},
	{"af-packet", packet},
	{"raw-socket", raw},
	{"raw6-socket", raw6},
	{"af-vsock", machine_socket},
	{"af-alg", kernel_crypto},
	{"netlink-netfilter", packet_filter},
	{NULL, NULL},
};
