package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

/** A2A 1.0 on the wire, with traffic of the official clients and servers. */
class V10CodecTest {
  private static final WireCodec CODEC = WireCodec.of(ProtocolVersion.V1_0);
  private static final Instant AT = Instant.parse("2026-11-20T08:48:53.002Z");
  private static final JsonObject NOTHING = Json.object();

  private static String refusal(Runnable call) {
    var refused = assertThrows(A2AException.class, call::run);
    assertEquals(A2AError.INVALID_PARAMS, refused.error());
    return refused.getMessage();
  }

  private static String refusedSend(String params) {
    return refusal(() -> CODEC.readSend(Json.parse(params)));
  }

  private static String refusedPart(String part) {
    return refusedSend(
        "{'message':{'messageId':'m','role':'ROLE_USER','parts':[{'text':'a'},{'text':'b'},PART]}}"
            .replace('\'', '"')
            .replace("PART", part));
  }

  private static Part part(String json) {
    var message = Json.object("messageId", "m", "role", "ROLE_USER", "parts", List.of(json(json)));
    return CODEC.readMessage(message).parts().get(0);
  }

  private static JsonValue json(String text) {
    return Json.parse(text.replace('\'', '"'));
  }

  private static Task task(TaskState state) {
    return new Task(
        "t", "c", new TaskStatus(state, Optional.empty(), AT), List.of(), List.of(), NOTHING);
  }

  @Test
  void whatTheOfficialJavascriptClientSendsIsRead() {
    var params =
        """
        {"message":{"messageId":"m1","role":"ROLE_USER","parts":[{"text":"hello"}]},
         "configuration":{}}\
        """;

    SendRequest request = CODEC.readSend(Json.parse(params));

    assertEquals("m1", request.message().messageId());
    assertEquals(Role.USER, request.message().role());
    assertEquals(List.of(Part.text("hello")), request.message().parts());
    assertEquals(SendConfiguration.defaults(), request.configuration());
  }

  @Test
  void defaultsThatTheOfficialJavaClientPrintsAreTakenForMissing() {
    var params =
        """
        {"tenant":"","message":{"messageId":"m","contextId":"","taskId":"","role":"ROLE_USER",
         "parts":[{"text":"hi","metadata":{},"filename":"","mediaType":""}],"metadata":{},
         "extensions":[],"referenceTaskIds":[]},
         "configuration":{"acceptedOutputModes":["text/plain"],"returnImmediately":false},
         "metadata":{}}\
        """;
    var list =
        """
        {"tenant":"","contextId":"","status":"TASK_STATE_UNSPECIFIED","pageSize":5,"pageToken":"",
         "statusTimestampAfter":"1970-01-01T00:00:00Z"}\
        """;

    Message message = CODEC.readSend(Json.parse(params)).message();
    TaskQuery query = CODEC.readQuery(Json.parse(list));

    assertEquals(Optional.empty(), message.contextId());
    assertEquals(Optional.empty(), message.taskId());
    assertEquals(List.of(Part.text("hi")), message.parts());
    assertEquals(TaskQuery.all().withPage(5, ""), query);
  }

  @Test
  void eventsAreWrittenAsTheOfficialServerWritesThem() {
    var message =
        new Message(
            "m",
            Optional.of("c"),
            Optional.of("t"),
            Role.USER,
            List.of(Part.text("hello")),
            NOTHING,
            List.of(),
            List.of());
    var status = new TaskStatus(TaskState.SUBMITTED, Optional.empty(), AT);
    var task = new Task("t", "c", status, List.of(), List.of(message), NOTHING);
    var artifact = Artifact.of("a1", Part.text("x")).withName("n");

    assertEquals(
        "{\"task\":{\"id\":\"t\",\"contextId\":\"c\",\"status\":{"
            + "\"state\":\"TASK_STATE_SUBMITTED\","
            + "\"timestamp\":\"2026-11-20T08:48:53.002Z\"},\"history\":[{\"messageId\":\"m\","
            + "\"contextId\":\"c\",\"taskId\":\"t\",\"role\":\"ROLE_USER\","
            + "\"parts\":[{\"text\":\"hello\"}]}]}}",
        CODEC.writeEvent(task).toString());
    assertEquals(
        "{\"statusUpdate\":{\"taskId\":\"t\",\"contextId\":\"c\",\"status\":"
            + "{\"state\":\"TASK_STATE_SUBMITTED\",\"timestamp\":\"2026-11-20T08:48:53.002Z\"}}}",
        CODEC.writeEvent(new TaskStatusUpdate("t", "c", status, NOTHING)).toString());
    assertEquals(
        "{\"artifactUpdate\":{\"taskId\":\"t\",\"contextId\":\"c\",\"artifact\":"
            + "{\"artifactId\":\"a1\",\"name\":\"n\",\"parts\":[{\"text\":\"x\"}]},"
            + "\"lastChunk\":true}}",
        CODEC
            .writeEvent(new TaskArtifactUpdate("t", "c", artifact, false, true, NOTHING))
            .toString());
    assertEquals(
        "{\"message\":{\"messageId\":\"m\",\"contextId\":\"c\",\"taskId\":\"t\","
            + "\"role\":\"ROLE_USER\",\"parts\":[{\"text\":\"hello\"}]}}",
        CODEC.writeEvent(message).toString());
  }

