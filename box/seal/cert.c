/* cert.c - the operator brings a certificate: what is it? */

#include "cert.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/verdict.h"
#include "ipc/msg_seal.h"
#include "pgp/cert.h"
#include "pgp/seal.h"

static struct str
from_c(const char *s)
{
	return (struct str){ s, strlen(s) };
}

static const char *
look(int fd, uint64_t size, struct cert_info *info)
{
	struct seal_cert *loaded;
	const char *wrong;
	void *mem;

	if (size == 0 || size > CERT_RAW_MAX ||
	    lseek(fd, 0, SEEK_END) != (off_t)size)
		return "not-openpgp";
	mem = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (mem == MAP_FAILED)
		return "not-openpgp";
	wrong = cert_look((struct str){ mem, (size_t)size }, info);
	munmap(mem, (size_t)size);
	if (wrong != NULL)
		return wrong;
	/* what is kept must do on its own */
	loaded = seal_cert_load(buf_str(&info->use));
	wrong = loaded == NULL ? "no-encryption" : NULL;
	seal_cert_free(loaded);
	return wrong;
}

bool
cert_check(struct role *r, struct peer *p, struct chan_msg *in)
{
	struct msg_seal_cert_is is = { .verdict = VERDICT_NO };
	struct msg_seal_check_cert m;
	static struct cert_info info;
	const char *wrong;

	if (field_get(msg_seal, SEAL_TYPES, in->wire, &m) != SEAL_CHECK_CERT ||
	    in->nfds != 1)
		return false;
	wrong = look(in->fds[0], m.size, &info);
	is.id = m.id;
	is.why = is.fingerprint = is.user_id = is.algorithm = is.use = STR("");
	if (wrong != NULL) {
		is.why = from_c(wrong);
	} else {
		is.verdict = VERDICT_YES;
		is.fingerprint = from_c(info.fingerprint);
		is.user_id = from_c(info.user_id);
		is.algorithm = from_c(info.algorithm);
		is.created = info.created;
		is.expires = info.expires;
		is.use = buf_str(&info.use);
	}
	serve_send(r, p, msg_seal, SEAL_TYPES, SEAL_CERT_IS, &is, NULL, 0);
	buf_free(&info.use);
	return true;
}
