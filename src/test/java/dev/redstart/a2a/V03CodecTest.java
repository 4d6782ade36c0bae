package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A2A 0.3 on the wire, with traffic of the official clients and servers. */
class V03CodecTest {
  private static final WireCodec CODEC = WireCodec.of(ProtocolVersion.V0_3);
  private static final Instant AT = Instant.parse("2026-11-20T08:48:53.002Z");
  private static final JsonObject NOTHING = Json.object();

  private static String refusal(Runnable call) {
    var refused = assertThrows(A2AException.class, call::run);
    assertEquals(A2AError.INVALID_PARAMS, refused.error());
    return refused.getMessage();
  }

  private static JsonValue json(String text) {
    return Json.parse(text.replace('\'', '"'));
  }

  private static Part part(String json) {
    return CODEC.readMessage(message(json)).parts().get(0);
  }

  private static JsonObject message(String part) {
    return Json.object("messageId", "m", "role", "user", "parts", List.of(json(part)));
  }

  private static JsonObject written(Part part) {
    return (JsonObject) CODEC.write(Message.of(Role.USER, part)).get("parts").get(0);
  }

  private static SendConfiguration configuration(String json) {
    var params =
        Json.object("message", message("{'kind':'text','text':'a'}"), "configuration", json(json));
    return CODEC.readSend(params).configuration();
  }

  private static TaskStatus status(TaskState state) {
    return new TaskStatus(state, Optional.empty(), AT);
  }

  @Test
  void whatTheOfficialJavascriptClientSendsIsRead() {
    var params =
        """
        {"message":{"kind":"message","messageId":"m","role":"user",
         "parts":[{"kind":"text","text":"hello"}]},"configuration":{"blocking":true}}\
        """;

    SendRequest request = CODEC.readSend(Json.parse(params));

    assertEquals("m", request.message().messageId());
    assertEquals(Role.USER, request.message().role());
    assertEquals("hello", request.message().text());
    assertFalse(request.configuration().returnImmediately());
  }

  @Test
  void eventsAreWrittenWithTheirKind() {
    Message message =
        new Message(
            "m",
            Optional.empty(),
            Optional.empty(),
            Role.USER,
            List.of(Part.text("hello")),
            NOTHING,
            List.of(),
            List.of());
    var task =
        new Task("t", "c", status(TaskState.SUBMITTED), List.of(), List.of(message), NOTHING);

    assertEquals(
        "{\"kind\":\"task\",\"id\":\"t\",\"contextId\":\"c\",\"status\":{\"state\":\"submitted\","
            + "\"timestamp\":\"2026-11-20T08:48:53.002Z\"},\"history\":[{\"kind\":\"message\","
            + "\"messageId\":\"m\",\"role\":\"user\",\"parts\":[{\"kind\":\"text\","
            + "\"text\":\"hello\"}]}]}",
        CODEC.writeEvent(task).toString());
    assertEquals(CODEC.writeEvent(task), CODEC.writeResult(task));
    assertEquals("message", CODEC.writeEvent(message).get("kind").asString());
    var update =
        new TaskArtifactUpdate("t", "c", Artifact.of("a", Part.text("x")), true, true, NOTHING);
    assertEquals(
        "{\"kind\":\"artifact-update\",\"taskId\":\"t\",\"contextId\":\"c\",\"artifact\":"
            + "{\"artifactId\":\"a\",\"parts\":[{\"kind\":\"text\",\"text\":\"x\"}]},"
            + "\"append\":true,\"lastChunk\":true}",
        CODEC.writeEvent(update).toString());
  }

  @Test
  void aStatusUpdateIsFinalWhereItsStreamEnds() {
    for (TaskState state : TaskState.values()) {
      JsonObject json = CODEC.writeEvent(new TaskStatusUpdate("t", "c", status(state), NOTHING));
      assertEquals("status-update", json.get("kind").asString());
      assertEquals(state.isTerminal() || state.isInterrupted(), json.get("final").asBoolean());
    }
  }

  @Test
  void statesAreSpelledWithHyphens() {
    var words =
        List.of(TaskState.values()).stream()
            .map(state -> CODEC.write(status(state)).get("state").asString());
    assertEquals(
        List.of(
            "submitted",
            "working",
            "input-required",
            "auth-required",
            "completed",
            "failed",
            "canceled",
            "rejected"),
        words.toList());
    for (TaskState state : TaskState.values()) {
      var task = new Task("t", "c", status(state), List.of(), List.of(), NOTHING);
      assertEquals(state, CODEC.readTask(CODEC.write(task)).state());
    }
  }

  @Test
  void filesAreOneKindWithBytesOrAUri() {
    assertEquals(
        Part.raw(new byte[] {1, 2}, "x/y").withFilename("f"),
        part("{'kind':'file','file':{'bytes':'AQI=','name':'f','mimeType':'x/y'}}"));
    assertEquals(
        Part.url("http://a", "x/y"),
        part("{'kind':'file','file':{'uri':'http://a','mimeType':'x/y'}}"));
    assertEquals(Part.of(new Part.Raw("")), part("{'kind':'file','file':{'bytes':''}}"));
    assertEquals(Part.of(new Part.Url("u")), part("{'kind':'file','file':{'bytes':'','uri':'u'}}"));
    assertEquals(
        json("{'kind':'file','file':{'uri':'u','name':'f','mimeType':'x/y'},'metadata':{'a':1}}"),
        written(
            new Part(
                new Part.Url("u"), Optional.of("f"), Optional.of("x/y"), Json.object("a", 1))));
  }

