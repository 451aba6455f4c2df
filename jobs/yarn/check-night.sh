#!/usr/bin/env bash
# Says something, and ends with 1, only if the last night of a sweep went wrong; for cron, which mails it:
#   30 7 * * *  . /etc/trawl/nightly.env && /opt/trawl/jobs/yarn/check-night.sh
# Wrong is a night that failed, in which points failed, that still runs, or that never came to its driver: the last run
# ended, or began if it has not ended, more than HOURS (24) ago. A night that a stop rule ended in time is as it should be,
# and so is one that another line of cron killed: KILLED names the file in which that line leaves what it said, and which
# is empty if it found nothing to kill. With KILLED=1 any killed run is, also one that was killed for its memory.
# Reads SUMMARY (OUTPUT/summary.json): s3://… by the AWS command line, all else by hadoop fs.
set -euo pipefail

fail() {
  echo "nightly: $1" >&2
  exit "${2:-1}"
}

[ -n "${SUMMARY:-}${OUTPUT:-}" ] || fail "OUTPUT is not set; see the head of $0" 2
summary=${SUMMARY:-$OUTPUT/summary.json}
case $summary in
  s3://*)
    reader=(aws s3 cp "$summary" -)
    command -v aws > /dev/null || fail "no aws found, which reads $summary; install the AWS command line" 2 ;;
  *)
    reader=("${HADOOP_HOME:+$HADOOP_HOME/bin/}hadoop" fs -cat "$summary")
    command -v "${reader[0]}" > /dev/null || fail "no hadoop found, which reads $summary; set HADOOP_HOME" 2 ;;
esac
# Warnings of a reader that succeeds are no mail.
warnings=$(mktemp)
trap 'rm -f "$warnings"' EXIT
line=$("${reader[@]}" 2> "$warnings" | tail -n 1) && [ -n "$line" ] || {
  cat "$warnings" >&2
  fail "$summary cannot be read (see above): no night has come to its driver yet, or the storage fails"
}

# word KEY, number KEY: the last such value.
word() {
  sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<< "$line"
}
number() {
  sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" <<< "$line"
}

# Whether the run was killed on purpose.
is_meant() {
  case ${KILLED:-} in
    '') return 1 ;;
    1) ;;
    *) [ -s "$KILLED" ] && [ "$(date -u -r "$KILLED" +%s)" -ge "$(date -u -d "$(word start)" +%s)" ] ;;
  esac
}

code=$(number exit_code)
last=$(word "$([ -n "$code" ] && echo end || echo start)")
seconds=$(date -u -d "${last:-@0}" +%s 2> /dev/null || echo 0)
if [ -z "$code" ] && ! is_meant; then
  fail "the run that began at ${last:-an unknown time} is still at work, or was killed: $line"
fi
[ $(($(date -u +%s) - seconds)) -le $((${HOURS:-24} * 3600)) ] ||
  fail "no run has come to its driver in ${HOURS:-24} hours; the last: $line"
case $code in
  0 | '') ;;
  1)
    grep -q '"error":"trawl: interrupted' <<< "$line" && is_meant || fail "the run failed: $line" ;;
  4)
    [[ $line == *'"state":"stopped"'* && $(number failures) -eq 0 && $(number failed) -eq 0 ]] ||
      fail "points failed: $line" ;;
  *) fail "the run failed: $line" ;;
esac
