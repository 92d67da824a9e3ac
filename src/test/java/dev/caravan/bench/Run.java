package dev.caravan.bench;

import java.util.Map;

/**
 * The figures of one run.
 *
 * @param seconds measured
 * @param answers that came in that time
 * @param errors of requests that began in it, by kind
 * @param latency of whole answers that began in it
 * @param timeToFirst content chunk of streams
 * @param gap between two content chunks
 * @param chunksPerSecond content chunks that came in that time
 * @param cpuSeconds of the server's processes; 0 when there was no server to look at
 * @param peakPss of the server's processes in MiB
 * @param generatorCpu of this program, share of one core
 * @param otherCpu of all that is neither server, mock nor this program, share of one core
 */
record Run(
    String name,
    int connections,
    double seconds,
    long answers,
    Map<String, Integer> errors,
    Samples.Summary latency,
    Samples.Summary timeToFirst,
    Samples.Summary gap,
    double chunksPerSecond,
    double cpuSeconds,
    double peakPss,
    double generatorCpu,
    double otherCpu) {

  double answersPerSecond() {
    return answers / seconds;
  }

  double cpuMicrosPerRequest() {
    return answers == 0 ? 0 : cpuSeconds * 1e6 / answers;
  }

  double cpuMicrosPerChunk() {
    return chunksPerSecond == 0 ? 0 : cpuSeconds * 1e6 / (chunksPerSecond * seconds);
  }

  int errorCount() {
    return errors.values().stream().mapToInt(Integer::intValue).sum();
  }
}
