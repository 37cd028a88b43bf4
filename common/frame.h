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

#ifndef COMMON_FRAME_H
#define COMMON_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The codec of the frames on a channel between two of our processes.
 *
 * A frame is a header of 16 bytes and a payload. All numbers are big endian;
 * fields are encoded one by one in the order of msg.h, never as structs:
 *
 *	u32 length	of the whole frame, header included
 *	u16 type	enum msg_type
 *	u16 version	FRAME_VERSION
 *	u32 id		chosen by the sender, copied into the answer
 *	u32 peer	reserved for the client a frame is about
 *
 * A string is a u32 length and its bytes, without NUL; it may hold any byte
 * but NUL.
 */
#define FRAME_HEADER 16
#define FRAME_MAX (1024 * 1024)
#define FRAME_VERSION 1

struct frame_header {
	uint32_t length;
	uint16_t type;
	uint16_t version;
	uint32_t id;
	uint32_t peer;
};

/*
 * A frame being written. Writing sticks at the first failure (no memory, or
 * more than FRAME_MAX), which frame_finish() then reports.
 */
struct frame_writer {
	uint8_t *buf;
	size_t len;
	size_t size;
	bool failed;
};

/* Begins a frame. The writer owns its buffer until frame_free(). */
void frame_begin(struct frame_writer *w, uint16_t type, uint32_t id);
void frame_put_u8(struct frame_writer *w, uint8_t v);
void frame_put_u16(struct frame_writer *w, uint16_t v);
void frame_put_u32(struct frame_writer *w, uint32_t v);
void frame_put_u64(struct frame_writer *w, uint64_t v);
void frame_put_bool(struct frame_writer *w, bool v);
/* NULL is written as the empty string. */
void frame_put_str(struct frame_writer *w, const char *s);
void frame_put_bytes(struct frame_writer *w, const void *p, size_t len);
/* Writes the length. Returns 0, or -1 with errno ENOMEM or EMSGSIZE. */
int frame_finish(struct frame_writer *w);
void frame_free(struct frame_writer *w);

/*
 * A payload being read. Reading sticks at the first failure: every later
 * getter yields zero or NULL, and frame_read_error() names the field at
 * which it happened. The payload is not owned.
 */
struct frame_reader {
	const uint8_t *p;
	size_t left;
	const char *bad_field;
	const char *bad_reason;
};

/* Decodes a header. Returns 0, or -1 if its length is impossible. */
int frame_header_parse(const uint8_t *p, struct frame_header *h);

void frame_read_init(struct frame_reader *r, const void *p, size_t len);
/* field is the name used in an error; it must stay valid. */
uint8_t frame_get_u8(struct frame_reader *r, const char *field);
uint16_t frame_get_u16(struct frame_reader *r, const char *field);
uint32_t frame_get_u32(struct frame_reader *r, const char *field);
uint64_t frame_get_u64(struct frame_reader *r, const char *field);
bool frame_get_bool(struct frame_reader *r, const char *field);
/*
 * Copies a string of less than size bytes into buf; a longer one, or one
 * with a NUL in it, is an error.
 */
void frame_get_str(struct frame_reader *r, char *buf, size_t size,
    const char *field);
/* The same, as a new string of at most max bytes, to be freed; or NULL. */
char *frame_get_strdup(struct frame_reader *r, size_t max, const char *field);
/* Exactly len bytes. */
void frame_get_bytes(struct frame_reader *r, void *buf, size_t len,
    const char *field);
/*
 * A u16 that counts the items which follow; more than max is an error, and
 * yields 0.
 */
uint16_t frame_get_count(struct frame_reader *r, uint16_t max,
    const char *field);
/*
 * Ends reading. Returns 0 if every field was good and nothing is left over,
 * else -1 with a text in buf.
 */
int frame_read_end(struct frame_reader *r, char *buf, size_t size);

#endif
