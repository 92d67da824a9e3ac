package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Schemas of functions as Antigravity takes them, by the family of the model (providers.md 6.4).
 */
final class AntigravityTools implements BodyTransform {
  @Override
  public String name() {
    return "antigravity-tools";
  }

  @Override
  public String does() {
    return "schemas of functions stand in `parameters`, without the keywords that Antigravity refuses for the model's family; for Claude"
        + " alternatives and unions become one schema";
  }

  @Override
  public String onlyWith() {
    return "functionDeclarations";
  }

  @Override
  public void request(ObjectNode body, String model) {
    boolean claude = AntigravityModels.isClaude(model);
    for (ObjectNode declaration : GoogleTools.declarations(body)) {
      ObjectNode schema = GoogleTools.schema(declaration);
      if (schema != null) {
        declaration.remove("parametersJsonSchema");
        declaration.set("parameters", SchemaCleaner.cleaned(schema, claude));
      }
    }
  }
}
