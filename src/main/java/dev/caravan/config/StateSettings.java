package dev.caravan.config;

import static dev.caravan.config.Types.PATH;
import static dev.caravan.config.Types.SECRET;
import static dev.caravan.config.Types.oneOf;

import dev.caravan.config.Choice.StateKind;
import java.nio.file.Path;

/** What survives a restart, and where (operations.md 6, rotation.md 4.6). */
interface StateSettings {
  Section STATE = new Section("State");

  Setting<StateKind> STATE_STORE =
      STATE.atStart(
          "STATE_STORE",
          oneOf(StateKind.class),
          "files",
          "Where counts and cooldowns survive a restart: files, or memory alone, where they do not.");
  Setting<Path> STATE_DIR =
      STATE.atStart("STATE_DIR", PATH, "state", "Folder of these files; one gateway at a time.");
  Setting<Path> USAGE_DIR =
      STATE.atStart(
          "USAGE_DIR",
          PATH,
          "usage",
          "Folder of usage_<provider>.json files of another proxy, taken over once.");
  Setting<String> FINGERPRINT_KEY =
      STATE.liveUnset(
          "FINGERPRINT_KEY",
          SECRET,
          "made at the first start",
          "Key that the fingerprints of credentials are made with; the same for gateways that share state.");
}
