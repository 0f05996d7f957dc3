/* landlock.c - the file system, TCP and signals, out of reach. */

#include "os/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Debian 12's header knows ABI 2; the rest is from landlock(7). */
enum {
	FS_EXECUTE = 1 << 0, FS_WRITE_FILE = 1 << 1, FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3, FS_REMOVE_FILE = 1 << 5, FS_MAKE_REG = 1 << 8,
	FS_REFER = 1 << 13, FS_TRUNCATE = 1 << 14, FS_IOCTL_DEV = 1 << 15,
	FS_ABI1 = (1 << 13) - 1,
	NET_BIND_CONNECT_TCP = 3,
	SCOPE_ABSTRACT_UNIX_AND_SIGNAL = 3,
	CREATE_RULESET_VERSION = 1,
	RULE_PATH_BENEATH = 1,
	RULE_NET_PORT = 2,
	NET_CONNECT_TCP = 2,
	ABI_NET = 4,
};

struct ruleset {
	uint64_t fs, net, scoped;
};

struct path_beneath {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));

int
landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    CREATE_RULESET_VERSION);

	return abi < 0 ? 0 : (int)abi;
}

struct net_port {
	uint64_t allowed, port;
};

static int
create(int abi)
{
	struct ruleset r = { .fs = FS_ABI1 };
	size_t size = offsetof(struct ruleset, net);

	if (abi >= 2)
		r.fs |= FS_REFER;
	if (abi >= 3)
		r.fs |= FS_TRUNCATE;
	if (abi >= ABI_NET) {
		r.net = NET_BIND_CONNECT_TCP;
		size = offsetof(struct ruleset, scoped);
	}
	if (abi >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (abi >= 6) {
		r.scoped = SCOPE_ABSTRACT_UNIX_AND_SIGNAL;
		size = sizeof(r);
	}
	return (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
}

static int
allow(int ruleset, const char *const dirs[4], uint64_t access)
{
	for (size_t i = 0; i < 4 && dirs[i] != NULL; i++) {
		struct path_beneath rule = { .allowed = access };
		long got;

		rule.parent_fd = open(dirs[i], O_PATH | O_CLOEXEC);
		if (rule.parent_fd < 0)
			return -1;
		got = syscall(SYS_landlock_add_rule, ruleset,
		    RULE_PATH_BENEATH, &rule, 0);
		close(rule.parent_fd);
		if (got != 0)
			return -1;
	}
	return 0;
}

static int
allow_ports(int ruleset, const uint16_t ports[8])
{
	for (size_t i = 0; i < 8 && ports[i] != 0; i++) {
		struct net_port rule = { NET_CONNECT_TCP, ports[i] };

		if (syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT,
		    &rule, 0) != 0)
			return -1;
	}
	return 0;
}

int
landlock_enter(const char *const read_dirs[4], const char *const write_dirs[4],
    const uint16_t ports[8])
{
	int abi = landlock_abi(), ruleset;
	uint64_t read = FS_READ_FILE | FS_READ_DIR;
	uint64_t write = read | FS_WRITE_FILE | FS_REMOVE_FILE | FS_MAKE_REG;

	if (abi == 0)
		return 0;
	if (abi >= 3)
		write |= FS_TRUNCATE;
	ruleset = create(abi);
	if (ruleset < 0)
		return 0;
	if (allow(ruleset, read_dirs, read) != 0 ||
	    allow(ruleset, write_dirs, write) != 0 ||
	    (abi >= ABI_NET && allow_ports(ruleset, ports) != 0) ||
	    syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		abi = 0;
	close(ruleset);
	return abi;
}