  @Test
  void anAnswerToAMessageHasTheOneMemberThatTellsItsType() {
    assertEquals(
        Json.object("task", CODEC.write(task(TaskState.WORKING))),
        CODEC.writeResult(task(TaskState.WORKING)));
    Message reply = Message.ofAgent("yes");
    assertEquals(Json.object("message", CODEC.write(reply)), CODEC.writeResult(reply));
  }

  @Test
  void aPageHasItsFourMembersEvenIfItIsEmpty() {
    assertEquals(
        "{\"tasks\":[],\"nextPageToken\":\"\",\"pageSize\":0,\"totalSize\":0}",
        CODEC.writePage(new TaskPage(List.of(), "", 0)).toString());
  }

  @Test
  void thePageSizeIsTheNumberOfTasksBecauseTheJavaClientComparesThem() {
    var page = new TaskPage(List.of(task(TaskState.WORKING), task(TaskState.FAILED)), "next", 70);

    JsonObject json = CODEC.writePage(page);

    assertEquals(2, json.get("pageSize").asInt());
    assertEquals(70, json.get("totalSize").asInt());
    assertEquals("next", json.get("nextPageToken").asString());
  }

  @Test
  void namesInSnakeCaseAreRead() {
    var params =
        json(
            "{'message':{'message_id':'m','context_id':'c','task_id':'t','role':'ROLE_AGENT',"
                + "'parts':[{'url':'u','media_type':'a/b'}],'reference_task_ids':['x']},"
                + "'configuration':{'accepted_output_modes':['a/b'],'history_length':3,"
                + "'return_immediately':true}}");

    SendRequest request = CODEC.readSend(params);

    assertEquals(Optional.of("c"), request.message().contextId());
    assertEquals(List.of("x"), request.message().referenceTaskIds());
    assertEquals(List.of(Part.url("u", "a/b")), request.message().parts());
    assertEquals(OptionalInt.of(3), request.configuration().historyLength());
    assertTrue(request.configuration().returnImmediately());
  }

  @Test
  void unknownMembersAreIgnored() {
    var json = json("{'messageId':'m','kind':'message','role':'ROLE_USER','x':{},'parts':[]}");
    assertEquals("m", CODEC.readMessage(json).messageId());
  }

  @Test
  void theFourKindsOfPartsAreRead() {
    assertEquals(Part.text("a").withFilename("f"), part("{'text':'a','filename':'f'}"));
    assertEquals(Part.raw(new byte[] {1, 2}, "x/y"), part("{'raw':'AQI=','mediaType':'x/y'}"));
    assertEquals(Part.url("http://a", "x/y"), part("{'url':'http://a','mediaType':'x/y'}"));
    assertEquals(Part.data(Json.array(1, "b")), part("{'data':[1,'b']}"));
  }

  @Test
  void emptyTextIsTextAndAnyJsonIsData() {
    assertEquals(Part.text(""), part("{'text':''}"));
    assertEquals(Part.of(new Part.Raw("")), part("{'raw':''}"));
    assertEquals(Part.data(JsonNull.of()), part("{'data':null}"));
    assertEquals(Part.data(Json.of("")), part("{'data':''}"));
    assertEquals(Part.data(Json.object()), part("{'data':{},'text':null}"));
    assertEquals(Part.text("a"), part("{'text':'a','url':'','data':null,'raw':''}"));
  }

  @Test
  void base64MayHaveTheAlphabetOfUrlsAndNoPadding() {
    assertEquals(Part.of(new Part.Raw("+/8=")), part("{'raw':'-_8='}"));
    assertEquals(2, ((Part.Raw) part("{'raw':'-_8'}").content()).bytes().length);
  }

