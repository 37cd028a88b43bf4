# kafkad: see README.md. Everything is built below build/.
#
#	make			kafkad and kafkactl
#	make setup		what building, tests and demo need (Debian, Maven)
#	make demo		a Kafka on a Mesos, both on this machine
#	make check		all tests; quickcheck: those of a few seconds
#	make check-all		gcc and clang, sanitizers, valgrind
#	make sim		the simulator: SEEDS=1000 of faults, FIRST=1
#	make mutants		whether it catches small wrong changes
#	make fuzz		libFuzzer: FUZZ="line state", SECS=60 each
#	make bench		speed and size, beside what is compared with them
#	make bench-quick	what of it can be counted; part of make check
#	make lint		style and static analysis
#	make install		DESTDIR, PREFIX, SYSCONFDIR, MANDIR, UNITDIR,
#				SYSUSERSDIR, TMPFILESDIR, COMPLETIONDIR,
#				ZSHCOMPLETIONDIR; make uninstall: with the same
#	make deb		a package for Debian, in DEBDIR=build/deb
#
#	CC=clang		another compiler
#	SANITIZE=address,undefined	sanitizers, into a build folder of its own
#	TESTS="00 wrong"	only tests with such names; V=1 shows commands

VERSION = 0.1
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
MANDIR ?= $(PREFIX)/share/man
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPLETIONDIR ?= $(PREFIX)/share/zsh/site-functions
DEBDIR ?= build/deb
SANITIZE ?=
V ?= 0

# A folder for each kind of build, so that none spoils another.
comma := ,
B := build/$(notdir $(CC))$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
Q := $(if $(filter 0,$(V)),@,)

# Asked when they are used: make setup, in the same run, installs them.
PKGS = libevent libcurl json-c gnutls nettle zlib libseccomp \
	libbsd-overlay
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS_EVENT = $(shell pkg-config --libs libevent 2>/dev/null)
LIBS_JSON = $(shell pkg-config --libs json-c 2>/dev/null)
LIBS_CURL = $(shell pkg-config --libs libcurl gnutls 2>/dev/null)
LIBS_TLS = $(shell pkg-config --libs gnutls 2>/dev/null)
LIBS_HASH = $(shell pkg-config --libs nettle 2>/dev/null)
LIBS_PACK = $(shell pkg-config --libs zlib 2>/dev/null)
LIBS_BSD = $(shell pkg-config --libs libbsd-overlay 2>/dev/null)
LIBS_SECCOMP = $(shell pkg-config --libs libseccomp 2>/dev/null)
# base64, and looking names up meanwhile, of glibc
LIBS_RESOLV = -lresolv -lanl
# A thread of the resolver loads it when it ends, or aborts if it cannot.
LIBS_GCC = -Wl,--push-state,--no-as-needed -lgcc_s -Wl,--pop-state

# Texts are cut on purpose wherever a buffer has an end.
WARN = -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wformat=2 -Wvla -Wundef \
	-Wimplicit-fallthrough -Wno-format-truncation
HARDEN = -fstack-protector-strong -fstack-clash-protection -fPIE \
	$(if $(SANITIZE),,-D_FORTIFY_SOURCE=3)
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE $(CFLAGS) $(HARDEN) $(SAN) -Icommon \
	-Idaemon -Idaemon/config -Ictl -I$(B)/gen $(PKG_CFLAGS) -MMD -MP
LDFLAGS ?=
ALL_LDFLAGS = $(LDFLAGS) -pie -Wl,-z,relro,-z,now $(SAN)
SAN = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all)
SAN_OPTIONS = $(if $(findstring address,$(SANITIZE)),$(B)/tests/sanitizer.o)
ifneq ($(findstring clang,$(CC)),)
WARN := $(filter-out -Wno-format-truncation,$(WARN))
endif

