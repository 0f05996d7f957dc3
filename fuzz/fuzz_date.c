/* fuzz_date.c - what is read is written, and read again as the same. */

#include "fuzz/fuzz.h"
#include "mail/date.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	struct date d, again, back;
	struct buf b;

	buf_init(&b, 100);
	if (date_parse(in, &d)) {
		date_put(&b, &d);
		assert(date_parse(buf_str(&b), &back));
		assert(date_seconds(&back) == date_seconds(&d));
		assert(back.zone == d.zone);
		again = date_of(date_seconds(&d), d.zone);
		assert(date_seconds(&again) == date_seconds(&d));
		assert(again.weekday == d.weekday || d.second == 60);
	}
	buf_free(&b);
	fuzz_free(in);
	return 0;
}
