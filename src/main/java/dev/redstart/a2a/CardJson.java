package dev.redstart.a2a;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** A card in the shapes that clients want. */
final class CardJson {
  /** The types of security schemes, with the word that 0.3 has for them. */
  private static final Map<String, String> TYPES =
      Map.of(
          "apiKeySecurityScheme", "apiKey",
          "httpAuthSecurityScheme", "http",
          "oauth2SecurityScheme", "oauth2",
          "openIdConnectSecurityScheme", "openIdConnect",
          "mtlsSecurityScheme", "mutualTLS");

  /** With three digits, unlike in 1.0. */
  private static final String V03 = "0.3.0";

  private static final String RPC = "JSONRPC";

  private final AgentCard card;
  private final String url;

  CardJson(AgentCard card, String url) {
    this.card = card;
    this.url = url;
  }

  static void requireKnown(JsonObject scheme) {
    Map<String, JsonValue> members = Objects.requireNonNull(scheme, "scheme").asMap();
    boolean isKnown = members.size() == 1 && TYPES.keySet().containsAll(members.keySet());
    if (!isKnown || !members.values().stream().allMatch(JsonObject.class::isInstance)) {
      throw new IllegalArgumentException(
          "scheme must be an object in one member of " + TYPES.keySet());
    }
  }

  JsonObject v10() {
    Draft draft = begun();
    draft.put("supportedInterfaces", List.of(rpc("1.0"), rest()), face -> face);
    return described(draft, capabilities(), AgentCard.Security::scheme)
        .add("securityRequirements", requirements(), needed -> needed)
        .json();
  }

  /** Whoever speaks 1.0 takes the first interface that fits, so those come first. */
  JsonObject hybrid() {
    Draft draft = begun();
    draft.put("supportedInterfaces", List.of(rpc("1.0"), rest(), rpc("0.3")), face -> face);
    described(draft, capabilities(), CardJson::both)
        .add("securityRequirements", requirements(), needed -> needed);
    return legacy(draft).json();
  }

  JsonObject v03() {
    return legacy(described(begun(), shared().json(), CardJson::legacyScheme)).json();
  }

  private Draft begun() {
    return new Draft().put("name", card.name()).put("description", card.description());
  }

  private JsonObject rpc(String version) {
    return face(url, RPC, version);
  }

  private JsonObject rest() {
    return face(url + "/rest", "HTTP+JSON", "1.0");
  }

  private static JsonObject face(String url, String binding, String version) {
    return Json.object("url", url, "protocolBinding", binding, "protocolVersion", version);
  }

  /** What all shapes have. */
  private Draft described(
      Draft draft, JsonObject capabilities, Function<AgentCard.Security, JsonObject> scheme) {
    card.provider().ifPresent(provider -> draft.put("provider", Json.of(provider)));
    return draft
        .put("version", card.version())
        .add("documentationUrl", card.documentationUrl())
        .add("iconUrl", card.iconUrl())
        .put("capabilities", capabilities)
        .put("defaultInputModes", card.inputModes(), JsonString::of)
        .put("defaultOutputModes", card.outputModes(), JsonString::of)
        .put("skills", card.skills(), CardJson::skill)
        .add("securitySchemes", schemes(scheme));
  }

  private Draft legacy(Draft draft) {
    return draft
        .put("protocolVersion", V03)
        .put("url", url)
        .put("preferredTransport", RPC)
        .put("additionalInterfaces", Json.array(Json.object("url", url, "transport", RPC)))
        .put("supportsAuthenticatedExtendedCard", card.capabilities().extendedCard())
        .add("security", legacyRequirements(), needed -> needed);
  }

  private Draft shared() {
    AgentCard.Capabilities there = card.capabilities();
    return new Draft()
        .put("streaming", there.streaming())
        .put("pushNotifications", there.pushNotifications())
        .add("extensions", there.extensions(), CardJson::extension);
  }

  private JsonObject capabilities() {
    return shared().put("extendedAgentCard", card.capabilities().extendedCard()).json();
  }

  private static JsonObject extension(AgentCard.Extension extension) {
    return new Draft()
        .put("uri", extension.uri())
        .add("description", extension.description())
        .add("required", extension.required())
        .json();
  }

  private static JsonObject skill(AgentCard.Skill skill) {
    return new Draft()
        .put("id", skill.id())
        .put("name", skill.name())
        .put("description", skill.description())
        .put("tags", skill.tags(), JsonString::of)
        .add("examples", skill.examples())
        .add("inputModes", skill.inputModes())
        .add("outputModes", skill.outputModes())
        .json();
  }

  private JsonObject schemes(Function<AgentCard.Security, JsonObject> scheme) {
    Draft draft = new Draft();
    card.security().forEach((name, security) -> draft.put(name, scheme.apply(security)));
    return draft.json();
  }

  private static JsonObject both(AgentCard.Security security) {
    Map<String, JsonValue> members = new LinkedHashMap<>(security.scheme().asMap());
    members.putAll(legacyScheme(security).asMap());
    return JsonObject.of(members);
  }

  private static JsonObject legacyScheme(AgentCard.Security security) {
    Map.Entry<String, JsonValue> scheme = security.scheme().asMap().entrySet().iterator().next();
    Draft draft = new Draft().put("type", TYPES.get(scheme.getKey()));
    scheme
        .getValue()
        .asMap()
        .forEach((name, value) -> draft.put(name.equals("location") ? "in" : name, value));
    return draft.json();
  }

  private List<JsonObject> requirements() {
    return needed(scopes -> Json.object("list", scopes)).stream()
        .map(needed -> Draft.of("schemes", needed))
        .toList();
  }

  private List<JsonObject> legacyRequirements() {
    return needed(Json::of);
  }

  private List<JsonObject> needed(Function<List<String>, JsonValue> scopes) {
    return card.security().entrySet().stream()
        .map(entry -> Draft.of(entry.getKey(), scopes.apply(entry.getValue().scopes())))
        .toList();
  }
}
