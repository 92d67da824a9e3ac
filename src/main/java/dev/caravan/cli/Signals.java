package dev.caravan.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals as events. For SIGTERM and SIGINT a shutdown hook would do, were it not that the process
 * then ends with the signal's code and never hears a second signal.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /** Runs the task, on a thread of the JVM, each time SIGTERM or SIGINT arrives. */
  static void onTerminate(Runnable task) {
    on("TERM", task);
    on("INT", task);
  }

  /** Runs the task, on a thread of the JVM, each time SIGHUP arrives. */
  static void onHangUp(Runnable task) {
    on("HUP", task);
  }

  private static void on(String name, Runnable task) {
    try {
      // by reflection, since the type is not part of the platform's API, only present everywhere
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler run =
          (proxy, method, args) -> {
            if (method.getName().equals("handle")) {
              task.run();
            }
            return method.getReturnType() == int.class ? 0 : null;
          };
      Object listener =
          Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, run);
      Object known = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, known, listener);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.debug("signal {} cannot be listened to here", name, e);
    }
  }
}
