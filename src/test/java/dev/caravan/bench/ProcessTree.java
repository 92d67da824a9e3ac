package dev.caravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a process and its children cost, read from {@code /proc}. */
record ProcessTree(long pid) {

  // USER_HZ, which is 100 wherever Linux shows it to programs
  private static final double TICKS_PER_SECOND = 100;

  /** Processor seconds so far, user and system, of all that live. */
  double cpuSeconds() {
    return pids().mapToLong(ProcessTree::ticks).sum() / TICKS_PER_SECOND;
  }

  /** Proportional set size in MiB: pages that processes share are counted once. */
  double pssMebibytes() {
    return pids().mapToLong(ProcessTree::pssKibibytes).sum() / 1024.0;
  }

  /** Processor seconds of the whole machine so far, idle and waiting ones left out. */
  static double machineCpuSeconds() throws IOException {
    String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().trim().split("\\s+");
    long busy = 0;
    for (int i = 1; i < Math.min(9, fields.length); i++) {
      if (i != 4 && i != 5) {
        busy += Long.parseLong(fields[i]);
      }
    }
    return busy / TICKS_PER_SECOND;
  }

  private Stream<Long> pids() {
    Stream<Long> children =
        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants).map(ProcessHandle::pid);
    return Stream.concat(Stream.of(pid), children);
  }

  // the name in brackets may hold anything, so fields are counted from behind it
  private static long ticks(long pid) {
    List<String> lines = read(pid, "stat");
    if (lines.isEmpty()) {
      return 0;
    }
    String stat = lines.getFirst();
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  private static long pssKibibytes(long pid) {
    return read(pid, "smaps_rollup").stream()
        .filter(line -> line.startsWith("Pss:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static List<String> read(long pid, String file) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException gone) {
      return List.of();
    }
  }
}
