/* idn.c - names of the DNS as the DNS has them. */

#include "os/idn.h"

#include <idn2.h>
#include <string.h>

#include "base/ascii.h"

static bool
is_good(struct str s, bool *wide)
{
	*wide = false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c < ' ' || c == 0x7f)
			return false;
		*wide |= c >= 0x80;
	}
	return s.len > 0 && s.len <= IDN_MAX;
}

bool
idn_fold(char out[IDN_MAX], size_t *len, struct str name)
{
	char text[IDN_MAX + 1], *label;
	bool wide, fits;

	if (!is_good(name, &wide))
		return false;
	for (size_t i = 0; !wide && i < name.len; i++)
		out[i] = (char)ascii_lower(name.ptr[i]);
	*len = name.len;
	if (!wide)
		return true;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	if (idn2_to_ascii_8z(text, &label, IDN2_NONTRANSITIONAL |
	    IDN2_NFC_INPUT | IDN2_USE_STD3_ASCII_RULES) != IDN2_OK)
		return false;
	*len = strlen(label);
	fits = *len <= IDN_MAX;
	if (fits)
		memcpy(out, label, *len);
	idn2_free(label);
	return fits;
}
