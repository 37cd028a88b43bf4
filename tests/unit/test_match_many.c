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
 * Many instances and many offers at once: all get a place, and what is told
 * of those that do not.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core.h"

#define KAFKA SERVICE_KAFKA

static const char *const hosts[] = { "a1", "a2" };

static struct placement *
place(struct core *k, const char *name)
{
	return &core_instance(k, name)->placement;
}

/*
 * More offers than those of which the reasons are kept: each broker gets an
 * agent of its own, and the last one is told why none is left for it.
 */
static void
test_many(void **state)
{
	struct core *k = core_brokers(101);
	char host[16], name[32];
	struct action *a;
	int i, n = 0;

	(void)state;
	for (i = 0; i < 100; i++) {
		snprintf(host, sizeof(host), "b%d", i);
		core_offer(k, host);
	}
	core_run(k);
	while ((a = core_take(k, ACTION_LAUNCH)) != NULL) {
		assert_int_equal(a->nspecs, 1);
		n++;
	}
	assert_int_equal(n, 100);
	for (i = 0; i < 100; i++) {
		snprintf(host, sizeof(host), "b%d", i);
		snprintf(name, sizeof(name), "kafka-%d", i);
		assert_string_equal(place(k, name)->hostname, host);
	}
	core_has(core_instance(k, "kafka-100")->waiting,
	    "no offer fits; b99: another instance of kafka lives here");
	core_offer_of(k, "c1", 100, 262144, 31000, 31999);
	for (i = 0; i < 40; i++)
		core_offer(k, "b0");
	core_run(k);
	core_has(core_instance(k, "kafka-100")->waiting,
	    "no offer fits; b0: another instance of kafka lives here");
	core_free(k);
}

/*
 * More that no offer fits than those for which it is kept why: they all wait
 * for an offer, and say why; the first that fits is for the first of them.
 */
static void
test_many_lack(void **state)
{
	struct core *k = core_brokers(100);
	const struct instance *i;
	char name[32];
	int n;

	(void)state;
	core_offer_of(k, "small", 100, 262144, 31000, 31999);
	core_run(k);
	for (n = 0; n < 100; n++) {
		snprintf(name, sizeof(name), "kafka-%d", n);
		i = core_instance(k, name);
		core_has(i->waiting, "no offer fits; small: needs cpus");
		assert_true(i->needs_offer);
		assert_int_equal(i->wait, WAIT_OFFER);
	}
	core_offer(k, "a1");
	core_run(k);
	assert_string_equal(place(k, "kafka-0")->hostname, "a1");
	core_has(core_instance(k, "kafka-99")->waiting,
	    "no offer fits; a1: another instance of kafka lives here");
	core_free(k);
}

/* Of a storm the newest are remembered, in their order, and what became. */
static void
test_many_seen(void **state)
{
	struct core *k = core_brokers(0);
	const struct seen_offer *so;
	char host[16];
	int n, round;

	(void)state;
	for (round = 0; round < 2; round++) {
		for (n = 0; n < 100; n++) {
			snprintf(host, sizeof(host), "b%d", n);
			core_offer(k, host);
		}
		core_run(k);
		assert_int_equal(k->c->nseen, SEEN_OFFERS_MAX);
		n = 100 - SEEN_OFFERS_MAX;
		TAILQ_FOREACH(so, &k->c->seen, entry) {
			snprintf(host, sizeof(host), "b%d", n++);
			assert_string_equal(so->hostname, host);
			assert_string_equal(so->outcome, "declined");
		}
		assert_int_equal(n, 100);
	}
	core_free(k);
	/* Those that are held are not remembered twice. */
	k = core_new(3, 0);
	core_subscribe(k);
	for (n = 0; n < 2; n++) {
		core_offer(k, hosts[n]);
		core_run(k);
	}
	assert_int_equal(k->c->nseen, 2);
	assert_string_equal(TAILQ_LAST(&k->c->seen, seen_offers)->hostname,
	    "a2");
	core_free(k);
}

/* Those that may live together are spread, however many offers there are. */
static void
test_many_together(void **state)
{
	struct core *k = core_brokers(120);
	struct placement *p;
	char host[16], name[32];
	int i;

	(void)state;
	k->conf.service[KAFKA].unique_hostname = false;
	for (i = 0; i < 60; i++) {
		snprintf(host, sizeof(host), "b%d", i);
		core_offer(k, host);
	}
	core_run(k);
	for (i = 0; i < 120; i++) {
		snprintf(host, sizeof(host), "b%d", i % 60);
		snprintf(name, sizeof(name), "kafka-%d", i);
		p = place(k, name);
		assert_string_equal(p->hostname, host);
		assert_int_equal(p->ports[0], 31000 + i / 60);
	}
	core_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_many_lack),
		cmocka_unit_test(test_many_seen),
		cmocka_unit_test(test_many_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
