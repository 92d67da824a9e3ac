package dev.caravan.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where the figures come from, as far as it matters to those who read them. */
record Machine(int cores, long memoryMebibytes, String jdk) {

  static Machine here() throws IOException {
    long kibibytes =
        Files.readAllLines(Path.of("/proc/meminfo")).stream()
            .filter(line -> line.startsWith("MemTotal:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElse(0);
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        kibibytes / 1024,
        System.getProperty("java.vm.vendor") + " JDK " + System.getProperty("java.vm.version"));
  }

  /** One sentence. */
  String describe(String command) {
    return "Made by `%s` on %s: %d cores, %d GiB of memory, %s."
        .formatted(
            command,
            LocalDate.now(ZoneOffset.UTC),
            cores,
            Math.round(memoryMebibytes / 1024.0),
            jdk);
  }

  /** What {@code nginx -v} says, for the record. */
  static String nginxVersion(Path program) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(program.toString(), "-v").redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.strip().replaceFirst(".*nginx/", "nginx ");
  }
}
