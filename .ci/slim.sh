#!/usr/bin/env bash
# What the library asks for, a figure on each line: its size, what it runs in, how fast it starts.
# make slim calls it: .ci/slim.sh JAR BYTES_MAX, with JAVA_HOME set and a Redis server on the PATH.
set -euo pipefail
export LC_ALL=C
unset REDSTART_TOKEN JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS

jar=$1 bytes_max=$2 millis_max=150 runs=11 seconds_max=120
modules=java.base,jdk.httpserver heap=32m dir=target/slim failed=0 started=() TIMEFORMAT=%R
trap 'kill -9 $(jobs -pr) 2>/dev/null || true' EXIT # the service's Redis ends with it

give_up() { echo "make slim: $*" >&2; exit 1; }
is_late() { [ $SECONDS -gt $seconds_max ]; }
limit() { if [ "$2" -le "$3" ]; then echo "$1"; else echo "$1: TOO MUCH"; failed=1; fi; } # TEXT VALUE MAX
member() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" | head -n 1; }
count() { echo $(($(sort -u "$1" | wc -l))); }
median() { sort -n "$1" | awk -v middle=$(((runs + 1) / 2)) 'NR == middle { printf "%d", $1 * 1000 }'; }
start() { $dir/runtime/bin/java -Xmx$heap -XX:+ExitOnOutOfMemoryError -jar "$jar" "$@" <&0 2>> $dir/log & started+=($!); } # VERB...
slim() { # VERB...: runs it to its end
  start "$@"; local pid=$!
  while kill -0 $pid 2>/dev/null; do note_memory; sleep 0.1; if is_late; then kill -9 $pid 2>/dev/null || true; fi; done
  wait $pid || give_up "\"$*\" failed with -Xmx$heap in a runtime of $modules: $(tail -n 20 $dir/log)"
}
note_memory() { # where Linux tells it
  sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' $(printf '/proc/%d/status ' "${started[@]}") >> $dir/peaks 2>/dev/null || true
}
report() { # TEXT GOT EXPECTED: what was done, and how much memory the largest of its JVMs had
  [ "$2" = "$3" ] || give_up "$1: not \"$3\" but \"$2\". $(tail -n 20 $dir/log)"
  local peak; peak=$(sort -n $dir/peaks | tail -n 1); rm $dir/peaks; started=()
  echo "$1; heap of $heap${peak:+, resident at most $((peak / 1024)) MB}"
}
http() { # METHOD PATH BODY; 1.0, so that the answer does not come in chunks
  exec 3<> "/dev/tcp/127.0.0.1/${url##*:}" || give_up "the service is gone: $(tail -n 20 $dir/log)"
  printf '%s %s HTTP/1.0\r\nHost: localhost\r\nA2A-Version: 1.0\r\n' "$1" "$2" >&3
  printf 'Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' ${#3} "$3" >&3
  while ! is_late && { IFS= read -r -t 20 line <&3 || [ -n "$line" ]; }; do echo "$line"; done
}

rm -rf $dir && mkdir -p $dir
limit "jar: $(($(wc -c < "$jar"))) bytes, at most $bytes_max" $(($(wc -c < "$jar"))) "$bytes_max"
"$JAVA_HOME/bin/jlink" --add-modules $modules --strip-java-debug-attributes --no-man-pages --no-header-files \
  --output $dir/runtime > $dir/log 2>&1 || give_up "needs a JDK with jlink, and its jmods where they come apart: $(cat $dir/log)"
echo "runtime: $($dir/runtime/bin/java --list-modules | xargs), $(($(du -sk $dir/runtime | cut -f 1) / 1024)) MB"
start serve --embedded --port 0 --agent echo --a2a --json > $dir/address
until grep -q url $dir/address; do
  if is_late || ! kill -0 "${started[0]}" 2>/dev/null; then give_up "the service did not start: $(cat $dir/log)"; fi
  sleep 0.1
done
export REDIS_URL=$(member redis < $dir/address) url=$(member url < $dir/address) service=$! started=()

slim queue push slim:queue - >> $dir/log < <(seq 1000 | sed 's/.*/{"id": "&"}/')
slim queue pop slim:queue --count 1000 > $dir/tasks
report "queue: 1000 tasks pushed, taken, done" "$(count $dir/tasks)" 1000
slim call EVAL "for i = 1, 1000 do redis.call('XADD', KEYS[1], '*', 'number', i) end" 1 slim:stream >> $dir/log
slim stream consume slim:stream --group g --count 1000 > $dir/entries
report "stream: 1000 entries consumed by a group" "$(count $dir/entries)" 1000
slim scenario summoner --session-id slim --max-children 3 >> $dir/log
for child in 1 2 3; do start scenario chocobo --session-id slim --child-id $child >> $dir/log; done
slim scenario moogle --session-id slim > $dir/reports
report "session: a parent and three children" "$(tail -n 1 $dir/reports)" "3 tasks sent, 3 reports"
session=/api/v1/sessions/$(http POST /api/v1/sessions '{}' | member session_id)
answer=$(http POST "$session/messages" '{"content": "once upon a time"}' | member assistant_message_id)
http GET "$session/messages/$answer/stream" '' > $dir/stream
http GET /.well-known/agent-card.json '' > $dir/card
http POST /a2a '{"jsonrpc": "2.0", "id": 1, "method": "SendMessage", "params": {"message":
  {"messageId": "m", "role": "ROLE_USER", "parts": [{"text": "HELLO"}]}}}' > $dir/a2a
started=($service) && note_memory
report "service: an answer streamed to its end, the A2A card, an A2A message" \
  "$(grep -c '"message_end"' $dir/stream) $(grep -c 'Text converter' $dir/card) $(grep -c '"hello"' $dir/a2a)" "1 1 1"

echo 'class Empty { public static void main(String[] words) {} }' > $dir/Empty.java
"$JAVA_HOME/bin/javac" -d $dir $dir/Empty.java
for _ in $(seq $runs); do
  { time "$JAVA_HOME/bin/java" -cp $dir Empty; } 2>> $dir/empty
  { time "$JAVA_HOME/bin/java" -jar "$jar" --version >> $dir/log; } 2>> $dir/version
done
empty=$(median $dir/empty) more=$(($(median $dir/version) - empty))
limit "start-up: --version takes $more ms more than an empty main ($empty ms), at most $millis_max" $more $millis_max
exit $failed
