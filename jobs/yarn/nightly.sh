#!/usr/bin/env bash
# Goes on with a sweep on YARN or a standalone cluster until its grid is complete; for cron:
#   0 22 * * *  . /etc/trawl/nightly.env && /opt/trawl/jobs/yarn/nightly.sh >> $HOME/trawl-nightly.log 2>&1
# The environment names the sweep: MODEL, GRID and OUTPUT, URIs that stay the same (on YARN the grid may be a file
# here); SPARK_HOME, HADOOP_HOME and HADOOP_CONF_DIR as for spark-submit and hadoop fs. May be set:
#   MASTER (yarn)  or spark://HOST:7077
#   EXECUTORS (4), CORES (8), OFF_HEAP (what the grid says, else 32g), OVERHEAD (36g), for 7B: docs/sizing.md
#   SUMMARY (OUTPUT/summary.json), LOCK (a file in HOME for each OUTPUT), QUEUE of YARN
#   ATTEMPTS of YARN's driver in a night (2; 1 with a stop rule, which a second attempt would begin anew)
#   OPTIONS, more words for spark-submit, and FLAGS, for trawl sweep, such as --yes; none has a space in it
# Exit codes: those of trawl sweep, from the summary, since spark-submit knows only 0 and 1, which stays where the driver
# was killed or the summary is another run's; 75 while an earlier night is still at work.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

fail() {
  echo "nightly: $1" >&2
  exit "${2:-1}"
}

for name in MODEL GRID OUTPUT SPARK_HOME HADOOP_CONF_DIR; do
  [ -n "${!name:-}" ] || fail "$name is not set; see the head of $0" 2
done
master=${MASTER:-yarn} executors=${EXECUTORS:-4} cores=${CORES:-8}
summary=${SUMMARY:-$OUTPUT/summary.json}
hadoop=${HADOOP_HOME:+$HADOOP_HOME/bin/}hadoop
command -v "$hadoop" > /dev/null || fail "no hadoop found, which reads $summary; set HADOOP_HOME"

# The night before may not be over. The ledger refuses a second run as well, but only on the cluster.
lock=${LOCK:-$HOME/.trawl-nightly-$(cksum <<< "$OUTPUT" | cut -d" " -f1).lock}
exec 9> "$lock"
flock -n 9 || { echo "nightly: an earlier night is still at work; fuser -v $lock names its processes"; exit 75; }

options=(--master "$master" --deploy-mode cluster --executor-cores "$cores" --executor-memory 4g --driver-memory 2g)
# Of two --files spark-submit takes the last.
files=()
read -r -d '' -a more <<< "${OPTIONS:-}" || true
for ((i = 0; i < ${#more[@]}; i++)); do
  case ${more[i]} in
    --files=*) files+=("${more[i]#*=}") ;;
    --files)
      i=$((i + 1))
      files+=("${more[i]:?OPTIONS ends with --files}") ;;
    *) options+=("${more[i]}") ;;
  esac
done
config=$GRID
if [[ $GRID == *:/* ]]; then
  grid=$("$hadoop" fs -cat "$GRID") || fail "GRID=$GRID cannot be read (see above)" 2
else
  [ "$master" = yarn ] || fail "GRID=$GRID is no URI, and the driver runs on another machine; give a URI" 2
  [ -f "$GRID" ] || fail "GRID=$GRID is no file here; give its path or a URI" 2
  # YARN brings it into the driver's directory.
  files+=("$GRID")
  config=${GRID##*/}
  grid=$(< "$GRID")
fi
if [ ${#files[@]} -gt 0 ]; then
  joined=$(IFS=,; echo "${files[*]}")
  options+=(--files "$joined")
fi
flags=(--executors "$executors" --cores "$cores")
read -r -d '' -a more <<< "${FLAGS:-}" || true
# Keys of the grid and flags: as a block, with a dot, within braces, in quotes; not in a comment.
said=$(sed 's/#.*//' <<< "$grid"; printf '%s\n' "${more[@]+"${more[@]}"}")
if [ -n "${OFF_HEAP:-}" ] || ! grep -Eq '(^|[^A-Za-z0-9-])off-heap["'\'']?([[:space:]]*:|=|$)' <<< "$said"; then
  flags+=(--memory.off-heap "${OFF_HEAP:-32g}")
fi
flags+=("${more[@]+"${more[@]}"}")
case $master in
  yarn)
    attempts=2
    ! grep -Eq '^(--)?["'\'']?stop["'\'']?[[:space:]]*[.:]' <<< "$said" || attempts=1
    # A driver that is lost with its machine is started again, and goes on.
    options+=(--num-executors "$executors" --conf "spark.executor.memoryOverhead=${OVERHEAD:-36g}"
      --conf "spark.yarn.maxAppAttempts=${ATTEMPTS:-$attempts}")
    [ -z "${QUEUE:-}" ] || options+=(--queue "$QUEUE") ;;
  spark://*) options+=(--total-executor-cores $((executors * cores))) ;;
  *) fail "MASTER=$master is neither yarn nor spark://HOST:PORT" 2 ;;
esac

echo "nightly: $(date -u +%FT%TZ) $MODEL -> $OUTPUT"
started=$(date -u +%s)
"$home/jobs/trawl" "${options[@]}" sweep --config "$config" --model "$MODEL" --output "$OUTPUT" \
  "${flags[@]}" --summary "$summary" && code=0 || code=$?
line=$("$hadoop" fs -cat "$summary" 2> /dev/null | tail -n 1 || true)
# That of an earlier night tells nothing of a submission that never got to its driver. Clocks may differ by a minute.
begun=$(sed -n 's/.*"start":"\([^"]*\)".*/\1/p' <<< "$line")
if [ -n "$line" ] && [ "$(date -u -d "${begun:-@0}" +%s 2> /dev/null || echo 0)" -lt $((started - 60)) ]; then
  line=
fi
echo "nightly: $(date -u +%FT%TZ) after $(($(date -u +%s) - started)) s: ${line:-no summary}"
if [ "$code" -ne 0 ]; then
  told=$(sed -n 's/.*"exit_code":\([0-9]*\).*/\1/p' <<< "$line")
  [ "${told:-0}" -ne 0 ] || told=$code
  exit "$told"
fi
