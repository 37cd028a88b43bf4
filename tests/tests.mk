# The tests. Each is a program that prints "ok …" and "not ok …"; tests/run
# counts them.

# Another SHA-256 than the product's.
LIBS_MD = $(shell pkg-config --libs libmd 2>/dev/null)
LIBS_CMOCKA = $(shell pkg-config --libs cmocka 2>/dev/null)

# All that is not a main program, for tests to take from.
LIB_OBJS = $(filter-out $(B)/daemon/kafkad.o,$(DAEMON)) $(CORE) $(CONFIG) \
	$(MESOS) $(SHIM) $(COMMON) $(filter-out $(B)/ctl/kafkactl.o,$(CTL))
TEST_HELPERS = $(patsubst %.c,$(B)/%.o,\
	$(filter-out tests/unit/test_%.c,$(wildcard tests/unit/*.c)))
UNIT = $(patsubst tests/unit/%.c,$(B)/tests/unit/%,\
	$(wildcard tests/unit/test_*.c))
# Scripts that need only what is built: seconds each.
QUICK_SCRIPTS = tests/config/run tests/images/check tests/install/check
# With minimesos: seconds to a minute each.
INTEGRATION = tests/minimesos/check_captures.sh tests/install/package \
	$(wildcard tests/integration/[0-9]*.sh)
# With the real ZooKeeper and Kafka: minutes.
REAL = $(wildcard tests/kafka/[0-9]*.sh)

export B
export TOP := $(CURDIR)
export KAFKACTL = $(B)/kafkactl

$(B)/libkafkad.a: $(LIB_OBJS)
	$(Q)rm -f $@
	$(Q)ar rcs $@ $^

$(B)/tests/unit/test_%: $(B)/tests/unit/test_%.o $(TEST_HELPERS) \
    $(B)/libkafkad.a
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_CMOCKA) $(LIBS_CURL) \
		$(LIBS_EVENT) $(LIBS_JSON) $(LIBS_SECCOMP) $(LIBS_HASH) \
		$(LIBS_PACK) $(LIBS_MD) $(LIBS_BSD) $(LIBS_RESOLV) -lm

# The simulator: the daemon's own parent and core on a disk in memory, under a
# model of Mesos in virtual time.
SIM = $(B)/tests/sim/sim
SIM_OBJS = $(patsubst %.c,$(B)/%.o,$(wildcard tests/sim/*.c)) \
	$(B)/tests/sim/store.o

$(B)/tests/sim/store.o: daemon/store.c tests/sim/disk_names.h
	@mkdir -p $(@D)
	@echo "cc $< (on a disk in memory)"
	$(Q)$(CC) $(ALL_CFLAGS) $(WARN) -include tests/sim/disk_names.h -c \
		-o $@ $<

$(SIM): $(SIM_OBJS) $(B)/libkafkad.a
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_EVENT) $(LIBS_JSON) \
		$(LIBS_HASH) $(LIBS_PACK) $(LIBS_BSD) $(LIBS_RESOLV) -lm

# kafkad with the kill points of common/killpoint.h, in a folder of its own.
# Its children are asked whether they hang each second, and started again soon.
KILL_B = $(B)-kill
KILL_FLAGS = -DKILL_POINTS -DPROC_PING=1 -DPROC_DELAY_MAX=100
KILL = $(KILL_B)/kafkad $(B)/killpoints

.PHONY: $(KILL_B)/kafkad
kill-points: $(KILL)
$(KILL_B)/kafkad:
	@$(MAKE) --no-print-directory B=$(KILL_B) \
		CFLAGS="$(CFLAGS) $(KILL_FLAGS)" $(KILL_B)/kafkad

$(B)/killpoints: $(B)/tests/killpoints/killpoints.o $(B)/common/msg.o
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_BSD)

# The fuzzers' corpora, without a fuzzer.
FUZZ_NAMES = $(sort $(patsubst tests/fuzz/fuzz_%.c,%,\
	$(wildcard tests/fuzz/fuzz_*.c)))
REPLAY = $(patsubst %,$(B)/tests/fuzz/replay_%,$(FUZZ_NAMES))
# An archive, so that a target takes only what it needs of it.
FUZZ_RIG = $(patsubst %.c,$(B)/%.o,$(filter-out tests/fuzz/fuzz_%.c \
	tests/fuzz/replay.c,$(wildcard tests/fuzz/*.c)))
FUZZ_LIBS = $(B)/tests/fuzz/librig.a $(B)/libkafkad.a
FUZZ_LINK = $(LIBS_CURL) $(LIBS_EVENT) $(LIBS_JSON) $(LIBS_HASH) \
	$(LIBS_PACK) $(LIBS_MD) $(LIBS_BSD) $(LIBS_RESOLV) -lm

$(B)/tests/fuzz/librig.a: $(FUZZ_RIG)
	$(Q)rm -f $@
	$(Q)ar rcs $@ $^

$(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o \
    $(FUZZ_LIBS)
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(FUZZ_LIBS) \
		$(FUZZ_LINK)

# These read files that their input names, and must see made up ones.
FUZZ_CONF = $(patsubst %,$(B)/tests/fuzz/files/%.o,daemon/config/file \
	daemon/config/lex)
FUZZ_IMPORT = $(B)/tests/fuzz/files/daemon/import.o

$(B)/tests/fuzz/files/%.o: %.c tests/fuzz/rig_files.h $(B)/gen/conf_parse.h
	@mkdir -p $(@D)
	@echo "cc $< (on files in memory)"
	$(Q)$(CC) $(ALL_CFLAGS) $(WARN) -include tests/fuzz/rig_files.h -c \
		-o $@ $<

$(B)/tests/fuzz/replay_conf $(B)/tests/fuzz/fuzz_conf: $(FUZZ_CONF)
$(B)/tests/fuzz/replay_import $(B)/tests/fuzz/fuzz_import: $(FUZZ_IMPORT)

# make fuzz FUZZ="line state" SECS=60; tests/fuzz/README.md
fuzz:
	@tests/fuzz/run -t $(or $(SECS),60) $(or $(FUZZ),$(FUZZ_NAMES))

# Built by tests/fuzz/run, with what libFuzzer needs.
$(B)/tests/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(FUZZ_LIBS)
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $(filter %.o,$^) \
		$(FUZZ_LIBS) $(FUZZ_LINK)

.PHONY: tests-built kill-points sim mutants fuzz bench bench-quick
tests-built: tools $(UNIT) $(SIM) $(REPLAY)

# make sim SEEDS=1000 FIRST=1; make mutants
sim: $(SIM)
	@$(SIM) -s $(or $(FIRST),1) -n $(or $(SEEDS),1000)

# Small wrong changes, each of which the simulator must catch.
mutants:
	@tests/sim/mutate

# Speed and size, beside what is compared with them in the same run; fails if
# a limit is missed. BENCH="storm idle" runs some.
$(B)/bench/%: $(B)/tests/bench/%.o
	@mkdir -p $(@D)
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(BENCH_LIBS)

BENCH_LIBS = $(LIBS_CURL) $(LIBS_EVENT) $(LIBS_JSON) $(LIBS_BSD)
BENCH_TOOLS = $(patsubst tests/bench/%.c,$(B)/bench/%,\
	$(wildcard tests/bench/*.c))

bench: tools $(BENCH_TOOLS) $(B)/pause.so
	@tests/bench/run

# What can be counted, and is the same each time, but for the compiler.
STEPS = $(B)/bench/steps
EXACT = $(if $(SANITIZE)$(filter-out cc gcc,$(notdir $(CC))),,\
	$(if $(filter-out -O2 -g,$(CFLAGS)),,tests/bench/quick/run))

$(STEPS): $(patsubst %.c,$(B)/%.o,$(wildcard tests/bench/quick/*.c)) \
    $(TEST_HELPERS) $(B)/libkafkad.a
	@mkdir -p $(@D)
	@echo "link $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_CMOCKA) $(FUZZ_LINK)

bench-quick: $(STEPS)
	@tests/run $(or $(EXACT),\
		$(error bench-quick is for gcc with the usual CFLAGS))

quickcheck: tests-built
	@tests/run -j 2 $(UNIT) $(REPLAY) $(QUICK_SCRIPTS)

check: tests-built $(KILL) $(if $(EXACT),$(STEPS))
	@tests/kafka/fetch build/kafka/libs
	@tests/run -j 3 -t 900 $(REAL) $(UNIT) $(REPLAY) $(QUICK_SCRIPTS) $(SIM) \
		$(EXACT) $(INTEGRATION)

# Everything with every compiler and tool that finds mistakes. The valgrind
# run needs a build that may be traced. What the C library would free at exit
# for valgrind alone stays: the threads of its resolver have no order there.
VALGRIND = valgrind -q --vgdb=no --trace-children=yes --leak-check=full \
	--run-libc-freeres=no --show-leak-kinds=definite \
	--errors-for-leak-kinds=definite --error-exitcode=99

.PHONY: check-valgrind
check-valgrind: tools
	@WRAP="$(VALGRIND)" LIMIT=90 \
		tests/run -t 900 tests/integration/00-start.sh

check-all:
	$(MAKE) lint
	$(MAKE) check CC=gcc
	$(MAKE) check-fake CC=clang
	$(MAKE) check-fake CC=clang SANITIZE=address,undefined
	$(MAKE) quickcheck CC=gcc SANITIZE=address,undefined
	$(MAKE) check-valgrind B=build/valgrind \
		CFLAGS="-O1 -g -DSANDBOX_TRACED=1"

# All but the real ZooKeeper and Kafka.
.PHONY: check-fake
check-fake: tests-built $(KILL)
	@tests/run -j 3 -t 900 $(UNIT) $(REPLAY) $(QUICK_SCRIPTS) $(SIM) \
		$(INTEGRATION)
