package dev.caravan.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.caravan.provider.Environment.Found;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what the environment changes in one provider (providers.md 12, operations.md 5.4). */
final class OverrideReader {

  private static final Pattern PATH_PART = Pattern.compile("[A-Za-z0-9._~-]+");
  private static final Pattern TOLERANCE = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
  private static final String GROUPS = "QUOTA_GROUPS_";
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  /** Variables that tell a transform something, and its own name of it. */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("%s_GEMINI3_TOOL_FIX", "gemini3ToolFix"),
          Map.entry("%s_GEMINI3_TOOL_PREFIX", "gemini3ToolPrefix"),
          Map.entry("%s_GEMINI3_STRICT_SCHEMA", "gemini3StrictSchema"),
          Map.entry("%s_GEMINI3_DESCRIPTION_PROMPT", "gemini3DescriptionPrompt"),
          Map.entry("%s_GEMINI3_SYSTEM_INSTRUCTION", "gemini3SystemInstruction"),
          Map.entry("%s_CLAMP_THINKING_TO_OUTPUT", "clampThinking"),
          Map.entry("%s_CLAUDE_THINKING_SANITIZATION", "claudeThinkingSanitization"),
          Map.entry("%s_ENABLE_JSON_STRING_PARSING", "jsonStrings"),
          Map.entry("%s_MALFORMED_CALL_RETRIES", "malformedRetries"),
          Map.entry("%s_MALFORMED_CALL_DELAY", "malformedDelay"),
          Map.entry("%s_USE_CREDITS", "useCredits"),
          Map.entry("%s_ENABLE_SIGNATURE_CACHE", "signatureCache"),
          Map.entry("%s_INTERLEAVED_THINKING", "interleavedThinking"),
          Map.entry("%s_PARALLEL_TOOL_INSTRUCTION", "parallelToolInstruction"),
          Map.entry("%s_PARALLEL_TOOL_INSTRUCTION_CLAUDE", "parallelToolsClaude"),
          Map.entry("%s_PARALLEL_TOOL_INSTRUCTION_GEMINI3", "parallelToolsGemini3"));

  private final Environment environment;
  private final Variables variables;
  private final List<Overrides.Change> changes = new ArrayList<>();
  private boolean unusable;

  OverrideReader(Environment environment, Variables variables) {
    this.environment = environment;
    this.variables = variables;
  }

  /** The changes, null when the provider must not be called before something is corrected. */
  @Nullable Overrides read() {
    dialect();
    address();
    models();
    headers();
    rotation();
    limit("MAX_CONCURRENT_REQUESTS_PER_KEY_%s", Provider::setMaxConcurrent);
    limit("OPTIMAL_CONCURRENT_REQUESTS_PER_KEY_%s", Provider::setOptimalConcurrent);
    tolerance();
    quotaGroups();
    text("IGNORE_MODELS_%s", Provider::setIgnoreModels);
    text("WHITELIST_MODELS_%s", Provider::setWhitelistModels);
    quirks();
    text("%s_PARAMS_DROP", Provider::setDropParameters);
    renames();
    cost();
    proxy();
    OPTIONS.forEach(this::option);
    tries("%s_EMPTY_RESPONSE_ATTEMPTS", "%s_EMPTY_RESPONSE_RETRY_DELAY", "empty", "limit");
    tries("%s_503_MAX_ATTEMPTS", "%s_503_RETRY_DELAY", "capacity");
    return unusable ? null : new Overrides(changes);
  }

  private void address() {
    variables.needs().forEach(this::need);
    environment
        .first(variables.bases().stream().filter(v -> !variables.needs().contains(v)).toList())
        .ifPresent(
            base -> {
              String fault = ProviderCheck.urlFault(base.value(), ProviderCheck.WEB);
              if (fault.isEmpty()) {
                change(base, p -> p.moveTo(base.value()));
              } else {
                refuse(base.variable(), fault, "legal: http(s)://host[:port][/path]");
              }
            });
    if (!variables.needs().isEmpty() && !unusable) {
      change(
          variables.needs().getFirst(),
          p -> p.setBaseUrl(Placeholders.filled(p.getBaseUrl(), this::part)));
    }
  }

  // An address is not guessed: a key must not go to another host than was meant.
  private void need(String variable) {
    String value = part(variable);
    if (value == null) {
      refuse(variable, "is missing, but the address needs it", "set it");
    } else if (value.contains("/") || variable.endsWith("_BASE")) {
      String fault = ProviderCheck.urlFault(value, ProviderCheck.WEB);
      if (!fault.isEmpty()) {
        refuse(variable, fault, "legal: http(s)://host[:port][/path]");
      }
    } else if (!PATH_PART.matcher(value).matches()) {
      refuse(variable, "holds what cannot stand in an address", "legal: letters, digits, . _ ~ -");
    }
  }

  private @Nullable String part(String variable) {
    return environment
        .find(variable)
        .map(found -> found.value().replaceFirst("/+$", ""))
        .orElse(null);
  }

  private void dialect() {
    find("%s_API_DIALECT")
        .ifPresent(
            dialect -> {
              if (Provider.DIALECTS.contains(dialect.value())) {
                change(dialect, p -> p.setDialect(dialect.value()));
              } else {
                refuse(
                    dialect.variable(),
                    "\"%s\" is not a dialect".formatted(dialect.value()),
                    "known: %s%s"
                        .formatted(
                            String.join(", ", Provider.DIALECTS),
                            NearNames.hint(dialect.value(), Provider.DIALECTS)));
              }
            });
  }

  private void models() {
    find("%s_MODELS")
        .ifPresent(
            models -> {
              String fault = ModelList.read(models.value()).fault();
              if (fault.isEmpty()) {
                change(models, p -> p.setModels(models.value()));
              } else {
                fail(models.variable(), fault);
              }
            });
  }

  private void headers() {
    find("%s_HEADERS")
        .ifPresent(
            found -> {
              HeaderList written = HeaderList.read(found.value());
              HeaderList filled = written.filled(this::headerPart);
              if (!filled.fault().isEmpty()) {
                fail(found.variable(), filled.fault());
              } else if (!filled.unfilled().isEmpty()) {
                environment.fail(
                    found.variable(),
                    "names variables that are not set: " + String.join(", ", filled.unfilled()),
                    "set them");
              } else {
                change(found, p -> p.setHeaders(filled.json()));
              }
            });
  }

  private @Nullable String headerPart(String variable) {
    return environment.find(variable).map(Found::value).orElse(null);
  }

  private void rotation() {
    find("ROTATION_MODE_%s")
        .ifPresent(
            found -> {
              String mode = found.value().toLowerCase(Locale.ROOT);
              if (Provider.ROTATIONS.contains(mode)) {
                change(found, p -> p.setRotation(mode));
              } else {
                environment.warn(
                    found.variable(),
                    "\"%s\" is not a mode".formatted(found.value()),
                    "known: " + String.join(", ", Provider.ROTATIONS));
              }
            });
  }

  // The limit of one mode beats the limit of both, hence its place behind it.
  private void limit(String pattern, BiConsumer<Provider, Integer> set) {
    number(pattern).ifPresent(n -> change(n.variable(), p -> set.accept(p, n.value())));
    for (String mode : Provider.ROTATIONS) {
      number(pattern + "_" + mode.toUpperCase(Locale.ROOT))
          .ifPresent(
              n ->
                  change(
                      n.variable(),
                      p -> {
                        if (p.getRotation().equals(mode)) {
                          set.accept(p, n.value());
                        }
                      }));
    }
  }

  private record Whole(String variable, int value) {}

  private Optional<Whole> number(String pattern) {
    return find(pattern)
        .flatMap(
            found -> {
              try {
                int value = Integer.parseInt(found.value().replace("_", ""));
                return Optional.of(new Whole(found.variable(), value));
              } catch (NumberFormatException e) {
                environment.warn(
                    found.variable(),
                    "is not a whole number",
                    "legal: 1 and more, 0 or less for no limit");
                return Optional.empty();
              }
            });
  }

  private void tolerance() {
    find("ROTATION_TOLERANCE_%s")
        .or(() -> environment.find("ROTATION_TOLERANCE"))
        .ifPresent(
            found -> {
              if (TOLERANCE.matcher(found.value()).matches()) {
                double tolerance = Double.parseDouble(found.value());
                change(found, p -> p.setTolerance(tolerance));
              } else {
                environment.warn(found.variable(), "is not a decimal number", "legal: 0 and more");
              }
            });
  }

  /**
   * {@code _} in the variable stands for {@code -} and {@code _} in the name of a group; an empty
   * list removes the group (rotation.md 2.2).
   */
  private void quotaGroups() {
    for (String variable : environment.names()) {
      if (!variable.startsWith(GROUPS)) {
        continue;
      }
      String tail = variable.substring(GROUPS.length());
      variables
          .stemOf(tail)
          .ifPresent(
              stem -> {
                String group = tail.substring(stem.length() + 1).toLowerCase(Locale.ROOT);
                String models = environment.find(variable).map(Found::value).orElse("");
                change(variable, p -> putGroup(p, group, models));
              });
    }
  }

  private static void putGroup(Provider provider, String group, String models) {
    Map<String, String> groups = new LinkedHashMap<>(provider.getQuotaGroups());
    List<String> known = groups.keySet().stream().toList();
    // chutes_global may be called global, which the provider's name before it makes clear
    String name =
        like(known, group).or(() -> like(known, provider.getName() + "_" + group)).orElse(group);
    if (models.isEmpty()) {
      groups.remove(name);
    } else {
      groups.put(name, models);
    }
    provider.setQuotaGroups(groups);
  }

  private static Optional<String> like(List<String> groups, String spelled) {
    return groups.stream()
        .filter(g -> g.toLowerCase(Locale.ROOT).replace('-', '_').equals(spelled.replace('-', '_')))
        .findFirst();
  }

  private void quirks() {
    find("%s_QUIRKS")
        .ifPresent(
            found -> {
              List<String> unknown =
                  Provider.commaList(found.value()).stream()
                      .filter(code -> Quirk.named(code).isEmpty())
                      .toList();
              if (unknown.isEmpty()) {
                change(found, p -> p.setQuirks(found.value()));
              } else {
                environment.warn(
                    found.variable(),
                    "names unknown quirks: " + String.join(", ", unknown),
                    "known: " + String.join(", ", Quirk.names()));
              }
            });
  }

  private void renames() {
    find("%s_PARAMS_RENAME")
        .ifPresent(
            found -> {
              try {
                Map<String, String> renames = Json.TREES.readValue(found.value(), TEXTS);
                change(found, p -> p.setRenameParameters(renames));
              } catch (JsonProcessingException | IllegalArgumentException e) {
                environment.fail(
                    found.variable(), "is not valid JSON", "legal: {\"name\":\"other_name\"}");
              }
            });
  }

  private void cost() {
    find("%s_COST")
        .ifPresent(
            found -> {
              String said = found.value().toLowerCase(Locale.ROOT);
              if (Provider.COSTS.contains(said)) {
                change(found, p -> p.setCost(said));
              } else {
                environment.warn(
                    found.variable(),
                    "\"%s\" is not a source of prices".formatted(found.value()),
                    "known: " + String.join(", ", Provider.COSTS));
              }
            });
  }

  private void proxy() {
    find("%s_PROXY_URL")
        .ifPresent(
            found -> {
              String fault = ProviderCheck.urlFault(found.value(), ProviderCheck.PROXY);
              if (fault.isEmpty()) {
                change(found, p -> p.setProxyUrl(found.value()));
              } else {
                refuse(found.variable(), fault, "legal: http(s)://[user:password@]host:port");
              }
            });
  }

  private void tries(String attempts, String pause, String... reasons) {
    for (String reason : reasons) {
      find(attempts)
          .ifPresent(
              found -> {
                if (found.value().matches("[1-9]\\d?")) {
                  change(found, p -> p.changeTries(reason, found.value(), null));
                } else {
                  environment.warn(found.variable(), "is no number of attempts", "legal: 1 to 99");
                }
              });
      find(pause)
          .ifPresent(
              found -> {
                if (Durations.exact(found.value()).isPresent()) {
                  change(found, p -> p.changeTries(reason, null, found.value()));
                } else {
                  environment.warn(found.variable(), "is no duration", "legal: 3, 1.5s, 2m");
                }
              });
    }
  }

  private void text(String pattern, BiConsumer<Provider, String> set) {
    find(pattern).ifPresent(found -> change(found, p -> set.accept(p, found.value())));
  }

  /** An empty text is one too. */
  private void option(String pattern, String name) {
    variables.stems().stream()
        .map(pattern::formatted)
        .filter(environment.names()::contains)
        .findFirst()
        .ifPresent(
            variable -> {
              String value = environment.find(variable).map(Found::value).orElse("");
              change(variable, p -> p.putTransformOption(name, value));
            });
  }

  private Optional<Found> find(String pattern) {
    return environment.first(variables.stems().stream().map(pattern::formatted).toList());
  }

  private void change(Found found, Consumer<Provider> apply) {
    change(found.variable(), apply);
  }

  private void change(String variable, Consumer<Provider> apply) {
    changes.add(new Overrides.Change(variable, apply));
  }

  private void fail(String variable, String fault) {
    int remedy = fault.indexOf("; ");
    environment.fail(variable, fault.substring(0, remedy), fault.substring(remedy + 2));
  }

  private void refuse(String variable, String problem, String remedy) {
    unusable = true;
    environment.fail(
        variable, problem + "; " + variables.provider() + " is not served until then", remedy);
  }
}
