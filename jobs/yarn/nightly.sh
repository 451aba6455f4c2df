#!/usr/bin/env bash
# Goes on with a sweep on YARN until its grid is complete; for cron:
#   0 22 * * *  . /etc/trawl/nightly.env && /opt/trawl/jobs/yarn/nightly.sh >> $HOME/trawl-nightly.log 2>&1
# The environment names the sweep: MODEL, GRID (a file here or a URI) and OUTPUT, a URI that stays the same;
# SPARK_HOME and HADOOP_CONF_DIR as for spark-submit. May be set: EXECUTORS (4), CORES (8), OFF_HEAP (what the grid
# says, else 32g) and OVERHEAD (36g) of docs/sizing.md, SUMMARY (OUTPUT/summary.json), QUEUE, LOCK (a file in HOME for
# each OUTPUT), ATTEMPTS of the driver in a night (2; 1 if the grid has a stop rule, which a second attempt would begin
# anew), OPTIONS, more words for spark-submit, none with a space in it.
# Exit codes: those of trawl sweep, from the summary, since spark-submit knows only 0 and 1.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

fail() {
  echo "nightly: $1" >&2
  exit "${2:-1}"
}

for name in MODEL GRID OUTPUT SPARK_HOME HADOOP_CONF_DIR; do
  [ -n "${!name:-}" ] || fail "$name is not set; see the head of $0" 2
done
summary=${SUMMARY:-$OUTPUT/summary.json}
hadoop=${HADOOP_HOME:+$HADOOP_HOME/bin/}hadoop
command -v "$hadoop" > /dev/null || fail "no hadoop found, which reads $summary; set HADOOP_HOME"

# The night before may not be over. The ledger refuses a second run as well, but only on the cluster.
exec 9> "${LOCK:-$HOME/.trawl-nightly-$(cksum <<< "$OUTPUT" | cut -d" " -f1).lock}"
flock -n 9 || { echo "nightly: an earlier run is still at work"; exit 0; }

options=(--master yarn --deploy-mode cluster --num-executors "${EXECUTORS:-4}" --executor-cores "${CORES:-8}"
  --executor-memory 4g --driver-memory 2g --conf "spark.executor.memoryOverhead=${OVERHEAD:-36g}")
[ -z "${QUEUE:-}" ] || options+=(--queue "$QUEUE")
# Of two --files spark-submit takes the last.
files=()
read -r -a more <<< "${OPTIONS:-}"
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
attempts=2
! grep -q '^stop:' <<< "$grid" || attempts=1
# A driver that is lost with its machine is started again, and goes on.
options+=(--conf "spark.yarn.maxAppAttempts=${ATTEMPTS:-$attempts}")
flags=(--executors "${EXECUTORS:-4}" --cores "${CORES:-8}")
if [ -n "${OFF_HEAP:-}" ] || ! grep -q 'off-heap:' <<< "$grid"; then
  flags+=(--memory.off-heap "${OFF_HEAP:-32g}")
fi

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
