package dev.caravan.provider;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A program that serves models on one's own machines, known by what it says of itself: the owner of
 * the models in its list (source code of these servers).
 */
public enum LocalServer {
  OLLAMA("Ollama", "library", true),
  LM_STUDIO("LM Studio", "organization_owner", true),
  LLAMA_CPP("llama.cpp", "llamacpp", true),
  VLLM("vLLM", "vllm", false);

  private final String title;
  private final String owner;
  private final boolean knowsMaxTokensOnly;

  LocalServer(String title, String owner, boolean knowsMaxTokensOnly) {
    this.title = title;
    this.owner = owner;
    this.knowsMaxTokensOnly = knowsMaxTokensOnly;
  }

  /** The one whose models have this owner. */
  public static Optional<LocalServer> ofOwner(String owner) {
    return Arrays.stream(values()).filter(server -> server.owner.equals(owner)).findFirst();
  }

  /** The one of this name for people. */
  public static Optional<LocalServer> titled(String title) {
    return Arrays.stream(values()).filter(server -> server.title.equals(title)).findFirst();
  }

  /** Its name for people. */
  public String title() {
    return title;
  }

  Set<Quirk> quirks() {
    return knowsMaxTokensOnly ? Set.of(Quirk.MT, Quirk.TH) : Set.of(Quirk.TH);
  }

  /** Names of transforms: all of them say thoughts in {@code reasoning} today. */
  List<String> transforms() {
    return List.of("reasoning-content");
  }
}
