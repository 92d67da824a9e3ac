package dev.caravan.oauth;

import dev.caravan.provider.account.OAuth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where accounts come from, in their order (providers.md 2.2): numbered ones of the environment,
 * else the one without a number, else files of the folder, else files that a variable names, which
 * are copied. Thread-safe.
 */
public final class AccountSources {
  private static final Logger LOG = LoggerFactory.getLogger(AccountSources.class);

  /** What may stand behind a stem and a number, and the member or fact that it is. */
  private static final Map<String, String> VARIABLES = variables();

  private static final Set<String> NOT_A_PATH =
      Set.of("PORT", "CLIENT_ID", "CLIENT_SECRET", "BASE", "URL");

  private final CredentialStore store;

  /**
   * One account and where it stands.
   *
   * @param name the file's, or {@code env://provider/n}
   * @param file null for one of the environment
   */
  public record Found(String name, @Nullable Path file, AccountDocument document) {

    /** What tells it from others, its place when nothing else does. */
    public String identity() {
      return document.identity().isEmpty() ? name : document.identity();
    }
  }

  public AccountSources(CredentialStore store) {
    this.store = store;
  }

  private static Map<String, String> variables() {
    Map<String, String> all = new LinkedHashMap<>();
    for (String member :
        List.of(
            "access_token",
            "refresh_token",
            "expiry_date",
            "scope",
            "token_type",
            "id_token",
            "client_id",
            "client_secret",
            "token_uri",
            "universe_domain",
            "account_id",
            "api_key",
            "resource_url")) {
      all.put(member.toUpperCase(Locale.ROOT), member);
    }
    return all;
  }

  /** Facts of the environment that stand in {@code _proxy_metadata} of a file. */
  private static final Map<String, String> FACTS =
      Map.of(
          "EMAIL", "email",
          "PROJECT_ID", "project",
          "TIER", "tier",
          "TIER_FULL", "tier_full",
          "PLAN", "plan_type",
          "LABEL", "label");

  /** The names of the providers that seem to have an account; reads no file. */
  public Set<String> present(Collection<String> providers, Map<String, String> variables) {
    Set<String> present = new TreeSet<>();
    Set<String> filed = filed();
    for (String provider : providers) {
      String stem = stem(provider);
      if (filed.contains(provider)
          || !numbers(stem, variables).isEmpty()
          || !imports(stem, variables).isEmpty()) {
        present.add(provider);
      }
    }
    return present;
  }

