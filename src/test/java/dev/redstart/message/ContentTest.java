package dev.redstart.message;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.json.Json;
import dev.redstart.redis.Hashes;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Content blocks of all kinds come back as they were, small ones with the message. */
@Apart
class ContentTest {
  private static final byte[] BYTES = new byte[] {0, -1, 127, 10, 13};

  @Test
  void allTenTypesComeBackAsTheyWere() {
    try (var one = OneStore.open()) {
      var message = one.message();
      for (ContentType type : ContentType.values()) {
        var block =
            type.isMedia()
                ? ContentBlock.of(type, Media.bytes(BYTES).with("size", BYTES.length))
                : ContentBlock.of(type, "some " + type).with("language", "java");
        message.addContent(block);
        var blocks = one.load().contentBlocks();
        assertEquals(block, blocks.get(blocks.size() - 1));
        assertEquals(block, ContentBlock.of(block.toJson()));
      }
      var types = one.load().contentBlocks().stream().map(ContentBlock::contentType).toList();
      assertEquals(List.of(ContentType.values()), types);
      var image = one.load().contentBlocks().get(ContentType.IMAGE.ordinal());
      var data = image.media().orElseThrow().data().orElseThrow();
      assertArrayEquals(BYTES, Base64.getDecoder().decode(data));
    }
  }

  @Test
  void aBlockIsAsTheOriginalHasIt() {
    var media =
        Media.url("https://example.com/image.jpg")
            .with("caption", "a view")
            .with("width", 800)
            .with("height", 600);
    assertEquals(
        "{\"content_id\":\"c1\",\"content_type\":\"image\",\"is_placeholder\":false,"
            + "\"image\":{\"url\":\"https://example.com/image.jpg\",\"caption\":\"a view\","
            + "\"width\":800,\"height\":600}}",
        ContentBlock.of(ContentType.IMAGE, media).withId("c1").toJson().toString());
  }

  @Test
  void unknownMembersAreKeptAndAnUnknownTypeIsNoError() {
    var json =
        Json.parse(
            "{\"content_id\":\"c1\",\"content_type\":\"hologram\",\"hologram\":{\"x\":1},"
                + "\"text\":null,\"sequence\":3}");
    var block = ContentBlock.of(json);
    assertEquals(ContentType.TEXT, block.contentType());
    assertEquals("{\"hologram\":{\"x\":1},\"sequence\":3}", block.more().toString());
    assertFalse(block.isPlaceholder());
  }

  @Test
  void dataOverTenThousandBytesIsKeptApartAndLoadedLazily() {
    try (var one = OneStore.open()) {
      var message = one.message();
      // The original counts characters: this is 10 001 bytes in 5001 of them.
      var large = "é".repeat(5_000) + "e";
      var text = ContentBlock.of(ContentType.CODE, large).withId("large").with("language", "java");
      var video =
          ContentBlock.of(ContentType.VIDEO, Media.bytes(new byte[9_000]).with("title", "t"));
      message.addContent(text);
      message.addContent(video);
      message.addContent(ContentBlock.of(ContentType.TEXT, "é".repeat(5_000)).withId("small"));

      var kept = one.load().contentBlocks();
      assertTrue(kept.get(0).isApart() && kept.get(1).isApart() && !kept.get(2).isApart());
      assertEquals(key("content:large"), kept.get(0).more().get("content_key").asString());
      assertEquals(10_001, kept.get(0).more().get("bytes").asInt());
      assertEquals("t", kept.get(1).media().get().details().get("title").asString());
      assertFalse(kept.get(1).media().get().data().isPresent());
      assertEquals(text, one.elsewhere().contentBlock("large").orElseThrow());
      assertEquals(video, one.store.contentBlock(video.contentId()).orElseThrow());
      assertTrue(one.store.contentBlock("small").isEmpty());
      assertTrue(one.entries().get(1).field("payload").orElseThrow().length() < 200);

      var hash = one.redis.call(Hashes.getAll(key("content:large")));
      assertEquals("msg_001", hash.get("message_id"));
      assertEquals("code", hash.get("content_type"));
      assertEquals(large, hash.get("text"));
      var ttl = one.redis.call("PTTL", key("content:large")).integer();
      assertTrue(ttl > 7 * 86_400_000L - 10_000 && ttl <= 7 * 86_400_000L, "ttl " + ttl);
    }
  }

  @Test
  void theResultOfATaskMayBeLarge() {
    try (var one = OneStore.open()) {
      var message = one.message();
      message.startTask("t1", "image_generation");
      var image = ContentBlock.of(ContentType.IMAGE, Media.bytes(new byte[20_000]));
      message.updateTask("t1", TaskUpdate.completed(image));
      var kept = one.load().contentBlocks().get(0);
      assertTrue(kept.isApart() && !kept.isPlaceholder());
      var loaded = one.store.contentBlock(kept.contentId()).orElseThrow();
      assertEquals(image.media(), loaded.media());
      assertEquals("t1", loaded.taskId().orElseThrow());
    }
  }

  @Test
  void contentOfTwoMegabytesIsNoTrouble() {
    try (var one = OneStore.open()) {
      var file = ContentBlock.of(ContentType.FILE, Media.bytes(new byte[2 << 20]));
      one.message().addContent(file);
      assertEquals(file, one.store.contentBlock(file.contentId()).orElseThrow());
    }
  }

  @Test
  void aMessageDoesNotOverwriteTheLargeContentOfAnother() {
    try (var one = OneStore.open()) {
      var large = ContentBlock.of(ContentType.TEXT, "x".repeat(20_000)).withId("c1");
      one.message().addContent(large);
      var other = one.store.loadOrCreate("msg_002", "session_001", Role.USER);
      assertThrows(MessageException.Conflict.class, () -> other.addContent(large));
      var again = ContentBlock.of(ContentType.TEXT, "y".repeat(20_000)).withId("c1");
      one.message().addContent(again);
      assertEquals(again, one.store.contentBlock("c1").orElseThrow());
      one.message().complete();
      assertEquals(Written.Result.ENDED, one.message().addContent(large).result());
      assertEquals(again, one.store.contentBlock("c1").orElseThrow());
    }
  }

  @Test
  void tooManyBlocksAreRefused() {
    try (var one = OneStore.open()) {
      var message = one.message();
      var stem = "i".repeat(500);
      assertThrows(
          MessageException.Full.class,
          () -> {
            for (int i = 0; i < 200; i++) {
              message.addContent(ContentBlock.of(ContentType.TEXT, "x").withId(stem + i));
            }
          });
      assertEquals(one.load().contentBlocks().size(), one.entries().size() - 1);
    }
  }

  @Test
  void contentLivesAsLongAsTheMessageIsWrittenTo() {
    var options =
        MessageOptions.defaults()
            .withTtl(Duration.ofMillis(400))
            .withContentTtl(Duration.ofMillis(1_000));
    try (var one = OneStore.open(options)) {
      var message = one.message();
      message.addContent(ContentBlock.of(ContentType.TEXT, "x".repeat(20_000)).withId("c1"));
      long end = System.nanoTime() + 2_500_000_000L;
      while (System.nanoTime() < end) {
        message.appendText(".");
        long times = one.redis.call("PTTL", key("message:msg_001")).integer();
        assertTrue(
            one.redis.call("PTTL", key("content:c1")).integer() >= times, "content goes first");
        LockSupport.parkNanos(20_000_000);
      }
    }
  }
}
