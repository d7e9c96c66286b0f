// Cuts what reached the screen at one instant into events: one per line, so that a changed line is a changed line in a diff;
// a redrawn screen (`watch`) stays one event, a frame.

enum ScreenPieces {
  static func split(_ bytes: [UInt8]) -> [String] {
    // Clearing or homing the cursor redraws: keep the frame whole.
    if isFrame(bytes) { return [String(decoding: bytes, as: UTF8.self)] }
    var pieces: [String] = []
    var line: [UInt8] = []
    for byte in bytes {
      line.append(byte)
      if byte == 10 {
        pieces.append(String(decoding: line, as: UTF8.self))
        line = []
      }
    }
    if !line.isEmpty { pieces.append(String(decoding: line, as: UTF8.self)) }
    return pieces
  }

  private static func isFrame(_ bytes: [UInt8]) -> Bool {
    for sequence in ["\u{1B}[H", "\u{1B}[2J", "\u{1B}[1;1H"] {
      let pattern = Array(sequence.utf8)
      guard bytes.count >= pattern.count else { continue }
      for start in 0...(bytes.count - pattern.count) where bytes[start..<start + pattern.count].elementsEqual(pattern) {
        return true
      }
    }
    return false
  }
}
