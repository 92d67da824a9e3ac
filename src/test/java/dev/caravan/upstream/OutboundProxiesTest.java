package dev.caravan.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundProxiesTest {
  private static final URI HTTPS = URI.create("http://secure-proxy:3128");
  private static final URI HTTP = URI.create("http://plain-proxy:3128");

  @Test
  void eachSchemeHasItsProxy() {
    OutboundProxies proxies = new OutboundProxies(HTTPS, HTTP, List.of());

    assertThat(of(proxies, "https://api.acme.example/v1")).isEqualTo(HTTPS.toString());
    assertThat(of(proxies, "http://api.acme.example/v1")).isEqualTo(HTTP.toString());
  }

  @Test
  void withoutASettingThereIsNone() {
    assertThat(of(OutboundProxies.NONE, "https://api.acme.example")).isEmpty();
    assertThat(of(new OutboundProxies(HTTPS, null, List.of()), "http://api.acme.example"))
        .isEmpty();
  }

  @Test
  void aProvidersOwnProxyWins() {
    OutboundProxies proxies = new OutboundProxies(HTTPS, HTTP, List.of("*"));

    assertThat(proxies.of("http://own:1", UpstreamTarget.of("https://api.acme.example")))
        .isEqualTo("http://own:1");
    assertThat(proxies.of("http://own:1", UpstreamTarget.of("http://127.0.0.1:9000")))
        .isEqualTo("http://own:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:11434/v1",
        "http://LOCALHOST/v1",
        "http://ollama.localhost/v1",
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://[::1]:8080",
        "http://0.0.0.0:8080"
      })
  void thisMachineIsNeverCalledThroughAGeneralProxy(String url) {
    assertThat(of(new OutboundProxies(HTTPS, HTTP, List.of()), url)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "*,                  api.acme.example,      true",
    "acme.example,       acme.example,          true",
    "acme.example,       api.acme.example,      true",
    "acme.example,       a.b.acme.example,      true",
    "acme.example,       notacme.example,       false",
    "acme.example,       acme.example.org,      false",
    "ACME.Example,       api.acme.EXAMPLE,      true",
    "acme.example.,      api.acme.example,      true",
    ".acme.example,      api.acme.example,      true",
    ".acme.example,      acme.example,          false",
    "*.acme.example,     api.acme.example,      true",
    "*.acme.example,     acme.example,          false",
    "acme.example:443,   acme.example,          true",
    "acme.example:8443,  acme.example,          false",
    "10.0.0.0/8,         10.20.30.40,           true",
    "10.0.0.0/8,         11.0.0.1,              false",
    "10.0.0.0/8,         ten.example,           false",
    "192.168.1.128/25,   192.168.1.129,         true",
    "192.168.1.128/25,   192.168.1.127,         false",
    "0.0.0.0/0,          8.8.8.8,               true",
    "8.8.8.8/32,         8.8.8.8,               true",
    "8.8.8.8/32,         8.8.8.9,               false",
    "8.8.8.8,            8.8.8.8,               true",
    "8.8.8.8:443,        8.8.8.8,               true",
    "8.8.8.8:80,         8.8.8.8,               false",
    "8,                  8.8.8.8,               false",
    "fd00::/8,           [fd12::1],             true",
    "fd00::/8,           [fe80::1],             false",
    "fd00::/8,           10.0.0.1,              false",
    "[fd12::1],          [fd12::1],             true",
    "[fd12::1]:443,      [fd12:0::1],           true",
    "fd12::1,            [fd12::1],             true",
    "10.0.0.0/nonsense,  10.0.0.1,              false",
    "10.0.0.0/99,        10.0.0.1,              false",
    "/8,                 10.0.0.1,              false",
    "'',                 api.acme.example,      false",
  })
  void noProxyNamesHostsNetworksAndPorts(String entry, String host, boolean direct) {
    OutboundProxies proxies = new OutboundProxies(HTTPS, HTTP, List.of("other.example", entry));

    assertThat(of(proxies, "https://" + host + "/v1").isEmpty()).isEqualTo(direct);
  }

  private static String of(OutboundProxies proxies, String url) {
    return proxies.of("", UpstreamTarget.of(url));
  }
}
