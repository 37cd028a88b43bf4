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

#ifndef CONFIG_UNITS_H
#define CONFIG_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_SIZE 64 /* enough for every text made here */

/*
 * Numbers with units, from text and back. Parsers return NULL, or an error
 * text that continues a sentence ("… is not a size"), and then leave the
 * result alone. Formatters give the text that parses to the same number.
 */

/* "500ms", "1h30m", larger units first, each once: to ms. */
const char *units_parse_duration(const char *text, int64_t *ms);
void units_format_duration(int64_t ms, char *buf, size_t size);

/* "512M", "1.5G" (powers of 1024): to MB; it must be a whole number of MB. */
const char *units_parse_size(const char *text, int64_t *mb);
void units_format_size(int64_t mb, char *buf, size_t size);

/* "2", "0.25", at most three decimals: to thousandths. */
const char *units_parse_thousandths(const char *text, int64_t *n);
void units_format_thousandths(int64_t n, char *buf, size_t size);

#endif
