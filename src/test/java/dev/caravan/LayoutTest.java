package dev.caravan;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.caravan.call.TimeSource;
import java.time.Clock;
import java.time.Instant;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/** The rooms of docs/architecture.md, as far as a machine can see them. */
@AnalyzeClasses(packages = "dev.caravan", importOptions = DoNotIncludeTests.class)
class LayoutTest {
  private static final String[] RULES = rooms("pool", "dialect", "provider");
  private static final String[] MACHINERY =
      rooms("http", "upstream", "reload", "observe", "mock", "oauth", "state", "event");

  @ArchTest
  static final ArchRule roomsLookDownOnly =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("front")
          .definedBy(
              "dev.caravan", "dev.caravan.cli..", "dev.caravan.route..", "dev.caravan.admin..")
          .layer("machinery")
          .definedBy(MACHINERY)
          .layer("loops")
          .definedBy("dev.caravan.loop..")
          .layer("rules")
          .definedBy(RULES)
          .layer("ground")
          .definedBy(rooms("call", "config"))
          .whereLayer("front")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("machinery")
          .mayOnlyBeAccessedByLayers("front")
          .whereLayer("loops")
          .mayOnlyBeAccessedByLayers("front", "machinery")
          .whereLayer("rules")
          .mayOnlyBeAccessedByLayers("front", "machinery")
          .because("whoever changes a rule must not have to think of a socket");

  @ArchTest
  static final ArchRule machinesDoNotKnowEachOther =
      slices()
          .matching("dev.caravan.(http|upstream|reload|observe|mock|oauth|state|event)..")
          .should()
          .notDependOnEachOther()
          .because("the front puts them together; each can be taken out and replaced");

  @ArchTest
  static final ArchRule rulesAreToldWithoutCamel =
      noClasses()
          .that()
          .resideInAnyPackage(RULES)
          .or()
          .resideInAnyPackage(rooms("call", "config"))
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.apache.camel..", "io.vertx..", "io.netty.."))
          .because("a unit test must be able to hold them in one hand");

  @ArchTest
  static final ArchRule loginsRunWithoutCamel =
      noClasses()
          .that()
          .resideInAnyPackage(rooms("oauth"))
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.apache.camel..", "io.vertx..", "io.netty.."))
          .because("a login runs in a command as well as in the gateway");

  @ArchTest
  static final ArchRule httpKnowsNothingAboutLanguageModels =
      noClasses()
          .that()
          .resideInAnyPackage(rooms("http", "loop"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(RULES)
          .because("it carries requests and streams, whatever they are about");

  @ArchTest
  static final ArchRule dialectsDoNotKnowEachOther =
      slices()
          .matching("dev.caravan.dialect.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              alwaysTrue(),
              resideInAnyPackage("dev.caravan.dialect.sse..", "dev.caravan.dialect.hub.."))
          .because(
              "they meet in Conversation and StreamEvent; the framing of events is everybody's");

  @ArchTest
  static final ArchRule timeComesFromOutside =
      noClasses()
          .that()
          .resideInAnyPackage(RULES)
          .or()
          .resideInAPackage("dev.caravan.call..")
          .and()
          .doNotBelongToAnyOf(TimeSource.class)
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Instant.class, "now", Clock.class)
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .because("a test of an hour must take a millisecond: ask a TimeSource");

  @ArchTest
  static final ArchRule everybodyLogsThroughSlf4j =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.caravan.observe..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.util.logging..")
          .because("what writes the log is chosen, and masked, in observe");

  @ArchTest
  static final ArchRule onlyCommandsPrint =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.caravan.cli..")
          .should()
          .accessField(System.class, "out")
          .because("what a server has to say goes to its log");

  @ArchTest
  static void everyRoomHasADoor(JavaClasses classes) {
    TreeSet<String> closed =
        classes.stream()
            .map(JavaClass::getPackageName)
            .distinct()
            .filter(room -> !isNullMarked(room))
            .collect(toCollection(TreeSet::new));

    assertThat(closed)
        .as("rooms without a package-info that says @NullMarked, what is in and how to enter")
        .isEmpty();
  }

  private static boolean isNullMarked(String room) {
    try {
      return Class.forName(room + ".package-info").isAnnotationPresent(NullMarked.class);
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static String[] rooms(String... names) {
    String[] rooms = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      rooms[i] = "dev.caravan." + names[i] + "..";
    }
    return rooms;
  }
}
