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
#   MINIMESOS_ADDRESS  the container's own address, if it has one: listening on
#                      every address means listening there
#   MINIMESOS_HOSTS    then also a file like /etc/hosts with the names of all
#                      such containers
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

# network_flags: what Java must be told in a container with an address of its
# own. Names may get another address at any time, so it shall not keep them.
# shellcheck disable=SC2034 # used by the images that need Java
network_flags=()
if [[ -n ${MINIMESOS_ADDRESS-} ]]; then
	# shellcheck disable=SC2034
	network_flags=("-Djdk.net.hosts.file=$MINIMESOS_HOSTS"
	    -Dsun.net.inetaddr.ttl=1 -Dsun.net.inetaddr.negative.ttl=0)
fi

# is_wildcard HOST: listening there is listening on every address.
is_wildcard()
{
	[[ -z $1 || $1 == 0.0.0.0 || $1 == '[::]' ]]
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

# zookeeper_own ENTRY: the member's own entry of ZOO_SERVERS as it is in this
# container: what listens on every address, or on the name that this container
# has elsewhere, listens on the container's address.
zookeeper_own()
{
	local spec=${1#*=} host rest client=''

	if [[ -z ${MINIMESOS_ADDRESS-} ]]; then
		printf '%s\n' "$1"
		return
	fi
	host=${spec%%:*} rest=${spec#*:}
	if [[ $rest == *\;* ]]; then
		client=${rest#*;} rest=${rest%%;*}
		[[ $client == *:* ]] || client=:$client
		! is_wildcard "${client%:*}" ||
		    client=$MINIMESOS_ADDRESS:${client##*:}
	fi
	if is_wildcard "$host" || [[ $host == localhost ||
	    " ${ZOO_CFG_EXTRA-} " == *' quorumListenOnAllIPs=true '* ]]; then
		host=$MINIMESOS_ADDRESS
	fi
	printf '%s=%s:%s%s\n' "${1%%=*}" "$host" "$rest" "${client:+;$client}"
}

# listeners_map LIST HOST: a list of Kafka's listeners with HOST instead of
# every address.
listeners_map()
{
	local one host list='' ifs=$IFS

	IFS=,
	for one in $1; do
		host=${one#*://} host=${host%:*}
		! is_wildcard "$host" || host=$2
		list+=${list:+,}${one%%://*}://$host:${one##*:}
	done
	IFS=$ifs
	printf '%s\n' "$list"
}

# kafka_network: in a container with an address of its own, the broker listens
# there; where none is advertised it is known by the canonical name of its
# host, which is the container's.
kafka_network()
{
	[[ -n ${MINIMESOS_ADDRESS-} ]] || return 0
	KAFKA_LISTENERS=$(listeners_map "$KAFKA_LISTENERS" \
	    "$MINIMESOS_ADDRESS")
	KAFKA_ADVERTISED_LISTENERS=$(listeners_map \
	    "$KAFKA_ADVERTISED_LISTENERS" "$HOSTNAME")
	export KAFKA_LISTENERS KAFKA_ADVERTISED_LISTENERS
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
	kafka_network
}
