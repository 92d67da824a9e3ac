package dev.caravan.hook;

import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.ModelName;
import dev.caravan.call.TimeSource;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.route.hook.HookComponent;
import dev.caravan.route.hook.HookCounts;
import dev.caravan.route.hook.Hooks;
import dev.caravan.upstream.Calls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call pays for its hooks; the aims are less than a microsecond without one, and less than
 * ten with one that sets a variable.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class HooksBenchmark {
  private static final byte[] BODY =
      """
      {"model":"acme/small","messages":[{"role":"user","content":"hi"}]}"""
          .getBytes(StandardCharsets.UTF_8);

  @Param({"none", "setVariable"})
  public String hook = "none";

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Hooks hooks = new Hooks(new HookCounts());
  private final Dialect dialect = Dialects.onClassPath().named("openai-chat");
  private final ReadRequest request = new ReadRequest(BODY, dialect.readRequest(BODY));

  @Setup(Level.Trial)
  public void start() throws Exception {
    context.addComponent("hook", new HookComponent(hooks));
    if (hook.equals("setVariable")) {
      context.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("hook:on-request").setVariable("team", constant("blue"));
            }
          });
    }
    Hooks.prepare(context);
    context.start();
  }

  @TearDown(Level.Trial)
  public void stop() {
    context.stop();
  }

  /** The exchange and the call of a request, which there are anyway. */
  @Benchmark
  public Exchange withoutThePoint() {
    return opened();
  }

  @Benchmark
  public Exchange withThePoint() {
    Exchange exchange = opened();
    hooks.onRequest(exchange, Calls.of(exchange), dialect, null);
    return exchange;
  }

  private Exchange opened() {
    Exchange exchange = new DefaultExchange(context, ExchangePattern.InOut);
    Call call =
        new Call(
            "id",
            "default",
            "openai-chat",
            "acme/small",
            false,
            Deadline.in(Duration.ofSeconds(30), TimeSource.system()));
    call.routeTo(new ModelName("acme", "small"));
    Calls.open(exchange, call);
    Calls.read(exchange, request);
    return exchange;
  }
}
