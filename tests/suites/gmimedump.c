/*
 * gmimedump.c - what gmime makes of a message; the oracle of test_mime.py.
 *
 * usage: gmimedump < VECTORS, as pliparse takes them.
 *
 * A line of JSON for each: [type, length of the raw content or -1, children].
 */

#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <gmime/gmime.h>

#include <stdio.h>
#include <stdlib.h>

static void put_object(GMimeObject *);

static void
put_multipart(GMimeMultipart *m)
{
	int n = g_mime_multipart_get_count(m);

	printf("-1,[");
	for (int i = 0; i < n; i++) {
		if (i > 0)
			putchar(',');
		put_object(g_mime_multipart_get_part(m, i));
	}
	printf("]");
}

static void
put_object(GMimeObject *o)
{
	GMimeContentType *type = g_mime_object_get_content_type(o);
	gint64 length = -1;

	printf("[\"");
	for (const char *p = g_mime_content_type_get_media_type(type); *p; p++)
		printf("%02x", (unsigned char)*p);
	printf("2f");
	for (const char *p = g_mime_content_type_get_media_subtype(type); *p;
	    p++)
		printf("%02x", (unsigned char)*p);
	printf("\",");
	if (GMIME_IS_MULTIPART(o)) {
		put_multipart((GMimeMultipart *)o);
	} else if (GMIME_IS_MESSAGE_PART(o)) {
		GMimeMessage *m = g_mime_message_part_get_message(
		    (GMimeMessagePart *)o);

		printf("-1,[");
		if (m != NULL && g_mime_message_get_mime_part(m) != NULL)
			put_object(g_mime_message_get_mime_part(m));
		printf("]");
	} else {
		GMimeDataWrapper *w = g_mime_part_get_content((GMimePart *)o);

		if (w != NULL)
			length = g_mime_stream_length(
			    g_mime_data_wrapper_get_stream(w));
		printf("%lld,[]", (long long)length);
	}
	printf("]");
}

static void
dump(const char *text, size_t n)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, n);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);

	if (m == NULL || g_mime_message_get_mime_part(m) == NULL)
		printf("null");
	else
		put_object(g_mime_message_get_mime_part(m));
	putchar('\n');
	if (m != NULL)
		g_object_unref(m);
	g_object_unref(parser);
	g_object_unref(stream);
}

int
main(void)
{
	unsigned long n;

	g_mime_init();
	while (scanf("%lu", &n) == 1 && getchar() == '\n') {
		char *text = malloc(n > 0 ? n : 1);

		if (text == NULL || fread(text, 1, n, stdin) != n)
			return 1;
		dump(text, n);
		free(text);
	}
	return 0;
}
