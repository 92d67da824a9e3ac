package dev.caravan.config;

import static dev.caravan.config.Types.LIST;
import static dev.caravan.config.Types.PATH;
import static dev.caravan.config.Types.SECRET;
import static dev.caravan.config.Types.SIZE;
import static dev.caravan.config.Types.TEXT;
import static dev.caravan.config.Types.WEB_ADDRESS;
import static dev.caravan.config.Types.YES_NO;
import static dev.caravan.config.Types.integer;
import static dev.caravan.config.Types.oneOf;
import static dev.caravan.config.Types.seconds;

import dev.caravan.config.Choice.OpenAccess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Where the gateway listens, where its files are, and who may come in (operations.md 5.1). */
interface ServerSettings {
  Section SERVER = new Section("Server and security");

  Setting<Path> CARAVAN_HOME =
      SERVER.atStart(
          "CARAVAN_HOME",
          PATH,
          ".",
          "Data folder: .env, application.properties, routes, state. Command line or environment only; other relative paths start here.");
  Setting<Path> CARAVAN_ROUTES =
      SERVER.atStart("CARAVAN_ROUTES", PATH, "routes", "Folder of the YAML routes.");
  Setting<Boolean> ROUTES_WATCH =
      SERVER.atStart(
          "ROUTES_WATCH",
          YES_NO,
          "true",
          "Takes changed route files over while the gateway runs; otherwise caravan routes reload does.");
  Setting<Duration> ROUTES_QUIET_TIME =
      SERVER.atStart(
          "ROUTES_QUIET_TIME",
          seconds("0.05"),
          "1",
          "How long route files must not change before a change counts as complete.");
  Setting<String> PROXY_API_KEY =
      SERVER.liveUnset(
          "PROXY_API_KEY",
          SECRET,
          "generated at the first start",
          "Key that clients of the gateway present.");
  Setting<OpenAccess> ALLOW_UNAUTHENTICATED =
      SERVER.atStart(
          "ALLOW_UNAUTHENTICATED",
          oneOf(OpenAccess.class, Map.of("1", "true", "yes", "true", "0", "false", "no", "false")),
          "false",
          "Serves clients without a key when no PROXY_API_KEY is set; true needs a loopback HOST, remote allows any.");
  Setting<Boolean> ALLOW_WEAK_PROXY_KEY =
      SERVER.atStart(
          "ALLOW_WEAK_PROXY_KEY",
          YES_NO,
          "false",
          "Lets the gateway listen beyond loopback with a key that is easy to guess.");
  Setting<String> HOST = SERVER.atStart("HOST", TEXT, "127.0.0.1", "Address to listen on.");
  Setting<Integer> PORT =
      SERVER.atStart("PORT", integer(0, 65_535), "8000", "Port to listen on; 0 takes a free one.");
  Setting<String> MANAGEMENT_HOST =
      SERVER.atStart("MANAGEMENT_HOST", TEXT, "127.0.0.1", "Address of the management listener.");
  Setting<Integer> MANAGEMENT_PORT =
      SERVER.atStart(
          "MANAGEMENT_PORT",
          integer(0, 65_535),
          "8001",
          "Port of the management listener; 0 serves management on the main port.");
  Setting<String> ADMIN_TOKEN =
      SERVER.liveUnset(
          "ADMIN_TOKEN",
          SECRET,
          "generated at the first start",
          "Token of the admin surface; a generated one is kept in state/admin-token.");
  Setting<Path> TLS_CERT_FILE =
      SERVER.liveUnset(
          "TLS_CERT_FILE", PATH, "unset", "Certificate chain in PEM form; switches TLS on.");
  Setting<Path> TLS_KEY_FILE =
      SERVER.liveUnset(
          "TLS_KEY_FILE", PATH, "unset", "Private key of the certificate in PEM form.");
  Setting<Path> TLS_CLIENT_CA_FILE =
      SERVER.liveUnset(
          "TLS_CLIENT_CA_FILE",
          PATH,
          "unset",
          "Authorities whose client certificates are asked for.");
  Setting<List<String>> CORS_ALLOW_ORIGINS =
      SERVER.live(
          "CORS_ALLOW_ORIGINS",
          LIST,
          "*",
          "Origins that browsers may call from, without credentials.");
  Setting<Boolean> AUTH_QUERY_KEY =
      SERVER.live("AUTH_QUERY_KEY", YES_NO, "true", "Accepts ?key= on Gemini paths.");
  Setting<Long> MAX_REQUEST_BODY =
      SERVER.live(
          "MAX_REQUEST_BODY", SIZE, "64MiB", "Largest request body; beyond it the answer is 413.");
  Setting<Integer> MAX_CONNECTIONS =
      SERVER.live(
          "MAX_CONNECTIONS",
          integer(0, 1_000_000),
          "10000",
          "Open client connections, 0 for no limit.");
  Setting<Integer> MAX_CONCURRENT_REQUESTS =
      SERVER.live(
          "MAX_CONCURRENT_REQUESTS",
          integer(0, 1_000_000),
          "0",
          "Requests at a time, 0 for no limit; beyond it the answer is 503.");
  Setting<List<String>> TRUSTED_PROXIES =
      SERVER.live(
          "TRUSTED_PROXIES", LIST, "", "Networks (CIDR) whose X-Forwarded-For is believed.");
  Setting<URI> HTTPS_PROXY =
      SERVER.liveUnset("HTTPS_PROXY", WEB_ADDRESS, "unset", "Outbound proxy for https addresses.");
  Setting<URI> HTTP_PROXY =
      SERVER.liveUnset("HTTP_PROXY", WEB_ADDRESS, "unset", "Outbound proxy for http addresses.");
  Setting<List<String>> NO_PROXY =
      SERVER.live(
          "NO_PROXY", LIST, "", "Hosts and domains that are called without the outbound proxy.");
  SettingPattern<URI> PROXY_URL =
      SERVER.familyUnset(
          "<P>_PROXY_URL", WEB_ADDRESS, "general one", "Outbound proxy of one provider.");
  Setting<Duration> DRAIN_TIMEOUT_SECONDS =
      SERVER.live(
          "DRAIN_TIMEOUT_SECONDS",
          seconds("0"),
          "60",
          "How long running requests may go on when the gateway stops.");
}
