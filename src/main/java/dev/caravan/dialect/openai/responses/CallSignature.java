package dev.caravan.dialect.openai.responses;

import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Signature;

/**
 * A signature that another family of models puts on a call. Calls have no place for it here, so it
 * travels as a sealed thought before the call, which clients send back as it is.
 */
final class CallSignature {
  static final String TAG = "call.";

  private CallSignature() {}

  static JsonText written(Signature signature) {
    return JsonText.of(TAG + signature.writtenIn(OpenAiResponses.NAME).string());
  }

  static Signature read(JsonText written) {
    return Signature.readIn(OpenAiResponses.NAME, written.from(TAG.length()));
  }
}
