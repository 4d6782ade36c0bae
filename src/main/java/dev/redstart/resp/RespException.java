package dev.redstart.resp;

/**
 * The peer broke the protocol, or sent more than {@link RespLimits} allow. Nothing that follows on
 * this connection can be trusted: it must be closed. Commands that were sent and not answered may
 * have run.
 */
public final class RespException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RespException(String message) {
    super(message);
  }
}
