# shellcheck shell=bash
#
# What the image scripts share. An image here is a script that keeps the
# contract of a container image: the same environment variables, the same
# paths inside the container, the same exit when something is missing. It is
# started by minimesos, as a plain process, with
#
#   MESOS_SANDBOX      a directory of its own
#   MINIMESOS_MOUNTS   lines of container_path=real_directory
#   KAFKA_HOME, JAVA   the jars (in libs/) and the Java to run them
#   STANDIN            the stand-in program, for the images that need no Java
#
# and the task's own variables. Only the sandbox and the mounts are written to.

export LC_ALL=C
: "${MESOS_SANDBOX:=$PWD}"

die()
{
	printf '%s\n' "$*"
	exit 1
}

# mount_of PATH: the real path of a path inside the container, through the
# mount with the longest matching container path. Fails when there is none.
mount_of()
{
	local from to line best='' real=''

	while IFS= read -r line; do
		from=${line%%=*} to=${line#*=}
		[[ -n $from && $line == *=* ]] || continue
		[[ $1 == "$from" || $1 == "${from%/}"/* ]] || continue
		((${#from} >= ${#best})) || continue
		best=${from%/} real=$to${1#"${from%/}"}
	done <<<"${MINIMESOS_MOUNTS-}"
	[[ -n $real ]] || return 1
	printf '%s\n' "$real"
}

# real_path PATH: as mount_of, but a path without a mount is the container's
# own and lies below the sandbox, where it ends with the task.
real_path()
{
	mount_of "$1" || printf '%s%s\n' "$MESOS_SANDBOX" "/${1#/}"
}

# require VARIABLE...: like the images do, end when one is missing.
require()
{
	local name

	for name; do
		[[ -n ${!name-} ]] || die "$name is required."
	done
}

# The defaults that zookeeper's Dockerfile sets.
zookeeper_defaults()
{
	: "${ZOO_DATA_DIR:=/data}"
	: "${ZOO_DATA_LOG_DIR:=/datalog}"
	: "${ZOO_CONF_DIR:=/conf}"
	: "${ZOO_TICK_TIME:=2000}"
	: "${ZOO_INIT_LIMIT:=5}"
	: "${ZOO_SYNC_LIMIT:=2}"
	: "${ZOO_AUTOPURGE_PURGEINTERVAL:=0}"
	: "${ZOO_AUTOPURGE_SNAPRETAINCOUNT:=3}"
	: "${ZOO_MAX_CLIENT_CNXNS:=60}"
	: "${ZOO_STANDALONE_ENABLED:=true}"
	: "${ZOO_ADMINSERVER_ENABLED:=true}"
	: "${ZOO_SERVERS:=server.1=localhost:2888:3888;2181}"
}

# zookeeper_myid DIR: the id of a member lives with its data. The variable
# only counts for a new volume.
zookeeper_myid()
{
	[[ -f $1/myid ]] || printf '%s\n' "${ZOO_MY_ID:-1}" >"$1/myid"
}

# kafka_listeners_default: without KAFKA_LISTENERS the broker listens on every
# address, on the ports that it advertises.
kafka_listeners_default()
{
	local one list='' ifs=$IFS

	[[ -z ${KAFKA_LISTENERS-} ]] || return 0
	IFS=,
	for one in $KAFKA_ADVERTISED_LISTENERS; do
		list+=${list:+,}${one%%://*}://0.0.0.0:${one##*:}
	done
	IFS=$ifs
	export KAFKA_LISTENERS=$list
}

# What both brokers, real and stand-in, refuse to start without or with.
kafka_check_environment()
{
	local name

	require KAFKA_ZOOKEEPER_CONNECT KAFKA_ADVERTISED_LISTENERS
	for name in KAFKA_ADVERTISED_HOST KAFKA_ADVERTISED_PORT KAFKA_HOST \
	    KAFKA_PORT; do
		[[ -z ${!name-} ]] || die "$name is deprecated." \
		    "Please use KAFKA_ADVERTISED_LISTENERS instead."
	done
	kafka_listeners_default
}
