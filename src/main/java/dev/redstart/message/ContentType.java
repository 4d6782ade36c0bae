package dev.redstart.message;

/** What a content block is. */
public enum ContentType {
  TEXT,
  IMAGE,
  AUDIO,
  VIDEO,
  FILE,
  CODE,
  MARKDOWN,
  HTML,
  JSON,
  THINKING;

  /** Whether it is an image, audio, a video or a file, and not text of some kind. */
  public boolean isMedia() {
    return this == IMAGE || this == AUDIO || this == VIDEO || this == FILE;
  }

  /** Of what a task will make, by the task's type: {@code image_generation} makes an image. */
  static ContentType ofTask(String taskType) {
    for (ContentType type : values()) {
      if (taskType.startsWith(type.toString())) {
        return type;
      }
    }
    return TEXT;
  }

  /** As it is in JSON: {@code image}. */
  @Override
  public String toString() {
    return Names.of(this);
  }
}
