# The Python client of the run events' quickstart, with urllib instead of requests.
# Arguments: the service, the run, and perhaps the id of the event after which to begin.
import json
import sys
import urllib.request


def subscribe_events(run_id: int, last_event_id: str = None):
    url = f'{sys.argv[1]}/runs/{run_id}/events/stream'
    headers = {'Accept': 'text/event-stream'}
    if last_event_id:
        headers['Last-Event-ID'] = last_event_id

    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
        for line in response:
            line = line.decode('utf-8').rstrip('\r\n')
            if line.startswith('data:'):
                data = json.loads(line[5:].strip())
                yield data
            elif line.startswith('id:'):
                last_event_id = line[3:].strip()


sys.stdout.reconfigure(encoding='utf-8')
for event in subscribe_events(int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None):
    print(f"[{event['event']['category']}.{event['event']['action']}]")
    print(f"  data: {event['data']}", flush=True)
