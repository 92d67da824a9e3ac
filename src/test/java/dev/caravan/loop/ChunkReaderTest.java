package dev.caravan.loop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ChunkReaderTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

  /** A client's side of a connection that has every answer in chunks read ahead. */
  private static final class Side extends ChannelInboundHandlerAdapter {
    final ChunkReader reader = new ChunkReader();
    final EmbeddedChannel channel =
        new EmbeddedChannel(reader, new HttpClientCodec(4096, 8192, 65536), this);
    final StringBuilder body = new StringBuilder();
    int ahead;
    int heads;
    int ends;

    @Override
    public void channelRead(ChannelHandlerContext at, Object message) {
      if (message instanceof HttpResponse) {
        heads++;
        reader.readAhead(
            piece -> {
              ahead++;
              body.append(piece.toString(ISO_8859_1));
            });
      }
      if (message instanceof HttpContent content) {
        body.append(content.content().toString(ISO_8859_1));
      }
      if (message instanceof LastHttpContent) {
        ends++;
      }
      ReferenceCountUtil.release(message);
    }

    void read(String bytes) {
      ByteBuf in = Unpooled.copiedBuffer(bytes, ISO_8859_1);
      channel.writeInbound(in);
      assertThat(in.refCnt()).as("what was read is let go").isBetween(0, 1);
    }
  }

  private static String chunked(List<String> chunks) {
    StringBuilder all = new StringBuilder();
    for (String chunk : chunks) {
      all.append(Integer.toHexString(chunk.length())).append(";x=1\r\n").append(chunk);
      all.append("\r\n");
    }
    return all.append("0\r\nx-trailer: 1\r\n\r\n").toString();
  }

  @Property(tries = 2000)
  void anAnswerIsTheSameWhereverItsReadsAreCut(
      @ForAll @Size(max = 6) List<@StringLength(min = 1, max = 20) String> said,
      @ForAll @Size(max = 8) Set<@IntRange(min = 1, max = 200) Integer> cuts) {
    List<String> chunks =
        said.stream().map(text -> text.replaceAll("[^\\x00-\\xff]", "?")).toList();
    String answer = HEAD + chunked(chunks);
    Side side = new Side();

    for (int round = 1; round <= 2; round++) {
      side.body.setLength(0);
      int from = 0;
      for (int cut : cuts.stream().sorted().filter(at -> at < answer.length()).toList()) {
        side.read(answer.substring(from, cut));
        from = cut;
      }
      side.read(answer.substring(from));

      assertThat(side.body).hasToString(String.join("", chunks));
      assertThat(side.heads).isEqualTo(round);
      assertThat(side.ends).isEqualTo(round);
    }
    side.channel.checkException();
    side.channel.finishAndReleaseAll();
  }

  @Test
  void whatComesInOneReadIsOnePiece() {
    Side side = new Side();

    side.read(HEAD);
    side.read("1\r\na\r\n2\r\nbc\r\n");

    assertThat(side.ahead).isEqualTo(1);
    assertThat(side.body).hasToString("abc");
  }

  @Test
  void theDecoderReadsOnUntilAChunkIsWhole() {
    Side side = new Side();

    side.read(HEAD + "4\r\nab");
    side.read("cd\r");
    assertThat(side.ahead).isZero();
    side.read("\n");
    side.read("1\r\ne\r\n");

    assertThat(side.ahead).isEqualTo(1);
    assertThat(side.body).hasToString("abcde");
  }

  @Test
  void aHeadInTwoReadsIsLeftToTheDecoder() {
    Side side = new Side();

    side.read(HEAD.substring(0, 20));
    side.read(HEAD.substring(20));
    side.read("1\r\na\r\n0\r\n\r\n");

    assertThat(side.ahead).isZero();
    assertThat(side.body).hasToString("a");
    assertThat(side.ends).isEqualTo(1);
  }

  @Test
  void aSizeThatIsNoneIsAnError() {
    for (String wrong :
        List.of("zz\r\n", "\r\n", "1x\r\n", "1234567890abcdef\r\n", "1;" + "x".repeat(1024))) {
      Side side = new Side();
      side.read(HEAD);
      assertThatThrownBy(() -> side.read(wrong))
          .as(wrong)
          .isInstanceOf(CorruptedFrameException.class);
    }
  }

  @Test
  void aChunkThatGoesOnBehindItsSizeIsAnError() {
    Side side = new Side();
    side.read(HEAD);

    assertThatThrownBy(() -> side.read("1\r\nab\r\n")).isInstanceOf(CorruptedFrameException.class);
    assertThat(side.body).hasToString("a");
  }

  @Test
  void aPauseStopsTheSocketAndTheEndOfTheBodyLetsItGo() {
    Side side = new Side();
    side.read(HEAD);
    side.read("1\r\na\r\n");

    assertThat(side.reader.pause()).isTrue();
    assertThat(side.channel.config().isAutoRead()).isFalse();
    side.reader.resume();
    assertThat(side.channel.config().isAutoRead()).isTrue();

    side.reader.pause();
    side.read("0\r\n\r\n");
    assertThat(side.channel.config().isAutoRead()).isTrue();
  }

  @Test
  void aPauseBeforeThatIsLeftToTheDecodersWay() {
    Side side = new Side();
    side.read(HEAD + "2\r\na");

    assertThat(side.reader.pause()).isFalse();
    side.read("b\r\n");
    side.read("1\r\nc\r\n");

    assertThat(side.channel.config().isAutoRead()).isTrue();
    assertThat(side.ahead).isZero();
    assertThat(side.body).hasToString("abc");
  }

  @Test
  void aConnectionThatBreaksIsTold() {
    List<String> told = new ArrayList<>();
    Side side = new Side();
    side.channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelInactive(ChannelHandlerContext at) {
                told.add("gone");
              }
            });
    side.read(HEAD);
    side.read("5\r\nab");

    side.channel.close();

    assertThat(told).containsExactly("gone");
    assertThat(side.body).hasToString("ab");
  }
}
