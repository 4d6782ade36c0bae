package dev.redstart.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with the options is said before anything is sent, and without the key. */
class ChatOptionsTest {

  @Test
  void theEnvironmentSaysWhichService() {
    var options =
        ChatOptions.from(
            Map.of(
                "OPENAI_BASE_URL", " http://localhost:8080/v1/ ",
                "OPENAI_API_KEY", "k\n",
                "OPENAI_MODEL", "m"));
    assertEquals("http://localhost:8080/v1/chat/completions", options.endpoint().toString());
    assertEquals(Optional.of("k"), options.key());
    assertEquals("m", options.model());
    var defaults = ChatOptions.from(Map.of("OPENAI_API_KEY", " "));
    assertEquals("https://api.openai.com/v1/chat/completions", defaults.endpoint().toString());
    assertEquals(Optional.empty(), defaults.key());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:8080",
        "ftp://host/v1",
        "http://",
        "http://user:secret@host/v1",
        "http://host/v1?key=secret",
        "http://host/ secret"
      })
  void aWrongUrlIsRefusedWithoutBeingRepeated(String url) {
    var wrong =
        assertThrows(IllegalArgumentException.class, () -> ChatOptions.defaults().withBaseUrl(url));
    assertFalse(wrong.getMessage().contains("secret"), wrong::getMessage);
  }

  @Test
  void aWrongKeyIsRefusedWithoutBeingRepeated() {
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> ChatOptions.from(Map.of("OPENAI_API_KEY", "secret\nHeader: x")));
    assertEquals(
        "OPENAI_BASE_URL, OPENAI_API_KEY: the key must be of visible ASCII characters",
        wrong.getMessage());
    assertFalse(wrong.getCause().getMessage().contains("secret"));
  }

  @Test
  void limitsArePositive() {
    var options = ChatOptions.defaults();
    assertThrows(IllegalArgumentException.class, () -> options.withConnectLimit(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> options.withFirstLimit(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> options.withSilenceLimit(Duration.ZERO));
    assertTrue(options.withModel("x") != options);
  }
}
