package dev.caravan.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A certificate that signs itself, made by the JDK's own tool, since Java has no interface for it.
 */
record Certificate(Path file) {
  private static final String PASSWORD = "for-a-test";

  static Certificate in(Path folder) {
    Path file = folder.resolve("test.p12");
    try {
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-keyalg",
                  "EC",
                  "-dname",
                  "CN=localhost",
                  "-ext",
                  "san=dns:localhost,ip:127.0.0.1,dns:acme.example",
                  "-storetype",
                  "PKCS12",
                  "-storepass",
                  PASSWORD,
                  "-alias",
                  "test",
                  "-keystore",
                  file.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
      if (keytool.waitFor() != 0 || !Files.exists(file)) {
        throw new AssertionError(said);
      }
      return new Certificate(file);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** For the server that shows it, and for the client that trusts it. */
  PfxOptions options() {
    return new PfxOptions().setPath(file.toString()).setPassword(PASSWORD);
  }
}
