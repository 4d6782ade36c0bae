package dev.redstart.a2a;

import dev.redstart.json.JsonObject;

/** How a version says a part. */
interface PartForm {
  JsonObject write(Part part);

  Part read(Fields fields);

  /**
   * The bytes of a file.
   *
   * @param member where they stand
   */
  static Part.Raw bytes(Fields fields, String member, String base64) {
    try {
      // The alphabet for URLs is as good, as protocol buffers have it.
      return new Part.Raw(base64.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw fields.wrong(member, "must be Base64");
    }
  }
}
