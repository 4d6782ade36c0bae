package dev.redstart.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.message.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The agent without a model does the same whenever it is asked the same. */
class EchoAgentTest {
  private static Recorder ask(Prompt prompt) throws InterruptedException {
    var answer = new Recorder();
    EchoAgent.create().answer(prompt, answer);
    return answer;
  }

  private static String text(Part part, String question, String material)
      throws InterruptedException {
    return ask(Recorder.prompt(part, question, material)).text.toString();
  }

  @Test
  void itSaysWhatWasSaidWordByWord() throws Exception {
    var answer = ask(Recorder.prompt("Hello there"));
    assertEquals(List.of("text You ", "text said: ", "text Hello ", "text there"), answer.lines);
    assertEquals(20, ask(Recorder.prompt("a long one")).text.toString().lines().count());
  }

  @Test
  void itThinksAndDrawsWhenAsked() throws Exception {
    var answer = ask(Recorder.prompt("Think, then an image"));
    assertEquals("What was said has 20 characters.", answer.thinking.toString());
    assertEquals(
        List.of(
            "start image image_generation {\"prompt\":\"Think, then an image\"}",
            "update image processing 0.25",
            "update image processing 0.5",
            "update image processing 0.75",
            "update image completed 1.0"),
        answer.lines.stream().filter(line -> line.contains(" image ")).limit(5).toList());
  }

  @Test
  void itGoesOnBehindWhatIsThere() throws Exception {
    var turns = List.of(new Turn(Role.USER, "think of a b c"));
    var answer = ask(new Prompt(Part.ANSWER, turns, "", "You said: think of a "));
    assertEquals(List.of("text b ", "text c"), answer.lines);
  }

  @Test
  void itFailsWhenAsked() {
    var answer = new Recorder();
    var failure =
        assertThrows(
            AgentException.class, () -> EchoAgent.create().answer(Recorder.prompt("fail"), answer));
    assertEquals("I was asked to fail.", failure.getMessage());
    assertEquals("You said: fail", answer.text.toString());
  }

  @Test
  void asACriticItAcceptsWhatWasRevised() throws Exception {
    assertTrue(text(Part.CRITICISE, "x", "You said: x").startsWith("Say it again"));
    assertEquals("You said: x (revised)", text(Part.REVISE, "x", "whatever"));
    assertEquals("ACCEPT", text(Part.CRITICISE, "x", "You said: x (revised)"));
    assertTrue(text(Part.CRITICISE, "never", "You said: (revised)").startsWith("Say it again"));
  }

  @Test
  void asAPlannerItDividesAndConcludes() throws Exception {
    assertEquals("1. buy\n2. sandcook\n3. eat\n", text(Part.PLAN, "buy, sandcook and eat", ""));
    assertEquals("Done: buy", text(Part.WORK, "buy, eat", "Step 1: buy"));
    assertEquals("DONE", text(Part.REVIEW, "buy, eat", "Done: buy\n\nDone: eat"));
    assertEquals("1. Look again", text(Part.REVIEW, "eat again", "Done: eat again"));
    assertEquals("DONE", text(Part.REVIEW, "eat again", "Done: Look again"));
    assertEquals(
        "Done: buy\nDone: eat", text(Part.CONCLUDE, "x", "Step 1\n\nDone: buy\n\nDone: eat"));
  }

  @Test
  void itStopsInAPauseWhenItIsInterrupted() {
    Thread.currentThread().interrupt();
    var slow = EchoAgent.create().withPause(Duration.ofMinutes(1));
    var answer = new Recorder();
    assertThrows(
        InterruptedException.class, () -> slow.answer(Recorder.prompt("Hello there"), answer));
    assertEquals(List.of("text You "), answer.lines);
  }
}
