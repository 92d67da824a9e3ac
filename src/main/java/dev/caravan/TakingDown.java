package dev.caravan;

import dev.caravan.call.Transcript;
import dev.caravan.http.ServedRequest;
import dev.caravan.http.Witness;
import dev.caravan.observe.files.LogFiles;
import dev.caravan.observe.files.RequestFacts;
import org.jspecify.annotations.Nullable;

/** Lets the log files have the requests that they want. */
final class TakingDown implements Witness {
  private final LogFiles files;
  private final boolean wanted;

  TakingDown(LogFiles files) {
    this.files = files;
    this.wanted = files.takesRequests();
  }

  @Override
  public @Nullable Transcript begin(ServedRequest request) {
    return wanted ? files.begin(facts(request)) : null;
  }

  @Override
  public Transcript insist(ServedRequest request, @Nullable Transcript begun) {
    return files.insist(facts(request), begun);
  }

  private static RequestFacts facts(ServedRequest request) {
    String query = request.query();
    return new RequestFacts(
        request.id(),
        request.method(),
        query == null ? request.path() : request.path() + "?" + query,
        request.remote(),
        request.headers(),
        request.startedNanos());
  }
}
