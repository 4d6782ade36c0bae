package dev.redstart.a2a;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an agent tells of itself. Immutable: each {@code withX} gives a changed copy. Where it is
 * served and in which versions of the protocol is not part of it, and comes in when it is written.
 */
public final class AgentCard {
  private final String name;
  private final String description;
  private final String version;

  // Not final, so that a changed copy is one assignment; never written after that.
  private Optional<Provider> provider = Optional.empty();
  private Optional<String> documentationUrl = Optional.empty();
  private Optional<String> iconUrl = Optional.empty();
  private Capabilities capabilities = new Capabilities(true, true, false, List.of());
  private List<String> inputModes = List.of("text/plain");
  private List<String> outputModes = List.of("text/plain");
  private List<Skill> skills = List.of();
  private Map<String, Security> security = Map.of();

  /** Who offers the agent. */
  public record Provider(String organization, String url) {
    public Provider {
      Objects.requireNonNull(organization, "organization");
      Objects.requireNonNull(url, "url");
    }
  }

  /**
   * What of the protocol is there.
   *
   * @param extendedCard whether clients that are known get another card
   */
  public record Capabilities(
      boolean streaming,
      boolean pushNotifications,
      boolean extendedCard,
      List<Extension> extensions) {
    /** The list is copied. */
    public Capabilities {
      extensions = List.copyOf(extensions);
    }
  }

  /**
   * An extension of the protocol.
   *
   * @param required whether clients must know it
   */
  public record Extension(String uri, String description, boolean required) {
    public Extension {
      Objects.requireNonNull(uri, "uri");
      Objects.requireNonNull(description, "description");
    }
  }

  /**
   * Something that the agent can do.
   *
   * @param tags for those who search
   * @param examples what one could say
   * @param inputModes media types; empty for those of the agent
   * @param outputModes media types; empty for those of the agent
   */
  public record Skill(
      String id,
      String name,
      String description,
      List<String> tags,
      List<String> examples,
      List<String> inputModes,
      List<String> outputModes) {
    /** The lists are copied. */
    public Skill {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(description, "description");
      tags = List.copyOf(tags);
      examples = List.copyOf(examples);
      inputModes = List.copyOf(inputModes);
      outputModes = List.copyOf(outputModes);
    }

    public static Skill of(String id, String name, String description, String... tags) {
      return new Skill(id, name, description, List.of(tags), List.of(), List.of(), List.of());
    }

    public Skill withExamples(String... examples) {
      return new Skill(id, name, description, tags, List.of(examples), inputModes, outputModes);
    }
  }

  /** A way to show who one is: the scheme as 1.0 has it, and the scopes that are needed. */
  record Security(JsonObject scheme, List<String> scopes) {}

  private AgentCard(String name, String description, String version) {
    this.name = Objects.requireNonNull(name, "name");
    this.description = Objects.requireNonNull(description, "description");
    this.version = Objects.requireNonNull(version, "version");
  }

  private AgentCard with(Consumer<AgentCard> change) {
    var copy = new AgentCard(name, description, version);
    copy.provider = provider;
    copy.documentationUrl = documentationUrl;
    copy.iconUrl = iconUrl;
    copy.capabilities = capabilities;
    copy.inputModes = inputModes;
    copy.outputModes = outputModes;
    copy.skills = skills;
    copy.security = security;
    change.accept(copy);
    return copy;
  }

  /**
   * An agent that takes plain text and gives it, streams, pushes, and asks nobody who he is.
   *
   * @param version of the agent
   */
  public static AgentCard of(String name, String description, String version) {
    return new AgentCard(name, description, version);
  }

  public AgentCard withProvider(String organization, String url) {
    var provider = new Provider(organization, url);
    return with(card -> card.provider = Optional.of(provider));
  }

  public AgentCard withDocumentation(String url) {
    Objects.requireNonNull(url, "url");
    return with(card -> card.documentationUrl = Optional.of(url));
  }

  public AgentCard withIcon(String url) {
    Objects.requireNonNull(url, "url");
    return with(card -> card.iconUrl = Optional.of(url));
  }

  public AgentCard withCapabilities(Capabilities capabilities) {
    Objects.requireNonNull(capabilities, "capabilities");
    return with(card -> card.capabilities = capabilities);
  }

  /** The media types that it takes. */
  public AgentCard withInputModes(String... mediaTypes) {
    List<String> modes = List.of(mediaTypes);
    return with(card -> card.inputModes = modes);
  }

  /** The media types that it gives. */
  public AgentCard withOutputModes(String... mediaTypes) {
    List<String> modes = List.of(mediaTypes);
    return with(card -> card.outputModes = modes);
  }

  /** One skill more. */
  public AgentCard withSkill(Skill skill) {
    List<Skill> more = new ArrayList<>(skills);
    more.add(Objects.requireNonNull(skill, "skill"));
    return with(card -> card.skills = List.copyOf(more));
  }

  /**
   * One more way to show who one is; any one of them is enough.
   *
   * @param name of the scheme, on the card
   * @param scheme as 1.0 has it: an object with the one member that tells its type, such as {@code
   *     httpAuthSecurityScheme}
   * @throws IllegalArgumentException if it is of none of the five types
   */
  public AgentCard withSecurity(String name, JsonObject scheme, String... scopes) {
    CardJson.requireKnown(scheme);
    Map<String, Security> more = new LinkedHashMap<>(security);
    more.put(Objects.requireNonNull(name, "name"), new Security(scheme, List.of(scopes)));
    return with(card -> card.security = more);
  }

  /** A token in the header {@code Authorization}. */
  public AgentCard withBearerToken() {
    JsonObject scheme = Json.object("httpAuthSecurityScheme", Json.object("scheme", "Bearer"));
    return withSecurity("bearer", scheme);
  }

  /**
   * The card of an agent that is served under a URL: by JSON-RPC there, and in 1.0 by REST below
   * it, under {@code /rest}.
   *
   * @param hybrid with what 0.3 wants as well, for those who do not say which version they speak;
   *     of no effect in 0.3
   * @param baseUrl without a slash at its end
   */
  public JsonObject toJson(ProtocolVersion version, boolean hybrid, String baseUrl) {
    var json = new CardJson(this, Objects.requireNonNull(baseUrl, "baseUrl"));
    if (version == ProtocolVersion.V0_3) {
      return json.v03();
    }
    return hybrid ? json.hybrid() : json.v10();
  }

  public String name() {
    return name;
  }

  public String description() {
    return description;
  }

  public String version() {
    return version;
  }

  public Capabilities capabilities() {
    return capabilities;
  }

  Optional<Provider> provider() {
    return provider;
  }

  Optional<String> documentationUrl() {
    return documentationUrl;
  }

  Optional<String> iconUrl() {
    return iconUrl;
  }

  List<String> inputModes() {
    return inputModes;
  }

  List<String> outputModes() {
    return outputModes;
  }

  List<Skill> skills() {
    return skills;
  }

  Map<String, Security> security() {
    return security;
  }
}
