// Plays a session file (PRODUCT.md §5) from standard input to standard output with nothing but the core: the twin of the
// WebAssembly build, for comparing the two byte for byte.

import Glibc
import Simulator

private nonisolated func play() {
  var input: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(0, &buffer, buffer.count)
    if count <= 0 { break }
    input.append(contentsOf: buffer[..<count])
  }
  let output = SessionPlayer.play(json: input)
  var written = 0
  while written < output.count {
    let count = output[written...].withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    if count <= 0 { exit(1) }
    written += count
  }
}

private nonisolated func playOnThread(_: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  play()
  return nil
}

// What a session nests may need more than the main thread's stack.
var attributes = pthread_attr_t()
pthread_attr_init(&attributes)
pthread_attr_setstacksize(&attributes, 256 << 20)
var thread = pthread_t()
pthread_create(&thread, &attributes, playOnThread, nil)
pthread_join(thread, nil)
