package dev.caravan.cli.cred;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What accounts are written as, for the place that is to give them to a gateway as variables. */
enum ExportFormat {
  /** A {@code .env} file, which Caravan and most tools read: values in quotes. */
  ENV {
    @Override
    String of(List<Exported> accounts) {
      return lines(
          accounts, value -> '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
    }
  },

  /** What {@code docker run --env-file} takes, which would keep quotes as a part of the value. */
  DOCKER_ENV {
    @Override
    String of(List<Exported> accounts) {
      return lines(accounts, value -> value);
    }
  },

  /** A manifest of a Kubernetes secret, to be named in a container's {@code envFrom}. */
  K8S_SECRET {
    @Override
    String of(List<Exported> accounts) {
      StringBuilder text =
          new StringBuilder(
              """
              apiVersion: v1
              kind: Secret
              metadata:
                name: caravan-accounts
              type: Opaque
              stringData:
              """);
      for (Exported account : accounts) {
        text.append("  # ").append(account.title()).append('\n');
        account
            .variables()
            .forEach((name, value) -> text.append("  %s: %s\n".formatted(name, json(value))));
      }
      return text.toString();
    }
  },

  /** The body of a {@code PUT /v1/services/ID/env-vars} to the API of Render. */
  RENDER {
    @Override
    String of(List<Exported> accounts) {
      return accounts.stream()
          .flatMap(account -> account.variables().entrySet().stream())
          .map(v -> "  {\"key\":%s,\"value\":%s}".formatted(json(v.getKey()), json(v.getValue())))
          .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }
  };

  /**
   * An account as variables.
   *
   * @param title for people
   */
  record Exported(String title, Map<String, String> variables) {
    Exported {
      title = title.replaceAll("\\p{Cntrl}", "?"); // it stands in a comment
    }
  }

  /** Reads {@code docker-env} and the like. */
  static final class Reader implements ITypeConverter<ExportFormat> {
    @Override
    public ExportFormat convert(String word) {
      for (ExportFormat format : values()) {
        if (format.word().equalsIgnoreCase(word)) {
          return format;
        }
      }
      throw new TypeConversionException(
          "there is no format %s; there are %s"
              .formatted(
                  word,
                  Arrays.stream(values())
                      .map(ExportFormat::word)
                      .collect(Collectors.joining(", "))));
    }
  }

  /**
   * All of them as one text.
   *
   * @throws IllegalArgumentException whose message is for people, when a value does not fit
   */
  abstract String of(List<Exported> accounts);

  private String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String lines(List<Exported> accounts, UnaryOperator<String> quoted) {
    if (accounts.stream()
        .flatMap(account -> account.variables().values().stream())
        .anyMatch(value -> value.contains("\n"))) {
      throw new IllegalArgumentException(
          "a value has several lines, which this format cannot hold; use --format k8s-secret");
    }
    StringBuilder text = new StringBuilder();
    for (Exported account : accounts) {
      text.append("# ").append(account.title()).append('\n');
      account
          .variables()
          .forEach((name, value) -> text.append(name + "=" + quoted.apply(value) + "\n"));
      text.append('\n');
    }
    return text.toString();
  }

  private static String json(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
