package dev.caravan.pool;

import dev.caravan.call.Attempt;
import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.ModelName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The wish of one call for a credential for one model: what it has tried, where it waits. Not
 * thread-safe: for the thread of its call.
 */
public final class Ask {

  record Failed(Member member, Fault fault, long millis) {}

  private final Call call;
  private final ModelName model;
  private final Wish wish;
  private final String modelScope;
  private final @Nullable String group;
  private final int requiredPriority;
  private final List<Member> tried = new ArrayList<>(2);
  private final List<Member> mayReturn = new ArrayList<>(0);
  private final List<Failed> failed = new ArrayList<>(2);
  private final List<FaultClass> turns = new ArrayList<>(2);
  private long attemptStarted;
  private int attempt;
  @Nullable Place place;

  private List<Cooldowns.Undo> quotaFailures = List.of();
  private @Nullable String quotaEvidence;
  private boolean stickyWaitOver;
  private long stickyWaitEnd;

  Ask(Call call, ModelName model, Wish wish, PoolOptions options) {
    this.call = call;
    this.model = model;
    this.wish = wish;
    this.modelScope = model.toString();
    this.group = options.groupOf(model.upstreamModel());
    this.requiredPriority = options.requiredPriority(model.upstreamModel());
  }

  Wish wish() {
    return wish;
  }

  @Nullable String session() {
    return wish.session();
  }

  /** Whether it may use one credential only, whatever the pool is pinned to. */
  boolean isPinned() {
    return wish.credential() != null;
  }

  int requiredPriority() {
    return requiredPriority;
  }

  /** Until when it waits for the busy credential of its session, on {@code nanos}; 0 for not. */
  long stickyWaitEnd() {
    return stickyWaitEnd;
  }

  boolean isStickyWaitOver() {
    return stickyWaitOver;
  }

  void waitSticky(long untilNanos) {
    stickyWaitEnd = untilNanos == 0 ? 1 : untilNanos;
  }

  void endStickyWait() {
    stickyWaitOver |= stickyWaitEnd != 0;
    stickyWaitEnd = 0;
  }

  public Call call() {
    return call;
  }

  public ModelName model() {
    return model;
  }

  public Deadline deadline() {
    return call.deadline();
  }

  /** The failed attempts of this ask in order, with the time that each took. */
  public List<Attempt> attempts() {
    return failed.stream()
        .map(
            f ->
                new Attempt(
                    f.member().credential.fingerprint(),
                    f.fault().kind(),
                    f.fault().status(),
                    f.millis()))
        .toList();
  }

  /** Key of the quota group, or of the model when it has none. */
  String scope() {
    return group == null ? modelScope : group;
  }

  ScopeKind scopeKind() {
    return group == null ? ScopeKind.MODEL : ScopeKind.GROUP;
  }

  @Nullable String group() {
    return group;
  }

  String modelScope() {
    return modelScope;
  }

  boolean isGrouped() {
    return group != null;
  }

  boolean isFresh() {
    return tried.isEmpty();
  }

  boolean mayStart() {
    return !call.isCancelled() && !deadline().isOver();
  }

  boolean hasTried(Member member) {
    return !tried.isEmpty() && tried.contains(member);
  }

  /** A member that told its own time may be asked once more after it (rotation.md 9, case 21). */
  boolean mayReturnTo(Member member) {
    return mayReturn.contains(member);
  }

  int tried() {
    return tried.size();
  }

  int turns() {
    return turns.size();
  }

  int attempt() {
    return attempt;
  }

  List<Failed> failed() {
    return failed;
  }

  int turnsThatMet(FaultClass kind) {
    int count = 0;
    for (FaultClass met : turns) {
      count += met == kind ? 1 : 0;
    }
    return count;
  }

  /** Notes that a turn begins; tells whether it is the second one of this member. */
  boolean begin(Member member, long nanos) {
    attempt = 1;
    attemptStarted = nanos;
    if (hasTried(member)) {
      mayReturn.remove(member);
      return true;
    }
    tried.add(member);
    return false;
  }

  void again(long nanos) {
    attempt++;
    attemptStarted = nanos;
  }

  void note(Member member, Fault fault, long nanos) {
    long millis = Math.max(0, nanos - attemptStarted) / 1_000_000;
    failed.add(new Failed(member, fault, millis));
  }

  void endTurn(FaultClass kind) {
    turns.add(kind);
  }

  void allowReturn(Member member) {
    mayReturn.add(member);
  }

  /** Notes what a failure did, while quota failures with equal evidence follow each other. */
  void did(Fault fault, Cooldowns.Undo undo) {
    if (fault.kind() != FaultClass.QUOTA_EXCEEDED) {
      quotaFailures = List.of();
      quotaEvidence = null;
      return;
    }
    if (!fault.evidence().equals(quotaEvidence)) {
      quotaEvidence = fault.evidence();
      quotaFailures = new ArrayList<>(3);
    }
    quotaFailures.add(undo);
  }

  /** The last quota failures in a row that carry the same evidence. */
  List<Cooldowns.Undo> quotaFailures() {
    return quotaFailures;
  }
}
