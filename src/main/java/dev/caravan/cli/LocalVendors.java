package dev.caravan.cli;

import dev.caravan.provider.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The built-in providers that people log in at, as files that ask this machine instead of their
 * vendors: the same in all but the hosts, so that logins, refreshes and calls can be rehearsed.
 */
public final class LocalVendors {
  /** Where a vendor's page stands that is named to it and asked of nobody. */
  private static final Pattern LOGIN =
      Pattern.compile("(?m)^( {10}(?!deviceRedirect|success|error)\\w*Url: )https://[^/\\s]+");

  private static final Pattern SERVICE = Pattern.compile("(?m)^( {8}baseUrl: )https://[^/\\s]+");
  private static final Pattern ELSEWHERE = Pattern.compile("(?m)^ {8}moreBaseUrls: .*\\R");

  private LocalVendors() {}

  /** The names of those providers. */
  public static List<String> names() {
    return List.copyOf(Catalogue.bundled().withAccounts());
  }

  /**
   * The file of one of them.
   *
   * @param login address of an identity provider, without a path
   * @param service address of what serves its models, without a path
   */
  public static String file(String name, String login, String service) {
    String yaml = Catalogue.bundled().find(name).orElseThrow().yaml();
    String here = LOGIN.matcher(yaml).replaceAll("$1" + Matcher.quoteReplacement(login));
    String served = SERVICE.matcher(here).replaceAll("$1" + Matcher.quoteReplacement(service));
    return ELSEWHERE.matcher(served).replaceAll("");
  }

  /** Writes them all into a folder; the files that were written. */
  static List<Path> write(Path folder, String login, String service) throws IOException {
    Files.createDirectories(folder);
    List<Path> written = new ArrayList<>();
    for (String name : names()) {
      Path file = folder.resolve(name + ".yaml");
      Files.writeString(file, file(name, login, service));
      written.add(file);
    }
    return written;
  }
}
