package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.mock.DrillDoc;
import dev.caravan.mock.Drills;
import java.io.BufferedReader;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MockCommandTest {

  @Test
  void itSaysWhereItIsAndAnswersUntilItIsInterrupted() throws Exception {
    var said = new PipedReader();
    var command =
        new CommandLine(new MockCommand()).setOut(new PrintWriter(new PipedWriter(said), true));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var http = HttpClient.newHttpClient();
        var lines = new BufferedReader(said)) {
      Future<Integer> exit = threads.submit(() -> command.execute("--port", "0", "--quiet"));

      URI models = URI.create(lines.readLine() + "/models");
      var answer = http.send(HttpRequest.newBuilder(models).build(), BodyHandlers.ofString());
      threads.shutdownNow();

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(exit.get(20, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    var err = new StringWriter();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      int exit =
          new CommandLine(new MockCommand())
              .setErr(new PrintWriter(err, true))
              .execute("--port", port);

      assertThat(exit).isEqualTo(4);
      assertThat(err.toString())
          .startsWith("mock: cannot listen on 127.0.0.1:" + port)
          .contains("--port");
    }
  }

  @Test
  void theHelpListsEveryDrillWithinTheWidthOfATerminal() {
    String help = new CommandLine(new MockCommand()).getUsageMessage();

    assertThat(Drills.docs())
        .extracting(DrillDoc::token)
        .allSatisfy(token -> assertThat(help).contains("\n  " + token + " "));
    assertThat(help).contains("meets N % of the requests");
    assertThat(help.lines()).allMatch(line -> line.length() <= 80);
  }
}