  @Test
  void aPartThatIsNoneIsRefusedWithItsPlace() {
    assertEquals(
        "message.parts[2] must have one of text, raw, url, data", refusedPart("{\"kind\":\"x\"}"));
    assertEquals("message.parts[2] must have one of text, raw, url, data", refusedPart("{}"));
    assertEquals(
        "message.parts[2] must have one of text, raw, url, data", refusedPart("{\"url\":\"\"}"));
    assertEquals("message.parts[2] must be an object", refusedPart("7"));
    assertEquals("message.parts[2].text must be a string", refusedPart("{\"text\":7}"));
    assertEquals("message.parts[2].raw must be Base64", refusedPart("{\"raw\":\"?\"}"));
    assertEquals(
        "message.parts[2] must have one of text and data only",
        refusedPart("{\"text\":\"a\",\"data\":1}"));
    assertEquals(
        "message.parts[2].metadata must be an object",
        refusedPart("{\"text\":\"a\",\"metadata\":[1]}"));
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    assertEquals("params must be an object", refusedSend("[]"));
    assertEquals("message is missing", refusedSend("{}"));
    assertEquals("message must be an object", refusedSend("{\"message\":5}"));
    assertEquals("message.messageId is missing", refusedSend("{\"message\":{\"role\":\"a\"}}"));
    assertEquals(
        "message.messageId must be a string", refusedSend("{\"message\":{\"messageId\":1}}"));
    assertEquals("message.role is missing", refusedSend("{\"message\":{\"messageId\":\"1\"}}"));
    assertEquals(
        "message.role must be one of ROLE_USER, ROLE_AGENT, not \"user\"",
        refusedSend("{\"message\":{\"messageId\":\"1\",\"role\":\"user\"}}"));
    assertEquals(
        "message.parts is missing",
        refusedSend("{\"message\":{\"messageId\":\"1\",\"role\":\"ROLE_USER\",\"parts\":[]}}"));
    assertEquals(
        "message.parts must be an array",
        refusedSend(
            "{\"message\":{\"messageId\":\"1\",\"role\":\"ROLE_USER\",\"parts\":{\"a\":1}}}"));
  }

  @Test
  void aConfigurationThatIsNoneIsRefused() {
    var message =
        "{\"message\":{\"messageId\":\"1\",\"role\":\"ROLE_USER\",\"parts\":[{\"text\":\"\"}]}";
    assertEquals(
        "configuration.historyLength must be an integer from 0 to 2147483647",
        refusedSend(message + ",\"configuration\":{\"historyLength\":-1}}"));
    assertEquals(
        "configuration.historyLength must be an integer from 0 to 2147483647",
        refusedSend(message + ",\"configuration\":{\"historyLength\":1.5}}"));
    assertEquals(
        "configuration.returnImmediately must be true or false",
        refusedSend(message + ",\"configuration\":{\"returnImmediately\":1}}"));
    assertEquals(
        "configuration.acceptedOutputModes must be a string",
        refusedSend(message + ",\"configuration\":{\"acceptedOutputModes\":[1]}}"));
    assertEquals(
        "configuration.taskPushNotificationConfig.url is missing",
        refusedSend(
            message + ",\"configuration\":{\"taskPushNotificationConfig\":{\"id\":\"a\"}}}"));
  }

  @Test
  void longTextsOfStrangersAreCutInRefusals() {
    var role = "\uD83D\uDE00".repeat(10_000);
    var message = refusal(() -> CODEC.readMessage(Json.object("messageId", "1", "role", role)));
    assertTrue(message.length() < 300, message);
  }

  @Test
  void aMessageThatIsReadCanBeWrittenInAnyAnswerHoweverDeepItIs() {
    JsonValue data = Json.array();
    int levels = 1;
    while (isTaken(data)) {
      data = Json.array(data);
      levels++;
    }
    assertTrue(levels > 200, levels + " levels");

    Message deepest = CODEC.readSend(request(data.get(0))).message();
    var status = new TaskStatus(TaskState.FAILED, Optional.of(deepest), AT);
    var artifact =
        new Artifact("a", Optional.empty(), Optional.empty(), deepest.parts(), NOTHING, List.of());
    var task = new Task("t", "c", status, List.of(artifact), List.of(deepest), NOTHING);
    for (ProtocolVersion version : ProtocolVersion.values()) {
      JsonObject page = WireCodec.of(version).writePage(new TaskPage(List.of(task), "", 1));
      var answer = Json.object("jsonrpc", "2.0", "id", 1, "result", page);
      assertEquals(answer, Json.parse(answer.toString()));
    }
  }

