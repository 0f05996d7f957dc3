/*
 * clock.h - time that only goes forward, for deadlines.
 */
#ifndef OS_CLOCK_H
#define OS_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment before the program began. */
int64_t clock_ms(void);

#endif
