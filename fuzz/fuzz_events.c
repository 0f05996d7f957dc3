/* fuzz_events.c - in pieces or whole, an event stream says the same. */

#include <string.h>

#include "fuzz/fuzz.h"
#include "home/events.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct events whole, pieces;
	struct str in = fuzz_copy(data, size);
	size_t half = size / 2;

	memset(&whole, 0, sizeof(whole));
	memset(&pieces, 0, sizeof(pieces));
	events_feed(&whole, in);
	events_feed(&pieces, (struct str){ in.ptr, half });
	events_feed(&pieces, (struct str){ in.ptr + half, size - half });
	assert(whole.told == pieces.told &&
	    strcmp(whole.id, pieces.id) == 0);
	fuzz_free(in);
	return 0;
}
