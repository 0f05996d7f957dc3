/* jmap_methods.c - the methods that there are; what is not here is
 * unknownMethod. */

#include <string.h>

#include "jmap.h"

/* Core/echo: RFC 8620, 4. */
static json_t *
echo(struct jmap *j, json_t *args)
{
	(void)j;
	return json_incref(args);
}

static const struct jmap_method methods[] = {
	{ "Core/echo",		USING_CORE,	echo },
	{ "Mailbox/get",	USING_MAIL,	jmap_mailbox_get },
	{ "Mailbox/changes",	USING_MAIL,	jmap_mailbox_changes },
	{ "Mailbox/query",	USING_MAIL,	jmap_mailbox_query },
	{ "Mailbox/queryChanges", USING_MAIL,	jmap_mailbox_query_changes },
	{ "Mailbox/set",	USING_MAIL,	jmap_mailbox_set },
	{ "Thread/get",		USING_MAIL,	jmap_thread_get },
	{ "Thread/changes",	USING_MAIL,	jmap_thread_changes },
	{ "Email/get",		USING_MAIL,	jmap_email_get },
	{ "Email/changes",	USING_MAIL,	jmap_email_changes },
	{ "Email/query",	USING_MAIL,	jmap_email_query },
	{ "Email/set",		USING_MAIL,	jmap_email_set },
	{ "Email/import",	USING_MAIL,	jmap_email_import },
	{ "Email/copy",		USING_MAIL,	jmap_email_copy },
	{ "SearchSnippet/get",	USING_MAIL,	jmap_snippet_get },
	{ "Identity/get",	USING_SUBMISSION, jmap_identity_get },
	{ "Identity/changes",	USING_SUBMISSION, jmap_identity_changes },
	{ "Identity/set",	USING_SUBMISSION, jmap_identity_set },
	{ "EmailSubmission/get", USING_SUBMISSION, jmap_submission_get },
	{ "EmailSubmission/changes", USING_SUBMISSION,
	    jmap_submission_changes },
	{ "EmailSubmission/query", USING_SUBMISSION, jmap_submission_query },
	{ "EmailSubmission/queryChanges", USING_SUBMISSION,
	    jmap_submission_query_changes },
	{ "EmailSubmission/set", USING_SUBMISSION, jmap_submission_set },
	{ "Protection/forecast", USING_PROTECTION,
	    jmap_protection_forecast },
	{ "Protection/get",	USING_PROTECTION, jmap_protection_get },
	{ "Email/queryChanges",	USING_MAIL,	jmap_email_query_changes },
};

const struct jmap_method *
jmap_method(const char *name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].name, name) == 0)
			return &methods[i];
	return NULL;
}