  private static JsonObject request(JsonValue data) {
    var parts = Json.array(Json.object("data", data));
    return Json.object(
        "message", Json.object("messageId", "1", "role", "ROLE_USER", "parts", parts));
  }

  private static boolean isTaken(JsonValue data) {
    try {
      CODEC.readSend(request(data));
      return true;
    } catch (A2AException e) {
      assertEquals("message has too many levels", e.getMessage());
      return false;
    }
  }

  @Test
  void timestampsAreUtcWithThreeDigits() {
    assertEquals("2026-01-01T00:00:00.000Z", written("2026-01-01T00:00:00Z"));
    assertEquals("2026-01-01T00:00:00.100Z", written("2026-01-01T00:00:00.1Z"));
    assertEquals("2026-01-01T00:00:00.123Z", written("2026-01-01T00:00:00.123456789Z"));
  }

  private static String written(String at) {
    var status = new TaskStatus(TaskState.WORKING, Optional.empty(), Instant.parse(at));
    return CODEC.write(status).get("timestamp").asString();
  }

  @Test
  void timestampsAreReadWithOffsetsAndAnyFraction() {
    assertEquals(AT, read("2026-11-20T08:48:53.002Z"));
    assertEquals(AT, read("2026-11-20T08:48:53.002+00:00"));
    assertEquals(AT, read("2026-11-20T10:18:53.002+01:30"));
    assertEquals(AT, read("2026-11-20t08:48:53.002z"));
    assertEquals(AT, read("2026-11-20T08:48:53.002"));
    assertEquals(AT.plusNanos(345_678), read("2026-11-20T08:48:53.002345678Z"));
    assertEquals(AT.minusMillis(2), read("2026-11-20T08:48:53Z"));
  }

  private static Instant read(String at) {
    var params = Json.object("statusTimestampAfter", at);
    return CODEC.readQuery(params).statusTimestampAfter().orElseThrow();
  }

  @Test
  void whatIsNoMomentIsRefused() {
    for (String at :
        List.of(
            "yesterday",
            "2026-13-01T00:00:00Z",
            "1795164533",
            "2026-11-20",
            "+99999-01-01T00:00:00Z",
            "-0001-01-01T00:00:00Z",
            "0000-12-31T23:59:59Z",
            "9999-12-31T23:59:59-01:00")) {
      assertEquals(
          "statusTimestampAfter must be like 2026-01-31T12:00:00.000Z", refusal(() -> read(at)));
    }
  }

  @Test
  void aTaskWithoutATimestampIsReadAndWrittenWithoutOne() {
    var json = json("{'id':'t','contextId':'c','status':{'state':'TASK_STATE_WORKING'}}");
    assertEquals(json, CODEC.write(CODEC.readTask(json)));
  }

  @Test
  void aQueryMayComeFromAUrl() {
    var params =
        json(
            "{'contextId':'c','status':'TASK_STATE_COMPLETED','pageSize':'7','pageToken':'p',"
                + "'historyLength':'0','includeArtifacts':'true'}");

    TaskQuery query = CODEC.readQuery(params);

    assertEquals(7, query.pageSize());
    assertEquals(Optional.of(TaskState.COMPLETED), query.status());
    assertEquals(OptionalInt.of(0), query.historyLength());
    assertTrue(query.includeArtifacts());
  }

  @Test
  void aQueryOutOfRangeIsRefused() {
    for (String size : List.of("0", "101", "-5", "1.5", "\"x\"", "99999999999", "1e9999", "[1]")) {
      refusal(() -> CODEC.readQuery(Json.parse("{\"pageSize\":" + size + "}")));
    }
    refusal(() -> CODEC.readQuery(json("{'historyLength':-1}")));
    refusal(() -> CODEC.readQuery(json("{'includeArtifacts':'yes'}")));
    refusal(() -> CODEC.readQuery(json("{'status':'completed'}")));
  }

  @Test
  void aPlaceForPushesIsFlat() {
    var json =
        json(
            "{'tenant':'','taskId':'t','id':'p','url':'http://a','token':'tok',"
                + "'authentication':{'scheme':'Bearer','credentials':'x'}}");

    WireCodec.TaskPushConfig read = CODEC.readPushConfig(json);

    var config =
        PushConfig.of("http://a").withId("p").withToken("tok").withAuthentication("Bearer", "x");
    assertEquals(new WireCodec.TaskPushConfig("t", config), read);
    assertEquals(
        json.asMap().size() - 1, CODEC.write("t", config).asMap().size(), "all but the tenant");
    assertEquals(read, CODEC.readPushConfig(CODEC.write("t", config)));
  }

