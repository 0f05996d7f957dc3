/* size.c - sizes as people write them. */

#include "plictl.h"

#include <string.h>

#include "base/ascii.h"

bool
args_size(const char *text, uint64_t *octets)
{
	static const char units[] = "kmgt";
	struct str in = from_c(text);
	const char *unit;
	uint64_t n;

	if (str_eq(in, STR("none"))) {
		*octets = 0;
		return true;
	}
	if (!str_take_u64(&in, &n) || in.len > 1)
		return false;
	if (in.len == 1) {
		unit = strchr(units, in.ptr[0] | 0x20);
		if (unit == NULL || n > (UINT64_MAX >> 20 >> 20))
			return false;
		n <<= 10 * (unit - units + 1);
	}
	*octets = n;
	return n <= (uint64_t)1 << 60;
}
