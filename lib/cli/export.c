/* export.c - all mail of a session, to files. */

#include "cli/export.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
export_cut(struct export *e)
{
	progress_end(&e->bar);
	return say(e->c, EXIT_LATER, "import-cut", e->im.user, NULL);
}

int
export_disk(struct export *e, const char *path)
{
	int error = errno;

	progress_end(&e->bar);
	return say(e->c, EXIT_NO, "export-disk", path, strerror(error));
}

static int
each_box(struct export *e, struct str names, bool mbox)
{
	struct box_name name;
	int status = 0;

	while (status == 0 && !progress_stopped() &&
	    boxes_next(&names, &name)) {
		enum imap_said said = box_open(&e->im, &e->box, name.name,
		    false);

		if (said == IMAP_CUT)
			status = export_cut(e);
		else
			status = mbox ? export_mbox(e) : export_maildir(e);
		progress_end(&e->bar);
	}
	return status;
}

int
export_all(struct export *e, bool mbox)
{
	char written[32], there[32];
	struct buf names;
	int status;

	if (mkdir(e->folder, 0700) != 0 && errno != EEXIST)
		return export_disk(e, e->folder);
	buf_init(&names, BOX_NAMES_MAX);
	box_begin(&e->box);
	status = boxes_list(&e->im, &names) != IMAP_OK ? export_cut(e) :
	    each_box(e, buf_str(&names), mbox);
	box_free(&e->box);
	buf_free(&names);
	snprintf(written, sizeof(written), "%llu",
	    (unsigned long long)e->written);
	snprintf(there, sizeof(there), "%llu", (unsigned long long)e->there);
	tell(e->c, "export-done", written, there);
	return status == 0 && progress_stopped() ?
	    say(e->c, EXIT_LATER, "export-stopped", NULL, NULL) : status;
}
