package dev.caravan.dialect.openai;

import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.StreamEvent.ToolDelta;
import dev.caravan.dialect.hub.StreamSink;
import dev.caravan.dialect.hub.ToolNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fragments of tool calls in one stream, and which call each belongs to. Providers number calls
 * with gaps, give all of them the number 0, or none; an id that has not been seen begins a call.
 */
final class CallFragments {

  /** A call that has begun. */
  private static final class Begun {
    final int providersIndex;
    String id;
    boolean hasArguments;

    Begun(int providersIndex, String id) {
      this.providersIndex = providersIndex;
      this.id = id;
    }
  }

  private static final class Fragment {
    int index = -1;
    String id = "";
    String name = "";
    @Nullable JsonText arguments;
    boolean whole;
  }

  private final ToolNames names;
  private final List<Begun> begun = new ArrayList<>(0);
  private final List<Fragment> fragments = new ArrayList<>(0);

  CallFragments(ToolNames names) {
    this.names = names;
  }

  boolean any() {
    return !begun.isEmpty();
  }

  boolean hasFragments() {
    return !fragments.isEmpty();
  }

  void forget() {
    fragments.clear();
  }

  void read(JsonReader json, boolean whole) throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      if (!json.isObject()) {
        json.skip();
        continue;
      }
      Fragment fragment = new Fragment();
      fragment.whole = whole;
      if (whole) {
        fragment.index = fragments.size();
      }
      members(json, fragment);
      fragments.add(fragment);
    }
  }

  /** The older form, {@code function_call}, of which there is one. */
  void readOne(JsonReader json) throws IOException {
    if (json.isObject()) {
      Fragment fragment = new Fragment();
      fragment.index = 0;
      members(json, fragment);
      fragments.add(fragment);
    } else {
      json.skip();
    }
  }

  private static void members(JsonReader json, Fragment into) throws IOException {
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "index" -> {
          if (json.isNumber()) {
            into.index = (int) json.number();
          }
          json.skip();
        }
        case "id" -> into.id = orEmpty(json.string());
        case "name" -> into.name = orEmpty(json.string());
        case "arguments" -> into.arguments = json.isString() ? json.text() : objectAsText(json);
        case "function" -> {
          if (json.isObject()) {
            members(json, into);
          } else {
            json.skip();
          }
        }
        default -> json.skip();
      }
    }
  }

  /** Some providers write the arguments as an object. */
  private static @Nullable JsonText objectAsText(JsonReader json) throws IOException {
    return json.isObject() ? JsonText.of(json.raw().toString()) : json.text();
  }

  void tell(StreamSink to) {
    for (Fragment fragment : fragments) {
      int known = placeOf(fragment);
      boolean fresh = known < 0;
      int place = fresh ? begun.size() : known;
      if (fresh) {
        begun.add(new Begun(fragment.index, fragment.id));
      }
      Begun call = begun.get(place);
      if (call.id.isEmpty()) {
        call.id = fragment.id;
      }
      JsonText arguments = fragment.arguments;
      if (arguments != null && (arguments.isEmpty() || (fragment.whole && call.hasArguments))) {
        arguments = null;
      }
      call.hasArguments |= arguments != null;
      to.take(
          new ToolDelta(
              place,
              fragment.id.isEmpty() ? null : fragment.id,
              fragment.name.isEmpty() ? null : names.original(fragment.name),
              arguments,
              null));
    }
  }

  private int placeOf(Fragment fragment) {
    for (int i = begun.size() - 1; i >= 0; i--) {
      Begun call = begun.get(i);
      boolean sameId = !fragment.id.isEmpty() && fragment.id.equals(call.id);
      boolean otherId = !fragment.id.isEmpty() && !call.id.isEmpty() && !sameId;
      if (sameId || (!otherId && fragment.index >= 0 && fragment.index == call.providersIndex)) {
        return i;
      }
    }
    boolean nothingNew = fragment.index < 0 && fragment.id.isEmpty() && fragment.name.isEmpty();
    return nothingNew ? begun.size() - 1 : -1;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
