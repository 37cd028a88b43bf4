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
 * kafkactl: a terminal that is drawn on again and again. The handlers of
 * signals give it back first, so they do nothing but what a handler may:
 * write(), tcsetattr() and sigprocmask().
 */

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "screen.h"
#include "term.h"

/* The other screen, without cursor and without going on in the next line. */
static const char enter[] = "\033[?1049h\033[?25l\033[?7l";
static const char leave[] = "\033[?7h\033[?25h\033[?1049l";

static volatile sig_atomic_t taken;
static bool keys; /* the input is a terminal, too */
static struct termios before;
static char frame[64 * 1024]; /* is written as a whole */

/* A signal that ends us may come in between: all of it is done again then. */
static void
screen_give(void)
{
	sigset_t ttou, old;
	ssize_t n;

	if (!taken)
		return;
	/* In the background we would be stopped instead. */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &old);
	if (keys)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	n = write(STDOUT_FILENO, leave, sizeof(leave) - 1);
	(void)n;
	sigprocmask(SIG_SETMASK, &old, NULL);
	taken = 0;
}

/* The end, or ^Z: without us in between it is what it would have been. */
static void
screen_end_sighdlr(int sig)
{
	int saved = errno;

	screen_give();
	signal(sig, SIG_DFL);
	raise(sig);
	errno = saved;
}

/* It has interrupted poll(), and nothing else: that is all that is wanted. */
static void
screen_wake_sighdlr(int sig)
{
	(void)sig;
}

/* What is ignored (nohup) stays so. */
static void
screen_handle(int sig, void (*handler)(int))
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_RESTART };
	struct sigaction old;

	sigfillset(&sa.sa_mask);
	if (sigaction(sig, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(sig, &sa, NULL);
}

static void
screen_take(void)
{
	struct termios within;

	/* In the background it stops us, until the terminal is ours. */
	tcdrain(STDOUT_FILENO);
	keys = tcgetattr(STDIN_FILENO, &before) == 0;
	taken = 1;
	if (keys) {
		within = before;
		within.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
		within.c_cc[VMIN] = 1;
		within.c_cc[VTIME] = 0;
		tcsetattr(STDIN_FILENO, TCSADRAIN, &within);
	}
	fputs(enter, stdout);
	fflush(stdout);
	screen_handle(SIGTSTP, screen_end_sighdlr);
}

void
screen_begin(void)
{
	setvbuf(stdout, frame, _IOFBF, sizeof(frame));
	atexit(screen_give);
	screen_handle(SIGINT, screen_end_sighdlr);
	screen_handle(SIGTERM, screen_end_sighdlr);
	screen_handle(SIGHUP, screen_end_sighdlr);
	screen_handle(SIGQUIT, screen_end_sighdlr);
	screen_handle(SIGCONT, screen_wake_sighdlr);
	screen_handle(SIGWINCH, screen_wake_sighdlr);
	screen_take();
}

void
screen_end(void)
{
	screen_give();
}

static size_t
screen_lines(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

int
screen_draw(const char *text)
{
	size_t all = screen_lines(text), rows = term_rows(), i, len;
	size_t shown = rows > 0 && all > rows ? rows - 1 : all;

	/* We were stopped. */
	if (!taken)
		screen_take();
	/* Each line ends what was there, and so does the last one below. */
	fputs("\033[H", stdout);
	for (i = 0; i < shown; i++, text += len + 1) {
		len = strcspn(text, "\n");
		printf("%s%.*s\033[K", i > 0 ? "\r\n" : "", (int)len, text);
	}
	if (shown < all)
		printf("\r\n%s %zu more lines\033[K", term_mark(), all - shown);
	fputs("\033[J", stdout);
	return fflush(stdout) == EOF ? -1 : 0;
}

bool
screen_has_keys(void)
{
	return keys;
}

bool
screen_wait(int ms)
{
	struct pollfd pfd = { .fd = STDIN_FILENO, .events = POLLIN };
	char hit[64];
	ssize_t n;

	if (poll(&pfd, keys ? 1 : 0, ms) <= 0)
		return true;
	n = read(STDIN_FILENO, hit, sizeof(hit));
	if (n == -1)
		return errno == EINTR;
	return n > 0 && memchr(hit, 'q', (size_t)n) == NULL;
}
