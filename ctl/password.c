/* password.c - a password for a mailbox: taken or made, told once. */

#include "plictl.h"

#include <string.h>

#include "base/ascii.h"

/* RFC 8265 would fold other characters; these are themselves in all forms. */
static int
judge(struct cli *c, const char *p)
{
	size_t n = strlen(p);

	for (size_t i = 0; i < n; i++)
		if (!is_print((unsigned char)p[i]))
			return say(c, EXIT_NO, "password-characters", NULL,
			    NULL);
	if (n < PASSWORD_MIN)
		return say(c, EXIT_NO, "password-short", NULL, NULL);
	return 0;
}

static int
from_file(struct cli *c, const char *file, char out[PASSWORD_MAX + 1])
{
	static const struct secret password = { .empty = "password-empty",
	    .too_long = "password-long", .most = PASSWORD_MAX,
	    .may_be_empty = true };
	int status = secret_file(c, &password, file, out);

	return status != 0 ? status : judge(c, out);
}

int
password_take(struct cli *c, const char *file, struct buf *args,
    char out[PASSWORD_MAX + 1], bool *made)
{
	int status = 0;

	*made = file == NULL;
	if (*made)
		password_make(out);
	else
		status = from_file(c, file, out);
	if (status == 0)
		password_verifier(args, from_c(out));
	return status;
}

void
password_tell(struct cli *c, const char *name,
    const char password[PASSWORD_MAX + 1])
{
	struct buf out;

	if (!c->json) {
		tell(c, "password-is", name, password);
		return;
	}
	buf_init(&out, PASSWORD_MAX + FILE_NAME_MAX);
	buf_add_c(&out, "{\"name\":");
	json_text(&out, from_c(name));
	buf_add_c(&out, ",\"password\":");
	json_text(&out, from_c(password));
	buf_add_c(&out, "}\n");
	flush(&out);
}
