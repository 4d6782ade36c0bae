package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A page of a stranger whose name leads here is not taken for one of this machine. */
class HostsTest {
  private static final ServiceOptions OPTIONS = ServiceOptions.defaults();

  private static RawClient.Reply ask(Site site, String line, String more) throws Exception {
    try (var raw = site.raw()) {
      return raw.send(line + " HTTP/1.1\r\n" + more + "\r\n").reply();
    }
  }

  private static int status(Site site, String host) throws Exception {
    return ask(site, "GET /things/1", "Host: " + host + "\r\n").status();
  }

  @Test
  void thisMachineIsCalledByItsOwnNames() throws Exception {
    try (var site = new Site(OPTIONS)) {
      for (var host : List.of("localhost", "LocalHost:8000", "127.0.0.1:1", "[::1]:80", "[::1]")) {
        assertEquals(200, status(site, host), host);
      }
      assertEquals(200, ask(site, "GET /things/1", "").status(), "no browser");
    }
  }

  @Test
  void anotherNameIsRefused() throws Exception {
    try (var site = new Site(OPTIONS)) {
      for (var host :
          List.of(
              "evil.example",
              "evil.example:" + site.port(),
              "localhost.evil.example",
              "127.0.0.1.evil.example",
              "evil.example:127.0.0.1",
              "128.0.0.1",
              "",
              ":80",
              "[::1",
              "localhost\r\nHost: evil.example")) {
        assertEquals(421, status(site, host), host);
      }
      var evil = "Host: evil.example\r\n";
      var said = Json.parse(ask(site, "GET /things/1", evil).body());
      assertEquals("This service is not called by that name.", said.get("detail").asString());
      assertEquals(421, ask(site, "OPTIONS /things/1", evil).status());
      assertEquals(421, ask(site, "GET " + Dispatch.HEALTH, evil).status());
      var body = "Content-Type: application/json\r\nContent-Length: 2\r\n";
      assertEquals(421, ask(site, "POST /things", evil + body + "\r\n{}").status());
    }
  }

  @Test
  void moreNamesCanBeAllowed() throws Exception {
    try (var site = new Site(OPTIONS.withHosts("agents.example.org"))) {
      assertEquals(200, status(site, "Agents.example.org:443"));
      assertEquals(200, status(site, "agents.example.org."));
      assertEquals(200, status(site, "localhost"));
      assertEquals(421, status(site, "evil.example"));
    }
    assertThrows(NullPointerException.class, () -> OPTIONS.withHosts((String) null));
  }

  @Test
  void whoeverShowsATokenMayUseAnyName() throws Exception {
    try (var site = new Site(OPTIONS.withToken("t"))) {
      assertEquals(401, status(site, "evil.example"));
      var token = "Host: a.example\r\nAuthorization: Bearer t\r\n";
      assertEquals(200, ask(site, "GET /things/1", token).status());
    }
    try (var site = new Site(OPTIONS.withToken("t").withHosts("b.example"))) {
      var token = "Host: a.example\r\nAuthorization: Bearer t\r\n";
      assertEquals(421, ask(site, "GET /things/1", token).status());
    }
  }

  @Test
  void onAnAddressForOthersTheNamesAreNotKnown() throws Exception {
    try (var site = new Site(OPTIONS.withAddress("0.0.0.0"));
        var raw = new RawClient(site.port())) {
      raw.send("GET /things/1 HTTP/1.1\r\nHost: a.example\r\n\r\n");
      assertTrue(raw.reply().body().contains("1"));
    }
  }
}
