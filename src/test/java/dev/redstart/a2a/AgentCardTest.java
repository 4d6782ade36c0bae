package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonArray;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AgentCardTest {
  private static final String URL = "http://127.0.0.1:8000/a2a";

  /** All that 1.0 knows; it allows nothing else. */
  private static final Set<String> V10 =
      Set.of(
          "name",
          "description",
          "supportedInterfaces",
          "provider",
          "version",
          "documentationUrl",
          "capabilities",
          "securitySchemes",
          "securityRequirements",
          "defaultInputModes",
          "defaultOutputModes",
          "skills",
          "signatures",
          "iconUrl");

  private static final AgentCard FULL =
      AgentCard.of("Converter", "turns text round", "1.2.3")
          .withProvider("Us", "https://us.example")
          .withDocumentation("https://us.example/doc")
          .withIcon("https://us.example/icon.png")
          .withInputModes("text/plain", "application/json")
          .withOutputModes("text/markdown")
          .withSkill(AgentCard.Skill.of("up", "Up", "makes it loud", "text").withExamples("hi"))
          .withSkill(AgentCard.Skill.of("down", "Down", "makes it quiet"))
          .withCapabilities(
              new AgentCard.Capabilities(
                  true, false, true, List.of(new AgentCard.Extension("urn:x", "x", true))))
          .withBearerToken()
          .withSecurity(
              "key", json("{'apiKeySecurityScheme':{'location':'header','name':'X-Key'}}"), "a");

  private static JsonObject json(String text) {
    return (JsonObject) Json.parse(text.replace('\'', '"'));
  }

  private static JsonObject v10(AgentCard card) {
    return card.toJson(ProtocolVersion.V1_0, false, URL);
  }

  @Test
  void theSmallestCardHasAllThatIsRequired() {
    assertEquals(
        json(
            "{'name':'n','description':'d','supportedInterfaces':["
                + "{'url':'http://127.0.0.1:8000/a2a','protocolBinding':'JSONRPC',"
                + "'protocolVersion':'1.0'},{'url':'http://127.0.0.1:8000/a2a/rest',"
                + "'protocolBinding':'HTTP+JSON','protocolVersion':'1.0'}],'version':'1',"
                + "'capabilities':{'streaming':true,'pushNotifications':true,"
                + "'extendedAgentCard':false},'defaultInputModes':['text/plain'],"
                + "'defaultOutputModes':['text/plain'],'skills':[]}"),
        v10(AgentCard.of("n", "d", "1")));
  }

  @Test
  void aPureCardHasNothingThatItsVersionDoesNotKnow() {
    Set<String> unknown = new HashSet<>(v10(FULL).asMap().keySet());
    unknown.removeAll(V10);
    assertEquals(Set.of(), unknown);
  }

  @Test
  void whatIsSaidOfTheAgentIsOnTheCard() {
    JsonObject card = v10(FULL);
    assertEquals(json("{'organization':'Us','url':'https://us.example'}"), card.get("provider"));
    assertEquals(Json.array("text/plain", "application/json"), card.get("defaultInputModes"));
    assertEquals(
        json(
            "{'id':'up','name':'Up','description':'makes it loud','tags':['text'],"
                + "'examples':['hi']}"),
        card.get("skills").get(0));
    assertEquals(Json.array(), card.get("skills").get(1).get("tags"));
    assertEquals(
        json(
            "{'streaming':true,'pushNotifications':false,'extensions':[{'uri':'urn:x',"
                + "'description':'x','required':true}],'extendedAgentCard':true}"),
        card.get("capabilities"));
  }

  @Test
  void anyOneOfTheSchemesIsEnough() {
    JsonObject card = v10(FULL);
    assertEquals(
        json(
            "{'bearer':{'httpAuthSecurityScheme':{'scheme':'Bearer'}},"
                + "'key':{'apiKeySecurityScheme':{'location':'header','name':'X-Key'}}}"),
        card.get("securitySchemes"));
    assertEquals(
        Json.array(
            json("{'schemes':{'bearer':{'list':[]}}}"), json("{'schemes':{'key':{'list':['a']}}}")),
        card.get("securityRequirements"));
  }

  @Test
  void theCardOf03HasWhatItsClientsNeed() {
    JsonObject card = FULL.toJson(ProtocolVersion.V0_3, true, URL);
    assertEquals("0.3.0", card.get("protocolVersion").asString());
    assertEquals(URL, card.get("url").asString());
    assertEquals("JSONRPC", card.get("preferredTransport").asString());
    assertEquals(
        Json.array(Json.object("url", URL, "transport", "JSONRPC")),
        card.get("additionalInterfaces"));
    assertTrue(card.get("supportsAuthenticatedExtendedCard").asBoolean());
    assertEquals(
        json(
            "{'bearer':{'type':'http','scheme':'Bearer'},"
                + "'key':{'type':'apiKey','in':'header','name':'X-Key'}}"),
        card.get("securitySchemes"));
    assertEquals(Json.array(json("{'bearer':[]}"), json("{'key':['a']}")), card.get("security"));
    assertTrue(card.tryGet("supportedInterfaces").isEmpty());
    assertTrue(card.tryGet("securityRequirements").isEmpty());
  }

  @Test
  void aHybridCardHasBothAndTheInterfacesOf10First() {
    JsonObject hybrid = FULL.toJson(ProtocolVersion.V1_0, true, URL);

    assertContains(v10(FULL), hybrid);
    assertContains(FULL.toJson(ProtocolVersion.V0_3, false, URL), hybrid);
    var versions =
        hybrid.get("supportedInterfaces").asList().stream()
            .map(face -> face.get("protocolVersion").asString());
    assertEquals(List.of("1.0", "1.0", "0.3"), versions.toList());
  }

  /** An object of the part may have more members in the whole, and an array more elements. */
  private static void assertContains(JsonValue part, JsonValue whole) {
    if (part instanceof JsonObject object) {
      object.asMap().forEach((name, value) -> assertContains(value, whole.get(name)));
    } else if (part instanceof JsonArray array) {
      for (int i = 0; i < array.asList().size(); i++) {
        assertContains(array.get(i), whole.get(i));
      }
    } else {
      assertEquals(part, whole);
    }
  }

  @Test
  void aSchemeOfNoKnownTypeIsRefused() {
    AgentCard card = AgentCard.of("n", "d", "1");
    for (String scheme :
        List.of(
            "{}",
            "{'type':'http'}",
            "{'httpAuthSecurityScheme':1}",
            "{'mtlsSecurityScheme':{},'httpAuthSecurityScheme':{}}")) {
      assertThrows(
          IllegalArgumentException.class, () -> card.withSecurity("s", json(scheme)), scheme);
    }
  }

  @Test
  void aChangedCopyLeavesTheCardAsItWas() {
    AgentCard card = AgentCard.of("n", "d", "1");
    JsonObject before = v10(card);
    card.withBearerToken().withIcon("i").withSkill(AgentCard.Skill.of("a", "b", "c"));
    assertEquals(before, v10(card));
  }
}
