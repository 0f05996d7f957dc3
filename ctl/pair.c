/*
 * pair.c - codes that pair a device, made and shown.
 *
 * The token is made here and goes nowhere but to the screen: the box keeps its
 * hash.
 */

#include "plictl.h"

#include <string.h>

#include "os/crypt.h"

#include "base/wipe.h"
#include "cli/qr.h"
#include "proto/pli_code.h"
#include "proto/pli_identity.h"

struct box_is {
	struct pli_code *code;
	char host[PLI_CODE_HOST_MAX + 1];
	bool ok;
};

static void
on_identity(struct cli *c, void *ctx, struct str row)
{
	struct box_is *b = ctx;
	struct str host = row_get(row, "host");
	uint64_t port = row_number(row, "port");
	struct pli_identity d;
	int n;

	(void)c;
	if (port == 0 || !pli_identity_parse(row_get(row, "document"), &d))
		return;
	memcpy(b->code->tls, d.tls, PLI_CODE_HASH);
	n = snprintf(b->host, sizeof(b->host), "%.*s:%u", (int)host.len,
	    host.ptr, (unsigned)port);
	b->ok = n > 0 && (size_t)n < sizeof(b->host);
}

int
pair_begin(struct cli *c, struct pli_code *code, struct buf *args)
{
	static struct box_is box;	/* code->host lives in it */
	unsigned char hash[PAIR_HASH];
	struct buf none;
	int status;

	*code = (struct pli_code){ .address = STR("") };
	box = (struct box_is){ .code = code };
	args_begin(&none);
	status = call(c, "identity show", &none, -1, "", on_identity, &box);
	if (status != 0)
		return status;
	if (!box.ok)
		return say(c, EXIT_NO, "no-https", NULL, NULL);
	code->host = from_c(box.host);
	crypt_random(code->token, PLI_CODE_TOKEN);
	crypt_sha256(hash, (struct str){ (char *)code->token,
	    PLI_CODE_TOKEN });
	admin_put(args, STR("pair_hash"),
	    (struct str){ (char *)hash, sizeof(hash) });
	return 0;
}

void
pair_row(struct cli *c, void *ctx, struct str row)
{
	struct pair_made *made = ctx;
	struct str name = row_get(row, "name");

	(void)c;
	made->expires = row_number(row, "expires");
	made->name_len = name.len < sizeof(made->name) ? name.len : 0;
	memcpy(made->name, name.ptr, made->name_len);
}

static void
tell_json(const struct pair_made *made, struct str text)
{
	struct buf out;

	buf_init(&out, 8 * FILE_NAME_MAX);
	buf_add_c(&out, "{\"name\":");
	json_text(&out, (struct str){ made->name, made->name_len });
	buf_add_c(&out, ",\"code\":");
	json_text(&out, text);
	buf_add_c(&out, ",\"expires\":");
	buf_add_u64(&out, made->expires);
	buf_add_c(&out, "}\n");
	flush(&out);
}

int
pair_tell(struct cli *c, struct pli_code *code, const struct pair_made *made)
{
	struct buf text;
	int status = 0;

	code->address = (struct str){ made->name, made->name_len };
	buf_init(&text, PLI_CODE_TEXT_MAX + 1);
	if (!pli_code_encode(&text, code)) {
		status = say(c, EXIT_NO, "code-long", made->name, NULL);
	} else if (c->json) {
		tell_json(made, buf_str(&text));
	} else {
		(void)qr_print(buf_str(&text));
		buf_byte(&text, '\0');
		tell(c, "code-is", text.ptr, NULL);
	}
	buf_free(&text);
	wipe(code, sizeof(*code));
	return status;
}
