package dev.caravan.bench;

import dev.caravan.oauth.CredentialStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Kills processes that refresh accounts with SIGKILL at random moments, and looks each time whether
 * every account can still be used: its file is whole and holds the token that was granted last, or
 * the one before where the last died on its way, and never an older one than a call has carried.
 * Every third time two processes work in one folder and die together. Started by {@code
 * bench/kill-logins [kills]} in the root of the repository.
 *
 * <p>Exit codes: 0 nothing was lost, 1 something was, 2 wrong usage.
 */
public final class KillLogins {
  private static final String PROVIDER = "club";
  private static final int ACCOUNTS = 6;
  private static final int LONGEST_MILLIS = 200;

  private final Path folder;
  private final RotatingLogin login;
  private final SplittableRandom random;
  private final List<String> findings = new ArrayList<>();
  private int died;
  private int cutWrites;

  private KillLogins(Path folder, RotatingLogin login, long seed) {
    this.folder = folder;
    this.login = login;
    this.random = new SplittableRandom(seed);
  }

  public static void main(String[] arguments) throws Exception {
    int kills = arguments.length == 0 ? 100 : number(arguments[0]);
    if (arguments.length > 1 || kills < 1 || kills > 10_000) {
      System.err.println("usage: bench/kill-logins [kills], 1 to 10000, by default 100");
      System.exit(2);
    }
    Path folder = Files.createTempDirectory("caravan-logins");
    List<String> findings;
    try {
      findings = run(kills, folder, System.nanoTime(), System.out);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
    System.out.println(findings.isEmpty() ? "\npassed" : "\nFAILED");
    findings.forEach(finding -> System.out.println("  " + finding));
    System.exit(findings.isEmpty() ? 0 : 1);
  }

  private static int number(String text) {
    return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
  }

  /**
   * Kills so many times.
   *
   * @param home empty folder
   * @return what is wrong, none when all is well
   */
  static List<String> run(int kills, Path home, long seed, PrintStream out) throws Exception {
    Path folder = home.resolve("oauth_creds");
    try (RotatingLogin login = new RotatingLogin(ACCOUNTS)) {
      KillLogins storm = new KillLogins(folder, login, seed);
      storm.prepare();
      for (int kill = 1; kill <= kills; kill++) {
        storm.life(kill);
        if (kill % 10 == 0 || kill == kills) {
          out.printf(
              Locale.ROOT,
              "%d kills: %,d tokens granted, %d answers died on their way and were asked for again, %d saves were cut off; %d findings%n",
              kill,
              login.granted(),
              login.again(),
              storm.cutWrites,
              storm.findings.size());
        }
      }
      storm.everyAccountCanStillBeRefreshed();
      out.printf(
          Locale.ROOT,
          "seed %d; %d processes were killed, %d refreshes were refused%n",
          seed,
          storm.died,
          login.refused());
      return List.copyOf(storm.findings);
    }
  }

  private void prepare() throws IOException {
    Files.createDirectories(folder);
    for (int account = 0; account < ACCOUNTS; account++) {
      Files.createFile(
          file(account),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(
          file(account),
          """
          {"access_token":"access-%1$d-0","refresh_token":"%2$s","expiry_date":1,
           "_proxy_metadata":{"email":"u%1$d@example.org"}}"""
              .formatted(account, RotatingLogin.refreshToken(account, 0)));
    }
  }

  private Path file(int account) {
    return folder.resolve("%s_oauth_%d.json".formatted(PROVIDER, account + 1));
  }

  /** One life: refresh, die, look at what is left. */
  private void life(int kill) throws Exception {
    List<Process> processes = new ArrayList<>();
    CountDownLatch busy = login.nextRequest();
    int refusedBefore = login.refused();
    try {
      for (int i = 0; i < (kill % 3 == 0 ? 2 : 1); i++) {
        processes.add(start());
      }
      if (!busy.await(20, TimeUnit.SECONDS)) {
        findings.add("kill %d: the process refreshed nothing".formatted(kill));
      }
      Thread.sleep(random.nextInt(LONGEST_MILLIS));
    } finally {
      for (Process process : processes) {
        if (!process.isAlive()) {
          findings.add("kill %d: the process ended by itself".formatted(kill));
        }
        process.destroyForcibly().waitFor(); // SIGKILL
        died++;
      }
    }
    if (login.refused() > refusedBefore) {
      findings.add("kill %d: a refresh token was refused".formatted(kill));
    }
    look("kill " + kill);
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.caravan.oauth.RefreshingLife",
            folder.toString(),
            login.url())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolveSibling("life.log").toFile())
        .start();
  }

  private void look(String when) throws IOException {
    CredentialStore.Listing listing = new CredentialStore(folder).list();
    for (CredentialStore.Trouble trouble : listing.troubles()) {
      if (trouble.what().startsWith("a save of it was cut off")) {
        cutWrites++;
      } else {
        findings.add("%s: %s: %s".formatted(when, trouble.file(), trouble.what()));
      }
    }
    if (listing.accounts().size() != ACCOUNTS) {
      findings.add("%s: %d accounts are left".formatted(when, listing.accounts().size()));
    }
    for (CredentialStore.Stored stored : listing.accounts()) {
      int account = stored.number() - 1;
      int kept = RotatingLogin.number(stored.document().refreshToken());
      if (!login.takes(account, kept)) {
        findings.add(
            "%s: account %d is lost: its file has token %d, the last is %d"
                .formatted(when, account, kept, login.last(account)));
      }
      if (kept < login.used(account)) {
        findings.add(
            "%s: account %d used token %d before it was on disk"
                .formatted(when, account, login.used(account)));
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> !name.endsWith(".json") && !name.endsWith(".lock"))
          .forEach(name -> findings.add("%s: %s is left behind".formatted(when, name)));
    }
  }

  /** What is on disk is asked for once more, as the next start would. */
  private void everyAccountCanStillBeRefreshed() throws Exception {
    int before = login.refused();
    Process last = start();
    try {
      for (int account = 0; account < ACCOUNTS; account++) {
        int known = login.last(account);
        long until = System.nanoTime() + 20_000_000_000L;
        while (login.last(account) <= known && System.nanoTime() - until < 0) {
          Thread.sleep(2);
        }
        if (login.last(account) <= known) {
          findings.add("account %d cannot be refreshed any more".formatted(account));
        }
      }
    } finally {
      last.destroyForcibly().waitFor();
    }
    if (login.refused() > before) {
      findings.add("a refresh token was refused in the last life");
    }
    look("the end");
  }
}
