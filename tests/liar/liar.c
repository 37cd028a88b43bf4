/*
 * Copyright (c) 2026 The kafkad authors
 *
 * Permission to use, copy, modify, and distribute this software for any
 * purpose with or without fee is hereby granted, provided that the above
 * copyright notice and this permission notice appear in all copies.
 *
 * THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
 * WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
 * MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
 * ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
 * WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
 * ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
 * OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
 */

/*
 * kafkad for tests, whose mesos process does wrong: linked with all of the
 * daemon, and this in front of mesos_main(). Each new mesos process looks into
 * the file that has the name of the program with ".do" behind it. Without it,
 * or when it is empty, it is the real one; else it does the word in it:
 *
 *	abort, exit	at once, before it says anything
 *	wait		nothing, until there is another word
 *	length type version sender size twice early field more another
 *			HELLO, and then a frame that is wrong in that way;
 *			then nothing, as long as it is let
 *	half		HELLO, half a frame, and the end
 */

#include <sys/prctl.h>
#include <sys/socket.h>

#include <endian.h>
#include <err.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chan.h"
#include "frame.h"
#include "mesos/mesos.h"

int __real_mesos_main(enum log_sink sink, enum log_level level);
int __wrap_mesos_main(enum log_sink sink, enum log_level level);

/* The word, or "". Valid until the next call. */
static const char *
liar_word(void)
{
	static char word[32];
	char path[512];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 4);
	FILE *f;

	if (n == -1)
		err(1, "/proc/self/exe");
	memcpy(path + n, ".do", 4);
	word[0] = '\0';
	if ((f = fopen(path, "re")) != NULL) {
		if (fgets(word, sizeof(word), f) != NULL)
			word[strcspn(word, "\n")] = '\0';
		fclose(f);
	}
	return word;
}

static void
liar_send(struct frame_writer *w, size_t len)
{
	if (send(CHAN_FILENO, w->buf, len, MSG_NOSIGNAL) == -1)
		err(1, "send");
	frame_free(w);
}

static void
liar_begin(struct frame_writer *w, uint16_t type, const char *text)
{
	frame_begin(w, type, 0);
	if (text != NULL)
		frame_put_str(w, text);
	frame_finish(w);
}

/* As a framework that is not ours. */
static void
liar_subscribed(struct frame_writer *w)
{
	frame_begin(w, MSG_SUBSCRIBED, 0);
	frame_put_str(w, "another");
	frame_put_u64(w, 15000);
	frame_put_str(w, "1.11.0");
	frame_finish(w);
}

static void
liar_hello(void)
{
	struct frame_writer w;

	frame_begin(&w, MSG_HELLO, 0);
	frame_put_u16(&w, FRAME_VERSION);
	frame_put_u32(&w, (uint32_t)getpid());
	frame_finish(&w);
	liar_send(&w, w.len);
}

static void
liar_put(struct frame_writer *w, size_t at, uint32_t v)
{
	v = htobe32(v);
	memcpy(w->buf + at, &v, sizeof(v));
}

/* Sends the frame that is wrong in the way of the word. */
static void
liar_lie(const char *word)
{
	struct frame_writer w;

	if (strcmp(word, "twice") == 0) {
		liar_hello();
		return;
	}
	if (strcmp(word, "field") == 0 || strcmp(word, "more") == 0 ||
	    strcmp(word, "another") == 0) {
		frame_begin(&w, MSG_READY, 0);
		frame_put_u8(&w, 0);
		frame_finish(&w);
		liar_send(&w, w.len);
	}
	if (strcmp(word, "sender") == 0)
		liar_begin(&w, MSG_KILL, "kafka-0.1");
	else if (strcmp(word, "size") == 0)
		liar_begin(&w, MSG_RESCIND, NULL);
	else if (strcmp(word, "another") == 0)
		liar_subscribed(&w);
	else
		liar_begin(&w, MSG_ERROR, "a text");
	if (strcmp(word, "length") == 0)
		liar_put(&w, 0, UINT32_MAX);
	else if (strcmp(word, "type") == 0)
		liar_put(&w, 4, 999u << 16 | FRAME_VERSION);
	else if (strcmp(word, "version") == 0)
		liar_put(&w, 4, (uint32_t)MSG_ERROR << 16 | 7);
	else if (strcmp(word, "field") == 0)
		liar_put(&w, FRAME_HEADER, 99);
	else if (strcmp(word, "more") == 0)
		liar_put(&w, FRAME_HEADER, 1);
	liar_send(&w, strcmp(word, "half") == 0 ? w.len / 2 : w.len);
}

int
__wrap_mesos_main(enum log_sink sink, enum log_level level)
{
	const char *word = liar_word();
	char byte;

	/* A test that ends its kafkad by force leaves nobody. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (strcmp(word, "wait") == 0) {
		usleep(10000);
		word = liar_word();
	}
	if (word[0] == '\0')
		return __real_mesos_main(sink, level);
	if (strcmp(word, "abort") == 0)
		abort();
	if (strcmp(word, "exit") == 0)
		return 3;
	liar_hello();
	liar_lie(word);
	if (strcmp(word, "half") == 0)
		return 3;
	while (read(CHAN_FILENO, &byte, 1) > 0)
		continue;
	/* That the channel is closed does not end it. */
	for (;;)
		pause();
}