  @Test
  void placesForPushesComeInAnObject() {
    assertEquals("{\"configs\":[]}", CODEC.write("t", List.of()).toString());
    assertEquals(
        json("{'configs':[{'taskId':'t','id':'p','url':'u'}]}"),
        CODEC.write("t", List.of(PushConfig.of("u").withId("p"))));
  }

  @Test
  void aPushIsTheEvent() {
    var update = new TaskStatusUpdate("t", "c", task(TaskState.FAILED).status(), NOTHING);
    assertEquals(CODEC.writeEvent(update), CODEC.writePush(update, task(TaskState.FAILED)));
  }

  @Test
  void selectorsAreRead() {
    var task = CODEC.readSelector(json("{'tenant':'','id':'t','historyLength':'0'}"));
    assertEquals(new WireCodec.TaskSelector("t", OptionalInt.of(0)), task);
    assertEquals("id is missing", refusal(() -> CODEC.readSelector(json("{'id':''}"))));
    assertEquals(
        new WireCodec.PushSelector("t", Optional.of("p")),
        CODEC.readPushSelector(json("{'taskId':'t','id':'p'}")));
    assertEquals("taskId is missing", refusal(() -> CODEC.readPushSelector(json("{'id':'p'}"))));
  }

  @Test
  void anEventIsOneThing() {
    var two =
        Json.object(
            "task",
            CODEC.write(task(TaskState.FAILED)),
            "message",
            CODEC.write(Message.ofAgent("a")));
    assertEquals(
        "event must have one of task, message, statusUpdate, artifactUpdate",
        refusal(() -> CODEC.readEvent(two)));
    refusal(() -> CODEC.readEvent(Json.object("x", 1)));
  }

  @Test
  void whatHasNoPartsIsWrittenWithEmptyTextBecauseTheJavaClientWantsSome() {
    assertEquals(json("{'artifactId':'a','parts':[{'text':''}]}"), CODEC.write(Artifact.of("a")));
  }

  @Test
  void errorsOfTheProtocolNameThemselves() {
    assertEquals(
        json(
            "{'code':-32002,'message':'Task not cancelable: t','data':[{'@type':"
                + "'type.googleapis.com/google.rpc.ErrorInfo','reason':'TASK_NOT_CANCELABLE',"
                + "'domain':'a2a-protocol.org'}]}"),
        ErrorJson.rpc(
            A2AError.TASK_NOT_CANCELABLE.because("Task not cancelable: t"), ProtocolVersion.V1_0));
    assertEquals(
        json(
            "{'error':{'code':404,'status':'NOT_FOUND','message':'Task not found: nope',"
                + "'details':[{'@type':'type.googleapis.com/google.rpc.ErrorInfo',"
                + "'reason':'TASK_NOT_FOUND','domain':'a2a-protocol.org'}]}}"),
        ErrorJson.rest(A2AException.taskNotFound("nope")));
  }

  @Test
  void errorsOfJsonRpcHaveNoDetails() {
    assertEquals(
        json("{'code':-32700,'message':'no'}"),
        ErrorJson.rpc(A2AError.PARSE_ERROR.because("no"), ProtocolVersion.V1_0));
    assertEquals(
        json(
            "{'error':{'code':400,'status':'INVALID_ARGUMENT','message':'no','details':["
                + "{'@type':'type.googleapis.com/google.rpc.ErrorInfo','reason':'INVALID_PARAMS',"
                + "'domain':'a2a-protocol.org'}]}}"),
        ErrorJson.rest(A2AError.INVALID_PARAMS.because("no")));
  }

  @Test
  void everyErrorHasItsCodeItsStatusAndItsReason() {
    for (A2AError error : A2AError.values()) {
      JsonObject rest = ErrorJson.rest(error.because("why"));
      assertEquals(error.httpStatus(), rest.get("error").get("code").asInt());
      var detail = rest.get("error").get("details").get(0);
      assertEquals(error.name(), detail.get("reason").asString());
      boolean isNamed = error.code() >= -32099 && error.code() <= -32001;
      JsonObject rpc = ErrorJson.rpc(error.because("why"), ProtocolVersion.V1_0);
      assertEquals(error.code(), rpc.get("code").asInt());
      assertEquals(isNamed, rpc.tryGet("data").isPresent());
      rpc.tryGet("data")
          .ifPresent(data -> assertEquals(error.name(), data.get(0).get("reason").asString()));
    }
  }
}
