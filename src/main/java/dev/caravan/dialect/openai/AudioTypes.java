package dev.caravan.dialect.openai;

/** OpenAI's names of audio formats and the media types that they are (providers.md 13.2). */
public final class AudioTypes {
  private AudioTypes() {}

  public static String ofFormat(String format) {
    return switch (format) {
      case "mp3" -> "audio/mpeg";
      case "pcm16" -> "audio/pcm";
      case "g711" -> "audio/basic";
      default -> "audio/" + format;
    };
  }

  public static String formatOf(String type) {
    return switch (type) {
      case "audio/mpeg", "audio/mp3" -> "mp3";
      case "audio/pcm" -> "pcm16";
      case "audio/basic" -> "g711";
      case "audio/x-wav", "audio/wave" -> "wav";
      default -> type.startsWith("audio/") ? type.substring(6) : type;
    };
  }
}
