package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransportFaultsTest {

  @Test
  void noFaultOfTheRoadBlamesAKey() {
    Duration waited = Duration.ofSeconds(5);

    assertThat(
            List.of(
                TransportFaults.connect("groq", "refused"),
                TransportFaults.pool("groq", waited),
                TransportFaults.firstByte("groq", waited),
                TransportFaults.read("groq", waited),
                TransportFaults.cut("groq", "reset"),
                TransportFaults.empty("groq"),
                TransportFaults.unreadable("groq", "no choices")))
        .allSatisfy(
            fault -> {
              assertThat(fault.kind().blame()).isEqualTo(FaultClass.Blame.PROVIDER);
              assertThat(fault.message()).startsWith("upstream groq: ");
              assertThat(fault.status()).isZero();
            });
  }

  @Test
  void aMessageTellsStageProviderAndTime() {
    Fault fault = TransportFaults.firstByte("groq", Duration.ofMinutes(2));

    assertThat(fault.kind()).isEqualTo(FaultClass.TIMEOUT);
    assertThat(fault.message()).isEqualTo("upstream groq: sent no answer within 120s");
    assertThat(fault.evidence()).isEqualTo("transport first byte");
  }
}
