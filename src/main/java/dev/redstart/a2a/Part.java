package dev.redstart.a2a;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/**
 * A piece of a message or an artifact.
 *
 * @param content what it says
 * @param filename the name that a file has
 * @param mediaType such as {@code text/plain}
 * @param metadata anything else; empty if there is nothing
 */
public record Part(
    Content content, Optional<String> filename, Optional<String> mediaType, JsonObject metadata) {
  public Part {
    Objects.requireNonNull(content, "content");
    Objects.requireNonNull(filename, "filename");
    Objects.requireNonNull(mediaType, "mediaType");
    Objects.requireNonNull(metadata, "metadata");
  }

  /** One of the four kinds that there are. */
  public sealed interface Content {}

  /** Text. */
  public record Text(String text) implements Content {
    public Text {
      Objects.requireNonNull(text, "text");
    }
  }

  /**
   * Bytes of a file.
   *
   * @param base64 as they are sent
   */
  public record Raw(String base64) implements Content {
    /**
     * @throws IllegalArgumentException if it is not Base64
     */
    public Raw {
      Base64.getDecoder().decode(Objects.requireNonNull(base64, "base64"));
    }

    /** A new array. */
    public byte[] bytes() {
      return Base64.getDecoder().decode(base64);
    }
  }

  /** Where a file is. */
  public record Url(String url) implements Content {
    public Url {
      Objects.requireNonNull(url, "url");
    }
  }

  /** Any JSON. */
  public record Data(JsonValue value) implements Content {
    public Data {
      Objects.requireNonNull(value, "value");
    }
  }

  /** With no more than its content. */
  public static Part of(Content content) {
    return new Part(content, Optional.empty(), Optional.empty(), Json.object());
  }

  public static Part text(String text) {
    return of(new Text(text));
  }

  public static Part data(JsonValue value) {
    return of(new Data(value));
  }

  /** The bytes are copied. */
  public static Part raw(byte[] bytes, String mediaType) {
    return of(new Raw(Base64.getEncoder().encodeToString(bytes))).withMediaType(mediaType);
  }

  public static Part url(String url, String mediaType) {
    return of(new Url(url)).withMediaType(mediaType);
  }

  public Part withMediaType(String mediaType) {
    return new Part(content, filename, Optional.of(mediaType), metadata);
  }

  public Part withFilename(String filename) {
    return new Part(content, Optional.of(filename), mediaType, metadata);
  }

  /** The text of a part that is text. */
  public Optional<String> text() {
    return content instanceof Text text ? Optional.of(text.text()) : Optional.empty();
  }
}
