/* retry.c - when a letter is tried again. */

#include "mail/retry.h"

uint32_t
retry_pause(uint32_t attempts, uint32_t random)
{
	uint32_t pause = RETRY_FIRST;

	for (uint32_t i = 1; i < attempts && pause < RETRY_LONGEST; i++)
		pause *= 2;
	if (pause > RETRY_LONGEST)
		pause = RETRY_LONGEST;
	return pause + random % (pause / 4 + 1);
}
