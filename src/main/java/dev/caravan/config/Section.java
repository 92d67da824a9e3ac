package dev.caravan.config;

import java.util.ArrayList;
import java.util.List;

/** Settings that belong together; filled once while the class that declares them is loaded. */
final class Section {
  private final String title;
  private final List<Setting<?>> rows = new ArrayList<>();
  private final List<SettingPattern<?>> patterns = new ArrayList<>();

  Section(String title) {
    this.title = title;
  }

  /** A setting with a default, applied without restart. */
  <T> Setting<T> live(String name, SettingType<T> type, String fallback, String text) {
    return add(new Setting<>(name, type, type.read(fallback), fallback, text, true));
  }

  /** A setting with a default, read once at the start. */
  <T> Setting<T> atStart(String name, SettingType<T> type, String fallback, String text) {
    return add(new Setting<>(name, type, type.read(fallback), fallback, text, false));
  }

  /** A setting without a value of its own, applied without restart. */
  <T> Setting<T> liveUnset(String name, SettingType<T> type, String otherwise, String text) {
    return add(new Setting<>(name, type, null, otherwise, text, true));
  }

  /** A setting without a value of its own, read once at the start. */
  <T> Setting<T> unset(String name, SettingType<T> type, String otherwise, String text) {
    return add(new Setting<>(name, type, null, otherwise, text, false));
  }

  /** A family of settings with a default, applied without restart. */
  <T> SettingPattern<T> family(String name, SettingType<T> type, String fallback, String text) {
    return pattern(new Setting<>(name, type, type.read(fallback), fallback, text, true));
  }

  /** A family of settings without a value of their own, applied without restart. */
  <T> SettingPattern<T> familyUnset(
      String name, SettingType<T> type, String otherwise, String text) {
    return pattern(new Setting<>(name, type, null, otherwise, text, true));
  }

  String title() {
    return title;
  }

  /** Settings and patterns in the order of their declaration. */
  List<Setting<?>> rows() {
    return rows;
  }

  List<SettingPattern<?>> patterns() {
    return patterns;
  }

  private <T> Setting<T> add(Setting<T> setting) {
    rows.add(setting);
    return setting;
  }

  private <T> SettingPattern<T> pattern(Setting<T> row) {
    SettingPattern<T> pattern = new SettingPattern<>(row);
    rows.add(row);
    patterns.add(pattern);
    return pattern;
  }
}
