package dev.caravan.provider.google;

import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.AccountSetup;
import dev.caravan.provider.account.AccountState;
import dev.caravan.provider.account.AccountState.Occasion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives accounts of Google's Code Assist their project and plan. What is known is asked for again
 * only when somebody logs in.
 */
public sealed class CodeAssistSetup implements AccountSetup permits AntigravitySetup {
  private static final String PROJECT = "project";
  private static final String TIER = "tier";
  private static final String TIER_FULL = "tier_full";
  private static final String RESOURCE_MANAGER = "https://cloudresourcemanager.googleapis.com";
  private static final String SERVICE_USAGE = "https://serviceusage.googleapis.com";

  private final Approach approach;

  /** For {@link java.util.ServiceLoader}: that of the Gemini CLI. */
  public CodeAssistSetup() {
    this(Approach.GEMINI_CLI);
  }

  CodeAssistSetup(Approach approach) {
    this.approach = approach;
  }

  @Override
  public String name() {
    return "code-assist";
  }

  @Override
  public Map<String, String> complete(AccountState account, AccountClient client)
      throws IOException {
    Optional<String> project = account.fact(PROJECT);
    if (project.isPresent() && account.occasion() != Occasion.LOGIN) {
      String tier = account.fact(TIER).map(Plans::word).orElse("");
      return tier.isEmpty() || tier.equals(account.fact(TIER).orElse(""))
          ? Map.of()
          : Map.of(TIER, tier);
    }
    String base = account.provider().getBaseUrl();
    List<String> bases = new ArrayList<>(List.of(base));
    bases.addAll(account.provider().getMoreBaseUrls());
    CodeAssistBackend google =
        new CodeAssistBackend(
            approach.asksLastBaseFirst() ? bases.reversed() : bases,
            account.accessToken(),
            client,
            approach.patience());
    CloudProjects projects =
        new CloudProjects(google, cloud(base, RESOURCE_MANAGER), cloud(base, SERVICE_USAGE));
    String configured =
        approach.projectVariables().stream()
            .flatMap(variable -> account.variable(variable).stream())
            .findFirst()
            .orElse(null);
    ProjectDiscovery.Found found =
        new ProjectDiscovery(google, projects, approach, configured).find();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(PROJECT, found.project());
    if (!found.plan().isEmpty()) {
      facts.put(TIER, Plans.word(found.plan()));
      facts.put(TIER_FULL, Plans.full(found.plan()));
    }
    return facts;
  }

  /** With another address than Google's, a token goes to nobody else either. */
  private static String cloud(String base, String address) {
    return base.endsWith(".googleapis.com") ? address : base;
  }
}
