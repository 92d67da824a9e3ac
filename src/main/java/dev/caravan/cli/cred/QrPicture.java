package dev.caravan.cli.cred;

import io.nayuki.qrcodegen.QrCode;
import java.util.ArrayList;
import java.util.List;

/** A QR code made of half blocks, two rows of it in a line of text. */
final class QrPicture {
  private static final int QUIET = 4; // what ISO/IEC 18004 asks for around it

  private QrPicture() {}

  /**
   * The lines of a code.
   *
   * @param colours whether it may be black on white by itself; else what is light is drawn, as fits
   *     a terminal with a dark background
   */
  static List<String> of(String text, boolean colours) {
    QrCode code = QrCode.encodeText(text, QrCode.Ecc.LOW);
    List<String> lines = new ArrayList<>();
    for (int y = -QUIET; y < code.size + QUIET; y += 2) {
      StringBuilder line = new StringBuilder(colours ? "\u001b[30;107m" : "");
      for (int x = -QUIET; x < code.size + QUIET; x++) {
        // outside of it getModule tells "light"
        line.append(block(code.getModule(x, y) == colours, code.getModule(x, y + 1) == colours));
      }
      lines.add(line.append(colours ? "\u001b[0m" : "").toString());
    }
    return lines;
  }

  private static char block(boolean top, boolean bottom) {
    return top ? (bottom ? '█' : '▀') : bottom ? '▄' : ' ';
  }
}
