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

#ifndef CTL_ASK_H
#define CTL_ASK_H

#include "client.h"
#include "output.h"

/*
 * Connects, and takes the greeting, which says whether we are let in, within
 * timeout ms. Returns 0; the code of a refusal, with its text in err; or -1
 * with a sentence in err, and errno if it was the socket.
 */
int ask_connect(struct ctl_client *c, const char *path, int timeout, char *err,
    size_t size);

/*
 * Gives a command and hands the data lines of the reply to out, waiting at
 * most timeout ms for each, or CTL_FOREVER. Returns 0 and the last line, whose
 * text is valid until the next call; or -1 with a sentence in err. out is not
 * ended.
 */
int ask(struct ctl_client *c, const char *line, int timeout, struct output *out,
    struct line_reply *last, char *err, size_t size);

#endif
