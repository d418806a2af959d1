/* The other ways into the kernel that a 64-bit process of x86 has: the 32-bit table, and the x32 numbers. */
#include "probe.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __x86_64__

enum { MOUNT_32 = 21, SOCKETCALL_32 = 102, SETTIMEOFDAY_32 = 79, KEYCTL_32 = 288, UNSHARE_32 = 310,
       SETNS_32 = 346, BPF_32 = 357, SOCKET_32 = 359, IO_URING_SETUP_32 = 425, CLONE3_32 = 435 };

static long call32(long number, unsigned long one, unsigned long two, unsigned long three)
{
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(one), "c"(two), "d"(three), "S"(0), "D"(0) : "memory", "r8", "r9", "r10", "r11");
	if (result >= 0 || result < -4095)
		return result;
	errno = (int)-result;
	return -1;
}

/* Where 32 bits reach. */
static unsigned long low(const void *data, size_t size)
{
	void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	memcpy(memory, data, size);
	return (unsigned long)memory;
}

static int mount32(void)
{
	/* Without a type: what a mount with privilege does not get past. */
	return refused_unless(call32(MOUNT_32, low("none", 5), low("/mnt", 5), 0), EINVAL);
}

static int unshare32(void)
{
	return refused_if(call32(UNSHARE_32, CLONE_NEWUSER, 0, 0) < 0);
}

static int clone3_32(void)
{
	return refused_unless(call32(CLONE3_32, 0, 0, 0), EINVAL);
}

static int setns32(void)
{
	return refused_unless(call32(SETNS_32, ~0UL, 0, 0), EBADF);
}

static int keyctl32(void)
{
	return refused_if(call32(KEYCTL_32, 0, (unsigned long)-3, 0) < 0);
}

static int settime32(void)
{
	return refused_if(call32(SETTIMEOFDAY_32, 0, 0, 0) < 0);
}

static int io_uring32(void)
{
	return refused_unless(call32(IO_URING_SETUP_32, 1, 0, 0), EFAULT);
}

static int alg32(void)
{
	return refused_if(call32(SOCKET_32, AF_ALG, SOCK_SEQPACKET, 0) < 0);
}

/* Its arguments lie in memory too. */
static int socketcall(int family, int type)
{
	unsigned arguments[3] = {(unsigned)family, (unsigned)type, 0};
	return refused_if(call32(SOCKETCALL_32, 1 /* SYS_SOCKET */, low(arguments, sizeof arguments), 0) < 0);
}

static int socketcall_alg(void)
{
	return socketcall(AF_ALG, SOCK_SEQPACKET);
}

static int socketcall_vsock(void)
{
	return socketcall(AF_VSOCK, SOCK_STREAM);
}

static int x32(void)
{
	return refused_if(syscall(0x40000000 | SYS_getpid) < 0);
}

#define ABI_PROBES \
	{"mount-32", mount32}, {"unshare-32", unshare32}, {"clone3-32", clone3_32}, {"setns-32", setns32}, \
		{"keyctl-32", keyctl32}, {"settimeofday-32", settime32}, {"io-uring-32", io_uring32}, {"af-alg-32", alg32}, \
		{"socketcall-alg", socketcall_alg}, {"socketcall-vsock", socketcall_vsock}, {"x32", x32},
#else
#define ABI_PROBES
#endif

const struct probe abi_probes[] = {ABI_PROBES{NULL, NULL}};
