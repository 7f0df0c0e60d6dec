#!/usr/bin/env bash
# What a shell entrypoint does to start a service: asks IMDS with curl, takes the statsd host from ifconfig's output,
# makes the folders, puts the options together, and execs. IMDS is where the service is asked; JAVA what is run.
# shellcheck disable=SC2086 # options are split into words on purpose
set -u

if [ "$(curl -s -o /dev/null -m 2 -w '%{http_code}' "$IMDS/latest/meta-data/local-ipv4")" = 200 ]; then
  host_ip=$(curl -s -m 2 "$IMDS/latest/meta-data/local-ipv4")
else
  host_ip=localhost
fi
base=$(ifconfig | grep -A1 '^[a-z]' | awk '/inet /{print $2; exit}' | cut -d. -f1-3)
logs=$ROOT/log/$(hostname)
mkdir -p "$logs" "$ROOT/heap_dumps"
jar=$(ls $ROOT/app/*.jar | head -n 1)
exec "$JAVA" -Xms512m -Xmx512m -XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath="$ROOT/heap_dumps" \
  -Dsun.net.inetaddr.ttl=5 -Dcontainer.id="$(hostname)" -Dhostname="$host_ip" \
  -Dlog.service.output="$logs/service.log" -Dlog.access.output="$logs/access.log" \
  -Ddatadog.host="$base.1" ${JVM_ARGS:-} -jar "$jar" "$@"
