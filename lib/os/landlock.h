/*
 * landlock.h - the file system, TCP and signals, out of reach (landlock(7)).
 *
 * Both lists of folders end in NULL, that of TCP ports to connect to in 0.
 * What the running kernel knows of Landlock is used to the full; its ABI
 * version is returned, or 0 with errno.
 */
#ifndef OS_LANDLOCK_H
#define OS_LANDLOCK_H

#include <stdint.h>

int landlock_enter(const char *const read_dirs[4],
    const char *const write_dirs[4], const uint16_t ports[8]);

/* The kernel's ABI version; 0: none. */
int landlock_abi(void);

#endif