  @Test
  void dataThatIsNoObjectIsWrappedAsTheOfficialLibrariesDoIt() {
    assertEquals(json("{'kind':'data','data':{'a':1}}"), written(Part.data(Json.object("a", 1))));
    for (Object value : List.of(42, "hello", List.of(1), JsonNull.of())) {
      Part part = Part.data(Json.of(value));
      JsonObject json = written(part);
      assertEquals(Json.object("value", value), json.get("data"));
      assertEquals(Json.object("data_part_compat", true), json.get("metadata"));
      assertEquals(part, part(json.toString()));
    }
  }

  @Test
  void dataIsUnwrappedOnlyWhereItIsMarked() {
    assertEquals(Part.data(Json.object("value", 1)), part("{'kind':'data','data':{'value':1}}"));
    var marked =
        part("{'kind':'data','data':{'value':1},'metadata':{'a':2,'data_part_compat':true}}");
    assertEquals(Part.data(Json.of(1)).content(), marked.content());
    assertEquals(Json.object("a", 2), marked.metadata());
  }

  @Test
  void theKindOfAPartMayBeLeftOut() {
    assertEquals(Part.text("a"), part("{'text':'a'}"));
    assertEquals(Part.data(Json.object()), part("{'data':{}}"));
  }

  @Test
  void aPartThatIsNoneIsRefusedWithItsPlace() {
    var kinds = "message.parts[0].kind must be one of text, file, data, not \"image\"";
    assertEquals(kinds, refusal(() -> part("{'kind':'image','text':'a'}")));
    assertEquals("message.parts[0].kind is missing", refusal(() -> part("{'x':1}")));
    assertEquals("message.parts[0].text is missing", refusal(() -> part("{'kind':'text'}")));
    assertEquals(
        "message.parts[0].text must be a string", refusal(() -> part("{'kind':'text','text':1}")));
    assertEquals("message.parts[0].file is missing", refusal(() -> part("{'kind':'file'}")));
    assertEquals(
        "message.parts[0].file must have bytes or uri",
        refusal(() -> part("{'kind':'file','file':{'name':'f'}}")));
    assertEquals(
        "message.parts[0].file.bytes must be Base64",
        refusal(() -> part("{'kind':'file','file':{'bytes':'?'}}")));
    assertEquals(
        "message.parts[0].data must be an object", refusal(() -> part("{'kind':'data','data':1}")));
  }

  @Test
  void whoDoesNotSayWhetherToWaitGetsTheResult() {
    assertFalse(configuration("{}").returnImmediately());
    assertFalse(configuration("{'acceptedOutputModes':['a/b']}").returnImmediately());
    assertFalse(configuration("{'blocking':true}").returnImmediately());
    assertTrue(configuration("{'blocking':false}").returnImmediately());
  }

  @Test
  void aMessageMayBringAPlaceForPushes() {
    var push = "{'pushNotificationConfig':{'url':'u','token':'tok'},'historyLength':3}";
    var config =
        new PushConfig(
            Optional.empty(), "u", Optional.of("tok"), Optional.empty(), ProtocolVersion.V0_3);
    assertEquals(Optional.of(config), configuration(push).push());
    assertEquals(OptionalInt.of(3), configuration(push).historyLength());
  }

  @Test
  void whatTheOfficialClientSetsForPushesComesBackAsItWas() {
    var json =
        json(
            "{'taskId':'t','pushNotificationConfig':{'id':'p1','url':'http://a','token':'tok',"
                + "'authentication':{'schemes':['Bearer'],'credentials':'x'}}}");

    WireCodec.TaskPushConfig read = CODEC.readPushConfig(json);

    assertEquals(ProtocolVersion.V0_3, read.config().protocol());
    assertEquals(json, CODEC.write("t", read.config()));
    assertEquals(Json.array(json), CODEC.write("t", List.of(read.config())));
  }

  @Test
  void ofSeveralSchemesTheFirstIsTaken() {
    assertEquals(
        Optional.of(new PushConfig.Authentication("A", "")),
        push("{'schemes':['A','B']}").authentication());
    assertEquals(
        "pushNotificationConfig.authentication.schemes is missing",
        refusal(() -> push("{'credentials':'x'}")));
  }

  private static PushConfig push(String authentication) {
    var config = Json.object("url", "u", "authentication", json(authentication));
    var params = Json.object("taskId", "t", "pushNotificationConfig", config);
    return CODEC.readPushConfig(params).config();
  }

  @Test
  void selectorsAreRead() {
    assertEquals(
        new WireCodec.TaskSelector("t", OptionalInt.of(2)),
        CODEC.readSelector(json("{'id':'t','historyLength':2,'metadata':{}}")));
    assertEquals(
        new WireCodec.PushSelector("t", Optional.of("p")),
        CODEC.readPushSelector(json("{'id':'t','pushNotificationConfigId':'p'}")));
    assertEquals(
        new WireCodec.PushSelector("t", Optional.empty()),
        CODEC.readPushSelector(json("{'id':'t'}")));
  }

  @Test
  void aPushIsTheTask() {
    var task = new Task("t", "c", status(TaskState.FAILED), List.of(), List.of(), NOTHING);
    var update = new TaskStatusUpdate("t", "c", task.status(), NOTHING);
    assertEquals(CODEC.write(task), CODEC.writePush(update, task));
  }

  @Test
  void anEventOfAnotherKindIsRefused() {
    assertEquals(
        "event.kind must not be \"x\"", refusal(() -> CODEC.readEvent(json("{'kind':'x'}"))));
    assertEquals("event.kind is missing", refusal(() -> CODEC.readEvent(json("{}"))));
  }

  @Test
  void anErrorIsACodeAndAMessage() {
    assertEquals(
        json("{'code':-32001,'message':'Task not found: t'}"),
        ErrorJson.rpc(A2AException.taskNotFound("t"), ProtocolVersion.V0_3));
  }
}
