#!/usr/bin/env bash
# The same as 16-crash.sh with twenty instances on twenty-five agents.
export ROUNDS=${ROUNDS:-25} AGENTS=25 ZOOKEEPERS=3 BROKERS=14 SPARE=3
export LIMIT=${LIMIT:-60}
exec "$TOP/tests/integration/16-crash.sh"
