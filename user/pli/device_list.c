/* device_list.c - pli device list. */

#include "device.h"

#include <jansson.h>

#include "base/wipe.h"

static void
put_text(const struct pli *p, struct str rows, struct str own)
{
	char made[16], used[16], line[512];
	struct device d;

	while (device_next(&rows, &d)) {
		bool here = own.len > 0 && str_eq(d.name, own);

		if (d.name.len == 0)
			d.name = from_c(text_of(&p->cli, "device-account"));
		date_text(d.made, made);
		date_text(d.used, used);
		snprintf(line, sizeof(line), "%-24.*s  %s  %-10s  %s",
		    (int)d.name.len, d.name.ptr, made, d.used > 0 ? used :
		    text_of(&p->cli, "never"),
		    here ? text_of(&p->cli, "device-here") : "");
		put_line(from_c(line));
	}
}

static void
put_json(struct str rows, struct str own)
{
	json_t *all = json_array();
	struct device d;

	while (device_next(&rows, &d))
		json_array_append_new(all, json_pack(
		    "{s:s%, s:I, s:I, s:b}", "device", d.name.ptr, d.name.len,
		    "created", (json_int_t)d.made, "used", (json_int_t)d.used,
		    "here", own.len > 0 && str_eq(d.name, own)));
	json_dumpf(all, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(all);
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	static const struct option none[] = { { NULL, NULL, NULL } };
	static struct record r;
	struct words words;
	struct buf rows;
	int status;

	if (!args_take(c, none, argc, argv, &words, 0, 0))
		return EXIT_NO;
	buf_init(&rows, BOX_ANSWER_MAX);
	status = agent_ready(p);
	if (status == 0)
		status = box_record(p, &r);
	if (status == 0)
		status = devices_ask(p, &r, &rows);
	if (status == 0 && p->cli.json)
		put_json(buf_str(&rows), device_own(&r));
	else if (status == 0)
		put_text(p, buf_str(&rows), device_own(&r));
	wipe(&r, sizeof(r));
	buf_free(&rows);
	agent_end(p);
	return status;
}

const struct verb verb_device_list = {
	"device", "list", "", run,
	{ "which devices may fetch and send your mail",
	"quels appareils peuvent relever et envoyer votre courrier" },
	{ "The name, since when it is there, the day of its last login.  The "
	"box is asked.  A\ndevice that is not yours: pli device remove NAME\n\n"
	"examples:\n  pli device list\n  pli -j device list\n",
	"Le nom, depuis quand il est là, le jour de sa dernière connexion.  La "
	"boîte est\ninterrogée.  Un appareil qui n'est pas le vôtre : pli "
	"device remove NOM\n\n"
	"exemples :\n  pli device list\n  pli -j device list\n" },
};
