package dev.redstart.queue;

import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A lease as the script grants it. */
record Grant(
    String id,
    String token,
    int deliveries,
    int attempts,
    byte[] task,
    Optional<byte[]> checkpoint) {
  private static final int PARTS = 6;

  static List<Grant> of(List<Reply> flat) {
    var grants = new ArrayList<Grant>(flat.size() / PARTS);
    for (int i = 0; i < flat.size(); i += PARTS) {
      grants.add(one(flat.subList(i, i + PARTS)));
    }
    return grants;
  }

  private static Grant one(List<Reply> parts) {
    return new Grant(
        parts.get(0).text(),
        parts.get(1).text(),
        Integer.parseInt(parts.get(2).text()),
        Integer.parseInt(parts.get(3).text()),
        parts.get(4).bytes(),
        Optional.of(parts.get(5)).filter(saved -> !saved.isNull()).map(Reply::bytes));
  }
}
