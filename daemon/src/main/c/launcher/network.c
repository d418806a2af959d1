/*
 * network PID DEVICE ADDRESS…: keeps a box with a network from link-local addresses, behind which clouds give away
 * their machines' credentials. PID is in the box's network namespace, the ADDRESSes are those of its own net that it may
 * speak to directly.
 *
 * A route says that 169.254.0.0/16 cannot be reached. That is not enough: a socket that is bound to the device takes
 * what has no route for its neighbour. So the neighbours that there are, are given, and no others are looked for. The
 * box's root has no privilege over its network, and cannot change any of it.
 */
#include "launcher.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINK_LOCAL "169.254.0.0"
#define LINK_LOCAL_BITS 16

/* What stands at the other end of the device does not look at it. */
static const unsigned char any_station[] = {0x02, 0, 0, 0, 0, 1};

struct message {
	struct nlmsghdr header;
	union {
		struct rtmsg route;
		struct ndmsg neighbour;
		char room[256];
	} body;
};

static void enter(const char *pid, const char *type, int flag)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%.20s/ns/%s", pid, type);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, flag) < 0)
		fail("enter", path);
	close(fd);
}

static struct message start(unsigned short type, size_t body)
{
	return (struct message){.header = {
					.nlmsg_type = type,
					.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE,
					.nlmsg_len = (unsigned)NLMSG_LENGTH(body),
				}};
}

static void add(struct message *message, unsigned short type, const void *data, size_t length)
{
	struct rtattr *attribute = (struct rtattr *)((char *)message + NLMSG_ALIGN(message->header.nlmsg_len));
	attribute->rta_type = type;
	attribute->rta_len = (unsigned short)RTA_LENGTH(length);
	memcpy(RTA_DATA(attribute), data, length);
	message->header.nlmsg_len = NLMSG_ALIGN(message->header.nlmsg_len) + (unsigned)RTA_ALIGN(attribute->rta_len);
}

static void ask(int kernel, const struct message *message, const char *step, const char *object)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} answer;
	if (send(kernel, message, message->header.nlmsg_len, 0) < 0)
		fail(step, object);
	ssize_t length = recv(kernel, &answer, sizeof answer, MSG_TRUNC);
	if (length < (ssize_t)sizeof answer || answer.header.nlmsg_type != NLMSG_ERROR)
		fail_because(step, object, "the kernel gives no answer");
	errno = -answer.error.error;
	if (errno != 0)
		fail(step, object);
}

static void bar_route(int kernel)
{
	struct message message = start(RTM_NEWROUTE, sizeof message.body.route);
	message.body.route = (struct rtmsg){
		.rtm_family = AF_INET,
		.rtm_dst_len = LINK_LOCAL_BITS,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_BOOT,
		.rtm_scope = RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNREACHABLE,
	};
	struct in_addr network;
	inet_pton(AF_INET, LINK_LOCAL, &network);
	add(&message, RTA_DST, &network, sizeof network);
	ask(kernel, &message, "bar the way to", LINK_LOCAL);
}

static void name_neighbour(int kernel, unsigned device, const char *address)
{
	struct message message = start(RTM_NEWNEIGH, sizeof message.body.neighbour);
	message.body.neighbour =
		(struct ndmsg){.ndm_family = AF_INET, .ndm_ifindex = (int)device, .ndm_state = NUD_PERMANENT};
	struct in_addr neighbour;
	if (inet_pton(AF_INET, address, &neighbour) != 1)
		fail_because("read", address, "it is not an address");
	add(&message, NDA_DST, &neighbour, sizeof neighbour);
	add(&message, NDA_LLADDR, any_station, sizeof any_station);
	ask(kernel, &message, "name the neighbour", address);
}

static void look_for_no_others(const char *device)
{
	char path[96];
	snprintf(path, sizeof path, "/proc/sys/net/ipv4/neigh/%.15s/mcast_solicit", device);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		fail("write", path);
	close(fd);
}

int network_command(int argc, char **argv)
{
	if (argc < 5)
		usage("network UIDS GIDS PID DEVICE ADDRESS…");
	const char *pid = argv[3], *device = argv[4];
	if (geteuid() != 0)
		enter(pid, "user", CLONE_NEWUSER);
	enter(pid, "net", CLONE_NEWNET);
	int kernel = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	unsigned index = if_nametoindex(device);
	if (kernel < 0 || index == 0)
		fail("find the device", device);
	bar_route(kernel);
	for (int i = 5; i < argc; i++)
		name_neighbour(kernel, index, argv[i]);
	look_for_no_others(device);
	return 0;
}
