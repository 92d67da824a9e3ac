package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.component.quartz.QuartzEndpoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;

/** What comes with {@code routes/schedule.yaml}. */
class ScheduleTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private static int executed(Scheduler scheduler) {
    try {
      return scheduler.getMetaData().getNumberOfJobsExecuted();
    } catch (SchedulerException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @DisplayName("rotation.md 4.2: the clock ends the windows whose time has come")
  void theClockEndsTheWindowsWhoseTimeHasCome() throws Exception {
    gateway.withKeys("sk-good-1");
    gateway.ask("acme/mock-1");
    CamelContext context = gateway.gateway().context();
    QuartzEndpoint endpoint = (QuartzEndpoint) context.getRoute("daily-reset").getEndpoint();
    Scheduler scheduler = context.getComponent("quartz", QuartzComponent.class).getScheduler();

    scheduler.triggerJob(scheduler.getTrigger(endpoint.getTriggerKey()).getJobKey());

    Eventually.holds("the job ran", () -> executed(scheduler) >= 1);
    // a bean or method that is not there would be an error in the log, which no test may leave
    Eventually.holds("the route ended", () -> context.getInflightRepository().size() == 0);
    assertThat(scheduler.getMetaData().getThreadPoolSize()).isEqualTo(1);
    assertThat(gateway.credential(1).requests()).isEqualTo(1);
  }
}