# Kill points are in no kafkad but one for a test: tests/tests.mk.
NOT_BUILT = $(if $(findstring -DKILL_POINTS,$(CFLAGS)),,common/killpoint.c)
COMMON = $(patsubst %.c,$(B)/%.o,\
	$(filter-out $(NOT_BUILT),$(wildcard common/*.c)))
CORE = $(patsubst %.c,$(B)/%.o,$(wildcard daemon/core/*.c))
CONFIG = $(patsubst %.c,$(B)/%.o,$(wildcard daemon/config/*.c)) \
	$(B)/gen/conf_parse.o
SHIM = $(patsubst %.c,$(B)/%.o,$(wildcard daemon/shim/*.c)) \
	$(B)/gen/page_files.o
MESOS = $(patsubst %.c,$(B)/%.o,$(wildcard daemon/mesos/*.c))
DAEMON = $(patsubst %.c,$(B)/%.o,$(wildcard daemon/*.c))
CTL = $(patsubst %.c,$(B)/%.o,$(wildcard ctl/*.c))
MINIMESOS = $(patsubst %.c,$(B)/%.o,$(wildcard tests/minimesos/*.c))

.PHONY: all check quickcheck check-all lint format setup demo install uninstall \
	clean tools deb
.SECONDARY:

all: $(B)/kafkad $(B)/kafkactl

# Beside the daemon: what tests and demo run.
tools: all $(B)/minimesos $(B)/standin $(B)/hosts.so $(B)/fail.so \
	$(B)/fakeparent $(B)/kafkad-walls $(B)/old $(B)/names $(B)/liar \
	$(B)/supervisor

KAFKAD_OBJS = $(DAEMON) $(CORE) $(CONFIG) $(MESOS) $(SHIM) $(COMMON) \
	$(SAN_OPTIONS)
KAFKAD_LIBS = $(LIBS_CURL) $(LIBS_EVENT) $(LIBS_JSON) $(LIBS_SECCOMP) \
	$(LIBS_HASH) $(LIBS_PACK) $(LIBS_BSD) $(LIBS_RESOLV) $(LIBS_GCC) -lm

$(B)/kafkad: $(KAFKAD_OBJS)
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(KAFKAD_LIBS)

# The same with what tries its walls.
WALLS = -Wl,--wrap=sandbox_parent,--wrap=sandbox_mesos,--wrap=sandbox_http

$(B)/kafkad-walls: $(KAFKAD_OBJS) $(B)/tests/walls/try.o
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) $(WALLS) -o $@ $^ $(KAFKAD_LIBS)

$(B)/kafkactl: $(CTL) $(COMMON)
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_EVENT) $(LIBS_JSON) \
		$(LIBS_BSD)

$(B)/minimesos: $(MINIMESOS)
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_EVENT) \
		$(LIBS_JSON) $(LIBS_TLS) $(LIBS_BSD) -lm

$(B)/standin: $(B)/tests/standin/standin.o
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_BSD)

$(B)/old: $(B)/tests/walls/old.o
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_SECCOMP)

$(B)/names: $(B)/tests/standin/names.o
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_EVENT) $(LIBS_BSD)

# For programs that were built without sanitizers, so they are, too.
$(B)/%.so: tests/standin/%.c
	@mkdir -p $(@D)
	@echo "link $@"
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE $(CFLAGS) $(WARN) -fPIC -shared \
		$(PKG_CFLAGS) -o $@ $< $(LIBS_BSD)

$(B)/fakeparent: $(B)/tests/fakeparent/fakeparent.o $(COMMON)
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_EVENT) $(LIBS_BSD)

$(B)/supervisor: $(B)/tests/supervisor/supervisor.o
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_BSD)

# kafkad, with a mesos process that does wrong when it is told to.
$(B)/liar: $(KAFKAD_OBJS) $(B)/tests/liar/liar.o
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -Wl,--wrap=mesos_main -o $@ $^ $(KAFKAD_LIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo "cc $<"
	$(Q)$(CC) $(ALL_CFLAGS) $(WARN) -c -o $@ $<

# Bison's own code is not written to our warnings.
$(B)/gen/conf_parse.h: daemon/config/parse.y
	@mkdir -p $(@D)
	@echo "bison $<"
	$(Q)bison -Wall -Werror -d -o $(B)/gen/conf_parse.c $<

$(B)/gen/conf_parse.o: $(B)/gen/conf_parse.h
	@echo "cc $(@D)/conf_parse.c"
	$(Q)$(CC) $(ALL_CFLAGS) -Wall -Werror -c -o $@ $(@D)/conf_parse.c

# The files of the status page, as strings of C.
PAGE = $(wildcard daemon/shim/page/page.*)

$(B)/gen/page_files.c: $(PAGE)
	@mkdir -p $(@D)
	@echo "page $@"
	$(Q){ echo '#include "shim/page.h"'; for f in $^; do \
		name=$${f##*/}; echo "const char $${name%.*}_$${name#*.}[] ="; \
		sed 's/[\\"]/\\&/g; s/^/"/; s/$$/\\n"/' "$$f"; echo ';'; \
	done; } >$@.new && mv $@.new $@

$(B)/gen/page_files.o: $(B)/gen/page_files.c
	@echo "cc $<"
	$(Q)$(CC) $(ALL_CFLAGS) $(WARN) -c -o $@ $<

$(B)/daemon/config/lex.o: $(B)/gen/conf_parse.h

include tests/tests.mk

demo: tools
	@tests/kafka/fetch build/kafka/libs
	@tests/kafka/demo

lint: $(B)/gen/conf_parse.h
	@tests/lint

format:
	clang-format -i $(shell find common ctl daemon tests -name '*.[ch]')

setup:
	@tests/setup

clean:
	rm -rf build

# The unit for one of several clusters is that for the only one, but for its
# file and its folders.
SERVICE = sed -e 's|/usr/local/sbin/|$(PREFIX)/sbin/|'
SERVICE_OF_SEVERAL = $(SERVICE) -e 's|^ExecStart=.*|& -f /etc/kafkad/%i.conf|' \
	-e 's,^\(State\|Runtime\)Directory=kafkad,&-%i,' \
	-e 's|^Description=.*|& (%i)|' -e '1,/^$$/d'

install: all
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/bin \
		$(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man7 \
		$(DESTDIR)$(MANDIR)/man8 $(DESTDIR)$(SYSCONFDIR) \
		$(DESTDIR)$(UNITDIR) $(DESTDIR)$(SYSUSERSDIR) \
		$(DESTDIR)$(TMPFILESDIR) $(DESTDIR)$(COMPLETIONDIR) \
		$(DESTDIR)$(ZSHCOMPLETIONDIR)
	install -m 755 $(B)/kafkad $(DESTDIR)$(PREFIX)/sbin/kafkad
	install -m 755 $(B)/kafkactl $(DESTDIR)$(PREFIX)/bin/kafkactl
	$(B)/kafkactl -C bash >$(DESTDIR)$(COMPLETIONDIR)/kafkactl
	$(B)/kafkactl -C zsh >$(DESTDIR)$(ZSHCOMPLETIONDIR)/_kafkactl
	install -m 644 man/*.5 $(DESTDIR)$(MANDIR)/man5/
	install -m 644 man/*.7 $(DESTDIR)$(MANDIR)/man7/
	install -m 644 man/*.8 $(DESTDIR)$(MANDIR)/man8/
	install -m 644 etc/kafkad.sysusers $(DESTDIR)$(SYSUSERSDIR)/kafkad.conf
	install -m 644 etc/kafkad.tmpfiles $(DESTDIR)$(TMPFILESDIR)/kafkad.conf
	$(SERVICE) etc/kafkad.service >$(DESTDIR)$(UNITDIR)/kafkad.service
	$(SERVICE_OF_SEVERAL) etc/kafkad.service \
		>$(DESTDIR)$(UNITDIR)/kafkad@.service
	chmod 644 $(DESTDIR)$(COMPLETIONDIR)/kafkactl \
		$(DESTDIR)$(ZSHCOMPLETIONDIR)/_kafkactl \
		$(DESTDIR)$(UNITDIR)/kafkad.service \
		$(DESTDIR)$(UNITDIR)/kafkad@.service
	test -e $(DESTDIR)$(SYSCONFDIR)/kafkad.conf || \
		install -m 640 etc/kafkad.conf $(DESTDIR)$(SYSCONFDIR)/

# The configuration stays, and so does the state.
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/sbin/kafkad $(DESTDIR)$(PREFIX)/bin/kafkactl \
		$(patsubst man/%,$(DESTDIR)$(MANDIR)/man5/%,$(wildcard man/*.5)) \
		$(patsubst man/%,$(DESTDIR)$(MANDIR)/man7/%,$(wildcard man/*.7)) \
		$(patsubst man/%,$(DESTDIR)$(MANDIR)/man8/%,$(wildcard man/*.8)) \
		$(DESTDIR)$(SYSUSERSDIR)/kafkad.conf \
		$(DESTDIR)$(TMPFILESDIR)/kafkad.conf \
		$(DESTDIR)$(COMPLETIONDIR)/kafkactl \
		$(DESTDIR)$(ZSHCOMPLETIONDIR)/_kafkactl \
		$(DESTDIR)$(UNITDIR)/kafkad.service \
		$(DESTDIR)$(UNITDIR)/kafkad@.service

# Of a copy, with etc/debian where Debian's tools look for it. Nothing of this
# make is handed on.
DEB_TREE = $(DEBDIR)/kafkad-$(VERSION)
deb:
	rm -rf $(DEB_TREE)
	mkdir -p $(DEB_TREE)
	cp -R Makefile LICENSE README.md common ctl daemon etc man tests \
		$(DEB_TREE)
	mv $(DEB_TREE)/etc/debian $(DEB_TREE)/debian
	cd $(DEB_TREE) && env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u CC \
		-u CFLAGS -u LDFLAGS dpkg-buildpackage -jauto -b -us -uc

-include $(shell find $(B) -name '*.d' 2>/dev/null)
