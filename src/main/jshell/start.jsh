// What `make jshell` begins with: imports, and a connected `redis`.
import dev.redstart.cli.PrivateServer;
import dev.redstart.json.*;
import dev.redstart.orchestration.*;
import dev.redstart.redis.*;
import dev.redstart.resp.*;

var named = !System.getenv().getOrDefault("REDIS_URL", "").isBlank();
// Ends with jshell at the latest.
var server = named ? null : PrivateServer.start();
var redis = Redis.connect(named ? RedisOptions.fromEnvironment() : RedisOptions.of(server.url()));
var sessions = Orchestration.of(redis);

System.out.println("redis (" + redis + (named ? ")" : ", private)") + " and sessions are there. Try redis.call(\"PING\")");
