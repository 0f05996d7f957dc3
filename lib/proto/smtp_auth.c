/* smtp_auth.c - the argument of AUTH. */

#include "proto/smtp_auth.h"

#include "base/ascii.h"

static bool
is_in_mech(unsigned char c)
{
	return is_alpha(c) || is_digit(c) || c == '-' || c == '_';
}

static bool
is_base64(unsigned char c)
{
	return is_alpha(c) || is_digit(c) || c == '+' || c == '/' || c == '=';
}

bool
smtp_auth_parse(struct smtp_auth *out, struct str in)
{
	out->mech = str_take_while(&in, is_in_mech);
	out->initial = (struct str){ NULL, 0 };
	if (out->mech.len == 0 || out->mech.len > SMTP_MECH_MAX)
		return false;
	if (in.len == 0)
		return true;
	if (!str_take_byte(&in, ' '))
		return false;
	out->initial = str_take_while(&in, is_base64);
	return in.len == 0 && out->initial.len > 0;
}
