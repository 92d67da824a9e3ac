package dev.caravan.cli.cred;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.LuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.List;

/** Looks at lines of half blocks as a phone's camera would at a terminal. */
final class QrReader {
  private static final int PIXELS = 8;

  private QrReader() {}

  static String read(List<String> lines) throws ReaderException {
    boolean drawnDark = lines.getFirst().startsWith("\u001b[30;107m");
    List<String> rows =
        lines.stream().map(line -> line.replaceAll("\u001b\\[[0-9;]*m", "")).toList();
    int width = rows.getFirst().length();
    boolean[][] dark = new boolean[2 * rows.size()][width];
    for (int y = 0; y < rows.size(); y++) {
      for (int x = 0; x < width; x++) {
        char block = rows.get(y).charAt(x);
        boolean top = block == '█' || block == '▀';
        boolean bottom = block == '█' || block == '▄';
        dark[2 * y][x] = top == drawnDark;
        dark[2 * y + 1][x] = bottom == drawnDark;
      }
    }
    return new QRCodeReader()
        .decode(new BinaryBitmap(new HybridBinarizer(new Photo(dark))))
        .getText();
  }

  /** Each module as a square of pixels. */
  private static final class Photo extends LuminanceSource {
    private final boolean[][] dark;

    Photo(boolean[][] dark) {
      super(PIXELS * dark[0].length, PIXELS * dark.length);
      this.dark = dark;
    }

    @Override
    public byte[] getRow(int y, byte[] into) {
      byte[] row = into == null || into.length < getWidth() ? new byte[getWidth()] : into;
      for (int x = 0; x < getWidth(); x++) {
        row[x] = (byte) (dark[y / PIXELS][x / PIXELS] ? 0 : 255);
      }
      return row;
    }

    @Override
    public byte[] getMatrix() {
      byte[] all = new byte[getWidth() * getHeight()];
      for (int y = 0; y < getHeight(); y++) {
        System.arraycopy(getRow(y, new byte[getWidth()]), 0, all, y * getWidth(), getWidth());
      }
      return all;
    }
  }
}
