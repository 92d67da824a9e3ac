package dev.caravan.cli.cred;

import dev.caravan.oauth.LoginFailed;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command about accounts: what it cannot do it says in one line and with its exit code. */
abstract class CredAction implements Callable<Integer> {
  @Mixin CredDesk desk = new CredDesk();

  /**
   * Does it.
   *
   * @return the exit code
   * @throws IOException whose message is for people
   */
  abstract int act() throws CredTrouble, LoginFailed, IOException, InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    try {
      int code = act();
      desk.out().flush();
      return code;
    } catch (CredTrouble e) {
      return told(e, e.code());
    } catch (LoginFailed | IOException | IllegalArgumentException e) {
      return told(e, 1);
    }
  }

  private int told(Exception e, int code) {
    desk.out().flush();
    desk.err().println(e.getMessage());
    return code;
  }
}
