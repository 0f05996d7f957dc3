/*
 * retry.h - when a letter is tried again.
 *
 * Pure: randomness is an argument.  The first pause is short, since most
 * refusals are greylists and restarts; then it doubles, up to three hours.
 * Each is lengthened by up to a quarter, so that what failed together does not
 * come back together.
 */
#ifndef MAIL_RETRY_H
#define MAIL_RETRY_H

#include <stdint.h>

enum {
	RETRY_FIRST = 2 * 60,		/* seconds */
	RETRY_LONGEST = 3 * 3600,
	RETRY_WARN = 4 * 3600,		/* then the sender is told */
};

/* The pause after the n-th attempt, from 1. */
uint32_t retry_pause(uint32_t attempts, uint32_t random);

#endif
