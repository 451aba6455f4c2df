#!/usr/bin/env bash
# Says something, and ends with 1, only if the last night of jobs/yarn/nightly.sh went wrong; for cron, which mails it:
#   30 7 * * *  . /etc/trawl/nightly.env && /opt/trawl/jobs/yarn/check-night.sh
# Wrong is a night that failed, that still runs, or that never came to its driver: the summary is older than
# HOURS (24). A night that a stop rule ended is as it should be. SUMMARY (OUTPUT/summary.json) is what it reads.
set -euo pipefail

fail() {
  echo "nightly: $1" >&2
  exit "${2:-1}"
}

[ -n "${OUTPUT:-}" ] || fail "OUTPUT is not set; see the head of $0" 2
summary=${SUMMARY:-$OUTPUT/summary.json}
hadoop=${HADOOP_HOME:+$HADOOP_HOME/bin/}hadoop
command -v "$hadoop" > /dev/null || fail "no hadoop found, which reads $summary; set HADOOP_HOME" 2
line=$("$hadoop" fs -cat "$summary" | tail -n 1) && [ -n "$line" ] ||
  fail "$summary cannot be read (see above): no night has come to its driver yet, or the storage fails"
begun=$(sed -n 's/.*"start":"\([^"]*\)".*/\1/p' <<< "$line")
seconds=$(date -u -d "${begun:-@0}" +%s 2> /dev/null || echo 0)
[ $(($(date -u +%s) - seconds)) -le $((${HOURS:-24} * 3600)) ] ||
  fail "no run has come to its driver in ${HOURS:-24} hours; the last: $line"
code=$(sed -n 's/.*"exit_code":\([0-9]*\).*/\1/p' <<< "$line")
case $code in
  0) ;;
  '') fail "the run is still at work, or was killed: $line" ;;
  4) grep -q '"state":"stopped"' <<< "$line" || fail "points failed: $line" ;;
  *) fail "the run failed: $line" ;;
esac
