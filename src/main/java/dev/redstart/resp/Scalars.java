package dev.redstart.resp;

/** Values that are one line, but for integers. */
final class Scalars {
  private final Budget budget;

  Scalars(Budget budget) {
    this.budget = budget;
  }

  Reply read(Line line) {
    return switch (line.type()) {
      case '+', '-' -> text(line);
      case ',' -> new Reply.Real(line.real());
      case '#' -> bool(line);
      case '(' -> bigNumber(line);
      case '_' -> nothing(line);
      default -> throw line.misplaced("the start of a value");
    };
  }

  private Reply text(Line line) {
    budget.charge(Budget.STRING_BYTES + 2L * line.size());
    return line.type() == '-' ? new Reply.Error(line.text()) : Shared.simple(line);
  }

  private Reply bigNumber(Line line) {
    budget.charge(Budget.STRING_BYTES + line.size());
    return new Reply.BigNumber(line.bigNumber());
  }

  private static Reply bool(Line line) {
    if (line.is("t")) {
      return Shared.TRUE;
    }
    if (line.is("f")) {
      return Shared.FALSE;
    }
    throw line.expected("t or f");
  }

  private static Reply nothing(Line line) {
    line.expectEmpty();
    return Reply.NULL;
  }
}
