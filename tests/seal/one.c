/*
 * one.c - seal one message as the role does it, for other programs to open.
 *
 * usage: seal_one SEAL CERT TEXT
 *
 * The sealed message goes to standard output.  If the certificate is refused
 * (but for its age) its word goes there, and the exit status is 1.
 */

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pgp/cert.h"
#include "rig.h"
#include "tests/check.h"

static bool
is_refused(const char *path)
{
	static struct cert_info info;
	enum cert_status status;
	struct buf file;

	rig_file(&file, path);
	status = cert_check(buf_str(&file), (uint64_t)time(NULL), &info);
	buf_free(&file);
	if (status == CERT_OK || status == CERT_EXPIRED)
		return false;
	puts(cert_word(status));
	return true;
}

int
main(int argc, char **argv)
{
	struct rig_got got;
	struct buf text, out;
	struct rig r;

	if (argc != 4)
		return 2;
	if (is_refused(argv[2]))
		return 1;
	rig_file(&text, argv[3]);
	rig_start(&r, argv[1]);
	rig_cert(&r, argv[2]);
	rig_message(&r, 1, buf_str(&text), 0, 1, 3);
	CHECK(rig_next(&r, &got, 5000) == RIG_DELIVERED, "not sealed");
	rig_read(&got, &out);
	fwrite(out.ptr, 1, out.len, stdout);
	buf_free(&text);
	buf_free(&out);
	rig_stop(&r);
	return 0;
}
