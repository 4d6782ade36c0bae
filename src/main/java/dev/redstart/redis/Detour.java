package dev.redstart.redis;

import dev.redstart.resp.Reply;

/** What becomes of commands that their lane's server cannot serve: a cluster has other servers. */
interface Detour {
  /** A single server: there is nowhere else to go. */
  Detour NONE =
      new Detour() {
        @Override
        public boolean takes(Pending<?> pending, Reply answer, Lane lane) {
          return false;
        }

        @Override
        public Lane home(Pending<?> pending, Lane present) {
          return present;
        }

        @Override
        public void troubled(Lane lane) {
          // Nobody could tell more than the lane finds out by itself.
        }
      };

  /**
   * Whether a command is seen to, which the server has answered so instead of running it: sent on,
   * or ended. Called on the loop's thread.
   */
  boolean takes(Pending<?> pending, Reply answer, Lane lane);

  /** The lane that is to send this command by what is known now; any thread. */
  Lane home(Pending<?> pending, Lane present);

  /** The lane's server cannot be reached, or keeps silent; any thread. */
  void troubled(Lane lane);
}
