package dev.caravan.bench;

import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/** What the heap is filled with, by class, once the garbage is collected. */
record Histogram(Map<String, Long> bytesByClass) {

  static Histogram take() throws JMException {
    Object text =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    Map<String, Long> bytes = new HashMap<>();
    text.toString()
        .lines()
        .map(line -> line.trim().split("\\s+"))
        .filter(columns -> columns.length >= 4 && columns[0].endsWith(":"))
        .forEach(columns -> bytes.merge(columns[3], Long.parseLong(columns[2]), Long::sum));
    return new Histogram(bytes);
  }

  /** The classes that have grown most since then, one a line. */
  List<String> growthSince(Histogram earlier, int most) {
    return bytesByClass.entrySet().stream()
        .map(e -> Map.entry(e.getKey(), e.getValue() - earlier.of(e.getKey())))
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(most)
        .map(e -> String.format(Locale.ROOT, "%,12d bytes more of %s", e.getValue(), e.getKey()))
        .toList();
  }

  private long of(String name) {
    return bytesByClass.getOrDefault(name, 0L);
  }
}
