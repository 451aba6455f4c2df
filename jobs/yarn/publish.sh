#!/usr/bin/env bash
# Publishes the winner of a sweep if it helps: the summary says that the grid is complete, that helps is true and that
# p is at most LARGEST_P (0.05). For cron, after jobs/yarn/nightly.sh and with its environment:
#   0 9 * * *  . /etc/trawl/nightly.env && PUBLISH_TO=hdfs:///models/my-model-denoised /opt/trawl/jobs/yarn/publish.sh >> $HOME/trawl-nightly.log 2>&1 || [ $? -eq 4 ] || echo "publish failed, see $HOME/trawl-nightly.log"
# Writes PUBLISH_TO by trawl denoise --from-sweep OUTPUT, in place of an earlier winner; one that is there already stays.
# Or runs a command in place of that, unless PUBLISH_TO, if it is set, holds the same winner of as large a grid:
#   SUMMARY=s3://models/runs/sweep.json PUBLISH_TO=s3://models/my-model-denoised jobs/yarn/publish.sh kubectl replace --force -f publish.yaml
# Reads SUMMARY (OUTPUT/summary.json): s3://… by the AWS command line, all else by hadoop fs. May be set, too: EXECUTORS
# and CORES, MASTER, QUEUE and OPTIONS as for nightly.sh, PUBLISHED, the summary of the publication (OUTPUT/published.json).
# Exit codes: 0 it is published, or handed over where a command does that and goes on by itself; 4 nothing is published, and
# a line says why; else those of the command.
set -euo pipefail
export LC_ALL=C
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

fail() {
  echo "publish: $1" >&2
  exit "${2:-1}"
}

leave() {
  echo "publish: nothing is published: $1"
  exit 4
}

[ -n "${SUMMARY:-}${OUTPUT:-}" ] || fail "OUTPUT is not set; see the head of $0" 2
most=${LARGEST_P:-0.05}
[[ $most =~ ^[0-9]*\.?[0-9]+$ ]] || fail "LARGEST_P=$most is no number such as 0.05" 2
summary=${SUMMARY:-$OUTPUT/summary.json}
hadoop=${HADOOP_HOME:+$HADOOP_HOME/bin/}hadoop
reader=$hadoop
[[ $summary != s3://* ]] || reader=aws
command -v "$reader" > /dev/null || fail "no $reader found, which reads $summary" 2

# text URI: what the file holds.
text() {
  case $1 in
    s3://*) aws s3 cp "$1" - ;;
    *) "$hadoop" fs -cat "$1" ;;
  esac
}

line=$(text "$summary" | tail -n 1) && [ -n "$line" ] || fail "$summary cannot be read (see above)"

[[ $line == *'"exit_code":0,'* ]] || leave "the sweep is not complete: $line"
# An object without others in it. A quote within a string is escaped, so what looks like a key is one.
best=$(sed -n 's/.*"best":{\([^}]*\)}.*/\1/p' <<< "$line")
[ -n "$best" ] || leave "no point is as good as the unmodified model"
[[ ",$best," == *',"helps":true,'* ]] || leave "the best point does not help: $best"
p=$(sed -n 's/.*"p":\([0-9.E-]*\).*/\1/p' <<< "$best")
[ -n "$p" ] && awk -v p="$p" -v most="$most" 'BEGIN { exit !(p + 0 <= most + 0) }' ||
  leave "p is above $most: $best"
echo "publish: $(date -u +%FT%TZ) $best"
if [ $# -gt 0 ]; then
  if [ -n "${PUBLISH_TO:-}" ]; then
    point=$(sed -n 's/.*"point":"\([^"]*\)".*/\1/p' <<< "$best")
    planned=$(sed -n 's/.*"planned":\([0-9]*\).*/\1/p' <<< "$line")
    sweep=$(sed -n 's/.*"output":"\([^"]*\)".*/\1/p' <<< "$line")
    sweep=${sweep%/} sweep=${sweep##*/}
    there=$(text "${PUBLISH_TO%/}/trawl.json" 2> /dev/null | tr -d ' \n' || true)
    [[ $there != *"\"sweep\":{\"name\":\"$sweep\","*"\"planned\":$planned,"* || $there != *"\"point\":\"$point\""* ]] ||
      leave "$PUBLISH_TO holds this winner already"
  fi
  exec "$@"
fi

for name in OUTPUT PUBLISH_TO SPARK_HOME; do
  [ -n "${!name:-}" ] || fail "$name is not set; see the head of $0" 2
done
command -v "$hadoop" > /dev/null || fail "no hadoop found, which reads how it went; set HADOOP_HOME" 2
published=${PUBLISHED:-$OUTPUT/published.json}
master=${MASTER:-yarn} executors=${EXECUTORS:-4} cores=${CORES:-8}
options=(--master "$master" --deploy-mode cluster --executor-cores "$cores" --executor-memory 2g --driver-memory 2g)
case $master in
  yarn)
    options+=(--num-executors "$executors" --conf spark.executor.memoryOverhead=5g --conf spark.yarn.maxAppAttempts=1)
    [ -z "${QUEUE:-}" ] || options+=(--queue "$QUEUE") ;;
  *) options+=(--total-executor-cores $((executors * cores))) ;;
esac
read -r -d '' -a more <<< "${OPTIONS:-}" || true
options+=("${more[@]+"${more[@]}"}")

# write [FLAG]: leaves the exit code in code and, of a run that came to its driver, what that told in line.
write() {
  local started begun
  started=$(date -u +%s)
  "$home/jobs/trawl" "${options[@]}" denoise --from-sweep "$OUTPUT" --output "$PUBLISH_TO" "$@" --summary "$published" &&
    code=0 || code=$?
  line=$("$hadoop" fs -cat "$published" 2> /dev/null | tail -n 1 || true)
  begun=$(sed -n 's/.*"start":"\([^"]*\)".*/\1/p' <<< "$line")
  # Clocks may differ by a minute.
  [ "$(date -u -d "${begun:-@0}" +%s 2> /dev/null || echo 0)" -ge $((started - 60)) ] || line=
}

# Without --overwrite first: this winner may be there already.
write
if [ "$code" -ne 0 ] && [[ $line == *'"exit_code":2,'*--overwrite* ]]; then
  write --overwrite
fi
echo "publish: $(date -u +%FT%TZ) ${line:-no summary}"
if [ "$code" -ne 0 ]; then
  told=$(sed -n 's/.*"exit_code":\([0-9]*\).*/\1/p' <<< "$line")
  [ "${told:-0}" -ne 0 ] || told=$code
  exit "$told"
fi
