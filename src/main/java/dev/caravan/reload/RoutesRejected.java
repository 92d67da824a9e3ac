package dev.caravan.reload;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A set of route files cannot be used. The message has a line for each complaint. */
public final class RoutesRejected extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<Complaint> complaints;

  RoutesRejected(List<Complaint> complaints, @Nullable Throwable cause) {
    super(complaints.stream().map(Complaint::toString).collect(Collectors.joining("\n")), cause);
    this.complaints = List.copyOf(complaints);
  }

  static RoutesRejected because(Complaint complaint, @Nullable Throwable cause) {
    return new RoutesRejected(List.of(complaint), cause);
  }

  /** Never empty. */
  public List<Complaint> complaints() {
    return complaints;
  }
}