  /** The names of the files in the folder. */
  Set<String> files() {
    if (!Files.isDirectory(store.folder())) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(store.folder())) {
      Set<String> names = new TreeSet<>();
      files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(".json") && !name.startsWith("."))
          .forEach(names::add);
      return names;
    } catch (IOException e) {
      return Set.of();
    }
  }

  private Set<String> filed() {
    Set<String> names = new TreeSet<>();
    if (Files.isDirectory(store.folder())) {
      try (Stream<Path> files = Files.list(store.folder())) {
        files
            .map(file -> String.valueOf(file.getFileName()))
            .filter(name -> name.endsWith(".json") && !name.startsWith("."))
            .filter(name -> name.contains("_oauth_"))
            .forEach(name -> names.add(name.substring(0, name.indexOf("_oauth_"))));
      } catch (IOException e) {
        LOG.warn("{}: {}", store.folder(), CredentialStore.reason(e));
      }
    }
    return names;
  }

  /** The accounts of a provider, each once. */
  public List<Found> of(String provider, OAuth oauth, Map<String, String> variables) {
    List<Found> all = ofEnvironment(provider, oauth, variables);
    CredentialStore.Listing listing = store.list();
    listing.troubles().stream()
        .filter(t -> String.valueOf(t.file().getFileName()).startsWith(provider + "_oauth_"))
        .forEach(t -> LOG.warn("credential file {}: {}", t.file().getFileName(), t.what()));
    List<CredentialStore.Stored> files = listing.of(provider);
    if (!all.isEmpty()) {
      if (!files.isEmpty()) {
        LOG.info(
            "provider {}: its accounts come from the environment; {} files of it are not read",
            provider,
            files.size());
      }
      return once(provider, all);
    }
    if (files.isEmpty() && listing.troubles().isEmpty()) {
      importNamed(provider, oauth, variables);
      files = store.list().of(provider);
    }
    return once(
        provider, files.stream().map(f -> new Found(f.name(), f.file(), f.document())).toList());
  }

  /** All that there is of a provider, used or not: nothing is imported, nothing left out. */
  public List<Found> peek(String provider, OAuth oauth, Map<String, String> variables) {
    List<Found> all = new ArrayList<>(ofEnvironment(provider, oauth, variables));
    store.list().of(provider).forEach(f -> all.add(new Found(f.name(), f.file(), f.document())));
    return List.copyOf(all);
  }

  private static List<Found> once(String provider, List<Found> all) {
    Map<String, Found> once = new LinkedHashMap<>();
    for (Found found : all) {
      Found first = once.putIfAbsent(found.identity(), found);
      if (first != null) {
        LOG.warn(
            "provider {}: {} and {} are one account; the first is used, caravan cred dedup merges them",
            provider,
            first.name(),
            found.name());
      }
    }
    return List.copyOf(once.values());
  }

  // ---- the environment

  private static List<Found> ofEnvironment(
      String provider, OAuth oauth, Map<String, String> variables) {
    List<Found> found = new ArrayList<>();
    for (int number : numbers(stem(provider), variables)) {
      String prefix = number == 0 ? stem(provider) + "_" : stem(provider) + "_" + number + "_";
      String name = "env://" + provider + "/" + number;
      AccountDocument document = ofVariables(prefix, variables);
      List<String> missing =
          oauth.needs().stream().filter(fact -> document.fact(fact).isEmpty()).toList();
      if (missing.isEmpty()) {
        found.add(new Found(name, null, document));
      } else {
        LOG.warn(
            "provider {}: {} is no account: {}{} is not set",
            provider,
            name,
            prefix,
            missing.getFirst().toUpperCase(Locale.ROOT));
      }
    }
    return found;
  }

  /** The numbers of its accounts in the environment; 0 is the one without, and alone if at all. */
  static List<Integer> numbers(String stem, Map<String, String> variables) {
    Pattern pattern = Pattern.compile(Pattern.quote(stem) + "_(\\d{1,9})_ACCESS_TOKEN");
    Set<Integer> numbers = new TreeSet<>();
    for (String variable : variables.keySet()) {
      Matcher token = pattern.matcher(variable);
      if (token.matches()
          && isSet(variables, variable)
          && isSet(variables, stem + "_" + token.group(1) + "_REFRESH_TOKEN")) {
        numbers.add(Integer.parseInt(token.group(1)));
      }
    }
    numbers.remove(0);
    if (numbers.isEmpty()
        && isSet(variables, stem + "_ACCESS_TOKEN")
        && isSet(variables, stem + "_REFRESH_TOKEN")) {
      return List.of(0);
    }
    return List.copyOf(numbers);
  }

  private static boolean isSet(Map<String, String> variables, String name) {
    String value = variables.get(name);
    return value != null && !value.isBlank();
  }

  private static AccountDocument ofVariables(String prefix, Map<String, String> variables) {
    Map<String, String> members = new LinkedHashMap<>();
    VARIABLES.forEach(
        (variable, member) -> {
          if (isSet(variables, prefix + variable)) {
            members.put(member, unquoted(variables.get(prefix + variable)));
          }
        });
    Map<String, String> facts = new LinkedHashMap<>();
    FACTS.forEach(
        (variable, fact) -> {
          if (isSet(variables, prefix + variable)) {
            facts.put(fact, unquoted(variables.get(prefix + variable)));
          }
        });
    return AccountDocument.ofMembers(members).withFacts(facts);
  }

  /** The variables of an account, as a container without files takes them. */
  public static Map<String, String> exported(
      String provider, int number, AccountDocument document, long nowMillis) {
    Map<String, String> all = new LinkedHashMap<>();
    String prefix = stem(provider) + "_" + number + "_";
    VARIABLES.forEach(
        (variable, member) -> {
          String value =
              member.equals("expiry_date")
                  ? String.valueOf(
                      document.expiresAtMillis() > 0 ? document.expiresAtMillis() : nowMillis)
                  : document.text(member);
          if (!value.isEmpty()) {
            all.put(prefix + variable, value);
          }
        });
    new TreeMap<>(FACTS)
        .forEach(
            (variable, fact) -> {
              if (!document.fact(fact).isEmpty()) {
                all.put(prefix + variable, document.fact(fact));
              }
            });
    return all;
  }

  private static String unquoted(@Nullable String value) {
    String text = value == null ? "" : value.strip();
    boolean quoted =
        text.length() >= 2
            && (text.charAt(0) == '"' || text.charAt(0) == '\'')
            && text.charAt(0) == text.charAt(text.length() - 1);
    return quoted ? text.substring(1, text.length() - 1).strip() : text;
  }

  // ---- imports

  /** The files that variables such as {@code GEMINI_CLI_OAUTH_1} name. */
  static List<Path> imports(String stem, Map<String, String> variables) {
    String prefix = stem + "_OAUTH_";
    List<Path> files = new ArrayList<>();
    new TreeMap<>(variables)
        .forEach(
            (variable, value) -> {
              if (variable.startsWith(prefix)
                  && !NOT_A_PATH.contains(variable.substring(prefix.length()))
                  && !value.isBlank()) {
                files.add(Path.of(withoutTilde(value.strip())));
              }
            });
    return files;
  }

  private void importNamed(String provider, OAuth oauth, Map<String, String> variables) {
    for (Path file : imports(stem(provider), variables)) {
      for (String line : importFrom(provider, oauth, file).told()) {
        LOG.info("provider {}: {}", provider, line);
      }
    }
  }

  /**
   * What an import has done.
   *
   * @param files that were written
   * @param told what people should know, in sentences
   */
  public record Imported(List<Path> files, List<String> told) {}

  /**
   * Copies the accounts of a file, or of each file of a folder; what is read is never written. Of
   * an account that is here already the younger token wins (operations.md 7.4).
   */
  public Imported importFrom(String provider, OAuth oauth, Path from) {
    List<Path> written = new ArrayList<>();
    List<String> told = new ArrayList<>();
    for (Path file : filesOf(from, told)) {
      try {
        for (AccountDocument account : ForeignFiles.read(file, store.bytes(file), told)) {
          take(provider, account, file, written, told);
        }
      } catch (IOException e) {
        told.add("%s is not imported: %s".formatted(file, CredentialStore.reason(e)));
      }
    }
    if (!written.isEmpty() && oauth.rotates()) {
      told.add(
          "the program that the file belongs to has the same refresh token: whoever refreshes first ends the other's login");
    }
    return new Imported(List.copyOf(written), List.copyOf(told));
  }

  private void take(
      String provider, AccountDocument account, Path from, List<Path> written, List<String> told)
      throws IOException {
    for (CredentialStore.Stored known : store.list().of(provider)) {
      boolean same =
          known.document().refreshToken().equals(account.refreshToken())
              || (!account.identity().isEmpty()
                  && known.document().identity().equals(account.identity()));
      if (same && account.isYoungerThan(known.document())) {
        store.save(known.file(), known.document().withTokensOf(account));
        written.add(known.file());
        told.add(
            "%s holds a younger token of the account of %s, which has it now"
                .formatted(from, known.name()));
        return;
      }
      if (same) {
        told.add("%s holds the account that %s has already".formatted(from, known.name()));
        return;
      }
    }
    Path file =
        store.add(
            provider, account.withFacts(Map.of("imported_from", from.toAbsolutePath().toString())));
    written.add(file);
    told.add("%s was copied to %s".formatted(from, file.getFileName()));
  }

  private static List<Path> filesOf(Path from, List<String> told) {
    if (!Files.isDirectory(from)) {
      if (Files.exists(from)) {
        return List.of(from);
      }
      told.add(from + " does not exist");
      return List.of();
    }
    try (Stream<Path> files = Files.list(from)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).endsWith(".json"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      told.add("%s is not imported: %s".formatted(from, CredentialStore.reason(e)));
      return List.of();
    }
  }

  /** A path whose {@code ~} is the home of whoever runs this. */
  public static String withoutTilde(String path) {
    boolean isHomes = path.equals("~") || path.startsWith("~/");
    return isHomes ? System.getProperty("user.home") + path.substring(1) : path;
  }

  static String stem(String provider) {
    return provider.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  /** Its places in the environment and in files that are shadowed, for lists. */
  public Set<String> shadowed(String provider, Map<String, String> variables) {
    Set<String> names = new LinkedHashSet<>();
    if (!numbers(stem(provider), variables).isEmpty()) {
      store.list().of(provider).forEach(stored -> names.add(stored.name()));
    }
    return names;
  }
}
