package dev.caravan.cli.cred;

import dev.caravan.oauth.Login;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a person at a terminal sees of a login. */
final class LoginScreen implements Login.Person {
  private final PrintWriter out;
  private final boolean terminal;
  private final Predicate<String> browser;
  private final @Nullable Boolean qr;
  private final String label;
  private boolean waits;

  /**
   * Shows nothing yet.
   *
   * @param terminal whether it understands colours, and lines that are written over
   * @param browser opens an address; false when there is none that could
   * @param qr whether addresses for a phone are drawn; null where it is a terminal
   * @param label see {@link Login.Person#label}
   */
  LoginScreen(
      PrintWriter out,
      boolean terminal,
      Predicate<String> browser,
      @Nullable Boolean qr,
      String label) {
    this.out = out;
    this.terminal = terminal;
    this.browser = browser;
    this.qr = qr;
    this.label = label;
  }

  @Override
  public void visit(String address, String code, int port) {
    boolean opened = browser.test(address);
    out.println(opened ? "A browser opens; if it does not, visit:" : "Visit this address:");
    out.println();
    out.println("  " + address);
    out.println();
    if (!code.isEmpty()) {
      if (qr == null ? terminal : qr) {
        QrPicture.of(address, terminal).forEach(out::println);
        out.println();
      }
      out.printf("Its code is %s. Waiting for you to agree there ...%n", code);
    } else if (!opened) {
      out.println(
          "When the browser ends at a page that it cannot show, copy the address of that page and paste it here.");
      if (port > 0) {
        out.printf(
            "Or let it come back by itself: ssh -L %d:localhost:%d THIS_MACHINE%n", port, port);
      }
    }
    out.flush();
  }

  static boolean open(String address) {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    List<String> command =
        os.contains("mac")
            ? List.of("open", address)
            : os.contains("win")
                ? List.of("rundll32", "url.dll,FileProtocolHandler", address)
                : List.of("xdg-open", address);
    try {
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void hears(String sentence) {
    over();
    out.println(sentence);
    out.flush();
  }

  @Override
  public void waits(Duration left) {
    if (terminal) {
      waits = true;
      out.printf("\r%d:%02d left \u001b[K", left.toMinutes(), left.toSecondsPart());
      out.flush();
    }
  }

  /** Nobody waits any more. */
  void over() {
    if (waits) {
      waits = false;
      out.print("\r\u001b[K");
    }
  }

  @Override
  public String label() {
    return label;
  }
}
