/* device_remove.c - pli device remove. */

#include "device.h"

#include "base/wipe.h"

static const char hex[] = "0123456789ABCDEF";

/* RFC 3986, 2.1 */
static void
put_path(struct buf *out, const char *name)
{
	buf_add_c(out, "/pli/device/");
	for (const char *s = name; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		bool plain = (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!plain) {
			buf_byte(out, '%');
			buf_byte(out, hex[c >> 4]);
		}
		buf_byte(out, plain ? *s : hex[c & 15]);
	}
}

static int
ask(struct pli *p, const struct record *r, const char *name)
{
	struct box_job job = { .record = *r, .method = BOX_DELETE,
	    .take = devices_take };
	struct buf path, rows;
	int status;

	buf_init(&path, 1024);
	buf_init(&rows, BOX_ANSWER_MAX);
	put_path(&path, name);
	job.path = buf_str(&path);
	status = path.failed ? say(&p->cli, EXIT_NO, "pair-no-device", r->host,
	    NULL) : box_ask(p, &job, &rows);
	buf_free(&path);
	buf_free(&rows);
	return status;
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	static struct record r;
	bool yes = false, own = false;
	const struct option options[] = {
		{ "--yes", NULL, &yes }, { NULL, NULL, NULL },
	};
	const char *name;
	struct words words;
	int status;

	if (!args_take(c, options, argc, argv, &words, 1, 1))
		return EXIT_NO;
	name = words.word[0];
	status = agent_ready(p);
	if (status == 0)
		status = box_record(p, &r);
	own = status == 0 && str_eq(from_c(name), device_own(&r));
	if (own && !yes && !ask_yes(&p->cli, "device-own-ask", name))
		status = say(&p->cli, EXIT_NO, "device-own", name, NULL);
	if (status == 0)
		status = ask(p, &r, name);
	/* what is good for nothing any more is not tried any more */
	if (status == 0 && own)
		status = agent_set(p, CONTAINER_DEVICE, STR(""));
	wipe(&r, sizeof(r));
	agent_end(p);
	return status;
}

const struct verb verb_device_remove = {
	"device", "remove", "NAME", run,
	{ "a device may fetch and send no more, at once",
	"un appareil ne peut plus ni relever ni envoyer, tout de suite" },
	{ "  --yes                    this computer, too, unasked\n\n"
	"Its sessions end at once.  What it has fetched stays on it, and so "
	"does the key, if\nit has one: see pli stolen.\n\n"
	"examples:\n  pli device list\n  pli device remove old-laptop\n",
	"  --yes                    même cet ordinateur, sans question\n\n"
	"Ses sessions se terminent tout de suite.  Ce qu'il a relevé y reste, "
	"et la clé\naussi, s'il en a une : voir pli stolen.\n\n"
	"exemples :\n  pli device list\n  pli device remove ancien-portable\n"
	},
};
