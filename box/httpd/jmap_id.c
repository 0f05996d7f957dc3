/* jmap_id.c - ids and states. */

#include <string.h>

#include "jmap.h"

enum { DIGITS = 13, BITS = 5 };

static const char digits[] = "0123456789abcdefghijklmnopqrstuv";

void
jmap_id(char out[JMAP_ID_LEN], char letter, uint64_t n)
{
	out[0] = letter;
	for (size_t i = DIGITS; i > 0; i--, n >>= BITS)
		out[i] = digits[n & 31];
	out[DIGITS + 1] = '\0';
}

json_t *
jmap_id_json(char letter, uint64_t n)
{
	char id[JMAP_ID_LEN];

	jmap_id(id, letter, n);
	return json_string(id);
}

bool
jmap_id_parse(const char *id, char letter, uint64_t *n)
{
	*n = 0;
	if (id[0] != letter || strlen(id) != DIGITS + 1)
		return false;
	for (size_t i = 1; i <= DIGITS; i++) {
		const char *at = strchr(digits, id[i]);

		if (at == NULL || *n > UINT64_MAX >> BITS)
			return false;
		*n = *n << BITS | (uint64_t)(at - digits);
	}
	return true;
}

bool
jmap_id_of(struct jmap *j, json_t *value, char letter, uint64_t *n)
{
	const char *id = json_string_value(value);

	if (id != NULL && id[0] == '#')
		id = json_string_value(json_object_get(j->created, id + 1));
	return id != NULL && jmap_id_parse(id, letter, n);
}

json_t *
jmap_state_json(uint64_t modseq)
{
	return jmap_id_json('s', modseq);
}

bool
jmap_state_parse(json_t *value, uint64_t *modseq)
{
	const char *text = json_string_value(value);

	return text != NULL && jmap_id_parse(text, 's', modseq);
}
